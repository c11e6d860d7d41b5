use crate::WireError;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use hyper::{Response, StatusCode, header};
use serde::Serialize;
use serde_json::json;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// The body of an answer.
pub(crate) enum Body {
    /// All of it.
    Whole(Option<Bytes>),
    /// What comes.
    Stream(mpsc::Receiver<Bytes>),
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut *self {
            Body::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Body::Stream(receiver) => receiver.poll_recv(cx).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Body::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Body::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Body::Stream(_) => SizeHint::default(),
        }
    }
}

/// An answer of that status, type and body. Every answer says how browsers are to treat it.
pub(crate) fn respond(status: u16, kind: &'static str, body: impl Into<Bytes>) -> Response<Body> {
    let body = body.into();
    finish(status, kind, Body::Whole(Some(body).filter(|body| !body.is_empty())))
}

pub(super) fn finish(status: u16, kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let mut set = |name, value| headers.insert(name, header::HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, kind);
    set(header::CACHE_CONTROL, "no-store");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(header::X_FRAME_OPTIONS, "DENY");
    // No inline code, nothing from elsewhere, no forms, no frames.
    set(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    );
    response
}

/// An answer in JSON.
pub(crate) fn json(status: u16, value: &impl Serialize) -> Response<Body> {
    // Values of this crate always have a text.
    respond(status, "application/json", serde_json::to_vec(value).unwrap_or_default())
}

/// A refusal: `{"error":{"code","message","help"}}`, with what the client needs to go on.
pub(super) fn refusal(error: &WireError) -> Response<Body> {
    let mut told = json!({ "code": error.code().as_str(), "message": error.to_string(), "help": error.help() });
    match error {
        // Their text names files of this machine.
        WireError::Store(_) => {
            told["message"] = json!("the store of this server cannot be used");
            told["help"] = json!("tell the server's owner, who sees more with `etymon store fsck`");
        }
        WireError::Missing(digests) => told["missing"] = json!(digests.iter().take(1000).collect::<Vec<_>>()),
        WireError::Stale { found, .. } => told["current"] = json!(found),
        WireError::History { old, .. } => told["current"] = json!(old),
        _ => {}
    }
    let status = error.status();
    let mut response = json(status, &json!({ "error": told }));
    let headers = response.headers_mut();
    if status == 401 {
        headers.insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static(crate::auth::SCHEME));
    }
    if status == 503 {
        headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
    }
    response
}
