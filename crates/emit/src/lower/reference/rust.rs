//! Reference Rust (language reference, sections 3 to 9 and 12).

use super::{arity, rust_name, undefined, unnameable};
use crate::lower::work::Step::{Dedent, Indent, Key, Line, Str, Text};
use crate::lower::work::{Printer, Step, Work};
use crate::text::rust_string;
use etymon_diagnostics::Diagnostic;
use etymon_kernel_rt::{Op, Prim};
use etymon_spec::ast::{Expr, ExprId, Lit, LitId, Stmt, StmtId};
use std::fmt::Write;

pub(crate) struct Rust;

/// JavaScript code with its BigInt literals as `u128` and `===` as `==`.
fn translate(out: &mut String, code: &str) {
    let word = |own: char| own.is_ascii_alphanumeric() || own == '_' || own == '$';
    let mut rest = code;
    while !rest.is_empty() {
        let length = rest.find(|own| !word(own)).unwrap_or(rest.len());
        if length > 0 {
            let (token, after) = rest.split_at(length);
            match token.strip_suffix('n').filter(|digits| number(digits)) {
                Some(digits) => out.extend([digits, "u128"]),
                None => out.push_str(token),
            }
            rest = after;
        } else if let Some(after) = rest.strip_prefix("===") {
            out.push_str("==");
            rest = after;
        } else {
            let length = rest.chars().next().map_or(0, char::len_utf8);
            out.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
}

fn number(digits: &str) -> bool {
    match digits.strip_prefix("0x") {
        Some(hex) => !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

fn operation(work: &mut Work<'_>, op: Op, args: &[ExprId]) -> Result<(), Diagnostic> {
    let infix = match op {
        Op::Add => " + ",
        Op::Sub => " - ",
        Op::Mul => " * ",
        Op::Div => " / ",
        Op::Mod => " % ",
        Op::Band => " & ",
        Op::Bor => " | ",
        Op::Bxor => " ^ ",
        Op::Shl => " << ",
        Op::Shr => " >> ",
        Op::Eq => " == ",
        Op::Lt => " < ",
        Op::Le => " <= ",
        Op::And => " && ",
        Op::Or => " || ",
        Op::Bnot | Op::Not | Op::ConcatStr | Op::ConcatList | Op::LengthStr | Op::LengthList | Op::LengthBytes => "",
    };
    match (op, args) {
        (Op::Bnot | Op::Not, [a]) => work.then([Text("(!"), Step::Expr(*a), Text(")")]),
        (Op::LengthStr | Op::LengthList | Op::LengthBytes, [a]) => work.then([Step::Expr(*a), Text(".len()")]),
        (Op::ConcatStr, [a, b]) => {
            work.then([Text("format!(\"{}{}\", "), Step::Expr(*a), Text(", "), Step::Expr(*b), Text(")")]);
        }
        (Op::ConcatList, [a, b]) => {
            work.then([
                Text("{ let mut v = "),
                Step::Expr(*a),
                Text(".clone(); v.extend("),
                Step::Expr(*b),
                Text(".iter()); v }"),
            ]);
        }
        (_, [a, b]) if op.arity() == 2 => {
            work.then([Text("("), Step::Expr(*a), Text(infix), Step::Expr(*b), Text(")")])
        }
        _ => return Err(arity(op, args.len())),
    }
    Ok(())
}

fn primitive<'a>(work: &mut Work<'a>, prim: Prim, args: &'a [ExprId]) {
    match (prim, args) {
        (Prim::BigInt | Prim::Number, [only]) => work.then([Step::Expr(*only)]),
        (Prim::BigInt | Prim::Number, _) => work.list("/* coerce */ ", args, ""),
        (Prim::JsonStringify, _) => work.list("serde_json::to_string(", args, ")"),
        _ => {
            work.text(prim.rust_name());
            work.list("(", args, ")");
        }
    }
}

impl<'a> Printer<'a> for Rust {
    fn expr(&mut self, work: &mut Work<'a>, id: ExprId) -> Result<(), Diagnostic> {
        match &work.ast[id] {
            Expr::Var(code) | Expr::RawExpr(code) => translate(work.out.buffer(), code),
            Expr::Lit(lit, _) => self.lit(work, *lit),
            Expr::Lam(name, body) => work.then([Text("|"), Text(rust_name(name)?), Text("| "), Step::Expr(*body)]),
            Expr::App(function, argument) => {
                work.then([Step::Expr(*function), Text("("), Step::Expr(*argument), Text(")")])
            }
            Expr::LetE(name, value, body) => {
                let name = rust_name(name)?;
                work.then([
                    Text("{ let "),
                    Text(name),
                    Text(" = "),
                    Step::Expr(*value),
                    Text("; "),
                    Step::Expr(*body),
                    Text(" }"),
                ]);
            }
            Expr::IfE(cond, yes, no) => {
                work.then([
                    Text("if "),
                    Step::Expr(*cond),
                    Text(" { "),
                    Step::Expr(*yes),
                    Text(" } else { "),
                    Step::Expr(*no),
                    Text(" }"),
                ]);
            }
            Expr::Record(fields) if fields.is_empty() => work.text("json!({})"),
            Expr::Record(fields) => {
                work.text("json!({ ");
                work.then([Text(" })")]);
                work.each(fields, ", ", |(key, value)| [Key(key), Text(": "), Step::Expr(*value)]);
            }
            Expr::Get(object, key) => work.then([Step::Expr(*object), Text("["), Key(key), Text("]")]),
            Expr::Set(object, key, value) => {
                work.then([Text("] = "), Step::Expr(*value), Text("; r }")]);
                work.then([Text("{ let mut r = "), Step::Expr(*object), Text(".clone(); r["), Key(key)]);
            }
            Expr::List(items) => work.list("vec![", items, "]"),
            Expr::Fold { list, init, acc, elem, body } => {
                let (acc, elem) = (rust_name(acc)?, rust_name(elem)?);
                work.then([Text(", |"), Text(acc), Text(", "), Text(elem), Text("| "), Step::Expr(*body), Text(")")]);
                work.then([Step::Expr(*list), Text(".iter().fold("), Step::Expr(*init)]);
            }
            Expr::Dispatch(on, cases, default) => {
                work.then([Text("_ => "), Step::Expr(*default), Text(" }")]);
                work.each(cases, "", |(tag, value)| [Str(tag), Text(" => "), Step::Expr(*value), Text(", ")]);
                work.then([Text("match "), Step::Expr(*on), Text(".as_str() { ")]);
            }
            Expr::Op(op, args) => operation(work, *op, args)?,
            Expr::Prim(prim, args) => primitive(work, *prim, args),
            Expr::Call(name, args) => {
                work.text(name);
                work.list("(", args, ")");
            }
        }
        Ok(())
    }

    fn stmt(&mut self, work: &mut Work<'a>, id: StmtId) -> Result<(), Diagnostic> {
        match &work.ast[id] {
            Stmt::Ret(value) => work.then([Line, Text("return "), Step::Expr(*value)]),
            Stmt::LetS(name, value, body) => {
                let name = rust_name(name)?;
                work.then([
                    Line,
                    Text("let "),
                    Text(name),
                    Text(" = "),
                    Step::Expr(*value),
                    Text(";"),
                    Step::Stmt(*body),
                ]);
            }
            Stmt::IfS(cond, yes, no) => {
                work.then([Line, Text("} else {"), Indent, Step::Stmt(*no), Dedent, Line, Text("}")]);
                work.then([Line, Text("if "), Step::Expr(*cond), Text(" {"), Indent, Step::Stmt(*yes), Dedent]);
            }
            Stmt::Emit(..) => return Err(undefined("`emit` in Rust")),
            Stmt::Dispatch(..) => return Err(undefined("a statement `dispatch` in Rust")),
            Stmt::ForIn(..) => return Err(undefined("`forIn` in Rust")),
            Stmt::Seq(..) => return Err(undefined("`seq` in Rust")),
        }
        Ok(())
    }

    fn lit(&mut self, work: &mut Work<'a>, lit: LitId) {
        match &work.ast[lit] {
            Lit::Nat(nat) => work.text(&nat.digits()),
            Lit::Bool(truth) => work.text(if *truth { "true" } else { "false" }),
            Lit::Str(text) => {
                rust_string(work.out.buffer(), text);
                work.text(".to_string()");
            }
            Lit::Bytes(bytes) => {
                let out = work.out.buffer();
                out.push_str("vec![");
                for (at, byte) in bytes.iter().enumerate() {
                    // Writing to a `String` cannot fail.
                    let _ = write!(out, "{}{byte}u8", if at > 0 { ", " } else { "" });
                }
                out.push(']');
            }
            Lit::List(items) => {
                work.text("vec![");
                work.then([Text("]")]);
                work.each(items, ", ", |item| [Step::Lit(*item)]);
            }
            Lit::Record(fields) => {
                work.text("HashMap::from([");
                work.then([Text("])")]);
                work.each(fields, ", ", |(key, item)| {
                    [Text("("), Key(key), Text(".to_string(), "), Step::Lit(*item), Text(")")]
                });
            }
            Lit::None => work.text("None"),
        }
    }

    fn string(&self, out: &mut String, text: &str) {
        rust_string(out, text);
    }

    fn key(&self, out: &mut String, key: &str) -> Result<(), Diagnostic> {
        let start = out.len();
        rust_string(out, key);
        let plain = out.len() == start + key.len() + 2;
        if plain { Ok(()) } else { Err(unnameable(key)) }
    }
}
