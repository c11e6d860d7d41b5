//! Instruments as others write them, from the wording of the rules alone: one accepted of each class, and what one change makes of it.

use etymon_diagnostics::{Severity, SourceFile};
use etymon_instrument::class::Class;
use etymon_instrument::{parser, sema};

/// An instrument: class, parties, invariants, `returns`, `lifecycle` and further sections.
struct Accepted(&'static str, &'static str, &'static [&'static str], &'static str, &'static str, &'static str);

/// What is replaced, by what, and the errors that follow, sorted.
struct Change(&'static str, &'static str, &'static [&'static str]);

impl Accepted {
    fn text(&self) -> String {
        let Accepted(class, parties, invariants, returns, lifecycle, further) = self;
        let regime = Class::from_name(class).expect(class).regime().name();
        let invariants: String = invariants.iter().map(|name| format!("  invariant {name} {{ a == b }}\n")).collect();
        format!(
            "instrument Trial : {class} {{\n  meta {{ basis: \"b [verify]\"; regime: {regime}; currency: tinybar; }}\n  \
             parties {{ {parties} }}\n  returns {{ {returns} }}\n  {further}\n{invariants}  lifecycle {{ {lifecycle} }}\n}}\n"
        )
    }
}

/// Codes of all errors, sorted.
fn errors(text: &str) -> Vec<&'static str> {
    let source = SourceFile::new("trial.fiqh", text);
    let report = match parser::parse(&source) {
        Err(report) => report,
        Ok(unit) => sema::check_as_declared(&source, &unit),
    };
    let errors = report.iter().filter(|own| own.severity == Severity::Error);
    let mut codes: Vec<&str> = errors.map(|own| own.code.as_str()).collect();
    codes.sort_unstable();
    codes
}

#[test]
fn every_class_is_accepted_and_refused_as_its_rules_say() {
    let mut classes: Vec<&str> = TRIALS.iter().map(|(own, _)| own.0).collect();
    classes.sort_unstable();
    let mut all = Class::ALL.map(Class::name);
    all.sort_unstable();
    assert_eq!(classes, all);
    for (own, changes) in TRIALS {
        let text = own.text();
        assert_eq!(errors(&text), [""; 0], "{text}");
        for name in own.2 {
            assert_eq!(errors(&text.replace(&format!("invariant {name} "), "invariant other ")), ["INV-1"], "{name}");
        }
        for Change(from, to, codes) in *changes {
            assert!(text.contains(from), "{}: {from}", own.0);
            assert_eq!(errors(&text.replacen(from, to, 1)), *codes, "{}: `{from}` to `{to}`", own.0);
        }
    }
}

#[test]
fn optional_sections_are_accepted_and_refused_as_their_rules_say() {
    for (section, codes) in SECTIONS {
        let text = TRIALS[0].0.text().replacen("\n  returns", &format!("\n  {section}\n  returns"), 1);
        assert_eq!(errors(&text), *codes, "{section}");
    }
}

#[test]
fn a_loan_in_the_words_of_a_partnership_has_six_errors() {
    let (own, _) = &TRIALS[0];
    let text = own.text().replace("basis: bank.share", "basis: principal").replace("oracle.fairValue * bps", "11000");
    let text = text.replace("capital_guarantee: none", "capital_guarantee: bank");
    let text = text.replace("loss: proportional_to_ownership", "loss: none");
    let text = text
        .replace("invariant loss_follows_capital", "invariant c")
        .replace("invariant price_attested", "invariant d");
    assert_eq!(errors(&text), ["GHARAR-1", "INV-1", "INV-1", "RIBA-1", "RIBA-2", "RISK-1"]);
}

