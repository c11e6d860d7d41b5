//! `musharakah_mutanaqisah`: two partners own an asset; one lives in it, pays rent for the other's share and buys that share step by step.

mod scripts;

use crate::solidity::clauses;
use crate::solidity::draft::{Draft, Function};
use crate::solidity::script::Arg;
use crate::solidity::undo::{self, LONGEST_DAYS};

const PARTNERS: &[&str] = &["bank", "client"];

/// The clauses of the class.
pub(super) fn clauses(draft: &mut Draft) {
    draft.error("WrongStage()", "The contract is not at the stage that the call belongs to.");
    clauses::oracle(draft);
    clauses::shares(draft);
    parameters(draft);
    state(draft);
    funding(draft);
    let abated = draft.has("arbiter") && clauses::abatement(draft, "arbiter")
        || !draft.has("arbiter") && clauses::abatement(draft, "bank");
    rent(draft, abated);
    buyout(draft);
    settlement(draft);
    rescission(draft);
    if !draft.functions.iter().any(|own| own.name == "judicialFaskh") {
        silence(draft);
    }
    dissolution(draft);
    scripts::scripts(draft, abated);
    clauses::zakat(draft, PARTNERS);
    bereaved(draft);
}

/// After the death of the acquirer nobody pays zakat through the contract: somebody else has its key, and no estate waits here.
fn bereaved(draft: &mut Draft) {
    if !draft.functions.iter().any(|own| own.name == "dissolveByFaraid") {
        return;
    }
    let Some(zakat) = draft.functions.iter_mut().find(|own| own.name == "payZakat") else { return };
    zakat.body = format!("if (deceased) revert WrongStage();\n{}", zakat.body);
    if let Some(death) = draft.functions.iter_mut().find(|own| own.name == "dissolveByFaraid") {
        death.body = death.body.replacen("uint256 waiting", "deceased = true;\nuint256 waiting", 1);
    }
    draft.state("bool public deceased;", "Whether the death of `$client` was declared.");
    scripts::bereaved(draft);
}

fn parameters(draft: &mut Draft) {
    let share = draft.shares().get("bank").copied().unwrap_or(8_000);
    let rate = draft.number("rent", "rate", 1);
    draft.parameter(
        "uint256",
        "initial${Bank}ShareBps",
        "The share that `$bank` begins with, in hundredths of a percent.",
        Arg::Number(u128::from(share)),
    );
    draft.parameter(
        "uint256",
        "rentPerPeriodPerBps",
        "Rent of a period for each hundredth of a percent of `$bank`'s share.",
        Arg::Number(rate),
    );
    draft.parameter(
        "uint256",
        "khiyarPeriod",
        "For how long either partner may rescind, in seconds.",
        Arg::Number(window(draft)),
    );
    draft.error("BadTerms()", "A share must lie strictly between 0 and 10000, and amounts must fit their arithmetic.");
    for bps in [0, 10_000] {
        draft.refuse("initial${Bank}ShareBps", Arg::Number(bps), "BadTerms");
    }
    draft.refuse("rentPerPeriodPerBps", Arg::Most, "BadTerms");
    draft.refuse("khiyarPeriod", Arg::Most, "BadTerms");
    draft
        .checks
        .push("if (initial${Bank}ShareBps_ == 0 || initial${Bank}ShareBps_ >= BPS) revert BadTerms();".to_owned());
    draft.checks.push(format!(
        "if (rentPerPeriodPerBps_ > type(uint128).max || khiyarPeriod_ > {LONGEST_DAYS} days) revert BadTerms();"
    ));
    draft.checks.push(
        "${bank}ShareBps = initial${Bank}ShareBps_;\n${client}ShareBps = BPS - initial${Bank}ShareBps_;".to_owned(),
    );
}

