//! Makes the committed vectors: inputs by rule, answers only where the evaluator and the referee agree, published values by hand.

mod draft;
mod expressions;
mod keyed;
mod modules;
mod opaque;
mod operations;
mod protocol;
mod published;
mod request;
mod spec;
mod statements;
mod values;

use crate::case::Case;
use crate::error::Error;
use crate::protocol::Reply;
use crate::run::answer_all;
use crate::testee::Kind;
use crate::vector::{self, EXCEPTIONS, Vector};
use crate::workshop::{Tools, Workshop};
use draft::{Draft, Suite};
use etymon_spec::Spec;
use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

/// What to make.
#[derive(Clone, Debug)]
pub struct PinOptions {
    /// Programs and folders.
    pub tools: Tools,
    /// Folder of the spec.
    pub spec: PathBuf,
    /// Folder of the vectors.
    pub vectors: PathBuf,
    /// Whose agreement is needed besides the evaluator's: the referee, where there is one.
    pub witnesses: Vec<Kind>,
    /// Whether answers that are pinned already may change.
    pub replace: bool,
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinReport {
    /// Name of each file and the number of its vectors.
    pub files: Vec<(String, usize)>,
    /// Answers that changed, one line each.
    pub changed: Vec<String>,
}

/// Writes the generated vector files. Files that are not generated stay as they are.
///
/// # Errors
/// [`Error::Pins`] when witnesses disagree, when a published value is not reached, or when a pinned answer would change and may not.
pub fn pin(options: &PinOptions) -> Result<PinReport, Error> {
    let spec = Spec::load(&options.spec).map_err(|report| Error::spec(&report))?;
    let suites = suites(&spec);
    let cases: Vec<Case> = suites.iter().flat_map(|suite| &suite.drafts).map(|draft| draft.case.clone()).collect();
    unique(&cases)?;
    let mut workshop = Workshop::open(options.tools.clone(), None)?;
    let mut testees = vec![Kind::Evaluator];
    testees.extend(options.witnesses.iter().copied().filter(|kind| *kind != Kind::Evaluator));
    let answers = answer_all(&mut workshop, Some(&spec), cases, &testees)?;
    let mut disputes = Vec::new();
    let mut made = Vec::new();
    for suite in suites {
        let mut vectors = Vec::new();
        for draft in suite.drafts {
            let replies: Vec<(Kind, &Reply)> =
                answers.iter().filter_map(|(kind, own)| Some((*kind, own.get(&draft.case.id)?))).collect();
            match settle(draft, &replies) {
                Ok(vector) => vectors.push(vector),
                Err(dispute) => disputes.push(dispute),
            }
        }
        made.push((format!("{}.jsonl", suite.name), vectors));
    }
    if !disputes.is_empty() {
        return Err(Error::Pins { changes: disputes });
    }
    let changed = changes(options, &made)?;
    if !changed.is_empty() && !options.replace {
        return Err(Error::Pins { changes: changed });
    }
    write(options, &made)?;
    Ok(PinReport { files: made.into_iter().map(|(name, own)| (name, own.len())).collect(), changed })
}

fn suites(spec: &Spec) -> Vec<Suite> {
    vec![
        operations::operations(),
        operations::literals(),
        operations::arity(),
        operations::primitives(),
        protocol::protocol(),
        expressions::expressions(),
        statements::statements(),
        modules::modules(),
        opaque::opaque(),
        published::published(),
        request::requests(),
        spec::functions(spec),
    ]
}

fn unique(cases: &[Case]) -> Result<(), Error> {
    let mut seen = HashMap::new();
    match cases.iter().find(|case| seen.insert(case.id.as_str(), ()).is_some()) {
        Some(case) => Err(Error::Pins { changes: vec![format!("`{}` names two vectors", case.id)] }),
        None => Ok(()),
    }
}

/// The vector, if everyone asked gives the same value, and the published one where there is one.
fn settle(draft: Draft, replies: &[(Kind, &Reply)]) -> Result<Vector, String> {
    let Draft { case, published } = draft;
    let Some((_, first)) = replies.first() else { return Err(format!("`{}`: nobody answers", case.id)) };
    if !matches!(first, Reply::Ok(_)) || replies.iter().any(|(_, reply)| reply != first) {
        let said: Vec<String> =
            replies.iter().map(|(kind, reply)| format!("{}: {}", kind.name(), reply.text())).collect();
        return Err(format!("`{}`: {}", case.id, said.join("; ")));
    }
    let source = match published {
        Some((value, _)) if Reply::value(&value) != **first => {
            return Err(format!("`{}`: published {}, computed {}", case.id, Reply::value(&value).text(), first.text()));
        }
        Some((_, source)) => Some(source),
        None => None,
    };
    Ok(Vector { case, expect: (*first).clone(), source })
}

/// What would differ from the answers pinned so far. New vectors and vectors that go are no changes.
fn changes(options: &PinOptions, made: &[(String, Vec<Vector>)]) -> Result<Vec<String>, Error> {
    let mut changed = Vec::new();
    for (name, vectors) in made {
        let path = options.vectors.join(name);
        if !path.exists() {
            continue;
        }
        let old = vector::read_file(&path)?;
        let old: HashMap<&str, &Vector> = old.iter().map(|own| (own.case.id.as_str(), own)).collect();
        for own in vectors {
            if let Some(before) = old.get(own.case.id.as_str())
                && before.expect != own.expect
            {
                changed.push(format!("`{}`: {} becomes {}", own.case.id, before.expect.text(), own.expect.text()));
            }
        }
    }
    Ok(changed)
}

fn write(options: &PinOptions, made: &[(String, Vec<Vector>)]) -> Result<(), Error> {
    fs::create_dir_all(&options.vectors).map_err(Error::io("create", &options.vectors))?;
    for (name, vectors) in made {
        let path = options.vectors.join(name);
        let text: String = vectors.iter().map(|own| own.line() + "\n").collect();
        fs::write(&path, text).map_err(Error::io("write", &path))?;
    }
    let path = options.vectors.join(EXCEPTIONS);
    if !path.exists() {
        fs::write(&path, "{\"exceptions\":[]}\n").map_err(Error::io("write", &path))?;
    }
    Ok(())
}
