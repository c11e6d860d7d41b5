//! `deducible serve` as its users see it: what it says, what it refuses to start with, and how it stops.

use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

const MANIFEST: &str = include_str!("../../instrument/tests/golden/HomeFinance.manifest.json");

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deducible"));
    command.current_dir(folder).args(["serve", "--manifests", "out", "--port", "0"]).args(args);
    command.env_remove("GATEWAY_TOKEN").env_remove("GATEWAY_PORT").stdin(Stdio::null());
    command
}

fn site() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("out")).expect("made");
    fs::write(folder.path().join("out/HomeFinance.manifest.json"), MANIFEST).expect("written");
    folder
}

fn refused(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = command(folder, args).output().expect("run");
    (status.code(), String::from_utf8_lossy(&stderr).into_owned())
}

/// Started, and the address that it tells.
fn started(command: &mut Command) -> (Child, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("its output")).read_line(&mut line).expect("a line");
    let told: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
    assert_eq!(told["manifests"], json!(1));
    let address = told["url"].as_str().and_then(|url| url.strip_prefix("http://")).expect("an address").to_owned();
    (child, address)
}

fn post(address: &str, path: &str, headers: &str, body: &Value) -> (String, Value) {
    let mut stream = TcpStream::connect(address).expect("connected");
    let body = body.to_string();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a body");
    (head[9..12].to_owned(), serde_json::from_str(body).expect("JSON"))
}

fn terms() -> Value {
    json!({
        "loss_share": "by_ownership", "capital_guarantee": false, "rent": { "basis": "bank.share" },
        "buyout.price_source": "oracle", "zakat.rate_bps": 250,
        "contingency": { "jaaihah": "reschedule", "death": "faraid" },
    })
}

#[test]
fn it_serves_until_it_is_told_to_stop() {
    let folder = site();
    fs::write(folder.path().join("token"), "0123456789abcdef\n").expect("written");
    let (mut child, address) =
        started(&mut command(folder.path(), &["--json", "--log", "log.jsonl", "--token-file", "token"]));
    let ask = json!({ "target": "HomeFinance", "terms": terms() });
    let (status, answer) = post(&address, "/enforce", "", &ask);
    assert_eq!((status.as_str(), &answer["decision"]), ("200", &json!("allow")));
    assert_eq!(post(&address, "/attest", "", &ask).0, "401");
    let (status, entry) = post(&address, "/attest", "Authorization: Bearer 0123456789abcdef\r\n", &ask);
    assert_eq!((status.as_str(), &entry["seq"]), ("200", &json!(1)));
    let (code, told) = refused(folder.path(), &["--log", "log.jsonl"]);
    assert!(code == Some(2) && told.contains("error[GATEWAY_LOG_BUSY]: the conformance log is in use"), "{told}");
    let stopped = Command::new("sh").args(["-c", &format!("kill -TERM {}", child.id())]).status().expect("sent");
    assert!(stopped.success());
    assert_eq!(child.wait().expect("ended").code(), Some(0));
    // What was acknowledged is there, and a line that was begun is not.
    let log = folder.path().join("log.jsonl");
    let text = fs::read_to_string(&log).expect("read");
    fs::write(&log, format!("{text}{{\"allowed\":tr")).expect("written");
    let mut open = command(folder.path(), &["--json", "--log", "log.jsonl", "--insecure"]);
    let (mut child, address) = started(&mut open);
    let (_, entry) = post(&address, "/attest", "", &ask);
    assert_eq!(entry["seq"], json!(2));
    child.kill().expect("killed");
    child.wait().expect("ended");
    let mut told = String::new();
    child.stderr.take().expect("its errors").read_to_string(&mut told).expect("read");
    assert!(told.contains("SERVE_INSECURE") && told.contains("13 bytes cut off"), "{told}");
}

#[test]
fn what_is_wrong_keeps_it_from_starting() {
    let folder = site();
    let starts = |args: &[&str], code: i32, message: &str| {
        let (found, told) = refused(folder.path(), args);
        assert!(found == Some(code) && told.contains(message) && told.contains("help: "), "{found:?} {told}");
    };
    fs::write(folder.path().join("short"), "short").expect("written");
    starts(&["--token-file", "short"], 2, "error[IO]: `short`: the token has less than 16 characters");
    starts(&["--token-file", "nowhere"], 2, "error[IO]: `nowhere`");
    starts(&["--registry", "nowhere"], 2, "error[GATEWAY_IO]: `nowhere` cannot be used");
    fs::write(folder.path().join("parties.json"), "[]").expect("written");
    starts(&["--registry", "parties.json"], 3, "error[GATEWAY_REGISTRY]");
    fs::write(folder.path().join("log.jsonl"), "{}\n").expect("written");
    starts(
        &["--log", "log.jsonl"],
        3,
        "error[GATEWAY_LOG_BROKEN]: the conformance log is broken at line 1: it has no hash",
    );
    let wrong = MANIFEST.replacen("\"eq\"", "\"is\"", 1);
    fs::write(folder.path().join("out/Wrong.manifest.json"), wrong).expect("written");
    starts(
        &[],
        3,
        "error[GATEWAY_MANIFEST]: the manifest `Wrong.manifest.json` is refused: constraint 1 has the unknown operator `is`",
    );
}
