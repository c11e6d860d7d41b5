use crate::{AttestError, Envelope, Signer, SigningKey, Trust};
use etymon_spec::canonical;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Media type of in-toto statements in envelopes.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// The version of statements (in-toto Attestation Framework, Statement v1).
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";

/// An in-toto statement: a predicate about artifacts that are known by their digests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement<P> {
    /// [`STATEMENT_TYPE`].
    #[serde(rename = "_type")]
    pub kind: String,
    /// The artifacts, sorted by name.
    pub subject: Vec<Subject>,
    /// What kind of predicate it is.
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    /// The predicate.
    pub predicate: P,
}

/// An artifact of a statement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Its path.
    pub name: String,
    /// Its digests.
    pub digest: SubjectDigest,
}

/// The digests of a subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectDigest {
    /// SHA-256 in lower-case hex.
    pub sha256: String,
}

impl Subject {
    /// An artifact.
    pub fn new(name: impl Into<String>, sha256: impl Into<String>) -> Self {
        Self { name: name.into(), digest: SubjectDigest { sha256: sha256.into() } }
    }
}

impl<P: Serialize + DeserializeOwned> Statement<P> {
    /// A statement; the subjects are sorted.
    pub fn new(mut subject: Vec<Subject>, predicate_type: &str, predicate: P) -> Self {
        subject.sort();
        Self { kind: STATEMENT_TYPE.to_owned(), subject, predicate_type: predicate_type.to_owned(), predicate }
    }

    /// Signs the statement's canonical text.
    ///
    /// # Errors
    /// `BAD_DOCUMENT` for a predicate that canonical JSON cannot hold.
    pub fn seal(&self, key: &SigningKey) -> Result<Envelope, AttestError> {
        Ok(Envelope::seal(PAYLOAD_TYPE, canonical::to_string(self)?.as_bytes(), key))
    }

    /// Opens an envelope with a statement of the expected kind, and tells who signed it.
    ///
    /// # Errors
    /// As [`Envelope::open`]; `BAD_DOCUMENT`, `NOT_CANONICAL` and `STATEMENT_TYPE` for what is inside.
    pub fn open<'t>(
        envelope: &Envelope,
        predicate_type: &str,
        trust: &'t Trust,
    ) -> Result<(Self, &'t Signer), AttestError> {
        let (body, signer) = envelope.open(PAYLOAD_TYPE, trust)?;
        let statement: Self = canonical::from_slice(&body)?;
        let kinds = [(STATEMENT_TYPE, &statement.kind), (predicate_type, &statement.predicate_type)];
        for (expected, found) in kinds {
            if found != expected {
                return Err(AttestError::Type { expected: format!("`{expected}`"), found: found.clone() });
            }
        }
        Ok((statement, signer))
    }
}
