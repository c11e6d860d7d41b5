//! What the server makes of requests, well-formed and not.

mod common;

use common::{MAKER, Running, Site, WRITER, key, made_of, open, status, trust};
use etymon_constraints::event::{Event, Progress, Stage};
use etymon_constraints::report::{Outcome, Verdict};
use etymon_constraints::tls::Authorities;
use etymon_diagnostics::Report;
use etymon_serve::auth::{Request, date, random};
use etymon_serve::client::{Remote, Started};
use etymon_serve::frame::MAX_BODY;
use etymon_serve::server::{Config, Derived, Engine, Job, MAX_HEAD, MAX_STREAMS, Wanted};
use etymon_serve::transfer::{pull, pull_at_most, push};
use etymon_serve::{FRAMES_TYPE, Kind, RefName};
use etymon_spec::canonical;
use etymon_store::Digest;
use serde_json::{Map, Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

fn head() -> RefName {
    RefName::head("clamp").expect("a name")
}

/// A signed `POST` as bytes.
fn signed(server: &Running, path: &str, kind: &str, body: &[u8]) -> Vec<u8> {
    let session = server.remote(WRITER).capabilities().expect("told").session;
    let authority = server.address.to_string();
    let (hash, date, nonce) = (Digest::of(body).to_string(), date(SystemTime::now()), random().expect("random"));
    let signed = Request {
        authority: &authority,
        body: &hash,
        date: &date,
        method: "POST",
        nonce: &nonce,
        path,
        session: &session,
    };
    let header = signed.authorize(&key(WRITER));
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nAuthorization: {header}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn code(answer: &str) -> String {
    let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
    let told: Value = serde_json::from_str(body).unwrap_or_default();
    told["error"]["code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_request_that_was_seen_is_refused_the_second_time() {
    let hub = Site::new();
    let server = hub.serve();
    let request = signed(&server, "/repo/objects", FRAMES_TYPE, b"");
    assert_eq!(status(&server.raw(&request)), 200);
    let again = server.raw(&request);
    assert_eq!((status(&again), code(&again).as_str()), (401, "AUTH_REPLAY"));
    // The server forgets when it starts anew, but then its session is another.
    drop(server);
    let restarted = hub.serve();
    let moved = String::from_utf8(request).expect("text");
    let host = moved.lines().find(|line| line.starts_with("Host")).expect("one").to_owned();
    let moved = moved.replace(&host, &format!("Host: {}", restarted.address));
    let answer = restarted.raw(moved.as_bytes());
    assert_eq!((status(&answer), code(&answer).as_str()), (401, "AUTH_SESSION"));
}

#[test]
fn the_body_must_be_the_one_that_was_signed() {
    let hub = Site::new();
    let server = hub.serve();
    let mut request = signed(&server, "/repo/refs", "application/json", b"{}");
    let at = request.len() - 1;
    request[at] = b']';
    let answer = server.raw(&request);
    assert_eq!((status(&answer), code(&answer).as_str()), (401, "AUTH_BODY"));
    let text = String::from_utf8(signed(&server, "/repo/refs", "application/json", b"{}")).expect("text");
    let elsewhere = server.raw(text.replace("POST /repo/refs", "POST /repo/objects").as_bytes());
    assert_eq!(status(&elsewhere), 415, "of another type");
    let elsewhere = text.replace("POST /repo/refs", "POST /repo/objects").replace("application/json", FRAMES_TYPE);
    assert_eq!(code(&server.raw(elsewhere.as_bytes())), "AUTH_SIGNATURE");
}

#[test]
fn what_is_too_much_is_refused() {
    let hub = Site::new();
    let server = hub.serve();
    let host = server.address;
    let unsigned = |length: &str| {
        format!(
            "POST /repo/objects HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: {FRAMES_TYPE}\r\n{length}\r\n"
        )
    };
    assert_eq!(status(&server.raw(unsigned(&format!("Content-Length: {}\r\n", MAX_BODY + 1)).as_bytes())), 413);
    assert_eq!(status(&server.raw(unsigned("").as_bytes())), 411);
    assert_eq!(status(&server.raw(unsigned("Transfer-Encoding: chunked\r\n").as_bytes())), 411);
    assert_eq!(status(&server.raw(unsigned("Content-Length: 10\r\n").as_bytes())), 401, "before the body is sent");
    let long = format!("GET / HTTP/1.1\r\nHost: {host}\r\nX: {}\r\n\r\n", "a".repeat(MAX_HEAD));
    assert_eq!(status(&server.raw(long.as_bytes())), 431);
    let many = format!("GET / HTTP/1.1\r\nHost: {host}\r\n{}\r\n", "X: a\r\n".repeat(100));
    assert_eq!(status(&server.raw(many.as_bytes())), 431);
    let wanted = vec!["00".repeat(32); 65].join(",");
    assert_eq!(status(&server.get(&format!("/repo/objects?want={wanted}"))), 400);
}

#[test]
fn what_is_malformed_is_a_4xx() {
    let hub = Site::new();
    let server = hub.serve();
    let host = server.address;
    for (path, expected) in [
        ("/nowhere", 404),
        ("/repo/objects/zz", 400),
        (&format!("/repo/objects/{}", "00".repeat(32)), 404),
        ("/repo/objects?want=", 400),
        ("/repo/objects?other=1", 400),
        ("/repo/history/UPPER", 400),
        ("/repo/history/none", 404),
        ("/runs/7/events", 404),
        ("/runs/x/events", 404),
        ("/ui/../Cargo.toml", 404),
        ("/ui/%2e%2e/x", 404),
        ("/derive", 405),
    ] {
        assert_eq!(status(&server.get(path)), expected, "{path}");
    }
    let raw = |text: String| status(&server.raw(text.as_bytes()));
    assert_eq!(raw("nonsense\r\n\r\n".to_owned()), 400);
    assert_eq!(raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned()), 400, "without a host");
    assert_eq!(raw(format!("GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")), 400);
    assert_eq!(raw(format!("DELETE /repo/refs HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")), 405);
    assert_eq!(raw(format!("POST /ui/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")), 405);
}

#[test]
fn who_has_sent_all_may_close_that_side() {
    let hub = Site::new();
    let server = hub.serve();
    for turn in 0..40 {
        let mut stream = TcpStream::connect(server.address).expect("connected");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("set");
        let request = format!("GET /capabilities HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
        stream.write_all(request.as_bytes()).expect("sent");
        stream.shutdown(std::net::Shutdown::Write).expect("closed");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert_eq!(status(&answer), 200, "{turn}: {answer}");
    }
}

#[test]
fn names_that_are_not_its_own_and_pages_from_elsewhere_are_refused() {
    let hub = Site::new();
    let mut config = Config::new(([127, 0, 0, 1], 0).into(), None);
    config.hosts = vec!["etymon.example:7474".to_owned()];
    let server = Running::start(open(hub.folder.path()), config);
    let port = server.address.port();
    let asked = |host: &str| {
        status(&server.raw(format!("GET /repo/refs HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes()))
    };
    assert_eq!(asked(&format!("127.0.0.1:{port}")), 200);
    assert_eq!(asked(&format!("LocalHost:{port}")), 200);
    assert_eq!(asked("etymon.example:7474"), 200);
    for other in [format!("evil.example:{port}"), "127.0.0.1".to_owned(), format!("127.0.0.1:{}", port ^ 1)] {
        assert_eq!(asked(&other), 421, "{other}");
    }
    // Writes are open here, but not to pages of other origins, which cannot set the type without asking, and are told no.
    let write = |extra: &str| {
        let head = format!(
            "POST /repo/objects HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Length: 0\r\n{extra}\r\n"
        );
        status(&server.raw(head.as_bytes()))
    };
    assert_eq!(write("Content-Type: text/plain\r\n"), 415);
    assert_eq!(write(&format!("Content-Type: {FRAMES_TYPE}\r\nOrigin: https://evil.example\r\n")), 403);
    assert_eq!(write(&format!("Content-Type: {FRAMES_TYPE}\r\nOrigin: http://127.0.0.1:{port}\r\n")), 200);
}

#[test]
fn pages_are_there_and_strict() {
    let hub = Site::new();
    let server = hub.serve();
    for path in ["/ui/", "/ui/app.js", "/ui/run.js", "/ui/dom.js", "/ui/style.css", "/ui/icon.svg"] {
        let answer = server.get(path);
        assert_eq!(status(&answer), 200, "{path}");
        let lower = answer.to_lowercase();
        assert!(lower.contains("content-security-policy: default-src 'none'; script-src 'self';"), "{path}");
        assert!(lower.contains("x-content-type-options: nosniff") && !lower.contains("access-control-allow"), "{path}");
        assert!(!answer.contains("https://"), "{path} names nothing outside");
    }
    assert_eq!(status(&server.get("/")), 302);
    let head =
        server.raw(format!("HEAD /ui/ HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.address).as_bytes());
    assert!(status(&head) == 200 && head.ends_with("\r\n\r\n"));
}

#[test]
fn history_tells_what_a_head_has_been() {
    let (author, hub) = (Site::new(), Site::new());
    let server = hub.serve();
    let first = author.example("It is clamped.");
    let second = author.example("It is clamped twice.");
    push(&author.repository, &server.remote(WRITER), "origin", &head()).expect("pushed");
    let answer = server.get("/repo/history/clamp");
    let told: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).expect("a body")).expect("JSON");
    let history = told["history"].as_array().expect("a list");
    assert_eq!(history.len(), 2);
    assert_eq!(history[0]["composition"], json!(second));
    assert_eq!(history[1]["composition"], json!(first));
    assert_eq!(history[0]["materializations"][0]["results"][0]["constraintId"], "CLAMP1");
    assert_eq!(history[0]["materializations"][0]["provenance"]["verdict"], "pass");
    assert_eq!(history[0]["imports"][0]["property"], "range");
}

#[test]
fn a_history_of_any_length_is_told_within_bounds() {
    let (author, hub) = (Site::new(), Site::new());
    let server = hub.serve();
    let hash = author.write("big", "", "BIG1", "It is big.");
    // One requirement with a megabyte of evidence, made anew each time.
    for at in 0..8 {
        let outcome = Outcome {
            constraint_id: "BIG1".to_owned(),
            status: Verdict::Pass,
            evidence: format!("[types:pass] {at} {}", "x".repeat(1 << 20)),
        };
        let text = made_of(&hash, Vec::new(), MAKER, vec![outcome]);
        std::fs::write(author.path("big.constraints.md.materialization.json"), text).expect("written");
        author.record("big");
    }
    push(&author.repository, &server.remote(WRITER), "origin", &RefName::head("big").expect("a name")).expect("pushed");
    let answer = server.get("/repo/history/big");
    assert!(answer.len() < 12 << 20, "{}", answer.len());
    let told: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).expect("a body")).expect("JSON");
    let history = told["history"].as_array().expect("a list");
    assert!(history.len() < 8 && told["next"].is_string(), "{} of 8", history.len());
}

#[test]
fn a_pull_brings_no_more_than_it_may() {
    let (author, hub, reader) = (Site::new(), Site::new(), Site::new());
    let server = hub.serve();
    let digest = author.example("It is clamped.");
    push(&author.repository, &server.remote(WRITER), "origin", &head()).expect("pushed");
    let remote = server.remote(WRITER);
    let error = pull_at_most(&reader.repository, (&remote, "origin"), (&head(), digest), 1000).expect_err("too much");
    assert_eq!(error.to_string(), "more than 1000 bytes in one pull");
    assert!(reader.repository.refs().expect("listed").is_empty());
    pull_at_most(&reader.repository, (&remote, "origin"), (&head(), digest), 1 << 20).expect("pulled");
}

#[test]
fn those_who_watch_leave_room_for_others() {
    let hub = Site::new();
    let server = hub.serve();
    let run = server.runs.start("slow.constraints.md");
    let mut watching = Vec::new();
    for at in 0..300 {
        let mut stream = TcpStream::connect(server.address).expect("connected");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("set");
        write!(stream, "GET /runs/{}/events HTTP/1.1\r\nHost: {}\r\n\r\n", run.id, server.address).expect("sent");
        let mut first = String::new();
        let mut reader = BufReader::new(stream);
        reader.read_line(&mut first).unwrap_or_else(|error| panic!("watcher {at}: {error}"));
        if !first.starts_with("HTTP/1.1 200") {
            assert!(first.starts_with("HTTP/1.1 503"), "{first}");
            break;
        }
        watching.push(reader);
    }
    assert_eq!(watching.len(), MAX_STREAMS);
    assert_eq!(status(&server.get("/capabilities")), 200);
    // Whoever goes makes room.
    watching.clear();
    let events = format!("/runs/{}/events", run.id);
    run.end(&json!({ "verdict": "pass" }));
    let again = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        status(&server.get(&events)) == 200
    });
    assert!(again);
}

/// Passes bytes on between clients and a server, until it has passed on as many as it may; then it cuts.
struct Cutter {
    address: std::net::SocketAddr,
    allowance: Arc<AtomicUsize>,
}

impl Cutter {
    fn before(server: std::net::SocketAddr, listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("known");
        let allowance = Arc::new(AtomicUsize::new(0));
        let left = Arc::clone(&allowance);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(server)) else { return };
                let pairs = [(client.try_clone(), server.try_clone()), (server.try_clone(), client.try_clone())];
                for (from, to) in pairs {
                    let (Ok(from), Ok(to), left) = (from, to, Arc::clone(&left)) else { return };
                    std::thread::spawn(move || pass(from, to, &left));
                }
            }
        });
        Self { address, allowance }
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, left: &AtomicUsize) {
    let mut buffer = [0; 512];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let may = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| Some(left.saturating_sub(count)));
        let may = may.unwrap_or(0).min(count);
        if to.write_all(&buffer[..may]).is_err() || may < count {
            break;
        }
    }
    let _ = (from.shutdown(std::net::Shutdown::Both), to.shutdown(std::net::Shutdown::Both));
}

