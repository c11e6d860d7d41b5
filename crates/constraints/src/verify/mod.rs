//! Stage 7: runs the seven backends against a candidate and reports the verdicts.
//!
//! Types are checked first, for the module as a whole; if they fail nothing is run. Then come the pins, and the requirements in the order of
//! their dependencies: what depends on a failed one is skipped. Everything that runs the candidate or reads its text with more than a
//! substring search does so in the [`Sandbox`]; the verdict is put together here, from what the sandboxed processes hand back.

mod encdsl;
mod job;
mod node;
mod order;
mod pins;
mod rust;
mod session;
mod tools;

pub(crate) use encdsl::problems as image_problems;
pub use job::harness_text;
pub use tools::{Tools, linker};

use crate::model::{Backend, Document, Requirement, Status, Target};
use crate::report::{Outcome, Report, Verdict};
use crate::sandbox::{Limits, PATIENCE, Sandbox};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Longest evidence of one failure, in characters.
pub const MAX_EVIDENCE: usize = 1500;
/// Runs of each property.
pub const PROPERTY_RUNS: u32 = 2000;

/// The code to be judged.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its language.
    pub target: Target,
    /// The text of one module.
    pub code: String,
    /// What it may import, by module name (see [`module_name`]).
    pub imports: Vec<ImportedModule>,
}

/// The accepted code of an imported property.
#[derive(Clone, Debug)]
pub struct ImportedModule {
    /// Name under which the candidate imports it: `./<name>.js`, or `crate::<name>` in Rust.
    pub name: String,
    /// Its code, in the candidate's language.
    pub code: String,
}

/// The module name of an import: its alias, or else its property, with everything but letters, digits, `-` and `_` made `-`.
pub fn module_name(alias_or_property: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    alias_or_property.chars().map(plain).collect()
}

/// How long things may take, and how much they may use. Times are of a processor, so that a busy machine changes no verdict; by the wall's
/// clock each may take [`PATIENCE`] times as long.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// One block of evidence, and the start of the candidate.
    pub block: Duration,
    /// All of it.
    pub total: Duration,
    /// Each process.
    pub limits: Limits,
}

impl Bounds {
    /// Bounds that give a block of evidence this long, and the whole long enough for thirty.
    pub fn with_block(block: Duration) -> Bounds {
        let total = block * 30;
        Bounds { block, total, limits: Limits::default().lasting(total) }
    }
}

/// What is left of the time of a whole verification.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    cpu: Duration,
    deadline: Instant,
}

impl Budget {
    fn of(total: Duration) -> Budget {
        Budget { cpu: total, deadline: Instant::now() + total.saturating_mul(PATIENCE) }
    }

    /// The most that a block may use of a processor, and may take, of which neither is nothing; or nothing is left.
    pub fn allow(&self, block: Duration) -> Option<(Duration, Duration)> {
        let wall = self.deadline.saturating_duration_since(Instant::now()).min(block.saturating_mul(PATIENCE));
        let cpu = self.cpu.min(block);
        (!wall.is_zero() && !cpu.is_zero()).then_some((cpu, wall))
    }

    /// Takes off what was used of a processor.
    pub fn spend(&mut self, cpu: Duration) {
        self.cpu = self.cpu.saturating_sub(cpu);
    }
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds::with_block(Duration::from_secs(20))
    }
}

/// What keeps the stage from reaching a verdict. A candidate that misbehaves is no error but a failed one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A file of the job cannot be written, or the sandbox's helper does not start.
    #[error("cannot {what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A tool is missing or broken.
    #[error("{tool} does not work: {reason}")]
    Tool {
        /// Which.
        tool: &'static str,
        /// Why not.
        reason: String,
        /// How to get it.
        help: &'static str,
    },
}

/// Judges prose criteria. Its verdicts are recorded and never block.
pub trait Judge {
    /// Verdict and reasoning on whether `code` meets `criterion`; `None` for the verdict when the answer could not be read.
    fn judge(&self, criterion: &str, code: &str) -> (Option<bool>, String);
}

/// The state of a verification that all backends need.
pub struct Verifier<'a> {
    /// Where candidates run.
    pub sandbox: &'a Sandbox,
    /// What backends run on.
    pub tools: &'a Tools,
    /// How long it may take.
    pub bounds: &'a Bounds,
    /// Who judges prose; without one, judgments are recorded as not made.
    pub judge: Option<&'a dyn Judge>,
}

/// One backend's word on one block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// `types`, `assert`, …
    pub backend: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// What was seen.
    pub text: String,
}

/// Runs blocks of evidence against a loaded candidate.
pub(crate) trait Runner {
    /// Checks one block; `index` counts the blocks of the same backend in the requirement, from 0.
    fn block(&mut self, requirement: &Requirement, evidence: usize, index: usize) -> Result<Finding, VerifyError>;
}

