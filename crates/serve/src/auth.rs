//! Signed requests: who may write, to what, and once only.
//!
//! A signature covers method, path, host, body hash, date, a nonce, and the session of the server that it is for. A session is drawn anew
//! whenever a server starts, so that what was sent to it before counts no more, although nothing of it was kept.

use crate::{WireError, codes};
use etymon_attest::{SigningKey, Trust, decode, encode, pre_authentication_encoding};
use etymon_diagnostics::Code;
use etymon_spec::canonical;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// Media type of what is signed.
pub const REQUEST_TYPE: &str = "application/vnd.etymon.request+json";
/// The scheme in the `Authorization` header.
pub const SCHEME: &str = "Etymon-Ed25519";
/// How far a date may be from the server's clock, in seconds.
pub const WINDOW: u64 = 300;
/// Nonces that a server remembers at most. Beyond it, writes wait until the first of them run out.
pub const MAX_NONCES: usize = 65_536;
/// Bytes of a nonce and of a session.
const RANDOM: usize = 16;

/// What a signature covers: everything that makes a request that request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Request<'r> {
    /// The `Host` that it goes to.
    pub authority: &'r str,
    /// SHA-256 of the body, in lower-case hex.
    pub body: &'r str,
    /// When: ISO 8601, UTC, to the second.
    pub date: &'r str,
    /// `POST`.
    pub method: &'r str,
    /// 32 hex digits that this key never used before.
    pub nonce: &'r str,
    /// The path, with the query.
    pub path: &'r str,
    /// What the server's capabilities call its session.
    pub session: &'r str,
}

impl Request<'_> {
    fn signed(&self) -> Vec<u8> {
        // Texts always have a canonical form.
        let text = canonical::to_string(self).unwrap_or_default();
        pre_authentication_encoding(REQUEST_TYPE, text.as_bytes())
    }

    /// The `Authorization` header.
    pub fn authorize(&self, key: &SigningKey) -> String {
        let signature = encode(&key.sign(&self.signed()));
        let Request { body, date, nonce, session, .. } = self;
        let id = key.public().key_id();
        format!(
            "{SCHEME} keyId=\"{id}\", date=\"{date}\", nonce=\"{nonce}\", session=\"{session}\", body=\"{body}\", signature=\"{signature}\""
        )
    }
}

/// 16 random bytes in lower-case hex, for nonces and sessions.
///
/// # Errors
/// When the system gives no randomness.
pub fn random() -> Result<String, WireError> {
    let mut bytes = [0; RANDOM];
    let failed =
        |error: getrandom::Error| WireError::Request { status: 500, reason: format!("no randomness: {error}") };
    getrandom::fill(&mut bytes).map_err(failed)?;
    Ok(hex::encode(bytes))
}

/// Whether a text may be the session of a server.
pub fn is_session(text: &str) -> bool {
    is_hex(text, RANDOM)
}

/// A date as requests carry it.
pub fn date(now: SystemTime) -> String {
    humantime::format_rfc3339_seconds(now).to_string()
}

/// The fields of an `Authorization` header, in their only order.
struct Fields<'h> {
    key_id: &'h str,
    date: &'h str,
    nonce: &'h str,
    session: &'h str,
    body: &'h str,
    signature: &'h str,
}

fn fields(header: &str) -> Option<Fields<'_>> {
    let mut rest = header.strip_prefix(SCHEME)?.strip_prefix(' ')?;
    let mut values = [""; 6];
    for (at, name) in ["keyId", "date", "nonce", "session", "body", "signature"].into_iter().enumerate() {
        if at > 0 {
            rest = rest.strip_prefix(", ")?;
        }
        let (value, after) = rest.strip_prefix(name)?.strip_prefix("=\"")?.split_once('"')?;
        values[at] = value;
        rest = after;
    }
    let [key_id, date, nonce, session, body, signature] = values;
    rest.is_empty().then_some(Fields { key_id, date, nonce, session, body, signature })
}

/// A request as a server sees it before it has read the body.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'r> {
    /// The method.
    pub method: &'r str,
    /// The path, with the query.
    pub path: &'r str,
    /// The `Host`.
    pub authority: &'r str,
    /// The `Authorization` header, if there is one.
    pub header: Option<&'r str>,
}

