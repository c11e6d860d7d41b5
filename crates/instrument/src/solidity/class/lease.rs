//! Leases and the like: `ijarah`, `ijarah_imbt`, `ariyah`.

use crate::ast::{Entries, Entry, Expr, ExprKind};
use crate::solidity::clauses::{self, document, phases, step};
use crate::solidity::draft::{Draft, Function};
use crate::solidity::script::{Arg, Script};
use crate::solidity::terms::is_value;

/// Rent for a usufruct; the lessor bears what ownership brings, and lateness costs nothing.
pub(super) fn ijarah(draft: &mut Draft, transfer: bool) {
    let rent = draft.first_number(&[("rent", "amount"), ("rent", "rate"), ("rent", "per_period")], 10_000);
    let periods = draft.first_number(&[("rent", "term"), ("rent", "periods")], 12);
    let mut all = vec!["Open", "Leased", "Ended"];
    if transfer {
        all.push("Transferred");
    }
    phases(draft, &all);
    draft.amount("rent", "Rent of a period.", rent);
    draft.amount("periods", "For how many periods the lease runs.", periods);
    draft.state("uint256 public paidPeriods;", "For how many periods rent was paid.");
    draft.state("bool public unusable;", "Whether the asset cannot be used, so that no rent is due.");
    draft.modifier(
        "modifier live() {\n  if (phase != Phase.Leased) revert WrongPhase(phase);\n  _;\n}",
        "Only while the lease runs.",
    );
    draft.event("RentPaid(uint256 period, uint256 amount)", "Rent of a period was paid.");
    draft.event("UsabilityJudged(bool unusable)", "Whether the asset can be used was judged.");
    let judge = if draft.has("arbiter") { "arbiter" } else { "lessor" };
    let abated = clauses::abatement(draft, judge);
    step(
        draft,
        "handOver",
        "The lessor hands the asset over; from now on rent is due.",
        &["lessor"],
        "Open",
        "Leased",
        &["rent_for_usufruct"],
    );
    rent_functions(draft, judge, abated);
    if transfer {
        ownership(draft);
    }
    draft.functions.push(
        Function::call("terminate", "Either ends the lease; nothing is owed for periods to come.")
            .by(&["lessor", "lessee"])
            .with("live")
            .does("_enter(Phase.Ended);"),
    );
    scripts(draft, judge, rent, periods, abated);
    if transfer {
        transfer_scripts(draft, rent, periods);
    }
}

fn rent_functions(draft: &mut Draft, judge: &str, abated: bool) {
    draft.functions.push(
        Function::view("rentDue", "Rent of a period: for the usufruct, whenever it is paid.", "uint256", "The amount.")
            .keeps(&["no_late_penalty_interest"])
            .does("return rent;"),
    );
    let free = if abated { "unusable || jaaihah" } else { "unusable" };
    draft.functions.push(
        Function::view(
            "effectiveRentDue",
            "What is charged: nothing while the asset cannot be used.",
            "uint256",
            "The amount.",
        )
        .keeps(&["lessor_bears_risk", "lessor_bears_ownership_risk"])
        .does(&format!("return {free} ? 0 : rentDue();")),
    );
    draft.functions.push(
        Function::pay(
            "payRent",
            "Pays the rent of the next period, which goes to the lessor; where nothing is due no period counts down.",
        )
        .by(&["lessee"])
        .with("live")
        .keeps(&["rent_for_usufruct", "no_late_penalty_interest"])
        .does(
            "uint256 due = effectiveRentDue();
_due(due);
if (due == 0) return;
paidPeriods += 1;
emit RentPaid(paidPeriods, msg.value);
if (paidPeriods == periods) _enter(Phase.Ended);
_pay($lessor, msg.value);",
        ),
    );
    draft.functions.push(
        Function::call("judgeUsability", "States whether the asset can be used; its risk is the lessor's.")
            .by(&[judge])
            .with("live")
            .takes("bool", "broken", "Whether it cannot be used.")
            .keeps(&["lessor_bears_risk", "lessor_bears_ownership_risk"])
            .does("unusable = broken;\nemit UsabilityJudged(broken);"),
    );
    draft.functions.push(
        Function::call("declareTotalLoss", "Ends the lease because the asset is lost; the lessee owes nothing for it.")
            .by(&[judge])
            .with("live")
            .keeps(&["lessor_bears_risk", "lessor_bears_ownership_risk"])
            .does("unusable = true;\nemit UsabilityJudged(true);\n_enter(Phase.Ended);"),
    );
}

/// What a thing goes for after its lease.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::solidity) enum Price {
    /// What is attested then.
    Value,
    /// This sum, which is nothing where the thing is given.
    Sum(u64),
    /// Something that no contract knows.
    Unknown,
}

