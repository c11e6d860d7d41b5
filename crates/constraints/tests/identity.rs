//! Identity over generated files: how a file is written leaves no trace, what it says always does. And no text makes a stage panic.

use etymon_constraints::canonicalize::{Canonical, canonicalize};
use etymon_constraints::parse::{Parsed, parse};
use etymon_constraints::read::decode;
use etymon_constraints::validate::validate;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::{BTreeMap, BTreeSet};

/// What a file says.
#[derive(Clone, Debug, PartialEq)]
struct Said {
    provides: Option<(String, usize, Vec<String>)>,
    imports: Vec<(String, String, Option<String>, Option<String>)>,
    pins: Vec<(String, String, Option<String>)>,
    blocks: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq)]
struct Block {
    id: String,
    kind: &'static str,
    authority: &'static str,
    scope: String,
    status: &'static str,
    /// Of earlier blocks.
    depends_on: Vec<usize>,
    unknown: BTreeMap<String, String>,
    body: Vec<String>,
}

const KINDS: [&str; 7] =
    ["specification", "predicate", "invariant", "bridge", "methodology", "example", "counterexample"];
const BODIES: [&str; 12] = [
    "The result lies between `lo` and `hi`.",
    "```assert\nclamp(5, 0, 3) === 3\n## no heading\n```",
    "~~~property\nreturn rand.bool() || true\n~~~",
    "- one\n- two\n\n  ```js\n  inside()\n  ```",
    "    indented code",
    "> quoted\n> text",
    "a <b>bold</b> word",
    "<div>\nhtml\n</div>",
    "key: value",
    "ünïcödé — 日本 😀",
    "### a smaller heading",
    "Under\n---",
];

fn word() -> impl Strategy<Value = String> {
    "[A-Za-z][A-Za-z0-9_.-]{0,6}"
}

fn block() -> impl Strategy<Value = Block> {
    let unknown = btree_map("x-[a-z]{1,4}|Ünbekannt", "[a-z:#]{0,6}", 0..3);
    let body = vec(select(&BODIES[..]).prop_map(str::to_owned), 0..4);
    let status = select(&["active", "deprecated", "retracted", "superseded"][..]);
    let authority = select(&["human-authored", "AI-suggested-pending", "derived"][..]);
    (select(&KINDS[..]), authority, word(), status, unknown, body, vec(any::<prop::sample::Index>(), 0..3)).prop_map(
        |(kind, authority, scope, status, unknown, body, links)| {
            let depends_on = links.iter().map(|link| link.index(1 << 16)).collect();
            Block { id: String::new(), kind, authority, scope, status, depends_on, unknown, body }
        },
    )
}

fn said() -> impl Strategy<Value = Said> {
    let provides = option::of((word(), any::<prop::sample::Index>(), vec(word(), 0..4)));
    let hash = option::of("[0-9a-f]{64}");
    let imports = btree_map(word(), (word(), hash, option::of(word())), 0..4);
    // With quotes and blanks at the ends, which the canonical form must not lose.
    let phrase = "[a-z#: \u{a0}\"']{1,9}";
    let pins = btree_map(word(), (phrase, option::of(phrase)), 0..3);
    let ids = btree_set("[A-Zé]{1,3}[0-9]{1,2}( [a-z]{1,3})?", 1..8)
        .prop_map(|ids| ids.into_iter().collect::<Vec<_>>())
        .prop_shuffle();
    (provides, imports, pins, ids, vec(block(), 8)).prop_map(|(provides, imports, pins, ids, blocks)| {
        let blocks: Vec<Block> = ids
            .into_iter()
            .zip(blocks)
            .enumerate()
            .map(|(at, (id, mut own))| {
                own.id = id;
                own.depends_on = own.depends_on.iter().filter(|_| at > 0).map(|link| link % at.max(1)).collect();
                own.depends_on.sort_unstable();
                own.depends_on.dedup();
                own
            })
            .collect();
        Said {
            provides: provides.map(|(name, at, symbols)| (name, at.index(blocks.len()), symbols)),
            imports: imports.into_iter().map(|(name, (path, pin, alias))| (name, path, pin, alias)).collect(),
            pins: pins.into_iter().map(|(name, (phrase, why))| (name, phrase, why)).collect(),
            blocks,
        }
    })
}

/// Decides how something is written; the same choices for the same seed.
struct Style(u64);

