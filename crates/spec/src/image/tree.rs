//! Expressions and statements from the tape, without recursion.

use super::read::{Ctx, Fail};
use crate::ast::{Ast, Expr, ExprId, Lit, LitId, Name, Stmt, StmtId};
use etymon_kernel_rt::json::{Kind, NodeId};
use etymon_kernel_rt::{List, Op, Prim, Record, Val, wire};

/// A node to visit, or one whose children have been built.
enum Task {
    Expr(NodeId),
    Stmt(NodeId),
    Build(Form),
}

/// A form without its children, which stand on the result stacks.
enum Form {
    Expr(Expr),
    Lam(Name),
    App,
    LetE(Name),
    IfE,
    Record(Vec<Name>),
    Get(Name),
    Set(Name),
    List(usize),
    Fold(Name, Name),
    DispatchE(Vec<Name>),
    Op(Op, usize),
    Prim(Prim, usize),
    Call(Name, usize),
    Ret,
    Emit(Name, Vec<Name>),
    LetS(Name),
    IfS,
    DispatchS(Vec<Name>),
    ForIn(Name),
    Seq,
}

pub(super) const EXPR_TAGS: [&str; 16] = [
    "var", "lit", "lam", "app", "letE", "ifE", "record", "get", "set", "list", "fold", "dispatch", "op", "prim",
    "call", "rawExpr",
];
pub(super) const STMT_TAGS: [&str; 7] = ["ret", "emit", "letS", "ifS", "dispatch", "forIn", "seq"];

/// Builds trees into one [`Ast`].
pub(super) struct Builder<'c, 't, 'a> {
    ctx: &'c Ctx<'t, 'a>,
    ast: &'c mut Ast,
    tasks: Vec<Task>,
    exprs: Vec<ExprId>,
    stmts: Vec<StmtId>,
}

impl<'c, 't, 'a> Builder<'c, 't, 'a> {
    pub(super) fn new(ctx: &'c Ctx<'t, 'a>, ast: &'c mut Ast) -> Self {
        Builder { ctx, ast, tasks: Vec::new(), exprs: Vec::new(), stmts: Vec::new() }
    }

    pub(super) fn expr(mut self, node: NodeId) -> Result<ExprId, Fail> {
        self.tasks.push(Task::Expr(node));
        self.run()?;
        Ok(self.exprs[0])
    }

    pub(super) fn stmt(mut self, node: NodeId) -> Result<StmtId, Fail> {
        self.tasks.push(Task::Stmt(node));
        self.run()?;
        Ok(self.stmts[0])
    }

