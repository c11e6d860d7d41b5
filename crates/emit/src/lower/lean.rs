//! Modules as Lean terms of the grammar in `lean/Enc/DSL/Grammar.lean`.

use super::work::Step::{Lit as Written, Str, Text};
use super::work::{Printer, Step, Work, run};
use crate::names::Scope;
use crate::writer::Writer;
use etymon_diagnostics::Diagnostic;
use etymon_spec::ast::{Ast, Expr, ExprId, Lit, LitId, Name, Stmt, StmtId};
use etymon_spec::{Module, Spec};
use std::collections::BTreeSet;
use std::fmt::Write;

/// One module as the body of a Lean file that defines `module : SpecModule` in `namespace`.
///
/// # Errors
/// `LIMIT_SIZE` for a text that is too long.
pub(crate) fn module_terms(spec: &Spec, module: &Module, namespace: &str) -> Result<String, Diagnostic> {
    let decl = &module.decl;
    let mut file = File { ast: &decl.ast, text: format!("namespace {namespace}\nopen Enc.DSL\n\n") };
    for (at, (name, value)) in decl.constants.iter().enumerate() {
        file.define("constant", at, "String × Expr", &format!("({}, ", quoted(name)), Step::Expr(*value), ")")?;
    }
    for (at, func) in decl.functions.iter().enumerate() {
        let head = callable(&func.name, &func.params, Some(func.is_export), func.is_async);
        file.define("function", at, "FuncDecl", &head, Step::Expr(func.body), " }")?;
    }
    for (at, func) in decl.effect_functions.iter().enumerate() {
        let head = callable(&func.name, &func.params, Some(func.is_export), func.is_async);
        file.define("effectFunction", at, "EffectFuncDecl", &head, Step::Stmt(func.body), " }")?;
    }
    for (at, class) in decl.classes.iter().enumerate() {
        for (number, method) in class.methods.iter().enumerate() {
            let head = callable(&method.name, &method.params, None, method.is_async);
            file.define(&format!("class{at}method"), number, "MethodDecl", &head, Step::Stmt(method.body), " }")?;
        }
        let head = format!(
            "{{ name := {}, isExport := {}, constructorParams := {}, methods := {}, constructorBody := ",
            quoted(&class.name),
            class.is_export,
            names(&class.constructor_params),
            numbered(&format!("class{at}method"), class.methods.len()),
        );
        file.define("class", at, "ClassDecl", &head, Step::Stmt(class.constructor_body), " }")?;
    }
    let imports: Vec<String> = decl
        .imports
        .iter()
        .map(|import| {
            // Lean resolves by path, whatever way of writing the source has.
            let used = module.uses.iter().find(|own| import.names.contains(&own.name));
            let source = used.map_or(import.source.as_ref(), |own| &spec.modules[own.module].path);
            format!("({}, {})", names(&import.names), quoted(source))
        })
        .collect();
    let _ = write!(
        file.text,
        "def module : SpecModule :=\n  {{ layer := {}, decl := {{ name := {}, header := {}, imports := [{}], constants := {}, classes := {}, \
         functions := {}, effectFunctions := {} }} }}\n\nend {namespace}\n",
        quoted(module.layer.name()),
        quoted(&decl.name),
        quoted(&decl.header),
        imports.join(", "),
        numbered("constant", decl.constants.len()),
        numbered("class", decl.classes.len()),
        numbered("function", decl.functions.len()),
        numbered("effectFunction", decl.effect_functions.len()),
    );
    Ok(file.text)
}

struct File<'a> {
    ast: &'a Ast,
    text: String,
}

impl<'a> File<'a> {
    fn define(
        &mut self,
        kind: &str,
        at: usize,
        of: &str,
        head: &str,
        body: Step<'a>,
        tail: &str,
    ) -> Result<(), Diagnostic> {
        let mut work = Work::new(self.ast, Writer::new(), Scope::new(BTreeSet::new()));
        run(&mut Terms, &mut work, body)?;
        let _ = write!(self.text, "def {kind}{at} : {of} :=\n  {head}{}{tail}\n\n", work.out.finish());
        Ok(())
    }
}

fn callable(name: &str, params: &[Name], is_export: Option<bool>, is_async: bool) -> String {
    let export = is_export.map_or_else(String::new, |own| format!("isExport := {own}, "));
    format!("{{ name := {}, params := {}, {export}isAsync := {is_async}, body := ", quoted(name), names(params))
}

fn names(own: &[Name]) -> String {
    let quoted: Vec<String> = own.iter().map(|name| quoted(name)).collect();
    format!("[{}]", quoted.join(", "))
}

fn numbered(kind: &str, count: usize) -> String {
    let all: Vec<String> = (0..count).map(|at| format!("{kind}{at}")).collect();
    format!("[{}]", all.join(", "))
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    lean_string(&mut out, text);
    out
}

fn lean_string(out: &mut String, text: &str) {
    out.push('"');
    for own in text.chars() {
        match own {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' | '\u{7f}' => {
                let _ = write!(out, "\\x{:02x}", u32::from(own));
            }
            // Lean reads a carriage return and bidirectional controls as they are, people do not.
            '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(own));
            }
            _ => out.push(own),
        }
    }
    out.push('"');
}

struct Terms;

fn pairs<'a, T: Copy>(work: &mut Work<'a>, fields: &'a [(Name, T)], step: impl Fn(T) -> Step<'a>) {
    work.each(fields, ", ", |(key, value)| [Text("("), Str(key), Text(", "), step(*value), Text(")")]);
}

