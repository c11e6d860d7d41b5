// What evidence in Rust runs on. None of the candidate's names are in scope here.
mod harness {
    use std::fmt::Debug;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    const LONGEST: usize = 1200;

    // Types whose equality and order are the standard library's, or derived in this process.
    #[diagnostic::on_unimplemented(message = "equality of `{Self}` would be the candidate's own word: compare what its methods or fields tell")]
    pub trait Plain: Debug {}
    macro_rules! plain { ($($own:ty),*) => { $(impl Plain for $own {})* } }
    plain!((), bool, char, str, String, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64, std::cmp::Ordering, std::time::Duration, std::num::ParseIntError);
    impl<T: Plain + ?Sized> Plain for &T {}
    impl<T: Plain + ?Sized> Plain for Box<T> {}
    impl<T: Plain> Plain for [T] {}
    impl<T: Plain, const N: usize> Plain for [T; N] {}
    impl<T: Plain> Plain for Vec<T> {}
    impl<T: Plain> Plain for Option<T> {}
    impl<T: Plain, E: Plain> Plain for Result<T, E> {}
    impl<T: Plain> Plain for std::collections::BTreeSet<T> {}
    impl<K: Plain, V: Plain> Plain for std::collections::BTreeMap<K, V> {}
    impl<A: Plain, B: Plain> Plain for (A, B) {}
    impl<A: Plain, B: Plain, C: Plain> Plain for (A, B, C) {}
    impl<A: Plain, B: Plain, C: Plain, D: Plain> Plain for (A, B, C, D) {}
    impl<K: Plain, V: Plain> Plain for std::collections::HashMap<K, V> {}
    impl<T: Plain> Plain for std::collections::HashSet<T> {}
    impl<T: Plain> Plain for std::collections::VecDeque<T> {}
    impl<T: Plain> Plain for std::ops::Range<T> {}

    pub fn plain<T: Plain>(own: T) -> T {
        own
    }

