//! What each class's manifest states, in the order in which it is written.
//!
//! A term has the value that the rules demand of the instrument where there is one. What the rules demand as an invariant becomes a truth
//! value of the invariant's name.

use super::Operator;
use crate::class::{Class, Regime};

/// One line of a manifest.
pub(super) struct Clause {
    pub code: &'static str,
    /// The place in an instrument, of which [`field`] makes the term.
    pub path: &'static str,
    pub op: Operator,
    pub value: Given,
    pub citation: &'static str,
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

/// Places in an instrument whose terms have other names: the language of contracts, not of the compiler.
pub const FIELDS: [(&str, &str); 8] = [
    ("risk.loss", "loss_share"),
    ("risk.capital_guarantee", "capital_guarantee"),
    ("returns.rent.basis", "rent.basis"),
    ("returns.buyout.priceSource", "buyout.price_source"),
    ("returns.sale.markup_basis", "sale.markup_basis"),
    ("zakat.rate_bps", "zakat.rate_bps"),
    ("contingency.jaaihah", "contingency.jaaihah"),
    ("contingency.death", "contingency.death"),
];

/// The term of a place in an instrument; an invariant's is its name.
pub fn field(path: &str) -> &str {
    let renamed = FIELDS.iter().find(|(own, _)| *own == path).map(|(_, field)| *field);
    renamed.unwrap_or_else(|| path.strip_prefix("invariant.").unwrap_or(path))
}

const fn clause(code: &'static str, path: &'static str, op: Operator, value: Given, citation: &'static str) -> Clause {
    Clause { code, path, op, value, citation }
}

/// A term that is true where the invariant is kept.
const fn kept(code: &'static str, path: &'static str, citation: &'static str) -> Clause {
    clause(code, path, Operator::Eq, Given::Bool(true), citation)
}

/// A term that is one text.
const fn is(code: &'static str, path: &'static str, text: &'static str, citation: &'static str) -> Clause {
    clause(code, path, Operator::Eq, Given::Text(text), citation)
}

const RIBA: &str = "al-Baqarah 2:275";
const GHARAR: &str = "Sahih Muslim 1513";
const CURRENCIES: &str = "AAOIFI SS No. 1";
const GUARANTEES: &str = "AAOIFI SS No. 5";
const HAWALAH: &str = "AAOIFI SS No. 7";
const MURABAHAH: &str = "AAOIFI SS No. 8";
const LEASING: &str = "AAOIFI SS No. 9";
const SALAM: &str = "AAOIFI SS No. 10";
const ISTISNA: &str = "AAOIFI SS No. 11";
const PARTNERSHIP: &str = "AAOIFI SS No. 12";
const MUDARABAH: &str = "AAOIFI SS No. 13";
const JUALAH: &str = "AAOIFI SS No. 15";
const SUKUK: &str = "AAOIFI SS No. 17";
const QARD: &str = "AAOIFI SS No. 19";
const AGENCY: &str = "AAOIFI SS No. 23";
const INSURANCE: &str = "AAOIFI SS No. 26";
const MONETIZATION: &str = "AAOIFI SS No. 30";
const WAQF: &str = "AAOIFI SS No. 33";
const MORTGAGE: &str = "AAOIFI SS No. 39";
const TRUSTS: &str = "al-Nisa 4:58";
const ZAKAT: &str = "al-Tawbah 9:103";

const NO_GUARANTEE: Clause = clause("RIBA-1", "risk.capital_guarantee", Operator::Eq, Given::Bool(false), RIBA);
const RENT_NOT_ON_PRINCIPAL: Clause =
    clause("RIBA-2", "returns.rent.basis", Operator::Ne, Given::Text("principal"), LEASING);
const RENT_NOT_ON_CAPITAL: Clause =
    clause("RIBA-2", "returns.rent.basis", Operator::Ne, Given::Text("capital"), LEASING);
const RISK_ON_LESSOR: Clause = is("RISK-3", "risk.loss", "on_lessor", LEASING);
const POOL_WHOLE: Clause = clause("POOL-1", "pool.total_bps", Operator::Eq, Given::Number(10_000), PARTNERSHIP);
const POOL_SHARED: Clause = clause("POOL-2", "pool.members", Operator::Ge, Given::Number(2), PARTNERSHIP);

/// What optional sections add to any class.
pub(super) const DECLARED: [Clause; 3] = [
    clause("ZAKAT-1", "zakat.rate_bps", Operator::Eq, Given::AsDeclared, ZAKAT),
    clause("CONT-1", "contingency.jaaihah", Operator::Eq, Given::AsDeclared, "Sahih Muslim 1554"),
    clause("CONT-2", "contingency.death", Operator::Eq, Given::AsDeclared, "al-Nisa 4:11-12"),
];

/// The clauses of a class.
pub(super) const fn of_class(class: Class) -> &'static [Clause] {
    match class {
        Class::MusharakahMutanaqisah => MUSHARAKAH_MUTANAQISAH_CLAUSES,
        Class::Mudarabah => MUDARABAH_CLAUSES,
        Class::IjarahImbt => IJARAH_IMBT_CLAUSES,
        Class::Ijarah => IJARAH_CLAUSES,
        Class::Murabahah => MURABAHAH_CLAUSES,
        Class::Salam => SALAM_CLAUSES,
        Class::Istisna => ISTISNA_CLAUSES,
        Class::Sarf => SARF_CLAUSES,
        Class::Tawarruq => TAWARRUQ_CLAUSES,
        Class::QardHasan => QARD_HASAN_CLAUSES,
        Class::Rahn => RAHN_CLAUSES,
        Class::Kafala => KAFALA_CLAUSES,
        Class::Hawala => HAWALA_CLAUSES,
        Class::Wadia => WADIA_CLAUSES,
        Class::Wakala => WAKALA_CLAUSES,
        Class::Juala => JUALA_CLAUSES,
        Class::Ariyah => ARIYAH_CLAUSES,
        Class::Muzaraah => MUZARAAH_CLAUSES,
        Class::Musharakah => MUSHARAKAH_CLAUSES,
        Class::Sukuk => SUKUK_CLAUSES,
        Class::Takaful => TAKAFUL_CLAUSES,
        Class::MudarabahPool => MUDARABAH_POOL_CLAUSES,
        Class::Waqf => WAQF_CLAUSES,
        Class::Hibah => HIBAH_CLAUSES,
        Class::Wasiyya => WASIYYA_CLAUSES,
        Class::CommercialEscrow => COMMERCIAL_ESCROW_CLAUSES,
    }
}

