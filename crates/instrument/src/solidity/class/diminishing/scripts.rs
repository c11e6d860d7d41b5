//! What the emitted test of a diminishing partnership does.

use crate::solidity::clauses;
use crate::solidity::draft::Draft;
use crate::solidity::script::{Arg, Script};

/// What one partner funds of a value.
fn parts(draft: &Draft, value: u128) -> (u128, u128, u128) {
    let share = u128::from(draft.shares().get("bank").copied().unwrap_or(8_000));
    (value * share / 10_000, value - value * share / 10_000, share)
}

fn funded(draft: &Draft, title: &str, value: u128) -> Script {
    let (bank, client, _) = parts(draft, value);
    Script::new(title).worth(value).puts("bank", "fund${Bank}", bank).puts("client", "fund${Client}", client)
}

fn n(value: u128) -> Arg {
    Arg::Number(value)
}

pub(super) fn scripts(draft: &mut Draft, abated: bool) {
    let rate = draft.number("rent", "rate", 1);
    let (_, _, share) = parts(draft, 0);
    let pays_rent = clauses::lists(draft.spec, "payRent");
    let bought = share.min(2_000);
    let rent = if pays_rent { Some(rate * share) } else { None };
    let mut scripts = vec![life(draft, share, bought, rent)];
    scripts.extend(losses(draft, share, rate * share));
    scripts.extend(fundings(draft));
    scripts.push(unknown(draft, bought));
    scripts.push(buying(draft, share));
    scripts.push(refusing(draft, share));
    draft.scripts.extend(scripts);
    if abated && pays_rent {
        let script = calamity(draft, rate * share);
        draft.scripts.push(script);
    }
    undoing(draft, bought);
}

/// The whole life, which is that of the deployment, too.
fn life(draft: &Draft, share: u128, bought: u128, rent: Option<u128>) -> Script {
    let mut life = funded(draft, "runs from funding to settlement", 1_000_000).read("active", Arg::Bool(true));
    if let Some(rent) = rent {
        life = life.hands("client", "payRent", rent, "bank");
    }
    let price = 1_000_000 * bought / 10_000;
    life = life.call(
        "client",
        "buyShare",
        vec![n(bought)],
        price,
        &[("client", -(price as i128)), ("bank", price as i128)],
    );
    let (bank, client) = (100 * (share - bought), 100 * (10_000 - share + bought));
    life = life.call("bank", "settle", vec![], 0, &[("bank", bank as i128), ("client", client as i128)]);
    life.read("${bank}ShareBps", n(share - bought)).read("settled", Arg::Bool(true)).read("pool", n(0))
}

fn losses(draft: &Draft, share: u128, rent: u128) -> Vec<Script> {
    let shared = 90_000_000_u128;
    let (bank, client) = (shared * share / 10_000, shared * (10_000 - share) / 10_000);
    let rest = 100_000_000 - bank - client;
    let moves = [("bank", bank as i128), ("client", client as i128), ("fund", rest as i128)];
    vec![
        funded(draft, "a loss is borne by share, and what was lost goes to the fund", 100_000_000)
            .read("rentDue", n(rent))
            .worth(shared)
            .call("client", "settle", vec![], 0, &moves)
            .refused("client", "settle", vec![], 0, "WrongStage"),
        funded(draft, "a gain stays with the asset: no more than the pool is shared out", 1_000_003)
            .worth(2_000_000)
            .call("bank", "settle", vec![], 0, &odd(share)),
    ]
}

