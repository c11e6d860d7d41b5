//! Objects and refs over HTTP.

use super::Shared;
use super::body::{Body, json, respond};
use crate::auth::WINDOW;
use crate::frame::{HEADER, MAX_BODY, MAX_OBJECT, frames, push};
use crate::object::Content;
use crate::{FRAMES_TYPE, Kind, Listed, Move, PROTOCOL, RefName, WireError};
use etymon_spec::canonical;
use etymon_store::Digest;
use hyper::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Hashes that one request may name.
pub const MAX_WANTED: usize = 64;
/// Objects on one page of a listing, and entries of a history.
const PAGE: usize = 1000;

/// The body of `POST /repo/refs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefUpdate {
    /// The ref: a head.
    pub name: RefName,
    /// Where the client saw it; nothing if it was not there.
    pub old: Option<Digest>,
    /// Where it should go.
    pub new: Digest,
}

fn wrong(reason: impl Into<String>) -> WireError {
    WireError::Request { status: 400, reason: reason.into() }
}

/// What this server can do.
pub(super) fn capabilities(shared: &Shared) -> Value {
    let key = shared.config.public_key.as_ref();
    json!({
        "protocol": PROTOCOL,
        "name": "etymon",
        "version": env!("CARGO_PKG_VERSION"),
        "publicKey": key.map(etymon_attest::PublicKey::to_hex),
        "keyId": key.map(etymon_attest::PublicKey::key_id),
        "auth": if shared.gate.is_some() { crate::auth::SCHEME } else { "none" },
        "session": shared.session,
        "derive": shared.config.engine.is_some(),
        "objects": Kind::ALL.map(Kind::name),
        "limits": { "object": MAX_OBJECT, "body": MAX_BODY, "wanted": MAX_WANTED, "window": WINDOW },
    })
}

/// `GET /repo/refs`: the heads.
pub(super) fn refs(shared: &Shared) -> Result<Response<Body>, WireError> {
    let mut refs = shared.repository.refs()?;
    refs.retain(|name, _| name.is_head());
    Ok(json(200, &json!({ "refs": refs })))
}

/// `GET /repo/objects`: a listing of what the heads lead to, or `?want=` frames, or `?lacks=` those that are not there.
pub(super) fn objects(shared: &Shared, query: &str) -> Result<Response<Body>, WireError> {
    match query.split_once('=') {
        None if query.is_empty() => listing(shared, None),
        Some(("after", after)) => listing(shared, Some(digest(after)?)),
        Some(("want", list)) => wanted(shared, &digests(list)?),
        Some(("lacks", list)) => Ok(json(200, &json!({ "missing": shared.repository.missing(&digests(list)?)? }))),
        _ => Err(wrong("the query must be `after=`, `want=` or `lacks=`")),
    }
}

fn digest(text: &str) -> Result<Digest, WireError> {
    text.parse().map_err(|own: etymon_store::NotADigest| wrong(own.to_string()))
}

fn digests(list: &str) -> Result<Vec<Digest>, WireError> {
    let all: Vec<&str> = list.split(',').take(MAX_WANTED + 1).collect();
    if all.len() > MAX_WANTED {
        return Err(wrong(format!("more than {MAX_WANTED} hashes at once")));
    }
    all.into_iter().map(digest).collect()
}

fn listing(shared: &Shared, after: Option<Digest>) -> Result<Response<Body>, WireError> {
    let refs = shared.repository.refs()?;
    let heads: Vec<Digest> = refs.into_iter().filter(|(name, _)| name.is_head()).map(|(_, value)| value).collect();
    let mut objects = shared.repository.closure(&heads)?.objects;
    objects.sort();
    objects.retain(|own| after.is_none_or(|after| own.digest > after));
    let next = objects.get(PAGE - 1).filter(|_| objects.len() > PAGE).map(|own| own.digest);
    let row = |own: &Listed| json!({ "hash": own.digest, "type": own.kind, "bytes": own.bytes });
    let rows: Vec<Value> = objects.iter().take(PAGE).map(row).collect();
    Ok(json(200, &json!({ "objects": rows, "next": next })))
}

/// As many of the wanted objects as one answer holds, at least one; the client asks again for the rest.
fn wanted(shared: &Shared, digests: &[Digest]) -> Result<Response<Body>, WireError> {
    let mut out = Vec::new();
    for digest in digests {
        let (object, bytes) = shared.repository.object(digest)?;
        if !out.is_empty() && out.len() + HEADER + bytes.len() > MAX_BODY {
            break;
        }
        push(&mut out, object.kind(), &bytes);
    }
    Ok(respond(200, FRAMES_TYPE, out))
}

/// `GET /repo/objects/<hash>`: the object's own bytes.
pub(super) fn object(shared: &Shared, hash: &str) -> Result<Response<Body>, WireError> {
    let (object, bytes) = shared.repository.object(&digest(hash)?)?;
    let kind = match object.content {
        Content::ConstraintSet(_) => "text/plain; charset=utf-8",
        Content::Composition(_) | Content::Materialization(_) => "application/json",
    };
    Ok(respond(200, kind, bytes))
}

/// Most that a history tells of results, in bytes.
const MAX_HISTORY: usize = 4 << 20;

/// `GET /repo/history/<name>`: what a head has been, the latest first; `next` is where it was cut off, if it was.
pub(super) fn history(shared: &Shared, name: &str) -> Result<Response<Body>, WireError> {
    let name = RefName::head(name)?;
    let head = shared.repository.read_ref(&name)?.ok_or_else(|| WireError::RefNotFound(name.to_string()))?;
    let mut rows = Vec::new();
    let (mut told, mut next) = (0, None);
    for (digest, own) in shared.repository.history(head, PAGE + 1)? {
        if rows.len() == PAGE || told > MAX_HISTORY {
            next = Some(digest);
            break;
        }
        let mut made = Vec::new();
        for digest in &own.materializations {
            if let Content::Materialization(own) = shared.repository.object(digest)?.0.content {
                // Whoever wants what is left out asks for the object.
                let fits = told <= MAX_HISTORY;
                let results = if fits { json!(own.verification.requirements) } else { json!([]) };
                let row = json!({
                    "hash": digest,
                    "provenance": own.provenance,
                    "keyId": own.signature.key_id,
                    "results": results,
                    "cut": !fits,
                });
                told += row.to_string().len();
                made.push(row);
            }
        }
        rows.push(json!({
            "composition": digest,
            "constraintSet": own.constraint_set,
            "imports": own.imports,
            "materializations": made,
        }));
    }
    Ok(json(200, &json!({ "name": name, "history": rows, "next": next })))
}

/// `POST /repo/objects`: frames.
pub(super) fn receive(shared: &Shared, body: &[u8]) -> Result<Response<Body>, WireError> {
    let frames: Vec<_> = frames(body).collect::<Result<_, _>>()?;
    let recorded = shared.repository.receive(&frames)?;
    let (written, present) = (recorded.written + recorded.repaired, recorded.present);
    Ok(json(200, &json!({ "written": written, "present": present })))
}

/// `POST /repo/refs`: moves a head.
pub(super) fn update(shared: &Shared, body: &[u8]) -> Result<Response<Body>, WireError> {
    let update: RefUpdate = canonical::from_slice(body).map_err(|own| wrong(own.message))?;
    if !update.name.is_head() {
        return Err(wrong("only heads can be moved here"));
    }
    shared.repository.update_ref(&update.name, update.old, update.new, Move::Forward)?;
    Ok(json(200, &json!({ "name": update.name, "value": update.new })))
}