fn state(draft: &mut Draft) {
    draft.state("uint256 public ${bank}ShareBps;", "The share of `$bank` now, in hundredths of a percent.");
    draft.state("uint256 public ${client}ShareBps;", "The share of `$client` now, in hundredths of a percent.");
    draft.state(
        "uint256 public initialValue;",
        "The attested value when the first partner funded; both pay their part of it.",
    );
    draft.state("bool public ${bank}Funded;", "Whether `$bank` has paid its part.");
    draft.state("bool public ${client}Funded;", "Whether `$client` has paid its part.");
    draft.state("bool public active;", "Whether both have funded.");
    draft.state("bool public settled;", "Whether the value has been shared out.");
    draft.state("bool public rescinded;", "Whether the contract has been undone.");
    draft.state(
        "uint256 public khiyarDeadline;",
        "Until when either partner may rescind, in seconds of the ledger's clock.",
    );
    draft.modifier(
        "modifier live() {\n  if (!active || settled || rescinded) revert WrongStage();\n  _;\n}",
        "Only while the partnership is alive.",
    );
    draft.event("Funded(address indexed partner, uint256 amount)", "A partner paid its part of the value.");
    draft.event(
        "FundingCancelled(address indexed partner, uint256 amount)",
        "A partner took its part back before the other had paid.",
    );
    draft.event("Activated(uint256 value)", "Both partners have funded.");
    draft.event("RentPaid(uint256 amount)", "Rent of a period was paid.");
    draft.event("SharePurchased(uint256 bps, uint256 price)", "A part of the share was bought at the attested value.");
    draft.event(
        "Settled(uint256 value, uint256 ${bank}Part, uint256 ${client}Part, uint256 rest)",
        "The value was shared out.",
    );
    draft.event(
        "Unwound(uint256 ${bank}Part, uint256 ${client}Part)",
        "The pool went back to the partners, by their shares.",
    );
}

fn funding(draft: &mut Draft) {
    draft.functions.push(
        Function::internal("_fund", "Takes a partner's part of the value, which is fixed by the first who funds.")
            .takes("bool", "${bank}Pays", "Which of the two partners pays.")
            .keeps(&["ownership_conserved"])
            .does(
                "if (rescinded || (${bank}Funded ? (${bank}Pays || ${client}Funded) : (${client}Funded && !${bank}Pays))) revert WrongStage();
if (!${bank}Funded && !${client}Funded) initialValue = fairValue();
uint256 ${bank}Part = Math.mulDiv(initialValue, initial${Bank}ShareBps, BPS);
_due(${bank}Pays ? ${bank}Part : initialValue - ${bank}Part);
if (${bank}Pays) ${bank}Funded = true;
else ${client}Funded = true;
pool += msg.value;
emit Funded(msg.sender, msg.value);
if (${bank}Funded && ${client}Funded) {
  active = true;
  khiyarDeadline = block.timestamp + khiyarPeriod;
  emit Activated(initialValue);
}",
            ),
    );
    for (who, flag) in [("bank", "true"), ("client", "false")] {
        let capital = if who == "bank" { "Bank" } else { "Client" };
        draft.functions.push(
            Function::pay(&format!("fund${{{capital}}}"), &format!("Pays the part of `${who}` into the pool."))
                .by(&[who])
                .keeps(&["role_separation"])
                .does(&format!("_fund({flag});")),
        );
    }
    draft.functions.push(
        Function::call("cancelFunding", "Takes one's part back while the other partner has not paid.")
            .by(PARTNERS)
            .does(
            "if (active || rescinded || !(msg.sender == $bank ? ${bank}Funded : ${client}Funded)) revert WrongStage();
uint256 amount = pool;
${bank}Funded = false;
${client}Funded = false;
emit FundingCancelled(msg.sender, amount);
_release(msg.sender, amount);",
        ),
    );
}

