//! Lowering: one node of the language as text of a target language.

use crate::names::Scope;
use crate::writer::Writer;
use etymon_diagnostics::Diagnostic;
use etymon_spec::ast::{Ast, ClassDecl, EffectFuncDecl, ExprId, FuncDecl, ModuleDecl, Name, Node, StmtId};
use etymon_spec::{Module, Spec};
use module::Visible;
use reference::undefined;
use std::mem;
use strict::Declarations;
use work::{Step, Work, run};

pub(crate) mod lean;
mod module;
mod reference;
mod strict;
mod work;

pub use reference::NO_LOWERING;

/// How faithful the text is, and to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// The tables of the language reference, character for character.
    Reference,
    /// What artifacts ship in: agrees with evaluation on every input.
    Strict,
}

impl Profile {
    /// Both profiles.
    pub const ALL: [Profile; 2] = [Profile::Reference, Profile::Strict];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Profile::Reference => "reference",
            Profile::Strict => "strict",
        }
    }
}

/// A language that nodes are lowered to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// JavaScript, ES modules.
    Js,
    /// Rust, edition 2024.
    Rust,
}

impl Language {
    /// Both languages.
    pub const ALL: [Language; 2] = [Language::Js, Language::Rust];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Language::Js => "js",
            Language::Rust => "rust",
        }
    }
}

/// The text of `node`, without a final newline.
///
/// A declaration given by itself is read as the only one of its module. Imports of a module cannot be looked up here and mean nothing; the strict
/// profile prints the declarations only.
///
/// # Errors
/// `NO_LOWERING` where the reference defines no text, `NOT_PORTABLE` for what the strict profile refuses,
/// `LIMIT_DEPTH` and `LIMIT_SIZE` for statements nested over [`crate::writer::MAX_LEVEL`] levels and texts over [`crate::writer::MAX_TEXT`] bytes.
pub fn lower(node: &Node, profile: Profile, to: Language) -> Result<String, Diagnostic> {
    match (profile, to) {
        (Profile::Reference, Language::Js) => reference_js(node),
        (Profile::Reference, Language::Rust) => reference_rust(node),
        (Profile::Strict, Language::Js) => strict_node(node, strict::js::Js::new),
        (Profile::Strict, Language::Rust) => strict_node(node, strict::rust::Rust::new),
    }
}

/// One declaration of a module, or one expression of it, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// What it is called (docs/lowering.md, "Comparing").
    pub name: String,
    /// Its text, without a final newline.
    pub text: String,
}

/// The texts of a module that two implementations compare: of every declaration in order, in reference Rust of every expression.
///
/// # Errors
/// As [`lower`], with the declaration named in a note.
pub fn declarations(
    spec: &Spec,
    module: &Module,
    profile: Profile,
    to: Language,
) -> Result<Vec<Declaration>, Diagnostic> {
    let visible = Visible::of(spec, module);
    match (profile, to) {
        (Profile::Strict, Language::Js) => apart(&module.decl, &mut strict::js::Js::new(visible)),
        (Profile::Strict, Language::Rust) => apart(&module.decl, &mut strict::rust::Rust::new(visible)),
        (Profile::Reference, Language::Js) => reference::declarations::js(&module.decl),
        (Profile::Reference, Language::Rust) => reference::declarations::rust(&module.decl),
    }
}

/// Appends the strict text of a module's declarations to `out`.
pub(crate) fn append(spec: &Spec, module: &Module, to: Language, out: Writer) -> Result<Writer, Diagnostic> {
    let visible = Visible::of(spec, module);
    match to {
        Language::Js => together(&module.decl, &mut strict::js::Js::new(visible), out),
        Language::Rust => together(&module.decl, &mut strict::rust::Rust::new(visible), out),
    }
}

/// Prints parameter lists as the strict texts of a module do.
pub(crate) struct Parameters<'a> {
    work: Work<'a>,
}

impl<'a> Parameters<'a> {
    pub fn of(spec: &'a Spec, module: &'a Module) -> Parameters<'a> {
        Parameters { work: strict::work(&module.decl.ast, Writer::new(), &Visible::of(spec, module)) }
    }

    /// The list, with `suffix` after every name.
    pub fn list(&mut self, this: bool, names: &'a [Name], suffix: &str) -> String {
        let bound = strict::parameters(&mut self.work, this, names, suffix);
        (0..bound).for_each(|_| self.work.scope.pop());
        mem::take(&mut self.work.out).finish()
    }
}

