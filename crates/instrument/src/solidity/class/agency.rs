//! Work for others: `wakala`, `juala`.

use crate::solidity::clauses::{period, phases, proven};
use crate::solidity::draft::{Draft, Function};
use crate::solidity::script::{Arg, Script, dies};
use crate::solidity::undo;

const PROOF: Arg = Arg::Bytes(0x22);

/// An agent spends what it was entrusted with, for a disclosed fee, and guarantees no result.
pub(super) fn wakala(draft: &mut Draft) {
    let fee = draft.first_stated(&[("agency", "fee"), ("fee", "amount")], 10_000);
    let mandate = draft.first_number(&[("agency", "capital"), ("mandate", "amount")], 1_000_000);
    phases(draft, &["Open", "Entrusted", "Executed", "Closed"]);
    draft.amount("mandate", "What the agent may spend.", mandate);
    let doc = "The agent's fee, a fixed sum that is known from the beginning; nothing for who works for nothing.";
    draft.parameter("uint256", "fee", doc, Arg::Number(fee));
    draft.event(
        "Spent(address indexed payee, uint256 amount, bytes32 evidence)",
        "The agent spent money for its principal.",
    );
    draft.error("SelfDealing()", "The agent may not pay itself.");
    draft.error("NoEvidence()", "The hash of the document is missing.");
    draft.functions.push(
        Function::pay("entrust", "Hands over what may be spent, and the fee.")
            .by(&["muwakkil"])
            .during("Open")
            .keeps(&["fee_disclosed"])
            .does("_due(mandate + fee);\npool += msg.value;\n_enter(Phase.Entrusted);"),
    );
    draft.functions.push(
        Function::call("spend", "The agent pays somebody out of the mandate, never out of its fee and never itself.")
            .by(&["wakil"])
            .during("Entrusted")
            .takes("address", "payee", "Who is paid.")
            .takes("uint256", "amount", "How much.")
            .takes("bytes32", "evidence", "The hash of the document that shows what for.")
            .keeps(&["no_agent_guarantee"])
            .does(
                "if (payee == $wakil || payee == address(0) || payee == address(this)) revert SelfDealing();
if (evidence == bytes32(0)) revert NoEvidence();
if (amount == 0 || amount > pool - fee) revert WrongAmount(pool - fee, amount);
emit Spent(payee, amount, evidence);
_release(payee, amount);",
            ),
    );
    conclusion(draft);
    wakala_scripts(draft, mandate, fee);
}

/// How a mandate ends.
fn conclusion(draft: &mut Draft) {
    proven(
        draft,
        "complete",
        "The agent reports that the work is done.",
        &["wakil"],
        "Entrusted",
        "Executed",
        &["no_agent_guarantee"],
    );
    draft.functions.push(
        Function::call("conclude", "Pays the agent its fee and gives the rest back.")
            .by(&["muwakkil", "wakil"])
            .collects_for(&["muwakkil", "wakil"])
            .during("Executed")
            .keeps(&["fee_disclosed", "no_agent_guarantee"])
            .does(
                "_enter(Phase.Closed);\nuint256 rest = pool - fee;\n_release($wakil, fee);\n_release($muwakkil, rest);",
            ),
    );
    draft.functions.push(
        Function::call("revoke", "Takes the mandate back; the fee is due only if something was spent.")
            .by(&["muwakkil"])
            .during("Entrusted")
            .does("_enter(Phase.Closed);\nuint256 due = pool < mandate + fee ? fee : 0;\nuint256 rest = pool - due;\n_release($wakil, due);\n_release($muwakkil, rest);"),
    );
}

