use super::values::{hexed, octets};
use super::{Account, Created, Creation, DeployError, Ledger, Sent, creation_gas};
use etymon_instrument::evm::{Address, U256};
use serde_json::{Value, json};
use std::net::IpAddr;
use std::time::{Duration, Instant};
use ureq::Agent;
use ureq::http::Uri;

/// How long one question may take.
const TIME: Duration = Duration::from_secs(30);
/// How long a transaction may take to be in a block.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long to wait between two questions for its receipt.
const PAUSE: Duration = Duration::from_millis(50);
/// Longest answer, in bytes.
const MAX_ANSWER: u64 = 16 << 20;
/// Longest part of an answer that a message shows, in characters.
const MAX_SHOWN: usize = 200;

/// A node of an EVM chain that unlocks its accounts, as local nodes do.
pub struct JsonRpc {
    agent: Agent,
    url: String,
    asked: u64,
    chain: U256,
}

/// What a node answers instead of a result.
struct Refusal {
    message: String,
    data: Vec<u8>,
}

impl JsonRpc {
    /// The node at an address, which must be on this machine unless others are allowed: whoever answers there is told what is signed for
    /// whom, and spends money of accounts that it unlocks.
    ///
    /// # Errors
    /// `DEPLOY_ADDRESS` for what is no such address, `DEPLOY_LEDGER` when nobody answers.
    pub fn new(url: &str, allow_remote: bool) -> Result<JsonRpc, DeployError> {
        JsonRpc::within(url, allow_remote, TIME)
    }

    /// The same, where one question may take no longer than `time`.
    ///
    /// # Errors
    /// As [`JsonRpc::new`].
    pub fn within(url: &str, allow_remote: bool, time: Duration) -> Result<JsonRpc, DeployError> {
        let wrong = |reason: &'static str| DeployError::Address { url: url.to_owned(), reason };
        let uri: Uri = url.parse().map_err(|_| wrong("is no address of a node"))?;
        let host = uri.host().unwrap_or_default();
        if !matches!(uri.scheme_str(), Some("http" | "https")) || host.is_empty() {
            return Err(wrong("is no address of a node"));
        }
        if uri.authority().is_some_and(|own| own.as_str().contains('@')) {
            return Err(wrong("holds a user name, which would be in logs"));
        }
        if !allow_remote && !is_loopback(host) {
            return Err(wrong("is not on this machine"));
        }
        let config = Agent::config_builder()
            .timeout_global(Some(time))
            .http_status_as_error(false)
            // A redirect could lead off this machine.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("etymon/", env!("CARGO_PKG_VERSION")));
        let mut node = JsonRpc { agent: config.build().into(), url: url.to_owned(), asked: 0, chain: U256::ZERO };
        let chain = node.answer("eth_chainId", json!([]))?;
        node.chain = node.quantity(&chain)?;
        Ok(node)
    }

    fn failed(&self, reason: impl Into<String>) -> DeployError {
        DeployError::Ledger { ledger: self.url.clone(), reason: reason.into() }
    }

    fn ask(&mut self, method: &str, params: Value) -> Result<Result<Value, Refusal>, DeployError> {
        self.asked += 1;
        let body = json!({ "jsonrpc": "2.0", "id": self.asked, "method": method, "params": params });
        let sent = self.agent.post(&self.url).header("content-type", "application/json").send(body.to_string());
        let mut response = sent.map_err(|error| self.failed(error.to_string()))?;
        let read = response.body_mut().with_config().limit(MAX_ANSWER).read_to_vec();
        let bytes = read.map_err(|error| self.failed(error.to_string()))?;
        let unknown =
            || self.failed(format!("it answers `{method}` with no JSON-RPC, status {}", response.status().as_u16()));
        let answer: Value = serde_json::from_slice(&bytes).map_err(|_| unknown())?;
        if answer["id"] != json!(self.asked) {
            return Err(unknown());
        }
        let Some(error) = answer.get("error").filter(|own| !own.is_null()) else {
            return answer.get("result").cloned().map(Ok).ok_or_else(unknown);
        };
        // What a node says goes to a terminal.
        let message = shown(error["message"].as_str().unwrap_or("it gives no reason"));
        // Some wrap what the contract returned once more.
        let data = error["data"].as_str().or_else(|| error["data"]["data"].as_str());
        Ok(Err(Refusal { message, data: data.and_then(octets).unwrap_or_default() }))
    }

    fn answer(&mut self, method: &str, params: Value) -> Result<Value, DeployError> {
        let answer = self.ask(method, params)?;
        answer.map_err(|refusal| self.failed(format!("`{method}` is refused: {}", refusal.message)))
    }

    fn quantity(&self, value: &Value) -> Result<U256, DeployError> {
        let digits = value.as_str().and_then(|text| text.strip_prefix("0x"));
        let number = digits.and_then(|own| U256::from_str_radix(own, 16).ok());
        number.ok_or_else(|| self.failed(format!("`{}` is no number", shown(&value.to_string()))))
    }

    /// Sends a transaction with the gas that it needs, or that is given, and waits for its receipt.
    fn send(&mut self, mut transaction: Value, gas: Option<u64>) -> Result<Result<Value, Sent>, DeployError> {
        let undone = |refusal: Refusal| Ok(Err(Sent::Reverted { data: refusal.data, message: refusal.message }));
        // This also tells why it would be undone, which a receipt does not.
        let estimate = match self.ask("eth_estimateGas", json!([transaction]))? {
            Ok(value) => self.quantity(&value)?,
            Err(refusal) => return undone(refusal),
        };
        let spare = estimate.saturating_add(estimate / U256::from(5));
        let gas = gas.map_or(spare, |most| spare.min(U256::from(most)));
        transaction["gas"] = json!(format!("{gas:#x}"));
        let hash = match self.ask("eth_sendTransaction", json!([transaction]))? {
            Ok(hash) => {
                hash.as_str().filter(|own| octets(own).is_some_and(|bytes| bytes.len() == 32)).map(str::to_owned)
            }
            Err(refusal) => return undone(refusal),
        };
        let hash = hash.ok_or_else(|| self.failed("it names no transaction"))?;
        let receipt = self.receipt(&hash)?;
        if receipt["status"] == "0x1" {
            return Ok(Ok(receipt));
        }
        Ok(Err(Sent::Reverted { data: Vec::new(), message: format!("the transaction `{hash}` was undone") }))
    }