    fn run(&mut self) -> Result<(), Fail> {
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Expr(node) => self.visit_expr(node)?,
                Task::Stmt(node) => self.visit_stmt(node)?,
                Task::Build(form) => self.build(form),
            }
        }
        Ok(())
    }

    /// Schedules a form after its children, which are visited in the given order.
    fn plan(&mut self, form: Form, children: impl IntoIterator<Item = Task>) {
        let from = self.tasks.len();
        self.tasks.push(Task::Build(form));
        self.tasks.extend(children);
        self.tasks[from + 1..].reverse();
    }

    fn visit_expr(&mut self, node: NodeId) -> Result<(), Fail> {
        let ctx = self.ctx;
        let (tag, content) = ctx.tagged(node)?;
        match tag {
            "var" => {
                let name = ctx.name(content)?;
                self.plan(Form::Expr(Expr::Var(name)), []);
            }
            "rawExpr" => {
                let code = ctx.name(content)?;
                self.plan(Form::Expr(Expr::RawExpr(code)), []);
            }
            "lit" => {
                let (lit, value) = literal(ctx, self.ast, content)?;
                self.plan(Form::Expr(Expr::Lit(lit, value)), []);
            }
            "lam" => {
                let [param, body] = ctx.tuple(content)?;
                self.plan(Form::Lam(ctx.name(param)?), [Task::Expr(body)]);
            }
            "app" => {
                let parts: [NodeId; 2] = ctx.tuple(content)?;
                self.plan(Form::App, parts.map(Task::Expr));
            }
            "letE" => {
                let [name, value, body] = ctx.tuple(content)?;
                self.plan(Form::LetE(ctx.name(name)?), [value, body].map(Task::Expr));
            }
            "ifE" => {
                let parts: [NodeId; 3] = ctx.tuple(content)?;
                self.plan(Form::IfE, parts.map(Task::Expr));
            }
            "record" => {
                let (keys, values) = ctx.pairs(content)?;
                self.plan(Form::Record(keys), values.into_iter().map(Task::Expr));
            }
            "get" => {
                let [object, key] = ctx.tuple(content)?;
                self.plan(Form::Get(ctx.name(key)?), [Task::Expr(object)]);
            }
            "set" => {
                let [object, key, value] = ctx.tuple(content)?;
                self.plan(Form::Set(ctx.name(key)?), [object, value].map(Task::Expr));
            }
            "list" => {
                let items = ctx.array(content)?;
                self.plan(Form::List(items.len()), items.into_iter().map(Task::Expr));
            }
            "fold" => {
                let [list, init, acc, elem, body] = ctx.tuple(content)?;
                let form = Form::Fold(ctx.name(acc)?, ctx.name(elem)?);
                self.plan(form, [list, init, body].map(Task::Expr));
            }
            "dispatch" => {
                let [scrutinee, cases, default] = ctx.tuple(content)?;
                let (keys, bodies) = ctx.pairs(cases)?;
                let children = [scrutinee].into_iter().chain(bodies).chain([default]);
                self.plan(Form::DispatchE(keys), children.map(Task::Expr));
            }
            "op" | "prim" | "call" => self.visit_call(tag, content)?,
            _ => {
                let refusal = ctx.unknown(node, "expression", tag, &EXPR_TAGS);
                // Where an image begins, a statement must say that it is one.
                let statement = node == 0 && STMT_TAGS.contains(&tag);
                let help = "a bare node is an expression; write a statement as `{\"stmt\":…}`";
                return Err(if statement { Box::new(refusal.help(help)) } else { refusal });
            }
        }
        Ok(())
    }

    fn visit_call(&mut self, tag: &str, content: NodeId) -> Result<(), Fail> {
        let ctx = self.ctx;
        let [name, args] = ctx.tuple(content)?;
        let args = ctx.array(args)?;
        let called = ctx.name(name)?;
        let form = match tag {
            "op" => match Op::from_name(&called) {
                Some(op) => Form::Op(op, args.len()),
                None => return Err(ctx.unknown(name, "operation", &called, &Op::ALL.map(Op::name))),
            },
            "prim" => match Prim::from_name(&called) {
                Some(prim) => Form::Prim(prim, args.len()),
                None => return Err(ctx.unknown(name, "primitive", &called, &Prim::ALL.map(Prim::name))),
            },
            _ => Form::Call(called, args.len()),
        };
        self.plan(form, args.into_iter().map(Task::Expr));
        Ok(())
    }

    fn visit_stmt(&mut self, node: NodeId) -> Result<(), Fail> {
        let ctx = self.ctx;
        let (tag, content) = ctx.tagged(node)?;
        match tag {
            "ret" => self.plan(Form::Ret, [Task::Expr(content)]),
            "emit" => {
                let [kind, payload, rest] = ctx.tuple(content)?;
                let (keys, values) = ctx.pairs(payload)?;
                let children = values.into_iter().map(Task::Expr).chain([Task::Stmt(rest)]);
                self.plan(Form::Emit(ctx.name(kind)?, keys), children);
            }
            "letS" => {
                let [name, value, body] = ctx.tuple(content)?;
                self.plan(Form::LetS(ctx.name(name)?), [Task::Expr(value), Task::Stmt(body)]);
            }
            "ifS" => {
                let [cond, then, other] = ctx.tuple(content)?;
                self.plan(Form::IfS, [Task::Expr(cond), Task::Stmt(then), Task::Stmt(other)]);
            }
            "dispatch" => {
                let [scrutinee, cases, default] = ctx.tuple(content)?;
                let (keys, bodies) = ctx.pairs(cases)?;
                let children = bodies.into_iter().chain([default]).map(Task::Stmt);
                self.plan(Form::DispatchS(keys), [Task::Expr(scrutinee)].into_iter().chain(children));
            }
            "forIn" => {
                let [collection, elem, body, rest] = ctx.tuple(content)?;
                let children = [Task::Expr(collection), Task::Stmt(body), Task::Stmt(rest)];
                self.plan(Form::ForIn(ctx.name(elem)?), children);
            }
            "seq" => {
                let parts: [NodeId; 2] = ctx.tuple(content)?;
                self.plan(Form::Seq, parts.map(Task::Stmt));
            }
            _ => return Err(ctx.unknown(node, "statement", tag, &STMT_TAGS)),
        }
        Ok(())
    }

    fn build(&mut self, form: Form) {
        match form {
            Form::Ret
            | Form::Emit(..)
            | Form::LetS(_)
            | Form::IfS
            | Form::DispatchS(_)
            | Form::ForIn(_)
            | Form::Seq => {
                let stmt = self.build_stmt(form);
                let id = self.ast.stmt(stmt);
                self.stmts.push(id);
            }
            form => {
                let expr = self.build_expr(form);
                let id = self.ast.expr(expr);
                self.exprs.push(id);
            }
        }
    }

    fn build_expr(&mut self, form: Form) -> Expr {
        match form {
            Form::Expr(expr) => expr,
            Form::Lam(param) => Expr::Lam(param, self.take1()),
            Form::App => {
                let [function, arg] = self.take();
                Expr::App(function, arg)
            }
            Form::LetE(name) => {
                let [value, body] = self.take();
                Expr::LetE(name, value, body)
            }
            Form::IfE => {
                let [cond, then, other] = self.take();
                Expr::IfE(cond, then, other)
            }
            Form::Record(keys) => {
                let values = self.take_many(keys.len());
                Expr::Record(keys.into_iter().zip(values).collect())
            }
            Form::Get(key) => Expr::Get(self.take1(), key),
            Form::Set(key) => {
                let [object, value] = self.take();
                Expr::Set(object, key, value)
            }
            Form::List(count) => Expr::List(self.take_many(count)),
            Form::Fold(acc, elem) => {
                let [list, init, body] = self.take();
                Expr::Fold { list, init, acc, elem, body }
            }
            Form::DispatchE(keys) => {
                let default = self.take1();
                let bodies = self.take_many(keys.len());
                Expr::Dispatch(self.take1(), keys.into_iter().zip(bodies).collect(), default)
            }
            Form::Op(op, count) => Expr::Op(op, self.take_many(count)),
            Form::Prim(prim, count) => Expr::Prim(prim, self.take_many(count)),
            Form::Call(name, count) => Expr::Call(name, self.take_many(count)),
            _ => unreachable!("statement forms are built by `build_stmt`"),
        }
    }

    fn build_stmt(&mut self, form: Form) -> Stmt {
        match form {
            Form::Ret => Stmt::Ret(self.take1()),
            Form::Emit(kind, keys) => {
                let values = self.take_many(keys.len());
                Stmt::Emit(kind, keys.into_iter().zip(values).collect(), self.take_stmt())
            }
            Form::LetS(name) => Stmt::LetS(name, self.take1(), self.take_stmt()),
            Form::IfS => {
                let other = self.take_stmt();
                Stmt::IfS(self.take1(), self.take_stmt(), other)
            }
            Form::DispatchS(keys) => {
                let default = self.take_stmt();
                let bodies = self.stmts.split_off(self.stmts.len() - keys.len());
                Stmt::Dispatch(self.take1(), keys.into_iter().zip(bodies).collect(), default)
            }
            Form::ForIn(elem) => {
                let rest = self.take_stmt();
                Stmt::ForIn(self.take1(), elem, self.take_stmt(), rest)
            }
            Form::Seq => {
                let second = self.take_stmt();
                Stmt::Seq(self.take_stmt(), second)
            }
            _ => unreachable!("expression forms are built by `build_expr`"),
        }
    }

    fn take_many(&mut self, count: usize) -> Vec<ExprId> {
        self.exprs.split_off(self.exprs.len() - count)
    }

    fn take<const N: usize>(&mut self) -> [ExprId; N] {
        let from = self.exprs.len() - N;
        let taken = std::array::from_fn(|at| self.exprs[from + at]);
        self.exprs.truncate(from);
        taken
    }

    fn take1(&mut self) -> ExprId {
        let [only] = self.take();
        only
    }

    fn take_stmt(&mut self) -> StmtId {
        self.stmts.pop().expect("a form is built after its children")
    }
}

