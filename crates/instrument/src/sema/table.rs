//! What each class requires, as far as it can be said in a table.

use crate::class::Class;
use crate::codes::*;
use etymon_diagnostics::Code;

/// The rules of a class.
#[derive(Debug)]
pub struct ClassRules {
    /// Roles, and how many parties must have each.
    pub roles: &'static [(&'static str, usize)],
    /// Whether an independent oracle is required.
    pub needs_oracle: bool,
    /// Names of the invariants that must be declared.
    pub invariants: &'static [&'static str],
    /// What `risk` must say.
    pub risk: &'static [Demand],
    /// The block of `returns` that must be there, and the code when it is not.
    pub block: Option<(&'static str, Code)>,
    /// What that block must say.
    pub demands: &'static [Demand],
    /// What the class as a whole rests on.
    pub citation: &'static str,
}

/// What one key must say.
#[derive(Debug)]
pub struct Demand {
    /// The code of its refusal.
    pub code: Code,
    /// The key.
    pub key: &'static str,
    /// Its value.
    pub wants: Wants,
    /// Why, for the message.
    pub why: &'static str,
}

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// This name.
    Name(&'static str),
    /// This name, or nothing at all.
    NameOrAbsent(&'static str),
    /// The key of this block that it is the same as, or the number which that has.
    Same(&'static str),
    /// A number above 0.
    Positive,
    /// A day, in seconds of Unix time.
    Day,
    /// A number from 1 to this one.
    UpTo(u64),
    /// A number, which may be 0.
    Number,
    /// A name, a path or a text that is not empty.
    Described,
}

const fn demand(code: Code, key: &'static str, wants: Wants, why: &'static str) -> Demand {
    Demand { code, key, wants, why }
}

pub(super) const NO_GUARANTEE: Demand =
    demand(RIBA_1, "capital_guarantee", Wants::Name("none"), "a guaranteed return of capital makes a loan of it");

const BASE: ClassRules =
    ClassRules { roles: &[], needs_oracle: false, invariants: &[], risk: &[], block: None, demands: &[], citation: "" };

static MUSHARAKAH_MUTANAQISAH: ClassRules = ClassRules {
    roles: &[("financier", 1), ("acquirer", 1)],
    needs_oracle: true,
    invariants: &["ownership_conserved", "rent_on_living_share", "loss_follows_capital", "price_attested"],
    risk: &[
        NO_GUARANTEE,
        demand(RISK_1, "loss", Wants::Name("proportional_to_ownership"), "partners bear loss by their shares"),
    ],
    citation: "AAOIFI SS No. 12 [verify]",
    ..BASE
};

static MUDARABAH: ClassRules = ClassRules {
    needs_oracle: true,
    invariants: &["capital_from_rabb_al_mal_only", "profit_by_ratio", "loss_on_rabb_al_mal", "no_guaranteed_profit"],
    risk: &[NO_GUARANTEE, demand(RISK_2, "loss", Wants::Name("on_rabb_al_mal"), "the mudarib loses only his effort")],
    block: Some(("profit", PROFIT_2)),
    demands: &[demand(PROFIT_1, "split", Wants::Name("ratio"), "a fixed sum of profit is an increase on a loan")],
    citation: "AAOIFI SS No. 13 [verify]",
    ..BASE
};

const ON_LESSOR: Demand = demand(RISK_3, "loss", Wants::Name("on_lessor"), "the owner bears the risk of what is let");
const NO_PENALTY: Demand = demand(
    RIBA_3,
    "late_penalty",
    Wants::NameOrAbsent("none"),
    "whoever has it, a penalty for lateness is an increase on a debt",
);

static IJARAH_IMBT: ClassRules = ClassRules {
    roles: &[("lessor", 1), ("lessee", 1)],
    needs_oracle: true,
    invariants: &[
        "rent_for_usufruct",
        "lessor_bears_ownership_risk",
        "transfer_separate_from_lease",
        "no_late_penalty_interest",
    ],
    risk: &[ON_LESSOR],
    block: Some(("rent", RENT_2)),
    demands: &[NO_PENALTY],
    citation: "AAOIFI SS No. 9 [verify]",
};

static IJARAH: ClassRules = ClassRules {
    roles: &[("lessor", 1), ("lessee", 1)],
    invariants: &["rent_for_usufruct", "lessor_bears_risk", "no_late_penalty_interest"],
    risk: &[ON_LESSOR],
    block: Some(("rent", RENT_2)),
    demands: &[NO_PENALTY],
    citation: "AAOIFI SS No. 9 [verify]",
    ..BASE
};

static MURABAHAH: ClassRules = ClassRules {
    roles: &[("seller", 1), ("buyer", 1)],
    invariants: &["cost_disclosed", "markup_fixed", "price_certain", "prior_ownership", "no_penalty_interest"],
    block: Some(("sale", MUR_1)),
    demands: &[
        demand(MUR_1, "cost", Wants::Positive, "the buyer must know the true cost"),
        demand(MUR_1, "total", Wants::Positive, "the buyer must know the whole price"),
        NO_PENALTY,
    ],
    citation: "AAOIFI SS No. 8 [verify]",
    ..BASE
};

static SALAM: ClassRules = ClassRules {
    roles: &[("buyer", 1), ("seller", 1)],
    invariants: &["full_prepayment", "object_known", "delivery_known"],
    block: Some(("salam", SALAM_1)),
    demands: &[
        demand(
            SALAM_1,
            "payment",
            Wants::Name("spot_full"),
            "with both price and thing deferred, debt is sold for debt",
        ),
        demand(SALAM_2, "quantity", Wants::Positive, "the thing must be known"),
        demand(SALAM_2, "measure", Wants::Described, "the thing must be known"),
        demand(SALAM_2, "quality", Wants::Described, "the thing must be known"),
        demand(SALAM_3, "delivery_date", Wants::Day, "the term must be known"),
    ],
    citation: "AAOIFI SS No. 10 [verify]",
    ..BASE
};

static ISTISNA: ClassRules = ClassRules {
    roles: &[("buyer", 1), ("manufacturer", 1)],
    invariants: &["object_specified", "material_by_maker", "price_known"],
    block: Some(("istisna", ISTISNA_1)),
    demands: &[
        demand(ISTISNA_1, "spec", Wants::Described, "the thing to be made must be known"),
        demand(ISTISNA_1, "quantity", Wants::Positive, "the thing to be made must be known"),
        demand(
            ISTISNA_2,
            "material_by",
            Wants::Name("manufacturer"),
            "with the buyer's material it is a hire of labour",
        ),
        demand(ISTISNA_3, "price", Wants::Positive, "the price must be known, even when it is deferred"),
    ],
    citation: "AAOIFI SS No. 11 [verify]",
    ..BASE
};

static SARF: ClassRules = ClassRules {
    roles: &[("exchanger_a", 1), ("exchanger_b", 1)],
    invariants: &["spot_settlement", "riba_fadl_guarded"],
    block: Some(("exchange", SARF_1)),
    demands: &[
        demand(SARF_1, "settlement", Wants::Name("spot"), "money is exchanged hand to hand"),
        demand(SARF_3, "give_amount", Wants::Positive, "both amounts must be known"),
        demand(SARF_3, "take_amount", Wants::Positive, "both amounts must be known"),
    ],
    citation: "AAOIFI SS No. 1 [verify]",
    ..BASE
};

static TAWARRUQ: ClassRules = ClassRules {
    roles: &[("mustawriq", 1), ("financier", 1), ("third_party", 1)],
    invariants: &["onward_to_third_party", "possession_before_resale", "not_organized"],
    block: Some(("spot_sale", TAWARRUQ_1)),
    citation: "AAOIFI SS No. 30 [verify]",
    ..BASE
};

static QARD_HASAN: ClassRules = ClassRules {
    roles: &[("lender", 1), ("borrower", 1)],
    invariants: &["no_increase", "no_fee"],
    block: Some(("loan", QARD_1)),
    demands: &[
        demand(QARD_1, "principal", Wants::Positive, "what is lent must be known"),
        demand(QARD_1, "repayment", Wants::Same("principal"), "a loan is repaid in like"),
        demand(QARD_1, "stipulated_increase", Wants::Name("none"), "an agreed increase on a loan is riba"),
        demand(QARD_2, "fee", Wants::Name("none"), "an agreed benefit from a loan is riba"),
    ],
    citation: "AAOIFI SS No. 19 [verify]",
    ..BASE
};

static RAHN: ClassRules = ClassRules {
    roles: &[("pledgor", 1), ("pledgee", 1)],
    invariants: &["no_creditor_benefit", "surplus_to_pledgor"],
    block: Some(("pledge", RAHN_1)),
    demands: &[
        demand(
            RAHN_1,
            "creditor_use",
            Wants::Name("none"),
            "the creditor's use of the pledge is a benefit from the loan",
        ),
        demand(RAHN_2, "surplus", Wants::Name("to_pledgor"), "a pledge is not forfeited"),
        demand(RAHN_3, "debt", Wants::Positive, "the debt must be known"),
        demand(RAHN_3, "pledge_value", Wants::Positive, "the pledge must be known"),
    ],
    citation: "AAOIFI SS No. 39 [verify]",
    ..BASE
};

static KAFALA: ClassRules = ClassRules {
    roles: &[("kafil", 1), ("principal_debtor", 1), ("creditor", 1)],
    invariants: &["no_guarantee_fee", "recourse_actual"],
    block: Some(("guarantee", KAFALA_1)),
    demands: &[
        demand(KAFALA_1, "amount", Wants::Positive, "what is guaranteed must be known"),
        demand(KAFALA_1, "fee", Wants::Name("none"), "a fee for a guarantee is a benefit from credit"),
        demand(KAFALA_2, "recourse", Wants::Name("actual_paid"), "the guarantor recovers what was paid, and no more"),
    ],
    citation: "AAOIFI SS No. 5 [verify]",
    ..BASE
};

static HAWALA: ClassRules = ClassRules {
    roles: &[("muhil", 1), ("muhal", 1), ("muhal_alayh", 1)],
    invariants: &["equal_transfer", "debtor_discharged"],
    block: Some(("transfer", HAWALA_1)),
    demands: &[demand(HAWALA_2, "discharge", Wants::Name("original_debtor"), "who transfers a debt is free of it")],
    citation: "AAOIFI SS No. 7 [verify]",
    ..BASE
};

static WADIA: ClassRules = ClassRules {
    roles: &[("depositor", 1), ("custodian", 1)],
    invariants: &["held_as_amanah", "no_custodian_use"],
    block: Some(("deposit", WADIA_1)),
    demands: &[
        demand(WADIA_1, "amount", Wants::Positive, "what is deposited must be known"),
        demand(WADIA_1, "liability", Wants::Name("amanah"), "a guaranteed deposit is a loan"),
        demand(WADIA_2, "custodian_use", Wants::Name("none"), "a deposit in trust is not used"),
    ],
    citation: "al-Nisa 4:58 [verify]",
    ..BASE
};

static WAKALA: ClassRules = ClassRules {
    roles: &[("muwakkil", 1), ("wakil", 1)],
    invariants: &["no_agent_guarantee", "fee_disclosed"],
    block: Some(("agency", WAKALA_1)),
    demands: &[
        demand(WAKALA_1, "capital", Wants::Positive, "what is managed must be known"),
        demand(WAKALA_1, "agent_guarantee", Wants::Name("none"), "an agent who guarantees is a borrower"),
        demand(WAKALA_2, "fee", Wants::Number, "the fee must be known; it may be 0"),
    ],
    citation: "AAOIFI SS No. 23 [verify]",
    ..BASE
};

static JUALA: ClassRules = ClassRules {
    roles: &[("jail", 1), ("amil", 1)],
    invariants: &["reward_known", "due_on_completion"],
    block: Some(("reward", JUALA_1)),
    demands: &[
        demand(JUALA_1, "amount", Wants::Positive, "the reward must be known"),
        demand(JUALA_2, "due", Wants::Name("on_completion"), "only the result is rewarded"),
    ],
    citation: "AAOIFI SS No. 15 [verify]",
    ..BASE
};

static ARIYAH: ClassRules = ClassRules {
    roles: &[("muir", 1), ("mustair", 1)],
    invariants: &["gratuitous", "returns_same"],
    block: Some(("loan_use", ARIYAH_1)),
    demands: &[
        demand(ARIYAH_1, "fee", Wants::Name("none"), "with a fee it is a lease"),
        demand(ARIYAH_2, "return", Wants::Name("same_asset"), "only the use is lent"),
    ],
    citation: "Sunan Abi Dawud, Kitab al-Buyu [verify]",
    ..BASE
};

static MUZARAAH: ClassRules = ClassRules {
    roles: &[("landowner", 1), ("cultivator", 1)],
    invariants: &["output_by_ratio", "no_fixed_rent"],
    block: Some(("harvest_share", MUZARA_1)),
    demands: &[
        demand(MUZARA_1, "basis", Wants::Name("output_ratio"), "both share what grows"),
        demand(MUZARA_2, "fixed_rent", Wants::Name("none"), "a rent whatever grows puts all risk on one side"),
    ],
    citation: "AAOIFI SS No. 50 [verify]",
    ..BASE
};

static MUSHARAKAH: ClassRules = ClassRules {
    roles: &[("partner", 2)],
    invariants: &["profit_by_ratio", "loss_by_capital", "no_capital_guarantee"],
    risk: &[
        NO_GUARANTEE,
        demand(RISK_1, "loss", Wants::Name("proportional_to_capital"), "partners bear loss by their capital"),
    ],
    block: Some(("profit", PROFIT_2)),
    demands: &[demand(PROFIT_1, "split", Wants::Name("ratio"), "a fixed sum of profit is an increase on a loan")],
    citation: "AAOIFI SS No. 12 [verify]",
    ..BASE
};

static SUKUK: ClassRules = ClassRules {
    roles: &[("issuer", 1)],
    invariants: &["return_is_asset_based", "pro_rata_distribution"],
    block: Some(("income", SUKUK_1)),
    demands: &[
        demand(SUKUK_1, "basis", Wants::Name("asset_rental"), "holders own the asset and earn what it earns"),
        demand(SUKUK_2, "distribution", Wants::Name("pro_rata"), "holders share by what they own"),
    ],
    citation: "AAOIFI SS No. 17 [verify]",
    ..BASE
};

static TAKAFUL: ClassRules = ClassRules {
    roles: &[("operator", 1)],
    invariants: &["donation_basis", "surplus_to_participants"],
    block: Some(("contribution", TAKAFUL_1)),
    demands: &[
        demand(TAKAFUL_1, "basis", Wants::Name("tabarru"), "a premium for a chance is a wager"),
        demand(TAKAFUL_2, "surplus", Wants::Name("to_participants"), "the fund is the participants'"),
    ],
    citation: "AAOIFI SS No. 26 [verify]",
    ..BASE
};

static MUDARABAH_POOL: ClassRules = ClassRules {
    roles: &[("mudarib", 1)],
    invariants: &["profit_by_ratio", "loss_on_capital", "no_guarantee"],
    risk: &[NO_GUARANTEE, demand(RISK_2, "loss", Wants::Name("on_capital_pool"), "the mudarib loses only his effort")],
    block: Some(("profit", PROFIT_2)),
    demands: &[demand(PROFIT_1, "split", Wants::Name("ratio"), "a fixed sum of profit is an increase on a loan")],
    citation: "AAOIFI SS No. 13 [verify]",
    ..BASE
};

static WAQF: ClassRules = ClassRules {
    roles: &[("waqif", 1), ("beneficiary", 1)],
    invariants: &["corpus_inalienable", "income_only"],
    block: Some(("endowment", WAQF_1)),
    demands: &[
        demand(WAQF_1, "corpus", Wants::Name("inalienable"), "what is endowed is neither sold nor given nor inherited"),
        demand(WAQF_2, "distribution", Wants::Name("income_only"), "only the yield is given away"),
    ],
    citation: "AAOIFI SS No. 33 [verify]",
    ..BASE
};

static HIBAH: ClassRules = ClassRules {
    roles: &[("donor", 1), ("donee", 1)],
    invariants: &["immediate_transfer", "no_consideration"],
    block: Some(("gift", HIBAH_1)),
    demands: &[
        demand(HIBAH_1, "transfer", Wants::Name("immediate"), "a gift is complete by possession"),
        demand(HIBAH_2, "consideration", Wants::Name("none"), "a gift for a return is a sale"),
    ],
    citation: "al-Muwatta, Kitab al-Aqdiyah [verify]",
    ..BASE
};

static WASIYYA: ClassRules = ClassRules {
    roles: &[("testator", 1), ("legatee", 1)],
    invariants: &["within_one_third", "not_to_heir"],
    block: Some(("bequest", WASIYYA_1)),
    demands: &[
        demand(WASIYYA_1, "share_bps", Wants::UpTo(3333), "a bequest is at most a third"),
        demand(WASIYYA_2, "beneficiary", Wants::Name("non_heir"), "heirs have their fixed shares"),
    ],
    citation: "Sahih al-Bukhari, Kitab al-Wasaya [verify]",
    ..BASE
};

static COMMERCIAL_ESCROW: ClassRules = ClassRules {
    roles: &[("depositor", 1), ("beneficiary", 1), ("arbiter", 1)],
    invariants: &["certainty_of_terms", "no_penalty_clause", "consideration_present", "dispute_resolution_present"],
    block: Some(("release", TERMS_1)),
    demands: &[
        demand(CERTAINTY_1, "amount", Wants::Positive, "terms must be certain"),
        demand(CERTAINTY_2, "condition", Wants::Described, "terms must be certain"),
        demand(PENALTY_1, "damages", Wants::NameOrAbsent("liquidated"), "a penalty is no estimate of loss"),
    ],
    citation: "Scammell & Nephew v Ouston [1941] AC 251 [verify]",
    ..BASE
};

pub(super) fn of(class: Class) -> &'static ClassRules {
    match class {
        Class::MusharakahMutanaqisah => &MUSHARAKAH_MUTANAQISAH,
        Class::Mudarabah => &MUDARABAH,
        Class::IjarahImbt => &IJARAH_IMBT,
        Class::Ijarah => &IJARAH,
        Class::Murabahah => &MURABAHAH,
        Class::Salam => &SALAM,
        Class::Istisna => &ISTISNA,
        Class::Sarf => &SARF,
        Class::Tawarruq => &TAWARRUQ,
        Class::QardHasan => &QARD_HASAN,
        Class::Rahn => &RAHN,
        Class::Kafala => &KAFALA,
        Class::Hawala => &HAWALA,
        Class::Wadia => &WADIA,
        Class::Wakala => &WAKALA,
        Class::Juala => &JUALA,
        Class::Ariyah => &ARIYAH,
        Class::Muzaraah => &MUZARAAH,
        Class::Musharakah => &MUSHARAKAH,
        Class::Sukuk => &SUKUK,
        Class::Takaful => &TAKAFUL,
        Class::MudarabahPool => &MUDARABAH_POOL,
        Class::Waqf => &WAQF,
        Class::Hibah => &HIBAH,
        Class::Wasiyya => &WASIYYA,
        Class::CommercialEscrow => &COMMERCIAL_ESCROW,
    }
}
