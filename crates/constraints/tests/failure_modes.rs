//! The failure modes that each stage is said to have, provoked in a whole run over real files: code, place and message of what is told first,
//! what the stage's event says, and what the run comes to. The finer points have suites of their own.

mod support;
mod tools;

use etymon_attest::{SigningKey, read_key_file};
use etymon_constraints::Target;
use etymon_constraints::derive::{ExecSubstrate, Mode, ReplaySubstrate, Substrate};
use etymon_constraints::engine::{self, Failure, Request, Supply};
use etymon_constraints::event::Stage;
use etymon_constraints::workshop::Bench;
use etymon_diagnostics::Severity;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};
use support::workshop::Fixed;
use support::{Files, block, key, module, run, run_until, run_with, trust};

const NAME: &str = "a.constraints.md";

/// What the first error says in a run over the file up to canonicalize: the run's end, the last event of that stage, and the first line of the
/// diagnostic without the folder.
fn told(files: &Files, stage: &str) -> (Option<Failure>, String, String) {
    let (outcome, lines) = run_until(files, NAME, Stage::Canonicalize, None, &trust(1));
    let error = outcome.report.iter().find(|own| own.severity == Severity::Error).expect("an error");
    let text = error.to_string().replace(&format!("{}/", files.path("").display()).replace("//", "/"), "");
    let event = lines.iter().rfind(|line| line.starts_with(&format!("[{stage}]"))).expect("an event");
    (outcome.failure, event.clone(), text.lines().next().unwrap_or_default().to_owned())
}

/// The same for a file that says this.
fn says(stage: &str, text: &str) -> (Option<Failure>, String, String) {
    let files = Files::new();
    files.put(NAME, text);
    told(&files, stage)
}

#[track_caller]
fn is(found: (Option<Failure>, String, String), failure: Failure, event: &str, line: &str) {
    assert_eq!(found, (Some(failure), event.to_owned(), line.to_owned()));
}

#[test]
fn read_a_file_that_is_not_there() {
    is(
        told(&Files::new(), "read"),
        Failure::Io,
        "[read] error code=READ_NOT_FOUND errors=1",
        "a.constraints.md: error[READ_NOT_FOUND]: no file at this path",
    );
}

#[test]
fn read_a_file_that_may_not_be_read() {
    let files = Files::new();
    // A folder is refused to everybody; a file without permissions not to the superuser.
    fs::create_dir(files.path(NAME)).expect("a folder");
    let (failure, event, line) = told(&files, "read");
    assert_eq!((failure, event.as_str()), (Some(Failure::Io), "[read] error code=READ_PERMISSION errors=1"));
    assert!(line.starts_with("a.constraints.md: error[READ_PERMISSION]: the file cannot be read"), "{line}");
    fs::remove_dir(files.path(NAME)).expect("removed");
    let path = files.put(NAME, &block("A1", "", "x"));
    fs::set_permissions(&path, Permissions::from_mode(0o000)).expect("set");
    if fs::read(&path).is_err() {
        let line = "a.constraints.md: error[READ_PERMISSION]: the file may not be read";
        is(told(&files, "read"), Failure::Io, "[read] error code=READ_PERMISSION errors=1", line);
    }
}

#[test]
fn read_a_file_in_another_encoding() {
    let files = Files::new();
    fs::write(files.path(NAME), b"## A1\ntype: pr\xe9dicat\n").expect("written");
    is(
        told(&files, "read"),
        Failure::Refused,
        "[read] error code=READ_ENCODING errors=1",
        "a.constraints.md:2:9: error[READ_ENCODING]: the file is not UTF-8",
    );
}

