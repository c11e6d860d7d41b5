//! The documentation says what the sources say: folders, imports, names, numbers, counts, links and examples.
//!
//! `UPDATE_DOCS=1 cargo test --package etymon --test docs` writes the counts of `docs/trust.md` anew.

use etymon_emit::targets;
use etymon_kernel_rt::{Nat, Op, Prim};
use etymon_spec::check::{EFFECTS, MAX_DECL_DEPTH};
use etymon_spec::eval::Limits;
use etymon_spec::image::{MAX_DEPTH, MAX_INPUT, Source, read_file, read_module, read_node};
use etymon_spec::{About, Layer, MAX_MODULES, MAX_TEMPLATE, names};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A page, or nothing where the crates are built alone: the Nix sandbox has no documentation, so that editing it rebuilds nothing.
fn page(path: &str) -> Option<String> {
    let root = root();
    let text = fs::read_to_string(root.join(path));
    assert!(text.is_ok() || !root.join("docs").exists(), "{path} is missing");
    text.ok()
}

/// All pages by path, except the transcripts, which have a test of their own.
fn pages() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![String::from("docs")];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(root().join(&folder)) else { continue };
        for entry in entries.map(|entry| entry.expect("a readable folder")) {
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                open.push(path);
            } else if path.ends_with(".md") {
                found.insert(path.clone(), fs::read_to_string(entry.path()).expect("a readable page"));
            }
        }
    }
    for path in ["README.md", "CHANGELOG.md"] {
        found.extend(page(path).map(|text| (path.to_owned(), text)));
    }
    found
}

/// The text from a heading to the next one of any level.
fn section<'t>(text: &'t str, heading: &str) -> &'t str {
    let from = text.find(&format!("{heading}\n")).unwrap_or_else(|| panic!("no heading `{heading}`"));
    let body = &text[from + heading.len()..];
    let ends = body.match_indices("\n#").map(|(at, _)| at);
    // A `#` in a fenced block is no heading.
    let end = ends.into_iter().find(|at| body[..*at].matches("\n```").count().is_multiple_of(2));
    &body[..end.unwrap_or(body.len())]
}

/// Words in backticks, in order.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// First column of the table in a section, without backticks.
fn rows(section: &str) -> Vec<&str> {
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    cells.collect()
}

/// Contents of the fenced blocks of a language.
fn fenced<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let opening = format!("```{language}\n");
    let blocks = text.match_indices(&opening).map(|(at, _)| &text[at + opening.len()..]);
    blocks.map(|rest| &rest[..rest.find("```").expect("a closed block")]).collect()
}

#[test]
fn folders_are_where_the_architecture_says() {
    let Some(text) = page("docs/architecture.md") else { return };
    let mut above: Vec<String> = Vec::new();
    let mut listed = BTreeSet::new();
    for line in fenced(section(&text, "## Folders"), "text")[0].lines() {
        let names = line.trim_start();
        let depth = (line.len() - names.len()) / 2;
        above.truncate(depth);
        for name in names.split("   ").next().unwrap_or_default().split_whitespace() {
            let path = format!("{}{name}", above.concat());
            let there = root().join(&path);
            assert!(if name.ends_with('/') { there.is_dir() } else { there.is_file() }, "`{path}` is not there");
            listed.insert(path);
        }
        above.push(names.split_whitespace().next().unwrap_or_default().to_owned());
    }
    for folder in ["crates", "tests", "lean/Enc", "golden"] {
        for entry in fs::read_dir(root().join(folder)).expect("a readable folder") {
            let entry = entry.expect("a readable folder");
            let path = format!("{folder}/{}/", entry.file_name().to_string_lossy());
            // A folder without files is none for git.
            let empty = fs::read_dir(entry.path()).is_ok_and(|mut entries| entries.next().is_none());
            assert!(!entry.path().is_dir() || empty || listed.contains(&path), "`{path}` is not in the drawing");
        }
    }
}

#[test]
fn crates_import_downwards_only() {
    let Some(text) = page("docs/architecture.md") else { return };
    let drawing = quoted(&text).into_iter().find(|words| words.starts_with("cli → ")).expect("the import drawing");
    let ranks: BTreeMap<&str, usize> = drawing
        .split(" → ")
        .enumerate()
        .flat_map(|(rank, names)| names.trim_matches(['{', '}']).split(", ").map(move |name| (name, rank)))
        .collect();
    for entry in fs::read_dir(root().join("crates")).expect("the crates") {
        let folder = entry.expect("the crates").path();
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(rank) = ranks.get(name.as_str()) else { panic!("`{name}` is not in the import drawing") };
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
        let dependencies = manifest.split("\n[dependencies]").nth(1).and_then(|rest| rest.split("\n[").next());
        let dependencies = dependencies.unwrap_or_default();
        for other in dependencies.lines().filter_map(|line| line.strip_prefix("etymon-")) {
            let other = other.split(['.', ' ', '=']).next().unwrap_or_default();
            assert!(ranks[other] > *rank, "`{name}` imports `{other}` against the drawing");
        }
    }
}

