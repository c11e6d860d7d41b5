//! Access control: manifests and where they are refused, the stories of the profiles, attacks, and who receives what.
//!
//! A story is played with the evaluator, for its situations to follow one another; every step says what is to be answered.

mod manifests;
mod stories;

use crate::pin::draft::Suite;
use crate::pin::values::{l, nat, r, s};

use etymon_kernel_rt::{Prim, Record, Val, decoder};
use etymon_spec::Spec;
use etymon_spec::eval::{Evaluator, Limits};
use stories::Story;

/// A value in JSON, each `@name` in it being the identity of that name and each `#step` the event of that step.
fn told(text: &str) -> Val {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['@', '#']) {
        out.push_str(&rest[..at]);
        let name = &rest[at..];
        let end = name[1..].find(|own: char| !own.is_ascii_alphanumeric()).map_or(name.len(), |end| end + 1);
        out.push_str(&if end > 1 { hash(&name[..end]) } else { name[..end].to_owned() });
        rest = &name[end..];
    }
    out.push_str(rest);
    get(&decoder::frame(out.as_bytes()), "body")
}

/// A name as 32 octets in hexadecimal.
fn hash(name: &str) -> String {
    match Prim::BytesToHex.apply(&[Prim::Sha256Str.apply(&[s(name)])]) {
        Val::Str(text) => text.to_string(),
        _ => String::new(),
    }
}

fn get(value: &Val, key: &str) -> Val {
    match value {
        Val::Record(record) => record.get(key).cloned().unwrap_or(Val::None),
        _ => Val::None,
    }
}

fn items(value: &Val) -> &[Val] {
    match value {
        Val::List(list) => list.items(),
        _ => &[],
    }
}

/// What a host finds for reads of letters.
fn found(reads: &Val) -> Val {
    l(items(reads).iter().map(|read| {
        let Val::Str(text) = get(read, "letters") else { return Val::None };
        r([("read", read.clone()), ("items", l(text.chars().map(|own| s(own.encode_utf8(&mut [0; 4])))))])
    }))
}

/// Asks the evaluator.
struct Teller<'s> {
    spec: &'s Spec,
    evaluator: Option<Evaluator<'s>>,
}

impl<'s> Teller<'s> {
    fn new(spec: &'s Spec) -> Teller<'s> {
        Teller { spec, evaluator: Evaluator::new(spec, Limits::default()).ok() }
    }

    fn call(&self, call: &str, args: &[Val]) -> Val {
        let answer = self.evaluator.as_ref().and_then(|evaluator| {
            let callee = evaluator.find(self.spec, call)?;
            evaluator.call(callee, args.to_vec()).ok()
        });
        answer.map_or(Val::None, etymon_spec::eval::Answer::into_val)
    }

    /// `{policy, masks}` or `{problem, at}` of a manifest, and what was found for it.
    fn policy(&self, content: &Val) -> (Val, Val) {
        let found = found(&self.call("kernel/Manifest.manifestReads", &[content.clone(), l([])]));
        (self.call("kernel/Manifest.policyOf", &[content.clone(), found.clone()]), found)
    }
}

/// An event that a later one may be about.
struct Posted {
    id: String,
    kind: &'static str,
    author: &'static str,
    deleted: bool,
}

/// An enclave as far as access goes.
struct World<'t> {
    teller: &'t Teller<'t>,
    policy: Val,
    /// `{masks, gates, endpoints}`.
    state: Val,
    posted: Vec<Posted>,
    /// Type, key and owner of the slots that hold a value.
    slots: Vec<(String, Val, String)>,
}

