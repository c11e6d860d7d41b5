//! TypeScript and JavaScript: the type checker, and the runner that keeps a pair of processes alive between blocks.

use super::encdsl;
use super::job::Job;
use super::session::{Answer, Lost, Patience, Request, Session, node_jail};
use super::{Budget, Candidate, Finding, PROPERTY_RUNS, Runner, Verifier, VerifyError};
use crate::codes::SANDBOX_UNAVAILABLE;
use crate::model::{Backend, Requirement, Target};
use crate::sandbox::{End, IDLE};
use etymon_spec::canonical::sha256_hex;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Serialize)]
struct Question<'a> {
    target: &'static str,
    files: BTreeMap<String, &'a str>,
    interface: &'a [String],
}

#[derive(Deserialize)]
struct Checked {
    problems: Vec<String>,
    files: BTreeMap<String, String>,
}

/// Checks the types, and makes ready to run what holds.
pub(super) fn start<'a>(
    verifier: &'a Verifier<'a>,
    candidate: &'a Candidate,
    interface: &[String],
    budget: Budget,
) -> Result<(Finding, Box<dyn Runner + 'a>), VerifyError> {
    let (finding, scripts) = match candidate.target {
        Target::Encdsl => match encdsl::emit(candidate, interface) {
            Ok(scripts) => (holds(), scripts),
            Err(problem) => (failed(problem), Vec::new()),
        },
        _ => typed(verifier, candidate, interface)?,
    };
    let interface = interface.to_vec();
    Ok((finding, Box::new(NodeRunner { verifier, scripts, interface, budget, session: None, broken: None })))
}

/// The type checker's finding, and the scripts to run.
fn typed(
    verifier: &Verifier<'_>,
    candidate: &Candidate,
    interface: &[String],
) -> Result<(Finding, Vec<(String, String)>), VerifyError> {
    Ok(match check(verifier, candidate, interface)? {
        Ok(own) if own.problems.is_empty() => {
            let scripts = match candidate.target {
                Target::Js => files(candidate).into_iter().map(|(name, text)| (name, text.to_owned())).collect(),
                _ => own.files.into_iter().collect(),
            };
            (holds(), scripts)
        }
        Ok(own) => (failed(own.problems.join("\n")), Vec::new()),
        Err(reason) => (failed(reason), Vec::new()),
    })
}

fn holds() -> Finding {
    Finding { backend: "types", holds: true, text: "no errors".to_owned() }
}

fn failed(text: String) -> Finding {
    Finding { backend: "types", holds: false, text }
}

fn files(candidate: &Candidate) -> BTreeMap<String, &str> {
    let ending = candidate.target.name();
    let imports = candidate.imports.iter().map(|import| (format!("{}.{ending}", import.name), import.code.as_str()));
    imports.chain([(format!("module.{ending}"), candidate.code.as_str())]).collect()
}

/// The checker's word; the inner error is the candidate's fault, the outer one is not.
fn check(
    verifier: &Verifier<'_>,
    candidate: &Candidate,
    interface: &[String],
) -> Result<Result<Checked, String>, VerifyError> {
    let io = |what: &str| {
        let what = what.to_owned();
        move |source| VerifyError::Io { what, source }
    };
    let job = Job::new(&["types.mjs"], &[])?;
    let mut jail = node_jail(verifier.tools, verifier.bounds, &job, true, "types.mjs").map_err(io("find Node.js"))?;
    jail.limits = jail.limits.lasting(verifier.bounds.block * 3);
    let question = Question { target: candidate.target.name(), files: files(candidate), interface };
    let input = serde_json::to_vec(&question).map_err(|error| io("ask the type checker")(error.into()))?;
    let finished = verifier.sandbox.run(&jail, &input).map_err(io("start the type checker"))?;
    match (finished.end, serde_json::from_slice(&finished.stdout)) {
        (End::Exit(0), Ok(checked)) => Ok(Ok(checked)),
        (End::Exit(125), _) => Err(VerifyError::Tool {
            tool: SANDBOX_UNAVAILABLE.as_str(),
            reason: finished.stderr,
            help: "see `etymon run --help`",
        }),
        (end, _) => Ok(Err(format!("the type checker {end}{}", last(&finished.stderr)))),
    }
}

