//! What stands where in a file, and what the same file would be with a part of it otherwise.

use crate::ast::{Bundle, Entries, Entry, Expr, ExprKind, Instrument, Leg, Name, Unit};
use crate::sema::{MONEY, WHOLE_BPS};
use etymon_diagnostics::Span;

/// A part of a file that something can be said of. Numbers are places in the file's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// What the file is.
    Header,
    Section(&'static str),
    /// A block of `returns` or `rescission`.
    Block(&'static str, usize),
    /// A line of a section.
    Line(&'static str, usize),
    /// A line of a block.
    BlockLine(&'static str, usize, usize),
    Party(usize),
    Share(usize),
    Step(usize),
    Invariant(usize),
    Leg(usize),
    LegLine(usize, usize),
}

/// Sections of lines.
const LINES: [&str; 7] = ["meta", "risk", "oracle", "zakat", "contingency", "pool", "dispute"];
/// Sections of blocks.
const BLOCKS: [&str; 2] = ["returns", "rescission"];
/// Parties whose names are tried as values, and legs of a bundle that are looked at.
const FEW: usize = 8;
/// Lines of a section that are tried.
const MANY: usize = 64;
/// Names that some rules tell apart from others, besides those of parties and roles.
const TOLD_APART: [&str; 6] = ["_", "time", "yes", "crops_rain", "faraid", "consensus"];

fn section<'u>(own: &'u Instrument, name: &str) -> Option<&'u Entries> {
    match name {
        "meta" => own.meta.as_ref(),
        "risk" => own.risk.as_ref(),
        "oracle" => own.oracle.as_ref(),
        "zakat" => own.zakat.as_ref(),
        "contingency" => own.contingency.as_ref(),
        "pool" => own.pool.as_ref(),
        "dispute" => own.dispute.as_ref(),
        _ => None,
    }
}

fn slot<'u>(own: &'u mut Instrument, name: &str) -> Option<&'u mut Option<Entries>> {
    Some(match name {
        "meta" => &mut own.meta,
        "risk" => &mut own.risk,
        "oracle" => &mut own.oracle,
        "zakat" => &mut own.zakat,
        "contingency" => &mut own.contingency,
        "pool" => &mut own.pool,
        "dispute" => &mut own.dispute,
        _ => return None,
    })
}

fn blocks<'u>(own: &'u Instrument, name: &str) -> Option<&'u crate::ast::Blocks> {
    if name == "returns" { own.returns.as_ref() } else { own.rescission.as_ref() }
}

fn blocks_mut<'u>(own: &'u mut Instrument, name: &str) -> Option<&'u mut crate::ast::Blocks> {
    if name == "returns" { own.returns.as_mut() } else { own.rescission.as_mut() }
}

/// The innermost part at an offset.
pub(super) fn at(unit: &Unit, offset: usize) -> Option<Part> {
    let here = all(unit).into_iter().filter(|(span, _)| span.start <= offset && offset <= span.end);
    here.min_by_key(|(span, _)| span.end - span.start).map(|(_, part)| part)
}

/// All parts, with their places.
fn all(unit: &Unit) -> Vec<(Span, Part)> {
    let mut parts = Vec::new();
    let (header, parties) = match unit {
        Unit::Instrument(own) => (own.header, &own.parties),
        Unit::Bundle(own) => (own.header, &own.parties),
    };
    parts.push((header, Part::Header));
    if let Some(parties) = parties {
        parts.push((parties.span, Part::Section("parties")));
        for (at, party) in parties.parties.iter().enumerate() {
            let end = party.flags.last().unwrap_or(&party.role).span.end.max(party.name.span.end);
            parts.push((Span::new(party.name.span.start, end), Part::Party(at)));
        }
    }
    match unit {
        Unit::Instrument(own) => of_instrument(own, &mut parts),
        Unit::Bundle(own) => of_bundle(own, &mut parts),
    }
    parts
}

