//! `commercial_escrow`: money waits for agreed terms, and an arbiter decides where the parties do not.

use crate::solidity::clauses::{document, phases, step};
use crate::solidity::draft::{Draft, Function};
use crate::solidity::script::{Arg, Script, dies};
use crate::solidity::undo;

/// The clauses of the class.
pub(super) fn commercial_escrow(draft: &mut Draft) {
    let price =
        draft.first_number(&[("release", "amount"), ("consideration", "amount"), ("release", "price")], 1_000_000);
    phases(draft, &["Open", "Agreed", "Funded", "Disputed", "Closed"]);
    draft.amount("consideration", "What is paid for the performance.", price);
    document(draft, "terms", "The hash of the agreed terms.");
    draft.error("OtherTerms()", "These are not the terms of this contract.");
    draft.event("Concluded(uint256 beneficiaryPart, uint256 depositorPart)", "The money was paid out.");
    draft.functions.push(
        Function::call("agree", "Agrees to the terms, word by word.")
            .by(&["beneficiary"])
            .during("Open")
            .takes("bytes32", "read", "The hash of the terms that were read.")
            .keeps(&["certainty_of_terms"])
            .does("if (read != terms) revert OtherTerms();\n_enter(Phase.Agreed);"),
    );
    draft.functions.push(
        Function::pay("deposit", "Pays the consideration into escrow.")
            .by(&["depositor"])
            .during("Agreed")
            .keeps(&["consideration_present"])
            .does("_due(consideration);\npool += msg.value;\n_enter(Phase.Funded);"),
    );
    ends(draft);
    scripts(draft, price);
}

/// How the money is paid out: both agree on it, or the arbiter decides.
fn ends(draft: &mut Draft) {
    draft.functions.push(
        Function::internal(
            "_conclude",
            "Pays the whole escrow out, in two parts: there is nothing to pay a penalty from.",
        )
        .takes("uint256", "part", "What the beneficiary has of it.")
        .keeps(&["no_penalty_clause"])
        .does(
            "if (part > pool) revert WrongAmount(pool, part);
uint256 rest = pool - part;
_enter(Phase.Closed);
emit Concluded(part, rest);
_release($beneficiary, part);
_release($depositor, rest);",
        ),
    );
    draft.functions.push(
        Function::call("release", "The depositor is content, or concedes a dispute, and the beneficiary is paid.")
            .by(&["depositor"])
            .collects_for(&["depositor"])
            .does("if (phase != Phase.Funded && phase != Phase.Disputed) revert WrongPhase(phase);\n_conclude(pool);"),
    );
    draft.functions.push(
        Function::call("refund", "The beneficiary gives the money back, or concedes a dispute.")
            .by(&["beneficiary"])
            .does("if (phase != Phase.Funded && phase != Phase.Disputed) revert WrongPhase(phase);\n_conclude(0);"),
    );
    step(
        draft,
        "dispute",
        "Either brings the matter before the arbiter.",
        &["depositor", "beneficiary"],
        "Funded",
        "Disputed",
        &["dispute_resolution_present"],
    );
    draft.functions.push(
        Function::call("resolve", "Decides the dispute.")
            .by(&["arbiter"])
            .during("Disputed")
            .takes("uint256", "part", "What the beneficiary has; the rest goes back.")
            .keeps(&["dispute_resolution_present", "no_penalty_clause"])
            .does("_conclude(part);"),
    );
}

fn scripts(draft: &mut Draft, price: u128) {
    let funded = |title: &str| {
        Script::new(title).call("beneficiary", "agree", vec![Arg::Bytes(0x11)], 0, &[]).puts(
            "depositor",
            "deposit",
            price,
        )
    };
    draft.scripts.push(
        funded("agreed, paid in, released")
            .call("depositor", "release", vec![], 0, &[("beneficiary", price as i128)])
            .read("pool", Arg::Number(0)),
    );
    draft.scripts.push(funded("the beneficiary may give the money back").call(
        "beneficiary",
        "refund",
        vec![],
        0,
        &[("depositor", price as i128)],
    ));
    draft.scripts.push(
        funded("the arbiter divides what is disputed, and no more")
            .refused("arbiter", "resolve", vec![Arg::Number(1)], 0, "WrongPhase")
            .act("beneficiary", "dispute")
            .refused("arbiter", "resolve", vec![Arg::Number(price + 1)], 0, "WrongAmount")
            .call(
                "arbiter",
                "resolve",
                vec![Arg::Number(1)],
                0,
                &[("beneficiary", 1), ("depositor", price as i128 - 1)],
            ),
    );
    // Nobody has to wait for an arbiter who is not there.
    for (by, call, to) in [("depositor", "release", "beneficiary"), ("beneficiary", "refund", "depositor")] {
        let concedes = funded(&format!("a dispute ends where the {by} concedes"))
            .act("depositor", "dispute")
            .call(by, call, vec![], 0, &[(to, price as i128)])
            .refused("depositor", "release", vec![], 0, "WrongPhase");
        draft.scripts.push(concedes.refused("beneficiary", "refund", vec![], 0, "WrongPhase"));
    }
    if undo::inherits(draft) {
        for (dead, kept) in [("beneficiary", 0), ("depositor", price)] {
            let estate = if dead == "beneficiary" { price } else { 0 };
            let moves = [("beneficiary", price as i128)];
            let script = funded(&format!("once the {dead} has died the arbiter decides without being asked"))
                .refused("arbiter", "resolve", vec![Arg::Number(price)], 0, "WrongPhase")
                .call("arbiter", "dissolveByFaraid", dies(dead), 0, &[])
                .refused(dead, "dispute", vec![], 0, "NotPermitted")
                .call("arbiter", "resolve", vec![Arg::Number(price)], 0, if kept > 0 { &moves } else { &[] });
            draft.scripts.push(script.read("totalCredits", Arg::Number(estate)));
        }
    }
    draft.scripts.push(
        Script::new("nothing is paid before the terms are agreed")
            .refused("depositor", "deposit", vec![], price, "WrongPhase")
            .refused("beneficiary", "agree", vec![Arg::Bytes(0x33)], 0, "OtherTerms")
            .call("beneficiary", "agree", vec![Arg::Bytes(0x11)], 0, &[])
            .refused("depositor", "deposit", vec![], price - 1, "WrongAmount"),
    );
}
