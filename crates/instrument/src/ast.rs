//! What a `.fiqh` file says, with the place of every part.
//!
//! Expressions are never evaluated: rules and targets look at their shape.

use etymon_diagnostics::Span;

/// A name, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The identifier.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// One file.
// There is one of it at a time, so its size does not matter.
#[expect(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit {
    /// One contract.
    Instrument(Instrument),
    /// Several legs that are checked as a graph.
    Bundle(Bundle),
}

/// `instrument <Name> : <class> { section* }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// Its name, which generated files carry.
    pub name: Name,
    /// Its class as written; [`crate::class::Class::from_name`] knows the 26.
    pub class: Name,
    /// From the leading word to the name of the class: where findings about the whole are shown.
    pub header: Span,
    /// `meta`: `basis`, `regime`, `rules`, `currency`, and citations.
    pub meta: Option<Entries>,
    /// `parties`.
    pub parties: Option<Parties>,
    /// `capital`.
    pub capital: Option<Capital>,
    /// `returns`: named blocks such as `rent` and `buyout`.
    pub returns: Option<Blocks>,
    /// `risk`: `loss` and `capital_guarantee`.
    pub risk: Option<Entries>,
    /// `oracle`: how the value is found; without it a single valuer attests it.
    pub oracle: Option<Entries>,
    /// `zakat`.
    pub zakat: Option<Entries>,
    /// `contingency`: `jaaihah` and `death`.
    pub contingency: Option<Entries>,
    /// `pool`: shares of the members of a multilateral instrument.
    pub pool: Option<Entries>,
    /// `dispute`: `forum` and `remedy`.
    pub dispute: Option<Entries>,
    /// `invariant <id> { expression }`, in the order of the file.
    pub invariants: Vec<Invariant>,
    /// `rescission`: named blocks such as `khiyar_al_shart`.
    pub rescission: Option<Blocks>,
    /// `lifecycle`: the steps, in order.
    pub lifecycle: Option<Lifecycle>,
}

/// A section of `key: expression;` lines, in the order of the file; no key occurs twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries {
    /// The name of the section.
    pub span: Span,
    /// The lines.
    pub entries: Vec<Entry>,
}

/// `key: expression;`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Name,
    /// The value.
    pub value: Expr,
}

impl Entries {
    /// The entry of a key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key.text == key)
    }

    /// The value of a key.
    pub fn value(&self, key: &str) -> Option<&Expr> {
        self.get(key).map(|entry| &entry.value)
    }
}

/// A section of named blocks, in the order of the file; no name occurs twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// The name of the section.
    pub span: Span,
    /// The blocks.
    pub blocks: Vec<Block>,
}

/// `name { key: expression; … }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its name.
    pub name: Name,
    /// Its lines.
    pub entries: Entries,
}

impl Blocks {
    /// The block of a name.
    pub fn get(&self, name: &str) -> Option<&Block> {
        self.blocks.iter().find(|block| block.name.text == name)
    }
}

/// The section `parties`; no name occurs twice in what was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parties {
    /// The name of the section.
    pub span: Span,
    /// The parties, in the order of the file.
    pub parties: Vec<Party>,
}

/// `name: role flag*;`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Its name.
    pub name: Name,
    /// Its role, such as `financier`; empty text where a bundle names parties only.
    pub role: Name,
    /// Flags such as `independent`.
    pub flags: Vec<Name>,
}

impl Parties {
    /// The first party that has a role.
    pub fn with_role(&self, role: &str) -> Option<&Party> {
        self.parties.iter().find(|party| party.role.text == role)
    }

    /// The party of a name.
    pub fn get(&self, name: &str) -> Option<&Party> {
        self.parties.iter().find(|party| party.name.text == name)
    }
}

/// The section `capital`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capital {
    /// The name of the section.
    pub span: Span,
    /// `name: N bps;`, in the order of the file; no name occurs twice.
    pub shares: Vec<Share>,
    /// `require expression;`, which documents only.
    pub requires: Vec<Expr>,
}

/// `name: N bps;`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Whose share.
    pub name: Name,
    /// Hundredths of a percent.
    pub bps: u64,
    /// The place of the number with its unit.
    pub span: Span,
}

/// `invariant <id> { expression }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invariant {
    /// Its name, which is what rules look for.
    pub name: Name,
    /// What it states, kept as documentation.
    pub expression: Expr,
}

/// The section `lifecycle`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifecycle {
    /// The name of the section.
    pub span: Span,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// `step;` or `step(argument);`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: Name,
    /// The names in parentheses.
    pub arguments: Vec<Name>,
}

impl Lifecycle {
    /// Whether a step is listed.
    pub fn lists(&self, step: &str) -> bool {
        self.steps.iter().any(|own| own.name.text == step)
    }
}

/// `bundle <Name> { meta, parties, legs }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Its name.
    pub name: Name,
    /// From the leading word to the name.
    pub header: Span,
    /// `meta`, whose `completeness_attestation` is mandatory.
    pub meta: Option<Entries>,
    /// `parties`.
    pub parties: Option<Parties>,
    /// `legs`, in the order of the file.
    pub legs: Vec<Leg>,
    /// The name of the section `legs`.
    pub legs_span: Option<Span>,
}

/// `id: kind { from: a; to: b; asset: x; payment: spot; price: N; }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Its id.
    pub id: Name,
    /// What it is, such as `sale`.
    pub kind: Name,
    /// `from`, `to`, `asset`, `payment`, `price`.
    pub entries: Entries,
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its place, parentheses included.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExprKind {
    /// A text, with its escapes resolved.
    Text(String),
    /// A natural number and the word right after it, such as `8000 bps`.
    Number(u64, Option<Name>),
    /// `a` or `a.b.c`: one name or more.
    Path(Vec<Name>),
    /// Two expressions and what joins them. Trees are at most [`MAX_DEPTH`] deep.
    Binary(Operator, Box<Expr>, Box<Expr>),
}

/// Deepest expression that is read.
pub const MAX_DEPTH: usize = 64;

/// What joins two expressions, from the loosest to the tightest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `->`.
    Arrow,
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
    /// `=`, which some invariants write for `==`.
    Equals,
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
}

impl Expr {
    /// Its one name, if it is just that.
    pub fn as_name(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Path(path) if path.len() == 1 => Some(&path[0].text),
            _ => None,
        }
    }

    /// Its names, if it is a path.
    pub fn as_path(&self) -> Option<&[Name]> {
        match &self.kind {
            ExprKind::Path(path) => Some(path),
            _ => None,
        }
    }

    /// Its number, whatever the unit.
    pub fn as_number(&self) -> Option<u64> {
        match self.kind {
            ExprKind::Number(number, _) => Some(number),
            _ => None,
        }
    }

    /// Whether it is a number of hundredths of a percent, and says so.
    pub fn says_bps(&self) -> bool {
        matches!(&self.kind, ExprKind::Number(_, Some(unit)) if unit.text.eq_ignore_ascii_case("bps"))
    }

    /// The word after its number, if there is one.
    pub fn unit(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Number(_, unit) => unit.as_ref().map(|own| own.text.as_str()),
            _ => None,
        }
    }

    /// Its text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether a path in it starts with a name.
    pub fn mentions(&self, name: &str) -> bool {
        match &self.kind {
            ExprKind::Text(_) | ExprKind::Number(..) => false,
            ExprKind::Path(path) => path[0].text == name,
            ExprKind::Binary(_, left, right) => left.mentions(name) || right.mentions(name),
        }
    }
}
