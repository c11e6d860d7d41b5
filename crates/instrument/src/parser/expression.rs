//! Expressions, from the loosest to the tightest: `->`, one comparison, `+ -`, `* /`, a value.

use super::{Parsed, Parser, Skipped};
use crate::ast::{Expr, ExprKind, MAX_DEPTH, Name, Operator};
use crate::codes::LIMIT_DEPTH;
use crate::lexer::Kind;
use etymon_diagnostics::Span;

/// An expression and how deep its tree is.
struct Tree {
    expression: Expr,
    depth: usize,
}

const ARROW: &[(&str, Operator)] = &[("->", Operator::Arrow)];
const COMPARISON: &[(&str, Operator)] = &[
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<", Operator::Less),
    ("<=", Operator::LessOrEqual),
    (">", Operator::Greater),
    (">=", Operator::GreaterOrEqual),
    ("=", Operator::Equals),
];
const SUM: &[(&str, Operator)] = &[("+", Operator::Add), ("-", Operator::Subtract)];
const PRODUCT: &[(&str, Operator)] = &[("*", Operator::Multiply), ("/", Operator::Divide)];

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.depth = 0;
        self.arrow().map(|tree| tree.expression)
    }

    fn arrow(&mut self) -> Parsed<Tree> {
        self.chain(ARROW, |parser| {
            let left = parser.sum()?;
            let Some(operator) = parser.operator(COMPARISON) else { return Ok(left) };
            let right = parser.sum()?;
            let whole = parser.join(operator, left, right)?;
            let span = parser.span();
            if parser.operator(COMPARISON).is_some() {
                parser.error(span, "comparisons do not chain", "write one invariant for each comparison");
                return Err(Skipped);
            }
            Ok(whole)
        })
    }

    fn sum(&mut self) -> Parsed<Tree> {
        self.chain(SUM, |parser| parser.chain(PRODUCT, Self::value))
    }

    /// Operands of one strength, joined from the left.
    fn chain(
        &mut self,
        operators: &[(&'static str, Operator)],
        operand: impl Fn(&mut Self) -> Parsed<Tree>,
    ) -> Parsed<Tree> {
        let mut left = operand(self)?;
        while let Some(operator) = self.operator(operators) {
            let right = operand(self)?;
            left = self.join(operator, left, right)?;
        }
        Ok(left)
    }

    fn operator(&mut self, operators: &[(&'static str, Operator)]) -> Option<Operator> {
        let found = operators.iter().find(|(symbol, _)| self.take(symbol));
        found.map(|(_, operator)| *operator)
    }

    fn join(&mut self, operator: Operator, left: Tree, right: Tree) -> Parsed<Tree> {
        let span = Span::new(left.expression.span.start, right.expression.span.end);
        let depth = 1 + left.depth.max(right.depth);
        if depth > MAX_DEPTH {
            return self.too_deep(right.expression.span);
        }
        let kind = ExprKind::Binary(operator, Box::new(left.expression), Box::new(right.expression));
        Ok(Tree { expression: Expr { kind, span }, depth })
    }

    fn too_deep(&mut self, span: Span) -> Parsed<Tree> {
        let message = format!("this expression is nested deeper than {MAX_DEPTH}");
        self.refuse(LIMIT_DEPTH, span, message, "name its parts in invariants of their own");
        Err(Skipped)
    }

    fn value(&mut self) -> Parsed<Tree> {
        let span = self.span();
        match self.kind().clone() {
            Kind::Text(text) => {
                self.at += 1;
                Ok(leaf(ExprKind::Text(text), span))
            }
            Kind::Number(number) => {
                self.at += 1;
                let unit = self.unit_word();
                let end = unit.as_ref().map_or(span.end, |unit| unit.span.end);
                if self.kind() == &Kind::Symbol(".") {
                    let dot = self.span();
                    self.error(dot, "numbers have no fraction", "write hundredths of a percent, such as `250 bps`");
                    return Err(Skipped);
                }
                Ok(leaf(ExprKind::Number(number, unit), Span::new(span.start, end)))
            }
            Kind::Name => {
                let mut path = vec![self.name("a name")?];
                while self.take(".") {
                    path.push(self.name("a name after `.`")?);
                }
                let end = path.last().map_or(span.end, |name| name.span.end);
                Ok(leaf(ExprKind::Path(path), Span::new(span.start, end)))
            }
            Kind::Symbol("(") => self.parenthesised(span),
            _ => {
                let found = self.found();
                let help = match self.kind() {
                    Kind::Symbol("-") => "there are no negative numbers",
                    _ => {
                        "a value is a text, a number with its unit, a name such as `none`, or a path such as `bank.share`"
                    }
                };
                self.error(span, format!("expected a value, found {found}"), help);
                Err(Skipped)
            }
        }
    }

    /// The word right after a number; a name that begins the next line is none.
    fn unit_word(&mut self) -> Option<Name> {
        let next = self.tokens.get(self.at + 1).map(|token| &token.kind);
        if self.kind() != &Kind::Name || matches!(next, Some(Kind::Symbol(":" | "."))) {
            return None;
        }
        self.name("a unit").ok()
    }

    fn parenthesised(&mut self, opening: Span) -> Parsed<Tree> {
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.too_deep(opening);
        }
        let mut tree = self.arrow()?;
        self.expect(")", "close the parenthesis")?;
        self.depth -= 1;
        tree.expression.span = Span::new(opening.start, self.last_end());
        Ok(tree)
    }
}

fn leaf(kind: ExprKind, span: Span) -> Tree {
    Tree { expression: Expr { kind, span }, depth: 1 }
}
