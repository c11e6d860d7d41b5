//! Heirs: who has what is paid to the dead, in every class but the diminishing partnership.

use super::{Way, within};
use crate::class::Class;
use crate::solidity::clauses;
use crate::solidity::draft::{Draft, Function};

/// Most heirs of one of the dead: all are paid in one call, which must fit a block.
const HEIRS: usize = 64;

/// Whatever is paid to somebody who has died waits for the heirs.
pub(super) fn death(draft: &mut Draft, way: &Way) {
    if !draft.has("arbiter") {
        draft.unenforced.push("contingency.death: no party may judge it".to_owned());
        return;
    }
    if !draft.money {
        draft.vacuous.push("contingency.death: the contract holds and pays nothing that heirs could have".to_owned());
        return;
    }
    declare(draft);
    let mut party: Vec<String> = way.parties.iter().map(|key| format!("deceased == ${key}")).collect();
    if way.members {
        party.push("shareOf[deceased] != 0".to_owned());
    }
    // The death of an heir ends nothing.
    let ends = match way.mortal {
        None => String::new(),
        Some(_) if draft.phases.is_empty() => "\nif (isParty) _unwind();".to_owned(),
        Some(phases) => format!("\nif (isParty && ({})) _unwind();", within(draft, phases)),
    };
    let notice = if way.mortal.is_some() {
        "Ends the contract at the death of a party, as far as it has not been performed; what is paid to a dead party or heir waits for its heirs."
    } else {
        "Puts heirs in the place of a party or heir that has died: whatever is paid to it waits for them from now on."
    };
    draft.functions.push(
        Function::call("dissolveByFaraid", notice)
            .by(&["arbiter"])
            .takes("address", "deceased", "Who died.")
            .takes("address[] calldata", "successors", &format!("Who inherits and is alive, at most {HEIRS}."))
            .takes("uint256[] calldata", "bps", "Each heir's share; what rounding leaves goes to the last.")
            .keeps(&["death_dissolves_by_faraid"])
            .does(&format!(
                "bool isParty = {party};
if (heirsOf[deceased].length != 0 || !(isParty || isHeir[deceased])) revert NotPermitted(deceased);
{valid}
for (uint256 i = 0; i < successors.length; ++i) {{
  isHeir[successors[i]] = true;
}}
heirsOf[deceased] = successors;
inheritanceOf[deceased] = bps;
emit FaraidDissolution(deceased, successors.length);
uint256 waiting = credits[deceased];
credits[deceased] = 0;
totalCredits -= waiting;
_pay(deceased, waiting);{ends}",
                party = party.join(" || "),
                // Who inherits from the dead is alive, so nobody inherits from itself, however many die.
                valid = valid_heirs(
                    "successors",
                    &(unfit(draft, "successors[i]")
                        + " || successors[i] == deceased || heirsOf[successors[i]].length != 0")
                ),
            )),
    );
    if draft.class == Class::Wasiyya {
        // Whom the testator named inherits, and may die, too.
        draft.checks.push("isHeir[heirs_] = true;".to_owned());
    }
    division(draft);
}

fn declare(draft: &mut Draft) {
    clauses::shares(draft);
    draft.heirs = true;
    draft.state("mapping(address => address[]) public heirsOf;", "Who inherits what is paid to somebody who has died.");
    draft
        .state("mapping(address => uint256[]) public inheritanceOf;", "The heirs' shares, in hundredths of a percent.");
    draft.state("mapping(address => bool) public isHeir;", "Who inherits something; an heir may die, too.");
    draft.state("mapping(address => uint256) public estates;", "What was paid to the dead and waits for their heirs.");
    draft.event(
        "FaraidDissolution(address indexed deceased, uint256 heirs)",
        "Heirs stand in for somebody who has died.",
    );
    draft.event("EstateGrown(address indexed deceased, uint256 amount)", "Money for the dead waits for their heirs.");
    draft.event("EstateDivided(address indexed deceased, uint256 amount)", "An estate was divided among the heirs.");
    draft.error(
        "BadHeirs()",
        "Heirs and shares do not match, an heir is dead or may be none, a share is zero, or all do not come to 10000.",
    );
    draft.error("NoCredit()", "There is nothing to withdraw.");
}

