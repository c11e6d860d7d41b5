//! HTTP on loopback or elsewhere, and the limits of what a connection costs.

use crate::host::Host;
use crate::patient::{Heads, Patient};
use crate::socket::converse;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::sync::{Arc, Mutex};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// As many octets of a body as decide that it is too large.
const MAX_BODY: usize = (1 << 20) + 1;
/// Octets of bodies, of all connections, that are not answered yet; small ones have room always.
const MAX_HELD: usize = 256 << 20;
const SMALL: usize = 16_384;
const MAX_HEADER: usize = 16_384;
const MAX_SOCKETS: usize = 4_096;
const HEADER_TIME: Duration = Duration::from_secs(10);
const BODY_TIME: Duration = Duration::from_secs(30);
/// How long a reader may take nothing of what is to be sent.
const READER_TIME: Duration = Duration::from_secs(30);
/// What is still read of a request that was answered before its end, in octets and time.
const MAX_REST: usize = 16 << 20;
const REST_TIME: Duration = Duration::from_secs(2);

/// A host and its test clock.
pub struct Server {
    pub host: Host,
    /// What `x-enc-test-now` said last; 0 before that.
    pub test_now: Option<Arc<AtomicU64>>,
}

/// A place among the connections, held by a request that may become a WebSocket.
type Place = Arc<OwnedSemaphorePermit>;

/// Serves connections for ever.
pub async fn serve(listener: TcpListener, server: Arc<Server>) {
    let router = Router::new().fallback(handle).with_state(server);
    let places = Arc::new(Semaphore::new(MAX_SOCKETS));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of files, most likely; others may close theirs.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        let _ = stream.set_nodelay(true);
        let place: Place = Arc::new(place);
        let heads = Arc::<Mutex<Heads>>::default();
        let service = router.clone().layer(axum::Extension(Arc::clone(&place))).layer(axum::Extension(Arc::clone(&heads)));
        tokio::spawn(async move {
            let mut http = hyper::server::conn::http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIME).max_header_size(MAX_HEADER).max_buf_size(MAX_HEADER);
            let stream = TokioIo::new(Patient::new(stream, heads, READER_TIME));
            let _ = http.serve_connection(stream, TowerToHyperService::new(service)).with_upgrades().await;
            drop(place);
        });
    }
}

/// What is answered when the node itself is at fault; the kernel's own words are in `node/Api`.
fn internal() -> Response {
    let headers = [("content-type", "application/json"), ("cache-control", "no-store"), ("access-control-allow-origin", "*")];
    (StatusCode::INTERNAL_SERVER_ERROR, headers, r#"{"error":"internal","message":"the node cannot answer"}"#).into_response()
}

/// A refusal below the protocol, and the end of the connection.
fn end(status: StatusCode) -> Response {
    (status, [(header::CONNECTION, "close")]).into_response()
}

impl Server {
    fn look_at_clock(&self, headers: &HeaderMap) {
        let Some(clock) = &self.test_now else { return };
        let text = headers.get("x-enc-test-now").and_then(|now| now.to_str().ok()).unwrap_or_default();
        if (1..=16).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit()) {
            clock.store(text.parse().unwrap_or_default(), Ordering::Relaxed);
        }
    }
}

