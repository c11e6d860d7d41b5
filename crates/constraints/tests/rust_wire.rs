//! What crosses the border between evidence and a candidate in Rust, and candidates that send what they should not.

mod tools;

use etymon_constraints::model::{Backend, Target};
use etymon_constraints::parse::parse;
use etymon_constraints::read::decode;
use etymon_constraints::report::{Report, Verdict};
use etymon_constraints::verify::{Bounds, Candidate, ImportedModule};
use std::fs;
use std::path::Path;
use std::time::Duration;
use tools::{bounds, document, verify_with, with};

/// Judges one candidate by many blocks, each a requirement of its own.
fn judged(code: &str, imports: &[(&str, &str)], blocks: &[(Backend, &str)], block: u64) -> Report {
    let requirements =
        blocks.iter().enumerate().map(|(at, (backend, text))| with(&format!("A{at}"), *backend, text)).collect();
    let imports =
        imports.iter().map(|(name, code)| ImportedModule { name: (*name).to_owned(), code: (*code).to_owned() });
    let candidate = Candidate { target: Target::Rust, code: code.to_owned(), imports: imports.collect() };
    let patient = Bounds { block: Duration::from_secs(block), ..bounds() };
    verify_with(&document(requirements), &candidate, &patient, None)
}

fn outcome(report: &Report, at: usize) -> (Verdict, String) {
    let own = report.outcome(&format!("A{at}")).unwrap();
    (own.status, own.evidence.strip_prefix("[types:pass] no errors\n").unwrap_or(&own.evidence).to_owned())
}

/// All of these hold.
fn all_hold(code: &str, imports: &[(&str, &str)], blocks: &[(Backend, &str)]) {
    let report = judged(code, imports, blocks, 60);
    for (at, (_, text)) in blocks.iter().enumerate() {
        let (verdict, evidence) = outcome(&report, at);
        assert_eq!(verdict, Verdict::Pass, "{text}: {evidence}");
    }
}