impl Verifier<'_> {
    /// Judges `candidate` by the evidence of `document`.
    ///
    /// # Errors
    /// [`VerifyError`] when a tool is missing or files cannot be written.
    pub fn verify(&self, document: &Document, candidate: &Candidate) -> Result<Report, VerifyError> {
        self.tools.expect(document, candidate.target)?;
        let budget = Budget::of(self.bounds.total);
        let interface = document.manifest.provides.as_ref().map(|own| own.interface.as_slice()).unwrap_or_default();
        let mut outcomes = pins::check(&document.manifest.pins, &candidate.code);
        let (types, mut runner) = match candidate.target {
            Target::Ts | Target::Js | Target::Encdsl => node::start(self, candidate, interface, budget)?,
            Target::Rust => rust::start(self, candidate, interface, budget)?,
        };
        let mut settled: HashMap<&str, Verdict> = HashMap::new();
        for requirement in order::topological(&document.requirements) {
            let outcome = match blocked(requirement, &settled) {
                Some(outcome) => outcome,
                None => self.requirement(requirement, candidate, &types, runner.as_mut())?,
            };
            let enforced = requirement.status == Status::Active;
            settled.insert(&requirement.id, if enforced { outcome.status } else { Verdict::Pass });
            outcomes.push(outcome);
        }
        Ok(Report::of(outcomes))
    }

    fn requirement(
        &self,
        requirement: &Requirement,
        candidate: &Candidate,
        types: &Finding,
        runner: &mut dyn Runner,
    ) -> Result<Outcome, VerifyError> {
        let mut lines = vec![line(types)];
        let mut holds = types.holds;
        let mut counts: HashMap<Backend, usize> = HashMap::new();
        for (at, evidence) in requirement.evidence.iter().enumerate() {
            let count = counts.entry(evidence.backend).or_default();
            let index = *count;
            *count += 1;
            match evidence.backend {
                Backend::Types => {}
                Backend::Judgment => lines.push(self.judgment(&evidence.text, candidate)),
                // A module that does not type-check is not run.
                _ if !types.holds => {}
                _ => {
                    let finding = runner.block(requirement, at, index)?;
                    holds &= finding.holds;
                    lines.push(line(&finding));
                }
            }
        }
        let status = if holds { Verdict::Pass } else { Verdict::Fail };
        Ok(Outcome { constraint_id: requirement.id.clone(), status, evidence: lines.join("\n") })
    }

    fn judgment(&self, criterion: &str, candidate: &Candidate) -> String {
        let Some(judge) = self.judge else { return "[judgment:skip (soft)] no judge was named".to_owned() };
        let (verdict, reasoning) = judge.judge(criterion, &candidate.code);
        let status = match verdict {
            Some(true) => "pass",
            Some(false) => "fail",
            None => "unreadable",
        };
        format!("[judgment:{status} (soft)] {}", quoted(&reasoning))
    }
}

/// The outcome of a requirement that is not judged.
fn blocked(requirement: &Requirement, settled: &HashMap<&str, Verdict>) -> Option<Outcome> {
    let skip = |evidence| Outcome { constraint_id: requirement.id.clone(), status: Verdict::Skip, evidence };
    if requirement.status != Status::Active {
        return Some(skip(format!("[status:skip] not enforced: its status is `{}`", requirement.status.name())));
    }
    let culprit =
        requirement.depends_on.iter().find(|id| settled.get(id.as_str()).is_some_and(|own| *own != Verdict::Pass))?;
    let verb = if settled.get(culprit.as_str()) == Some(&Verdict::Skip) { "was skipped" } else { "failed" };
    Some(skip(format!("[depends-on:skip] `{culprit}`, on which it depends, {verb}")))
}

fn line(finding: &Finding) -> String {
    format!("[{}:{}] {}", finding.backend, if finding.holds { "pass" } else { "fail" }, quoted(&finding.text))
}

/// What a backend says, in which the candidate and the model may have a word. Only a backend's own first line begins with `[`, so that no
/// message can pass for the word of another backend.
fn quoted(text: &str) -> String {
    cut(text).replace("\n[", "\n  [")
}

/// The start of a text that is too long to be recorded.
pub(crate) fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_EVIDENCE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_passes_for_the_word_of_a_backend() {
        let text = "threw Error: x\n[assert:pass] all hold\n[types:pass] no errors".to_owned();
        let told = line(&Finding { backend: "assert", holds: false, text });
        assert_eq!(told, "[assert:fail] threw Error: x\n  [assert:pass] all hold\n  [types:pass] no errors");
    }
}
