use super::*;
use crate::ast::Unit;
use crate::examples::example;
use etymon_diagnostics::SourceFile;

const HOME: &str = example(Kind::MusharakahMutanaqisah);

fn parsed(text: &str) -> Instrument {
    match crate::parser::parse(&SourceFile::new("home.fiqh", text)) {
        Ok(Unit::Instrument(instrument)) => instrument,
        other => panic!("{other:?}"),
    }
}

fn text(artifacts: &[Artifact], path: &str) -> String {
    let own = artifacts.iter().find(|own| own.path == path).unwrap_or_else(|| panic!("no `{path}`"));
    String::from_utf8(own.bytes.clone()).unwrap()
}

fn refused(text: &str) -> Diagnostic {
    emit(&parsed(text)).unwrap_err().iter().next().unwrap().clone()
}

#[test]
fn the_reference_class_has_circuit_manifest_and_gate() {
    let artifacts = emit(&parsed(HOME)).unwrap();
    let paths: Vec<_> = artifacts.iter().map(|own| (own.path.as_str(), own.class)).collect();
    assert_eq!(
        paths,
        [
            ("HomeFinanceLossShare.circom", Class::Protocol),
            ("HomeFinanceLossShare.zk.json", Class::Platform),
            ("HomeFinanceZkGate.sol", Class::Protocol),
        ]
    );
    assert!(artifacts.iter().all(|own| own.target == "zk" && own.layer == "instrument" && own.source == "HomeFinance"));
    assert_eq!(artifacts, emit(&parsed(HOME)).unwrap());
}

/// What the base's constructor takes, of which the first four say who.
const PARAMETERS: [&str; 7] = ["address", "IValuationOracle", "address", "address", "uint256", "uint256", "uint256"];

#[test]
fn the_gate_compares_every_public_signal_with_its_own_state() {
    let gate = text(&emit(&parsed(HOME)).unwrap(), "HomeFinanceZkGate.sol");
    let own = "\
        return [
            bankShareBps,
            clientShareBps,
            _lossClaim(value),
            block.chainid,
            uint256(uint160(address(this))),
            proofRound
        ];";
    assert!(gate.contains(own), "{gate}");
    let base = face(&parsed(HOME)).unwrap();
    assert!(base.settles.ends_with(" nonReentrant live"));
    assert_eq!(gate.matches(&format!("{} {{", base.settles)).count(), 2);
    assert!(gate.contains("(loss * bankShareBps) % BPS == 0"));
    let given: Vec<_> = base.parameters.iter().map(|own| format!("{}_", own.name)).collect();
    assert!(gate.contains(&format!(") HomeFinanceGen({}) {{", given.join(", "))));
    assert_eq!(base.parameters.iter().map(|own| own.kind.as_str()).collect::<Vec<_>>(), PARAMETERS);
    for (line, text) in gate.lines().enumerate() {
        let placeholder = text.split('@').skip(1).any(|tag| tag.chars().next().is_some_and(|c| c.is_ascii_uppercase()));
        assert!(!placeholder, "line {}: {text}", line + 1);
        assert!(!text.replace(" % ", "").contains('%'), "line {}: {text}", line + 1);
    }
}

/// An accepted partnership of two that does not diminish.
fn bakery() -> String {
    example(Kind::Musharakah).to_owned()
}

#[test]
fn a_venture_is_settled_by_proof_with_what_is_paid_in() {
    let artifacts = emit(&parsed(&bakery())).unwrap();
    let gate = text(&artifacts, "BakeryPartnersZkGate.sol");
    let own = "            bakerCapitalBps,\n            BPS - bakerCapitalBps,\n            _lossClaim(value),\n";
    assert!(gate.contains(own), "{gate}");
    let settles = "external payable override onlyBaker nonReentrant during(Phase.Working) {\n        uint256 value = msg.value;\n";
    assert!(gate.contains(settles), "{gate}");
    assert!(gate.contains("function lossClaim(uint256 value) external view"));
    assert!(gate.contains("if (value >= capital) return 0;"));
    assert!(!gate.contains("IValuationOracle") && !gate.contains("fairValue"));
    let circuit = text(&artifacts, "BakeryPartnersLossShare.circom");
    assert!(circuit.contains("share of `baker`, in") && circuit.contains("loss of `miller`, in"), "{circuit}");
}

