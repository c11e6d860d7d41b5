//! What each class's manifest states, in the order in which it is written: what the rules demand of the class's tables, and beside that
//! what they find in other ways.

use super::{Operator, Scalar};
use crate::class::{Class, Regime};
use crate::codes;
use crate::sema::{Demand, MONEY, WHOLE_BPS, Wants, rules_of};
use etymon_diagnostics::Code;
use std::borrow::Cow;

/// One line of a manifest.
pub(super) struct Clause {
    pub code: Code,
    /// The place in an instrument, of which [`field`] makes the term.
    pub path: Cow<'static, str>,
    pub op: Operator,
    pub value: Given,
}

/// What the term is compared with.
#[derive(Clone, Copy)]
pub(super) enum Given {
    Bool(bool),
    Number(u64),
    Text(&'static str),
    /// What the instrument says there; the clause is left out where it says nothing.
    AsDeclared,
}

/// Places in an instrument whose terms have other names: the language of contracts, not of the compiler. All others are the place's own
/// name without `returns.`; what the rules demand as an invariant is a truth value of the invariant's name.
pub const FIELDS: [(&str, &str); 3] = [
    ("risk.loss", "loss_share"),
    ("risk.capital_guarantee", "capital_guarantee"),
    ("returns.buyout.priceSource", "buyout.price_source"),
];

/// Values in an instrument whose terms have others.
const VALUES: [(&str, &str, Given); 3] = [
    ("risk.loss", "proportional_to_ownership", Given::Text("by_ownership")),
    ("risk.loss", "proportional_to_capital", Given::Text("by_capital")),
    ("risk.capital_guarantee", "none", Given::Bool(false)),
];

/// What stands in a manifest before the rest, which stays in the order of the rules.
const FIRST: [&str; 4] = ["RISK-1", "RISK-2", "RISK-3", "RIBA-1"];

/// Citations that the manifest's form states in these words.
const CITATIONS: [(&str, &str); 3] =
    [("RISK-1", "AAOIFI SS No. 12"), ("RIBA-1", "al-Baqarah 2:275"), ("ZAKAT-1", "al-Tawbah 9:103")];

/// The term of a place in an instrument, such as `returns.rent.basis`.
pub fn field(path: &str) -> &str {
    let renamed = FIELDS.iter().find(|(own, _)| *own == path).map(|(_, field)| *field);
    let bare = || path.strip_prefix("returns.").or_else(|| path.strip_prefix("invariant."));
    renamed.or_else(bare).unwrap_or(path)
}

/// The term's value for what an instrument says at a place.
pub(super) fn term(path: &str, value: Scalar) -> Scalar {
    let renamed =
        VALUES.iter().find(|(own, text, _)| *own == path && matches!(&value, Scalar::Text(own) if own == text));
    match renamed.map(|(_, _, given)| given) {
        Some(Given::Bool(truth)) => Scalar::Bool(*truth),
        Some(Given::Number(number)) => Scalar::Number((*number).into()),
        Some(Given::Text(text)) => Scalar::Text((*text).to_owned()),
        Some(Given::AsDeclared) | None => value,
    }
}

/// Where a rule of a class comes from.
pub(super) fn citation(class: Class, code: Code) -> &'static str {
    let stated = CITATIONS.iter().find(|(own, _)| *own == code.as_str()).map(|(_, citation)| *citation);
    let known = || codes::info(code.as_str()).map(|info| info.citation).filter(|citation| !citation.is_empty());
    stated.or_else(known).unwrap_or(rules_of(class).citation)
}

/// The clauses of a class.
pub(super) fn of_class(class: Class) -> Vec<Clause> {
    let rules = rules_of(class);
    let mut clauses: Vec<Clause> = rules.risk.iter().flat_map(|demand| demanded("risk".to_owned(), demand)).collect();
    if let Some((block, _)) = rules.block {
        clauses.extend(rules.demands.iter().flat_map(|demand| demanded(format!("returns.{block}"), demand)));
    }
    clauses.extend(special(class));
    let rank = |clause: &Clause| FIRST.iter().position(|own| *own == clause.code.as_str()).unwrap_or(FIRST.len());
    clauses.sort_by_key(rank);
    clauses.extend([
        clause(codes::ZAKAT_1, "zakat.rate_bps", Operator::Eq, Given::AsDeclared),
        clause(codes::CONT_1, "contingency.jaaihah", Operator::Eq, Given::AsDeclared),
        clause(codes::CONT_2, "contingency.death", Operator::Eq, Given::AsDeclared),
    ]);
    clauses
}

/// What a table demands of one key.
fn demanded(section: String, demand: &Demand) -> Vec<Clause> {
    let path = format!("{section}.{}", demand.key);
    let term = |op, value| Clause { code: demand.code, path: Cow::Owned(path.clone()), op, value };
    match demand.wants {
        Wants::Name(name) | Wants::NameOrAbsent(name) | Wants::Same(name) => {
            let renamed = VALUES.iter().find(|(own, value, _)| *own == path && *value == name);
            vec![term(Operator::Eq, renamed.map_or(Given::Text(name), |(_, _, given)| *given))]
        }
        Wants::Positive | Wants::Day => vec![term(Operator::Gt, Given::Number(0))],
        Wants::UpTo(most) => {
            vec![term(Operator::Gt, Given::Number(0)), term(Operator::Le, Given::Number(most))]
        }
        Wants::Number => vec![term(Operator::Ge, Given::Number(0))],
        Wants::Described => vec![term(Operator::Ne, Given::Text(""))],
    }
}

