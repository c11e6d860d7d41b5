//! Ventures: `mudarabah`, `musharakah`, `muzaraah`.

use crate::solidity::clauses::{self, phases, ratio, shares};
use crate::solidity::draft::{Draft, Function};
use crate::solidity::script::{Arg, Script};

/// Works with the capital of others: how it is drawn, and what it brought is paid in.
const DRAWS: &str = "uint256 amount = pool;\n_enter(Phase.Working);\n";

fn proceeds_event(draft: &mut Draft) {
    draft.event(
        "ProceedsShared(uint256 proceeds, uint256 profit, uint256 loss)",
        "What the venture brought was shared out.",
    );
}

/// One gives the capital, the other the work.
pub(super) fn mudarabah(draft: &mut Draft) {
    let bps = draft.part("profit", "mudarib", 4_000);
    phases(draft, &["Open", "Funded", "Working", "Closed"]);
    clauses::oracle(draft);
    draft.amount("capital", "The capital, all of it from `$rabb`.", 1_000_000);
    ratio(draft, "mudaribProfitBps", "The part of the profit that `$mudarib` has, in hundredths of a percent.", bps);
    proceeds_event(draft);
    draft.functions.push(
        Function::pay("fund", "Pays the capital in; nobody else can.")
            .by(&["rabb"])
            .during("Open")
            .keeps(&["capital_from_rabb_al_mal_only"])
            .does("_due(capital);\npool += msg.value;\n_enter(Phase.Funded);"),
    );
    draft.functions.push(
        Function::call("takeBack", "Takes the capital back while the work has not begun.")
            .by(&["rabb"])
            .during("Funded")
            .does("_enter(Phase.Open);\n_release($rabb, pool);"),
    );
    draft.functions.push(
        Function::call("draw", "Takes the capital to work with it.")
            .by(&["mudarib"])
            .during("Funded")
            .does(&format!("{DRAWS}_release($mudarib, amount);")),
    );
    draft.functions.push(
        Function::pay(
            "settle",
            "Pays in what the venture is worth by the oracle, and shares it: profit by ratio, a loss on the capital.",
        )
        .by(&["mudarib"])
        .during("Working")
        .keeps(&["profit_by_ratio", "loss_on_rabb_al_mal", "no_guaranteed_profit"])
        .does(
            "uint256 value = fairValue();
_due(value);
uint256 profit = value > capital ? value - capital : 0;
uint256 reward = Math.mulDiv(profit, mudaribProfitBps, BPS);
_enter(Phase.Closed);
emit ProceedsShared(value, profit, value < capital ? capital - value : 0);
_pay($mudarib, reward);
_pay($rabb, value - reward);",
        ),
    );
    mudarabah_scripts(draft, bps);
}

fn mudarabah_scripts(draft: &mut Draft, bps: u128) {
    let working = |title: &str| {
        Script::new(title).puts("rabb", "fund", 1_000_000).call("mudarib", "draw", vec![], 0, &[("mudarib", 1_000_000)])
    };
    let reward = 500_001 * bps / 10_000;
    draft.scripts.push(
        working("profit is shared by ratio, and rounding stays with the capital")
            .worth(1_500_001)
            .call(
                "mudarib",
                "settle",
                vec![],
                1_500_001,
                &[("mudarib", reward as i128 - 1_500_001), ("rabb", (1_500_001 - reward) as i128)],
            )
            .read("pool", Arg::Number(0)),
    );
    draft.scripts.push(
        working("a loss is borne by the capital alone")
            .worth(900_000)
            .refused("mudarib", "settle", vec![], 1_000_000, "WrongAmount")
            .hands("mudarib", "settle", 900_000, "rabb")
            .refused("mudarib", "settle", vec![], 900_000, "WrongPhase"),
    );
    draft.scripts.push(
        Script::new("capital that is not worked with is taken back")
            .refused("rabb", "fund", vec![], 999_999, "WrongAmount")
            .refused("mudarib", "draw", vec![], 0, "WrongPhase")
            .puts("rabb", "fund", 1_000_000)
            .call("rabb", "takeBack", vec![], 0, &[("rabb", 1_000_000)]),
    );
    draft.scripts.push(working("nothing is shared while the value is unknown").majhul().refused(
        "mudarib",
        "settle",
        vec![],
        0,
        "",
    ));
}

