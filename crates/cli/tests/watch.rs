//! `etymon serve --events` as those see it who watch: what the listing of runs and the end of each stream say.

use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const FILE: &str = "# One\n\n## ONE\nid: ONE\ntype: predicate\nauthority: human-authored\nscope: module\nstatus: active\ndepends-on: []\n\nIt is one.\n";

/// A server, stopped when dropped.
struct Server(Child, String);

impl Server {
    fn start(folder: &TempDir, events: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_etymon"));
        command.current_dir(folder).args(["serve", "--insecure", "--address", "127.0.0.1:0", "--json"]);
        for path in events {
            command.args(["--events", path]);
        }
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("run");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("its output")).read_line(&mut line).expect("a line");
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
        let address = told["url"].as_str().and_then(|url| url.strip_prefix("http://")).expect("an address").to_owned();
        Self(child, address)
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.1).expect("connected");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.1).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer.split_once("\r\n\r\n").expect("a body").1.to_owned()
    }

    /// How a run's stream ends; waits for that.
    fn end(&self, run: usize) -> Value {
        let events = self.get(&format!("/runs/{run}/events"));
        let data = events.rsplit_once("event: end\ndata: ").unwrap_or_else(|| panic!("{events}")).1;
        serde_json::from_str(data.lines().next().unwrap_or_default()).expect("JSON")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn recorded(folder: &TempDir, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_etymon"));
    let output = command.current_dir(folder).args(["run", "--json"]).args(args).output().expect("run");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_run_without_a_verdict_is_never_shown_as_passed() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("one.constraints.md", FILE);
    write("bad.constraints.md", &FILE.replace("type: predicate\n", ""));
    let identity = recorded(&folder, &["one.constraints.md", "--until", "canonicalize"]);
    let whole: Vec<&str> = identity.split_inclusive('\n').collect();
    assert_eq!(whole.len(), 9, "{identity}");
    write("empty.ndjson", "");
    write("validating.ndjson", &whole[..5].concat());
    write("identity.ndjson", &identity);
    write("refused.ndjson", &recorded(&folder, &["bad.constraints.md"]));
    let files = ["empty.ndjson", "validating.ndjson", "identity.ndjson", "refused.ndjson"];
    let mut server = Server::start(&folder, &[files.as_slice(), &["-"]].concat());

    // What comes on standard input breaks off within an event.
    let mut input = server.0.stdin.take().expect("its input");
    write!(input, "{identity}{}", &whole[0][..20]).expect("sent");
    drop(input);
    let expected = [
        ("error", "the run never began"),
        ("error", "the run broke off during `validate`"),
        ("none", "nothing was verified"),
        ("error", "`parse` ended without success: PARSE_METADATA: "),
        ("error", "the run broke off in the middle of an event"),
    ];
    for (run, (verdict, message)) in expected.into_iter().enumerate() {
        let end = server.end(run);
        assert_eq!(end["verdict"], verdict, "{end}");
        assert!(end["message"].as_str().is_some_and(|own| own.contains(message)), "{end}");
    }
    assert!(server.end(3)["message"].as_str().is_some_and(|own| own.contains("(line 3)")), "{}", server.end(3));
    let listing: Value = serde_json::from_str(&server.get("/runs")).expect("JSON");
    let runs = listing["runs"].as_array().expect("a list");
    let told: Vec<(&Value, &Value)> = runs.iter().rev().map(|own| (&own["ended"], &own["verdict"])).collect();
    let wanted = expected.map(|(verdict, _)| (json!(true), json!(verdict)));
    assert_eq!(told, wanted.iter().map(|(ended, verdict)| (ended, verdict)).collect::<Vec<_>>());
}

/// Verdicts and messages of so many runs that these recordings are shown as, the first one first, and what the server says on standard error.
fn shown(folder: &TempDir, files: &[&str], input: &[u8], count: usize) -> (Vec<(String, String)>, String) {
    let mut server = Server::start(folder, &[files, &["-"]].concat());
    let mut pipe = server.0.stdin.take().expect("its input");
    pipe.write_all(input).expect("sent");
    drop(pipe);
    let listed = || {
        let listing: Value = serde_json::from_str(&server.get("/runs")).expect("JSON");
        let runs = listing["runs"].as_array().expect("a list").iter().rev();
        runs.map(|own| own["id"].to_string().parse().expect("a number")).collect::<Vec<usize>>()
    };
    let ids = (0..200).map(|_| listed()).find(|ids| {
        std::thread::sleep(Duration::from_millis(20));
        ids.len() == count
    });
    let ids = ids.unwrap_or_else(|| panic!("not {count} runs: {:?}", listed()));
    let text = |end: &Value, key: &str| end[key].as_str().unwrap_or_default().to_owned();
    let ends = ids.into_iter().map(|id| server.end(id)).map(|end| (text(&end, "verdict"), text(&end, "message")));
    let ends = ends.collect();
    let _ = server.0.kill();
    let mut said = String::new();
    server.0.stderr.take().expect("its errors").read_to_string(&mut said).expect("text");
    (ends, said)
}

/// A recording of a run that passed, as far as its events tell.
fn passed() -> String {
    let stages = ["read", "parse", "validate", "resolve", "canonicalize", "derive", "verify", "sign"];
    let statuses = stages.into_iter().flat_map(|stage| [(stage, "start"), (stage, "complete")]);
    let line = |(seq, (stage, status)): (usize, (&str, &str))| {
        let detail = if status == "complete" { json!({ "verdict": "pass" }) } else { json!({}) };
        let own =
            json!({ "seq": seq, "stage": stage, "status": status, "at": "2026-01-01T00:00:00Z", "detail": detail });
        format!("{own}\n")
    };
    statuses.enumerate().map(line).collect()
}

#[test]
fn a_recording_is_shown_alike_from_a_file_and_from_standard_input() {
    let folder = TempDir::new().expect("a folder");
    let whole = passed();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let mixed: String = lines.iter().flat_map(|line| [*line, line]).collect();
    let cases = [
        (whole.clone(), "pass", ""),
        (format!("{whole}done"), "pass", ""),
        (format!("{whole}{}", &lines[0][..20]), "pass", ""),
        (whole.trim_end().to_owned(), "pass", ""),
        (format!("{}done", lines[..6].concat()), "none", "nothing was verified"),
        (format!("{}{}", lines[..6].concat(), &lines[6][..20]), "error", "in the middle of an event"),
        (format!("{}{}", lines[..7].concat(), &lines[7][..20]), "error", "during `resolve`"),
        (lines[15].to_owned(), "error", "events are missing"),
        (mixed, "error", "several runs are mixed"),
    ];
    for (text, verdict, message) in cases {
        fs::write(folder.path().join("own.ndjson"), &text).expect("written");
        let runs = text.matches("\"seq\":0,").count().max(1);
        let (ends, said) = shown(&folder, &["own.ndjson"], text.as_bytes(), 2 * runs);
        let half = ends.len() / 2;
        assert_eq!(ends[..half], ends[half..], "{text}");
        let (own, why) = &ends[half - 1];
        assert!(own == verdict && why.contains(message), "{own}: {why}: {text}");
        assert!(!said.contains("SERVE_RUNS"), "{said}");
    }
}

#[test]
fn recorded_runs_that_are_not_shown_are_told_of() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("few.ndjson"), passed()).expect("written");
    fs::write(folder.path().join("many.ndjson"), passed().repeat(70)).expect("written");
    let (ends, said) = shown(&folder, &["few.ndjson", "many.ndjson"], passed().as_bytes(), 64);
    assert!(ends.iter().all(|(verdict, _)| verdict == "pass"));
    assert!(
        said.contains("SERVE_RUNS") && said.contains("72 runs are to be shown, and a server remembers 64"),
        "{said}"
    );
}
