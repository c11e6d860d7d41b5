//! Writes scripts: people who sign, what they send, and what the node in this process answers.

use super::node::{Node, as_text, get};
use super::step::{Body, Http, Message, Step};
use etymon_kernel_rt::{List, Nat, Prim, Record, Val, hex_bytes, json_text};
use etymon_spec::Spec;
use std::sync::Arc;

/// The published test key, that of every server of the suite.
pub(crate) const TEST_KEY: &str = "0000000000000000000000000000000000000000000000000000000000000003";
/// When scripts begin, in milliseconds since 1970.
const BEGIN: u64 = 1_780_000_000_000;

pub(crate) fn s(text: &str) -> Val {
    Val::Str(Arc::from(text))
}

pub(crate) fn n(number: u64) -> Val {
    Val::Nat(Nat::from(number))
}

pub(crate) fn l(items: impl IntoIterator<Item = Val>) -> Val {
    Val::List(List::new(items.into_iter().collect()))
}

pub(crate) fn r<const N: usize>(fields: [(&str, Val); N]) -> Val {
    Val::Record(Record::new(fields.into_iter().map(|(key, value)| (Arc::from(key), value)).collect()))
}

/// The record with one field more, or another one.
pub(crate) fn with(record: &Val, key: &str, value: Val) -> Val {
    match record {
        Val::Record(record) => Val::Record(record.with(key, value)),
        other => other.clone(),
    }
}

/// The record without a field.
pub(crate) fn without(record: &Val, key: &str) -> Val {
    match record {
        Val::Record(record) => {
            Val::Record(Record::new(record.fields().iter().filter(|(own, _)| &**own != key).cloned().collect()))
        }
        other => other.clone(),
    }
}

fn octets(hex: &str) -> Val {
    hex_bytes(hex).map_or(Val::None, |bytes| Val::Bytes(Arc::from(bytes)))
}

fn hex(octets: &Val) -> String {
    as_text(&Prim::BytesToHex.apply(std::slice::from_ref(octets))).unwrap_or_default().to_owned()
}

/// Somebody with a key.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    key: String,
    /// The identity, hex64.
    pub id: String,
}

impl Person {
    /// The person of that number; never the test key's.
    pub(crate) fn of(number: u64) -> Person {
        Person::with(format!("{:064x}", 1000 + number))
    }

    /// The node itself.
    pub(crate) fn node() -> Person {
        Person::with(TEST_KEY.to_owned())
    }

    fn with(key: String) -> Person {
        let id = hex(&Prim::DerivePublicKey.apply(&[octets(&key)]));
        Person { key, id }
    }

    /// The signature over a hash, hex128.
    pub(crate) fn sign(&self, hash: &Val) -> Val {
        s(&hex(&Prim::SchnorrSign.apply(&[hash.clone(), octets(&self.key)])))
    }
}

/// A script in the making.
pub(crate) struct Story<'n, 's> {
    pub node: &'n mut Node<'s>,
    /// What happened so far.
    pub steps: Vec<Step>,
    /// The time, in milliseconds since 1970.
    pub now: u64,
    /// The enclave that is meant where none is named.
    pub enclave: String,
    /// The key of the node, hex64.
    pub sequencer: String,
    /// How many days after the first script it begins.
    pub days: u64,
    expiry: u64,
}

impl<'n, 's> Story<'n, 's> {
    /// A script that begins so many days after the first.
    pub(crate) fn new(node: &'n mut Node<'s>, days: u64) -> Story<'n, 's> {
        let begin = BEGIN + days * 86_400_000;
        let sequencer = hex(&Prim::DerivePublicKey.apply(&[octets(TEST_KEY)]));
        Story {
            node,
            steps: Vec::new(),
            now: begin,
            enclave: "00".repeat(32),
            sequencer,
            days,
            expiry: begin + 3_600_000,
        }
    }

    fn named(&self, id: &str) -> String {
        format!("{:03} {id}", self.steps.len())
    }

    /// Sends a request as it is; answers the answer.
    pub(crate) fn http(&mut self, id: &str, method: &str, target: &str, body: Option<Body>) -> Val {
        let bytes = body.as_ref().map(Body::bytes).unwrap_or_default();
        let (response, frames) = self.node.handle(self.now, method, target, &bytes);
        let answer = response.body.clone();
        let http = Http {
            method: method.to_owned(),
            target: target.to_owned(),
            body,
            status: response.status,
            headers: response.headers,
            answer: response.body,
        };
        self.steps.push(Step { id: self.named(id), now: self.now, http: Some(http), message: None, frames });
        get(&etymon_kernel_rt::decoder::frame(answer.as_bytes()), "body").clone()
    }

    pub(crate) fn get(&mut self, id: &str, target: &str) -> Val {
        self.http(id, "GET", target, None)
    }

    /// Posts a value as JSON.
    pub(crate) fn post(&mut self, id: &str, target: &str, body: &Val) -> Val {
        let text = json_text(body).unwrap_or_else(|| panic!("`{id}` has no JSON"));
        self.http(id, "POST", target, Some(Body::Text(text)))
    }

