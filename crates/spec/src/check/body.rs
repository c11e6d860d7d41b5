//! Checks inside declarations: arity, calls, effects, portability, depth.

use super::findings::Finding;
use super::{EFFECTS, Findings, MAX_DECL_DEPTH, Unlinked, shown};
use crate::ast::{Ast, Expr, ExprId, ModuleDecl, Name, Stmt};
use crate::codes::{
    ARITY, CALL_EFFECT, CALL_ORDER, CONSTRUCTOR_EMITS, EFFECT_PAYLOAD, EFFECT_UNKNOWN, LIMIT_DEPTH, NOT_PORTABLE,
};
use crate::model::Layer;
use crate::program::{Program, Task};
use crate::resolve::{Callee, Place, Unresolved, World};
use crate::walk::{Either, Walk};
use etymon_diagnostics::{Diagnostic, Origin, Report, Speller};

/// Checks every declaration of every module.
pub(super) fn check(modules: &[Unlinked], report: &mut Report, speller: &mut Speller) {
    let world = World::of_unlinked(modules);
    for (at, module) in modules.iter().enumerate() {
        let decl = &module.decl;
        let body = Body { world: &world, module, at, literal_depths: decl.ast.literal_depths() };
        let mut findings = Findings::new(module.file.as_str(), report, speller);
        for (place, path, root) in bodies(decl) {
            body.walk(place, &path, root, &mut findings);
        }
    }
}

