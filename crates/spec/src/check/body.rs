//! Checks inside declarations: arity, calls, effects, portability, depth.

use super::{EFFECTS, Findings, MAX_DECL_DEPTH, Unlinked};
use crate::ast::{Ast, Expr, ExprId, ModuleDecl, Name, Stmt};
use crate::codes::{
    ARITY, CALL_EFFECT, CALL_ORDER, CONSTRUCTOR_EMITS, EFFECT_PAYLOAD, EFFECT_UNKNOWN, LIMIT_DEPTH, NOT_PORTABLE,
};
use crate::model::Layer;
use crate::program::{Program, Task};
use crate::resolve::{Callee, Place, Unresolved, World};
use crate::walk::{Either, Visit, Walk};
use etymon_diagnostics::{Diagnostic, Origin, Report, closest};

/// Checks every declaration of every module.
pub(super) fn check(modules: &[Unlinked], report: &mut Report) {
    let world = World::of_unlinked(modules);
    for (at, module) in modules.iter().enumerate() {
        let decl = &module.decl;
        let mut body = Body { world: &world, module, at, findings: Findings { file: &module.file, report } };
        for (place, path, root) in bodies(decl) {
            body.walk(place, &path, root);
        }
    }
}

/// Refuses in a program what evaluation gives no meaning: malformed effects, and calls of effect functions.
pub(crate) fn refuse_program(program: &Program) -> Result<(), Box<Diagnostic>> {
    let world = program.module.as_ref().map_or_else(World::empty, World::of_module);
    let refuse = |ast: &Ast, root: Either, place: Place, base: &str| {
        let mut walk = Walk::new(ast, root);
        while let Some(visit) = walk.next() {
            let finding = match visit.node {
                Either::Stmt(id) => match &ast[id] {
                    Stmt::Emit(kind, payload, _) => effect(place, kind, payload),
                    _ => None,
                },
                Either::Expr(id) => match &ast[id] {
                    Expr::Call(name, _) => calls_effect(&world, place, name),
                    _ => None,
                },
            };
            if let Some((code, message, help)) = finding {
                let place = Origin::none().at_json(format!("{base}{}", walk.path(visit)));
                return Err(Box::new(Diagnostic::error(code, message).at(place).help(help)));
            }
        }
        Ok(())
    };
    match program.task {
        Task::Expr(root) => refuse(&program.ast, Either::Expr(root), Place::Outside, "$.expr")?,
        Task::Stmt(root) => refuse(&program.ast, Either::Stmt(root), Place::Outside, "$.stmt")?,
        Task::Call(..) => {}
    }
    let Some(decl) = &program.module else { return Ok(()) };
    bodies(decl).try_for_each(|(place, path, root)| refuse(&decl.ast, root, place, &format!("$.module{path}")))
}

fn calls_effect(world: &World<'_>, place: Place, name: &str) -> Option<Finding> {
    if world.is_empty() {
        return None;
    }
    let effect = match world.callee(0, place, name) {
        Err(Unresolved::Effect) => true,
        Ok(callee) => matches!(callee, Callee::EffectFunction(..)),
        Err(_) => false,
    };
    effect.then(|| called_effect(name))
}

fn called_effect(name: &str) -> Finding {
    let message = format!("effect function `{name}` is called from an expression");
    (CALL_EFFECT, message, "move what both need into a pure function".to_owned())
}

/// Every body of a module: where names in it are read, its JSON path below the module, its root.
fn bodies(decl: &ModuleDecl) -> impl Iterator<Item = (Place, String, Either)> {
    let constants = (0..)
        .zip(&decl.constants)
        .map(|(at, (_, value))| (Place::Constant(at), format!(".constants[{at}][1]"), Either::Expr(*value)));
    let functions = (0..)
        .zip(&decl.functions)
        .map(|(at, func)| (Place::Function(at), format!(".functions[{at}].body"), Either::Expr(func.body)));
    let effects = (0..).zip(&decl.effect_functions).map(|(at, func): (usize, _)| {
        (Place::EffectFunction, format!(".effectFunctions[{at}].body"), Either::Stmt(func.body))
    });
    let classes = (0..).zip(&decl.classes).flat_map(|(at, class)| {
        let path = format!(".classes[{at}].constructorBody");
        let constructor = (Place::Constructor(at), path, Either::Stmt(class.constructor_body));
        let methods = (0..).zip(&class.methods).map(move |(number, method)| {
            let path = format!(".classes[{at}].methods[{number}].body");
            (Place::Method(at, number), path, Either::Stmt(method.body))
        });
        std::iter::once(constructor).chain(methods)
    });
    constants.chain(functions).chain(effects).chain(classes)
}

struct Body<'a, 'r> {
    world: &'a World<'a>,
    module: &'a Unlinked,
    at: usize,
    findings: Findings<'r>,
}

