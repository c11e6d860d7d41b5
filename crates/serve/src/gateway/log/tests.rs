use super::*;
use etymon_instrument::manifest::Manifest;
use serde_json::json;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

fn enforcer() -> Enforcer {
    let manifest = json!({
        "contract": "c", "regime": "islamic", "authority": "AAOIFI",
        "constraints": [{ "code": "ZAKAT-1", "field": "zakat.rate_bps", "op": "eq", "value": 250, "citation": "here" }],
    });
    Enforcer::new(Manifest::read(manifest.to_string().as_bytes()).expect("a manifest"))
}

fn attest(log: &Log, target: &str, terms: Value) -> Result<Value, GatewayError> {
    let (enforcer, terms) = (enforcer(), terms.as_object().expect("terms").clone());
    let answer = enforcer.enforce(&terms, false);
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_800_000_000_007);
    let line =
        log.append(target, Judged { terms: &terms, enforcer: &enforcer, answer: &answer, lenient: false }, now)?;
    Ok(serde_json::from_str(&line).expect("an entry"))
}

fn open(path: &Path) -> Result<(Log, u64), GatewayError> {
    Log::open(path.to_owned())
}

/// A log of three entries, closed.
fn three(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("log.jsonl");
    let (log, _) = open(&path).expect("opened");
    for (target, rate) in [("A", 250), ("B", 250), ("A", 300)] {
        attest(&log, target, json!({ "zakat": { "rate_bps": rate } })).expect("recorded");
    }
    path
}

fn broken(error: GatewayError) -> (usize, &'static str) {
    match error {
        GatewayError::Broken { line, reason } => (line, reason),
        other => panic!("{other}"),
    }
}

#[test]
fn entries_are_chained_as_documented() {
    let folder = TempDir::new().expect("a folder");
    let path = three(&folder);
    let text = fs::read_to_string(&path).expect("read");
    let mut previous = GENESIS.to_owned();
    for (at, line) in text.lines().enumerate() {
        let mut entry: Value = serde_json::from_str(line).expect("JSON");
        let hash = entry.as_object_mut().expect("an object").remove("hash").expect("a hash");
        assert_eq!(entry["seq"], json!(at + 1));
        assert_eq!(entry["prev_hash"], json!(previous));
        assert_eq!(entry["ts"], json!("2027-01-15T08:00:00.007Z"));
        let formula = format!("{}|{previous}", canonical::to_string(&entry).expect("canonical"));
        assert_eq!(hash, json!(canonical::sha256_hex(formula.as_bytes())));
        let terms = canonical::to_string(&entry["terms"]).expect("canonical");
        assert_eq!(entry["terms_hash"], json!(canonical::sha256_hex(terms.as_bytes())));
        previous = hash.as_str().expect("text").to_owned();
    }
    let last: Value = serde_json::from_str(text.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last["drift"]["changed"], json!([{ "field": "zakat.rate_bps", "from": 250, "to": 300 }]));
    assert_eq!((&last["allowed"], &last["violations"][0]["code"]), (&json!(false), &json!("ZAKAT-1")));
}

#[test]
fn a_log_goes_on_where_it_ended() {
    let folder = TempDir::new().expect("a folder");
    let path = three(&folder);
    let (log, cut) = open(&path).expect("opened");
    assert_eq!(cut, 0);
    let entry = attest(&log, "A", json!({ "zakat.rate_bps": 250, "note": "x" })).expect("recorded");
    assert_eq!(entry["seq"], json!(4));
    assert_eq!(entry["drift"]["added"], json!(["note"]));
    assert_eq!(entry["drift"]["unconstrained_drift"], json!(["note"]));
    let page = log.read("A", 1).expect("read");
    assert_eq!((page.count, page.entries.len(), page.next, page.length), (3, 3, None, 4));
    assert_eq!(log.read("A", 2).expect("read").entries.len(), 2);
    assert_eq!(log.read("A", 5).expect("read").entries.len(), 0);
    assert_eq!(log.read("nobody", 1).expect("read").count, 0);
    assert!(matches!(open(&path), Err(GatewayError::Busy)), "two writers would break the chain");
}

