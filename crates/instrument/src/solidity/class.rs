//! Which clauses make which class.

mod agency;
mod diminishing;
mod escrow;
mod gift;
pub(super) mod lease;
mod pool;
mod sale;
mod security;
mod venture;

use etymon_diagnostics::Diagnostic;

use super::clauses;
use super::draft::Draft;
use super::{MISSING_PARTY, TOO_MANY, UNKNOWN_CLASS, terms, undo, words};
use crate::ast::{Instrument, Party};
use crate::class::Class;
use std::collections::BTreeSet;

/// Puts the contract of an instrument together.
pub(super) fn draft(spec: &Instrument) -> Result<Draft<'_>, Diagnostic> {
    let class = Class::from_name(&spec.class.text).ok_or_else(|| unwritten(spec))?;
    undo::lasting(spec)?;
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
        Class::Mudarabah => venture::mudarabah(&mut draft),
        Class::Musharakah => venture::musharakah(&mut draft),
        Class::Muzaraah => venture::muzaraah(&mut draft),
        Class::Sukuk => pool::sukuk(&mut draft)?,
        Class::Takaful => pool::takaful(&mut draft)?,
        Class::MudarabahPool => pool::mudarabah(&mut draft)?,
        Class::IjarahImbt => lease::ijarah(&mut draft, true),
        Class::Ijarah => lease::ijarah(&mut draft, false),
        Class::Ariyah => lease::ariyah(&mut draft),
        Class::Murabahah => sale::murabahah(&mut draft),
        Class::Salam => sale::salam(&mut draft),
        Class::Istisna => sale::istisna(&mut draft),
        Class::Sarf => sale::sarf(&mut draft),
        Class::Tawarruq => sale::tawarruq(&mut draft),
        Class::QardHasan => security::qard_hasan(&mut draft),
        Class::Rahn => security::rahn(&mut draft),
        Class::Kafala => security::kafala(&mut draft),
        Class::Hawala => security::hawala(&mut draft),
        Class::Wadia => security::wadia(&mut draft),
        Class::Wakala => agency::wakala(&mut draft),
        Class::Juala => agency::juala(&mut draft),
        Class::Waqf => gift::waqf(&mut draft),
        Class::Hibah => gift::hibah(&mut draft),
        Class::Wasiyya => gift::wasiyya(&mut draft),
        Class::CommercialEscrow => escrow::commercial_escrow(&mut draft),
    }
    if class != Class::MusharakahMutanaqisah {
        elsewhere(&mut draft);
    }
    unread(&mut draft);
    clauses::money(&mut draft);
    undo::inheritance(&mut draft);
    if class == Class::Wasiyya {
        gift::heard(&mut draft);
    }
    clauses::roles(&mut draft);
    idle(&mut draft);
    Ok(draft)
}

/// Says who has a part in the file, but none in the contract, and who is to judge, but does not.
fn idle(draft: &mut Draft) {
    let does =
        |key: &str| draft.functions.iter().any(|own| own.by.iter().any(|by| by == key) || names_actor(&own.body, key));
    let named = ["arbiter", "fund"];
    let idle = draft.actors.iter().filter(|own| own.key.starts_with("party") || named.contains(&own.key.as_str()));
    let mut told: Vec<String> = idle
        .filter(|own| !does(&own.key))
        .map(|own| format!("parties: `{}` is `{}`, and has no part in the contract", own.party, own.role))
        .collect();
    if does("arbiter") {
        told.extend(judges(draft));
    }
    draft.unenforced.extend(told);
}

/// Whether a template names an actor.
fn names_actor(template: &str, key: &str) -> bool {
    template.contains(&format!("${{{key}}}"))
        || template.split('$').skip(1).any(|own| {
            own.strip_prefix(key).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric()))
        })
}

/// The blocks of `returns` in which a class divides by parts of 10000.
pub(super) const fn divided(class: Class) -> &'static [&'static str] {
    match class {
        Class::Mudarabah | Class::Musharakah | Class::MudarabahPool => &["profit"],
        Class::Muzaraah => &["harvest_share", "output"],
        _ => &[],
    }
}