impl Style {
    fn pick(&mut self, below: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % below as u64).expect("small")
    }

    fn shuffle<T>(&mut self, mut items: Vec<T>) -> Vec<T> {
        for at in (1..items.len()).rev() {
            items.swap(at, self.pick(at + 1));
        }
        items
    }

    fn one(&mut self, of: &[&'static str]) -> &'static str {
        of[self.pick(of.len())]
    }

    fn list(&mut self, items: Vec<&str>) -> String {
        let items = self.shuffle(items);
        let (open, comma) = (self.one(&["[", "[ "]), self.one(&[",", ", ", " , "]));
        format!("{open}{}]", items.join(comma))
    }

    fn quoted(&mut self, text: &str) -> String {
        let quote = self.one(&["\"", "'"]);
        format!("{quote}{text}{quote}")
    }
}

fn manifest(said: &Said, style: &mut Style) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some((name, at, symbols)) = &said.provides {
        let interface = style.list(symbols.iter().map(String::as_str).collect());
        let keys = vec![format!("  threshold: {}\n", said.blocks[*at].id), format!("    interface: {interface}\n")];
        parts.push(format!("@provides: {name}\n{}", style.shuffle(keys).concat()));
    }
    let item = |keys: Vec<(&str, String)>, style: &mut Style| {
        let indent = style.one(&["", "  ", "\t"]);
        let comment = style.one(&["", "    # a comment: with a colon\n"]);
        let lines: Vec<String> =
            style.shuffle(keys).into_iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
        format!("{indent}- {}", lines.join(&format!("{comment}    ")))
    };
    let mut imports = Vec::new();
    for (property, path, pin, alias) in &said.imports {
        let path = if style.pick(2) == 0 { path.clone() } else { style.quoted(path) };
        let mut keys = vec![("property", property.clone()), ("from", "path".to_owned()), ("path", path)];
        keys.extend(pin.clone().map(|own| ("pin", own)));
        keys.extend(alias.clone().map(|own| ("as", own)));
        imports.push(item(keys, style));
    }
    match imports.is_empty() {
        true => parts.push(style.one(&["", "@imports: []\n", "@imports:\n"]).to_owned()),
        false => parts.push(format!("@imports:\n{}", style.shuffle(imports).concat())),
    }
    let mut pins = Vec::new();
    for (id, phrase, why) in &said.pins {
        let key = style.one(&["must-contain", "mustContain"]);
        let mut keys = vec![("id", id.clone()), (key, style.quoted(phrase))];
        keys.extend(why.as_ref().map(|own| ("why", style.quoted(own))));
        pins.push(item(keys, style));
    }
    if !pins.is_empty() {
        parts.push(format!("@pins:\n{}", style.shuffle(pins).concat()));
    }
    style.shuffle(parts)
}

fn written(said: &Said, seed: u64) -> Vec<u8> {
    let mut style = Style(seed);
    let mut text = style.one(&["", "\u{feff}", "# Title\n\n*Some prose.*\n\n"]).to_owned();
    for part in manifest(said, &mut style) {
        text += &part;
        text += style.one(&["", "\n", "\n\n"]);
    }
    text += style.one(&["", "\nProse after it.\n\n- with a list\n", "\n    and: code\n"]);
    let mut blocks = Vec::new();
    for own in &said.blocks {
        let depends_on = style.list(own.depends_on.iter().map(|at| said.blocks[*at].id.as_str()).collect());
        let mut lines = vec![
            format!("type: {}", own.kind),
            format!("authority: {}", own.authority),
            format!("scope:   {}", own.scope),
            format!("status:{}", own.status),
        ];
        if !own.depends_on.is_empty() || style.pick(2) == 0 {
            lines.push(format!("depends-on: {depends_on}"));
        }
        lines.extend(own.unknown.iter().map(|(key, value)| format!("{key}: {value}")));
        let body = own.body.join("\n\n");
        let before = style.one(&["\n", "\n\n\n"]);
        // An HTML block ends at a blank line only, and would hide the next heading.
        let after = match body.ends_with('>') {
            true => style.one(&["\n\n", "\n\n\n\n"]),
            false => style.one(&["\n", "\n\n", "\n\n\n\n"]),
        };
        let heading = style.one(&["## ", "##  ", "##\t"]);
        blocks.push(format!("{heading}{}\n{}\n{before}{body}{after}", own.id, style.shuffle(lines).join("\n")));
    }
    text += &style.shuffle(blocks).concat();
    let ending = style.one(&["\n", "\r\n", "\r"]);
    let lines: Vec<String> =
        text.split('\n').map(|line| format!("{line}{}", style.one(&["", "", " ", "  \t"]))).collect();
    lines.join(ending).into_bytes()
}

fn accepted(bytes: Vec<u8>) -> (Parsed, Canonical) {
    let source = decode("f", bytes).expect("text");
    let parsed = parse(&source.file);
    let findings = validate(&parsed);
    assert!(
        !parsed.report.has_errors() && !findings.has_errors(),
        "{} {findings}\n{}",
        parsed.report,
        source.file.text()
    );
    let canonical = canonicalize(&parsed.document);
    (parsed, canonical)
}