#[test]
fn a_cut_transfer_leaves_no_ref_and_is_taken_up_again() {
    let (author, hub, reader) = (Site::new(), Site::new(), Site::new());
    // The proxy's own name, so that signatures fit.
    let mut config = Config::new(([127, 0, 0, 1], 0).into(), Some(trust()));
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    config.hosts = vec![listener.local_addr().expect("known").to_string()];
    let server = Running::start(open(hub.folder.path()), config);
    let digest = author.example("It is clamped.");
    let cutter = Cutter::before(server.address, listener);
    let remote = |seed| {
        Remote::new(&format!("http://{}", cutter.address), Some(key(seed)), &Authorities::public()).expect("an address")
    };
    let mut cuts = 0;
    for allowance in (200..).step_by(1500) {
        cutter.allowance.store(allowance, Ordering::SeqCst);
        if push(&author.repository, &remote(WRITER), "origin", &head()).is_ok() {
            break;
        }
        cuts += 1;
        if let Some(there) = hub.repository.read_ref(&head()).expect("read") {
            // Only the answer was lost.
            assert!(hub.repository.closure(&[there]).expect("walked").missing.is_empty());
        }
        assert!(hub.repository.store().fsck().expect("read").is_whole(), "what is there is whole");
        assert!(cuts < 100, "it never comes through");
    }
    assert!(cuts > 2, "only {cuts} cuts");
    let mut cuts = 0;
    for allowance in (200..).step_by(1500) {
        cutter.allowance.store(allowance, Ordering::SeqCst);
        if pull(&reader.repository, &remote(WRITER), "origin", &head(), digest).is_ok() {
            break;
        }
        cuts += 1;
        assert_eq!(reader.repository.read_ref(&head()).expect("read"), None);
        assert!(reader.repository.store().fsck().expect("read").is_whole());
        assert!(cuts < 100, "it never comes through");
    }
    assert!(cuts > 2, "only {cuts} cuts");
    assert!(reader.repository.closure(&[digest]).expect("walked").missing.is_empty());
}

