//! Instruments of many: `sukuk`, `takaful`, `mudarabah_pool`. Members have shares; what rounding leaves goes to the last.

use etymon_diagnostics::Diagnostic;

use crate::class::Class;
use crate::solidity::clauses::{self, period, phases, ratio, shares};
use crate::solidity::draft::{Draft, Function};
use crate::solidity::script::{Arg, Script};
use crate::solidity::{MISSING_PARTY, TOO_MANY};

/// Most members: all are paid in one call, which must fit a block.
const MEMBERS: usize = 64;
/// What the members of the tests pay together; odd, so that rounding is seen.
const TOTAL: u128 = 1_000_003;

type Members = Vec<(String, u128)>;

fn members(draft: &mut Draft) -> Result<Members, Diagnostic> {
    let entries = draft.spec.pool.as_ref().map_or(&[][..], |own| &own.entries);
    let members: Members = entries
        .iter()
        .filter_map(|entry| Some((entry.key.text.clone(), u128::from(entry.value.as_number()?))))
        .filter(|(_, bps)| *bps > 0)
        .collect();
    if members.len() < 2 || members.iter().map(|(_, bps)| bps).sum::<u128>() != 10_000 {
        return Err(Diagnostic::error(
            MISSING_PARTY,
            "the members of the pool do not share 10000 bps among two or more",
        )
        .help("declare them: `pool { first: 5000 bps; second: 5000 bps; }`"));
    }
    if members.len() > MEMBERS {
        return Err(Diagnostic::error(TOO_MANY, format!("a contract pays at most {MEMBERS} members"))
            .help("split the pool, or let members stand for groups"));
    }
    // A party that is a member, too, is only the member.
    let managed = draft.actors[0].party.clone();
    draft.actors.retain(|actor| actor.party == managed || !members.iter().any(|(name, _)| *name == actor.party));
    draft.members = members.iter().map(|(name, _)| name.clone()).collect();
    declare(draft, &members);
    Ok(members)
}

fn declare(draft: &mut Draft, members: &Members) {
    shares(draft);
    let list = members.iter().map(|(name, _)| Arg::Party(format!("member:{name}"))).collect();
    draft.parameter("address[] memory", "members", "The members, in the order of their shares.", Arg::List(list));
    draft.state("address[] public members;", "The members; what rounding leaves goes to the last.");
    draft.state("mapping(address => uint256) public shareOf;", "The share of a member, in hundredths of a percent.");
    draft.state("mapping(address => bool) public contributed;", "Who has paid its part.");
    draft.state("uint256 public contributions;", "How many have paid their part.");
    draft.event("Contributed(address indexed member, uint256 amount)", "A member paid its part.");
    draft.event("Distributed(uint256 amount)", "Money was distributed by shares.");
    draft.error("AlreadyPaid()", "The member has paid its part before, or has nothing to take back.");
    let count = members.len();
    // Who judges, manages or is given to has no claims of its own to judge, to pay or to reckon.
    let mut own = String::new();
    if draft.actors.len() > 1 {
        own.push_str(
            "  for (uint256 j = 0; j < all.length; ++j) {\n    if (member == all[j]) revert BadParty(member);\n  }\n",
        );
    }
    let mut refused: Vec<Arg> = draft.actors.iter().map(|actor| Arg::Party(actor.key.clone())).collect();
    if oracle(draft) {
        // Nor does who states the value have a part of it.
        own.push_str("  if (member == address(oracle_)) revert BadParty(member);\n");
        refused.push(Arg::Oracle);
    }
    for other in refused {
        let rest = members[1..].iter().map(|(name, _)| Arg::Party(format!("member:{name}")));
        draft.refuse("members", Arg::List(std::iter::once(other).chain(rest).collect()), "BadParty");
    }
    let list: Vec<String> = members
        .iter()
        .enumerate()
        .map(|(at, (_, bps))| if at == 0 { format!("uint256({bps})") } else { bps.to_string() })
        .collect();
    draft.checks.push(format!(
        "uint256[{count}] memory bps = [{}];
if (members_.length != {count}) revert BadParty(address(0));
for (uint256 i = 0; i < {count}; ++i) {{
  address member = members_[i];
  if (member == address(0) || member == msg.sender || shareOf[member] != 0) revert BadParty(member);
{own}  shareOf[member] = bps[i];
  members.push(member);
}}",
        list.join(", ")
    ));
    draft.error("BadParty(address party)", "A party is the zero address, or has two roles.");
    draft.modifier(
        "modifier onlyMember() {\n  if (shareOf[msg.sender] == 0) revert NotPermitted(msg.sender);\n  _;\n}",
        "Members only.",
    );
    member_functions(draft, count);
}