fn rent(draft: &mut Draft, abated: bool) {
    draft.functions.push(
        Function::view(
            "rentDue",
            "Rent of a period for the share that `$bank` still owns.",
            "uint256",
            "The amount; it falls with the share.",
        )
        .keeps(&["rent_on_living_share"])
        .does("return rentPerPeriodPerBps * ${bank}ShareBps;"),
    );
    if abated {
        draft.functions.push(
            Function::view(
                "effectiveRentDue",
                "What is charged: nothing after a calamity, else the rent.",
                "uint256",
                "The amount.",
            )
            .does("return jaaihah ? 0 : rentDue();"),
        );
    }
    if clauses::lists(draft.spec, "payRent") {
        let charge = if abated { "effectiveRentDue" } else { "rentDue" };
        draft.functions.push(
            Function::pay("payRent", "Pays the rent of a period, which goes to `$bank`.")
                .by(&["client"])
                .with("live")
                .keeps(&["rent_on_living_share"])
                .does(&format!("_due({charge}());\nemit RentPaid(msg.value);\n_pay($bank, msg.value);")),
        );
    }
}

fn buyout(draft: &mut Draft) {
    draft.error("BadShare()", "There is no such share to buy, or it has no price.");
    draft.functions.push(
        Function::pay("buyShare", "Buys a part of the share of `$bank` at the attested value of today.")
            .by(&["client"])
            .with("live")
            .takes("uint256", "bps", "The part, in hundredths of a percent of the whole.")
            .keeps(&["ownership_conserved", "price_attested"])
            .does(
                "if (bps == 0 || bps > ${bank}ShareBps) revert BadShare();
uint256 price = Math.mulDiv(fairValue(), bps, BPS);
if (price == 0) revert BadShare();
_due(price);
${bank}ShareBps -= bps;
${client}ShareBps += bps;
emit SharePurchased(bps, price);
_pay($bank, price);",
            ),
    );
}

fn settlement(draft: &mut Draft) {
    let mut by = PARTNERS.to_vec();
    if draft.has("arbiter") {
        by.push("arbiter");
    }
    draft.functions.push(
        Function {
            kind: "external virtual".to_owned(),
            ..Function::call(
                "settle",
                "Shares the attested value of today out; a loss is borne by what is transferred.",
            )
        }
        .by(&by)
        .keeps(&["loss_follows_capital"])
        .does("_settle(fairValue());"),
    );
    draft.functions.push(
        Function {
            modifiers: vec!["live".to_owned()],
            ..Function::internal(
                "_settle",
                "Pays each partner its share of the value out of the pool; what was lost goes to the fund.",
            )
        }
        .takes("uint256", "value", "The attested value.")
        .keeps(&["loss_follows_capital"])
        .does(
            "uint256 total = pool;
uint256 shared = Math.min(value, total);
uint256 ${bank}Part = Math.mulDiv(shared, ${bank}ShareBps, BPS);
uint256 ${client}Part = Math.mulDiv(shared, ${client}ShareBps, BPS);
uint256 rest = total - ${bank}Part - ${client}Part;
settled = true;
emit Settled(value, ${bank}Part, ${client}Part, rest);
_release($bank, ${bank}Part);
_release($client, ${client}Part);
_release($fund, rest);",
        ),
    );
    draft.functions.push(
        Function {
            modifiers: vec!["live".to_owned()],
            ..Function::internal(
                "_unwind",
                "Gives the pool back by the shares of today, so that what was bought counts.",
            )
        }
        .does(
            "uint256 ${bank}Part = Math.mulDiv(pool, ${bank}ShareBps, BPS);
uint256 ${client}Part = pool - ${bank}Part;
rescinded = true;
emit Unwound(${bank}Part, ${client}Part);
_release($bank, ${bank}Part);
_release($client, ${client}Part);",
        ),
    );
}

/// For how long either partner may rescind, in seconds.
fn window(draft: &Draft) -> u128 {
    let block = draft.spec.rescission.as_ref().and_then(|own| own.get("khiyar_al_shart"));
    block.map_or(undo::KHIYAR, undo::window)
}

/// Whether a block of `rescission` is declared.
fn declared(draft: &Draft, block: &str) -> bool {
    draft.spec.rescission.as_ref().is_some_and(|own| own.get(block).is_some())
}

