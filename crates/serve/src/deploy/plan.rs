use super::DeployError;
use etymon_instrument::evm::U256;
use etymon_instrument::oracle::DEFAULT_VALIDITY_SECONDS;
use etymon_kernel_rt::json::Tape;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Longest description that is read, in bytes.
pub const MAX_PLAN: usize = 1 << 20;
/// Deepest nesting.
const MAX_DEPTH: usize = 32;
/// Most steps, reads and accounts.
const MAX_STEPS: usize = 1_000;
/// Most members of a committee that this program plays.
const MAX_COMMITTEE: usize = 64;

/// What is to be deployed, and what then happens: `<Name>.deploy.json`.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The instrument's name.
    pub instrument: String,
    /// The contract's name.
    pub contract: String,
    /// All roles, the one that deploys the contract first.
    pub roles: Vec<String>,
    /// Where the value comes from, if the contract asks for one.
    pub oracle: Option<OraclePlan>,
    /// The types of the constructor's parameters.
    pub constructor_types: Vec<String>,
    /// Its arguments; `@role` is an address.
    pub constructor_args: Vec<Value>,
    /// Who pays what in at first.
    pub funding: Vec<Funding>,
    /// What then happens, in order.
    pub lifecycle: Vec<Step>,
    /// What the contract says in the end.
    pub reads: Vec<Read>,
}

/// Where the value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OraclePlan {
    /// One valuer.
    Single(SinglePlan),
    /// A committee.
    Consensus(ConsensusPlan),
}

/// One valuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SinglePlan {
    /// The first value.
    pub initial_value: U256,
}

/// A committee, whose members this program plays with keys of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsensusPlan {
    /// Members.
    pub committee: usize,
    /// Members that must agree.
    pub quorum: usize,
    /// Half the width of the band, in hundredths of a percent of the median.
    pub gharar_bound_bps: u64,
    /// The value that they attest at first.
    pub target_value: U256,
    /// For how many seconds a value holds.
    pub validity_seconds: u64,
}

/// A payment into the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Funding {
    /// The function that takes it, such as `fundBank`.
    pub function: String,
    /// Whose role its name ends with.
    pub role: String,
    /// How much.
    pub value: U256,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The caller's role.
    pub role: String,
    /// The function.
    pub function: String,
    /// Its arguments.
    pub args: Vec<Value>,
    /// Money that goes along.
    pub value: U256,
    /// What is called.
    pub target: Target,
    /// What it is for, for people.
    pub note: String,
}

/// A question, and the answer it should get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The function.
    pub function: String,
    /// Its arguments.
    pub args: Vec<Value>,
    /// What is asked.
    pub target: Target,
    /// The answer.
    pub expect: Value,
}

/// Which of the contracts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Target {
    /// The instrument's.
    #[default]
    Contract,
    /// The oracle.
    Oracle,
    /// The currency of a trial.
    Token,
}

// Keys that only describe, such as `zakat`, `contingency` and `parties`, are passed over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    instrument: String,
    contract: String,
    operator_role: String,
    #[serde(default)]
    oracle_mode: Option<String>,
    #[serde(default)]
    oracle: Option<RawOracle>,
    constructor_abi: Vec<String>,
    constructor_args: Vec<Value>,
    #[serde(default)]
    accounts: Vec<String>,
    #[serde(default)]
    funding: Map<String, Value>,
    #[serde(default)]
    lifecycle: Vec<RawStep>,
    #[serde(default)]
    reads: Vec<RawRead>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawOracle {
    initial_value: Option<Value>,
    committee: Option<usize>,
    quorum: Option<usize>,
    #[serde(alias = "gharar_bound_bps")]
    gharar_bound_bps: Option<u64>,
    target_value: Option<Value>,
    #[serde(alias = "validity_seconds")]
    validity_seconds: Option<u64>,
}