const MUSHARAKAH_MUTANAQISAH_CLAUSES: &[Clause] = &[
    is("RISK-1", "risk.loss", "by_ownership", PARTNERSHIP),
    NO_GUARANTEE,
    RENT_NOT_ON_PRINCIPAL,
    RENT_NOT_ON_CAPITAL,
    is("GHARAR-1", "returns.buyout.priceSource", "oracle", GHARAR),
];
const MUDARABAH_CLAUSES: &[Clause] = &[
    is("RISK-2", "risk.loss", "on_rabb_al_mal", MUDARABAH),
    NO_GUARANTEE,
    kept("MUD-1", "invariant.capital_from_rabb_al_mal_only", MUDARABAH),
    kept("PROFIT-1", "invariant.profit_by_ratio", MUDARABAH),
    kept("PROFIT-2", "invariant.no_guaranteed_profit", MUDARABAH),
];
const IJARAH_IMBT_CLAUSES: &[Clause] = &[
    RISK_ON_LESSOR,
    RENT_NOT_ON_PRINCIPAL,
    kept("RIBA-3", "invariant.no_late_penalty_interest", LEASING),
    kept("IJARAH-2", "invariant.transfer_separate_from_lease", LEASING),
];
const IJARAH_CLAUSES: &[Clause] =
    &[RISK_ON_LESSOR, RENT_NOT_ON_PRINCIPAL, kept("RIBA-3", "invariant.no_late_penalty_interest", LEASING)];
const MURABAHAH_CLAUSES: &[Clause] = &[
    is("RIBA-2", "returns.sale.markup_basis", "fixed", MURABAHAH),
    kept("RIBA-3", "invariant.no_penalty_interest", MURABAHAH),
    kept("MUR-1", "invariant.cost_disclosed", MURABAHAH),
    kept("MUR-2", "invariant.prior_ownership", "Sunan Abi Dawud 3503"),
];
const SALAM_CLAUSES: &[Clause] = &[
    kept("SALAM-1", "invariant.full_prepayment", SALAM),
    kept("SALAM-2", "invariant.object_known", "Sahih al-Bukhari 2240"),
    kept("SALAM-3", "invariant.delivery_known", "Sahih al-Bukhari 2240"),
];
const ISTISNA_CLAUSES: &[Clause] = &[
    kept("ISTISNA-1", "invariant.object_specified", ISTISNA),
    kept("ISTISNA-2", "invariant.material_by_maker", ISTISNA),
    kept("ISTISNA-3", "invariant.price_known", ISTISNA),
];
const SARF_CLAUSES: &[Clause] = &[
    kept("SARF-1", "invariant.spot_settlement", CURRENCIES),
    kept("SARF-2", "invariant.riba_fadl_guarded", "Sahih Muslim 1587"),
];
const TAWARRUQ_CLAUSES: &[Clause] = &[
    kept("TAWARRUQ-1", "invariant.onward_to_third_party", MONETIZATION),
    kept("TAWARRUQ-2", "invariant.possession_before_resale", MONETIZATION),
    kept("TAWARRUQ-3", "invariant.not_organized", MONETIZATION),
];
const QARD_HASAN_CLAUSES: &[Clause] =
    &[kept("QARD-1", "invariant.no_increase", RIBA), kept("QARD-2", "invariant.no_fee", QARD)];