#[test]
fn reserved_names_are_those_of_the_checker() {
    let Some(text) = page("docs/lowering.md") else { return };
    let from = text.find("Reserved, the union").expect("the list of reserved names");
    let list = text[from..].split(":\n`").nth(1).and_then(|rest| rest.split('`').next()).expect("a list in backticks");
    let mut listed: Vec<&str> = list.split_whitespace().collect();
    listed.sort_unstable();
    assert_eq!(listed, names::RESERVED);
}

/// What a reader of images knows in some place, from its own refusal of what it does not.
fn known(node: &str) -> Vec<String> {
    let refusal = read_node(Source { path: "-", bytes: node.as_bytes() }).expect_err("an unknown node");
    let help = refusal.help.expect("a help line");
    help.trim_start_matches("known: ").split(", ").map(str::to_owned).collect()
}

#[test]
fn forms_are_those_of_the_reader() {
    let Some(text) = page("docs/architecture.md") else { return };
    assert_eq!(rows(section(&text, "### Expressions")), known("{\"zzzzzzzzzz\":1}"));
    let statements = section(&text, "### Statements");
    let (forms, effects) = statements.split_once("effect types").expect("the effect types");
    assert_eq!(rows(forms), known("{\"stmt\":{\"zzzzzzzzzz\":1}}"));
    for (line, (effect, keys)) in effects.lines().filter(|line| line.starts_with("| `")).zip(EFFECTS) {
        assert_eq!(quoted(line), [&[effect], keys].concat());
    }
    assert_eq!(rows(effects).len(), EFFECTS.len());
    let operations = text.split("operations are ").nth(1).and_then(|rest| rest.split('.').next());
    assert_eq!(quoted(operations.expect("the operations")), Op::ALL.map(Op::name));
    let layers = text.split("the layer one of ").nth(1).and_then(|rest| rest.split(", the name").next());
    assert_eq!(quoted(layers.expect("the layers")), Layer::ALL.map(Layer::name));
}

#[test]
fn primitives_and_targets_are_those_of_the_sources() {
    let Some(trust) = page("docs/trust.md") else { return };
    let listed: BTreeSet<String> = section(&trust, "## Primitives")
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split('`').next()?.to_owned()))
        .collect();
    assert_eq!(listed, Prim::ALL.map(|prim| prim.name().to_owned()).into_iter().collect());
    let readme = page("README.md").expect("a README");
    let mut names: Vec<&str> = rows(section(&readme, "## Targets"));
    names.sort_unstable();
    let mut own: Vec<&str> = targets::ALL.iter().map(|target| target.name()).chain(["wasm"]).collect();
    own.sort_unstable();
    assert_eq!(names, own);
}

/// Every `<number> <noun>` of a text must be this number; tells how many there are.
fn count(path: &str, text: &str, noun: &str, number: u64) -> usize {
    let mut found = 0;
    for (at, _) in text.match_indices(&format!(" {noun}")) {
        let before = text[..at].rsplit(char::is_whitespace).next().unwrap_or_default();
        let digits = before.trim_start_matches('(').replace(',', "");
        if let Ok(said) = digits.parse::<u64>() {
            assert_eq!(said, number, "{path} says `{before} {noun}`");
            found += 1;
        }
    }
    found
}

#[test]
fn numbers_are_those_of_the_sources() {
    let limits = Limits::default();
    let numbers = [
        ("expression forms", known("{\"zzzzzzzzzz\":1}").len() as u64),
        ("statement forms", known("{\"stmt\":{\"zzzzzzzzzz\":1}}").len() as u64),
        ("operations", Op::ALL.len() as u64),
        ("primitives", Prim::ALL.len() as u64),
        ("effect types", EFFECTS.len() as u64),
        ("MiB of input", MAX_INPUT as u64 >> 20),
        ("nested JSON arrays", MAX_DEPTH as u64),
        ("nested nodes in a declaration", u64::from(MAX_DECL_DEPTH)),
        ("steps of evaluation", limits.steps),
        ("MiB for a value", limits.size >> 20),
        ("digits) for a natural", Nat::MAX_DIGITS as u64),
        ("modules and templates", MAX_MODULES as u64),
        ("MiB for a template", MAX_TEMPLATE as u64 >> 20),
    ];
    let pages = pages();
    let Some(architecture) = pages.get("docs/architecture.md") else { return };
    assert!(architecture.contains(&format!("2^{} bits", Nat::MAX_BITS.ilog2())) && Nat::MAX_BITS.is_power_of_two());
    for (noun, number) in numbers {
        let found: usize = pages.iter().map(|(path, text)| count(path, &text.replace("**", ""), noun, number)).sum();
        assert!(found > 0, "no page says how many {noun} there are");
    }
}