fn rescission(draft: &mut Draft) {
    if declared(draft, "khiyar_al_shart") {
        draft.event("KhiyarRescinded(address indexed partner)", "A partner used its option to rescind.");
        draft.functions.push(
            Function::call("rescindKhiyar", "Undoes the contract within the option's time, before anything was bought.")
                .by(PARTNERS)
                .does(
                    "if (block.timestamp > khiyarDeadline || ${bank}ShareBps != initial${Bank}ShareBps) revert WrongStage();
emit KhiyarRescinded(msg.sender);
_unwind();",
                ),
        );
    }
    if declared(draft, "iqalah") {
        draft.state("address public iqalahProposer;", "Who proposed to undo the contract by mutual consent.");
        draft.event("IqalahProposed(address indexed partner)", "A partner proposed to undo the contract.");
        draft.event("IqalahCompleted(address indexed partner)", "The other partner consented.");
        draft.functions.push(
            Function::call(
                "proposeIqalah",
                "Proposes to undo the contract by mutual consent, before anything was bought.",
            )
            .by(PARTNERS)
            .with("live")
            .does("iqalahProposer = msg.sender;\nemit IqalahProposed(msg.sender);"),
        );
        draft.functions.push(
            Function::call("acceptIqalah", "Consents to what the other partner proposed.").by(PARTNERS).does(
                "bool bought = ${bank}ShareBps != initial${Bank}ShareBps;
if (iqalahProposer == address(0) || iqalahProposer == msg.sender || bought) revert WrongStage();
emit IqalahCompleted(msg.sender);
_unwind();",
            ),
        );
    }
    if !draft.has("arbiter") {
        for block in ["khiyar_al_ayb", "faskh"] {
            if declared(draft, block) {
                draft.unenforced.push(format!("rescission.{block}: no party may judge it"));
            }
        }
        return;
    }
    if declared(draft, "khiyar_al_ayb") {
        defect(draft);
    }
    if declared(draft, "faskh") {
        draft.event("JudicialFaskh(address indexed judge)", "The contract was dissolved by judgement.");
        draft.functions.push(
            Function::call("judicialFaskh", "Dissolves the contract by judgement.")
                .by(&["arbiter"])
                .does("emit JudicialFaskh(msg.sender);\n_unwind();"),
        );
    }
}

/// Without a value nothing is settled. Where nobody judges, a valuer that stays away would keep the pool for ever.
fn silence(draft: &mut Draft) {
    answers(draft);
    draft.state("address public unwindingAgreedBy;", "Who agreed last to give the pool back without a value.");
    draft.state(
        "uint256 public unwindingAgreedUntil;",
        "Until when the other partner may agree, in seconds of the ledger's clock.",
    );
    // There was a value, so the silence that was agreed about is over.
    draft.event("UnwindingOver()", "There is a value, so what a partner agreed to counts no more.");
    if let Some(buy) = draft.functions.iter_mut().find(|own| own.name == "buyShare") {
        buy.body.push_str("\nunwindingAgreedBy = address(0);");
    }
    draft.event("UnwindingAgreed(address indexed partner)", "A partner agreed to give the pool back without a value.");
    draft.error("ValueKnown()", "There is a value, so the partnership is settled at it.");
    draft.functions.push(
        Function::call(
            "agreeToUnwind",
            "Agrees to give the pool back by the shares of today while the value is unknown; when the other partner agreed within 30 days or has no share left, it is given back. Once there is a value, ends what was agreed to.",
        )
        .by(PARTNERS)
        .with("live")
        .does(
            "if (_answers()) {
  if (unwindingAgreedBy == address(0)) revert ValueKnown();
  unwindingAgreedBy = address(0);
  emit UnwindingOver();
  return;
}
address other = msg.sender == $bank ? $client : $bank;
bool agreed = unwindingAgreedBy == other && block.timestamp <= unwindingAgreedUntil;
if (agreed || ${bank}ShareBps == 0) {
  _unwind();
} else {
  unwindingAgreedBy = msg.sender;
  unwindingAgreedUntil = block.timestamp + 30 days;
  emit UnwindingAgreed(msg.sender);
}",
        ),
    );
}

