//! What the emitted tests do with heirs: who has died, who acts for it, and who has what it would have had.

use super::{Way, back, declared, titled};
use crate::class::Class;
use crate::solidity::draft::Draft;
use crate::solidity::script::{Arg, Script};
use crate::solidity::undo::value;

const ACTS: &str = "who judges a death acts for the dead, and for nobody else";
const PROOF: Arg = Arg::Bytes(0x22);

fn party(key: &str) -> Arg {
    Arg::Party(key.to_owned())
}

fn list(keys: &[&str]) -> Arg {
    Arg::List(keys.iter().map(|key| party(key)).collect())
}

fn bps(shares: &[u128]) -> Arg {
    Arg::List(shares.iter().map(|bps| Arg::Number(*bps)).collect())
}

/// Whose death the scripts declare: who is paid first.
fn mortal(way: &Way) -> &str {
    way.moves.first().map_or(way.parties[0], |(key, _)| key.as_str())
}

/// What a call that pays the dead moves: all but its own part, which waits.
fn survivors(way: &Way) -> Vec<(&str, i128)> {
    back(way).into_iter().skip(1).collect()
}

pub(super) fn inheritance(draft: &Draft, way: &Way) -> Vec<Script> {
    let deceased = mortal(way);
    let bad = |script: Script, who: &str, heirs: Arg, shares: Arg, error: &'static str| {
        script.refused("arbiter", "dissolveByFaraid", vec![party(who), heirs, shares], 0, error)
    };
    // An heir who is not a party: `heir` may be one in a will.
    let mut script = titled(&way.lead, "the heirs of a party have what is paid to it, and rounding goes to the last");
    script = bad(script, "outsider", list(&["other"]), bps(&[10_000]), "NotPermitted");
    script = bad(script, "other", list(&["heir"]), bps(&[10_000]), "NotPermitted");
    script = bad(script, deceased, list(&[]), bps(&[]), "BadHeirs");
    script = bad(script, deceased, list(&["heir", "other"]), bps(&[10_000]), "BadHeirs");
    script = bad(script, deceased, list(&["heir", "other"]), bps(&[7_500, 2_499]), "BadHeirs");
    script = bad(script, deceased, list(&["heir", "nobody"]), bps(&[7_500, 2_500]), "BadHeirs");
    script = bad(script, deceased, list(&["heir", deceased]), bps(&[7_500, 2_500]), "BadHeirs");
    script = bad(script, deceased, Arg::List(vec![party("heir"), Arg::Contract]), bps(&[7_500, 2_500]), "BadHeirs");
    script = bad(script, deceased, list(&["heir"]), bps(&[10_001]), "BadHeirs");
    script = bad(script, deceased, list(&["heir", "other"]), bps(&[10_000, 0]), "BadHeirs");
    script = script.refused("outsider", "distributeEstate", vec![party(deceased)], 0, "NoCredit");
    let heirs = || vec![party(deceased), list(&["heir", "other"]), bps(&[7_500, 2_500])];
    let mut total = way.moves.first().map_or(0, |(_, amount)| *amount);
    let moves = survivors(way);
    script = if way.mortal.is_some() {
        script.call("arbiter", "dissolveByFaraid", heirs(), 0, &moves)
    } else if declared(draft, "faskh") {
        script.call("arbiter", "dissolveByFaraid", heirs(), 0, &[]).call("arbiter", "judicialFaskh", vec![], 0, &moves)
    } else {
        total = 0;
        script.call("arbiter", "dissolveByFaraid", heirs(), 0, &[])
    };
    script = bad(script, deceased, list(&["other"]), bps(&[10_000]), "NotPermitted");
    // Who judges claims nothing and consents to nothing for the dead.
    for (block, call, args) in [
        ("khiyar_al_shart", "rescindKhiyar", vec![]),
        ("iqalah", "proposeIqalah", vec![]),
        ("iqalah", "acceptIqalah", vec![]),
        ("khiyar_al_ayb", "raiseDefect", vec![Arg::Text("a crack")]),
    ] {
        if declared(draft, block) {
            script = script.refused("arbiter", call, args, 0, "NotPermitted");
        }
    }
    let died = script.read_of("estates", vec![party(deceased)], Arg::Number(total));
    let mut scripts = vec![divided(&died, deceased, total)];
    scripts.extend(administration(draft));
    if total > 0 {
        scripts.push(succession(&died, deceased, total));
        scripts.extend(waiting(draft, way));
    }
    scripts
}

