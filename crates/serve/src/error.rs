use crate::RefName;
use etymon_constraints::tls;
use etymon_diagnostics::{Code, Diagnostic, Report};
use etymon_store::{Digest, StoreError};

/// The codes of this crate's errors. A code once released keeps its meaning.
pub mod codes {
    use etymon_diagnostics::Code;

    macro_rules! codes {
        ($($(#[$doc:meta])+ $name:ident,)+) => {
            $($(#[$doc])+ pub const $name: Code = Code::new(stringify!($name));)+
            const ALL: &[Code] = &[$($name),+];
        };
    }

    codes! {
        /// Bytes that are no frame.
        WIRE_FRAME,
        /// An object that is not what it should be.
        WIRE_OBJECT,
        /// Objects that are named and not there.
        WIRE_MISSING,
        /// An object that is not there.
        WIRE_NOT_FOUND,
        /// Constraint sets that import each other in a circle.
        WIRE_CYCLE,
        /// More than the wire carries.
        WIRE_LIMIT,
        /// A name that no ref can have.
        REF_NAME,
        /// A ref that has moved meanwhile.
        REF_STALE,
        /// A ref that would lose its history.
        REF_HISTORY,
        /// A ref that is not there.
        REF_NOT_FOUND,
        /// A ref file that holds no hash.
        REF_CORRUPT,
        /// A write without a signature.
        AUTH_MISSING,
        /// An authorization that cannot be read.
        AUTH_MALFORMED,
        /// A key that is not trusted here, or no longer.
        AUTH_KEY,
        /// A signature that does not belong to the request.
        AUTH_SIGNATURE,
        /// A date too far from the server's clock.
        AUTH_DATE,
        /// An authorization that was made for another server, or before this one started.
        AUTH_SESSION,
        /// An authorization that was used before.
        AUTH_REPLAY,
        /// A key that may not use this endpoint.
        AUTH_SCOPE,
        /// A body that is not the one that was signed.
        AUTH_BODY,
        /// A request that is not understood.
        HTTP_REQUEST,
        /// A server that cannot be reached, or breaks off.
        HTTP_UNREACHABLE,
        /// A server that does not prove to be the one that was asked for.
        HTTP_CERTIFICATE,
        /// An answer that is not understood.
        HTTP_ANSWER,
        /// A server that refuses.
        HTTP_REFUSED,
        /// A server that derives nothing, or is busy.
        DERIVE_UNAVAILABLE,
        /// An import that cannot become a file.
        DERIVE_CHECKOUT,
    }

    /// The code that a server refuses with, if it says what is wrong. `HTTP_…` and what is not known here say only that it refuses.
    pub fn told(name: &str) -> Option<Code> {
        ALL.iter().copied().find(|own| own.as_str() == name && !name.starts_with("HTTP_"))
    }
}

/// Why objects or refs could not be kept, sent or received.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Bytes that are no frame.
    #[error("the frame at byte {at} is refused: {reason}")]
    Frame {
        /// Where it begins.
        at: usize,
        /// Why.
        reason: String,
    },
    /// An object that is not what it should be.
    #[error("the object `{digest}` is refused: {}", reason.message)]
    Object {
        /// Its hash.
        digest: Digest,
        /// Why.
        reason: Box<Diagnostic>,
    },
    /// Objects that are named and not there.
    #[error("{} of the objects that this needs are not there, `{}` among them", .0.len(), .0.first().map_or_else(String::new, Digest::to_string))]
    Missing(Vec<Digest>),
    /// An object that is not there.
    #[error("there is no object `{0}`")]
    NotFound(String),
    /// Constraint sets that import each other in a circle.
    #[error("the constraint set `{0}` imports itself through others")]
    Cycle(Digest),
    /// More than the wire carries.
    #[error("more than {max} {what}")]
    Limit {
        /// Of what.
        what: &'static str,
        /// How many there may be.
        max: usize,
    },
    /// A name that no ref can have.
    #[error("`{0}` is no name of a ref")]
    RefName(String),
    /// A ref that has moved meanwhile.
    #[error("`{name}` is {}, not {}", shown(found), shown(expected))]
    Stale {
        /// The ref.
        name: RefName,
        /// Where it was thought to be.
        expected: Option<Digest>,
        /// Where it is.
        found: Option<Digest>,
    },
    /// A ref that would lose its history.
    #[error("`{name}` would lose its history: `{new}` does not follow `{old}`")]
    History {
        /// The ref.
        name: RefName,
        /// Where it is.
        old: Digest,
        /// Where it should go.
        new: Digest,
    },
    /// A ref that is not there.
    #[error("there is no `{0}`")]
    RefNotFound(String),
    /// A ref that holds no hash.
    #[error("`{0}` holds no hash")]
    RefCorrupt(String),
    /// A request without a signature that counts.
    #[error("{reason}")]
    Auth {
        /// Which of the `AUTH_` codes.
        code: Code,
        /// Why.
        reason: String,
    },
    /// A request that is not understood.
    #[error("{reason}")]
    Request {
        /// The HTTP status: 4xx.
        status: u16,
        /// Why.
        reason: String,
    },
    /// A server that cannot be reached, or breaks off.
    #[error("`{url}` cannot be reached: {reason}")]
    Unreachable {
        /// What was asked.
        url: String,
        /// Why not.
        reason: String,
    },
    /// A server that does not prove to be the one that was asked for.
    #[error("`{url}` is not trusted: {reason}")]
    Mistrusted {
        /// What was asked.
        url: String,
        /// Why not.
        reason: String,
    },
    /// A file of certificate authorities that cannot be used.
    #[error("{}", .0.message)]
    Authorities(Box<Diagnostic>),
    /// An answer that is not understood.
    #[error("`{url}` answers what this program does not understand: {reason}")]
    Answer {
        /// What was asked.
        url: String,
        /// Why not.
        reason: String,
    },
    /// A server that refuses.
    #[error("`{url}` refuses ({status}): {message}")]
    Refused {
        /// What was asked.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The server's own code; empty if it told none.
        code: String,
        /// The server's own words.
        message: String,
        /// The server's advice.
        help: String,
    },
    /// A server that derives nothing, or is busy.
    #[error("{0}")]
    Derive(&'static str),
}

fn shown(place: &Option<Digest>) -> String {
    place.map_or_else(|| "not there".to_owned(), |digest| format!("at `{digest}`"))
}

impl WireError {
    /// The error's code.
    pub fn code(&self) -> Code {
        match self {
            Self::Store(own) => own.code(),
            Self::Frame { .. } => codes::WIRE_FRAME,
            Self::Object { .. } => codes::WIRE_OBJECT,
            Self::Missing(_) => codes::WIRE_MISSING,
            Self::NotFound(_) => codes::WIRE_NOT_FOUND,
            Self::Cycle(_) => codes::WIRE_CYCLE,
            Self::Limit { .. } => codes::WIRE_LIMIT,
            Self::RefName(_) => codes::REF_NAME,
            Self::Stale { .. } => codes::REF_STALE,
            Self::History { .. } => codes::REF_HISTORY,
            Self::RefNotFound(_) => codes::REF_NOT_FOUND,
            Self::RefCorrupt(_) => codes::REF_CORRUPT,
            Self::Auth { code, .. } => *code,
            Self::Request { .. } => codes::HTTP_REQUEST,
            Self::Unreachable { .. } => codes::HTTP_UNREACHABLE,
            Self::Mistrusted { .. } => codes::HTTP_CERTIFICATE,
            Self::Authorities(own) => own.code,
            Self::Answer { .. } => codes::HTTP_ANSWER,
            Self::Refused { code, .. } => codes::told(code).unwrap_or(codes::HTTP_REFUSED),
            Self::Derive(_) => codes::DERIVE_UNAVAILABLE,
        }
    }

    /// The status that a server answers with.
    pub fn status(&self) -> u16 {
        match self {
            Self::Store(StoreError::NotFound { .. }) | Self::NotFound(_) | Self::RefNotFound(_) => 404,
            Self::Store(StoreError::Locked { .. }) => 503,
            Self::Store(StoreError::Full { .. }) => 507,
            Self::Store(_) | Self::RefCorrupt(_) => 500,
            Self::Frame { .. } | Self::RefName(_) => 400,
            Self::Object { .. } | Self::Missing(_) | Self::Cycle(_) => 422,
            Self::Limit { .. } => 413,
            Self::Stale { .. } | Self::History { .. } => 409,
            Self::Auth { code, .. } if *code == codes::AUTH_SCOPE => 403,
            Self::Auth { .. } => 401,
            Self::Request { status, .. } => *status,
            Self::Unreachable { .. } | Self::Mistrusted { .. } | Self::Answer { .. } | Self::Refused { .. } => 502,
            // A client's own.
            Self::Authorities(_) => 500,
            Self::Derive(_) => 503,
        }
    }

    /// How to mend it; empty where nothing is to be said.
    pub fn help(&self) -> String {
        match self {
            Self::Store(own) => own.diagnostic().help.unwrap_or_default(),
            Self::Frame { .. } => "send it again; what came before it was kept".to_owned(),
            Self::Object { reason, .. } => reason.help.clone().unwrap_or_default(),
            Self::Missing(_) => "send the missing objects first".to_owned(),
            Self::NotFound(_) => "see which objects there are: `GET /repo/objects`, or `etymon list-refs`".to_owned(),
            Self::Cycle(_) => "take one of the imports out".to_owned(),
            Self::Limit { .. } => "send less at a time, or split the file".to_owned(),
            Self::RefName(_) => {
                "write `refs/heads/<name>` or `refs/remotes/<remote>/<name>`: lower-case letters, digits, `.`, `_` and `-`, a letter or digit first, at most 64".to_owned()
            }
            Self::Stale { name, .. } => {
                format!("somebody was faster: pull, look at what changed in `{}`, and push again", name.short())
            }
            Self::History { .. } => "pull first; a push continues what is there and never replaces it".to_owned(),
            Self::RefNotFound(_) => "`etymon list-refs` lists those there are".to_owned(),
            Self::RefCorrupt(_) => "remove the file, then push or pull again".to_owned(),
            Self::Auth { code, .. } => auth_help(*code).to_owned(),
            Self::Request { .. } => "docs/wire.md lists requests".to_owned(),
            Self::Unreachable { .. } => {
                "see that the server runs and the address is right; what was transferred is kept, so try again".to_owned()
            }
            Self::Mistrusted { .. } => tls::HELP.to_owned(),
            Self::Authorities(own) => own.help.clone().unwrap_or_default(),
            Self::Answer { .. } => "see that it is an `etymon serve` of a version that speaks etymon-wire/1".to_owned(),
            Self::Refused { help, .. } => help.clone(),
            Self::Derive(_) => "derive it locally with `etymon run`".to_owned(),
        }
    }

    /// Whether a server refused because a ref has moved meanwhile.
    pub fn is_stale(&self) -> bool {
        matches!(self, Self::Stale { .. } | Self::History { .. } | Self::Refused { status: 409, .. })
    }

    /// Whether nothing is wrong with the input, but something could not be read, written or reached.
    pub fn is_io(&self) -> bool {
        matches!(
            self,
            Self::Store(_)
                | Self::Unreachable { .. }
                | Self::Mistrusted { .. }
                | Self::Authorities(_)
                | Self::Answer { .. }
        ) || matches!(self, Self::Refused { status, .. } if *status >= 500)
    }
}

fn auth_help(code: Code) -> &'static str {
    match code {
        codes::AUTH_MISSING => "sign it: give `--key`",
        codes::AUTH_KEY => "let the server's owner add the key to its signers manifest, or use another with `--key`",
        codes::AUTH_DATE => "set the clock right",
        codes::AUTH_SESSION | codes::AUTH_REPLAY => "sign the request anew; a signature counts once",
        codes::AUTH_SCOPE => "use a key whose `endpoints` in the signers manifest name this one",
        _ => "see docs/wire.md for what is signed",
    }
}

impl From<WireError> for Diagnostic {
    fn from(error: WireError) -> Diagnostic {
        match error {
            WireError::Store(own) => own.diagnostic(),
            WireError::Authorities(own) => *own,
            WireError::Refused { ref url, status, ref code, ref message, ref help } => {
                let noted = match codes::told(code) {
                    // What is wrong is called the same, whoever found it.
                    Some(known) => {
                        Diagnostic::error(known, message.clone()).note(format!("`{url}` refuses with status {status}"))
                    }
                    None if code.is_empty() => Diagnostic::error(codes::HTTP_REFUSED, error.to_string()),
                    None => Diagnostic::error(codes::HTTP_REFUSED, error.to_string())
                        .note(format!("the server's code is `{code}`")),
                };
                if help.is_empty() { noted } else { noted.help(help.clone()) }
            }
            other => {
                let (bare, help) = (Diagnostic::error(other.code(), other.to_string()), other.help());
                if help.is_empty() { bare } else { bare.help(help) }
            }
        }
    }
}

impl From<WireError> for Report {
    fn from(error: WireError) -> Report {
        Report::from(Diagnostic::from(error))
    }
}