/// A declaration of any kind.
#[derive(Clone, Copy)]
enum Any<'a> {
    Constant(&'a Name, ExprId),
    Function(&'a FuncDecl),
    EffectFunction(&'a EffectFuncDecl),
    Class(&'a ClassDecl),
}

impl<'a> Any<'a> {
    fn all(module: &'a ModuleDecl) -> impl Iterator<Item = Any<'a>> {
        let constants = module.constants.iter().map(|(name, value)| Any::Constant(name, *value));
        let functions = module.functions.iter().map(Any::Function);
        let effect_functions = module.effect_functions.iter().map(Any::EffectFunction);
        constants.chain(functions).chain(effect_functions).chain(module.classes.iter().map(Any::Class))
    }

    fn name(self) -> &'a Name {
        match self {
            Any::Constant(name, _) => name,
            Any::Function(own) => &own.name,
            Any::EffectFunction(own) => &own.name,
            Any::Class(own) => &own.name,
        }
    }

    /// Prints it, and makes it visible to what follows.
    fn print(self, printer: &mut impl Declarations<'a>, work: &mut Work<'a>) -> Result<(), Diagnostic> {
        work.out.begin();
        let printed = match self {
            Any::Constant(name, value) => printer.constant(work, name, value),
            Any::Function(own) => printer.function(work, own),
            Any::EffectFunction(own) => printer.effect_function(work, own),
            Any::Class(own) => printer.class(work, own),
        };
        printed.map_err(|refused| inside(self.name(), refused))?;
        match self {
            Any::Constant(name, _) => printer.visible().add_constant(name),
            Any::Function(own) => printer.visible().add_function(&own.name, own.params.len()),
            // A class adds its own members as it prints them.
            Any::EffectFunction(_) | Any::Class(_) => {}
        }
        Ok(())
    }
}

/// A refusal with the declaration it is in.
fn inside(name: &str, refused: Diagnostic) -> Diagnostic {
    refused.note(format!("in the declaration of `{name}`"))
}

fn apart<'a>(module: &'a ModuleDecl, printer: &mut impl Declarations<'a>) -> Result<Vec<Declaration>, Diagnostic> {
    let mut work = strict::work(&module.ast, Writer::new(), printer.visible());
    let print = |own: Any<'a>| {
        own.print(printer, &mut work)?;
        Ok(Declaration { name: own.name().to_string(), text: mem::take(&mut work.out).finish() })
    };
    Any::all(module).map(print).collect()
}

/// Constants take one line each; everything else stands after a blank line.
fn together<'a>(
    module: &'a ModuleDecl,
    printer: &mut impl Declarations<'a>,
    out: Writer,
) -> Result<Writer, Diagnostic> {
    let mut work = strict::work(&module.ast, out, printer.visible());
    let mut before = None;
    for own in Any::all(module) {
        work.text(match (before, own) {
            (None, _) => "",
            (Some(Any::Constant(..)), Any::Constant(..)) => "\n",
            _ => "\n\n",
        });
        own.print(printer, &mut work)?;
        before = Some(own);
    }
    Ok(work.out)
}

fn strict_node<'a, P: Declarations<'a>>(node: &'a Node, new: impl Fn(Visible<'a>) -> P) -> Result<String, Diagnostic> {
    let alone = |ast: &'a Ast, visible: Visible<'a>| (strict::work(ast, Writer::new(), &visible), new(visible));
    let (mut work, mut printer) = match node {
        Node::Expr(ast, id) => return strict_bare(new(Visible::default()), ast, Ok(*id)),
        Node::Stmt(ast, id) => return strict_bare(new(Visible::default()), ast, Err(*id)),
        Node::Module(own) => return Ok(together(own, &mut new(Visible::alone(own)), Writer::new())?.finish()),
        Node::Func(ast, own) => alone(ast, Visible::only(&own.name)),
        Node::EffectFunc(ast, own) => alone(ast, Visible::only(&own.name)),
        Node::Class(ast, own) => alone(ast, Visible::only(&own.name)),
        Node::Method(ast, _) => alone(ast, Visible::default()),
    };
    match node {
        Node::Func(_, own) => printer.function(&mut work, own)?,
        Node::EffectFunc(_, own) => printer.effect_function(&mut work, own)?,
        Node::Class(_, own) => printer.class(&mut work, own)?,
        Node::Method(_, own) => printer.method(&mut work, own)?,
        Node::Expr(..) | Node::Stmt(..) | Node::Module(_) => {}
    }
    Ok(work.out.finish())
}

/// An expression or statement with its free names in scope.
fn strict_bare<'a>(
    mut printer: impl Declarations<'a>,
    ast: &'a Ast,
    root: Result<ExprId, StmtId>,
) -> Result<String, Diagnostic> {
    let mut work = strict::work(ast, Writer::new(), &Visible::default());
    for name in strict::free::free(ast, root) {
        let target = work.scope.fresh(name);
        work.scope.push(name, target);
    }
    run(&mut printer, &mut work, root.map_or_else(Step::Stmt, Step::Expr))?;
    Ok(work.out.finish())
}

/// Prints onto a work list.
type Print<'p> = dyn Fn(&mut Work<'_>) -> Result<(), Diagnostic> + 'p;

fn reference_js(node: &Node) -> Result<String, Diagnostic> {
    use reference::js;
    let (ast, print): (&Ast, &Print<'_>) = match node {
        Node::Expr(ast, id) => (ast, &|work| run(&mut js::Js, work, Step::Expr(*id))),
        Node::Stmt(ast, id) => (ast, &|work| run(&mut js::Js, work, Step::Stmt(*id))),
        Node::Func(ast, own) => (ast, &|work| js::function(work, &own.into())),
        Node::EffectFunc(ast, own) => (ast, &|work| js::function(work, &own.into())),
        Node::Method(ast, own) => (ast, &|work| js::method(work, own)),
        Node::Class(ast, own) => (ast, &|work| js::class(work, own)),
        Node::Module(own) => return js::module(own),
    };
    let mut work = Work::new(ast, Writer::new(), Scope::default());
    print(&mut work)?;
    Ok(work.out.finish())
}

fn reference_rust(node: &Node) -> Result<String, Diagnostic> {
    let (ast, step) = match node {
        Node::Expr(ast, id) => (ast, Step::Expr(*id)),
        Node::Stmt(ast, id) => (ast, Step::Stmt(*id)),
        Node::Func(..) => return Err(undefined("a function in Rust")),
        Node::EffectFunc(..) => return Err(undefined("an effect function in Rust")),
        Node::Method(..) => return Err(undefined("a method in Rust")),
        Node::Class(..) => return Err(undefined("a class in Rust")),
        Node::Module(_) => return Err(undefined("a module in Rust")),
    };
    let mut work = Work::new(ast, Writer::new(), Scope::default());
    run(&mut reference::rust::Rust, &mut work, step)?;
    Ok(work.out.finish())
}