/// Two partners join capital: profit by ratio, loss by capital.
pub(super) fn musharakah(draft: &mut Draft) {
    let share = draft.shares().get("first").copied().map_or(5_000, u128::from);
    let bps = draft.part("profit", "first", share);
    let oracle = draft.spec.parties.as_ref().is_some_and(|own| own.with_role("oracle").is_some());
    phases(draft, &["Open", "Funded", "Working", "Closed"]);
    shares(draft);
    if oracle {
        clauses::oracle(draft);
    }
    draft.amount("capital", "The capital of both partners.", 1_000_000);
    ratio(
        draft,
        "${first}CapitalBps",
        "The part of the capital that is from `$first`, in hundredths of a percent.",
        share,
    );
    ratio(draft, "${first}ProfitBps", "The part of the profit that `$first` has, in hundredths of a percent.", bps);
    draft.state("mapping(address => bool) public funded;", "Who has paid its part of the capital.");
    draft.event("Funded(address indexed partner, uint256 amount)", "A partner paid its part of the capital.");
    proceeds_event(draft);
    draft.functions.push(
        Function::view("capitalOf", "The part of the capital that is a partner's.", "uint256", "The amount; rounding goes to `$second`.")
            .takes("address", "partner", "The partner.")
            .does("uint256 part = Math.mulDiv(capital, ${first}CapitalBps, BPS);\nreturn partner == $first ? part : capital - part;"),
    );
    partnership(draft, oracle);
    musharakah_scripts(draft, share, bps);
}

fn partnership(draft: &mut Draft, oracle: bool) {
    let both: &[&str] = &["first", "second"];
    draft.functions.push(Function::pay("fund", "Pays one's part of the capital in.").by(both).during("Open").does(
        "if (funded[msg.sender]) revert WrongPhase(phase);
_due(capitalOf(msg.sender));
funded[msg.sender] = true;
pool += msg.value;
emit Funded(msg.sender, msg.value);
if (funded[$first] && funded[$second]) _enter(Phase.Funded);",
    ));
    draft.functions.push(
        Function::call("takeBack", "Takes one's part back while the work has not begun.").by(both).does(
            "if (phase != Phase.Open && phase != Phase.Funded) revert WrongPhase(phase);
if (!funded[msg.sender]) revert WrongPhase(phase);
funded[msg.sender] = false;
_enter(Phase.Open);
_release(msg.sender, capitalOf(msg.sender));",
        ),
    );
    draft.functions.push(
        Function::call("draw", "Takes the capital to work with it.")
            .by(&["first"])
            .during("Funded")
            .does(&format!("{DRAWS}_release($first, amount);")),
    );
    let (value, notice) = if oracle {
        (
            "uint256 value = fairValue();\n_due(value);\n",
            "Pays in what the venture is worth by the oracle, and shares it.",
        )
    } else {
        ("uint256 value = msg.value;\n", "Pays in what the venture brought, and shares it.")
    };
    draft.functions.push(musharakah_settlement());
    draft.functions.push(
        // A gate that wants a proof of a loss takes its place.
        Function { kind: "external payable virtual".to_owned(), ..Function::pay("settle", notice) }
            .by(&["first"])
            .during("Working")
            .does(&format!("{value}_settle(value);")),
    );
}

