//! The circuit of shared losses as data: one list of statements is printed as circom and laid out as rows.
//!
//! What it proves: two hidden losses are whole numbers below 2^64, add up to a public total that is not zero, and stand in
//! the proportion of two public shares; and that this was said for one contract, on one chain, in one round.

use super::r1cs::{Linear, Scalar, System, Violation, Wire};
use etymon_emit::writer::Writer;
use num_bigint::BigUint;
use std::collections::BTreeMap;

/// Width of a loss. Products of a loss and a share stay far below the field's order, so equal residues are equal numbers.
pub const LOSS_BITS: u32 = 64;
/// Width of a share: the least that holds [`BPS`].
pub const SHARE_BITS: u32 = 14;
/// Hundredths of a percent in the whole.
pub const BPS: u64 = 10_000;

/// An input of the circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Its name.
    pub name: &'static str,
    /// What it carries; `$bank` and `$client` stand for the names of the two partners.
    pub meaning: &'static str,
}

/// Public inputs, in the order in which verifiers take them.
pub const PUBLIC: [Signal; 6] = [
    Signal { name: "bankBps", meaning: "share of `$bank`, in hundredths of a percent" },
    Signal { name: "clientBps", meaning: "share of `$client`, in hundredths of a percent" },
    Signal { name: "totalLoss", meaning: "the loss that is shared, as `lossClaim()` of the gate states it" },
    Signal { name: "chainId", meaning: "the chain that the gate is on" },
    Signal { name: "contractAddress", meaning: "the gate, as a number" },
    Signal { name: "round", meaning: "the gate's round, which ends with each proof that it accepts" },
];

/// Private inputs.
pub const PRIVATE: [Signal; 2] = [
    Signal { name: "lossBank", meaning: "loss of `$bank`, in the unit of `totalLoss`" },
    Signal { name: "lossClient", meaning: "loss of `$client`, in the unit of `totalLoss`" },
];

/// What a statement demands of the signals that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Two signals add up to a number.
    SumIs([&'static str; 2], u64),
    /// Two signals add up to a third.
    Sum([&'static str; 2], &'static str),
    /// Two products are equal; each has a signal of its own.
    SameProduct([Product; 2]),
    /// Signals are below two to the power of a width.
    Bits(&'static [&'static str], u32),
    /// A signal is not zero, as a further one is its inverse.
    Invertible(&'static str, &'static str),
    /// Signals take part in a multiplication, so a proof cannot be kept while they are exchanged.
    Squares(&'static [(&'static str, &'static str)]),
}

/// `name = left * right`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product {
    /// The signal that carries it.
    pub name: &'static str,
    /// Left factor.
    pub left: &'static str,
    /// Right factor.
    pub right: &'static str,
}

/// One constraint as it is documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its code.
    pub code: &'static str,
    /// It as a formula.
    pub statement: &'static str,
    /// What it is for.
    pub meaning: &'static str,
    /// What it rests on.
    pub citation: &'static str,
    /// What it demands.
    pub form: Form,
}

const PARTNERSHIP: &str = "AAOIFI SS No. 12";
const CIRCUIT: &str = "soundness of the circuit";

/// All constraints, in the order in which they are printed.
pub const STATEMENTS: [Statement; 7] = [
    Statement {
        code: "INV-1",
        statement: "bankBps + clientBps === 10000",
        meaning: "the two shares make up the whole",
        citation: PARTNERSHIP,
        form: Form::SumIs(["bankBps", "clientBps"], BPS),
    },
    Statement {
        code: "RISK-1",
        statement: "lossBank * clientBps === lossClient * bankBps",
        meaning: "each partner bears loss in proportion to its share",
        citation: PARTNERSHIP,
        form: Form::SameProduct([
            Product { name: "bankSide", left: "lossBank", right: "clientBps" },
            Product { name: "clientSide", left: "lossClient", right: "bankBps" },
        ]),
    },
    Statement {
        code: "LOSS-1",
        statement: "lossBank + lossClient === totalLoss",
        meaning: "the hidden losses are the whole of the loss that is claimed",
        citation: CIRCUIT,
        form: Form::Sum(["lossBank", "lossClient"], "totalLoss"),
    },
    Statement {
        code: "LOSS-2",
        statement: "totalLoss * totalLossInverse === 1",
        meaning: "a loss is claimed, so it is not zero",
        citation: CIRCUIT,
        form: Form::Invertible("totalLoss", "totalLossInverse"),
    },
    Statement {
        code: "RANGE-1",
        statement: "0 <= lossBank, lossClient < 2^64",
        meaning: "losses are whole numbers, not residues that wrap around the field",
        citation: CIRCUIT,
        form: Form::Bits(&["lossBank", "lossClient"], LOSS_BITS),
    },
    Statement {
        code: "RANGE-2",
        statement: "0 <= bankBps, clientBps < 2^14",
        meaning: "shares are whole numbers, not residues that wrap around the field",
        citation: CIRCUIT,
        form: Form::Bits(&["bankBps", "clientBps"], SHARE_BITS),
    },
    Statement {
        code: "BIND-1",
        statement: "chainId^2, contractAddress^2, round^2",
        meaning: "the proof is for one contract, on one chain, in one round",
        citation: CIRCUIT,
        form: Form::Squares(&[
            ("chainId", "chainIdSquare"),
            ("contractAddress", "contractAddressSquare"),
            ("round", "roundSquare"),
        ]),
    },
];