/// An estate of which two heirs have three quarters and one.
fn divided(died: &Script, deceased: &str, total: u128) -> Script {
    let first = total * 7_500 / 10_000;
    divide(died.clone(), deceased, &[("heir", first), ("other", total - first)])
        .refused("outsider", "distributeEstate", vec![party(deceased)], 0, "NoCredit")
        .read("totalCredits", Arg::Number(0))
}

/// An heir who dies before the estate is divided passes its part on, and only the living inherit.
fn succession(died: &Script, deceased: &str, total: u128) -> Script {
    let first = total * 7_500 / 10_000;
    let dies = |heir: &str| vec![party("heir"), list(&[heir]), bps(&[10_000])];
    let script = titled(died, "what an heir who has died would have is its own heirs'")
        .refused("arbiter", "dissolveByFaraid", dies(deceased), 0, "BadHeirs")
        .call("arbiter", "dissolveByFaraid", dies("other"), 0, &[])
        .refused("arbiter", "dissolveByFaraid", dies("other"), 0, "NotPermitted")
        .read_of("estates", vec![party("heir")], Arg::Number(0));
    let script = divide(script, deceased, &[("other", total - first)]).read_of(
        "estates",
        vec![party("heir")],
        Arg::Number(first),
    );
    divide(script, "heir", &[("other", first)]).read("totalCredits", Arg::Number(0))
}

/// Somebody died; `heir` has all.
fn dies(script: Script, who: &str) -> Script {
    script.call("arbiter", "dissolveByFaraid", vec![party(who), list(&["heir"]), bps(&[10_000])], 0, &[])
}

/// Anybody may have an estate divided, once there is something in it.
fn divide(script: Script, who: &str, parts: &[(&str, u128)]) -> Script {
    let parts: Vec<(&str, i128)> = parts.iter().map(|(heir, part)| (*heir, *part as i128)).collect();
    if parts.iter().all(|(_, part)| *part == 0) {
        return script.refused("outsider", "distributeEstate", vec![party(who)], 0, "NoCredit");
    }
    script.call("outsider", "distributeEstate", vec![party(who)], 0, &parts)
}

/// What has come into an estate goes to `heir`.
fn divides(script: Script, who: &str, amount: u128) -> Script {
    divide(script, who, &[("heir", amount)])
}

/// Who judged that a party has died does for it what only it could do, and nothing for the living.
fn administration(draft: &Draft) -> Option<Script> {
    Some(match draft.class {
        Class::Istisna => price_of_the_dead(draft),
        Class::Juala => reward_of_the_dead(draft),
        Class::Wakala => fee_of_the_dead(draft),
        Class::Muzaraah => harvest_of_the_dead(draft),
        Class::Rahn => debt_to_the_dead(draft),
        Class::CommercialEscrow => escrow_of_the_dead(draft),
        Class::Sarf => currency_of_the_dead(draft),
        Class::Wasiyya => will_of_the_dead(),
        _ => return None,
    })
}

fn price_of_the_dead(draft: &Draft) -> Script {
    let price = value(draft, "price");
    let script = Script::new(ACTS)
        .puts("buyer", "order", price)
        .call("manufacturer", "begin", vec![PROOF], 0, &[])
        .act("manufacturer", "deliver")
        .wait(604_801)
        .refused("arbiter", "collect", vec![], 0, "NotPermitted");
    let script = dies(script, "manufacturer").refused("arbiter", "accept", vec![], 0, "NotPermitted");
    divides(script.act("arbiter", "collect"), "manufacturer", price)
}

fn reward_of_the_dead(draft: &Draft) -> Script {
    let reward = value(draft, "reward");
    let script = Script::new("a reward that was earned before a death is paid")
        .puts("jail", "offer", reward)
        .call("amil", "claim", vec![PROOF], 0, &[])
        .wait(604_801);
    let script = dies(script, "amil").refused("arbiter", "confirm", vec![], 0, "NotPermitted").refused(
        "jail",
        "takeBack",
        vec![],
        0,
        "WrongPhase",
    );
    divides(script.act("arbiter", "collect"), "amil", reward)
}

fn fee_of_the_dead(draft: &Draft) -> Script {
    let (mandate, fee) = (value(draft, "mandate"), value(draft, "fee"));
    let script = Script::new("a fee that was earned before a death is paid")
        .puts("muwakkil", "entrust", mandate + fee)
        .call("wakil", "complete", vec![PROOF], 0, &[])
        .refused("arbiter", "conclude", vec![], 0, "NotPermitted");
    let back = [("muwakkil", mandate as i128)];
    let script = dies(script, "wakil").call("arbiter", "conclude", vec![], 0, &back);
    divides(script, "wakil", fee)
}

