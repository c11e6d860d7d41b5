//! The host of the kernel: looks up what it asks for, and does what it is told, in order. docs/hosts.md is the contract; no rule of
//! the protocol is here.

use crate::kernel::{self, Kernel};
use crate::store::{self, Mark, Marks, Row, Store};
use crate::value::{self, as_list, as_text, get, is_none, list, list_of, nat, nat_of, none, optional, record, text, text_of};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use tokio::sync::{Mutex as Turn, Notify, Semaphore, mpsc};

/// Rounds of looking things up before a request is given up.
const MAX_ROUNDS: usize = 64;

/// Subscriptions of one connection, the length of what is kept of them, and of those of all connections.
const MAX_SUBSCRIPTIONS: usize = 256;
const MAX_KEPT: usize = 4 << 20;
const MAX_KEPT_OF_ALL: usize = 256 << 20;
/// The code of a connection that asked for more than that (RFC 6455, section 7.4.1).
const POLICY_VIOLATION: u16 = 1008;

/// Octets that wait for a slow reader before the connection is given up.
const MAX_UNSENT: usize = 64 << 20;

/// Requests that are worked on at once. Each holds an instance of the kernel, or waits for the disk.
const AT_ONCE: usize = 16;

/// Why a node does not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Kernel(#[from] kernel::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("{0}")]
    Unsound(String),
    #[error("enclave {enclave}: {reason}")]
    Refused { enclave: String, reason: String },
    #[error("the kernel asks without end")]
    Endless,
    #[error("the kernel's answer is not one")]
    Answer,
}

/// A response over HTTP.
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// A timer or a delivery that the kernel asked for.
pub enum Order {
    Timer { enclave: String, kind: String, at: u64 },
    Push { endpoint: String, body: String },
}

/// What goes out over a WebSocket.
pub enum Outgoing {
    Text(String),
    Ping,
    Close(u16),
}

/// The open end of a WebSocket.
#[derive(Clone)]
pub struct Outbox {
    queue: mpsc::UnboundedSender<Outgoing>,
    unsent: Arc<AtomicUsize>,
    overflow: Arc<Notify>,
}

impl Outbox {
    pub fn new() -> (Outbox, mpsc::UnboundedReceiver<Outgoing>) {
        let (queue, outgoing) = mpsc::unbounded_channel();
        (Outbox { queue, unsent: Arc::default(), overflow: Arc::default() }, outgoing)
    }

    /// Octets that are queued; who sends them takes them off.
    pub fn unsent(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.unsent)
    }

    /// Ready when more was queued than may wait.
    pub async fn overflown(&self) {
        self.overflow.notified().await;
    }

    pub fn push(&self, next: Outgoing) {
        if let Outgoing::Text(text) = &next
            && self.unsent.fetch_add(text.len(), Ordering::Relaxed) + text.len() > MAX_UNSENT
        {
            self.overflow.notify_one();
            return;
        }
        let _ = self.queue.send(next);
    }
}

/// A subscription and the length of its text.
struct Kept {
    subscription: Value,
    size: usize,
}

/// A connection's subscriptions, by enclave and `sub_id`.
struct Connection {
    outbox: Outbox,
    subscriptions: Mutex<HashMap<(String, String), Kept>>,
}

/// What is known of one enclave; its lock is the turn of a request.
#[derive(Default)]
struct Enclave {
    open: bool,
    refused: Option<String>,
    head: Option<Value>,
}

/// A node: any number of enclaves in a store, under one key.
pub struct Host {
    kernel: Kernel,
    store: Store,
    marks: Marks,
    key: String,
    registry: Option<String>,
    clock: Box<dyn Fn() -> u64 + Send + Sync>,
    orders: mpsc::UnboundedSender<Order>,
    enclaves: Mutex<HashMap<String, Arc<Turn<Enclave>>>>,
    connections: Mutex<HashMap<u64, Weak<Connection>>>,
    kept: AtomicUsize,
    places: Semaphore,
}