/// Whether an oracle states what the instrument is worth; the fund of a takaful is worth what is in it.
fn oracle(draft: &Draft) -> bool {
    draft.class != Class::Takaful && draft.spec.parties.as_ref().is_some_and(|own| own.with_role("oracle").is_some())
}

fn member_functions(draft: &mut Draft, count: usize) {
    draft.functions.push(
        Function::view(
            "contributionOf",
            "What a member pays; the last makes the total whole.",
            "uint256",
            "The amount.",
        )
        .takes("address", "member", "The member.")
        .does(&format!(
            "if (member != members[{last}]) return Math.mulDiv(total, shareOf[member], BPS);
uint256 left = total;
for (uint256 i = 0; i < {last}; ++i) {{
  left -= Math.mulDiv(total, shareOf[members[i]], BPS);
}}
return left;",
            last = count - 1
        )),
    );
    draft.functions.push(
        Function::internal(
            "_distribute",
            "Pays every member its share of an amount; what rounding leaves goes to the last.",
        )
        .takes("uint256", "amount", "How much, out of the pool.")
        .keeps(&["pro_rata_distribution", "surplus_to_participants", "loss_on_capital"])
        .does(&format!(
            "emit Distributed(amount);
uint256 left = amount;
for (uint256 i = 0; i < {count}; ++i) {{
  uint256 part = i == {last} ? left : Math.mulDiv(amount, shareOf[members[i]], BPS);
  left -= part;
  _release(members[i], part);
}}",
            last = count - 1
        )),
    );
}

