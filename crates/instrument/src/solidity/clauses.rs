//! Clauses that many classes share: who may call, how money leaves, what the oracle says, zakat, contingencies.

use std::collections::BTreeSet;

use super::draft::{Draft, Function};
use super::names::capital;
use super::print::estate;
use super::script::{Arg, Script};
use super::undo::LONGEST_DAYS;
use crate::ast::Instrument;

/// Gas that a payment may use. Enough for a wallet contract's bookkeeping, too little to use up what the caller brought.
const PAYMENT_GAS: u32 = 50_000;
/// Gas that must be there for a payment to get all of that: a call costs up to 36,600 itself where it moves money to a new account, and passes on
/// at most 63 of 64 parts of the rest (EIP-150, EIP-2929).
const NEEDED_GAS: u32 = 90_000;

/// Role modifiers for every group of actors that a function names; nobody else can call anything.
pub(super) fn roles(draft: &mut Draft) {
    draft.error("NotPermitted(address caller)", "The caller does not have the role that the call belongs to.");
    if draft.actors.len() > 1 {
        draft.error("BadParty(address party)", "A party is the zero address, or has two roles.");
    }
    let functions: Vec<Function> = draft.functions.iter().filter(|own| !own.by.is_empty()).cloned().collect();
    for function in functions {
        let name: Vec<String> = function.by.iter().map(|key| format!("${{{}}}", capital(key))).collect();
        let suffix = estate(draft, &function);
        let body = format!("{}\n_;", refusal(draft, &function)).replace('\n', "\n  ");
        let code = format!("modifier only{}{suffix}() {{\n  {body}\n}}", name.join("Or"));
        let doc = match suffix {
            "" => "Keeps the roles apart: others are refused.",
            _ => {
                "Keeps the roles apart: others are refused. Who judged that somebody has died collects for its estate."
            }
        };
        draft.modifier(&code, doc);
    }
}

/// Refuses whoever has no role for a function, and whoever has died: somebody else has its key.
fn refusal(draft: &Draft, function: &Function) -> String {
    let strangers: Vec<String> = function.by.iter().map(|key| format!("msg.sender != ${{{key}}}")).collect();
    let strangers = strangers.join(" && ");
    // Who judges or is given to is nobody's heir, so nobody declares it dead.
    if !draft.heirs || function.by.iter().all(|key| key == "arbiter" || key == "fund") {
        return format!("if ({strangers}) revert NotPermitted(msg.sender);");
    }
    let strangers = if function.by.len() > 1 { format!("({strangers})") } else { strangers };
    let refused = format!("{strangers} || heirsOf[msg.sender].length != 0");
    if function.collects_for.is_empty() {
        return format!("if ({refused}) revert NotPermitted(msg.sender);");
    }
    let dead: Vec<String> =
        function.collects_for.iter().map(|key| format!("heirsOf[${{{key}}}].length != 0")).collect();
    let dead = if dead.len() > 1 { format!("({})", dead.join(" || ")) } else { dead.join("") };
    format!(
        "bool collects = msg.sender == $arbiter && {dead};\nif (!collects && ({refused})) revert NotPermitted(msg.sender);"
    )
}

/// How money is held and paid: by transfer first; what a receiver refuses becomes a credit, and nobody else is held up.
pub(super) fn money(draft: &mut Draft) {
    draft.import("import {ReentrancyGuard} from \"@openzeppelin/contracts/utils/ReentrancyGuard.sol\";");
    if !draft.money {
        return;
    }
    draft.state("uint256 public pool;", "Money held for the instrument, in the smallest unit of the coin.");
    draft.state("mapping(address => uint256) public credits;", "Money that a receiver refused and may withdraw.");
    let all = if draft.heirs { "credits and estates" } else { "credits" };
    draft.state(
        "uint256 public totalCredits;",
        &format!("The sum of all {all}; with the pool, all that the contract holds."),
    );
    draft.event("Paid(address indexed to, uint256 amount)", "Money was transferred.");
    draft.event("Credited(address indexed to, uint256 amount)", "A receiver refused money, which now waits for it.");
    draft.event("Withdrawn(address indexed from, address indexed to, uint256 amount)", "A credit was withdrawn.");
    draft.error("WrongAmount(uint256 expected, uint256 got)", "The money sent is not what is due.");
    draft.error("TooLittleGas()", "With what gas is left a receiver that takes the money could seem to refuse it.");
    draft.error("NoCredit()", "There is nothing to withdraw.");
    draft.error("WithdrawalFailed()", "The receiver of the withdrawal is nobody, or refuses money.");
    draft.functions.push(
        Function::call("withdraw", "Sends the caller's credit to an address that takes it.")
            .takes("address", "to", "Who receives the money.")
            .does(
                "uint256 amount = credits[msg.sender];
if (amount == 0) revert NoCredit();
credits[msg.sender] = 0;
totalCredits -= amount;
emit Withdrawn(msg.sender, to, amount);
if (to == address(0) || !_transfer(to, amount, gasleft())) revert WithdrawalFailed();",
            ),
    );
    payments(draft);
}

