//! The reference texts of a module, piece by piece, for comparison.

use super::{js, rust};
use crate::lower::strict::free::expressions;
use crate::lower::work::{Step, Work, run};
use crate::lower::{Any, Declaration, inside};
use crate::names::Scope;
use crate::writer::Writer;
use etymon_diagnostics::Diagnostic;
use etymon_spec::ast::{Ast, ExprId, ModuleDecl, StmtId};

fn printed<'a>(
    name: String,
    ast: &'a Ast,
    print: impl FnOnce(&mut Work<'a>) -> Result<(), Diagnostic>,
) -> Result<Declaration, Diagnostic> {
    let mut work = Work::new(ast, Writer::new(), Scope::default());
    print(&mut work).map_err(|refused| inside(&name, refused))?;
    Ok(Declaration { name, text: work.out.finish() })
}

/// Reference JavaScript of every declaration.
pub(crate) fn js(module: &ModuleDecl) -> Result<Vec<Declaration>, Diagnostic> {
    let all = Any::all(module).map(|own| {
        printed(own.name().to_string(), &module.ast, |work| match own {
            Any::Constant(name, value) => js::constant(work, name, value),
            Any::Function(own) => js::function(work, &own.into()),
            Any::EffectFunction(own) => js::function(work, &own.into()),
            Any::Class(own) => js::class(work, own),
        })
    });
    all.collect()
}

/// Reference Rust of every expression: constants and functions under their names, those of statements numbered.
pub(crate) fn rust(module: &ModuleDecl) -> Result<Vec<Declaration>, Diagnostic> {
    let ast = &module.ast;
    let numbered = |name: &str, body: StmtId| {
        let all = expressions(ast, body).into_iter().enumerate();
        all.map(|(at, id)| (format!("{name}/{at}"), id)).collect::<Vec<(String, ExprId)>>()
    };
    let mut all: Vec<(String, ExprId)> = Vec::new();
    for own in Any::all(module) {
        match own {
            Any::Constant(name, value) => all.push((name.to_string(), value)),
            Any::Function(own) => all.push((own.name.to_string(), own.body)),
            Any::EffectFunction(own) => all.extend(numbered(&own.name, own.body)),
            Any::Class(own) => {
                all.extend(numbered(&format!("{}.new", own.name), own.constructor_body));
                for method in &own.methods {
                    all.extend(numbered(&format!("{}.{}", own.name, method.name), method.body));
                }
            }
        }
    }
    let print = |(name, id)| printed(name, ast, |work| run(&mut rust::Rust, work, Step::Expr(id)));
    all.into_iter().map(print).collect()
}
