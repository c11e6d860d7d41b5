//! What the emitted tests do with heirs: who has died, who collects for it, and who has what it would have had.

use super::{Way, back, declared, titled};
use crate::class::Class;
use crate::solidity::clauses;
use crate::solidity::draft::Draft;
use crate::solidity::script::{Arg, Script};

const COLLECTS: &str = "who judges a death collects for the dead, and for nobody else";
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
    // Who names heirs is none, nor is who is given what nobody may gain by; none of them dies.
    let given: Vec<String> = clauses::charities(draft).into_iter().collect();
    let legatee = (draft.class == Class::Wasiyya).then_some("legatee");
    for own in given.iter().map(String::as_str).chain(["arbiter"]).chain(legatee) {
        script = bad(script, deceased, list(&["heir", own]), bps(&[7_500, 2_500]), "BadHeirs");
        if !way.parties.contains(&own) {
            script = bad(script, own, list(&["heir"]), bps(&[10_000]), "NotPermitted");
        }
    }
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
    let died = script.read_of("estates", vec![party(deceased)], Arg::Number(total));
    let mut scripts = vec![divided(&died, deceased, total), silence(draft, way)];
    scripts.extend(administration(draft));
    if total > 0 {
        scripts.push(succession(&died, deceased, total));
        scripts.extend(waiting(draft, way));
    }
    scripts
}

/// The key of the dead is nobody's: neither it nor who judged its death makes a claim with it, consents or refuses.
fn silence(draft: &Draft, way: &Way) -> Script {
    let mut dead: Vec<String> = way.parties.iter().map(|key| (*key).to_owned()).collect();
    dead.extend(draft.members.first().map(|name| format!("member:{name}")));
    let script = Script::new("who has died calls nothing any more, and nobody does in its place");
    let mut script = dead.iter().fold(script, |script, who| dies(script, who));
    for function in &draft.functions {
        let args: Vec<Arg> = function.parameters.iter().map(|(kind, ..)| nothing(kind)).collect();
        let named = |own: &str| function.modifiers.iter().any(|modifier| modifier == own);
        let callers: Vec<&String> = dead
            .iter()
            .filter(|who| {
                let party = way.parties.contains(&who.as_str());
                function.by.contains(*who)
                    || named("onlyParty")
                    || named("onlyExecutor")
                    || named("onlyMember") && !party
            })
            .collect();
        for who in &callers {
            script = script.refused(who, &function.name, args.clone(), 0, "NotPermitted");
        }
        if !callers.is_empty() && function.collects_for.is_empty() && !named("onlyExecutor") {
            script = script.refused("arbiter", &function.name, args, 0, "NotPermitted");
        }
    }
    script
}

