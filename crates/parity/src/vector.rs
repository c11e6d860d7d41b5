//! Committed vectors: JSON lines `{"id","suite","program"?,"call","args","opaque"?,"expect"|"refused","source"?}`.

use crate::case::{Case, Program};
use crate::error::Error;
use crate::protocol::{MAX_DEPTH, Reply, push_args, push_member, values};
use crate::testee::Kind as Who;
use etymon_kernel_rt::json::{Kind, NodeId, Tape};
use etymon_kernel_rt::wire;
use etymon_spec::codes::NOT_PORTABLE;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name of the file that lists known differences.
pub const EXCEPTIONS: &str = "parity-exceptions.json";

/// A case with its pinned answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Vector {
    /// What is called.
    pub case: Case,
    /// What every testee answers.
    pub expect: Reply,
    /// Where the answer was published, if it was.
    pub source: Option<String>,
}

impl Vector {
    /// What a testee has to answer.
    pub fn expected(&self, who: Who) -> Reply {
        if self.case.opaque && who.is_compiled() {
            Reply::Refused(NOT_PORTABLE.to_string())
        } else {
            self.expect.clone()
        }
    }

    /// The line of a vector file.
    pub fn line(&self) -> String {
        let mut out = String::from("{");
        push_member(&mut out, "id", &self.case.id);
        out.push(',');
        push_member(&mut out, "suite", &self.case.suite);
        if let Some(program) = &self.case.program {
            out.push_str(",\"program\":");
            out.push_str(&program.image());
        }
        out.push(',');
        push_member(&mut out, "call", &self.case.call);
        out.push(',');
        push_args(&mut out, &self.case.args);
        out.push_str(if self.case.opaque { ",\"opaque\":true," } else { "," });
        match &self.expect {
            Reply::Ok(value) => {
                out.push_str("\"expect\":");
                out.push_str(value);
            }
            other => push_member(&mut out, "refused", &refusal(other)),
        }
        if let Some(source) = &self.source {
            out.push(',');
            push_member(&mut out, "source", source);
        }
        out.push('}');
        out
    }
}

fn refusal(reply: &Reply) -> String {
    match reply {
        Reply::Refused(reason) => reason.clone(),
        other => other.text(),
    }
}

/// Reads lines; programs that occur again are shared.
struct Reader {
    programs: HashMap<String, Arc<Program>>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<Vector, String> {
        let tape = Tape::read(line.as_bytes(), MAX_DEPTH).map_err(|error| error.to_string())?;
        const KEYS: [&str; 9] = ["id", "suite", "program", "call", "args", "opaque", "expect", "refused", "source"];
        if let Some((key, _)) = tape.members(0).find(|(key, _)| !KEYS.contains(key)) {
            return Err(format!("unknown key `{key}`"));
        }
        let text = |key: &str| {
            let node = tape.member(0, key).and_then(|node| tape.as_str(node));
            node.map(str::to_owned).ok_or_else(|| format!("no text `{key}`"))
        };
        let args = tape.member(0, "args").ok_or("no `args`")?;
        let expect = match (tape.member(0, "expect"), tape.member(0, "refused")) {
            (Some(node), None) => Reply::value(&wire::decode(&tape, node).map_err(|refusal| refusal.reason)?),
            (None, Some(_)) => Reply::Refused(text("refused")?),
            _ => return Err("neither `expect` nor `refused`, or both".to_owned()),
        };
        let program = tape.member(0, "program").map(|node| self.program(&tape, line, node)).transpose()?;
        let opaque = match tape.member(0, "opaque").map(|node| tape.kind(node)) {
            None => false,
            Some(Kind::Bool(true)) if program.is_some() => true,
            Some(_) => return Err("`opaque` is true or left out, and needs a program".to_owned()),
        };
        let args = values(&tape, args)?;
        let case = Case { id: text("id")?, suite: text("suite")?, program, call: text("call")?, args, opaque };
        Ok(Vector { case, expect, source: tape.member(0, "source").map(|_| text("source")).transpose()? })
    }

