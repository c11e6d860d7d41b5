//! The substrates: recorded answers, commands, and a real HTTP server that misbehaves.

mod tools;

use etymon_constraints::codes::{DERIVE_API, DERIVE_REFUSED, DERIVE_TRUNCATED};
use etymon_constraints::derive::{
    ExecSubstrate, HttpSubstrate, ImportedInterface, Key, MAX_ANSWER, Mode, Recording, ReplaySubstrate, Substrate,
    Task, build_prompt, derive, function_hash, parts,
};
use etymon_constraints::materialization::{ImportRef, Origins};
use etymon_constraints::model::{Document, Manifest, Requirement, Target};
use etymon_constraints::tls::Authorities;
use etymon_diagnostics::Diagnostic;
use etymon_spec::canonical::sha256_hex;
use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};
use tools::{after, document, pin, providing, requirement};

fn ids(document: &Document) -> String {
    document.requirements.iter().map(|own| own.id.clone()).collect::<Vec<_>>().join(" ")
}

/// Every look at it is 250 ms later than the one before.
fn clock() -> SystemTime {
    static LOOKS: AtomicU64 = AtomicU64::new(0);
    at() + Duration::from_millis(250 * LOOKS.fetch_add(1, Ordering::SeqCst))
}

/// 2026-01-02T03:04:05Z, a Friday.
fn at() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045)
}

fn task<'a>(document: &'a Document, mode: Mode) -> Task<'a> {
    Task { document, canonical: &ids, target: Target::Ts, imports: &[], mode, clock }
}

/// A substrate that answers from a list.
struct Scripted(RefCell<Vec<Result<String, Box<Diagnostic>>>>, RefCell<Vec<String>>);

impl Scripted {
    fn new(answers: Vec<Result<String, Box<Diagnostic>>>) -> Scripted {
        Scripted(RefCell::new(answers), RefCell::default())
    }
}

impl Substrate for Scripted {
    fn id(&self) -> &str {
        "scripted"
    }

    fn model(&self) -> &str {
        "m"
    }

    fn complete(&self, prompt: &str) -> Result<String, Box<Diagnostic>> {
        self.1.borrow_mut().push(prompt.to_owned());
        self.0.borrow_mut().remove(0)
    }
}

#[test]
fn the_prompt_says_all_that_binds() {
    let pins = vec![pin("p", "lo must not exceed hi", None)];
    let file =
        Document { manifest: Manifest { pins, ..providing(&["clamp", "Range"]) }, ..document(vec![requirement("A1")]) };
    let import = ImportedInterface {
        property: "number-guard".to_owned(),
        module: "guard".to_owned(),
        hash: "00".to_owned(),
        interface: vec!["guard(x: number): number".to_owned()],
    };
    let prompt = build_prompt("THE TEXT", &file, Target::Ts, &[import], None);
    for part in [
        "THE TEXT",
        "clamp, Range",
        "lo must not exceed hi",
        "`./guard.js` offers the property `number-guard`: guard(x: number): number",
        "tagged `ts`",
    ] {
        assert!(prompt.contains(part), "{prompt}");
    }
    assert_eq!(
        prompt,
        build_prompt(
            "THE TEXT",
            &file,
            Target::Ts,
            &[ImportedInterface {
                property: "number-guard".into(),
                module: "guard".into(),
                hash: "11".into(),
                interface: vec!["guard(x: number): number".into()]
            }],
            None
        )
    );
    // A change here is a change of `derive::FUNCTION`, which then has to be raised, too.
    assert_eq!((sha256_hex(prompt.as_bytes()).as_str(), function_hash().as_str()), (PROMPT, FUNCTION));
}

const PROMPT: &str = "bd705f1d9fd07652a8041f30f3adbcd27f44e2c572a1701042699c2b04e61695";
const FUNCTION: &str = "0d5e0a76a836f928767075ccd25ac16cb5514edbf261dac5d2aaf9e05e613685";

