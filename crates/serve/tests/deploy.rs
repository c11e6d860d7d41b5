//! Deploying to the public ledger: against a script of requests and answers, which follows its documentation and was not taken from a network, and
//! against a fake that fails where it is told to.

use etymon_instrument::evm::Address;
use etymon_serve::deploy::{
    Artifacts, CHUNK, Creation, DeployError, Ledger, MAX_FEE, Network, Plan, PublicLedger, Receipt, Transaction, deploy,
};
use serde::Deserialize;
use serde_json::json;
use std::collections::VecDeque;

const OPERATOR: &str = "0.0.1001";

fn address(last: u8) -> Address {
    let mut bytes = [0; 20];
    bytes[19] = last;
    Address(bytes)
}

/// A transaction, and what the ledger answered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    request: Transaction,
    answer: Receipt,
}

/// Answers as the script says, and only if it is asked as the script says.
struct Scripted(VecDeque<Line>);

impl Network for Scripted {
    fn name(&self) -> String {
        "script".to_owned()
    }

    fn chain_id(&self) -> u64 {
        296
    }

    fn operator(&self) -> (String, Address) {
        (OPERATOR.to_owned(), address(1))
    }

    fn execute(&mut self, transaction: &Transaction) -> Result<Receipt, DeployError> {
        let asked = serde_json::to_string(transaction).unwrap();
        let Line { request, answer } =
            self.0.pop_front().unwrap_or_else(|| panic!("nothing more is in the script: {asked}"));
        assert_eq!(asked, serde_json::to_string(&request).unwrap());
        Ok(answer)
    }
}

/// Takes everything down, and answers one transaction with a status of its own.
#[derive(Default)]
struct Fake {
    asked: Vec<Transaction>,
    refuse: Option<(usize, &'static str)>,
}

impl Network for Fake {
    fn name(&self) -> String {
        "fake".to_owned()
    }

    fn chain_id(&self) -> u64 {
        296
    }

    fn operator(&self) -> (String, Address) {
        (OPERATOR.to_owned(), address(1))
    }

