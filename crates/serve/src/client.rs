//! The other side of the server: requests of a client, one after the other.

use crate::auth::{self, Request, date};
use crate::frame::{Frame, HEADER, MAX_BODY, frames};
use crate::server::{MAX_WANTED, RefUpdate, Wanted};
use crate::{FRAMES_TYPE, Kind, MAX_CLOSURE, PROTOCOL, RefName, WireError};
use etymon_attest::SigningKey;
use etymon_constraints::tls::{Authorities, mistrust};
use etymon_spec::canonical;
use etymon_store::Digest;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader};
use std::time::{Duration, Instant, SystemTime};
use ureq::Agent;
use ureq::http::Uri;

/// How long one request may take, its body included.
const TIME: Duration = Duration::from_secs(120);
/// How long a server may take to be connected to.
const CONNECT_TIME: Duration = Duration::from_secs(10);
/// How long a run may take that is followed.
const RUN_TIME: Duration = Duration::from_secs(4 * 3600);
/// Most bytes of a run's events, over all streams.
const MAX_STREAM: u64 = 64 << 20;
/// How often in a row a run is followed on and nothing comes of it.
const IN_VAIN: u32 = 3;
/// How long to wait before the first of these, and twice as long before each other.
const PAUSE: Duration = Duration::from_millis(100);
/// A stream that lasted so long was none in vain: a server may end one at any time.
const SOUND: Duration = Duration::from_secs(10);
/// Longest answer in JSON, in bytes.
const MAX_ANSWER: usize = 16 << 20;
/// Most objects of a listing: what a few of the largest refs lead to.
const MAX_LISTED: usize = 5 * MAX_CLOSURE;

/// What a server can do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Capabilities {
    /// What it speaks.
    pub protocol: String,
    /// Its version.
    pub version: String,
    /// The key that it signs with.
    pub public_key: Option<String>,
    /// The scheme by which writes are signed, or `none`.
    pub auth: String,
    /// The session that signatures must name, another one with every start.
    pub session: String,
    /// Whether it derives.
    pub derive: bool,
}

/// How far a run was followed.
#[derive(Debug, Default)]
struct Followed {
    /// Whether there was a stream at all.
    begun: bool,
    /// Whether the server knows the run no more.
    lost: bool,
    /// The number of the last message.
    seen: Option<u64>,
    /// Bytes that were read.
    bytes: u64,
}

/// An object in a server's listing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// Its hash.
    pub hash: Digest,
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Its length.
    pub bytes: u64,
}

#[derive(Deserialize)]
struct Refs {
    refs: BTreeMap<RefName, Digest>,
}

#[derive(Deserialize)]
struct Lacks {
    missing: BTreeSet<Digest>,
}

#[derive(Deserialize)]
struct Page {
    objects: Vec<Entry>,
    next: Option<Digest>,
}

/// A run that a server started.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Started {
    /// Its number, which a server that is started anew gives to another.
    pub run: u64,
    /// The session that it belongs to; empty if the server does not tell.
    #[serde(default)]
    pub session: String,
}

#[derive(Deserialize)]
struct Refusal {
    error: Told,
}

#[derive(Deserialize)]
struct Told {
    code: String,
    message: String,
    #[serde(default)]
    help: String,
}

/// A server, as a client sees it.
pub struct Remote {
    agent: Agent,
    base: String,
    authority: String,
    key: Option<SigningKey>,
}

/// An object that was received: its kind, its hash, which was computed here, and its bytes.
pub type Received = (Kind, Digest, Vec<u8>);

impl Remote {
    /// The server at `http://host:port` or `https://host:port`, to which writes are signed with a key.
    ///
    /// # Errors
    /// `HTTP_REQUEST` for what is no such address; `TLS_CA` for authorities that cannot be read.
    pub fn new(url: &str, key: Option<SigningKey>, authorities: &Authorities) -> Result<Self, WireError> {
        let wrong = |reason: &str| WireError::Request { status: 400, reason: format!("`{url}` {reason}") };
        let base = url.trim_end_matches('/');
        let uri: Uri = base.parse().map_err(|_| wrong("is no address of a server"))?;
        let authority = uri.authority().ok_or_else(|| wrong("is no address of a server; write `http://host:port`"))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || !uri.path().trim_matches('/').is_empty() {
            return Err(wrong("is no address of a server; write `http://host:port`"));
        }
        if authority.as_str().contains('@') {
            return Err(wrong("holds a user name; keys say who one is"));
        }
        let config = Agent::config_builder()
            .timeout_global(Some(TIME))
            .timeout_connect(Some(CONNECT_TIME))
            .http_status_as_error(false)
            // A redirect could lead a signed write somewhere else.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .tls_config(authorities.config(base).map_err(WireError::Authorities)?)
            .user_agent(concat!("etymon/", env!("CARGO_PKG_VERSION")));
        let authority = authority.as_str().to_ascii_lowercase();
        Ok(Self { agent: config.build().into(), base: base.to_owned(), authority, key })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.base
    }

