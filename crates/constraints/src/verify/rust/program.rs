//! The text of the programs that evidence in Rust becomes. It stands behind the harness, one piece of evidence a line, so that the line of
//! a compiler's error tells which one it is about.

use super::HARNESS;
use crate::sandbox::Finished;
use crate::verify::PROPERTY_RUNS;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Names that evidence means the standard library's by. Named one by one they go before those that the candidate brings along.
const NAMES: &str = "use crate::harness::{Rand, plain}; \
     use ::std::{assert, assert_eq, assert_ne, format, matches, panic, vec}; \
     use ::std::option::Option::{self, None, Some}; use ::std::result::Result::{self, Err, Ok}; use ::std::string::{String, ToString}; use ::std::vec::Vec; \
     use ::std::primitive::{bool, char, f32, f64, i8, i16, i32, i64, i128, isize, str, u8, u16, u32, u64, u128, usize};";

/// Words with which an expression begins that has operators of its own outside of brackets.
const BRANCHING: [&str; 8] = ["if ", "match ", "for ", "while ", "loop ", "unsafe ", "{", "|"];

/// A program without the harness before it.
pub(super) struct Program {
    pub text: String,
    /// What it answers, in this order: line in the constraints file, and text.
    pub claims: Vec<(usize, String)>,
    /// For each of its lines after the first: line in the constraints file, and text.
    lines: Vec<(usize, String)>,
}

impl Program {
    /// An empty one; `compared` says for which further types comparisons compile.
    fn new(compared: &str) -> Program {
        let text = format!("{compared}mod evidence {{ use candidate::*; {NAMES} pub fn __evidence() {{\n");
        Program { text, claims: Vec::new(), lines: Vec::new() }
    }

