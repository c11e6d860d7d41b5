//! A node in this process: the host of docs/hosts.md around the evaluator, with its rows in memory. It says what the scripts expect.

use etymon_kernel_rt::wire::encode;
use etymon_kernel_rt::{List, Nat, Record, Val, decoder, json_text};
use etymon_spec::Spec;
use etymon_spec::eval::{Evaluator, Limits};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::ops::Bound;
use std::sync::Arc;

/// Rounds of looking things up before a request is given up.
const MAX_ROUNDS: usize = 64;
/// Octets of values after which a scan ends.
const SCAN: usize = 1_048_576;
/// What one call may cost; a replay of a whole chunk is the dearest.
const LIMITS: Limits = Limits { steps: 500_000_000, size: 1 << 30 };

/// An answer over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Response {
    /// Status code.
    pub status: u16,
    /// Header fields in the order of the kernel.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// A text sent to a connection.
pub(crate) type Frame = (String, String);

/// A node under one key.
pub(crate) struct Node<'s> {
    spec: &'s Spec,
    evaluator: Evaluator<'s>,
    key: String,
    registry: Option<String>,
    maps: BTreeMap<String, BTreeMap<String, Val>>,
    /// By connection and `sub_id`, in the order of their first subscription.
    subscriptions: BTreeMap<String, BTreeMap<(String, String), Val>>,
    calls: Option<RefCell<Vec<Call>>>,
}

/// What the kernel was asked: name, arguments, answer.
pub(crate) type Call = (String, Vec<Val>, Val);

fn text(value: &str) -> Val {
    Val::Str(Arc::from(value))
}

fn record(fields: Vec<(&str, Val)>) -> Val {
    Val::Record(Record::new(fields.into_iter().map(|(key, value)| (Arc::from(key), value)).collect()))
}

fn list(items: Vec<Val>) -> Val {
    Val::List(List::new(items))
}

/// A field of a record, none of anything else.
pub(crate) fn get<'v>(value: &'v Val, key: &str) -> &'v Val {
    match value {
        Val::Record(record) => record.get(key).unwrap_or(&Val::None),
        _ => &Val::None,
    }
}

/// The items of a list, none of anything else.
pub(crate) fn items(value: &Val) -> &[Val] {
    match value {
        Val::List(list) => list.items(),
        _ => &[],
    }
}

pub(crate) fn as_text(value: &Val) -> Option<&str> {
    match value {
        Val::Str(text) => Some(text),
        _ => None,
    }
}