    fn receipt(&mut self, hash: &str) -> Result<Value, DeployError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let receipt = self.answer("eth_getTransactionReceipt", json!([hash]))?;
            if receipt["transactionHash"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(hash)) {
                return Ok(receipt);
            }
            if !receipt.is_null() {
                return Err(self.failed(format!("its receipt is not that of the transaction `{hash}`")));
            }
            if Instant::now() > deadline {
                return Err(
                    self.failed(format!("the transaction `{hash}` is in no block after {} s", PATIENCE.as_secs()))
                );
            }
            std::thread::sleep(PAUSE);
        }
    }
}

/// What a node says goes to a terminal.
fn shown(text: &str) -> String {
    text.chars().map(|own| if own.is_control() { ' ' } else { own }).take(MAX_SHOWN).collect()
}

/// An address; the case of its letters says nothing, for some chains have a checksum of their own.
fn address(value: &Value) -> Option<Address> {
    value.as_str().and_then(|text| text.to_ascii_lowercase().parse().ok())
}

/// Whether a name of a host is this machine's.
fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|own| own.is_loopback())
}

impl Ledger for JsonRpc {
    fn name(&self) -> String {
        format!("evm:{}", self.chain)
    }

    fn chain_id(&mut self) -> Result<U256, DeployError> {
        Ok(self.chain)
    }

    fn accounts(&mut self, roles: &[String]) -> Result<Vec<Account>, DeployError> {
        let answer = self.answer("eth_accounts", json!([]))?;
        let texts = answer.as_array().ok_or_else(|| self.failed("its accounts are no list"))?;
        let mut unlocked: Vec<Address> = Vec::new();
        for text in texts.iter().take(roles.len()) {
            let own = address(text).ok_or_else(|| self.failed("one of its accounts is no address"))?;
            // Whoever plays two roles could do what only two may do together.
            if unlocked.contains(&own) {
                return Err(self.failed("two of its accounts are the same"));
            }
            unlocked.push(own);
        }
        if unlocked.len() < roles.len() {
            let reason = format!("it unlocks {} accounts, where {} roles need one each", unlocked.len(), roles.len());
            return Err(self.failed(reason));
        }
        let account = |(role, address): (&String, &Address)| Account {
            role: role.clone(),
            id: address.to_string(),
            address: *address,
        };
        Ok(roles.iter().zip(&unlocked).map(account).collect())
    }

    fn create(&mut self, from: &Account, creation: Creation<'_>) -> Result<Created, DeployError> {
        let refused = |reason: String| DeployError::Create { contract: creation.contract.to_owned(), reason };
        let data = hexed(&[creation.code, creation.arguments].concat());
        let transaction = json!({ "from": from.address, "data": data });
        let receipt = match self.send(transaction, Some(creation_gas(creation.code.len())))? {
            Ok(receipt) => receipt,
            Err(Sent::Reverted { data, message }) if data.is_empty() => return Err(refused(message)),
            Err(Sent::Reverted { data, message }) => return Err(refused(format!("{message} ({})", hexed(&data)))),
            Err(Sent::Done(_)) => return Err(refused("it answers without a receipt".to_owned())),
        };
        let address =
            address(&receipt["contractAddress"]).ok_or_else(|| self.failed("its receipt names no contract"))?;
        let transaction = receipt["transactionHash"].as_str().unwrap_or_default().to_owned();
        Ok(Created { id: address.to_string(), address, transaction })
    }

    fn call(&mut self, from: &Account, to: &Created, data: &[u8], value: U256) -> Result<Sent, DeployError> {
        let transaction = json!({
            "from": from.address, "to": to.address, "data": hexed(data), "value": format!("{value:#x}"),
        });
        Ok(match self.send(transaction, None)? {
            Ok(receipt) => Sent::Done(receipt["transactionHash"].as_str().unwrap_or_default().to_owned()),
            Err(undone) => undone,
        })
    }

    fn read(&mut self, from: &Account, to: &Created, data: &[u8]) -> Result<Result<Vec<u8>, Sent>, DeployError> {
        let call = json!({ "from": from.address, "to": to.address, "data": hexed(data) });
        match self.ask("eth_call", json!([call, "latest"]))? {
            Ok(value) => {
                let bytes = value.as_str().and_then(octets).ok_or_else(|| self.failed("its answer is no hex"))?;
                Ok(Ok(bytes))
            }
            Err(refusal) => Ok(Err(Sent::Reverted { data: refusal.data, message: refusal.message })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_off_this_machine_are_refused() {
        for host in ["localhost", "127.0.0.1", "127.8.8.8", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["0.0.0.0", "10.0.0.1", "localhost.example", "127.0.0.1.example", "[::ffff:10.0.0.1]"] {
            assert!(!is_loopback(host), "{host}");
        }
        let code = |url: &str| JsonRpc::new(url, false).err().map(|error| error.code().as_str());
        for url in ["http://192.0.2.1:8545", "ftp://127.0.0.1/", "127.0.0.1", "http://me@127.0.0.1:1/"] {
            assert_eq!(code(url), Some("DEPLOY_ADDRESS"), "{url}");
        }
    }
}
