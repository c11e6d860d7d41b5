//! The evaluator: the second writing of `eval` (design, section 3), on an explicit stack and within a budget.

mod machine;
mod statement;

use crate::ast::{Ast, ModuleDecl, Name};
use crate::check::{Findings, Importer, Sources, shown};
use crate::codes::{ARITY, CALL_UNKNOWN, LIMIT_SIZE, LIMIT_STEPS};
use crate::model::{Spec, Use};
use crate::program::{Program, Task};
use crate::resolve::{Callee, Place, World};
use etymon_diagnostics::{Code, Diagnostic, Origin, Report, Speller, closest};
use etymon_kernel_rt::Val;
use machine::Machine;

/// How much an evaluation may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Steps, one a node visited or about 16 bytes touched.
    pub steps: u64,
    /// Size of any value, and of all effects together, in bytes as if nothing were shared.
    pub size: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { steps: 50_000_000, size: 64 << 20 }
    }
}

/// Why an evaluation was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exhausted {
    /// `LIMIT_STEPS`.
    Steps,
    /// `LIMIT_SIZE`.
    Size,
}

impl Exhausted {
    /// The code to report.
    pub fn code(self) -> Code {
        match self {
            Exhausted::Steps => LIMIT_STEPS,
            Exhausted::Size => LIMIT_SIZE,
        }
    }
}

impl From<Exhausted> for Diagnostic {
    fn from(exhausted: Exhausted) -> Diagnostic {
        let limits = Limits::default();
        let (message, help) = match exhausted {
            Exhausted::Steps => (
                format!("evaluation needs more than {} steps", limits.steps),
                "a step is a node visited or about 16 bytes touched; fold over less, or ask for a part of it",
            ),
            Exhausted::Size => (
                format!(
                    "a value, or the effects together, would take more than {} bytes, or a natural more than 2^20 bits",
                    limits.size
                ),
                "a value counts as if nothing in it were shared; ask for a part of it",
            ),
        };
        Diagnostic::error(exhausted.code(), message).help(help)
    }
}

/// What an evaluation gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The value.
    pub value: Val,
    /// The effects in order, for statements and effect functions.
    pub effects: Option<Vec<Val>>,
    /// Why a call named at the outside ran nothing, its value being none.
    pub warning: Option<Box<Diagnostic>>,
}

impl Answer {
    /// The value of an expression or a function.
    pub(crate) fn of(value: Val) -> Answer {
        Answer { value, effects: None, warning: None }
    }

    fn none(warning: Diagnostic) -> Answer {
        Answer { warning: Some(Box::new(warning)), ..Answer::of(Val::None) }
    }

    /// The answer as one value: `{effects, value}` where there are effects.
    pub fn into_val(self) -> Val {
        match self.effects {
            Some(effects) => etymon_kernel_rt::outcome(self.value, effects),
            None => self.value,
        }
    }
}

/// Evaluates calls into a spec.
#[derive(Debug)]
pub struct Evaluator<'s> {
    world: World<'s>,
    /// Values of the constants of each module.
    constants: Vec<Vec<Val>>,
    limits: Limits,
}