#[test]
fn a_venture_that_an_oracle_values_is_settled_at_its_value() {
    let valued = bakery().replace("arbiter: adj", "valuer: oracle independent;\n    arbiter: adj");
    let gate = text(&emit(&parsed(&valued)).unwrap(), "BakeryPartnersZkGate.sol");
    assert_eq!(gate.matches("        uint256 value = fairValue();\n        _due(value);\n").count(), 2);
    assert!(gate.contains("function lossClaim() external view"));
    assert!(gate.contains("import {IValuationOracle}"));
}

#[test]
fn names_of_parties_are_taken_over_and_never_hidden() {
    let renamed = HOME
        .replace("bank: financier", "a: financier")
        .replace("valuer:", "own:")
        .replace("arbiter: adj", "value: adj");
    let gate = text(&emit(&parsed(&renamed)).unwrap(), "HomeFinanceZkGate.sol");
    assert!(gate.contains("external override onlyAOrClientOr"));
    assert!(gate.contains("uint256[2] calldata a_,") && gate.contains("uint256[2] calldata c,"));
    assert!(gate.contains("[aShareBps,") || gate.contains("            aShareBps,\n"));
    assert!(gate.contains("initialAShareBps_"));
}

#[test]
fn a_party_that_is_named_like_a_member_of_the_gate_is_refused() {
    let own = refused(&HOME.replace("bank: financier", "verifier: financier"));
    assert_eq!((own.code, own.help.as_deref()), (NAME_TAKEN, Some("give the party another name")));
}

#[test]
fn a_missing_partner_is_refused() {
    assert_eq!(refused(&HOME.replace("client: acquirer", "client: tenant")).code, crate::solidity::MISSING_PARTY);
}

#[test]
fn classes_without_shared_losses_are_refused_and_named() {
    for class in Kind::ALL {
        assert_eq!(emit(&parsed(example(class))).is_ok(), applies(class), "{}", class.name());
    }
    let own = refused(&HOME.replace("musharakah_mutanaqisah", "ijarah"));
    assert_eq!(own.code, NO_CIRCUIT);
    assert_eq!(own.message, "class `ijarah` shares no loss between two partners, so it has no circuit");
    assert_eq!(
        own.help.as_deref(),
        Some("leave `--target zk` out; circuits exist for `musharakah_mutanaqisah`, `musharakah`")
    );
}

#[test]
fn the_manifest_has_the_published_keys_and_the_whole_pipeline_in_order() {
    let text = text(&emit(&parsed(HOME)).unwrap(), "HomeFinanceLossShare.zk.json");
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(text.starts_with("{\n  \"kind\": \"zk_circuit_manifest\",\n  \"scheme\": \"groth16\",\n"));
    assert!(text.ends_with("}\n"));
    let signals = ["bankBps", "clientBps", "totalLoss", "chainId", "contractAddress", "round"];
    assert_eq!(manifest["publicSignals"], serde_json::json!(signals));
    assert_eq!(manifest["privateSignals"], serde_json::json!(["lossBank", "lossClient"]));
    let codes: Vec<_> =
        manifest["constraints"].as_array().unwrap().iter().map(|own| own["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["INV-1", "RISK-1", "LOSS-1", "LOSS-2", "RANGE-1", "RANGE-2", "BIND-1"]);
    let steps = [
        "circom2 ",
        "snarkjs powersoftau new ",
        "snarkjs powersoftau contribute ",
        "snarkjs powersoftau prepare phase2 ",
        "snarkjs groth16 setup ",
        "snarkjs zkey contribute ",
        "snarkjs zkey verify ",
        "snarkjs zkey export verificationkey ",
        "snarkjs wtns calculate ",
        "snarkjs groth16 prove ",
        "snarkjs groth16 verify ",
        "snarkjs zkey export solidityverifier ",
    ];
    let pipeline = manifest["pipeline"].as_array().unwrap();
    assert_eq!(pipeline.len(), steps.len());
    for (step, start) in pipeline.iter().zip(steps) {
        assert!(step.as_str().unwrap().starts_with(start), "{step}");
    }
}
