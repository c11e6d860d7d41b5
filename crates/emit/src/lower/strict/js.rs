//! Strict JavaScript (docs/lowering.md, "Strict JavaScript").

use super::{
    Body, Declarations, boolean::Booleans, chain, emitting_constructor, not_portable, parameters, resolves,
    scalar_literal, scoped,
};
use crate::lower::module::Visible;
use crate::lower::work::Step::{
    Bind, BindHidden, Declare, Dedent, Indent, Into, Judge, Key, Line, Local, Reveal, Str, SurelyBoolean, Text, To,
    Unbind,
};
use crate::lower::work::{Goal, Printer, Step, Work, run};
use crate::text::{js_key, js_plain_key, js_string};
use etymon_diagnostics::Diagnostic;
use etymon_kernel_rt::{Op, Val};
use etymon_spec::ast::{ClassDecl, EffectFuncDecl, Expr, ExprId, FuncDecl, MethodDecl, Name, Stmt, StmtId};

pub(crate) struct Js<'a> {
    visible: Visible<'a>,
    body: Body,
    booleans: Booleans,
}

/// From this level on an expression is one line: what is nested deeper would be mostly indentation.
const MAX_STATEMENT_LEVEL: usize = 32;

/// Whether the form takes several statements wherever it may.
fn compound(expr: &Expr) -> bool {
    matches!(expr, Expr::LetE(..) | Expr::IfE(..) | Expr::Fold { .. } | Expr::Dispatch(..))
}