#[test]
fn tampering_is_found_when_it_is_opened() {
    let folder = TempDir::new().expect("a folder");
    let path = three(&folder);
    let sound = fs::read_to_string(&path).expect("read");
    let lines: Vec<&str> = sound.lines().collect();
    let joined = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    for (text, line, reason) in [
        (sound.replacen("250", "251", 1), 1, "its hash is another's"),
        (sound.replacen("\"allowed\":false", "\"allowed\":true", 1), 3, "its hash is another's"),
        (joined(&[lines[1], lines[2]]), 1, "its number is not the next"),
        (joined(&[lines[0], lines[2]]), 2, "its number is not the next"),
        (joined(&[lines[0], lines[0]]), 2, "its number is not the next"),
        (joined(&[lines[1], lines[0], lines[2]]), 1, "its number is not the next"),
        (sound.replacen("{\"allowed\"", "{ \"allowed\"", 1), 1, "it is not in canonical form"),
        (sound.replacen("\"seq\":1", "\"seq\":1,\"seq\":1", 1), 1, "it is no JSON"),
        (sound.replacen('\n', "\n\n", 1), 2, "it is no JSON"),
        (format!("{sound}{{}}\n"), 4, "it has no hash"),
        (format!("{}\n", "[".repeat(100_000)), 1, "it is no JSON"),
    ] {
        fs::write(&path, &text).expect("written");
        let found = broken(open(&path).err().unwrap_or_else(|| panic!("{reason} is not seen")));
        assert_eq!(found, (line, reason));
    }
    // A chain that is made anew after a change is sound in itself; its head is another, which clients keep.
    fs::write(&path, &sound).expect("written");
    assert!(open(&path).is_ok());
}

#[test]
fn tampering_is_found_while_it_is_open() {
    type Change = fn(&str) -> String;
    let changes: [(&str, Change); 4] = [
        ("a change", |text| text.replacen("250", "251", 1)),
        ("a line less", |text| text.lines().take(2).map(|line| format!("{line}\n")).collect()),
        ("a line more", |text| format!("{text}{{}}\n")),
        ("nothing left", |_| String::new()),
    ];
    for (what, change) in changes {
        let folder = TempDir::new().expect("a folder");
        let path = three(&folder);
        let (log, _) = open(&path).expect("opened");
        assert!(log.read("A", 1).is_ok());
        // Time stands still for the file system for some milliseconds.
        std::thread::sleep(Duration::from_millis(30));
        fs::write(&path, change(&fs::read_to_string(&path).expect("read"))).expect("written");
        assert!(log.read("B", 1).is_err(), "{what}");
        assert!(log.head().is_err(), "{what}");
        assert!(attest(&log, "A", json!({})).is_err(), "nothing is built on {what}");
    }
}

#[test]
fn another_file_in_its_place_is_found() {
    let folder = TempDir::new().expect("a folder");
    let path = three(&folder);
    let (log, _) = open(&path).expect("opened");
    let other = folder.path().join("other");
    fs::copy(&path, &other).expect("copied");
    fs::rename(&other, &path).expect("moved");
    assert_eq!(broken(log.read("A", 1).err().expect("found")).1, "another file stands in its place");
    fs::remove_file(&path).expect("removed");
    assert_eq!(broken(log.read("A", 1).err().expect("found")).1, "the file is gone");
}

#[test]
fn a_touch_is_no_tampering() {
    let folder = TempDir::new().expect("a folder");
    let path = three(&folder);
    let (log, _) = open(&path).expect("opened");
    let file = File::options().append(true).open(&path).expect("opened");
    file.set_modified(SystemTime::UNIX_EPOCH).expect("touched");
    assert!(log.read("A", 1).is_ok());
}

