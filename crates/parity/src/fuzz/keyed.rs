//! Arguments that the primitives of the protocol do not refuse: keys, signatures, hex of fixed length, records with the fields they read.
//! Without them nearly every answer would be none. A few are spoilt on purpose.

use super::expr::Scope;
use super::types::Type;
use crate::tree::{Literal, Tree};
use etymon_kernel_rt::{Nat, Prim, hex_text};
use etymon_spec::ast::Name;

const TYPES: [&str; 4] = ["Manifest", "message", "", "é"];

fn field(name: &str, value: Tree) -> (Name, Tree) {
    (Name::from(name), value)
}

fn text(value: &str) -> Tree {
    Tree::Lit(Literal::Str(Name::from(value)))
}

impl Scope<'_> {
    fn random_octets(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.rng.next() as u8).collect()
    }

    /// Nearly always octets of a private key: what is not one are numbers over the order, which start like this one.
    fn private_key(&mut self) -> Tree {
        let mut key = self.random_octets(32);
        match self.rng.below(20) {
            0 => key[..16].fill(0xff),
            1 => key.fill(0),
            2 => drop(key.pop()),
            _ => {}
        }
        Tree::Lit(Literal::Bytes(key))
    }

    /// Octets of any length; an expression is none often enough.
    fn message(&mut self, fuel: usize) -> Tree {
        if self.rng.chance(40) {
            return self.expr(&Type::Bytes, fuel);
        }
        let length = self.rng.below(70);
        Tree::Lit(Literal::Bytes(self.random_octets(length)))
    }

    fn public_key(&mut self) -> Tree {
        let private = self.private_key();
        Tree::Prim(Prim::DerivePublicKey, vec![private])
    }

    /// An x-only key, or octets that are one every other time.
    fn shared_key(&mut self) -> Tree {
        if self.rng.chance(65) {
            return self.public_key();
        }
        let mut octets = self.random_octets(32);
        if self.rng.chance(60) {
            octets.insert(0, *self.rng.pick(&[2, 3, 2, 3, 4, 5, 0]));
        }
        Tree::Lit(Literal::Bytes(octets))
    }

    fn digest(&mut self, fuel: usize) -> Tree {
        match self.rng.below(10) {
            0 => self.expr(&Type::Bytes, fuel),
            1..=3 => Tree::Prim(Prim::Sha256, vec![self.message(fuel)]),
            _ => Tree::Lit(Literal::Bytes(self.random_octets(32))),
        }
    }

    fn hex(&mut self, octets: usize) -> Tree {
        let mut hex = hex_text(&self.random_octets(octets));
        match self.rng.below(24) {
            0 => hex.make_ascii_uppercase(),
            1 => drop(hex.pop()),
            2 => hex = "g".repeat(2 * octets),
            _ => {}
        }
        text(&hex)
    }

    fn counter(&mut self, fuel: usize) -> Tree {
        if self.rng.chance(50) {
            return self.expr(&Type::Nat, fuel);
        }
        let bits = self.rng.below(64);
        Tree::Lit(Literal::Nat(Nat::from(self.rng.next() >> bits)))
    }

    fn tag_lists(&mut self) -> Tree {
        let parts = |scope: &mut Self| {
            let own = (0..scope.rng.below(3)).map(|_| Type::Str.literal(scope.rng)).collect();
            if scope.rng.chance(4) { Type::Nat.literal(scope.rng) } else { Literal::List(own) }
        };
        let count = *self.rng.pick(&[0, 1, 2, 3, 24]);
        Tree::Lit(Literal::List((0..count).map(|_| parts(self)).collect()))
    }

    /// A record of these fields, now and then without one, with another one, or with one of another kind.
    fn spoilt(&mut self, mut fields: Vec<(Name, Tree)>) -> Tree {
        if self.rng.chance(15) {
            let at = self.rng.below(fields.len());
            match self.rng.below(3) {
                0 => drop(fields.remove(at)),
                1 => fields[at].1 = Tree::Lit(Type::random(self.rng, 1).literal(self.rng)),
                _ => fields.push(field("alg", text(["schnorr", "ecdsa"][self.rng.below(2)]))),
            }
        }
        Tree::Record(fields)
    }

    /// What is hashed as a commit, and as the manifest of an enclave.
    fn commit(&mut self, fuel: usize) -> Tree {
        let content = Type::random(self.rng, 1);
        let kind = *self.rng.pick(&TYPES);
        let mut fields = vec![
            field("enclave", self.hex(32)),
            field("from", self.hex(32)),
            field("type", text(kind)),
            field("content", self.expr(&content, fuel / 2)),
            field("exp", self.counter(fuel / 2)),
        ];
        if self.rng.chance(70) {
            fields.push(field("tags", self.tag_lists()));
        }
        self.spoilt(fields)
    }

    fn event(&mut self, fuel: usize) -> Tree {
        let fields = vec![
            field("hash", self.hex(32)),
            field("sig", self.hex(64)),
            field("seq", self.counter(fuel / 2)),
            field("timestamp", self.counter(fuel / 2)),
            field("sequencer", self.hex(32)),
        ];
        self.spoilt(fields)
    }

    /// Octets that a primitive of the protocol makes.
    pub fn protocol_octets(&mut self, fuel: usize) -> Tree {
        let prims = [
            Prim::SchnorrSign,
            Prim::DerivePublicKey,
            Prim::Ecdh,
            Prim::DeriveKey,
            Prim::Encrypt,
            Prim::Decrypt,
            Prim::ComputeContentHash,
            Prim::ComputeCommitHash,
            Prim::ComputeEventHash,
            Prim::ComputeEventsRoot,
        ];
        let prim = *self.rng.pick(&prims);
        let args = match prim {
            Prim::SchnorrSign => vec![self.message(fuel), self.private_key()],
            Prim::DerivePublicKey => vec![self.private_key()],
            Prim::Ecdh => vec![self.private_key(), self.shared_key()],
            Prim::DeriveKey => vec![self.message(fuel / 2), self.expr(&Type::Str, fuel / 2)],
            Prim::Encrypt => vec![self.digest(fuel / 2), self.message(fuel / 2)],
            Prim::Decrypt => {
                let key = self.digest(fuel / 2);
                let sealed = Tree::Prim(Prim::Encrypt, vec![key.clone(), self.message(fuel / 2)]);
                let other = self.rng.chance(15);
                vec![if other { self.digest(1) } else { key }, sealed]
            }
            Prim::ComputeContentHash => {
                let content = Type::random(self.rng, 1);
                vec![self.expr(&content, fuel)]
            }
            Prim::ComputeCommitHash => vec![self.commit(fuel)],
            Prim::ComputeEventHash => vec![self.event(fuel)],
            _ => vec![Tree::List((0..self.rng.below(6)).map(|_| self.hex(32)).collect())],
        };
        Tree::Prim(prim, args)
    }

    /// A text that a primitive of the protocol makes.
    pub fn protocol_text(&mut self, fuel: usize) -> Tree {
        let head = |scope: &mut Self| vec![scope.counter(fuel / 2), scope.counter(fuel / 2), scope.digest(1)];
        let (prim, args) = match self.rng.below(5) {
            0 => (Prim::BuildSTHMessage, [head(self), vec![self.digest(1)]].concat()),
            1 => (Prim::SignSTH, [head(self), vec![self.private_key()]].concat()),
            2 => (Prim::ComputeEnclaveId, vec![self.commit(fuel)]),
            3 => (Prim::ComputeEventId, vec![self.hex(32), self.digest(1), self.counter(fuel)]),
            _ => (Prim::EncodeTags, vec![self.commit(1)]),
        };
        Tree::Prim(prim, args)
    }

    /// A verification, which mostly succeeds.
    pub fn verification(&mut self, fuel: usize) -> Tree {
        let key = self.private_key();
        let public = match self.rng.chance(15) {
            true => self.shared_key(),
            false => Tree::Prim(Prim::DerivePublicKey, vec![key.clone()]),
        };
        if self.rng.chance(50) {
            let message = self.message(fuel);
            let signature = match self.rng.chance(15) {
                true => Tree::Lit(Literal::Bytes(self.random_octets(64))),
                false => Tree::Prim(Prim::SchnorrSign, vec![message.clone(), key]),
            };
            return Tree::Prim(Prim::SchnorrVerify, vec![signature, message, public]);
        }
        let (time, size, root) = (self.counter(1), self.counter(1), self.digest(1));
        let signature = match self.rng.chance(15) {
            true => self.hex(64),
            false => Tree::Prim(Prim::SignSTH, vec![time.clone(), size.clone(), root.clone(), key]),
        };
        Tree::Prim(Prim::VerifySTH, vec![signature, root, time, size, public])
    }
}

