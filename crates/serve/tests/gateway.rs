//! What the gateway answers over real sockets.

use etymon_serve::gateway::{
    Access, BODY_TIME, Config, GENESIS, Gateway, GatewayError, MAX_BODY, MAX_DEPTH, REFRESH, Token, verify,
};
use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;
use tokio::sync::oneshot;

struct Site {
    folder: TempDir,
}

fn manifest(class: &str, rate: u64) -> Value {
    json!({
        "contract": class, "regime": "islamic", "authority": "AAOIFI",
        "constraints": [
            { "code": "RISK-1", "field": "loss_share", "op": "eq", "value": "by_ownership", "citation": "AAOIFI SS No. 12" },
            { "code": "RIBA-1", "field": "capital_guarantee", "op": "eq", "value": false, "citation": "al-Baqarah 2:275" },
            { "code": "ZAKAT-1", "field": "zakat.rate_bps", "op": "eq", "value": rate, "citation": "al-Tawbah 9:103" },
        ],
    })
}

fn good() -> Value {
    json!({ "loss_share": "by_ownership", "capital_guarantee": false, "zakat": { "rate_bps": 250 } })
}

impl Site {
    fn new() -> Self {
        let site = Site { folder: TempDir::new().expect("a folder") };
        fs::create_dir(site.path("out")).expect("made");
        site.put("HomeFinance", &manifest("musharakah_mutanaqisah", 250));
        let parties = json!({
            "did:bank": { "kyc": true },
            "did:client": { "minor": false, "interdicted": false, "bankrupt": false, "kyc": true, "aml_sanctioned": false },
            "did:child": { "minor": true, "kyc": true },
            "did:everything": { "minor": true, "interdicted": true, "bankrupt": true, "kyc": false, "aml_sanctioned": true },
        });
        fs::write(site.path("parties.json"), parties.to_string()).expect("written");
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, manifest: &Value) {
        fs::write(self.path("out").join(format!("{name}.manifest.json")), manifest.to_string()).expect("written");
    }

    fn config(&self) -> Config {
        Config {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            hosts: Vec::new(),
            manifests: self.path("out"),
            log: Some(self.path("log.jsonl")),
            registry: Some(self.path("parties.json")),
            access: Access::Token(Token::new("0123456789abcdef").expect("a token")),
            clock: SystemTime::now,
            notice: Box::new(|_| {}),
        }
    }

    fn serve(&self) -> Running {
        Running::start(self.config()).expect("started")
    }
}

struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    fn start(config: Config) -> Result<Self, GatewayError> {
        let (told, begun) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
            runtime.block_on(async {
                match Gateway::bind(config).await {
                    Err(error) => told.send(Err(error)).expect("told"),
                    Ok((gateway, begun)) => {
                        told.send(Ok(begun.address)).expect("told");
                        gateway.run(async { drop(stopped.await) }).await;
                    }
                }
            });
            runtime.shutdown_timeout(Duration::from_secs(5));
        });
        let address = begun.recv().expect("told")?;
        Ok(Running { address, stop: Some(stop), thread: Some(thread) })
    }

    /// Sends bytes as they are and reads to the end: the status, the head and the body.
    fn raw(&self, request: &[u8]) -> (u16, String, String) {
        let mut stream = TcpStream::connect(self.address).expect("connected");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("set");
        // The gateway may answer and close before everything is sent.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.get(9..12).and_then(|code| code.parse().ok()).unwrap_or(0);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        assert_described(request, status);
        (status, head.to_ascii_lowercase(), body.to_owned())
    }

    fn get(&self, path: &str) -> (u16, Value) {
        let (status, _, body) =
            self.raw(format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).as_bytes());
        (status, serde_json::from_str(&body).unwrap_or_default())
    }

    fn send(&self, path: &str, headers: &str, body: &str) -> (u16, Value) {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        let (status, _, body) = self.raw(&[head.as_bytes(), body.as_bytes()].concat());
        (status, serde_json::from_str(&body).unwrap_or_default())
    }

    fn enforce(&self, body: &Value) -> (u16, Value) {
        self.send("/enforce", "", &body.to_string())
    }

    fn attest(&self, body: &Value) -> (u16, Value) {
        let headers = "Content-Type: application/json\r\nAuthorization: Bearer 0123456789abcdef\r\n";
        self.send("/attest", headers, &body.to_string())
    }
}