const RAHN_CLAUSES: &[Clause] = &[
    kept("RAHN-1", "invariant.no_creditor_benefit", MORTGAGE),
    kept("RAHN-2", "invariant.surplus_to_pledgor", MORTGAGE),
];
const KAFALA_CLAUSES: &[Clause] = &[
    kept("KAFALA-1", "invariant.no_guarantee_fee", GUARANTEES),
    kept("KAFALA-2", "invariant.recourse_actual", GUARANTEES),
];
const HAWALA_CLAUSES: &[Clause] =
    &[kept("HAWALA-1", "invariant.equal_transfer", HAWALAH), kept("HAWALA-2", "invariant.debtor_discharged", HAWALAH)];
const WADIA_CLAUSES: &[Clause] =
    &[kept("WADIA-1", "invariant.held_as_amanah", TRUSTS), kept("WADIA-2", "invariant.no_custodian_use", TRUSTS)];
const WAKALA_CLAUSES: &[Clause] =
    &[kept("WAKALA-1", "invariant.no_agent_guarantee", AGENCY), kept("WAKALA-2", "invariant.fee_disclosed", AGENCY)];
const JUALA_CLAUSES: &[Clause] =
    &[kept("JUALA-1", "invariant.reward_known", JUALAH), kept("JUALA-2", "invariant.due_on_completion", JUALAH)];
const ARIYAH_CLAUSES: &[Clause] =
    &[kept("ARIYAH-1", "invariant.gratuitous", TRUSTS), kept("ARIYAH-2", "invariant.returns_same", TRUSTS)];
const MUZARAAH_CLAUSES: &[Clause] = &[
    kept("MUZARA-1", "invariant.output_by_ratio", "Sahih al-Bukhari 2328"),
    kept("MUZARA-2", "invariant.no_fixed_rent", "Sahih al-Bukhari 2328"),
];
const MUSHARAKAH_CLAUSES: &[Clause] = &[
    is("RISK-1", "risk.loss", "by_capital", PARTNERSHIP),
    NO_GUARANTEE,
    kept("PROFIT-1", "invariant.profit_by_ratio", PARTNERSHIP),
];
const SUKUK_CLAUSES: &[Clause] = &[
    POOL_WHOLE,
    POOL_SHARED,
    kept("SUKUK-1", "invariant.return_is_asset_based", SUKUK),
    kept("SUKUK-2", "invariant.pro_rata_distribution", SUKUK),
];
const TAKAFUL_CLAUSES: &[Clause] = &[
    POOL_WHOLE,
    POOL_SHARED,
    kept("TAKAFUL-1", "invariant.donation_basis", INSURANCE),
    kept("TAKAFUL-2", "invariant.surplus_to_participants", INSURANCE),
];
const MUDARABAH_POOL_CLAUSES: &[Clause] = &[
    is("RISK-1", "risk.loss", "by_capital", MUDARABAH),
    NO_GUARANTEE,
    POOL_WHOLE,
    POOL_SHARED,
    kept("PROFIT-1", "invariant.profit_by_ratio", MUDARABAH),
];
const WAQF_CLAUSES: &[Clause] =
    &[kept("WAQF-1", "invariant.corpus_inalienable", WAQF), kept("WAQF-2", "invariant.income_only", WAQF)];
const HIBAH_CLAUSES: &[Clause] = &[
    kept("HIBAH-1", "invariant.immediate_transfer", "Sahih al-Bukhari 2589"),
    kept("HIBAH-2", "invariant.no_consideration", "Sahih al-Bukhari 2589"),
];
const WASIYYA_CLAUSES: &[Clause] = &[
    // A third of the estate, in whole hundredths of a percent.
    clause("WASIYYA-1", "bequest.share_bps", Operator::Le, Given::Number(3333), "Sahih al-Bukhari 2742"),
    kept("WASIYYA-2", "invariant.not_to_heir", "Sunan Abi Dawud 2870"),
];
const COMMERCIAL_ESCROW_CLAUSES: &[Clause] = &[
    kept("CERTAINTY-1", "invariant.certainty_of_terms", "Scammell v Ouston [1941] AC 251"),
    kept("PENALTY-1", "invariant.no_penalty_clause", "Cavendish Square v Makdessi [2015] UKSC 67"),
    kept("CONSID-1", "invariant.consideration_present", "Currie v Misa (1875) LR 10 Ex 153"),
    kept("DISPUTE-1", "invariant.dispute_resolution_present", "Scott v Avery (1856) 5 HL Cas 811"),
];

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
