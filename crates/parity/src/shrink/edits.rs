//! One change in one place of a tree, never making it larger.

use crate::tree::{Action, Literal, Tree};
use etymon_kernel_rt::Nat;
use etymon_spec::ast::Name;

/// Weight of one node; what is inside a literal weighs less than any node.
const NODE: usize = 256;

fn clip(extent: usize) -> usize {
    extent.min(NODE - 2)
}

/// Weight of a literal.
pub(super) fn literal_weight(literal: &Literal) -> usize {
    NODE + match literal {
        Literal::None => 0,
        Literal::Bool(truth) => 1 + usize::from(*truth),
        Literal::Nat(nat) => match nat {
            Nat::Small(small) if *small < 16 => 1 + *small as usize,
            _ => clip(14 + nat.bits() as usize / 8),
        },
        Literal::Str(text) => clip(1 + 2 * text.chars().count() + text.chars().filter(|c| *c != 'a').count()),
        Literal::Bytes(bytes) => clip(1 + bytes.len() + bytes.iter().filter(|byte| **byte != 0).count()),
        Literal::List(items) => 1 + items.iter().map(literal_weight).sum::<usize>(),
        Literal::Record(fields) => 1 + fields.iter().map(|(_, item)| literal_weight(item)).sum::<usize>(),
    }
}

/// Weight of an expression.
pub(super) fn expr_weight(tree: &mut Tree) -> usize {
    match tree {
        Tree::Lit(literal) => literal_weight(literal),
        _ => NODE + 20 + tree.children_mut().into_iter().map(expr_weight).sum::<usize>(),
    }
}

/// Weight of a statement.
pub(super) fn stmt_weight(action: &mut Action) -> usize {
    let (exprs, stmts) = action.children_mut();
    let exprs: usize = exprs.into_iter().map(expr_weight).sum();
    NODE + 20 + exprs + stmts.into_iter().map(stmt_weight).sum::<usize>()
}

/// `items` with one left out, each in turn.
fn without<T: Clone>(items: &[T]) -> impl Iterator<Item = Vec<T>> {
    (0..items.len()).map(|at| {
        let mut rest = items.to_vec();
        rest.remove(at);
        rest
    })
}

fn texts(text: &str) -> Vec<Literal> {
    let chars: Vec<char> = text.chars().collect();
    let mut all = vec![String::new(), "a".to_owned()];
    all.push(chars[..chars.len() / 2].iter().collect());
    all.push(chars[chars.len() / 2..].iter().collect());
    all.extend(without(&chars).take(12).map(|rest| rest.into_iter().collect::<String>()));
    all.into_iter().map(|text| Literal::Str(Name::from(text))).collect()
}

/// Simpler literals.
pub(super) fn literals(literal: &Literal) -> Vec<Literal> {
    let mut all = vec![Literal::None];
    match literal {
        Literal::None => all.clear(),
        Literal::Bool(truth) => all.extend(truth.then_some(Literal::Bool(false))),
        Literal::Nat(nat) => {
            let shorter = [1, 8, 32].map(|bits| nat.shr(&Nat::from(bits)));
            all.extend([Nat::ZERO, Nat::from(1), Nat::from(2)].into_iter().chain(shorter).map(Literal::Nat));
            all.push(Literal::Nat(nat.sub(&Nat::from(1))));
        }
        Literal::Str(text) => all.extend(texts(text)),
        Literal::Bytes(bytes) => {
            all.push(Literal::Bytes(Vec::new()));
            all.push(Literal::Bytes(vec![0; bytes.len()]));
            all.push(Literal::Bytes(bytes[..bytes.len() / 2].to_vec()));
            all.extend(without(bytes).take(4).map(Literal::Bytes));
        }
        Literal::List(items) => {
            all.extend(items.iter().cloned());
            all.extend(without(items).map(Literal::List));
            for (at, item) in items.iter().enumerate() {
                all.extend(literals(item).into_iter().map(|own| {
                    let mut items = items.clone();
                    items[at] = own;
                    Literal::List(items)
                }));
            }
        }
        Literal::Record(fields) => {
            all.extend(fields.iter().map(|(_, item)| item.clone()));
            all.extend(without(fields).map(Literal::Record));
            for (at, (_, item)) in fields.iter().enumerate() {
                all.extend(literals(item).into_iter().map(|own| {
                    let mut fields = fields.clone();
                    fields[at].1 = own;
                    Literal::Record(fields)
                }));
            }
        }
    }
    all
}

/// Every expression that one cut makes of `tree`.
pub(super) fn exprs(tree: &Tree) -> Vec<Tree> {
    if let Tree::Lit(literal) = tree {
        return literals(literal).into_iter().map(Tree::Lit).collect();
    }
    let mut all = vec![Tree::Lit(Literal::None), Tree::Lit(Literal::Nat(Nat::ZERO)), Tree::Lit(Literal::Bool(true))];
    let mut own = tree.clone();
    let children: Vec<Tree> = own.children_mut().into_iter().map(|child| child.clone()).collect();
    all.extend(children.iter().cloned());
    match tree {
        Tree::Record(fields) => all.extend(without(fields).map(Tree::Record)),
        Tree::List(items) => all.extend(without(items).map(Tree::List)),
        Tree::Dispatch(scrutinee, cases, default) => {
            all.extend(without(cases).map(|cases| Tree::Dispatch(scrutinee.clone(), cases, default.clone())));
        }
        _ => {}
    }
    for (at, child) in children.iter().enumerate() {
        all.extend(exprs(child).into_iter().map(|cut| {
            let mut tree = tree.clone();
            if let Some(place) = tree.children_mut().into_iter().nth(at) {
                *place = cut;
            }
            tree
        }));
    }
    all
}

/// Every statement that one cut makes of `action`.
pub(super) fn stmts(action: &Action) -> Vec<Action> {
    let mut all = vec![Action::Ret(Tree::Lit(Literal::None))];
    let mut own = action.clone();
    let (values, steps) = own.children_mut();
    let values: Vec<Tree> = values.into_iter().map(|child| child.clone()).collect();
    let steps: Vec<Action> = steps.into_iter().map(|child| child.clone()).collect();
    all.extend(values.iter().cloned().map(Action::Ret));
    all.extend(steps.iter().cloned());
    if let Action::Dispatch(scrutinee, cases, default) = action {
        all.extend(without(cases).map(|cases| Action::Dispatch(scrutinee.clone(), cases, default.clone())));
    }
    for (at, value) in values.iter().enumerate() {
        all.extend(exprs(value).into_iter().map(|cut| {
            let mut action = action.clone();
            if let Some(place) = action.children_mut().0.into_iter().nth(at) {
                *place = cut;
            }
            action
        }));
    }
    for (at, step) in steps.iter().enumerate() {
        all.extend(stmts(step).into_iter().map(|cut| {
            let mut action = action.clone();
            if let Some(place) = action.children_mut().1.into_iter().nth(at) {
                *place = cut;
            }
            action
        }));
    }
    all
}
