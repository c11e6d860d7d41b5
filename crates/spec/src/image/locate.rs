//! From a JSON path back to the text: checks work on trees that know no bytes, and only findings need to know where they are.

use super::MAX_DEPTH;
use super::read::Source;
use etymon_diagnostics::{Diagnostic, Origin, Report, SourceFile, Span};
use etymon_kernel_rt::json::{NodeId, Tape};
use std::collections::HashMap;
use std::sync::Arc;

/// How much of a long node is marked.
const LONGEST: usize = 40;

/// Says of every diagnostic that names no file that it is about this text, and where in it.
pub fn locate(report: &mut Report, source: Source<'_>) {
    let mut locator = None;
    for diagnostic in report.iter_mut() {
        match diagnostic.origin.file() {
            Some(_) => {}
            None if diagnostic.origin.json_path().is_none() => {
                diagnostic.origin = std::mem::take(&mut diagnostic.origin).in_file(source.path);
            }
            None => locator.get_or_insert_with(|| Locator::new(source)).place(diagnostic),
        }
    }
}

/// One text, for finding the places of many diagnostics in it.
pub(crate) struct Locator<'a> {
    file: Arc<SourceFile>,
    /// Nothing for a text that is no JSON, which has no such diagnostics.
    tape: Option<Tape<'a>>,
    /// The elements of arrays on the way, so that a late one is counted to once.
    elements: HashMap<NodeId, Vec<NodeId>>,
}

impl<'a> Locator<'a> {
    pub(crate) fn new(source: Source<'a>) -> Locator<'a> {
        let tape = Tape::read(source.bytes, MAX_DEPTH).ok();
        Locator { file: SourceFile::from_bytes(source.path, source.bytes), tape, elements: HashMap::new() }
    }

    /// Adds the place in the text to a diagnostic that has a JSON path.
    pub(crate) fn place(&mut self, diagnostic: &mut Diagnostic) {
        let wanted = diagnostic.origin.json_path().unwrap_or("$");
        let (range, path) = match self.find(wanted) {
            Some((range, path)) => (range, path),
            None => {
                diagnostic.origin = std::mem::take(&mut diagnostic.origin).in_file(self.file.path());
                return;
            }
        };
        let span = Span::new(range.start, range.end.min(range.start + LONGEST));
        diagnostic.origin = Origin::span(&self.file, span).at_json(path);
    }

    /// The bytes at a path, and the path as this text has it: the wrapper `module` may be left out, or stand once more.
    fn find(&mut self, path: &str) -> Option<(std::ops::Range<usize>, String)> {
        let tape = self.tape.as_ref()?;
        let (mut node, mut here) = (0, String::from("$"));
        let mut rest = path.strip_prefix('$')?;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('[') {
                let (index, after) = after.split_once(']')?;
                let elements = self.elements.entry(node).or_insert_with(|| tape.children(node).collect());
                node = *elements.get(index.parse::<usize>().ok()?)?;
                here.push_str(&format!("[{index}]"));
                rest = after;
            } else {
                let after = rest.strip_prefix('.')?;
                let (key, after) = after.split_at(after.find(['.', '[']).unwrap_or(after.len()));
                match (tape.member(node, key), tape.member(node, "module")) {
                    (Some(member), _) => {
                        node = member;
                        here.push_str(&format!(".{key}"));
                    }
                    (None, Some(wrapped)) => {
                        node = tape.member(wrapped, key)?;
                        here.push_str(&format!(".module.{key}"));
                    }
                    (None, None) if key == "module" => {}
                    (None, None) => return None,
                }
                rest = after;
            }
        }
        Some((tape.range(node), here))
    }
}