enum LitTask {
    Visit(NodeId),
    List(usize),
    Record(Vec<Name>),
}

/// Reads a value both as written and in normal form.
fn literal(ctx: &Ctx<'_, '_>, ast: &mut Ast, node: NodeId) -> Result<(LitId, Val), Fail> {
    let mut tasks = vec![LitTask::Visit(node)];
    let mut done: Vec<(LitId, Val)> = Vec::new();
    while let Some(task) = tasks.pop() {
        let (lit, value) = match task {
            LitTask::Visit(node) => {
                let (tag, content) = ctx.tagged(node)?;
                match (tag, ctx.kind(content)) {
                    ("list", Kind::Array) => {
                        let items = ctx.array(content)?;
                        tasks.push(LitTask::List(items.len()));
                        tasks.extend(items.into_iter().rev().map(LitTask::Visit));
                        continue;
                    }
                    ("record", Kind::Array) => {
                        let (keys, values) = ctx.pairs(content)?;
                        tasks.push(LitTask::Record(keys));
                        tasks.extend(values.into_iter().rev().map(LitTask::Visit));
                        continue;
                    }
                    _ => scalar(ctx, node)?,
                }
            }
            LitTask::List(count) => {
                let (ids, values) = done.split_off(done.len() - count).into_iter().unzip();
                (Lit::List(ids), Val::List(List::new(values)))
            }
            LitTask::Record(keys) => {
                let items = done.split_off(done.len() - keys.len());
                let (ids, values): (Vec<_>, Vec<_>) = items.into_iter().unzip();
                let fields = keys.iter().cloned().zip(values).collect();
                (Lit::Record(keys.into_iter().zip(ids).collect()), Val::Record(Record::new(fields)))
            }
        };
        done.push((ast.lit(lit), value));
    }
    Ok(done.swap_remove(0))
}

fn scalar(ctx: &Ctx<'_, '_>, node: NodeId) -> Result<(Lit, Val), Fail> {
    let value = wire::decode(ctx.tape, node).map_err(|refusal| ctx.expected(refusal.node, refusal.reason))?;
    let lit = match &value {
        Val::Nat(nat) => Lit::Nat(nat.clone()),
        Val::Bool(truth) => Lit::Bool(*truth),
        Val::Str(text) => Lit::Str(text.clone()),
        Val::Bytes(bytes) => Lit::Bytes(bytes.clone()),
        Val::List(_) | Val::Record(_) | Val::None => Lit::None,
    };
    Ok((lit, value))
}
