//! Owned syntax trees: what the generator builds and the shrinker cuts. Depth is bounded by the checker (256), so these may recurse.

mod children;
mod read;
mod size;
mod write;

use etymon_kernel_rt::{List, Nat, Op, Prim, Record, Val};
use etymon_spec::Layer;
use etymon_spec::ast::Name;

pub use size::{expr_size, literal_size, stmt_size, value_size};

/// A literal as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// Natural number.
    Nat(Nat),
    /// Truth value.
    Bool(bool),
    /// Text.
    Str(Name),
    /// Octets.
    Bytes(Vec<u8>),
    /// List.
    List(Vec<Literal>),
    /// Fields in writing order.
    Record(Vec<(Name, Literal)>),
    /// Absence.
    None,
}

/// A fold.
#[derive(Clone, Debug, PartialEq)]
pub struct Fold {
    /// The list.
    pub list: Tree,
    /// First accumulator.
    pub init: Tree,
    /// Accumulator's name.
    pub acc: Name,
    /// Element's name.
    pub elem: Name,
    /// Next accumulator.
    pub body: Tree,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// Variable.
    Var(Name),
    /// Literal.
    Lit(Literal),
    /// Lambda; not portable.
    Lam(Name, Box<Tree>),
    /// Application; not portable.
    App(Box<Tree>, Box<Tree>),
    /// Binding.
    LetE(Name, Box<Tree>, Box<Tree>),
    /// Condition, then, else.
    IfE(Box<[Tree; 3]>),
    /// Record.
    Record(Vec<(Name, Tree)>),
    /// Field.
    Get(Box<Tree>, Name),
    /// Update.
    Set(Box<Tree>, Name, Box<Tree>),
    /// List.
    List(Vec<Tree>),
    /// Fold.
    Fold(Box<Fold>),
    /// Scrutinee, cases, default.
    Dispatch(Box<Tree>, Vec<(Name, Tree)>, Box<Tree>),
    /// Operation.
    Op(Op, Vec<Tree>),
    /// Primitive.
    Prim(Prim, Vec<Tree>),
    /// Call.
    Call(Name, Vec<Tree>),
    /// Verbatim code; not portable.
    RawExpr(Name),
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Return, or fall through on the literal none.
    Ret(Tree),
    /// Effect type, payload, rest.
    Emit(Name, Vec<(Name, Tree)>, Box<Action>),
    /// Binding.
    LetS(Name, Tree, Box<Action>),
    /// Condition, then, else.
    IfS(Tree, Box<[Action; 2]>),
    /// Scrutinee, cases, default.
    Dispatch(Tree, Vec<(Name, Action)>, Box<Action>),
    /// Collection, element, body and rest.
    ForIn(Tree, Name, Box<[Action; 2]>),
    /// One after the other.
    Seq(Box<[Action; 2]>),
}

/// A pure function.
#[derive(Clone, Debug, PartialEq)]
pub struct Func {
    /// Name.
    pub name: Name,
    /// Parameters.
    pub params: Vec<Name>,
    /// Whether it can be called from outside.
    pub export: bool,
    /// Body.
    pub body: Tree,
}

/// An effect function or a method.
#[derive(Clone, Debug, PartialEq)]
pub struct Procedure {
    /// Name.
    pub name: Name,
    /// Parameters, of a method without `this`.
    pub params: Vec<Name>,
    /// Whether it can be called from outside; of methods always.
    pub export: bool,
    /// Body.
    pub body: Action,
}

/// A class.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Name.
    pub name: Name,
    /// Whether it can be called from outside.
    pub export: bool,
    /// Parameters of the constructor.
    pub params: Vec<Name>,
    /// Body of the constructor.
    pub constructor: Action,
    /// Methods.
    pub methods: Vec<Procedure>,
}

/// A module.
#[derive(Clone, Debug, PartialEq)]
pub struct ModuleTree {
    /// Layer.
    pub layer: Layer,
    /// Name.
    pub name: Name,
    /// Imported names and their sources.
    pub imports: Vec<(Vec<Name>, Name)>,
    /// Constants.
    pub constants: Vec<(Name, Tree)>,
    /// Pure functions.
    pub functions: Vec<Func>,
    /// Effect functions.
    pub effect_functions: Vec<Procedure>,
    /// Classes.
    pub classes: Vec<Class>,
}

impl ModuleTree {
    /// A module with nothing in it.
    pub fn new(layer: Layer, name: &str) -> ModuleTree {
        ModuleTree {
            layer,
            name: Name::from(name),
            imports: Vec::new(),
            constants: Vec::new(),
            functions: Vec::new(),
            effect_functions: Vec::new(),
            classes: Vec::new(),
        }
    }