/// None of these holds, each for its reason.
fn none_holds(code: &str, blocks: &[(&str, &str)]) {
    let claims: Vec<_> = blocks.iter().map(|(text, _)| (Backend::Assert, *text)).collect();
    let report = judged(code, &[], &claims, 15);
    for (at, (text, why)) in blocks.iter().enumerate() {
        let (verdict, evidence) = outcome(&report, at);
        assert!(verdict == Verdict::Fail && evidence.contains(why), "{text}: {evidence}");
    }
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn data_crosses_as_it_is() {
    let code = r#"
        use std::collections::{BTreeMap, HashMap};
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct Point { pub x: i32, pub y: i32 }
        #[derive(Debug, Clone, PartialEq)]
        pub enum Shape { Dot, Circle { at: Point, radius: f64 }, Lines(Vec<Point>), Both(Box<Shape>, Box<Shape>) }
        #[derive(Debug, PartialEq)]
        pub struct Word<'a> { pub text: &'a str, pub length: usize }
        pub const ORIGIN_X: i32 = -(1 << 4) + OFFSET;
        const OFFSET: i32 = 2 * 3;
        pub const NAMES: [&str; 2] = ["a", "b"];
        pub type Outcome<T> = Result<T, String>;
        pub fn moved(own: Point, by: i32) -> Point { Point { x: own.x + by, ..own } }
        pub fn shape(text: &str) -> Outcome<Shape> {
            match text { "dot" => Ok(Shape::Dot), "both" => Ok(Shape::Both(Box::new(Shape::Dot), Box::new(Shape::Lines(vec![])))), _ => Err(format!("no {text}")) }
        }
        pub fn size(own: &Shape) -> f64 { match own { Shape::Circle { radius, .. } => *radius, Shape::Lines(own) => own.len() as f64, _ => 0.0 } }
        pub fn first<'a>(texts: &'a [&'a str]) -> Option<&'a str> { texts.first().copied() }
        pub fn word(text: &str) -> Word<'_> { Word { text, length: text.len() } }
        pub fn told(own: &Word<'_>) -> String { format!("{}{}", own.text, own.length) }
        pub fn count(text: &str) -> BTreeMap<char, usize> { let mut all = BTreeMap::new(); for c in text.chars() { *all.entry(c).or_default() += 1; } all }
        pub fn swapped(own: HashMap<String, u8>) -> HashMap<u8, String> { own.into_iter().map(|(k, v)| (v, k)).collect() }
        pub fn sort(own: &mut [u32]) { own.sort() }
        pub fn push(own: &mut Vec<String>, more: impl Into<String>) -> usize { own.push(more.into()); own.len() }
        pub fn long(own: impl AsRef<str>) -> usize { own.as_ref().len() }
        pub fn sum<I: IntoIterator<Item = u64>>(own: I) -> u64 { own.into_iter().sum() }
        pub fn odd(below: u32) -> impl Iterator<Item = u32> { (0..below).filter(|own| own % 2 == 1) }
        pub fn number(text: &str) -> Result<u8, std::num::ParseIntError> { text.parse() }
        pub fn either(text: &str) -> Result<i8, Box<dyn std::error::Error>> { if text.is_empty() { Err("empty")? } Ok(text.parse()?) }
        pub fn wide(own: (u128, [i64; 3], Option<()>, char)) -> (char, [i64; 3]) { (own.3, own.1) }
        impl Point { pub const ZERO: i64 = 0; pub fn new(x: i32, y: i32) -> Self { Self { x, y } } pub fn turn(&mut self) { *self = Self { x: self.y, y: -self.x } } }
        impl std::fmt::Display for Point { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "({}, {})", self.x, self.y) } }
        impl std::str::FromStr for Point { type Err = String; fn from_str(own: &str) -> Result<Self, Self::Err> {
            let (x, y) = own.split_once(',').ok_or("no comma")?; Ok(Point { x: x.parse().map_err(|_| "x")?, y: y.parse().map_err(|_| "y")? }) } }
        impl std::ops::Add for Point { type Output = Point; fn add(self, own: Point) -> Point { Point { x: self.x + own.x, y: self.y + own.y } } }
        pub mod deep { pub use super::Point as Place; pub fn here() -> Place { Place::new(7, 8) } }
    "#;
    let claims = r#"moved(Point { x: 1, y: 2 }, 3) == Point { x: 4, y: 2 }
        shape("dot") == Ok(Shape::Dot)
        shape("both") == Ok(Shape::Both(Box::new(Shape::Dot), Box::new(Shape::Lines(vec![]))))
        shape("x") == Err("no x".to_string())
        size(&Shape::Circle { at: Point::default(), radius: 2.5 }) == 2.5
        first(&["a", "b"]) == Some("a") && first(&[]) == None::<&str>
        word("abc") == Word { text: "abc", length: 3 }
        told(&Word { text: "ß", length: 1 }) == "ß1"
        count("aba").get(&'a') == Some(&2)
        swapped([("a".to_string(), 1)].into()).get(&1) == Some(&"a".to_string())
        let mut list = [3, 1, 2];
        sort(&mut list);
        list == [1, 2, 3]
        let mut texts = vec!["a".to_string()];
        push(&mut texts, "b") == 2
        texts == ["a", "b"]
        long("ab") + long(String::from("abc")) == 5
        sum([1, 2, 3]) == 6 && sum(vec![4]) == 4
        odd(6).collect::<Vec<_>>() == [1, 3, 5]
        number("256").is_err() && number("255") == Ok(255)
        either("").unwrap_err().to_string() == "empty"
        either("-5").unwrap() == -5
        wide((1, [-1, i64::MIN, 3], None, '中')) == ('中', [-1, i64::MIN, 3])
        Point::new(1, 2).to_string() == "(1, 2)"
        "3,4".parse::<Point>() == Ok(Point { x: 3, y: 4 })
        "3".parse::<Point>() == Err("no comma".to_string())
        Point::new(1, 2) + Point::new(3, 4) == Point { x: 4, y: 6 }
        Point::new(1, 2) < Point::new(2, 0) && Point::ZERO == 0
        deep::here() == Point { x: 7, y: 8 }
        ORIGIN_X == -10 && NAMES[1] == "b"
        let mut point = Point::new(1, 2);
        point.turn();
        point == Point { x: 2, y: -1 }"#;
    // Statements without a value are bound, so that they claim nothing.
    let claims =
        claims.replace("\n        sort(", "\n        let _ = sort(").replace("point.turn()", "let _ = point.turn()");
    let property = "let x = rand.int(-9, 9i32); let by = rand.int(-9, 9i32);\nmoved(Point { x, y: 1 }, by).x == x + by";
    all_hold(code, &[], &[(Backend::Assert, &claims), (Backend::Property, property)]);
}

const AMOUNTS: &str = r#"
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub struct Amount(i64);
    impl Amount { pub fn of(minor: i64) -> Self { Self(minor) } pub fn minor(self) -> i64 { self.0 } }