fn fundings(draft: &Draft) -> Vec<Script> {
    let (bank, client, _) = parts(draft, 1_000_003);
    vec![
        Script::new("a value that does not divide evenly is funded, even when the oracle moves in between")
            .worth(1_000_003)
            .refused("bank", "fund${Bank}", vec![], bank + 1, "WrongAmount")
            .puts("client", "fund${Client}", client)
            .refused("client", "fund${Client}", vec![], client, "WrongStage")
            .worth(999)
            .puts("bank", "fund${Bank}", bank)
            .refused("bank", "fund${Bank}", vec![], bank, "WrongStage")
            .refused("client", "fund${Client}", vec![], client, "WrongStage")
            .refused("client", "cancelFunding", vec![], 0, "WrongStage")
            .read("pool", n(1_000_003)),
        Script::new("who waits for the other may take the money back")
            .refused("bank", "cancelFunding", vec![], 0, "WrongStage")
            .refused("bank", "settle", vec![], 0, "WrongStage")
            .puts("bank", "fund${Bank}", parts(draft, 1_000_000).0)
            .refused("bank", "fund${Bank}", vec![], 1, "WrongStage")
            .refused("client", "cancelFunding", vec![], 0, "WrongStage")
            .call("bank", "cancelFunding", vec![], 0, &[("bank", parts(draft, 1_000_000).0 as i128)])
            .puts("client", "fund${Client}", parts(draft, 1_000_000).1)
            .call("client", "cancelFunding", vec![], 0, &[("client", parts(draft, 1_000_000).1 as i128)])
            .read("pool", n(0)),
    ]
}

fn refusing(draft: &Draft, share: u128) -> Script {
    let shared = 90_000_000_u128;
    let (bank, client) = (shared * share / 10_000, shared * (10_000 - share) / 10_000);
    let rest = 100_000_000 - bank - client;
    funded(draft, "a receiver that refuses money holds nobody up", 100_000_000)
        .worth(shared)
        .reject("fund")
        .reject("bank")
        .call("client", "settle", vec![], 0, &[("client", client as i128)])
        .read_of("credits", vec![Arg::Party("fund".to_owned())], n(rest))
        .accept("fund")
        .call("fund", "withdraw", vec![Arg::Party("fund".to_owned())], 0, &[("fund", rest as i128)])
        .refused("fund", "withdraw", vec![Arg::Party("fund".to_owned())], 0, "NoCredit")
        .accept("bank")
        .reject("fund")
        .refused("bank", "withdraw", vec![Arg::Party("fund".to_owned())], 0, "WithdrawalFailed")
        .call("bank", "withdraw", vec![Arg::Party("client".to_owned())], 0, &[("client", bank as i128)])
        .read("totalCredits", n(0))
}