/// Whether there is a value. What a valuer returns is not copied, so that it cannot be too long.
fn answers(draft: &mut Draft) {
    draft.functions.push(
        Function {
            kind: "internal view".to_owned(),
            modifiers: Vec::new(),
            returns: Some(("bool known".to_owned(), "known Whether there is one.".to_owned())),
            ..Function::internal("_answers", "Whether the oracle tells a value.")
        }
        .does(
            "bytes memory asked = abi.encodeCall(IValuationOracle.fairValue, ());
address valuer = address(oracle);
assembly (\"memory-safe\") {
  known := staticcall(gas(), valuer, add(asked, 32), mload(asked), 0, 0)
  known := and(known, gt(returndatasize(), 31))
}",
        ),
    );
}

fn defect(draft: &mut Draft) {
    draft.state("address public defectClaimant;", "Who claims a defect; the zero address while nobody does.");
    draft.event("DefectRaised(address indexed partner, string reason)", "A partner claims a hidden defect.");
    draft.event("DefectResolved(bool upheld)", "The claim was judged.");
    draft.functions.push(
        Function::call("raiseDefect", "Claims a hidden defect of the asset.")
            .by(PARTNERS)
            .with("live")
            .takes("string calldata", "reason", "What the defect is.")
            .does(
                "if (defectClaimant != address(0)) revert WrongStage();
defectClaimant = msg.sender;
emit DefectRaised(msg.sender, reason);",
            ),
    );
    draft.functions.push(
        Function::call("resolveDefect", "Judges the claim; upheld, it undoes the contract.")
            .by(&["arbiter"])
            .with("live")
            .takes("bool", "upheld", "Whether the claim is right.")
            .does(
                "if (defectClaimant == address(0)) revert WrongStage();
defectClaimant = address(0);
emit DefectResolved(upheld);
if (upheld) _unwind();",
            ),
    );
}

/// At the death of the acquirer the partnership ends, whether it has begun or not; what it was refused before is inherited, too, even after
/// the end.
fn dissolution(draft: &mut Draft) {
    let faraid = draft.spec.contingency.as_ref().and_then(|own| own.value("death")).and_then(|own| own.as_name());
    if faraid != Some("faraid") {
        return;
    }
    if !draft.has("arbiter") {
        draft.unenforced.push("contingency.death: no party may judge it".to_owned());
        return;
    }
    draft.event("FaraidDissolution(uint256 heirs, uint256 amount)", "The share of the deceased went to the heirs.");
    draft.error(
        "BadHeirs()",
        "Heirs and shares do not match, an heir is dead or may be none, a share is zero, or all do not come to 10000.",
    );
    draft.functions.push(
        Function::call(
            "dissolveByFaraid",
            "Ends the partnership at the death of `$client`: its share goes to the heirs, or what it has paid in where the other has not; after the end, what it was refused.",
        )
        .by(&["arbiter"])
        .takes("address[] calldata", "heirs", "Who inherits, at most 64.")
        .takes(
            "uint256[] calldata",
            "bps",
            "Each heir's share, in hundredths of a percent; what rounding leaves goes to the last.",
        )
        .keeps(&["death_dissolves_by_faraid"])
        .does(
            &(undo::valid_heirs("heirs", &(undo::unfit(draft, "heirs[i]") + " || heirs[i] == $client"))
                + "
uint256 ${bank}Part = 0;
uint256 waiting = credits[$client];
if (settled || rescinded) {
  if (waiting == 0) revert WrongStage();
} else {
  if (active) ${bank}Part = Math.mulDiv(pool, ${bank}ShareBps, BPS);
  else if (${bank}Funded) ${bank}Part = pool;
  rescinded = true;
}
credits[$client] = 0;
totalCredits -= waiting;
pool += waiting;
uint256 estate = pool - ${bank}Part;
emit FaraidDissolution(heirs.length, estate);
_release($bank, ${bank}Part);
uint256 left = estate;
for (uint256 i = 0; i < heirs.length; ++i) {
  uint256 part = i + 1 == heirs.length ? left : Math.mulDiv(estate, bps[i], BPS);
  left -= part;
  _release(heirs[i], part);
}"),
        ),
    );
}