fn division(draft: &mut Draft) {
    draft.functions.push(
        Function::call(
            "distributeEstate",
            "Divides what waits in the estate of the dead among the heirs; the part of one that has died goes to its own estate.",
        )
        .takes("address", "deceased", "Whose estate.")
        .keeps(&["death_dissolves_by_faraid"])
        .does(
            "uint256 amount = estates[deceased];
if (amount == 0) revert NoCredit();
estates[deceased] = 0;
totalCredits -= amount;
emit EstateDivided(deceased, amount);
address[] storage successors = heirsOf[deceased];
uint256 left = amount;
for (uint256 i = 0; i < successors.length; ++i) {
  uint256 part = i + 1 == successors.length ? left : Math.mulDiv(amount, inheritanceOf[deceased][i], BPS);
  left -= part;
  _pay(successors[i], part);
}",
        ),
    );
}

/// Refuses a list of heirs that is empty or too long, has nobody or nothing in it, or the contract, which cannot take its own money
/// out again, or does not share out the whole.
pub(in crate::solidity) fn valid_heirs(list: &str, or: &str) -> String {
    format!(
        "if ({list}.length == 0 || {list}.length > {HEIRS} || {list}.length != bps.length) revert BadHeirs();
uint256 sum = 0;
for (uint256 i = 0; i < {list}.length; ++i) {{
  if ({list}[i] == address(0) || {list}[i] == address(this){or} || bps[i] == 0 || bps[i] > BPS) revert BadHeirs();
  sum += bps[i];
}}
if (sum != BPS) revert BadHeirs();"
    )
}

/// Who is no heir: the judge that names heirs, who is given what nobody may gain by, in a will whoever has a part by it already, and the
/// oracle, which cannot take money out.
pub(in crate::solidity) fn unfit(draft: &Draft, heir: &str) -> String {
    let mut unfit = format!(" || {heir} == msg.sender");
    for key in clauses::charities(draft) {
        unfit.push_str(&format!(" || {heir} == ${{{key}}}"));
    }
    if draft.class == Class::Wasiyya {
        unfit.push_str(&format!(" || {heir} == $legatee"));
    }
    if draft.oracle {
        unfit.push_str(&format!(" || {heir} == address(oracle)"));
    }
    unfit
}

/// Puts every payment to somebody who has died aside for the heirs; called when the clauses of money are there. Nobody's payment divides an
/// estate: many heirs of many dead would be too much for one call.
pub(in crate::solidity) fn inheritance(draft: &mut Draft) {
    if !draft.heirs {
        return;
    }
    // A will leaves what is not bequeathed to the heirs that a judge names, once there are some.
    if let Some(own) = draft.functions.iter_mut().find(|own| own.body.contains("_release(heirs, inheritance);")) {
        own.body = own.body.replace(
            "_release(heirs, inheritance);",
            "_release(heirsOf[$testator].length == 0 ? heirs : $testator, inheritance);",
        );
    }
    // The dead can bring nothing before the judge.
    if let Some(own) = draft.functions.iter_mut().find(|own| own.name == "resolve") {
        let dead = "heirsOf[$depositor].length == 0 && heirsOf[$beneficiary].length == 0";
        judged(own, "Disputed", "Funded", dead);
    }
    // Work that nobody can do any more is not offered again.
    if let Some(own) = draft.functions.iter_mut().find(|own| own.name == "judge") {
        // A right to contest that has lapsed does not come back.
        judged(own, "Contested", "Claimed", "heirsOf[$jail].length == 0 || block.timestamp > answerUntil");
        own.body = own.body.replace(
            "} else {\n  _enter(Phase.Offered);\n}",
            "} else if (heirsOf[$jail].length == 0 && heirsOf[$amil].length == 0) {\n  _enter(Phase.Offered);\n} else {\n  _unwind();\n}",
        );
    }
    members(draft);
    if draft.tokens {
        currency(draft);
    }
    let Some(own) = draft.functions.iter_mut().find(|own| own.name == "_pay") else { return };
    own.name = "_send".to_owned();
    draft.functions.push(
        Function::internal("_pay", "Pays somebody, or the estate of somebody who has died.")
            .takes("address", "to", "Who is paid.")
            .takes("uint256", "amount", "How much.")
            .keeps(&["death_dissolves_by_faraid"])
            .does(
                "if (heirsOf[to].length == 0) {
  _send(to, amount);
} else if (amount != 0) {
  estates[to] += amount;
  totalCredits += amount;
  emit EstateGrown(to, amount);
}",
            ),
    );
}