fn odd(share: u128) -> [(&'static str, i128); 3] {
    let (bank, client) = (1_000_003 * share / 10_000, 1_000_003 * (10_000 - share) / 10_000);
    [("bank", bank as i128), ("client", client as i128), ("fund", (1_000_003 - bank - client) as i128)]
}

fn unknown(draft: &Draft, bought: u128) -> Script {
    funded(draft, "nothing is bought or settled while the value is unknown", 1_000_000)
        .majhul()
        .refused("client", "buyShare", vec![n(bought)], 0, "")
        .refused("bank", "settle", vec![], 0, "")
}

fn buying(draft: &Draft, share: u128) -> Script {
    funded(draft, "a share is bought at the value of today, and no more than there is", 1_000_000)
        .refused("client", "buyShare", vec![n(0)], 0, "BadShare")
        .refused("client", "buyShare", vec![n(share + 1)], 0, "BadShare")
        .refused("client", "buyShare", vec![n(1)], 1, "WrongAmount")
        .worth(9_999)
        .refused("client", "buyShare", vec![n(1)], 0, "BadShare")
        .worth(2_000_000)
        .call(
            "client",
            "buyShare",
            vec![n(share)],
            200 * share,
            &[("client", -(200 * share as i128)), ("bank", 200 * share as i128)],
        )
        .read("${client}ShareBps", n(10_000))
        .call("client", "settle", vec![], 0, &[("client", 1_000_000)])
}

fn calamity(draft: &Draft, rent: u128) -> Script {
    let judge = if draft.has("arbiter") { "arbiter" } else { "bank" };
    let mut script = funded(draft, "a calamity abates the rent that is charged, not the rent", 1_000_000).refused(
        "client",
        "payRent",
        vec![],
        rent + 1,
        "WrongAmount",
    );
    let reschedules = draft.functions.iter().any(|own| own.name == "rescheduleWithoutRiba");
    if reschedules {
        script = script.refused(judge, "rescheduleWithoutRiba", vec![n(60)], 0, "NoJaaihah");
    }
    script = script
        .act(judge, "declareJaaihah")
        .refused(judge, "declareJaaihah", vec![], 0, "AlreadyDeclared")
        .read("rentDue", n(rent))
        .read("effectiveRentDue", n(0))
        .refused("client", "payRent", vec![], rent.max(1), "WrongAmount")
        .act("client", "payRent");
    if reschedules {
        script = script.call(judge, "rescheduleWithoutRiba", vec![n(60)], 0, &[]);
    }
    script
}

fn undoing(draft: &mut Draft, bought: u128) {
    let (bank, client, share) = parts(draft, 1_000_000);
    let back = [("bank", bank as i128), ("client", client as i128)];
    let has = |name: &str| draft.functions.iter().any(|own| own.name == name);
    let mut scripts = Vec::new();
    let price = 100 * bought;
    let moves = [("client", -(price as i128)), ("bank", price as i128)];
    if has("rescindKhiyar") {
        scripts.extend(option(draft, &back, bought));
    }
    if has("proposeIqalah") {
        scripts.push(
            funded(draft, "both may undo the contract by consent", 1_000_000)
                .refused("client", "acceptIqalah", vec![], 0, "WrongStage")
                .act("bank", "proposeIqalah")
                .refused("bank", "acceptIqalah", vec![], 0, "WrongStage")
                .call("client", "acceptIqalah", vec![], 0, &back),
        );
        scripts.push(
            funded(draft, "consent comes too late after a purchase", 1_000_000)
                .act("bank", "proposeIqalah")
                .call("client", "buyShare", vec![n(bought)], price, &moves)
                .refused("client", "acceptIqalah", vec![], 0, "WrongStage"),
        );
    }
    let now = share - bought;
    let after = [("bank", 100 * now as i128), ("client", 100 * (10_000 - now) as i128)];
    if has("raiseDefect") {
        scripts.push(
            funded(draft, "a defect that is upheld undoes the contract by the shares of today", 1_000_000)
                .refused("arbiter", "resolveDefect", vec![Arg::Bool(true)], 0, "WrongStage")
                .call("client", "raiseDefect", vec![Arg::Text("the roof leaks")], 0, &[])
                .refused("bank", "raiseDefect", vec![Arg::Text("again")], 0, "WrongStage")
                .call("arbiter", "resolveDefect", vec![Arg::Bool(false)], 0, &[])
                .call("client", "buyShare", vec![n(bought)], price, &moves)
                .call("client", "raiseDefect", vec![Arg::Text("the cellar, too")], 0, &[])
                .call("arbiter", "resolveDefect", vec![Arg::Bool(true)], 0, &after),
        );
    }
    if has("judicialFaskh") {
        scripts.push(
            funded(draft, "a judge dissolves the contract by the shares of today", 1_000_000)
                .call("client", "buyShare", vec![n(bought)], price, &moves)
                .call("arbiter", "judicialFaskh", vec![], 0, &after),
        );
    }
    if has("agreeToUnwind") {
        // Who has no share left is not asked.
        let some = bought.min(share - 1);
        let left = share - some;
        let after = [("bank", 100 * left as i128), ("client", 100 * (10_000 - left) as i128)];
        let paid = [("client", -(100 * some as i128)), ("bank", 100 * some as i128)];
        let title = "both may give the pool back while the value is unknown, by the shares of today";
        let begun = funded(draft, title, 1_000_000);
        let begun = if some > 0 { begun.call("client", "buyShare", vec![n(some)], 100 * some, &paid) } else { begun };
        scripts.push(
            begun
                .refused("bank", "agreeToUnwind", vec![], 0, "ValueKnown")
                .majhul()
                .act("bank", "agreeToUnwind")
                .act("bank", "agreeToUnwind")
                .wait(30 * 86_400 + 1)
                .act("client", "agreeToUnwind")
                .call("bank", "agreeToUnwind", vec![], 0, &after)
                .refused("client", "agreeToUnwind", vec![], 0, "WrongStage"),
        );
        scripts.push(
            funded(draft, "an agreement ends with the silence that it was about", 1_000_000)
                .majhul()
                .act("bank", "agreeToUnwind")
                .attested()
                .act("client", "agreeToUnwind")
                .refused("bank", "agreeToUnwind", vec![], 0, "ValueKnown")
                .majhul()
                .act("client", "agreeToUnwind")
                .read("settled", Arg::Bool(false))
                .read("rescinded", Arg::Bool(false)),
        );
        let all = parts(draft, 1_000_000).2;
        let price = parts(draft, 1_000_000).0;
        let paid = [("client", -(price as i128)), ("bank", price as i128)];
        scripts.push(
            funded(draft, "who has bought everything needs nobody's agreement", 1_000_000)
                .call("client", "buyShare", vec![n(all)], price, &paid)
                .majhul()
                .call("client", "agreeToUnwind", vec![], 0, &[("client", 1_000_000)]),
        );
    }
    if has("dissolveByFaraid") {
        scripts.push(inheritance(draft));
        scripts.extend(early(draft));
        scripts.push(late(draft));
    }
    draft.scripts.extend(scripts);
}

/// Zakat after a death.
pub(super) fn bereaved(draft: &mut Draft) {
    let (bank, client, _) = parts(draft, 1_000_000);
    let first = client * 7_500 / 10_000;
    let moves = [("bank", bank as i128), ("heir", first as i128), ("other", (client - first) as i128)];
    let mut script = funded(draft, "nobody pays zakat through the contract after the death", 1_000_000)
        .call("bank", "payZakat", vec![n(0)], 0, &[])
        .call("arbiter", "dissolveByFaraid", two(), 0, &moves);
    for by in ["bank", "client"] {
        script = script.refused(by, "payZakat", vec![n(0)], 0, "WrongStage");
    }
    draft.scripts.push(script);
}

fn heirs(names: &[&str]) -> Arg {
    Arg::List(names.iter().map(|name| Arg::Party((*name).to_owned())).collect())
}

fn bps(shares: &[u128]) -> Arg {
    Arg::List(shares.iter().map(|share| n(*share)).collect())
}

/// Two heirs with three quarters and one.
fn two() -> Vec<Arg> {
    vec![heirs(&["heir", "other"]), bps(&[7_500, 2_500])]
}

fn inheritance(draft: &Draft) -> Script {
    let (bank, client, _) = parts(draft, 1_000_003);
    let first = client * 7_500 / 10_000;
    let bad = |script: Script, who: Arg, shares: Arg| {
        script.refused("arbiter", "dissolveByFaraid", vec![who, shares], 0, "BadHeirs")
    };
    let mut script = funded(draft, "the heirs inherit the share, and rounding goes to the last", 1_000_003);
    script = bad(script, heirs(&[]), bps(&[]));
    script = bad(script, heirs(&["heir"]), bps(&[5_000, 5_000]));
    script = bad(script, heirs(&["heir", "other"]), bps(&[7_500, 2_499]));
    script = bad(script, heirs(&["heir", "other"]), bps(&[10_000, 0]));
    script = bad(script, heirs(&["heir", "nobody"]), bps(&[7_500, 2_500]));
    script = bad(script, Arg::List(vec![Arg::Party("heir".to_owned()), Arg::Contract]), bps(&[7_500, 2_500]));
    script = bad(script, heirs(&["heir"]), bps(&[10_001]));
    script = bad(script, heirs(&["heir", "client"]), bps(&[7_500, 2_500]));
    script = bad(script, heirs(&["heir", "arbiter"]), bps(&[7_500, 2_500]));
    for key in clauses::charities(draft) {
        script = bad(script, heirs(&["heir", &key]), bps(&[7_500, 2_500]));
    }
    script = bad(script, heirs(&["heir"; 65]), bps(&[1; 65]));
    script
        .call(
            "arbiter",
            "dissolveByFaraid",
            two(),
            0,
            &[("bank", bank as i128), ("heir", first as i128), ("other", (client - first) as i128)],
        )
        .refused("arbiter", "dissolveByFaraid", two(), 0, "WrongStage")
}

/// A death before both have paid gives back what was paid, and nothing can be paid after it.
fn early(draft: &Draft) -> Vec<Script> {
    let (bank, client, _) = parts(draft, 1_000_003);
    let first = client * 7_500 / 10_000;
    let start = |title: &str| Script::new(title).worth(1_000_003);
    let ended = |script: Script| {
        script
            .refused("bank", "fund${Bank}", vec![], bank, "WrongStage")
            .refused("client", "fund${Client}", vec![], client, "WrongStage")
            .refused("bank", "cancelFunding", vec![], 0, "WrongStage")
            .refused("arbiter", "dissolveByFaraid", two(), 0, "WrongStage")
            .read("pool", n(0))
            .read("active", Arg::Bool(false))
    };
    let heirs = [("heir", first as i128), ("other", (client - first) as i128)];
    vec![
        ended(
            start("what only the deceased has paid in goes to the heirs").puts("client", "fund${Client}", client).call(
                "arbiter",
                "dissolveByFaraid",
                two(),
                0,
                &heirs,
            ),
        ),
        ended(start("what only the other has paid in goes back to it").puts("bank", "fund${Bank}", bank).call(
            "arbiter",
            "dissolveByFaraid",
            two(),
            0,
            &[("bank", bank as i128)],
        )),
        ended(start("a death before anything was paid ends the contract").call(
            "arbiter",
            "dissolveByFaraid",
            two(),
            0,
            &[],
        )),
    ]
}

/// What a partner was refused is its heirs' when it dies after the end.
fn late(draft: &Draft) -> Script {
    let (bank, client, _) = parts(draft, 1_000_000);
    let first = client * 7_500 / 10_000;
    funded(draft, "a credit that is left after the end is inherited", 1_000_000)
        .reject("client")
        .call("bank", "settle", vec![], 0, &[("bank", bank as i128)])
        .call("arbiter", "dissolveByFaraid", two(), 0, &[("heir", first as i128), ("other", (client - first) as i128)])
        .refused("arbiter", "dissolveByFaraid", two(), 0, "WrongStage")
        .read("totalCredits", n(0))
}

fn option(draft: &Draft, back: &[(&str, i128)], bought: u128) -> Vec<Script> {
    let price = 100 * bought;
    let moves = [("client", -(price as i128)), ("bank", price as i128)];
    vec![
        funded(draft, "the option to rescind gives both their money back", 1_000_000)
            .call("client", "rescindKhiyar", vec![], 0, back)
            .refused("bank", "rescindKhiyar", vec![], 0, "WrongStage"),
        funded(draft, "the option to rescind ends", 1_000_000)
            .wait(u64::try_from(super::window(draft)).unwrap_or(u64::MAX) + 1)
            .refused("client", "rescindKhiyar", vec![], 0, "WrongStage"),
        funded(draft, "the option to rescind ends with the first purchase", 1_000_000)
            .call("client", "buyShare", vec![n(bought)], price, &moves)
            .refused("bank", "rescindKhiyar", vec![], 0, "WrongStage"),
    ]
}