#[test]
fn read_a_file_without_bytes() {
    let files = Files::new();
    files.put(NAME, "");
    let (outcome, lines) = run_until(&files, NAME, Stage::Canonicalize, None, &trust(1));
    let told: Vec<String> = outcome
        .report
        .iter()
        .map(|own| {
            let at = own.origin.position().expect("a place");
            format!("{}:{} {:?} {} {}", at.line, at.column, own.severity, own.code, own.message)
        })
        .collect();
    assert_eq!(
        told,
        [
            "1:1 Warning READ_EMPTY the file has no bytes",
            "1:1 Error VALIDATE_EMPTY the file says nothing: it has no requirement and no manifest",
        ]
    );
    // It is read, with its count, and refused where a file that says nothing is.
    assert_eq!(lines[1], "[read] complete bytes=0");
    assert_eq!(lines.last().map(String::as_str), Some("[validate] error code=VALIDATE_EMPTY errors=1"));
    assert_eq!((outcome.failure, outcome.canonical), (Some(Failure::Refused), None));
}

#[test]
fn parse_finds_what_is_malformed() {
    let good = block("A1", "", "x");
    for (text, code, line) in [
        (
            good.replace("status: active\n", ""),
            "PARSE_METADATA",
            "a.constraints.md:1:4: error[PARSE_METADATA]: requirement `A1` has no `status`",
        ),
        (
            good.replace("predicate", "predikate"),
            "PARSE_TYPE",
            "a.constraints.md:2:7: error[PARSE_TYPE]: `predikate` is no `type`",
        ),
        (
            format!("@provides: p\n\n{good}"),
            "PARSE_MANIFEST",
            "a.constraints.md:1:1: error[PARSE_MANIFEST]: `@provides` has no `threshold`",
        ),
        (
            format!("{good}```assert\ntrue\n"),
            "PARSE_FENCE",
            "a.constraints.md:10:1: error[PARSE_FENCE]: the fenced block has no end",
        ),
    ] {
        is(says("parse", &text), Failure::Refused, &format!("[parse] error code={code} errors=1"), line);
    }
}

#[test]
fn validate_finds_what_does_not_fit_together() {
    let good = block("A1", "", "x");
    for (text, code, line) in [
        (
            good.repeat(2),
            "VALIDATE_DUP_ID",
            "a.constraints.md:10:4: error[VALIDATE_DUP_ID]: `A1` is the id of the requirement in line 1 already",
        ),
        (
            block("A1", "A2", "x") + &block("A2", "A1", "x"),
            "VALIDATE_CYCLE",
            "a.constraints.md:1:4: error[VALIDATE_CYCLE]: requirements depend on each other in a circle: `A1` → `A2` → `A1`",
        ),
        (
            block("A1", "A9", "x"),
            "VALIDATE_UNKNOWN_DEP",
            "a.constraints.md:6:14: error[VALIDATE_UNKNOWN_DEP]: `A1` depends on `A9`, which is not in this file",
        ),
        (
            format!("@provides: p\n  threshold: A9\n\n{good}"),
            "VALIDATE_MANIFEST_REF",
            "a.constraints.md:2:14: error[VALIDATE_MANIFEST_REF]: the threshold `A9` is not in this file",
        ),
    ] {
        is(says("validate", &text), Failure::Refused, &format!("[validate] error code={code} errors=1"), line);
    }
    // A type that is none is told by parse, and refused by validate once more.
    let files = Files::new();
    files.put(NAME, &good.replace("predicate", "predikate"));
    let (outcome, lines) = run_until(&files, NAME, Stage::Canonicalize, None, &trust(1));
    assert!(lines.contains(&"[validate] error code=VALIDATE_TYPE errors=1".to_owned()), "{lines:?}");
    let last = outcome.report.iter().last().expect("an error").to_string();
    let line = "a.constraints.md:2:7: error[VALIDATE_TYPE]: requirement `A1` has a type that is none of the seven";
    assert!(last.contains(line), "{last}");
    // What parse could not read is not valid either.
    files.put(NAME, &good.replace("authority: human-authored\n", ""));
    let (outcome, lines) = run_until(&files, NAME, Stage::Canonicalize, None, &trust(1));
    assert_eq!(lines.last().map(String::as_str), Some("[validate] error code=PARSE_METADATA errors=1"));
    assert_eq!(outcome.report.len(), 1);
    // Nobody means the requirement itself.
    files.put(NAME, &block("A1", "A2", "x"));
    let (outcome, _) = run_until(&files, NAME, Stage::Canonicalize, None, &trust(1));
    assert!(!outcome.report.to_string().contains("did you mean"), "{}", outcome.report);
}

