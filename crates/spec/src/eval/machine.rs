//! The stack machine for expressions and calls.

use super::{Answer, Evaluator, Exhausted, Limits};
use crate::ast::{Ast, Expr, ExprId, Name, StmtId};
use crate::resolve::{Callee, Place};
use etymon_kernel_rt::{self as rt, Cost, List, Nat, Op, Prim, Record, Val};
use std::collections::HashMap;

/// What remains to be done, innermost last.
pub(super) enum Todo<'s> {
    Expr(ExprId),
    Bind(&'s Name, ExprId),
    Unbind(&'s Name),
    Branch(ExprId, ExprId),
    Record(&'s [(Name, ExprId)]),
    Get(&'s Name),
    Set(&'s Name),
    List(usize),
    Fold(Fold<'s>),
    FoldNext(Fold<'s>, List, usize),
    Dispatch(&'s [(Name, ExprId)], ExprId),
    Op(Op, usize),
    Prim(Prim, usize),
    Call(&'s Name, usize),
    /// The value on top is the result of the frame.
    Return,
    Stmt(StmtId),
    /// The value on top is what the function returns.
    Ret,
    Emit(&'s Name, &'s [(Name, ExprId)], StmtId),
    BindS(&'s Name, StmtId),
    BranchS(StmtId, StmtId),
    DispatchS(&'s [(Name, StmtId)], StmtId),
    ForIn(&'s Name, StmtId),
    ForNext(&'s Name, StmtId, List, usize),
    /// The frame's statement fell through.
    FellThrough,
}

/// The fixed parts of a fold.
#[derive(Clone, Copy)]
pub(super) struct Fold<'s> {
    acc: &'s Name,
    elem: &'s Name,
    body: ExprId,
}

/// What a frame answers when its statement ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// The value alone.
    Pure,
    /// `{effects, value}`.
    Effects,
    /// The fields.
    Constructor,
}

/// One running function.
pub(super) struct Frame<'s> {
    pub(super) ast: &'s Ast,
    module: usize,
    place: Place,
    shape: Shape,
    env: HashMap<&'s str, Vec<Val>>,
    effects: Vec<Val>,
    effects_size: u64,
    /// Height of the to-do stack below this frame.
    base: usize,
}

/// One evaluation.
pub(super) struct Machine<'e, 's> {
    evaluator: &'e Evaluator<'s>,
    left: Limits,
    pub(super) todo: Vec<Todo<'e>>,
    pub(super) values: Vec<Val>,
    frames: Vec<Frame<'e>>,
    frame: Frame<'e>,
}

static NO_SYNTAX: std::sync::LazyLock<Ast> = std::sync::LazyLock::new(Ast::default);

impl<'e, 's: 'e> Machine<'e, 's> {
    /// A machine that may use `left`.
    pub(super) fn new(evaluator: &'e Evaluator<'s>, left: Limits) -> Self {
        let frame = Frame {
            ast: &NO_SYNTAX,
            module: 0,
            place: Place::Outside,
            shape: Shape::Pure,
            env: HashMap::new(),
            effects: Vec::new(),
            effects_size: 0,
            base: 0,
        };
        Machine { evaluator, left, todo: Vec::new(), values: Vec::new(), frames: Vec::new(), frame }
    }

    /// Steps not taken yet.
    pub(super) fn steps_left(&self) -> u64 {
        self.left.steps
    }

    /// Evaluates an expression at a place of a module.
    pub(super) fn expr(
        &mut self,
        module: usize,
        place: Place,
        ast: &'e Ast,
        env: Vec<(&'e str, Val)>,
        root: ExprId,
    ) -> Result<Val, Exhausted> {
        self.enter(ast, module, place, Shape::Pure, env)?;
        self.todo.push(Todo::Return);
        self.todo.push(Todo::Expr(root));
        self.run()
    }

    /// Executes a statement.
    pub(super) fn stmt(
        &mut self,
        module: usize,
        ast: &'e Ast,
        env: Vec<(&'e str, Val)>,
        root: StmtId,
    ) -> Result<Answer, Exhausted> {
        self.enter(ast, module, Place::Outside, Shape::Effects, env)?;
        self.todo.push(Todo::FellThrough);
        self.todo.push(Todo::Stmt(root));
        let outcome = self.run()?;
        Ok(split(outcome))
    }

    /// Calls a function with the right number of arguments.
    pub(super) fn call(&mut self, callee: Callee, args: Vec<Val>) -> Result<Answer, Exhausted> {
        self.begin(callee, args)?;
        let value = self.run()?;
        Ok(match callee {
            Callee::EffectFunction(..) => split(value),
            _ => Answer::of(value),
        })
    }

    fn enter(
        &mut self,
        ast: &'e Ast,
        module: usize,
        place: Place,
        shape: Shape,
        env: Vec<(&'e str, Val)>,
    ) -> Result<(), Exhausted> {
        let base = self.todo.len();
        let mut bound: HashMap<&'e str, Vec<Val>> = HashMap::with_capacity(env.len());
        for (name, value) in env {
            self.read(name)?;
            bound.entry(name).or_default().push(value);
        }
        let frame = Frame { ast, module, place, shape, env: bound, effects: Vec::new(), effects_size: 0, base };
        self.frames.push(std::mem::replace(&mut self.frame, frame));
        Ok(())
    }

    fn begin(&mut self, callee: Callee, args: Vec<Val>) -> Result<(), Exhausted> {
        let world = &self.evaluator.world;
        let bind = |params: &'e [Name], args: Vec<Val>| params.iter().map(|name| name.as_ref()).zip(args).collect();
        match callee {
            Callee::Function(module, at) => {
                let decl = world.module(module);
                let func = &decl.functions[at];
                self.enter(&decl.ast, module, Place::Function(at), Shape::Pure, bind(&func.params, args))?;
                self.todo.push(Todo::Return);
                self.todo.push(Todo::Expr(func.body));
            }
            Callee::EffectFunction(module, at) => {
                let decl = world.module(module);
                let func = &decl.effect_functions[at];
                self.enter(&decl.ast, module, Place::EffectFunction, Shape::Effects, bind(&func.params, args))?;
                self.todo.push(Todo::FellThrough);
                self.todo.push(Todo::Stmt(func.body));
            }
            Callee::Constructor(module, class) => {
                let decl = world.module(module);
                let own = &decl.classes[class];
                let env = bind(&own.constructor_params, args);
                self.enter(&decl.ast, module, Place::Constructor(class), Shape::Constructor, env)?;
                self.todo.push(Todo::FellThrough);
                self.todo.push(Todo::Stmt(own.constructor_body));
            }
            Callee::Method(module, class, at) => {
                let decl = world.module(module);
                let method = &decl.classes[class].methods[at];
                let names = std::iter::once("this").chain(method.params.iter().map(|name| name.as_ref()));
                self.enter(&decl.ast, module, Place::Method(class, at), Shape::Effects, names.zip(args).collect())?;
                self.todo.push(Todo::FellThrough);
                self.todo.push(Todo::Stmt(method.body));
            }
        }
        Ok(())
    }

    /// Ends the running frame. `returned` is nothing when its statement fell through.
    pub(super) fn finish(&mut self, returned: Option<Val>) -> Result<(), Exhausted> {
        let Some(caller) = self.frames.pop() else { return Ok(()) };
        let frame = std::mem::replace(&mut self.frame, caller);
        self.todo.truncate(frame.base);
        let value = match (frame.shape, returned) {
            (Shape::Pure, value) => value.unwrap_or(Val::None),
            (Shape::Effects, value) => rt::outcome(value.unwrap_or(Val::None), frame.effects),
            (Shape::Constructor, None) => rt::record([]),
            (Shape::Constructor, Some(value)) => rt::fields(value),
        };
        self.push(value)
    }

    /// Adds an effect to those of the running frame.
    pub(super) fn emit(&mut self, effect: Val) -> Result<(), Exhausted> {
        self.frame.effects_size = self.frame.effects_size.saturating_add(effect.size());
        if self.frame.effects_size > self.left.size {
            return Err(Exhausted::Size);
        }
        self.frame.effects.push(effect);
        Ok(())
    }

    pub(super) fn bind(&mut self, name: &'e Name, value: Val) -> Result<(), Exhausted> {
        self.read(name)?;
        self.frame.env.entry(name).or_default().push(value);
        Ok(())
    }

    fn unbind(&mut self, name: &'e Name) {
        if let Some(bound) = self.frame.env.get_mut(name.as_ref()) {
            bound.pop();
        }
    }

    pub(super) fn unbind_later(&mut self, name: &'e Name) {
        self.todo.push(Todo::Unbind(name));
    }

    pub(super) fn frame(&mut self) -> &mut Frame<'e> {
        &mut self.frame
    }

    pub(super) fn pop(&mut self) -> Val {
        self.values.pop().unwrap_or(Val::None)
    }

    pub(super) fn pop_many(&mut self, count: usize) -> Vec<Val> {
        self.values.split_off(self.values.len() - count)
    }

    pub(super) fn spend(&mut self, steps: u64) -> Result<(), Exhausted> {
        self.left.steps = self.left.steps.checked_sub(steps).ok_or(Exhausted::Steps)?;
        Ok(())
    }

    /// Pays for reading a text: a name, a key, a tag.
    pub(super) fn read(&mut self, text: &str) -> Result<(), Exhausted> {
        self.spend(text.len() as u64 / 16)
    }

    /// Puts a value on the stack, unless it is too large.
    pub(super) fn push(&mut self, value: Val) -> Result<(), Exhausted> {
        let too_wide = matches!(&value, Val::Nat(nat) if nat.bits() > Nat::MAX_BITS);
        if too_wide || value.size() > self.left.size {
            return Err(Exhausted::Size);
        }
        self.values.push(value);
        Ok(())
    }

    fn afford(&mut self, cost: Cost) -> Result<(), Exhausted> {
        // The bound is generous, so it only guards memory; `push` measures the result itself.
        if cost.size > self.left.size.saturating_mul(8) {
            return Err(Exhausted::Size);
        }
        self.spend(cost.steps)
    }

    fn run(&mut self) -> Result<Val, Exhausted> {
        while let Some(todo) = self.todo.pop() {
            self.spend(1)?;
            self.step(todo)?;
        }
        Ok(self.pop())
    }

    fn step(&mut self, todo: Todo<'e>) -> Result<(), Exhausted> {
        match todo {
            Todo::Expr(id) => return self.visit(id),
            Todo::Bind(name, body) => {
                let value = self.pop();
                self.bind(name, value)?;
                self.unbind_later(name);
                self.todo.push(Todo::Expr(body));
            }
            Todo::Unbind(name) => self.unbind(name),
            Todo::Branch(then, other) => match self.pop() {
                Val::Bool(true) => self.todo.push(Todo::Expr(then)),
                Val::Bool(false) => self.todo.push(Todo::Expr(other)),
                _ => self.values.push(Val::None),
            },
            Todo::Record(fields) => {
                self.spend(fields.iter().map(|(key, _)| 1 + key.len() as u64 / 16).sum())?;
                let values = self.pop_many(fields.len());
                let fields = fields.iter().map(|(key, _)| key.clone()).zip(values).collect();
                return self.push(Val::Record(Record::new(fields)));
            }
            Todo::Get(key) => {
                self.read(key)?;
                let object = self.pop();
                self.values.push(rt::get(object, key));
            }
            Todo::Set(key) => {
                self.read(key)?;
                let value = self.pop();
                let object = self.pop();
                if let Val::Record(record) = &object {
                    self.spend(record.fields().len() as u64)?;
                }
                return self.push(rt::set(object, key, value));
            }
            Todo::List(count) => {
                self.spend(count as u64)?;
                let items = self.pop_many(count);
                return self.push(Val::List(List::new(items)));
            }
            Todo::Fold(fold) => return self.fold(fold),
            Todo::FoldNext(fold, list, at) => return self.fold_next(fold, list, at),
            Todo::Dispatch(cases, default) => {
                let case = self.select(cases, default)?;
                self.todo.push(Todo::Expr(case));
            }
            Todo::Op(op, count) => {
                let args = self.pop_many(count);
                self.afford(rt::cost(op, &args))?;
                return self.push(op.apply(&args));
            }
            Todo::Prim(prim, count) => {
                let args = self.pop_many(count);
                self.afford(rt::prim_cost(prim, &args))?;
                return self.push(prim.apply(&args));
            }
            Todo::Call(name, count) => {
                self.read(name)?;
                return self.invoke(name, count);
            }
            Todo::Return => {
                let value = self.pop();
                return self.finish(Some(value));
            }
            statement => return self.step_statement(statement),
        }
        Ok(())
    }

    /// The case whose key is the tag on top of the stack, or the default.
    pub(super) fn select<T: Copy>(&mut self, cases: &[(Name, T)], default: T) -> Result<T, Exhausted> {
        let scrutinee = self.pop();
        let tag = rt::tag(&scrutinee);
        // Only a key as long as the tag is compared with it.
        let same = |key: &Name| tag.filter(|tag| tag.len() == key.len()).map_or(0, |tag| tag.len() as u64 / 16);
        self.spend(cases.iter().map(|(key, _)| 1 + same(key)).sum())?;
        Ok(cases.iter().find(|(key, _)| tag == Some(key)).map_or(default, |(_, body)| *body))
    }

    fn invoke(&mut self, name: &'e Name, count: usize) -> Result<(), Exhausted> {
        let args = self.pop_many(count);
        match self.evaluator.world.callee(self.frame.module, self.frame.place, name) {
            Ok(callee) if self.evaluator.arity(callee) == count && !matches!(callee, Callee::EffectFunction(..)) => {
                self.begin(callee, args)
            }
            _ => self.push(Val::None),
        }
    }

    fn fold(&mut self, fold: Fold<'e>) -> Result<(), Exhausted> {
        let init = self.pop();
        match self.pop() {
            Val::List(list) => {
                self.values.push(init);
                self.fold_next(fold, list, 0)
            }
            _ => self.push(Val::None),
        }
    }

    fn fold_next(&mut self, fold: Fold<'e>, list: List, at: usize) -> Result<(), Exhausted> {
        let Some(item) = list.items().get(at).cloned() else { return Ok(()) };
        let acc = self.pop();
        self.bind(fold.acc, acc)?;
        self.bind(fold.elem, item)?;
        self.todo.push(Todo::FoldNext(fold, list, at + 1));
        self.unbind_later(fold.acc);
        self.unbind_later(fold.elem);
        self.todo.push(Todo::Expr(fold.body));
        Ok(())
    }

    fn variable(&self, name: &str) -> Val {
        if let Some(value) = self.frame.env.get(name).and_then(|bound| bound.last()) {
            return value.clone();
        }
        let constant = self.evaluator.world.constant(self.frame.module, self.frame.place, name);
        let value = constant.and_then(|(module, at)| self.evaluator.constants[module].get(at));
        value.cloned().unwrap_or(Val::None)
    }

    /// Schedules an expression: its form below its children, the first child on top.
    fn visit(&mut self, id: ExprId) -> Result<(), Exhausted> {
        let ast = self.frame.ast;
        match &ast[id] {
            Expr::Var(name) => {
                self.read(name)?;
                let value = self.variable(name);
                self.values.push(value);
            }
            Expr::Lit(_, value) => return self.push(value.clone()),
            Expr::Lam(..) | Expr::App(..) | Expr::RawExpr(_) => self.values.push(Val::None),
            Expr::LetE(name, value, body) => self.schedule(Todo::Bind(name, *body), [*value]),
            Expr::IfE(cond, then, other) => self.schedule(Todo::Branch(*then, *other), [*cond]),
            Expr::Record(fields) => self.schedule(Todo::Record(fields), fields.iter().map(|(_, value)| *value)),
            Expr::Get(object, key) => self.schedule(Todo::Get(key), [*object]),
            Expr::Set(object, key, value) => self.schedule(Todo::Set(key), [*object, *value]),
            Expr::List(items) => self.schedule(Todo::List(items.len()), items.iter().copied()),
            Expr::Fold { list, init, acc, elem, body } => {
                self.schedule(Todo::Fold(Fold { acc, elem, body: *body }), [*list, *init]);
            }
            Expr::Dispatch(scrutinee, cases, default) => {
                self.schedule(Todo::Dispatch(cases, *default), [*scrutinee]);
            }
            Expr::Op(op, args) => self.schedule(Todo::Op(*op, args.len()), args.iter().copied()),
            Expr::Prim(prim, args) => self.schedule(Todo::Prim(*prim, args.len()), args.iter().copied()),
            Expr::Call(name, args) => self.schedule(Todo::Call(name, args.len()), args.iter().copied()),
        }
        Ok(())
    }

    pub(super) fn schedule(&mut self, form: Todo<'e>, children: impl IntoIterator<Item = ExprId>) {
        self.todo.push(form);
        let from = self.todo.len();
        self.todo.extend(children.into_iter().map(Todo::Expr));
        self.todo[from..].reverse();
    }
}

/// Takes `{effects, value}` apart.
fn split(outcome: Val) -> Answer {
    let value = rt::get(outcome.clone(), "value");
    let effects = match rt::get(outcome, "effects") {
        Val::List(effects) => effects.items().to_vec(),
        _ => Vec::new(),
    };
    Answer { effects: Some(effects), ..Answer::of(value) }
}