/// What takes and pays money inside of the contract.
fn payments(draft: &mut Draft) {
    // A call of the language copies what the receiver returns, at the caller's cost: megabytes of it would hold everybody up.
    draft.functions.push(
        Function::internal(
            "_transfer",
            "Transfers money, the only way that money leaves. Nothing of what the receiver returns is copied.",
        )
        .takes("address", "to", "Who is paid.")
        .takes("uint256", "amount", "How much.")
        .takes("uint256", "allowance", "The gas that the receiver may use.")
        .does("assembly (\"memory-safe\") {\n  sent := call(allowance, to, amount, 0, 0, 0, 0)\n}"),
    );
    last(draft).returns = Some(("bool sent".to_owned(), "sent Whether the receiver took it.".to_owned()));
    draft.functions.push(
        Function::internal("_due", "Accepts exactly the money that is due.")
            .takes("uint256", "expected", "The amount.")
            .does("if (msg.value != expected) revert WrongAmount(expected, msg.value);"),
    );
    last(draft).kind = "internal view".to_owned();
    draft.functions.push(
        Function::internal(
            "_pay",
            "Transfers money. The receiver gets bounded gas and cannot undo what its caller does: what it refuses is credited.",
        )
        .takes("address", "to", "Who is paid.")
        .takes("uint256", "amount", "How much.")
        .does(&format!(
            "if (amount == 0) return;
if (gasleft() < {NEEDED_GAS}) revert TooLittleGas();
if (_transfer(to, amount, {PAYMENT_GAS})) {{
  emit Paid(to, amount);
}} else {{
  credits[to] += amount;
  totalCredits += amount;
  emit Credited(to, amount);
}}"
        )),
    );
    draft.functions.push(
        Function::internal("_release", "Pays out of the pool.")
            .takes("address", "to", "Who is paid.")
            .takes("uint256", "amount", "How much.")
            .does("pool -= amount;\n_pay(to, amount);"),
    );
    // Only what is used is written.
    if !draft.functions.iter().any(|own| own.body.contains("_release(")) {
        draft.functions.pop();
    }
}

fn last<'a>(draft: &'a mut Draft<'_>) -> &'a mut Function {
    let at = draft.functions.len() - 1;
    &mut draft.functions[at]
}

/// The value comes from the oracle and from nobody else.
pub(super) fn oracle(draft: &mut Draft) {
    draft.oracle = true;
    draft.import("import {IValuationOracle} from \"./IValuationOracle.sol\";");
    draft.functions.push(
        Function::view(
            "fairValue",
            "The attested value; reverts while it is unknown (majhul).",
            "uint256",
            "The value.",
        )
        .keeps(&["price_attested"])
        .does("return oracle.fairValue();"),
    );
}

/// Shares of 10000 are computed without overflow.
pub(super) fn shares(draft: &mut Draft) {
    draft.import("import {Math} from \"@openzeppelin/contracts/utils/math/Math.sol\";");
    let item = "uint256 public constant BPS = 10000;";
    if !draft.state.iter().any(|own| own.code == item) {
        draft.state.insert(0, super::draft::Item { doc: "All shares together.".to_owned(), code: item.to_owned() });
    }
}

/// Zakat of a base goes to the fund, at the rate of the file.
pub(super) fn zakat(draft: &mut Draft, payers: &[&str]) {
    let Some(zakat) = &draft.spec.zakat else { return };
    let number = |key: &str| zakat.value(key).and_then(|value| value.as_number());
    let (rate, nisab) = (number("rate_bps").unwrap_or(250), number("nisab").unwrap_or(1));
    let Some(sink) = sink(draft) else {
        draft.unenforced.push("zakat: no party of this contract is its beneficiary".to_owned());
        return;
    };
    shares(draft);
    draft.state(&format!("uint256 public constant ZAKAT_BPS = {rate};"), "The rate of zakat.");
    draft.state(&format!("uint256 public constant NISAB = {nisab};"), "Below this base no zakat is due.");
    draft.event("ZakatRouted(address indexed payer, uint256 base, uint256 amount)", "Zakat went to the fund.");
    let base = "What zakat is reckoned of, in the smallest unit of the coin.";
    draft.functions.push(
        Function::view("zakatDue", "The zakat of a base.", "uint256", "The amount, rounded down.")
            .takes("uint256", "base", base)
            .does("return base < NISAB ? 0 : Math.mulDiv(base, ZAKAT_BPS, BPS);"),
    );
    last(draft).kind = "public pure".to_owned();
    draft.functions.push(
        Function::pay("payZakat", "Sends exactly the zakat of a base to the fund.")
            .by(payers)
            .takes("uint256", "base", base)
            .keeps(&["zakat_routed"])
            .does(&format!(
                "_due(zakatDue(base));\nemit ZakatRouted(msg.sender, base, msg.value);\n_pay(${sink}, msg.value);"
            )),
    );
    zakat_script(draft, payers[0], &sink, u128::from(rate), u128::from(nisab));
}