/// Says one thing else.
fn changed(said: &Said, what: usize, at: usize) -> Said {
    let mut other = said.clone();
    let count = other.blocks.len();
    let block = &mut other.blocks[at % count];
    match what {
        0 => block.kind = KINDS[(KINDS.iter().position(|kind| *kind == block.kind).expect("known") + 1) % KINDS.len()],
        1 => block.authority = if block.authority == "derived" { "human-authored" } else { "derived" },
        2 => block.scope.push('x'),
        3 => block.status = if block.status == "active" { "deprecated" } else { "active" },
        4 => block.body.push("One more sentence.".to_owned()),
        5 => drop(block.unknown.insert("y-new".to_owned(), "v".to_owned())),
        6 => block.id.push('9'),
        7 => other.pins.push(("zz-new".to_owned(), "phrase".to_owned(), None)),
        8 => other.imports.push(("zz-new".to_owned(), "./x".to_owned(), None, None)),
        9 => match &mut other.provides {
            Some((_, _, symbols)) => symbols.push("zzNew".to_owned()),
            None => other.provides = Some(("zz-new".to_owned(), 0, Vec::new())),
        },
        10 => match other.imports.first_mut() {
            Some((_, _, pin @ None, _)) => *pin = Some("a".repeat(64)),
            Some((_, path, _, _)) => path.push('x'),
            None => other.blocks[0].scope.push('y'),
        },
        _ => {
            let last = count - 1;
            match other.blocks[last].depends_on.pop() {
                None if last > 0 => other.blocks[last].depends_on.push(0),
                None => other.blocks[0].scope.push('z'),
                Some(_) => {}
            }
        }
    }
    other
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn how_a_file_is_written_leaves_no_trace(said in said(), seeds in any::<(u64, u64)>()) {
        let (_, one) = accepted(written(&said, seeds.0));
        let (_, other) = accepted(written(&said, seeds.1));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn what_a_file_says_always_does(said in said(), what in 0usize..12, at in any::<usize>(), seed in any::<u64>()) {
        let (_, one) = accepted(written(&said, seed));
        let (_, other) = accepted(written(&changed(&said, what, at), seed));
        prop_assert_ne!(one.sha256, other.sha256);
    }

    #[test]
    fn the_canonical_form_says_the_same_and_is_its_own(said in said(), seed in any::<u64>()) {
        let (parsed, canonical) = accepted(written(&said, seed));
        let (again, same) = accepted(canonical.text.clone().into_bytes());
        prop_assert_eq!(&canonical, &same);
        prop_assert_eq!(parsed.document.requirements.len(), again.document.requirements.len());
        let pins = |of: &Parsed| {
            let told = of.document.manifest.pins.iter().map(|own| (own.id.clone(), own.phrase.clone(), own.why.clone()));
            told.collect::<BTreeSet<_>>()
        };
        prop_assert_eq!(pins(&again), said.pins.iter().cloned().collect());
        prop_assert_eq!(pins(&parsed), pins(&again));
        for own in &again.document.requirements {
            let before = parsed.document.requirements.iter().find(|other| other.id == own.id).expect("kept");
            prop_assert_eq!((own.kind, own.authority, own.status), (before.kind, before.authority, before.status));
            prop_assert_eq!((&own.body, &own.scope, &own.unknown), (&before.body, &before.scope, &before.unknown));
            prop_assert_eq!(own.evidence.len(), before.evidence.len());
        }
    }

    #[test]
    fn no_text_makes_a_stage_panic(parts in vec(prop_oneof![fragment(), "\\PC{0,12}", any::<char>().prop_map(String::from)], 0..40)) {
        let text = parts.concat();
        let source = decode("f", text.into_bytes()).expect("text");
        let parsed = parse(&source.file);
        let findings = validate(&parsed);
        for own in parsed.report.iter().chain(findings.iter()) {
            prop_assert!(own.origin.position().is_some() && own.help.is_some(), "{own}");
            prop_assert!(!own.to_string().is_empty());
        }
        if !parsed.report.has_errors() && !findings.has_errors() {
            let canonical = canonicalize(&parsed.document);
            let (_, again) = accepted(canonical.text.clone().into_bytes());
            prop_assert_eq!(canonical, again);
        }
    }
}

/// Pieces of files, whole and broken.
fn fragment() -> impl Strategy<Value = String> {
    select(
        &[
            "## A\n",
            "## B1\n",
            "##",
            "## ",
            " ## C\n",
            "type: predicate\n",
            "type: no\n",
            "authority: derived\n",
            "scope: module\n",
            "status: active\n",
            "depends-on: [A, B1]\n",
            "depends-on: [\n",
            "id: A\n",
            "\n",
            "\n\n",
            "```",
            "```assert\n",
            "~~~~\n",
            "```\n",
            "> ",
            "- ",
            "  ",
            "\t",
            "<!--",
            "-->",
            "<div>\n",
            "<script>\n",
            "@provides: p\n",
            "  threshold: A\n",
            "  interface: [a,b\n",
            "@imports:\n",
            "@imports: []\n",
            "- property: x\n",
            "    path: ./x\n",
            "    pin: abc\n",
            "@pins:\n",
            "  - id: i\n",
            "    must-contain: \"\"\n",
            "    # comment\n",
            "# T\n",
            "---\n",
            "\r",
            "\r\n",
            "[x]: /y \"\n",
            "\u{feff}",
            "\0",
            "   ",
        ][..],
    )
    .prop_map(str::to_owned)
}