#[derive(Deserialize)]
struct RawStep {
    #[serde(rename = "as")]
    role: String,
    #[serde(rename = "fn")]
    function: String,
    #[serde(default)]
    args: Vec<Value>,
    #[serde(default)]
    value: Option<Value>,
    #[serde(default)]
    target: Target,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
struct RawRead {
    #[serde(rename = "fn")]
    function: String,
    #[serde(default)]
    args: Vec<Value>,
    #[serde(default)]
    target: Target,
    expect: Value,
}

impl Plan {
    /// Reads a description.
    ///
    /// # Errors
    /// `DEPLOY_PLAN` for what is none; `ORACLE-1` to `ORACLE-4` for a committee that cannot agree.
    pub fn from_json(bytes: &[u8]) -> Result<Plan, DeployError> {
        let refused = |reason: String| Err(DeployError::Plan(reason));
        if bytes.len() > MAX_PLAN {
            return refused(format!("it has more than {MAX_PLAN} bytes"));
        }
        // A key that repeats would leave it to the reader which one counts.
        if let Err(error) = Tape::read(bytes, MAX_DEPTH) {
            return refused(error.to_string());
        }
        let raw: Raw = serde_json::from_slice(bytes).map_err(DeployError::PlanJson)?;
        if raw.lifecycle.len().max(raw.reads.len()).max(raw.accounts.len()).max(raw.funding.len()) > MAX_STEPS {
            return refused(format!("it has more than {MAX_STEPS} steps, reads or accounts"));
        }
        if raw.constructor_abi.len() != raw.constructor_args.len() {
            return refused("`constructorAbi` and `constructorArgs` are not equally long".to_owned());
        }
        if !is_name(&raw.instrument) || !is_name(&raw.contract) {
            return refused("`instrument` and `contract` are names of letters, digits and `_`".to_owned());
        }
        let oracle = oracle(raw.oracle_mode.as_deref(), raw.oracle)?;
        let roles = roles(raw.operator_role, raw.accounts, oracle.is_some())?;
        let funding =
            raw.funding.iter().map(|(function, value)| funding(function, value, &roles)).collect::<Result<_, _>>()?;
        let known = |role: String| match roles.contains(&role) {
            true => Ok(role),
            false => Err(DeployError::Plan(format!("`{role}` calls, but is none of `accounts`"))),
        };
        let step = |own: RawStep| -> Result<Step, DeployError> {
            let value = own.value.as_ref().map_or(Ok(U256::ZERO), |value| number("value", value))?;
            let RawStep { role, function, args, target, note, .. } = own;
            Ok(Step { role: known(role)?, function, args, value, target, note })
        };
        let lifecycle = raw.lifecycle.into_iter().map(step).collect::<Result<_, _>>()?;
        let read = |RawRead { function, args, target, expect }| Read { function, args, target, expect };
        Ok(Plan {
            instrument: raw.instrument,
            contract: raw.contract,
            roles: roles.clone(),
            oracle,
            constructor_types: raw.constructor_abi,
            constructor_args: raw.constructor_args,
            funding,
            lifecycle,
            reads: raw.reads.into_iter().map(read).collect(),
        })
    }

