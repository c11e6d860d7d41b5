//! What is proven, and the commands from the circuit to a verified proof.

use super::circuit::{Circuit, PRIVATE, PUBLIC, STATEMENTS};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    kind: &'static str,
    scheme: &'static str,
    instrument: &'a str,
    circuit: String,
    public_signals: Vec<&'static str>,
    private_signals: Vec<&'static str>,
    constraints: Vec<Constraint>,
    pipeline: Vec<String>,
    note: &'static str,
}

#[derive(Serialize)]
struct Constraint {
    code: &'static str,
    statement: &'static str,
    meaning: &'static str,
    citation: &'static str,
}

const NOTE: &str = "The keys are only as trustworthy as the ceremony: whoever knows all entropy of it can forge proofs, so \
let several parties contribute and destroy theirs (ENTROPY_TAU, ENTROPY_KEY). The proof says that the loss was shared in \
proportion; as shares and total are public, both losses can be computed from them. This is consistency with a cited \
rule-base, not a religious or legal ruling.";

/// The manifest as JSON, two spaces deep, with a final newline.
///
/// # Errors
/// None in practice: every value of it is text.
pub fn manifest(instrument: &str) -> Result<String, serde_json::Error> {
    let manifest = Manifest {
        kind: "zk_circuit_manifest",
        scheme: "groth16",
        instrument,
        circuit: format!("{instrument}LossShare.circom"),
        public_signals: PUBLIC.map(|signal| signal.name).into(),
        private_signals: PRIVATE.map(|signal| signal.name).into(),
        constraints: STATEMENTS
            .iter()
            .map(|own| Constraint {
                code: own.code,
                statement: own.statement,
                meaning: own.meaning,
                citation: own.citation,
            })
            .collect(),
        pipeline: pipeline(&format!("{instrument}LossShare"), Circuit::new().power()),
        note: NOTE,
    };
    Ok(serde_json::to_string_pretty(&manifest)? + "\n")
}

/// The commands, in order; the inputs of a proof are in `<circuit>.input.json`.
fn pipeline(circuit: &str, power: u32) -> Vec<String> {
    [
        "circom2 @.circom --r1cs --wasm --sym -o .",
        "snarkjs powersoftau new bn128 POWER @_0.ptau",
        "snarkjs powersoftau contribute @_0.ptau @_1.ptau --name=first -e=\"$ENTROPY_TAU\"",
        "snarkjs powersoftau prepare phase2 @_1.ptau @_final.ptau",
        "snarkjs groth16 setup @.r1cs @_final.ptau @_0.zkey",
        "snarkjs zkey contribute @_0.zkey @_final.zkey --name=first -e=\"$ENTROPY_KEY\"",
        "snarkjs zkey verify @.r1cs @_final.ptau @_final.zkey",
        "snarkjs zkey export verificationkey @_final.zkey @.vkey.json",
        "snarkjs wtns calculate @_js/@.wasm @.input.json @.wtns",
        "snarkjs groth16 prove @_final.zkey @.wtns @.proof.json @.public.json",
        "snarkjs groth16 verify @.vkey.json @.public.json @.proof.json",
        "snarkjs zkey export solidityverifier @_final.zkey @Verifier.sol",
    ]
    .map(|command| command.replace('@', circuit).replace("POWER", &power.to_string()))
    .into()
}