fn last(text: &str) -> String {
    text.lines().rev().find(|line| !line.trim().is_empty()).map(|line| format!(": {}", line.trim())).unwrap_or_default()
}

struct NodeRunner<'a> {
    verifier: &'a Verifier<'a>,
    scripts: Vec<(String, String)>,
    /// Names that the author has declared.
    interface: Vec<String>,
    budget: Budget,
    session: Option<Session>,
    /// Why the candidate cannot be loaded at all.
    broken: Option<String>,
}

impl Runner for NodeRunner<'_> {
    fn block(&mut self, requirement: &Requirement, evidence: usize, index: usize) -> Result<Finding, VerifyError> {
        let evidence = &requirement.evidence[evidence];
        let interface = self.interface.clone();
        let request = Request {
            op: evidence.backend.name(),
            path: "/job/module.js",
            text: &evidence.text,
            line: evidence.line,
            seed: seed(&requirement.id, index),
            runs: PROPERTY_RUNS,
            interface: &interface,
        };
        // A page is shared with nobody, and the module sees it when it is loaded.
        let fresh = evidence.backend == Backend::Flow;
        if fresh {
            self.session = None;
        }
        let found = self.ask(&request, fresh)?;
        if fresh {
            self.session = None;
        }
        let (holds, text) = match found {
            Ok(answer) => (answer.status == "pass", answer.evidence.join("\n")),
            Err(reason) => (false, reason),
        };
        Ok(Finding { backend: evidence.backend.name(), holds, text })
    }
}

impl NodeRunner<'_> {
    /// How long the next answer may take.
    fn patience(&self) -> Option<Patience> {
        let (cpu, wall) = self.budget.allow(self.verifier.bounds.block)?;
        Some(Patience { cpu, wall })
    }

    /// Asks the pair, a new one if need be; the inner error is why there is no answer.
    fn ask(&mut self, request: &Request<'_>, fresh: bool) -> Result<Result<Answer, String>, VerifyError> {
        let Some(patience) = self.patience() else {
            return Ok(Err("not run: the time for the whole verification is used up".to_owned()));
        };
        if let Some(reason) = &self.broken {
            return Ok(Err(reason.clone()));
        }
        if self.session.is_none() {
            let scripts: Vec<(&str, &str)> =
                self.scripts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
            let session = Session::start(self.verifier.sandbox, self.verifier.tools, self.verifier.bounds, &scripts)?;
            let session = self.session.insert(session);
            if !fresh {
                let load = Request { op: "load", text: "", line: 0, seed: 0, runs: 0, ..*request };
                let (answer, used) = session.ask(&load, patience);
                self.budget.spend(used);
                let problem = match answer {
                    Ok(answer) if answer.status == "pass" => None,
                    Ok(answer) => Some(answer.evidence.join("\n")),
                    Err(lost) => Some(why(lost)),
                };
                if let Some(problem) = problem {
                    self.session = None;
                    self.broken = Some(format!("the module cannot be loaded: {problem}"));
                    return Ok(Err(self.broken.clone().unwrap_or_default()));
                }
            }
        }
        let Some(session) = &mut self.session else { return Ok(Err("no process to ask".to_owned())) };
        let (answer, used) = session.ask(request, patience);
        self.budget.spend(used);
        match answer {
            Ok(answer) => Ok(Ok(answer)),
            Err(lost) => {
                self.session = None;
                Ok(Err(why(lost)))
            }
        }
    }
}

fn why(lost: Lost) -> String {
    match lost {
        Lost::Spent(cpu) => format!("no answer within {} s of processor time, so it was killed", seconds(cpu)),
        Lost::Late(wall) => format!("no answer within {} s, so it was killed", seconds(wall)),
        Lost::Idle(wall) => format!(
            "no answer within {} s, in which its processes hardly ran, so they were killed: {IDLE}",
            seconds(wall)
        ),
        Lost::Ended(reason) => reason,
    }
}

fn seconds(patience: Duration) -> u64 {
    patience.as_secs().max(1)
}

/// The seed of a property: the first 8 hex digits of SHA-256 over `id:index`.
pub(super) fn seed(id: &str, index: usize) -> u32 {
    let hash = sha256_hex(format!("{id}:{index}").as_bytes());
    u32::from_str_radix(&hash[..8], 16).unwrap_or_default()
}
