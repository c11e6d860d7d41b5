//! Imports: what is refused, and what is relied on.

mod support;

use etymon_attest::Trust;
use etymon_constraints::Target;
use etymon_constraints::engine::{self, Failure, Outcome, Request};
use etymon_constraints::event::Stage;
use etymon_constraints::report::Verdict;
use etymon_constraints::resolve::Folder;
use support::workshop::{Fixed, at};
use support::{Files, block, findings, key, module, run, run_until, trust};

fn derive(files: &Files, property: &str, imports: &[&str]) {
    let name = format!("{property}.constraints.md");
    files.put(&name, &module(property, imports));
    let (outcome, _) = run(files, &name, &Fixed::passing());
    assert_eq!(outcome.failure, None, "{}", outcome.report);
}

fn resolve(files: &Files, name: &str) -> Outcome {
    run_until(files, name, Stage::Canonicalize, None, &trust(1)).0
}

/// The only finding, with its notes.
fn refused(files: &Files, name: &str) -> (String, String) {
    let outcome = resolve(files, name);
    assert_eq!(outcome.failure, Some(Failure::Refused));
    assert!(outcome.canonical.is_some(), "the content hash is told all the same");
    let own = outcome.report.iter().next().expect("a finding");
    (findings(&outcome.report).join(", "), own.to_string())
}

#[test]
fn a_derived_import_is_relied_on() {
    let files = Files::new();
    derive(&files, "guard", &[]);
    derive(&files, "clamp", &["guard"]);
    files.put("top.constraints.md", &module("top", &["clamp", "guard"]));
    let outcome = resolve(&files, "top.constraints.md");
    assert_eq!(outcome.failure, None, "{}", outcome.report);
    let told: Vec<_> = outcome.imports.iter().map(|own| (own.property.as_str(), own.interface.as_slice())).collect();
    assert_eq!(told, [("clamp", &["clamp".to_owned()][..]), ("guard", &["guard".to_owned()][..])]);
    assert!(outcome.imports.iter().all(|own| own.code == "export const x = 1;\n" && own.target_lang == "ts"));
}

#[test]
fn what_is_not_there_or_not_right_is_refused() {
    let files = Files::new();
    files.put("a.constraints.md", &module("a", &["gone"]));
    assert_eq!(refused(&files, "a.constraints.md").0, "7:11 RESOLVE_NOT_FOUND!");
    files.put("gone.constraints.md", "## X\ntype: no\n");
    let (codes, text) = refused(&files, "a.constraints.md");
    assert!(codes.contains("7:11 RESOLVE_INVALID!") && codes.contains("2:7 PARSE_TYPE!"), "{codes}: {text}");
    // The event has the stage's own code, whatever stands in the imported file, whose name comes first.
    files.put("b.constraints.md", &module("b", &["a"]));
    files.put("a.constraints.md", "## X\ntype: no\n");
    let (_, lines) = run_until(&files, "b.constraints.md", Stage::Canonicalize, None, &trust(1));
    let told = lines.iter().find(|line| line.starts_with("[resolve] error")).expect("refused");
    assert!(told.starts_with("[resolve] error code=RESOLVE_INVALID errors="), "{told}");
    files.put("a.constraints.md", &module("a", &["gone"]));
    files.put("gone.constraints.md", &module("other", &[]));
    assert!(refused(&files, "a.constraints.md").0.contains("5:15 RESOLVE_PROPERTY!"));
}

#[test]
fn what_is_behind_an_import_comes_with_it() {
    let files = Files::new();
    derive(&files, "guard", &[]);
    derive(&files, "clamp", &["guard"]);
    derive(&files, "range", &["clamp"]);
    files.put("top.constraints.md", &module("top", &["range"]));
    let outcome = resolve(&files, "top.constraints.md");
    let behind: Vec<_> = outcome.imports[0].behind.iter().map(|own| own.name.as_str()).collect();
    assert_eq!(behind, ["clamp", "guard"]);
    assert!(outcome.imports[0].behind.iter().all(|own| own.code == "export const x = 1;\n" && own.target_lang == "ts"));
}

#[test]
fn two_files_of_one_module_name_are_refused() {
    let files = Files::new();
    derive(&files, "guard", &[]);
    derive(&files, "clamp", &["guard"]);
    derive(&files, "other", &[]);
    let text = module("top", &["clamp", "other"]);
    files.put("top.constraints.md", &text);
    assert_eq!(run(&files, "top.constraints.md", &Fixed::passing()).0.failure, None);
    // What `clamp` calls `guard` is another file than what is called so here.
    let other = "path: ./other.constraints.md\n";
    assert!(text.contains(other), "{text}");
    files.put("top.constraints.md", &text.replace(other, &format!("{other}    as: guard\n")));
    let workshop = Fixed::passing();
    let (outcome, _) = run(&files, "top.constraints.md", &workshop);
    assert_eq!((outcome.failure, workshop.derived()), (Some(Failure::Refused), 0));
    assert_eq!(findings(&outcome.report), ["11:9 RESOLVE_MODULE!"]);
    // Whoever only wants the imports resolved is told so, too.
    assert_eq!(refused(&files, "top.constraints.md").0, "11:9 RESOLVE_MODULE!");
}

