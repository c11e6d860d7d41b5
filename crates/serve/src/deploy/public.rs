use super::{Account, Created, Creation, DeployError, Ledger, Sent, creation_gas};
use etymon_instrument::evm::{Address, U256};
use serde::{Deserialize, Serialize};

/// Bytes of a file that one transaction carries.
pub const CHUNK: usize = 4096;
/// Most that one transaction may cost, in tinybar: 20 hbar, below the 2^31 at which fee limits overflow in clients.
pub const MAX_FEE: u64 = 2_000_000_000;
/// What a new account holds, in tinybar.
const BALANCE: u64 = 10_000_000_000;
/// Gas for a call.
const CALL_GAS: u64 = 1_000_000;
/// What the ledger says of a transaction that took place.
const SUCCESS: &str = "SUCCESS";
/// What it says of one that the contract undid.
const REVERTED: &str = "CONTRACT_REVERT_EXECUTED";

/// A transaction of the public ledger. Bytes are lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "transaction", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Transaction {
    /// Makes an account.
    CryptoCreate {
        /// What the network's keeper of keys knows its key by.
        memo: String,
        /// In tinybar.
        initial_balance: u64,
    },
    /// Makes a file of the first part of a contract's code, itself in hex.
    FileCreate {
        /// Who pays.
        payer: String,
        /// At most [`CHUNK`] characters.
        contents: String,
        /// In tinybar.
        max_fee: u64,
    },
    /// Adds the next part.
    FileAppend {
        /// Who pays.
        payer: String,
        /// The file.
        file: String,
        /// At most [`CHUNK`] characters.
        contents: String,
        /// In tinybar.
        max_fee: u64,
    },
    /// Removes a file.
    FileDelete {
        /// Who pays.
        payer: String,
        /// The file.
        file: String,
        /// In tinybar.
        max_fee: u64,
    },
    /// Makes a contract of a file.
    ContractCreate {
        /// Who pays.
        payer: String,
        /// The file.
        file: String,
        /// Gas.
        gas: u64,
        /// The constructor's arguments.
        constructor_parameters: String,
        /// In tinybar.
        max_fee: u64,
    },
    /// Calls a contract.
    ContractCall {
        /// Who pays.
        payer: String,
        /// The contract.
        contract: String,
        /// Gas.
        gas: u64,
        /// Money that goes along, in tinybar.
        amount: u64,
        /// The call.
        function_parameters: String,
        /// In tinybar.
        max_fee: u64,
    },
    /// Asks a contract, which changes nothing.
    ContractCallQuery {
        /// Who pays.
        payer: String,
        /// The contract.
        contract: String,
        /// Gas.
        gas: u64,
        /// The call.
        function_parameters: String,
    },
}

/// What becomes of a transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Receipt {
    /// `SUCCESS`, or why not.
    pub status: String,
    /// The transaction's name.
    pub transaction_id: String,
    /// The account, file or contract that it made, such as `0.0.1001`.
    pub id: Option<String>,
    /// The address by which contracts know it.
    pub evm_address: Option<Address>,
    /// What a contract returned, in hex.
    pub result: Option<String>,
}

/// What brings transactions to the public ledger: it signs them, chooses nodes, and waits for receipts.
pub trait Network {
    /// Its name, such as `testnet`.
    fn name(&self) -> String;

    /// The chain's number (EIP-155).
    fn chain_id(&self) -> u64;

    /// The account that pays for the others.
    fn operator(&self) -> (String, Address);

    /// Has a transaction executed, and waits for its receipt.
    ///
    /// # Errors
    /// When the ledger cannot be reached. What it refuses is a receipt.
    fn execute(&mut self, transaction: &Transaction) -> Result<Receipt, DeployError>;
}

/// The public ledger, whose contracts are created from files: the code is too long for one transaction.
pub struct PublicLedger<N> {
    network: N,
}

impl<N: Network> PublicLedger<N> {
    /// The ledger that a network leads to.
    pub fn new(network: N) -> PublicLedger<N> {
        PublicLedger { network }
    }

    /// The network, when the ledger is done with.
    pub fn into_network(self) -> N {
        self.network
    }

    fn done(&mut self, transaction: &Transaction, what: &str) -> Result<Receipt, DeployError> {
        let receipt = self.network.execute(transaction)?;
        if receipt.status == SUCCESS {
            return Ok(receipt);
        }
        Err(self.failed(format!("{what} is answered `{}`", receipt.status)))
    }

    fn failed(&self, reason: String) -> DeployError {
        DeployError::Ledger { ledger: self.network.name(), reason }
    }

