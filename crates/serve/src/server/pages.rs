//! The pages: static files inside the program, plain modules, nothing from elsewhere.

use super::body::{Body, respond};
use crate::WireError;
use hyper::{Response, header};

const FILES: [(&str, &str, &[u8]); 6] = [
    ("", "text/html; charset=utf-8", include_bytes!("../../pages/index.html")),
    ("app.js", "text/javascript; charset=utf-8", include_bytes!("../../pages/app.js")),
    ("dom.js", "text/javascript; charset=utf-8", include_bytes!("../../pages/dom.js")),
    ("run.js", "text/javascript; charset=utf-8", include_bytes!("../../pages/run.js")),
    ("style.css", "text/css; charset=utf-8", include_bytes!("../../pages/style.css")),
    ("icon.svg", "image/svg+xml", include_bytes!("../../pages/icon.svg")),
];

/// `GET /`: leads to the pages.
pub(super) fn home() -> Response<Body> {
    let mut response = respond(302, "text/plain; charset=utf-8", &b"see /ui/\n"[..]);
    response.headers_mut().insert(header::LOCATION, header::HeaderValue::from_static("/ui/"));
    response
}

/// `GET /ui/<path>`.
pub(super) fn page(path: &str) -> Result<Response<Body>, WireError> {
    let found = FILES.iter().find(|(name, _, _)| *name == path);
    let absent = || WireError::Request { status: 404, reason: "there is no such page".to_owned() };
    found.map(|(_, kind, bytes)| respond(200, kind, *bytes)).ok_or_else(absent)
}