fn zakat_script(draft: &mut Draft, payer: &str, sink: &str, rate: u128, nisab: u128) {
    // A base that is not a multiple of 10000, so that rounding is seen.
    let base = nisab + 1_500_001;
    let due = base * rate / 10_000;
    draft.scripts.push(
        Script::new("zakat is the rate of the base, rounded down, and goes to the fund")
            .read_of("zakatDue", vec![Arg::Number(nisab - 1)], Arg::Number(0))
            .read_of("zakatDue", vec![Arg::Number(base)], Arg::Number(due))
            .refused(payer, "payZakat", vec![Arg::Number(base)], due + 1, "WrongAmount")
            .call(payer, "payZakat", vec![Arg::Number(base)], due, &[(payer, -(due as i128)), (sink, due as i128)])
            .call(payer, "payZakat", vec![Arg::Number(nisab - 1)], 0, &[]),
    );
}

/// Who is given zakat.
fn sink(draft: &Draft) -> Option<String> {
    let zakat = draft.spec.zakat.as_ref()?;
    let named = zakat.value("beneficiary")?;
    let declared = draft.spec.parties.iter().flat_map(|own| &own.parties);
    let mut names = declared.flat_map(|own| [own.name.text.as_str(), own.role.text.as_str()]);
    // Nobody is given in the place of who was named.
    let known = named.as_path().is_some_and(|path| names.any(|own| own == path[0].text));
    if known { draft.named(named) } else { fund(draft) }
}

/// Who is given what nobody may gain by: nobody who dies has one of these as its heir.
pub(super) fn charities(draft: &Draft) -> BTreeSet<String> {
    fund(draft).into_iter().chain(sink(draft)).collect()
}

/// The actor of the role `beneficiary`.
pub(super) fn fund(draft: &Draft) -> Option<String> {
    draft.has("fund").then(|| "fund".to_owned())
}

/// How a lifecycle declares that a step may happen; a file without a lifecycle allows all.
pub(super) fn lists(spec: &Instrument, step: &str) -> bool {
    spec.lifecycle.as_ref().is_none_or(|lifecycle| lifecycle.lists(step))
}

/// Rent in a calamity: abated, not deferred. The view that a payment charges is `effectiveRentDue`.
pub(super) fn abatement(draft: &mut Draft, authority: &str) -> bool {
    let handler = draft.spec.contingency.as_ref().and_then(|own| own.value("jaaihah")).and_then(|own| own.as_name());
    let Some(handler) = handler else { return false };
    draft.state("bool public jaaihah;", "Whether a calamity has been declared.");
    draft.event("JaaihahDeclared()", "A calamity was declared; from here on no rent is due.");
    draft.error("AlreadyDeclared()", "The calamity has been declared before.");
    draft.functions.push(
        Function::call("declareJaaihah", "Declares a calamity: rent is abated, not deferred.")
            .by(&[authority])
            .with("live")
            .keeps(&["jaaihah_abates", "rent_on_living_share"])
            .does("if (jaaihah) revert AlreadyDeclared();\njaaihah = true;\nemit JaaihahDeclared();"),
    );
    if handler == "reschedule" {
        draft.state(
            "uint256 public rescheduledUntil;",
            "Until when obligations are put off, in seconds of the ledger's clock.",
        );
        draft.event("ObligationsRescheduled(uint256 until)", "Obligations were put off, at the same amount.");
        draft.error("NoJaaihah()", "No calamity has been declared.");
        draft.functions.push(
            Function::call("rescheduleWithoutRiba", "Puts obligations off; no amount changes.")
                .by(&[authority])
                .with("live")
                .takes("uint32", "delay", "For how long from now, in seconds.")
                .keeps(&["jaaihah_reschedules_without_riba"])
                .does(
                    "if (!jaaihah) revert NoJaaihah();
rescheduledUntil = block.timestamp + delay;
emit ObligationsRescheduled(rescheduledUntil);",
                ),
        );
    }
    true
}