#[test]
fn a_server_that_lies_is_found_out() {
    let (author, reader) = (Site::new(), Site::new());
    let digest = author.example("It is clamped.");
    let (_, bytes) = author.repository.object(&digest).expect("there");
    let mut frame = Vec::new();
    etymon_serve::frame::push(&mut frame, Kind::CompositionManifest, &bytes);
    let mut flipped = frame.clone();
    *flipped.last_mut().expect("one") ^= 1;
    let mut other = Vec::new();
    etymon_serve::frame::push(&mut other, Kind::CompositionManifest, b"{\"schema\":\"other\"}");
    let mut renamed = frame.clone();
    renamed[0] = Kind::Materialization.byte();
    for (body, expected) in
        [(flipped, "WIRE_FRAME"), (other, "HTTP_ANSWER"), (renamed, "WIRE_OBJECT"), (Vec::new(), "HTTP_ANSWER")]
    {
        let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
        let url = format!("http://{}", listener.local_addr().expect("known"));
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("asked");
            let mut lines = BufReader::new(stream.try_clone().expect("cloned")).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            stream.write_all(&[head.as_bytes(), &body].concat()).expect("sent");
        });
        let remote = Remote::new(&url, None, &Authorities::public()).expect("an address");
        let error = pull(&reader.repository, &remote, "origin", &head(), digest).expect_err("refused");
        assert_eq!(error.code().as_str(), expected, "{error}");
        thread.join().expect("no panic");
        assert!(reader.repository.refs().expect("listed").is_empty());
    }
}

