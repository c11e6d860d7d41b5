use etymon_emit::Artifact;
use etymon_emit::artifact::Class;

/// A contract that many instruments share, the same for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedContract {
    /// Its name.
    pub name: &'static str,
    /// The name of its file.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// What an instrument asks.
pub const INTERFACE: SharedContract = SharedContract {
    name: "IValuationOracle",
    file: "IValuationOracle.sol",
    text: include_str!("IValuationOracle.sol"),
};

/// The value on which a committee agrees.
pub const CONSENSUS: SharedContract = SharedContract {
    name: "ConsensusValuationOracle",
    file: "ConsensusValuationOracle.sol",
    text: include_str!("ConsensusValuationOracle.sol"),
};

/// A single valuer.
pub const SINGLE: SharedContract = SharedContract {
    name: "MockValuationOracle",
    file: "MockValuationOracle.sol",
    text: include_str!("MockValuationOracle.sol"),
};

/// The three contracts as artifacts of an instrument, sorted by path.
pub fn artifacts(instrument: &str) -> Vec<Artifact> {
    let artifact = |own: SharedContract| Artifact {
        path: own.file.to_owned(),
        class: Class::Protocol,
        layer: "instrument".to_owned(),
        target: "solidity",
        source: instrument.to_owned(),
        bytes: own.text.as_bytes().to_vec(),
    };
    [CONSENSUS, INTERFACE, SINGLE].into_iter().map(artifact).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_contract_is_in_the_file_of_its_name() {
        for own in [INTERFACE, CONSENSUS, SINGLE] {
            assert_eq!(own.file, format!("{}.sol", own.name));
            assert!(own.text.starts_with("// SPDX-License-Identifier: Apache-2.0\npragma solidity 0.8.24;\n"));
            let opens = |word: &str| own.text.contains(&format!("\n{word} {} ", own.name));
            assert!(opens("contract") || opens("interface"), "{}", own.name);
        }
        let paths: Vec<_> = artifacts("HomeFinance").into_iter().map(|own| own.path).collect();
        assert!(paths.is_sorted());
    }
}