fn musharakah_scripts(draft: &mut Draft, share: u128, bps: u128) {
    let first = 1_000_000 * share / 10_000;
    let second = 1_000_000 - first;
    let working = |title: &str| {
        Script::new(title).puts("first", "fund", first).puts("second", "fund", second).call(
            "first",
            "draw",
            vec![],
            0,
            &[("first", 1_000_000)],
        )
    };
    let part = first + 500_001 * bps / 10_000;
    draft.scripts.push(
        working("profit is shared by ratio")
            .worth_if_oracle(draft.oracle, 1_500_001)
            .call(
                "first",
                "settle",
                vec![],
                1_500_001,
                &[("first", part as i128 - 1_500_001), ("second", (1_500_001 - part) as i128)],
            )
            .read("pool", Arg::Number(0)),
    );
    let part = 700_001 * share / 10_000;
    draft.scripts.push(
        working("a loss is borne by capital")
            .worth_if_oracle(draft.oracle, 700_001)
            .call(
                "first",
                "settle",
                vec![],
                700_001,
                &[("first", part as i128 - 700_001), ("second", (700_001 - part) as i128)],
            )
            .refused("first", "settle", vec![], 1, "WrongPhase"),
    );
    draft.scripts.push(
        Script::new("capital that is not worked with is taken back")
            .refused("second", "takeBack", vec![], 0, "WrongPhase")
            .refused("first", "fund", vec![], first + 1, "WrongAmount")
            .puts("second", "fund", second)
            .refused("second", "fund", vec![], second, "WrongPhase")
            .puts("first", "fund", first)
            .call("second", "takeBack", vec![], 0, &[("second", second as i128)])
            .call("first", "takeBack", vec![], 0, &[("first", first as i128)])
            .read("pool", Arg::Number(0)),
    );
}

fn musharakah_settlement() -> Function {
    Function::internal("_settle", "Shares what was paid in: profit by ratio, a loss by capital.")
        .takes("uint256", "value", "What the venture is worth or brought, which came with this call.")
        .keeps(&["profit_by_ratio", "loss_by_capital", "no_capital_guarantee"])
        .does(
            "uint256 part;
if (value > capital) {
  part = capitalOf($first) + Math.mulDiv(value - capital, ${first}ProfitBps, BPS);
} else {
  part = Math.mulDiv(value, ${first}CapitalBps, BPS);
}
_enter(Phase.Closed);
emit ProceedsShared(value, value > capital ? value - capital : 0, value < capital ? capital - value : 0);
_pay($first, part);
_pay($second, value - part);",
        )
}

/// Land and work: both share what grows, and nothing else is owed.
pub(super) fn muzaraah(draft: &mut Draft) {
    let land = draft.part("harvest_share", "landowner", draft.part("output", "landowner", 5_000));
    phases(draft, &["Open", "Sown", "Ended"]);
    ratio(draft, "landownerBps", "The part of the output that `$landowner` has, in hundredths of a percent.", land);
    draft.error("NothingToPay()", "The amount would be zero.");
    draft.event("OutputShared(uint256 output, uint256 landPart, uint256 workPart)", "Output was shared by ratio.");
    clauses::step(draft, "sow", "The work begins.", &["cultivator"], "Open", "Sown", &[]);
    draft.functions.push(
        Function::pay("shareOutput", "Brings what grew; both have their part of just that.")
            .by(&["cultivator"])
            .during("Sown")
            .keeps(&["output_by_ratio", "no_fixed_rent"])
            .does(
                "if (msg.value == 0) revert NothingToPay();
uint256 part = Math.mulDiv(msg.value, landownerBps, BPS);
emit OutputShared(msg.value, part, msg.value - part);
_pay($landowner, part);
_pay($cultivator, msg.value - part);",
            ),
    );
    clauses::step(
        draft,
        "endSeason",
        "Ends the season; where nothing grew nothing is owed.",
        &["landowner", "cultivator"],
        "Sown",
        "Ended",
        &["no_fixed_rent"],
    );
    let part = 100_001 * land / 10_000;
    draft.scripts.push(
        Script::new("output is shared by ratio")
            .act("cultivator", "sow")
            .call(
                "cultivator",
                "shareOutput",
                vec![],
                100_001,
                &[("cultivator", -(part as i128)), ("landowner", part as i128)],
            )
            .act("landowner", "endSeason")
            .read("landownerBps", Arg::Number(land)),
    );
    draft.scripts.push(
        Script::new("where nothing grows nothing is owed")
            .refused("cultivator", "shareOutput", vec![], 5, "WrongPhase")
            .act("cultivator", "sow")
            .refused("cultivator", "shareOutput", vec![], 0, "NothingToPay")
            .act("cultivator", "endSeason")
            .refused("cultivator", "shareOutput", vec![], 5, "WrongPhase"),
    );
}
