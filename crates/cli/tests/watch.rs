//! `etymon serve --events` as those see it who watch: what the listing of runs and the end of each stream say.

use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
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
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("run");
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