fn clause(code: Code, path: &'static str, op: Operator, value: Given) -> Clause {
    Clause { code, path: Cow::Borrowed(path), op, value }
}

/// A term that is true where the invariant is kept.
fn kept(code: Code, path: &'static str) -> Clause {
    clause(code, path, Operator::Eq, Given::Bool(true))
}

/// A term that is one text.
fn is(code: Code, path: &'static str, text: &'static str) -> Clause {
    clause(code, path, Operator::Eq, Given::Text(text))
}

/// What the rules of a class find that no table says.
fn special(class: Class) -> Vec<Clause> {
    let not_money = || {
        MONEY
            .map(|money| clause(codes::RIBA_2, "returns.rent.basis", Operator::Ne, Given::Text(money)))
            .into_iter()
            .collect::<Vec<_>>()
    };
    match class {
        Class::MusharakahMutanaqisah => {
            let mut own = not_money();
            own.push(is(codes::GHARAR_1, "returns.buyout.priceSource", "oracle"));
            own
        }
        Class::Mudarabah => vec![
            clause(codes::MUD_1, "capital.mudarib_bps", Operator::Eq, Given::Number(0)),
            clause(codes::MUD_4, "capital.rabb_al_mal_bps", Operator::Eq, Given::Number(WHOLE_BPS)),
            is(codes::GHARAR_2, "returns.profit.source", "oracle"),
        ],
        Class::Ijarah => not_money(),
        Class::IjarahImbt => {
            let mut own = not_money();
            own.push(kept(codes::IJARAH_2, "invariant.transfer_separate_from_lease"));
            own
        }
        Class::Murabahah => vec![
            is(codes::RIBA_2, "returns.sale.markup_basis", "fixed"),
            kept(codes::MUR_2, "invariant.prior_ownership"),
        ],
        Class::Sarf => vec![kept(codes::SARF_2, "invariant.riba_fadl_guarded")],
        Class::Tawarruq => vec![
            kept(codes::TAWARRUQ_1, "invariant.onward_to_third_party"),
            kept(codes::TAWARRUQ_2, "invariant.possession_before_resale"),
            kept(codes::TAWARRUQ_3, "invariant.not_organized"),
        ],
        Class::Hawala => vec![kept(codes::HAWALA_1, "invariant.equal_transfer")],
        Class::Sukuk | Class::Takaful | Class::MudarabahPool => vec![
            clause(codes::POOL_1, "pool.total_bps", Operator::Eq, Given::Number(WHOLE_BPS)),
            clause(codes::POOL_2, "pool.members", Operator::Ge, Given::Number(2)),
        ],
        Class::CommercialEscrow => vec![
            kept(codes::CONSID_1, "invariant.consideration_present"),
            is(codes::DISPUTE_1, "dispute.remedy", "arbiter_ruling"),
        ],
        _ => Vec::new(),
    }
}

/// The roles of those who bind themselves; valuers, arbiters and those who only receive do not.
pub(super) const fn principals(class: Class) -> &'static [&'static str] {
    match class {
        Class::MusharakahMutanaqisah => &["financier", "acquirer"],
        Class::Mudarabah => &["rabb_al_mal", "mudarib"],
        Class::IjarahImbt | Class::Ijarah => &["lessor", "lessee"],
        Class::Murabahah => &["seller", "buyer"],
        Class::Salam => &["buyer", "seller"],
        Class::Istisna => &["buyer", "manufacturer"],
        Class::Sarf => &["exchanger_a", "exchanger_b"],
        Class::Tawarruq => &["mustawriq", "financier", "third_party"],
        Class::QardHasan => &["lender", "borrower"],
        Class::Rahn => &["pledgor", "pledgee"],
        Class::Kafala => &["kafil", "principal_debtor", "creditor"],
        Class::Hawala => &["muhil", "muhal", "muhal_alayh"],
        Class::Wadia => &["depositor", "custodian"],
        Class::Wakala => &["muwakkil", "wakil"],
        Class::Juala => &["jail", "amil"],
        Class::Ariyah => &["muir", "mustair"],
        Class::Muzaraah => &["landowner", "cultivator"],
        Class::Musharakah => &["partner"],
        Class::Sukuk => &["issuer"],
        Class::Takaful => &["operator"],
        Class::MudarabahPool => &["mudarib"],
        Class::Waqf => &["waqif"],
        Class::Hibah => &["donor", "donee"],
        Class::Wasiyya => &["testator"],
        Class::CommercialEscrow => &["depositor", "beneficiary"],
    }
}

/// Whose standards the built-in rules of a class cite.
pub(super) const fn authority(class: Class) -> &'static str {
    match class.regime() {
        Regime::Islamic => "AAOIFI",
        Regime::CommonLaw => "common law",
    }
}
