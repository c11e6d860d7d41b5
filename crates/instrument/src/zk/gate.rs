//! The contract that settles a loss only when a proof shows that it is shared in proportion.

use super::circuit::PUBLIC;
use etymon_emit::writer::Writer;

const TEMPLATE: &str = include_str!("gate.sol");

/// What the contract compares each public signal with, in the order of [`PUBLIC`].
const OWN: [(&str, &str); PUBLIC.len()] = [
    ("bankBps", "bankShareBps"),
    ("clientBps", "clientShareBps"),
    ("totalLoss", "_lossClaim(value)"),
    ("chainId", "block.chainid"),
    ("contractAddress", "uint256(uint160(address(this)))"),
    ("round", "proofRound"),
];

/// A parameter of a constructor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its Solidity type.
    pub kind: &'static str,
    /// Its name, without the underscore that is put after it.
    pub name: &'static str,
}

/// The contract of an instrument whose base takes these parameters.
pub fn gate(instrument: &str, class: &str, parameters: &[Parameter]) -> String {
    let signals = PUBLIC.map(|signal| signal.name).join(", ");
    let total = PUBLIC.iter().position(|signal| signal.name == "totalLoss").unwrap_or_default();
    TEMPLATE
        .replace("@CONSTRUCTOR@", &constructor(instrument, parameters))
        .replace("@OWN@", &own())
        .replace("@SIGNALS@", &signals)
        .replace("@COUNT@", &PUBLIC.len().to_string())
        .replace("@TOTAL@", &total.to_string())
        .replace("@CLASS@", class)
        .replace("@NAME@", instrument)
}

fn own() -> String {
    let value = |name: &str| OWN.iter().find(|(own, _)| *own == name).map_or("", |(_, value)| *value);
    PUBLIC.map(|signal| format!("            {}", value(signal.name))).join(",\n")
}

fn constructor(instrument: &str, parameters: &[Parameter]) -> String {
    let mut out = Writer::new();
    // Solidity is indented by four spaces, two levels of the writer each.
    out.indent().indent();
    out.line().text("/// @param verifier_ What checks proofs; fixed for good.");
    for parameter in parameters {
        out.line().texts(["/// @param ", parameter.name, "_ As of `", instrument, "Gen`."]);
    }
    out.line().text("constructor(").indent().indent();
    for parameter in parameters {
        out.line().texts([parameter.kind, " ", parameter.name, "_,"]);
    }
    out.line().text("address verifier_").dedent().dedent();
    let names: Vec<String> = parameters.iter().map(|parameter| format!("{}_", parameter.name)).collect();
    out.line().texts([") ", instrument, "Gen(", &names.join(", "), ") {"]).indent().indent();
    out.line().text("if (verifier_.code.length == 0) revert NotAVerifier(verifier_);");
    out.line().texts(["verifier = I", instrument, "LossShareVerifier(verifier_);"]).dedent().dedent();
    out.line().text("}\n");
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_public_signal_is_compared_with_the_contracts_own_state() {
        let text = gate("Home", "musharakah_mutanaqisah", &[Parameter { kind: "address", name: "client" }]);
        assert!(!text.contains('@') || !text.contains("@NAME@"));
        for (signal, (name, value)) in PUBLIC.iter().zip(OWN) {
            assert_eq!(signal.name, name);
            assert!(text.contains(&format!("            {value}")), "{name}");
        }
        for placeholder in ["@NAME@", "@CLASS@", "@COUNT@", "@TOTAL@", "@SIGNALS@", "@OWN@", "@CONSTRUCTOR@"] {
            assert!(!text.contains(placeholder), "{placeholder}");
        }
        assert!(text.contains("uint256[6] calldata pubSignals"));
        assert!(text.contains(") HomeGen(client_) {"));
    }
}