/// A request whose signature counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// Who signed.
    pub signer: String,
    /// Their key.
    pub key_id: String,
    /// The SHA-256 that the body must have, in lower-case hex.
    pub body: String,
}

/// Decides on writes.
#[derive(Debug)]
pub struct Gate {
    trust: Trust,
    session: String,
    /// Key and nonce of what was granted, and the second after which its date is too old anyway.
    used: Mutex<BTreeMap<(String, String), u64>>,
}

fn denied(code: Code, reason: impl Into<String>) -> WireError {
    WireError::Auth { code, reason: reason.into() }
}

impl Gate {
    /// A gate with a session of its own.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn new(trust: Trust) -> Result<Self, WireError> {
        Ok(Self { trust, session: random()?, used: Mutex::default() })
    }

    /// The session, which every signature must name.
    pub fn session(&self) -> &str {
        &self.session
    }

    /// Grants a request, once. All but the body is decided before the body is read.
    ///
    /// # Errors
    /// One of the `AUTH_` codes.
    pub fn grant(&self, request: &Incoming<'_>, now: SystemTime) -> Result<Granted, WireError> {
        let header = request.header.ok_or_else(|| denied(codes::AUTH_MISSING, "writes must be signed"))?;
        let own = fields(header)
            .filter(|own| is_hex(own.nonce, RANDOM) && is_hex(own.body, 32))
            .ok_or_else(|| denied(codes::AUTH_MALFORMED, "the authorization cannot be read"))?;
        let signer = self.trust.by_id(own.key_id).map_err(|own| denied(codes::AUTH_KEY, own.to_string()))?;
        if own.session != self.session {
            return Err(denied(codes::AUTH_SESSION, "the request was signed for another session of this server"));
        }
        let now = seconds(now);
        let date = humantime::parse_rfc3339(own.date).ok().map(seconds);
        let date = date.ok_or_else(|| denied(codes::AUTH_MALFORMED, "the date cannot be read"))?;
        if date.abs_diff(now) > WINDOW {
            let reason =
                format!("the request is dated `{}`, more than {WINDOW} seconds from this server's clock", own.date);
            return Err(denied(codes::AUTH_DATE, reason));
        }
        let signed = Request {
            authority: request.authority,
            body: own.body,
            date: own.date,
            method: request.method,
            nonce: own.nonce,
            path: request.path,
            session: own.session,
        };
        let signature = decode(own.signature).map_err(|own| denied(codes::AUTH_MALFORMED, own.to_string()))?;
        let verified = signer.key.verify(&signed.signed(), &signature);
        verified.map_err(|_| denied(codes::AUTH_SIGNATURE, "the signature does not belong to this request"))?;
        let endpoint = request.path.split('?').next().unwrap_or_default();
        if !signer.endpoints.is_empty() && !signer.endpoints.iter().any(|own| own == endpoint) {
            return Err(denied(codes::AUTH_SCOPE, format!("`{}` may not write to `{endpoint}`", signer.name)));
        }
        self.spend((own.key_id.to_owned(), own.nonce.to_owned()), date + WINDOW, now)?;
        Ok(Granted { signer: signer.name.clone(), key_id: own.key_id.to_owned(), body: own.body.to_owned() })
    }

    /// Uses a nonce up. Only signed requests come this far, so nobody else can fill the memory.
    fn spend(&self, nonce: (String, String), expires: u64, now: u64) -> Result<(), WireError> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.contains_key(&nonce) {
            return Err(denied(codes::AUTH_REPLAY, "the request was received before"));
        }
        if used.len() >= MAX_NONCES {
            used.retain(|_, expires| *expires >= now);
            if used.len() >= MAX_NONCES {
                return Err(WireError::Request {
                    status: 503,
                    reason: "too many writes within five minutes".to_owned(),
                });
            }
        }
        used.insert(nonce, expires);
        Ok(())
    }
}

