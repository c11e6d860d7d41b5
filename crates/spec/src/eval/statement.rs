//! The stack machine for statements. Falling through is reaching the next entry of the to-do stack.

use super::Exhausted;
use super::machine::{Machine, Todo};
use crate::ast::{Expr, Lit, Name, Stmt, StmtId};
use etymon_kernel_rt::{List, Record, Val};
use std::sync::Arc;

impl<'e, 's: 'e> Machine<'e, 's> {
    pub(super) fn step_statement(&mut self, todo: Todo<'e>) -> Result<(), Exhausted> {
        match todo {
            Todo::Stmt(id) => self.visit_statement(id),
            Todo::Ret => {
                let value = self.pop();
                return self.finish(Some(value));
            }
            Todo::FellThrough => return self.finish(None),
            Todo::Emit(kind, payload, rest) => {
                self.spend(payload.iter().map(|(key, _)| 1 + key.len() as u64 / 16).sum())?;
                let values = self.pop_many(payload.len());
                let mut fields: Vec<(Name, Val)> = vec![(Arc::from("type"), Val::Str(kind.clone()))];
                fields.extend(payload.iter().map(|(key, _)| key.clone()).zip(values));
                self.emit(Val::Record(Record::new(fields)))?;
                self.todo.push(Todo::Stmt(rest));
            }
            Todo::BindS(name, body) => {
                let value = self.pop();
                self.bind(name, value)?;
                self.unbind_later(name);
                self.todo.push(Todo::Stmt(body));
            }
            Todo::BranchS(then, other) => match self.pop() {
                Val::Bool(true) => self.todo.push(Todo::Stmt(then)),
                Val::Bool(false) => self.todo.push(Todo::Stmt(other)),
                _ => {}
            },
            Todo::DispatchS(cases, default) => {
                let case = self.select(cases, default)?;
                self.todo.push(Todo::Stmt(case));
            }
            Todo::ForIn(elem, body) => {
                if let Val::List(list) = self.pop() {
                    self.for_next(elem, body, list, 0)?;
                }
            }
            Todo::ForNext(elem, body, list, at) => return self.for_next(elem, body, list, at),
            _ => {}
        }
        Ok(())
    }

    fn for_next(&mut self, elem: &'e Name, body: StmtId, list: List, at: usize) -> Result<(), Exhausted> {
        let Some(item) = list.items().get(at).cloned() else { return Ok(()) };
        self.bind(elem, item)?;
        self.todo.push(Todo::ForNext(elem, body, list, at + 1));
        self.unbind_later(elem);
        self.todo.push(Todo::Stmt(body));
        Ok(())
    }

    fn visit_statement(&mut self, id: StmtId) {
        let ast = self.frame().ast;
        match &ast[id] {
            Stmt::Ret(value) => {
                let falls_through = matches!(&ast[*value], Expr::Lit(lit, _) if ast[*lit] == Lit::None);
                if !falls_through {
                    self.schedule(Todo::Ret, [*value]);
                }
            }
            Stmt::Emit(kind, payload, rest) => {
                self.schedule(Todo::Emit(kind, payload, *rest), payload.iter().map(|(_, value)| *value));
            }
            Stmt::LetS(name, value, body) => self.schedule(Todo::BindS(name, *body), [*value]),
            Stmt::IfS(cond, then, other) => self.schedule(Todo::BranchS(*then, *other), [*cond]),
            Stmt::Dispatch(scrutinee, cases, default) => {
                self.schedule(Todo::DispatchS(cases, *default), [*scrutinee]);
            }
            Stmt::ForIn(collection, elem, body, rest) => {
                self.todo.push(Todo::Stmt(*rest));
                self.schedule(Todo::ForIn(elem, *body), [*collection]);
            }
            Stmt::Seq(first, second) => {
                self.todo.push(Todo::Stmt(*second));
                self.todo.push(Todo::Stmt(*first));
            }
        }
    }
}
