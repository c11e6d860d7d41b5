//! Reference JavaScript (language reference, sections 3 to 11).

use super::{arity, js_name, undefined, unnameable};
use crate::lower::strict::octets;
use crate::lower::work::Step::{Dedent, Indent, Key, Line, Str, Text};
use crate::lower::work::{Printer, Step, Work, run};
use crate::names::Scope;
use crate::text::{js_identifier, js_string};
use crate::writer::Writer;
use etymon_diagnostics::Diagnostic;
use etymon_kernel_rt::{Op, Prim, Val};
use etymon_spec::ast::{
    Ast, ClassDecl, EffectFuncDecl, Expr, ExprId, FuncDecl, Lit, LitId, MethodDecl, ModuleDecl, Name, Stmt, StmtId,
};
use std::collections::BTreeSet;

pub(crate) struct Js;

/// Names and values in the order of a letE chain.
type Bindings<'a> = Vec<(&'a str, ExprId)>;

/// The part of a letE chain that shares one function: up to the first name that is bound a second time.
fn chain(ast: &Ast, mut id: ExprId) -> Result<(Bindings<'_>, ExprId), Diagnostic> {
    let mut bindings = Bindings::new();
    let mut bound = BTreeSet::new();
    while let Expr::LetE(name, value, body) = &ast[id] {
        if !name.starts_with('_') && !bound.insert(js_name(name)?) {
            break;
        }
        bindings.push((name, *value));
        id = *body;
    }
    Ok((bindings, id))
}

fn let_chain(work: &mut Work<'_>, id: ExprId) -> Result<(), Diagnostic> {
    let (bindings, last) = chain(work.ast, id)?;
    work.text("(() => { ");
    work.then([Text("return "), Step::Expr(last), Text("; })()")]);
    for (name, value) in bindings.into_iter().rev() {
        work.then([Step::Expr(value), Text("; ")]);
        if !name.starts_with('_') {
            work.then([Text("const "), Text(name), Text(" = ")]);
        }
    }
    Ok(())
}

fn digits(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit())
}

fn get<'a>(work: &mut Work<'a>, object: ExprId, key: &'a str) -> Result<(), Diagnostic> {
    let (open, close) = if js_identifier(key) {
        (".", "")
    } else if digits(key) {
        ("[", "]")
    } else {
        return Err(unnameable(key));
    };
    work.then([Step::Expr(object), Text(open), Text(key), Text(close)]);
    Ok(())
}

fn fold<'a>(
    work: &mut Work<'a>,
    [list, init, body]: [ExprId; 3],
    acc: &'a str,
    elem: &'a str,
) -> Result<(), Diagnostic> {
    let (acc, elem) = (js_name(acc)?, js_name(elem)?);
    work.then([Text(") => "), Step::Expr(body), Text(", "), Step::Expr(init), Text(")")]);
    work.then([Step::Expr(list), Text(".reduce(("), Text(acc), Text(", "), Text(elem)]);
    Ok(())
}

fn operation(work: &mut Work<'_>, op: Op, args: &[ExprId]) -> Result<(), Diagnostic> {
    let infix = match op {
        Op::Add | Op::ConcatStr => " + ",
        Op::Sub => " - ",
        Op::Mul => " * ",
        Op::Div => " / ",
        Op::Mod => " % ",
        Op::Band => " & ",
        Op::Bor => " | ",
        Op::Bxor => " ^ ",
        Op::Shl => " << ",
        Op::Shr => " >> ",
        Op::Eq => " === ",
        Op::Lt => " < ",
        Op::Le => " <= ",
        Op::And => " && ",
        Op::Or => " || ",
        Op::Bnot | Op::Not | Op::ConcatList | Op::LengthStr | Op::LengthList | Op::LengthBytes => "",
    };
    match (op, args) {
        (Op::Bnot, [a]) => work.then([Text("~("), Step::Expr(*a), Text(")")]),
        (Op::Not, [a]) => work.then([Text("!("), Step::Expr(*a), Text(")")]),
        (Op::LengthStr | Op::LengthList | Op::LengthBytes, [a]) => work.then([Step::Expr(*a), Text(".length")]),
        (Op::ConcatList, [a, b]) => work.then([Text("[..."), Step::Expr(*a), Text(", ..."), Step::Expr(*b), Text("]")]),
        (_, [a, b]) if op.arity() == 2 => {
            work.then([Text("("), Step::Expr(*a), Text(infix), Step::Expr(*b), Text(")")])
        }
        _ => return Err(arity(op, args.len())),
    }
    Ok(())
}