fn call<'a>(work: &mut Work<'a>, args: &'a [ExprId]) {
    work.then([Text("])")]);
    work.each(args, ", ", |arg| [Step::Expr(*arg)]);
}

impl<'a> Printer<'a> for Terms {
    fn expr(&mut self, work: &mut Work<'a>, id: ExprId) -> Result<(), Diagnostic> {
        let e = Step::Expr;
        let ast: &'a Ast = work.ast;
        match &ast[id] {
            Expr::Var(name) => work.then([Text("(.var "), Str(name), Text(")")]),
            Expr::RawExpr(code) => work.then([Text("(.rawExpr "), Str(code), Text(")")]),
            Expr::Lit(lit, _) => work.then([Text("(.lit "), Written(*lit), Text(")")]),
            Expr::Lam(param, body) => work.then([Text("(.lam "), Str(param), Text(" "), e(*body), Text(")")]),
            Expr::App(function, arg) => work.then([Text("(.app "), e(*function), Text(" "), e(*arg), Text(")")]),
            Expr::LetE(name, value, body) => {
                work.then([Text("(.letE "), Str(name), Text(" "), e(*value), Text(" "), e(*body), Text(")")]);
            }
            Expr::IfE(cond, then, other) => {
                work.then([Text("(.ifE "), e(*cond), Text(" "), e(*then), Text(" "), e(*other), Text(")")]);
            }
            Expr::Get(object, key) => work.then([Text("(.get "), e(*object), Text(" "), Str(key), Text(")")]),
            Expr::Set(object, key, value) => {
                work.then([Text("(.set "), e(*object), Text(" "), Str(key), Text(" "), e(*value), Text(")")]);
            }
            Expr::Fold { list, init, acc, elem, body } => {
                work.then([Text(" "), Str(acc), Text(" "), Str(elem), Text(" "), e(*body), Text(")")]);
                work.then([Text("(.fold "), e(*list), Text(" "), e(*init)]);
            }
            Expr::Record(fields) => {
                work.then([Text("])")]);
                pairs(work, fields, e);
                work.text("(.record [");
            }
            Expr::List(items) => {
                call(work, items);
                work.text("(.list [");
            }
            Expr::Dispatch(scrutinee, cases, default) => {
                work.then([Text("] "), e(*default), Text(")")]);
                pairs(work, cases, e);
                work.then([Text("(.dispatch "), e(*scrutinee), Text(" [")]);
            }
            Expr::Op(op, args) => {
                call(work, args);
                work.then([Text("(.op ."), Text(op.name()), Text(" [")]);
            }
            Expr::Prim(prim, args) => {
                call(work, args);
                work.then([Text("(.prim ."), Text(prim.name()), Text(" [")]);
            }
            Expr::Call(name, args) => {
                call(work, args);
                work.then([Text("(.call "), Str(name), Text(" [")]);
            }
        }
        Ok(())
    }

    fn stmt(&mut self, work: &mut Work<'a>, id: StmtId) -> Result<(), Diagnostic> {
        let (e, s) = (Step::Expr, Step::Stmt);
        let ast: &'a Ast = work.ast;
        match &ast[id] {
            Stmt::Ret(value) => work.then([Text("(.ret "), e(*value), Text(")")]),
            Stmt::Emit(kind, payload, rest) => {
                work.then([Text("] "), s(*rest), Text(")")]);
                pairs(work, payload, e);
                work.then([Text("(.emit "), Str(kind), Text(" [")]);
            }
            Stmt::LetS(name, value, body) => {
                work.then([Text("(.letS "), Str(name), Text(" "), e(*value), Text(" "), s(*body), Text(")")]);
            }
            Stmt::IfS(cond, then, other) => {
                work.then([Text("(.ifS "), e(*cond), Text(" "), s(*then), Text(" "), s(*other), Text(")")]);
            }
            Stmt::Dispatch(scrutinee, cases, default) => {
                work.then([Text("] "), s(*default), Text(")")]);
                pairs(work, cases, s);
                work.then([Text("(.dispatch "), e(*scrutinee), Text(" [")]);
            }
            Stmt::ForIn(collection, elem, body, rest) => {
                work.then([Text(" "), s(*body), Text(" "), s(*rest), Text(")")]);
                work.then([Text("(.forIn "), e(*collection), Text(" "), Str(elem)]);
            }
            Stmt::Seq(first, second) => work.then([Text("(.seq "), s(*first), Text(" "), s(*second), Text(")")]),
        }
        Ok(())
    }

    fn lit(&mut self, work: &mut Work<'a>, id: LitId) {
        let ast: &'a Ast = work.ast;
        match &ast[id] {
            Lit::Nat(nat) => work.text(&format!("(.nat {})", nat.digits())),
            Lit::Bool(truth) => work.text(if *truth { "(.bool true)" } else { "(.bool false)" }),
            Lit::Str(text) => work.then([Text("(.str "), Str(text), Text(")")]),
            Lit::Bytes(bytes) => {
                let octets: Vec<String> = bytes.iter().map(u8::to_string).collect();
                work.text(&format!("(.bytes [{}])", octets.join(", ")));
            }
            Lit::List(items) => {
                work.then([Text("])")]);
                work.each(items, ", ", |item| [Written(*item)]);
                work.text("(.list [");
            }
            Lit::Record(fields) => {
                work.then([Text("])")]);
                pairs(work, fields, Written);
                work.text("(.record [");
            }
            Lit::None => work.text("Val.none"),
        }
    }

    fn string(&self, out: &mut String, text: &str) {
        lean_string(out, text);
    }
}
