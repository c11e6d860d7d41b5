//! Who says what an asset is worth: the valuation contracts, and the same rules outside of the ledger.
//!
//! A committee's members sign [`Attestation`]s; [`consensus`] is what `ConsensusValuationOracle.sol` makes of them, written a second time so
//! that an agent knows the outcome before anything is paid for, and tests can compare the two.

mod attestation;
mod comparables;
pub mod consensus;
mod contracts;
mod error;
mod key;

pub use crate::evm::{Address, B256, U256};
pub use attestation::{Attestation, SIGNATURE_BYTES, Signature};
pub use comparables::{Comparable, Comparables, MAX_COMPARABLES};
pub use contracts::{CONSENSUS, INTERFACE, SINGLE, SharedContract, artifacts};
pub use error::{OracleError, codes, unplaced};
pub use key::ValuerKey;

/// Parts of a whole: 10000 hundredths of a percent.
pub const BPS: u64 = 10_000;

/// For how long a value holds where nothing else is said: 30 days, the longest period between two rents that the examples have.
pub const DEFAULT_VALIDITY_SECONDS: u64 = 30 * 24 * 60 * 60;

/// The greatest value that can be attested, as in `ConsensusValuationOracle.sol`: a value times 10000 must fit into a word.
pub fn max_value() -> U256 {
    U256::MAX / U256::from(BPS)
}
