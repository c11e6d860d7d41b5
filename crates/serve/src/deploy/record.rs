use super::DeployError;
use serde::Serialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What was deployed, and what came of it: `deployments/generated_<instrument>.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    /// The instrument.
    pub instrument: String,
    /// The ledger, such as `evm:31337`.
    pub ledger: String,
    /// What the ledger calls the contract.
    pub contract_id: String,
    /// What the ledger calls the oracle, if there is one.
    pub oracle_id: Option<String>,
    /// Every contract, in the order in which they were created.
    pub contracts: Vec<ContractRecord>,
    /// Who played which role.
    pub accounts: Vec<AccountRecord>,
    /// The addresses of the oracle's committee, whose keys were of this run only.
    pub committee: Vec<String>,
    /// What was called.
    pub steps: Vec<StepRecord>,
    /// What was asked.
    pub reads: Vec<ReadRecord>,
    /// Whether all steps took place and all answers were right.
    pub ok: bool,
}

/// A contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractRecord {
    /// Its name.
    pub name: String,
    /// What the ledger calls it.
    pub id: String,
    /// Its address, with the checksum of EIP-55.
    pub address: String,
    /// The transaction that made it.
    pub transaction: String,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountRecord {
    /// Its role.
    pub role: String,
    /// What the ledger calls it.
    pub id: String,
    /// Its address, with the checksum of EIP-55.
    pub address: String,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepRecord {
    /// The caller's role.
    #[serde(rename = "as")]
    pub role: String,
    /// The function.
    #[serde(rename = "fn")]
    pub function: String,
    /// `ok`, `reverted`, or `skipped` after one that was reverted.
    pub status: &'static str,
    /// The transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction: Option<String>,
    /// Why it was reverted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadRecord {
    /// The function.
    #[serde(rename = "fn")]
    pub function: String,
    /// What it should answer.
    pub expect: Value,
    /// What it answers; `null` when it is undone.
    pub got: Value,
    /// Whether that is the same.
    pub ok: bool,
}

/// Longest file that is looked at before it is replaced, in bytes.
const MAX_RECORD: u64 = 64 << 20;

/// The file of an instrument's record in a folder, when it may be written: nothing is there, or an earlier record of the same instrument.
/// Looked at before anything is deployed, so that what was paid for is recorded.
///
/// # Errors
/// `DEPLOY_RECORD` when another file is there, or the folder cannot be written to.
pub fn record_path(folder: &Path, instrument: &str) -> Result<PathBuf, DeployError> {
    let path = folder.join(format!("generated_{instrument}.json"));
    let wrong = |reason: String| DeployError::Record(format!("`{}` {reason}", path.display()));
    let failed =
        |error: io::Error| DeployError::Record(format!("`{}` cannot be written to: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(failed)?;
    tempfile::tempfile_in(folder).map_err(failed)?;
    // Also of a link that leads nowhere.
    let Ok(metadata) = fs::symlink_metadata(&path) else { return Ok(path) };
    if !metadata.is_file() || metadata.len() > MAX_RECORD {
        return Err(wrong("is no record of a deployment".to_owned()));
    }
    let bytes = fs::read(&path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(own) if own["instrument"] == instrument && own["contractId"].is_string() && own["steps"].is_array() => {
            Ok(path)
        }
        _ => Err(wrong(format!("is no record of a deployment of `{instrument}`"))),
    }
}

impl Deployment {
    /// Its JSON for a file: two spaces a level, a final newline.
    pub fn to_text(&self) -> String {
        // Texts, numbers and lists of them always have a JSON form.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}