    /// Sends a message on a connection.
    pub(crate) fn message(&mut self, id: &str, connection: &str, body: &Val) {
        let text = json_text(body).unwrap_or_else(|| panic!("`{id}` has no JSON"));
        self.raw_message(id, connection, Body::Text(text));
    }

    /// Sends a message that may be no JSON.
    pub(crate) fn raw_message(&mut self, id: &str, connection: &str, body: Body) {
        let frames = self.node.message(self.now, connection, &body.bytes());
        let message = Message { connection: connection.to_owned(), body };
        self.steps.push(Step { id: self.named(id), now: self.now, http: None, message: Some(message), frames });
    }

    /// A commit before it is signed; every one expires at another time, so that no two are the same.
    pub(crate) fn unsigned(&mut self, who: &Person, kind: &str, content: Val) -> Val {
        self.expiry += 1;
        r([
            ("enclave", s(&self.enclave)),
            ("from", s(&who.id)),
            ("type", s(kind)),
            ("content", content),
            ("exp", n(self.expiry)),
            ("tags", l([])),
            ("alg", s("schnorr")),
        ])
    }

    /// The commit with its hash and its author's signature.
    pub(crate) fn signed(who: &Person, unsigned: &Val) -> Val {
        let hash = Prim::ComputeCommitHash.apply(std::slice::from_ref(unsigned));
        with(&with(unsigned, "hash", s(&hex(&hash))), "sig", who.sign(&hash))
    }

    pub(crate) fn commit_of(&mut self, who: &Person, kind: &str, content: Val) -> Val {
        let unsigned = self.unsigned(who, kind, content);
        Self::signed(who, &unsigned)
    }

    /// Commits; answers the receipt, or the refusal.
    pub(crate) fn commit(&mut self, id: &str, who: &Person, kind: &str, content: Val) -> Val {
        let commit = self.commit_of(who, kind, content);
        self.post(id, "/", &commit)
    }

    /// A manifest, signed, which makes `enclave` its own.
    pub(crate) fn manifest_of(&mut self, who: &Person, content: Val) -> Val {
        let unsigned = self.unsigned(who, "Manifest", content);
        let id = Prim::ComputeEnclaveId.apply(std::slice::from_ref(&unsigned));
        self.enclave = as_text(&id).expect("a manifest of values with JSON").to_owned();
        Self::signed(who, &with(&unsigned, "enclave", id))
    }

    /// Makes an enclave, which is the one that is meant from now on.
    pub(crate) fn create(&mut self, id: &str, who: &Person, content: Val) -> Val {
        let commit = self.manifest_of(who, content);
        self.post(id, "/", &commit)
    }

    /// The token of a session that `who` opens for the key of `helper` at a sequencer.
    pub(crate) fn token(who: &Person, helper: &Person, sequencer: &str, expires: u64) -> String {
        // An array of five: a text of 11 octets, three strings of 32, a number of 8.
        let cbor = format!("856b656e632d73657373696f6e5820{}5820{}5820{sequencer}1b{expires:016x}", who.id, helper.id);
        let sig = who.sign(&Prim::Sha256.apply(&[octets(&cbor)]));
        format!("{}{}{sequencer}{expires:016x}{}", who.id, helper.id, as_text(&sig).unwrap_or_default())
    }

    /// A body with a session of `who`, good for an hour.
    pub(crate) fn read_by(&self, who: &Person, body: &Val) -> Val {
        let helper = Person::of(900);
        let token = Self::token(who, &helper, &self.sequencer, self.now + 3_600_000);
        Self::sealed(body, &token, &helper)
    }

    /// A body with a token and the signature of the session's key.
    pub(crate) fn sealed(body: &Val, token: &str, helper: &Person) -> Val {
        let full = with(&with(body, "session", s(token)), "sig", Val::None);
        let hash = Prim::ComputeContentHash.apply(std::slice::from_ref(&full));
        with(&full, "sig", helper.sign(&hash))
    }

    /// A query of `who`.
    pub(crate) fn query(&mut self, id: &str, who: &Person, filter: Val) -> Val {
        let body = r([("type", s("Query")), ("enclave", s(&self.enclave)), ("filter", filter)]);
        let body = self.read_by(who, &body);
        self.post(id, "/", &body)
    }

    /// A request of `who` to a path, `enclave` being added.
    pub(crate) fn ask(&mut self, id: &str, who: &Person, target: &str, body: &Val) -> Val {
        let body = self.read_by(who, &with(body, "enclave", s(&self.enclave)));
        self.post(id, target, &body)
    }
}

/// The content of a manifest that a profile of `app/Profiles` makes for an owner.
pub(crate) fn profile(node: &Node<'_>, name: &str, owner: &Person) -> Val {
    node.call(&format!("app/Profiles.{name}"), vec![s(&owner.id)])
}

/// All steps of all stories, by file name: what one node answers to all of them, so that a server is started once.
pub(super) fn write_all(spec: &Spec) -> Vec<(String, Vec<Step>)> {
    let mut node = Node::new(spec, TEST_KEY, Some(super::stories::registry_id(spec)));
    let mut scripts = Vec::new();
    for (days, (name, tell)) in (0..).zip(super::stories::ALL) {
        let mut story = Story::new(&mut node, days);
        tell(&mut story);
        scripts.push((name.to_owned(), story.steps));
    }
    scripts
}
