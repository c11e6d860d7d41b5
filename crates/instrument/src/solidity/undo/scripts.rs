//! What the emitted tests do with the ways back.

mod heirs;

use super::{Way, rescinds, window};
use crate::solidity::draft::Draft;
use crate::solidity::script::{Arg, Script};

fn titled(script: &Script, title: &str) -> Script {
    Script { title: title.to_owned(), acts: script.acts.clone() }
}

fn back(way: &Way) -> Vec<(&str, i128)> {
    way.moves.iter().map(|(key, amount)| (key.as_str(), *amount as i128)).collect()
}

/// Somebody who may undo the contract, and somebody else.
fn two(draft: &Draft, way: &Way) -> (String, Vec<String>) {
    let mut all: Vec<String> = way.parties.iter().map(|key| (*key).to_owned()).collect();
    if way.members {
        all.extend(draft.members.iter().map(|name| format!("member:{name}")));
    }
    let first = all.remove(0);
    (first, all)
}

pub(super) fn scripts(draft: &mut Draft, way: &Way, known: &[&str], faraid: bool) {
    let (first, others) = two(draft, way);
    let mut scripts = Vec::new();
    for block in known {
        scripts.extend(match *block {
            "khiyar_al_shart" => option(draft, way, &first),
            "iqalah" => consent(way, &first, &others),
            "khiyar_al_ayb" => defect(way, &first),
            _ => judgement(way),
        });
    }
    if !known.is_empty() {
        scripts.extend(restitution(draft, way, known[0], &first, &others));
    }
    if faraid && draft.heirs {
        scripts.extend(heirs::inheritance(draft, way));
    }
    draft.scripts.extend(scripts);
}

fn option(draft: &Draft, way: &Way, first: &str) -> Vec<Script> {
    let block = draft.spec.rescission.as_ref().and_then(|own| own.get("khiyar_al_shart"));
    let seconds = block.map_or(0, window);
    let mut used = titled(&way.lead, "a party may use its option to rescind")
        .refused("outsider", "rescindKhiyar", vec![], 0, "NotPermitted")
        .call(first, "rescindKhiyar", vec![], 0, &back(way));
    if !draft.phases.is_empty() {
        used = used.refused(first, "rescindKhiyar", vec![], 0, "NotRescindable");
    }
    let late = Script::new("the option to rescind ends").wait(u64::try_from(seconds).unwrap_or(u64::MAX) + 1).refused(
        first,
        "rescindKhiyar",
        vec![],
        0,
        "NotRescindable",
    );
    vec![used, late]
}

fn consent(way: &Way, first: &str, others: &[String]) -> Vec<Script> {
    let mut script = titled(&way.lead, "all may undo the contract by consent")
        .refused("outsider", "proposeIqalah", vec![], 0, "NotPermitted")
        .refused(first, "acceptIqalah", vec![], 0, "NotRescindable")
        .act(first, "proposeIqalah")
        .refused(first, "acceptIqalah", vec![], 0, "NotRescindable")
        .refused("outsider", "acceptIqalah", vec![], 0, "NotPermitted");
    let last = others.len() - 1;
    for other in &others[..last] {
        script = script.act(other, "acceptIqalah");
    }
    vec![script.call(&others[last], "acceptIqalah", vec![], 0, &back(way))]
}

fn defect(way: &Way, first: &str) -> Vec<Script> {
    let judged = |upheld: bool| vec![Arg::Bool(upheld)];
    vec![
        titled(&way.lead, "a defect that is upheld undoes the contract")
            .refused("arbiter", "resolveDefect", judged(true), 0, "NotRescindable")
            .refused("outsider", "raiseDefect", vec![Arg::Text("no party")], 0, "NotPermitted")
            .call(first, "raiseDefect", vec![Arg::Text("a crack")], 0, &[])
            .refused(first, "raiseDefect", vec![Arg::Text("again")], 0, "NotRescindable")
            .call("arbiter", "resolveDefect", judged(false), 0, &[])
            .call(first, "raiseDefect", vec![Arg::Text("a hole")], 0, &[])
            .call("arbiter", "resolveDefect", judged(true), 0, &back(way)),
    ]
}

fn judgement(way: &Way) -> Vec<Script> {
    vec![titled(&way.lead, "a judge dissolves the contract").call("arbiter", "judicialFaskh", vec![], 0, &back(way))]
}

/// What passed by hand is given back, by whom it went to.
fn restitution(draft: &Draft, way: &Way, block: &str, first: &str, others: &[String]) -> Option<Script> {
    let ((from, to, _), (lead, amount)) = way.owes.zip(way.passed.as_ref())?;
    let mut script = titled(lead, "what passed by hand is given back, no more and no less");
    // A guarantee is honoured after the option's time.
    script = match block {
        _ if draft.has("arbiter") && rescinds(draft, "faskh") && declared(draft, "faskh") => {
            script.act("arbiter", "judicialFaskh")
        }
        "khiyar_al_shart" if from != "principal_debtor" => script.act(first, "rescindKhiyar"),
        "iqalah" => {
            let script = script.act(first, "proposeIqalah");
            others.iter().fold(script, |script, other| script.act(other, "acceptIqalah"))
        }
        _ => return None,
    };
    Some(
        script
            .read("restitution", Arg::Number(*amount))
            .refused(from, "restore", vec![], amount + 1, "WrongAmount")
            .refused(from, "restore", vec![], 0, "WrongAmount")
            .hands_in_parts(from, "restore", *amount, to)
            .refused(from, "restore", vec![], 1, "WrongPhase"),
    )
}

fn declared(draft: &Draft, block: &str) -> bool {
    draft.spec.rescission.as_ref().is_some_and(|own| own.get(block).is_some())
}

/// A calamity is declared once, and nothing is put off without one.
pub(super) fn calamity(judge: &str) -> Script {
    Script::new("a calamity is declared once").act(judge, "declareJaaihah").refused(
        judge,
        "declareJaaihah",
        vec![],
        0,
        "AlreadyDeclared",
    )
}
