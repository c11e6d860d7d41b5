//! Sales: `murabahah`, `salam`, `istisna`, `sarf`, `tawarruq`.

use crate::solidity::clauses::{debt, document, instalment, period, phases, proven, step};
use crate::solidity::draft::{Draft, Function};
use crate::solidity::script::{Arg, Script};

const PROOF: Arg = Arg::Bytes(0x22);

fn proof() -> Vec<Arg> {
    vec![PROOF]
}

/// Cost plus a fixed markup: the seller owns before it sells, and lateness costs nothing.
pub(super) fn murabahah(draft: &mut Draft) {
    let cost = draft.first_number(&[("sale", "cost"), ("cost", "amount"), ("price", "cost")], 1_000_000);
    let rest = draft.stated("sale", "total").map_or(100_000, |total| total.saturating_sub(cost));
    let markup = draft.first_stated(&[("sale", "markup"), ("sale", "profit"), ("markup", "amount")], rest);
    phases(draft, &["Promised", "Owned", "Sold", "Closed", "Cancelled"]);
    debt(draft);
    draft.amount("cost", "What the seller pays for the goods, disclosed to the buyer.", cost);
    draft.parameter("uint256", "markup", "The seller's profit, a fixed sum.", Arg::Number(markup));
    draft.functions.push(
        Function::view("price", "What the buyer pays: cost and markup, whenever it is paid.", "uint256", "The price.")
            .keeps(&["cost_disclosed", "markup_fixed", "price_certain"])
            .does("return cost + markup;"),
    );
    proven(
        draft,
        "acquire",
        "The seller acquires the goods before it sells them.",
        &["seller"],
        "Promised",
        "Owned",
        &["prior_ownership"],
    );
    draft.functions.push(
        Function::call("buy", "The buyer buys at the disclosed price, which is owed from now on.")
            .by(&["buyer"])
            .during("Owned")
            .keeps(&["prior_ownership", "price_certain"])
            .does("outstanding = price();\n_enter(Phase.Sold);"),
    );
    instalment(draft, "payInstalment", "buyer", "seller", "Sold", "Closed", &["no_penalty_interest"]);
    draft.functions.push(
        Function::call("cancel", "Either steps back while nothing is sold.").by(&["seller", "buyer"]).does(
            "if (phase != Phase.Promised && phase != Phase.Owned) revert WrongPhase(phase);\n_enter(Phase.Cancelled);",
        ),
    );
    murabahah_scripts(draft, cost + markup);
}

fn murabahah_scripts(draft: &mut Draft, price: u128) {
    draft.scripts.push(
        Script::new("the goods are owned, sold and paid for")
            .call("seller", "acquire", proof(), 0, &[])
            .act("buyer", "buy")
            .hands_in_parts("buyer", "payInstalment", price, "seller")
            .read("outstanding", Arg::Number(0))
            .read("price", Arg::Number(price)),
    );
    draft.scripts.push(
        Script::new("nothing is sold before it is owned")
            .refused("buyer", "buy", vec![], 0, "WrongPhase")
            .refused("seller", "acquire", vec![Arg::Bytes(0)], 0, "NoEvidence")
            .act("buyer", "cancel")
            .refused("seller", "acquire", proof(), 0, "WrongPhase"),
    );
    draft.scripts.push(
        Script::new("lateness adds nothing to the price")
            .call("seller", "acquire", proof(), 0, &[])
            .act("buyer", "buy")
            .refused("seller", "cancel", vec![], 0, "WrongPhase")
            .wait(40_000_000)
            .read("outstanding", Arg::Number(price))
            .refused("buyer", "payInstalment", vec![], price + 1, "WrongAmount")
            .refused("buyer", "payInstalment", vec![], 0, "WrongAmount")
            .reject("seller")
            .call("buyer", "payInstalment", vec![], price, &[("buyer", -(price as i128))])
            .read_of("credits", vec![Arg::Party("seller".to_owned())], Arg::Number(price)),
    );
}

