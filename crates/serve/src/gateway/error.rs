use etymon_diagnostics::{Code, Diagnostic, Report};
use std::io;

/// The codes of the gateway's errors. A code once released keeps its meaning.
pub mod codes {
    use etymon_diagnostics::Code;

    /// A request that is not understood.
    pub const GATEWAY_REQUEST: Code = Code::new("GATEWAY_REQUEST");
    /// A target of which there is no manifest.
    pub const GATEWAY_TARGET: Code = Code::new("GATEWAY_TARGET");
    /// A manifest that cannot be used.
    pub const GATEWAY_MANIFEST: Code = Code::new("GATEWAY_MANIFEST");
    /// A registry of parties that cannot be used.
    pub const GATEWAY_REGISTRY: Code = Code::new("GATEWAY_REGISTRY");
    /// A write without the token.
    pub const GATEWAY_TOKEN: Code = Code::new("GATEWAY_TOKEN");
    /// A conformance log that is not what was written.
    pub const GATEWAY_LOG_BROKEN: Code = Code::new("GATEWAY_LOG_BROKEN");
    /// A conformance log that somebody else writes.
    pub const GATEWAY_LOG_BUSY: Code = Code::new("GATEWAY_LOG_BUSY");
    /// A conformance log that is as long as it may be.
    pub const GATEWAY_LOG_FULL: Code = Code::new("GATEWAY_LOG_FULL");
    /// A gateway that keeps no log.
    pub const GATEWAY_LOG_NONE: Code = Code::new("GATEWAY_LOG_NONE");
    /// A file, folder or address that cannot be used.
    pub const GATEWAY_IO: Code = Code::new("GATEWAY_IO");
}

/// Names that an answer to an unknown target lists at most.
pub const MAX_AVAILABLE: usize = 1_000;

/// Why the gateway does not do what it is asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GatewayError {
    /// A request that is not understood.
    #[error("{reason}")]
    Request {
        /// The HTTP status.
        status: u16,
        /// Why.
        reason: String,
    },
    /// A target of which there is no manifest, or more than one.
    #[error("{}", absent(target, *several))]
    Target {
        /// What was asked for.
        target: String,
        /// Whether it is a class of which there are several.
        several: bool,
        /// What there is, [`MAX_AVAILABLE`] at most.
        available: Vec<String>,
    },
    /// A manifest that cannot be used.
    #[error("the manifest `{name}` is refused: {}", reason.message)]
    Manifest {
        /// Its file.
        name: String,
        /// Why.
        reason: Box<Diagnostic>,
    },
    /// A registry that cannot be used.
    #[error("the registry is refused: {0}")]
    Registry(String),
    /// A write without the token.
    #[error("{0}")]
    Token(&'static str),
    /// A log that is not what was written.
    #[error("the conformance log is broken at line {line}: {reason}")]
    Broken {
        /// Where, from 1.
        line: usize,
        /// Why.
        reason: &'static str,
    },
    /// A log that somebody else writes.
    #[error("the conformance log is in use")]
    Busy,
    /// A log that is as long as it may be.
    #[error("the conformance log is full")]
    Full,
    /// A gateway without a log.
    #[error("this gateway keeps no conformance log")]
    NoLog,
    /// A file, folder or address that cannot be used.
    #[error("`{what}` cannot be used: {source}")]
    Io {
        /// Which.
        what: String,
        /// Why.
        source: io::Error,
    },
}

fn absent(target: &str, several: bool) -> String {
    let target = shown(target);
    if several {
        format!("several manifests are of the class `{target}`")
    } else {
        format!("there is no manifest `{target}`")
    }
}

/// Foreign text, short enough for a line.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(80).flat_map(char::escape_debug).collect()
}

impl GatewayError {
    pub(super) fn request(status: u16, reason: impl Into<String>) -> Self {
        GatewayError::Request { status, reason: reason.into() }
    }

    /// Makes one of what the system says about a thing.
    pub(super) fn io(what: impl ToString) -> impl FnOnce(io::Error) -> Self {
        let what = what.to_string();
        move |source| GatewayError::Io { what, source }
    }

    /// The error's code.
    pub fn code(&self) -> Code {
        match self {
            Self::Request { .. } => codes::GATEWAY_REQUEST,
            Self::Target { .. } => codes::GATEWAY_TARGET,
            Self::Manifest { .. } => codes::GATEWAY_MANIFEST,
            Self::Registry(_) => codes::GATEWAY_REGISTRY,
            Self::Token(_) => codes::GATEWAY_TOKEN,
            Self::Broken { .. } => codes::GATEWAY_LOG_BROKEN,
            Self::Busy => codes::GATEWAY_LOG_BUSY,
            Self::Full => codes::GATEWAY_LOG_FULL,
            Self::NoLog => codes::GATEWAY_LOG_NONE,
            Self::Io { .. } => codes::GATEWAY_IO,
        }
    }

    /// The status that it is answered with.
    pub fn status(&self) -> u16 {
        match self {
            Self::Request { status, .. } => *status,
            Self::Target { several: false, .. } => 404,
            Self::Target { several: true, .. } => 409,
            Self::Token(_) => 401,
            Self::Manifest { .. } | Self::Registry(_) | Self::Busy | Self::NoLog => 503,
            Self::Broken { .. } | Self::Io { .. } => 500,
            Self::Full => 507,
        }
    }

    /// What to do.
    pub fn help(&self) -> String {
        match self {
            Self::Request { status, .. } => request_help(*status).to_owned(),
            Self::Target { several: false, .. } => "use one of `available`".to_owned(),
            Self::Target { .. } => "name the one that is meant; `available` lists them".to_owned(),
            Self::Manifest { reason, .. } => reason.help.clone().unwrap_or_default(),
            Self::Registry(_) => {
                "write `{\"<party>\": {\"minor\": false, \"interdicted\": false, \"bankrupt\": false, \"kyc\": true, \"aml_sanctioned\": false}}`".to_owned()
            }
            Self::Token(_) => "send `Authorization: Bearer <token>` with the token of this gateway's owner".to_owned(),
            Self::Broken { .. } => {
                "keep the file as evidence, find out who changed it, and begin a new log".to_owned()
            }
            Self::Busy => "stop the other gateway, or give another file with `--log`".to_owned(),
            Self::Full => "stop the gateway, keep the file and the hash of its last entry, and begin a new log".to_owned(),
            Self::NoLog => "start it with `--log FILE`".to_owned(),
            Self::Io { .. } => "see that the path or address is right, free and yours".to_owned(),
        }
    }

    /// Whether nothing is wrong with the input, but something could not be read, written or listened on.
    pub fn is_io(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::Busy)
    }
}

fn request_help(status: u16) -> &'static str {
    match status {
        404 | 405 => "see `/openapi.json` for what can be asked",
        411 | 413 => "send less at once",
        415 => "send `Content-Type: application/json`",
        421 => "ask for this gateway by its own address",
        _ => "see `/openapi.json` for the form of requests",
    }
}

impl From<&GatewayError> for Report {
    fn from(error: &GatewayError) -> Report {
        let bare = Diagnostic::error(error.code(), error.to_string());
        let help = error.help();
        Report::from(if help.is_empty() { bare } else { bare.help(help) })
    }
}
