//! Prose in generated files.

use crate::ast::{Expr, ExprKind, Operator};

/// Lines of at most `width` characters, broken at spaces.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A name with spaces for its underscores.
pub(super) fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

/// Units of time, with the words for them.
const PERIODS: [(&str, &[&str]); 9] = [
    ("second", &["seconds"]),
    ("minute", &["minutes"]),
    ("hour", &["hours", "hourly"]),
    ("day", &["days", "daily"]),
    ("week", &["weeks", "weekly"]),
    ("fortnight", &["fortnights", "fortnightly"]),
    ("month", &["months", "monthly"]),
    ("quarter", &["quarters", "quarterly"]),
    ("year", &["years", "yearly", "annual", "annually", "annum"]),
];

/// The unit of time that a word is.
pub(super) fn period(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    PERIODS.iter().find(|(own, forms)| *own == word || forms.contains(&word.as_str())).map(|(own, _)| *own)
}

/// The coin that a unit such as `tinybar` or `tinybar_per_month` names, in lower case and the singular, if it names any.
pub(super) fn coin(unit: &str) -> Option<String> {
    let unit = unit.to_lowercase();
    let coin = unit.split_once("per_").map_or(unit.as_str(), |(coin, _)| coin);
    let words: Vec<&str> = coin
        .split('_')
        .filter(|own| !own.is_empty() && *own != "a" && *own != "each" && period(own).is_none())
        .collect();
    (!words.is_empty()).then(|| singular(&words.join("_")))
}

/// A unit without regard to case and number.
pub(super) fn singular(unit: &str) -> String {
    let unit = unit.to_lowercase();
    unit.strip_suffix('s').filter(|own| *own != "bp").map_or(unit.clone(), str::to_owned)
}

/// An expression as it may stand in a comment.
pub(super) fn expression(expr: &Expr) -> String {
    let told = match &expr.kind {
        ExprKind::Text(text) => text.clone(),
        ExprKind::Number(number, unit) => {
            let unit = unit.as_ref().map(|unit| format!(" {}", unit.text));
            format!("{number}{}", unit.unwrap_or_default())
        }
        ExprKind::Path(path) => path.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join("."),
        ExprKind::Binary(operator, left, right) => {
            format!("{} {} {}", operand(left), symbol(*operator), operand(right))
        }
    };
    told.chars().filter(|c| !c.is_control() && c.is_ascii()).collect()
}

fn operand(expr: &Expr) -> String {
    let told = expression(expr);
    if matches!(expr.kind, ExprKind::Binary(..)) { format!("({told})") } else { told }
}

fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::Arrow => "->",
        Operator::Equal => "==",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::Equals => "=",
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
    }
}