    /// Whether something in it is paid in the currency of a trial.
    pub fn wants_token(&self) -> bool {
        let mentions = |value: &Value| mentions(value, "@token");
        self.constructor_args.iter().any(mentions)
            || self.lifecycle.iter().any(|step| step.target == Target::Token || step.args.iter().any(mentions))
            || self.reads.iter().any(|read| read.target == Target::Token || mentions(&read.expect))
    }
}

// A plan is no deeper than its JSON reader goes, 128 levels.
fn mentions(value: &Value, word: &str) -> bool {
    match value {
        Value::String(text) => text == word,
        Value::Array(items) => items.iter().any(|item| mentions(item, word)),
        _ => false,
    }
}

/// A name of a contract, which becomes part of a file's name.
fn is_name(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    letters && (1..=128).contains(&text.len())
}

/// All roles, the operator's first; an oracle has somebody of its own who deploys it.
fn roles(operator: String, accounts: Vec<String>, oracle: bool) -> Result<Vec<String>, DeployError> {
    let mut roles = vec![operator];
    let valuer = oracle.then(|| super::valuers::ROLE.to_owned()).filter(|own| !accounts.contains(own));
    for role in accounts.into_iter().chain(valuer) {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    match roles.iter().find(|role| !is_name(role) || matches!(role.as_str(), "contract" | "token")) {
        Some(wrong) => Err(DeployError::Plan(format!("`{wrong}` is no name of an account"))),
        None => Ok(roles),
    }
}

fn funding(function: &str, value: &Value, roles: &[String]) -> Result<Funding, DeployError> {
    let whose = function.strip_prefix("fund").unwrap_or_default();
    let role = roles.iter().find(|role| role.eq_ignore_ascii_case(whose));
    let role =
        role.ok_or_else(|| DeployError::Plan(format!("`{function}` names none of `accounts`, as `fundBank` does")))?;
    Ok(Funding { function: function.to_owned(), role: role.clone(), value: number(function, value)? })
}

fn oracle(mode: Option<&str>, raw: Option<RawOracle>) -> Result<Option<OraclePlan>, DeployError> {
    let lacks = |key: &'static str| move || DeployError::Plan(format!("`oracle` lacks `{key}`"));
    let Some(mode) = mode else { return Ok(None) };
    let raw = raw.ok_or_else(|| DeployError::Plan("there is an `oracleMode`, but no `oracle`".to_owned()))?;
    match mode {
        "single" => {
            let value = raw.initial_value.as_ref().ok_or_else(lacks("initialValue"))?;
            Ok(Some(OraclePlan::Single(SinglePlan { initial_value: number("initialValue", value)? })))
        }
        "consensus" => {
            let value = raw.target_value.as_ref().ok_or_else(lacks("targetValue"))?;
            let committee = raw.committee.ok_or_else(lacks("committee"))?;
            if committee > MAX_COMMITTEE {
                return Err(DeployError::Plan(format!("`committee` is above {MAX_COMMITTEE}")));
            }
            Ok(Some(OraclePlan::Consensus(ConsensusPlan {
                committee,
                quorum: raw.quorum.ok_or_else(lacks("quorum"))?,
                gharar_bound_bps: raw.gharar_bound_bps.ok_or_else(lacks("gharar_bound_bps"))?,
                target_value: number("targetValue", value)?,
                validity_seconds: raw.validity_seconds.unwrap_or(DEFAULT_VALIDITY_SECONDS),
            })))
        }
        other => Err(DeployError::Plan(format!("`oracleMode` is `{other}`, neither `single` nor `consensus`"))),
    }
}

/// A natural number, or decimal digits in a text.
fn number(key: &str, value: &Value) -> Result<U256, DeployError> {
    super::values::natural(value).ok_or_else(|| DeployError::Plan(format!("`{key}` is no natural number: `{value}`")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sample() -> Value {
        json!({
            "instrument": "HomeFinance", "contract": "HomeFinanceGen", "operatorRole": "bank",
            "oracleMode": "consensus",
            "oracle": { "committee": 5, "quorum": 3, "gharar_bound_bps": 500, "targetValue": "1000000" },
            "constructorAbi": ["address", "uint256"], "constructorArgs": ["@oracle", 8000],
            "accounts": ["client", "arbiter"], "funding": { "fundBank": 800000, "fundClient": 200000 },
            "lifecycle": [{ "as": "client", "fn": "payRent", "value": 8000 }],
            "reads": [{ "fn": "settled", "expect": true }],
        })
    }

    fn read(value: &Value) -> Result<Plan, DeployError> {
        Plan::from_json(value.to_string().as_bytes())
    }

    #[test]
    fn a_plan_says_who_pays() {
        let plan = read(&sample()).unwrap();
        assert_eq!(plan.roles, ["bank", "client", "arbiter", "oracle"]);
        let who: Vec<_> = plan.funding.iter().map(|own| own.role.as_str()).collect();
        assert_eq!(who, ["bank", "client"]);
        assert!(!plan.wants_token());
        let Some(OraclePlan::Consensus(own)) = plan.oracle else { panic!("it has a committee") };
        assert_eq!((own.target_value, own.validity_seconds), (U256::from(1_000_000), DEFAULT_VALIDITY_SECONDS));
        let mut twin = sample();
        twin["oracle"] =
            json!({ "committee": 5, "quorum": 3, "ghararBoundBps": 500, "targetValue": 1, "validitySeconds": 60 });
        let Some(OraclePlan::Consensus(own)) = read(&twin).unwrap().oracle else { panic!("it has a committee") };
        assert_eq!((own.gharar_bound_bps, own.validity_seconds), (500, 60));
    }

    #[test]
    fn plans_that_are_refused() {
        let changes: [(&str, Value); 9] = [
            ("contract", json!("../HomeFinance")),
            ("oracleMode", json!("majority")),
            ("oracle", json!({ "committee": 5, "quorum": 3, "targetValue": 1 })),
            ("oracle", json!({ "committee": 1_000_000, "quorum": 3, "gharar_bound_bps": 500, "targetValue": 1 })),
            ("constructorArgs", json!([1])),
            ("funding", json!({ "fundNobody": 1 })),
            ("funding", json!({ "fundBank": -1 })),
            ("lifecycle", json!([{ "as": "thief", "fn": "settle" }])),
            ("accounts", json!(["a/b"])),
        ];
        for (key, value) in changes {
            let mut changed = sample();
            changed[key] = value;
            assert_eq!(read(&changed).unwrap_err().code().as_str(), "DEPLOY_PLAN", "{key}");
        }
        assert!(Plan::from_json(b"[]").is_err());
        let twice = sample().to_string().replacen("\"funding\":{", "\"funding\":{\"fundBank\":1,", 1);
        assert!(Plan::from_json(twice.as_bytes()).unwrap_err().to_string().contains("repeated key"));
        let deep =
            sample().to_string().replacen("8000", &format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)), 1);
        assert_eq!(Plan::from_json(deep.as_bytes()).unwrap_err().code().as_str(), "DEPLOY_PLAN");
    }
}
