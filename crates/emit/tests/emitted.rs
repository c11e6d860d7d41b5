//! Emitted JavaScript and Rust, compiled and run: every function answers as evaluation does.

use etymon_emit::{Artifact, Target, batch, emit_all, targets};
use etymon_kernel_rt::json::Tape;
use etymon_kernel_rt::{Val, wire};
use etymon_spec::Spec;
use etymon_spec::eval::{Evaluator, Limits};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn spec() -> Spec {
    Spec::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec")).unwrap_or_else(|refused| panic!("{refused}"))
}

fn emitted(spec: &Spec, target: &'static dyn Target) -> (tempfile::TempDir, Vec<Artifact>) {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = batch::write(spec, &[target], folder.path()).unwrap_or_else(|refused| panic!("{refused}"));
    // Node looks for packages above the file that imports them.
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../node_modules");
    assert!(packages.join("@noble/curves").is_dir(), "tests/setup/npm.sh installs what emitted JavaScript imports");
    std::os::unix::fs::symlink(packages, folder.path().join("node_modules")).unwrap();
    (folder, artifacts)
}

const SAMPLES: [&str; 18] = [
    r#"{"nat":"0"}"#,
    r#"{"nat":"1"}"#,
    r#"{"nat":"4097"}"#,
    r#"{"nat":"9007199254740993"}"#,
    r#"{"nat":"18446744073709551616"}"#,
    r#"{"bool":true}"#,
    r#"{"bool":false}"#,
    r#"{"str":""}"#,
    r#"{"str":"a"}"#,
    r#"{"str":"0aFF"}"#,
    r#"{"str":"it's 😀\u2028"}"#,
    r#"{"bytes":""}"#,
    r#"{"bytes":"00ff"}"#,
    r#"{"list":[{"nat":"2"},{"nat":"1"},{"str":"x"}]}"#,
    r#"{"record":[["a",{"nat":"1"}]]}"#,
    r#"{"record":[["a",{"nat":"1"}],["b",{"none":null}]]}"#,
    r#"{"record":[["__proto__",{"nat":"7"}],["é",{"none":null}],["10",{"list":[{"bytes":"01"}]}],["2",{"record":[]}]]}"#,
    r#"{"none":null}"#,
];

/// Requests for every entry of the spec over the samples, with the answers of evaluation.
fn requests(spec: &Spec) -> Vec<(String, String)> {
    let evaluator = Evaluator::new(spec, Limits::default()).unwrap();
    let mut all = Vec::new();
    for module in &spec.modules {
        let decl = &module.decl;
        let classes = decl.classes.iter().flat_map(|own| {
            let methods = own.methods.iter().map(|method| format!("{}.{}", own.name, method.name));
            methods.chain([format!("{}.new", own.name)])
        });
        let functions = decl.functions.iter().map(|own| own.name.to_string());
        let effects = decl.effect_functions.iter().map(|own| own.name.to_string());
        for name in functions.chain(effects).chain(classes) {
            let call = format!("{}.{name}", module.path);
            let callee = evaluator.find(spec, &call).unwrap_or_else(|| panic!("{call}"));
            for args in combinations(evaluator.arity(callee)) {
                let values = args.iter().map(|text| value(text)).collect();
                let answer = evaluator.call(callee, values).unwrap().into_val();
                ask(&mut all, &call, &args, &wire::encode(&answer));
            }
        }
        for (name, _) in &decl.constants {
            let call = format!("{}.{name}", module.path);
            ask(&mut all, &call, &[], &wire::encode(evaluator.constant(spec, &call).unwrap()));
        }
    }
    all
}

fn value(text: &str) -> Val {
    wire::decode(&Tape::read(text.as_bytes(), 100).unwrap(), 0).unwrap()
}

fn combinations(arity: usize) -> Vec<Vec<&'static str>> {
    match arity {
        0 => vec![vec![]],
        1 => SAMPLES.map(|one| vec![one]).to_vec(),
        _ => {
            let pairs = SAMPLES.into_iter().flat_map(|a| SAMPLES.map(|b| [a, b]));
            pairs.map(|pair| (0..arity).map(|at| pair[at % 2]).collect()).collect()
        }
    }
}

fn ask(all: &mut Vec<(String, String)>, call: &str, args: &[&str], answer: &str) {
    let id = all.len();
    let request = format!("{{\"id\":\"{id}\",\"suite\":\"s\",\"call\":\"{call}\",\"args\":[{}]}}", args.join(","));
    all.push((request, format!("{{\"id\":\"{id}\",\"ok\":{answer}}}")));
}