fn event(seq: u64, stage: Stage, status: Progress) -> Event {
    Event { seq, stage, status, at: "2026-01-01T00:00:00Z".to_owned(), detail: Map::new() }
}

#[test]
fn events_are_told_live_and_again() {
    let hub = Site::new();
    let server = hub.serve();
    let run = server.runs.start("clamp.constraints.md");
    run.tell(&event(0, Stage::Read, Progress::Start));
    let mut stream = TcpStream::connect(server.address).expect("connected");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("set");
    write!(stream, "GET /runs/{}/events HTTP/1.1\r\nHost: {}\r\n\r\n", run.id, server.address).expect("sent");
    let mut lines = BufReader::new(stream).lines().map(|line| line.expect("read"));
    let mut next = |wanted: &str| lines.find(|line| line.starts_with(wanted)).unwrap_or_default();
    assert!(next("content-type").contains("text/event-stream"));
    assert_eq!(next("id: "), "id: 0");
    // What comes later comes while the reader waits.
    run.tell(&event(1, Stage::Read, Progress::Complete));
    assert_eq!(next("id: "), "id: 1");
    assert!(next("data: ").contains("\"status\":\"complete\""));
    run.end(&json!({ "verdict": "pass" }));
    assert_eq!(next("event: "), "event: end");
    run.tell(&event(2, Stage::Parse, Progress::Start));
    let again = server.get(&format!("/runs/{}/events", run.id));
    assert_eq!(again.matches("event: stage").count(), 2, "nothing comes after the end");
    let from = |id: &str| {
        server.raw(
            format!(
                "GET /runs/{}/events HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nLast-Event-ID: {id}\r\n\r\n",
                run.id, server.address
            )
            .as_bytes(),
        )
    };
    assert!(!from("0").contains("id: 0") && from("0").contains("id: 1") && from("0").contains("event: end"));
    assert!(from("nonsense").contains("id: 0"));
    assert!(
        !from("99999999999999999999").contains("id: 5") && from("18446744073709551615").starts_with("HTTP/1.1 200")
    );
}