/// What a host is made of.
pub struct Parts {
    pub kernel: Kernel,
    pub store: Store,
    pub marks: Marks,
    /// The private key, hex64.
    pub key: String,
    /// The enclave that answers registry paths.
    pub registry: Option<String>,
    /// Milliseconds since 1970.
    pub clock: Box<dyn Fn() -> u64 + Send + Sync>,
    pub orders: mpsc::UnboundedSender<Order>,
}

/// The kernel's reply to a request.
struct Reply {
    status: u64,
    payload: Value,
}

impl Host {
    pub fn new(parts: Parts) -> Host {
        let Parts { kernel, store, marks, key, registry, clock, orders } = parts;
        let (enclaves, connections, kept) = Default::default();
        Host { kernel, store, marks, key, registry, clock, orders, enclaves, connections, kept, places: Semaphore::new(AT_ONCE) }
    }

    /// Audits every enclave that is kept, and sets its timers.
    pub async fn open_all(&self) -> Result<(), Error> {
        for enclave in self.store.enclaves()? {
            self.timer(&enclave, "bundle").await?;
        }
        Ok(())
    }

    /// Does what computes or waits for the disk, beside what serves connections.
    async fn work<T>(&self, task: impl FnOnce() -> T) -> T {
        let _place = self.places.acquire().await;
        tokio::task::block_in_place(task)
    }

    /// Answers a request.
    pub async fn handle(&self, method: &str, target: &str, body: &[u8]) -> Result<Response, Error> {
        let asked = self.work(|| self.kernel.call("rt.request", &[&text(method), &text(target), &value::bytes(body)])).await?;
        let reply = self.answer(&asked, None).await?;
        let headers = self.work(|| self.kernel.call("node/Api.headers", &[&asked, &nat(reply.status), &reply.payload])).await?;
        let field = |header: &Value, key| text_of(header, key).unwrap_or_default().to_owned();
        Ok(Response {
            status: u16::try_from(reply.status).map_err(|_| Error::Answer)?,
            headers: as_list(&headers).unwrap_or_default().iter().map(|each| (field(each, "name"), field(each, "value"))).collect(),
            body: if is_none(&reply.payload) { String::new() } else { value::plain(&reply.payload) },
        })
    }

    /// Answers a message on a connection.
    pub async fn message(&self, socket: &Socket, body: &[u8]) -> Result<(), Error> {
        let asked = self.work(|| self.kernel.call("rt.frame", &[&value::bytes(body)])).await?;
        self.answer(&asked, Some(&socket.connection)).await?;
        Ok(())
    }

    /// What is due at an enclave.
    pub async fn timer(&self, enclave: &str, kind: &str) -> Result<(), Error> {
        let asked = record(vec![("kind", text("timer")), ("timer", text(kind)), ("enclave", text(enclave))]);
        self.answer(&asked, None).await?;
        Ok(())
    }

    /// Makes a connection known.
    pub fn connect(&self, outbox: Outbox) -> Socket {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let connection = Arc::new(Connection { outbox, subscriptions: Mutex::default() });
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        self.connections.lock().expect("no holder panics").insert(id, Arc::downgrade(&connection));
        Socket { id, connection }
    }

    /// Forgets a connection.
    pub fn close(&self, socket: &Socket) {
        self.connections.lock().expect("no holder panics").remove(&socket.id);
        let mut subscriptions = socket.connection.subscriptions.lock().expect("no holder panics");
        self.release(subscriptions.drain().map(|(_, kept)| kept.size).sum());
    }

    fn release(&self, size: usize) {
        self.kept.fetch_sub(size, Ordering::Relaxed);
    }

