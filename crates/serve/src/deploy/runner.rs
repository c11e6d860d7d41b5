use super::abi::{self, Datum, Kind, kinds};
use super::valuers::{Committee, ROLE};
use super::values::{Names, decode, encode, natural};
use super::{
    Account, AccountRecord, Artifacts, Compiled, ContractRecord, Created, Creation, DeployError, Deployment, Ledger,
    OraclePlan, Plan, Read, ReadRecord, Sent, Step, StepRecord, Target,
};
use etymon_instrument::evm::U256;
use etymon_instrument::oracle::{CONSENSUS, SINGLE};
use serde_json::{Value, json};

/// The currency of a trial.
const TOKEN: &str = "MockCurrency";
/// Longest reason that a contract gives and a record keeps, in characters.
const MAX_REASON: usize = 1_000;
/// What the single valuer's contract is told by; a committee brings a round instead.
const ATTEST: &str = "attest";

/// Deploys what a plan says, lets its steps happen, and asks what came of it. `tell` hears of each thing before it is done.
///
/// # Errors
/// `DEPLOY_…` when a contract cannot be deployed, a step cannot be sent, or the ledger fails. A step that is undone or an answer that is
/// wrong is part of what is returned.
pub fn deploy(
    plan: &Plan,
    artifacts: &Artifacts,
    ledger: &mut dyn Ledger,
    tell: &dyn Fn(&str),
) -> Result<Deployment, DeployError> {
    let accounts = ledger.accounts(&plan.roles)?;
    let names = accounts.iter().map(|own| (own.role.clone(), own.address)).collect();
    let mut run = Run { ledger, tell, accounts, names, contracts: Vec::new(), committee: None };
    run.oracle(plan, artifacts)?;
    if plan.wants_token() {
        let operator = run.account(&plan.roles[0])?;
        run.create(Target::Token, "token", &operator, artifacts.get(TOKEN)?, &[])?;
    }
    let contract = artifacts.get(&plan.contract)?;
    if contract.constructor_types() != plan.constructor_types {
        let reason = format!("the constructor of `{}` takes other types than `constructorAbi` says", plan.contract);
        return Err(DeployError::Plan(reason));
    }
    let operator = run.account(&plan.roles[0])?;
    run.create(Target::Contract, "contract", &operator, contract, &plan.constructor_args)?;
    let steps = run.steps(plan)?;
    let reads = plan.reads.iter().map(|read| run.ask(read)).collect::<Result<Vec<_>, _>>()?;
    Ok(run.record(plan, steps, reads))
}

struct Run<'a> {
    ledger: &'a mut dyn Ledger,
    tell: &'a dyn Fn(&str),
    accounts: Vec<Account>,
    names: Names,
    contracts: Vec<(Target, Compiled, Created)>,
    committee: Option<Committee>,
}