#[test]
fn names_that_no_module_can_have_and_names_that_are_one_are_refused() {
    let aliased = |aliases: &[(&str, &str)]| {
        let names: Vec<&str> = aliases.iter().map(|(name, _)| *name).collect();
        aliases.iter().fold(module("top", &names), |text, (name, alias)| {
            let path = format!("path: ./{name}.constraints.md\n");
            text.replace(&path, &format!("{path}    as: {alias}\n"))
        })
    };
    let told = |target: Target, aliases: &[(&str, &str)]| {
        let files = Files::new();
        for (name, _) in aliases {
            let path = files.put(&format!("{name}.constraints.md"), &module(name, &[]));
            let (library, trust, own, workshop) = (&Folder, trust(1), key(1), Fixed::passing());
            let (workshop, key): (Option<&dyn etymon_constraints::engine::Supply>, _) = (Some(&workshop), Some(&own));
            let request =
                Request { path: &path, until: Stage::Sign, clock: at, library, trust: &trust, workshop, target, key };
            assert_eq!(engine::run(request, &mut |_| {}).failure, None);
        }
        let path = files.put("top.constraints.md", &aliased(aliases));
        let (library, trust, own, workshop) = (&Folder, trust(1), key(1), Fixed::passing());
        let (supply, key): (Option<&dyn etymon_constraints::engine::Supply>, _) = (Some(&workshop), Some(&own));
        let (until, clock, trust) = (Stage::Sign, at, &trust);
        let request = Request { path: &path, until, clock, library, trust, workshop: supply, target, key };
        let outcome = engine::run(request, &mut |_| {});
        assert_eq!(workshop.derived(), usize::from(outcome.failure.is_none()));
        findings(&outcome.report)
    };
    let one = |target, alias| told(target, &[("guard", alias)]);
    for (target, alias) in [
        (Target::Ts, "module"),
        (Target::Js, "module"),
        (Target::Rust, "module"),
        (Target::Encdsl, "module"),
        (Target::Rust, "lib"),
        (Target::Rust, "main"),
        (Target::Rust, "type"),
        (Target::Rust, "std"),
        (Target::Rust, "3d"),
        (Target::Ts, "class"),
    ] {
        assert_eq!(one(target, alias), ["8:9 RESOLVE_MODULE!"], "{alias} {target:?}");
    }
    for (target, alias) in [(Target::Ts, "lib"), (Target::Js, "type"), (Target::Rust, "class"), (Target::Rust, "a-b")] {
        assert_eq!(one(target, alias), Vec::<String>::new(), "{alias} {target:?}");
    }
    let two = |target, a, b| told(target, &[("guard", a), ("other", b)]);
    for target in [Target::Ts, Target::Js, Target::Rust] {
        assert_eq!(two(target, "a.b", "a-b"), ["12:9 RESOLVE_MODULE!"], "{target:?}");
    }
    assert_eq!(two(Target::Rust, "a-b", "a_b"), ["12:9 RESOLVE_MODULE!"]);
    assert_eq!(two(Target::Ts, "a-b", "a_b"), Vec::<String>::new());
}

#[test]
fn code_in_another_language_is_refused_before_anything_is_derived() {
    let files = Files::new();
    derive(&files, "guard", &[]);
    files.put("a.constraints.md", &module("a", &["guard"]));
    let workshop = Fixed::passing();
    let (trust, own) = (trust(1), key(1));
    let run_in = |name: &str, until| {
        let (library, target, key, path) = (&Folder, Target::Js, Some(&own), files.path(name));
        let request =
            Request { path: &path, until, clock: at, library, trust: &trust, workshop: Some(&workshop), target, key };
        engine::run(request, &mut |_| {})
    };
    let run = |until| run_in("a.constraints.md", until);
    let outcome = run(Stage::Sign);
    assert_eq!((outcome.failure, workshop.derived()), (Some(Failure::Refused), 0));
    assert_eq!(findings(&outcome.report), ["5:15 RESOLVE_TARGET!"]);
    let text = outcome.report.to_string();
    assert!(text.contains("the code of `guard` is in `ts`, not in `js`"), "{text}");
    // The identity is that of every language.
    assert_eq!(run(Stage::Canonicalize).failure, None);
    // So imports may be in several.
    files.put("other.constraints.md", &module("other", &[]));
    assert_eq!(run_in("other.constraints.md", Stage::Sign).failure, None);
    files.put("a.constraints.md", &module("a", &["guard", "other"]));
    assert_eq!((run(Stage::Canonicalize).failure, run(Stage::Sign).failure), (None, Some(Failure::Refused)));
}

