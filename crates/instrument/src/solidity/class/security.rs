//! Loans, pledges, guarantees, transfers of debt, deposits: `qard_hasan`, `rahn`, `kafala`, `hawala`, `wadia`.

use crate::solidity::clauses::{debt, instalment, period, phases, step};
use crate::solidity::draft::{Draft, Function};
use crate::solidity::script::{Arg, Script};

/// Money is lent, and exactly that money comes back.
pub(super) fn qard_hasan(draft: &mut Draft) {
    let principal =
        draft.first_number(&[("loan", "principal"), ("loan", "amount"), ("repayment", "amount")], 1_000_000);
    phases(draft, &["Open", "Lent", "Closed"]);
    debt(draft);
    draft.stated("loan", "repayment");
    draft.amount("principal", "What is lent, and what is owed.", principal);
    draft.functions.push(
        Function::pay("lend", "Hands the principal to the borrower, without a fee.")
            .by(&["lender"])
            .during("Open")
            .keeps(&["no_fee"])
            .does("_due(principal);\noutstanding = principal;\n_enter(Phase.Lent);\n_pay($borrower, msg.value);"),
    );
    instalment(draft, "repay", "borrower", "lender", "Lent", "Closed", &["no_increase"]);
    draft.functions.push(
        Function::call("forgive", "The lender remits what is still owed.")
            .by(&["lender"])
            .during("Lent")
            .does("outstanding = 0;\n_enter(Phase.Closed);"),
    );
    draft.scripts.push(
        Script::new("what was lent comes back, no more and no less")
            .hands("lender", "lend", principal, "borrower")
            .hands_in_parts("borrower", "repay", principal, "lender")
            .read("outstanding", Arg::Number(0)),
    );
    draft.scripts.push(
        Script::new("time adds nothing, and nothing above the principal is taken")
            .refused("lender", "lend", vec![], principal - 1, "WrongAmount")
            .hands("lender", "lend", principal, "borrower")
            .wait(100_000_000)
            .read("outstanding", Arg::Number(principal))
            .refused("borrower", "repay", vec![], principal + 1, "WrongAmount")
            .refused("borrower", "repay", vec![], 0, "WrongAmount")
            .act("lender", "forgive")
            .refused("borrower", "repay", vec![], 1, "WrongPhase"),
    );
}

/// A pledge secures a debt; whatever it is worth above the debt stays with its owner.
pub(super) fn rahn(draft: &mut Draft) {
    let owed = draft.first_number(&[("pledge", "debt"), ("debt", "amount")], 1_000_000);
    let pledge = draft.first_number(&[("pledge", "pledge_value"), ("pledge", "amount")], 1_500_000);
    phases(draft, &["Open", "Pledged", "Lent", "Closed"]);
    debt(draft);
    draft.amount("debt", "What is lent against the pledge.", owed);
    draft.amount("pledge", "What is pledged.", pledge);
    let places = [("pledge", "term"), ("debt", "term")];
    period(draft, "term", "When the debt falls due, in seconds after it was lent.", &places, 2_592_000);
    draft.state("uint256 public dueAt;", "When the debt falls due, in seconds of the ledger's clock.");
    draft.functions.push(
        Function::pay("give", "Puts the pledge into the contract, out of the creditor's reach.")
            .by(&["pledgor"])
            .during("Open")
            .keeps(&["no_creditor_benefit"])
            .does("_due(pledge);\npool += msg.value;\n_enter(Phase.Pledged);"),
    );
    draft.functions.push(
        Function::call("takeBack", "Takes the pledge back while nothing has been lent.")
            .by(&["pledgor"])
            .collects_for(&["pledgor"])
            .during("Pledged")
            .does("_enter(Phase.Closed);\n_release($pledgor, pool);"),
    );
    draft.functions.push(
        Function::pay("lend", "Hands the debt to the pledgor.")
            .by(&["pledgee"])
            .during("Pledged")
            .does("_due(debt);\noutstanding = debt;\ndueAt = block.timestamp + term;\n_enter(Phase.Lent);\n_pay($pledgor, msg.value);"),
    );
    redemption(draft);
    rahn_scripts(draft, owed, pledge);
}