#[cfg(test)]
mod tests {
    use super::super::expr::Scope;
    use crate::case::{Case, Program};
    use crate::protocol::Reply;
    use crate::rng::Rng;
    use crate::testee::limited_answers;
    use crate::tree::{Func, ModuleTree, Tree};
    use etymon_kernel_rt::Prim;
    use etymon_spec::Layer;
    use etymon_spec::ast::Name;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    /// What an expression answers by itself.
    fn answer(body: Tree) -> Option<Reply> {
        let mut module = ModuleTree::new(Layer::App, "M");
        module.functions.push(Func { name: Name::from("f"), params: Vec::new(), export: true, body });
        let program = Some(Arc::new(Program { modules: vec![module] }));
        let (id, call) = ("one".to_owned(), "app/M.f".to_owned());
        let case = Case { suite: id.clone(), id, program, call, args: Vec::new(), opaque: false };
        limited_answers(&[case]).unwrap().pop().unwrap()
    }

    #[test]
    fn most_arguments_are_taken_and_some_are_not() {
        let mut rng = Rng::fork(7, 0);
        let mut scope = Scope { rng: &mut rng, wild: 2, vars: Vec::new(), calls: Vec::new() };
        // How often each was asked, answered, and answered with true.
        let mut counts: BTreeMap<Prim, [usize; 3]> = BTreeMap::new();
        for round in 0..1500 {
            let tree = match round % 3 {
                0 => scope.protocol_octets(4),
                1 => scope.protocol_text(4),
                _ => scope.verification(4),
            };
            let Tree::Prim(prim, _) = &tree else { panic!("no primitive") };
            let prim = *prim;
            let Some(Reply::Ok(text)) = answer(tree) else { continue };
            let count = counts.entry(prim).or_default();
            count[0] += 1;
            count[1] += usize::from(!text.contains("none") && !text.contains("false"));
            count[2] += usize::from(text.contains("true"));
        }
        assert_eq!(counts.len(), 17);
        for (prim, [asked, answered, _]) in &counts {
            assert!(asked / 3 < *answered && answered <= asked, "{}: {answered} of {asked}", prim.name());
        }
        assert!([Prim::SchnorrVerify, Prim::VerifySTH].iter().all(|prim| counts[prim][2] > 50), "{counts:?}");
        let refused: usize = counts.values().map(|[asked, answered, _]| asked - answered).sum();
        assert!(refused > 100, "{counts:?}");
    }
}