impl<'t> World<'t> {
    fn new(teller: &'t Teller<'t>, manifest: &Val) -> World<'t> {
        let (answer, _) = teller.policy(manifest);
        let state = r([("masks", get(&answer, "masks")), ("gates", l([])), ("endpoints", l([]))]);
        World { teller, policy: get(&answer, "policy"), state, posted: Vec::new(), slots: Vec::new() }
    }

    fn mask(&self, id: &Val) -> Val {
        match self.teller.call("kernel/Rbac.maskOf", &[get(&self.state, "masks"), id.clone()]) {
            Val::None => nat(0),
            mask => mask,
        }
    }

    fn slot(&self, who: &str, kind: &str, content: &Val) -> (String, Val, String) {
        (kind.to_owned(), get(content, "key"), if kind == "Own" { who.to_owned() } else { String::new() })
    }

    fn situation(&self, who: &str, kind: &str, content: &Val) -> Val {
        let actor = s(&hash(who));
        let of = |call: &str, more: Val| self.teller.call(call, &[s(kind), content.clone(), more]);
        let targets = self.teller.call("kernel/Access.accessTargets", &[s(kind), content.clone()]);
        let others = items(&targets).iter().filter(|own| **own != actor).cloned();
        let masks = std::iter::once(actor.clone()).chain(others);
        let masks = l(masks.map(|id| r([("mask", self.mask(&id)), ("id", id)])));
        let target = get(content, "target");
        let about = self.posted.iter().find(|own| s(&own.id) == target);
        let own = vec![
            ("actor".into(), actor),
            ("masks".into(), masks),
            ("gates".into(), get(&self.state, "gates")),
            ("target_type".into(), about.map_or(Val::None, |own| s(own.kind))),
            ("author".into(), about.map_or(Val::None, |own| s(&hash(own.author)))),
            ("target_deleted".into(), about.map_or(Val::None, |own| Val::Bool(own.deleted))),
            ("slot_used".into(), Val::Bool(self.slots.contains(&self.slot(who, kind, content)))),
            ("found".into(), found(&of("kernel/Access.accessReads", l([])))),
        ];
        Val::Record(Record::new(own))
    }

    /// Goes on after an event that was let pass.
    fn after(&mut self, step: usize, who: &'static str, kind: &'static str, content: &Val, changes: &Val) {
        let written = self.teller.call("kernel/Rbac.writeAccess", &[self.state.clone(), changes.clone()]);
        if let state @ Val::Record(_) = get(&written, "value") {
            self.state = state;
        }
        let target = get(content, "target");
        if kind == "Delete" {
            self.posted.iter_mut().filter(|own| s(&own.id) == target).for_each(|own| own.deleted = true);
        }
        let slot = self.slot(who, kind, content);
        self.slots.retain(|own| *own != slot);
        if get(content, "value") != Val::None {
            self.slots.push(slot);
        }
        self.posted.push(Posted { id: hash(&format!("#{step}")), kind, author: who, deleted: false });
    }
}

impl Story {
    fn manifest(&self, teller: &Teller<'_>) -> Val {
        match self.manifest {
            stories::From::Profile(name) => teller.call(&format!("app/Profiles.{name}"), &[s(&hash("@owner"))]),
            stories::From::Text(text) => told(text),
        }
    }
}

/// One step of a story as it was played.
struct Played {
    /// Number from 1.
    step: usize,
    /// Arguments of `mayCommit`.
    args: Vec<Val>,
    /// Its answer.
    #[cfg_attr(not(test), allow(dead_code, reason = "the tests hold it to the story"))]
    answer: Val,
    /// The answer that the story tells.
    #[cfg_attr(not(test), allow(dead_code, reason = "the tests hold the answers to it"))]
    expect: Val,
    /// What `applyAccess` was asked, where it was.
    applied: Option<Vec<Val>>,
}

/// Plays a story; the world at its end comes along.
fn play<'t>(teller: &'t Teller<'t>, story: &Story) -> (Vec<Played>, World<'t>) {
    let mut world = World::new(teller, &story.manifest(teller));
    let mut played = Vec::new();
    for (at, (who, kind, content, expect)) in story.steps.iter().enumerate() {
        let content = told(content);
        let situation = world.situation(who, kind, &content);
        let commit = r([("from", s(&hash(who))), ("type", s(kind)), ("content", content.clone())]);
        let args = vec![world.policy.clone(), situation.clone(), commit];
        let answer = teller.call("kernel/Access.mayCommit", &args);
        let changes = vec![world.policy.clone(), situation, s(kind), content.clone()];
        let changed = teller.call("kernel/Access.applyAccess", &changes);
        let passed = answer == Val::None;
        if passed {
            world.after(at + 1, who, kind, &content, &changed);
        }
        let applied = passed && stories::CHANGING.contains(kind);
        let expect = if expect.is_empty() { Val::None } else { s(expect) };
        played.push(Played { step: at + 1, args, answer, expect, applied: applied.then_some(changes) });
    }
    (played, world)
}