impl<'a> Js<'a> {
    pub fn new(visible: Visible<'a>) -> Js<'a> {
        Js { visible, body: Body::Effectful, booleans: Booleans::default() }
    }

    fn sure(&mut self, work: &Work<'a>, id: ExprId) -> bool {
        self.booleans.sure(work, id)
    }

    /// What follows a condition where two ways are all there are: nothing, or a comparison if everything but true leads to none.
    fn two_ways(&mut self, work: &Work<'a>, cond: ExprId, no: ExprId) -> Option<&'static str> {
        if self.sure(work, cond) {
            Some("")
        } else {
            matches!(&work.ast[no], Expr::Lit(_, Val::None)).then_some(" === true")
        }
    }

    /// Whether an expression becomes several statements where it may.
    fn spreads(&mut self, work: &Work<'a>, id: ExprId) -> bool {
        match &work.ast[id] {
            Expr::IfE(cond, yes, no) => {
                compound(&work.ast[*yes]) || compound(&work.ast[*no]) || self.two_ways(work, *cond, *no).is_none()
            }
            expr => compound(expr),
        }
    }

    /// Whether the goal has this value already.
    fn has(work: &Work<'a>, goal: Goal, id: ExprId) -> bool {
        matches!((goal, &work.ast[id]), (Goal::Assign(place), Expr::Var(name)) if work.scope.place(name) == Some(place))
    }

    fn let_into(&mut self, work: &mut Work<'a>, [value, body]: [ExprId; 2], name: &'a str, goal: Goal) {
        work.then([Into(body, goal), Unbind(1)]);
        if !self.spreads(work, value) {
            work.out.line().text("const ");
            return work.then([Declare(name), Text(" = "), Step::Expr(value), Judge(value), Bind]);
        }
        if self.sure(work, value) {
            work.then([SurelyBoolean]);
        }
        work.then([Reveal(name)]);
        let own = Goal::Assign(work.scope.next_place());
        let target = work.scope.fresh(name);
        work.out.line().text("let ").text(&target);
        work.scope.push_hidden(target);
        let declares = match &work.ast[value] {
            Expr::LetE(..) => true,
            Expr::Fold { list, .. } => !matches!(&work.ast[*list], Expr::Var(_)),
            _ => false,
        };
        if declares {
            work.then([Line, Text("{"), Indent, Into(value, own), Dedent, Line, Text("}")]);
        } else {
            work.then([Into(value, own)]);
        }
    }

    fn if_into(&mut self, work: &mut Work<'a>, [cond, yes, no]: [ExprId; 3], goal: Goal) {
        work.out.line();
        let Some(compared) = self.two_ways(work, cond, no) else {
            work.text("switch (");
            work.then([
                Line,
                Text("default: {"),
                Indent,
                To(goal),
                Text("null"),
                Dedent,
                Line,
                Text("}"),
                Dedent,
                Line,
                Text("}"),
            ]);
            self.arm_into(work, no, goal);
            work.then([Line, Text("case false: {")]);
            self.arm_into(work, yes, goal);
            work.then([Line, Text("case true: {")]);
            return work.then([Step::Expr(cond), Text(") {"), Indent]);
        };
        if goal == Goal::Return {
            work.then([Line, Text("}"), Into(no, goal)]);
        } else if Self::has(work, goal, no) {
            work.then([Line, Text("}")]);
        } else {
            work.then([Line, Text("} else {"), Indent, Into(no, goal), Dedent, Line, Text("}")]);
        }
        work.text("if (");
        work.then([Step::Expr(cond), Text(compared), Text(") {"), Indent, Into(yes, goal), Dedent]);
    }

    /// What follows the label of a braced arm whose value goes to `goal`.
    fn arm_into(&self, work: &mut Work<'a>, body: ExprId, goal: Goal) {
        work.then([Dedent, Line, Text("}")]);
        if goal != Goal::Return {
            work.then([Line, Text("break")]);
        }
        work.then([Indent, Into(body, goal)]);
    }

    fn dispatch_into(&self, work: &mut Work<'a>, on: ExprId, cases: &'a [(Name, ExprId)], default: ExprId, goal: Goal) {
        work.out.line().text("switch (");
        work.then([
            Line,
            Text("default: {"),
            Indent,
            Into(default, goal),
            Dedent,
            Line,
            Text("}"),
            Dedent,
            Line,
            Text("}"),
        ]);
        for (tag, body) in cases.iter().rev() {
            self.arm_into(work, *body, goal);
            work.then([Line, Text("case "), Str(tag), Text(": {")]);
        }
        work.then([Step::Expr(on), Text(") {"), Indent]);
    }

    fn fold_into(&mut self, work: &mut Work<'a>, [list, init, body]: [ExprId; 3], names: [&'a str; 2], goal: Goal) {
        let [acc, elem] = names;
        let mut place = work.scope.next_place();
        let named = match &work.ast[list] {
            Expr::Var(name) => Some(match work.scope.place(name) {
                Some(place) => Local(place),
                None if self.visible.constant(name) => Text(name),
                None => Text("null"),
            }),
            _ => None,
        };
        if named.is_none() {
            work.then([Unbind(1)]);
        }
        let items = named.unwrap_or(Local(place));
        place += usize::from(named.is_none());
        if goal != Goal::Return {
            work.then([Dedent, Line, Text("} else {"), Indent, To(goal), Text("null"), Dedent, Line, Text("}")]);
        }
        let own = Goal::Assign(place);
        // A counted loop: `for … of` is twice the bytecode, and the engine inlines by its length.
        let at = Local(place + 1);
        work.then([Into(body, own), Unbind(2), Dedent, Line, Text("}"), To(goal), Local(place), Unbind(1)]);
        work.then([Line, Text("const "), Declare(elem), Text(" = "), items, Text("["), at, Text("]"), Bind]);
        work.then([at, Text(" < "), items, Text(".length; "), at, Text("++) {"), Indent]);
        work.then([Line, Text("for (let "), Declare("i"), BindHidden, Text(" = 0; ")]);
        if self.booleans.sure_acc(work, [init, body], acc, elem) {
            work.then([SurelyBoolean]);
        }
        work.then([Line, Text("let "), Declare(acc), Text(" = "), Step::Expr(init), Bind]);
        if goal == Goal::Return {
            work.then([
                Text("if (!rt.isList("),
                items,
                Text(")) {"),
                Indent,
                Line,
                Text("return null"),
                Dedent,
                Line,
                Text("}"),
            ]);
        } else {
            work.then([Text("if (rt.isList("), items, Text(")) {"), Indent]);
        }
        work.then([Line]);
        if named.is_none() {
            work.then([Line, Text("const "), Declare("list"), Text(" = "), Step::Expr(list), BindHidden]);
        }
    }

    fn var(&self, work: &mut Work<'a>, name: &'a str) {
        match work.scope.get(name) {
            Some(target) => work.out.text(target),
            None if self.visible.constant(name) => work.out.text(name),
            None => work.out.text("null"),
        };
    }

    fn let_chain(&self, work: &mut Work<'a>, id: ExprId) {
        let (bindings, last) = chain(work.ast, id);
        work.text("(() => { ");
        work.then([Text("return "), Step::Expr(last), Text("; })()"), Unbind(bindings.len())]);
        for (name, value) in bindings.into_iter().rev() {
            work.then([Text("const "), Declare(name), Text(" = "), Step::Expr(value), Judge(value), Bind, Text("; ")]);
        }
    }

    fn if_expr(&mut self, work: &mut Work<'a>, cond: ExprId, yes: ExprId, no: ExprId) {
        let two_ways = self.two_ways(work, cond, no);
        let (cond, yes, no) = (Step::Expr(cond), Step::Expr(yes), Step::Expr(no));
        if let Some(compared) = two_ways {
            work.text("(");
            work.then([cond, Text(compared), Text(" ? "), yes, Text(" : "), no, Text(")")]);
        } else {
            work.text("(() => { switch (");
            work.then([
                cond,
                Text(") { case true: return "),
                yes,
                Text("; case false: return "),
                no,
                Text("; default: return null; } })()"),
            ]);
        }
    }

    fn fold(&mut self, work: &mut Work<'a>, [list, init, body]: [ExprId; 3], acc: &'a str, elem: &'a str) {
        // An arrow function's body that begins with a brace would be read as a block.
        let braced = matches!(&work.ast[body], Expr::Record(_) | Expr::Lit(_, Val::Record(_)));
        let (open, close) = if braced { (") => (", "))") } else { (") => ", ")") };
        work.text("rt.fold(");
        work.then([Text(", "), Declare(elem), Bind, Text(open), Step::Expr(body), Text(close), Unbind(2)]);
        if self.booleans.sure_acc(work, [init, body], acc, elem) {
            work.then([SurelyBoolean]);
        }
        work.then([Declare(acc), Bind]);
        work.then([Step::Expr(list), Text(", "), Step::Expr(init), Text(", (")]);
    }

    fn call(&self, work: &mut Work<'a>, name: &'a str, args: &'a [ExprId]) -> Result<(), Diagnostic> {
        if resolves(&self.visible, name, args.len())? {
            work.text(name);
            work.list("(", args, ")");
        } else {
            work.text("null");
        }
        Ok(())
    }

    /// An operation: as the tables have it where JavaScript's own does the same, else through the runtime.
    fn operation(&mut self, work: &mut Work<'a>, op: Op, args: &'a [ExprId]) {
        let ast = work.ast;
        let infix = match (op, args) {
            (Op::Not, [a]) if self.sure(work, *a) => {
                return work.then([Text("(!"), Step::Expr(*a), Text(")")]);
            }
            (Op::Eq, [a, b]) if scalar_literal(ast, *a) || scalar_literal(ast, *b) => " === ",
            (Op::And, [a, b]) if self.sure(work, *a) && self.sure(work, *b) => " && ",
            (Op::Or, [a, b]) if self.sure(work, *a) && self.sure(work, *b) => " || ",
            _ => return self.runtime(work, op.name(), op.arity(), args),
        };
        work.then([Text("("), Step::Expr(args[0]), Text(infix), Step::Expr(args[1]), Text(")")]);
    }

    fn runtime(&self, work: &mut Work<'a>, name: &str, arity: usize, args: &'a [ExprId]) {
        if args.len() == arity {
            work.text("rt.");
            work.text(name);
            work.list("(", args, ")");
        } else {
            work.text("null");
        }
    }

    fn if_stmt(&mut self, work: &mut Work<'a>, cond: ExprId, yes: StmtId, no: StmtId) {
        let sure = self.sure(work, cond);
        let (cond, yes, no) = (Step::Expr(cond), Step::Stmt(yes), Step::Stmt(no));
        work.out.line();
        if sure {
            work.text("if (");
            work.then([Indent, no, Dedent, Line, Text("}")]);
            work.then([cond, Text(") {"), Indent, yes, Dedent, Line, Text("} else {")]);
        } else {
            work.text("switch (");
            work.then([Dedent, Line, Text("}")]);
            self.case(work, "case false: {", no);
            self.case(work, "case true: {", yes);
            work.then([cond, Text(") {"), Indent]);
        }
    }

    /// One braced arm of a switch, from its label to its closing brace.
    fn case(&self, work: &mut Work<'a>, label: &'static str, body: Step<'a>) {
        work.then([Line, Text(label), Indent, body, Line, Text("break"), Dedent, Line, Text("}")]);
    }

    fn dispatch_stmt(&self, work: &mut Work<'a>, on: ExprId, cases: &'a [(Name, StmtId)], default: StmtId) {
        work.out.line().text("switch (");
        work.then([
            Line,
            Text("default: {"),
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
            [
                Line,
                Text("case "),
                Str(tag),
                Text(": {"),
                Indent,
                Step::Stmt(*body),
                Line,
                Text("break"),
                Dedent,
                Line,
                Text("}"),
            ]
        });
        work.then([Step::Expr(on), Text(") {"), Indent]);
    }

    fn ret(&self, work: &mut Work<'a>, value: ExprId) {
        if matches!(&work.ast[value], Expr::Lit(_, Val::None)) {
            return;
        }
        work.out.line();
        match self.body {
            Body::Effectful => {
                work.text("return { value: ");
                work.then([Step::Expr(value), Text(", effects }")]);
            }
            Body::Constructor => {
                work.text("return rt.fields(");
                work.then([Step::Expr(value), Text(")")]);
            }
        }
    }

    /// The lines between the braces of an effect function or method.
    fn effects(&mut self, work: &mut Work<'a>, body: StmtId, bound: usize) -> Result<(), Diagnostic> {
        work.out.indent().line().text("const effects = []");
        scoped(self, work, Step::Stmt(body), bound)?;
        work.out.line().text("return { value: null, effects }").dedent().line().text("}");
        Ok(())
    }

    fn export(&self, work: &mut Work<'a>, exported: bool, keyword: &str, name: &str) {
        work.out.line().text(if exported { "export " } else { "" }).text(keyword).text(name);
    }
}

impl<'a> Printer<'a> for Js<'a> {
    fn expr(&mut self, work: &mut Work<'a>, id: ExprId) -> Result<(), Diagnostic> {
        match &work.ast[id] {
            Expr::Var(name) => self.var(work, name),
            Expr::Lit(_, val) => self.val(work, val),
            Expr::LetE(..) => self.let_chain(work, id),
            Expr::IfE(cond, yes, no) => self.if_expr(work, *cond, *yes, *no),
            Expr::Record(fields) if fields.is_empty() => work.text("{}"),
            Expr::Record(fields) => {
                work.text("{ ");
                work.then([Text(" }")]);
                work.each(fields, ", ", |(key, value)| [Key(key), Text(": "), Step::Expr(*value)]);
            }
            Expr::Get(object, key) if js_plain_key(key) => {
                work.text("rt.val(");
                work.then([Step::Expr(*object), Text("?."), Text(key), Text(")")]);
            }
            Expr::Get(object, key) => {
                work.text("rt.get(");
                work.then([Step::Expr(*object), Text(", "), Str(key), Text(")")]);
            }
            Expr::Set(object, key, value) => {
                work.text("rt.set(");
                work.then([Step::Expr(*object), Text(", "), Str(key), Text(", "), Step::Expr(*value), Text(")")]);
            }
            Expr::List(items) => work.list("[", items, "]"),
            Expr::Fold { list, init, acc, elem, body } => self.fold(work, [*list, *init, *body], acc, elem),
            Expr::Dispatch(on, cases, default) => {
                work.text("(() => { switch (");
                work.then([Text("default: return "), Step::Expr(*default), Text("; } })()")]);
                work.each(cases, "", |(tag, value)| {
                    [Text("case "), Str(tag), Text(": return "), Step::Expr(*value), Text("; ")]
                });
                work.then([Step::Expr(*on), Text(") { ")]);
            }
            Expr::Op(op, args) => self.operation(work, *op, args),
            Expr::Prim(prim, args) => self.runtime(work, prim.name(), prim.arity(), args),
            Expr::Call(name, args) => self.call(work, name, args)?,
            opaque @ (Expr::Lam(..) | Expr::App(..) | Expr::RawExpr(_)) => return Err(not_portable(opaque)),
        }
        Ok(())
    }