fn wakala_scripts(draft: &mut Draft, mandate: u128, fee: u128) {
    let total = mandate + fee;
    let spend = |amount: u128, to: &str| vec![Arg::Party(to.to_owned()), Arg::Number(amount), PROOF];
    let begun = |title: &str| Script::new(title).puts("muwakkil", "entrust", total);
    draft.scripts.push(
        begun("the agent spends, reports and has its fee")
            .call("wakil", "complete", vec![PROOF], 0, &[])
            .call("wakil", "conclude", vec![], 0, &[("wakil", fee as i128), ("muwakkil", mandate as i128)])
            .read("pool", Arg::Number(0)),
    );
    draft.scripts.push(
        begun("the agent pays others, within the mandate, and never itself")
            .refused("wakil", "spend", spend(1, "wakil"), 0, "SelfDealing")
            .refused("wakil", "spend", spend(1, "nobody"), 0, "SelfDealing")
            .refused("wakil", "spend", spend(mandate + 1, "other"), 0, "WrongAmount")
            .refused(
                "wakil",
                "spend",
                vec![Arg::Party("other".to_owned()), Arg::Number(1), Arg::Bytes(0)],
                0,
                "NoEvidence",
            )
            .call("wakil", "spend", spend(mandate, "other"), 0, &[("other", mandate as i128)])
            .call("muwakkil", "revoke", vec![], 0, &[("wakil", fee as i128)]),
    );
    draft.scripts.push(
        Script::new("a mandate that was not used comes back whole")
            .refused("muwakkil", "entrust", vec![], total + 1, "WrongAmount")
            .puts("muwakkil", "entrust", total)
            .call("muwakkil", "revoke", vec![], 0, &[("muwakkil", total as i128)]),
    );
}

/// A known reward, due when the work is done.
pub(super) fn juala(draft: &mut Draft) {
    let reward = draft.first_number(&[("reward", "amount"), ("reward", "reward"), ("juala", "reward")], 100_000);
    let arbiter = draft.has("arbiter");
    phases(draft, &["Open", "Offered", "Claimed", "Contested", "Closed"]);
    draft.amount("reward", "The reward, known from the beginning.", reward);
    let places = [("reward", "answer_period")];
    period(draft, "answerPeriod", "How long `$jail` may take to answer a claim, in seconds.", &places, 604_800);
    draft.state("uint256 public answerUntil;", "Until when a claim may be answered, in seconds of the ledger's clock.");
    draft.functions.push(
        Function::pay("offer", "Puts the reward up.")
            .by(&["jail"])
            .during("Open")
            .keeps(&["reward_known"])
            .does("_due(reward);\npool += msg.value;\n_enter(Phase.Offered);"),
    );
    draft.functions.push(
        Function::call("takeBack", "Takes the offer back while nobody claims the reward.")
            .by(&["jail"])
            .during("Offered")
            .does("_enter(Phase.Closed);\n_release($jail, pool);"),
    );
    proven(draft, "claim", "Claims that the work is done.", &["amil"], "Offered", "Claimed", &["due_on_completion"]);
    if let Some(claim) = draft.functions.last_mut() {
        claim.body = format!("answerUntil = block.timestamp + answerPeriod;\n{}", claim.body);
    }
    let pays = "_enter(Phase.Closed);\n_release($amil, pool);";
    let confirm = Function::call("confirm", "Confirms that the work is done; the reward is paid.");
    let confirm = confirm.by(&["jail"]).keeps(&["due_on_completion"]);
    draft.functions.push(if arbiter {
        // Who contested a claim may concede it.
        confirm
            .does(&format!("if (phase != Phase.Claimed && phase != Phase.Contested) revert WrongPhase(phase);\n{pays}"))
    } else {
        confirm.during("Claimed").does(pays)
    });
    let contested = if arbiter { "Contested" } else { "Offered" };
    draft.functions.push(
        Function::call("contest", "Says in time that the work is not done.")
            .by(&["jail"])
            .during("Claimed")
            .does(&format!("if (block.timestamp > answerUntil) revert WrongPhase(phase);\n_enter(Phase.{contested});")),
    );
    draft.functions.push(
        Function::call("collect", "Takes the reward when nobody has answered the claim in time.")
            .by(&["amil"])
            .collects_for(&["amil"])
            .during("Claimed")
            .keeps(&["due_on_completion"])
            .does(&format!("if (block.timestamp <= answerUntil) revert TooEarly(answerUntil);\n{pays}")),
    );
    if arbiter {
        draft.functions.push(
            Function::call("giveUp", "Concedes what is contested; the reward goes back.")
                .by(&["amil"])
                .during("Contested")
                .does("_enter(Phase.Closed);\n_release($jail, pool);"),
        );
        draft.functions.push(
            Function::call("judge", "Judges whether the work is done.")
                .by(&["arbiter"])
                .during("Contested")
                .takes("bool", "done", "Whether it is.")
                .keeps(&["due_on_completion"])
                .does("if (done) {\n  _enter(Phase.Closed);\n  _release($amil, pool);\n} else {\n  _enter(Phase.Offered);\n}"),
        );
    }
    juala_scripts(draft, reward, arbiter);
}

