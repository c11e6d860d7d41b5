//! Which request goes where, and what all of them must fulfil.

use super::error::GatewayError;
use super::log::Judged;
use super::{Shared, pages};
use crate::server::body::{Body, json, respond};
use crate::server::host_of;
use etymon_instrument::enforce::{Answer, Terms};
use etymon_instrument::manifest::inexact;
use etymon_instrument::mapped::Mapped;
use etymon_kernel_rt::json::{ErrorKind, Tape};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// Longest body of a request, in bytes.
pub const MAX_BODY: usize = 256 << 10;
/// Deepest nesting in a body.
pub const MAX_DEPTH: usize = 32;
/// How long a client may take to send a body.
pub const BODY_TIME: Duration = Duration::from_secs(10);
/// Longest body that is read in order to refuse it, in bytes.
const MAX_DISCARDED: usize = 1 << 20;
/// Longest name of a target, in bytes.
const MAX_TARGET: usize = 256;

/// What the endpoints ask with; those that need less of it pass the rest over.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    target: String,
    terms: Option<Terms>,
    #[serde(default)]
    parties: BTreeMap<String, String>,
    #[serde(default)]
    lenient: bool,
}

type Answered = Result<Response<Body>, GatewayError>;

/// Answers a request.
pub(super) async fn answer(shared: Arc<Shared>, local: SocketAddr, request: Request<Incoming>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let answered = dispatch(shared, local, &parts, body).await.unwrap_or_else(|error| refusal(&error));
    if parts.method == Method::HEAD { answered.map(|_| Body::Whole(None)) } else { answered }
}

async fn dispatch(shared: Arc<Shared>, local: SocketAddr, parts: &Parts, body: Incoming) -> Answered {
    let wrong = |error: crate::WireError| GatewayError::request(error.status(), error.to_string());
    let host = host_of(&parts.headers, &shared.hosts, local).map_err(wrong)?;
    if parts.uri.authority().is_some() {
        return Err(GatewayError::request(400, "this gateway is no proxy; ask for a path"));
    }
    let path = parts.uri.path();
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    let target =
        ["/conformance/", "/manifests/"].into_iter().find_map(|own| path.strip_prefix(own).map(|rest| (own, rest)));
    match (path, target) {
        ("/enforce" | "/authorize" | "/attest", _) if parts.method != Method::POST => Ok(not_allowed("POST")),
        ("/enforce", _) => enforce(&shared, &read(parts, body).await?),
        ("/authorize", _) => authorize(&shared, &read(parts, body).await?),
        ("/attest", _) => attest(shared, parts, &host, body).await,
        ("/" | "/manifests" | "/openapi.json" | "/style.css", _) | (_, Some(_)) if !reads => {
            Ok(not_allowed("GET, HEAD"))
        }
        ("/", _) => work(shared, |shared| Ok(pages::home(&shared))).await,
        ("/style.css", _) => Ok(pages::style()),
        ("/openapi.json", _) => Ok(pages::openapi()),
        ("/manifests", _) => Ok(manifests(&shared)),
        (_, Some(("/manifests/", target))) => manifest(&shared, &decoded(target)?),
        (_, Some((_, target))) => {
            let (target, from) = (decoded(target)?, from(parts.uri.query().unwrap_or_default())?);
            work(shared, move |shared| conformance(&shared, &target, from)).await
        }
        _ => Err(GatewayError::request(404, "there is nothing at this path")),
    }
}

/// `POST /enforce`.
fn enforce(shared: &Shared, body: &[u8]) -> Answered {
    let ask = ask(body)?;
    let terms = ask.terms.ok_or_else(|| GatewayError::request(400, "the body has no `terms`"))?;
    let snapshot = shared.catalog.now();
    let enforcer = snapshot.find(&ask.target)?.usable()?;
    Ok(json(200, &enforcer.enforce(&terms, ask.lenient)))
}

