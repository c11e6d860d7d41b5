//! `schema`: the documents for other people's tools that a spec states as constants.

use crate::artifact::Artifact;
use crate::target::Target;
use etymon_diagnostics::{Diagnostic, Origin, Report};
use etymon_kernel_rt::json_text;
use etymon_spec::ast::Expr;
use etymon_spec::codes::LIMIT_SIZE;
use etymon_spec::eval::{Evaluator, Limits};
use etymon_spec::{Module, Spec};

/// Emits `schema/<constant>.json` for every constant that says what it is: a record with `openapi` (OpenAPI) or `$schema` (JSON Schema).
#[derive(Clone, Copy, Debug)]
pub struct Schema;

const NAME: &str = "schema";
/// Fields by which a document is known.
const MARKS: [&str; 2] = ["openapi", "$schema"];

impl Target for Schema {
    fn name(&self) -> &'static str {
        NAME
    }

    fn module(&self, _spec: &Spec, _module: &Module) -> Result<Vec<Artifact>, Report> {
        Ok(Vec::new())
    }

    fn whole(&self, spec: &Spec) -> Result<Vec<Artifact>, Report> {
        let found: Vec<(&Module, &str)> = spec.modules.iter().flat_map(documents).collect();
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let evaluator = Evaluator::new(spec, Limits::default()).map_err(|reason| {
            Report::from(Diagnostic::error(reason.code(), "the constants of the spec cannot be evaluated"))
        })?;
        let of = |(module, name): (&Module, &str)| {
            let path = format!("{}.{name}", module.path);
            let text = evaluator.constant(spec, &path).and_then(json_text).ok_or_else(|| {
                let message = format!("the document `{name}` has a natural of 2^53 or more, which JSON does not carry");
                Report::from(Diagnostic::error(LIMIT_SIZE, message).at(Origin::path(&module.file)))
            })?;
            let file = name.to_ascii_lowercase().replace('_', "-");
            Ok(Artifact::of_module(NAME, module, format!("schema/{file}.json"), pretty(&text)))
        };
        found.into_iter().map(of).collect()
    }
}

/// The constants of a module that say what they are.
fn documents(module: &Module) -> impl Iterator<Item = (&Module, &str)> {
    let says = |id: u32| match &module.decl.ast.exprs()[id as usize] {
        Expr::Record(fields) => fields.iter().any(|(key, _)| MARKS.contains(&&**key)),
        _ => false,
    };
    module.decl.constants.iter().filter(move |(_, value)| says(value.0)).map(move |(name, _)| (module, &**name))
}

/// Canonical JSON with a line for each field and item, for people to read and diffs to show.
fn pretty(text: &str) -> String {
    let mut out = String::with_capacity(2 * text.len());
    let (mut level, mut inside, mut escaped) = (0_usize, false, false);
    let mut letters = text.chars().peekable();
    let line = |out: &mut String, level: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", level));
    };
    while let Some(own) = letters.next() {
        if inside {
            out.push(own);
            inside = escaped || own != '"';
            escaped = !escaped && own == '\\';
            continue;
        }
        match own {
            '{' | '[' => {
                out.push(own);
                if let Some(end) = letters.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(end);
                } else {
                    level += 1;
                    line(&mut out, level);
                }
            }
            '}' | ']' => {
                level -= 1;
                line(&mut out, level);
                out.push(own);
            }
            ',' => {
                out.push(own);
                line(&mut out, level);
            }
            ':' => out.push_str(": "),
            _ => {
                inside = own == '"';
                out.push(own);
            }
        }
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn lines_are_broken_outside_of_texts_alone() {
        let text = r#"{"a":["{,}\\\"",1],"b":{},"c":[]}"#;
        let broken = "{\n  \"a\": [\n    \"{,}\\\\\\\"\",\n    1\n  ],\n  \"b\": {},\n  \"c\": []\n}\n";
        assert_eq!(pretty(text), broken);
    }
}