#[test]
fn receipts_tell_of_each_call() {
    let file = document(vec![requirement("A1")]);
    let scripted = Scripted::new(vec![Ok("```ts\nexport const a = 1;\n```".to_owned())]);
    let answer = derive(&task(&file, Mode::Auto), &scripted).unwrap();
    assert_eq!(answer.code, "export const a = 1;\n");
    let [receipt] = answer.receipts.as_slice() else { panic!("{:?}", answer.receipts) };
    assert_eq!(receipt.prompt_hash, sha256_hex(scripted.1.borrow()[0].as_bytes()));
    assert!(receipt.started_at.starts_with("2026-01-02T03:04:") && receipt.started_at.len() == 24, "{receipt:?}");
    assert!(receipt.duration_ms >= 250 && receipt.duration_ms % 250 == 0, "{receipt:?}");
}

fn scoped(id: &str, scope: &str, on: &[&str]) -> Requirement {
    let mut own = after(requirement(id), on);
    own.scope = scope.to_owned();
    own
}

#[test]
fn parts_follow_scopes_and_dependencies() {
    let file = document(vec![
        scoped("A", "app", &["C"]),
        scoped("B", "base", &[]),
        scoped("C", "base", &[]),
        scoped("D", "app", &["B"]),
    ]);
    let told: Vec<String> = parts(&file).iter().map(ids).collect();
    assert_eq!(told, ["B C", "A D"]);
    let circle = document(vec![
        scoped("A", "x", &["B"]),
        scoped("B", "y", &["C"]),
        scoped("C", "x", &[]),
        scoped("D", "z", &[]),
    ]);
    let told: Vec<String> = parts(&circle).iter().map(ids).collect();
    assert_eq!(told, ["D", "A B C"]);
}

#[test]
fn an_answer_that_is_cut_off_is_asked_for_in_parts() {
    let file = document(vec![scoped("A", "app", &["B"]), scoped("B", "base", &[])]);
    let cut = || Ok("```ts\nexport con".to_owned());
    let part = |text: &str| Ok(format!("```ts\n{text}\n```"));
    let scripted = Scripted::new(vec![cut(), part("export const base: number = 1;"), part("export const app = base;")]);
    let answer = derive(&task(&file, Mode::Auto), &scripted).unwrap();
    assert_eq!(answer.code, "export const base: number = 1;\nexport const app = base;\n");
    assert_eq!(answer.receipts.len(), 2);
    let prompts = scripted.1.borrow();
    assert!(prompts[1].contains("part 1 of 2") && prompts[1].ends_with("\n\nB\n"), "{}", prompts[1]);
    assert!(prompts[2].contains("An earlier part declares: export const base: number\n"), "{}", prompts[2]);
    // Where nothing is required there is one part all the same.
    let scripted = Scripted::new(vec![part("export const all = 1;")]);
    let answer = derive(&task(&document(Vec::new()), Mode::Multi), &scripted).unwrap();
    assert_eq!((answer.code.as_str(), answer.receipts.len()), ("export const all = 1;\n", 1));
    let scripted = Scripted::new(vec![cut()]);
    assert_eq!(derive(&task(&file, Mode::Single), &scripted).unwrap_err().code, DERIVE_TRUNCATED);
}

#[test]
fn recorded_answers_are_answered_again() {
    let folder = tempfile::tempdir().unwrap();
    let replay = ReplaySubstrate { folder: folder.path().join("answers"), model: "m".to_owned() };
    let missing = replay.complete("prompt").unwrap_err();
    assert_eq!(missing.code, DERIVE_API);
    assert!(missing.message.contains(&sha256_hex(b"prompt")), "{}", missing.message);
    let scripted = Scripted::new(vec![Ok("answer".to_owned())]);
    let recording = Recording { inner: scripted, folder: replay.folder.clone() };
    assert_eq!(recording.complete("prompt").unwrap(), "answer");
    assert_eq!(replay.complete("prompt").unwrap(), "answer");
    assert_eq!(std::fs::read_dir(&replay.folder).unwrap().count(), 1);
    std::fs::write(replay.folder.join(format!("{}.md", sha256_hex(b"big"))), vec![b'x'; MAX_ANSWER + 1]).unwrap();
    assert!(replay.complete("big").unwrap_err().message.contains("longer than"));
    std::fs::write(replay.folder.join(format!("{}.md", sha256_hex(b"odd"))), [0xff]).unwrap();
    assert_eq!(replay.complete("odd").unwrap_err().code, DERIVE_API);
}