    fn into(&mut self, work: &mut Work<'a>, id: ExprId, goal: Goal) -> Result<(), Diagnostic> {
        match &work.ast[id] {
            _ if Self::has(work, goal, id) => {}
            _ if work.out.level() >= MAX_STATEMENT_LEVEL || !self.spreads(work, id) => {
                work.then([To(goal), Step::Expr(id)]);
            }
            Expr::LetE(name, value, body) => self.let_into(work, [*value, *body], name, goal),
            Expr::IfE(cond, yes, no) => self.if_into(work, [*cond, *yes, *no], goal),
            Expr::Fold { list, init, acc, elem, body } => {
                self.fold_into(work, [*list, *init, *body], [acc, elem], goal);
            }
            Expr::Dispatch(on, cases, default) => self.dispatch_into(work, *on, cases, *default, goal),
            _ => work.then([To(goal), Step::Expr(id)]),
        }
        Ok(())
    }

    fn boolean(&mut self, work: &Work<'a>, id: ExprId) -> bool {
        self.sure(work, id)
    }

    fn stmt(&mut self, work: &mut Work<'a>, id: StmtId) -> Result<(), Diagnostic> {
        match &work.ast[id] {
            Stmt::Ret(value) => self.ret(work, *value),
            Stmt::Emit(..) if self.body == Body::Constructor => return Err(emitting_constructor()),
            Stmt::Emit(kind, payload, rest) => {
                work.out.line().text("effects.push({ type: ");
                work.then([Text(" })"), Step::Stmt(*rest)]);
                work.each(payload, "", |(key, value)| [Text(", "), Key(key), Text(": "), Step::Expr(*value)]);
                work.then([Str(kind)]);
            }
            Stmt::LetS(name, value, body) => {
                work.out.line().text("const ");
                work.then([Declare(name), Text(" = "), Step::Expr(*value), Bind, Step::Stmt(*body), Unbind(1)]);
            }
            Stmt::IfS(cond, yes, no) => self.if_stmt(work, *cond, *yes, *no),
            Stmt::Dispatch(on, cases, default) => self.dispatch_stmt(work, *on, cases, *default),
            Stmt::ForIn(list, name, body, rest) => {
                work.out.line().text("for (const ");
                work.then([Indent, Step::Stmt(*body), Unbind(1), Dedent, Line, Text("}"), Step::Stmt(*rest)]);
                work.then([Declare(name), Text(" of rt.items("), Step::Expr(*list), Text(")) {"), Bind]);
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
            Val::Nat(nat) => {
                work.text(&nat.digits());
                work.text("n");
            }
            Val::Bool(truth) => work.text(if *truth { "true" } else { "false" }),
            Val::Str(text) => js_string(work.out.buffer(), text),
            Val::Bytes(bytes) => {
                work.text("new Uint8Array([");
                super::octets(work, bytes);
                work.text("])");
            }
            Val::List(list) => {
                work.text("[");
                work.then([Text("]")]);
                work.each(list.items(), ", ", |item| [Step::Val(item)]);
            }
            Val::Record(record) if record.fields().is_empty() => work.text("{}"),
            Val::Record(record) => {
                work.text("{ ");
                work.then([Text(" }")]);
                work.each(record.fields(), ", ", |(key, item)| [Key(key), Text(": "), Step::Val(item)]);
            }
            Val::None => work.text("null"),
        }
    }

    fn string(&self, out: &mut String, text: &str) {
        js_string(out, text);
    }

    fn key(&self, out: &mut String, key: &str) -> Result<(), Diagnostic> {
        js_key(out, key);
        Ok(())
    }
}

impl<'a> Declarations<'a> for Js<'a> {
    fn constant(&mut self, work: &mut Work<'a>, name: &'a str, value: ExprId) -> Result<(), Diagnostic> {
        work.out.line().text("export const ").text(name).text(" = rt.freeze(");
        work.then([Text(")")]);
        run(self, work, Step::Expr(value))
    }