    /// What it can do.
    ///
    /// # Errors
    /// `HTTP_…`; `HTTP_ANSWER` when it speaks something else.
    pub fn capabilities(&self) -> Result<Capabilities, WireError> {
        let own: Capabilities = self.get_json("/capabilities")?;
        if own.protocol != PROTOCOL {
            let reason = format!("it speaks `{}`, not `{PROTOCOL}`", own.protocol.chars().take(80).collect::<String>());
            return Err(self.answer("/capabilities", reason));
        }
        Ok(own)
    }

    /// Its heads.
    ///
    /// # Errors
    /// `HTTP_…`.
    pub fn refs(&self) -> Result<BTreeMap<RefName, Digest>, WireError> {
        let own: Refs = self.get_json("/repo/refs")?;
        if own.refs.keys().all(RefName::is_head) {
            return Ok(own.refs);
        }
        Err(self.answer("/repo/refs", "it lists what is no head".to_owned()))
    }

    /// What its heads lead to, sorted by hash.
    ///
    /// # Errors
    /// `HTTP_…`.
    pub fn objects(&self) -> Result<Vec<Entry>, WireError> {
        let mut all: Vec<Entry> = Vec::new();
        let mut path = "/repo/objects".to_owned();
        loop {
            let page: Page = self.get_json(&path)?;
            // A server that goes round in circles would never end.
            let sorted = page.objects.is_sorted_by(|a, b| a.hash < b.hash);
            let follows = all.last().zip(page.objects.first()).is_none_or(|(a, b)| a.hash < b.hash);
            if !sorted || !follows || (page.next.is_some() && page.objects.is_empty()) {
                return Err(self.answer(&path, "its listing is not in order".to_owned()));
            }
            all.extend(page.objects);
            // Nor would one that always has more.
            if all.len() > MAX_LISTED {
                return Err(self.answer(&path, format!("it lists more than {MAX_LISTED} objects")));
            }
            match page.next {
                Some(next) => path = format!("/repo/objects?after={next}"),
                None => return Ok(all),
            }
        }
    }

    /// Those of the objects that it lacks.
    ///
    /// # Errors
    /// `HTTP_…`.
    pub fn lacks(&self, digests: &[Digest]) -> Result<Vec<Digest>, WireError> {
        let mut lacks = Vec::new();
        for some in digests.chunks(MAX_WANTED) {
            let own: Lacks = self.get_json(&format!("/repo/objects?lacks={}", joined(some)))?;
            lacks.extend(some.iter().filter(|digest| own.missing.contains(digest)));
        }
        Ok(lacks)
    }

    /// The bytes of one object, hashed again.
    ///
    /// # Errors
    /// `HTTP_…`; `WIRE_FRAME` when it sends something else.
    pub fn object(&self, digest: &Digest) -> Result<Received, WireError> {
        let mut found = self.fetch(std::slice::from_ref(digest))?;
        found.pop().ok_or_else(|| self.answer("/repo/objects", "it sends nothing".to_owned()))
    }

    /// As many of the first [`MAX_WANTED`] of these objects as it sends at once, at least one; every one is hashed again.
    ///
    /// # Errors
    /// `HTTP_…`; `WIRE_FRAME` when it sends something else, after what was sound before it.
    pub fn fetch(&self, digests: &[Digest]) -> Result<Vec<Received>, WireError> {
        let some = &digests[..digests.len().min(MAX_WANTED)];
        let path = format!("/repo/objects?want={}", joined(some));
        let bytes = self.get(&path, MAX_BODY + HEADER)?;
        let mut found: Vec<Received> = Vec::new();
        for (frame, wanted) in frames(&bytes).zip(some.iter().map(Some).chain(std::iter::repeat(None))) {
            let frame: Frame<'_> = frame?;
            if Some(&frame.digest) != wanted {
                return Err(self.answer(&path, format!("it sends `{}`, which was not asked for", frame.digest)));
            }
            found.push((frame.kind, frame.digest, frame.payload.to_vec()));
        }
        if found.is_empty() && !some.is_empty() {
            return Err(self.answer(&path, "it sends nothing".to_owned()));
        }
        Ok(found)
    }

    /// Sends frames.
    ///
    /// # Errors
    /// `HTTP_…`, or the server's own code with its reason.
    pub fn send(&self, session: &str, frames: &[u8]) -> Result<(), WireError> {
        self.post("/repo/objects", session, FRAMES_TYPE, frames).map(drop)
    }

