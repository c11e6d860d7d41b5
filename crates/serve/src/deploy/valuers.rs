use super::{ConsensusPlan, DeployError};
use etymon_instrument::evm::{Address, U256};
use etymon_instrument::oracle::consensus::Rules;
use etymon_instrument::oracle::{Attestation, ValuerKey};
use serde_json::{Value, json};

/// Who deploys an oracle, and brings the committee's signatures: not the one that deploys the instrument.
pub(super) const ROLE: &str = "oracle";

/// A committee whose keys live as long as the run.
pub(super) struct Committee {
    keys: Vec<ValuerKey>,
    rules: Rules,
}

impl Committee {
    pub fn new(plan: &ConsensusPlan) -> Result<Committee, DeployError> {
        let rules = Rules::new(plan.committee, plan.quorum, plan.gharar_bound_bps)?;
        let keys = (0..plan.committee).map(|_| ValuerKey::generate()).collect::<Result<_, _>>()?;
        Ok(Committee { keys, rules })
    }

    pub fn addresses(&self) -> Vec<Address> {
        self.keys.iter().map(ValuerKey::address).collect()
    }

    /// The arguments of `submitRound` when all attest the same value.
    pub fn round(&self, round: U256, value: U256, oracle: Address, chain_id: U256) -> Result<Vec<Value>, DeployError> {
        let values = vec![value; self.keys.len()];
        // A value out of range is refused here, before it is paid for.
        self.rules.judge(&values)?;
        let attestation = Attestation { round, value, oracle, chain_id };
        let signatures: Vec<String> = self.keys.iter().map(|key| key.sign(&attestation).to_string()).collect();
        let values: Vec<String> = values.iter().map(U256::to_string).collect();
        Ok(vec![json!(round.to_string()), json!(values), json!(signatures)])
    }
}
