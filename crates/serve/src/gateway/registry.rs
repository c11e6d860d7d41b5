//! Who can bind himself: the registry of parties, and what capacity an instrument's principals lack.

use super::error::{GatewayError, shown};
use super::stamp::Stamp;
use etymon_instrument::enforce::Violation;
use etymon_instrument::manifest::{Manifest, Operator, Scalar};
use etymon_instrument::mapped::Mapped;
use etymon_kernel_rt::json::Tape;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// Longest registry that is read, in bytes.
pub const MAX_REGISTRY: u64 = 64 << 20;

/// What is known of a party. What is left out is false, so that nobody passes for known who was not looked at.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Flags {
    minor: bool,
    interdicted: bool,
    bankrupt: bool,
    kyc: bool,
    aml_sanctioned: bool,
}

type Parties = HashMap<String, Mapped<Flags>>;

/// The registry's file, if there is one, as it was last seen.
pub(super) struct Registry {
    path: Option<PathBuf>,
    current: RwLock<Arc<(Stamp, Result<Parties, String>)>>,
}

const GUARDIANSHIP: &str = "al-Nisa 4:5-6";
const INSOLVENCY: &str = "AAOIFI SS No. 43";
const DUE_DILIGENCE: &str = "FATF Recommendation 10";
const SANCTIONS: &str = "FATF Recommendation 6";

impl Registry {
    /// Reads a registry; without one nobody is known.
    pub(super) fn open(path: Option<PathBuf>) -> Result<Self, GatewayError> {
        let first = match &path {
            None => (Stamp::default(), Ok(Parties::new())),
            Some(path) => (stamp(path)?, Ok(read(path)?.map_err(GatewayError::Registry)?)),
        };
        Ok(Registry { path, current: RwLock::new(Arc::new(first)) })
    }

    /// Reads it anew if it changed. One that cannot be used any more lets nobody pass.
    pub(super) fn refresh(&self) -> Result<(), GatewayError> {
        let Some(path) = &self.path else { return Ok(()) };
        let seen = stamp(path).unwrap_or_default();
        if self.now().0 == seen {
            return Ok(());
        }
        let read = read(path).unwrap_or_else(|error| Err(error.to_string()));
        let told = read.as_ref().map(drop).map_err(|reason| GatewayError::Registry(reason.clone()));
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new((seen, read));
        told
    }

    fn now(&self) -> Arc<(Stamp, Result<Parties, String>)> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What capacity the principals of an instrument lack.
    pub(super) fn lacking<'m>(
        &self,
        manifest: &'m Manifest,
        parties: &BTreeMap<String, String>,
    ) -> Result<Vec<Violation<'m>>, GatewayError> {
        let now = self.now();
        let known = now.1.as_ref().map_err(|reason| GatewayError::Registry(reason.clone()))?;
        let given = || parties.keys().map(String::as_str).collect();
        let bound = manifest.bound().unwrap_or_else(given);
        let mut lacking = Vec::new();
        if bound.is_empty() {
            let expected = Scalar::Text("a registered party".to_owned());
            lacking.push(violation("AHL-UNKNOWN", "parties".to_owned(), expected, Value::Null, DUE_DILIGENCE));
        }
        for role in bound {
            let named = parties.get(role);
            match named.and_then(|party| known.get(party)) {
                None => {
                    let got = named.map_or(Value::Null, |party| Value::from(party.as_str()));
                    let expected = Scalar::Text("a registered party".to_owned());
                    lacking.push(violation("AHL-UNKNOWN", format!("parties.{role}"), expected, got, DUE_DILIGENCE));
                }
                Some(Mapped(flags)) => lacking.extend(of_flags(role, *flags)),
            }
        }
        Ok(lacking)
    }
}

fn of_flags<'m>(role: &str, flags: Flags) -> impl Iterator<Item = Violation<'m>> {
    let Flags { minor, interdicted, bankrupt, kyc, aml_sanctioned } = flags;
    let wanted = [
        ("AHL-MINOR", "minor", minor, false, GUARDIANSHIP),
        ("AHL-SAFIH", "interdicted", interdicted, false, GUARDIANSHIP),
        ("AHL-TAFLIS", "bankrupt", bankrupt, false, INSOLVENCY),
        ("AHL-KYC", "kyc", kyc, true, DUE_DILIGENCE),
        ("AHL-AML", "aml_sanctioned", aml_sanctioned, false, SANCTIONS),
    ];
    let role = role.to_owned();
    wanted.into_iter().filter(|(_, _, got, expected, _)| got != expected).map(
        move |(code, flag, got, expected, citation)| {
            violation(code, format!("parties.{role}.{flag}"), Scalar::Bool(expected), Value::Bool(got), citation)
        },
    )
}

fn violation<'m>(code: &'m str, field: String, expected: Scalar, got: Value, citation: &'m str) -> Violation<'m> {
    Violation { code, field: Cow::Owned(field), op: Operator::Eq, expected, got, citation }
}

fn stamp(path: &Path) -> Result<Stamp, GatewayError> {
    fs::metadata(path).map(|own| Stamp::of(&own)).map_err(GatewayError::io(path.display()))
}

fn read(path: &Path) -> Result<Result<Parties, String>, GatewayError> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(GatewayError::io(path.display()))?;
    file.take(MAX_REGISTRY + 1).read_to_end(&mut bytes).map_err(GatewayError::io(path.display()))?;
    if bytes.len() as u64 > MAX_REGISTRY {
        return Ok(Err(format!("it has more than {MAX_REGISTRY} bytes")));
    }
    let strict = Tape::read(&bytes, 8).map_err(|error| error.to_string());
    Ok(strict.and_then(|_| serde_json::from_slice(&bytes).map_err(|error| shown(&error.to_string()))))
}