/// How a pledge is redeemed or realised.
fn redemption(draft: &mut Draft) {
    draft.functions.push(
        Function::pay("repay", "Pays any part of the debt; with the last the pledge comes back.")
            .by(&["pledgor"])
            .during("Lent")
            .does(
                "if (msg.value == 0 || msg.value > outstanding) revert WrongAmount(outstanding, msg.value);
outstanding -= msg.value;
emit DebtPaid(msg.sender, msg.value, outstanding);
_pay($pledgee, msg.value);
if (outstanding == 0) _close(0);",
            ),
    );
    draft.functions.push(
        Function::call(
            "realise",
            "Takes what is still owed out of the pledge when the debt is overdue; the surplus is the pledgor's.",
        )
        .by(&["pledgee"])
        // The heirs of the pledgor have the surplus even where the creditor lets the pledge lie.
        .collects_for(&["pledgee", "pledgor"])
        .during("Lent")
        .keeps(&["surplus_to_pledgor", "no_creditor_benefit"])
        .does(
            "if (block.timestamp <= dueAt) revert TooEarly(dueAt);\n_close(outstanding < pool ? outstanding : pool);",
        ),
    );
    draft.functions.push(
        Function::call("forgive", "The creditor remits what is still owed, and the pledge comes back.")
            .by(&["pledgee"])
            .during("Lent")
            .does("_close(0);"),
    );
    draft.functions.push(
        Function::internal("_close", "Pays the creditor its part of the pledge and the pledgor the rest.")
            .takes("uint256", "part", "What the creditor may take, at most what it is owed.")
            .keeps(&["surplus_to_pledgor"])
            .does("outstanding = 0;\n_enter(Phase.Closed);\nuint256 surplus = pool - part;\n_release($pledgee, part);\n_release($pledgor, surplus);"),
    );
}

fn rahn_scripts(draft: &mut Draft, owed: u128, pledge: u128) {
    let lent =
        |title: &str| Script::new(title).puts("pledgor", "give", pledge).hands("pledgee", "lend", owed, "pledgor");
    draft.scripts.push(
        lent("the debt is paid and the pledge comes back")
            .call(
                "pledgor",
                "repay",
                vec![],
                owed,
                &[("pledgor", pledge as i128 - owed as i128), ("pledgee", owed as i128)],
            )
            .read("pool", Arg::Number(0)),
    );
    // A debt of one cannot be paid in part.
    let early = u128::from(owed > 1);
    let part = (owed - early).min(pledge);
    let overdue = lent("an overdue debt takes no more than itself out of the pledge")
        .refused("pledgee", "realise", vec![], 0, "TooEarly")
        .refused("pledgor", "repay", vec![], owed + 1, "WrongAmount");
    let overdue = if early > 0 { overdue.hands("pledgor", "repay", early, "pledgee") } else { overdue };
    draft.scripts.push(
        overdue
            .after("term")
            .call("pledgee", "realise", vec![], 0, &[("pledgee", part as i128), ("pledgor", (pledge - part) as i128)])
            .refused("pledgee", "realise", vec![], 0, "WrongPhase"),
    );
    draft.scripts.push(
        Script::new("a pledge without a debt is taken back")
            .refused("pledgor", "give", vec![], pledge + 1, "WrongAmount")
            .puts("pledgor", "give", pledge)
            .refused("pledgee", "lend", vec![], owed - 1, "WrongAmount")
            .call("pledgor", "takeBack", vec![], 0, &[("pledgor", pledge as i128)]),
    );
    draft.scripts.push(lent("a creditor who forgives releases the pledge").call(
        "pledgee",
        "forgive",
        vec![],
        0,
        &[("pledgor", pledge as i128)],
    ));
}