    async fn answer(&self, asked: &Value, connection: Option<&Arc<Connection>>) -> Result<Reply, Error> {
        let context = record(vec![("registry", optional(self.registry.as_deref()))]);
        let route = self.work(|| self.kernel.call("node/Node.route", &[asked, &context])).await?;
        let Some(id) = as_text(&route) else {
            return self.work(|| self.run(None, &mut Enclave::default(), asked, connection)).await;
        };
        let enclave = {
            let mut enclaves = self.enclaves.lock().expect("no holder panics");
            Arc::clone(enclaves.entry(id.to_owned()).or_default())
        };
        let mut turn = enclave.lock().await;
        let reply = self.work(|| self.take_turn(id, &mut turn, asked, connection)).await;
        // What was refused is not audited again.
        let unknown = turn.head.is_none() && turn.refused.is_none();
        drop(turn);
        if unknown {
            // Names of enclaves that do not exist cost nothing.
            let mut enclaves = self.enclaves.lock().expect("no holder panics");
            if enclaves.get(id).is_some_and(|own| Arc::strong_count(own) == 2) {
                enclaves.remove(id);
            }
        }
        reply
    }

    fn take_turn(&self, id: &str, enclave: &mut Enclave, asked: &Value, connection: Option<&Arc<Connection>>) -> Result<Reply, Error> {
        if !enclave.open {
            match self.open(id) {
                Ok(head) => enclave.head = head,
                Err(error @ (Error::Unsound(_) | Error::Store(store::Error::Foreign))) => enclave.refused = Some(error.to_string()),
                // What could not be read today may be read the next time.
                Err(error) => return Err(error),
            }
            enclave.open = true;
        }
        match &enclave.refused {
            Some(reason) => Err(Error::Refused { enclave: id.to_owned(), reason: reason.clone() }),
            None => self.run(Some(id), enclave, asked, connection),
        }
    }

    /// The head of an enclave that is as it should be, none if there is no such enclave.
    fn open(&self, id: &str) -> Result<Option<Value>, Error> {
        let head = self.audit(id)?;
        let mark = self.marks.read(id)?;
        let older = mark.is_some_and(|mark| head.as_ref().is_none_or(|head| mark_of(head).falls_behind(&mark)));
        if older { Err(Error::Unsound("the store is an older copy, or another history".to_owned())) } else { Ok(head) }
    }

    /// Checks an enclave's map, and answers its head.
    fn audit(&self, id: &str) -> Result<Option<Value>, Error> {
        let mut progress = none();
        loop {
            let found = self.gather(Some(id), |found| self.kernel.call("node/Audit.auditReads", &[&progress, found]))?;
            let context = record(vec![("found", found), ("key", text(&self.key))]);
            progress = self.kernel.call("node/Audit.auditStep", &[&progress, &context])?;
            if let Some(problem) = text_of(&progress, "problem") {
                return Err(Error::Unsound(problem.to_owned()));
            }
            if get(&progress, "done").is_some_and(|done| done["bool"] == true) {
                return Ok(get(&progress, "head").filter(|head| !is_none(head)).cloned());
            }
        }
    }

