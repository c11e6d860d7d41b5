//! Which request goes where, and what all of them must fulfil.

use super::body::{Body, json, refusal};
use super::{BODY_TIME, Shared, derive, exchange, pages};
use crate::auth::{Granted, Incoming};
use crate::frame::MAX_BODY;
use crate::{WireError, codes};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming as IncomingBody;
use hyper::header::{self, HeaderMap, HeaderName};
use hyper::{Method, Request, Response};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;

/// A request without its body.
pub(super) struct Head {
    pub method: Method,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    /// The `Host`, which is one of this server's.
    pub authority: String,
}

/// Answers a request.
pub(super) async fn answer(shared: Arc<Shared>, local: SocketAddr, request: Request<IncomingBody>) -> Response<Body> {
    let head_only = request.method() == Method::HEAD;
    let answer = match dispatch(shared, local, request).await {
        Ok(response) => response,
        Err(error) => refusal(&error),
    };
    if head_only { answer.map(|_| Body::Whole(None)) } else { answer }
}

fn wrong(status: u16, reason: impl Into<String>) -> WireError {
    WireError::Request { status, reason: reason.into() }
}

async fn dispatch(
    shared: Arc<Shared>,
    local: SocketAddr,
    request: Request<IncomingBody>,
) -> Result<Response<Body>, WireError> {
    let (parts, body) = request.into_parts();
    let authority = host_of(&parts.headers, &shared.config.hosts, local)?;
    if parts.uri.authority().is_some() {
        return Err(wrong(400, "this server is no proxy; ask for a path"));
    }
    let head = Head {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        authority,
    };
    let segments: Vec<&str> = head.path.split('/').skip(1).collect();
    let read = matches!(head.method, Method::GET | Method::HEAD);
    match (read, segments.as_slice()) {
        (true, [""]) => Ok(pages::home()),
        (true, ["ui", rest @ ..]) => pages::page(&rest.join("/")),
        (true, ["capabilities"]) => Ok(json(200, &exchange::capabilities(&shared))),
        (true, ["repo", "refs"]) => work(shared, |shared| exchange::refs(&shared)).await,
        (true, ["repo", "objects"]) => work(shared, move |shared| exchange::objects(&shared, &head.query)).await,
        (true, ["repo", "objects", hash]) => {
            let hash = (*hash).to_owned();
            work(shared, move |shared| exchange::object(&shared, &hash)).await
        }
        (true, ["repo", "history", name]) => {
            let name = (*name).to_owned();
            work(shared, move |shared| exchange::history(&shared, &name)).await
        }
        (true, ["runs"]) => Ok(derive::runs(&shared)),
        (true, ["runs", id, "events"]) => derive::events(&shared, id, &head),
        (false, ["repo", "objects"]) => {
            let (body, _) = write(&shared, &head, crate::FRAMES_TYPE, body).await?;
            work(shared, move |shared| exchange::receive(&shared, &body)).await
        }
        (false, ["repo", "refs"]) => {
            let (body, _) = write(&shared, &head, "application/json", body).await?;
            work(shared, move |shared| exchange::update(&shared, &body)).await
        }
        (false, ["derive"]) => {
            let (body, _) = write(&shared, &head, "application/json", body).await?;
            work(shared, move |shared| derive::start(&shared, &body)).await
        }
        (false, ["" | "ui" | "capabilities" | "runs", ..] | ["repo", "history", ..] | ["repo", "objects", _]) => {
            Err(wrong(405, "this can only be read"))
        }
        (true, ["derive"]) => Err(wrong(405, "ask for a derivation with `POST`")),
        _ => Err(wrong(404, "there is nothing at this path")),
    }
}

/// The `Host`, if it is one of this server's. A page from elsewhere, whose name was made to lead here, sends its own.
pub(crate) fn host_of(headers: &HeaderMap, hosts: &[String], local: SocketAddr) -> Result<String, WireError> {
    let mut values = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (values.next(), values.next()) else {
        return Err(wrong(400, "one `Host` header is needed"));
    };
    let host = host.to_str().map_err(|_| wrong(400, "the `Host` header cannot be read"))?.to_ascii_lowercase();
    let port = local.port();
    // Port 80 is left out by those who ask for it.
    let with_port = if has_port(&host) { host.clone() } else { format!("{host}:80") };
    let own = with_port == SocketAddr::new(local.ip().to_canonical(), port).to_string();
    let loopback = local.ip().to_canonical().is_loopback() && with_port == format!("localhost:{port}");
    if own || loopback || hosts.contains(&host) {
        return Ok(host);
    }
    Err(wrong(421, format!("`{}` is no name of this server", host.chars().take(80).collect::<String>())))
}