/// Somebody stands in for a debtor, without a fee, and has recourse for what was really paid.
pub(super) fn kafala(draft: &mut Draft) {
    let owed = draft.first_number(&[("debt", "amount"), ("guarantee", "amount"), ("guarantee", "limit")], 1_000_000);
    phases(draft, &["Open", "Guaranteed", "Discharged", "Closed"]);
    debt(draft);
    draft.amount("debt", "The debt that is guaranteed.", owed);
    let places = [("guarantee", "term"), ("debt", "term")];
    period(draft, "term", "When the debt falls due, in seconds after the guarantee.", &places, 2_592_000);
    draft.state("uint256 public dueAt;", "When the debt falls due, in seconds of the ledger's clock.");
    draft.state("uint256 public recourse;", "What `$kafil` paid for the debtor and has not had back.");
    draft.functions.push(
        Function::call("guarantee", "Takes the guarantee on; nothing is paid for it.")
            .by(&["kafil"])
            .during("Open")
            .keeps(&["no_guarantee_fee"])
            .does("outstanding = debt;\ndueAt = block.timestamp + term;\n_enter(Phase.Guaranteed);"),
    );
    draft.functions.push(Function::internal("_discharge", "Takes a part of the debt for the creditor.").does(
        "if (msg.value == 0 || msg.value > outstanding) revert WrongAmount(outstanding, msg.value);
outstanding -= msg.value;
emit DebtPaid(msg.sender, msg.value, outstanding);
if (outstanding == 0) _enter(recourse == 0 ? Phase.Closed : Phase.Discharged);
_pay($creditor, msg.value);",
    ));
    draft.functions.push(
        Function::pay("payDebt", "The debtor pays any part of its debt.")
            .by(&["principal_debtor"])
            .during("Guaranteed")
            .does("_discharge();"),
    );
    draft.functions.push(
        Function::pay("honour", "The guarantor pays for the debtor when the debt is overdue.")
            .by(&["kafil"])
            .during("Guaranteed")
            .keeps(&["recourse_actual"])
            .does("if (block.timestamp <= dueAt) revert TooEarly(dueAt);\nrecourse += msg.value;\n_discharge();"),
    );
    draft.functions.push(
        Function::pay("reimburse", "The debtor gives the guarantor back what it really paid, and no more.")
            .by(&["principal_debtor"])
            .keeps(&["recourse_actual", "no_guarantee_fee"])
            .does(
                "if (msg.value == 0 || msg.value > recourse) revert WrongAmount(recourse, msg.value);
recourse -= msg.value;
if (recourse == 0 && phase == Phase.Discharged) _enter(Phase.Closed);
_pay($kafil, msg.value);",
            ),
    );
    draft.functions.push(
        Function::call("remit", "The creditor remits what is still owed.")
            .by(&["creditor"])
            .during("Guaranteed")
            .does("outstanding = 0;\n_enter(recourse == 0 ? Phase.Closed : Phase.Discharged);"),
    );
    kafala_scripts(draft, owed);
}

fn kafala_scripts(draft: &mut Draft, owed: u128) {
    draft.scripts.push(
        Script::new("the debtor pays and the guarantor owes nothing")
            .act("kafil", "guarantee")
            .hands("principal_debtor", "payDebt", owed, "creditor")
            .read("recourse", Arg::Number(0)),
    );
    draft.scripts.push(
        Script::new("the guarantor has back what it paid, and not more")
            .refused("principal_debtor", "payDebt", vec![], 1, "WrongPhase")
            .act("kafil", "guarantee")
            .refused("kafil", "honour", vec![], owed, "TooEarly")
            .after("term")
            .refused("kafil", "honour", vec![], owed + 1, "WrongAmount")
            .hands("kafil", "honour", owed, "creditor")
            .read("recourse", Arg::Number(owed))
            .refused("principal_debtor", "reimburse", vec![], owed + 1, "WrongAmount")
            .hands("principal_debtor", "reimburse", owed, "kafil")
            .refused("principal_debtor", "reimburse", vec![], 1, "WrongAmount"),
    );
    draft.scripts.push(
        Script::new("what the creditor remits nobody owes")
            .act("kafil", "guarantee")
            .act("creditor", "remit")
            .read("outstanding", Arg::Number(0)),
    );
}