#[test]
fn a_server_that_is_started_anew_does_not_go_on_with_a_run_of_before() {
    for trust in [None, Some(trust())] {
        let hub = Site::new();
        let start = |address| Running::start(open(hub.folder.path()), Config::new(address, trust.clone()));
        let mut server = start(([127, 0, 0, 1], 0).into());
        let (address, remote) = (server.address, server.remote(WRITER));
        let own = remote.capabilities().expect("told").session;
        assert_eq!((own.len(), remote.capabilities().expect("told").session), (32, own.clone()));
        let run = server.runs.start("one.constraints.md");
        run.tell(&event(0, Stage::Read, Progress::Start));
        let mut stages = Vec::new();
        let end = remote.follow(&Started { run: run.id, session: own.clone() }, &mut |event| {
            stages.push(event["stage"].to_string());
            // Nobody listens at the address before the next server does.
            server.stop();
            server = start(address);
            let other = server.runs.start("other.constraints.md");
            assert_eq!(other.id, run.id);
            (0..5).for_each(|seq| other.tell(&self::event(seq, Stage::Verify, Progress::Complete)));
            other.end(&json!({ "verdict": "pass" }));
        });
        let error = end.expect_err("the run is lost");
        assert!(error.code().as_str() == "HTTP_UNREACHABLE" && error.to_string().contains("started anew"), "{error}");
        assert_eq!(stages, ["\"read\""]);

        // What the page asks for: the runs say which start they belong to, and the events of another are gone.
        let listing = server.get("/runs");
        let now = remote.capabilities().expect("told").session;
        assert!(now != own && listing.contains(&format!("\"session\":\"{now}\"")), "{listing}");
        let events = |session: &str| server.get(&format!("/runs/{}/events?session={session}", run.id));
        assert_eq!((status(&events(&own)), status(&events(""))), (410, 410));
        assert!(events(&now).contains("event: end") && !events(&own).contains("event:"));
        assert!(server.get(&format!("/runs/{}/events", run.id)).contains("event: end"), "who does not ask is told");
    }
}