/// The phases of a life, with the step from one to the next.
pub(super) fn phases(draft: &mut Draft, phases: &[&'static str]) {
    draft.phases(phases);
    draft.event("PhaseEntered(Phase phase)", "The contract entered a phase.");
    draft.functions.push(
        Function::internal("_enter", "Goes on to a phase.")
            .takes("Phase", "next", "The phase.")
            .does("phase = next;\nemit PhaseEntered(next);"),
    );
}

/// A step that moves no money.
pub(super) fn step(
    draft: &mut Draft,
    name: &str,
    notice: &str,
    by: &[&str],
    from: &str,
    to: &str,
    keeps: &[&'static str],
) {
    draft
        .functions
        .push(Function::call(name, notice).by(by).during(from).keeps(keeps).does(&format!("_enter(Phase.{to});")));
}

/// A step that moves no money and leaves a trace of what happened outside of the ledger.
pub(super) fn proven(
    draft: &mut Draft,
    name: &str,
    notice: &str,
    by: &[&str],
    from: &str,
    to: &str,
    keeps: &[&'static str],
) {
    draft.event(
        "Evidence(address indexed by, bytes32 evidence)",
        "What happened outside of the ledger, by the hash of its document.",
    );
    draft.error("NoEvidence()", "The hash of the document is missing.");
    draft.functions.push(
        Function::call(name, notice)
            .by(by)
            .during(from)
            .takes("bytes32", "evidence", "The hash of the document that shows it.")
            .keeps(keeps)
            .does(&format!(
                "if (evidence == bytes32(0)) revert NoEvidence();
emit Evidence(msg.sender, evidence);
_enter(Phase.{to});"
            )),
    );
}

/// A debt that is paid in parts and never grows: the only assignments to it are the sum that is owed and what was paid.
pub(super) fn debt(draft: &mut Draft) {
    draft.state(
        "uint256 public outstanding;",
        "What is still owed, in the smallest unit of the coin. It never grows with time.",
    );
    draft.event("DebtPaid(address indexed payer, uint256 amount, uint256 outstanding)", "A part of the debt was paid.");
}

/// Pays a part of the debt to whom it is owed; the last part leads to another phase.
pub(super) fn instalment(
    draft: &mut Draft,
    name: &str,
    by: &str,
    to: &str,
    from: &str,
    next: &str,
    keeps: &[&'static str],
) {
    draft.functions.push(
        Function::pay(name, &format!("Pays any part of the debt to `${to}`; no more than what is owed is taken."))
            .by(&[by])
            .during(from)
            .keeps(keeps)
            .does(&format!(
                "if (msg.value == 0 || msg.value > outstanding) revert WrongAmount(outstanding, msg.value);
outstanding -= msg.value;
emit DebtPaid(msg.sender, msg.value, outstanding);
if (outstanding == 0) _enter(Phase.{next});
_pay(${to}, msg.value);"
            )),
    );
}

/// A point in time after which a call is possible, in seconds from a beginning that the contract keeps: what the first of `(block, key)`
/// says, or `otherwise`.
pub(super) fn period(draft: &mut Draft, name: &str, doc: &str, places: &[(&str, &str)], otherwise: u128) {
    let seconds = draft.time(places).unwrap_or(otherwise);
    draft.parameter("uint256", name, doc, Arg::Number(seconds));
    draft.error("BadPeriod()", "A period is zero or longer than a hundred years.");
    draft.checks.push(format!("if ({name}_ == 0 || {name}_ > {LONGEST_DAYS} days) revert BadPeriod();"));
    draft.error("TooEarly(uint256 until)", "The time for the call has not come.");
    draft.refuse(name, Arg::Number(0), "BadPeriod");
    draft.refuse(name, Arg::Most, "BadPeriod");
}

/// A hash that may not be missing.
pub(super) fn document(draft: &mut Draft, name: &str, doc: &str) {
    draft.parameter("bytes32", name, doc, Arg::Bytes(0x11));
    draft.error("NoEvidence()", "The hash of the document is missing.");
    draft.checks.push(format!("if ({name}_ == bytes32(0)) revert NoEvidence();"));
    draft.refuse(name, Arg::Bytes(0), "NoEvidence");
}

/// A ratio in hundredths of a percent, up to all.
pub(super) fn ratio(draft: &mut Draft, name: &str, doc: &str, bps: u128) {
    shares(draft);
    draft.parameter("uint256", name, doc, Arg::Number(bps));
    draft.error("BadRatio()", "The ratio is more than the whole.");
    draft.checks.push(format!("if ({name}_ > BPS) revert BadRatio();"));
    draft.refuse(name, Arg::Number(10_001), "BadRatio");
}
