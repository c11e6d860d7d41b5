//! Which clauses make which class.

mod diminishing;

use etymon_diagnostics::Diagnostic;

use super::clauses;
use super::draft::Draft;
use super::{MISSING_PARTY, UNKNOWN_CLASS};
use crate::ast::Instrument;
use crate::class::Class;

/// Puts the contract of an instrument together.
pub(super) fn draft(spec: &Instrument) -> Result<Draft<'_>, Diagnostic> {
    let class = Class::from_name(&spec.class.text).ok_or_else(|| unwritten(spec))?;
    let mut draft = Draft::new(spec, class);
    parties(&mut draft, principals(class))?;
    match class {
        Class::MusharakahMutanaqisah => {
            if !draft.has("fund") {
                // What was lost must go somewhere that neither partner gains by.
                let taken = draft.actors.iter().any(|actor| actor.party == "maslahah");
                let name = if taken { "publicInterest" } else { "maslahah" };
                draft.add_actor("fund", name, "beneficiary", "Fund");
            }
            diminishing::clauses(&mut draft);
        }
        _ => return Err(unwritten(spec)),
    }
    clauses::money(&mut draft);
    clauses::roles(&mut draft);
    Ok(draft)
}

fn unwritten(spec: &Instrument) -> Diagnostic {
    Diagnostic::error(UNKNOWN_CLASS, format!("no contract can be written for the class `{}`", spec.class.text))
        .help("build it with `--target manifest`")
}

/// The key and the role of those who make the contract, who deploys it first.
const fn principals(class: Class) -> &'static [(&'static str, &'static str)] {
    match class {
        Class::MusharakahMutanaqisah => &[("bank", "financier"), ("client", "acquirer")],
        _ => &[],
    }
}

/// Finds everybody: the principals of the class, who judges, who benefits, and whoever else is declared.
fn parties(draft: &mut Draft, principals: &[(&str, &str)]) -> Result<(), Diagnostic> {
    let spec = draft.spec;
    let declared = spec.parties.as_ref().map_or(&[][..], |own| &own.parties);
    let mut used: Vec<&str> = Vec::new();
    for (key, role) in principals {
        let found = declared.iter().find(|party| party.role.text == *role && !used.contains(&party.name.text.as_str()));
        let Some(party) = found else {
            return Err(Diagnostic::error(MISSING_PARTY, format!("no party has the role `{role}`"))
                .help(format!("declare one: `parties {{ name: {role}; }}`")));
        };
        used.push(&party.name.text);
        draft.add_party(key, party, "");
    }
    for (key, roles, suffix) in [("arbiter", ["adjudicator", "arbiter"], ""), ("fund", ["beneficiary", "maslahah"], "Fund")] {
        let own = |role: &str| roles.contains(&role);
        let found = declared.iter().find(|party| own(&party.role.text) && !used.contains(&party.name.text.as_str()));
        if let Some(party) = found.filter(|_| !draft.has(key)) {
            used.push(&party.name.text);
            draft.add_party(key, party, suffix);
        }
    }
    for (at, party) in declared.iter().enumerate() {
        if party.role.text != "oracle" && !used.contains(&party.name.text.as_str()) {
            draft.add_party(&format!("party{at}"), party, "");
        }
    }
    Ok(())
}