impl Run<'_> {
    fn account(&self, role: &str) -> Result<Account, DeployError> {
        let found = self.accounts.iter().find(|own| own.role == role);
        found.cloned().ok_or_else(|| DeployError::Plan(format!("nobody is called `{role}`")))
    }

    fn create(
        &mut self,
        target: Target,
        name: &str,
        from: &Account,
        compiled: Compiled,
        args: &[Value],
    ) -> Result<(), DeployError> {
        (self.tell)(&format!("create {}", compiled.name));
        let arguments = compiled.arguments(args, &self.names)?;
        let creation = Creation { contract: &compiled.name, code: &compiled.code, arguments: &arguments };
        let created = self.ledger.create(from, creation)?;
        // Of `@oracle` this makes the contract, not the account that deployed it.
        self.names.insert(name.to_owned(), created.address);
        self.contracts.push((target, compiled, created));
        Ok(())
    }

    fn oracle(&mut self, plan: &Plan, artifacts: &Artifacts) -> Result<(), DeployError> {
        let from = |run: &Self| run.account(ROLE);
        match &plan.oracle {
            None => Ok(()),
            Some(OraclePlan::Single(own)) => {
                let args = [json!(own.initial_value.to_string())];
                self.create(Target::Oracle, ROLE, &from(self)?, artifacts.get(SINGLE.name)?, &args)
            }
            Some(OraclePlan::Consensus(own)) => {
                let committee = Committee::new(own)?;
                let args = [
                    json!(committee.addresses()),
                    json!(own.quorum),
                    json!(own.gharar_bound_bps),
                    json!(own.validity_seconds.to_string()),
                ];
                self.committee = Some(committee);
                self.create(Target::Oracle, ROLE, &from(self)?, artifacts.get(CONSENSUS.name)?, &args)?;
                let step = self.value(own.target_value)?;
                match self.send(&step)? {
                    Sent::Done(_) => Ok(()),
                    sent => Err(DeployError::Create {
                        contract: CONSENSUS.name.to_owned(),
                        reason: format!("its first round is undone: {}", self.explain(Target::Oracle, &sent)),
                    }),
                }
            }
        }
    }

    /// The step by which the committee attests a value.
    fn value(&mut self, value: U256) -> Result<Step, DeployError> {
        let (function, target) = ("round", Target::Oracle);
        let asked = Read { function: function.to_owned(), args: Vec::new(), target, expect: Value::Null };
        let last = natural(&self.ask(&asked)?.got).unwrap_or_default();
        let chain = self.ledger.chain_id()?;
        let oracle = self.created(Target::Oracle)?.1.address;
        let committee = self.committee.as_ref().ok_or_else(|| DeployError::Plan("there is no committee".to_owned()))?;
        Ok(Step {
            role: ROLE.to_owned(),
            function: "submitRound".to_owned(),
            args: committee.round(last + U256::from(1), value, oracle, chain)?,
            value: U256::ZERO,
            target,
            note: "the committee attests the value".to_owned(),
        })
    }

    fn created(&self, target: Target) -> Result<(&Compiled, &Created), DeployError> {
        let found = self.contracts.iter().find(|own| own.0 == target);
        let found = found
            .ok_or_else(|| DeployError::Plan("a step calls an oracle or token that is not deployed".to_owned()))?;
        Ok((&found.1, &found.2))
    }

    /// What a function is of: one that only the currency has is called there.
    fn target(&self, target: Target, function: &str) -> Target {
        let has =
            |own: Target| self.created(own).is_ok_and(|(compiled, _)| !compiled.abi.functions(function).is_empty());
        if target == Target::Contract && !has(target) && has(Target::Token) { Target::Token } else { target }
    }

    fn send(&mut self, step: &Step) -> Result<Sent, DeployError> {
        (self.tell)(&format!("{} calls {}", step.role, step.function));
        let from = self.account(&step.role)?;
        let (compiled, created) = self.created(self.target(step.target, &step.function))?;
        let data = compiled.call(&step.function, &step.args, &self.names)?;
        let to = created.clone();
        self.ledger.call(&from, &to, &data, step.value)
    }

    /// Why something was undone.
    fn explain(&self, target: Target, sent: &Sent) -> String {
        let Sent::Reverted { data, message } = sent else { return String::new() };
        // An error of the oracle comes through the instrument as it is.
        let all = self.contracts.iter().filter(|own| own.0 == target).chain(&self.contracts);
        let known = all.map(|own| &own.1).find_map(|own| own.explain(data));
        known.map_or_else(|| message.clone(), |own| own.chars().take(MAX_REASON).collect())
    }

    fn steps(&mut self, plan: &Plan) -> Result<Vec<StepRecord>, DeployError> {
        let funding = plan.funding.iter().map(|own| Step {
            role: own.role.clone(),
            function: own.function.clone(),
            args: Vec::new(),
            value: own.value,
            target: Target::Contract,
            note: format!("{} pays in", own.role),
        });
        let mut records: Vec<StepRecord> = Vec::new();
        for step in funding.chain(plan.lifecycle.iter().cloned()) {
            let (role, function, note) = (step.role.clone(), step.function.clone(), step.note.clone());
            let mut record = StepRecord { role, function, status: "skipped", transaction: None, reason: None, note };
            if records.iter().all(|own| own.status == "ok") {
                let sent = match (&self.committee, step.args.first()) {
                    (Some(_), Some(value)) if step.target == Target::Oracle && step.function == ATTEST => {
                        let value =
                            natural(value).ok_or_else(|| DeployError::Plan(format!("`{value}` is no value")))?;
                        let round = self.value(value)?;
                        self.send(&round)?
                    }
                    _ => self.send(&step)?,
                };
                match sent {
                    Sent::Done(ref transaction) => {
                        record.status = "ok";
                        record.transaction = Some(transaction.clone());
                    }
                    Sent::Reverted { .. } => {
                        record.status = "reverted";
                        record.reason = Some(self.explain(self.target(step.target, &step.function), &sent));
                    }
                }
            }
            records.push(record);
        }
        Ok(records)
    }

    fn ask(&mut self, read: &Read) -> Result<ReadRecord, DeployError> {
        let (compiled, created) = self.created(self.target(read.target, &read.function))?;
        let wrong = |reason: String| DeployError::Plan(format!("`{}`: {reason}", read.function));
        let outputs = kinds(&compiled.function(&read.function, read.args.len())?.outputs).map_err(wrong)?;
        let data = compiled.call(&read.function, &read.args, &self.names)?;
        let (to, from) = (created.clone(), self.accounts.first().cloned());
        let from = from.ok_or_else(|| DeployError::Plan("there are no accounts".to_owned()))?;
        let mut record =
            ReadRecord { function: read.function.clone(), expect: read.expect.clone(), got: Value::Null, ok: false };
        if let Ok(answer) = self.ledger.read(&from, &to, &data)? {
            let values = abi::decode(&outputs, &answer).map_err(|reason| DeployError::Ledger {
                ledger: self.ledger.name(),
                reason: format!("the answer of `{}` is not of its types: {reason}", read.function),
            })?;
            let many: Vec<Value> = values.iter().map(decode).collect();
            record.ok = same(&outputs, &values, &read.expect, &self.names)?;
            record.got = if many.len() == 1 { many.into_iter().next().unwrap_or_default() } else { Value::from(many) };
        }
        Ok(record)
    }

    fn record(self, plan: &Plan, steps: Vec<StepRecord>, reads: Vec<ReadRecord>) -> Deployment {
        let id = |target: Target| self.contracts.iter().find(|own| own.0 == target).map(|own| own.2.id.clone());
        let ok = steps.iter().all(|own| own.status == "ok") && reads.iter().all(|own| own.ok);
        let contract = |(_, compiled, created): &(Target, Compiled, Created)| ContractRecord {
            name: compiled.name.clone(),
            id: created.id.clone(),
            address: created.address.to_string(),
            transaction: created.transaction.clone(),
        };
        Deployment {
            instrument: plan.instrument.clone(),
            ledger: self.ledger.name(),
            contract_id: id(Target::Contract).unwrap_or_default(),
            oracle_id: id(Target::Oracle),
            contracts: self.contracts.iter().map(contract).collect(),
            committee: self.committee.iter().flat_map(Committee::addresses).map(|own| own.to_string()).collect(),
            accounts: self
                .accounts
                .into_iter()
                .map(|Account { role, id, address }| AccountRecord { role, id, address: address.to_string() })
                .collect(),
            steps,
            reads,
            ok,
        }
    }
}

/// Whether an answer is the expected one: one value stands for itself, several are a list, `null` is never right.
fn same(kinds: &[Kind], values: &[Datum], expect: &Value, names: &Names) -> Result<bool, DeployError> {
    let expected = match expect {
        Value::Null => return Ok(false),
        one if values.len() == 1 => std::slice::from_ref(one),
        many => many.as_array().map(Vec::as_slice).unwrap_or_default(),
    };
    if expected.len() != values.len() {
        return Ok(false);
    }
    for ((kind, value), expected) in kinds.iter().zip(values).zip(expected) {
        if encode(kind, expected, names)? != *value {
            return Ok(false);
        }
    }
    Ok(true)
}