/// Goods that are described and paid for in full now, and delivered at a known date.
pub(super) fn salam(draft: &mut Draft) {
    let price = draft.first_number(&[("sale", "price"), ("salam", "price"), ("price", "amount")], 1_000_000);
    phases(draft, &["Open", "Prepaid", "Delivered", "Accepted", "Refunded"]);
    draft.amount("price", "The whole price, paid when the contract is made.", price);
    document(draft, "goods", "The hash of the description of the goods.");
    let places = [("salam", "delivery_period"), ("salam", "delivery_date")];
    period(draft, "deliveryPeriod", "How long after the payment the goods are due, in seconds.", &places, 2_592_000);
    draft.state("uint256 public deliveryDue;", "When the goods are due, in seconds of the ledger's clock.");
    draft.functions.push(
        Function::pay("prepay", "Pays the whole price to the seller at once.")
            .by(&["buyer"])
            .during("Open")
            .keeps(&["full_prepayment", "object_known", "delivery_known"])
            .does("_due(price);\ndeliveryDue = block.timestamp + deliveryPeriod;\n_enter(Phase.Prepaid);\n_pay($seller, msg.value);"),
    );
    proven(
        draft,
        "deliver",
        "The seller delivers goods as described.",
        &["seller"],
        "Prepaid",
        "Delivered",
        &["delivery_known"],
    );
    step(draft, "accept", "The buyer takes the goods.", &["buyer"], "Delivered", "Accepted", &["object_known"]);
    step(
        draft,
        "reject",
        "The buyer finds that the goods are not as described; the seller still owes them.",
        &["buyer"],
        "Delivered",
        "Prepaid",
        &["object_known"],
    );
    draft.functions.push(
        Function::pay("refund", "Gives the price back, no more and no less, where the goods cannot be delivered.")
            .by(&["seller"])
            .during("Prepaid")
            .does("_due(price);\n_enter(Phase.Refunded);\n_pay($buyer, msg.value);"),
    );
    draft.functions.push(
        Function::view(
            "overdue",
            "Whether the goods are late.",
            "bool",
            "True from the due date until they are delivered.",
        )
        .does("return phase == Phase.Prepaid && block.timestamp > deliveryDue;"),
    );
    salam_scripts(draft, price);
}

fn salam_scripts(draft: &mut Draft, price: u128) {
    draft.scripts.push(
        Script::new("paid in full, delivered, accepted")
            .hands("buyer", "prepay", price, "seller")
            .call("seller", "deliver", proof(), 0, &[])
            .act("buyer", "accept")
            .read("overdue", Arg::Bool(false)),
    );
    draft.scripts.push(
        Script::new("less than the whole price is no salam")
            .refused("buyer", "prepay", vec![], price - 1, "WrongAmount")
            .refused("seller", "deliver", proof(), 0, "WrongPhase"),
    );
    draft.scripts.push(
        Script::new("goods that do not come are refunded without an increase")
            .hands("buyer", "prepay", price, "seller")
            .call("seller", "deliver", proof(), 0, &[])
            .act("buyer", "reject")
            .after("deliveryPeriod")
            .read("overdue", Arg::Bool(true))
            .refused("seller", "refund", vec![], price + 1, "WrongAmount")
            .hands("seller", "refund", price, "buyer")
            .refused("seller", "refund", vec![], price, "WrongPhase"),
    );
}

/// Something is made to order; the price waits in the contract until it is taken.
pub(super) fn istisna(draft: &mut Draft) {
    let price = draft.first_number(&[("sale", "price"), ("istisna", "price"), ("price", "amount")], 1_000_000);
    phases(draft, &["Open", "Ordered", "Making", "Delivered", "Closed"]);
    draft.amount("price", "The price, known from the beginning.", price);
    document(draft, "specification", "The hash of what is to be made.");
    let making = [("istisna", "making_period"), ("istisna", "delivery_date")];
    period(draft, "makingPeriod", "How long the making may take, in seconds.", &making, 2_592_000);
    let inspecting = [("istisna", "inspection_period")];
    let doc = "How long the buyer may inspect what was delivered, in seconds.";
    period(draft, "inspectionPeriod", doc, &inspecting, 604_800);
    draft.state("uint256 public deadline;", "Until when the current step may take, in seconds of the ledger's clock.");
    draft.functions.push(
        Function::pay("order", "Orders what is specified; the price waits in the contract.")
            .by(&["buyer"])
            .during("Open")
            .keeps(&["object_specified", "price_known"])
            .does(
                "_due(price);\npool += msg.value;\ndeadline = block.timestamp + makingPeriod;\n_enter(Phase.Ordered);",
            ),
    );
    proven(
        draft,
        "begin",
        "The maker begins, with material of its own.",
        &["manufacturer"],
        "Ordered",
        "Making",
        &["material_by_maker"],
    );
    draft.functions.push(
        Function::call("deliver", "The maker delivers; the buyer may inspect from now on.")
            .by(&["manufacturer"])
            .during("Making")
            .does("deadline = block.timestamp + inspectionPeriod;\n_enter(Phase.Delivered);"),
    );
    inspection(draft);
    istisna_scripts(draft, price);
}