const SECTIONS: &[(&str, &[&str])] = &[
    ("oracle { mode: consensus; committee: 3; quorum: 5; gharar_bound_bps: 500; }", &["ORACLE-1"]),
    ("oracle { mode: consensus; committee: 5; quorum: 3; gharar_bound_bps: 0; }", &["ORACLE-2"]),
    ("oracle { mode: consensus; committee: 5; quorum: 3; gharar_bound_bps: 10000; }", &["ORACLE-2"]),
    ("oracle { mode: consensus; committee: 0; quorum: 3; gharar_bound_bps: 500; }", &["ORACLE-3"]),
    ("oracle { mode: consensus; quorum: 3; gharar_bound_bps: 500; }", &["ORACLE-3"]),
    ("oracle { mode: consensus; committee: 5; quorum: 0; gharar_bound_bps: 500; }", &["ORACLE-4"]),
    ("oracle { mode: consensus; committee: 5; gharar_bound_bps: 500; }", &["ORACLE-4"]),
    ("oracle { mode: median; committee: 5; quorum: 3; gharar_bound_bps: 500; }", &["ORACLE-5"]),
    ("oracle { mode: consensus; committee: 5; quorum: 3; }", &["ORACLE-5"]),
    ("oracle { mode: consensus; committee: 5; quorum: 3; gharar_bound_bps: 500; }", &[]),
    ("oracle { mode: single; }", &[]),
    ("oracle { mode: consensus; committee: 3; quorum: 3; gharar_bound_bps: 9999; }", &[]),
    (
        "zakat { rate_bps: 250; nisab: 8500000 tinybar; haul: hijri_year; beneficiary: maslahah; base: net_liquid_assets; }",
        &[],
    ),
    (
        "zakat { rate_bps: 200; nisab: 8500000 tinybar; haul: hijri_year; beneficiary: maslahah; base: net_liquid_assets; }",
        &["ZAKAT-1"],
    ),
    (
        "zakat { rate_bps: 250; nisab: 8500000 tinybar; haul: solar_year; beneficiary: maslahah; base: net_liquid_assets; }",
        &["ZAKAT-2"],
    ),
    (
        "zakat { rate_bps: 250; nisab: 8500000 tinybar; haul: lunar_year; beneficiary: maslahah; base: net_liquid_assets; }",
        &[],
    ),
    ("zakat { rate_bps: 250;  haul: hijri_year; beneficiary: maslahah; base: net_liquid_assets; }", &["ZAKAT-3"]),
    (
        "zakat { rate_bps: 250; nisab: 0 tinybar; haul: hijri_year; beneficiary: maslahah; base: net_liquid_assets; }",
        &["ZAKAT-3"],
    ),
    (
        "zakat { rate_bps: 250; nisab: 8500000 tinybar; haul: hijri_year; beneficiary: nobody; base: net_liquid_assets; }",
        &["ZAKAT-4"],
    ),
    (
        "zakat { rate_bps: 250; nisab: 8500000 tinybar; haul: hijri_year; beneficiary: adjudicator; base: net_liquid_assets; }",
        &[],
    ),
    ("zakat { rate_bps: 250; nisab: 8500000 tinybar; haul: hijri_year;  base: net_liquid_assets; }", &["ZAKAT-4"]),
    (
        "zakat { kind: camels; rate_bps: 250; nisab: 8500000 tinybar; haul: hijri_year; beneficiary: maslahah; base: net_liquid_assets; }",
        &["ZAKAT-5"],
    ),
    (
        "zakat { kind: crops_rain; rate_bps: 1000; nisab: 8500000 tinybar; haul: harvest; beneficiary: maslahah; base: net_liquid_assets; }",
        &[],
    ),
    (
        "zakat { kind: crops_irrigated; rate_bps: 500; nisab: 8500000 tinybar; haul: harvest; beneficiary: maslahah; base: net_liquid_assets; }",
        &[],
    ),
    (
        "zakat { kind: crops_rain; rate_bps: 1000; nisab: 8500000 tinybar; haul: hijri_year; beneficiary: maslahah; base: net_liquid_assets; }",
        &["ZAKAT-2"],
    ),
    (
        "zakat { kind: gold; rate_bps: 250; nisab: 8500000 tinybar; haul: hijri_year; beneficiary: maslahah; base: net_liquid_assets; }",
        &[],
    ),
    ("contingency { jaaihah: reschedule; death: faraid; }", &[]),
    ("contingency { jaaihah: abate; }", &[]),
    ("contingency { jaaihah: penalty; }", &["CONT-1"]),
    ("contingency { death: discretion; }", &["CONT-2"]),
    ("contingency { flood: abate; }", &[]),
    (
        "rescission { khiyar_al_shart { window: 3600; before: performance; } iqalah { mutual: true; } khiyar_al_ayb { adjudicated_by: arbiter; } faskh { authority: arbiter; } }",
        &[],
    ),
];

