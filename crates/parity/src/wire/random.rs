//! Random scripts: mostly what people do, in any order, and some of it broken. What the kernel is asked meanwhile is what fuzzing compares.

use super::node::{as_text, get};
use super::step::Body;
use super::story::{Person, Story, l, n, profile, r, s, with, without};
use crate::rng::Rng;
use etymon_kernel_rt::{Val, json_text};

/// Requests and messages of a script, after the enclave is made.
const LENGTH: usize = 40;
/// The identities of a script.
const PEOPLE: usize = 5;
const PROFILES: [&str; 4] = ["personal", "group", "dm", "registry"];
const STATES: [&str; 7] = ["OUTSIDER", "MEMBER", "PENDING", "BLOCKED", "OWNER", "FRIEND", "nowhere"];
const TRAITS: [&str; 6] = ["owner", "admin", "muted", "dataview", "owner(0)", "king"];
const TYPES: [&str; 24] = [
    "message",
    "reaction",
    "topic",
    "public",
    "private",
    "invite",
    "node",
    "identity",
    "Move",
    "Move",
    "Grant",
    "Revoke",
    "Transfer",
    "Gate",
    "Shared",
    "Update",
    "Delete",
    "AC_Bundle",
    "Pause",
    "Resume",
    "Terminate",
    "Migrate",
    "Manifest",
    "__proto__",
];
const KEYS: [&str; 12] =
    ["a", "", "type", "target", "__proto__", "constructor", "toString", "10", "2", "exp", "é😀", "limit"];
const PATHS: [&str; 10] = [
    "/",
    "/inclusion",
    "/bundle",
    "/state",
    "/state-batch",
    "/restore",
    "/nodes/x",
    "/enclave/x",
    "/sth?a=1&a=2",
    "/a%20b?first=-1",
];

/// What happened in a script, for what refers to it.
struct Past {
    people: Vec<Person>,
    /// Ids of events.
    events: Vec<Val>,
    /// Bodies that were sent, to be sent again.
    sent: Vec<Val>,
}

/// Tells a random script.
pub(super) fn tell(story: &mut Story<'_, '_>, rng: &mut Rng) {
    let first = rng.below(1000) as u64;
    let people: Vec<Person> = (0..PEOPLE as u64).map(|at| Person::of(2000 + PEOPLE as u64 * first + at)).collect();
    let mut content = profile(story.node, word(rng, &PROFILES), &people[0]);
    if rng.chance(60) {
        content = with(&content, "bundle", r([("size", n(1 + rng.below(9) as u64)), ("timeout", n(5000))]));
    }
    if rng.chance(20) {
        content = with(&content, "rate", r([("limit", n(3)), ("window", n(60_000))]));
    }
    if rng.chance(10) {
        content = broken(&content, rng);
    }
    story.create("create", &people[0], content);
    let mut past = Past { people, events: Vec::new(), sent: Vec::new() };
    for _ in 0..LENGTH {
        if rng.chance(10) {
            story.now += *rng.pick(&[1, 5_000, 60_000, 4_000_000]);
        }
        match rng.below(100) {
            0..55 => commit(story, &mut past, rng),
            55..80 => ask(story, &past, rng),
            80..88 => read(story, &past, rng),
            88..95 => message(story, &past, rng),
            _ => nonsense(story, &past, rng),
        }
    }
}

/// One of several words.
fn word(rng: &mut Rng, words: &'static [&'static str]) -> &'static str {
    words[rng.below(words.len())]
}

/// A value of any shape.
fn any(rng: &mut Rng, depth: usize) -> Val {
    match rng.below(if depth == 0 { 5 } else { 7 }) {
        0 => Val::None,
        1 => Val::Bool(rng.chance(50)),
        2 => n(*rng.pick(&[0, 1, 2, 255, 1 << 31, (1 << 53) - 1])),
        3 => s(word(rng, &KEYS)),
        4 => s(&"ab".repeat(*rng.pick(&[0, 1, 31, 32, 33, 64]))),
        5 => l((0..rng.below(4)).map(|_| any(rng, depth - 1)).collect::<Vec<_>>()),
        _ => {
            let mut value = r([]);
            for _ in 0..rng.below(4) {
                let key = word(rng, &KEYS);
                value = with(&value, key, any(rng, depth - 1));
            }
            value
        }
    }
}