    fn function(&mut self, work: &mut Work<'a>, own: &'a FuncDecl) -> Result<(), Diagnostic> {
        self.export(work, own.is_export, "function ", &own.name);
        work.text("(");
        let bound = parameters(work, false, &own.params, "");
        work.out.text(") {").indent();
        scoped(self, work, Into(own.body, Goal::Return), bound)?;
        work.out.dedent().line().text("}");
        Ok(())
    }

    fn effect_function(&mut self, work: &mut Work<'a>, own: &'a EffectFuncDecl) -> Result<(), Diagnostic> {
        self.export(work, own.is_export, "function ", &own.name);
        work.text("(");
        let bound = parameters(work, false, &own.params, "");
        work.text(") {");
        self.effects(work, own.body, bound)
    }

    fn method(&mut self, work: &mut Work<'a>, own: &'a MethodDecl) -> Result<(), Diagnostic> {
        work.out.line().text("static ").text(&own.name).text("(");
        let bound = parameters(work, true, &own.params, "");
        work.text(") {");
        self.effects(work, own.body, bound)
    }

    fn class(&mut self, work: &mut Work<'a>, own: &'a ClassDecl) -> Result<(), Diagnostic> {
        self.export(work, own.is_export, "class ", &own.name);
        work.out.text(" {").indent().line().text("static new(");
        let bound = parameters(work, false, &own.constructor_params, "");
        work.out.text(") {").indent();
        self.body = Body::Constructor;
        scoped(self, work, Step::Stmt(own.constructor_body), bound)?;
        self.body = Body::Effectful;
        self.visible.add_constructor(own);
        work.out.line().text("return {}").dedent().line().text("}");
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
