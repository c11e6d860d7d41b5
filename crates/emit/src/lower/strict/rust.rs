//! Strict Rust (docs/lowering.md, "Strict Rust").

use super::{Body, Declarations, chain, emitting_constructor, not_portable, octets, parameters, resolves, scoped};
use crate::lower::module::Visible;
use crate::lower::work::Step::{Bind, Declare, Dedent, Indent, Key, Line, Str, Text, Unbind};
use crate::lower::work::{Printer, Step, Work, run};
use crate::text::rust_string;
use etymon_diagnostics::Diagnostic;
use etymon_kernel_rt::{Nat, Val};
use etymon_spec::ast::{ClassDecl, EffectFuncDecl, Expr, ExprId, FuncDecl, MethodDecl, Name, Stmt, StmtId};

pub(crate) struct Rust<'a> {
    visible: Visible<'a>,
    body: Body,
}

impl<'a> Rust<'a> {
    pub fn new(visible: Visible<'a>) -> Rust<'a> {
        Rust { visible, body: Body::Effectful }
    }

    fn var(&self, work: &mut Work<'a>, name: &'a str) {
        match work.scope.get(name) {
            Some(target) => work.out.text(target).text(".clone()"),
            None if self.visible.constant(name) => work.out.text(name).text(".get()"),
            None => work.out.text("Val::None"),
        };
    }

    fn let_chain(&self, work: &mut Work<'a>, id: ExprId) {
        let (bindings, last) = chain(work.ast, id);
        work.text("{ ");
        work.then([Step::Expr(last), Text(" }"), Unbind(bindings.len())]);
        for (name, value) in bindings.into_iter().rev() {
            work.then([Text("let "), Declare(name), Text(" = "), Step::Expr(value), Bind, Text("; ")]);
        }
    }

    fn fold(&self, work: &mut Work<'a>, [list, init, body]: [ExprId; 3], acc: &'a str, elem: &'a str) {
        work.text("rt::fold(");
        work.then([
            Declare(acc),
            Bind,
            Text(", "),
            Declare(elem),
            Bind,
            Text("| "),
            Step::Expr(body),
            Text(")"),
            Unbind(2),
        ]);
        work.then([Step::Expr(list), Text(", "), Step::Expr(init), Text(", |")]);
    }

    fn call(&self, work: &mut Work<'a>, name: &'a str, args: &'a [ExprId]) -> Result<(), Diagnostic> {
        if resolves(&self.visible, name, args.len())? {
            match name.split_once('.') {
                Some((class, member)) => work.out.text(class).text("::").text(member),
                None => work.out.text(name),
            };
            work.list("(", args, ")");
        } else {
            work.text("Val::None");
        }
        Ok(())
    }

    fn runtime(&self, work: &mut Work<'a>, name: &str, arity: usize, args: &'a [ExprId]) {
        if args.len() == arity {
            work.text("rt::");
            work.text(name);
            work.list("(", args, ")");
        } else {
            work.text("Val::None");
        }
    }

    fn ret(&self, work: &mut Work<'a>, value: ExprId) {
        if matches!(&work.ast[value], Expr::Lit(_, Val::None)) {
            return;
        }
        let (open, close) = match self.body {
            Body::Effectful => ("return rt::outcome(", ", effects);"),
            Body::Constructor => ("return rt::fields(", ");"),
        };
        work.out.line().text(open);
        work.then([Step::Expr(value), Text(close)]);
    }

    fn if_stmt(&self, work: &mut Work<'a>, cond: ExprId, yes: StmtId, no: StmtId) {
        work.out.line().text("match ");
        work.then([Line, Text("_ => {}"), Dedent, Line, Text("}")]);
        for (arm, body) in [("Val::Bool(false) => {", no), ("Val::Bool(true) => {", yes)] {
            work.then([Line, Text(arm), Indent, Step::Stmt(body), Dedent, Line, Text("}")]);
        }
        work.then([Step::Expr(cond), Text(" {"), Indent]);
    }

    fn dispatch_stmt(&self, work: &mut Work<'a>, on: ExprId, cases: &'a [(Name, StmtId)], default: StmtId) {
        work.out.line().text("match rt::tag(&");
        work.then([
            Line,
            Text("_ => {"),
            Indent,
            Step::Stmt(default),
            Dedent,
            Line,
            Text("}"),
            Dedent,
            Line,
            Text("}"),
        ]);
        work.each(cases, "", |(tag, body)| {
            [Line, Text("Some("), Str(tag), Text(") => {"), Indent, Step::Stmt(*body), Dedent, Line, Text("}")]
        });
        work.then([Step::Expr(on), Text(") {"), Indent]);
    }

    /// The lines between the braces of an effect function or method.
    fn effects(&mut self, work: &mut Work<'a>, body: StmtId, bound: usize) -> Result<(), Diagnostic> {
        work.out.indent().line().text("let mut effects = rt::effects();");
        scoped(self, work, Step::Stmt(body), bound)?;
        work.out.line().text("rt::outcome(Val::None, effects)").dedent().line().text("}");
        Ok(())
    }

    fn signature(&self, work: &mut Work<'a>, public: bool, name: &str, this: bool, params: &'a [Name]) -> usize {
        work.out.line().text(if public { "pub fn " } else { "fn " }).text(name).text("(");
        let bound = parameters(work, this, params, ": Val");
        work.text(") -> Val {");
        bound
    }
}

impl<'a> Printer<'a> for Rust<'a> {
    fn expr(&mut self, work: &mut Work<'a>, id: ExprId) -> Result<(), Diagnostic> {
        match &work.ast[id] {
            Expr::Var(name) => self.var(work, name),
            Expr::Lit(_, val) => self.val(work, val),
            Expr::LetE(..) => self.let_chain(work, id),
            Expr::IfE(cond, yes, no) => {
                work.text("match ");
                work.then([Text(", Val::Bool(false) => "), Step::Expr(*no), Text(", _ => Val::None }")]);
                work.then([Step::Expr(*cond), Text(" { Val::Bool(true) => "), Step::Expr(*yes)]);
            }
            Expr::Record(fields) => {
                work.text("rt::record([");
                work.then([Text("])")]);
                work.each(fields, ", ", |(key, value)| {
                    [Text("("), Key(key), Text(", "), Step::Expr(*value), Text(")")]
                });
            }
            Expr::Get(object, key) => {
                work.text("rt::get(");
                work.then([Step::Expr(*object), Text(", "), Str(key), Text(")")]);
            }
            Expr::Set(object, key, value) => {
                work.text("rt::set(");
                work.then([Step::Expr(*object), Text(", "), Str(key), Text(", "), Step::Expr(*value), Text(")")]);
            }
            Expr::List(items) => work.list("rt::list([", items, "])"),
            Expr::Fold { list, init, acc, elem, body } => self.fold(work, [*list, *init, *body], acc, elem),
            Expr::Dispatch(on, cases, default) => {
                work.text("match rt::tag(&");
                work.then([Text("_ => "), Step::Expr(*default), Text(" }")]);
                work.each(cases, "", |(tag, value)| {
                    [Text("Some("), Str(tag), Text(") => "), Step::Expr(*value), Text(", ")]
                });
                work.then([Step::Expr(*on), Text(") { ")]);
            }
            Expr::Op(op, args) => self.runtime(work, op.rust_name(), op.arity(), args),
            Expr::Prim(prim, args) => self.runtime(work, prim.rust_name(), prim.arity(), args),
            Expr::Call(name, args) => self.call(work, name, args)?,
            opaque @ (Expr::Lam(..) | Expr::App(..) | Expr::RawExpr(_)) => return Err(not_portable(opaque)),
        }
        Ok(())
    }

