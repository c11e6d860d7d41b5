//! A client that follows a run, over streams that break off or are none.

use etymon_constraints::tls::Authorities;
use etymon_serve::WireError;
use etymon_serve::client::{Remote, Started};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener};

const STAGE: &str = "id: 0\nevent: stage\ndata: {\"stage\":\"derive\",\"status\":\"start\"}\n\n";
const NEXT: &str = "id: 1\nevent: stage\ndata: {\"stage\":\"verify\",\"status\":\"start\"}\n\n";
const END: &str = "id: 2\nevent: end\ndata: {\"verdict\":\"pass\"}\n\n";
const CHUNKED: &str = "transfer-encoding: chunked\r\n";

/// What comes of following a run.
struct Course {
    end: Result<Value, WireError>,
    /// The stages that were told.
    stages: Vec<String>,
    /// What the client said it had seen, for each stream.
    seen: Vec<Option<String>>,
}

/// A run of a server that does not tell its session.
fn run() -> Started {
    Started { run: 0, session: String::new() }
}

/// Follows a run at a server that sends these bytes after its headers, one stream after the other, and is gone then.
fn followed(headers: &str, bodies: &[impl AsRef<[u8]>]) -> Course {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n{headers}\r\n");
    answered(bodies.iter().map(|body| [head.as_bytes(), body.as_ref()].concat()).collect())
}

/// Follows a run at a server that answers so, one request after the other, and is gone then.
fn answered(answers: Vec<Vec<u8>>) -> Course {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = std::thread::spawn(move || {
        let answer = |bytes: Vec<u8>| {
            let (mut stream, _) = listener.accept().expect("a client");
            let lines = BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
            let seen = lines.filter_map(|line| Some(line.strip_prefix("last-event-id: ")?.to_owned())).last();
            stream.write_all(&bytes).expect("sent");
            let _ = stream.shutdown(Shutdown::Both);
            seen
        };
        answers.into_iter().map(answer).collect()
    });
    let remote = Remote::new(&url, None, &Authorities::public()).expect("an address");
    let mut stages = Vec::new();
    let end = remote.follow(&run(), &mut |event| stages.push(event["stage"].as_str().unwrap_or_default().to_owned()));
    Course { end, stages, seen: server.join().expect("no panic") }
}

/// An answer of that status, of whoever stands before the server.
fn status(status: u16) -> Vec<u8> {
    let body = "<html>Not now</html>";
    format!("HTTP/1.1 {status} No\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}

/// A stream that is cut after this.
fn cut(text: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n{text}").into_bytes()
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

/// Streams that do not come to the run's end, with their headers and how many stages they tell.
fn cuts() -> [(&'static str, String, usize); 8] {
    let whole = chunk(STAGE);
    [
        ("", STAGE.to_owned(), 1),
        ("", format!("{STAGE}{}", &END[..END.len() - 5]), 1),
        ("content-length: 5000\r\n", STAGE.to_owned(), 1),
        (CHUNKED, whole.clone(), 1),
        (CHUNKED, format!("{whole}0\r\n\r\n"), 1),
        (CHUNKED, whole[..whole.len() - 20].to_owned(), 0),
        (CHUNKED, format!("{whole}{}", &chunk(END)[..30]), 1),
        (CHUNKED, String::new(), 0),
    ]
}

#[test]
fn a_stream_that_is_cut_at_a_server_that_is_gone_is_one_to_try_again() {
    for (headers, body, stages) in cuts() {
        let course = followed(headers, &[&body]);
        let error = course.end.expect_err("cut");
        assert_eq!((error.code().as_str(), course.stages.len()), ("HTTP_UNREACHABLE", stages), "{body}: {error}");
        assert!(error.is_io() && error.help().contains("try again"), "{error}");
    }
    let course = followed(CHUNKED, &[chunk(STAGE) + &chunk(END)]);
    assert_eq!((course.end.expect("an end")["verdict"].as_str(), course.stages.len()), (Some("pass"), 1));
}

#[test]
fn a_stream_that_is_cut_is_followed_on_after_the_last_event() {
    let framed = |headers: &str, text: &str| if headers == CHUNKED { chunk(text) } else { text.to_owned() };
    for (headers, body, stages) in cuts() {
        if headers.starts_with("content-length") {
            continue;
        }
        let seen = (stages > 0).then(|| "0".to_owned());
        // A server that does not know how to go on begins again.
        for rest in [[NEXT, END].concat(), [STAGE, NEXT, END].concat()] {
            let rest = if stages == 0 { [STAGE, NEXT, END].concat() } else { rest };
            let course = followed(headers, &[body.clone(), framed(headers, &rest)]);
            assert_eq!(course.end.expect("an end")["verdict"], "pass", "{body}");
            assert_eq!(
                (course.stages, course.seen),
                (vec!["derive".to_owned(), "verify".to_owned()], vec![None, seen.clone()])
            );
        }
    }
}

#[test]
fn a_server_that_always_cuts_before_the_next_event_is_given_up() {
    let course = followed("", &[STAGE, STAGE, NEXT, NEXT, STAGE, ""]);
    assert_eq!(course.end.expect_err("nothing more comes").code().as_str(), "HTTP_UNREACHABLE");
    assert_eq!((course.stages.len(), course.seen.len()), (2, 6));
    let course = followed("", &[STAGE, STAGE, NEXT, NEXT, STAGE, END]);
    assert_eq!(course.end.expect("an end")["verdict"], "pass");
}

#[test]
fn a_server_that_is_busy_or_being_started_is_asked_again_once_there_was_a_stream() {
    for busy in [502, 503, 504] {
        let course = answered(vec![cut(STAGE), status(busy), status(busy), cut(&[NEXT, END].concat())]);
        assert_eq!(course.end.expect("an end")["verdict"], "pass", "{busy}");
        assert_eq!((course.stages.len(), course.seen.last()), (2, Some(&Some("0".to_owned()))));
        let course = answered([vec![cut(STAGE)], vec![status(busy); 3]].concat());
        let error = course.end.expect_err("it stays busy");
        assert!(error.code().as_str() == "HTTP_UNREACHABLE" && error.is_io(), "{error}");
        assert!(error.to_string().contains(&busy.to_string()), "{error}");
        // Before that it is an answer like any other.
        assert_eq!(answered(vec![status(busy)]).end.expect_err("refused").code().as_str(), "HTTP_ANSWER");
    }
}

#[test]
fn a_server_that_has_forgotten_the_run_is_not_asked_again() {
    for gone in [404, 410] {
        let course = answered(vec![cut(STAGE), status(gone)]);
        let error = course.end.expect_err("forgotten");
        assert!(error.code().as_str() == "HTTP_UNREACHABLE" && error.is_io(), "{error}");
        assert_eq!(course.seen.len(), 2);
    }
    assert_eq!(answered(vec![status(410)]).end.expect_err("gone").code().as_str(), "HTTP_UNREACHABLE");
    assert_eq!(answered(vec![status(404)]).end.expect_err("never there").code().as_str(), "HTTP_ANSWER");
}

#[test]
fn what_is_no_stream_of_events_is_not_understood() {
    for body in [
        b"event: stage\ndata: nonsense\n\n".as_slice(),
        b"event: stage\ndata: \xff\xfe\n\n",
        b"event: stage\ndata: {}\n\n",
        b"id: -1\nevent: stage\ndata: {}\n\n",
    ] {
        assert_eq!(followed("", &[body]).end.expect_err("refused").code().as_str(), "HTTP_ANSWER");
    }
}