/// Who reads what and gets what pushed, in the world that a story ends with.
fn receiving(suite: &mut Suite, story: &Story, world: &World<'_>) {
    for (at, (who, contexts, kind, key)) in story.receivers.iter().enumerate() {
        let contexts = l(std::iter::once("Public").chain(contexts.iter().copied()).map(s));
        let key = if key.is_empty() { Val::None } else { s(key) };
        let (policy, mask) = (world.policy.clone(), world.mask(&s(&hash(who))));
        let id = |call: &str| format!("{call} in {} {}", story.title, at + 1);
        let args = vec![policy.clone(), mask.clone(), contexts.clone(), s(kind), key.clone()];
        suite.spec(&id("mayRead"), "kernel/Access.mayRead", args);
        suite.spec(&id("isReader"), "kernel/Access.isReader", vec![policy.clone(), mask.clone(), contexts]);
        suite.spec(&id("pushMode"), "kernel/Access.pushMode", vec![policy, mask, s(kind), key]);
    }
}

fn contents(suite: &mut Suite) {
    for (at, endpoint) in stories::ENDPOINTS.iter().enumerate() {
        let content = r([("target", s(&hash("@a"))), ("trait", s("admin")), ("endpoint", s(endpoint))]);
        let reads = l([r([("letters", s(endpoint))])]);
        let args = vec![s("Grant"), content.clone(), found(&reads)];
        suite.spec(&format!("contentProblem of endpoint {}", at + 1), "kernel/Access.contentProblem", args);
        if at < 3 {
            let args = vec![s("Grant"), content.clone(), l([])];
            suite.spec(&format!("accessReads of endpoint {}", at + 1), "kernel/Access.accessReads", args.clone());
            suite.spec(&format!("contentProblem of endpoint {} unread", at + 1), "kernel/Access.contentProblem", args);
            let lie = l([r([("read", items(&reads)[0].clone()), ("items", l([s("https://"), s("h")]))])]);
            let args = vec![s("Grant"), content, lie];
            suite.spec(&format!("contentProblem of endpoint {} misread", at + 1), "kernel/Access.contentProblem", args);
        }
    }
    for (at, (kind, content)) in stories::CONTENTS.iter().enumerate() {
        let content = told(content);
        let args = vec![s(kind), content.clone()];
        suite.spec(&format!("accessTargets of content {}", at + 1), "kernel/Access.accessTargets", args);
        let args = vec![s(kind), content, l([])];
        suite.spec(&format!("contentProblem of content {}", at + 1), "kernel/Access.contentProblem", args);
    }
}

/// Situations that are not what they should be, and gates that bear on events.
fn odd(suite: &mut Suite, teller: &Teller<'_>) {
    let world = World::new(teller, &told(stories::RANKS));
    for (at, (field, value, who, kind, content)) in stories::ODD.iter().enumerate() {
        let content = told(content);
        let Val::Record(situation) = world.situation(who, kind, &content) else { continue };
        let situation = Val::Record(situation.with(field, told(value)));
        let commit = r([("from", s(&hash(who))), ("type", s(kind)), ("content", content.clone())]);
        let args = vec![world.policy.clone(), situation.clone(), commit];
        suite.spec(&format!("mayCommit in odd {}", at + 1), "kernel/Access.mayCommit", args);
        let args = vec![world.policy.clone(), situation, s(kind), content];
        suite.spec(&format!("applyAccess in odd {}", at + 1), "kernel/Access.applyAccess", args);
    }
    for (at, (kind, content, about)) in stories::GATED.iter().enumerate() {
        let about = if about.is_empty() { Val::None } else { s(about) };
        let args = vec![world.policy.clone(), s(kind), told(content), about];
        suite.spec(&format!("accessGates {}", at + 1), "kernel/Access.accessGates", args);
    }
    let grant = |endpoint: &str| {
        let content = r([("target", s(&hash("@a"))), ("trait", s("muted")), ("endpoint", s(endpoint))]);
        r([("type", s("Grant")), ("content", content)])
    };
    let content = r([("events", l(["https://a", "https://b", "https://a", "https://c"].map(grant)))]);
    let own = found(&l([r([("letters", s("https://b"))])]));
    suite.spec("accessReads of a bundle", "kernel/Access.accessReads", vec![s("AC_Bundle"), content, own]);
    for length in [64, 65] {
        let events = l((0..length).map(|at| grant(&format!("https://h/{}", at / 60))));
        let content = r([("events", events)]);
        let id = format!("accessReads of {length} events");
        suite.spec(&id, "kernel/Access.accessReads", vec![s("AC_Bundle"), content, l([])]);
    }
    let content = r([("target", s(&hash("@a"))), ("trait", s("muted")), ("endpoint", s("https://a"))]);
    suite.spec("accessReads of a Revoke", "kernel/Access.accessReads", vec![s("Revoke"), content, l([])]);
    for length in [stories::MAX_ENDPOINT, stories::MAX_ENDPOINT + 1] {
        let endpoint = format!("https://h/{}", "x".repeat(length - 10));
        let content = r([("target", s(&hash("@a"))), ("trait", s("muted")), ("endpoint", s(&endpoint))]);
        let reads = l([r([("letters", s(&endpoint))])]);
        let args = vec![s("Grant"), content, found(&reads)];
        suite.spec(&format!("contentProblem of {length} letters"), "kernel/Access.contentProblem", args);
    }
}