fn harvest_of_the_dead(draft: &Draft) -> Script {
    let land = value(draft, "landownerBps") * 100_001 / 10_000;
    let script = Script::new("what grows after a death is shared as agreed").act("cultivator", "sow");
    let moves = [("cultivator", -(land as i128))];
    let script = dies(script, "landowner").call("cultivator", "shareOutput", vec![], 100_001, &moves);
    divides(script, "landowner", land).act("arbiter", "endSeason")
}

fn debt_to_the_dead(draft: &Draft) -> Script {
    let (pledge, owed) = (value(draft, "pledge"), value(draft, "debt"));
    let part = owed.min(pledge);
    let script = Script::new(ACTS)
        .puts("pledgor", "give", pledge)
        .hands("pledgee", "lend", owed, "pledgor")
        .wait(2_592_001)
        .refused("arbiter", "realise", vec![], 0, "NotPermitted");
    let script = dies(script, "pledgee").refused("arbiter", "repay", vec![], 1, "NotPermitted").call(
        "arbiter",
        "realise",
        vec![],
        0,
        &[("pledgor", (pledge - part) as i128)],
    );
    divides(script, "pledgee", part)
}

fn escrow_of_the_dead(draft: &Draft) -> Script {
    let price = value(draft, "consideration");
    let script = Script::new(ACTS)
        .call("beneficiary", "agree", vec![Arg::Bytes(0x11)], 0, &[])
        .puts("depositor", "deposit", price)
        .refused("arbiter", "release", vec![], 0, "NotPermitted");
    dies(script, "depositor")
        .refused("arbiter", "dispute", vec![], 0, "NotPermitted")
        .refused("arbiter", "refund", vec![], 0, "NotPermitted")
        .call("arbiter", "release", vec![], 0, &[("beneficiary", price as i128)])
}

fn currency_of_the_dead(draft: &Draft) -> Script {
    let (given, taken) = (value(draft, "given"), value(draft, "taken"));
    let script = Script::new("the currency that the dead would have is their heirs'")
        .puts("exchanger_a", "offer", given)
        .call("exchanger_b", "mint", vec![party("exchanger_b"), Arg::Number(taken)], 0, &[])
        .call("exchanger_b", "approve", vec![Arg::Contract, Arg::Number(taken)], 0, &[]);
    dies(script, "exchanger_a")
        .refused("outsider", "distributeCurrency", vec![party("exchanger_a")], 0, "NoCredit")
        .call("exchanger_b", "exchange", vec![], 0, &[("exchanger_b", given as i128)])
        .read_of("currencyEstates", vec![party("exchanger_a")], Arg::Number(taken))
        .call("arbiter", "dissolveByFaraid", vec![party("heir"), list(&["other"]), bps(&[10_000])], 0, &[])
        .call("outsider", "distributeCurrency", vec![party("exchanger_a")], 0, &[])
        .refused("heir", "withdrawCurrency", vec![party("heir")], 0, "NoCredit")
        .call("outsider", "distributeCurrency", vec![party("heir")], 0, &[])
        .read_of("currencyCredits", vec![party("other")], Arg::Number(taken))
        .refused("other", "withdrawCurrency", vec![party("nobody")], 0, "WithdrawalFailed")
        .refused("other", "withdrawCurrency", vec![Arg::Contract], 0, "WithdrawalFailed")
        .call("other", "withdrawCurrency", vec![party("outsider")], 0, &[])
        .refused("other", "withdrawCurrency", vec![party("outsider")], 0, "NoCredit")
}

fn will_of_the_dead() -> Script {
    dies(Script::new(ACTS).puts("testator", "entrust", 500), "testator").refused(
        "arbiter",
        "revoke",
        vec![],
        0,
        "NotPermitted",
    )
}

/// What a party was refused while it lived is its heirs' when it dies.
fn waiting(draft: &Draft, way: &Way) -> Option<Script> {
    if !declared(draft, "faskh") {
        return None;
    }
    let deceased = mortal(way);
    let total = way.moves[0].1;
    Some(
        titled(&way.lead, "a credit that waits when a party dies is its heirs'")
            .reject(deceased)
            .call("arbiter", "judicialFaskh", vec![], 0, &survivors(way))
            .read_of("credits", vec![party(deceased)], Arg::Number(total))
            .call("arbiter", "dissolveByFaraid", vec![party(deceased), list(&["heir"]), bps(&[10_000])], 0, &[])
            .accept(deceased)
            .refused(deceased, "withdraw", vec![party(deceased)], 0, "NoCredit")
            .call("outsider", "distributeEstate", vec![party(deceased)], 0, &[("heir", total as i128)]),
    )
}