#[test]
fn examples_are_read() {
    let Some(text) = page("docs/architecture.md") else { return };
    let image = &text[text.find("## The image\n").expect("the image")..text.find("## The store\n").expect("the store")];
    let mut read = 0;
    for block in fenced(image, "json") {
        let source = Source { path: "docs/architecture.md", bytes: block.as_bytes() };
        match block.split('"').nth(1) {
            Some("module") => drop(read_module(source).unwrap_or_else(|refused| panic!("{block}\n{refused:?}"))),
            Some("template") => drop(read_file(source).unwrap_or_else(|refused| panic!("{block}\n{refused:?}"))),
            Some("spec") => assert_eq!(block.trim_end(), About::default().image(), "the defaults"),
            _ => drop(read_node(source).unwrap_or_else(|refused| panic!("{block}\n{refused:?}"))),
        }
        read += 1;
    }
    for value in quoted(section(image, "### Values")).into_iter().filter(|words| words.starts_with('{')) {
        let node = format!("{{\"lit\":{value}}}");
        let source = Source { path: "docs/architecture.md", bytes: node.as_bytes() };
        read_node(source).unwrap_or_else(|refused| panic!("{value}\n{refused:?}"));
        read += 1;
    }
    assert!(read > 7, "only {read} examples were found");
}

#[test]
fn code_is_quoted_as_it_stands() {
    let Some(readme) = page("README.md") else { return };
    let flake = include_str!("../template/flake.nix");
    for line in fenced(&readme, "nix")[0].lines() {
        assert!(flake.contains(line), "the template has no line `{line}`");
    }
}

#[test]
fn a_new_instrument_is_tried_with_what_the_examples_are_tried_with() {
    let Some(examples) = page("tests/e2e/instruments/package-lock.json") else { return };
    let new = page("crates/cli/template/instrument/package-lock.json").expect("the template");
    let [new, examples] = [new, examples].map(|text| serde_json::from_str::<serde_json::Value>(&text).expect("JSON"));
    let packages = new["packages"].as_object().expect("packages");
    for (path, own) in packages.iter().filter(|(path, _)| !path.is_empty()) {
        let other = &examples["packages"][path];
        assert_eq!((&own["version"], &own["integrity"]), (&other["version"], &other["integrity"]), "`{path}`");
    }
    let manifest = page("crates/cli/template/instrument/package.json").expect("the template");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(manifest["devDependencies"], packages[""]["devDependencies"]);
    assert!(packages.len() > 100, "only {} packages", packages.len());
}

#[test]
fn links_lead_somewhere() {
    for (path, text) in pages() {
        let folder = root().join(&path).parent().map(Path::to_owned).unwrap_or_default();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let local = !target.is_empty() && !target.contains("://");
            assert!(!local || folder.join(target).exists(), "{path} links to `{target}`, which is not there");
        }
    }
}

/// The page with the output of each `$ command` of its console blocks as it is now.
fn counted(text: &str) -> String {
    let mut fresh = String::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside {
            let Some(command) = line.strip_prefix("$ ") else { continue };
            let run = Command::new("sh").args(["-c", command]).current_dir(root()).env("LC_ALL", "C").output();
            let run = run.expect("a shell");
            let printed = String::from_utf8_lossy(&run.stdout);
            fresh += &format!("{line}\n{}\n", printed.trim_end());
            continue;
        }
        fresh += line;
        fresh.push('\n');
    }
    fresh
}

#[test]
fn counts_of_the_trust_page_are_as_their_commands_print() {
    let Some(text) = page("docs/trust.md") else { return };
    let fresh = counted(&text);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(root().join("docs/trust.md"), &fresh).expect("a writable page");
        return;
    }
    for (old, new) in text.lines().zip(fresh.lines()) {
        assert_eq!(old, new, "docs/trust.md is out of date; run with UPDATE_DOCS=1");
    }
    assert_eq!(text, fresh, "docs/trust.md is out of date; run with UPDATE_DOCS=1");
}