fn refusals() -> Vec<(String, String)> {
    let deep = "[".repeat(50_000) + &"]".repeat(50_000);
    let cases = [
        (r#"{"id":"x","call":"kernel/Base.twice","args":[]}"#, r#"{"id":"x","refused":"arity"}"#),
        (r#"{"id":7,"call":"kernel/Base.nothing","args":[]}"#, r#"{"id":7,"refused":"unknown call"}"#),
        (r#"{"id":7,"call":"kernel/Nothing.twice","args":[]}"#, r#"{"id":7,"refused":"unknown call"}"#),
        (r#"{"id":7,"call":"__proto__","args":[]}"#, r#"{"id":7,"refused":"unknown call"}"#),
        (
            r#"{"id":"😀\u0007","call":"kernel/Base.twice","args":[{"nat":"01"}]}"#,
            r#"{"id":"😀\u0007","refused":"bad request"}"#,
        ),
        (
            r#"{"id":"x","call":"kernel/Base.twice","args":[{"nat":"1","nat":"1"}]}"#,
            r#"{"id":null,"refused":"bad request"}"#,
        ),
        (r#"{"id":"x","call":"kernel/Base.twice","args":{}}"#, r#"{"id":"x","refused":"bad request"}"#),
        (r#"{"id":"x","call":"kernel/Base.twice","args":[],"more":1}"#, r#"{"id":"x","refused":"bad request"}"#),
        (r#"{"id":"x","suite":1,"call":"kernel/Base.twice","args":[]}"#, r#"{"id":"x","refused":"bad request"}"#),
        (r#"{"id":"x","suite":null,"call":"kernel/Base.twice","args":[]}"#, r#"{"id":"x","refused":"bad request"}"#),
        (r#"{"id":1.5,"call":"kernel/Base.twice","args":[{"nat":"1"}]}"#, r#"{"id":null,"refused":"bad request"}"#),
        (r#"{"call":"kernel/Base.twice","args":[{"nat":"1"}]}"#, r#"{"id":null,"refused":"bad request"}"#),
        ("[1]", r#"{"id":null,"refused":"bad request"}"#),
        ("nonsense", r#"{"id":null,"refused":"bad request"}"#),
        (&deep, r#"{"id":null,"refused":"bad request"}"#),
    ];
    cases.map(|(request, answer)| (request.to_owned(), answer.to_owned())).to_vec()
}

/// Asks a testee everything at once and compares line by line.
fn compare(mut testee: Command, cases: &[(String, String)]) {
    let mut child = testee.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let lines: String = cases.iter().map(|(request, _)| format!("{request}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<&str> = text.lines().collect();
    assert_eq!(answers.len(), cases.len());
    for (answer, (request, expected)) in answers.iter().zip(cases) {
        assert_eq!(answer, expected, "{request}");
    }
}

fn all_cases(spec: &Spec) -> Vec<(String, String)> {
    let mut cases = requests(spec);
    assert!(cases.len() > 2_000, "{}", cases.len());
    cases.extend(refusals());
    cases
}

#[test]
fn javascript_answers_as_evaluation_does() {
    let spec = spec();
    let (folder, artifacts) = emitted(&spec, &targets::Js);
    for artifact in artifacts.iter().filter(|own| own.path.ends_with(".js")) {
        let checked = Command::new("node").arg("--check").arg(folder.path().join(&artifact.path)).status().unwrap();
        assert!(checked.success(), "{}", artifact.path);
    }
    let mut node = Command::new("node");
    node.arg(folder.path().join("js/conformance.js"));
    compare(node, &all_cases(&spec));
}

/// Compiled code is kept between runs of the tests.
fn build_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("emitted")
}

fn cargo(folder: &Path, args: &[&str]) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(args).args(["--offline", "--locked", "--quiet", "--manifest-path"]).arg(folder.join("rust/Cargo.toml"));
    cargo.env("CARGO_TARGET_DIR", build_folder()).env("RUSTFLAGS", "-D warnings");
    cargo
}

#[test]
fn rust_answers_as_evaluation_does() {
    let spec = spec();
    let (folder, _) = emitted(&spec, &targets::Rust);
    assert!(cargo(folder.path(), &["build"]).status().unwrap().success());
    compare(Command::new(build_folder().join("debug/testee")), &all_cases(&spec));
}

#[test]
fn a_template_runs_in_the_tree_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    batch::write(&spec(), &[&targets::Js, &targets::Templates], folder.path()).unwrap();
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../node_modules");
    std::os::unix::fs::symlink(packages, folder.path().join("node_modules")).unwrap();
    let output = Command::new("node").arg(folder.path().join("js/node/server.js")).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "6\n", "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn constants_are_frozen() {
    let spec = spec();
    let (folder, _) = emitted(&spec, &targets::Js);
    let code = "import { node, kernel } from './js/index.js'
    const frozen = [kernel.Base.ODD, kernel.Base.ODD.b, kernel.Base.TWICE]
    if (!frozen.every(Object.isFrozen) || node.EveryForm.FOUR !== 4n || 'hidden' in kernel.Base) process.exit(1)";
    let file = folder.path().join("test.mjs");
    std::fs::write(&file, code).unwrap();
    assert!(Command::new("node").arg(&file).status().unwrap().success());
}

/// What is too long for vectors, and so many characters and parts that a reader which recurses would not come back.
#[test]
fn javascript_reads_requests_up_to_their_limits() {
    let (folder, _) = emitted(&spec(), &targets::Js);
    let code = r#"import { MAX_BODY, MAX_TARGET, frame, octets, request } from './sdk/core/rt/wire.js'
    import assert from 'node:assert/strict'
    const bytes = (text) => new TextEncoder().encode(text)
    const problem = (text) => frame(bytes(text)).problem
    const nested = (depth) => '['.repeat(depth) + ']'.repeat(depth)
    assert.deepEqual(frame(bytes(' '.repeat(MAX_BODY - 1) + '7')), { kind: 'frame', body: 7n, problem: null })
    assert.equal(problem(' '.repeat(MAX_BODY) + '7'), 'too_large')
    assert.equal(problem('1'.repeat(MAX_BODY)), 'bad_number')
    assert.equal(problem('['.repeat(MAX_BODY)), 'bad_json')
    assert.equal(problem('"' + '\\n'.repeat(MAX_BODY / 2 - 1)), 'bad_json')
    assert.equal(frame(bytes('"' + '\\n'.repeat(MAX_BODY / 2 - 1) + '"')).body.length, MAX_BODY / 2 - 1)
    assert.equal(frame(bytes('[' + '0,'.repeat(MAX_BODY / 2 - 2) + '0]')).body.length, MAX_BODY / 2 - 1)
    assert.deepEqual([problem(nested(64)), problem(nested(65))], [null, 'bad_json'])
    const target = (text, body = '') => request('GET', text, bytes(body)).problem
    assert.equal(target('/'.repeat(MAX_TARGET)), null)
    assert.equal(target('/'.repeat(MAX_TARGET + 1)), 'too_large')
    assert.equal(target('é'.repeat(MAX_TARGET / 2)), 'bad_target')
    assert.equal(target('é'.repeat(MAX_TARGET / 2 + 1)), 'too_large')
    assert.equal(target('/é', ' '.repeat(MAX_BODY + 1)), 'too_large')
    assert.deepEqual(request('PUT', '/a?b=1', bytes(' '.repeat(MAX_BODY + 1))).query, { b: 1n })
    assert.equal(octets('ab'.repeat(MAX_BODY)).length, MAX_BODY)"#;
    let file = folder.path().join("test.mjs");
    std::fs::write(&file, code).unwrap();
    assert!(Command::new("node").arg(&file).status().unwrap().success());
}

/// Below the primitive, which has no associated data: draft-irtf-cfrg-xchacha-03, appendix A.3.1.
#[test]
fn the_cipher_that_javascript_imports_is_that_of_the_draft() {
    let (folder, _) = emitted(&spec(), &targets::Js);
    let code = "import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
    const key = Uint8Array.from({ length: 32 }, (_, at) => 0x80 + at)
    const nonce = Uint8Array.from({ length: 24 }, (_, at) => 0x40 + at)
    const data = Uint8Array.from(Buffer.from('50515253c0c1c2c3c4c5c6c7', 'hex'))
    const text = \"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.\"
    console.log(Buffer.from(xchacha20poly1305(key, nonce, data).encrypt(new TextEncoder().encode(text))).toString('hex'))";
    let published = "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49";
    let file = folder.path().join("sdk/core/draft.mjs");
    std::fs::write(&file, code).unwrap();
    let output = Command::new("node").arg(&file).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), published);
}

#[test]
fn emission_does_not_depend_on_threads_and_paths_are_plain() {
    let spec = spec();
    let all: Vec<&dyn Target> = targets::ALL.to_vec();
    let once = emit_all(&spec, &all).unwrap();
    for threads in [1, 2, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert!(pool.install(|| emit_all(&spec, &all)).unwrap() == once, "{threads}");
    }
    assert!(once.is_sorted_by(|a, b| a.path < b.path));
    for artifact in &once {
        let plain = |name: &str| {
            !name.is_empty()
                && !name.starts_with('.')
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        };
        assert!(artifact.path.split('/').all(plain), "{}", artifact.path);
    }
    assert!(BTreeSet::from_iter(once.iter().map(|own| own.class)).len() == 3);
}