    /// Moves a head.
    ///
    /// # Errors
    /// `REF_STALE` or `REF_HISTORY` when it is not where it was thought to be.
    pub fn update(&self, session: &str, update: &RefUpdate) -> Result<(), WireError> {
        // Hashes and names always have a canonical form.
        let body = canonical::to_string(update).unwrap_or_default();
        self.post("/repo/refs", session, "application/json", body.as_bytes()).map(drop)
    }

    /// Has a composition that it holds derived; the run.
    ///
    /// # Errors
    /// `HTTP_…`; `DERIVE_UNAVAILABLE` when it derives nothing or is busy.
    pub fn derive(&self, session: &str, composition: Digest, target: &str, title: &str) -> Result<Started, WireError> {
        let wanted = Wanted { composition, target_lang: target.to_owned(), title: title.to_owned() };
        let body = canonical::to_string(&wanted).unwrap_or_default();
        let bytes = self.post("/derive", session, "application/json", body.as_bytes())?;
        let own: Started = serde_json::from_slice(&bytes).map_err(|error| self.answer("/derive", error.to_string()))?;
        if !own.session.is_empty() && !auth::is_session(&own.session) {
            return Err(self.answer("/derive", "its session is no 16 bytes in hex".to_owned()));
        }
        Ok(own)
    }

    /// Follows a run to its end: tells the JSON of each stage event once, and answers what came of it. A stream that breaks off is
    /// gone on with after the last message that came, at the same start of the server.
    ///
    /// # Errors
    /// `HTTP_…`; `HTTP_ANSWER` for what is no such stream, `HTTP_UNREACHABLE` where nothing more comes of it.
    pub fn follow(&self, run: &Started, tell: &mut dyn FnMut(Value)) -> Result<Value, WireError> {
        let deadline = Instant::now() + RUN_TIME;
        let mut followed = Followed::default();
        let mut in_vain = 0;
        loop {
            let (before, begun) = (followed.seen, Instant::now());
            let error = match self.follow_on(run, deadline, &mut followed, tell) {
                Err(error @ WireError::Unreachable { .. }) if !followed.lost => error,
                end => return end,
            };
            if followed.seen != before || begun.elapsed() >= SOUND {
                in_vain = 0;
            }
            if in_vain == IN_VAIN || Instant::now() >= deadline {
                return Err(error);
            }
            std::thread::sleep(PAUSE * 2_u32.pow(in_vain));
            in_vain += 1;
        }
    }

    /// One stream of a run's events, from after what was seen.
    fn follow_on(
        &self,
        run: &Started,
        deadline: Instant,
        followed: &mut Followed,
        tell: &mut dyn FnMut(Value),
    ) -> Result<Value, WireError> {
        let path = format!("/runs/{}/events", run.run);
        let wrong = |reason: &str| self.answer(&path, reason.to_owned());
        let mut response = self.stream(run, &path, deadline, followed)?;
        let limit = MAX_STREAM.saturating_sub(followed.bytes);
        let mut body = BufReader::new(response.body_mut().with_config().limit(limit).reader());
        let (mut id, mut name, mut line) = (None, String::new(), String::new());
        loop {
            line.clear();
            let read = body.read_line(&mut line).map_err(|error| self.broken(&path, error))?;
            followed.bytes += read as u64;
            // A line that is not whole is no message, either.
            let Some(own) = line.strip_suffix('\n').filter(|_| read > 0) else {
                return Err(self.cut(&path, "its events end before the run does".to_owned()));
            };
            if own.is_empty() {
                name.clear();
            } else if let Some(own) = own.strip_prefix("id: ") {
                id = own.parse().ok();
            } else if let Some(own) = own.strip_prefix("event: ") {
                own.clone_into(&mut name);
            } else if let Some(data) = own.strip_prefix("data: ") {
                let value = serde_json::from_str(data).map_err(|error| wrong(&error.to_string()))?;
                if name == "end" {
                    return Ok(value);
                }
                // A message without a number could not be told from one that was seen.
                let id = id.take().ok_or_else(|| wrong("it sends a message that has no number"))?;
                if followed.seen.is_none_or(|seen| seen < id) {
                    followed.seen = Some(id);
                    if name == "stage" {
                        tell(value);
                    }
                }
            }
        }
    }