/// Lets a judge decide before anybody asked for it, once who could have asked has died.
fn judged(function: &mut Function, asked: &str, before: &str, alive: &str) {
    function.modifiers.retain(|own| !own.starts_with("during("));
    function.body = format!(
        "if (phase != Phase.{asked} && (phase != Phase.{before} || ({alive}))) revert WrongPhase(phase);\n{}",
        function.body
    );
}

/// Members who have died call nothing any more, like parties.
fn members(draft: &mut Draft) {
    for item in &mut draft.modifiers {
        for (alone, strangers) in [
            ("modifier onlyMember()", "shareOf[msg.sender] == 0"),
            ("modifier onlyParty()", "msg.sender != $manager && shareOf[msg.sender] == 0"),
        ] {
            if item.code.starts_with(alone) {
                let all = if strangers.contains("&&") { format!("({strangers})") } else { strangers.to_owned() };
                item.code = item.code.replace(strangers, &format!("{all} || heirsOf[msg.sender].length != 0"));
            }
        }
    }
}

/// Another currency that the dead should have waits for their heirs, too. Each fetches its part, because a currency may refuse one of them.
fn currency(draft: &mut Draft) {
    draft.state(
        "mapping(address => uint256) public currencyEstates;",
        "What the dead received of the currency and waits for their heirs.",
    );
    draft.state("mapping(address => uint256) public currencyCredits;", "What an heir may withdraw of the currency.");
    draft.event("CurrencyDivided(address indexed deceased, uint256 amount)", "Currency of the dead was divided.");
    draft.event(
        "CurrencyWithdrawn(address indexed from, address indexed to, uint256 amount)",
        "An heir fetched its part of the currency.",
    );
    for function in &mut draft.functions {
        match function.name.as_str() {
            "exchange" => {
                function.body = function.body.replace(
                    "_hand($exchanger_a);",
                    "if (heirsOf[$exchanger_a].length == 0) {
  _hand($exchanger_a);
} else {
  _hand(address(this));
  currencyEstates[$exchanger_a] += taken;
}",
                );
            }
            "dissolveByFaraid" => {
                function.body = function.body.replace(
                    "uint256 waiting =",
                    "currencyEstates[deceased] += currencyCredits[deceased];\ncurrencyCredits[deceased] = 0;\nuint256 waiting =",
                );
            }
            _ => {}
        }
    }
    currency_division(draft);
}

fn currency_division(draft: &mut Draft) {
    draft.functions.push(
        Function::call(
            "distributeCurrency",
            "Divides the currency of the dead among the heirs; the part of one that has died goes to its own estate.",
        )
        .takes("address", "deceased", "Whose estate.")
        .keeps(&["death_dissolves_by_faraid"])
        .does(
            "uint256 amount = currencyEstates[deceased];
if (amount == 0) revert NoCredit();
currencyEstates[deceased] = 0;
emit CurrencyDivided(deceased, amount);
address[] storage successors = heirsOf[deceased];
uint256 left = amount;
for (uint256 i = 0; i < successors.length; ++i) {
  uint256 part = i + 1 == successors.length ? left : Math.mulDiv(amount, inheritanceOf[deceased][i], BPS);
  left -= part;
  if (heirsOf[successors[i]].length == 0) currencyCredits[successors[i]] += part;
  else currencyEstates[successors[i]] += part;
}",
        ),
    );
    draft.functions.push(
        Function::call("withdrawCurrency", "Sends the caller's part of the currency to an address.")
            .takes("address", "to", "Who receives it.")
            .does(
                "if (to == address(0) || to == address(this)) revert WithdrawalFailed();
uint256 amount = currencyCredits[msg.sender];
if (amount == 0) revert NoCredit();
currencyCredits[msg.sender] = 0;
emit CurrencyWithdrawn(msg.sender, to, amount);
uint256 had = currency.balanceOf(to);
currency.safeTransfer(to, amount);
_arrived(to, had, amount);",
            ),
    );
}