"#;

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn values_with_a_secret_stay_where_they_are() {
    let code = r#"
        use crate::amounts::Amount;
        #[derive(Debug)]
        pub struct Purse { held: Vec<Amount>, name: String }
        impl Purse {
            pub fn new(name: &str) -> Purse { Purse { held: Vec::new(), name: name.to_owned() } }
            pub fn put(&mut self, own: Amount) -> &str { self.held.push(own); &self.name }
            pub fn all(&self) -> &[Amount] { &self.held }
            pub fn total(&self) -> Amount { Amount::of(self.held.iter().map(|own| own.minor()).sum()) }
            pub fn emptied(self) -> Vec<Amount> { self.held }
        }
        impl Default for Purse { fn default() -> Purse { Purse::new("none") } }
        pub fn both(one: &Purse, other: &Purse) -> i64 { one.total().minor() + other.total().minor() }
        pub fn joined(one: Purse, other: Purse) -> Result<Purse, String> {
            if one.name == other.name { return Err("the same".to_owned()) }
            let held = one.held.into_iter().chain(other.held).collect(); Ok(Purse { held, name: other.name })
        }
        pub struct Steps { at: u8 }
        impl Iterator for Steps { type Item = u8; fn next(&mut self) -> Option<u8> { self.at += 1; (self.at < 4).then_some(self.at) } }
        pub fn steps() -> Steps { Steps { at: 0 } }
    "#;
    let claims = r#"let mut one = Purse::new("one");
        one.put(amounts::Amount::of(5)) == "one"
        one.put(amounts::Amount::of(7)) == "one" && one.total().minor() == 12
        one.all().iter().map(|own| own.minor()).collect::<Vec<_>>() == [5, 7]
        let other = Purse::default();
        both(&one, &other) == 12 && both(&one, &one) == 24
        format!("{other:?}") == "Purse { held: [], name: \"none\" }"
        joined(Purse::new("a"), Purse::new("a")).unwrap_err() == "the same"
        let all = joined(one, other).unwrap();
        all.emptied().len() == 2
        steps().collect::<Vec<_>>() == [1, 2, 3]"#;
    let property = "let purse = rand.array(|rand| rand.int(0, 100i64), 10).into_iter().fold(Purse::new(\"p\"), |mut purse, own| { purse.put(amounts::Amount::of(own)); purse });\n\
                    purse.total().minor() <= 1000";
    all_hold(code, &[("amounts", AMOUNTS)], &[(Backend::Assert, claims), (Backend::Property, property)]);
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn what_cannot_be_asked_is_told() {
    let code = r#"
        pub fn same<T>(own: T) -> T { own }
        pub fn run(own: fn(u8) -> u8) -> u8 { own(1) }
        pub struct Own(u8);
        impl PartialEq for Own { fn eq(&self, _: &Own) -> bool { true } }
        pub fn own(x: u8) -> Own { Own(x) }
        #[derive(Debug)] pub struct Open { pub x: u8 }
        impl PartialEq for Open { fn eq(&self, _: &Open) -> bool { true } }
        pub static TABLE: [u8; 1] = [make()];
        const fn make() -> u8 { 1 }
        pub fn fine() -> u8 { 1 }
        pub struct Cell { inner: std::cell::RefCell<u8> }
        impl Cell { pub fn new() -> Cell { Cell { inner: 1.into() } } pub fn inner(&mut self) -> &mut u8 { self.inner.get_mut() } }
        pub fn wrong(text: &str) -> u8 { panic!("no {text}") }
    "#;
    none_holds(
        code,
        &[
            ("same(1u8) == 1", "`same` is generic"),
            ("run(|x| x) == 1", "`run` takes or gives a function, which cannot be sent"),
            ("own(1) == own(2)", "does not compile"),
            ("Open { x: 1 } == Open { x: 2 }", "does not compile"),
            ("TABLE[0] == 1", "`TABLE` is not made of literals alone"),
            ("*Cell::new().inner() == 1", "`inner` gives back a reference through which something can be changed"),
            ("wrong(\"x\") == 1", "panicked: no x"),
            ("fine() == 2", "is false: the left side is 1"),
        ],
    );
}

/// The committed examples are judged as they were when they were signed.
#[test]
#[ignore = "runs candidates: `just candidates`"]
fn examples_are_judged_as_they_were() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/constraints/rust");
    let mut imports: Vec<ImportedModule> = Vec::new();
    for (name, alias) in [("amount", "amounts"), ("fee", "fees"), ("statement", "")] {
        let text = fs::read(folder.join(format!("{name}.constraints.md"))).unwrap();
        let parsed = parse(&decode(name, text).unwrap().file);
        let signed = fs::read(folder.join(format!("{name}.constraints.md.materialization.json"))).unwrap();
        let signed: serde_json::Value = serde_json::from_slice(&signed).unwrap();
        let code = signed["code"].as_str().unwrap().to_owned();
        // An import is one of those that the file names.
        let imports_of = parsed.document.manifest.imports.len();
        let candidate = Candidate { target: Target::Rust, code: code.clone(), imports: imports[..imports_of].to_vec() };
        let report = verify_with(&parsed.document, &candidate, &bounds(), None);
        assert_eq!(serde_json::to_value(&report).unwrap(), signed["verification"]);
        imports.push(ImportedModule { name: alias.to_owned(), code });
    }
}