    fn execute(&mut self, transaction: &Transaction) -> Result<Receipt, DeployError> {
        let at = self.asked.len();
        self.asked.push(transaction.clone());
        let status = self.refuse.filter(|(refused, _)| *refused == at).map_or("SUCCESS", |(_, status)| status);
        let (id, evm_address) = (Some(format!("0.0.{}", 2000 + at)), Some(address(2)));
        Ok(Receipt { status: status.to_owned(), id, evm_address, ..Receipt::default() })
    }
}

/// Creates a contract of so many bytes; gives what the ledger was asked, and what came of it.
fn create(bytes: usize, refuse: Option<(usize, &'static str)>) -> (Vec<Transaction>, Result<String, DeployError>) {
    let mut ledger = PublicLedger::new(Fake { refuse, ..Fake::default() });
    let accounts = ledger.accounts(&["bank".to_owned()]).unwrap();
    let code: Vec<u8> = (0..bytes).map(|at| (at % 251) as u8).collect();
    let creation = Creation { contract: "HomeFinanceGen", code: &code, arguments: &[1, 2] };
    let made = ledger.create(&accounts[0], creation).map(|own| own.id);
    (ledger.into_network().asked, made)
}

#[test]
fn the_measured_contract_goes_up_in_ten_parts() {
    let (asked, made) = create(19_152, None);
    assert_eq!(asked.len(), 12);
    let mut text = String::new();
    for (at, own) in asked.iter().enumerate() {
        match own {
            Transaction::FileCreate { contents, max_fee, .. } if at == 0 => {
                assert!(contents.len() <= CHUNK && *max_fee == MAX_FEE);
                text.push_str(contents);
            }
            Transaction::FileAppend { contents, file, .. } if (1..10).contains(&at) => {
                assert!(contents.len() <= CHUNK);
                assert_eq!(file, "0.0.2000");
                text.push_str(contents);
            }
            Transaction::ContractCreate { file, gas, constructor_parameters, .. } if at == 10 => {
                assert_eq!((file.as_str(), constructor_parameters.as_str()), ("0.0.2000", "0102"));
                assert!((6_000_000..=7_000_000).contains(gas));
            }
            Transaction::FileDelete { file, .. } if at == 11 => assert_eq!(file, "0.0.2000"),
            other => panic!("{at}: {other:?}"),
        }
    }
    let code: Vec<u8> = (0..19_152).map(|at| (at % 251) as u8).collect();
    assert_eq!(hex::decode(text).unwrap(), code);
    assert_eq!(made.unwrap(), "0.0.2010");
    // As clients hold fees in 31 bits.
    const { assert!(MAX_FEE < 1 << 31) };
}

#[test]
fn parts_end_where_the_code_does() {
    for (bytes, parts) in [(1, 1), (CHUNK / 2, 1), (CHUNK / 2 + 1, 2), (CHUNK, 2)] {
        assert_eq!(create(bytes, None).0.len(), parts + 2, "{bytes}");
    }
}

#[test]
fn what_the_ledger_refuses_leaves_no_file_behind() {
    let (asked, made) = create(19_152, Some((10, "INSUFFICIENT_GAS")));
    assert_eq!(made.unwrap_err().to_string(), "`HomeFinanceGen` is not created: INSUFFICIENT_GAS");
    assert!(matches!(asked.last(), Some(Transaction::FileDelete { .. })));
    let (asked, made) = create(19_152, Some((3, "INSUFFICIENT_PAYER_BALANCE")));
    assert_eq!(made.unwrap_err().code().as_str(), "DEPLOY_LEDGER");
    assert_eq!(asked.len(), 5);
    assert!(matches!(asked.last(), Some(Transaction::FileDelete { .. })));
    let (asked, made) = create(19_152, Some((0, "INVALID_SIGNATURE")));
    assert!(made.is_err() && asked.len() == 1);
}

fn function(name: &str, inputs: &[&str], outputs: &[&str], mutability: &str) -> serde_json::Value {
    let parameters = |kinds: &[&str]| kinds.iter().map(|kind| json!({ "name": "", "type": kind })).collect::<Vec<_>>();
    let (inputs, outputs) = (parameters(inputs), parameters(outputs));
    json!({ "type": "function", "name": name, "inputs": inputs, "outputs": outputs, "stateMutability": mutability })
}

/// What solc answers for the contracts, as far as it is read.
fn compiled() -> serde_json::Value {
    let constructor = |kinds: &[&str]| {
        let inputs: Vec<_> = kinds.iter().map(|kind| json!({ "name": "", "type": kind })).collect();
        json!({ "type": "constructor", "inputs": inputs, "stateMutability": "nonpayable" })
    };
    let oracle = json!([constructor(&["uint256"]), function("attest", &["uint256"], &[], "nonpayable")]);
    let contract = json!([
        constructor(&["address", "address", "uint256"]),
        function("fundBank", &[], &[], "payable"),
        function("settle", &[], &[], "nonpayable"),
        function("settled", &[], &["bool"], "view"),
        { "type": "error", "name": "NotBank", "inputs": [{ "name": "caller", "type": "address" }] },
    ]);
    json!({ "contracts": {
        "MockValuationOracle.sol": { "MockValuationOracle": { "abi": oracle, "evm": { "bytecode": { "object": "6001" } } } },
        "TrialGen.sol": { "TrialGen": { "abi": contract, "evm": { "bytecode": { "object": "6002" } } } },
    }})
}

#[test]
fn a_whole_deployment_as_the_script_says() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.json");
    std::fs::write(&file, compiled().to_string()).unwrap();
    let plan = json!({
        "instrument": "Trial", "contract": "TrialGen", "operatorRole": "bank", "oracleMode": "single",
        "oracle": { "contract": "MockValuationOracle", "initialValue": 1_000_000 },
        "constructorAbi": ["address", "address", "uint256"], "constructorArgs": ["@oracle", "@client", 8000],
        "accounts": ["client"], "funding": { "fundBank": 800_000 },
        "lifecycle": [
            { "as": "oracle", "target": "oracle", "fn": "attest", "args": [900_000] },
            { "as": "client", "fn": "settle", "note": "somebody else" },
            { "as": "bank", "fn": "settle" },
        ],
        "reads": [{ "fn": "settled", "expect": true }],
    });
    let plan = Plan::from_json(plan.to_string().as_bytes()).unwrap();
    let lines = include_str!("deploy/public.jsonl").lines().map(|line| serde_json::from_str(line).unwrap());
    let mut ledger = PublicLedger::new(Scripted(lines.collect()));
    let done = deploy(&plan, &Artifacts::open(&file).unwrap(), &mut ledger, &|_| {}).unwrap();
    assert!(ledger.into_network().0.is_empty(), "the script goes on");
    assert_eq!((done.contract_id.as_str(), done.oracle_id.as_deref()), ("0.0.1007", Some("0.0.1005")));
    let steps: Vec<_> = done.steps.iter().map(|own| (own.function.as_str(), own.status)).collect();
    assert_eq!(steps, [("fundBank", "ok"), ("attest", "ok"), ("settle", "reverted"), ("settle", "skipped")]);
    let reason = done.steps[2].reason.as_deref().unwrap();
    assert_eq!(reason, "NotBank(\"0x0000000000000000000000000000000000000002\")");
    assert!(!done.ok && !done.reads[0].ok && done.reads[0].got == json!(false));
}
