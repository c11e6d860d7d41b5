//! What words of the language mean, where no table of rules says it.

/// A word that is known: from a list of them.
fn known(list: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    list.iter().find(|(own, _)| *own == word).map(|(_, meaning)| *meaning)
}

/// What a section is for.
pub(super) fn section(name: &str) -> Option<&'static str> {
    if name == "legs" {
        return Some("Who gives what to whom, for which price, at once or on credit.");
    }
    known(&crate::examples::SECTIONS, name)
}

/// What a block is for.
pub(super) fn block(name: &str) -> Option<&'static str> {
    known(&BLOCKS, name)
}

/// What a key says; `place` is its section or block.
pub(super) fn key(place: &str, key: &str) -> Option<&'static str> {
    known(&KEYS, &format!("{place}.{key}"))
}

/// What who has a role does.
pub(super) fn role(name: &str) -> Option<&'static str> {
    known(&ROLES, name)
}

const BLOCKS: [(&str, &str); 28] = [
    ("agency", "What the agent is to do, and for which fee."),
    ("bequest", "What is left to whom."),
    ("buyout", "How one partner buys the share of the other."),
    ("contribution", "What participants give to the fund."),
    ("credit_sale", "What is bought on credit."),
    ("deposit", "What is given into keeping."),
    ("endowment", "What is endowed, and what becomes of its yield."),
    ("exchange", "Which amounts of which currencies are exchanged."),
    ("faskh", "Undoing by a judgement."),
    ("gift", "What is given for nothing."),
    ("guarantee", "What is guaranteed."),
    ("harvest_share", "How what grows is shared."),
    ("income", "What the asset yields, and how that is divided."),
    ("iqalah", "Undoing with the consent of all."),
    ("istisna", "What is to be made, of whose material, and for which price."),
    ("khiyar_al_ayb", "Undoing because of a defect."),
    ("khiyar_al_shart", "The option to withdraw within a time."),
    ("loan", "What is lent and given back."),
    ("loan_use", "What is lent for use."),
    ("pledge", "What is pledged for which debt."),
    ("profit", "How profit is shared."),
    ("release", "How much is released, and on which condition."),
    ("rent", "What is paid for the use of a thing."),
    ("reward", "What is promised for a result."),
    ("salam", "What is paid for now and delivered later."),
    ("sale", "Cost, markup and price of what is sold."),
    ("spot_sale", "To whom what was bought is sold for cash."),
    ("transfer", "Which debt passes to another debtor."),
];