/// What the lines of a transfer say of the price.
pub(in crate::solidity) fn prices(transfer: &Entries) -> Vec<(&Entry, Price)> {
    let said = transfer.entries.iter().filter_map(|own| match own.key.text.as_str() {
        "price" | "amount" | "consideration" => Some((own, price(&own.value))),
        "mode" | "by" => {
            is_word(&own.value, &["gift", "gifted", "hibah", "hiba", "donation"]).then_some((own, Price::Sum(0)))
        }
        _ => None,
    });
    said.collect()
}

fn price(value: &Expr) -> Price {
    let values = ["value", "fair_value", "fairvalue", "market_value", "attested_value", "oracle"];
    match &value.kind {
        ExprKind::Number(number, _) => Price::Sum(*number),
        _ if is_value(value) || is_word(value, &values) => Price::Value,
        _ if is_word(value, &["none", "nothing", "free", "nil", "zero", "gift", "gifted", "hibah", "hiba"]) => {
            Price::Sum(0)
        }
        _ => Price::Unknown,
    }
}

/// Whether a value is one of these words, as a name or a text, perhaps with `by` before it.
fn is_word(value: &Expr, words: &[&str]) -> bool {
    let said = value.as_name().or(value.as_text()).map(|own| own.trim().to_lowercase().replace([' ', '-'], "_"));
    said.is_some_and(|own| words.contains(&own.strip_prefix("by_").unwrap_or(&own)))
}

/// What the file says that the thing is sold for after the lease; nothing where that is its value of then.
fn agreed(draft: &Draft) -> Option<u128> {
    let block = draft.spec.returns.as_ref()?.get("transfer")?;
    let (entry, sum) = prices(&block.entries).into_iter().find_map(|(entry, price)| match price {
        Price::Sum(sum) => Some((entry, sum)),
        Price::Value | Price::Unknown => None,
    })?;
    if entry.value.as_number().is_some() {
        draft.stated("transfer", &entry.key.text);
    }
    Some(u128::from(sum))
}

/// The transfer is a contract of its own, after the lease: at the value of that day, unless the file names a price or gives the thing.
fn ownership(draft: &mut Draft) {
    clauses::oracle(draft);
    let agreed = agreed(draft);
    let mut accept = Function::pay("acceptTransfer", "Buys the asset at its attested value.");
    let mut price = "fairValue()";
    if let Some(agreed) = agreed {
        draft.parameter("uint256", "transferPrice", "What the asset is sold for after the lease.", Arg::Number(agreed));
        accept =
            Function::pay("acceptTransfer", "Takes the asset over at the price that was agreed, which may be nothing.");
        price = "transferPrice";
    }
    draft.state("bool public offered;", "Whether the lessor offers the asset after the lease.");
    draft.event("TransferOffered()", "The lessor offers the asset, apart from the lease.");
    draft.event(
        "OwnershipTransferred(uint256 price)",
        if agreed.is_some() { "The asset changed hands." } else { "The asset changed hands at its value." },
    );
    draft.error("NotOffered()", "The lessor has not offered the asset, or it is lost.");
    draft.functions.push(
        Function::call("offerTransfer", "Offers the asset when the lease is over; no term of the lease promises it.")
            .by(&["lessor"])
            .during("Ended")
            .keeps(&["transfer_separate_from_lease"])
            .does("if (unusable) revert NotOffered();\noffered = true;\nemit TransferOffered();"),
    );
    draft.functions.push(
        accept
            .by(&["lessee"])
            .during("Ended")
            .keeps(&["transfer_separate_from_lease"])
            .does(&format!("if (!offered) revert NotOffered();\n_due({price});\nemit OwnershipTransferred(msg.value);\n_enter(Phase.Transferred);\n_pay($lessor, msg.value);")),
    );
}

fn leased(title: &str) -> Script {
    Script::new(title).act("lessor", "handOver")
}