/// What happens to the price once the thing is there, or is not.
fn inspection(draft: &mut Draft) {
    draft.functions.push(
        Function::call("accept", "The buyer takes what was made, and the maker is paid.")
            .by(&["buyer"])
            .during("Delivered")
            .keeps(&["price_known"])
            .does("_enter(Phase.Closed);\n_release($manufacturer, pool);"),
    );
    draft.functions.push(
        Function::call("collect", "The maker is paid when the buyer has let the time for inspection pass.")
            .by(&["manufacturer"])
            .collects_for(&["manufacturer"])
            .during("Delivered")
            .does("if (block.timestamp <= deadline) revert TooEarly(deadline);\n_enter(Phase.Closed);\n_release($manufacturer, pool);"),
    );
    draft.functions.push(
        Function::call("reject", "The buyer refuses what is not as specified, and has the price back.")
            .by(&["buyer"])
            .during("Delivered")
            .keeps(&["object_specified"])
            .does("if (block.timestamp > deadline) revert WrongPhase(phase);\n_enter(Phase.Closed);\n_release($buyer, pool);"),
    );
    draft.functions.push(
        Function::call("cancel", "The buyer has the price back before the making begins.")
            .by(&["buyer"])
            .during("Ordered")
            .does("_enter(Phase.Closed);\n_release($buyer, pool);"),
    );
    draft.functions.push(
        Function::call("reclaim", "The buyer has the price back when the making takes too long.")
            .by(&["buyer"])
            .collects_for(&["buyer"])
            .during("Making")
            .does("if (block.timestamp <= deadline) revert TooEarly(deadline);\n_enter(Phase.Closed);\n_release($buyer, pool);"),
    );
}

fn istisna_scripts(draft: &mut Draft, price: u128) {
    let made =
        |title: &str| Script::new(title).puts("buyer", "order", price).call("manufacturer", "begin", proof(), 0, &[]);
    draft.scripts.push(
        made("ordered, made, accepted")
            .act("manufacturer", "deliver")
            .call("buyer", "accept", vec![], 0, &[("manufacturer", price as i128)])
            .read("pool", Arg::Number(0)),
    );
    draft.scripts.push(
        made("what is not as specified is not paid for")
            .act("manufacturer", "deliver")
            .refused("manufacturer", "collect", vec![], 0, "TooEarly")
            .call("buyer", "reject", vec![], 0, &[("buyer", price as i128)]),
    );
    draft.scripts.push(
        made("who does not inspect in time has accepted")
            .act("manufacturer", "deliver")
            .after("inspectionPeriod")
            .refused("buyer", "reject", vec![], 0, "WrongPhase")
            .call("manufacturer", "collect", vec![], 0, &[("manufacturer", price as i128)]),
    );
    draft.scripts.push(
        made("the price comes back when the making takes too long")
            .refused("buyer", "cancel", vec![], 0, "WrongPhase")
            .refused("buyer", "reclaim", vec![], 0, "TooEarly")
            .after("makingPeriod")
            .call("buyer", "reclaim", vec![], 0, &[("buyer", price as i128)])
            .refused("buyer", "reclaim", vec![], 0, "WrongPhase"),
    );
    draft.scripts.push(
        Script::new("an order is cancelled before the making begins")
            .refused("buyer", "order", vec![], price + 1, "WrongAmount")
            .puts("buyer", "order", price)
            .refused("buyer", "reclaim", vec![], 0, "WrongPhase")
            .call("buyer", "cancel", vec![], 0, &[("buyer", price as i128)]),
    );
}

