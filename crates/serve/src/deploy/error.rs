use etymon_diagnostics::{Code, Diagnostic, Report};
use etymon_instrument::oracle::{OracleError, unplaced};

/// The codes of deployments.
pub mod codes {
    use etymon_diagnostics::Code;

    /// A description of a deployment that is none.
    pub const DEPLOY_PLAN: Code = Code::new("DEPLOY_PLAN");
    /// A compiled contract that is not there, or is none.
    pub const DEPLOY_ARTIFACT: Code = Code::new("DEPLOY_ARTIFACT");
    /// An address at which no node may be used.
    pub const DEPLOY_ADDRESS: Code = Code::new("DEPLOY_ADDRESS");
    /// A ledger that cannot be reached, or answers what is not understood.
    pub const DEPLOY_LEDGER: Code = Code::new("DEPLOY_LEDGER");
    /// A contract that the ledger does not create.
    pub const DEPLOY_CREATE: Code = Code::new("DEPLOY_CREATE");
    /// A record that would take the place of another file, or cannot be written.
    pub const DEPLOY_RECORD: Code = Code::new("DEPLOY_RECORD");
    /// A step that was undone.
    pub const DEPLOY_STEP: Code = Code::new("DEPLOY_STEP");
    /// A contract that says something else in the end than it should.
    pub const DEPLOY_READ: Code = Code::new("DEPLOY_READ");
}

/// Why something is not deployed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeployError {
    /// A description of a deployment that is none.
    #[error("the deployment cannot be read: {0}")]
    Plan(String),
    /// A description that is no JSON of the right shape.
    #[error("the deployment cannot be read: {}", unplaced(.0))]
    PlanJson(serde_json::Error),
    /// A compiled contract that is not there, or is none.
    #[error("{0}")]
    Artifact(String),
    /// An address at which no node may be used.
    #[error("`{url}` {reason}")]
    Address {
        /// The address.
        url: String,
        /// Why not.
        reason: &'static str,
    },
    /// A ledger that cannot be reached, or answers what is not understood.
    #[error("`{ledger}`: {reason}")]
    Ledger {
        /// Where.
        ledger: String,
        /// Why.
        reason: String,
    },
    /// A contract that the ledger does not create.
    #[error("`{contract}` is not created: {reason}")]
    Create {
        /// Its name.
        contract: String,
        /// What the ledger says.
        reason: String,
    },
    /// A record that would take the place of another file, or cannot be written.
    #[error("{0}")]
    Record(String),
    /// The committee.
    #[error(transparent)]
    Oracle(#[from] OracleError),
}

impl DeployError {
    /// Its code.
    pub fn code(&self) -> Code {
        match self {
            DeployError::Plan(_) | DeployError::PlanJson(_) => codes::DEPLOY_PLAN,
            DeployError::Artifact(_) => codes::DEPLOY_ARTIFACT,
            DeployError::Address { .. } => codes::DEPLOY_ADDRESS,
            DeployError::Ledger { .. } => codes::DEPLOY_LEDGER,
            DeployError::Create { .. } => codes::DEPLOY_CREATE,
            DeployError::Record(_) => codes::DEPLOY_RECORD,
            DeployError::Oracle(own) => own.code(),
        }
    }

    /// How to mend it.
    pub fn help(&self) -> &'static str {
        match self {
            DeployError::Plan(_) | DeployError::PlanJson(_) => "give the `.deploy.json` that `deducible build` writes",
            DeployError::Artifact(_) => {
                "compile the contracts, and give the folder of Hardhat's artifacts or the file of solc's standard JSON with `--artifacts`"
            }
            DeployError::Address { .. } => {
                "give an address such as `http://127.0.0.1:8545`, or allow others with `--allow-remote`"
            }
            DeployError::Ledger { .. } => {
                "see that a node runs there which unlocks its accounts, such as `npx hardhat node`"
            }
            DeployError::Create { .. } => {
                "see that the arguments are what its constructor wants, and that the gas suffices"
            }
            DeployError::Record(_) => "move it away, or choose another folder with `--out`; nothing was deployed",
            DeployError::Oracle(own) => own.help(),
        }
    }
}

impl From<DeployError> for Report {
    fn from(error: DeployError) -> Report {
        Report::from(Diagnostic::error(error.code(), error.to_string()).help(error.help()))
    }
}