fn scripts(draft: &mut Draft, judge: &str, rent: u128, periods: u128, abated: bool) {
    let flag = |value: bool| vec![Arg::Bool(value)];
    let mut life = leased("rent is paid for the use, period by period");
    for _ in 0..periods.min(3) {
        life = life.hands("lessee", "payRent", rent, "lessor");
    }
    draft.scripts.push(life.read("paidPeriods", Arg::Number(periods.min(3))));
    draft.scripts.push(
        leased("what cannot be used is not paid for")
            .refused("lessee", "payRent", vec![], rent + 1, "WrongAmount")
            .call(judge, "judgeUsability", flag(true), 0, &[])
            .read("rentDue", Arg::Number(rent))
            .read("effectiveRentDue", Arg::Number(0))
            .refused("lessee", "payRent", vec![], rent, "WrongAmount")
            .act("lessee", "payRent")
            .read("paidPeriods", Arg::Number(0))
            .call(judge, "judgeUsability", flag(false), 0, &[])
            .hands("lessee", "payRent", rent, "lessor")
            .read("paidPeriods", Arg::Number(1)),
    );
    draft.scripts.push(
        leased("a total loss ends the lease, and the loss is the lessor's").act(judge, "declareTotalLoss").refused(
            "lessee",
            "payRent",
            vec![],
            rent,
            "WrongPhase",
        ),
    );
    draft.scripts.push(
        leased("lateness adds nothing")
            .wait(100_000_000)
            .read("effectiveRentDue", Arg::Number(rent))
            .reject("lessor")
            .call("lessee", "payRent", vec![], rent, &[("lessee", -(rent as i128))])
            .read_of("credits", vec![Arg::Party("lessor".to_owned())], Arg::Number(rent)),
    );
    draft.scripts.push(
        Script::new("there is no rent before and after the use")
            .refused("lessee", "payRent", vec![], rent, "WrongPhase")
            .act("lessor", "handOver")
            .act("lessee", "terminate")
            .refused("lessee", "payRent", vec![], rent, "WrongPhase"),
    );
    if abated {
        draft.scripts.push(
            leased("a calamity abates the rent")
                .act(judge, "declareJaaihah")
                .refused(judge, "declareJaaihah", vec![], 0, "AlreadyDeclared")
                .read("rentDue", Arg::Number(rent))
                .act("lessee", "payRent")
                .read("paidPeriods", Arg::Number(0)),
        );
    }
}

fn transfer_scripts(draft: &mut Draft, rent: u128, periods: u128) {
    let agreed = agreed(draft);
    let price = agreed.unwrap_or(300_000);
    let title = match agreed {
        Some(_) => "the transfer comes after the lease, for what was agreed",
        None => "the transfer comes after the lease, at the value of its day",
    };
    let wrong = if price == 1 { 2 } else { 1 };
    draft.scripts.push(
        leased(title)
            .refused("lessor", "offerTransfer", vec![], 0, "WrongPhase")
            .act("lessor", "terminate")
            .refused("lessee", "acceptTransfer", vec![], 0, "NotOffered")
            .worth(300_000)
            .act("lessor", "offerTransfer")
            .refused("lessee", "acceptTransfer", vec![], wrong, "WrongAmount")
            .hands("lessee", "acceptTransfer", price, "lessor")
            .refused("lessee", "acceptTransfer", vec![], price, "WrongPhase"),
    );
    if periods == 1 {
        draft.scripts.push(
            leased("the last rent ends the lease")
                .hands("lessee", "payRent", rent, "lessor")
                .act("lessor", "offerTransfer"),
        );
    }
    let judge = if draft.has("arbiter") { "arbiter" } else { "lessor" };
    draft.scripts.push(leased("what is lost is not sold").act(judge, "declareTotalLoss").refused(
        "lessor",
        "offerTransfer",
        vec![],
        0,
        "NotOffered",
    ));
}

/// A thing is lent for nothing, and the same thing comes back.
pub(super) fn ariyah(draft: &mut Draft) {
    draft.money = false;
    phases(draft, &["Open", "Lent", "Returned", "Closed"]);
    document(draft, "asset", "The hash of what identifies the thing.");
    draft.error("NotTheSame()", "What comes back is not what was lent.");
    step(
        draft,
        "handOver",
        "Lends the thing, for nothing: no function of this contract takes money.",
        &["muir"],
        "Open",
        "Lent",
        &["gratuitous"],
    );
    draft.functions.push(
        Function::call("giveBack", "Gives the same thing back.")
            .by(&["mustair"])
            .during("Lent")
            .takes("bytes32", "thing", "The hash of what identifies the thing that comes back.")
            .keeps(&["returns_same"])
            .does("if (thing != asset) revert NotTheSame();\n_enter(Phase.Returned);"),
    );
    step(draft, "confirm", "Confirms that the thing is back.", &["muir"], "Returned", "Closed", &["returns_same"]);
    step(draft, "contest", "Says that the thing is not back.", &["muir"], "Returned", "Lent", &["returns_same"]);
    draft.event("Recalled()", "The lender wants the thing back.");
    draft.functions.push(
        Function::call("recall", "Asks for the thing, at any time.")
            .by(&["muir"])
            .during("Lent")
            .does("emit Recalled();"),
    );
    draft.scripts.push(
        Script::new("the same thing comes back")
            .act("muir", "handOver")
            .act("muir", "recall")
            .refused("mustair", "giveBack", vec![Arg::Bytes(0x33)], 0, "NotTheSame")
            .call("mustair", "giveBack", vec![Arg::Bytes(0x11)], 0, &[])
            .act("muir", "contest")
            .call("mustair", "giveBack", vec![Arg::Bytes(0x11)], 0, &[])
            .act("muir", "confirm")
            .refused("muir", "handOver", vec![], 0, "WrongPhase"),
    );
}