    /// `layer/Name`.
    pub fn path(&self) -> String {
        format!("{}/{}", self.layer, self.name)
    }
}

impl Literal {
    /// The value it denotes.
    pub fn value(&self) -> Val {
        match self {
            Literal::Nat(nat) => Val::Nat(nat.clone()),
            Literal::Bool(truth) => Val::Bool(*truth),
            Literal::Str(text) => Val::Str(text.clone()),
            Literal::Bytes(bytes) => Val::Bytes(bytes.as_slice().into()),
            Literal::List(items) => Val::List(List::new(items.iter().map(Literal::value).collect())),
            Literal::Record(fields) => {
                Val::Record(Record::new(fields.iter().map(|(key, item)| (key.clone(), item.value())).collect()))
            }
            Literal::None => Val::None,
        }
    }

    /// A value as a literal.
    pub fn of(value: &Val) -> Literal {
        match value {
            Val::Nat(nat) => Literal::Nat(nat.clone()),
            Val::Bool(truth) => Literal::Bool(*truth),
            Val::Str(text) => Literal::Str(text.clone()),
            Val::Bytes(bytes) => Literal::Bytes(bytes.to_vec()),
            Val::List(list) => Literal::List(list.items().iter().map(Literal::of).collect()),
            Val::Record(record) => {
                Literal::Record(record.fields().iter().map(|(key, item)| (key.clone(), Literal::of(item))).collect())
            }
            Val::None => Literal::None,
        }
    }
}

/// Short writings for trees, as vectors and generator use them.
pub mod sugar {
    use super::{Fold, Literal, Tree};
    use etymon_kernel_rt::{Nat, Op, Prim};
    use etymon_spec::ast::Name;

    /// A variable.
    pub fn var(name: &str) -> Tree {
        Tree::Var(Name::from(name))
    }

    /// A natural.
    pub fn nat(small: u64) -> Tree {
        Tree::Lit(Literal::Nat(Nat::from(small)))
    }

    /// A text.
    pub fn text(text: &str) -> Tree {
        Tree::Lit(Literal::Str(Name::from(text)))
    }

    /// A truth value.
    pub fn bool(truth: bool) -> Tree {
        Tree::Lit(Literal::Bool(truth))
    }

    /// The literal none.
    pub fn none() -> Tree {
        Tree::Lit(Literal::None)
    }

    /// `let name = value in body`.
    pub fn let_in(name: &str, value: Tree, body: Tree) -> Tree {
        Tree::LetE(Name::from(name), Box::new(value), Box::new(body))
    }

    /// A condition.
    pub fn cond(cond: Tree, then: Tree, other: Tree) -> Tree {
        Tree::IfE(Box::new([cond, then, other]))
    }

    /// A record.
    pub fn record<const N: usize>(fields: [(&str, Tree); N]) -> Tree {
        Tree::Record(fields.into_iter().map(|(key, value)| (Name::from(key), value)).collect())
    }

    /// A field.
    pub fn get(object: Tree, key: &str) -> Tree {
        Tree::Get(Box::new(object), Name::from(key))
    }

    /// An update.
    pub fn set(object: Tree, key: &str, value: Tree) -> Tree {
        Tree::Set(Box::new(object), Name::from(key), Box::new(value))
    }

    /// A list.
    pub fn list<const N: usize>(items: [Tree; N]) -> Tree {
        Tree::List(items.into())
    }

    /// A fold.
    pub fn fold(list: Tree, init: Tree, acc: &str, elem: &str, body: Tree) -> Tree {
        Tree::Fold(Box::new(Fold { list, init, acc: Name::from(acc), elem: Name::from(elem), body }))
    }

    /// A tag dispatch.
    pub fn dispatch<const N: usize>(scrutinee: Tree, cases: [(&str, Tree); N], default: Tree) -> Tree {
        let cases = cases.into_iter().map(|(key, value)| (Name::from(key), value)).collect();
        Tree::Dispatch(Box::new(scrutinee), cases, Box::new(default))
    }

    /// An operation.
    pub fn op<const N: usize>(op: Op, args: [Tree; N]) -> Tree {
        Tree::Op(op, args.into())
    }

    /// A primitive.
    pub fn prim<const N: usize>(prim: Prim, args: [Tree; N]) -> Tree {
        Tree::Prim(prim, args.into())
    }

    /// A call.
    pub fn call<const N: usize>(name: &str, args: [Tree; N]) -> Tree {
        Tree::Call(Name::from(name), args.into())
    }
}
