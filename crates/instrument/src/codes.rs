//! Codes of what is refused or warned of, with what each means and what it rests on. A code once released keeps its meaning.
//!
//! A citation names where a rule is argued, for people to look up: all carry `[verify]`, for no scholar or lawyer has confirmed them here.

use etymon_diagnostics::Code;

/// What is known of a code.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// The code.
    pub code: Code,
    /// When it is reported.
    pub meaning: &'static str,
    /// What it rests on; empty where the rule is one of the language or of the tool.
    pub citation: &'static str,
}

/// What is known of a code by its name.
pub fn info(name: &str) -> Option<&'static Info> {
    ALL.iter().find(|info| info.code.as_str() == name)
}

macro_rules! codes {
    ($($ident:ident $name:literal: $meaning:literal $(, $citation:expr)?;)*) => {
        $(#[doc = $meaning] pub const $ident: Code = Code::new($name);)*

        /// All codes.
        pub const ALL: &[Info] = &[$(Info { code: $ident, meaning: $meaning, citation: concat!($($citation)?) }),*];
    };
}

codes! {
    PARSE "PARSE": "a lexical or syntactic error";
    LIMIT_INPUT "LIMIT_INPUT": "the file is longer than is read";
    LIMIT_DEPTH "LIMIT_DEPTH": "an expression is nested deeper than is read";
    LIMIT_STEPS "LIMIT_STEPS": "the legs of a bundle form more rings than are looked through";

    META_1 "META-1": "`meta.basis` is missing (a warning)";
    CLASS_1 "CLASS-1": "the class is none of the 26";
    REGIME_1 "REGIME-1": "`meta.regime` contradicts the class";
    ROLE_1 "ROLE-1": "no party has the role `oracle`", "who profits from a value may not state it: al-Baqarah 2:282 [verify]";
    ROLE_2 "ROLE-2": "the party with the role `oracle` is not `independent`", "who profits from a value may not state it: al-Baqarah 2:282 [verify]";
    PARTY_1 "PARTY-1": "a required role is missing, or one party holds two sides; cites the class's standard";
    CAP_1 "CAP-1": "the shares of capital do not total 10000 bps", "capital is known and divided when the partnership is made: AAOIFI SS No. 12 [verify]";
    CAP_2 "CAP-2": "fewer than two parties contribute capital", "a partnership joins the capital of two or more: AAOIFI SS No. 12 [verify]";
    INV_1 "INV-1": "an invariant that the class or the rule module requires is not declared; cites the class's standard";

    RIBA_1 "RIBA-1": "`risk.capital_guarantee` is not `none`", "al-Baqarah 2:275; a guaranteed return of capital makes a loan of a partnership: AAOIFI SS No. 12 and 13 [verify]";
    RIBA_2 "RIBA-2": "a return follows money or time instead of the thing (a warning where it only may)", "al-Baqarah 2:275; AAOIFI SS No. 8 and 9 [verify]";
    RIBA_3 "RIBA-3": "`late_penalty` is not `none`", "an increase on a late debt: Al Imran 3:130 [verify]";
    RISK_1 "RISK-1": "`risk.loss` does not follow shares", "loss follows capital: AAOIFI SS No. 12 [verify]";
    RISK_2 "RISK-2": "`risk.loss` is not borne by who gives the capital", "loss falls on the capital: AAOIFI SS No. 13 [verify]";
    RISK_3 "RISK-3": "`risk.loss` is not `on_lessor`", "the owner bears the risk of what is let: AAOIFI SS No. 9 [verify]";
    RENT_1 "RENT-1": "`returns.rent` has no `basis`", "rent is known for a known use: AAOIFI SS No. 9 [verify]";
    RENT_2 "RENT-2": "`returns.rent` is missing", "rent is known for a known use: AAOIFI SS No. 9 [verify]";
    BUYOUT_1 "BUYOUT-1": "`returns.buyout` has no `price`", "the partner's share is bought step by step: AAOIFI SS No. 12 [verify]";
    BUYOUT_2 "BUYOUT-2": "`returns.buyout` is missing", "the partner's share is bought step by step: AAOIFI SS No. 12 [verify]";
    GHARAR_1 "GHARAR-1": "the price of a buyout does not come from the oracle", "the sale of the unknown is forbidden: Sahih Muslim, Kitab al-Buyu [verify]";
    GHARAR_2 "GHARAR-2": "the source of profit is not the oracle", "the sale of the unknown is forbidden: Sahih Muslim, Kitab al-Buyu [verify]";

    ORACLE_1 "ORACLE-1": "the quorum is larger than the committee", "a value on which too few agree is unknown (majhul): Sahih Muslim, Kitab al-Buyu [verify]";
    ORACLE_2 "ORACLE-2": "`gharar_bound_bps` is not between 0 and 10000", "a value on which too few agree is unknown (majhul): Sahih Muslim, Kitab al-Buyu [verify]";
    ORACLE_3 "ORACLE-3": "`committee` is missing or 0", "a value on which too few agree is unknown (majhul): Sahih Muslim, Kitab al-Buyu [verify]";
    ORACLE_4 "ORACLE-4": "`quorum` is missing or 0", "a value on which too few agree is unknown (majhul): Sahih Muslim, Kitab al-Buyu [verify]";
    ORACLE_5 "ORACLE-5": "`mode` is unknown, or `gharar_bound_bps` is missing", "a value on which too few agree is unknown (majhul): Sahih Muslim, Kitab al-Buyu [verify]";

    ZAKAT_1 "ZAKAT-1": "the rate is not that of the genus", "al-Tawbah 9:103; AAOIFI SS No. 35 [verify]";
    ZAKAT_2 "ZAKAT-2": "the haul is no lunar year, or for crops not the harvest", "al-Anam 6:141; Sunan Abi Dawud, Kitab al-Zakah [verify]";
    ZAKAT_3 "ZAKAT-3": "the nisab is missing or not positive", "Sahih al-Bukhari, Kitab al-Zakah [verify]";
    ZAKAT_4 "ZAKAT-4": "the beneficiary is missing, or neither a party nor a role", "al-Tawbah 9:60 [verify]";
    ZAKAT_5 "ZAKAT-5": "the genus is unknown", "al-Tawbah 9:103; AAOIFI SS No. 35 [verify]";
    ZAKAT_6 "ZAKAT-6": "the policy of disbursement is not the eight categories, or does not total 10000 bps", "the eight categories: al-Tawbah 9:60 [verify]";
    CONT_1 "CONT-1": "a calamity neither abates nor reschedules", "the remission of calamities (wad al-jawaih): Sahih Muslim, hadith of Jabir [verify]";
    CONT_2 "CONT-2": "a death is not followed by the fixed shares", "al-Nisa 4:11-12, 4:176 [verify]";
    CONT_3 "CONT-3": "nobody can attest the fixed shares", "al-Nisa 4:11-12, 4:176 [verify]";
    CONT_4 "CONT-4": "`contingency` has no known key (a warning)";
    MAQASID_1 "MAQASID-1": "a sale that may in substance be a loan (a warning)", "matters are by their purposes: Sahih al-Bukhari 1 [verify]";
    MAQASID_2 "MAQASID-2": "a rent that may in substance be a yield on money (a warning)", "matters are by their purposes: Sahih al-Bukhari 1 [verify]";
    MAQASID_3 "MAQASID-3": "what was bought on credit leaves no trace in the bundle (a warning)", "matters are by their purposes: Sahih al-Bukhari 1 [verify]";

    MUD_1 "MUD-1": "the mudarib gives capital", "AAOIFI SS No. 13 [verify]";
    MUD_2 "MUD-2": "no party has the role `rabb_al_mal`", "AAOIFI SS No. 13 [verify]";
    MUD_3 "MUD-3": "no party has the role `mudarib`", "AAOIFI SS No. 13 [verify]";
    MUD_4 "MUD-4": "the rabb al-mal does not give all capital", "AAOIFI SS No. 13 [verify]";
    PROFIT_1 "PROFIT-1": "profit is not shared by a ratio", "AAOIFI SS No. 12 and 13 [verify]";
    PROFIT_2 "PROFIT-2": "`returns.profit` is missing", "AAOIFI SS No. 12 and 13 [verify]";
    IJARAH_1 "IJARAH-1": "the basis of rent is not `usufruct` (a warning)", "AAOIFI SS No. 9 [verify]";
    IJARAH_2 "IJARAH-2": "the transfer of ownership is no step of its own", "two contracts in one are forbidden: Musnad Ahmad; AAOIFI SS No. 9 [verify]";
    MUR_1 "MUR-1": "`returns.sale` is missing, or its cost or total is not known", "a sale on trust (bay al-amanah): AAOIFI SS No. 8 [verify]";
    MUR_2 "MUR-2": "the seller does not acquire the thing before selling it", "do not sell what you do not have: Sunan Abi Dawud, hadith of Hakim b. Hizam; AAOIFI SS No. 8 [verify]";
    SALAM_1 "SALAM-1": "the price is not paid in full at once", "debt for debt (bay al-kali bi-l-kali): AAOIFI SS No. 10 [verify]";
    SALAM_2 "SALAM-2": "quantity, measure or quality is not known", "a known measure: Sahih al-Bukhari, Kitab al-Salam; AAOIFI SS No. 10 [verify]";
    SALAM_3 "SALAM-3": "the day of delivery is not known", "a known term: Sahih al-Bukhari, Kitab al-Salam; AAOIFI SS No. 10 [verify]";
    ISTISNA_1 "ISTISNA-1": "the thing to be made is not described, or its quantity not known", "AAOIFI SS No. 11 [verify]";
    ISTISNA_2 "ISTISNA-2": "the maker does not supply the material", "AAOIFI SS No. 11 [verify]";
    ISTISNA_3 "ISTISNA-3": "the price is not known", "AAOIFI SS No. 11 [verify]";
    ISTISNA_4 "ISTISNA-4": "the day of delivery is not known (a warning)", "AAOIFI SS No. 11 [verify]";
    SARF_1 "SARF-1": "the exchange is not settled at once", "hand to hand: Sahih Muslim, hadith of Ubadah; AAOIFI SS No. 1 [verify]";
    SARF_2 "SARF-2": "like is not exchanged for an equal amount, or it is not said whether the two are alike", "like for like: Sahih Muslim, hadith of Ubadah; AAOIFI SS No. 1 [verify]";
    SARF_3 "SARF-3": "an amount is missing or 0", "AAOIFI SS No. 1 [verify]";
    TAWARRUQ_1 "TAWARRUQ-1": "what was bought is not sold on to the third party", "a sale back to the seller (bay al-inah): Sunan Abi Dawud, Kitab al-Buyu; AAOIFI SS No. 30 [verify]";
    TAWARRUQ_2 "TAWARRUQ-2": "what was bought is not taken into possession before it is sold", "Sahih Muslim, Kitab al-Buyu; AAOIFI SS No. 30 [verify]";
    TAWARRUQ_3 "TAWARRUQ-3": "the financier arranges the sale", "organised tawarruq: OIC Fiqh Academy, resolution 179 (19/5) [verify]";
    QARD_1 "QARD-1": "a loan is repaid with an increase, or its principal is not known", "every loan that draws a benefit is riba; AAOIFI SS No. 19 [verify]";
    QARD_2 "QARD-2": "a fee is tied to a loan", "every loan that draws a benefit is riba; AAOIFI SS No. 19 [verify]";
    RAHN_1 "RAHN-1": "the creditor uses the pledge", "AAOIFI SS No. 39 [verify]";
    RAHN_2 "RAHN-2": "the surplus of the pledge does not go back", "a pledge is not forfeited: Sunan Ibn Majah, Kitab al-Ruhun; AAOIFI SS No. 39 [verify]";
    RAHN_3 "RAHN-3": "debt or pledge is not known", "AAOIFI SS No. 39 [verify]";
    KAFALA_1 "KAFALA-1": "a fee is taken for a guarantee, or its amount is not known", "AAOIFI SS No. 5 [verify]";
    KAFALA_2 "KAFALA-2": "the guarantor recovers other than was paid", "AAOIFI SS No. 5 [verify]";
    HAWALA_1 "HAWALA-1": "the debt is not transferred at its own amount", "AAOIFI SS No. 7 [verify]";
    HAWALA_2 "HAWALA-2": "the debtor who transfers is not discharged", "AAOIFI SS No. 7 [verify]";
    WADIA_1 "WADIA-1": "a deposit is not held in trust, or its amount is not known", "al-Nisa 4:58 [verify]";
    WADIA_2 "WADIA-2": "the custodian uses the deposit", "al-Nisa 4:58 [verify]";
    WAKALA_1 "WAKALA-1": "the agent guarantees, or the capital is not known", "AAOIFI SS No. 23 and 46 [verify]";
    WAKALA_2 "WAKALA-2": "the fee of the agent is not known", "AAOIFI SS No. 23 [verify]";
    JUALA_1 "JUALA-1": "the reward is not known", "Yusuf 12:72; AAOIFI SS No. 15 [verify]";
    JUALA_2 "JUALA-2": "the reward is not due on completion", "AAOIFI SS No. 15 [verify]";
    ARIYAH_1 "ARIYAH-1": "a fee is taken for what is lent for use", "a charge makes it a lease: Sunan Abi Dawud, Kitab al-Buyu [verify]";
    ARIYAH_2 "ARIYAH-2": "not the very thing is given back", "what is lent for use is returned: Sunan Abi Dawud, Kitab al-Buyu [verify]";
    MUZARA_1 "MUZARA-1": "the harvest is not shared by a ratio of what grows", "the treaty of Khaybar: Sahih al-Bukhari, Kitab al-Muzaraah; AAOIFI SS No. 50 [verify]";
    MUZARA_2 "MUZARA-2": "a fixed rent is due whatever grows", "Sahih Muslim, hadith of Rafi b. Khadij; AAOIFI SS No. 50 [verify]";
    POOL_1 "POOL-1": "the shares of the pool do not total 10000 bps", "shares are known when the contract is made: AAOIFI SS No. 12 [verify]";
    POOL_2 "POOL-2": "the pool has fewer than two members above 0", "shares are known when the contract is made: AAOIFI SS No. 12 [verify]";
    SUKUK_1 "SUKUK-1": "the return is not that of the asset", "AAOIFI SS No. 17 [verify]";
    SUKUK_2 "SUKUK-2": "the income is not distributed pro rata", "AAOIFI SS No. 17 [verify]";
    TAKAFUL_1 "TAKAFUL-1": "contributions are no donation", "AAOIFI SS No. 26 [verify]";
    TAKAFUL_2 "TAKAFUL-2": "the surplus does not go to the participants", "AAOIFI SS No. 26 [verify]";
    WAQF_1 "WAQF-1": "the corpus can be disposed of", "the endowment of Umar at Khaybar: Sahih al-Bukhari, Kitab al-Shurut; AAOIFI SS No. 33 [verify]";
    WAQF_2 "WAQF-2": "more than the income is distributed", "the endowment of Umar at Khaybar: Sahih al-Bukhari, Kitab al-Shurut; AAOIFI SS No. 33 [verify]";
    HIBAH_1 "HIBAH-1": "the gift is not transferred at once", "a gift is complete by possession: al-Muwatta, Kitab al-Aqdiyah [verify]";
    HIBAH_2 "HIBAH-2": "the gift has a price", "a gift for a return is a sale: al-Muwatta, Kitab al-Aqdiyah [verify]";
    WASIYYA_1 "WASIYYA-1": "the bequest is not known, or above a third (3333 bps)", "a third, and a third is much: Sahih al-Bukhari, hadith of Sad b. Abi Waqqas [verify]";
    WASIYYA_2 "WASIYYA-2": "the bequest goes to an heir", "no bequest to an heir: Sunan Abi Dawud, Kitab al-Wasaya [verify]";

    CONSID_1 "CONSID-1": "consideration does not move between two parties", "Currie v Misa (1875) LR 10 Ex 153 [verify]";
    TERMS_1 "TERMS-1": "`returns.release` is missing", "Scammell & Nephew v Ouston [1941] AC 251 [verify]";
    CERTAINTY_1 "CERTAINTY-1": "the amount is not known", "Scammell & Nephew v Ouston [1941] AC 251 [verify]";
    CERTAINTY_2 "CERTAINTY-2": "the condition of release is not known", "Scammell & Nephew v Ouston [1941] AC 251 [verify]";
    PENALTY_1 "PENALTY-1": "damages are not `liquidated`", "Cavendish Square v Makdessi [2015] UKSC 67 [verify]";
    DISPUTE_1 "DISPUTE-1": "`dispute.remedy` is not `arbiter_ruling`", "Arbitration Act 1996, s. 1 [verify]";

    RULES_1 "RULES-1": "the rule module has no rules for the class";
    RULES_2 "RULES-2": "the rule module claims to be ratified, but its hash is missing or another";
    RULES_3 "RULES-3": "the rule module is not ratified (a warning)";
    RULE "RULE": "a constraint of a rule module that has a code of its own is not met";
    RULE_MODULE "RULE_MODULE": "the rule module cannot be read, or is not there";

    BUNDLE_1 "BUNDLE-1": "the bundle has no legs";
    BUNDLE_2 "BUNDLE-2": "`meta.completeness_attestation` is missing or empty", "who states that all is shown answers for it: al-Baqarah 2:283 [verify]";
    LEG_1 "LEG-1": "a leg lacks `from`, `to` or `asset`";
    LEG_2 "LEG-2": "the payment of a leg is neither `spot` nor `deferred`";
    LEG_3 "LEG-3": "a leg names who is no party";
    LEG_4 "LEG-4": "a leg goes from a party to itself";
    INAH_1 "INAH-1": "a thing is sold and bought back on credit at another price", "bay al-inah: Sunan Abi Dawud, Kitab al-Buyu; AAOIFI SS No. 30 [verify]";
    INAH_2 "INAH-2": "a thing goes round, or is sold on for cash, to raise money on credit", "organised tawarruq: OIC Fiqh Academy, resolution 179 (19/5); AAOIFI SS No. 30 [verify]";
    INAH_3 "INAH-3": "a thing goes round without any effect (a warning)", "bay al-inah: Sunan Abi Dawud, Kitab al-Buyu; AAOIFI SS No. 30 [verify]";

    FARAID_1 "FARAID-1": "the heirs are not among those whose shares are computed", "al-Nisa 4:11-12 [verify]";
}