/// Two currencies change hands in one call, or not at all.
pub(super) fn sarf(draft: &mut Draft) {
    let given = draft.first_number(&[("exchange", "give_amount")], 1_000_000);
    let taken = draft.first_number(&[("exchange", "take_amount")], 500_000);
    let exchange = draft.spec.returns.as_ref().and_then(|own| own.get("exchange"));
    let same = exchange.and_then(|own| own.entries.value("same_genus")).and_then(|own| own.as_name()) == Some("yes");
    draft.tokens = true;
    draft.import("import {IERC20} from \"@openzeppelin/contracts/token/ERC20/IERC20.sol\";");
    draft.import("import {SafeERC20} from \"@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol\";");
    draft.using.push("using SafeERC20 for IERC20;");
    phases(draft, &["Open", "Offered", "Exchanged"]);
    draft.parameter(
        "IERC20",
        "currency",
        "The currency that `$exchanger_b` gives; `$exchanger_a` gives the ledger's coin.",
        Arg::Token,
    );
    draft.amount("given", "What `$exchanger_a` gives, in the smallest unit of the coin.", given);
    draft.amount("taken", "What `$exchanger_b` gives, in the smallest unit of its currency.", taken);
    draft.parameter(
        "bool",
        "sameKind",
        "Whether both currencies are of one kind, which makes equal amounts a duty.",
        Arg::Bool(same),
    );
    draft.error("UnequalAmounts()", "Currencies of one kind are exchanged at equal amounts only.");
    draft.error("BadCurrency()", "The currency is the zero address.");
    draft.checks.push("if (address(currency_) == address(0)) revert BadCurrency();".to_owned());
    draft.checks.push("if (sameKind_ && given_ != taken_) revert UnequalAmounts();".to_owned());
    draft.functions.push(
        Function::pay("offer", "Puts the coin in; it can be taken back until the exchange.")
            .by(&["exchanger_a"])
            .during("Open")
            .does("_due(given);\npool += msg.value;\n_enter(Phase.Offered);"),
    );
    draft.functions.push(
        Function::call("exchange", "Both sides change hands in this one call.")
            .by(&["exchanger_b"])
            .during("Offered")
            .keeps(&["spot_settlement", "riba_fadl_guarded"])
            .does("_enter(Phase.Exchanged);\n_hand($exchanger_a);\n_release($exchanger_b, given);"),
    );
    draft.error("NotDelivered(uint256 expected)", "The currency did not arrive in full.");
    // Some currencies take a fee, and some say that they moved what they did not.
    draft.functions.push(
        Function::internal(
            "_hand",
            "Takes the currency from `$exchanger_b`; who receives it must have just that much more.",
        )
        .takes("address", "to", "Who receives it.")
        .keeps(&["spot_settlement", "riba_fadl_guarded"])
        .does(
            "uint256 had = currency.balanceOf(to);
currency.safeTransferFrom($exchanger_b, to, taken);
_arrived(to, had, taken);",
        ),
    );
    draft.functions.push(
        Function {
            kind: "internal view".to_owned(),
            ..Function::internal(
                "_arrived",
                "Holds a payment of the currency to what should have arrived, no more and no less.",
            )
        }
        .takes("address", "to", "Who should have it.")
        .takes("uint256", "had", "What it had before.")
        .takes("uint256", "amount", "What should have arrived.")
        .keeps(&["spot_settlement", "riba_fadl_guarded"])
        .does(
            "uint256 has = currency.balanceOf(to);
if (has < had || has - had != amount) revert NotDelivered(amount);",
        ),
    );
    draft.functions.push(
        Function::call("takeBack", "Takes the coin back while it has not been exchanged.")
            .by(&["exchanger_a"])
            .collects_for(&["exchanger_a"])
            .during("Offered")
            .does("_enter(Phase.Open);\n_release($exchanger_a, given);"),
    );
    sarf_scripts(draft, given, taken);
}

fn sarf_scripts(draft: &mut Draft, given: u128, taken: u128) {
    let own = |key: &str| Arg::Party(key.to_owned());
    draft.scripts.push(
        Script::new("both sides change hands at once")
            .puts("exchanger_a", "offer", given)
            .call("exchanger_b", "mint", vec![own("exchanger_b"), Arg::Number(taken)], 0, &[])
            .call("exchanger_b", "approve", vec![Arg::Contract, Arg::Number(taken)], 0, &[])
            .call("exchanger_b", "exchange", vec![], 0, &[("exchanger_b", given as i128)])
            .read("pool", Arg::Number(0)),
    );
    draft.scripts.push(
        Script::new("what does not arrive in full changes no hands")
            .puts("exchanger_a", "offer", given)
            .call("exchanger_b", "mint", vec![own("exchanger_b"), Arg::Number(taken)], 0, &[])
            .call("exchanger_b", "approve", vec![Arg::Contract, Arg::Number(taken)], 0, &[])
            .call("exchanger_b", "lose", vec![Arg::Number(1)], 0, &[])
            .refused("exchanger_b", "exchange", vec![], 0, "NotDelivered")
            // It may even take of what the receiver had before.
            .call("exchanger_b", "mint", vec![own("exchanger_a"), Arg::Number(1)], 0, &[])
            .call("exchanger_b", "lose", vec![Arg::Number(taken + 1)], 0, &[])
            .refused("exchanger_b", "exchange", vec![], 0, "NotDelivered"),
    );
    draft.scripts.push(
        Script::new("where one side is missing nothing changes hands")
            .refused("exchanger_b", "exchange", vec![], 0, "WrongPhase")
            .refused("exchanger_a", "offer", vec![], given + 1, "WrongAmount")
            .puts("exchanger_a", "offer", given)
            .refused("exchanger_b", "exchange", vec![], 0, "")
            .call("exchanger_a", "takeBack", vec![], 0, &[("exchanger_a", given as i128)]),
    );
}