/// A debt moves from one debtor to another, at the same amount, and the first is free.
pub(super) fn hawala(draft: &mut Draft) {
    // The rules of the class hold both to be equal.
    draft.stated("transfer", "amount");
    let owed = draft.first_number(&[("transfer", "debt"), ("transfer", "amount")], 1_000_000);
    phases(draft, &["Proposed", "Consented", "Transferred", "Discharged", "Cancelled"]);
    debt(draft);
    draft.amount("debt", "The debt that is transferred.", owed);
    draft.state("address public debtor;", "Who owes the debt.");
    draft.checks.push("debtor = msg.sender;\noutstanding = debt_;".to_owned());
    step(
        draft,
        "consent",
        "The creditor consents to the new debtor.",
        &["muhal"],
        "Proposed",
        "Consented",
        &["equal_transfer"],
    );
    draft.functions.push(
        Function::call("assume", "The new debtor takes the debt on, at the same amount; the first is discharged.")
            .by(&["muhal_alayh"])
            .during("Consented")
            .keeps(&["equal_transfer", "debtor_discharged"])
            .does("debtor = $muhal_alayh;\n_enter(Phase.Transferred);"),
    );
    instalment(draft, "payDebt", "muhal_alayh", "muhal", "Transferred", "Discharged", &["equal_transfer"]);
    draft.functions.push(
        Function::call("cancel", "The first debtor takes the proposal back while nobody has taken the debt on.").by(&["muhil"]).does(
            "if (phase != Phase.Proposed && phase != Phase.Consented) revert WrongPhase(phase);\n_enter(Phase.Cancelled);",
        ),
    );
    draft.scripts.push(
        Script::new("the debt moves at its amount and is paid by the new debtor")
            .act("muhal", "consent")
            .act("muhal_alayh", "assume")
            .hands("muhal_alayh", "payDebt", owed, "muhal")
            .read("debtor", Arg::Party("muhal_alayh".to_owned()))
            .read("outstanding", Arg::Number(0)),
    );
    draft.scripts.push(
        Script::new("nothing moves without consent")
            .read("debtor", Arg::Party("muhil".to_owned()))
            .refused("muhal_alayh", "assume", vec![], 0, "WrongPhase")
            .act("muhal", "consent")
            .act("muhil", "cancel")
            .refused("muhal_alayh", "assume", vec![], 0, "WrongPhase")
            .refused("muhil", "cancel", vec![], 0, "WrongPhase"),
    );
    draft.scripts.push(
        Script::new("no more than the debt is taken").act("muhal", "consent").act("muhal_alayh", "assume").refused(
            "muhal_alayh",
            "payDebt",
            vec![],
            owed + 1,
            "WrongAmount",
        ),
    );
}

/// A deposit in trust: its owner may have it at any time, its keeper never.
pub(super) fn wadia(draft: &mut Draft) {
    draft.error("NothingToPay()", "The amount would be zero.");
    draft.event("Deposited(uint256 amount)", "Money was put into trust.");
    draft.event("Returned(uint256 amount)", "Money came back out of trust.");
    draft.functions.push(
        Function::pay("deposit", "Puts money into trust.")
            .by(&["depositor"])
            .keeps(&["held_as_amanah"])
            .does("if (msg.value == 0) revert NothingToPay();\npool += msg.value;\nemit Deposited(msg.value);"),
    );
    draft.functions.push(
        Function::internal("_return", "Gives money back to its owner; there is no other way out.")
            .takes("uint256", "amount", "How much.")
            .keeps(&["no_custodian_use"])
            .does("if (amount == 0 || amount > pool) revert WrongAmount(pool, amount);\nemit Returned(amount);\n_release($depositor, amount);"),
    );
    draft.functions.push(
        Function::call("reclaim", "The depositor has any part of the deposit back, at any time.")
            .by(&["depositor"])
            .takes("uint256", "amount", "How much.")
            .keeps(&["held_as_amanah"])
            .does("_return(amount);"),
    );
    draft.functions.push(
        Function::call("giveBack", "The custodian gives the whole deposit back to its owner.")
            .by(&["custodian"])
            .keeps(&["no_custodian_use"])
            .does("_return(pool);"),
    );
    draft.scripts.push(
        Script::new("the deposit comes back whole")
            .puts("depositor", "deposit", 1_000_000)
            .call("depositor", "reclaim", vec![Arg::Number(400_000)], 0, &[("depositor", 400_000)])
            .call("custodian", "giveBack", vec![], 0, &[("depositor", 600_000)])
            .read("pool", Arg::Number(0)),
    );
    draft.scripts.push(
        Script::new("no more comes out than is in trust")
            .refused("depositor", "deposit", vec![], 0, "NothingToPay")
            .refused("custodian", "giveBack", vec![], 0, "WrongAmount")
            .puts("depositor", "deposit", 7)
            .refused("depositor", "reclaim", vec![Arg::Number(8)], 0, "WrongAmount")
            .refused("depositor", "reclaim", vec![Arg::Number(0)], 0, "WrongAmount"),
    );
}