/// An input is absent or unknown, or the values are none that a proof can be made of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WitnessError {
    /// An input of the circuit has no value.
    #[error("signal `{0}` has no value")]
    Missing(&'static str),
    /// A value is given for what is no input.
    #[error("`{0}` is no input of the circuit")]
    Unknown(String),
    /// A constraint does not hold.
    #[error(transparent)]
    Violation(#[from] Violation),
}

/// The circuit, laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circuit {
    system: System,
}

impl Default for Circuit {
    fn default() -> Circuit {
        Circuit::new()
    }
}

impl Circuit {
    /// Lays the statements out.
    pub fn new() -> Circuit {
        let mut system = System::new();
        for signal in PUBLIC.iter().chain(&PRIVATE) {
            system.wire(signal.name);
        }
        let mut layout = Layout { system };
        STATEMENTS.iter().for_each(|statement| layout.add(statement));
        Circuit { system: layout.system }
    }

    /// Its rows and wires.
    pub fn system(&self) -> &System {
        &self.system
    }

    /// Exponent of the least power of two that its setup fits in: snarkjs adds a row for each public input and for one.
    pub fn power(&self) -> u32 {
        (self.system.rows().len() + PUBLIC.len() + 1).next_power_of_two().ilog2()
    }

    /// The assignment that honest provers make of inputs; whether it holds is not yet said.
    ///
    /// # Errors
    /// [`WitnessError::Missing`], [`WitnessError::Unknown`].
    pub fn assign(&self, inputs: &BTreeMap<String, Scalar>) -> Result<Vec<Scalar>, WitnessError> {
        let known = |name: &str| PUBLIC.iter().chain(&PRIVATE).any(|signal| signal.name == name);
        if let Some(name) = inputs.keys().find(|name| !known(name)) {
            return Err(WitnessError::Unknown(name.clone()));
        }
        let mut assignment = Vec::with_capacity(self.system.wires().len());
        assignment.push(Scalar::one());
        for signal in PUBLIC.iter().chain(&PRIVATE) {
            assignment.push(inputs.get(signal.name).cloned().ok_or(WitnessError::Missing(signal.name))?);
        }
        // Wires of derived signals follow in the order of the statements, as they were laid out.
        for statement in &STATEMENTS {
            derive(statement, inputs, &mut assignment);
        }
        Ok(assignment)
    }

    /// The witness of inputs, checked.
    ///
    /// # Errors
    /// Also [`WitnessError::Violation`], naming the constraint that does not hold.
    pub fn witness(&self, inputs: &BTreeMap<String, Scalar>) -> Result<Vec<Scalar>, WitnessError> {
        let assignment = self.assign(inputs)?;
        self.system.check(&assignment)?;
        Ok(assignment)
    }
}

/// Appends the values of a statement's own signals.
fn derive(statement: &Statement, inputs: &BTreeMap<String, Scalar>, assignment: &mut Vec<Scalar>) {
    let input = |name: &str| inputs.get(name).cloned().unwrap_or_default();
    match statement.form {
        Form::SumIs(..) | Form::Sum(..) => {}
        Form::SameProduct(products) => {
            assignment.extend(products.map(|product| input(product.left).times(&input(product.right))));
        }
        Form::Bits(names, width) => {
            for name in names {
                let value = input(name);
                assignment.extend((0..width).map(|bit| Scalar::new(BigUint::from(value.value().bit(bit.into())))));
            }
        }
        Form::Invertible(name, _) => assignment.push(input(name).inverse().unwrap_or_default()),
        Form::Squares(squares) => {
            assignment.extend(squares.iter().map(|(name, _)| input(name).times(&input(name))));
        }
    }
}

struct Layout {
    system: System,
}

impl Layout {
    /// Statements name inputs only, which all have a wire.
    fn input(&self, name: &str) -> Wire {
        self.system.find(name).unwrap_or(super::r1cs::ONE)
    }

    fn linear(&self, name: &str) -> Linear {
        Linear::wire(self.input(name))
    }