impl<'s> Node<'s> {
    pub(crate) fn new(spec: &'s Spec, key: &str, registry: Option<String>) -> Node<'s> {
        let evaluator = Evaluator::new(spec, LIMITS).expect("constants of a checked spec are small");
        Node {
            spec,
            evaluator,
            key: key.to_owned(),
            registry,
            maps: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            calls: None,
        }
    }

    /// Calls a function of the spec, which must exist and finish.
    pub(crate) fn call(&self, name: &str, args: Vec<Val>) -> Val {
        let callee = self.evaluator.find(self.spec, name).unwrap_or_else(|| panic!("the spec has no `{name}`"));
        let asked = self.calls.is_some().then(|| args.clone());
        let answer = self.evaluator.call(callee, args);
        let answer = answer.unwrap_or_else(|why| panic!("`{name}` exceeds the budget: {}", why.code())).into_val();
        if let (Some(calls), Some(args)) = (&self.calls, asked) {
            calls.borrow_mut().push((name.to_owned(), args, answer.clone()));
        }
        answer
    }

    /// Keeps from now on what the kernel is asked.
    pub(crate) fn record_calls(&mut self) {
        self.calls = Some(RefCell::default());
    }

    /// What the kernel was asked since the last time.
    pub(crate) fn take_calls(&mut self) -> Vec<Call> {
        self.calls.as_ref().map(RefCell::take).unwrap_or_default()
    }

    /// Answers a request, and says which frames it made connections hear.
    pub(crate) fn handle(&mut self, now: u64, method: &str, target: &str, body: &[u8]) -> (Response, Vec<Frame>) {
        let asked = decoder::request(method, target, body);
        let (status, payload, frames) = self.ask(now, &asked, None);
        let headers = self.call("node/Api.headers", vec![asked, status.clone(), payload.clone()]);
        let field = |header: &Val, key| as_text(get(header, key)).unwrap_or_default().to_owned();
        let response = Response {
            status: json_text(&status).and_then(|text| text.parse().ok()).unwrap_or_default(),
            headers: items(&headers).iter().map(|each| (field(each, "name"), field(each, "value"))).collect(),
            body: if payload == Val::None { String::new() } else { json_text(&payload).unwrap_or_default() },
        };
        (response, frames)
    }

    /// Takes a message of a connection, and says which frames it made connections hear.
    pub(crate) fn message(&mut self, now: u64, connection: &str, body: &[u8]) -> Vec<Frame> {
        let asked = decoder::frame(body);
        let (_, _, frames) = self.ask(now, &asked, Some(connection));
        frames
    }

    fn ask(&mut self, now: u64, asked: &Val, connection: Option<&str>) -> (Val, Val, Vec<Frame>) {
        let registry = self.registry.as_deref().map_or(Val::None, text);
        let context = record(vec![("registry", registry.clone())]);
        let route = self.call("node/Node.route", vec![asked.clone(), context]);
        let id = as_text(&route).unwrap_or_default().to_owned();
        let head = self.maps.get(&id).and_then(|map| map.get("h")).cloned().unwrap_or(Val::None);
        let common = || vec![("now", Val::Nat(Nat::from(now))), ("registry", registry.clone())];
        let found = self.gather(&id, |node, found| {
            let mut context = common();
            context.push(("found", found));
            node.call("node/Node.reads", vec![head.clone(), asked.clone(), record(context)])
        });
        let mut context = common();
        context.extend([("found", found), ("key", text(&self.key))]);
        let outcome = self.call("node/Node.step", vec![head.clone(), asked.clone(), record(context)]);
        self.interpret(now, &id, get(&outcome, "effects"), connection)
    }

    fn gather(&self, id: &str, wanted: impl Fn(&Self, Val) -> Val) -> Val {
        let mut found: Vec<Val> = Vec::new();
        let mut seen = HashSet::new();
        for _ in 0..MAX_ROUNDS {
            let reads = wanted(self, list(found.clone()));
            let missing: Vec<&Val> =
                items(&reads).iter().filter(|read| seen.insert(etymon_kernel_rt::wire::encode(read))).collect();
            if missing.is_empty() {
                return list(found);
            }
            for read in missing {
                found.push(record(vec![("read", read.clone()), ("items", self.look_up(id, read))]));
            }
        }
        panic!("the kernel asks without end")
    }

    fn look_up(&self, id: &str, read: &Val) -> Val {
        let empty = BTreeMap::new();
        let map = self.maps.get(id).unwrap_or(&empty);
        if let Some(key) = as_text(get(read, "get")) {
            return list(map.get(key).cloned().into_iter().collect());
        }
        if let Some(hex) = as_text(get(read, "octets")) {
            return decoder::octets(hex);
        }
        if let Some(whole) = as_text(get(read, "letters")) {
            return decoder::letters(whole);
        }
        let keys = items(get(read, "gets"));
        if !keys.is_empty() {
            let one = |key: &Val| as_text(key).and_then(|key| map.get(key)).cloned().unwrap_or(Val::None);
            return list(keys.iter().map(one).collect());
        }
        let scan = get(read, "scan");
        let bound = |key| as_text(get(scan, key)).unwrap_or_default().to_owned();
        let (from, to) = (bound("from"), bound("to"));
        if to <= from {
            return list(Vec::new());
        }
        let limit = json_text(get(scan, "limit")).and_then(|text| text.parse().ok()).unwrap_or(0);
        let range = map.range((Bound::Included(from), Bound::Excluded(to)));
        let mut size = 0;
        let within = |(_, value): &(&String, &Val)| {
            let before = size;
            size += encode(value).len();
            before < SCAN
        };
        let row = |(key, value): (&String, &Val)| record(vec![("key", text(key)), ("value", value.clone())]);
        let rows = if *get(scan, "reverse") == Val::Bool(true) {
            range.rev().take(limit).take_while(within).map(row).collect()
        } else {
            range.take(limit).take_while(within).map(row).collect()
        };
        list(rows)
    }

    fn interpret(&mut self, now: u64, id: &str, effects: &Val, connection: Option<&str>) -> (Val, Val, Vec<Frame>) {
        let mut frames = Vec::new();
        let mut reply = None;
        if items(effects).iter().any(|effect| *get(get(effect, "state"), "reset") == Val::Bool(true)) {
            self.maps.remove(id);
        }
        for effect in items(effects) {
            match as_text(get(effect, "type")).unwrap_or_default() {
                "transport.respond" => {
                    let payload = get(effect, "payload").clone();
                    if let Some(connection) = connection {
                        self.take(connection, &payload, &mut frames);
                    }
                    reply = Some((get(effect, "status").clone(), payload));
                }
                "transport.broadcast" => self.broadcast(now, id, effect, &mut frames),
                kind if kind.starts_with("storage.") => {
                    let rows = self.call("node/Persistence.writes", vec![effect.clone()]);
                    let map = self.maps.entry(id.to_owned()).or_default();
                    for row in items(&rows) {
                        let key = as_text(get(row, "key")).unwrap_or_default().to_owned();
                        match get(row, "value") {
                            Val::None => map.remove(&key),
                            value => map.insert(key, value.clone()),
                        };
                    }
                }
                _ => {}
            }
        }
        let (status, payload) = reply.expect("a step responds");
        (status, payload, frames)
    }

    /// Sends the frames of a reply, and keeps or ends its subscription.
    fn take(&mut self, connection: &str, payload: &Val, frames: &mut Vec<Frame>) {
        let own = self.subscriptions.entry(connection.to_owned()).or_default();
        for frame in items(get(payload, "frames")) {
            frames.push((connection.to_owned(), json_text(frame).unwrap_or_default()));
        }
        if let Some(closed) = as_text(get(payload, "close")) {
            own.retain(|(_, id), _| id != closed);
        }
        let next = get(payload, "subscription");
        if *next != Val::None {
            let key = |name| as_text(get(next, name)).unwrap_or_default().to_owned();
            own.insert((key("enclave"), key("sub_id")), next.clone());
        }
    }

    fn broadcast(&mut self, now: u64, enclave: &str, effect: &Val, frames: &mut Vec<Frame>) {
        for (connection, mut own) in std::mem::take(&mut self.subscriptions) {
            let concerned: Vec<_> = own.keys().filter(|(of, _)| of == enclave).cloned().collect();
            for key in concerned {
                let args = vec![own[&key].clone(), effect.clone(), Val::Nat(Nat::from(now))];
                let answer = self.call("node/WsHandlers.deliver", args);
                for frame in items(get(&answer, "frames")) {
                    frames.push((connection.clone(), json_text(frame).unwrap_or_default()));
                }
                match get(&answer, "subscription") {
                    Val::None => own.remove(&key),
                    next => own.insert(key, next.clone()),
                };
            }
            self.subscriptions.insert(connection, own);
        }
    }

    /// What the node answers by.
    pub(crate) fn spec(&self) -> &'s Spec {
        self.spec
    }

    /// The state that is kept of an enclave.
    pub(crate) fn head(&self, id: &str) -> &Val {
        self.maps.get(id).and_then(|map| map.get("h")).unwrap_or(&Val::None)
    }
}