fn has_port(host: &str) -> bool {
    host.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
}

/// Lets a write through: its origin, type, length and signature, before its body is read; then its body.
async fn write(
    shared: &Shared,
    head: &Head,
    kind: &str,
    body: IncomingBody,
) -> Result<(Bytes, Option<Granted>), WireError> {
    if head.method != Method::POST {
        return Err(wrong(405, "this is written with `POST`"));
    }
    if let Some(origin) = text(head, &header::ORIGIN)?
        && origin != format!("http://{}", head.authority)
        && origin != format!("https://{}", head.authority)
    {
        return Err(wrong(403, "a page from elsewhere may not write here"));
    }
    // Of another type, a page from elsewhere could send it without being asked first.
    if text(head, &header::CONTENT_TYPE)? != Some(kind) {
        return Err(wrong(415, format!("the body must be `{kind}`")));
    }
    if head.headers.contains_key(header::CONTENT_ENCODING) {
        return Err(wrong(415, "bodies are not compressed"));
    }
    let length = text(head, &header::CONTENT_LENGTH)?.and_then(|length| length.parse::<usize>().ok());
    let length = length.ok_or_else(|| wrong(411, "the length of the body must be told"))?;
    if length > MAX_BODY {
        return Err(WireError::Limit { what: "bytes in a body", max: MAX_BODY });
    }
    let target = if head.query.is_empty() { head.path.clone() } else { format!("{}?{}", head.path, head.query) };
    let granted = match &shared.gate {
        None => None,
        Some(gate) => {
            let header = text(head, &header::AUTHORIZATION)?;
            let incoming = Incoming { method: head.method.as_str(), path: &target, authority: &head.authority, header };
            Some(gate.grant(&incoming, SystemTime::now())?)
        }
    };
    let bytes = read(shared, length, body).await?;
    if let Some(granted) = &granted
        && etymon_store::Digest::of(&bytes).to_string() != granted.body
    {
        let reason = "the body is not the one that was signed".to_owned();
        return Err(WireError::Auth { code: codes::AUTH_BODY, reason });
    }
    Ok((bytes, granted))
}

fn text<'h>(head: &'h Head, name: &HeaderName) -> Result<Option<&'h str>, WireError> {
    let mut values = head.headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(one), None) => one.to_str().map(Some).map_err(|_| wrong(400, format!("`{name}` cannot be read"))),
        _ => Err(wrong(400, format!("`{name}` is given twice"))),
    }
}

/// The body, within a share of the memory that all bodies have together.
async fn read(shared: &Shared, length: usize, body: IncomingBody) -> Result<Bytes, WireError> {
    let share = u32::try_from(length.div_ceil(1024)).unwrap_or(u32::MAX);
    let busy = || wrong(503, "too much is being sent at once");
    let _memory = shared.memory.try_acquire_many(share).map_err(|_| busy())?;
    let collected = tokio::time::timeout(BODY_TIME, Limited::new(body, length).collect()).await;
    let collected = collected.map_err(|_| wrong(408, "the body took too long"))?;
    let bytes = collected.map_err(|_| wrong(400, "the body is cut off"))?.to_bytes();
    if bytes.len() == length { Ok(bytes) } else { Err(wrong(400, "the body is not as long as was told")) }
}

/// Does what waits for the disk on a thread where waiting is allowed.
async fn work(
    shared: Arc<Shared>,
    act: impl FnOnce(Arc<Shared>) -> Result<Response<Body>, WireError> + Send + 'static,
) -> Result<Response<Body>, WireError> {
    let done = tokio::task::spawn_blocking(move || act(shared)).await;
    done.unwrap_or_else(|_| Err(wrong(500, "this server has a defect; its owner sees more")))
}