fn of_instrument(own: &Instrument, parts: &mut Vec<(Span, Part)>) {
    for name in LINES {
        let Some(entries) = section(own, name) else { continue };
        parts.push((entries.span, Part::Section(name)));
        parts.extend(entries.entries.iter().enumerate().map(|(at, entry)| (whole(entry), Part::Line(name, at))));
    }
    for name in BLOCKS {
        let Some(blocks) = blocks(own, name) else { continue };
        parts.push((blocks.span, Part::Section(name)));
        for (nr, block) in blocks.blocks.iter().enumerate() {
            parts.push((block.name.span, Part::Block(name, nr)));
            let lines = block.entries.entries.iter().enumerate();
            parts.extend(lines.map(|(at, entry)| (whole(entry), Part::BlockLine(name, nr, at))));
        }
    }
    if let Some(capital) = &own.capital {
        parts.push((capital.span, Part::Section("capital")));
        let shares = capital.shares.iter().enumerate();
        parts.extend(shares.map(|(at, own)| (Span::new(own.name.span.start, own.span.end), Part::Share(at))));
    }
    if let Some(lifecycle) = &own.lifecycle {
        parts.push((lifecycle.span, Part::Section("lifecycle")));
        parts.extend(lifecycle.steps.iter().enumerate().map(|(at, own)| (own.name.span, Part::Step(at))));
    }
    let invariants = own.invariants.iter().enumerate();
    parts.extend(
        invariants.map(|(at, own)| (Span::new(own.name.span.start, own.expression.span.end), Part::Invariant(at))),
    );
}

fn of_bundle(own: &Bundle, parts: &mut Vec<(Span, Part)>) {
    if let Some(meta) = &own.meta {
        parts.push((meta.span, Part::Section("meta")));
        parts.extend(meta.entries.iter().enumerate().map(|(at, entry)| (whole(entry), Part::Line("meta", at))));
    }
    parts.extend(own.legs_span.map(|span| (span, Part::Section("legs"))));
    for (nr, leg) in own.legs.iter().enumerate() {
        parts.push((Span::new(leg.id.span.start, leg.kind.span.end), Part::Leg(nr)));
        let lines = leg.entries.entries.iter().enumerate();
        parts.extend(lines.map(|(at, entry)| (whole(entry), Part::LegLine(nr, at))));
    }
}

fn whole(entry: &Entry) -> Span {
    Span::new(entry.key.span.start, entry.value.span.end)
}

/// The line of a part.
pub(super) fn line(unit: &Unit, part: Part) -> Option<&Entry> {
    match (unit, part) {
        (Unit::Instrument(own), Part::Line(name, at)) => section(own, name)?.entries.get(at),
        (Unit::Bundle(own), Part::Line(_, at)) => own.meta.as_ref()?.entries.get(at),
        (Unit::Instrument(own), Part::BlockLine(name, nr, at)) => {
            blocks(own, name)?.blocks.get(nr)?.entries.entries.get(at)
        }
        (Unit::Bundle(own), Part::LegLine(nr, at)) => own.legs.get(nr)?.entries.entries.get(at),
        _ => None,
    }
}

/// The name of the block that a part is, or is in.
pub(super) fn block(unit: &Unit, part: Part) -> Option<&str> {
    let (Unit::Instrument(own), Part::Block(name, nr) | Part::BlockLine(name, nr, _)) = (unit, part) else {
        return None;
    };
    Some(&blocks(own, name)?.blocks.get(nr)?.name.text)
}

/// A file in which rules are tried out: of a bundle only the leg that is asked about, or the first few.
pub(super) fn bench(unit: &Unit, part: Part) -> (Unit, Part) {
    let mut unit = unit.clone();
    let Unit::Bundle(own) = &mut unit else { return (unit, part) };
    let part = match part {
        Part::Leg(nr) | Part::LegLine(nr, _) if nr < own.legs.len() => {
            own.legs.swap(0, nr);
            own.legs.truncate(1);
            if let Part::LegLine(_, at) = part { Part::LegLine(0, at) } else { Part::Leg(0) }
        }
        _ => part,
    };
    own.legs.truncate(FEW);
    (unit, part)
}

/// Hands over the same file with a part left out, emptied, or otherwise, in the ways that a rule may look at, until `each` has enough.
pub(super) fn variants(unit: &Unit, part: Part, each: &mut dyn FnMut(&Unit) -> bool) {
    let mut more = true;
    match unit {
        Unit::Instrument(own) => instruments(own, part, &mut |change| {
            if more {
                let mut other = own.clone();
                change(&mut other);
                more = each(&Unit::Instrument(other));
            }
        }),
        Unit::Bundle(own) => bundles(own, part, &mut |change| {
            if more {
                let mut other = own.clone();
                change(&mut other);
                more = each(&Unit::Bundle(other));
            }
        }),
    }
}

/// Takes changes of a file, one after another.
type Changes<'t, T> = dyn FnMut(&dyn Fn(&mut T)) + 't;

/// A change of a part, where the file has it.
fn on<T, S>(find: impl Fn(&mut T) -> Option<&mut S>, change: impl Fn(&mut S)) -> impl Fn(&mut T) {
    move |own| {
        if let Some(own) = find(own) {
            change(own)
        }
    }
}