    fn add(&mut self, statement: &Statement) {
        let code = statement.code;
        match statement.form {
            Form::SumIs(terms, total) => {
                let sum = Linear::sum(&terms.map(|name| self.input(name)));
                self.system.equal(code, sum, Linear::constant(total));
            }
            Form::Sum(terms, total) => {
                let sum = Linear::sum(&terms.map(|name| self.input(name)));
                self.system.equal(code, sum, self.linear(total));
            }
            Form::SameProduct(products) => {
                let sides = products.map(|product| {
                    let side = Linear::wire(self.system.wire(product.name));
                    self.system.multiply(code, self.linear(product.left), self.linear(product.right), side.clone());
                    side
                });
                let [left, right] = sides;
                self.system.equal(code, left, right);
            }
            Form::Bits(names, width) => names.iter().for_each(|name| self.bits(code, name, width)),
            Form::Invertible(name, inverse) => {
                let inverse = Linear::wire(self.system.wire(inverse));
                self.system.multiply(code, self.linear(name), inverse, Linear::constant(1));
            }
            Form::Squares(squares) => {
                for (name, square) in squares {
                    let square = Linear::wire(self.system.wire(*square));
                    self.system.multiply(code, self.linear(name), self.linear(name), square);
                }
            }
        }
    }

    fn bits(&mut self, code: &'static str, name: &str, width: u32) {
        let mut sum = Linear::default();
        for bit in 0..width {
            let wire = self.system.wire(format!("{name}Bits[{bit}]"));
            // bit * (bit - 1) = 0: it is 0 or 1.
            let less_one = Linear::wire(wire).plus(Scalar::one().negated(), super::r1cs::ONE);
            self.system.multiply(code, Linear::wire(wire), less_one, Linear::default());
            sum = sum.plus(Scalar::power_of_two(bit), wire);
        }
        self.system.equal(code, sum, self.linear(name));
    }
}

const NUM2BITS: &str = "\
// A signal as `n` bits: there are some only if it is below 2^n.
template Num2Bits(n) {
  signal input in;
  signal output out[n];
  var sum = 0;
  for (var i = 0; i < n; i++) {
    out[i] <-- (in >> i) & 1;
    out[i] * (out[i] - 1) === 0;
    sum += out[i] * (1 << i);
  }
  sum === in;
}
";

/// The circuit as circom, without includes, for two partners; in its signals the first is always called bank, the second client.
pub fn circom(instrument: &str, class: &str, partners: &[String; 2]) -> String {
    let meaning = |signal: &Signal| signal.meaning.replace("$bank", &partners[0]).replace("$client", &partners[1]);
    let mut out = Writer::new();
    out.text("pragma circom 2.1.6;\n\n");
    out.texts(["// Generated from the instrument ", instrument, ": ", class, ". Do not edit.\n//\n"]);
    out.text("// Proves of two losses that they come to a public total, in the proportion of public shares.\n");
    out.text("// All that is public is compared by the gate with its own state: the proof is for one contract and one round.\n\n");
    out.texts([NUM2BITS, "\n"]).begin();
    out.line().texts(["template ", instrument, "LossShare() {"]).indent();
    for signal in &PUBLIC {
        out.line().texts(["signal input ", signal.name, "; // public: ", &meaning(signal)]);
    }
    for signal in &PRIVATE {
        out.line().texts(["signal input ", signal.name, "; // private: ", &meaning(signal)]);
    }
    for statement in &STATEMENTS {
        out.text("\n").line().texts(["// ", statement.code, ": ", statement.meaning, " (", statement.citation, ")."]);
        print(&mut out, &statement.form);
    }
    out.dedent().line().text("}\n");
    let public = PUBLIC.map(|signal| signal.name).join(", ");
    out.line().texts(["component main {public [", &public, "]} = ", instrument, "LossShare();"]).text("\n");
    out.finish()
}

fn print(out: &mut Writer, form: &Form) {
    match form {
        Form::SumIs([left, right], total) => {
            out.line().texts([left, " + ", right, " === ", &total.to_string(), ";"]);
        }
        Form::Sum([left, right], total) => {
            out.line().texts([left, " + ", right, " === ", total, ";"]);
        }
        Form::SameProduct(products) => {
            for product in products {
                out.line().texts(["signal ", product.name, " <== ", product.left, " * ", product.right, ";"]);
            }
            out.line().texts([products[0].name, " === ", products[1].name, ";"]);
        }
        Form::Bits(names, width) => {
            for name in *names {
                out.line().texts(["component ", name, "Bits = Num2Bits(", &width.to_string(), ");"]);
                out.line().texts([name, "Bits.in <== ", name, ";"]);
            }
        }
        Form::Invertible(name, inverse) => {
            out.line().texts(["signal ", inverse, " <-- ", name, " != 0 ? 1 / ", name, " : 0;"]);
            out.line().texts([name, " * ", inverse, " === 1;"]);
        }
        Form::Squares(squares) => {
            for (name, square) in *squares {
                out.line().texts(["signal ", square, " <== ", name, " * ", name, ";"]);
            }
        }
    }
}

#[cfg(test)]
mod tests;