fn juala_scripts(draft: &mut Draft, reward: u128, arbiter: bool) {
    let paid = [("amil", reward as i128)];
    let claimed =
        |title: &str| Script::new(title).puts("jail", "offer", reward).call("amil", "claim", vec![PROOF], 0, &[]);
    draft.scripts.push(
        claimed("the reward is paid when the work is done")
            .call("jail", "confirm", vec![], 0, &paid)
            .read("pool", Arg::Number(0)),
    );
    draft.scripts.push(
        claimed("who does not answer pays")
            .refused("amil", "collect", vec![], 0, "TooEarly")
            .after("answerPeriod")
            .refused("jail", "contest", vec![], 0, "WrongPhase")
            .call("amil", "collect", vec![], 0, &paid),
    );
    draft.scripts.push(
        Script::new("an offer is taken back before the claim")
            .refused("amil", "claim", vec![PROOF], 0, "WrongPhase")
            .refused("jail", "offer", vec![], reward - 1, "WrongAmount")
            .puts("jail", "offer", reward)
            .call("jail", "takeBack", vec![], 0, &[("jail", reward as i128)]),
    );
    if arbiter {
        let contested = |title: &str| claimed(title).act("jail", "contest");
        draft.scripts.push(
            contested("who contested a claim may confirm it without a judge")
                .call("jail", "confirm", vec![], 0, &paid)
                .refused("jail", "confirm", vec![], 0, "WrongPhase"),
        );
        draft.scripts.push(
            contested("who claimed the reward may give it up without a judge")
                .call("amil", "giveUp", vec![], 0, &[("jail", reward as i128)])
                .refused("amil", "giveUp", vec![], 0, "WrongPhase"),
        );
    }
    if undo::inherits(draft) {
        draft.scripts.push(
            claimed("a claim that the dead cannot contest is judged")
                .refused("arbiter", "judge", vec![Arg::Bool(false)], 0, "WrongPhase")
                .call("arbiter", "dissolveByFaraid", dies("jail"), 0, &[])
                .call("arbiter", "judge", vec![Arg::Bool(false)], 0, &[])
                .read("totalCredits", Arg::Number(reward))
                .refused("amil", "claim", vec![PROOF], 0, "WrongPhase"),
        );
        draft.scripts.push(
            claimed("a right to contest that has lapsed does not come back with a death")
                .after("answerPeriod")
                .call("arbiter", "dissolveByFaraid", dies("jail"), 0, &[])
                .refused("arbiter", "judge", vec![Arg::Bool(false)], 0, "WrongPhase")
                .call("amil", "collect", vec![], 0, &paid),
        );
    }
    let consents = draft.spec.rescission.as_ref().is_some_and(|own| own.get("iqalah").is_some());
    if arbiter && consents {
        draft.scripts.push(
            claimed("a consent to undo ends with the claim that it was given beside")
                .act("amil", "proposeIqalah")
                .act("jail", "contest")
                .call("arbiter", "judge", vec![Arg::Bool(false)], 0, &[])
                .call("amil", "claim", vec![PROOF], 0, &[])
                .refused("jail", "acceptIqalah", vec![], 0, "NotRescindable"),
        );
    }
    let contest = claimed("a claim may be contested").act("jail", "contest");
    draft.scripts.push(if arbiter {
        contest
            .call("arbiter", "judge", vec![Arg::Bool(false)], 0, &[])
            .call("amil", "claim", vec![PROOF], 0, &[])
            .act("jail", "contest")
            .call("arbiter", "judge", vec![Arg::Bool(true)], 0, &paid)
    } else {
        contest.refused("jail", "confirm", vec![], 0, "WrongPhase").call("amil", "claim", vec![PROOF], 0, &[]).call(
            "jail",
            "confirm",
            vec![],
            0,
            &paid,
        )
    });
}