/// `POST /authorize`: terms and the capacity of the principals. Terms that are left out are missing terms.
fn authorize(shared: &Shared, body: &[u8]) -> Answered {
    let ask = ask(body)?;
    let snapshot = shared.catalog.now();
    let enforcer = snapshot.find(&ask.target)?.usable()?;
    let mut violations = shared.registry.lacking(enforcer.manifest(), &ask.parties)?;
    violations.extend(enforcer.enforce(&ask.terms.unwrap_or_default(), ask.lenient).violations);
    Ok(json(200, &Answer::new(enforcer.manifest(), violations)))
}

/// `POST /attest`.
async fn attest(shared: Arc<Shared>, parts: &Parts, host: &str, body: Incoming) -> Answered {
    shared.access.check(text(parts, &header::AUTHORIZATION)?)?;
    if let Some(origin) = text(parts, &header::ORIGIN)?
        && origin != format!("http://{host}")
        && origin != format!("https://{host}")
    {
        return Err(GatewayError::request(403, "a page from elsewhere may not write here"));
    }
    // Of another type or of none, a page from elsewhere could send it without being asked first.
    let kind = text(parts, &header::CONTENT_TYPE)?.and_then(|kind| kind.split(';').next());
    if !kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        return Err(GatewayError::request(415, "the body must be `application/json`"));
    }
    let body = read(parts, body).await?;
    work(shared, move |shared| {
        let ask = ask(&body)?;
        let terms = ask.terms.ok_or_else(|| GatewayError::request(400, "the body has no `terms`"))?;
        let log = shared.log.as_ref().ok_or(GatewayError::NoLog)?;
        let snapshot = shared.catalog.now();
        let entry = snapshot.find(&ask.target)?;
        let enforcer = entry.usable()?;
        let answer = enforcer.enforce(&terms, ask.lenient);
        let line = log.append(
            &entry.target,
            Judged { terms: &terms, enforcer, answer: &answer, lenient: ask.lenient },
            (shared.clock)(),
        )?;
        Ok(respond(200, "application/json", line))
    })
    .await
}

/// `GET /manifests`.
fn manifests(shared: &Shared) -> Response<Body> {
    let snapshot = shared.catalog.now();
    let names: Vec<_> = snapshot.entries().map(|entry| entry.target.as_str()).collect();
    json(200, &json!({ "count": names.len(), "manifests": names }))
}

/// `GET /manifests/<target>`.
fn manifest(shared: &Shared, target: &str) -> Answered {
    let snapshot = shared.catalog.now();
    let manifest = snapshot.find(target)?.usable()?.manifest();
    Ok(respond(200, "application/json", manifest.to_text()))
}

/// `GET /conformance/<target>`.
fn conformance(shared: &Shared, target: &str, from: usize) -> Answered {
    let log = shared.log.as_ref().ok_or(GatewayError::NoLog)?;
    let snapshot = shared.catalog.now();
    let found = snapshot.find(target);
    let name = found.as_ref().map_or(target, |entry| entry.target.as_str());
    let page = log.read(name, from)?;
    // What was attested can still be asked for after its manifest is gone.
    if page.count == 0 {
        found?;
    }
    let told = json!({
        "target": name, "intact": true, "count": page.count, "next": page.next,
        "log": { "length": page.length, "head": page.head },
    });
    let mut text = told.to_string();
    text.truncate(text.len() - 1);
    let entries = page.entries.join(",");
    Ok(respond(200, "application/json", format!("{text},\"entries\":[{entries}]}}")))
}

fn ask(body: &[u8]) -> Result<Ask, GatewayError> {
    let wrong = |reason: String| GatewayError::request(400, reason);
    Tape::read(body, MAX_DEPTH).map_err(|error| match error.kind {
        ErrorKind::Depth => wrong(format!("the body is nested more than {MAX_DEPTH} levels deep")),
        _ => wrong(format!("the body is no acceptable JSON: {error}")),
    })?;
    if let Some(number) = inexact(body) {
        return Err(wrong(format!("the number `{number}` would be read as another; give it as a text")));
    }
    let Mapped::<Ask>(ask) =
        serde_json::from_slice(body).map_err(|error| wrong(super::error::shown(&error.to_string())))?;
    if ask.target.len() > MAX_TARGET {
        return Err(wrong(format!("`target` has more than {MAX_TARGET} bytes")));
    }
    Ok(ask)
}

