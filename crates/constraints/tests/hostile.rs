//! Candidates that do not want to be judged. Each of them must end as a failure, and for the reason that is pinned here.

mod tools;

use etymon_constraints::codes::SANDBOX_UNAVAILABLE;
use etymon_constraints::model::{Backend, Target};
use etymon_constraints::report::Verdict;
use etymon_constraints::sandbox::Launcher;
use etymon_constraints::verify::Bounds;
use std::process::Command;
use std::time::{Duration, Instant};
use tools::{bounds, candidate, document, one, providing, tools, verify, verify_with, with};

/// Evidence on a plain JavaScript candidate whose `f` is given each of `arguments` and must always answer 1.
fn each(code: &str, arguments: &[&str]) -> Vec<String> {
    let lines: Vec<String> = arguments.iter().map(|own| format!("await f({own}) === 1")).collect();
    let (verdict, evidence) = one(Target::Js, code, Backend::Assert, &lines.join("\n"));
    assert_eq!(verdict, Verdict::Fail, "{evidence}");
    let told: Vec<String> = evidence.lines().skip(1).map(str::to_owned).collect();
    assert_eq!(told.len(), arguments.len(), "each of them fails: {evidence}");
    told
}

/// What [`f`] gives where the answer was 2.
const TWO: &str = "[assert:fail] line 10: `await f() === 1` is false: the left side is 2";

