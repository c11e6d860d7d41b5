//! Going back and inheriting, for every class but the diminishing partnership, which has clauses of its own for both: the option to rescind,
//! mutual consent, judgement, heirs, calamities. Each is written only where the file declares it.

mod heirs;
mod scripts;
mod ways;

pub(super) use heirs::{inheritance, unfit, valid_heirs};

use super::TOO_LONG;
use super::clauses;
use super::draft::{Draft, Function};
use super::script::Script;
use super::words;
use crate::ast::{Block, Expr, ExprKind, Instrument};
use etymon_diagnostics::Diagnostic;

/// The option's length where the file states none, in seconds: three days, which is what the tradition names.
pub(super) const KHIYAR: u128 = 259_200;

/// How a class goes back.
struct Way {
    /// Who made the contract and must agree to undo it.
    parties: &'static [&'static str],
    /// Whether members have made it, too.
    members: bool,
    /// The phases in which nothing has been performed that an option could not undo.
    before: &'static [&'static str],
    /// The phases in which consent or a judge can undo it.
    live: &'static [&'static str],
    /// Gives back what the contract holds; `was` is the phase before.
    back: String,
    /// What passed by hand and has to be given back: by whom, to whom, how much in terms of the phase before.
    owes: Option<(&'static str, &'static str, &'static str)>,
    /// The phases in which the death of a party ends it: what was earned before stays earned. Sales and debts outlive the parties, work for
    /// each other does not.
    mortal: Option<&'static [&'static str]>,
    /// Something that puts money in, for the tests, and whom it goes back to.
    lead: Script,
    moves: Vec<(String, u128)>,
    /// Something that passes money by hand, for the tests, and how much of it has to be given back.
    passed: Option<(Script, u128)>,
}

/// Adds what the sections `rescission` and `contingency` ask for.
pub(super) fn clauses(draft: &mut Draft) {
    let spec = draft.spec;
    let blocks: Vec<&Block> = spec.rescission.iter().flat_map(|own| &own.blocks).collect();
    let handler = |key: &str| spec.contingency.as_ref().and_then(|own| own.value(key)).and_then(|own| own.as_name());
    let Some(way) = ways::way(draft) else {
        for block in blocks {
            draft.unenforced.push(format!("rescission.{}: what was endowed does not come back", block.name.text));
        }
        for entry in spec.contingency.iter().flat_map(|own| &own.entries) {
            draft.vacuous.push(format!("contingency.{}: nobody owes or inherits what was endowed", entry.key.text));
        }
        return;
    };
    let known: Vec<&str> =
        blocks.iter().map(|block| block.name.text.as_str()).filter(|name| rescinds(draft, name)).collect();
    let faraid = handler("death") == Some("faraid");
    if !known.is_empty() || faraid {
        unwinding(draft, &way);
    }
    for block in &blocks {
        match block.name.text.as_str() {
            name if !known.contains(&name) => {
                let why = if BLOCKS.contains(&name) { "no party may judge it" } else { "no such way back is known" };
                draft.unenforced.push(format!("rescission.{name}: {why}"));
            }
            "khiyar_al_shart" => option(draft, &way, window(block)),
            "iqalah" => consent(draft, &way),
            "khiyar_al_ayb" => defect(draft, &way),
            _ => judgement(draft),
        }
    }
    if faraid {
        heirs::death(draft, &way);
    }
    if let Some(handler) = handler("jaaihah") {
        calamity(draft, handler);
    }
    scripts::scripts(draft, &way, &known, faraid);
}

/// Whether somebody can be declared dead.
pub(super) fn inherits(draft: &Draft) -> bool {
    let handler = draft.spec.contingency.as_ref().and_then(|own| own.value("death")).and_then(|own| own.as_name());
    handler == Some("faraid") && draft.has("arbiter") && draft.money
}

const BLOCKS: [&str; 4] = ["khiyar_al_shart", "iqalah", "khiyar_al_ayb", "faskh"];

/// Whether a block of `rescission` becomes a function: two need a judge.
fn rescinds(draft: &Draft, block: &str) -> bool {
    matches!(block, "khiyar_al_shart" | "iqalah") || matches!(block, "khiyar_al_ayb" | "faskh") && draft.has("arbiter")
}

/// For how long the option lasts, in seconds; a number without a unit counts seconds.
pub(super) fn window(block: &Block) -> u128 {
    block.entries.value("window").and_then(window_seconds).unwrap_or(KHIYAR).max(1)
}

/// A time in seconds; nothing for what is no number, or in an unknown unit.
pub(super) fn window_seconds(value: &Expr) -> Option<u128> {
    let ExprKind::Number(number, unit) = &value.kind else { return None };
    let each = match unit.as_ref().map(|unit| words::period(&unit.text)) {
        None | Some(Some("second")) => 1,
        Some(Some("minute")) => 60,
        Some(Some("hour")) => 3_600,
        Some(Some("day")) => 86_400,
        Some(Some("week")) => 604_800,
        Some(_) => return None,
    };
    Some(u128::from(*number) * each)
}