async fn handle(State(server): State<Arc<Server>>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let target = if parts.uri.authority().is_some() { parts.uri.to_string() } else { path_of(&parts).to_owned() };
    if !is_whole(&parts) {
        return end(StatusCode::BAD_REQUEST);
    }
    if parts.headers.contains_key(header::UPGRADE) {
        return upgrade(server, &mut parts, &target).await;
    }
    if parts.headers.get(header::EXPECT).is_some_and(|expected| !expected.as_bytes().eq_ignore_ascii_case(b"100-continue")) {
        return end(StatusCode::EXPECTATION_FAILED);
    }
    server.look_at_clock(&parts.headers);
    let mut stream = body.into_data_stream();
    let mut held = Held::default();
    let bytes = match tokio::time::timeout(BODY_TIME, read(&mut stream, &mut held)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(status)) => return end(status),
        Err(_) => return end(StatusCode::REQUEST_TIMEOUT),
    };
    let cut = bytes.len() == MAX_BODY;
    let mut response = match server.host.handle(parts.method.as_str(), &target, &bytes).await {
        Ok(answer) => {
            let builder = answer.headers.into_iter().fold(Response::builder().status(answer.status), |response, (name, value)| response.header(name, value));
            builder.body(Body::from(answer.body)).unwrap_or_else(|_| internal())
        }
        Err(error) => {
            eprintln!("error: {error}");
            internal()
        }
    };
    // hyper hides a length beside chunks; with what may be such a request a connection ends, so that nothing can hide behind it.
    if cut || parts.headers.contains_key(header::TRANSFER_ENCODING) {
        response.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    }
    if cut {
        tokio::spawn(tokio::time::timeout(REST_TIME, skip(stream)));
    }
    response
}

/// Whether a request came as it was read.
fn is_whole(parts: &Parts) -> bool {
    let Some(heads) = parts.extensions.get::<Arc<Mutex<Heads>>>() else { return false };
    let mut heads = heads.lock().expect("no holder panics");
    let length = parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()).and_then(|length| length.parse().ok());
    let whole = heads.take(length.unwrap_or(0));
    // The last request of the connection: see below, where it is answered.
    if !whole || parts.headers.contains_key(header::TRANSFER_ENCODING) || parts.headers.contains_key(header::UPGRADE) {
        heads.close();
    }
    whole
}

fn path_of(parts: &Parts) -> &str {
    parts.uri.path_and_query().map_or("/", |target| target.as_str())
}

async fn upgrade(server: Arc<Server>, parts: &mut Parts, target: &str) -> Response {
    if target != "/" {
        return end(StatusCode::NOT_FOUND);
    }
    let place = parts.extensions.get::<Place>().cloned();
    match WebSocketUpgrade::from_request_parts(parts, &()).await {
        Ok(upgrade) => upgrade.max_message_size(MAX_BODY).max_frame_size(MAX_BODY).on_upgrade(move |socket| async move {
            converse(&server.host, socket).await;
            drop(place);
        }),
        Err(refused) => {
            let mut response = refused.into_response();
            response.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
            response
        }
    }
}

/// Octets of bodies that are held in memory.
static HELD: AtomicUsize = AtomicUsize::new(0);

/// What one body holds of them.
#[derive(Default)]
struct Held(usize);

impl Held {
    /// Whether there is room for more.
    fn add(&mut self, size: usize) -> bool {
        self.0 += size;
        HELD.fetch_add(size, Ordering::Relaxed) + size <= MAX_HELD || self.0 <= SMALL
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        HELD.fetch_sub(self.0, Ordering::Relaxed);
    }
}

/// A body, or as much of it as decides that it is too large; a status if it broke off, or if there is no room for it.
async fn read(stream: &mut (impl Stream<Item = Result<Bytes, axum::Error>> + Unpin), held: &mut Held) -> Result<Vec<u8>, StatusCode> {
    let mut bytes = Vec::new();
    while let Some(part) = stream.next().await {
        let part = part.map_err(|_| StatusCode::BAD_REQUEST)?;
        if !held.add(part.len()) {
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
        let room = MAX_BODY - bytes.len();
        bytes.extend_from_slice(&part[..part.len().min(room)]);
        if bytes.len() == MAX_BODY {
            break;
        }
    }
    Ok(bytes)
}

/// Reads on for a while: closing a connection that has unread octets takes the answer back.
async fn skip(mut stream: impl Stream<Item = Result<Bytes, axum::Error>> + Unpin) {
    let mut size = 0;
    while let Some(Ok(part)) = stream.next().await {
        size += part.len();
        if size > MAX_REST {
            break;
        }
    }
}
