//! The signers manifest: a `.constraints.md` whose requirements are identities.
//!
//! The body of a block holds one public key, as 64 hex digits or as PEM, and may hold the lines `name: …` and `endpoints: …`.
//! A block that is not active retracts its key, also where another block names it.

use crate::codes;
use crate::model::{Authority, Requirement, Status};
use crate::parse::{Parsed, parse};
use crate::read::Source;
use crate::validate::validate;
use etymon_attest::{AttestError, PublicKey, Signer, Trust};
use etymon_diagnostics::{Diagnostic, Report};

const PEM_BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const PEM_END: &str = "-----END PUBLIC KEY-----";

/// Reads a signers manifest: whom to trust, and warnings.
///
/// # Errors
/// What parse and validate find; `SIGNERS_KEY` for a block without exactly one usable key.
pub fn read_signers(source: &Source) -> Result<(Trust, Report), Report> {
    let parsed = parse(&source.file);
    let mut report = parsed.report.clone();
    report.merge(validate(&parsed));
    let mut signers = Vec::new();
    for (at, requirement) in parsed.document.requirements.iter().enumerate() {
        match signer(requirement) {
            Ok(own) => signers.extend(consented(own, requirement, &parsed, at, &mut report)),
            Err(reason) => {
                let message = format!("`{}` names no signer: {reason}", requirement.id);
                let help = "write one public key under it: 64 hex digits, or a `PUBLIC KEY` PEM; `etymon keys signer NAME` prints a block";
                let origin = parsed.origin(parsed.places.requirements[at].id);
                report.push_error(|| Diagnostic::error(codes::SIGNERS_KEY, message).at(origin).help(help));
            }
        }
    }
    report.sort();
    if report.has_errors() { Err(report) } else { Ok((Trust::new(signers), report)) }
}

/// The signer, unless nobody has agreed to trust them yet. A retraction needs no agreement.
fn consented(
    signer: Signer,
    requirement: &Requirement,
    parsed: &Parsed,
    at: usize,
    report: &mut Report,
) -> Option<Signer> {
    if requirement.authority != Authority::AiSuggestedPending || signer.retracted {
        return Some(signer);
    }
    let message = format!("`{}` is not trusted, because its authority is `AI-suggested-pending`", requirement.id);
    let origin = parsed.origin(parsed.places.requirements[at].id);
    let help = "a person who agrees writes `authority: human-authored`";
    report.push(Diagnostic::warning(codes::SIGNERS_PENDING, message).at(origin).help(help));
    None
}

fn signer(requirement: &Requirement) -> Result<Signer, String> {
    let mut keys = keys(&requirement.body).map_err(|error| error.to_string())?;
    let key = keys.pop().ok_or("there is no public key under it")?;
    if !keys.is_empty() {
        return Err("there are several public keys under it".to_owned());
    }
    let name = line(&requirement.body, "name").unwrap_or(&requirement.id).to_owned();
    let endpoints = stated(&requirement.body, "endpoints");
    let named = endpoints.unwrap_or_default().split(',').map(|own| own.trim().to_owned()).filter(|own| !own.is_empty());
    let named: Vec<String> = named.collect();
    // No endpoint means all of them, which whoever writes the line and names none does not want.
    if endpoints.is_some() && named.is_empty() {
        return Err("its `endpoints` name none; name those it may write to, or leave the line out for all".to_owned());
    }
    Ok(Signer { name, key, retracted: requirement.status != Status::Active, endpoints: named })
}

/// The value of a line `key: value`.
fn line<'b>(body: &'b str, key: &str) -> Option<&'b str> {
    stated(body, key).filter(|value| !value.is_empty())
}

/// The value of a line `key: value`, which may be empty.
fn stated<'b>(body: &'b str, key: &str) -> Option<&'b str> {
    let value = |line: &'b str| line.trim().strip_prefix(key)?.strip_prefix(':').map(str::trim);
    body.lines().find_map(value)
}

/// The keys in a body: PEM blocks, and words of 64 hex digits outside of them.
fn keys(body: &str) -> Result<Vec<PublicKey>, AttestError> {
    let mut keys = Vec::new();
    let mut rest = body;
    while let Some(at) = rest.find(PEM_BEGIN) {
        hex_keys(&rest[..at], &mut keys)?;
        let length = rest[at..].find(PEM_END).ok_or(AttestError::InvalidKey("the PEM has no end"))? + PEM_END.len();
        keys.push(PublicKey::from_text(&rest[at..at + length])?);
        rest = &rest[at + length..];
    }
    hex_keys(rest, &mut keys)?;
    Ok(keys)
}

fn hex_keys(text: &str, keys: &mut Vec<PublicKey>) -> Result<(), AttestError> {
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            keys.push(PublicKey::from_text(word)?);
        }
    }
    Ok(())
}

/// The block of a signers manifest for a key.
pub fn block(id: &str, name: &str, key: &PublicKey) -> String {
    format!(
        "## {id}\ntype: bridge\nauthority: human-authored\nscope: system\nstatus: active\ndepends-on: []\n\nname: {name}\nkey: `{}`\n",
        key.to_hex()
    )
}