/// A hundred years, in days: the longest time that a contract takes.
pub(super) const LONGEST_DAYS: u128 = 36_500;

/// Refuses an option that would last longer than the contract takes.
pub(super) fn lasting(spec: &Instrument) -> Result<(), Diagnostic> {
    match spec.rescission.as_ref().and_then(|own| own.get("khiyar_al_shart")).map(window) {
        Some(seconds) if seconds > LONGEST_DAYS * 86_400 => Err(Diagnostic::error(
            TOO_LONG,
            format!("`rescission.khiyar_al_shart` lasts {seconds} seconds, longer than a contract takes"),
        )
        .help(format!("give a `window` of at most {LONGEST_DAYS} days"))),
        _ => Ok(()),
    }
}

/// `phase` in one of some phases; classes without phases are always in the one they have.
fn within(draft: &Draft, phases: &[&str]) -> String {
    if draft.phases.is_empty() {
        return "true".to_owned();
    }
    phases.iter().map(|name| format!("phase == Phase.{name}")).collect::<Vec<_>>().join(" || ")
}

/// The parties as those who may call.
fn by(function: Function, way: &Way) -> Function {
    if way.members { function.with("onlyParty") } else { function.by(way.parties) }
}

/// What all ways have in common: the state that they lead to, and how the money goes.
fn unwinding(draft: &mut Draft, way: &Way) {
    let staged = !draft.phases.is_empty();
    draft.error("NotRescindable()", "The contract cannot be undone in this way now.");
    draft.event("Unwound(uint256 restitution)", "The contract was undone; what passed by hand has to be given back.");
    if way.members {
        draft.modifier(
            "modifier onlyParty() {\n  if (msg.sender != $manager && shareOf[msg.sender] == 0) revert NotPermitted(msg.sender);\n  _;\n}",
            "Members and who manages for them only.",
        );
    }
    let live = within(draft, way.live);
    if staged {
        draft.phases.push("Rescinded");
        draft.modifier(
            &format!("modifier undoable() {{\n  if (!({live})) revert NotRescindable();\n  _;\n}}"),
            "Only while the contract can be undone.",
        );
    }
    let mut body = String::new();
    if way.back.contains("was ") || way.owes.is_some_and(|(.., due)| due.contains("was ")) {
        body.push_str("Phase was = phase;\n");
    }
    if let Some((from, to, due)) = way.owes {
        draft.phases.push("Restoring");
        draft.state(
            "uint256 public restitution;",
            &format!(
                "What `${from}` has still to give back to `${to}`, in the smallest unit of the coin. It never grows."
            ),
        );
        body.push_str(&format!("restitution = {due};\n{}\n", way.back));
        body.push_str("emit Unwound(restitution);\n_enter(restitution == 0 ? Phase.Rescinded : Phase.Restoring);");
        restore(draft, from, to);
    } else {
        body.push_str("emit Unwound(0);\n");
        if staged {
            body.push_str("_enter(Phase.Rescinded);\n");
        }
        body.push_str(&way.back);
    }
    draft.functions.push(
        Function::internal("_unwind", "Undoes the contract: what it holds goes back to who paid it in.").does(&body),
    );
}

fn restore(draft: &mut Draft, from: &str, to: &str) {
    draft.event("Restored(uint256 amount, uint256 restitution)", "Something that had passed by hand was given back.");
    draft.functions.push(
        Function::pay("restore", &format!("Gives any part of what is due back to `${to}`; no more is taken."))
            .by(&[from])
            .during("Restoring")
            .does(&format!(
                "if (msg.value == 0 || msg.value > restitution) revert WrongAmount(restitution, msg.value);
restitution -= msg.value;
emit Restored(msg.value, restitution);
if (restitution == 0) _enter(Phase.Rescinded);
_pay(${to}, msg.value);"
            )),
    );
}

/// Only while the contract can be undone; where it has no phases, it always can.
fn undoable(draft: &Draft, function: Function) -> Function {
    if draft.phases.is_empty() { function } else { function.with("undoable") }
}

fn option(draft: &mut Draft, way: &Way, seconds: u128) {
    clauses::period(
        draft,
        "khiyarPeriod",
        "For how long any party may rescind, in seconds from the contract on.",
        &[],
        seconds,
    );
    draft
        .state("uint256 public khiyarDeadline;", "Until when any party may rescind, in seconds of the ledger's clock.");
    draft.checks.push("khiyarDeadline = block.timestamp + khiyarPeriod_;".to_owned());
    draft.event("KhiyarRescinded(address indexed party)", "A party used its option to rescind.");
    let before = within(draft, way.before);
    let late = if before == "true" { String::new() } else { format!(" || !({before})") };
    let function =
        Function::call("rescindKhiyar", "Undoes the contract within the option's time, before it is performed.");
    let function = by(function, way).does(&format!(
        "if (block.timestamp > khiyarDeadline{late}) revert NotRescindable();\nemit KhiyarRescinded(msg.sender);\n_unwind();"
    ));
    draft.functions.push(function);
}

