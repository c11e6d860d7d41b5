use super::DeployError;
use etymon_instrument::evm::{Address, U256};

/// Gas that a byte of a contract's code costs when it is stored.
const CODE_DEPOSIT: u64 = 200;
/// Gas for what a constructor does, besides.
const CONSTRUCTION: u64 = 1_000_000;

/// Gas to create a contract with: what storing its code costs and what its constructor may do, with two fifths to spare. For the 19,152 bytes
/// of the reference class it comes to 6.8 million; 4 million were measured to fail.
pub fn creation_gas(code_bytes: usize) -> u64 {
    let bytes = u64::try_from(code_bytes).unwrap_or(u64::MAX);
    bytes.saturating_mul(CODE_DEPOSIT).saturating_add(CONSTRUCTION).saturating_mul(7) / 5
}

/// Somebody who sends transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// What they are called in the plan.
    pub role: String,
    /// What the ledger calls them.
    pub id: String,
    /// What contracts call them.
    pub address: Address,
}

/// A contract that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// What the ledger calls it.
    pub id: String,
    /// What contracts call it.
    pub address: Address,
    /// The transaction that made it.
    pub transaction: String,
}

/// A contract to be.
#[derive(Clone, Copy, Debug)]
pub struct Creation<'a> {
    /// Its name.
    pub contract: &'a str,
    /// Its creation code.
    pub code: &'a [u8],
    /// The encoded arguments of its constructor.
    pub arguments: &'a [u8],
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It took place in a transaction.
    Done(String),
    /// It was undone.
    Reverted {
        /// What the contract returned, from which its error can be told.
        data: Vec<u8>,
        /// What the ledger says.
        message: String,
    },
}

/// Where contracts live.
pub trait Ledger {
    /// What the record calls it.
    fn name(&self) -> String;

    /// The chain's number (EIP-155).
    ///
    /// # Errors
    /// When it does not answer.
    fn chain_id(&mut self) -> Result<U256, DeployError>;

    /// An account of its own for each role.
    ///
    /// # Errors
    /// When there are not enough.
    fn accounts(&mut self, roles: &[String]) -> Result<Vec<Account>, DeployError>;

    /// Creates a contract.
    ///
    /// # Errors
    /// `DEPLOY_CREATE` when the ledger refuses.
    fn create(&mut self, from: &Account, creation: Creation<'_>) -> Result<Created, DeployError>;

    /// Calls a contract and waits until it took place or was undone. Money is in the ledger's smallest unit.
    ///
    /// # Errors
    /// When the ledger does not answer.
    fn call(&mut self, from: &Account, to: &Created, data: &[u8], value: U256) -> Result<Sent, DeployError>;

    /// Asks a contract, which changes nothing.
    ///
    /// # Errors
    /// When the ledger does not answer.
    fn read(&mut self, from: &Account, to: &Created, data: &[u8]) -> Result<Result<Vec<u8>, Sent>, DeployError>;
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_measured_contract_gets_what_it_was_measured_to_need() {
        assert!((6_000_000..=7_000_000).contains(&super::creation_gas(19_152)));
    }
}