/// Hands every change of a part to `with`.
fn instruments(own: &Instrument, part: Part, with: &mut Changes<'_, Instrument>) {
    let parties = own.parties.as_ref().map_or(&[][..], |parties| &parties.parties);
    let names = parties.iter().take(FEW).flat_map(|party| [party.name.text.as_str(), party.role.text.as_str()]);
    match part {
        Part::Line(name, at) => {
            for value in values(names) {
                with(&on(|own| slot(own, name)?.as_mut(), |own| put(own, at, &value)));
            }
            with(&on(|own| slot(own, name)?.as_mut(), |own| drop(own.entries.remove(at))));
        }
        Part::BlockLine(name, nr, at) => {
            for value in values(names) {
                with(&on(|own| blocks_mut(own, name), |own| put(&mut own.blocks[nr].entries, at, &value)));
            }
            with(&on(|own| blocks_mut(own, name), |own| drop(own.blocks[nr].entries.entries.remove(at))));
        }
        Part::Block(name, nr) => {
            with(&on(|own| blocks_mut(own, name), |own| drop(own.blocks.remove(nr))));
            let lines = blocks(own, name).map_or(0, |own| own.blocks[nr].entries.entries.len());
            (0..lines.min(MANY)).for_each(|at| instruments(own, Part::BlockLine(name, nr, at), with));
        }
        Part::Party(nr) => {
            with(&on(|own: &mut Instrument| own.parties.as_mut(), |own| drop(own.parties.remove(nr))));
            with(&on(|own: &mut Instrument| own.parties.as_mut(), |own| own.parties[nr].flags.clear()));
            for other in parties.iter().take(FEW).filter(|other| other.name != parties[nr].name) {
                let mut both = parties[nr].clone();
                both.name.text.clone_from(&other.name.text);
                with(&on(|own: &mut Instrument| own.parties.as_mut(), |own| own.parties.push(both.clone())));
            }
        }
        Part::Share(nr) => {
            with(&on(|own: &mut Instrument| own.capital.as_mut(), |own| drop(own.shares.remove(nr))));
            for bps in [0, 1, WHOLE_BPS] {
                with(&on(|own: &mut Instrument| own.capital.as_mut(), |own| own.shares[nr].bps = bps));
            }
        }
        Part::Step(nr) => {
            with(&on(|own: &mut Instrument| own.lifecycle.as_mut(), |own| drop(own.steps.remove(nr))));
            with(&on(|own: &mut Instrument| own.lifecycle.as_mut(), |own| own.steps[..=nr].rotate_right(1)));
            with(&on(|own: &mut Instrument| own.lifecycle.as_mut(), |own| own.steps[nr..].rotate_left(1)));
        }
        Part::Invariant(nr) => with(&|own| drop(own.invariants.remove(nr))),
        Part::Section(name) => sections(own, name, with),
        Part::Header | Part::Leg(_) | Part::LegLine(..) => {}
    }
}

/// A section, and all of what is in it.
fn sections(own: &Instrument, name: &'static str, with: &mut Changes<'_, Instrument>) {
    let each = |count: usize, part: &dyn Fn(usize) -> Part, with: &mut Changes<'_, Instrument>| {
        (0..count.min(MANY)).for_each(|at| instruments(own, part(at), with));
    };
    match name {
        "parties" => {
            with(&|own| own.parties = None);
            each(own.parties.as_ref().map_or(0, |own| own.parties.len()), &Part::Party, with);
        }
        "capital" => {
            with(&|own| own.capital = None);
            each(own.capital.as_ref().map_or(0, |own| own.shares.len()), &Part::Share, with);
        }
        "lifecycle" => {
            with(&|own| own.lifecycle = None);
            each(own.lifecycle.as_ref().map_or(0, |own| own.steps.len()), &Part::Step, with);
        }
        "invariant" => each(own.invariants.len(), &Part::Invariant, with),
        _ if BLOCKS.contains(&name) => {
            each(blocks(own, name).map_or(0, |own| own.blocks.len()), &|at| Part::Block(name, at), with);
        }
        _ => {
            with(&on(|own| slot(own, name)?.as_mut(), |own| own.entries.clear()));
            with(&on(|own| slot(own, name), |own| *own = None));
            each(section(own, name).map_or(0, |own| own.entries.len()), &|at| Part::Line(name, at), with);
        }
    }
}