fn is_hex(text: &str, bytes: usize) -> bool {
    text.len() == bytes * 2 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use etymon_attest::Signer;

    const NOW: u64 = 1_800_000_000;

    fn at(second: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(second)
    }

    fn gate(endpoints: &[&str]) -> Gate {
        let endpoints = endpoints.iter().map(|own| (*own).to_owned()).collect();
        let key = SigningKey::from_seed(&[1; 32]).public();
        Gate::new(Trust::new(vec![Signer { name: "ci".to_owned(), key, retracted: false, endpoints }])).expect("a gate")
    }

    /// What comes of a request that differs from the signed one in what `change` does.
    fn outcome(gate: &Gate, seed: u8, change: impl FnOnce(&mut Incoming<'_>, &mut String, &mut u64)) -> &'static str {
        let (body, date, nonce) = ("ab".repeat(32), date(at(NOW)), "0".repeat(32));
        let session = gate.session().to_owned();
        let signed = Request {
            authority: "127.0.0.1:7474",
            body: &body,
            date: &date,
            method: "POST",
            nonce: &nonce,
            path: "/repo/refs",
            session: &session,
        };
        let mut header = signed.authorize(&SigningKey::from_seed(&[seed; 32]));
        let mut incoming =
            Incoming { method: "POST", path: "/repo/refs", authority: "127.0.0.1:7474", header: Some("") };
        let mut now = NOW;
        change(&mut incoming, &mut header, &mut now);
        incoming.header = incoming.header.map(|_| header.as_str());
        match gate.grant(&incoming, at(now)) {
            Ok(_) => "granted",
            Err(error) => error.code().as_str(),
        }
    }

    #[test]
    fn a_signature_counts_once() {
        let gate = gate(&[]);
        assert_eq!(outcome(&gate, 1, |_, _, _| {}), "granted");
        assert_eq!(outcome(&gate, 1, |_, _, _| {}), "AUTH_REPLAY");
    }

    #[test]
    fn every_part_of_a_request_is_covered() {
        let gate = gate(&[]);
        assert_eq!(outcome(&gate, 1, |own, _, _| own.header = None), "AUTH_MISSING");
        assert_eq!(outcome(&gate, 2, |_, _, _| {}), "AUTH_KEY");
        assert_eq!(outcome(&gate, 1, |own, _, _| own.method = "PUT"), "AUTH_SIGNATURE");
        assert_eq!(outcome(&gate, 1, |own, _, _| own.path = "/repo/objects"), "AUTH_SIGNATURE");
        assert_eq!(outcome(&gate, 1, |own, _, _| own.path = "/repo/refs?x"), "AUTH_SIGNATURE");
        assert_eq!(outcome(&gate, 1, |own, _, _| own.authority = "other:7474"), "AUTH_SIGNATURE");
        assert_eq!(outcome(&gate, 1, |_, header, _| *header = header.replace("abab", "abac")), "AUTH_SIGNATURE");
        assert_eq!(outcome(&gate, 1, |_, header, _| *header = header.replace("\"000", "\"100")), "AUTH_SIGNATURE");
        assert_eq!(outcome(&gate, 1, |_, header, _| header.push(' ')), "AUTH_MALFORMED");
        assert_eq!(outcome(&gate, 1, |_, header, _| *header = header.to_lowercase()), "AUTH_MALFORMED");
        assert_eq!(outcome(&gate, 1, |_, header, _| *header = header.replace("=\"", "=")), "AUTH_MALFORMED");
        assert_eq!(outcome(&gate, 1, |_, _, now| *now += WINDOW + 1), "AUTH_DATE");
        assert_eq!(outcome(&gate, 1, |_, _, now| *now -= WINDOW + 1), "AUTH_DATE");
        assert_eq!(outcome(&gate, 1, |_, _, _| {}), "granted", "what was refused spends no nonce");
    }

    #[test]
    fn another_session_refuses() {
        let (one, two) = (gate(&[]), gate(&[]));
        let session = two.session().to_owned();
        let moved = |_: &mut Incoming<'_>, header: &mut String, _: &mut u64| {
            *header = header.replace(one.session(), &session);
        };
        assert_eq!(outcome(&one, 1, moved), "AUTH_SESSION");
    }

    #[test]
    fn endpoints_are_those_of_the_signers_manifest() {
        assert_eq!(outcome(&gate(&["/repo/objects"]), 1, |_, _, _| {}), "AUTH_SCOPE");
        assert_eq!(outcome(&gate(&["/repo/objects", "/repo/refs"]), 1, |_, _, _| {}), "granted");
    }
}