/// Says which numbers of the file no clause has read.
fn unread(draft: &mut Draft) {
    let spec = draft.spec;
    let takes_capital =
        matches!(draft.class, Class::MusharakahMutanaqisah | Class::Mudarabah | Class::Musharakah | Class::Wasiyya);
    if spec.capital.is_some() && !takes_capital {
        draft.unenforced.push("capital: nothing in a contract of this class is set by it".to_owned());
    }
    let parts = divided(draft.class);
    let mut unread = Vec::new();
    for block in spec.returns.iter().flat_map(|own| &own.blocks) {
        for entry in &block.entries.entries {
            let place = (block.name.text.clone(), entry.key.text.clone());
            let part = parts.contains(&place.0.as_str()) && (entry.value.says_bps() || draft.divides(&place.1));
            let known = draft.taken.borrow().contains(&place) || draft.timed.borrow().contains(&place) || part;
            if entry.value.as_number().is_some() && !known {
                let why = match place.1.as_str() {
                    "delivery_date" => "the contract counts how long it takes instead",
                    _ => "nothing in the contract is set by it",
                };
                unread.push(format!("returns.{}.{}: {why}", place.0, place.1));
            }
        }
    }
    let rescission = spec.rescission.iter().flat_map(|own| &own.blocks);
    let options = rescission.map(|own| (format!("rescission.{}", own.name.text), Some(&own.entries), &["window"][..]));
    let sections = [
        ("risk", spec.risk.as_ref(), &[][..]),
        ("oracle", spec.oracle.as_ref(), &["committee", "quorum", "gharar_bound_bps"][..]),
        ("zakat", spec.zakat.as_ref(), &["rate_bps", "nisab"]),
        ("contingency", spec.contingency.as_ref(), &[]),
        ("dispute", spec.dispute.as_ref(), &[]),
    ];
    for (name, section, known) in
        sections.map(|(name, own, known)| (name.to_owned(), own, known)).into_iter().chain(options)
    {
        for entry in section.iter().flat_map(|own| &own.entries) {
            if entry.value.as_number().is_some() && !known.contains(&entry.key.text.as_str()) {
                unread.push(format!("{name}.{}: nothing in the contract is set by it", entry.key.text));
            }
        }
    }
    unread.extend(currencies(draft));
    unread.extend(heirs(draft));
    draft.unenforced.extend(unread);
}

/// Currencies that are not the ledger's coin are counted as if they were.
fn currencies(draft: &Draft) -> Vec<String> {
    if !draft.money || draft.class == Class::Sarf {
        return Vec::new();
    }
    let said = draft.spec.meta.as_ref().and_then(|own| own.value("currency"));
    let taken = draft.taken.borrow();
    let amounts =
        taken.iter().filter(|(_, key)| !terms::SHARES.contains(&key.as_str()) && !terms::TERMS.contains(&key.as_str()));
    let units = amounts.filter_map(|(block, key)| draft.spec.returns.as_ref()?.get(block)?.entries.value(key)?.unit());
    let mut coins: BTreeSet<String> = units.filter_map(words::coin).collect();
    if coins.is_empty() {
        coins.extend(said.and_then(|own| own.as_name().or(own.as_text())).map(str::to_lowercase));
    }
    let known =
        |own: &String| own.split([' ', '_']).any(|word| terms::SMALLEST.contains(&words::singular(word).as_str()));
    let told = |own: String| format!("meta.currency: `{own}` is counted as the smallest unit of the ledger's coin");
    coins.into_iter().filter(|own| !known(own)).map(told).collect()
}

/// Somebody else than a party is to judge, but a party does.
fn judges(draft: &Draft) -> Vec<String> {
    let Some(judge) = draft.actor("arbiter") else { return Vec::new() };
    let spec = draft.spec;
    let rescission = spec.rescission.iter().flat_map(|own| &own.blocks);
    let said = rescission.flat_map(|own| {
        let named =
            move |key: &'static str| Some((format!("rescission.{}.{key}", own.name.text), own.entries.value(key)?));
        [named("adjudicated_by"), named("authority")]
    });
    let forum = spec.dispute.iter().map(|own| Some(("dispute.forum".to_owned(), own.value("forum")?)));
    let others = said.chain(forum).flatten().filter(|(_, value)| {
        let named = value.as_path().and_then(|own| own.first()).is_some_and(|own| {
            ["arbiter", "adjudicator"].contains(&own.text.as_str())
                || draft.actors.iter().any(|actor| actor.party == own.text)
        });
        !named
    });
    others.map(|(place, _)| format!("{place}: no party is called so; `{}` judges", judge.party)).collect()
}

/// Whether a party is an heir of a will.
fn is_heir(class: Class, party: &Party) -> bool {
    class == Class::Wasiyya && ["heir", "heirs"].contains(&party.role.text.as_str())
}

/// The heirs of a will have one address.
fn heirs(draft: &Draft) -> Option<String> {
    let parties = draft.spec.parties.iter().flat_map(|own| &own.parties);
    let heirs: Vec<String> =
        parties.filter(|own| is_heir(draft.class, own)).map(|own| format!("`{}`", own.name.text)).collect();
    let told = "the heirs' part is paid to the one address `heirs`, which divides it";
    (!heirs.is_empty()).then(|| format!("parties: {}: {told}", heirs.join(", ")))
}

fn unwritten(spec: &Instrument) -> Diagnostic {
    Diagnostic::error(UNKNOWN_CLASS, format!("no contract can be written for the class `{}`", spec.class.text))
        .help("build it with `--target manifest`")
}

