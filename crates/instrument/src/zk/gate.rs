//! The contract that settles a loss only when a proof shows that it is shared in proportion.

use super::circuit::PUBLIC;
use crate::solidity::{Face, Parameter};
use etymon_emit::writer::Writer;

/// `@…@` is filled from the instrument; `%…` is a local name, which may not hide what the base declares.
const TEMPLATE: &str = include_str!("gate.sol");

/// Names that the contract declares, which no party may have.
pub(super) const MEMBERS: [&str; 13] = [
    "verifier",
    "proofRound",
    "LossProven",
    "NotAVerifier",
    "ProofRequired",
    "NoLoss",
    "WrongSignal",
    "ProofRefused",
    "settleWithProof",
    "lossClaim",
    "publicSignals",
    "_lossClaim",
    "_publicSignals",
];

/// The longest come first, so that none is taken for the beginning of another.
const LOCALS: [&str; 9] = ["pubSignals", "claim", "value", "loss", "own", "a", "b", "c", "i"];

/// The contract of an instrument over its base.
pub(super) fn gate(instrument: &str, class: &str, base: &Face) -> String {
    let signals = PUBLIC.map(|signal| signal.name).join(", ");
    let total = PUBLIC.iter().position(|signal| signal.name == "totalLoss").unwrap_or_default();
    let mut text = valued(base)
        .replace("@OWN@", &own(base))
        .replace("@CONSTRUCTOR@", &constructor(instrument, &base.parameters))
        .replace("@SETTLES@", &base.settles)
        .replace("@WHOLE@", base.whole)
        .replace("@BANK_SHARE@", &base.shares[0])
        .replace("@SIGNALS@", &signals)
        .replace("@COUNT@", &PUBLIC.len().to_string())
        .replace("@TOTAL@", &total.to_string())
        // A remainder is no local name.
        .replace(" % ", " @MOD@ ");
    for local in LOCALS {
        text = text.replace(&format!("%{local}"), &free(local, base));
    }
    text.replace("@MOD@", "%").replace("@CLASS@", class).replace("@NAME@", instrument)
}

/// The template, with where the value comes from: an oracle that says it beforehand, or whoever settles.
fn valued(base: &Face) -> String {
    let (value, today, given, asked) = if base.oracle {
        ("fairValue()", "the value of today", "", "fairValue()")
    } else {
        ("msg.value", "a value that is paid in", "uint256 %value", "%value")
    };
    let due = if base.oracle && base.paid_in { "        _due(%value);\n" } else { "" };
    let param = if base.oracle { "" } else { "    /// @param %value What is going to be paid in.\n" };
    let import = if base.oracle { "import {IValuationOracle} from \"./IValuationOracle.sol\";\n" } else { "" };
    TEMPLATE
        .replace("@IMPORT@", import)
        .replace("@PAYABLE@", if base.paid_in { "payable " } else { "" })
        .replace("@VALUE@", value)
        .replace("@DUE@", due)
        .replace("@TODAY@", today)
        .replace("@PARAM@", param)
        .replace("@GIVEN@", given)
        .replace("@ASKED@", asked)
}

/// A local name that hides no declaration of the base.
fn free(name: &str, base: &Face) -> String {
    if base.parties.iter().any(|party| party == name) { format!("{name}_") } else { name.to_owned() }
}

/// What the contract compares each public signal with, in their order.
fn own(base: &Face) -> String {
    let value = |name: &str| match name {
        "bankBps" => base.shares[0].clone(),
        "clientBps" => base.shares[1].clone(),
        "totalLoss" => "_lossClaim(%value)".to_owned(),
        "chainId" => "block.chainid".to_owned(),
        "contractAddress" => "uint256(uint160(address(this)))".to_owned(),
        // Nothing else is public; a test reads every line.
        _ => "proofRound".to_owned(),
    };
    PUBLIC.map(|signal| format!("            {}", value(signal.name))).join(",\n")
}

fn constructor(instrument: &str, parameters: &[Parameter]) -> String {
    let mut out = Writer::new();
    // Solidity's style guide wants four spaces, two levels of the writer.
    out.indent().indent();
    for parameter in parameters {
        out.line().texts(["/// @param ", &parameter.name, "_ As of ", instrument, "Gen."]);
    }
    out.line().text("/// @param gateVerifier_ What checks proofs, for good.");
    out.line().text("constructor(").indent().indent();
    for parameter in parameters {
        out.line().texts([&parameter.kind, " ", &parameter.name, "_,"]);
    }
    out.line().text("address gateVerifier_").dedent().dedent();
    let names: Vec<String> = parameters.iter().map(|parameter| format!("{}_", parameter.name)).collect();
    out.line().texts([") ", instrument, "Gen(", &names.join(", "), ") {"]).indent().indent();
    out.line().text("if (gateVerifier_.code.length == 0) revert NotAVerifier(gateVerifier_);");
    out.line().texts(["verifier = I", instrument, "LossShareVerifier(gateVerifier_);"]).dedent().dedent();
    out.line().text("}\n");
    out.finish()
}
