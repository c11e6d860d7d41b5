//! Random scripts on the kernels of all implementations: a node in this process is host to the evaluator, and whatever it asks is then asked of the others.

use super::node::Node;
use super::random;
use super::story::{Story, TEST_KEY};
use crate::case::Case;
use crate::compare::Difference;
use crate::error::Error;
use crate::protocol::Reply;
use crate::rng::Rng;
use crate::run::answer_all;
use crate::testee::Kind;
use crate::workshop::{Tools, Workshop};
use etymon_spec::Spec;
use serde::Serialize;
use std::path::PathBuf;

/// What to run.
#[derive(Clone, Debug)]
pub struct ScriptOptions {
    /// Programs and folders.
    pub tools: Tools,
    /// Folder of the spec.
    pub spec: PathBuf,
    /// How many scripts.
    pub scripts: u64,
    /// Decides everything.
    pub seed: u64,
    /// Who answers besides the evaluator.
    pub testees: Vec<Kind>,
}

/// The outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScriptReport {
    /// No difference.
    pub ok: bool,
    /// The seed, as text, because JSON numbers end at 2^53.
    pub seed: String,
    /// Scripts that were told.
    pub scripts: u64,
    /// Requests and messages.
    pub steps: u64,
    /// Answers of the node, by status.
    pub statuses: std::collections::BTreeMap<u16, u64>,
    /// Calls of the kernel, each asked of every testee.
    pub calls: u64,
    /// Who answered besides the evaluator.
    pub testees: Vec<&'static str>,
    /// The smallest difference of each testee.
    pub differences: Vec<Difference>,
}

impl ScriptReport {
    /// A few lines for people.
    pub fn to_text(&self) -> String {
        let mut text: String = self.differences.iter().map(Difference::to_text).collect();
        let statuses: Vec<String> =
            self.statuses.iter().map(|(status, count)| format!("{count} times {status}")).collect();
        text += &format!(
            "{} scripts, {} steps ({}), {} calls of the kernel on {}: {}\n",
            self.scripts,
            self.steps,
            statuses.join(", "),
            self.calls,
            self.testees.join(", "),
            if self.ok { "agree with the evaluator" } else { "DIFFER from the evaluator" }
        );
        text
    }

    /// All of it.
    ///
    /// # Panics
    /// Never: it is plain data.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain data")
    }
}

/// Tells random scripts and compares what every kernel answers.
///
/// # Errors
/// Where a testee cannot be built or started.
pub fn fuzz_scripts(options: &ScriptOptions) -> Result<ScriptReport, Error> {
    let spec = Spec::load(&options.spec).map_err(|report| Error::spec(&report))?;
    let mut cases = Vec::new();
    let mut expected = Vec::new();
    let mut statuses = std::collections::BTreeMap::new();
    let mut steps = 0;
    for script in 0..options.scripts {
        let mut node = Node::new(&spec, TEST_KEY, None);
        node.record_calls();
        let mut story = Story::new(&mut node, 0);
        random::tell(&mut story, &mut Rng::fork(options.seed, script));
        steps += story.steps.len() as u64;
        for status in story.steps.iter().filter_map(|step| step.http.as_ref()).map(|http| http.status) {
            *statuses.entry(status).or_default() += 1;
        }
        for (at, (call, args, answer)) in node.take_calls().into_iter().enumerate() {
            let id = format!("script {script}, call {at}, {call}");
            cases.push(Case { id, suite: "wire".to_owned(), program: None, call, args, opaque: false });
            expected.push(Reply::value(&answer));
        }
    }
    let mut workshop = Workshop::open(options.tools.clone(), None)?;
    let answers = answer_all(&mut workshop, Some(&spec), cases.clone(), &options.testees)?;
    let mut differences = Vec::new();
    for (kind, own) in &answers {
        let differing = cases.iter().zip(&expected).filter(|(case, wanted)| own.get(&case.id) != Some(wanted));
        if let Some((case, wanted)) = differing.min_by_key(|(case, _)| case.size()) {
            let got = own.get(&case.id).cloned().unwrap_or(Reply::TimedOut);
            differences.push(Difference::new(case, *kind, Kind::Evaluator.name(), wanted, &got));
        }
    }
    Ok(ScriptReport {
        ok: differences.is_empty(),
        seed: options.seed.to_string(),
        scripts: options.scripts,
        steps,
        statuses,
        calls: cases.len() as u64,
        testees: options.testees.iter().map(|kind| kind.name()).collect(),
        differences,
    })
}
