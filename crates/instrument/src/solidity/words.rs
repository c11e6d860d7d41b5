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

/// Units of time by which something is paid, with the words for them.
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

/// The unit of time that a name tells of, such as `month` of `per_month` and `monthly`.
pub(super) fn period(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let known = |word: &str| PERIODS.iter().find(|(own, forms)| *own == word || forms.contains(&word));
    name.split('_').find_map(known).map(|(own, _)| *own)
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