fn exec(script: &str) -> Result<String, Box<Diagnostic>> {
    let command = ["sh", "-c", script].map(str::to_owned).to_vec();
    ExecSubstrate { command, model: "m".to_owned(), patience: Duration::from_secs(2) }.complete("the prompt\n")
}

#[test]
fn commands_answer_on_standard_output() {
    assert_eq!(exec("cat; echo done").unwrap(), "the prompt\ndone\n");
    for (script, why) in [
        ("echo half; echo 'quota\nused' >&2; exit 3", "exit status: 3: quota"),
        ("sleep 30 & sleep 30", "no end within 2 s"),
        ("exec 1>&-; sleep 30", "no end within 2 s"),
        ("yes", "it says more than 4194304 bytes"),
        ("printf '\\377'", "its answer is not UTF-8"),
    ] {
        let started = Instant::now();
        let error = exec(script).unwrap_err();
        assert_eq!(error.code, DERIVE_API);
        assert!(error.message.contains(why), "{script}: {}", error.message);
        assert!(started.elapsed() < Duration::from_secs(10), "{script}");
    }
    let none = ExecSubstrate {
        command: vec!["/nowhere/at-all".into()],
        model: String::new(),
        patience: Duration::from_secs(1),
    };
    assert!(none.complete("x").unwrap_err().message.starts_with("`/nowhere/at-all` gives no answer"));
}

#[test]
fn cache_keys_tell_questions_apart() {
    let import = |hash: &str| ImportRef { property: format!("p{hash}"), constraint_set_hash: hash.into() };
    let key = Origins {
        constraint_set_hash: "a".into(),
        derivation_function_hash: function_hash(),
        substrate_id: "replay".into(),
        model_id: "m".into(),
        target_lang: "ts".into(),
        imports: vec![import("b"), import("c")],
    };
    let hash = Origins::cache_key;
    assert_eq!(hash(&key), hash(&Origins { imports: vec![import("c"), import("b")], ..key.clone() }));
    for other in [
        Origins { constraint_set_hash: "b".into(), ..key.clone() },
        Origins { derivation_function_hash: "b".into(), ..key.clone() },
        Origins { substrate_id: "http".into(), ..key.clone() },
        Origins { model_id: "n".into(), ..key.clone() },
        Origins { target_lang: "js".into(), ..key.clone() },
        Origins { imports: vec![import("b")], ..key.clone() },
    ] {
        assert_ne!(hash(&key), hash(&other), "{other:?}");
    }
}

/// What the server does with one connection, after it has read the request.
type Turn = Box<dyn FnOnce(&mut TcpStream) + Send>;

/// A server on loopback; gives back the requests that it has seen.
fn serve(turns: Vec<Turn>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/v1/", listener.local_addr().unwrap());
    let seen = thread::spawn(move || {
        let mut seen = Vec::new();
        for turn in turns {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut length) = (String::new(), 0);
            while !head.ends_with("\r\n\r\n") {
                let from = head.len();
                assert!(reader.read_line(&mut head).unwrap() > 0);
                if let Some(value) = head[from..].to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            seen.push(head + &String::from_utf8(body).unwrap());
            turn(&mut stream);
        }
        seen
    });
    (base, seen)
}

fn respond(head: &str, body: &str) -> Turn {
    let text = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    Box::new(move |stream| {
        let _ = stream.write_all(text.as_bytes());
    })
}