/// A table of `{key, field}` with texts or numbers, from JSON.
fn tables(suite: &mut Suite) {
    for (call, table, changes) in stories::TABLES {
        let args = vec![told(table), told(changes)];
        suite.spec(&format!("{call} {table} {changes}"), &format!("kernel/Rbac.{call}"), args);
    }
}

/// All of them.
pub(super) fn access(suite: &mut Suite, spec: &Spec) {
    let teller = Teller::new(spec);
    manifests::manifests(suite, &teller);
    contents(suite);
    tables(suite);
    odd(suite, &teller);
    for story in stories::STORIES {
        let manifest = story.manifest(&teller);
        let (_, found) = teller.policy(&manifest);
        suite.spec(&format!("policyOf {}", story.title), "kernel/Manifest.policyOf", vec![manifest, found]);
        let (played, world) = play(&teller, story);
        for own in played {
            suite.spec(&format!("mayCommit in {} {}", story.title, own.step), "kernel/Access.mayCommit", own.args);
            if let Some(args) = own.applied {
                let id = format!("applyAccess in {} {}", story.title, own.step);
                suite.spec(&id, "kernel/Access.applyAccess", args);
            }
        }
        receiving(suite, story, &world);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn spec() -> Spec {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden/spec");
        Spec::load(&root).expect("the protocol")
    }

    #[test]
    fn stories_go_as_they_are_told() {
        let spec = spec();
        let teller = Teller::new(&spec);
        for story in stories::STORIES {
            let (played, world) = play(&teller, story);
            assert_ne!(world.policy, Val::None, "{}", story.title);
            for own in played {
                let told = &story.steps[own.step - 1];
                assert_eq!(own.answer, own.expect, "{}, step {}: {told:?}", story.title, own.step);
            }
            let ends: Vec<(String, Val)> =
                story.ends.iter().map(|(who, mask)| ((*who).to_owned(), nat(*mask))).collect();
            let own: Vec<(String, Val)> =
                ends.iter().map(|(who, _)| (who.clone(), world.mask(&s(&hash(who))))).collect();
            assert_eq!(own, ends, "the end of {}", story.title);
        }
    }

    #[test]
    fn manifests_are_refused_where_they_are_wrong() {
        let spec = spec();
        let teller = Teller::new(&spec);
        for (label, content, expect) in manifests::told() {
            let (answer, _) = teller.policy(&content);
            match expect {
                None => assert_eq!(get(&answer, "problem"), Val::None, "{label}: {answer:?}"),
                Some((problem, at)) => {
                    assert_eq!(answer, r([("problem", s(problem)), ("at", s(at))]), "{label}");
                }
            }
        }
    }

    #[test]
    fn receivers_get_what_they_are_told_to() {
        let spec = spec();
        let teller = Teller::new(&spec);
        for story in stories::STORIES {
            let (_, world) = play(&teller, story);
            for ((who, contexts, kind, key), (reads, push)) in story.receivers.iter().zip(story.received) {
                let contexts = l(std::iter::once("Public").chain(contexts.iter().copied()).map(s));
                let key = if key.is_empty() { Val::None } else { s(key) };
                let (policy, mask) = (world.policy.clone(), world.mask(&s(&hash(who))));
                let may = teller
                    .call("kernel/Access.mayRead", &[policy.clone(), mask.clone(), contexts, s(kind), key.clone()]);
                assert_eq!(may, Val::Bool(*reads), "{}: {who} reads {kind}", story.title);
                let mode = teller.call("kernel/Access.pushMode", &[policy, mask, s(kind), key]);
                let told = if push.is_empty() { Val::None } else { s(push) };
                assert_eq!(mode, told, "{}: {who} is sent {kind}", story.title);
            }
            assert_eq!(story.receivers.len(), story.received.len(), "{}", story.title);
        }
    }
}
