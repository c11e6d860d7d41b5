use etymon_diagnostics::{Code, Diagnostic, Report};
use std::io;

/// The codes of this crate's errors.
pub mod codes {
    use etymon_diagnostics::Code;

    /// There is no signing key.
    pub const SIGN_NO_KEY: Code = Code::new("SIGN_NO_KEY");
    /// A key that is none, or may not be used.
    pub const SIGN_BAD_KEY: Code = Code::new("SIGN_BAD_KEY");
    /// Something signed, or a key, cannot be written.
    pub const SIGN_WRITE: Code = Code::new("SIGN_WRITE");
    /// A public key that is none.
    pub const KEY_INVALID: Code = Code::new("KEY_INVALID");
    /// A public key of small order, under which anything verifies.
    pub const KEY_WEAK: Code = Code::new("KEY_WEAK");
    /// Base64 that could be written in another way.
    pub const BASE64: Code = Code::new("BASE64");
    /// Another algorithm than Ed25519.
    pub const SIGNATURE_ALGORITHM: Code = Code::new("SIGNATURE_ALGORITHM");
    /// A key id that is not the key's.
    pub const SIGNATURE_KEY_ID: Code = Code::new("SIGNATURE_KEY_ID");
    /// A signature by a key that nobody trusts.
    pub const SIGNATURE_UNTRUSTED: Code = Code::new("SIGNATURE_UNTRUSTED");
    /// A signature by a key that was retracted.
    pub const SIGNATURE_RETRACTED: Code = Code::new("SIGNATURE_RETRACTED");
    /// A signature that does not belong to what it stands under.
    pub const SIGNATURE_INVALID: Code = Code::new("SIGNATURE_INVALID");
    /// An envelope or statement of another kind.
    pub const STATEMENT_TYPE: Code = Code::new("STATEMENT_TYPE");
}

/// Why something is not signed, or a signature does not count.
#[derive(Debug, thiserror::Error)]
pub enum AttestError {
    /// There is no key file.
    #[error("there is no key at `{path}`")]
    NoKey {
        /// Where.
        path: String,
    },
    /// What is in a key file is no key, or others may read it.
    #[error("the key at `{path}` cannot be used: {reason}")]
    BadKey {
        /// Where.
        path: String,
        /// Why.
        reason: String,
    },
    /// A file that is there already.
    #[error("`{path}` is there already")]
    Exists {
        /// Where.
        path: String,
    },
    /// A file that cannot be written.
    #[error("`{path}` cannot be written: {source}")]
    Write {
        /// Where.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The system gives no randomness.
    #[error("the system gives no randomness: {0}")]
    Randomness(String),
    /// A public key that is none.
    #[error("this is no Ed25519 public key: {0}")]
    InvalidKey(&'static str),
    /// A public key of small order.
    #[error("the public key is of small order, so anything would verify under it")]
    WeakKey,
    /// Loose base64.
    #[error("this is no strict base64")]
    Base64,
    /// Another algorithm.
    #[error("the signature's algorithm is `{0}`, not `Ed25519`")]
    Algorithm(String),
    /// A key id that is not the key's.
    #[error("the key id is `{stated}`, but the key's is `{own}`")]
    KeyId {
        /// What is written.
        stated: String,
        /// What it should be.
        own: String,
    },
    /// Nobody trusts the key.
    #[error("the signature is by the key `{0}`, which is not trusted")]
    Untrusted(String),
    /// The key was trusted once.
    #[error("the signature is by the key `{0}`, which was retracted")]
    Retracted(String),
    /// The signature is of something else.
    #[error("the signature does not belong to this content")]
    Invalid,
    /// An envelope or statement of another kind.
    #[error("expected {expected}, not `{found}`")]
    Type {
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// No canonical JSON of the right shape.
    #[error("{0}")]
    Document(Box<Diagnostic>),
}

impl AttestError {
    /// The error's code.
    pub fn code(&self) -> Code {
        match self {
            AttestError::NoKey { .. } => codes::SIGN_NO_KEY,
            AttestError::BadKey { .. } | AttestError::Randomness(_) => codes::SIGN_BAD_KEY,
            AttestError::Exists { .. } | AttestError::Write { .. } => codes::SIGN_WRITE,
            AttestError::InvalidKey(_) => codes::KEY_INVALID,
            AttestError::WeakKey => codes::KEY_WEAK,
            AttestError::Base64 => codes::BASE64,
            AttestError::Algorithm(_) => codes::SIGNATURE_ALGORITHM,
            AttestError::KeyId { .. } => codes::SIGNATURE_KEY_ID,
            AttestError::Untrusted(_) => codes::SIGNATURE_UNTRUSTED,
            AttestError::Retracted(_) => codes::SIGNATURE_RETRACTED,
            AttestError::Invalid => codes::SIGNATURE_INVALID,
            AttestError::Type { .. } => codes::STATEMENT_TYPE,
            AttestError::Document(own) => own.code,
        }
    }

    /// How to mend it.
    pub fn help(&self) -> &str {
        match self {
            AttestError::NoKey { .. } => "make one with `etymon keys new NAME`, or give another with `--key`",
            AttestError::BadKey { .. } => "give a PKCS#8 PEM file of an Ed25519 key that only its owner may read",
            AttestError::Exists { .. } => "keys are never overwritten; choose another name",
            AttestError::Write { .. } => "see that the folder is there and may be written",
            AttestError::Randomness(_) => "run it where the system has a source of randomness",
            AttestError::InvalidKey(_) => "give 64 hex digits, or a PEM of an Ed25519 public key",
            AttestError::WeakKey => "make a new key; this one protects nothing",
            AttestError::Base64 => "write it with the standard alphabet, padding, and nothing around it",
            AttestError::Algorithm(_) => "sign it again with an Ed25519 key",
            AttestError::Untrusted(_) => "if its owner is to be trusted, add the key to the signers manifest",
            AttestError::Retracted(_) => "let a signer whose key is active sign it again",
            AttestError::KeyId { .. } | AttestError::Invalid => {
                "it was changed after it was signed; get it anew from its signer"
            }
            AttestError::Type { .. } => "give a file that `etymon sign` or `etymon run` wrote",
            AttestError::Document(own) => own.help.as_deref().unwrap_or("write it with this tool again"),
        }
    }

    /// Whether a file could not be read or written, rather than being wrong.
    pub fn is_io(&self) -> bool {
        matches!(
            self,
            AttestError::NoKey { .. }
                | AttestError::Exists { .. }
                | AttestError::Write { .. }
                | AttestError::Randomness(_)
        )
    }
}

impl From<AttestError> for Diagnostic {
    fn from(error: AttestError) -> Diagnostic {
        match error {
            AttestError::Document(own) => *own,
            other => Diagnostic::error(other.code(), other.to_string()).help(other.help()),
        }
    }
}

impl From<AttestError> for Report {
    fn from(error: AttestError) -> Report {
        Report::from(Diagnostic::from(error))
    }
}

impl From<Box<Diagnostic>> for AttestError {
    fn from(own: Box<Diagnostic>) -> AttestError {
        AttestError::Document(own)
    }
}