    fn program(&mut self, tape: &Tape<'_>, line: &str, node: NodeId) -> Result<Arc<Program>, String> {
        let key = &line[tape.range(node)];
        if let Some(known) = self.programs.get(key) {
            return Ok(known.clone());
        }
        if tape.kind(node) != Kind::Array {
            return Err("`program` is no array".to_owned());
        }
        let pairs = tape.children(node).map(|pair| {
            let parts: Vec<NodeId> = tape.children(pair).collect();
            match parts.as_slice() {
                [path, image] if tape.kind(*image) == Kind::Object => {
                    Some((tape.as_str(*path)?, &line[tape.range(*image)]))
                }
                _ => None,
            }
        });
        let pairs: Option<Vec<(&str, &str)>> = pairs.collect();
        let program = Arc::new(Program::read(&pairs.ok_or("`program` is no array of path and module")?)?);
        self.programs.insert(key.to_owned(), program.clone());
        Ok(program)
    }
}

/// Reads every `*.jsonl` of a folder, in the order of the names. Identifiers must be unique.
///
/// # Errors
/// [`Error::Io`], [`Error::Vector`].
pub fn read_folder(folder: &Path) -> Result<Vec<Vector>, Error> {
    let entries = fs::read_dir(folder).map_err(Error::io("read", folder))?;
    let paths: Result<Vec<PathBuf>, std::io::Error> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(Error::io("read", folder))?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    paths.sort();
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    for path in paths {
        for (number, vector) in read_file(&path)?.into_iter().enumerate() {
            if !seen.insert(vector.case.id.clone()) {
                let reason = format!("`{}` is the name of another vector, too", vector.case.id);
                return Err(Error::Vector { path, line: number + 1, reason });
            }
            all.push(vector);
        }
    }
    Ok(all)
}

/// Reads one file, a vector a line.
///
/// # Errors
/// [`Error::Io`], [`Error::Vector`].
pub fn read_file(path: &Path) -> Result<Vec<Vector>, Error> {
    let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
    let mut reader = Reader { programs: HashMap::new() };
    let lines = text.lines().enumerate();
    lines
        .map(|(number, line)| {
            reader.line(line).map_err(|reason| Error::Vector { path: path.to_path_buf(), line: number + 1, reason })
        })
        .collect()
}

/// Known differences: for each, why, keyed by `(vector, testee)`.
///
/// # Errors
/// [`Error::Io`], or [`Error::Vector`] for a file that is not `{"exceptions":[{"id","testee","reason"},…]}`.
pub fn read_exceptions(path: &Path) -> Result<BTreeMap<(String, String), String>, Error> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Listed {
        id: String,
        testee: String,
        reason: String,
    }
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        exceptions: Vec<Listed>,
    }
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    let bad = |reason: String| Error::Vector { path: path.to_path_buf(), line: 1, reason };
    let file: File = serde_json::from_slice(&bytes).map_err(|error| bad(error.to_string()))?;
    let mut listed = BTreeMap::new();
    for own in file.exceptions {
        let key = (own.id, own.testee);
        if listed.insert(key.clone(), own.reason).is_some() {
            return Err(bad(format!("`{}` is listed twice for `{}`", key.0, key.1)));
        }
    }
    Ok(listed)
}

#[cfg(test)]
mod tests {
    use super::Reader;
    use std::collections::HashMap;

    fn round(line: &str) -> Result<String, String> {
        Reader { programs: HashMap::new() }.line(line).map(|vector| vector.line())
    }

    #[test]
    fn reads_what_it_writes() {
        let module = r#"{"module":{"classes":[],"constants":[],"effectFunctions":[],"functions":[{"body":{"var":"a"},"isAsync":false,"isExport":true,"name":"f","params":["a"]}],"header":"","imports":[],"name":"P"}}"#;
        let lines = [
            format!(
                r#"{{"id":"x","suite":"s","program":[["app/P",{module}]],"call":"app/P.f","args":[{{"nat":"1"}}],"expect":{{"nat":"1"}}}}"#
            ),
            r#"{"id":"x","suite":"s","call":"kernel/Rbac.f","args":[],"refused":"arity","source":"here"}"#.to_owned(),
        ];
        for line in lines {
            assert_eq!(round(&line), Ok(line));
        }
    }

    #[test]
    fn refuses_what_says_nothing() {
        for line in [
            r#"{"id":"x","suite":"s","call":"f","args":[]}"#,
            r#"{"id":"x","suite":"s","call":"f","args":[],"expect":{"nat":"1"},"expected":1}"#,
            r#"{"id":"x","suite":"s","call":"f","args":{},"expect":{"nat":"1"}}"#,
            r#"{"id":"x","suite":"s","program":[["app/P",1]],"call":"f","args":[],"expect":{"nat":"1"}}"#,
        ] {
            round(line).unwrap_err();
        }
    }
}
