//! What the gate takes over from the contract that it extends.

use super::gate::MEMBERS;
use super::{NAME_TAKEN, NO_PARTNERS};
use crate::ast::{Instrument, Party};
use etymon_diagnostics::Diagnostic;
use std::collections::BTreeSet;

/// A parameter of the base's constructor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    /// Its Solidity type.
    pub kind: &'static str,
    /// Its name, without the underscore after it.
    pub name: String,
}

/// The base's face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Base {
    /// The modifier that lets those in who may settle.
    pub settlers: String,
    /// The state variable of the bank's share.
    pub bank_share: String,
    /// The state variable of the client's share.
    pub client_share: String,
    /// What its constructor takes.
    pub parameters: Vec<Parameter>,
    /// Identifiers of the file that it declares.
    names: BTreeSet<String>,
}

const JUDGES: [&str; 2] = ["adjudicator", "arbiter"];
const FUNDS: [&str; 2] = ["beneficiary", "maslahah"];

impl Base {
    /// The face of an instrument's contract: identifiers are the names of its parties.
    pub fn of(instrument: &Instrument) -> Result<Base, Diagnostic> {
        let declared = instrument.parties.as_ref().map_or(&[][..], |own| &own.parties);
        let first = |roles: &[&str]| declared.iter().find(|party| roles.contains(&party.role.text.as_str()));
        let bank = first(&["financier"]).ok_or_else(|| no_partner("financier"))?;
        let client = first(&["acquirer"]).ok_or_else(|| no_partner("acquirer"))?;
        let (arbiter, fund) = (first(&JUDGES), first(&FUNDS));
        if let Some(party) = declared.iter().find(|party| MEMBERS.contains(&party.name.text.as_str())) {
            let name = &party.name.text;
            return Err(Diagnostic::error(
                NAME_TAKEN,
                format!("party `{name}` has a name that the gate itself declares"),
            )
            .help("give the party another name"));
        }
        let settlers: Vec<String> =
            [Some(bank), Some(client), arbiter].into_iter().flatten().map(|party| capital(&party.name.text)).collect();
        Ok(Base {
            settlers: format!("only{}", settlers.join("Or")),
            bank_share: format!("{}ShareBps", bank.name.text),
            client_share: format!("{}ShareBps", client.name.text),
            parameters: parameters(declared, [Some(bank), Some(client), arbiter, fund]),
            names: declared.iter().map(|party| party.name.text.clone()).collect(),
        })
    }

    /// A local name that hides nothing.
    pub fn local(&self, name: &str) -> String {
        if self.names.contains(name) { format!("{name}_") } else { name.to_owned() }
    }
}

/// Who is paid and who judges, the oracle before the latter, everybody else, then the terms.
fn parameters(declared: &[Party], [bank, client, arbiter, fund]: [Option<&Party>; 4]) -> Vec<Parameter> {
    let address = |name: String| Parameter { kind: "address", name };
    let number = |name: String| Parameter { kind: "uint256", name };
    let mut list: Vec<Parameter> = client.iter().map(|party| address(party.name.text.clone())).collect();
    list.push(Parameter { kind: "IValuationOracle", name: "oracle".to_owned() });
    list.extend(arbiter.map(|party| address(party.name.text.clone())));
    list.extend(fund.map(|party| address(format!("{}Fund", party.name.text))));
    let named = [bank, client, arbiter, fund];
    let others = declared.iter().filter(|party| party.role.text != "oracle" && !named.contains(&Some(*party)));
    list.extend(others.map(|party| address(party.name.text.clone())));
    if fund.is_none() {
        let taken = declared.iter().any(|party| party.name.text == "maslahah");
        list.push(address(if taken { "publicInterestFund" } else { "maslahahFund" }.to_owned()));
    }
    let share = bank.map_or_else(String::new, |party| capital(&party.name.text));
    list.extend([format!("initial{share}ShareBps"), "rentPerPeriodPerBps".into(), "khiyarPeriod".into()].map(number));
    list
}

fn no_partner(role: &str) -> Diagnostic {
    Diagnostic::error(NO_PARTNERS, format!("no party has the role `{role}`"))
        .help(format!("declare one: `parties {{ name: {role}; }}`"))
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}