const KEYS: [(&str, &str); 45] = [
    ("meta.basis", "The source that the instrument rests on."),
    ("meta.regime", "The body of rules that it is made under."),
    ("meta.rules", "The rule module that is asked besides the built-in rules."),
    ("meta.currency", "The unit of its amounts."),
    ("meta.completeness_attestation", "Who states that these legs are all."),
    ("oracle.mode", "Whether one valuer states the value, or a committee agrees on it."),
    ("oracle.committee", "How many members the committee has."),
    ("oracle.quorum", "How many members must agree within the band."),
    ("oracle.gharar_bound_bps", "Half the width of the band around the median, in hundredths of a percent of it."),
    ("zakat.kind", "The genus of what zakat is due on; `tijarah` if it is left out."),
    ("zakat.rate_bps", "How much is due, in hundredths of a percent."),
    ("zakat.nisab", "From how much on it is due."),
    ("zakat.haul", "After which time it is due."),
    ("zakat.beneficiary", "Who receives it."),
    ("zakat.base", "What it is reckoned on."),
    ("zakat.asnaf_fuqara", "What the poor receive, in hundredths of a percent."),
    ("zakat.asnaf_masakin", "What the needy receive, in hundredths of a percent."),
    ("zakat.asnaf_amilin", "What those receive who collect it, in hundredths of a percent."),
    ("zakat.asnaf_muallafa", "What those receive whose hearts are reconciled, in hundredths of a percent."),
    ("zakat.asnaf_riqab", "What goes to free those in bondage, in hundredths of a percent."),
    ("zakat.asnaf_gharimin", "What debtors receive, in hundredths of a percent."),
    ("zakat.asnaf_fi_sabilillah", "What goes to the cause of God, in hundredths of a percent."),
    ("zakat.asnaf_ibn_sabil", "What travellers receive, in hundredths of a percent."),
    ("contingency.jaaihah", "What a calamity leads to: `abate` or `reschedule`."),
    ("contingency.death", "What a death leads to: `faraid`, the fixed shares."),
    ("dispute.forum", "Who judges."),
    ("dispute.remedy", "What a dispute ends with."),
    ("rent.basis", "What the rent is paid for."),
    ("rent.late_penalty", "What is due when rent comes late."),
    ("buyout.price", "What the share is bought for."),
    ("profit.source", "Who states the profit."),
    ("sale.markup_basis", "What the markup follows."),
    ("sale.late_penalty", "What is due when a payment comes late."),
    ("istisna.delivery_date", "When the thing is delivered, in seconds of Unix time."),
    ("exchange.same_genus", "Whether both amounts are of the same kind."),
    ("spot_sale.buyer", "Who buys for cash."),
    ("spot_sale.arranged_by", "Who arranges the sale."),
    ("transfer.debt", "The debt that is transferred."),
    ("transfer.amount", "For how much it is transferred."),
    ("leg.from", "Who gives."),
    ("leg.to", "Who receives."),
    ("leg.asset", "What is given."),
    ("leg.payment", "Whether it is paid at once (`spot`) or on credit (`deferred`)."),
    ("leg.price", "For how much."),
    ("khiyar_al_shart.window", "How long one may withdraw."),
];

const ROLES: [(&str, &str); 47] = [
    ("acquirer", "buys the other partner's share bit by bit"),
    ("adjudicator", "judges, and attests what has happened"),
    ("amil", "earns the reward by the result"),
    ("arbiter", "judges, and attests what has happened"),
    ("beneficiary", "receives what is given to a purpose or released"),
    ("borrower", "receives the loan and gives it back"),
    ("buyer", "buys"),
    ("creditor", "is owed the debt"),
    ("cultivator", "works the land"),
    ("custodian", "keeps what is deposited"),
    ("depositor", "gives into keeping"),
    ("donee", "receives the gift"),
    ("donor", "makes the gift"),
    ("exchanger_a", "gives the first currency"),
    ("exchanger_b", "gives the second currency"),
    ("financier", "gives the money"),
    ("issuer", "issues the certificates"),
    ("jail", "promises the reward"),
    ("kafil", "guarantees the debt"),
    ("landowner", "gives the land"),
    ("legatee", "receives what is bequeathed"),
    ("lender", "lends"),
    ("lessee", "rents"),
    ("lessor", "owns what is let"),
    ("manufacturer", "makes the thing, of own material"),
    ("mudarib", "gives work, and manages the capital of others"),
    ("muhal", "is owed the debt that is transferred"),
    ("muhal_alayh", "takes the debt over"),
    ("muhil", "transfers the own debt"),
    ("muir", "lends a thing for use"),
    ("mustair", "borrows a thing for use"),
    ("mustawriq", "buys on credit and sells for cash"),
    ("muwakkil", "appoints the agent"),
    ("nazir", "administers the endowment"),
    ("operator", "runs the fund"),
    ("oracle", "states the value, and profits from none"),
    ("partner", "gives capital and shares profit and loss"),
    ("pledgee", "holds the pledge"),
    ("pledgor", "gives the pledge"),
    ("principal_debtor", "owes the debt that is guaranteed"),
    ("rabb_al_mal", "gives all the capital"),
    ("seller", "sells"),
    ("testator", "leaves the bequest"),
    ("third_party", "buys for cash, and is not the financier"),
    ("vendor", "sells to the seller"),
    ("wakil", "acts as agent"),
    ("waqif", "endows"),
];