/// The key and the role of those who make the contract, who deploys it first.
pub(super) const fn principals(class: Class) -> &'static [(&'static str, &'static str)] {
    match class {
        Class::MusharakahMutanaqisah => &[("bank", "financier"), ("client", "acquirer")],
        Class::Mudarabah => &[("rabb", "rabb_al_mal"), ("mudarib", "mudarib")],
        Class::Musharakah => &[("first", "partner"), ("second", "partner")],
        Class::Muzaraah => &[("landowner", "landowner"), ("cultivator", "cultivator")],
        Class::Sukuk => &[("manager", "issuer")],
        Class::Takaful => &[("manager", "operator")],
        Class::MudarabahPool => &[("manager", "mudarib")],
        Class::IjarahImbt | Class::Ijarah => &[("lessor", "lessor"), ("lessee", "lessee")],
        Class::Ariyah => &[("muir", "muir"), ("mustair", "mustair")],
        Class::Murabahah => &[("seller", "seller"), ("buyer", "buyer")],
        Class::Salam => &[("buyer", "buyer"), ("seller", "seller")],
        Class::Istisna => &[("buyer", "buyer"), ("manufacturer", "manufacturer")],
        Class::Sarf => &[("exchanger_a", "exchanger_a"), ("exchanger_b", "exchanger_b")],
        Class::Tawarruq => &[("financier", "financier"), ("mustawriq", "mustawriq"), ("third_party", "third_party")],
        Class::QardHasan => &[("lender", "lender"), ("borrower", "borrower")],
        Class::Rahn => &[("pledgee", "pledgee"), ("pledgor", "pledgor")],
        Class::Kafala => &[("creditor", "creditor"), ("principal_debtor", "principal_debtor"), ("kafil", "kafil")],
        Class::Hawala => &[("muhil", "muhil"), ("muhal", "muhal"), ("muhal_alayh", "muhal_alayh")],
        Class::Wadia => &[("depositor", "depositor"), ("custodian", "custodian")],
        Class::Wakala => &[("muwakkil", "muwakkil"), ("wakil", "wakil")],
        Class::Juala => &[("jail", "jail"), ("amil", "amil")],
        Class::Waqf => &[("waqif", "waqif"), ("beneficiary", "beneficiary")],
        Class::Hibah => &[("donor", "donor"), ("donee", "donee")],
        Class::Wasiyya => &[("testator", "testator"), ("legatee", "legatee")],
        Class::CommercialEscrow => {
            &[("depositor", "depositor"), ("beneficiary", "beneficiary"), ("arbiter", "arbiter")]
        }
    }
}

/// Finds everybody: the principals of the class, who judges, who benefits, and whoever else is declared.
fn parties(draft: &mut Draft, principals: &[(&str, &str)]) -> Result<(), Diagnostic> {
    let spec = draft.spec;
    let declared = spec.parties.as_ref().map_or(&[][..], |own| &own.parties);
    let mut used: Vec<&str> = Vec::new();
    // Of two beneficiaries, who is given zakat is only that.
    let given = spec.zakat.as_ref().and_then(|own| own.value("beneficiary")).and_then(|own| own.as_name());
    for (key, role) in principals {
        let free = |party: &&Party| party.role.text == *role && !used.contains(&party.name.text.as_str());
        let apart = |party: &&Party| *role == "beneficiary" && Some(party.name.text.as_str()) == given;
        let other = declared.iter().find(|party| free(party) && !apart(party));
        let Some(party) = other.or_else(|| declared.iter().find(free)) else {
            return Err(Diagnostic::error(MISSING_PARTY, format!("no party has the role `{role}`"))
                .help(format!("declare one: `parties {{ name: {role}; }}`")));
        };
        used.push(&party.name.text);
        draft.add_party(key, party, "");
    }
    let partners = declared.iter().filter(|party| party.role.text == "partner").count();
    if draft.class == Class::Musharakah && partners > 2 {
        return Err(Diagnostic::error(TOO_MANY, format!("the contract has two partners, the file {partners}"))
            .help("use the class `mudarabah_pool`, or let partners stand for groups"));
    }
    for (key, roles, suffix) in
        [("arbiter", ["adjudicator", "arbiter"], ""), ("fund", ["beneficiary", "maslahah"], "Fund")]
    {
        let own = |role: &str| roles.contains(&role);
        let found = declared.iter().find(|party| own(&party.role.text) && !used.contains(&party.name.text.as_str()));
        if let Some(party) = found.filter(|_| !draft.has(key)) {
            used.push(&party.name.text);
            draft.add_party(key, party, suffix);
        }
    }
    for (at, party) in declared.iter().enumerate() {
        // Who the heirs are is said when a will is carried out, and may change.
        if party.role.text != "oracle" && !is_heir(draft.class, party) && !used.contains(&party.name.text.as_str()) {
            draft.add_party(&format!("party{at}"), party, "");
        }
    }
    Ok(())
}

/// Optional sections that every class may have.
fn elsewhere(draft: &mut Draft) {
    let payer = draft.actors[0].key.clone();
    if draft.money {
        clauses::zakat(draft, &[&payer]);
    } else if draft.spec.zakat.is_some() {
        draft.unenforced.push("zakat: the contract takes no money".to_owned());
    }
    undo::clauses(draft);
}