fn primitive(prim: Prim) -> &'static str {
    match prim {
        Prim::JsonStringify => "JSON.stringify",
        Prim::BigInt => "BigInt",
        Prim::Number => "Number",
        _ => prim.name(),
    }
}

fn dispatch_stmt<'a>(work: &mut Work<'a>, on: ExprId, cases: &'a [(Name, StmtId)], default: StmtId) {
    work.out.line().text("switch (");
    work.then([Line, Text("default:"), Indent, Step::Stmt(default), Dedent, Dedent, Line, Text("}")]);
    work.each(cases, "", |(tag, body)| {
        [Line, Text("case "), Str(tag), Text(":"), Indent, Step::Stmt(*body), Line, Text("break"), Dedent]
    });
    work.then([Step::Expr(on), Text(") {"), Indent]);
}

impl<'a> Printer<'a> for Js {
    fn expr(&mut self, work: &mut Work<'a>, id: ExprId) -> Result<(), Diagnostic> {
        match &work.ast[id] {
            Expr::Var(text) | Expr::RawExpr(text) => work.text(text),
            Expr::Lit(lit, _) => self.lit(work, *lit),
            Expr::Lam(name, body) => work.then([Text("("), Text(js_name(name)?), Text(") => "), Step::Expr(*body)]),
            Expr::App(function, argument) => {
                work.then([Step::Expr(*function), Text("("), Step::Expr(*argument), Text(")")])
            }
            Expr::LetE(..) => let_chain(work, id)?,
            Expr::IfE(cond, yes, no) => {
                work.then([
                    Text("("),
                    Step::Expr(*cond),
                    Text(" ? "),
                    Step::Expr(*yes),
                    Text(" : "),
                    Step::Expr(*no),
                    Text(")"),
                ]);
            }
            Expr::Record(fields) if fields.is_empty() => work.text("{}"),
            Expr::Record(fields) => {
                work.text("{ ");
                work.then([Text(" }")]);
                work.each(fields, ", ", |(key, value)| [Key(key), Text(": "), Step::Expr(*value)]);
            }
            Expr::Get(object, key) => get(work, *object, key)?,
            Expr::Set(object, key, value) => {
                work.then([
                    Text("({ ..."),
                    Step::Expr(*object),
                    Text(", "),
                    Key(key),
                    Text(": "),
                    Step::Expr(*value),
                    Text(" })"),
                ]);
            }
            Expr::List(items) => work.list("[", items, "]"),
            Expr::Fold { list, init, acc, elem, body } => fold(work, [*list, *init, *body], acc, elem)?,
            Expr::Dispatch(on, cases, default) => {
                work.then([Text("default: return "), Step::Expr(*default), Text("; } })()")]);
                work.each(cases, "", |(tag, value)| {
                    [Text("case "), Str(tag), Text(": return "), Step::Expr(*value), Text("; ")]
                });
                work.then([Text("(() => { switch ("), Step::Expr(*on), Text(") { ")]);
            }
            Expr::Op(op, args) => operation(work, *op, args)?,
            Expr::Prim(prim, args) => {
                work.text(primitive(*prim));
                work.list("(", args, ")");
            }
            Expr::Call(name, args) => {
                work.text(name);
                work.list("(", args, ")");
            }
        }
        Ok(())
    }

