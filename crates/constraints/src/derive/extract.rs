//! Taking the code out of an answer.

use super::{refused, truncated};
use crate::model::Target;
use etymon_diagnostics::Diagnostic;

/// How answers begin that hold no code but an apology.
const EXCUSES: &[&str] = &[
    "i'm sorry",
    "i’m sorry",
    "i am sorry",
    "sorry,",
    "i cannot",
    "i can't",
    "i can’t",
    "i am unable",
    "i'm unable",
    "i won't",
];

/// The code in `answer`: the longest fenced block that is tagged for the target or not tagged at all; the whole answer when nothing is fenced.
/// It ends with one newline.
///
/// # Errors
/// `DERIVE_TRUNCATED` when the block does not end, `DERIVE_REFUSED` for an excuse or nothing at all.
pub fn extract(answer: &str, target: Target) -> Result<String, Box<Diagnostic>> {
    let answer = answer.replace("\r\n", "\n");
    let mut best: Option<String> = None;
    let mut lines = answer.lines();
    let mut fenced = false;
    while let Some(line) = lines.next() {
        let Some((mark, tag)) = opening(line) else { continue };
        fenced = true;
        let mut code = String::new();
        loop {
            match lines.next() {
                None => return Err(truncated("the answer ends inside its fenced block")),
                Some(line) if closes(line, mark) => break,
                Some(line) => {
                    code.push_str(line);
                    code.push('\n');
                }
            }
        }
        if tags(target).contains(&tag.as_str()) && best.as_ref().is_none_or(|best| best.len() < code.len()) {
            best = Some(code);
        }
    }
    let code = match best {
        Some(code) => code,
        None if fenced => return Err(refused(format!("the answer has no fenced block tagged `{}`", tags(target)[0]))),
        None => answer,
    };
    let code = code.trim_end().trim_start_matches('\n');
    let start = code.trim_start().to_lowercase();
    if start.is_empty() {
        return Err(refused("the answer is empty"));
    }
    if !fenced && EXCUSES.iter().any(|excuse| start.starts_with(excuse)) {
        return Err(refused(format!("the substrate refuses: {}", super::quote(code))));
    }
    Ok(format!("{code}\n"))
}

fn opening(line: &str) -> Option<(&str, String)> {
    let trimmed = line.trim_start();
    let first = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = trimmed.chars().take_while(|c| *c == first).count();
    let (mark, info) = trimmed.split_at(length);
    let tag = info.trim().split([' ', ',', '{']).next().unwrap_or_default().to_lowercase();
    (length >= 3 && !info.contains('`')).then_some((mark, tag))
}

fn closes(line: &str, mark: &str) -> bool {
    let line = line.trim();
    line.starts_with(mark) && line.chars().all(|c| mark.starts_with(c))
}

fn tags(target: Target) -> &'static [&'static str] {
    match target {
        Target::Ts => &["ts", "typescript", "mts", ""],
        Target::Js => &["js", "javascript", "mjs", ""],
        Target::Rust => &["rust", "rs", ""],
        Target::Encdsl => &["json", "encdsl", ""],
    }
}

/// The declarations that a text offers to later parts: the first line of each, up to its body.
pub fn interface(code: &str, target: Target) -> Vec<String> {
    let word = if target == Target::Rust { "pub " } else { "export " };
    code.lines()
        .filter(|line| line.starts_with(word))
        .map(|line| line.split(" {").next().unwrap_or(line).split(" = ").next().unwrap_or(line).trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{extract, interface};
    use crate::codes::{DERIVE_REFUSED, DERIVE_TRUNCATED};
    use crate::model::Target;

    #[test]
    fn takes_the_longest_block_of_the_language() {
        let answer = "Sure!\n```sh\nnpm install everything-there-is\n```\n```ts\nlet a;\n```\r\n\n~~~ts title=x\nlet longer = `\n```\n`;\n\n~~~\nBye.";
        assert_eq!(extract(answer, Target::Ts).unwrap(), "let longer = `\n```\n`;\n");
        assert_eq!(extract("let a = 1;\n\n", Target::Js).unwrap(), "let a = 1;\n");
        assert_eq!(extract("```\nx\n```", Target::Rust).unwrap(), "x\n");
        assert_eq!(extract("````ts\n```\n````", Target::Ts).unwrap(), "```\n");
    }

    #[test]
    fn says_what_is_wrong() {
        let code = |answer: &str| extract(answer, Target::Ts).unwrap_err().code;
        assert_eq!(code("```ts\nlet a"), DERIVE_TRUNCATED);
        assert_eq!(code("```py\nx\n```"), DERIVE_REFUSED);
        for refusal in ["", "\n \n", "```ts\n\n```", "I'm sorry, but I can't help with that.", "I cannot do this"] {
            assert_eq!(code(refusal), DERIVE_REFUSED, "{refusal}");
        }
    }

    #[test]
    fn tells_what_a_part_declares() {
        let code = "import x from 'x';\nexport function f(a: number): number {\n  return a;\n}\nexport const c: number = 1;\n  export nothing\n";
        assert_eq!(interface(code, Target::Ts), ["export function f(a: number): number", "export const c: number"]);
        assert_eq!(interface("pub fn f() -> u8 {\n}\nfn g() {}\n", Target::Rust), ["pub fn f() -> u8"]);
    }
}