fn choice(finish: &str, message: &str) -> Turn {
    respond("200 OK", &format!("{{\"choices\":[{{\"finish_reason\":\"{finish}\",\"message\":{message}}}]}}"))
}

fn fine() -> Turn {
    choice("stop", r#"{"role":"assistant","content":"the answer"}"#)
}

fn http(base: &str) -> HttpSubstrate {
    HttpSubstrate {
        base: base.to_owned(),
        model: "some-model".to_owned(),
        key: Key::new("sk-secret".to_owned()),
        patience: Duration::from_secs(2),
        total: Duration::from_secs(20),
        pause: Duration::from_millis(10),
        authorities: Authorities::public(),
        clock: at,
    }
}

fn asked(turns: Vec<Turn>) -> (Result<String, Box<Diagnostic>>, Vec<String>) {
    let (base, seen) = serve(turns);
    let answer = http(&base).complete("the prompt");
    if let Err(error) = &answer {
        assert!(!format!("{error:?}").contains("sk-secret"), "{error:?}");
    }
    (answer, seen.join().unwrap())
}

#[test]
fn services_are_asked_as_documented() {
    let (answer, seen) = asked(vec![fine()]);
    assert_eq!(answer.unwrap(), "the answer");
    assert!(seen[0].starts_with("POST /v1/chat/completions HTTP/1.1\r\n"), "{}", seen[0]);
    assert!(seen[0].to_lowercase().contains("authorization: bearer sk-secret\r\n"), "{}", seen[0]);
    assert!(seen[0].ends_with(r#"{"messages":[{"content":"the prompt","role":"user"}],"model":"some-model","stream":false,"temperature":0}"#), "{}", seen[0]);
}

#[test]
fn services_may_say_until_when_to_wait() {
    let busy = |date: &str| respond(&format!("429 Too Many Requests\r\nretry-after: {date}"), "{}");
    let waited = |date: &str| {
        let started = Instant::now();
        assert_eq!(asked(vec![busy(date), fine()]).0.unwrap(), "the answer");
        started.elapsed()
    };
    // The three forms of RFC 9110, section 5.6.7: a second from now.
    for date in ["Fri, 02 Jan 2026 03:04:06 GMT", "Friday, 02-Jan-26 03:04:06 GMT", "Fri Jan  2 03:04:06 2026"] {
        assert!(waited(date) >= Duration::from_secs(1), "{date}");
    }
    // What is over or unreadable costs the usual pause at most.
    for date in ["Fri, 02 Jan 2026 03:04:04 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "soon", "-1"] {
        assert!(waited(date) < Duration::from_secs(1), "{date}");
    }
    let error = asked(vec![busy("Fri, 02 Jan 2026 05:04:05 GMT")]).0.unwrap_err();
    assert!(error.message.ends_with("and asks to wait 7200 s"), "{}", error.message);
}

#[test]
fn busy_services_are_asked_again() {
    let (answer, seen) = asked(vec![
        respond("429 Too Many Requests\r\nretry-after: 1", "{}"),
        respond("503 Busy", ""),
        respond("500 Oops", "x"),
        fine(),
    ]);
    assert_eq!((answer.unwrap().as_str(), seen.len()), ("the answer", 4));
    let started = Instant::now();
    let (answer, _) = asked(vec![respond("429 Too Many Requests\r\nretry-after: 1", "{}"), fine()]);
    assert!(answer.is_ok() && started.elapsed() >= Duration::from_secs(1));
    let (answer, seen) = asked((0..5).map(|_| respond("503 Busy", "")).collect());
    assert_eq!(seen.len(), 5);
    assert_eq!(answer.unwrap_err().message, "the service gives no answer: it answers 503, 5 times");
    let (answer, _) = asked(vec![respond("429 Too Many Requests\r\nretry-after: 86400", "{}")]);
    assert_eq!(answer.unwrap_err().message, "the service gives no answer: it answers 429, and asks to wait 86400 s");
    let (answer, _) = asked(vec![respond("429 Too Many Requests\r\nretry-after: 30", "{}")]);
    assert_eq!(answer.unwrap_err().message, "the service gives no answer: it answers 429, and the time is used up");
}

#[test]
fn answers_that_are_none() {
    let (answer, _) = asked(vec![choice("length", r#"{"content":"export con"}"#)]);
    assert_eq!(answer.unwrap_err().code, DERIVE_TRUNCATED);
    for turn in [
        choice("stop", r#"{"content":null,"refusal":"I will not"}"#),
        choice("content_filter", r#"{"content":"half"}"#),
        choice("stop", r#"{"content":null}"#),
    ] {
        assert_eq!(asked(vec![turn]).0.unwrap_err().code, DERIVE_REFUSED);
    }
    for (turn, why) in [
        (respond("401 Unauthorized", "{\"error\":\"bad key sk-secret\"}"), "it answers 401: {\"error\":\"bad key …\"}"),
        (respond("404 Not Found", "no such model"), "it answers 404: no such model"),
        (respond("302 Found\r\nlocation: http://127.0.0.1:9/", ""), "it answers 302: "),
        (respond("200 OK", "<html>"), "no chat completion"),
        (respond("200 OK", "{\"choices\":[]}"), "without a choice"),
        (respond("200 OK", &"[".repeat(100_000)), "no chat completion"),
    ] {
        let error = asked(vec![turn]).0.unwrap_err();
        assert_eq!(error.code, DERIVE_API);
        assert!(error.message.contains(why), "{}", error.message);
    }
}

#[test]
fn slow_cut_and_endless_streams() {
    // Cut: five times, then it is over.
    let cut = || -> Turn {
        Box::new(|stream| drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"choices\":")))
    };
    let error = asked((0..5).map(|_| cut()).collect()).0.unwrap_err();
    assert!(error.code == DERIVE_API && error.message.contains("its answer breaks off"), "{}", error.message);
    let (answer, _) = asked(vec![cut(), Box::new(|_| ()), fine()]);
    assert_eq!(answer.unwrap(), "the answer");
    // Slow: a byte now and then does not stretch the limit.
    let drip = || -> Turn {
        Box::new(|stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
            while stream.write_all(b" ").is_ok() {
                thread::sleep(Duration::from_millis(100));
            }
        })
    };
    let (base, seen) = serve(vec![drip(), fine()]);
    let started = Instant::now();
    assert_eq!(http(&base).complete("x").unwrap(), "the answer");
    assert!(started.elapsed() >= Duration::from_secs(2) && started.elapsed() < Duration::from_secs(10));
    seen.join().unwrap();
    // Endless: more than anybody reads.
    let flood: Turn = Box::new(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        while stream.write_all(format!("10000\r\n{}\r\n", "x".repeat(0x10000)).as_bytes()).is_ok() {}
    });
    assert_eq!(asked(vec![flood]).0.unwrap_err().message, format!("the service answers more than {MAX_ANSWER} bytes"));
}

#[test]
fn nobody_there_and_no_address() {
    let mut gone = http("http://127.0.0.1:1/v1");
    gone.total = Duration::from_secs(5);
    assert_eq!(gone.complete("x").unwrap_err().code, DERIVE_API);
    let error = http("nonsense at all").complete("x").unwrap_err();
    assert!(error.code == DERIVE_API && error.message.contains("is no address"), "{}", error.message);
}

#[test]
fn keys_are_not_shown() {
    assert_eq!(format!("{:?}", Key::new("sk-secret".to_owned())), "Some(Key(…))");
    assert!(!format!("{:?}", http("http://x")).contains("sk-secret"));
    let error = Key::from_env("ETYMON_TEST_NO_SUCH_KEY").unwrap_err();
    assert_eq!(error.message, "the environment variable `ETYMON_TEST_NO_SUCH_KEY` holds no key");
    assert!(Key::new("two\r\nlines".to_owned()).is_none() && Key::new(String::new()).is_none());
}
