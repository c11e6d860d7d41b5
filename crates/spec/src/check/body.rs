//! Checks inside declarations: arity, calls, effects, portability, depth.

use super::{EFFECTS, Findings, MAX_DECL_DEPTH, Unlinked};
use crate::ast::{Ast, Expr, ExprId, Name, Stmt};
use crate::codes::{
    ARITY, CALL_EFFECT, CALL_ORDER, CONSTRUCTOR_EMITS, EFFECT_PAYLOAD, EFFECT_UNKNOWN, LIMIT_DEPTH, NOT_PORTABLE,
};
use crate::model::Layer;
use crate::resolve::{Place, Unresolved, World};
use crate::walk::{Either, Visit, Walk};
use etymon_diagnostics::{Report, closest};

/// Checks every declaration of every module.
pub(super) fn check(modules: &[Unlinked], report: &mut Report) {
    let world = World::of_unlinked(modules);
    for (at, module) in modules.iter().enumerate() {
        let decl = &module.decl;
        let mut body = Body { world: &world, module, at, findings: Findings { file: &module.file, report } };
        for (index, (_, value)) in decl.constants.iter().enumerate() {
            body.walk(Place::Constant(index), &format!(".constants[{index}][1]"), Either::Expr(*value));
        }
        for (index, func) in decl.functions.iter().enumerate() {
            body.walk(Place::Function(index), &format!(".functions[{index}].body"), Either::Expr(func.body));
        }
        for (index, func) in decl.effect_functions.iter().enumerate() {
            let path = format!(".effectFunctions[{index}].body");
            body.walk(Place::EffectFunction, &path, Either::Stmt(func.body));
        }
        for (index, class) in decl.classes.iter().enumerate() {
            let path = format!(".classes[{index}].constructorBody");
            body.walk(Place::Constructor(index), &path, Either::Stmt(class.constructor_body));
            for (number, method) in class.methods.iter().enumerate() {
                let path = format!(".classes[{index}].methods[{number}].body");
                body.walk(Place::Method(index, number), &path, Either::Stmt(method.body));
            }
        }
    }
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
                Err(Unresolved::Effect) => {
                    let message = format!("effect function `{name}` is called from an expression");
                    Some((CALL_EFFECT, message, "move what both need into a pure function".to_owned()))
                }
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