    /// Asks for a run's events after what was seen.
    fn stream(
        &self,
        run: &Started,
        path: &str,
        deadline: Instant,
        followed: &mut Followed,
    ) -> Result<ureq::http::Response<ureq::Body>, WireError> {
        let session = if run.session.is_empty() { String::new() } else { format!("?session={}", run.session) };
        let mut request = self.agent.get(format!("{}{path}{session}", self.base));
        if let Some(seen) = followed.seen {
            request = request.header("last-event-id", seen.to_string());
        }
        let left = deadline.saturating_duration_since(Instant::now());
        let request = request.config().timeout_global(Some(left)).build();
        let response = request.call().map_err(|error| self.unreachable(path, &error))?;
        match response.status().as_u16() {
            200 => {
                followed.begun = true;
                Ok(response)
            }
            status if status == 410 || (status == 404 && followed.begun) => {
                followed.lost = true;
                Err(self
                    .cut(path, "it knows nothing more of the run, most likely because it was started anew".to_owned()))
            }
            // One that is started anew may stand behind another, which answers meanwhile.
            status @ 502..=504 if followed.begun => Err(self.cut(path, format!("it answers with status {status}"))),
            _ => {
                let read = self.read(path, response, MAX_ANSWER);
                read.and_then(|_| Err(self.answer(path, "it streams nothing".to_owned())))
            }
        }
    }

    /// Why a stream cannot be read on: it is not what it should be, or it was cut.
    fn broken(&self, path: &str, error: io::Error) -> WireError {
        if error.kind() == io::ErrorKind::InvalidData {
            return self.answer(path, error.to_string());
        }
        match ureq::Error::from(error) {
            ureq::Error::BodyExceedsLimit(_) => {
                self.answer(path, format!("its events are longer than {MAX_STREAM} bytes"))
            }
            ureq::Error::Io(own) => self.cut(path, format!("its events break off: {own}")),
            other => self.unreachable(path, &other),
        }
    }

    /// A stream that cannot be read on now.
    fn cut(&self, path: &str, reason: String) -> WireError {
        WireError::Unreachable { url: format!("{}{path}", self.base), reason }
    }

    fn get_json<T: DeserializeOwned>(&self, path: &str) -> Result<T, WireError> {
        let bytes = self.get(path, MAX_ANSWER)?;
        serde_json::from_slice(&bytes).map_err(|error| self.answer(path, error.to_string()))
    }

    fn get(&self, path: &str, limit: usize) -> Result<Vec<u8>, WireError> {
        let url = format!("{}{path}", self.base);
        let response = self.agent.get(&url).call().map_err(|error| self.unreachable(path, &error))?;
        self.read(path, response, limit)
    }

    fn post(&self, path: &str, session: &str, kind: &str, body: &[u8]) -> Result<Vec<u8>, WireError> {
        let mut request = self.agent.post(format!("{}{path}", self.base)).header("content-type", kind);
        if let Some(key) = self.key.as_ref().filter(|_| !session.is_empty()) {
            let (hash, date, nonce) = (Digest::of(body).to_string(), date(SystemTime::now()), auth::random()?);
            let (authority, method) = (self.authority.as_str(), "POST");
            let signed = Request { authority, body: &hash, date: &date, method, nonce: &nonce, path, session };
            request = request.header("authorization", signed.authorize(key));
        }
        let response = request.send(body).map_err(|error| self.unreachable(path, &error))?;
        self.read(path, response, MAX_ANSWER)
    }

    fn read(
        &self,
        path: &str,
        mut response: ureq::http::Response<ureq::Body>,
        limit: usize,
    ) -> Result<Vec<u8>, WireError> {
        let status = response.status().as_u16();
        let limit = if status == 200 { limit } else { MAX_ANSWER };
        let read = response.body_mut().with_config().limit(limit as u64).read_to_vec();
        let bytes = read.map_err(|error| self.unreachable(path, &error))?;
        if matches!(status, 200 | 202) {
            return Ok(bytes);
        }
        let told = serde_json::from_slice(&bytes).map(|Refusal { error }| error);
        let told = told.map_err(|_| self.answer(path, format!("status {status}")))?;
        // What a server says goes to a terminal.
        let clean = |text: String| text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(1000).collect();
        let (code, message, help) = (clean(told.code), clean(told.message), clean(told.help));
        Err(WireError::Refused { url: format!("{}{path}", self.base), status, code, message, help })
    }

    fn unreachable(&self, path: &str, error: &ureq::Error) -> WireError {
        let url = format!("{}{}", self.base, path.split('?').next().unwrap_or_default());
        if let Some(reason) = mistrust(error) {
            return WireError::Mistrusted { url, reason };
        }
        let reason = match error {
            ureq::Error::Io(own) if own.kind() == io::ErrorKind::ConnectionRefused => "nobody listens there".to_owned(),
            other => other.to_string(),
        };
        WireError::Unreachable { url, reason }
    }

    fn answer(&self, path: &str, reason: String) -> WireError {
        WireError::Answer { url: format!("{}{}", self.base, path.split('?').next().unwrap_or_default()), reason }
    }
}

fn joined(digests: &[Digest]) -> String {
    let texts: Vec<String> = digests.iter().map(Digest::to_string).collect();
    texts.join(",")
}