#[test]
fn validate_refuses_pages_for_rust() {
    let page = "```a11y\nreturn \"<p>x</p>\"\n```\n\n```flow\nexpect p exists\n```\n";
    let files = Files::new();
    files.put(NAME, &format!("{}\n{page}", block("A1", "", "x")));
    let outcome = |target| {
        let clock = support::workshop::at;
        let (path, trust, library) = (files.path(NAME), trust(1), etymon_constraints::resolve::Folder);
        let request = Request {
            path: &path,
            until: Stage::Validate,
            clock,
            library: &library,
            trust: &trust,
            workshop: None,
            target,
            key: None,
        };
        engine::run(request, &mut |_| {})
    };
    let told: Vec<String> = outcome(Target::Rust).report.iter().map(|own| own.to_string()).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    let place =
        "a.constraints.md:11:1: error[VALIDATE_TARGET]: `a11y` evidence of `A1` cannot be checked for target `rust`";
    assert!(told[0].contains(place), "{}", told[0]);
    assert!(told[1].contains("a.constraints.md:15:1: error[VALIDATE_TARGET]: `flow` evidence of `A1`"), "{}", told[1]);
    assert_eq!(outcome(Target::Rust).failure, Some(Failure::Refused));
    assert_eq!(outcome(Target::Ts).failure, None);
    // What is not enforced needs no check.
    files.put(NAME, &format!("{}\n{page}", block("A1", "", "x").replace("active", "deprecated")));
    assert_eq!(outcome(Target::Rust).failure, None);
}

#[test]
fn resolve_finds_what_cannot_be_relied_on() {
    let files = Files::new();
    files.put(NAME, &module("a", &["guard"]));
    let refused = |code: &str, line: &str| {
        is(told(&files, "resolve"), Failure::Refused, &format!("[resolve] error code={code} errors=1"), line);
    };
    refused(
        "RESOLVE_NOT_FOUND",
        "a.constraints.md:7:11: error[RESOLVE_NOT_FOUND]: the imported file `./guard.constraints.md` is not there",
    );
    files.put("guard.constraints.md", &module("guard", &[]));
    refused(
        "RESOLVE_THRESHOLD",
        "a.constraints.md:5:15: error[RESOLVE_THRESHOLD]: the threshold of `guard` is not known to pass: `./guard.constraints.md` was never derived",
    );
    assert_eq!(run(&files, "guard.constraints.md", &Fixed::passing()).0.failure, None);
    let hash = run_until(&files, "guard.constraints.md", Stage::Canonicalize, None, &trust(1)).0.canonical;
    let (hash, pin) = (hash.expect("an identity").sha256, "0".repeat(64));
    files.put(NAME, &module("a", &["guard"]).replace("    from: path\n", &format!("    from: path\n    pin: {pin}\n")));
    refused(
        "RESOLVE_PIN_MISMATCH",
        &format!(
            "a.constraints.md:7:10: error[RESOLVE_PIN_MISMATCH]: pin hash mismatch: `./guard.constraints.md` has the content hash `{hash}`, not `{pin}`"
        ),
    );
    files.put(NAME, &module("a", &["guard"]));
    files.put("guard.constraints.md", &module("guard", &["a"]));
    refused(
        "RESOLVE_CYCLE",
        "a.constraints.md:7:11: error[RESOLVE_CYCLE]: files import each other in a circle: `a.constraints.md` → `./guard.constraints.md` → `a.constraints.md`",
    );
}