impl Body<'_, '_> {
    fn walk(&mut self, place: Place, base: &str, root: Either) {
        let ast = &self.module.decl.ast;
        let mut walk = Walk::new(ast, root);
        let mut too_deep = false;
        while let Some(visit) = walk.next() {
            if visit.depth >= MAX_DECL_DEPTH {
                // Deeper nodes would each repeat the finding, with a longer path.
                if !std::mem::replace(&mut too_deep, true) {
                    let message = format!("the declaration is nested deeper than {MAX_DECL_DEPTH}");
                    self.findings.push(LIMIT_DEPTH, base, message, "name parts of it in functions of their own");
                }
                continue;
            }
            let at = |walk: &Walk<'_>, visit: Visit| format!("{base}{}", walk.path(visit));
            match visit.node {
                Either::Expr(id) => {
                    if let Some((code, message, help)) = self.expr(ast, place, id) {
                        self.findings.push(code, &at(&walk, visit), message, &help);
                    }
                }
                Either::Stmt(id) => {
                    if let Stmt::Emit(kind, payload, _) = &ast[id]
                        && let Some((code, message, help)) = effect(place, kind, payload)
                    {
                        self.findings.push(code, &at(&walk, visit), message, &help);
                    }
                }
            }
        }
    }

    fn expr(&self, ast: &Ast, place: Place, id: ExprId) -> Option<Finding> {
        let wrong = |what: &str, name: &str, takes: usize, gets: usize| {
            let message =
                format!("{what} `{name}` takes {takes} argument{}, not {gets}", if takes == 1 { "" } else { "s" });
            Some((ARITY, message, "give it as many as it takes".to_owned()))
        };
        match &ast[id] {
            Expr::Op(op, args) if args.len() != op.arity() => wrong("operation", op.name(), op.arity(), args.len()),
            Expr::Prim(prim, args) if args.len() != prim.arity() => {
                wrong("primitive", prim.name(), prim.arity(), args.len())
            }
            Expr::Call(name, args) => match self.world.callee(self.at, place, name) {
                Ok(callee) if self.world.arity(callee) != args.len() => {
                    wrong("function", name, self.world.arity(callee), args.len())
                }
                Ok(_) => None,
                Err(Unresolved::Later) => {
                    let message = format!("`{name}` is called before it is declared");
                    Some((
                        CALL_ORDER,
                        message,
                        "a call reaches earlier functions only, so nothing can recurse".to_owned(),
                    ))
                }
                Err(Unresolved::Effect) => Some(called_effect(name)),
                Err(Unresolved::Unknown) => {
                    self.not_portable(&format!("a call of `{name}`, which is declared nowhere"), || {
                        let module = &self.module.decl;
                        let near = closest(name, module.functions.iter().map(|func| func.name.as_ref()));
                        near.map_or("declare or import it".to_owned(), |near| format!("did you mean `{near}`?"))
                    })
                }
            },
            Expr::Lam(..) => self.not_portable("`lam`", || "write the function out where it is applied".to_owned()),
            Expr::App(..) => self.not_portable("`app`", || "call a declared function".to_owned()),
            Expr::RawExpr(_) => {
                self.not_portable("`rawExpr`", || "say it in the grammar, or in a host template".to_owned())
            }
            _ => None,
        }
    }

    fn not_portable(&self, what: &str, help: impl FnOnce() -> String) -> Option<Finding> {
        matches!(self.module.layer, Layer::Kernel | Layer::Node).then(|| {
            let message = format!("the {} layer must be portable, and this is {what}", self.module.layer);
            (NOT_PORTABLE, message, help())
        })
    }
}

type Finding = (etymon_diagnostics::Code, String, String);

fn effect(place: Place, kind: &Name, payload: &[(Name, ExprId)]) -> Option<Finding> {
    if matches!(place, Place::Constructor(_)) {
        let message = format!("a constructor emits `{kind}`");
        return Some((CONSTRUCTOR_EMITS, message, "emit from a method or an effect function".to_owned()));
    }
    let Some((_, keys)) = EFFECTS.iter().find(|(known, _)| *known == kind.as_ref()) else {
        let near = closest(kind, EFFECTS.iter().map(|(known, _)| *known));
        let help = near.map_or_else(
            || format!("known: {}", EFFECTS.map(|(known, _)| known).join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        return Some((EFFECT_UNKNOWN, format!("unknown effect type `{kind}`"), help));
    };
    let mut given: Vec<&str> = payload.iter().map(|(key, _)| key.as_ref()).collect();
    let mut wanted = keys.to_vec();
    given.sort_unstable();
    wanted.sort_unstable();
    (given != wanted).then(|| {
        let message = format!("effect `{kind}` carries {}, not {}", list(&wanted), list(&given));
        (EFFECT_PAYLOAD, message, "give exactly these keys, each once".to_owned())
    })
}

fn list(keys: &[&str]) -> String {
    if keys.is_empty() {
        return "nothing".to_owned();
    }
    keys.iter().take(8).map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}