/// The value with something in it changed, taken away or added.
fn broken(value: &Val, rng: &mut Rng) -> Val {
    match value {
        Val::Record(record) if !record.fields().is_empty() && rng.chance(85) => {
            let (key, inner) = &record.fields()[rng.below(record.fields().len())];
            match rng.below(4) {
                0 => without(value, key),
                1 => with(value, key, any(rng, 2)),
                _ => with(value, key, broken(inner, rng)),
            }
        }
        Val::Record(_) => with(value, word(rng, &KEYS), any(rng, 1)),
        Val::List(list) if !list.items().is_empty() && rng.chance(80) => {
            let mut items = list.items().to_vec();
            let at = rng.below(items.len());
            items[at] = broken(&items[at], rng);
            l(items)
        }
        _ => any(rng, 1),
    }
}

fn event_id(past: &Past, rng: &mut Rng) -> Val {
    if past.events.is_empty() || rng.chance(10) { s(&"00".repeat(32)) } else { rng.pick(&past.events).clone() }
}

fn content_of(kind: &str, past: &Past, rng: &mut Rng, depth: usize) -> Val {
    let target = s(&rng.pick(&past.people).id);
    let value = match kind {
        "Move" => r([("target", target), ("from", s(word(rng, &STATES))), ("to", s(word(rng, &STATES)))]),
        "Grant" | "Revoke" | "Transfer" => {
            let plain = r([("target", target), ("trait", s(word(rng, &TRAITS)))]);
            if rng.chance(20) { with(&plain, "endpoint", s("https://example.org/push")) } else { plain }
        }
        "Gate" => r([
            ("alias", s(word(rng, &["applications", "auto_join", "invites", "x"]))),
            ("open", Val::Bool(rng.chance(70))),
        ]),
        "Shared" => r([("key", s(word(rng, &["profile", "banner", "__proto__"]))), ("value", any(rng, 1))]),
        "Update" => r([("target", event_id(past, rng)), ("content", any(rng, 1))]),
        "Delete" => r([("target", event_id(past, rng))]),
        "AC_Bundle" if depth > 0 => {
            let events = (0..rng.below(4)).map(|_| {
                let kind = word(rng, &["Move", "Grant", "Revoke", "Gate", "Transfer", "message", "AC_Bundle"]);
                r([("type", s(kind)), ("content", content_of(kind, past, rng, depth - 1))])
            });
            r([("events", l(events.collect::<Vec<_>>()))])
        }
        "Pause" | "Resume" | "Terminate" => Val::None,
        _ => any(rng, 2),
    };
    if rng.chance(8) { broken(&value, rng) } else { value }
}

fn commit_of(story: &mut Story<'_, '_>, past: &Past, rng: &mut Rng) -> Val {
    // Whoever has the enclave may do most, and ends it seldom.
    let who = if rng.chance(50) { past.people[0].clone() } else { rng.pick(&past.people).clone() };
    let kind = loop {
        let kind = word(rng, &TYPES);
        if !matches!(kind, "Terminate" | "Migrate" | "Pause") || rng.chance(15) {
            break kind;
        }
    };
    let content = content_of(kind, past, rng, 2);
    let mut unsigned = story.unsigned(&who, kind, content);
    if rng.chance(5) {
        unsigned = broken(&unsigned, rng);
    }
    if json_text(&unsigned).is_none() {
        return unsigned;
    }
    let signed = Story::signed(&who, &unsigned);
    if rng.chance(8) { broken(&signed, rng) } else { signed }
}

fn commit(story: &mut Story<'_, '_>, past: &mut Past, rng: &mut Rng) {
    let body =
        if !past.sent.is_empty() && rng.chance(5) { rng.pick(&past.sent).clone() } else { commit_of(story, past, rng) };
    if json_text(&body).is_none() {
        return;
    }
    past.sent.push(body.clone());
    let answer = story.post("commit", "/", &body);
    if as_text(get(&answer, "id")).is_some() {
        past.events.push(get(&answer, "id").clone());
    }
}

fn filter(past: &Past, rng: &mut Rng) -> Val {
    let mut filter = r([]);
    for key in ["type", "from", "id", "limit", "reverse", "seq", "tags"] {
        if rng.chance(25) {
            let value = match key {
                "type" => s(word(rng, &TYPES)),
                "from" => s(&rng.pick(&past.people).id),
                "id" => event_id(past, rng),
                "limit" => n(rng.below(4) as u64),
                "reverse" => Val::Bool(rng.chance(50)),
                _ => any(rng, 2),
            };
            filter = with(&filter, key, value);
        }
    }
    filter
}