/// Goods bought on credit are really owned, and sold on to somebody else for cash.
pub(super) fn tawarruq(draft: &mut Draft) {
    let deferred = draft.first_number(&[("credit_sale", "price"), ("sale", "deferred_price")], 1_100_000);
    let spot = draft.first_number(&[("spot_sale", "price"), ("sale", "spot_price")], 1_000_000);
    phases(draft, &["Open", "Owned", "Bought", "Possessed", "Resold", "Closed", "Cancelled"]);
    debt(draft);
    draft.amount("deferredPrice", "What `$mustawriq` owes for the goods, later.", deferred);
    draft.amount("spotPrice", "What `$third_party` pays for them, at once.", spot);
    proven(
        draft,
        "acquire",
        "The financier acquires the goods.",
        &["financier"],
        "Open",
        "Owned",
        &["possession_before_resale"],
    );
    draft.functions.push(
        Function::call("buyDeferred", "Buys the goods on credit, at a price that stays.")
            .by(&["mustawriq"])
            .during("Owned")
            .does("outstanding = deferredPrice;\n_enter(Phase.Bought);"),
    );
    proven(
        draft,
        "takePossession",
        "Takes the goods into possession, in person and not by the financier.",
        &["mustawriq"],
        "Bought",
        "Possessed",
        &["possession_before_resale", "not_organized"],
    );
    draft.functions.push(
        Function::pay("buyOnward", "The third party buys the goods and pays their owner.")
            .by(&["third_party"])
            .during("Possessed")
            .keeps(&["onward_to_third_party", "not_organized"])
            .does("_due(spotPrice);\n_enter(Phase.Resold);\n_pay($mustawriq, msg.value);"),
    );
    draft.functions.push(
        Function::pay("payDeferred", "Pays any part of the deferred price to the financier.").by(&["mustawriq"]).does(
            "if (outstanding == 0 || phase == Phase.Closed) revert WrongPhase(phase);
if (msg.value == 0 || msg.value > outstanding) revert WrongAmount(outstanding, msg.value);
outstanding -= msg.value;
emit DebtPaid(msg.sender, msg.value, outstanding);
if (outstanding == 0 && phase == Phase.Resold) _enter(Phase.Closed);
_pay($financier, msg.value);",
        ),
    );
    draft.functions.push(
        Function::call("cancel", "Either steps back while nothing is sold.").by(&["financier", "mustawriq"]).does(
            "if (phase != Phase.Open && phase != Phase.Owned) revert WrongPhase(phase);\n_enter(Phase.Cancelled);",
        ),
    );
    tawarruq_scripts(draft, deferred, spot);
}

fn tawarruq_scripts(draft: &mut Draft, deferred: u128, spot: u128) {
    draft.scripts.push(
        Script::new("bought, possessed, sold on, paid")
            .call("financier", "acquire", proof(), 0, &[])
            .act("mustawriq", "buyDeferred")
            .call("mustawriq", "takePossession", proof(), 0, &[])
            .hands("third_party", "buyOnward", spot, "mustawriq")
            .hands("mustawriq", "payDeferred", deferred, "financier")
            .read("outstanding", Arg::Number(0)),
    );
    draft.scripts.push(
        Script::new("nothing is resold before it is possessed")
            .refused("mustawriq", "payDeferred", vec![], 1, "WrongPhase")
            .call("financier", "acquire", proof(), 0, &[])
            .act("mustawriq", "buyDeferred")
            .refused("third_party", "buyOnward", vec![], spot, "WrongPhase")
            .refused("financier", "cancel", vec![], 0, "WrongPhase")
            .refused("mustawriq", "payDeferred", vec![], deferred + 1, "WrongAmount")
            .hands("mustawriq", "payDeferred", deferred, "financier"),
    );
    draft.scripts.push(Script::new("either may step back before the sale").act("mustawriq", "cancel").refused(
        "financier",
        "acquire",
        proof(),
        0,
        "WrongPhase",
    ));
}