    fn line(&mut self, line: usize, own: &str, text: &str) {
        self.lines.push((line, own.trim().to_owned()));
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// The lines of a block of assertions that begins in line `first`: each claims something, or binds a name for those after it.
    pub fn assertions(block: &str, first: usize, compared: &str) -> Program {
        let mut program = Program::new(compared);
        for (line, own) in block.lines().enumerate().map(|(at, own)| (first + at, own.trim())) {
            if own.is_empty() || own.starts_with("//") {
                continue;
            }
            let claim = own.trim_end_matches(';');
            if claim.starts_with("let ") || claim.starts_with("use ") {
                program.line(line, own, &format!("{claim};"));
            } else {
                program.claims.push((line, own.to_owned()));
                program.line(line, own, &claimed(claim));
            }
        }
        program.text.push_str("}\n}\n");
        program
    }

    /// The body of a function of `rand` that begins in line `first`.
    pub fn property(body: &str, first: usize, seed: u32, compared: &str) -> Program {
        let mut program = Program::new(compared);
        program.claims.push((first, body.to_owned()));
        program.line(first, "", &format!("crate::harness::property({seed}, {PROPERTY_RUNS}, |rand: &Rand| -> bool {{"));
        for (at, own) in body.lines().enumerate() {
            program.line(first + at, own, own);
        }
        program.text.push_str("});\n}\n}\n");
        program
    }

    /// What the compiler said, with lines of the constraints file.
    pub fn problems(&self, built: &Finished, left: &BTreeMap<String, String>) -> String {
        let before = HARNESS.lines().count() + 1;
        let place = |own: &str| own.strip_prefix("main.rs:")?.split(':').next()?.parse::<usize>().ok();
        let error =
            |own: &&str| own.contains(": error") || (own.starts_with("error") && !own.starts_with("error: aborting"));
        let mut told = String::new();
        for own in built.stderr.lines().filter(error) {
            if !told.is_empty() {
                told.push('\n');
            }
            match place(own).and_then(|at| self.lines.get(at.checked_sub(before + 1)?)) {
                Some((line, text)) => {
                    let why = own.split_once(": error").map_or("", |(_, why)| why);
                    let _ = write!(told, "line {line}: `{text}` does not compile: {why}");
                    if let Some((name, why)) = missing(why).and_then(|name| left.get_key_value(name)) {
                        let _ = write!(told, ": `{name}` {why}");
                    }
                }
                None => told.push_str(own),
            }
        }
        if told.is_empty() { format!("the compiler {}", built.end) } else { told }
    }
}

/// The name that the compiler has not found.
fn missing(why: &str) -> Option<&str> {
    let sought = [
        "cannot find",
        "unresolved import",
        "no method named",
        "no function or associated item",
        "no associated",
        "no variant",
        "failed to resolve",
    ];
    if sought.iter().any(|own| why.contains(own)) { why.split('`').nth(1)?.rsplit("::").next() } else { None }
}

/// A claim, taken apart into comparisons whose left sides can be shown and whose operators are the standard library's.
fn claimed(claim: &str) -> String {
    let mut text = "crate::harness::claim(|| { ".to_owned();
    for part in conjuncts(claim) {
        let _ = match comparison(part) {
            Some((left, operator @ ("==" | "!="), right)) => {
                write!(text, "crate::harness::equal(({left}), {}, ({right}))?; ", operator == "==")
            }
            Some((left, operator, right)) => {
                write!(text, "crate::harness::below(({left}), \"{operator}\", ({right}))?; ")
            }
            None => write!(text, "crate::harness::truth({part})?; "),
        };
    }
    text + "Ok(()) });"
}

/// What `claim` says all of: the parts between its `&&`.
fn conjuncts(claim: &str) -> Vec<&str> {
    let operators = operators(claim);
    if BRANCHING.iter().any(|word| claim.starts_with(word)) || operators.iter().any(|(_, own)| *own == "||") {
        return vec![claim];
    }
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in operators.iter().filter(|(_, own)| *own == "&&") {
        parts.push(claim[from..*at].trim());
        from = at + 2;
    }
    parts.push(claim[from..].trim());
    parts
}

/// The sides of the one comparison outside of brackets, strings and characters.
fn comparison(claim: &str) -> Option<(&str, &str, &str)> {
    if BRANCHING.iter().any(|word| claim.starts_with(word)) {
        return None;
    }
    match operators(claim).as_slice() {
        [(at, operator)] if !matches!(*operator, "&&" | "||") => {
            Some((claim[..*at].trim(), *operator, claim[at + operator.len()..].trim()))
        }
        _ => None,
    }
}

/// The operators that compare or join truths, outside of brackets, strings and characters. Those that also mean something else count when
/// there is a blank on both sides.
fn operators(claim: &str) -> Vec<(usize, &str)> {
    const OWN: [&str; 8] = ["==", "!=", "&&", "||", "<=", ">=", "<", ">"];
    let bytes = claim.as_bytes();
    let (mut depth, mut quoted, mut at, mut found) = (0_i32, false, 0, Vec::new());
    while at < bytes.len() {
        let mut step = 1;
        match bytes[at] {
            b'\\' if quoted => step = 2,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'\'' if bytes.get(at + 1) == Some(&b'\\') => {
                let end = claim[at + 2..].find('\'').unwrap_or(0);
                step = end + 3 + usize::from(end == 0);
            }
            b'\'' => {
                // A character, and no lifetime.
                let next = claim[at + 1..].chars().next().map_or(0, char::len_utf8);
                if bytes.get(at + 1 + next) == Some(&b'\'') {
                    step = next + 2;
                }
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ if depth == 0 && claim.is_char_boundary(at) => {
                if let Some(own) = OWN.iter().find(|own| claim[at..].starts_with(**own)) {
                    step = own.len();
                    let spaced = at > 0 && bytes[at - 1] == b' ' && bytes.get(at + step) == Some(&b' ');
                    if spaced || matches!(*own, "==" | "!=") {
                        found.push((at, *own));
                    }
                }
            }
            _ => {}
        }
        at += step;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_taken_apart() {
        for (claim, program) in [
            ("f(1) == 2", "equal((f(1)), true, (2))?; "),
            ("f(\"a == b\")!=Some('=')", "equal((f(\"a == b\")), false, (Some('=')))?; "),
            ("f::<u8>(1) <= 2 && !g(a && b)", "below((f::<u8>(1)), \"<=\", (2))?; truth(!g(a && b))?; "),
            ("a || b == c", "truth(a || b == c)?; "),
            ("if a == b { c } else { d }", "truth(if a == b { c } else { d })?; "),
            (
                "f('\\'') > '\\u{3c}' && g(\"\\\" && \") == &&x",
                "below((f('\\'')), \">\", ('\\u{3c}'))?; equal((g(\"\\\" && \")), true, (&&x))?; ",
            ),
            ("x as u8 << 2 == 4", "equal((x as u8 << 2), true, (4))?; "),
            ("é('ß') == 'é'", "equal((é('ß')), true, ('é'))?; "),
            ("a == b == c", "truth(a == b == c)?; "),
        ] {
            let program = format!("claim(|| {{ {program}Ok(()) }});");
            assert_eq!(claimed(claim).replace("crate::harness::", ""), program, "{claim}");
        }
        // None of these is Rust, and none may make it stop.
        for wrong in ["'", "\\", "'\\", "\"", ")", "==", "&&", "'\\'", "ß'"] {
            claimed(wrong);
        }
    }
}