    fn say(holds: bool, why: &str) {
        use std::io::Write;
        let flat: String = why.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "\nverdict {holds} {flat}");
        let _ = out.flush();
    }

    fn panicked(cause: Box<dyn std::any::Any + Send>) -> String {
        let text = cause.downcast_ref::<String>().cloned().or(cause.downcast_ref::<&str>().map(|own| own.to_string()));
        format!("panicked: {}", text.unwrap_or_default())
    }

    fn told<T: Debug>(holds: bool, left: &T) -> Result<(), String> {
        if holds { Ok(()) } else { Err(format!("is false: the left side is {left:?}")) }
    }

    pub fn equal<A: Plain + PartialEq<B>, B: Plain>(left: A, same: bool, right: B) -> Result<(), String> {
        told((left == right) == same, &left)
    }

    pub fn below<A: Plain + PartialOrd<B>, B: Plain>(left: A, operator: &str, right: B) -> Result<(), String> {
        let holds = match operator {
            "<" => left < right,
            "<=" => left <= right,
            ">" => left > right,
            _ => left >= right,
        };
        told(holds, &left)
    }

    pub fn truth(own: bool) -> Result<(), String> {
        if own { Ok(()) } else { Err("is false".to_owned()) }
    }

    pub fn claim(own: impl FnOnce() -> Result<(), String>) {
        match catch_unwind(AssertUnwindSafe(own)).unwrap_or_else(|cause| Err(panicked(cause))) {
            Ok(()) => say(true, ""),
            Err(why) => say(false, &why),
        }
    }

    pub fn property(seed: u32, runs: u32, body: impl Fn(&Rand) -> bool) {
        let trial = |rand: Rand| -> Result<(), Broken> {
            let why = match catch_unwind(AssertUnwindSafe(|| body(&rand))) {
                Ok(true) => return Ok(()),
                Ok(false) => "returned false".to_owned(),
                Err(cause) => panicked(cause),
            };
            let own = rand.0.into_inner();
            Err(Broken { why, drawn: own.drawn, log: own.log })
        };
        let source = Source::new(seed);
        for run in 1..=runs {
            let Err(found) = trial(Rand::new(&source, None)) else { continue };
            let smallest = shrink(found, |script| trial(Rand::new(&source, Some(script))).err());
            let inputs = if smallest.log.is_empty() { "none".to_owned() } else { smallest.log.join(", ") };
            let inputs: String = inputs.chars().take(LONGEST / 2).collect();
            return say(false, &format!("counterexample after {run} of {runs} runs with seed {seed}: {inputs}; {}", smallest.why));
        }
        say(true, &format!("{runs} runs with seed {seed}"));
    }

    use random::{Broken, Source, shrink};
    pub use random::Rand;

    mod random {
        use std::cell::{Cell, RefCell};
        use std::fmt::Debug;
        use std::rc::Rc;

        // SplitMix64: every seed has a stream of its own.
        #[derive(Clone)]
        pub struct Source(Rc<Cell<u64>>);

        impl Source {
            pub fn new(seed: u32) -> Source {
                Source(Rc::new(Cell::new(u64::from(seed))))
            }

            fn next(&self) -> u64 {
                let state = self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
                self.0.set(state);
                let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                mixed ^ (mixed >> 31)
            }
        }

        // The choices of one run: a tree of draws that can be replayed, shortened and brought nearer to zero.
        #[derive(Clone)]
        pub enum Draw {
            Int { value: i128, nearest: i128 },
            List(Vec<Vec<Draw>>),
        }

        pub struct Choices {
            source: Source,
            script: Option<Vec<Draw>>,
            pub drawn: Vec<Draw>,
            pub log: Vec<String>,
        }

        pub struct Broken {
            pub why: String,
            pub drawn: Vec<Draw>,
            pub log: Vec<String>,
        }

        pub struct Rand(pub RefCell<Choices>);

        pub trait Int: Copy + Debug {
            fn wide(self) -> i128;
            fn narrow(own: i128) -> Self;
        }
        macro_rules! int { ($($own:ty),*) => { $(impl Int for $own {
            fn wide(self) -> i128 { self as i128 }
            fn narrow(own: i128) -> Self { own as $own }
        })* } }
        int!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

        // Plain letters mostly, and now and then what breaks naive code.
        const ODD: [char; 38] = [
            ' ', '\t', '\n', '-', '_', '.', ',', ';', ':', '/', '\\', '"', '\'', '`', '<', '>', '&', '%', '$', '#', '@', '!', '?', '(', ')',
            '[', ']', '{', '}', 'é', 'ß', 'İ', 'ñ', '中', '😀', '\u{301}', '\u{200d}', '\0',
        ];

        impl Rand {
            pub fn new(source: &Source, script: Option<Vec<Draw>>) -> Rand {
                Rand(RefCell::new(Choices { source: source.clone(), script, drawn: Vec::new(), log: Vec::new() }))
            }

            fn number(&self, low: i128, high: i128) -> i128 {
                assert!(low <= high, "`rand.int` needs two integers in order, not {low} and {high}");
                let mut own = self.0.borrow_mut();
                let nearest = 0.clamp(low, high);
                let value = match &own.script {
                    Some(script) => match script.get(own.drawn.len()) {
                        Some(Draw::Int { value, .. }) => (*value).clamp(low, high),
                        _ => nearest,
                    },
                    None => {
                        let (word, edge) = (own.source.next(), own.source.next());
                        if edge & 15 == 0 {
                            // Mistakes live at the edges.
                            let edges = [low, high, nearest, low + 1, high - 1, nearest + 1];
                            edges[(edge >> 4) as usize % edges.len()].clamp(low, high)
                        } else {
                            let width = (high - low) as u128 + 1;
                            low + ((u128::from(word) * width) >> 64) as i128
                        }
                    }
                };
                own.drawn.push(Draw::Int { value, nearest });
                value
            }

            fn list<T>(&self, element: impl Fn(&Rand) -> T, most: usize) -> Vec<T> {
                let (source, script) = {
                    let own = self.0.borrow();
                    let items = own.script.as_ref().map(|script| match script.get(own.drawn.len()) {
                        Some(Draw::List(items)) => items[..items.len().min(most)].to_vec(),
                        _ => Vec::new(),
                    });
                    (own.source.clone(), items)
                };
                let length = match &script {
                    Some(items) => items.len(),
                    None => Rand::new(&source, None).number(0, most as i128) as usize,
                };
                let (mut items, mut values) = (Vec::new(), Vec::new());
                for at in 0..length {
                    let inner = Rand::new(&source, script.as_ref().map(|items| items[at].clone()));
                    values.push(element(&inner));
                    items.push(inner.0.into_inner().drawn);
                }
                self.0.borrow_mut().drawn.push(Draw::List(items));
                values
            }

            fn logged<T: Debug>(&self, call: &str, value: T) -> T {
                self.0.borrow_mut().log.push(format!("rand.{call} = {value:?}"));
                value
            }

            pub fn int<T: Int>(&self, low: T, high: T) -> T {
                self.logged("int", T::narrow(self.number(low.wide(), high.wide())))
            }

            pub fn bool(&self) -> bool {
                self.logged("bool", self.number(0, 1) == 1)
            }

            pub fn pick<T: Clone + Debug>(&self, from: &[T]) -> T {
                assert!(!from.is_empty(), "`rand.pick` needs a list with elements");
                self.logged("pick", from[self.number(0, from.len() as i128 - 1) as usize].clone())
            }

            pub fn string(&self, most: usize) -> String {
                self.logged("string", self.list(letter, most).into_iter().collect::<String>())
            }

            pub fn array<T: Debug>(&self, element: impl Fn(&Rand) -> T, most: usize) -> Vec<T> {
                self.logged("array", self.list(element, most))
            }
        }

        fn letter(rand: &Rand) -> char {
            match rand.number(0, 99) as u8 {
                code @ 0..26 => char::from(b'a' + code),
                code @ 26..52 => char::from(b'A' + code - 26),
                code @ 52..62 => char::from(b'0' + code - 52),
                code => ODD[usize::from(code) - 62],
            }
        }

        const MAX_SHRINKS: usize = 2000;

        pub fn shrink(found: Broken, trial: impl Fn(Vec<Draw>) -> Option<Broken>) -> Broken {
            let (mut best, mut attempts) = (found, 0);
            loop {
                let (most, mut better) = (weight(&best.drawn), None);
                smaller(&best.drawn, &mut |script| {
                    attempts += 1;
                    better = trial(script).filter(|next| weight(&next.drawn) < most);
                    better.is_some() || attempts >= MAX_SHRINKS
                });
                match better {
                    Some(next) => best = next,
                    None => return best,
                }
                if attempts >= MAX_SHRINKS {
                    return best;
                }
            }
        }

        fn weight(drawn: &[Draw]) -> u128 {
            let one = |own: &Draw| match own {
                Draw::Int { value, nearest } => value.abs_diff(*nearest),
                Draw::List(items) => items.iter().map(|item| 1 + weight(item)).sum(),
            };
            drawn.iter().map(one).sum()
        }

        // Visits scripts one step smaller: elements dropped, or an integer brought nearer to the smallest. Ends when `visit` is content.
        fn smaller(drawn: &[Draw], visit: &mut dyn FnMut(Vec<Draw>) -> bool) -> bool {
            for (at, own) in drawn.iter().enumerate() {
                let mut replaced = |other: Draw| {
                    let mut script = drawn.to_vec();
                    script[at] = other;
                    visit(script)
                };
                let content = match own {
                    Draw::Int { value, nearest } => {
                        let halves = std::iter::successors(Some(value - nearest), |step| Some(step / 2)).take_while(|step| *step != 0);
                        halves.into_iter().any(|step| replaced(Draw::Int { value: value - step, nearest: *nearest }))
                    }
                    Draw::List(items) => fewer(items, &mut |items| replaced(Draw::List(items))),
                };
                if content {
                    return true;
                }
            }
            false
        }

        fn fewer(items: &[Vec<Draw>], visit: &mut dyn FnMut(Vec<Vec<Draw>>) -> bool) -> bool {
            if items.len() > 1 && visit(items[..items.len() / 2].to_vec()) {
                return true;
            }
            let without = |drop: usize| [&items[..drop], &items[drop + 1..]].concat();
            if (0..items.len()).any(|drop| visit(without(drop))) {
                return true;
            }
            items.iter().enumerate().any(|(place, item)| {
                smaller(item, &mut |inner| {
                    let mut same = items.to_vec();
                    same[place] = inner;
                    visit(same)
                })
            })
        }
    }
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    evidence::__evidence();
}