fn bundles(own: &Bundle, part: Part, with: &mut Changes<'_, Bundle>) {
    let parties = own.parties.as_ref().map_or(&[][..], |parties| &parties.parties);
    let names = || parties.iter().take(FEW).map(|party| party.name.text.as_str());
    match part {
        Part::Line(_, at) => {
            for value in values(names()) {
                with(&on(|own: &mut Bundle| own.meta.as_mut(), |own| put(own, at, &value)));
            }
            with(&on(|own: &mut Bundle| own.meta.as_mut(), |own| drop(own.entries.remove(at))));
        }
        Part::LegLine(nr, at) => {
            for value in values(names()) {
                with(&|own| put(&mut own.legs[nr].entries, at, &value));
            }
            with(&|own| drop(own.legs[nr].entries.entries.remove(at)));
            if let Some(leg) = own.legs.get(nr) {
                rings(leg, with);
            }
        }
        Part::Leg(nr) => {
            let lines = own.legs.get(nr).map_or(0, |leg| leg.entries.entries.len());
            (0..lines.min(MANY)).for_each(|at| bundles(own, Part::LegLine(nr, at), with));
        }
        Part::Party(nr) => with(&on(|own: &mut Bundle| own.parties.as_mut(), |own| drop(own.parties.remove(nr)))),
        Part::Section("meta") => {
            let lines = own.meta.as_ref().map_or(0, |own| own.entries.len());
            (0..lines.min(MANY)).for_each(|at| bundles(own, Part::Line("meta", at), with));
            with(&|own| own.meta = None);
        }
        Part::Section("parties") => (0..parties.len().min(MANY)).for_each(|nr| bundles(own, Part::Party(nr), with)),
        Part::Section("legs") => {
            (0..own.legs.len()).for_each(|nr| bundles(own, Part::Leg(nr), with));
            with(&|own| own.legs.clear());
        }
        _ => {}
    }
}

/// A leg with others that take its thing back or on, so that the rules of rings look at it.
fn rings(leg: &Leg, with: &mut Changes<'_, Bundle>) {
    let name = |key: &str| leg.entries.value(key).and_then(Expr::as_name).map(str::to_owned);
    let (Some(from), Some(to)) = (name("from"), name("to")) else { return };
    let third = format!("{from}_{to}");
    let price = leg.entries.value("price").and_then(Expr::as_number).unwrap_or(0);
    // From whom to whom, whether on credit, and at which price.
    let chains: [&[(&str, &str, bool, u64)]; 5] = [
        &[(&from, &to, false, price), (&to, &from, false, price)],
        &[(&from, &to, true, price), (&to, &from, false, price ^ 1)],
        &[(&from, &to, true, price), (&to, &third, false, price ^ 1), (&third, &from, false, price)],
        &[(&from, &to, true, price), (&to, &third, false, price)],
        &[(&from, &to, true, price)],
    ];
    for chain in chains {
        let legs: Vec<Leg> = chain.iter().map(|own| moved(leg, *own)).collect();
        with(&|own| {
            own.parties = None;
            own.legs.clone_from(&legs);
        });
    }
}

fn moved(leg: &Leg, (from, to, credit, price): (&str, &str, bool, u64)) -> Leg {
    let mut leg = leg.clone();
    let payment = if credit { "deferred" } else { "spot" };
    for (key, value) in [("from", named(from)), ("to", named(to)), ("payment", named(payment))] {
        set(&mut leg.entries, key, value);
    }
    set(&mut leg.entries, "price", ExprKind::Number(price, None));
    leg
}

fn set(entries: &mut Entries, key: &str, kind: ExprKind) {
    let span = entries.span;
    match entries.entries.iter_mut().find(|entry| entry.key.text == key) {
        Some(entry) => entry.value.kind = kind,
        None => entries.entries.push(Entry { key: Name { text: key.to_owned(), span }, value: Expr { kind, span } }),
    }
}

fn put(entries: &mut Entries, at: usize, value: &ExprKind) {
    entries.entries[at].value.kind = value.clone();
}

fn named(name: &str) -> ExprKind {
    ExprKind::Path(vec![Name { text: name.to_owned(), span: Span::at(0) }])
}

/// Values that rules may tell apart.
fn values<'n>(names: impl Iterator<Item = &'n str>) -> Vec<ExprKind> {
    let mut words: Vec<&str> = TOLD_APART.into_iter().chain(MONEY).chain(names).filter(|own| !own.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    let numbers = [0, 1, u64::MAX].map(|number| ExprKind::Number(number, None));
    words.into_iter().map(named).chain(numbers).chain([ExprKind::Text(String::new())]).collect()
}