impl<'s> Evaluator<'s> {
    /// Computes the constants of a spec.
    ///
    /// # Errors
    /// [`Exhausted`] when the constants together need more than `limits`.
    pub fn new(spec: &'s Spec, limits: Limits) -> Result<Evaluator<'s>, Exhausted> {
        let order = import_order(spec);
        Evaluator::of_world(World::of_spec(spec), &order, limits)
    }

    fn of_world(world: World<'s>, order: &[usize], limits: Limits) -> Result<Evaluator<'s>, Exhausted> {
        let constants = vec![Vec::new(); world.len()];
        let mut evaluator = Evaluator { world, constants, limits };
        let mut left = limits;
        for module in order.iter().copied() {
            let decl = evaluator.world.module(module);
            for (at, (_, value)) in decl.constants.iter().enumerate() {
                let mut machine = Machine::new(&evaluator, left);
                let value = machine.expr(module, Place::Constant(at), &decl.ast, Vec::new(), *value)?;
                left = Limits { steps: machine.steps_left(), size: left.size.saturating_sub(value.size()) };
                evaluator.constants[module].push(value);
            }
        }
        Ok(evaluator)
    }

    /// Finds what `layer/Name.fn`, `layer/Name.Class.new` or `layer/Name.Class.method` names.
    pub fn find(&self, spec: &Spec, call: &str) -> Option<Callee> {
        let (module, name) = spec.locate(call)?;
        self.own(module, name)
    }

    fn own(&self, module: usize, name: &str) -> Option<Callee> {
        let callee = self.world.callee(module, Place::Outside, name).ok()?;
        let own = match callee {
            Callee::Function(own, _)
            | Callee::EffectFunction(own, _)
            | Callee::Constructor(own, _)
            | Callee::Method(own, ..) => own,
        };
        (own == module).then_some(callee)
    }

    /// Number of arguments a callee takes.
    pub fn arity(&self, callee: Callee) -> usize {
        self.world.arity(callee)
    }

    /// Calls it; none for a wrong number of arguments.
    ///
    /// # Errors
    /// [`Exhausted`].
    pub fn call(&self, callee: Callee, args: Vec<Val>) -> Result<Answer, Exhausted> {
        if args.len() != self.arity(callee) {
            return Ok(Answer::of(Val::None));
        }
        Machine::new(self, self.limits).call(callee, args)
    }

    /// Calls what `name` stands for in a module, as a person asked for it.
    fn outermost(&self, module: usize, name: &str, args: &[Val]) -> Result<Answer, Exhausted> {
        let Some(callee) = self.own(module, name) else {
            let near = closest(name, self.world.own_names(module));
            let help = near.map_or("a class's are `Class.new` and `Class.method`".to_owned(), |near| {
                format!("did you mean `{near}`?")
            });
            let message = format!("there is no function `{}`, so the answer is none", shown(name));
            let place = Origin::none().at_json("$.call");
            return Ok(Answer::none(Diagnostic::warning(CALL_UNKNOWN, message).at(place).help(help)));
        };
        let arity = self.arity(callee);
        if args.len() != arity {
            let message = format!(
                "`{name}` takes {arity} argument{}, not {}, so the answer is none",
                if arity == 1 { "" } else { "s" },
                args.len()
            );
            let warning = Diagnostic::warning(ARITY, message).at(Origin::none().at_json("$.call"));
            return Ok(Answer::none(warning.help("give it as many as it takes")));
        }
        self.call(callee, args.to_vec())
    }

    /// The value of a constant, by `layer/Name.NAME`.
    pub fn constant(&self, spec: &Spec, path: &str) -> Option<&Val> {
        let (module, name) = spec.locate(path)?;
        let (own, at) = self.world.constant(module, Place::Outside, name)?;
        (own == module).then(|| &self.constants[own][at])
    }
}

/// Indices of the modules, every one after those it imports.
pub fn import_order(spec: &Spec) -> Vec<usize> {
    let mut order = Vec::with_capacity(spec.modules.len());
    let mut placed = vec![false; spec.modules.len()];
    let mut open: Vec<(usize, bool)> = (0..spec.modules.len()).rev().map(|at| (at, false)).collect();
    while let Some((at, ready)) = open.pop() {
        if placed[at] {
            continue;
        }
        if ready {
            placed[at] = true;
            order.push(at);
        } else {
            open.push((at, true));
            open.extend(
                spec.modules[at]
                    .uses
                    .iter()
                    .filter(|import| !placed[import.module])
                    .map(|import| (import.module, false)),
            );
        }
    }
    order
}

/// Runs a program, against `spec` where it names a module of it or brings one that imports from it.
///
/// # Errors
/// `LIMIT_STEPS`, `LIMIT_SIZE`, `UNKNOWN_NODE` for a module that the spec has not, `IMPORT_UNKNOWN` and `IMPORT_NOT_EXPORTED` for imports
/// of the program's own module, and what has no meaning at all: `EFFECT_UNKNOWN`, `EFFECT_PAYLOAD`, `CALL_EFFECT`.
pub fn run(program: &Program, spec: Option<&Spec>, limits: Limits) -> Result<Answer, Report> {
    let uses = program.module.as_ref().map_or(Ok(Vec::new()), |decl| link_program(decl, spec))?;
    let order = |spec: Option<&Spec>| spec.map(import_order).unwrap_or_default();
    let (world, order, module, call) = match (&program.module, spec_module(program, spec)?) {
        (Some(decl), _) => {
            // Without imports nothing of the spec can be reached, and its constants need not be computed.
            let spec = spec.filter(|_| !uses.is_empty());
            let world = World::beside(spec, decl, &uses);
            let own = world.len() - 1;
            let mut order = order(spec);
            order.push(own);
            (world, order, Some(own), None)
        }
        (None, Some((spec, module, call))) => (World::of_spec(spec), order(Some(spec)), Some(module), Some(call)),
        (None, None) => (World::empty(), Vec::new(), None, None),
    };
    crate::check::refuse_program(program, &world, module).map_err(|refused| Report::from(*refused))?;
    let exhausted = |exhausted: Exhausted| Report::from(Diagnostic::from(exhausted));
    let evaluator = Evaluator::of_world(world, &order, limits).map_err(exhausted)?;
    let module = module.unwrap_or(0);
    let mut machine = Machine::new(&evaluator, limits);
    let env = || program.env.iter().map(|(name, value)| (name.as_ref(), value.clone())).collect();
    let ast: &Ast = &program.ast;
    let answer = match &program.task {
        Task::Expr(expr) => machine.expr(module, Place::Outside, ast, env(), *expr).map(Answer::of),
        Task::Stmt(stmt) => machine.stmt(module, ast, env(), *stmt),
        Task::Call(name, args) => evaluator.outermost(module, call.as_deref().unwrap_or(name), args),
    };
    answer.map_err(exhausted)
}

/// What the imports of a program's own module stand for in the spec.
fn link_program(decl: &ModuleDecl, spec: Option<&Spec>) -> Result<Vec<Use>, Report> {
    let mut report = Report::new();
    let sources = spec.map(Sources::of_spec).unwrap_or_default();
    let importer = Importer { layer: None, name: &decl.name, decl };
    let uses = sources.link(importer, &mut Findings::new(None, &mut report, &mut Speller::default()));
    report.into_result(uses)
}

type InSpec<'s> = (&'s Spec, usize, Name);

/// Where a program stands in the spec: by its `module`, or by a call of the form `layer/Name.fn`.
fn spec_module<'s>(program: &Program, spec: Option<&'s Spec>) -> Result<Option<InSpec<'s>>, Report> {
    let called = match &program.task {
        Task::Call(name, _) => Some(name),
        _ => None,
    };
    let (path, call, place) = match (&program.module_path, called) {
        (Some(path), called) => (path.as_ref(), called.cloned().unwrap_or_else(|| path.clone()), "$.module"),
        (None, Some(name)) => match name.split_once('.') {
            Some((path, call)) if path.contains('/') => (path, Name::from(call), "$.call"),
            _ => return Ok(None),
        },
        (None, None) => return Ok(None),
    };
    if let Some((spec, at)) = spec.and_then(|spec| Some((spec, spec.index_of(path)?))) {
        return Ok(Some((spec, at, call)));
    }
    let known = spec.into_iter().flat_map(|spec| &spec.modules).map(|module| module.path.as_str());
    let near = closest(path, known);
    let help = near.map_or("write it as `layer/Name`".to_owned(), |near| format!("did you mean `{near}`?"));
    let message = format!("the spec has no module `{}`", shown(path));
    let refused = Diagnostic::error(crate::image::UNKNOWN_NODE, message);
    Err(Report::from(refused.at(Origin::none().at_json(place)).help(help)))
}