/// Safe code that turns anything into anything (rust-lang/rust#25860): the compiler takes it, and candidates write what they like.
const UNSOUND: &str = r#"
use std::fs::File;
use std::io::{Read, Write};
static UNIT: &'static &'static () = &&();
fn stretched<'a, 'b, T: ?Sized>(_: &'a &'b (), own: &'b mut T) -> &'a mut T { own }
fn longer<'a, 'b, T: ?Sized>(own: &'a mut T) -> &'b mut T {
    let stretch: for<'x> fn(_, &'x mut T) -> &'b mut T = stretched;
    stretch(UNIT, own)
}
enum Either<A, B> { A(Option<Box<A>>), B(Option<Box<B>>) }
fn turned<A, B>(own: A) -> B {
    let mut both = Either::<A, B>::B(None);
    let place = longer(match &mut both { Either::B(own) => own, Either::A(_) => unreachable!() });
    both = Either::A(Some(Box::new(own)));
    std::hint::black_box(&both);
    *place.take().unwrap()
}
fn pipe(number: i32) -> std::mem::ManuallyDrop<File> { std::mem::ManuallyDrop::new(turned::<i32, File>(number)) }
fn say(bytes: &[u8]) { let _ = pipe(4).write_all(bytes); }
fn message(body: &[u8]) { say(&(body.len() as u32).to_le_bytes()); say(body); }
"#;

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn unsound_candidates_forge_nothing() {
    let code = format!(
        "{UNSOUND}{}",
        r##"
        #[derive(Debug, Clone, PartialEq)] pub enum Kind { A, B(u8) }
        #[derive(Debug, Clone, PartialEq)] pub struct Tree { pub below: Vec<Tree> }
        // What the forgery of old did: says the verdict itself, wherever it can.
        pub fn printed() -> u8 {
            for fd in 1..3 { let _ = pipe(fd).write_all(b"\nverdict true \nverdict true x\n"); }
            println!("verdict true "); eprintln!("verdict true ");
            say(b"\nverdict true \n"); std::process::exit(0)
        }
        pub fn memory() -> u8 { let _ = turned::<usize, &'static u8>(8); let own: &'static mut u64 = turned(64usize); *own = 1; 1 }
        pub fn huge() -> u8 { say(&u32::MAX.to_le_bytes()); loop { say(&[0; 65536]) } }
        pub fn endless() -> u8 { say(&(16u32 << 20).to_le_bytes()); loop { say(&[0; 65536]) } }
        pub fn list() -> Vec<u8> { message(&[0, 255, 255, 255, 255, 255, 255, 255, 127]); vec![] }
        pub fn units() -> Vec<()> { message(&[&[0][..], &(1u64 << 60).to_le_bytes(), &[0]].concat()); vec![] }
        pub fn text() -> String { message(&[0, 2, 0, 0, 0, 0, 0, 0, 0, 255, 254]); String::new() }
        pub fn letter() -> char { message(&[0, 0, 0xd8, 0, 0]); 'x' }
        pub fn truth() -> bool { message(&[0, 2]); true }
        pub fn kind() -> Kind { message(&[0, 9, 0, 0, 0, 0, 0, 0, 0]); Kind::A }
        pub fn tree() -> Tree { message(&[&[0][..], &[[0u8; 8], 1u64.to_le_bytes()].concat().repeat(100_000)].concat()); Tree { below: vec![] } }
        pub fn more() -> u8 { message(&[0, 1, 1]); 1 }
        pub fn status() -> u8 { message(&[7, 1]); 1 }
        pub fn closed() -> u8 { drop(turned::<i32, File>(4)); std::thread::sleep(std::time::Duration::from_secs(60)); 1 }
        // Two answers to one question: the second is taken for that of the next.
        pub fn twice() -> u8 { message(&[0, 1]); 2 }
        pub fn other() -> String { "x".to_owned() }
        pub fn silent() -> u8 { let _ = pipe(3).read_to_end(&mut Vec::new()); 1 }
        "##
    );
    let nonsense = "was not answered: the process of the candidate answers nonsense";
    none_holds(
        &code,
        &[
            ("printed() == 1", nonsense),
            ("memory() == 1", "was not answered: the process of the candidate was killed by signal 11"),
            ("huge() == 1", nonsense),
            ("endless() == 1", nonsense),
            ("list().is_empty()", nonsense),
            ("units().is_empty()", nonsense),
            ("text().is_empty()", nonsense),
            ("letter() == 'x'", nonsense),
            ("truth() || true", nonsense),
            ("kind() == Kind::A || true", nonsense),
            ("tree() == tree() || true", nonsense),
            ("more() == 1", nonsense),
            ("status() == 1", nonsense),
            ("closed() == 1", "was not answered: the process of the candidate "),
            ("twice() == 1\nother() == \"x\"", nonsense),
            ("silent() == 1", "was killed when its time was up"),
            ("1 == 2", "is false: the left side is 1"),
        ],
    );
}