/// Refuses in a program what evaluation gives no meaning: malformed effects, and calls of effect functions.
///
/// The program stands in that module of `world`, if in any.
pub(crate) fn refuse_program(
    program: &Program,
    world: &World<'_>,
    module: Option<usize>,
) -> Result<(), Box<Diagnostic>> {
    let refuse = |ast: &Ast, root: Either, place: Place, base: &str| {
        let mut walk = Walk::new(ast, root);
        while let Some(visit) = walk.next() {
            let finding = match visit.node {
                Either::Stmt(id) => match &ast[id] {
                    Stmt::Emit(kind, payload, _) => effect(place, kind, payload),
                    _ => None,
                },
                Either::Expr(id) => match (&ast[id], module) {
                    (Expr::Call(name, _), Some(module)) => calls_effect(world, module, place, name),
                    _ => None,
                },
            };
            if let Some(finding) = finding {
                let place = Origin::none().at_json(format!("{base}{}", walk.path(visit)));
                return Err(Box::new(finding.at(place, &mut Speller::default())));
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

fn calls_effect<'a>(world: &World<'_>, module: usize, place: Place, name: &'a str) -> Option<Finding<'a>> {
    let effect = match world.callee(module, place, name) {
        Err(Unresolved::Effect) => true,
        Ok(callee) => matches!(callee, Callee::EffectFunction(..)),
        Err(_) => false,
    };
    effect.then(|| called_effect(name))
}

fn called_effect(name: &str) -> Finding<'_> {
    let words = |_: &mut Speller| {
        let message = format!("effect function `{}` is called from an expression", shown(name));
        (message, "move what both need into a pure function".to_owned())
    };
    Finding::new(CALL_EFFECT, words)
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

struct Body<'a> {
    world: &'a World<'a>,
    module: &'a Unlinked,
    at: usize,
    /// By id of the literal.
    literal_depths: Vec<u32>,
}

impl<'a> Body<'a> {
    fn walk(&self, place: Place, base: &str, root: Either, findings: &mut Findings<'_>) {
        let ast = &self.module.decl.ast;
        let mut walk = Walk::new(ast, root);
        let mut too_deep = false;
        while let Some(visit) = walk.next() {
            let inside = match visit.node {
                Either::Expr(id) => match &ast[id] {
                    Expr::Lit(lit, _) => self.literal_depths[lit.0 as usize] - 1,
                    _ => 0,
                },
                Either::Stmt(_) => 0,
            };
            if visit.depth + inside >= MAX_DECL_DEPTH {
                // Deeper nodes would each repeat the finding, with a longer path.
                if !std::mem::replace(&mut too_deep, true) {
                    let message = || format!("the declaration is nested deeper than {MAX_DECL_DEPTH}");
                    findings.say(
                        LIMIT_DEPTH,
                        || base.to_owned(),
                        message,
                        "name parts of it in functions of their own",
                    );
                }
                continue;
            }
            let finding = match visit.node {
                Either::Expr(id) => self.expr(ast, place, id),
                Either::Stmt(id) => match &ast[id] {
                    Stmt::Emit(kind, payload, _) => effect(place, kind, payload),
                    _ => None,
                },
            };
            if let Some(finding) = finding {
                findings.push(|| format!("{base}{}", walk.path(visit)), finding);
            }
        }
    }

    fn expr(&self, ast: &'a Ast, place: Place, id: ExprId) -> Option<Finding<'a>> {
        match &ast[id] {
            Expr::Op(op, args) if args.len() != op.arity() => {
                Some(arity("operation", op.name(), op.arity(), args.len()))
            }
            Expr::Prim(prim, args) if args.len() != prim.arity() => {
                Some(arity("primitive", prim.name(), prim.arity(), args.len()))
            }
            Expr::Call(name, args) => match self.world.callee(self.at, place, name) {
                Ok(callee) => {
                    let takes = self.world.arity(callee);
                    (takes != args.len()).then(|| arity("function", name, takes, args.len()))
                }
                Err(Unresolved::Later) => {
                    let words = |_: &mut Speller| {
                        let help = "a call reaches earlier functions only, so nothing can recurse";
                        (format!("`{}` is called before it is declared", shown(name)), help.to_owned())
                    };
                    Some(Finding::new(CALL_ORDER, words))
                }
                Err(Unresolved::Effect) => Some(called_effect(name)),
                Err(Unresolved::Unknown) => self.not_portable(|speller| {
                    let functions = &self.module.decl.functions;
                    let near = speller.closest(name, functions.iter().map(|func| func.name.as_ref()));
                    let help = near.map_or("declare or import it".to_owned(), |near| format!("did you mean `{near}`?"));
                    (format!("a call of `{}`, which is declared nowhere", shown(name)), help)
                }),
            },
            Expr::Lam(..) => self.opaque("`lam`", "write the function out where it is applied"),
            Expr::App(..) => self.opaque("`app`", "call a declared function"),
            Expr::RawExpr(_) => self.opaque("`rawExpr`", "say it in the grammar, or in a host template"),
            _ => None,
        }
    }

    fn opaque(&self, what: &'static str, help: &'static str) -> Option<Finding<'a>> {
        self.not_portable(|_| (what.to_owned(), help.to_owned()))
    }

    fn not_portable(&self, words: impl FnOnce(&mut Speller) -> (String, String) + 'a) -> Option<Finding<'a>> {
        let layer = self.module.layer;
        matches!(layer, Layer::Kernel | Layer::Node).then(|| {
            Finding::new(NOT_PORTABLE, move |speller| {
                let (what, help) = words(speller);
                (format!("the {layer} layer must be portable, and this is {what}"), help)
            })
        })
    }
}

fn arity<'a>(what: &'static str, name: &'a str, takes: usize, gets: usize) -> Finding<'a> {
    let words = move |_: &mut Speller| {
        let ending = if takes == 1 { "" } else { "s" };
        let message = format!("{what} `{}` takes {takes} argument{ending}, not {gets}", shown(name));
        (message, "give it as many as it takes".to_owned())
    };
    Finding::new(ARITY, words)
}

fn effect<'a>(place: Place, kind: &'a Name, payload: &'a [(Name, ExprId)]) -> Option<Finding<'a>> {
    if matches!(place, Place::Constructor(_)) {
        let words = |_: &mut Speller| {
            let message = format!("a constructor emits `{}`", shown(kind));
            (message, "emit from a method or an effect function".to_owned())
        };
        return Some(Finding::new(CONSTRUCTOR_EMITS, words));
    }
    let Some((_, keys)) = EFFECTS.iter().find(|(known, _)| *known == kind.as_ref()) else {
        let words = |speller: &mut Speller| {
            let help = speller.closest(kind, EFFECTS.map(|(known, _)| known)).map_or_else(
                || format!("known: {}", EFFECTS.map(|(known, _)| known).join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            (format!("unknown effect type `{}`", shown(kind)), help)
        };
        return Some(Finding::new(EFFECT_UNKNOWN, words));
    };
    let mut given: Vec<&str> = payload.iter().map(|(key, _)| key.as_ref()).collect();
    let mut wanted = keys.to_vec();
    given.sort_unstable();
    wanted.sort_unstable();
    (given != wanted).then(|| {
        let words = move |_: &mut Speller| {
            let message = format!("effect `{}` carries {}, not {}", shown(kind), list(&wanted), list(&given));
            (message, "give exactly these keys, each once".to_owned())
        };
        Finding::new(EFFECT_PAYLOAD, words)
    })
}

fn list(keys: &[&str]) -> String {
    if keys.is_empty() {
        return "nothing".to_owned();
    }
    keys.iter().take(8).map(|key| format!("`{}`", shown(key))).collect::<Vec<_>>().join(", ")
}
