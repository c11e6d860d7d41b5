//! A client that follows a run, over streams that break off or are none.

use etymon_constraints::tls::Authorities;
use etymon_serve::WireError;
use etymon_serve::client::Remote;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};

const STAGE: &str = "id: 0\nevent: stage\ndata: {\"stage\":\"derive\",\"status\":\"start\"}\n\n";
const END: &str = "id: 1\nevent: end\ndata: {\"verdict\":\"pass\"}\n\n";

/// What comes of following a run at a server that sends these bytes after its headers and is gone then; and how many stages were told.
fn followed(headers: &str, body: &[u8]) -> (Result<Value, WireError>, usize) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n{headers}\r\n");
    let bytes = [head.as_bytes(), body].concat();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let _ = stream.read(&mut [0; 4096]);
        stream.write_all(&bytes).expect("sent");
        let _ = stream.shutdown(Shutdown::Both);
    });
    let remote = Remote::new(&url, None, &Authorities::public()).expect("an address");
    let mut stages = 0;
    let end = remote.follow(0, &mut |_| stages += 1);
    server.join().expect("no panic");
    (end, stages)
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

#[test]
fn a_stream_that_is_cut_is_one_to_try_again() {
    let chunked = "transfer-encoding: chunked\r\n";
    let whole = chunk(STAGE);
    let cuts = [
        ("", STAGE.to_owned(), 1),
        ("", format!("{STAGE}{}", &END[..END.len() - 5]), 1),
        ("content-length: 5000\r\n", STAGE.to_owned(), 1),
        (chunked, whole.clone(), 1),
        (chunked, format!("{whole}0\r\n\r\n"), 1),
        (chunked, whole[..whole.len() - 20].to_owned(), 0),
        (chunked, format!("{whole}{}", &chunk(END)[..30]), 1),
        (chunked, String::new(), 0),
    ];
    for (headers, body, stages) in cuts {
        let (end, told) = followed(headers, body.as_bytes());
        let error = end.expect_err("cut");
        assert_eq!((error.code().as_str(), told), ("HTTP_UNREACHABLE", stages), "{body}: {error}");
        assert!(error.is_io() && error.help().contains("try again"), "{error}");
    }
    let (end, told) = followed(chunked, (chunk(STAGE) + &chunk(END)).as_bytes());
    assert_eq!((end.expect("an end")["verdict"].as_str(), told), (Some("pass"), 1));
}

#[test]
fn what_is_no_stream_of_events_is_not_understood() {
    for body in [b"event: stage\ndata: nonsense\n\n".as_slice(), b"event: stage\ndata: \xff\xfe\n\n"] {
        let (end, _) = followed("", body);
        assert_eq!(end.expect_err("refused").code().as_str(), "HTTP_ANSWER");
    }
}