/// Tells two events and answers what it was given.
struct Echo(Mutex<Option<Result<Derived, Report>>>);

impl Engine for Echo {
    fn derive(&self, job: &Job, tell: &mut dyn FnMut(&Event)) -> Result<Derived, Report> {
        assert_eq!(job.composition.imports.len(), 1);
        tell(&event(0, Stage::Derive, Progress::Start));
        tell(&event(1, Stage::Derive, Progress::Complete));
        self.0.lock().expect("unpoisoned").take().expect("asked once")
    }
}

#[test]
fn derivations_are_told_and_their_materializations_kept() {
    let (author, hub) = (Site::new(), Site::new());
    let digest = author.example("It is clamped.");
    let own = author.repository.composition(&digest).expect("there");
    let (_, made) = author.repository.object(&own.materializations[0]).expect("there");
    let wanted = Wanted { composition: digest, target_lang: "ts".to_owned(), title: "clamp".to_owned() };
    let body = canonical::to_string(&wanted).expect("canonical");
    let kind = "application/json";

    let server = hub.serve();
    let answer = server.raw(&signed(&server, "/derive", kind, body.as_bytes()));
    assert_eq!((status(&answer), code(&answer).as_str()), (503, "DERIVE_UNAVAILABLE"));
    drop(server);

    let mut config = Config::new(([127, 0, 0, 1], 0).into(), Some(trust()));
    let derived = Derived { passed: true, materialization: made.clone() };
    config.engine = Some(Arc::new(Echo(Mutex::new(Some(Ok(derived))))));
    let server = Running::start(open(hub.folder.path()), config);
    let answer = server.raw(&signed(&server, "/derive", kind, body.as_bytes()));
    assert_eq!((status(&answer), code(&answer).as_str()), (422, "WIRE_MISSING"), "what to derive must be there");
    push(&author.repository, &server.remote(WRITER), "origin", &head()).expect("pushed");
    let answer = server.raw(&signed(&server, "/derive", kind, body.as_bytes()));
    assert_eq!(status(&answer), 202);
    let session = server.remote(WRITER).capabilities().expect("told").session;
    let own: Value = serde_json::from_str(answer.split_once("\r\n\r\n").expect("a body").1).expect("JSON");
    let events = format!("/runs/0/events?session={session}");
    assert_eq!(own, json!({ "run": 0, "session": session, "events": events }));
    let events = server.get(&events);
    assert_eq!(events.matches("event: stage").count(), 2);
    assert!(events.contains(&format!("\"materialization\":\"{}\"", Digest::of(&made))), "{events}");
    // The engine of this test answers once and then breaks off, which ends its run.
    let answer = server.raw(&signed(&server, "/derive", kind, body.as_bytes()));
    assert_eq!(status(&answer), 202);
    assert!(server.get("/runs/1/events").contains("broke off"));
}

#[test]
fn whoever_says_nothing_is_let_go() {
    let hub = Site::new();
    let server = hub.serve();
    let mut stream = TcpStream::connect(server.address).expect("connected");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("set");
    stream.write_all(b"GET / HT").expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("closed before the time is over");
}
