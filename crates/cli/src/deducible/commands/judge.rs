//! `deducible judge`.

use super::attest::{failure, print, read};
use super::placed;
use crate::args::JudgeArgs;
use etymon_cli::output::{Failure, Outcome, Output};
use etymon_diagnostics::{Code, Diagnostic, Report};
use etymon_instrument::mapped::Mapped;
use etymon_instrument::oracle::consensus::Rules;
use etymon_instrument::oracle::{Address, Attestation, OracleError, Signature, U256, codes, unplaced};
use serde::Deserialize;
use serde_json::json;
use std::str;

/// A value that is not known.
const MAJHUL: Code = Code::new("MAJHUL");

/// A line that `deducible attest --json` prints; what else it says follows from this.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    round: String,
    value: String,
    oracle: Address,
    chain_id: String,
    signer: Address,
    signature: String,
}

/// Says what a round will come to, and with which arguments it is brought.
pub fn judge(args: &JudgeArgs, output: &Output) -> Outcome {
    let committee = args.committee.unwrap_or(usize::MAX);
    let rules = Rules::new(committee, args.quorum, args.gharar_bound_bps).map_err(failure)?;
    let bytes = read(&args.attestations)?;
    let refused = |(line, column): (usize, usize), reason: &str| {
        let error = OracleError::Attestations(format!("the attestation is refused: {reason}"));
        Failure::Refused(placed(error.into(), &args.attestations, &bytes, Some((line, column))))
    };
    let text = str::from_utf8(&bytes).map_err(|_| refused((1, 1), "it is no text"))?;
    let mut told: Vec<(Attestation, Address, String)> = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let (attestation, signer, signature) = attested(at + 1, line, &refused)?;
        let first = told.first().map_or(attestation, |own| own.0);
        if (Attestation { value: first.value, ..attestation }) != first {
            return Err(refused((at + 1, 1), "it is for another round, oracle or chain than the first"));
        }
        if told.iter().any(|own| own.1 == signer) {
            return Err(refused((at + 1, 1), "its signer has attested already"));
        }
        told.push((attestation, signer, signature));
    }
    let values: Vec<U256> = told.iter().map(|own| own.0.value).collect();
    // How many members there are, nobody said.
    if args.committee.is_none() && values.len() < args.quorum {
        let message = format!("{} values are attested, where a quorum of {} is needed", values.len(), args.quorum);
        let help = "gather one value from each of a quorum of members or more";
        return Err(Failure::Refused(Report::from(Diagnostic::error(codes::VALUE_COUNT, message).help(help))));
    }
    let verdict = rules.judge(&values).map_err(failure)?;
    let value = verdict.value.map(|own| own.to_string());
    let row = json!({
        "round": told.first().map(|own| own.0.round.to_string()), "median": verdict.median.to_string(),
        "low": verdict.low.to_string(), "high": verdict.high.to_string(), "inliers": verdict.inliers,
        "dispersionBps": verdict.dispersion_bps.to_string(), "value": value,
        "values": values.iter().map(U256::to_string).collect::<Vec<_>>(),
        "signatures": told.iter().map(|own| own.2.as_str()).collect::<Vec<_>>(),
    });
    let shown = value.as_deref().unwrap_or("not known");
    let text = format!(
        "value {shown}\nmedian {}, band {} to {}, {} within it, dispersion {} bps\n",
        verdict.median, verdict.low, verdict.high, verdict.inliers, verdict.dispersion_bps
    );
    print(output, &text, &row);
    if verdict.value.is_some() {
        return Ok(());
    }
    let message = format!("{} values lie within the band, where {} must", verdict.inliers, args.quorum);
    let help = "the oracle would withdraw its value; have the members look at their comparables again";
    Err(Failure::Check(Report::from(Diagnostic::error(MAJHUL, message).help(help))))
}

fn attested(
    at: usize,
    line: &str,
    refused: &dyn Fn((usize, usize), &str) -> Failure,
) -> Result<(Attestation, Address, String), Failure> {
    let Mapped::<Line>(line) =
        serde_json::from_str(line).map_err(|error| refused((at, error.column().max(1)), &unplaced(&error)))?;
    let refused = |reason: &str| refused((at, 1), reason);
    let number = |text: &str| U256::from_str_radix(text, 10).map_err(|_| refused("a number is none"));
    let attestation = Attestation {
        round: number(&line.round)?,
        value: number(&line.value)?,
        oracle: line.oracle,
        chain_id: number(&line.chain_id)?,
    };
    let signature =
        Signature::from_hex(&line.signature).ok_or_else(|| refused("its signature is not 65 bytes in hex"))?;
    let signer = attestation.signer(&signature).map_err(|error| refused(&error.to_string()))?;
    if signer != line.signer {
        return Err(refused("its signature is not by its signer"));
    }
    Ok((attestation, signer, line.signature))
}