/// A request for something of the enclave, with a session mostly good.
fn asked(story: &Story<'_, '_>, past: &Past, rng: &mut Rng) -> (&'static str, Val) {
    let enclave = ("enclave", s(&story.enclave));
    let seq = n(rng.below(40) as u64);
    let (target, body) = match rng.below(6) {
        0 => ("/", r([("type", s("Query")), enclave, ("filter", filter(past, rng))])),
        1 => ("/", r([("type", s("Pull")), enclave, ("from", seq)])),
        2 => ("/inclusion", r([enclave, ("seq", seq)])),
        3 => ("/bundle", r([enclave, ("seq", seq)])),
        4 => {
            let key = if rng.chance(50) { s(&rng.pick(&past.people).id) } else { event_id(past, rng) };
            ("/state", r([enclave, ("namespace", n(rng.below(4) as u64)), ("key", key)]))
        }
        _ => {
            let key = r([("namespace", n(0)), ("key", s(&rng.pick(&past.people).id))]);
            ("/state-batch", r([enclave, ("keys", l(vec![key; rng.below(3)]))]))
        }
    };
    let body = if rng.chance(8) { broken(&body, rng) } else { body };
    if rng.chance(10) || json_text(&body).is_none() {
        return (target, body);
    }
    let read = story.read_by(rng.pick(&past.people), &body);
    (target, if rng.chance(8) { broken(&read, rng) } else { read })
}

fn ask(story: &mut Story<'_, '_>, past: &Past, rng: &mut Rng) {
    let (target, body) = asked(story, past, rng);
    if json_text(&body).is_some() {
        story.post("ask", target, &body);
    }
}

fn read(story: &mut Story<'_, '_>, past: &Past, rng: &mut Rng) {
    let id = &story.enclave;
    let target = match rng.below(7) {
        0 => "/".to_owned(),
        1 => format!("/enclave/{id}"),
        2 => format!("/{id}/sth"),
        3 => format!("/{id}/consistency?first={}", rng.below(20)),
        4 => format!("/enclave/{id}/consistency?first={}&second={}", rng.below(20), rng.below(20)),
        5 => format!("/identity/{}", rng.pick(&past.people).id),
        _ => format!("/resolve/{id}"),
    };
    story.get("read", &target);
}

fn message(story: &mut Story<'_, '_>, past: &Past, rng: &mut Rng) {
    let connection = word(rng, &["a", "b"]);
    let name = s(word(rng, &["one", "two", "__proto__"]));
    let body = match rng.below(4) {
        0 => r([("type", s("Commit")), ("commit", commit_of(story, past, rng))]),
        1 => r([("type", s("Close")), ("sub_id", name)]),
        2 => any(rng, 2),
        _ => {
            let enclave = ("enclave", s(&story.enclave));
            let body = r([("type", s("Query")), ("sub_id", name), enclave, ("filter", filter(past, rng))]);
            if json_text(&body).is_some() { story.read_by(rng.pick(&past.people), &body) } else { body }
        }
    };
    if json_text(&body).is_some() {
        story.message("message", connection, &body);
    }
}

/// Octets that are hardly a request: a body with some of them changed, at any path, by any method.
fn nonsense(story: &mut Story<'_, '_>, past: &Past, rng: &mut Rng) {
    let mut bytes = match past.sent.is_empty() {
        true => b"{\"a\":[1,2]}".to_vec(),
        false => json_text(rng.pick(&past.sent)).unwrap_or_default().into_bytes(),
    };
    for _ in 0..rng.below(4) {
        let at = rng.below(bytes.len().max(1));
        match rng.below(3) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, *rng.pick(b"{}[]\",:0-\\ \xff")),
            _ if at < bytes.len() => bytes[at] = *rng.pick(b"{}[]\",:019-\\x\x00"),
            _ => {}
        }
    }
    let method = word(rng, &["GET", "POST", "POST", "PUT", "OPTIONS", "DELETE"]);
    let body = Body::Hex(bytes.iter().map(|octet| format!("{octet:02x}")).collect());
    story.http("nonsense", method, word(rng, &PATHS), Some(body));
}
