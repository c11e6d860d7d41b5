//! Deploying what `deducible build` wrote: the oracle, the contract, its funding and its life, and reading back what came of it.
//!
//! A [`Plan`] says what is to happen, [`Artifacts`] hold the compiled contracts, and a [`Ledger`] is where it happens: [`JsonRpc`] is a node
//! of an EVM chain, [`PublicLedger`] one whose contracts are created from files.

mod abi;
mod artifacts;
mod error;
mod json_rpc;
mod ledger;
mod plan;
mod public;
mod record;
mod runner;
mod valuers;
mod values;

pub use abi::{Abi, Function, Param};
pub use artifacts::{Artifacts, Compiled};
pub use error::{DeployError, codes};
pub use json_rpc::JsonRpc;
pub use ledger::{Account, Created, Creation, Ledger, Sent, creation_gas};
pub use plan::{ConsensusPlan, Funding, MAX_PLAN, OraclePlan, Plan, Read, SinglePlan, Step, Target};
pub use public::{CHUNK, MAX_FEE, Network, PublicLedger, Receipt, Transaction};
pub use record::{AccountRecord, ContractRecord, Deployment, ReadRecord, StepRecord, record_path};
pub use runner::deploy;