    fn stmt(&mut self, work: &mut Work<'a>, id: StmtId) -> Result<(), Diagnostic> {
        match &work.ast[id] {
            Stmt::Ret(value) => self.ret(work, *value),
            Stmt::Emit(..) if self.body == Body::Constructor => return Err(emitting_constructor()),
            Stmt::Emit(kind, payload, rest) => {
                work.out.line().text("effects.push(rt::effect(");
                work.then([Text("]));"), Step::Stmt(*rest)]);
                work.each(payload, ", ", |(key, value)| {
                    [Text("("), Key(key), Text(", "), Step::Expr(*value), Text(")")]
                });
                work.then([Str(kind), Text(", [")]);
            }
            Stmt::LetS(name, value, body) => {
                work.out.line().text("let ");
                work.then([
                    Declare(name),
                    Text(" = "),
                    Step::Expr(*value),
                    Bind,
                    Text(";"),
                    Step::Stmt(*body),
                    Unbind(1),
                ]);
            }
            Stmt::IfS(cond, yes, no) => self.if_stmt(work, *cond, *yes, *no),
            Stmt::Dispatch(on, cases, default) => self.dispatch_stmt(work, *on, cases, *default),
            Stmt::ForIn(list, name, body, rest) => {
                work.out.line().text("for ");
                work.then([Indent, Step::Stmt(*body), Unbind(1), Dedent, Line, Text("}"), Step::Stmt(*rest)]);
                work.then([Declare(name), Text(" in rt::items("), Step::Expr(*list), Text(") {"), Bind]);
            }
            Stmt::Seq(first, second) => {
                work.out.line().text("{");
                work.then([Indent, Step::Stmt(*first), Dedent, Line, Text("}"), Step::Stmt(*second)]);
            }
        }
        Ok(())
    }

