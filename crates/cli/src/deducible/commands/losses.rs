//! `deducible losses`.

use super::attest::print;
use crate::args::{ClaimArgs, LossesCommand, ProveArgs, VerifyArgs};
use etymon_attest::write_file;
use etymon_cli::input::read;
use etymon_cli::output::{Failure, Outcome, Output};
use etymon_diagnostics::{Code, Diagnostic, Report};
use etymon_instrument::zk::sigma::rand_core::{OsRng, RngCore};
use etymon_instrument::zk::sigma::{
    Claim, Losses, PROOF_BYTES, Proof, Refusal, prove as prove_losses, verify as holds,
};
use serde_json::json;

/// The claim, the losses or the bytes are such that there is no proof.
const LOSS_CLAIM: Code = Code::new("LOSS_CLAIM");
/// The proof does not hold.
const LOSS_PROOF: Code = Code::new("LOSS_PROOF");
/// Hex digits, and white space around them.
const MAX_FILE: usize = 2 * PROOF_BYTES + 64;

/// Proves or verifies that a loss is shared in proportion.
pub fn losses(command: &LossesCommand, output: &Output) -> Outcome {
    match command {
        LossesCommand::Prove(args) => prove(args, output),
        LossesCommand::Verify(args) => verify(args, output),
    }
}

fn prove(args: &ProveArgs, output: &Output) -> Outcome {
    // Asked once here, where it can be told; afterwards the generator has no way to.
    OsRng.try_fill_bytes(&mut [0; 32]).map_err(|error| {
        Failure::usage(format!("the system gives no randomness: {error}"), "see that `/dev/urandom` can be read")
    })?;
    let total_loss = args.bank.checked_add(args.client).ok_or_else(|| {
        let told = Diagnostic::error(LOSS_CLAIM, "the losses add up to more than 64 bits");
        Failure::Refused(told.help("claim them in a larger unit").into())
    })?;
    let proof =
        prove_losses(&claim(&args.claim, total_loss), Losses { bank: args.bank, client: args.client }, &mut OsRng)
            .map_err(failure)?;
    let digits = proof.to_string();
    match &args.out {
        None => print(output, &format!("{digits}\n"), &json!({ "proof": digits, "total": total_loss.to_string() })),
        Some(path) => {
            write_file(path, &format!("{digits}\n"))
                .map_err(|error| Failure::unusable(path.display(), error, "choose another place"))?;
            let row = json!({ "path": path.display().to_string(), "total": total_loss.to_string() });
            print(output, &format!("{}: a loss of {total_loss}, shared in proportion\n", path.display()), &row);
        }
    }
    Ok(())
}

fn verify(args: &VerifyArgs, output: &Output) -> Outcome {
    let bytes = read(&args.proof, MAX_FILE)?;
    let digits = std::str::from_utf8(bytes.trim_ascii()).map_err(|_| failure(Refusal::Encoding))?;
    let proof = digits.parse::<Proof>().map_err(failure)?;
    holds(&claim(&args.claim, args.total), &proof).map_err(failure)?;
    let ClaimArgs { bank_bps, client_bps, .. } = args.claim;
    let row = json!({ "holds": true, "bankBps": bank_bps, "clientBps": client_bps, "total": args.total.to_string() });
    print(output, &format!("a loss of {} is shared as {bank_bps} to {client_bps}\n", args.total), &row);
    Ok(())
}

fn claim(args: &ClaimArgs, total_loss: u64) -> Claim<'_> {
    Claim { bank_bps: args.bank_bps, client_bps: args.client_bps, total_loss, context: args.context.as_bytes() }
}

/// A proof that does not hold is a check that failed; everything else could not have been proven at all.
fn failure(refusal: Refusal) -> Failure {
    let (code, help) = match refusal {
        Refusal::Equation | Refusal::Challenge => {
            (LOSS_PROOF, "ask for the proof of just these shares, total and context")
        }
        Refusal::Shares(_) => (LOSS_CLAIM, "give the two shares, which total 10000"),
        Refusal::NoLoss => (LOSS_CLAIM, "claim what was lost, or prove nothing"),
        Refusal::Remainder(_) => (LOSS_CLAIM, "multiply losses and total by 10000"),
        Refusal::Total(_) | Refusal::Proportion => (LOSS_CLAIM, "split the loss by the shares"),
        Refusal::Encoding | Refusal::Identity => {
            (LOSS_CLAIM, "give the hex digits that `deducible losses prove` wrote")
        }
        Refusal::Randomness => (LOSS_CLAIM, "try again"),
    };
    let report = Report::from(Diagnostic::error(code, refusal.to_string()).help(help));
    if code == LOSS_PROOF { Failure::Check(report) } else { Failure::Refused(report) }
}