/// Every member pays its part; when all have, the contract goes on.
fn contribute(draft: &mut Draft, name: &str, notice: &str, full: &str, keeps: &[&'static str]) {
    draft.functions.push(Function::pay(name, notice).with("onlyMember").during("Open").keeps(keeps).does(&format!(
        "if (contributed[msg.sender]) revert AlreadyPaid();
_due(contributionOf(msg.sender));
contributed[msg.sender] = true;
contributions += 1;
pool += msg.value;
emit Contributed(msg.sender, msg.value);
if (contributions == members.length) _enter(Phase.{full});"
    )));
    draft.functions.push(
        Function::call("takeBack", "Takes one's part back while others have not paid theirs.")
            .with("onlyMember")
            .during("Open")
            .does(
                "if (!contributed[msg.sender]) revert AlreadyPaid();
contributed[msg.sender] = false;
contributions -= 1;
_release(msg.sender, contributionOf(msg.sender));",
            ),
    );
}

fn key(name: &str) -> String {
    format!("member:{name}")
}

/// What each has of an amount.
fn split(members: &Members, amount: u128) -> Vec<(String, i128)> {
    let mut left = amount;
    let last = members.len() - 1;
    let mut parts = Vec::new();
    for (at, (name, bps)) in members.iter().enumerate() {
        let part = if at == last { left } else { amount * bps / 10_000 };
        left -= part;
        parts.push((key(name), part as i128));
    }
    parts
}

fn moves(parts: &[(String, i128)]) -> Vec<(&str, i128)> {
    parts.iter().map(|(key, part)| (key.as_str(), *part)).collect()
}

/// A script in which all have paid.
fn paid(members: &Members, title: &str, name: &str) -> Script {
    split(members, TOTAL).iter().fold(Script::new(title), |script, (key, part)| script.puts(key, name, *part as u128))
}

fn unpaid(draft: &mut Draft, members: &Members, name: &str) {
    let (first, part) = split(members, TOTAL).swap_remove(0);
    let part = part as u128;
    draft.scripts.push(
        Script::new("a part is taken back while others have not paid")
            .refused("outsider", name, vec![], part, "NotPermitted")
            .refused("outsider", "takeBack", vec![], 0, "NotPermitted")
            .refused(&first, "takeBack", vec![], 0, "AlreadyPaid")
            .refused(&first, name, vec![], part + 1, "WrongAmount")
            .puts(&first, name, part)
            .refused(&first, name, vec![], part, "AlreadyPaid")
            .call(&first, "takeBack", vec![], 0, &[(&first, part as i128)])
            .read("pool", Arg::Number(0)),
    );
}

/// Certificates of an asset: holders share what the asset brings and what it is worth.
pub(super) fn sukuk(draft: &mut Draft) -> Result<(), Diagnostic> {
    let members = members(draft)?;
    let oracle = oracle(draft);
    phases(draft, &["Open", "Issued", "Redeemed"]);
    if oracle {
        clauses::oracle(draft);
    }
    draft.amount("total", "What all certificates cost together.", TOTAL);
    draft.error("NothingToPay()", "The amount would be zero.");
    contribute(draft, "subscribe", "Buys one's part of the certificates.", "Issued", &[]);
    if let Some(subscribe) = draft.functions.iter_mut().find(|own| own.name == "subscribe") {
        subscribe.body = subscribe.body.replace(
            "_enter(Phase.Issued);",
            "{\n  uint256 amount = pool;\n  _enter(Phase.Issued);\n  _release($manager, amount);\n}",
        );
    }
    draft.functions.push(
        Function::pay("distributeIncome", "Brings what the asset earned; holders have it by their shares.")
            .by(&["manager"])
            .during("Issued")
            .keeps(&["return_is_asset_based", "pro_rata_distribution"])
            .does("if (msg.value == 0) revert NothingToPay();\npool += msg.value;\n_distribute(msg.value);"),
    );
    let check = if oracle { "_due(fairValue());\n" } else { "" };
    draft.functions.push(
        Function::pay(
            "redeem",
            "Pays what the asset is worth now, whatever was paid for it, and ends the certificates.",
        )
        .by(&["manager"])
        .during("Issued")
        .keeps(&["return_is_asset_based", "pro_rata_distribution"])
        .does(&format!("{check}_enter(Phase.Redeemed);\npool += msg.value;\n_distribute(msg.value);")),
    );
    sukuk_scripts(draft, &members, oracle);
    Ok(())
}

fn sukuk_scripts(draft: &mut Draft, members: &Members, oracle: bool) {
    let parts = split(members, TOTAL);
    let issued = |title: &str| {
        let (last, rest) = parts.split_last().map_or((&parts[0], &parts[..0]), |found| found);
        let script =
            rest.iter().fold(Script::new(title), |script, (key, part)| script.puts(key, "subscribe", *part as u128));
        script.call(&last.0, "subscribe", vec![], last.1 as u128, &[(&last.0, -last.1), ("manager", TOTAL as i128)])
    };
    let with = |amount: u128| {
        let mut all = split(members, amount);
        all.push(("manager".to_owned(), -(amount as i128)));
        all
    };
    let (income, worth) = (with(10_007), with(800_001));
    draft.scripts.push(
        issued("income and value go to the holders by their shares")
            .call("manager", "distributeIncome", vec![], 10_007, &moves(&income))
            .worth_if_oracle(oracle, 800_001)
            .call("manager", "redeem", vec![], 800_001, &moves(&worth))
            .read("pool", Arg::Number(0)),
    );
    draft.scripts.push(
        issued("nothing is distributed out of nothing")
            .refused("manager", "distributeIncome", vec![], 0, "NothingToPay")
            .worth_if_oracle(oracle, 800_001)
            .call("manager", "redeem", vec![], 800_001, &moves(&worth))
            .refused("manager", "distributeIncome", vec![], 1, "WrongPhase"),
    );
    unpaid(draft, members, "subscribe");
}

/// Members give to a fund that helps those who lose; what is left is theirs.
pub(super) fn takaful(draft: &mut Draft) -> Result<(), Diagnostic> {
    let members = members(draft)?;
    phases(draft, &["Open", "Covered", "Closed"]);
    draft.amount("total", "What all give together.", TOTAL);
    period(draft, "term", "How long the fund covers, in seconds.", &[("contribution", "term")], 31_536_000);
    draft.state("uint256 public coveredUntil;", "Until when the fund covers, in seconds of the ledger's clock.");
    draft.event("ClaimPaid(address indexed member, uint256 amount, bytes32 evidence)", "A member was helped.");
    draft.error("NoEvidence()", "The hash of the document is missing.");
    contribute(draft, "contribute", "Gives one's part to the fund.", "Covered", &["donation_basis"]);
    if let Some(own) = draft.functions.iter_mut().find(|own| own.name == "contribute") {
        own.body = own.body.replace(
            "_enter(Phase.Covered);",
            "{\n  coveredUntil = block.timestamp + term;\n  _enter(Phase.Covered);\n}",
        );
    }
    draft.functions.push(
        Function::call("payClaim", "Helps a member out of the fund; nobody else can be paid from it.")
            .by(&["manager"])
            .during("Covered")
            .takes("address", "member", "Who lost something.")
            .takes("uint256", "amount", "How much.")
            .takes("bytes32", "evidence", "The hash of the document that shows the loss.")
            .keeps(&["donation_basis"])
            .does(
                "if (shareOf[member] == 0) revert NotPermitted(member);
if (evidence == bytes32(0)) revert NoEvidence();
if (amount == 0 || amount > pool) revert WrongAmount(pool, amount);
emit ClaimPaid(member, amount, evidence);
_release(member, amount);",
            ),
    );
    draft.functions.push(
        Function::call("distributeSurplus", "Ends the fund when its time is over: the surplus goes to the members, none to the operator.")
            .during("Covered")
            .keeps(&["surplus_to_participants"])
            .does("if (block.timestamp <= coveredUntil) revert TooEarly(coveredUntil);\n_enter(Phase.Closed);\n_distribute(pool);"),
    );
    takaful_scripts(draft, &members);
    Ok(())
}

fn takaful_scripts(draft: &mut Draft, members: &Members) {
    let first = key(&members[0].0);
    let claim = |who: Arg, amount: u128, proof: u8| vec![who, Arg::Number(amount), Arg::Bytes(proof)];
    let member = || Arg::Party(first.clone());
    let rest = split(members, TOTAL - 100_000);
    draft.scripts.push(
        paid(members, "who loses is helped, and the surplus is the members'", "contribute")
            .call("manager", "payClaim", claim(member(), 100_000, 0x22), 0, &[(&first, 100_000)])
            .refused("manager", "distributeSurplus", vec![], 0, "TooEarly")
            .after("term")
            .call("manager", "distributeSurplus", vec![], 0, &moves(&rest))
            .read("pool", Arg::Number(0)),
    );
    draft.scripts.push(
        paid(members, "nobody but a member is paid, and no more than there is", "contribute")
            .refused("manager", "payClaim", claim(Arg::Party("outsider".to_owned()), 1, 0x22), 0, "NotPermitted")
            .refused("manager", "payClaim", claim(Arg::Party("manager".to_owned()), 1, 0x22), 0, "NotPermitted")
            .refused("manager", "payClaim", claim(member(), 1, 0), 0, "NoEvidence")
            .refused("manager", "payClaim", claim(member(), TOTAL + 1, 0x22), 0, "WrongAmount"),
    );
    unpaid(draft, members, "contribute");
}

/// Several give the capital, one the work.
pub(super) fn mudarabah(draft: &mut Draft) -> Result<(), Diagnostic> {
    let members = members(draft)?;
    let oracle = oracle(draft);
    let bps = draft.part("profit", "manager", 3_000);
    phases(draft, &["Open", "Funded", "Working", "Closed"]);
    if oracle {
        clauses::oracle(draft);
    }
    draft.amount("total", "The capital of all.", TOTAL);
    ratio(draft, "managerProfitBps", "The part of the profit that `$manager` has, in hundredths of a percent.", bps);
    draft.event(
        "ProceedsShared(uint256 proceeds, uint256 profit, uint256 loss)",
        "What the venture brought was shared out.",
    );
    contribute(draft, "fund", "Pays one's part of the capital in.", "Funded", &["loss_on_capital"]);
    draft.functions.push(
        Function::call("draw", "Takes the capital to work with it.")
            .by(&["manager"])
            .during("Funded")
            .does("uint256 amount = pool;\n_enter(Phase.Working);\n_release($manager, amount);"),
    );
    draft.functions.push(
        Function::call("dissolve", "Gives the capital back when the work has not begun.")
            .with("onlyMember")
            .during("Funded")
            .does("_enter(Phase.Closed);\n_distribute(pool);"),
    );
    let check = if oracle { "_due(fairValue());\n" } else { "" };
    draft.functions.push(
        Function::pay(
            "settle",
            "Pays in what the venture brought, and shares it: profit by ratio, a loss on the capital.",
        )
        .by(&["manager"])
        .during("Working")
        .keeps(&["profit_by_ratio", "loss_on_capital", "no_guarantee"])
        .does(&format!(
            "{check}uint256 profit = msg.value > total ? msg.value - total : 0;
uint256 reward = Math.mulDiv(profit, managerProfitBps, BPS);
_enter(Phase.Closed);
pool += msg.value;
emit ProceedsShared(msg.value, profit, msg.value < total ? total - msg.value : 0);
_release($manager, reward);
_distribute(msg.value - reward);"
        )),
    );
    mudarabah_scripts(draft, &members, oracle, bps);
    Ok(())
}

fn mudarabah_scripts(draft: &mut Draft, members: &Members, oracle: bool, bps: u128) {
    let working =
        |title: &str| paid(members, title, "fund").call("manager", "draw", vec![], 0, &[("manager", TOTAL as i128)]);
    let reward = 500_000 * bps / 10_000;
    let mut gain = split(members, TOTAL + 500_000 - reward);
    gain.push(("manager".to_owned(), reward as i128 - (TOTAL + 500_000) as i128));
    draft.scripts.push(
        working("profit is shared by ratio")
            .worth_if_oracle(oracle, TOTAL + 500_000)
            .call("manager", "settle", vec![], TOTAL + 500_000, &moves(&gain))
            .read("pool", Arg::Number(0)),
    );
    let mut loss = split(members, 700_001);
    loss.push(("manager".to_owned(), -700_001));
    draft.scripts.push(
        working("a loss is borne by the capital")
            .worth_if_oracle(oracle, 700_001)
            .call("manager", "settle", vec![], 700_001, &moves(&loss))
            .refused("manager", "settle", vec![], 1, "WrongPhase"),
    );
    let back = split(members, TOTAL);
    draft.scripts.push(
        paid(members, "capital that is not worked with goes back", "fund")
            .refused("outsider", "dissolve", vec![], 0, "NotPermitted")
            .call(&key(&members[0].0), "dissolve", vec![], 0, &moves(&back)),
    );
    unpaid(draft, members, "fund");
}