    fn val(&mut self, work: &mut Work<'a>, val: &'a Val) {
        match val {
            Val::Nat(nat @ Nat::Small(_)) => {
                work.out.text("rt::nat(").text(&nat.digits()).text(")");
            }
            Val::Nat(nat @ Nat::Big(_)) => {
                work.out.text("rt::big(\"").text(&nat.digits()).text("\")");
            }
            Val::Bool(truth) => work.text(if *truth { "Val::Bool(true)" } else { "Val::Bool(false)" }),
            Val::Str(text) => {
                work.text("rt::text(");
                rust_string(work.out.buffer(), text);
                work.text(")");
            }
            Val::Bytes(bytes) => {
                work.text("rt::bytes(&[");
                octets(work, bytes);
                work.text("])");
            }
            Val::List(list) => {
                work.text("rt::list([");
                work.then([Text("])")]);
                work.each(list.items(), ", ", |item| [Step::Val(item)]);
            }
            Val::Record(record) => {
                work.text("rt::record([");
                work.then([Text("])")]);
                work.each(record.fields(), ", ", |(key, item)| {
                    [Text("("), Key(key), Text(", "), Step::Val(item), Text(")")]
                });
            }
            Val::None => work.text("Val::None"),
        }
    }

    fn string(&self, out: &mut String, text: &str) {
        rust_string(out, text);
    }
}

impl<'a> Declarations<'a> for Rust<'a> {
    fn constant(&mut self, work: &mut Work<'a>, name: &'a str, value: ExprId) -> Result<(), Diagnostic> {
        work.out.line().text("pub static ").text(name).text(": rt::Constant = rt::Constant::new(|| ");
        work.then([Text(");")]);
        run(self, work, Step::Expr(value))
    }

    fn function(&mut self, work: &mut Work<'a>, own: &'a FuncDecl) -> Result<(), Diagnostic> {
        let bound = self.signature(work, own.is_export, &own.name, false, &own.params);
        work.out.indent().line();
        scoped(self, work, Step::Expr(own.body), bound)?;
        work.out.dedent().line().text("}");
        Ok(())
    }

    fn effect_function(&mut self, work: &mut Work<'a>, own: &'a EffectFuncDecl) -> Result<(), Diagnostic> {
        let bound = self.signature(work, own.is_export, &own.name, false, &own.params);
        self.effects(work, own.body, bound)
    }

    fn method(&mut self, work: &mut Work<'a>, own: &'a MethodDecl) -> Result<(), Diagnostic> {
        let bound = self.signature(work, true, &own.name, true, &own.params);
        self.effects(work, own.body, bound)
    }

    fn class(&mut self, work: &mut Work<'a>, own: &'a ClassDecl) -> Result<(), Diagnostic> {
        work.out.line().text(if own.is_export { "pub struct " } else { "struct " }).text(&own.name).text(";\n");
        work.out.line().text("impl ").text(&own.name).text(" {").indent();
        let bound = self.signature(work, true, "new", false, &own.constructor_params);
        work.out.indent();
        self.body = Body::Constructor;
        scoped(self, work, Step::Stmt(own.constructor_body), bound)?;
        self.body = Body::Effectful;
        self.visible.add_constructor(own);
        work.out.line().text("rt::record([])").dedent().line().text("}");
        for method in &own.methods {
            work.text("\n");
            self.method(work, method)?;
            self.visible.add_method(own, method);
        }
        work.out.dedent().line().text("}");
        Ok(())
    }

    fn visible(&mut self) -> &mut Visible<'a> {
        &mut self.visible
    }
}