/// Whether the description for programs has the status of an answer, where it has the request at all. No answer has status 0, and what is
/// no request that a path could be told of (431) is answered before there is one.
fn assert_described(request: &[u8], status: u16) {
    let told: Value = serde_json::from_slice(include_bytes!("../pages/gateway/openapi.json")).expect("JSON");
    let line = String::from_utf8_lossy(request.split(|byte| *byte == b'\r').next().unwrap_or_default()).into_owned();
    let mut words = line.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = path.split('?').next().unwrap_or_default();
    let known = ["/manifests/", "/conformance/"].into_iter().find(|own| path.starts_with(own));
    let path = known.map_or_else(|| path.to_owned(), |own| format!("{own}{{target}}"));
    let operation = &told["paths"][&path][method.to_ascii_lowercase()];
    let described = operation.is_null() || operation["responses"][status.to_string()].is_object();
    assert!(described || [0, 431].contains(&status), "{method} {path} is answered {status}, which is not described");
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[test]
fn terms_are_allowed_and_denied() {
    let site = Site::new();
    let gateway = site.serve();
    for target in ["HomeFinance", "musharakah_mutanaqisah"] {
        let (status, answer) = gateway.enforce(&json!({ "target": target, "terms": good() }));
        let expected = json!({
            "allowed": true, "decision": "allow", "instrument": "musharakah_mutanaqisah", "regime": "islamic", "violations": [],
        });
        assert_eq!((status, answer), (200, expected));
    }
    let terms = json!({ "loss_share": "by_ownership", "capital_guarantee": "false", "zakat.rate_bps": 300 });
    let (status, answer) = gateway.enforce(&json!({ "target": "HomeFinance", "terms": terms }));
    let expected = json!([
        { "code": "RIBA-1", "field": "capital_guarantee", "op": "eq", "expected": false, "got": "false", "citation": "al-Baqarah 2:275" },
        { "code": "ZAKAT-1", "field": "zakat.rate_bps", "op": "eq", "expected": 250, "got": 300, "citation": "al-Tawbah 9:103" },
    ]);
    assert_eq!((status, &answer["allowed"], &answer["violations"]), (200, &json!(false), &expected));
    let (_, answer) = gateway.enforce(&json!({ "target": "HomeFinance", "terms": terms, "lenient": true }));
    assert_eq!(answer["violations"].as_array().map(Vec::len), Some(1));
    let (_, answer) = gateway.enforce(&json!({ "target": "HomeFinance", "terms": {} }));
    assert_eq!(answer["violations"][2]["got"], Value::Null);
    assert_eq!(answer["violations"].as_array().map(Vec::len), Some(3));
}

#[test]
fn unknown_targets_are_told_what_there_is() {
    let site = Site::new();
    site.put("Other", &manifest("musharakah_mutanaqisah", 250));
    let gateway = site.serve();
    for target in ["nobody", "__proto__", "constructor", "../HomeFinance", "HomeFinance.manifest.json", ""] {
        let (status, answer) = gateway.enforce(&json!({ "target": target, "terms": {} }));
        assert_eq!((status, &answer["available"]), (404, &json!(["HomeFinance", "Other"])), "{target}");
        assert_eq!(answer["error"]["code"], json!("GATEWAY_TARGET"));
    }
    let (status, answer) = gateway.enforce(&json!({ "target": "musharakah_mutanaqisah", "terms": {} }));
    assert_eq!((status, &answer["available"]), (409, &json!(["HomeFinance", "Other"])));
    assert_eq!(gateway.get("/manifests"), (200, json!({ "count": 2, "manifests": ["HomeFinance", "Other"] })));
    assert_eq!(gateway.get("/manifests/Other").1["contract"], json!("musharakah_mutanaqisah"));
    assert_eq!(gateway.get("/conformance/nobody").0, 404);
}

#[test]
fn what_is_malformed_is_refused() {
    let site = Site::new();
    let gateway = site.serve();
    let deep = |levels: usize| {
        format!("{{\"target\":\"HomeFinance\",\"terms\":{}{}}}", "{\"a\":".repeat(levels) + "1", "}".repeat(levels))
    };
    assert_eq!(gateway.send("/enforce", "", &deep(MAX_DEPTH - 1)).0, 200);
    for body in [
        String::new(),
        "{".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        "\u{0}".to_owned(),
        "{\"target\":\"HomeFinance\"}".to_owned(),
        "{\"target\":1,\"terms\":{}}".to_owned(),
        "{\"target\":\"HomeFinance\",\"terms\":[]}".to_owned(),
        "{\"target\":\"HomeFinance\",\"terms\":null}".to_owned(),
        "{\"target\":\"HomeFinance\",\"terms\":{},\"lenient\":1}".to_owned(),
        "{\"target\":\"HomeFinance\",\"terms\":{},\"other\":1}".to_owned(),
        "{\"target\":\"HomeFinance\",\"terms\":{\"a\":1,\"a\":2}}".to_owned(),
        "{\"target\":\"HomeFinance\",\"terms\":{\"a\":\"\\ud800\"}}".to_owned(),
        "{\"target\":\"HomeFinance\",\"terms\":{\"a\":1e999}}".to_owned(),
        "{\"target\":\"HomeFinance\",\"terms\":{}} x".to_owned(),
        // Two numbers that a reader would take for one.
        "{\"target\":\"HomeFinance\",\"terms\":{\"zakat\":{\"rate_bps\":250.00000000000000001}}}".to_owned(),
        "{\"target\":\"HomeFinance\",\"terms\":{\"a\":18446744073709551616}}".to_owned(),
        "{\"target\":\"HomeFinance\",\"terms\":{\"a\":{\"b\":1,\"b\":2}}}".to_owned(),
        "{\"target\":\"HomeFinance\",\"target\":\"Other\",\"terms\":{}}".to_owned(),
        format!("{{\"target\":\"{}\",\"terms\":{{}}}}", "x".repeat(10_000)),
        deep(MAX_DEPTH),
        deep(20_000),
        "[".repeat(MAX_BODY),
    ] {
        let (status, answer) = gateway.send("/enforce", "", &body);
        assert_eq!((status, &answer["error"]["code"]), (400, &json!("GATEWAY_REQUEST")), "{:.60}", body);
    }
    let invalid = format!(
        "POST /enforce HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: 2\r\n\r\n",
        gateway.address
    );
    assert_eq!(gateway.raw(&[invalid.as_bytes(), b"\xff\xfe"].concat()).0, 400);
    assert_eq!(gateway.enforce(&json!({ "target": "HomeFinance", "terms": good() })).0, 200, "it still answers");
}

#[test]
fn lists_do_not_stand_for_objects() {
    let site = Site::new();
    let gateway = site.serve();
    let json = "Content-Type: application/json\r\n";
    let bearer = "Authorization: Bearer 0123456789abcdef\r\n";
    for body in
        ["[\"HomeFinance\",{\"t.x\":10},{},false]", " [\"HomeFinance\",{},{},true]", "\"HomeFinance\"", "7", "true"]
    {
        for path in ["/enforce", "/authorize", "/attest"] {
            let (status, answer) = gateway.send(path, &format!("{json}{bearer}"), body);
            let message = answer["error"]["message"].as_str().expect("a message");
            assert_eq!((status, &answer["error"]["code"]), (400, &json!("GATEWAY_REQUEST")), "{path} {body}");
            assert!(message.contains("expected an object") && !message.contains("Ask"), "{message}");
        }
    }
    fs::write(site.path("parties.json"), "{\"did:bank\":[false,false,false,true,false]}").expect("written");
    let error = Running::start(site.config()).err().expect("refused");
    assert_eq!(error.code().as_str(), "GATEWAY_REGISTRY");
    assert!(!error.to_string().contains("Flags"), "{error}");
}

#[test]
fn what_writes_must_be_said_to_be_json() {
    let site = Site::new();
    let gateway = site.serve();
    let bearer = "Authorization: Bearer 0123456789abcdef\r\n";
    let parties = json!({ "financier": "did:bank", "acquirer": "did:client" });
    let body = json!({ "target": "HomeFinance", "terms": good(), "parties": parties }).to_string();
    for path in ["/enforce", "/authorize", "/attest"] {
        for (kind, expected) in [
            ("text/plain", 415),
            ("application/x-www-form-urlencoded", 415),
            ("application/jsonp", 415),
            ("", 415),
            ("Application/JSON ; charset=utf-8", 200),
        ] {
            let headers = format!("{bearer}Content-Type: {kind}\r\n");
            let expected = if path == "/attest" { expected } else { 200 };
            assert_eq!(gateway.send(path, &headers, &body).0, expected, "{path} {kind}");
        }
        // Left unsaid, it can come from a page elsewhere without a question before, as `curl -d` sends it: what only answers takes that.
        let unsaid = if path == "/attest" { 415 } else { 200 };
        assert_eq!(gateway.send(path, bearer, &body).0, unsaid, "{path}");
    }
}

#[test]
fn who_has_sent_all_may_close_that_side() {
    let site = Site::new();
    let gateway = site.serve();
    let own = gateway.address;
    let body = json!({ "target": "HomeFinance", "terms": good() }).to_string();
    let post = format!("POST /enforce HTTP/1.1\r\nHost: {own}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let cut = format!("POST /enforce HTTP/1.1\r\nHost: {own}\r\nContent-Length: 100\r\n\r\n{{");
    let get = format!("GET / HTTP/1.1\r\nHost: {own}\r\n\r\n");
    for turn in 0..40 {
        for (request, status) in [(&get, "200"), (&post, "200"), (&cut, "400")] {
            let mut stream = TcpStream::connect(own).expect("connected");
            stream.set_read_timeout(Some(Duration::from_secs(60))).expect("set");
            stream.write_all(request.as_bytes()).expect("sent");
            stream.shutdown(std::net::Shutdown::Write).expect("closed");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).expect("an answer");
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{turn}: {request}: {answer}");
        }
    }
}

#[test]
fn what_was_judged_leniently_is_logged_so() {
    let site = Site::new();
    let gateway = site.serve();
    let terms = json!({ "loss_share": "by_ownership", "capital_guarantee": "false", "zakat.rate_bps": "250" });
    let (_, strict) = gateway.attest(&json!({ "target": "HomeFinance", "terms": terms, "lenient": false }));
    assert_eq!((&strict["allowed"], strict.get("lenient")), (&json!(false), None));
    let (_, lenient) = gateway.attest(&json!({ "target": "HomeFinance", "terms": terms, "lenient": true }));
    assert_eq!((&lenient["allowed"], &lenient["lenient"]), (&json!(true), &json!(true)));
    // Asked again as the entry says, it is answered the same.
    let again = json!({ "target": "HomeFinance", "terms": lenient["terms"], "lenient": lenient["lenient"] });
    assert_eq!(gateway.enforce(&again).1["allowed"], json!(true));
    drop(gateway);
    let entries = site.serve().get("/conformance/HomeFinance").1["entries"].clone();
    assert_eq!(entries, json!([strict, lenient]), "the log is sound");
}

#[test]
fn foreign_names_are_refused_at_every_path() {
    let site = Site::new();
    let gateway = site.serve();
    let (_, told) = gateway.get("/openapi.json");
    for (path, methods) in told["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            let (method, path) = (method.to_ascii_uppercase(), path.replace("{target}", "HomeFinance"));
            let request = |host: &str| format!("{method} {path} HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
            assert_eq!(gateway.raw(request("Host: evil.example\r\n").as_bytes()).0, 421, "{path}");
            assert_eq!(gateway.raw(request("").as_bytes()).0, 400, "{path}");
        }
    }
    // A log of a gibibyte is not made here.
    assert_eq!(GatewayError::Full.status(), 507);
    assert_described(b"POST /attest HTTP/1.1\r\n", 507);
}

#[test]
fn what_is_too_long_is_refused_also_in_pieces() {
    let site = Site::new();
    let gateway = site.serve();
    let padded = |length: usize| {
        let body = json!({ "target": "HomeFinance", "terms": { "a": "" } }).to_string();
        body.replace("\"\"", &format!("\"{}\"", "x".repeat(length - body.len())))
    };
    assert_eq!(gateway.send("/enforce", "", &padded(MAX_BODY)).0, 200);
    assert_eq!(gateway.send("/enforce", "", &padded(MAX_BODY + 1)).0, 413);
    let head = format!("POST /enforce HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", gateway.address);
    // Refused by what is told, before anything is sent.
    assert_eq!(gateway.raw(format!("{head}Content-Length: 99999999999\r\n\r\n").as_bytes()).0, 413);
    let chunk = format!("{:x}\r\n{}\r\n", 65_536, "x".repeat(65_536));
    let pieces = format!("{head}Transfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(5));
    assert_eq!(gateway.raw(pieces.as_bytes()).0, 413);
    for wrong in ["Content-Length: -1\r\n", "Content-Length: 1\r\nContent-Length: 2\r\n", "Transfer-Encoding: gzip\r\n"]
    {
        let (status, _, _) = gateway.raw(format!("{head}{wrong}\r\n{{}}").as_bytes());
        assert!(status == 0 || (400..500).contains(&status), "{wrong}: {status}");
    }
    assert_eq!(gateway.send("/enforce", "Content-Encoding: gzip\r\n", "{}").0, 415);
}

#[test]
fn only_its_own_paths_names_and_methods_are_answered() {
    let site = Site::new();
    let gateway = site.serve();
    for path in ["/nothing", "/enforce/", "/conformance", "/manifests/%zz", "/manifests/%ff", "/conformance/a%2"] {
        assert!((400..=404).contains(&gateway.get(path).0), "{path}");
    }
    let (status, head, _) = gateway
        .raw(format!("GET /enforce HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", gateway.address).as_bytes());
    assert!(status == 405 && head.contains("\r\nallow: post"), "{head}");
    assert_eq!(gateway.send("/manifests", "", "").0, 405);
    assert_eq!(gateway.send("/conformance/HomeFinance", "", "").0, 405);
    assert_eq!(gateway.raw(b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").0, 421);
    assert_eq!(gateway.raw(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n").0, 400);
    assert_eq!(gateway.get("/conformance/HomeFinance?from=x").0, 400);
}

#[test]
fn principals_must_be_able_to_bind_themselves() {
    let site = Site::new();
    let gateway = site.serve();
    let ask = |parties: Value| {
        let body = json!({ "target": "HomeFinance", "terms": good(), "parties": parties });
        let (status, answer) = gateway.send("/authorize", "", &body.to_string());
        assert_eq!(status, 200);
        let codes = answer["violations"].as_array().expect("a list").iter();
        let codes: Vec<_> = codes.map(|own| own["code"].as_str().expect("a code").to_owned()).collect();
        assert_eq!(answer["allowed"], json!(codes.is_empty()));
        codes
    };
    let none: [&str; 0] = [];
    assert_eq!(ask(json!({ "financier": "did:bank", "acquirer": "did:client" })), none);
    assert_eq!(ask(json!({ "financier": "did:bank", "acquirer": "did:client", "arbiter": "did:child" })), none);
    assert_eq!(ask(json!({ "financier": "did:bank", "acquirer": "did:child" })), ["AHL-MINOR"]);
    let everything = ["AHL-MINOR", "AHL-SAFIH", "AHL-TAFLIS", "AHL-KYC", "AHL-AML"];
    assert_eq!(ask(json!({ "financier": "did:bank", "acquirer": "did:everything" })), everything);
    assert_eq!(ask(json!({ "financier": "did:bank" })), ["AHL-UNKNOWN"]);
    assert_eq!(ask(json!({ "financier": "did:nobody", "acquirer": "__proto__" })), ["AHL-UNKNOWN", "AHL-UNKNOWN"]);
    let body = json!({ "target": "HomeFinance", "parties": { "financier": "did:bank", "acquirer": "did:client" } });
    let (_, answer) = gateway.send("/authorize", "", &body.to_string());
    assert_eq!(answer["allowed"], json!(false), "terms that are left out are missing");
}

#[test]
fn attesting_needs_the_token_and_leaves_a_chain() {
    let site = Site::new();
    let gateway = site.serve();
    let body = json!({ "target": "musharakah_mutanaqisah", "terms": good() }).to_string();
    let kind = "Content-Type: application/json\r\n";
    let bearer = "Authorization: Bearer 0123456789abcdef\r\n";
    assert_eq!(gateway.send("/attest", kind, &body).0, 401);
    assert_eq!(gateway.send("/attest", &format!("{kind}Authorization: Bearer 0123456789abcdeg\r\n"), &body).0, 401);
    assert_eq!(gateway.send("/attest", bearer, &body).0, 415);
    assert_eq!(gateway.send("/attest", &format!("{kind}{bearer}Origin: http://evil.example\r\n"), &body).0, 403);
    assert_eq!(gateway.get("/conformance/HomeFinance").1["count"], json!(0));
    let (status, first) = gateway.send("/attest", &format!("{kind}{bearer}"), &body);
    assert_eq!((status, &first["target"], &first["allowed"]), (200, &json!("HomeFinance"), &json!(true)));
    assert_eq!((&first["seq"], &first["prev_hash"]), (&json!(1), &json!(GENESIS)));
    let (_, second) =
        gateway.attest(&json!({ "target": "HomeFinance", "terms": { "loss_share": "by_capital", "x": 1 } }));
    assert_eq!((&second["allowed"], &second["prev_hash"]), (&json!(false), &first["hash"]));
    assert_eq!(second["drift"]["unconstrained_drift"], json!(["x"]));
    let (status, told) = gateway.get("/conformance/musharakah_mutanaqisah");
    assert_eq!((status, &told["intact"], &told["entries"]), (200, &json!(true), &json!([first, second])));
    assert_eq!(told["log"], json!({ "length": 2, "head": second["hash"] }));
    assert_eq!(gateway.get("/conformance/HomeFinance?from=2").1["entries"], json!([second]));
    assert_eq!(gateway.attest(&json!({ "target": "HomeFinance", "terms": { "a": 0.5 } })).0, 400);
}

#[test]
fn a_log_that_was_tampered_with_is_told_and_not_continued() {
    let site = Site::new();
    let gateway = site.serve();
    gateway.attest(&json!({ "target": "HomeFinance", "terms": good() }));
    std::thread::sleep(Duration::from_millis(30));
    let path = site.path("log.jsonl");
    let text = fs::read_to_string(&path).expect("read");
    fs::write(&path, text.replace("by_ownership", "by_OWNERSHIP")).expect("written");
    let (status, answer) = gateway.get("/conformance/HomeFinance");
    assert_eq!((status, &answer["intact"], &answer["line"]), (500, &json!(false), &json!(1)));
    assert_eq!(answer["error"]["code"], json!("GATEWAY_LOG_BROKEN"));
    assert_eq!(gateway.attest(&json!({ "target": "HomeFinance", "terms": good() })).0, 500);
    assert_eq!(gateway.enforce(&json!({ "target": "HomeFinance", "terms": good() })).0, 200);
    drop(gateway);
    let error = Running::start(site.config()).err().expect("refused");
    assert_eq!(error.code().as_str(), "GATEWAY_LOG_BROKEN");
}

#[test]
fn the_truth_table_holds_over_the_wire() {
    let site = Site::new();
    let fields = ["__proto__", "constructor", "toString", "a", "__proto__.toString", "a.constructor.name"];
    let constraint = |field: &str, op: &str| json!({ "code": format!("{op} {field}"), "field": field, "op": op, "value": 1, "citation": "x" });
    let all: Vec<Value> =
        fields.iter().flat_map(|field| ["eq", "ne", "gt", "lt", "ge", "le"].map(|op| constraint(field, op))).collect();
    site.put("Table", &json!({ "contract": "t", "regime": "r", "authority": "a", "constraints": all }));
    let gateway = site.serve();
    // What is fulfilled, of each field in turn.
    let fulfilled = |terms: &str| {
        let (status, answer) = gateway.send("/enforce", "", &format!("{{\"target\":\"Table\",\"terms\":{terms}}}"));
        assert_eq!(status, 200, "{terms}");
        let broken: Vec<&str> = answer["violations"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|own| own["code"].as_str().expect("a code"))
            .collect();
        let of = |field: &&str| {
            ["eq", "ne", "gt", "lt", "ge", "le"]
                .map(|op| if broken.contains(&format!("{op} {field}").as_str()) { '-' } else { '+' })
        };
        fields.iter().map(|field| of(field).iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    };
    let none = "------";
    let missing = [none; 6].join(" ");
    for terms in [
        "{}",
        "{\"b\":1}",
        "{\"a\":null}",
        "{\"a\":\"1\"}",
        "{\"a\":true}",
        "{\"a\":[1]}",
        "{\"a\":{}}",
        "{\"a\":{\"constructor\":1}}",
    ] {
        assert_eq!(fulfilled(terms), missing, "{terms}");
    }
    assert_eq!(fulfilled("{\"a\":1}"), format!("{none} {none} {none} +---++ {none} {none}"));
    assert_eq!(fulfilled("{\"a\":0}"), format!("{none} {none} {none} -+-+-+ {none} {none}"));
    assert_eq!(fulfilled("{\"__proto__\":2}"), format!("-++-+- {none} {none} {none} {none} {none}"));
    assert_eq!(
        fulfilled("{\"__proto__\":{\"a\":1,\"toString\":1}}"),
        format!("{none} {none} {none} {none} +---++ {none}")
    );
    assert_eq!(fulfilled("{\"constructor\":1,\"toString\":1}"), format!("{none} +---++ +---++ {none} {none} {none}"));
    assert_eq!(
        fulfilled("{\"a\":{\"constructor\":{\"name\":1}}}"),
        format!("{none} {none} {none} {none} {none} +---++")
    );
}

#[test]
fn attestations_at_the_same_time_make_one_chain() {
    let site = Site::new();
    let gateway = site.serve();
    std::thread::scope(|scope| {
        for client in 0..8 {
            let gateway = &gateway;
            scope.spawn(move || {
                for turn in 0..5 {
                    let terms = json!({ "client": client, "turn": turn });
                    assert_eq!(gateway.attest(&json!({ "target": "HomeFinance", "terms": terms })).0, 200);
                }
            });
        }
    });
    let (_, told) = gateway.get("/conformance/HomeFinance");
    let entries = told["entries"].as_array().expect("entries");
    let all: std::collections::BTreeSet<String> = entries.iter().map(|own| own["terms"].to_string()).collect();
    assert_eq!((entries.len(), all.len(), &told["intact"]), (40, 40, &json!(true)));
    let found = verify(&site.path("log.jsonl"), told["log"]["head"].as_str()).expect("intact while it runs");
    assert_eq!((found.entries, found.rest), (40, 0));
    drop(gateway);
    assert_eq!(site.serve().get("/conformance/HomeFinance").1["count"], json!(40));
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let site = Site::new();
    let gateway = site.serve();
    let head = format!("POST /enforce HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", gateway.address);
    let begun = std::time::Instant::now();
    let (status, _, body) = gateway.raw(format!("{head}Content-Length: 100\r\n\r\n{{").as_bytes());
    assert!(
        (status, body.contains("took too long")) == (408, true) && begun.elapsed() < 5 * BODY_TIME,
        "{status} {body}"
    );
    // Cut off instead of slow.
    let mut stream = TcpStream::connect(gateway.address).expect("connected");
    stream.write_all(format!("{head}Content-Length: 100\r\n\r\n{{").as_bytes()).expect("sent");
    drop(stream);
    assert_eq!(gateway.enforce(&json!({ "target": "HomeFinance", "terms": good() })).0, 200);
}

#[test]
fn odd_heads_are_refused() {
    let site = Site::new();
    let gateway = site.serve();
    let own = gateway.address;
    let many = format!("GET / HTTP/1.1\r\nHost: {own}\r\n{}\r\n", "a: b\r\n".repeat(1_000));
    let long = format!("GET / HTTP/1.1\r\nHost: {own}\r\na: {}\r\n\r\n", "b".repeat(1 << 20));
    let path = format!("GET /{} HTTP/1.1\r\nHost: {own}\r\n\r\n", "a".repeat(1 << 20));
    for (request, what) in [
        (many, "many headers"),
        (long, "a long header"),
        (path, "a long path"),
        (format!("GET / HTTP/1.1\r\nHost: {own}\r\nHost: {own}\r\n\r\n"), "two hosts"),
        (format!("GET http://{own}/ HTTP/1.1\r\nHost: {own}\r\nConnection: close\r\n\r\n"), "a proxy's request"),
        (format!("GET / HTTP/1.1\r\nHost: {own}.evil.example\r\nConnection: close\r\n\r\n"), "another host"),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\nConnection: close\r\n\r\n".to_owned(), "another port"),
        (format!("GET / HTTP/1.1\r\nHost: {own}\r\n a: folded\r\n\r\n"), "a folded header"),
        (format!("GET / HTTP/1.1\r\nHost : {own}\r\n\r\n"), "a space before a colon"),
        ("\u{0}\u{1}\r\n\r\n".to_owned(), "no HTTP"),
    ] {
        let (status, head, _) = gateway.raw(request.as_bytes());
        assert!(status == 0 || (400..500).contains(&status), "{what}: {status}");
        assert!(!head.contains("access-control-allow"), "{what}");
    }
    for path in
        ["/manifests/..%2f..%2fparties.json", "/manifests/%2e%2e/parties", "/conformance/..%2flog", "/manifests/%00"]
    {
        assert_eq!(gateway.get(path).0, 404, "{path}");
    }
    // Nothing tells a browser that pages from elsewhere may read answers.
    let asked = format!(
        "OPTIONS /enforce HTTP/1.1\r\nHost: {own}\r\nOrigin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\nConnection: close\r\n\r\n"
    );
    let (status, head, _) = gateway.raw(asked.as_bytes());
    assert!(status == 405 && !head.contains("access-control"), "{head}");
    assert_eq!(gateway.enforce(&json!({ "target": "HomeFinance", "terms": good() })).0, 200, "it still answers");
}

#[test]
fn without_a_token_or_log_nobody_attests() {
    let site = Site::new();
    let headers = "Content-Type: application/json\r\n";
    let body = json!({ "target": "HomeFinance", "terms": good() }).to_string();
    let closed = Running::start(Config { access: Access::Closed, ..site.config() }).expect("started");
    assert_eq!(closed.send("/attest", headers, &body).0, 401);
    drop(closed);
    let open = Running::start(Config { access: Access::Open, log: None, ..site.config() }).expect("started");
    assert_eq!(open.send("/attest", headers, &body).0, 503);
    assert_eq!(open.get("/conformance/HomeFinance").0, 503);
    drop(open);
    let open = Running::start(Config { access: Access::Open, ..site.config() }).expect("started");
    assert_eq!(open.send("/attest", headers, &body).0, 200);
    assert_eq!(open.send("/attest", "Content-Type: text/plain\r\n", &body).0, 415);
}

#[test]
fn what_cannot_be_enforced_keeps_the_gateway_from_starting() {
    let site = Site::new();
    let mut wrong = manifest("other", 250);
    wrong["constraints"][0]["op"] = json!("like");
    site.put("Wrong", &wrong);
    let error = Running::start(site.config()).err().expect("refused");
    assert_eq!(
        error.to_string(),
        "the manifest `Wrong.manifest.json` is refused: constraint 1 has the unknown operator `like`"
    );
    site.put("Wrong", &manifest("other", 250));
    fs::write(site.path("parties.json"), "{\"did:a\":{\"bankrupted\":true}}").expect("written");
    let error = Running::start(site.config()).err().expect("refused");
    assert_eq!(error.code().as_str(), "GATEWAY_REGISTRY");
    let nowhere = Config { manifests: site.path("nowhere"), ..site.config() };
    assert!(Running::start(nowhere).err().expect("refused").is_io());
}

#[test]
fn manifests_and_registry_are_read_again_when_they_change() {
    let site = Site::new();
    let gateway = site.serve();
    let until = |what: &str, seen: &dyn Fn() -> bool| {
        let begun = std::time::Instant::now();
        while !seen() {
            assert!(begun.elapsed() < 30 * REFRESH, "{what}");
            std::thread::sleep(REFRESH / 10);
        }
    };
    let status = |target: &str| gateway.enforce(&json!({ "target": target, "terms": good() }));
    site.put("Added", &manifest("other", 250));
    until("a manifest is added", &|| status("Added").0 == 200);
    site.put("HomeFinance", &manifest("musharakah_mutanaqisah", 300));
    until("a manifest is changed", &|| status("HomeFinance").1["allowed"] == json!(false));
    let mut wrong = manifest("other", 250);
    wrong["constraints"] = json!([]);
    site.put("Added", &wrong);
    until("a manifest is spoilt", &|| status("Added").0 == 503);
    fs::remove_file(site.path("out").join("Added.manifest.json")).expect("removed");
    until("a manifest is removed", &|| status("Added").0 == 404);
    let parties = json!({ "financier": "did:bank", "acquirer": "did:client" });
    let ask = json!({ "target": "HomeFinance", "terms": {}, "parties": parties }).to_string();
    fs::write(site.path("parties.json"), "{}").expect("written");
    until("the registry is changed", &|| {
        gateway.send("/authorize", "", &ask).1["violations"][0]["code"] == json!("AHL-UNKNOWN")
    });
    fs::write(site.path("parties.json"), "[]").expect("written");
    until("the registry is spoilt", &|| gateway.send("/authorize", "", &ask).0 == 503);
}

#[test]
fn the_page_shows_what_there_is_and_runs_nothing() {
    let site = Site::new();
    let mut odd = manifest("musharakah", 250);
    odd["contract"] = json!("<script>alert(1)</script>{more}{rows}");
    site.put("<b>'\"&", &odd);
    let gateway = site.serve();
    let (status, head, page) =
        gateway.raw(format!("GET / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", gateway.address).as_bytes());
    assert_eq!(status, 200);
    assert!(head.contains("content-security-policy: default-src 'none'"), "{head}");
    assert!(page.contains("HomeFinance") && page.contains("RISK-1, RIBA-1, ZAKAT-1"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;{more}{rows}") && !page.contains("<script"), "{page}");
    assert!(page.contains("&lt;b&gt;&#39;&quot;&amp;") && page.contains("/manifests/%3Cb%3E%27%22%26"), "{page}");
    assert!(!page.contains("http://") && !page.contains("https://"), "nothing from elsewhere");
    assert_eq!(gateway.get("/manifests/%3Cb%3E%27%22%26").0, 200);
    assert_eq!(gateway.get("/style.css").0, 200);
}

#[test]
fn the_description_names_what_is_answered_and_nothing_else() {
    let site = Site::new();
    let gateway = site.serve();
    let (status, told) = gateway.get("/openapi.json");
    assert_eq!((status, &told["openapi"]), (200, &json!("3.1.0")));
    let paths = told["paths"].as_object().expect("paths");
    assert_eq!(paths.len(), 8);
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().expect("methods") {
            let path = path.replace("{target}", "HomeFinance");
            let body = json!({ "target": "HomeFinance", "terms": {}, "parties": {} });
            let status = match method.as_str() {
                "get" => gateway.get(&path).0,
                _ if path == "/attest" => gateway.attest(&body).0,
                _ => gateway.send(&path, "", &body.to_string()).0,
            };
            assert_eq!(status, 200, "{method} {path}");
            assert!(operation["responses"]["200"].is_object(), "{method} {path}");
        }
    }
    let text = told.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().expect("an end");
        assert!(told.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
}

#[test]
fn a_request_that_has_begun_is_answered_when_it_stops() {
    let site = Site::new();
    let mut gateway = site.serve();
    let body = json!({ "target": "HomeFinance", "terms": good() }).to_string();
    let mut stream = TcpStream::connect(gateway.address).expect("connected");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("set");
    let head = format!("POST /enforce HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n", gateway.address, body.len());
    stream.write_all(format!("{head}{}", &body[..5]).as_bytes()).expect("sent");
    std::thread::sleep(Duration::from_millis(300));
    drop(gateway.stop.take());
    std::thread::sleep(Duration::from_millis(300));
    assert!(TcpStream::connect(gateway.address).is_err(), "nobody new is let in");
    stream.write_all(&body.as_bytes()[5..]).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"allowed\":true"), "{answer}");
}