    fn stmt(&mut self, work: &mut Work<'a>, id: StmtId) -> Result<(), Diagnostic> {
        match &work.ast[id] {
            Stmt::Ret(value) if matches!(&work.ast[*value], Expr::Lit(_, Val::None)) => {}
            Stmt::Ret(value) => work.then([Line, Text("return "), Step::Expr(*value)]),
            Stmt::Emit(kind, payload, rest) => {
                work.then([Text(" })"), Step::Stmt(*rest)]);
                work.each(payload, "", |(key, value)| [Text(", "), Key(key), Text(": "), Step::Expr(*value)]);
                work.then([Line, Text("effects.push({ type: "), Str(kind)]);
            }
            Stmt::LetS(name, value, body) if name.starts_with('_') => {
                work.then([Line, Step::Expr(*value), Step::Stmt(*body)])
            }
            Stmt::LetS(name, value, body) => {
                work.then([
                    Line,
                    Text("const "),
                    Text(js_name(name)?),
                    Text(" = "),
                    Step::Expr(*value),
                    Step::Stmt(*body),
                ]);
            }
            Stmt::IfS(cond, yes, no) => {
                work.then([Line, Text("} else {"), Indent, Step::Stmt(*no), Dedent, Line, Text("}")]);
                work.then([Line, Text("if ("), Step::Expr(*cond), Text(") {"), Indent, Step::Stmt(*yes), Dedent]);
            }
            Stmt::Dispatch(on, cases, default) => dispatch_stmt(work, *on, cases, *default),
            Stmt::ForIn(list, name, body, rest) => {
                let name = js_name(name)?;
                work.then([Indent, Step::Stmt(*body), Dedent, Line, Text("}"), Step::Stmt(*rest)]);
                work.then([Line, Text("for (const "), Text(name), Text(" of "), Step::Expr(*list), Text(") {")]);
            }
            Stmt::Seq(first, second) => work.then([Step::Stmt(*first), Step::Stmt(*second)]),
        }
        Ok(())
    }

    fn lit(&mut self, work: &mut Work<'a>, lit: LitId) {
        match &work.ast[lit] {
            Lit::Nat(nat) => work.text(&nat.digits()),
            Lit::Bool(truth) => work.text(if *truth { "true" } else { "false" }),
            Lit::Str(text) => js_string(work.out.buffer(), text),
            Lit::Bytes(bytes) => {
                work.text("new Uint8Array([");
                octets(work, bytes);
                work.text("])");
            }
            Lit::List(items) => {
                work.text("[");
                work.then([Text("]")]);
                work.each(items, ", ", |item| [Step::Lit(*item)]);
            }
            Lit::Record(fields) if fields.is_empty() => work.text("{}"),
            Lit::Record(fields) => {
                work.text("{ ");
                work.then([Text(" }")]);
                work.each(fields, ", ", |(key, item)| [Key(key), Text(": "), Step::Lit(*item)]);
            }
            Lit::None => work.text("null"),
        }
    }

    fn string(&self, out: &mut String, text: &str) {
        js_string(out, text);
    }

    fn key(&self, out: &mut String, key: &str) -> Result<(), Diagnostic> {
        if key == "__proto__" || !(js_identifier(key) || digits(key)) {
            return Err(unnameable(key));
        }
        out.push_str(key);
        Ok(())
    }
}

fn params(work: &mut Work<'_>, names: &[Name]) -> Result<(), Diagnostic> {
    work.text("(");
    for (at, name) in names.iter().enumerate() {
        work.out.text(if at > 0 { ", " } else { "" }).text(js_name(name)?);
    }
    work.text(") {");
    Ok(())
}

/// `head`, the parameters, and the lines of `body` in braces.
fn braced<'a>(work: &mut Work<'a>, names: &[Name], first: &str, body: Step<'a>) -> Result<(), Diagnostic> {
    params(work, names)?;
    work.out.indent();
    if !first.is_empty() {
        work.out.line().text(first);
    }
    run(&mut Js, work, body)?;
    work.out.dedent().line().text("}");
    Ok(())
}

