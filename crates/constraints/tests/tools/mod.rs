//! What the tests of the backends share: tools, and documents written in a few words.
#![allow(dead_code, reason = "each test file uses its part")]

use etymon_constraints::model::{
    Authority, Backend, Document, Evidence, Kind, Manifest, Pin, Provides, Requirement, Status, Target,
};
use etymon_constraints::report::{Report, Verdict};
use etymon_constraints::sandbox::{Launcher, Sandbox};
use etymon_constraints::verify::{Bounds, Candidate, Judge, Tools, Verifier, linker};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

/// The helper that cargo has built beside the tests.
pub fn launcher() -> Launcher {
    Launcher { helper: vec![env!("CARGO_BIN_EXE_etymon-sandbox").into()] }
}

/// A sandbox. Where none can be set up, these tests fail: they are about nothing else.
pub fn sandbox() -> Sandbox {
    launcher().probe().unwrap()
}

/// What `tests/setup/verifiers.sh` has installed, and the Node.js of the search path.
pub fn tools() -> Tools {
    static FOUND: OnceLock<Tools> = OnceLock::new();
    FOUND
        .get_or_init(|| {
            let setup = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/setup");
            let said = |program: &str, script: &str| {
                let out = Command::new(program).args(["-c", script]).current_dir(&setup).output().unwrap();
                assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
                PathBuf::from(String::from_utf8(out.stdout).unwrap().trim())
            };
            Tools {
                node: said("bash", "PATH=$(./node.sh) command -v node"),
                verifiers: said("bash", "PATH=$(./node.sh) ./verifiers.sh"),
                toolchain: Some(said("bash", "rustc --print sysroot")),
                linker: linker(&std::env::var_os("PATH").unwrap_or_default()),
            }
        })
        .clone()
}

/// A requirement without evidence.
pub fn requirement(id: &str) -> Requirement {
    Requirement {
        id: id.to_owned(),
        kind: Kind::Predicate,
        authority: Authority::HumanAuthored,
        scope: "module".to_owned(),
        status: Status::Active,
        depends_on: Vec::new(),
        unknown: BTreeMap::new(),
        body: String::new(),
        evidence: Vec::new(),
        line: 1,
    }
}

/// A requirement with one block, whose content begins in line 10.
pub fn with(id: &str, backend: Backend, text: &str) -> Requirement {
    let evidence = vec![Evidence { backend, text: text.to_owned(), line: 10 }];
    Requirement { evidence, ..requirement(id) }
}

/// The same, after others.
pub fn after(mut requirement: Requirement, others: &[&str]) -> Requirement {
    requirement.depends_on = others.iter().map(|id| (*id).to_owned()).collect();
    requirement
}

/// A file without manifest.
pub fn document(requirements: Vec<Requirement>) -> Document {
    Document { manifest: Manifest::default(), requirements }
}

/// A manifest that declares `interface`.
pub fn providing(interface: &[&str]) -> Manifest {
    let interface = interface.iter().map(|name| (*name).to_owned()).collect();
    let provides = Provides { property: "p".to_owned(), threshold: "A1".to_owned(), interface, line: 1 };
    Manifest { provides: Some(provides), ..Manifest::default() }
}

/// A phrase pin.
pub fn pin(id: &str, phrase: &str, why: Option<&str>) -> Pin {
    Pin { id: id.to_owned(), phrase: phrase.to_owned(), why: why.map(str::to_owned), line: 1 }
}

/// A candidate without imports.
pub fn candidate(target: Target, code: &str) -> Candidate {
    Candidate { target, code: code.to_owned(), imports: Vec::new() }
}

/// Bounds long enough for a busy machine. Tests of what hangs have shorter ones.
pub fn bounds() -> Bounds {
    Bounds { block: Duration::from_secs(60), ..Bounds::default() }
}

/// The report on `candidate`.
pub fn verify_with(document: &Document, candidate: &Candidate, bounds: &Bounds, judge: Option<&dyn Judge>) -> Report {
    let (sandbox, tools) = (sandbox(), tools());
    Verifier { sandbox: &sandbox, tools: &tools, bounds, judge }.verify(document, candidate).unwrap()
}

/// The report on `candidate`, without a judge.
pub fn verify(document: &Document, candidate: &Candidate) -> Report {
    verify_with(document, candidate, &bounds(), None)
}

/// Verdict and evidence of one block against one module.
pub fn one(target: Target, code: &str, backend: Backend, text: &str) -> (Verdict, String) {
    let report = verify(&document(vec![with("A1", backend, text)]), &candidate(target, code));
    let outcome = report.outcome("A1").unwrap().clone();
    assert_eq!(report.verdict, outcome.status);
    (outcome.status, outcome.evidence)
}
