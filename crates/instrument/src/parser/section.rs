//! Sections of instruments and bundles.

use super::{Parsed, Parser, Skipped};
use crate::ast::{
    Block, Blocks, Bundle, Capital, Entries, Entry, Instrument, Invariant, Leg, Lifecycle, Name, Parties, Party, Share,
    Step,
};
use crate::lexer::Kind;
use etymon_diagnostics::Span;

/// Sections of an instrument, in the order in which they are documented.
pub const SECTIONS: [&str; 13] = [
    "meta",
    "parties",
    "capital",
    "returns",
    "risk",
    "oracle",
    "zakat",
    "contingency",
    "pool",
    "dispute",
    "invariant",
    "rescission",
    "lifecycle",
];

/// Sections of a bundle.
pub const BUNDLE_SECTIONS: [&str; 3] = ["meta", "parties", "legs"];

/// Keys of a leg.
pub const LEG_KEYS: [&str; 5] = ["from", "to", "asset", "payment", "price"];

impl Parser<'_> {
    pub(super) fn section(&mut self, instrument: &mut Instrument) -> Parsed<()> {
        let name = self.name("a section")?;
        let twice = match name.text.as_str() {
            "meta" => put(&mut instrument.meta, self.entries(&name)?),
            "parties" => put(&mut instrument.parties, self.parties(&name, false)?),
            "capital" => put(&mut instrument.capital, self.capital(&name)?),
            "returns" => put(&mut instrument.returns, self.blocks(&name)?),
            "risk" => put(&mut instrument.risk, self.entries(&name)?),
            "oracle" => put(&mut instrument.oracle, self.entries(&name)?),
            "zakat" => put(&mut instrument.zakat, self.entries(&name)?),
            "contingency" => put(&mut instrument.contingency, self.entries(&name)?),
            "pool" => put(&mut instrument.pool, self.entries(&name)?),
            "dispute" => put(&mut instrument.dispute, self.entries(&name)?),
            "rescission" => put(&mut instrument.rescission, self.blocks(&name)?),
            "lifecycle" => put(&mut instrument.lifecycle, self.lifecycle(&name)?),
            "invariant" => {
                instrument.invariants.extend(self.invariant()?);
                false
            }
            _ => return self.unknown_section(&name, &SECTIONS),
        };
        self.once(&name, twice);
        Ok(())
    }

    pub(super) fn bundle_section(&mut self, bundle: &mut Bundle) -> Parsed<()> {
        let name = self.name("a section")?;
        let twice = match name.text.as_str() {
            "meta" => put(&mut bundle.meta, self.entries(&name)?),
            "parties" => put(&mut bundle.parties, self.parties(&name, true)?),
            "legs" => {
                let twice = bundle.legs_span.replace(name.span).is_some();
                let mut legs = std::mem::take(&mut bundle.legs);
                let mut ids = Names::default();
                let read = self.body(name.span, |parser| {
                    let leg = parser.leg()?;
                    parser.unrepeated(&leg.id, !ids.insert(&leg.id));
                    legs.push(leg);
                    Ok(())
                });
                bundle.legs = legs;
                read?;
                twice
            }
            _ => return self.unknown_section(&name, &BUNDLE_SECTIONS),
        };
        self.once(&name, twice);
        Ok(())
    }

    fn unknown_section(&mut self, name: &Name, known: &[&'static str]) -> Parsed<()> {
        let help = match self.speller.closest(&name.text, known.iter().copied()) {
            Some(near) => format!("write `{near}`"),
            None => format!("sections are {}", listed(known)),
        };
        self.error(name.span, format!("`{}` is no section", shown(name)), help);
        Err(Skipped)
    }

    fn once(&mut self, name: &Name, twice: bool) {
        if twice {
            self.error(name.span, format!("the section `{}` is given twice", name.text), "join the two");
        }
    }

    /// Reports a name that was there before.
    fn unrepeated(&mut self, name: &Name, repeated: bool) {
        if repeated {
            self.error(name.span, format!("`{}` is given twice", shown(name)), "keep one of the two");
        }
    }

    /// `{ key: expression; … }`.
    fn entries(&mut self, name: &Name) -> Parsed<Entries> {
        let mut keys = Names::default();
        let mut entries = Vec::new();
        self.lines(name.span, |parser| {
            let key = parser.key()?;
            let value = parser.expression()?;
            parser.unrepeated(&key, !keys.insert(&key));
            entries.push(Entry { key, value });
            parser.end_of_line()
        })?;
        Ok(Entries { span: name.span, entries })
    }

    /// `key:`.
    fn key(&mut self) -> Parsed<Name> {
        let key = self.name("a key")?;
        self.expect(":", "write `key: value;`")?;
        Ok(key)
    }

    /// `{ name { key: expression; … } … }`.
    fn blocks(&mut self, name: &Name) -> Parsed<Blocks> {
        let mut names = Names::default();
        let mut blocks = Vec::new();
        self.body(name.span, |parser| {
            let name = parser.name("the name of a block")?;
            let entries = parser.entries(&name)?;
            parser.unrepeated(&name, !names.insert(&name));
            blocks.push(Block { name, entries });
            Ok(())
        })?;
        Ok(Blocks { span: name.span, blocks })
    }

    /// `{ name: role flag*; … }`; bundles may leave the role out.
    fn parties(&mut self, name: &Name, role_is_optional: bool) -> Parsed<Parties> {
        let mut names = Names::default();
        let mut parties = Vec::new();
        self.lines(name.span, |parser| {
            let name = parser.name("the name of a party")?;
            // In an instrument the rules say what it means when one party stands on two sides.
            parser.unrepeated(&name, role_is_optional && !names.insert(&name));
            let mut party =
                Party { role: Name { text: String::new(), span: Span::at(name.span.end) }, name, flags: Vec::new() };
            if !(role_is_optional && parser.kind() == &Kind::Symbol(";")) {
                parser.expect(":", "write `name: role;`, then flags such as `independent` before the `;`")?;
                party.role = parser.name("a role")?;
                while parser.kind() == &Kind::Name && !parser.begins_line() {
                    party.flags.push(parser.name("a flag")?);
                }
            }
            parties.push(party);
            parser.end_of_line()
        })?;
        Ok(Parties { span: name.span, parties })
    }

    /// Whether the name at hand is the key of a line rather than a further word of the one before.
    fn begins_line(&self) -> bool {
        matches!(self.tokens.get(self.at + 1).map(|token| &token.kind), Some(Kind::Symbol(":")))
    }

    /// `{ name: N bps; … require expression; … }`.
    fn capital(&mut self, name: &Name) -> Parsed<Capital> {
        let mut names = Names::default();
        let mut capital = Capital { span: name.span, shares: Vec::new(), requires: Vec::new() };
        self.lines(name.span, |parser| {
            if parser.is_word("require") && !parser.begins_line() {
                parser.at += 1;
                capital.requires.push(parser.expression()?);
                return parser.end_of_line();
            }
            let name = parser.key()?;
            let (bps, span) = parser.share()?;
            parser.unrepeated(&name, !names.insert(&name));
            capital.shares.push(Share { name, bps, span });
            parser.end_of_line()
        })?;
        Ok(capital)
    }

    /// `N bps`.
    fn share(&mut self) -> Parsed<(u64, Span)> {
        let span = self.span();
        let Kind::Number(bps) = *self.kind() else {
            let found = self.found();
            self.error(
                span,
                format!("expected a share, found {found}"),
                "write hundredths of a percent, as `8000 bps`",
            );
            return Err(Skipped);
        };
        self.at += 1;
        if self.is_word("bps") {
            self.at += 1;
        } else {
            let unit = self.span();
            let found = self.found();
            let bps = if ["percent", "Percent", "PERCENT"].iter().any(|own| self.is_word(own)) {
                bps.saturating_mul(100)
            } else {
                bps
            };
            let help = format!("the unit of capital is hundredths of a percent: `{bps} bps`");
            self.error(unit, format!("expected `bps`, found {found}"), help);
            if self.kind() == &Kind::Name && !self.begins_line() {
                self.at += 1;
            }
        }
        Ok((bps, Span::new(span.start, self.last_end())))
    }

    /// `<id> { expression }`; nothing when the expression was refused.
    fn invariant(&mut self) -> Parsed<Option<Invariant>> {
        let name = self.name("the name of the invariant")?;
        self.expect("{", "write `invariant <name> { expression }`")?;
        if let Ok(expression) = self.expression() {
            if self.take("}") {
                return Ok(Some(Invariant { name, expression }));
            }
            let span = self.span();
            let found = self.found();
            let help = "an invariant is one expression, without `;`: write one invariant for each";
            self.error(span, format!("expected `}}`, found {found}"), help);
        }
        // Up to the `}`, or to the `{` of what follows when that is forgotten.
        while !matches!(self.kind(), Kind::Symbol("{" | "}") | Kind::End) {
            self.at += 1;
        }
        self.take("}");
        Ok(None)
    }

    /// `{ step; step(name, …); … }`.
    fn lifecycle(&mut self, name: &Name) -> Parsed<Lifecycle> {
        let mut steps = Vec::new();
        self.lines(name.span, |parser| {
            let name = parser.name("a step")?;
            let mut arguments = Vec::new();
            if parser.take("(") && !parser.take(")") {
                loop {
                    arguments.push(parser.name("an argument")?);
                    if !parser.take(",") {
                        break;
                    }
                }
                parser.expect(")", "close the parenthesis")?;
            }
            steps.push(Step { name, arguments });
            parser.end_of_line()
        })?;
        Ok(Lifecycle { span: name.span, steps })
    }

    /// `id: kind { key: expression; … }`.
    fn leg(&mut self) -> Parsed<Leg> {
        let id = self.name("the name of a leg")?;
        self.expect(":", "write `id: kind { from: a; to: b; asset: x; payment: spot; price: 100; }`")?;
        let kind = self.name("the kind of the leg")?;
        let entries = self.entries(&kind)?;
        for entry in &entries.entries {
            if !LEG_KEYS.contains(&entry.key.text.as_str()) {
                let help = match self.speller.closest(&entry.key.text, LEG_KEYS) {
                    Some(near) => format!("write `{near}`"),
                    None => format!("keys of a leg are {}", listed(&LEG_KEYS)),
                };
                self.error(entry.key.span, format!("`{}` is no key of a leg", shown(&entry.key)), help);
            }
        }
        Ok(Leg { id, kind, entries })
    }
}

/// Fills a section; whether it was filled before.
fn put<T>(slot: &mut Option<T>, section: T) -> bool {
    slot.replace(section).is_some()
}

/// Names that were seen.
#[derive(Default)]
struct Names(std::collections::BTreeSet<String>);

impl Names {
    /// Whether a name is new.
    fn insert(&mut self, name: &Name) -> bool {
        self.0.insert(name.text.clone())
    }
}

/// A name as a message shows it.
fn shown(name: &Name) -> String {
    name.text.chars().take(super::MAX_NAME).collect()
}

/// `` `a`, `b` and `c` ``.
fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
