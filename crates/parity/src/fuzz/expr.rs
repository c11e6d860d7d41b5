//! Random expressions of a wished type. A share of them is ill-typed on purpose: every input has a meaning.

use super::names::{KEYS, LOCALS};
use super::types::Type;
use crate::rng::Rng;
use crate::tree::{Fold, Literal, Tree};
use etymon_kernel_rt::{Nat, Op, Prim};
use etymon_spec::ast::Name;

/// A callable thing: name in a call, parameter types, result type.
#[derive(Clone, Debug)]
pub(super) struct Callable {
    pub name: Name,
    pub params: Vec<Type>,
    pub result: Type,
}

/// What can be named where an expression stands.
pub(super) struct Scope<'r> {
    pub rng: &'r mut Rng,
    /// Percent of positions at which the type is ignored.
    pub wild: usize,
    /// Variables and constants in sight, innermost last.
    pub vars: Vec<(Name, Type)>,
    /// Functions that may be called here.
    pub calls: Vec<Callable>,
}

const NAT_OPS: [Op; 11] =
    [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Mod, Op::Band, Op::Bor, Op::Bxor, Op::Bnot, Op::Shl, Op::Shr];

impl Scope<'_> {
    /// A name for a binder: a new one, or one that is taken already.
    pub fn binder(&mut self) -> Name {
        if !self.vars.is_empty() && self.rng.chance(25) {
            return self.rng.pick(&self.vars).0.clone();
        }
        Name::from(*self.rng.pick(&LOCALS))
    }

    fn key(&mut self) -> Name {
        Name::from(*self.rng.pick(&KEYS))
    }

    fn boxed(&mut self, wanted: &Type, fuel: usize) -> Box<Tree> {
        Box::new(self.expr(wanted, fuel))
    }

    fn any(&mut self) -> Type {
        Type::random(self.rng, 1)
    }

    /// An expression of about `fuel` nodes.
    pub fn expr(&mut self, wanted: &Type, fuel: usize) -> Tree {
        let other = if self.rng.chance(self.wild) { Some(self.any()) } else { None };
        let wanted = other.as_ref().unwrap_or(wanted);
        if fuel <= 1 {
            return self.leaf(wanted);
        }
        let rest = fuel - 1;
        // Any primitive, on what most of them refuse.
        if self.rng.chance(1) {
            let prim = *self.rng.pick(&Prim::ALL);
            return self.prim(prim, &vec![&Type::Bytes; prim.arity()], rest);
        }
        match self.rng.below(20) {
            0 | 1 => self.leaf(wanted),
            2 | 3 => self.binding(wanted, rest),
            4 => self.branch(wanted, rest),
            5 => self.tags(wanted, rest),
            6 | 7 => self.fold(wanted, rest),
            8 => self.field(wanted, rest),
            9 | 10 => self.call(wanted, rest),
            _ => self.own(wanted, rest),
        }
    }

    fn leaf(&mut self, wanted: &Type) -> Tree {
        let fitting: Vec<Name> =
            self.vars.iter().filter(|(_, own)| own == wanted).map(|(name, _)| name.clone()).collect();
        if !fitting.is_empty() && self.rng.chance(75) {
            return Tree::Var(self.rng.pick(&fitting).clone());
        }
        if self.rng.chance(4) {
            return Tree::Var(Name::from(*self.rng.pick(&LOCALS)));
        }
        Tree::Lit(wanted.literal(self.rng))
    }

    fn within(&mut self, bound: &[(Name, Type)], wanted: &Type, fuel: usize) -> Tree {
        let outer = self.vars.len();
        self.vars.extend_from_slice(bound);
        let tree = self.expr(wanted, fuel);
        self.vars.truncate(outer);
        tree
    }

    fn binding(&mut self, wanted: &Type, fuel: usize) -> Tree {
        let own = self.any();
        let value = self.boxed(&own, fuel / 3);
        let name = self.binder();
        let body = self.within(&[(name.clone(), own)], wanted, fuel - fuel / 3);
        Tree::LetE(name, value, Box::new(body))
    }

    fn branch(&mut self, wanted: &Type, fuel: usize) -> Tree {
        let cond = self.expr(&Type::Bool, fuel / 3);
        let then = self.expr(wanted, fuel / 3);
        let other = self.expr(wanted, fuel / 3);
        Tree::IfE(Box::new([cond, then, other]))
    }

    /// Cases as a dispatch has them: sometimes none, sometimes one twice.
    pub fn tags_of(&mut self) -> Vec<Name> {
        (0..self.rng.below(4)).map(|_| Name::from(*self.rng.pick(&super::names::TEXTS))).collect()
    }

    fn tags(&mut self, wanted: &Type, fuel: usize) -> Tree {
        let scrutinee = self.boxed(&Type::Str, fuel / 4);
        let names = self.tags_of();
        let share = fuel / (names.len() + 2);
        let cases = names.into_iter().map(|key| (key, self.expr(wanted, share))).collect();
        Tree::Dispatch(scrutinee, cases, self.boxed(wanted, share))
    }

    fn fold(&mut self, wanted: &Type, fuel: usize) -> Tree {
        let item = self.any();
        let list = self.expr(&Type::List(Box::new(item.clone())), fuel / 3);
        let init = self.expr(wanted, fuel / 4);
        let (acc, elem) = (self.binder(), self.binder());
        let body = self.within(&[(acc.clone(), wanted.clone()), (elem.clone(), item)], wanted, fuel / 2);
        Tree::Fold(Box::new(Fold { list, init, acc, elem, body }))
    }

    /// Something taken out of a record or list.
    fn field(&mut self, wanted: &Type, fuel: usize) -> Tree {
        if self.rng.chance(40) {
            let list = self.boxed(&Type::List(Box::new(wanted.clone())), fuel);
            let index = *self.rng.pick(&["0", "1", "00", "2", "18446744073709551616", "length", "", "٣"]);
            return Tree::Get(list, Name::from(index));
        }
        let holders: Vec<(Name, Name)> = self.vars.iter().filter_map(|(name, own)| holder(name, own, wanted)).collect();
        if !holders.is_empty() && self.rng.chance(70) {
            let (name, key) = self.rng.pick(&holders).clone();
            return Tree::Get(Box::new(Tree::Var(name)), key);
        }
        let key = self.key();
        let mut object = Type::random(self.rng, 1);
        if let Type::Record(fields) = &mut object {
            fields.retain(|(own, _)| *own != key);
            fields.push((key.clone(), wanted.clone()));
        }
        Tree::Get(self.boxed(&object, fuel), key)
    }

    fn call(&mut self, wanted: &Type, fuel: usize) -> Tree {
        let fitting: Vec<Callable> = self.calls.iter().filter(|own| own.result == *wanted).cloned().collect();
        let chosen = match (fitting.is_empty(), self.calls.is_empty()) {
            (false, _) => self.rng.pick(&fitting).clone(),
            (true, false) if self.rng.chance(30) => {
                let calls = self.calls.clone();
                self.rng.pick(&calls).clone()
            }
            _ => return self.own(wanted, fuel),
        };
        let mut params = chosen.params;
        // A wrong number of arguments is none, in every backend.
        if self.rng.chance(3) {
            params.pop();
        }
        let share = fuel / params.len().max(1);
        Tree::Call(chosen.name, params.iter().map(|own| self.expr(own, share)).collect())
    }

    fn op(&mut self, op: Op, operands: &[&Type], fuel: usize) -> Tree {
        let mut operands = operands[..op.arity().min(operands.len())].to_vec();
        if self.rng.chance(1) {
            operands.pop();
        }
        let share = fuel / operands.len().max(1);
        Tree::Op(op, operands.iter().map(|own| self.expr(own, share)).collect())
    }

    fn prim(&mut self, prim: Prim, operands: &[&Type], fuel: usize) -> Tree {
        let share = fuel / operands.len().max(1);
        Tree::Prim(prim, operands.iter().map(|own| self.expr(own, share)).collect())
    }

    /// A construct that makes this very type.
    fn own(&mut self, wanted: &Type, fuel: usize) -> Tree {
        match wanted {
            Type::Nat => self.natural(fuel),
            Type::Bool => self.truth(fuel),
            Type::Str => self.text(fuel),
            Type::Bytes => self.octets(fuel),
            Type::List(item) => self.list(item, fuel),
            Type::Record(fields) => self.record(wanted, fields, fuel),
            Type::None => match self.rng.below(3) {
                0 => self.op(Op::Div, &[&Type::Nat, &Type::None], fuel),
                1 => {
                    let prim = *self.rng.pick(&Prim::ALL);
                    self.prim(prim, &vec![&Type::Bool; prim.arity()], fuel)
                }
                _ => Tree::Get(self.boxed(&Type::Nat, fuel), Name::from("a")),
            },
        }
    }

    fn natural(&mut self, fuel: usize) -> Tree {
        let own = self.any();
        match self.rng.below(8) {
            0 => self.op(Op::LengthStr, &[&Type::Str], fuel),
            1 => self.op(Op::LengthBytes, &[&Type::Bytes], fuel),
            2 => self.op(Op::LengthList, &[&Type::List(Box::new(own))], fuel),
            3 => self.prim(*self.rng.clone().pick(&[Prim::BigInt, Prim::Number]), &[&Type::Nat], fuel),
            4 => {
                let count = Tree::Lit(Literal::Nat(Nat::from(*self.rng.pick(&[0, 1, 8, 31, 53, 64, 200, 4096, 4097]))));
                let op = *self.rng.pick(&[Op::Shl, Op::Shr]);
                Tree::Op(op, vec![self.expr(&Type::Nat, fuel - 1), count])
            }
            _ => {
                let op = *self.rng.pick(&NAT_OPS);
                self.op(op, &[&Type::Nat, &Type::Nat], fuel)
            }
        }
    }

    fn truth(&mut self, fuel: usize) -> Tree {
        let own = self.any();
        match self.rng.below(7) {
            6 => self.verification(fuel),
            0 | 1 => self.op(Op::Eq, &[&own, &own], fuel),
            2 => self.op(Op::Not, &[&Type::Bool], fuel),
            3 => {
                let op = *self.rng.pick(&[Op::And, Op::Or]);
                self.op(op, &[&Type::Bool, &Type::Bool], fuel)
            }
            _ => {
                let op = *self.rng.pick(&[Op::Lt, Op::Le]);
                self.op(op, &[&Type::Nat, &Type::Nat], fuel)
            }
        }
    }

    fn text(&mut self, fuel: usize) -> Tree {
        let own = self.any();
        match self.rng.below(6) {
            5 => self.protocol_text(fuel),
            0 => self.prim(Prim::BytesToHex, &[&Type::Bytes], fuel),
            1 => self.prim(Prim::JsonStringify, &[&own], fuel),
            _ => self.op(Op::ConcatStr, &[&Type::Str, &Type::Str], fuel),
        }
    }

    fn octets(&mut self, fuel: usize) -> Tree {
        match self.rng.below(12) {
            9.. => self.protocol_octets(fuel),
            0 | 1 => self.prim(Prim::HexToBytes, &[&Type::Str], fuel),
            2 => self.prim(Prim::Sha256, &[&Type::Bytes], fuel),
            3 => self.prim(Prim::Sha256Str, &[&Type::Str], fuel),
            4 => self.prim(Prim::TaggedHash, &[&Type::Str, &Type::Bytes], fuel),
            5 => self.prim(Prim::Sha256Hash, &[&Type::Bytes], fuel),
            _ => {
                let prim = *self.rng.pick(&[Prim::SmtLeafHash, Prim::SmtNodeHash, Prim::CtLeafHash, Prim::CtNodeHash]);
                self.prim(prim, &[&Type::Bytes, &Type::Bytes], fuel)
            }
        }
    }

    fn list(&mut self, item: &Type, fuel: usize) -> Tree {
        if self.rng.chance(35) {
            let own = Type::List(Box::new(item.clone()));
            return self.op(Op::ConcatList, &[&own, &own], fuel);
        }
        let count = self.rng.below(4);
        Tree::List((0..count).map(|_| self.expr(item, fuel / count)).collect())
    }

    fn record(&mut self, wanted: &Type, fields: &[(Name, Type)], fuel: usize) -> Tree {
        if self.rng.chance(35) {
            let object = self.boxed(wanted, fuel / 2);
            let (key, own) = match self.rng.chance(70) {
                true => self.rng.pick(fields).clone(),
                false => (self.key(), self.any()),
            };
            return Tree::Set(object, key, self.boxed(&own, fuel / 2));
        }
        let share = fuel / fields.len().max(1);
        let mut own: Vec<(Name, Tree)> =
            fields.iter().map(|(key, item)| (key.clone(), self.expr(item, share))).collect();
        if self.rng.chance(15) {
            let at = self.rng.below(own.len() + 1);
            let key = self.key();
            let item = self.any();
            own.insert(at, (key, self.expr(&item, 2)));
        }
        Tree::Record(own)
    }
}

fn holder(name: &Name, own: &Type, wanted: &Type) -> Option<(Name, Name)> {
    match own {
        Type::Record(fields) => {
            fields.iter().find(|(_, item)| item == wanted).map(|(key, _)| (name.clone(), key.clone()))
        }
        _ => None,
    }
}
