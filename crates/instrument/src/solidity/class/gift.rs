//! What is given for nothing: `waqf`, `hibah`, `wasiyya`.

use crate::solidity::clauses::{period, phases, shares};
use crate::solidity::draft::{Draft, Function};
use crate::solidity::script::{Arg, Script};
use crate::solidity::undo;

/// A corpus that never leaves, and income that always does.
pub(super) fn waqf(draft: &mut Draft) {
    draft.error("NothingToPay()", "The amount would be zero.");
    draft.event("Endowed(uint256 amount)", "The corpus grew; it never shrinks.");
    draft.event("IncomeDistributed(uint256 amount)", "Income went to the beneficiary.");
    draft.functions.push(
        Function::pay("endow", "Adds to the corpus, which no function of this contract pays out.")
            .by(&["waqif"])
            .keeps(&["corpus_inalienable"])
            .does("if (msg.value == 0) revert NothingToPay();\npool += msg.value;\nemit Endowed(msg.value);"),
    );
    draft.functions.push(
        Function::pay("distributeIncome", "Brings income of the endowment, which goes to the beneficiary whole.")
            .keeps(&["income_only"])
            .does("if (msg.value == 0) revert NothingToPay();\nemit IncomeDistributed(msg.value);\n_pay($beneficiary, msg.value);"),
    );
    draft.scripts.push(
        Script::new("the corpus stays and the income goes")
            .puts("waqif", "endow", 1_000_000)
            .hands("waqif", "distributeIncome", 5_000, "beneficiary")
            .read("pool", Arg::Number(1_000_000)),
    );
    draft.scripts.push(
        Script::new("anybody may bring income")
            .refused("waqif", "endow", vec![], 0, "NothingToPay")
            .refused("outsider", "distributeIncome", vec![], 0, "NothingToPay")
            .hands("outsider", "distributeIncome", 3, "beneficiary"),
    );
}

/// A gift that is complete at once and asks nothing for itself.
pub(super) fn hibah(draft: &mut Draft) {
    let gift = draft.first_number(&[("gift", "amount"), ("gift", "value")], 1_000_000);
    phases(draft, &["Open", "Given"]);
    draft.amount("gift", "What is given.", gift);
    draft.functions.push(
        Function::pay("give", "Gives: the money is the donee's at once, and nothing is owed for it.")
            .by(&["donor"])
            .during("Open")
            .keeps(&["immediate_transfer", "no_consideration"])
            .does("_due(gift);\n_enter(Phase.Given);\n_pay($donee, msg.value);"),
    );
    draft.scripts.push(Script::new("the gift is the donee's at once").hands("donor", "give", gift, "donee").refused(
        "donor",
        "give",
        vec![],
        gift,
        "WrongPhase",
    ));
    draft.scripts.push(
        Script::new("a donee that takes no money keeps the gift as a credit")
            .refused("donor", "give", vec![], gift - 1, "WrongAmount")
            .reject("donee")
            .call("donor", "give", vec![], gift, &[("donor", -(gift as i128))])
            .accept("donee")
            .refused("donee", "withdraw", vec![Arg::Contract], 0, "WithdrawalFailed")
            .call("donee", "withdraw", vec![Arg::Party("donee".to_owned())], 0, &[("donee", gift as i128)]),
    );
}

/// A will of at most a third, which its maker may change; the rest is the heirs'.
pub(super) fn wasiyya(draft: &mut Draft) {
    let written = draft.first_number(&[("bequest", "share_bps"), ("bequest", "share")], 0);
    let capital = draft.shares().get("legatee").copied().map(u128::from);
    let share = if written > 0 { written } else { capital.unwrap_or(3_000) }.min(3_333);
    phases(draft, &["Open", "Closed"]);
    shares(draft);
    draft.parameter("address", "heirs", "Where the heirs' part goes.", Arg::Party("heir".to_owned()));
    draft.parameter(
        "uint256",
        "bequestBps",
        "The legatee's part, in hundredths of a percent, at most a third.",
        Arg::Number(share),
    );
    period(
        draft,
        "silence",
        "How long nothing may be heard of the testator before the will is carried out, in seconds.",
        &[("bequest", "silence")],
        31_536_000,
    );
    draft.error("BadBequest()", "A bequest lies between nothing and a third, and not with an heir.");
    draft.checks.push("if (bequestBps_ == 0 || bequestBps_ > 3333) revert BadBequest();".to_owned());
    for bps in [0, 3_334] {
        draft.refuse("bequestBps", Arg::Number(bps), "BadBequest");
    }
    for heir in ["nobody", "testator", "legatee"] {
        draft.refuse("heirs", Arg::Party(heir.to_owned()), "BadBequest");
    }
    draft.checks.push(
        "if (heirs_ == address(0) || heirs_ == $legatee_ || heirs_ == msg.sender) revert BadBequest();"
            .replace("$legatee_", "${legatee}_"),
    );
    // Who judges whether the will is carried out gains nothing by it, nor does anybody else with a role.
    let others: Vec<String> = draft
        .actors
        .iter()
        .map(|actor| actor.key.clone())
        .filter(|key| key != "testator" && key != "legatee")
        .collect();
    for key in others {
        draft.checks.push(format!("if (heirs_ == ${{{key}}}_) revert BadParty(heirs_);"));
        draft.refuse("heirs", Arg::Party(key), "BadParty");
    }
    estate(draft);
    wasiyya_scripts(draft, share);
}