/// An argument of a type that says nothing.
fn nothing(kind: &str) -> Arg {
    match kind {
        "bool" => Arg::Bool(false),
        "address" => party("outsider"),
        "bytes32" => Arg::Bytes(0),
        "string calldata" => Arg::Text(""),
        _ if kind.contains("[]") => list(&[]),
        _ => Arg::Number(0),
    }
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

/// Who judged that a party has died performs and collects what is owed already, so that nothing is stuck, and nothing for the living.
fn administration(draft: &Draft) -> Vec<Script> {
    match draft.class {
        Class::Istisna => vec![price_of_the_dead(draft), price_back_to_the_dead(draft)],
        Class::Juala => [vec![reward_of_the_dead(draft)], claims_of_the_dead(draft)].concat(),
        Class::Wakala => fees_of_the_dead(draft),
        Class::Muzaraah => vec![harvest_of_the_dead(draft)],
        Class::Rahn => vec![debt_to_the_dead(draft), debt_of_the_dead(draft), pledge_of_the_dead(draft)],
        Class::CommercialEscrow => vec![escrow_of_the_dead(draft)],
        Class::Sarf => vec![currency_of_the_dead(draft), coin_of_the_dead(draft)],
        Class::Wasiyya => will_of_the_dead(draft),
        _ => vec![],
    }
}

fn price_of_the_dead(draft: &Draft) -> Script {
    let price = draft.number_of("price");
    let script = Script::new(COLLECTS)
        .puts("buyer", "order", price)
        .call("manufacturer", "begin", vec![PROOF], 0, &[])
        .act("manufacturer", "deliver")
        .after("inspectionPeriod")
        .refused("arbiter", "collect", vec![], 0, "NotPermitted");
    let script = dies(script, "manufacturer").refused("arbiter", "accept", vec![], 0, "NotPermitted");
    divides(script.act("arbiter", "collect"), "manufacturer", price)
}

fn price_back_to_the_dead(draft: &Draft) -> Script {
    let price = draft.number_of("price");
    let script = Script::new("what is not made in time comes back to the estate of who ordered it")
        .puts("buyer", "order", price)
        .call("manufacturer", "begin", vec![PROOF], 0, &[])
        .refused("arbiter", "reclaim", vec![], 0, "NotPermitted");
    let script = dies(script, "buyer")
        .refused("buyer", "reclaim", vec![], 0, "NotPermitted")
        .refused("arbiter", "reclaim", vec![], 0, "TooEarly")
        .after("makingPeriod");
    divides(script.act("arbiter", "reclaim"), "buyer", price)
}

fn reward_of_the_dead(draft: &Draft) -> Script {
    let reward = draft.number_of("reward");
    let script = Script::new("a reward that was earned before a death is paid")
        .puts("jail", "offer", reward)
        .call("amil", "claim", vec![PROOF], 0, &[])
        .after("answerPeriod");
    let script = dies(script, "amil").refused("arbiter", "confirm", vec![], 0, "NotPermitted").refused(
        "jail",
        "takeBack",
        vec![],
        0,
        "WrongPhase",
    );
    divides(script.act("arbiter", "collect"), "amil", reward)
}

/// A claim that a judge refuses is not made again where a party has died: the reward goes back.
fn claims_of_the_dead(draft: &Draft) -> Vec<Script> {
    let reward = draft.number_of("reward");
    let contested = |title: &str| {
        Script::new(title)
            .puts("jail", "offer", reward)
            .call("amil", "claim", vec![PROOF], 0, &[])
            .act("jail", "contest")
    };
    let refuses = |script: Script, back: &[(&str, i128)]| {
        script.call("arbiter", "judge", vec![Arg::Bool(false)], 0, back).read("pool", Arg::Number(0))
    };
    let claimed = dies(contested("a claim of the dead that is refused ends the offer"), "amil");
    let offered = dies(contested("a claim against the dead that is refused ends the offer"), "jail");
    vec![refuses(claimed, &[("jail", reward as i128)]), divides(refuses(offered, &[]), "jail", reward)]
}

fn fees_of_the_dead(draft: &Draft) -> Vec<Script> {
    let (mandate, fee) = (draft.number_of("mandate"), draft.number_of("fee"));
    let done = |title: &str| {
        Script::new(title)
            .puts("muwakkil", "entrust", mandate + fee)
            .call("wakil", "complete", vec![PROOF], 0, &[])
            .refused("arbiter", "conclude", vec![], 0, "NotPermitted")
    };
    let concluded = |script: Script, who: &str, other: (&str, u128), part: u128| {
        let script = dies(script, who).refused(who, "conclude", vec![], 0, "NotPermitted");
        divides(script.call("arbiter", "conclude", vec![], 0, &[(other.0, other.1 as i128)]), who, part)
    };
    vec![
        concluded(done("a fee that was earned before a death is paid"), "wakil", ("muwakkil", mandate), fee),
        concluded(done("what is left of a mandate is the heirs'"), "muwakkil", ("wakil", fee), mandate),
    ]
}

fn harvest_of_the_dead(draft: &Draft) -> Script {
    let land = draft.number_of("landownerBps") * 100_001 / 10_000;
    let script = Script::new("what grows after a death is shared as agreed").act("cultivator", "sow");
    let moves = [("cultivator", -(land as i128))];
    let script = dies(script, "landowner").call("cultivator", "shareOutput", vec![], 100_001, &moves);
    divides(script, "landowner", land)
        .refused("arbiter", "endSeason", vec![], 0, "NotPermitted")
        .act("cultivator", "endSeason")
}

fn debt_to_the_dead(draft: &Draft) -> Script {
    let (pledge, owed) = (draft.number_of("pledge"), draft.number_of("debt"));
    let part = owed.min(pledge);
    let script = Script::new(COLLECTS)
        .puts("pledgor", "give", pledge)
        .hands("pledgee", "lend", owed, "pledgor")
        .after("term")
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

/// The heirs of who pledged something have the surplus, even where the creditor lets it lie.
fn debt_of_the_dead(draft: &Draft) -> Script {
    let (pledge, owed) = (draft.number_of("pledge"), draft.number_of("debt"));
    let part = owed.min(pledge);
    let script = Script::new("an overdue debt of the dead is paid out of the pledge, and the surplus is the heirs'")
        .puts("pledgor", "give", pledge)
        .hands("pledgee", "lend", owed, "pledgor");
    let script = dies(script, "pledgor")
        .refused("pledgor", "repay", vec![], 1, "NotPermitted")
        .refused("arbiter", "realise", vec![], 0, "TooEarly")
        .after("term")
        .call("arbiter", "realise", vec![], 0, &[("pledgee", part as i128)]);
    divides(script, "pledgor", pledge - part)
}

fn pledge_of_the_dead(draft: &Draft) -> Script {
    let pledge = draft.number_of("pledge");
    let script = Script::new("a pledge of the dead without a debt comes back to its estate")
        .puts("pledgor", "give", pledge)
        .refused("arbiter", "takeBack", vec![], 0, "NotPermitted");
    let script = dies(script, "pledgor").refused("pledgor", "takeBack", vec![], 0, "NotPermitted");
    divides(script.act("arbiter", "takeBack"), "pledgor", pledge)
}

fn escrow_of_the_dead(draft: &Draft) -> Script {
    let price = draft.number_of("consideration");
    let script = Script::new(COLLECTS)
        .call("beneficiary", "agree", vec![Arg::Bytes(0x11)], 0, &[])
        .puts("depositor", "deposit", price)
        .refused("arbiter", "release", vec![], 0, "NotPermitted");
    dies(script, "depositor")
        .refused("arbiter", "dispute", vec![], 0, "NotPermitted")
        .refused("arbiter", "refund", vec![], 0, "NotPermitted")
        .call("arbiter", "release", vec![], 0, &[("beneficiary", price as i128)])
}

fn currency_of_the_dead(draft: &Draft) -> Script {
    let (given, taken) = (draft.number_of("given"), draft.number_of("taken"));
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
        .call("other", "lose", vec![Arg::Number(1)], 0, &[])
        .refused("other", "withdrawCurrency", vec![party("outsider")], 0, "NotDelivered")
        .call("other", "lose", vec![Arg::Number(0)], 0, &[])
        .call("other", "withdrawCurrency", vec![party("outsider")], 0, &[])
        .refused("other", "withdrawCurrency", vec![party("outsider")], 0, "NoCredit")
}

fn coin_of_the_dead(draft: &Draft) -> Script {
    let given = draft.number_of("given");
    let script = Script::new("a coin that the dead offered comes back to its estate")
        .puts("exchanger_a", "offer", given)
        .refused("arbiter", "takeBack", vec![], 0, "NotPermitted");
    let script = dies(script, "exchanger_a").refused("exchanger_a", "takeBack", vec![], 0, "NotPermitted");
    divides(script.act("arbiter", "takeBack"), "exchanger_a", given)
}

/// Who judged the testator's death may carry the will out at once, the others after the silence; whom the testator named may die, too.
fn will_of_the_dead(draft: &Draft) -> Vec<Script> {
    let bequest = 1_000_003 * draft.number_of("bequestBps") / 10_000;
    let rest = 1_000_003 - bequest;
    let begun = |title: &str| Script::new(title).puts("testator", "entrust", 1_000_003);
    let named = |script: Script, who: &str| {
        script.call("arbiter", "dissolveByFaraid", vec![party(who), list(&["other"]), bps(&[10_000])], 0, &[])
    };
    let script = begun("who judged the death of the testator carries the will out").refused(
        "arbiter",
        "execute",
        vec![],
        0,
        "TooEarly",
    );
    let script = named(script, "testator")
        .refused("legatee", "execute", vec![], 0, "TooEarly")
        .refused("heir", "execute", vec![], 0, "TooEarly")
        .call("arbiter", "execute", vec![], 0, &[("legatee", bequest as i128)]);
    let carried = divide(script, "testator", &[("other", rest)]);
    let script = named(begun("the part of a named heir who has died is its own heirs'"), "heir")
        .after("silence")
        .refused("heir", "execute", vec![], 0, "NotPermitted")
        .call("legatee", "execute", vec![], 0, &[("legatee", bequest as i128)]);
    let inherited = divide(script, "heir", &[("other", rest)]);
    let script = begun("what a named heir refused is its heirs' when it dies")
        .after("silence")
        .reject("heir")
        .call("legatee", "execute", vec![], 0, &[("legatee", bequest as i128)])
        .read_of("credits", vec![party("heir")], Arg::Number(rest));
    vec![carried, inherited, divide(named(script, "heir"), "heir", &[("other", rest)])]
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
