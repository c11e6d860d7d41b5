//! Nodes that do not behave, and files that are not the deployer's.

use etymon_serve::deploy::{JsonRpc, Ledger, record_path};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A server on loopback that answers every question as it is told to; gives its address and how often it was asked.
fn node(answer: impl Fn(&Value, &mut TcpStream) + Send + Sync + 'static) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let (count, answer) = (Arc::clone(&asked), Arc::new(answer));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (count, answer) = (Arc::clone(&count), Arc::clone(&answer));
            std::thread::spawn(move || {
                let mut stream = stream.unwrap();
                while let Some(question) = question(&stream) {
                    count.fetch_add(1, Ordering::SeqCst);
                    answer(&question, &mut stream);
                }
            });
        }
    });
    (url, asked)
}

fn question(stream: &TcpStream) -> Option<Value> {
    let (mut reader, mut length) = (BufReader::new(stream), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(told) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = told.trim().parse().ok()?;
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

fn send(stream: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let text = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len());
    let _ = stream.write_all(text.as_bytes());
}

fn result(question: &Value, result: Value, stream: &mut TcpStream) {
    send(stream, "200 OK", "", &json!({ "jsonrpc": "2.0", "id": question["id"], "result": result }).to_string());
}

fn refused(url: &str) -> String {
    let error = JsonRpc::within(url, false, Duration::from_secs(20)).err().expect("refused");
    assert_eq!(error.code().as_str(), "DEPLOY_LEDGER");
    let text = error.to_string();
    assert!(text.len() < 1_000 && !text.contains(char::is_control), "{text}");
    text
}

#[test]
fn what_is_no_answer_is_refused() {
    for body in [
        "",
        "[]",
        "null",
        "{",
        "{\"id\":1}",
        "{\"id\":7,\"result\":\"0x1\"}",
        "{\"id\":1,\"result\":1}",
        "{\"id\":1,\"result\":\"0x\u{1b}[2J\"}",
    ] {
        let (url, _) = node(move |_, stream| send(stream, "200 OK", "", body));
        refused(&url);
    }
    let (url, _) = node(|own, stream| result(own, json!("x".repeat(1 << 20)), stream));
    assert!(refused(&url).contains("is no number"));
    let (url, _) = node(|own, stream| {
        let error = json!({ "id": own["id"], "error": { "message": format!("\u{1b}[31m{}", "no ".repeat(100_000)) } });
        send(stream, "200 OK", "", &error.to_string());
    });
    assert!(refused(&url).contains("`eth_chainId` is refused"));
}

#[test]
fn answers_without_end_are_not_kept() {
    let (url, _) = node(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        let piece = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
        // 64 MiB, unless the other side has enough before that.
        for _ in 0..1024 {
            if stream.write_all(piece.as_bytes()).is_err() {
                return;
            }
        }
        panic!("all of it was read");
    });
    refused(&url);
}

#[test]
fn redirects_lead_nowhere() {
    let (other, asked) = node(|own, stream| result(own, json!("0x1"), stream));
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let location = format!("Location: {other}/\r\n");
        let (url, _) = node(move |_, stream| send(stream, status, &location, ""));
        refused(&url);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[test]
fn a_slow_node_is_not_waited_for() {
    let (url, _) = node(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        for _ in 0..600 {
            std::thread::sleep(Duration::from_millis(100));
            if stream.write_all(b" ").is_err() {
                return;
            }
        }
    });
    let begun = Instant::now();
    let error = JsonRpc::within(&url, false, Duration::from_millis(500)).err().expect("refused");
    assert_eq!(error.code().as_str(), "DEPLOY_LEDGER");
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[test]
fn one_account_does_not_play_two_roles() {
    let ledger = |accounts: Value| {
        let (url, _) = node(move |own, stream| {
            let answer = if own["method"] == "eth_accounts" { accounts.clone() } else { json!("0x1") };
            result(own, answer, stream);
        });
        JsonRpc::new(&url, false).unwrap().accounts(&["bank".to_owned(), "client".to_owned()])
    };
    let (one, two) = (format!("0x{}", "a1".repeat(20)), format!("0x{}", "B2".repeat(20)));
    assert_eq!(ledger(json!([one, two, one])).unwrap().len(), 2);
    for wrong in [
        json!([one, one.to_uppercase().replace("0X", "0x")]),
        json!([one]),
        json!([one, "0x12"]),
        json!({}),
        json!([1, 2]),
    ] {
        assert_eq!(ledger(wrong.clone()).unwrap_err().code().as_str(), "DEPLOY_LEDGER", "{wrong}");
    }
}

#[test]
fn records_take_the_place_of_records_only() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("a/deployments");
    let path = record_path(&out, "HomeFinance").unwrap();
    assert_eq!(path, out.join("generated_HomeFinance.json"));
    assert_eq!(fs::read_dir(&out).unwrap().count(), 0, "looking leaves nothing behind");
    fs::write(&path, json!({ "instrument": "HomeFinance", "contractId": "0x1", "steps": [] }).to_string()).unwrap();
    assert!(record_path(&out, "HomeFinance").is_ok());
    for other in [
        "",
        "{}",
        "my notes",
        "{\"instrument\":\"HomeFinance\"}",
        "{\"instrument\":\"Other\",\"contractId\":\"0x1\",\"steps\":[]}",
    ] {
        fs::write(&path, other).unwrap();
        let error = record_path(&out, "HomeFinance").unwrap_err();
        assert_eq!(error.code().as_str(), "DEPLOY_RECORD", "{other}");
        assert_eq!(fs::read_to_string(&path).unwrap(), other);
    }
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(folder.path().join("elsewhere"), &path).unwrap();
    assert!(record_path(&out, "HomeFinance").is_err());
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(record_path(&out, "HomeFinance").is_err());
    fs::write(folder.path().join("file"), "").unwrap();
    assert!(record_path(&folder.path().join("file"), "HomeFinance").is_err());
}
