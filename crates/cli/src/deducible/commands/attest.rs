//! `deducible attest`.

use super::placed;
use crate::args::AttestArgs;
use etymon_cli::output::{Failure, Outcome, Output};
use etymon_instrument::oracle::{Attestation, Comparables, OracleError, U256, ValuerKey, max_value};
use serde_json::json;
use std::io::Read;
use std::path::Path;

/// Longest file of comparables that is read, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// Values, and signs for one member of a committee.
pub fn attest(args: &AttestArgs, output: &Output) -> Outcome {
    if let Some(path) = &args.new_key {
        let key = ValuerKey::generate().map_err(failure)?;
        key.create(path).map_err(failure)?;
        let address = key.address().to_string();
        let row = json!({ "address": address, "path": path.display().to_string() });
        print(output, &format!("{address}\n"), &row);
        return Ok(());
    }
    let value = value(args)?;
    let (Some(round), Some(oracle), Some(chain_id)) = (args.round, args.oracle, args.chain_id) else {
        print(output, &format!("{value}\n"), &json!({ "value": value.to_string() }));
        return Ok(());
    };
    if value.is_zero() || value > max_value() {
        return Err(failure(OracleError::Value(value)));
    }
    let key = match &args.key {
        Some(path) => ValuerKey::read(path),
        None if args.ephemeral => ValuerKey::generate(),
        None => {
            let message = "there is no key to sign with".to_owned();
            return Err(Failure::usage(message, "give `--key FILE`, or `--ephemeral`"));
        }
    };
    let key = key.map_err(failure)?;
    let attestation = Attestation { round, value, oracle, chain_id };
    let (address, signature) = (key.address().to_string(), key.sign(&attestation).to_string());
    let digest = attestation.digest();
    let text = format!("value {value}\nsigner {address}\ndigest {digest}\nsignature {signature}\n");
    let row = json!({
        "round": round.to_string(), "value": value.to_string(), "oracle": oracle.to_string(), "chainId": chain_id.to_string(),
        "signer": address, "digest": digest, "signedHash": attestation.signed_hash(), "signature": signature,
    });
    print(output, &text, &row);
    Ok(())
}

fn value(args: &AttestArgs) -> Result<U256, Failure> {
    match (args.value, &args.comparables) {
        (Some(value), _) => Ok(value),
        (None, Some(path)) => {
            let bytes = read(path)?;
            let refused = |error: OracleError| {
                let place = match &error {
                    OracleError::ComparablesJson(own) => Some((own.line(), own.column())),
                    _ => None,
                };
                Failure::Refused(placed(error.into(), path, &bytes, place))
            };
            Comparables::from_json(&bytes).and_then(|own| own.value(args.multiple)).map_err(refused)
        }
        (None, None) => Err(Failure::usage("there is no value".to_owned(), "give `--value N` or `--comparables FILE`")),
    }
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| Failure::io(path.display(), error))?;
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| Failure::io(path.display(), error))?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(failure(OracleError::Comparables(format!("`{}` has more than {MAX_FILE} bytes", path.display()))));
    }
    Ok(bytes)
}

pub(super) fn print(output: &Output, text: &str, row: &serde_json::Value) {
    if output.json { output.print_json(row) } else { output.print(text) }
}

/// Keys that cannot be used or written are a matter of I/O; values and comparables are input.
pub(super) fn failure(error: OracleError) -> Failure {
    match error {
        OracleError::Key(_) | OracleError::KeyFile(_) => Failure::Usage(error.into()),
        _ => Failure::Refused(error.into()),
    }
}