const TRIALS: &[(Accepted, &[Change])] = &[
    (
        Accepted(
            "musharakah_mutanaqisah",
            "bank: financier; client: acquirer; valuer: oracle independent; arbiter: adjudicator; maslahah: beneficiary;",
            &["ownership_conserved", "rent_on_living_share", "loss_follows_capital", "price_attested"],
            "rent { basis: bank.share; rate: 1 per_bps_period; } buyout { price: oracle.fairValue * bps; transfers: bank.share -> client.share; }",
            "fund; payRent; buyShare(bps); settle;",
            "capital { bank: 8000 bps; client: 2000 bps; require bank + client == 10000 bps; } risk { loss: proportional_to_ownership; capital_guarantee: none; }",
        ),
        &[
            Change("bank: 8000 bps; client: 2000 bps;", "bank: 8000 bps; client: 1000 bps;", &["CAP-1"]),
            Change("bank: 8000 bps; client: 2000 bps;", "bank: 10000 bps; client: 0 bps;", &["CAP-2"]),
            Change("valuer: oracle independent;", "", &["ROLE-1"]),
            Change(" independent", "", &["ROLE-2"]),
            Change("rent { basis: bank.share; rate: 1 per_bps_period; }", "", &["RENT-2"]),
            Change("basis: bank.share;", "", &["RENT-1"]),
            Change("basis: bank.share;", "basis: principal;", &["RIBA-2"]),
            Change("basis: bank.share;", "basis: bank.capital;", &["RIBA-2"]),
            Change("basis: bank.share;", "basis: client.share;", &[]),
            Change("price: oracle.fairValue * bps;", "", &["BUYOUT-1"]),
            Change("buyout {", "purchase {", &["BUYOUT-2"]),
            Change("price: oracle.fairValue * bps;", "price: 11000;", &["GHARAR-1"]),
            Change("price: oracle.fairValue * bps;", "price: valuer.value;", &[]),
            Change("loss: proportional_to_ownership;", "", &["RISK-1"]),
            Change("loss: proportional_to_ownership;", "loss: none;", &["RISK-1"]),
            Change("capital_guarantee: none;", "", &["RIBA-1"]),
            Change("capital_guarantee: none;", "capital_guarantee: bank;", &["RIBA-1"]),
            Change("regime: islamic;", "", &[]),
            Change("regime: islamic;", "regime: common_law;", &["REGIME-1"]),
            Change(": musharakah_mutanaqisah", ": musharaka", &["CLASS-1"]),
            Change("currency: tinybar;", "rules: \"dsn-mui\";", &["INV-1"]),
            Change("currency: tinybar;", "rules: nobody;", &["RULE_MODULE"]),
        ],
    ),
    (
        Accepted(
            "mudarabah",
            "saver: rabb_al_mal; trader: mudarib; auditor: oracle independent;",
            &["capital_from_rabb_al_mal_only", "profit_by_ratio", "loss_on_rabb_al_mal", "no_guaranteed_profit"],
            "profit { split: ratio; saver: 6000 bps; trader: 4000 bps; source: oracle.realizedProfit; }",
            "fund; reportProfit; settle;",
            "capital { saver: 10000 bps; trader: 0 bps; } risk { loss: on_rabb_al_mal; capital_guarantee: none; }",
        ),
        &[
            Change("saver: 10000 bps; trader: 0 bps;", "saver: 10000 bps;", &[]),
            Change("saver: 10000 bps; trader: 0 bps;", "saver: 8000 bps; trader: 2000 bps;", &["MUD-1", "MUD-4"]),
            Change("split: ratio;", "split: fixed;", &["PROFIT-1"]),
            Change("profit {", "yield {", &["PROFIT-2"]),
            Change("oracle.realizedProfit", "trader.report", &["GHARAR-2"]),
            Change("on_rabb_al_mal;", "on_mudarib;", &["RISK-2"]),
            Change("capital_guarantee: none", "capital_guarantee: trader", &["RIBA-1"]),
            Change("saver: rabb_al_mal;", "", &["MUD-2"]),
            Change("trader: mudarib;", "", &["MUD-3"]),
        ],
    ),
    (
        Accepted(
            "ijarah_imbt",
            "owner: lessor; tenant: lessee; valuer: oracle independent;",
            &[
                "rent_for_usufruct",
                "lessor_bears_ownership_risk",
                "transfer_separate_from_lease",
                "no_late_penalty_interest",
            ],
            "rent { basis: usufruct; rate: 100 per_month; late_penalty: none; }",
            "fund; payRent; transferOwnership;",
            "risk { loss: on_lessor; }",
        ),
        &[
            Change("on_lessor", "on_lessee", &["RISK-3"]),
            Change("transferOwnership;", "", &["IJARAH-2"]),
            Change("usufruct;", "principal;", &["RIBA-2"]),
            Change("late_penalty: none", "late_penalty: 5", &["RIBA-3"]),
            Change("basis: usufruct;", "", &["RENT-1"]),
            Change("basis: usufruct;", "basis: market;", &[]),
            Change(" independent", "", &["ROLE-2"]),
        ],
    ),
    (
        Accepted(
            "ijarah",
            "owner: lessor; tenant: lessee;",
            &["rent_for_usufruct", "lessor_bears_risk", "no_late_penalty_interest"],
            "rent { basis: usufruct; }",
            "payRent;",
            "risk { loss: on_lessor; }",
        ),
        &[
            Change("on_lessor", "on_lessee", &["RISK-3"]),
            Change("usufruct;", "capital;", &["RIBA-2"]),
            Change("tenant: lessee;", "", &["PARTY-1"]),
            Change("on_lessor;", "on_lessor; late_penalty: 2 percent;", &["RIBA-3"]),
            Change("on_lessor;", "on_lessor; late_penalty: none; capital_guarantee: none;", &[]),
        ],
    ),
    (
        Accepted(
            "murabahah",
            "bank: seller; client: buyer;",
            &["cost_disclosed", "markup_fixed", "price_certain", "prior_ownership", "no_penalty_interest"],
            "sale { cost: 100; markup: 10; total: 110; markup_basis: fixed; payment: deferred; }",
            "acquireAsset; discloseCost; sell; pay;",
            "",
        ),
        &[
            Change("cost: 100;", "", &["MUR-1"]),
            Change("total: 110;", "", &["MUR-1"]),
            Change("markup_basis: fixed", "markup_basis: time", &["RIBA-2"]),
            Change("acquireAsset; discloseCost; sell;", "sell; acquireAsset;", &["MUR-2"]),
            Change("payment: deferred;", "late_penalty: 200 bps;", &["RIBA-3"]),
            Change("acquireAsset;", "", &["MUR-2"]),
            Change("  lifecycle", "  risk { late_penalty: interest; }\n  lifecycle", &["RIBA-3"]),
        ],
    ),
    (
        Accepted(
            "salam",
            "miller: buyer; farmer: seller;",
            &["full_prepayment", "object_known", "delivery_known"],
            "salam { price: 100; payment: spot_full; quantity: 5; measure: kayl; quality: grade_a; delivery_date: 1893456000; }",
            "pay; deliver;",
            "",
        ),
        &[
            Change("spot_full", "deferred", &["SALAM-1"]),
            Change("quantity: 5", "quantity: 0", &["SALAM-2"]),
            Change("delivery_date: 1893456000;", "", &["SALAM-3"]),
        ],
    ),
    (
        Accepted(
            "istisna",
            "city: buyer; yard: manufacturer;",
            &["object_specified", "material_by_maker", "price_known"],
            "istisna { price: 100; spec: described; quantity: 1; material_by: manufacturer; delivery_date: 1893456000; }",
            "order; build; deliver;",
            "",
        ),
        &[
            Change("spec: described;", "", &["ISTISNA-1"]),
            Change("material_by: manufacturer", "material_by: buyer", &["ISTISNA-2"]),
            Change("price: 100;", "", &["ISTISNA-3"]),
            Change("delivery_date: 1893456000;", "", &[]),
        ],
    ),
    (
        Accepted(
            "sarf",
            "a: exchanger_a; b: exchanger_b;",
            &["spot_settlement", "riba_fadl_guarded"],
            "exchange { give_asset: gold; give_amount: 100; take_asset: silver; take_amount: 7000; same_genus: no; settlement: spot; }",
            "exchange;",
            "",
        ),
        &[
            Change("spot;", "deferred;", &["SARF-1"]),
            Change("same_genus: no", "same_genus: yes", &["SARF-2"]),
            Change("give_amount: 100", "give_amount: 0", &["SARF-3"]),
        ],
    ),
    (
        Accepted(
            "tawarruq",
            "worker: mustawriq; bank: financier; broker: third_party;",
            &["onward_to_third_party", "possession_before_resale", "not_organized"],
            "spot_sale { buyer: broker; arranged_by: worker; price: 90; }",
            "buyOnCredit; takePossession; sellSpot; repay;",
            "",
        ),
        &[
            Change("buyer: broker", "buyer: bank", &["TAWARRUQ-1"]),
            Change("takePossession; sellSpot;", "sellSpot; takePossession;", &["TAWARRUQ-2"]),
            Change("arranged_by: worker", "arranged_by: bank", &["TAWARRUQ-3"]),
        ],
    ),
    (
        Accepted(
            "qard_hasan",
            "a: lender; b: borrower;",
            &["no_increase", "no_fee"],
            "loan { principal: 100; repayment: principal; stipulated_increase: none; fee: none; }",
            "lend; repay;",
            "",
        ),
        &[
            Change("repayment: principal", "repayment: principal_plus", &["QARD-1"]),
            Change("repayment: principal", "repayment: 100", &[]),
            Change("principal: 100; repayment: principal", "principal: 100 tinybar; repayment: 100 usd", &["QARD-1"]),
            Change("repayment: principal", "repayment: 101", &["QARD-1"]),
            Change("fee: none", "fee: 5", &["QARD-2"]),
        ],
    ),
    (
        Accepted(
            "rahn",
            "a: pledgor; b: pledgee;",
            &["no_creditor_benefit", "surplus_to_pledgor"],
            "pledge { debt: 100; pledge_value: 120; creditor_use: none; surplus: to_pledgor; }",
            "pledge; redeem;",
            "",
        ),
        &[
            Change("creditor_use: none", "creditor_use: rent", &["RAHN-1"]),
            Change("to_pledgor;", "to_pledgee;", &["RAHN-2"]),
            Change("debt: 100;", "", &["RAHN-3"]),
        ],
    ),
    (
        Accepted(
            "kafala",
            "a: kafil; b: principal_debtor; c: creditor;",
            &["no_guarantee_fee", "recourse_actual"],
            "guarantee { amount: 100; fee: none; recourse: actual_paid; }",
            "guarantee; pay; recover;",
            "",
        ),
        &[Change("fee: none", "fee: 5", &["KAFALA-1"]), Change("actual_paid", "double", &["KAFALA-2"])],
    ),
    (
        Accepted(
            "hawala",
            "a: muhil; b: muhal; c: muhal_alayh;",
            &["equal_transfer", "debtor_discharged"],
            "transfer { debt: 100; amount: 100; discharge: original_debtor; }",
            "transfer; pay;",
            "",
        ),
        &[
            Change("amount: 100", "amount: 110", &["HAWALA-1"]),
            Change("amount: 100", "amount: debt", &[]),
            Change("original_debtor", "none", &["HAWALA-2"]),
        ],
    ),
    (
        Accepted(
            "wadia",
            "a: depositor; b: custodian;",
            &["held_as_amanah", "no_custodian_use"],
            "deposit { amount: 100; liability: amanah; custodian_use: none; }",
            "deposit; withdraw;",
            "",
        ),
        &[
            Change("amanah;", "guaranteed;", &["WADIA-1"]),
            Change("custodian_use: none", "custodian_use: invest", &["WADIA-2"]),
        ],
    ),
    (
        Accepted(
            "wakala",
            "a: muwakkil; b: wakil;",
            &["no_agent_guarantee", "fee_disclosed"],
            "agency { capital: 100; fee: 0; agent_guarantee: none; }",
            "appoint; act; settle;",
            "",
        ),
        &[
            Change("agent_guarantee: none", "agent_guarantee: capital", &["WAKALA-1"]),
            Change("fee: 0;", "", &["WAKALA-2"]),
            Change("  lifecycle", "  risk { agent_guarantee: full; }\n  lifecycle", &["WAKALA-1"]),
        ],
    ),
    (
        Accepted(
            "juala",
            "a: jail; b: amil;",
            &["reward_known", "due_on_completion"],
            "reward { amount: 100; due: on_completion; }",
            "offer; complete; claim;",
            "",
        ),
        &[Change("amount: 100;", "", &["JUALA-1"]), Change("on_completion;", "on_effort;", &["JUALA-2"])],
    ),
    (
        Accepted(
            "ariyah",
            "a: muir; b: mustair;",
            &["gratuitous", "returns_same"],
            "loan_use { fee: none; return: same_asset; }",
            "lendUse; returnAsset;",
            "",
        ),
        &[Change("fee: none", "fee: 5", &["ARIYAH-1"]), Change("same_asset", "like", &["ARIYAH-2"])],
    ),
    (
        Accepted(
            "muzaraah",
            "a: landowner; b: cultivator;",
            &["output_by_ratio", "no_fixed_rent"],
            "harvest_share { landowner: 6000 bps; cultivator: 4000 bps; basis: output_ratio; fixed_rent: none; }",
            "sow; harvest; splitCrop;",
            "",
        ),
        &[
            Change("output_ratio;", "fixed_sum;", &["MUZARA-1"]),
            Change("fixed_rent: none", "fixed_rent: 50", &["MUZARA-2"]),
        ],
    ),
    (
        Accepted(
            "musharakah",
            "a: partner; b: partner;",
            &["profit_by_ratio", "loss_by_capital", "no_capital_guarantee"],
            "profit { split: ratio; a: 5000 bps; b: 5000 bps; }",
            "fund; reportProfit; distribute;",
            "capital { a: 6000 bps; b: 4000 bps; } risk { loss: proportional_to_capital; capital_guarantee: none; }",
        ),
        &[
            Change("split: ratio", "split: fixed", &["PROFIT-1"]),
            Change("proportional_to_capital", "on_a", &["RISK-1"]),
            Change("capital_guarantee: none", "capital_guarantee: b", &["RIBA-1"]),
            Change("b: 4000 bps", "b: 3000 bps", &["CAP-1"]),
            Change("b: partner;", "", &["PARTY-1"]),
        ],
    ),
    (
        Accepted(
            "sukuk",
            "o: issuer;",
            &["return_is_asset_based", "pro_rata_distribution"],
            "income { basis: asset_rental; distribution: pro_rata; }",
            "issue; distributeIncome;",
            "pool { x: 5000 bps; y: 3000 bps; z: 2000 bps; }",
        ),
        &[
            Change("asset_rental", "fixed_coupon", &["SUKUK-1"]),
            Change("pro_rata;", "by_seniority;", &["SUKUK-2"]),
            Change("z: 2000", "z: 1000", &["POOL-1"]),
            Change("  lifecycle", "  risk { capital_guarantee: issuer; }\n  lifecycle", &["RIBA-1"]),
            Change("x: 5000 bps; y: 3000 bps; z: 2000 bps;", "x: 10000 bps;", &["POOL-2"]),
        ],
    ),
    (
        Accepted(
            "takaful",
            "o: operator;",
            &["donation_basis", "surplus_to_participants"],
            "contribution { basis: tabarru; surplus: to_participants; }",
            "contribute; payClaim; distributeSurplus;",
            "pool { x: 5000 bps; y: 5000 bps; }",
        ),
        &[Change("tabarru;", "premium;", &["TAKAFUL-1"]), Change("to_participants", "to_operator", &["TAKAFUL-2"])],
    ),
    (
        Accepted(
            "mudarabah_pool",
            "m: mudarib;",
            &["profit_by_ratio", "loss_on_capital", "no_guarantee"],
            "profit { split: ratio; mudarib: 3000 bps; rabbs: 7000 bps; }",
            "fund; reportProfit; distribute;",
            "pool { x: 5000 bps; y: 5000 bps; } risk { loss: on_capital_pool; capital_guarantee: none; }",
        ),
        &[
            Change("on_capital_pool", "on_mudarib", &["RISK-2"]),
            Change("capital_guarantee: none", "capital_guarantee: mudarib", &["RIBA-1"]),
            Change("split: ratio", "split: fixed", &["PROFIT-1"]),
        ],
    ),
    (
        Accepted(
            "waqf",
            "waqif: waqif; beneficiary: beneficiary; nazir: nazir;",
            &["corpus_inalienable", "income_only"],
            "endowment { corpus: inalienable; distribution: income_only; }",
            "endow; distributeIncome;",
            "",
        ),
        &[Change("inalienable;", "sellable;", &["WAQF-1"]), Change("income_only;", "corpus_and_income;", &["WAQF-2"])],
    ),
    (
        Accepted(
            "hibah",
            "donor: donor; donee: donee;",
            &["immediate_transfer", "no_consideration"],
            "gift { transfer: immediate; consideration: none; }",
            "give;",
            "",
        ),
        &[
            Change("immediate;", "deferred;", &["HIBAH-1"]),
            Change("consideration: none", "consideration: 50000", &["HIBAH-2"]),
        ],
    ),
    (
        Accepted(
            "wasiyya",
            "testator: testator; legatee: legatee;",
            &["within_one_third", "not_to_heir"],
            "bequest { share_bps: 3333; beneficiary: non_heir; }",
            "bequeath; execute;",
            "",
        ),
        &[
            Change("3333", "3334", &["WASIYYA-1"]),
            Change("non_heir", "heir", &["WASIYYA-2"]),
            Change("3333", "3333 bps", &[]),
        ],
    ),
    (
        Accepted(
            "commercial_escrow",
            "payer: depositor; payee: beneficiary; tribunal: arbiter;",
            &["certainty_of_terms", "no_penalty_clause", "consideration_present", "dispute_resolution_present"],
            "release { amount: 100; condition: delivered; damages: liquidated; }",
            "fund; release;",
            "dispute { forum: tribunal; remedy: arbiter_ruling; }",
        ),
        &[
            Change("amount: 100;", "amount: 0;", &["CERTAINTY-1"]),
            Change("condition: delivered;", "", &["CERTAINTY-2"]),
            Change("liquidated", "penalty", &["PENALTY-1"]),
            Change("damages: liquidated;", "", &[]),
            Change("arbiter_ruling", "self_help", &["DISPUTE-1"]),
            Change("release { amount", "other { amount", &["TERMS-1"]),
            Change("tribunal: arbiter;", "", &["PARTY-1"]),
            Change("payee: beneficiary", "payer: beneficiary", &["CONSID-1"]),
            Change("regime: common_law;", "regime: islamic;", &["REGIME-1"]),
        ],
    ),
];