#[test]
fn a_torn_last_line_is_cut_off_and_a_whole_one_kept() {
    let folder = TempDir::new().expect("a folder");
    let path = three(&folder);
    let sound = fs::read_to_string(&path).expect("read");
    let two: usize = sound.lines().take(2).map(|line| line.len() + 1).sum();
    for torn in [two + 1, two + 40, sound.len() - 2] {
        fs::write(&path, &sound[..torn]).expect("written");
        let (log, cut) = open(&path).expect("opened");
        assert_eq!((cut, log.head().expect("sound").0), ((torn - two) as u64, 2));
        assert_eq!(fs::read_to_string(&path).expect("read"), sound[..two]);
        assert_eq!(attest(&log, "A", json!({})).expect("recorded")["seq"], json!(3));
    }
    // Only the line feed did not reach the disk.
    fs::write(&path, &sound[..sound.len() - 1]).expect("written");
    let (log, cut) = open(&path).expect("opened");
    assert_eq!((cut, log.head().expect("sound").0), (0, 3));
    assert_eq!(fs::read_to_string(&path).expect("read"), sound);
    assert_eq!(attest(&log, "A", json!({})).expect("recorded")["seq"], json!(4));
    drop(log);
    assert!(open(&path).is_ok());
}

#[test]
fn a_log_that_is_full_is_told_and_stays_whole() {
    let folder = TempDir::new().expect("a folder");
    let path = three(&folder);
    let (mut log, _) = open(&path).expect("opened");
    log.most = log.state.lock().expect("free").length + 100;
    let error = attest(&log, "A", json!({})).expect_err("refused");
    assert_eq!((error.status(), error.code().as_str()), (507, "GATEWAY_LOG_FULL"));
    assert_eq!(log.read("A", 1).expect("read").length, 3);
    drop(log);
    assert!(verify(&path, None).is_ok_and(|found| found.entries == 3));
}

#[test]
fn a_log_is_verified_while_it_is_written_and_against_a_head_that_was_kept() {
    let folder = TempDir::new().expect("a folder");
    let path = three(&folder);
    let (log, _) = open(&path).expect("opened");
    let (entries, head) = log.head().expect("sound");
    assert_eq!(verify(&path, None).expect("sound"), Verified { entries, head: head.clone(), rest: 0 });
    attest(&log, "A", json!({})).expect("recorded");
    assert_eq!(verify(&path, Some(&head)).expect("it grew").entries, 4);
    let kept = log.head().expect("sound").1;
    drop(log);
    // Two lines less are a sound log.
    let text = fs::read_to_string(&path).expect("read");
    let short: String = text.lines().take(2).map(|line| format!("{line}\n")).collect();
    fs::write(&path, &short).expect("written");
    assert!(verify(&path, None).is_ok());
    assert_eq!(
        broken(verify(&path, Some(&kept)).expect_err("seen")),
        (2, "the entry whose hash was kept is not in it")
    );
    fs::write(&path, text.replacen("250", "251", 1)).expect("written");
    assert_eq!(broken(verify(&path, None).expect_err("seen")).0, 1);
    fs::write(&path, &text[..text.len() - 9]).expect("written");
    assert!(verify(&path, None).is_ok_and(|found| found.entries == 3 && found.rest > 0));
    assert_eq!(fs::read_to_string(&path).expect("read").len(), text.len() - 9, "nothing is mended");
    assert!(verify(&folder.path().join("nowhere"), None).is_err_and(|error| error.is_io()));
    assert!(verify(folder.path(), None).is_err_and(|error| error.is_io()));
}

#[test]
fn terms_without_a_canonical_form_are_refused_and_leave_nothing() {
    let folder = TempDir::new().expect("a folder");
    let path = three(&folder);
    let (log, _) = open(&path).expect("opened");
    for terms in [json!({ "a": 0.5 }), json!({ "a": -1 }), json!({ "a": [u64::MAX] })] {
        let error = attest(&log, "A", terms).expect_err("refused");
        assert_eq!(error.status(), 400);
    }
    assert_eq!(log.head().expect("sound").0, 3);
}