/// Evidence on a plain JavaScript candidate that exports `f`, which must answer 1.
fn f(code: &str) -> String {
    let (verdict, evidence) = one(Target::Js, code, Backend::Assert, "await f() === 1");
    assert_eq!(verdict, Verdict::Fail, "{evidence}");
    let (types, rest) = evidence.split_once('\n').unwrap_or((&evidence, ""));
    assert_eq!(types, "[types:pass] no errors", "{evidence}");
    rest.to_owned()
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn an_honest_one_passes() {
    assert_eq!(one(Target::Js, "export const f = () => 1;", Backend::Assert, "await f() === 1").0, Verdict::Pass);
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn infinite_loops() {
    let started = Instant::now();
    // A machine that is very busy gives a loop less than all of its time. What waits for ever is known by having run hardly at all, if what the
    // packages of the evidence need to start is little of the time that it has.
    let busy = ["no answer within 5 s of processor time, so it was killed", "no answer within 25 s, so it was killed"];
    let idle = [
        "no answer within 50 s, so it was killed",
        "no answer within 50 s, in which its processes hardly ran, so they were killed: it waits for what does not come, or the machine is too busy",
    ];
    for (code, block, why) in [
        ("for (;;);\nexport const f = () => 1;", 5, &busy[..]),
        ("export const f = () => { for (;;); };", 5, &busy[..]),
        ("export const f = () => new Promise(() => {});", 10, &idle[..]),
    ] {
        let short = Bounds { block: Duration::from_secs(block), ..bounds() };
        let blocks = vec![with("A1", Backend::Assert, "await f() === 1"), with("A2", Backend::Assert, "1 === 1")];
        let report = verify_with(&document(blocks), &candidate(Target::Js, code), &short, None);
        assert_eq!(report.verdict, Verdict::Fail);
        let evidence = &report.outcome("A1").unwrap().evidence;
        assert!(why.iter().any(|own| evidence.ends_with(own)), "{evidence}");
        // A requirement that does not call what hangs is judged all the same, by a new process.
        let other = report.outcome("A2").unwrap();
        assert_eq!(other.status == Verdict::Pass, !code.starts_with("for"), "{}", other.evidence);
    }
    assert!(started.elapsed() < Duration::from_secs(400));
}

/// A busy machine gives a candidate little of its processors, which looks like this from inside.
#[test]
#[ignore = "runs candidates: `just candidates`"]
fn what_takes_long_and_runs_little_is_no_loop() {
    let short = Bounds { block: Duration::from_secs(4), ..bounds() };
    let code = "export const f = () => new Promise(done => setTimeout(() => done(1), 8000));";
    let blocks = vec![with("A1", Backend::Assert, "await f() === 1")];
    let report = verify_with(&document(blocks), &candidate(Target::Js, code), &short, None);
    assert_eq!(report.verdict, Verdict::Pass, "{report:?}");
}

const PROCESS: &str = "[assert:fail] the process of the candidate was killed for a forbidden system call (a process, a socket, or another way out)";

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn processes() {
    let hidden = "const load = async name => import(name);\n";
    for body in [
        "for (;;) (await load('node:child_process')).spawn('/bin/sh', ['-c', 'while :; do sh & done']);",
        "(await load('node:child_process')).execSync('id');",
        "(await load('node:child_process')).fork('/job/module.js');",
        "(await load('node:cluster')).default.fork();",
    ] {
        assert_eq!(f(&format!("{hidden}export const f = async () => {{ {body} return 1; }};")), PROCESS);
    }
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn threads_are_limited() {
    let code = "export const f = async () => {
  const { Worker } = await import(String('node:worker_threads'));
  const all = [];
  for (let at = 0; at < 1000; at += 1) all.push(new Promise((done, fail) => { const own = new Worker('for (;;);', { eval: true }); own.on('error', fail); own.on('online', done); }));
  await Promise.all(all);
  return 1;
};";
    let said = f(code);
    assert!(said.starts_with("[assert:fail]"), "{said}");
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn memory() {
    // Collecting garbage up to the limit takes a while on a busy machine.
    let patient = Bounds { block: Duration::from_secs(60), ..bounds() };
    let code = "export const f = () => { const all = []; for (;;) all.push(new Array(1000000).fill(0).map(at => ({ at }))); };";
    let file = document(vec![with("A1", Backend::Assert, "f() === 1")]);
    let report = verify_with(&file, &candidate(Target::Js, code), &patient, None);
    assert_eq!(report.verdict, Verdict::Fail);
    let objects = report.outcome("A1").unwrap().evidence.clone();
    assert!(
        objects.contains("the process of the candidate was killed by signal") && objects.contains("heap"),
        "{objects}"
    );
    let buffers = f("export const f = () => { const all = []; for (;;) all.push(new Uint8Array(1 << 26).fill(1)); };");
    assert!(
        buffers.contains("the process of the candidate was killed")
            || buffers.contains("threw RangeError: Array buffer allocation failed"),
        "{buffers}"
    );
    let answer = f("export const f = () => 'x'.repeat(1 << 25);");
    assert!(answer.contains("too large"), "{answer}");
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn files_of_the_user() {
    let reading = "const fs = await import(String('node:fs'));\n";
    let folders = [
        "/root",
        "/home",
        "/etc",
        "/var",
        "/work",
        "/job/../root",
        env!("CARGO_MANIFEST_DIR"),
        "/proc/1/root/root",
        "/old",
    ];
    let quoted: Vec<String> = folders.iter().map(|folder| format!("'{folder}'")).collect();
    let quoted: Vec<&str> = quoted.iter().map(String::as_str).collect();
    for said in each(&format!("{reading}export const f = folder => {{ fs.readdirSync(folder); return 1; }};"), &quoted)
    {
        assert!(said.contains("ENOENT"), "{said}");
    }
    let home = f(&format!(
        "{reading}const os = await import(String('node:os'));\nexport const f = () => fs.readdirSync(os.homedir()).length + 1 - 1 || os.homedir();"
    ));
    assert_eq!(home, "[assert:fail] line 10: `await f() === 1` is false: the left side is '/tmp'");
    let environment = f("export const f = () => Object.keys(globalThis['process'].env).sort().join();");
    assert!(environment.ends_with("is 'HOME,LANG,PATH,TMPDIR,TZ'"), "{environment}");
    // It sees its own files, and none of the evidence.
    let job = f(&format!("{reading}export const f = () => fs.readdirSync('/job').sort().join();"));
    assert!(job.ends_with("is 'candidate.mjs,membrane.mjs,module.js,package.json'"), "{job}");
    // Nothing of what lies beside the engine, which may be somebody's home.
    let beside = f(&format!("{reading}export const f = () => fs.readdirSync('/opt/node').join();"));
    assert!(beside.ends_with("is 'node'"), "{beside}");
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn writing_outside() {
    let reading = "const fs = await import(String('node:fs'));\n";
    let paths = ["'/job/module.js'", "'/usr/x'", "'/x'", "'/dev/x'", "'/root/x'", "'/proc/sys/kernel/core_pattern'"];
    let told =
        each(&format!("{reading}export const f = path => {{ fs.writeFileSync(path, 'x'); return 1; }};"), &paths);
    for (said, why) in told.iter().zip(["EROFS", "EROFS", "EROFS", "EROFS", "ENOENT", "EROFS"]) {
        assert!(said.contains(&format!("threw Error: {why}")), "{said}");
    }
    let full = f(&format!(
        "{reading}export const f = () => {{ for (let at = 0; ; at += 1) fs.writeFileSync(`/tmp/${{at}}`, 'x'.repeat(1 << 20)); }};"
    ));
    assert!(full.contains("ENOSPC"), "{full}");
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn sockets() {
    for body in [
        "(await load('node:net')).connect(80, '127.0.0.1'); await new Promise(done => setTimeout(done, 500));",
        "(await load('node:net')).createServer().listen(0); await new Promise(done => setTimeout(done, 500));",
        "(await load('node:net')).createServer().listen('/tmp/s'); await new Promise(done => setTimeout(done, 500));",
        "(await load('node:dgram')).createSocket('udp4').send('x', 53, '127.0.0.1'); await new Promise(done => setTimeout(done, 500));",
        "await globalThis['fetch']('http://127.0.0.1/').catch(() => 0);",
    ] {
        assert_eq!(
            f(&format!(
                "const load = async name => import(name);\nexport const f = async () => {{ {body} return 1; }};"
            )),
            PROCESS,
            "{body}"
        );
    }
}

/// Everything that evidence uses, broken on the candidate's side: none of it is the evidence's.
#[test]
#[ignore = "runs candidates: `just candidates`"]
fn prototypes() {
    // Past the type checker, whose word comes first.
    let put = "const put = (of, key, value) => { of[key] = value; };";
    for change in [
        "put(Array.prototype, 'every', () => true)",
        "put(String.prototype, 'includes', () => true)",
        "put(RegExp.prototype, 'test', () => true)",
        "put(Object, 'is', () => true)",
        "put(JSON, 'stringify', ((real) => (value, ...rest) => real(value, ...rest).replace('2', '1'))(JSON.stringify))",
        "put(Reflect, 'apply', () => 1)",
        "put(Promise.prototype, 'then', function (done) { done(1); })",
        "put(Function.prototype, 'call', () => 1)",
        "put(Number, 'isFinite', () => false)",
        "put(Map.prototype, 'get', () => 1)",
        "put(Object.prototype, 'toJSON', () => ['r', true, 1])",
        "Object.defineProperty(Array.prototype, 'toJSON', { value: () => 1 })",
        "Object.defineProperty(Promise.prototype, 'then', { value: () => 1 })",
        "put(Object.getPrototypeOf([][Symbol.iterator]()), 'next', () => ({ done: true }))",
        "put(globalThis['Buffer'], 'from', () => 1)",
        "put(globalThis['Buffer'].prototype, 'toString', () => '1')",
    ] {
        let (verdict, said) =
            one(Target::Js, &format!("{put}\n{change};\nexport const f = () => 2;"), Backend::Assert, "f() === 1");
        let why = ["Cannot assign to read only property", "object is not extensible", "Cannot redefine property"];
        assert!(verdict == Verdict::Fail && why.iter().any(|own| said.contains(own)), "{change}: {said}");
        let said = f(&format!("{put}\nexport const f = async () => {{ try {{ {change}; }} catch {{}} return 2; }};"));
        assert_eq!(said, TWO, "{change}");
    }
}

/// What a module can change of its own process, and what does not change what it is heard to say.
#[test]
#[ignore = "runs candidates: `just candidates`"]
fn its_own_process() {
    let own = "const { default: fs } = await import(String('node:fs'));\nconst { syncBuiltinESMExports: sync } = await import(String('node:module'));";
    for change in [
        "for (const name of ['JSON', 'Object', 'Array', 'Number', 'Reflect', 'Promise', 'Map', 'Buffer']) globalThis[name] = new Proxy(globalThis[name], { get: () => () => 1 });",
        "fs.writeSync = fs.readSync = fs.read = () => 1; sync();",
        "const { default: util } = await import(String('node:util')); for (const name of Object.keys(util.types)) try { util.types[name] = () => true; } catch {}",
        "for (const name of ['setTimeout', 'setImmediate', 'clearTimeout']) globalThis[name] = () => 1;",
        "const { Peer, Lines } = await import(String('/job/membrane.mjs')); try { Peer.prototype.encode = () => 1; } catch {} try { Lines.prototype.take = () => ''; } catch {}",
    ] {
        assert_eq!(f(&format!("{own}\n{change}\nexport const f = async () => 2;")), TWO, "{change}");
    }
    // What a list holds is not what it says when it is iterated.
    let list = "export const f = () => Object.assign([2], { [Symbol.iterator]: function* () { yield 1; } });";
    let (verdict, evidence) = one(Target::Js, list, Backend::Assert, "f()[0] === 1");
    assert!(verdict == Verdict::Fail && evidence.contains("is false: the left side is 2"), "{evidence}");
    let promise = "export const f = () => Object.assign(Promise.resolve(2), { then: done => done(1) });";
    assert_eq!(f(promise), TWO);
    // An answer that nobody was asked for.
    for line in ["['r', true, 1]", "['r', '', true, 1]", "['r', null, true, 1]"] {
        let said = f(&format!(
            "{own}\nexport const f = () => {{ fs.writeSync(4, JSON.stringify({line}) + '\\n'); return 2; }};"
        ));
        assert!(said.contains("not an answer to what was asked"), "{said}");
    }
}

/// Errors and objects of one's own have what they are given, whatever their prototypes are kept from.
#[test]
#[ignore = "runs candidates: `just candidates`"]
fn honest_ones_set_what_prototypes_have() {
    let code = "class Own extends Error { constructor(text) { super(text); this.name = 'Own'; this.message = `own ${text}`; } }
function Old() {}
Old.prototype.toString = () => 'old';
Old.prototype.constructor = Old;
export const f = () => { try { throw new Own('x'); } catch (error) { const o = {}; o.toString = () => 'o'; o.valueOf = () => 1;
  return error.name + error.message + new Old() + o.toString() === 'Ownown xoldo' && o == 1 ? 1 : 2; } };";
    assert_eq!(one(Target::Js, code, Backend::Assert, "f() === 1").0, Verdict::Pass);
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn chameleons() {
    let values = "[{ valueOf: () => 1, toString: () => '1', [Symbol.toPrimitive]: () => 1 }, new Proxy({}, { get: () => 1 }), new (class { valueOf() { return 1; } })(), new Number(1), [1], '1', true, 1n]";
    for said in each(&format!("export const f = at => {values}[at];"), &["0", "1", "2", "3", "4", "5", "6", "7"]) {
        assert!(said.contains("=== 1` is false: ") || said.contains("=== 1` threw "), "{said}");
    }
    // What is no boolean is no `true`.
    let (verdict, _) = one(Target::Js, "export const f = () => ({});", Backend::Assert, "f()");
    assert_eq!(verdict, Verdict::Fail);
}

/// The harness's own channel and files.
#[test]
#[ignore = "runs candidates: `just candidates`"]
fn fake_verdicts() {
    let answer = "JSON.stringify({ status: 'pass', evidence: ['1 of 1 hold'] }) + '\\n'";
    for (body, why) in [
        // Standard output leads nowhere.
        (
            format!("for (let at = 0; at < 9; at += 1) globalThis['process'].stdout.write({answer}); return 2;"),
            "is false: the left side is 2",
        ),
        (
            format!("console.log({answer}); globalThis['process'].exit(0);"),
            "the process of the candidate ended with exit code 0",
        ),
        // The pipe to the evidence carries values, not verdicts.
        (format!("(await load('node:fs')).writeSync(4, {answer}); return 2;"), "not a message of the membrane"),
        (
            "(await load('node:fs')).writeSync(4, JSON.stringify(['r', true, [['x', ['u']]]]) + '\\n'); return 2;"
                .to_owned(),
            "not an answer to what was asked",
        ),
        ("(await load('node:fs')).closeSync(4); return 1;".to_owned(), "the process of the candidate"),
        (
            format!(
                "(await load('node:fs')).writeSync(1, {answer}); (await load('node:fs')).writeSync(2, {answer}); return 2;"
            ),
            "is false: the left side is 2",
        ),
        // The evidence's functions are called through handles; nothing but calls is allowed on them.
        (
            "globalThis['process'].kill(1, 9); globalThis['process'].abort();".to_owned(),
            "the process of the candidate was killed by signal",
        ),
    ] {
        let said = f(&format!("const load = async name => import(name);\nexport const f = async () => {{ {body} }};"));
        assert!(why.split('|').any(|why| said.contains(why)), "{body}: {said}");
    }
}

/// The membrane's own messages, with numbers that are none: on the other side they would lead to the prototypes of the evidence.
#[test]
#[ignore = "runs candidates: `just candidates`"]
fn messages_that_reach_for_the_evidence() {
    // The names of questions keep a module from answering; here is one that has found them out.
    let harness = concat!(env!("CARGO_MANIFEST_DIR"), "/harness/membrane.mjs");
    for first in [
        // Failures would no longer be noted, because `push` does nothing.
        "2, ['o', '__proto__', 0, 'push', ['w', 'Object']]",
        "2, ['a', '__proto__', 0, 1]",
        "2, ['o', 'constructor', 0, 'isArray', ['w', 'Object']]",
        "['ref', 'push']",
        "['ref', -1]",
        // A list that is filled as if it were an object.
        "['ref', 5], ['a', 5, 0, 2], ['o', 5, 0, '0', 2, 'every', ['H', 0, 'f']]",
    ] {
        let script = format!(
            "import {{ Peer }} from {harness:?};
let name;
const wire = {{ send: (line) => {{ [, name] = JSON.parse(line); }}, receive: () => JSON.stringify(['r', name, true, {first}]) }};
const peer = new Peer(wire, {{ byHandle: () => false, gives: () => true, allow: () => true, roots: {{}} }});
try {{ peer.ask('apply', null, []); console.log('taken'); }} catch (error) {{ console.log(String(error)); }}"
        );
        let ran = Command::new(&tools().node).args(["--input-type=module", "--eval", &script]).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stdout);
        assert_eq!(said.trim(), "TypeError: not a message of the membrane", "{first}: {ran:?}");
    }
}

/// Exports in the place of what evidence takes for built in.
#[test]
#[ignore = "runs candidates: `just candidates`"]
fn exports_in_the_place_of_what_is_built_in() {
    for name in ["Object", "JSON", "undefined", "Number"] {
        let code = format!("const own = {{ is: () => true }};\nexport {{ own as {name} }};\nexport const f = () => 2;");
        let (verdict, evidence) = one(Target::Js, &code, Backend::Assert, "Object.is(f(), 1)");
        assert_eq!(verdict, Verdict::Fail);
        let wanted = format!("the module exports `{name}`, which evidence takes for the built-in one");
        assert!(evidence.contains(&wanted), "{evidence}");
    }
    // What the author asks for is no trick.
    let mut own = document(vec![with("A1", Backend::Assert, "Map() === 1")]);
    own.manifest = providing(&["Map"]);
    let report = verify(&own, &candidate(Target::Js, "const own = () => 1;\nexport { own as Map };"));
    assert_eq!(report.verdict, Verdict::Pass, "{report:?}");
}

/// A page whose methods answer what the evidence wants to see.
#[test]
#[ignore = "runs candidates: `just candidates`"]
fn pages_that_answer_for_themselves() {
    for trick in [
        "document.querySelector = () => ({ textContent: 'right' });",
        "document.body.firstChild.classList.contains = () => true;",
        "Object.defineProperty(document, 'querySelector', { value: () => null });",
    ] {
        let code = format!(
            "/** @type {{any}} */ const document = globalThis['document'];\nexport function mount() {{ document.body.innerHTML = '<p id=a>wrong</p>'; {trick} }}"
        );
        let (verdict, evidence) = one(Target::Js, &code, Backend::Flow, "expect #a text \"right\"");
        assert_eq!(verdict, Verdict::Fail, "{trick}");
        assert!(evidence.contains("`set` is not allowed on this"), "{trick}: {evidence}");
    }
}

/// A function of the evidence is a way to call it, and to nothing else.
#[test]
#[ignore = "runs candidates: `just candidates`"]
fn callbacks_lead_nowhere() {
    let code = "
export const f = callback => { try { return callback.constructor('return process')().pid; } catch (error) { return error.message; } };
export const g = callback => Object.getPrototypeOf(callback) === null;
export const h = callback => { callback.call = () => true; return 1; };
";
    let text = "f(() => 1) === ''\ng(() => 1) === true\nh(() => 1) === 2";
    let (_, evidence) = one(Target::Js, code, Backend::Assert, text);
    assert!(evidence.contains("the left side is '`get` is not allowed on this'"), "{evidence}");
    assert!(evidence.contains("`proto` is not allowed on this"), "{evidence}");
    assert!(evidence.contains("`set` is not allowed on this"), "{evidence}");
}

/// The checker reads what the candidate says about itself.
#[test]
#[ignore = "runs candidates: `just candidates`"]
fn comments_that_silence_the_checker() {
    for code in [
        "// @ts-nocheck\nexport const f = (): number => 'x';",
        "export const f = (): number =>\n  // @ts-ignore\n  'x';",
        "export const f = (): number =>\n  // @ts-expect-error\n  'x';",
    ] {
        let (verdict, evidence) = one(Target::Ts, code, Backend::Assert, "f() === 'x'");
        assert_eq!(verdict, Verdict::Fail);
        assert!(evidence.contains("the comment silences the type checker"), "{evidence}");
    }
    let report = verify(
        &document(vec![with("A1", Backend::Assert, "f() === 1")]),
        &candidate(Target::Js, "// @ts-nocheck\nexport const f = () => 1;"),
    );
    assert_eq!(report.verdict, Verdict::Fail);
}

/// Without a sandbox there is no run at all.
#[test]
#[ignore = "runs candidates: `just candidates`"]
fn no_sandbox_no_run() {
    for helper in [
        vec!["/bin/true".into()],
        vec!["/bin/false".into()],
        vec!["/nowhere".into()],
        vec![],
        vec!["/bin/sh".into(), "-c".into(), "exec /bin/sh -c 'exit 125'".into()],
    ] {
        let refused = Launcher { helper }.probe().unwrap_err();
        assert_eq!(refused.code, SANDBOX_UNAVAILABLE);
        assert!(
            refused.message.starts_with("no sandbox can be set up here, so the candidate was not run: "),
            "{}",
            refused.message
        );
        assert!(refused.help.is_some());
    }
}