    /// Everything that `wanted(found)` asks for, until it asks for nothing more.
    fn gather(&self, id: Option<&str>, wanted: impl Fn(&Value) -> Result<Value, kernel::Error>) -> Result<Value, Error> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        for _ in 0..MAX_ROUNDS {
            let all = list(found);
            let reads = wanted(&all)?;
            found = match all {
                Value::Object(mut all) => match all.remove("list") {
                    Some(Value::Array(items)) => items,
                    _ => return Err(Error::Answer),
                },
                _ => return Err(Error::Answer),
            };
            let mut done = true;
            for read in as_list(&reads).ok_or(Error::Answer)? {
                if seen.insert(read.to_string()) {
                    done = false;
                    let items = self.look_up(id, read)?;
                    found.push(record(vec![("read", read.clone()), ("items", items)]));
                }
            }
            if done {
                return Ok(list(found));
            }
        }
        Err(Error::Endless)
    }

    fn look_up(&self, id: Option<&str>, read: &Value) -> Result<Value, Error> {
        if let Some(hex) = get(read, "octets") {
            return Ok(self.kernel.call("rt.octets", &[hex])?);
        }
        if let Some(letters) = get(read, "letters") {
            return Ok(self.kernel.call("rt.letters", &[letters])?);
        }
        let Some(id) = id else {
            // A request that is about no enclave finds nothing.
            let keys = if get(read, "gets").is_some() { list_of(read, "gets").len() } else { 0 };
            return Ok(list(vec![none(); keys]));
        };
        if let Some(key) = text_of(read, "get") {
            return Ok(list(self.store.get(id, &[key])?.into_iter().flatten().collect()));
        }
        if get(read, "gets").is_some() {
            let keys: Vec<&str> = list_of(read, "gets").iter().filter_map(as_text).collect();
            let values = self.store.get(id, &keys)?;
            return Ok(list(values.into_iter().map(|found| found.unwrap_or_else(none)).collect()));
        }
        let scan = get(read, "scan").ok_or(Error::Answer)?;
        let bound = |key| text_of(scan, key).ok_or(Error::Answer);
        let limit = usize::try_from(nat_of(scan, "limit").ok_or(Error::Answer)?).map_err(|_| Error::Answer)?;
        let reverse = get(scan, "reverse").is_some_and(|reverse| reverse["bool"] == true);
        let rows = self.store.scan(id, bound("from")?, bound("to")?, limit, reverse)?;
        Ok(list(rows.into_iter().map(|(key, found)| record(vec![("key", text(&key)), ("value", found)])).collect()))
    }

    fn run(&self, id: Option<&str>, enclave: &mut Enclave, asked: &Value, connection: Option<&Arc<Connection>>) -> Result<Reply, Error> {
        let head = enclave.head.clone().unwrap_or_else(none);
        let (now, registry) = ((self.clock)(), optional(self.registry.as_deref()));
        let common = || vec![("now", nat(now)), ("registry", registry.clone())];
        let found = self.gather(id, |found| {
            let mut context = common();
            context.push(("found", found.clone()));
            self.kernel.call("node/Node.reads", &[&head, asked, &record(context)])
        })?;
        let mut context = common();
        context.extend([("found", found), ("key", text(&self.key))]);
        let outcome = self.kernel.call("node/Node.step", &[&head, asked, &record(context)])?;
        self.interpret(id, enclave, list_of(&outcome, "effects"), connection)
    }

    fn interpret(&self, id: Option<&str>, enclave: &mut Enclave, effects: &[Value], connection: Option<&Arc<Connection>>) -> Result<Reply, Error> {
        let mut rows: Vec<Row> = Vec::new();
        let mut state = None;
        let mut reply = None;
        let id = id.unwrap_or_default();
        for effect in effects {
            match text_of(effect, "type").ok_or(Error::Answer)? {
                kind @ ("storage.writeState" | "storage.appendEvent" | "storage.persistBundle") => {
                    if kind == "storage.writeState" {
                        state = get(effect, "state");
                    }
                    let written = self.kernel.call("node/Persistence.writes", &[effect])?;
                    for row in as_list(&written).ok_or(Error::Answer)? {
                        let key = text_of(row, "key").ok_or(Error::Answer)?;
                        rows.push((key.to_owned(), get(row, "value").cloned().unwrap_or_else(none)));
                    }
                }
                "transport.respond" => {
                    if let Some(state) = state.take() {
                        self.persist(id, enclave, &rows, state)?;
                    }
                    let payload = get(effect, "payload").cloned().unwrap_or_else(none);
                    if let Some(connection) = connection {
                        self.take(connection, &payload);
                    }
                    reply = Some(Reply { status: nat_of(effect, "status").ok_or(Error::Answer)?, payload });
                }
                "transport.broadcast" => self.broadcast(id, effect)?,
                "notification.push" => {
                    let endpoint = text_of(effect, "endpoint").ok_or(Error::Answer)?.to_owned();
                    let body = value::plain(get(effect, "payload").ok_or(Error::Answer)?);
                    let _ = self.orders.send(Order::Push { endpoint, body });
                }
                "timer.schedule" => {
                    let kind = text_of(effect, "kind").ok_or(Error::Answer)?.to_owned();
                    let at = nat_of(effect, "at").ok_or(Error::Answer)?;
                    let _ = self.orders.send(Order::Timer { enclave: id.to_owned(), kind, at });
                }
                _ => return Err(Error::Answer),
            }
        }
        reply.ok_or(Error::Answer)
    }

    fn persist(&self, id: &str, enclave: &mut Enclave, rows: &[Row], state: &Value) -> Result<(), Error> {
        let head = get(state, "head").ok_or(Error::Answer)?;
        let reset = get(state, "reset").is_some_and(|reset| reset["bool"] == true);
        // Whether a write that failed was one is for the store to say: it is audited before it is used again.
        enclave.open = false;
        self.store.write(id, rows, reset)?;
        enclave.head = Some(head.clone());
        enclave.open = true;
        // A replay that goes on was shown to nobody yet, and may be begun again.
        if get(head, "from").is_none_or(value::is_none) {
            self.marks.write(id, &mark_of(head))?;
        }
        Ok(())
    }

    /// Keeps or ends the subscription of a reply, and sends its frames.
    fn take(&self, connection: &Connection, payload: &Value) {
        if !self.keep(connection, payload) {
            return connection.outbox.push(Outgoing::Close(POLICY_VIOLATION));
        }
        for frame in list_of(payload, "frames") {
            connection.send(frame);
        }
    }

    /// Whether there is room for the subscription that a reply asks for, if it does.
    fn keep(&self, connection: &Connection, payload: &Value) -> bool {
        let mut subscriptions = connection.subscriptions.lock().expect("no holder panics");
        if let Some(closed) = text_of(payload, "close") {
            subscriptions.retain(|(_, id), kept| {
                let stays = id != closed;
                if !stays {
                    self.release(kept.size);
                }
                stays
            });
        }
        let Some(next) = get(payload, "subscription").filter(|next| !is_none(next)) else { return true };
        let key = |name| text_of(next, name).unwrap_or_default().to_owned();
        let key = (key("enclave"), key("sub_id"));
        if let Some(earlier) = subscriptions.remove(&key) {
            self.release(earlier.size);
        }
        let size = next.to_string().len();
        let own: usize = subscriptions.values().map(|kept| kept.size).sum();
        let all = self.kept.fetch_add(size, Ordering::Relaxed);
        if subscriptions.len() >= MAX_SUBSCRIPTIONS || own + size > MAX_KEPT || all + size > MAX_KEPT_OF_ALL {
            self.release(size);
            return false;
        }
        subscriptions.insert(key, Kept { subscription: next.clone(), size });
        true
    }

    fn broadcast(&self, enclave: &str, effect: &Value) -> Result<(), Error> {
        let now = nat((self.clock)());
        let all: Vec<_> = self.connections.lock().expect("no holder panics").values().filter_map(Weak::upgrade).collect();
        for connection in all {
            let mut subscriptions = connection.subscriptions.lock().expect("no holder panics");
            let own: Vec<_> = subscriptions.keys().filter(|(of, _)| of == enclave).cloned().collect();
            for key in own {
                let Some(kept) = subscriptions.get_mut(&key) else { continue };
                let answer = self.kernel.call("node/WsHandlers.deliver", &[&kept.subscription, effect, &now])?;
                for frame in list_of(&answer, "frames") {
                    connection.send(frame);
                }
                match get(&answer, "subscription").filter(|next| !is_none(next)) {
                    Some(next) => kept.subscription = next.clone(),
                    None => {
                        self.release(kept.size);
                        subscriptions.remove(&key);
                    }
                }
            }
        }
        Ok(())
    }
}

fn mark_of(head: &Value) -> Mark {
    let sth = get(head, "sth");
    let root = sth.and_then(|sth| text_of(sth, "root")).unwrap_or_default();
    let size = sth.and_then(|sth| nat_of(sth, "n")).unwrap_or_default();
    Mark { seq: nat_of(head, "seq").unwrap_or_default(), size, root: root.to_owned() }
}

/// A connection that the host knows.
pub struct Socket {
    id: u64,
    connection: Arc<Connection>,
}

impl Connection {
    fn send(&self, frame: &Value) {
        self.outbox.push(Outgoing::Text(value::plain(frame)));
    }
}