    /// Puts the code into a file, part by part, and gives the file's name. A file that stays incomplete is removed.
    fn upload(&mut self, payer: &str, code: &[u8]) -> Result<String, DeployError> {
        let text = hex::encode(code);
        let (first, mut rest) = text.split_at(CHUNK.min(text.len()));
        let (owner, contents) = (payer.to_owned(), first.to_owned());
        let made = Transaction::FileCreate { payer: owner, contents, max_fee: MAX_FEE };
        let receipt = self.done(&made, "the file of the code")?;
        let file = receipt.id.ok_or_else(|| self.failed("its receipt names no file".to_owned()))?;
        while !rest.is_empty() {
            let (part, more) = rest.split_at(CHUNK.min(rest.len()));
            let (owner, contents) = (payer.to_owned(), part.to_owned());
            let append = Transaction::FileAppend { payer: owner, file: file.clone(), contents, max_fee: MAX_FEE };
            if let Err(error) = self.done(&append, "a part of the code") {
                self.remove(payer, &file);
                return Err(error);
            }
            rest = more;
        }
        Ok(file)
    }

    /// Removes a file; one that stays costs nothing more, so a failure is passed over.
    fn remove(&mut self, payer: &str, file: &str) {
        let (payer, file) = (payer.to_owned(), file.to_owned());
        let _ = self.network.execute(&Transaction::FileDelete { payer, file, max_fee: MAX_FEE });
    }
}

impl<N: Network> Ledger for PublicLedger<N> {
    fn name(&self) -> String {
        self.network.name()
    }

    fn chain_id(&mut self) -> Result<U256, DeployError> {
        Ok(U256::from(self.network.chain_id()))
    }

    fn accounts(&mut self, roles: &[String]) -> Result<Vec<Account>, DeployError> {
        let mut accounts = Vec::with_capacity(roles.len());
        for role in roles {
            let (id, address) = if accounts.is_empty() {
                self.network.operator()
            } else {
                let made = Transaction::CryptoCreate { memo: role.clone(), initial_balance: BALANCE };
                let receipt = self.done(&made, "an account")?;
                let known = receipt.id.zip(receipt.evm_address);
                known.ok_or_else(|| self.failed("its receipt names no account".to_owned()))?
            };
            accounts.push(Account { role: role.clone(), id, address });
        }
        Ok(accounts)
    }

    fn create(&mut self, from: &Account, creation: Creation<'_>) -> Result<Created, DeployError> {
        let file = self.upload(&from.id, creation.code)?;
        let receipt = self.network.execute(&Transaction::ContractCreate {
            payer: from.id.clone(),
            file: file.clone(),
            gas: creation_gas(creation.code.len()),
            constructor_parameters: hex::encode(creation.arguments),
            max_fee: MAX_FEE,
        });
        self.remove(&from.id, &file);
        let receipt = receipt?;
        if receipt.status != SUCCESS {
            return Err(DeployError::Create { contract: creation.contract.to_owned(), reason: receipt.status });
        }
        let known = receipt.id.zip(receipt.evm_address);
        let (id, address) = known.ok_or_else(|| self.failed("its receipt names no contract".to_owned()))?;
        Ok(Created { id, address, transaction: receipt.transaction_id })
    }

    fn call(&mut self, from: &Account, to: &Created, data: &[u8], value: U256) -> Result<Sent, DeployError> {
        let amount = u64::try_from(value).map_err(|_| self.failed(format!("there is no such amount as {value}")))?;
        let receipt = self.network.execute(&Transaction::ContractCall {
            payer: from.id.clone(),
            contract: to.id.clone(),
            gas: CALL_GAS,
            amount,
            function_parameters: hex::encode(data),
            max_fee: MAX_FEE,
        })?;
        if receipt.status == SUCCESS {
            return Ok(Sent::Done(receipt.transaction_id));
        }
        Ok(reverted(receipt))
    }

    fn read(&mut self, from: &Account, to: &Created, data: &[u8]) -> Result<Result<Vec<u8>, Sent>, DeployError> {
        let receipt = self.network.execute(&Transaction::ContractCallQuery {
            payer: from.id.clone(),
            contract: to.id.clone(),
            gas: CALL_GAS,
            function_parameters: hex::encode(data),
        })?;
        match receipt.status.as_str() {
            SUCCESS => {
                let bytes = receipt.result.as_deref().and_then(|text| hex::decode(text).ok());
                Ok(Ok(bytes.ok_or_else(|| self.failed("its answer is no hex".to_owned()))?))
            }
            REVERTED => Ok(Err(reverted(receipt))),
            status => Err(self.failed(format!("a question is answered `{status}`"))),
        }
    }
}

fn reverted(receipt: Receipt) -> Sent {
    let data = receipt.result.as_deref().and_then(|text| hex::decode(text).ok()).unwrap_or_default();
    Sent::Reverted { data, message: receipt.status }
}