/// What is printed of a function of either kind.
pub(crate) struct Function<'a> {
    name: &'a str,
    params: &'a [Name],
    is_export: bool,
    is_async: bool,
    body: Result<ExprId, StmtId>,
}

impl<'a> From<&'a FuncDecl> for Function<'a> {
    fn from(own: &'a FuncDecl) -> Function<'a> {
        Function {
            name: &own.name,
            params: &own.params,
            is_export: own.is_export,
            is_async: own.is_async,
            body: Ok(own.body),
        }
    }
}

impl<'a> From<&'a EffectFuncDecl> for Function<'a> {
    fn from(own: &'a EffectFuncDecl) -> Function<'a> {
        Function {
            name: &own.name,
            params: &own.params,
            is_export: own.is_export,
            is_async: own.is_async,
            body: Err(own.body),
        }
    }
}

pub(crate) fn constant<'a>(work: &mut Work<'a>, name: &str, value: ExprId) -> Result<(), Diagnostic> {
    work.out.line().text("export const ").text(js_name(name)?).text(" = ");
    run(&mut Js, work, Step::Expr(value))
}

pub(crate) fn function(work: &mut Work<'_>, own: &Function<'_>) -> Result<(), Diagnostic> {
    work.out.line().text(if own.is_export { "export " } else { "" }).text(if own.is_async { "async " } else { "" });
    work.out.text("function ").text(js_name(own.name)?);
    match own.body {
        Err(body) => braced(work, own.params, "const effects = []", Step::Stmt(body)),
        Ok(body) => braced(work, own.params, "return ", Step::Expr(body)),
    }
}

pub(crate) fn method(work: &mut Work<'_>, own: &MethodDecl) -> Result<(), Diagnostic> {
    work.out.line().text(if own.is_async { "async " } else { "" }).text(js_name(&own.name)?);
    braced(work, &own.params, "", Step::Stmt(own.body))
}

pub(crate) fn class(work: &mut Work<'_>, own: &ClassDecl) -> Result<(), Diagnostic> {
    work.out
        .line()
        .text(if own.is_export { "export " } else { "" })
        .text("class ")
        .text(js_name(&own.name)?)
        .text(" {")
        .indent();
    work.out.line().text("constructor");
    braced(work, &own.constructor_params, "", Step::Stmt(own.constructor_body))?;
    for own in &own.methods {
        work.text("\n");
        method(work, own)?;
    }
    work.out.dedent().line().text("}");
    Ok(())
}

pub(crate) fn module(own: &ModuleDecl) -> Result<String, Diagnostic> {
    let mut work = Work::new(&own.ast, Writer::new(), Scope::default());
    if own.header.contains("*/") {
        return Err(undefined("a header that would end its comment"));
    }
    work.out.line().text("/**\n * ").text(&own.header).text("\n */");
    section(&mut work, &own.imports, "", |work, import| {
        for name in &import.names {
            js_name(name)?;
        }
        work.out.line().text("import { ").text(&import.names.join(", ")).text(" } from ");
        js_string(work.out.buffer(), &import.source);
        Ok(())
    })?;
    section(&mut work, &own.constants, "", |work, (name, value)| constant(work, name, *value))?;
    section(&mut work, &own.functions, "\n", |work, own| function(work, &own.into()))?;
    section(&mut work, &own.effect_functions, "\n", |work, own| function(work, &own.into()))?;
    section(&mut work, &own.classes, "\n", class)?;
    Ok(work.out.finish())
}

/// One section after a blank line; `between` stands between two members besides the line break.
fn section<'a, T>(
    work: &mut Work<'a>,
    members: &'a [T],
    between: &str,
    print: impl Fn(&mut Work<'a>, &'a T) -> Result<(), Diagnostic>,
) -> Result<(), Diagnostic> {
    for (at, member) in members.iter().enumerate() {
        work.text(if at == 0 { "\n" } else { between });
        print(work, member)?;
    }
    Ok(())
}