fn consent(draft: &mut Draft, way: &Way) {
    draft.state("uint256 public iqalahRound;", "How often it was proposed to undo the contract by mutual consent.");
    draft.state("mapping(address => uint256) public consentedIn;", "The last round in which a party consented.");
    draft.state("uint256 public consents;", "How many consent to the current proposal; none where there is none.");
    draft.event("IqalahProposed(address indexed party)", "A party proposed to undo the contract.");
    draft.event("IqalahCompleted(address indexed party)", "The last party consented.");
    // A proposal ends with its phase, and does not come back with it.
    if let Some(enter) = draft.functions.iter_mut().find(|own| own.name == "_enter") {
        enter.body.push_str("\nconsents = 0;");
    }
    let propose = Function::call("proposeIqalah", "Proposes to undo the contract as it stands by mutual consent.");
    let propose = undoable(draft, by(propose, way)).does(
        "iqalahRound += 1;\nconsents = 1;\nconsentedIn[msg.sender] = iqalahRound;\nemit IqalahProposed(msg.sender);",
    );
    draft.functions.push(propose);
    let count = way.parties.len();
    let all = if way.members { format!("members.length + {count}") } else { count.to_string() };
    let accept =
        Function::call("acceptIqalah", "Consents to what was proposed; with the last consent the contract is undone.");
    let accept = undoable(draft, by(accept, way)).does(&format!(
        "if (consents == 0 || consentedIn[msg.sender] == iqalahRound) revert NotRescindable();
consentedIn[msg.sender] = iqalahRound;
consents += 1;
if (consents == {all}) {{
  consents = 0;
  emit IqalahCompleted(msg.sender);
  _unwind();
}}"
    ));
    draft.functions.push(accept);
}

fn defect(draft: &mut Draft, way: &Way) {
    draft.state("address public defectClaimant;", "Who claims a defect; the zero address while nobody does.");
    draft.event("DefectRaised(address indexed party, string reason)", "A party claims a hidden defect.");
    draft.event("DefectResolved(bool upheld)", "The claim was judged.");
    let raise =
        Function::call("raiseDefect", "Claims a hidden defect.").takes("string calldata", "reason", "What it is.");
    let raise = undoable(draft, by(raise, way)).does(
        "if (defectClaimant != address(0)) revert NotRescindable();
defectClaimant = msg.sender;
emit DefectRaised(msg.sender, reason);",
    );
    draft.functions.push(raise);
    let resolve = Function::call("resolveDefect", "Judges the claim; upheld, it undoes the contract.")
        .by(&["arbiter"])
        .takes("bool", "upheld", "Whether the claim is right.");
    let resolve = undoable(draft, resolve).does(
        "if (defectClaimant == address(0)) revert NotRescindable();
defectClaimant = address(0);
emit DefectResolved(upheld);
if (upheld) _unwind();",
    );
    draft.functions.push(resolve);
}

fn judgement(draft: &mut Draft) {
    draft.event("JudicialFaskh(address indexed judge)", "The contract was dissolved by judgement.");
    let function = Function::call("judicialFaskh", "Dissolves the contract by judgement.").by(&["arbiter"]);
    let function = undoable(draft, function).does("emit JudicialFaskh(msg.sender);\n_unwind();");
    draft.functions.push(function);
}

/// A calamity puts off what falls due at a date. Rent is abated by the clauses of the lease.
fn calamity(draft: &mut Draft, handler: &str) {
    if draft.functions.iter().any(|own| own.name == "declareJaaihah") {
        return;
    }
    let Some((due, phase, creditor)) = ways::due(draft.class) else {
        draft.vacuous.push("contingency.jaaihah: in this class no payment falls due at a date".to_owned());
        return;
    };
    if handler != "reschedule" {
        draft.unenforced.push("contingency.jaaihah: this class has no rent that could be abated".to_owned());
        return;
    }
    let judge = if draft.has("arbiter") { "arbiter" } else { creditor };
    draft.state("bool public jaaihah;", "Whether a calamity has been declared.");
    draft.event("JaaihahDeclared()", "A calamity was declared; what falls due may be put off, at the same amount.");
    draft.event("ObligationsRescheduled(uint256 until)", "Obligations were put off, at the same amount.");
    draft.error("AlreadyDeclared()", "The calamity has been declared before.");
    draft.error("NoJaaihah()", "No calamity has been declared.");
    draft.functions.push(
        Function::call("declareJaaihah", "Declares a calamity.")
            .by(&[judge])
            .keeps(&["jaaihah_abates"])
            .does("if (jaaihah) revert AlreadyDeclared();\njaaihah = true;\nemit JaaihahDeclared();"),
    );
    draft.functions.push(
        Function::call("rescheduleWithoutRiba", "Puts what falls due off, never forward; no amount changes.")
            .by(&[judge])
            .during(phase)
            .takes("uint32", "delay", "For how long from now, in seconds.")
            .keeps(&["jaaihah_reschedules_without_riba"])
            .does(&format!(
                "if (!jaaihah) revert NoJaaihah();
uint256 until = block.timestamp + delay;
if (until > {due}) {due} = until;
emit ObligationsRescheduled({due});"
            )),
    );
    draft.scripts.push(scripts::calamity(judge));
}