/// What is entrusted, taken back and carried out.
fn estate(draft: &mut Draft) {
    draft.error("NothingToPay()", "The amount would be zero.");
    draft.state("uint256 public lastHeard;", "When the testator was last heard of, in seconds of the ledger's clock.");
    draft.event("Heard(uint256 at)", "The testator was heard of.");
    draft.event("Executed(uint256 bequest, uint256 inheritance)", "The will was carried out.");
    draft.functions.push(
        Function::pay("entrust", "Puts a part of the estate in.")
            .by(&["testator"])
            .during("Open")
            .does("if (msg.value == 0) revert NothingToPay();\nlastHeard = block.timestamp;\npool += msg.value;\nemit Heard(block.timestamp);"),
    );
    draft.functions.push(
        Function::call("show", "Shows that the testator is alive.")
            .by(&["testator"])
            .during("Open")
            .does("lastHeard = block.timestamp;\nemit Heard(block.timestamp);"),
    );
    draft.functions.push(
        Function::call("revoke", "Takes everything back: a will binds nobody before death.")
            .by(&["testator"])
            .during("Open")
            .does("lastHeard = block.timestamp;\nemit Heard(block.timestamp);\n_release($testator, pool);"),
    );
    execution(draft);
}

/// Nobody who is missing keeps the others from what is theirs, and nobody carries out the will of somebody who was heard of.
fn execution(draft: &mut Draft) {
    let dies = undo::inherits(draft);
    let mut who = vec!["msg.sender != $legatee", "msg.sender != heirs"];
    if draft.has("arbiter") {
        who.push("msg.sender != $arbiter");
    }
    let who = who.join(" && ");
    let who = if dies { format!("({who}) || heirsOf[msg.sender].length != 0") } else { who };
    draft.modifier(
        &format!("modifier onlyExecutor() {{\n  if ({who}) revert NotPermitted(msg.sender);\n  _;\n}}"),
        "Who has something by the will, or judges, and is alive: others are refused.",
    );
    let declared = if dies { "(msg.sender != $arbiter || heirsOf[$testator].length == 0) && " } else { "" };
    let notice = if dies {
        "Carries the will out: the legatee has its part, the heirs the rest. Either may when nothing was heard of the testator for long enough, who judges also when it has declared the death."
    } else {
        "Carries the will out when nothing was heard of the testator for long enough: the legatee has its part, the heirs the rest."
    };
    let body = "if (pool == 0) revert NothingToPay();
uint256 bequest = Math.mulDiv(pool, bequestBps, BPS);
uint256 inheritance = pool - bequest;
_enter(Phase.Closed);
emit Executed(bequest, inheritance);
_release($legatee, bequest);
_release(heirs, inheritance);";
    draft.functions.push(
        Function::call("execute", notice)
            .with("onlyExecutor")
            .during("Open")
            .keeps(&["within_one_third", "not_to_heir"])
            .does(&format!(
                "uint256 until = lastHeard + silence;
if ({declared}block.timestamp <= until) revert TooEarly(until);
{body}"
            )),
    );
}

/// Whatever the testator calls shows that it lives.
pub(super) fn heard(draft: &mut Draft) {
    let lives = if undo::inherits(draft) { " && heirsOf[$testator].length == 0" } else { "" };
    let calls = |own: &&mut Function| {
        own.kind.starts_with("external") && (own.by.is_empty() || own.by.iter().any(|key| key == "testator"))
    };
    for own in draft.functions.iter_mut().filter(calls).filter(|own| !own.body.contains("lastHeard")) {
        own.body = format!("if (msg.sender == $testator{lives}) lastHeard = block.timestamp;\n{}", own.body);
    }
}

fn wasiyya_scripts(draft: &mut Draft, share: u128) {
    let bequest = 1_000_003 * share / 10_000;
    let paid = [("legatee", bequest as i128), ("heir", (1_000_003 - bequest) as i128)];
    let mut executors = vec!["legatee", "heir"];
    executors.extend(draft.has("arbiter").then_some("arbiter"));
    for by in executors {
        let mut life = Script::new(&match by {
            "legatee" => "the legatee has at most a third, the heirs the rest".to_owned(),
            _ => format!("after a long silence the {by} alone may carry the will out"),
        });
        life =
            life.puts("testator", "entrust", 1_000_003).refused(by, "execute", vec![], 0, "TooEarly").after("silence");
        // Whoever was heard of is alive.
        if by != "legatee" {
            life = life.act("testator", "show").refused(by, "execute", vec![], 0, "TooEarly").after("silence");
        }
        draft.scripts.push(
            life.refused("outsider", "execute", vec![], 0, "NotPermitted")
                .refused("testator", "execute", vec![], 0, "NotPermitted")
                .call(by, "execute", vec![], 0, &paid)
                .refused("testator", "entrust", vec![], 1, "WrongPhase"),
        );
    }
    draft.scripts.push(
        Script::new("a will binds nobody before death")
            .refused("testator", "entrust", vec![], 0, "NothingToPay")
            .puts("testator", "entrust", 500)
            .act("testator", "show")
            .call("testator", "revoke", vec![], 0, &[("testator", 500)])
            .read("pool", Arg::Number(0))
            .after("silence")
            .refused("legatee", "execute", vec![], 0, "NothingToPay"),
    );
}