#[test]
fn a_pin_that_does_not_match_is_refused() {
    let files = Files::new();
    derive(&files, "guard", &[]);
    let hash = resolve(&files, "guard.constraints.md").canonical.expect("an identity").sha256;
    let pinned =
        |pin: &str| module("a", &["guard"]).replace("    from: path\n", &format!("    from: path\n    pin: {pin}\n"));
    files.put("a.constraints.md", &pinned(&hash));
    assert_eq!(resolve(&files, "a.constraints.md").failure, None);
    files.put("a.constraints.md", &pinned(&"0".repeat(64)));
    let (codes, text) = refused(&files, "a.constraints.md");
    assert_eq!(codes, "7:10 RESOLVE_PIN_MISMATCH!");
    assert!(text.contains("pin hash mismatch") && text.contains(&hash), "{text}");
}

#[test]
fn circles_are_refused() {
    let files = Files::new();
    files.put("a.constraints.md", &module("a", &["b"]));
    files.put("b.constraints.md", &module("b", &["c"]));
    files.put("c.constraints.md", &module("c", &["a"]));
    let (codes, text) = refused(&files, "a.constraints.md");
    assert!(codes.contains("7:11 RESOLVE_CYCLE!"), "{codes}");
    assert!(text.contains("b.constraints.md` → "), "{text}");
    files.put("self.constraints.md", &module("self", &["self"]));
    assert_eq!(refused(&files, "self.constraints.md").0, "7:11 RESOLVE_CYCLE!");
}

#[test]
fn an_import_that_is_not_known_to_pass_is_refused() {
    let files = Files::new();
    files.put("a.constraints.md", &module("a", &["guard"]));
    let why = |code: &str| {
        let (codes, text) = refused(&files, "a.constraints.md");
        assert_eq!(codes, "5:15 RESOLVE_THRESHOLD!");
        assert!(text.contains(&format!("refused with `{code}`")), "{text}");
    };
    files.put("guard.constraints.md", &module("guard", &[]));
    why("RESOLVE_UNDERIVED");

    derive(&files, "guard", &[]);
    assert_eq!(resolve(&files, "a.constraints.md").failure, None);
    let (outcome, _) = run_until(&files, "a.constraints.md", Stage::Resolve, None, &Trust::nobody());
    assert!(outcome.report.to_string().contains("SIGNATURE_UNTRUSTED"), "{}", outcome.report);

    // Changed since.
    files.put("guard.constraints.md", &(module("guard", &[]) + &block("T3", "", "More.")));
    why("MATERIALIZATION_STALE");

    // Changed by hand.
    derive(&files, "guard", &[]);
    let artifact = "guard.constraints.md.materialization.json";
    let text = files.get(artifact).expect("written");
    files.put(artifact, &text.replace("export const x", "export const y"));
    why("MATERIALIZATION_CODE");

    // The record of a failure in the place of the artifact.
    let (outcome, _) = run(&files, "guard.constraints.md", &Fixed::failing(&["T2"]));
    assert_eq!(outcome.failure, Some(Failure::Check));
    let record = files.get("guard.constraints.md.materialization.fail.json").expect("recorded");
    files.put(artifact, &record);
    why("MATERIALIZATION_FAILED");
}

#[test]
fn a_change_behind_an_import_is_told() {
    let files = Files::new();
    derive(&files, "guard", &[]);
    derive(&files, "clamp", &["guard"]);
    files.put("top.constraints.md", &module("top", &["clamp"]));
    assert_eq!(resolve(&files, "top.constraints.md").failure, None);
    files.put("guard.constraints.md", &(module("guard", &[]) + &block("T3", "", "More.")));
    assert_eq!(run(&files, "guard.constraints.md", &Fixed::passing()).0.failure, None);
    let (codes, text) = refused(&files, "top.constraints.md");
    assert_eq!(codes, "5:15 RESOLVE_THRESHOLD!");
    assert!(text.contains("MATERIALIZATION_IMPORTS") && text.contains("`guard`"), "{text}");
}

#[test]
fn a_threshold_that_was_skipped_does_not_hold() {
    let files = Files::new();
    let text = module("guard", &[]).replace("threshold: T1", "threshold: T9");
    files.put("guard.constraints.md", &(text + &block("T9", "", "x").replace("active", "deprecated")));
    let skips = Fixed::judging(|id| Ok(if id == "T9" { Verdict::Skip } else { Verdict::Pass }));
    let (outcome, _) = run(&files, "guard.constraints.md", &skips);
    assert_eq!(outcome.failure, None, "{}", outcome.report);
    assert_eq!(findings(&outcome.report), ["2:14 VALIDATE_THRESHOLD"]);
    files.put("a.constraints.md", &module("a", &["guard"]));
    assert!(refused(&files, "a.constraints.md").1.contains("MATERIALIZATION_THRESHOLD"));
}

#[test]
fn a_wide_graph_of_files_without_derivations_is_told_in_one_go() {
    let files = Files::new();
    let names: Vec<String> = (0..32).map(|nr| format!("p{nr}")).collect();
    for name in &names {
        files.put(&format!("{name}.constraints.md"), &module(name, &[]));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    files.put("index.constraints.md", &module("index", &names));
    let outcome = resolve(&files, "index.constraints.md");
    assert_eq!((outcome.failure, outcome.report.len()), (Some(Failure::Refused), 32));
    assert!(outcome.canonical.is_some());
}
