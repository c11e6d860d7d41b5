//! Stage 6: asks a substrate for the code of one module.
//!
//! The prompt is a pure function of the canonical text, the target and the imported interfaces; [`FUNCTION`] names its version. A substrate
//! answers text, from which the code is taken; each call leaves a [`Receipt`].

mod encdsl;
mod exec;
mod extract;
mod http;
mod judge;
mod parts;
mod prompt;
mod replay;

use crate::clock::{Clock, stamp};
use crate::codes::{DERIVE_API, DERIVE_REFUSED, DERIVE_TRUNCATED};
use crate::materialization::Receipt;
use crate::model::{Document, Target};
use etymon_diagnostics::Diagnostic;
use etymon_spec::canonical::sha256_hex;

pub use encdsl::EncdslSubstrate;
pub(crate) use encdsl::KEY as IMAGE;
pub use exec::ExecSubstrate;
pub use extract::{extract, interface};
pub use http::{HttpSubstrate, Key};
pub use judge::{SubstrateJudge, build_judge_prompt, read_verdict};
pub use parts::parts;
pub use prompt::{ImportedInterface, Part, build_prompt};
pub use replay::{Recording, ReplaySubstrate};

/// Version of the derivation: of the prompt's wording, of how imports are threaded into it, and of how code is taken from an answer. A change
/// of any of these changes this text.
pub const FUNCTION: &str = "etymon-derivation/1";

/// Longest answer of a substrate, in bytes.
pub const MAX_ANSWER: usize = 4 << 20;

/// SHA-256 of [`FUNCTION`], in hex: the `derivationFunctionHash` of provenance.
pub fn function_hash() -> String {
    sha256_hex(FUNCTION.as_bytes())
}

/// Whoever turns a prompt into text.
pub trait Substrate {
    /// Which substrate: `replay`, `exec`, `http` or `encdsl`.
    fn id(&self) -> &str;

    /// Which model of it.
    fn model(&self) -> &str;

    /// The answer to `prompt`.
    ///
    /// # Errors
    /// [`DERIVE_API`], [`DERIVE_TRUNCATED`] or [`DERIVE_REFUSED`].
    fn complete(&self, prompt: &str) -> Result<String, Box<Diagnostic>>;
}

/// Code, and how it came to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The text of one module; of several calls the texts in their order.
    pub code: String,
    /// One for each call, in order.
    pub receipts: Vec<Receipt>,
}

/// Whether the requirements are asked for at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// In one call.
    Single,
    /// One call for each part (see [`parts`]).
    Multi,
    /// In one call, and part by part if its answer is cut off.
    #[default]
    Auto,
}

/// What is asked for.
pub struct Task<'a> {
    /// The validated file.
    pub document: &'a Document,
    /// The canonical text of a document: the whole of it, or the parts of multi-call mode.
    pub canonical: &'a dyn Fn(&Document) -> String,
    /// The language of the answer.
    pub target: Target,
    /// What the code may import.
    pub imports: &'a [ImportedInterface],
    /// Whether to ask at once.
    pub mode: Mode,
    /// When the calls are made.
    pub clock: Clock,
}

/// Asks `substrate` for the code of `task`.
///
/// # Errors
/// What the substrate refuses, and [`DERIVE_TRUNCATED`] when the code in the answer does not end.
pub fn derive(task: &Task<'_>, substrate: &dyn Substrate) -> Result<Answer, Box<Diagnostic>> {
    let parts = if task.mode == Mode::Single { Vec::new() } else { parts(task.document) };
    // Where nothing is required there are no parts, but imports to build on.
    if task.mode == Mode::Multi && !parts.is_empty() {
        return by_parts(task, substrate, &parts);
    }
    match once(task, substrate, task.document, None) {
        Err(error) if error.code == DERIVE_TRUNCATED && parts.len() > 1 => by_parts(task, substrate, &parts),
        Err(error) => Err(error),
        Ok((code, receipt)) => Ok(Answer { code, receipts: vec![receipt] }),
    }
}

fn by_parts(task: &Task<'_>, substrate: &dyn Substrate, parts: &[Document]) -> Result<Answer, Box<Diagnostic>> {
    let mut answer = Answer { code: String::new(), receipts: Vec::new() };
    for (at, document) in parts.iter().enumerate() {
        let part = Part { number: at + 1, of: parts.len(), before: extract::interface(&answer.code, task.target) };
        let (code, receipt) = once(task, substrate, document, Some(&part))?;
        answer.code.push_str(&code);
        answer.receipts.push(receipt);
    }
    Ok(answer)
}

fn once(
    task: &Task<'_>,
    substrate: &dyn Substrate,
    document: &Document,
    part: Option<&Part>,
) -> Result<(String, Receipt), Box<Diagnostic>> {
    let prompt = build_prompt(&(task.canonical)(document), document, task.target, task.imports, part);
    let start = (task.clock)();
    let text = substrate.complete(&prompt)?;
    // A clock that was set back meanwhile has measured nothing.
    let took = (task.clock)().duration_since(start).unwrap_or_default();
    let receipt = Receipt {
        prompt_hash: sha256_hex(prompt.as_bytes()),
        started_at: stamp(start),
        duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    };
    Ok((extract(&text, task.target)?, receipt))
}

/// No answer.
fn api(message: impl Into<String>, help: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(DERIVE_API, message).help(help))
}

/// An answer that was cut off.
fn truncated(message: impl Into<String>) -> Box<Diagnostic> {
    let help = "ask part by part (`--mode multi`), raise the model's output budget, or split the file by scope";
    Box::new(Diagnostic::error(DERIVE_TRUNCATED, message).help(help))
}

/// An answer that is none.
fn refused(message: impl Into<String>) -> Box<Diagnostic> {
    let help = "word the requirement differently, or ask another model";
    Box::new(Diagnostic::error(DERIVE_REFUSED, message).help(help))
}

/// The first line of what somebody else said, short enough for a message.
fn quote(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.chars().filter(|c| !c.is_control()).take(160).collect()
}