/// A bench whose substrate is this.
fn bench(substrate: impl Substrate + Send + Sync + 'static) -> Bench {
    Bench {
        substrate: Box::new(substrate),
        mode: Mode::Single,
        judges: true,
        sandbox: tools::sandbox(),
        tools: tools::tools(),
        bounds: tools::bounds(),
        clock: || SystemTime::UNIX_EPOCH,
    }
}

/// A substrate that runs a shell's command line.
fn shell(line: &str) -> ExecSubstrate {
    let command = ["sh", "-c", line].map(str::to_owned).to_vec();
    ExecSubstrate { command, model: "m".to_owned(), patience: Duration::from_secs(60) }
}

/// Runs all of it; what the first error says, and the last event of a stage.
fn all(text: &str, workshop: &dyn Supply, stage: &str) -> (Option<Failure>, String, String, Vec<String>) {
    let files = Files::new();
    files.put(NAME, text);
    let (outcome, lines) = run(&files, NAME, workshop);
    let error = outcome.report.iter().find(|own| own.severity == Severity::Error);
    let notes = error.map(|own| own.notes.clone()).unwrap_or_default();
    let line = error.map(ToString::to_string).unwrap_or_default();
    let line = line.replace(&format!("{}/", files.path("").display()).replace("//", "/"), "");
    let event = lines.iter().rfind(|line| line.starts_with(&format!("[{stage}]"))).cloned().unwrap_or_default();
    (outcome.failure, event, line.lines().next().unwrap_or_default().to_owned(), notes)
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn derive_gets_no_answer() {
    let good = block("A1", "", "x");
    let gone = Files::new();
    let replay = ReplaySubstrate { folder: gone.path("answers"), model: "m".to_owned() };
    let (failure, event, line, _) = all(&good, &bench(replay), "derive");
    assert_eq!((failure, event.as_str()), (Some(Failure::Io), "[derive] error code=DERIVE_API errors=1"));
    assert!(line.starts_with("a.constraints.md: error[DERIVE_API]: no recorded answer can be read from `"), "{line}");
    for (command, code, message) in [
        ("exit 3", "DERIVE_API", "`sh` gives no answer: "),
        ("printf '```ts\\nexport const a'", "DERIVE_TRUNCATED", "the answer ends inside its fenced block"),
        ("echo \"I'm sorry, but no.\"", "DERIVE_REFUSED", "the substrate refuses: I'm sorry, but no."),
    ] {
        let (failure, event, line, _) = all(&good, &bench(shell(command)), "derive");
        assert_eq!((failure, event), (Some(Failure::Io), format!("[derive] error code={code} errors=1")), "{line}");
        assert!(line.starts_with(&format!("a.constraints.md: error[{code}]: {message}")), "{line}");
    }
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn verify_fails_backend_by_backend() {
    let fence = |tag: &str, text: &str| block("A1", "", &format!("It holds.\n\n```{tag}\n{text}\n```"));
    let pinned = format!(
        "@pins:\n  - id: name\n    must-contain: \"clamp\"\n    why: \"others search for it\"\n\n{}",
        block("A1", "", "x")
    );
    let page =
        "return '<!doctype html><html lang=\"en\"><title>t</title><main><h1>t</h1><img src=\"x\"></main></html>'";
    for (text, code, at, why) in [
        (block("A1", "", "x"), "export const = 1", "1:4", "[types:fail] module.ts:1:"),
        (block("A1", "", "x"), "export const a: number = 'x'", "1:4", "[types:fail] module.ts:1:14 - error TS2322"),
        (
            fence("assert", "a === 2"),
            "export const a: number = 1",
            "1:4",
            "[assert:fail] line 11: `a === 2` is false: the left side is 1",
        ),
        (
            fence("property", "return rand.int(0, 10) < a"),
            "export const a: number = 5",
            "1:4",
            "rand.int = 5; returned false",
        ),
        (pinned, "export const a = 1", "2:9", "[pin:fail] pin not found: `name` wants `clamp` (others search for it)"),
        (fence("a11y", page), "export const a = 1", "1:4", "[a11y:fail]"),
        (
            fence("flow", "expect #sum text \"2\""),
            "export const mount = (root: HTMLElement): void => { root.innerHTML = '<p id=\"sum\">1</p>'; }",
            "1:4",
            "[flow:fail]",
        ),
    ] {
        let answer = Files::new();
        let path = answer.put("answer.md", &format!("```ts\n{code}\n```\n"));
        let (failure, event, line, notes) = all(&text, &bench(shell(&format!("cat {}", path.display()))), "verify");
        assert_eq!(failure, Some(Failure::Check), "{line}");
        assert!(event.starts_with("[verify] error code=VERIFY_FAILED results="), "{event}");
        assert!(line.starts_with(&format!("a.constraints.md:{at}: error[VERIFY_FAILED]: ")), "{line}");
        assert!(line.ends_with(" does not hold"), "{line}");
        assert!(notes.concat().contains(why), "{why} in {notes:?}");
    }
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn a_judge_that_rules_fail_is_advice() {
    // The same program writes and judges: what it is asked tells which.
    let line = "if grep -q 'Does the code below'; then echo '{\"verdict\":\"fail\",\"reasoning\":\"too short\"}'; else printf '```ts\\nexport const a = 1\\n```\\n'; fi";
    let files = Files::new();
    files.put(NAME, &block("A1", "", "It is long.\n\n```judgment\nThe module is long.\n```"));
    let (outcome, _) = run(&files, NAME, &bench(shell(line)));
    assert_eq!(outcome.failure, None, "{}", outcome.report);
    let report = outcome.verification.expect("a verdict");
    let evidence = &report.outcome("A1").expect("judged").evidence;
    assert_eq!(evidence, "[types:pass] no errors\n[judgment:fail (soft)] too short");
}

/// What signing with this key comes to.
fn signed(files: &Files, key: Option<&SigningKey>) -> (Option<Failure>, String, String) {
    let workshop = Fixed::passing();
    let (outcome, lines) = run_with(files, NAME, (Stage::Sign, Some(&workshop), &trust(1)), key);
    let error = outcome.report.iter().next().map(ToString::to_string).unwrap_or_default();
    let error = error.replace(&format!("{}/", files.path("").display()).replace("//", "/"), "");
    (outcome.failure, lines.last().cloned().unwrap_or_default(), error.lines().next().unwrap_or_default().to_owned())
}

#[test]
fn sign_without_a_key_or_a_place() {
    let files = Files::new();
    files.put(NAME, &module("a", &[]));
    is(
        signed(&files, None),
        Failure::Io,
        // Before anybody is asked, and paid.
        "[derive] error code=SIGN_NO_KEY errors=1",
        "a.constraints.md: error[SIGN_NO_KEY]: no signing key was given",
    );
    // A folder where the artifact would be: nobody can write it.
    fs::create_dir(files.path("a.constraints.md.materialization.json")).expect("a folder");
    let (failure, event, line) = signed(&files, Some(&key(1)));
    assert_eq!((failure, event.as_str()), (Some(Failure::Io), "[sign] error code=SIGN_WRITE errors=1"));
    assert!(line.starts_with("a.constraints.md: error[SIGN_WRITE]: "), "{line}");
}

#[test]
fn sign_with_what_is_no_key() {
    let files = Files::new();
    let path = files.put("release.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("set");
    let error = read_key_file(&path).map(|_| ()).expect_err("no key");
    let own = etymon_diagnostics::Diagnostic::from(error);
    assert_eq!(own.code.as_str(), "SIGN_BAD_KEY");
    assert!(own.message.contains("release.pem"), "{}", own.message);
    let absent = read_key_file(&files.path("gone.pem")).map(|_| ()).expect_err("no key");
    assert_eq!(etymon_diagnostics::Diagnostic::from(absent).code.as_str(), "SIGN_NO_KEY");
}
