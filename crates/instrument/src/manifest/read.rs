//! Reading manifests, also such that others wrote.

use super::{Constraint, MANIFEST_INVALID, Manifest, Operator, Scalar, inexact};
use etymon_diagnostics::Diagnostic;
use etymon_kernel_rt::json::Tape;
use serde_json::{Map, Value};

/// Longest manifest that is read, in bytes.
pub const MAX_MANIFEST: usize = 1 << 20;
/// Most constraints of a manifest.
pub const MAX_CONSTRAINTS: usize = 1_000;
/// Deepest nesting in a manifest; its own form needs three levels.
const MAX_DEPTH: usize = 16;
const KEYS: [&str; 5] = ["code", "field", "op", "value", "citation"];

fn refused(message: impl Into<String>, help: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(MANIFEST_INVALID, message).help(help))
}

impl Manifest {
    /// Reads a manifest. Keys that it does not know beside the constraints are passed over.
    ///
    /// # Errors
    /// `MANIFEST_INVALID`: no JSON, a key that repeats or is missing, an unknown operator, a value that the operator cannot compare,
    /// no constraint at all, or too much of anything.
    pub fn read(bytes: &[u8]) -> Result<Manifest, Box<Diagnostic>> {
        if bytes.len() > MAX_MANIFEST {
            return Err(refused(format!("a manifest has at most {MAX_MANIFEST} bytes"), "split the instrument"));
        }
        let build = "write it with `deducible build`";
        let tape = Tape::read(bytes, MAX_DEPTH).map_err(|error| refused(error.to_string(), build));
        tape.and_then(|_| {
            if let Some(number) = inexact(bytes) {
                let help = "write whole numbers of 64 bits at most, and others with 15 digits at most";
                return Err(refused(format!("the number `{number}` would be read as another"), help));
            }
            let document = serde_json::from_slice::<Value>(bytes).map_err(|error| refused(error.to_string(), build))?;
            let Value::Object(mut keys) = document else {
                return Err(refused("a manifest is a JSON object", build));
            };
            Ok(Manifest {
                contract: text(&mut keys, "contract", "the manifest")?,
                regime: text(&mut keys, "regime", "the manifest")?,
                authority: text(&mut keys, "authority", "the manifest")?,
                constraints: constraints(keys.remove("constraints"))?,
                name: optional(&mut keys, "name")?,
                principals: keys.remove("principals").map(principals).transpose()?,
                schema: optional(&mut keys, "schema")?,
            })
        })
    }
}

fn text(keys: &mut Map<String, Value>, key: &str, whose: &str) -> Result<String, Box<Diagnostic>> {
    match keys.remove(key) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        Some(_) => Err(refused(format!("`{key}` of {whose} is no text"), "give a text that is not empty")),
        None => Err(refused(format!("{whose} has no `{key}`"), format!("add `{key}`"))),
    }
}

fn optional(keys: &mut Map<String, Value>, key: &str) -> Result<Option<String>, Box<Diagnostic>> {
    if keys.contains_key(key) { text(keys, key, "the manifest").map(Some) } else { Ok(None) }
}

fn principals(given: Value) -> Result<Vec<String>, Box<Diagnostic>> {
    let wrong = || refused("`principals` is no list of texts", "name the roles that must be able to bind themselves");
    let Value::Array(given) = given else { return Err(wrong()) };
    let texts = given.into_iter().map(|own| match own {
        Value::String(text) if !text.is_empty() => Ok(text),
        _ => Err(wrong()),
    });
    texts.collect()
}

fn constraints(given: Option<Value>) -> Result<Vec<Constraint>, Box<Diagnostic>> {
    let Some(Value::Array(given)) = given else {
        return Err(refused("`constraints` is no list", "list what must hold"));
    };
    if given.is_empty() {
        let help = "a manifest without constraints would allow everything; list what must hold, or remove the file";
        return Err(refused("`constraints` is empty", help));
    }
    if given.len() > MAX_CONSTRAINTS {
        return Err(refused(format!("there are more than {MAX_CONSTRAINTS} constraints"), "split the instrument"));
    }
    given.into_iter().enumerate().map(|(at, own)| constraint(at + 1, own)).collect()
}

fn constraint(number: usize, given: Value) -> Result<Constraint, Box<Diagnostic>> {
    let whose = format!("constraint {number}");
    let Value::Object(mut keys) = given else {
        return Err(refused(format!("{whose} is no object"), "write `code`, `field`, `op`, `value` and `citation`"));
    };
    if let Some(unknown) = keys.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let help = "a constraint has `code`, `field`, `op`, `value` and `citation` only";
        return Err(refused(format!("{whose} has the unknown key `{}`", shown(unknown)), help));
    }
    let op = text(&mut keys, "op", &whose)?;
    let op = Operator::from_name(&op).ok_or_else(|| {
        let names = Operator::ALL.map(|own| format!("`{}`", own.name())).join(", ");
        refused(format!("{whose} has the unknown operator `{}`", shown(&op)), format!("use one of {names}"))
    })?;
    let value = match keys.remove("value") {
        Some(Value::Number(number)) => Scalar::Number(number),
        Some(Value::Bool(truth)) if !op.orders() => Scalar::Bool(truth),
        Some(Value::String(text)) if !op.orders() => Scalar::Text(text),
        None => return Err(refused(format!("{whose} has no `value`"), "add `value`")),
        Some(_) if op.orders() => {
            let message = format!("`value` of {whose} is no number, and `{}` compares sizes", op.name());
            return Err(refused(message, "give a number, or use `eq` or `ne`"));
        }
        Some(_) => {
            let message = format!("`value` of {whose} is neither a truth value nor a number nor a text");
            return Err(refused(message, "compare one term at a time"));
        }
    };
    let code = text(&mut keys, "code", &whose)?;
    let field = text(&mut keys, "field", &whose)?;
    let citation = text(&mut keys, "citation", &whose)?;
    Ok(Constraint { code, field, op, value, citation })
}

/// Foreign text, short enough for a line.
fn shown(text: &str) -> String {
    text.chars().take(40).flat_map(char::escape_debug).collect()
}