fn text<'h>(parts: &'h Parts, name: &HeaderName) -> Result<Option<&'h str>, GatewayError> {
    let mut values = parts.headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(one), None) => {
            one.to_str().map(Some).map_err(|_| GatewayError::request(400, format!("`{name}` cannot be read")))
        }
        _ => Err(GatewayError::request(400, format!("`{name}` is given twice"))),
    }
}

/// The body. What is too long is not kept; some of it is still read, for clients look at the answer only when they have sent all.
async fn read(parts: &Parts, mut body: Incoming) -> Result<Vec<u8>, GatewayError> {
    if parts.headers.contains_key(header::CONTENT_ENCODING) {
        return Err(GatewayError::request(415, "bodies are not compressed"));
    }
    let long = || GatewayError::request(413, format!("a body has at most {MAX_BODY} bytes"));
    let told = text(parts, &header::CONTENT_LENGTH)?.map(str::parse::<u64>);
    if told.is_some_and(|told| told.is_ok_and(|told| told > MAX_DISCARDED as u64)) {
        return Err(long());
    }
    let (mut bytes, mut length) = (Vec::new(), 0);
    let collected = tokio::time::timeout(BODY_TIME, async {
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| GatewayError::request(400, "the body is cut off"))?;
            let Ok(data) = frame.into_data() else { continue };
            length += data.len();
            if length <= MAX_BODY {
                bytes.extend_from_slice(&data);
            } else if length > MAX_DISCARDED {
                break;
            }
        }
        Ok::<(), GatewayError>(())
    });
    collected.await.map_err(|_| GatewayError::request(408, "the body took too long"))??;
    if length > MAX_BODY { Err(long()) } else { Ok(bytes) }
}

/// A name in a path.
fn decoded(segment: &str) -> Result<String, GatewayError> {
    let wrong = || GatewayError::request(400, "the name in the path cannot be read");
    let (mut bytes, mut rest) = (Vec::with_capacity(segment.len()), segment.bytes());
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || rest.next().and_then(|own| char::from(own).to_digit(16));
            let (Some(high), Some(low)) = (digit(), digit()) else { return Err(wrong()) };
            bytes.push((high * 16 + low) as u8);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok().filter(|name| name.len() <= MAX_TARGET).ok_or_else(wrong)
}

/// The number in `from=N`.
fn from(query: &str) -> Result<usize, GatewayError> {
    if query.is_empty() {
        return Ok(1);
    }
    let number = query.strip_prefix("from=").and_then(|number| number.parse().ok());
    number.ok_or_else(|| GatewayError::request(400, "the query is not understood; write `from=<number of an entry>`"))
}

fn not_allowed(methods: &'static str) -> Response<Body> {
    let mut response = refusal(&GatewayError::request(405, format!("this is asked with {methods}")));
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(methods));
    response
}

/// A refusal: `{"error":{"code","message","help"}}`, with what the client needs to go on.
fn refusal(error: &GatewayError) -> Response<Body> {
    let mut told =
        json!({ "error": { "code": error.code().as_str(), "message": error.to_string(), "help": error.help() } });
    match error {
        GatewayError::Target { available, .. } => told["available"] = json!(available),
        GatewayError::Broken { line, .. } => {
            told["intact"] = json!(false);
            told["line"] = json!(line);
        }
        // Its text names files of this machine.
        GatewayError::Io { .. } => told["error"]["message"] = Value::from("this gateway cannot use its files"),
        _ => {}
    }
    let status = error.status();
    let mut response = json(status, &told);
    if status == 401 {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Does what waits for the disk on a thread where waiting is allowed.
async fn work(shared: Arc<Shared>, act: impl FnOnce(Arc<Shared>) -> Answered + Send + 'static) -> Answered {
    let own = Arc::clone(&shared);
    let done = tokio::task::spawn_blocking(move || act(own)).await;
    let answered = done.unwrap_or_else(|_| Err(GatewayError::request(500, "this gateway has a defect")));
    answered.inspect_err(|error| {
        if error.status() >= 500 && !matches!(error, GatewayError::NoLog) {
            (shared.notice)(error);
        }
    })
}
