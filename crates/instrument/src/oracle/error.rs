use super::U256;
use etymon_attest::AttestError;
use etymon_diagnostics::{Code, Diagnostic, Report};

/// The codes of this module's errors. The first five are those of the rules.
pub mod codes {
    use etymon_diagnostics::Code;

    /// A quorum of more members than there are.
    pub const ORACLE_1: Code = Code::new("ORACLE-1");
    /// A band of nothing, or of everything.
    pub const ORACLE_2: Code = Code::new("ORACLE-2");
    /// A committee of nobody.
    pub const ORACLE_3: Code = Code::new("ORACLE-3");
    /// A quorum of nobody.
    pub const ORACLE_4: Code = Code::new("ORACLE-4");
    /// Fewer values than a quorum.
    pub const VALUE_COUNT: Code = Code::new("VALUE_COUNT");
    /// A value of zero, or too great to calculate with.
    pub const VALUE_RANGE: Code = Code::new("VALUE_RANGE");
    /// A file of comparables that is none.
    pub const COMPARABLES: Code = Code::new("COMPARABLES");
    /// Attestations that do not make a round.
    pub const ATTESTATIONS: Code = Code::new("ATTESTATIONS");
    /// A valuer's key that cannot be used.
    pub const VALUER_KEY: Code = Code::new("VALUER_KEY");
    /// A signature that is none.
    pub const VALUER_SIGNATURE: Code = Code::new("VALUER_SIGNATURE");
}

/// Why something is not valued or attested.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OracleError {
    /// A quorum of more members than there are.
    #[error("a quorum of {quorum} cannot come from a committee of {committee}")]
    QuorumAboveCommittee {
        /// Members that must agree.
        quorum: usize,
        /// Members that there are.
        committee: usize,
    },
    /// A band of nothing, or of everything.
    #[error("a band of {0} bps around the median is none")]
    Bound(u64),
    /// A committee of nobody.
    #[error("the committee has no members")]
    NoCommittee,
    /// A quorum of nobody.
    #[error("the quorum is 0")]
    NoQuorum,
    /// Fewer values than a quorum, or more than members.
    #[error("{given} values are attested, where a committee of {committee} needs {quorum}")]
    Count {
        /// Values.
        given: usize,
        /// Members that must agree.
        quorum: usize,
        /// Members that there are.
        committee: usize,
    },
    /// A value of zero, or too great to calculate with.
    #[error("the value `{0}` cannot be attested")]
    Value(U256),
    /// Comparables that are none.
    #[error("{0}")]
    Comparables(String),
    /// Comparables that are no JSON of the right shape.
    #[error("the comparables are refused: {}", unplaced(.0))]
    ComparablesJson(serde_json::Error),
    /// Attestations that do not make a round.
    #[error("{0}")]
    Attestations(String),
    /// A valuer's key that cannot be used.
    #[error("{0}")]
    Key(String),
    /// A key file.
    #[error(transparent)]
    KeyFile(#[from] AttestError),
    /// A signature that is none.
    #[error("the signature is refused: {0}")]
    Signature(&'static str),
}

impl OracleError {
    /// Its code.
    pub fn code(&self) -> Code {
        match self {
            OracleError::QuorumAboveCommittee { .. } => codes::ORACLE_1,
            OracleError::Bound(_) => codes::ORACLE_2,
            OracleError::NoCommittee => codes::ORACLE_3,
            OracleError::NoQuorum => codes::ORACLE_4,
            OracleError::Count { .. } => codes::VALUE_COUNT,
            OracleError::Value(_) => codes::VALUE_RANGE,
            OracleError::Comparables(_) | OracleError::ComparablesJson(_) => codes::COMPARABLES,
            OracleError::Attestations(_) => codes::ATTESTATIONS,
            OracleError::Key(_) => codes::VALUER_KEY,
            OracleError::KeyFile(own) => own.code(),
            OracleError::Signature(_) => codes::VALUER_SIGNATURE,
        }
    }

    /// How to mend it.
    pub fn help(&self) -> &'static str {
        match self {
            OracleError::QuorumAboveCommittee { .. } => "lower the quorum, or name more members",
            OracleError::Bound(_) => "give a bound above 0 and below 10000 bps",
            OracleError::NoCommittee => "name at least one member",
            OracleError::NoQuorum => "at least one member must agree",
            OracleError::Count { .. } => "gather one value from each of a quorum of members or more",
            OracleError::Value(_) => "a value is above 0 and at most 2^256 / 10000",
            OracleError::Comparables(_) | OracleError::ComparablesJson(_) => {
                "write a JSON list such as `[{\"value\": 1000000, \"weight\": 2}, {\"value\": \"1010000\"}]`"
            }
            OracleError::Attestations(_) => "gather lines that `deducible attest --json` prints, one of each member",
            OracleError::Key(_) => {
                "a key file holds 64 hex digits and a line feed; make one with `deducible attest --new-key FILE`"
            }
            OracleError::KeyFile(AttestError::NoKey { .. }) => "make one with `deducible attest --new-key FILE`",
            OracleError::KeyFile(AttestError::BadKey { .. }) => {
                "give a file that only its owner may read, or make one with `deducible attest --new-key FILE`"
            }
            OracleError::KeyFile(_) => "see that the folder may be written and that the name is new",
            OracleError::Signature(_) => "ask the member to sign the attestation again",
        }
    }
}

/// What is wrong with JSON, without the place that the library adds to its words.
pub fn unplaced(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).map_or_else(|| text.clone(), str::to_owned)
}

impl From<OracleError> for Diagnostic {
    fn from(error: OracleError) -> Diagnostic {
        Diagnostic::error(error.code(), error.to_string()).help(error.help())
    }
}

impl From<OracleError> for Report {
    fn from(error: OracleError) -> Report {
        Report::from(Diagnostic::from(error))
    }
}
