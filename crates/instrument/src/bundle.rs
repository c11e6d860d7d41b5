//! Bundles: several legs that may each be sound and form a loan together.
//!
//! Each thing that moves makes a graph of parties. A ring in it brings the thing back; with credit and another price on the way it
//! raises money. Only the legs that are shown can be judged, so whoever submits them attests that they are all.

use crate::ast::{Bundle, Leg};
use crate::codes::{
    self, BUNDLE_1, BUNDLE_2, INAH_1, INAH_2, INAH_3, LEG_1, LEG_2, LEG_3, LEG_4, LIMIT_STEPS, MAQASID_3, META_1,
};
use etymon_diagnostics::{Code, Diagnostic, Origin, Report, Severity, SourceFile, Span, Speller};
use etymon_emit::Artifact;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Steps along legs that the search for rings takes at most.
const MAX_STEPS: usize = 1_000_000;

/// Rings of each severity that are told one by one.
const MAX_TOLD: usize = 100;

const NOTE: &str = "No ring of credit was found among the legs that are attested to be complete. This is consistency with a cited \
                    rule-base, and no religious or legal ruling; completeness is the word of whoever submitted the legs.";

/// What was found in a bundle.
pub struct Verdict {
    /// The findings.
    pub report: Report,
    flows: Vec<Flow>,
    rings: usize,
}

/// A leg that says who gives what to whom.
struct Flow {
    id: String,
    kind: String,
    from: String,
    to: String,
    asset: String,
    deferred: bool,
    /// Nothing where the price is no plain number, or missing.
    price: Option<u64>,
    span: Span,
}

/// Checks a bundle.
pub fn check(source: &Arc<SourceFile>, bundle: &Bundle) -> Verdict {
    let parties = bundle.parties.iter().flat_map(|parties| &parties.parties);
    let mut search = Search {
        source,
        bundle,
        report: Report::new(),
        parties: parties.map(|party| party.name.text.as_str()).collect(),
        speller: Speller::default(),
        flagged: BTreeSet::new(),
        steps: 0,
        rings: 0,
        refused: 0,
    };
    search.meta();
    if bundle.legs.is_empty() {
        let help = "add `legs { one: sale { from: a; to: b; asset: x; payment: spot; price: 100; } }`";
        search.found(Diagnostic::error(BUNDLE_1, "the bundle has no legs").help(help), bundle.header);
    }
    let flows: Vec<Flow> = bundle.legs.iter().filter_map(|leg| search.flow(leg)).collect();
    search.all_rings(&flows);
    search.loose_ends(&flows);
    Verdict { report: search.report, flows, rings: search.rings }
}

/// `<Name>.composite.json`: the legs and what was found, for those who enforce it elsewhere.
///
/// # Errors
/// The findings, when an error is among them.
pub fn composite(source: &Arc<SourceFile>, bundle: &Bundle) -> Result<Artifact, Report> {
    let verdict = check(source, bundle);
    if verdict.report.has_errors() {
        return Err(verdict.report);
    }
    let rows = |severity: Severity, prefix: &str| -> Vec<Row> {
        let chosen = verdict.report.iter().filter(|d| d.severity == severity && d.code.as_str().starts_with(prefix));
        chosen.map(Row::of).collect()
    };
    let attestation = bundle.meta.as_ref().and_then(|meta| meta.value("completeness_attestation"));
    let document = Composite {
        kind: "composite_invariant_manifest",
        bundle: &bundle.name.text,
        legs: verdict.flows.iter().map(LegRow::of).collect(),
        cycles_detected: verdict.rings,
        consistent: !verdict.report.has_errors(),
        violations: rows(Severity::Error, ""),
        completeness_attestation: attestation.and_then(|value| value.as_text()).unwrap_or_default(),
        maqasid_warnings: rows(Severity::Warning, "MAQASID"),
        note: NOTE,
    };
    let mut bytes = serde_json::to_vec_pretty(&document)
        .map_err(|error| Report::from(Diagnostic::error(etymon_spec::canonical::BAD_DOCUMENT, error.to_string())))?;
    bytes.push(b'\n');
    Ok(Artifact {
        path: format!("{}.composite.json", bundle.name.text),
        class: etymon_emit::artifact::Class::Platform,
        layer: "instrument".to_owned(),
        target: "manifest",
        source: bundle.name.text.clone(),
        bytes,
    })
}

#[derive(Serialize)]
struct Composite<'a> {
    kind: &'static str,
    bundle: &'a str,
    legs: Vec<LegRow<'a>>,
    cycles_detected: usize,
    consistent: bool,
    violations: Vec<Row>,
    completeness_attestation: &'a str,
    maqasid_warnings: Vec<Row>,
    note: &'static str,
}

#[derive(Serialize)]
struct LegRow<'a> {
    id: &'a str,
    kind: &'a str,
    from: &'a str,
    to: &'a str,
    asset: &'a str,
    payment: &'static str,
    price: Option<u64>,
}

impl<'a> LegRow<'a> {
    fn of(flow: &'a Flow) -> LegRow<'a> {
        LegRow {
            id: &flow.id,
            kind: &flow.kind,
            from: &flow.from,
            to: &flow.to,
            asset: &flow.asset,
            payment: if flow.deferred { "deferred" } else { "spot" },
            price: flow.price,
        }
    }
}

#[derive(Serialize)]
struct Row {
    code: &'static str,
    message: String,
    citation: &'static str,
}

impl Row {
    fn of(diagnostic: &Diagnostic) -> Row {
        let code = diagnostic.code.as_str();
        Row { code, message: diagnostic.message.clone(), citation: codes::info(code).map_or("", |info| info.citation) }
    }
}

struct Search<'a> {
    source: &'a Arc<SourceFile>,
    bundle: &'a Bundle,
    report: Report,
    parties: BTreeSet<&'a str>,
    speller: Speller,
    /// Parties and things of rings that were refused, so that no further rule reports them again.
    flagged: BTreeSet<(String, String)>,
    steps: usize,
    rings: usize,
    refused: usize,
}

/// Legs of one thing, by the party that gives it; parties are numbered in the order in which they occur.
struct Graph {
    from: Vec<Vec<(usize, usize)>>,
}

impl Search<'_> {
    fn found(&mut self, diagnostic: Diagnostic, span: Span) {
        let citation = codes::info(diagnostic.code.as_str()).map_or("", |info| info.citation);
        let diagnostic = diagnostic.at(Origin::span(self.source, span));
        let cited = if citation.is_empty() { diagnostic } else { diagnostic.note(format!("citation: {citation}")) };
        self.report.push(cited);
    }

    fn meta(&mut self) {
        let meta = self.bundle.meta.as_ref();
        let header = self.bundle.header;
        if meta.is_none_or(|meta| meta.get("basis").is_none()) {
            let help = "add `meta { basis: \"…\"; }` and have it confirmed by a scholar or lawyer";
            self.found(Diagnostic::warning(META_1, "no basis is cited").help(help), header);
        }
        let entry = meta.and_then(|meta| meta.get("completeness_attestation"));
        if entry.and_then(|entry| entry.value.as_text()).is_none_or(|text| text.trim().is_empty()) {
            let message = match entry {
                Some(_) => "the attestation of completeness is empty or no text",
                None => "nobody attests that these legs are all",
            };
            let help = "add `completeness_attestation: \"all legs that I know of are declared: name\";` to `meta`";
            let span = entry.map_or(header, |entry| Span::new(entry.key.span.start, entry.value.span.end));
            self.found(Diagnostic::error(BUNDLE_2, message).help(help), span);
        }
    }

    fn flow(&mut self, leg: &Leg) -> Option<Flow> {
        let id = &leg.id.text;
        let name = |key: &str| leg.entries.value(key).and_then(|value| value.as_name()).map(str::to_owned);
        let place = |key: &str| {
            let entry = leg.entries.get(key);
            entry.map_or(leg.id.span, |entry| Span::new(entry.key.span.start, entry.value.span.end))
        };
        let missing: Vec<&str> = ["from", "to", "asset"].into_iter().filter(|key| name(key).is_none()).collect();
        if let Some(key) = missing.first() {
            let message = format!("the leg `{id}` has no name at `{}`", missing.join("` and `"));
            let help = "write `from: a; to: b; asset: x;`";
            self.found(Diagnostic::error(LEG_1, message).help(help), place(key));
        }
        let payment = leg.entries.get("payment").map_or(Some("spot"), |payment| payment.value.as_name());
        if !matches!(payment, Some("spot" | "deferred")) {
            let message = format!("the leg `{id}` is paid neither `spot` nor `deferred`");
            let help = "write `payment: spot;` or `payment: deferred;`";
            self.found(Diagnostic::error(LEG_2, message).help(help), place("payment"));
        }
        let (from, to, asset) = (name("from")?, name("to")?, name("asset")?);
        for (key, party) in [("from", &from), ("to", &to)] {
            if self.bundle.parties.is_some() && !self.parties.contains(party.as_str()) {
                let help = match self.speller.closest(party, self.parties.iter().copied()) {
                    Some(near) => format!("write `{key}: {near};`"),
                    None => format!("add `{party};` to `parties`"),
                };
                let message = format!("the leg `{id}` names `{party}`, who is no party");
                self.found(Diagnostic::error(LEG_3, message).help(help), place(key));
            }
        }
        if from == to {
            let message = format!("the leg `{id}` goes from `{from}` to itself");
            let help = "a leg joins two parties";
            self.found(Diagnostic::error(LEG_4, message).help(help), place("to"));
        }
        Some(Flow {
            id: id.clone(),
            kind: leg.kind.text.clone(),
            from,
            to,
            asset,
            deferred: payment == Some("deferred"),
            price: leg.entries.value("price").and_then(|price| price.as_number()),
            span: leg.id.span,
        })
    }

    fn all_rings(&mut self, flows: &[Flow]) {
        let mut by_asset: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, flow) in flows.iter().enumerate().filter(|(_, flow)| flow.from != flow.to) {
            by_asset.entry(&flow.asset).or_default().push(at);
        }
        for legs in by_asset.values() {
            let graph = Graph::of(flows, legs);
            let mut on_path = vec![false; graph.from.len()];
            for start in 0..graph.from.len() {
                if !self.rings_from(&graph, start, &mut on_path, flows) {
                    let message = format!("the legs form more rings than {MAX_STEPS} steps can look through");
                    let help = "split the bundle by what is traded";
                    self.found(Diagnostic::error(LIMIT_STEPS, message).help(help), self.bundle.header);
                    return;
                }
            }
        }
    }

    /// Reports the rings whose first party is `start`; false when the steps are used up. `on_path` is false everywhere before and after.
    fn rings_from(&mut self, graph: &Graph, start: usize, on_path: &mut [bool], flows: &[Flow]) -> bool {
        let mut path: Vec<usize> = Vec::new();
        on_path[start] = true;
        // Each frame is a party and which of its legs is next.
        let mut frames = vec![(start, 0_usize)];
        while let Some((party, next)) = frames.last_mut() {
            let Some(&(leg, to)) = graph.from[*party].get(*next) else {
                on_path[*party] = false;
                frames.pop();
                path.pop();
                continue;
            };
            *next += 1;
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return false;
            }
            if to == start {
                path.push(leg);
                self.ring(&path, flows);
                path.pop();
            } else if to > start && !on_path[to] {
                on_path[to] = true;
                path.push(leg);
                frames.push((to, 0));
            }
        }
        true
    }

    fn ring(&mut self, path: &[usize], flows: &[Flow]) {
        self.rings += 1;
        let legs: Vec<&Flow> = path.iter().map(|at| &flows[*at]).collect();
        let (Some(first), Some(last)) = (legs.first(), legs.last()) else { return };
        let deferred = legs.iter().any(|leg| leg.deferred);
        // What is not known to be the same price is taken for another one.
        let unknown = legs.iter().find(|leg| leg.price.is_none());
        let raises_money = deferred && (unknown.is_some() || legs.iter().any(|leg| leg.price != first.price));
        self.refused += usize::from(raises_money);
        let told = if raises_money { self.refused } else { self.rings - self.refused };
        if told > MAX_TOLD {
            return;
        }
        let ids: Vec<String> = legs.iter().take(8).map(|leg| format!("`{}`", leg.id)).collect();
        let more = if legs.len() > ids.len() { " and others" } else { "" };
        let along = format!("`{}` goes from `{}` round along {}{more}", first.asset, first.from, ids.join(", "));
        if !raises_money {
            let message = format!("{along}, without any effect");
            let help = "leave out what changes nothing, or show what it is for";
            self.found(Diagnostic::warning(INAH_3, message).help(help), last.span);
            return;
        }
        let (code, message): (Code, _) = if legs.len() == 2 {
            (INAH_1, format!("{along}, on credit and at another price: the difference is an increase on a loan"))
        } else {
            (INAH_2, format!("{along}, on credit and at another price: the ring raises money"))
        };
        let mut own = Diagnostic::error(code, message).help("sell to who keeps the thing, or lend without an increase");
        if let Some(leg) = unknown {
            own = own.note(format!("the price of `{}` is no number, so nobody can tell that it is the same", leg.id));
        }
        self.found(own, last.span);
        for leg in legs {
            self.flagged.insert((leg.from.clone(), leg.asset.clone()));
            self.flagged.insert((leg.to.clone(), leg.asset.clone()));
        }
    }

    /// Who bought on credit and sold for cash, and who bought on credit with no trace of what came after.
    fn loose_ends(&mut self, flows: &[Flow]) {
        let mut given: BTreeMap<(&str, &str), Vec<&Flow>> = BTreeMap::new();
        for flow in flows {
            given.entry((&flow.from, &flow.asset)).or_default().push(flow);
        }
        let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
        for bought in flows.iter().filter(|flow| flow.deferred) {
            let (party, asset) = (bought.to.as_str(), bought.asset.as_str());
            if !seen.insert((party, asset)) || self.flagged.contains(&(party.to_owned(), asset.to_owned())) {
                continue;
            }
            match given.get(&(party, asset)) {
                None => {
                    let message =
                        format!("`{party}` buys `{asset}` on credit by `{}`, and what follows is not shown", bought.id);
                    let help = "have it confirmed that the thing is kept";
                    self.found(Diagnostic::warning(MAQASID_3, message).help(help), bought.span);
                }
                Some(sales) => {
                    if let Some(sold) = sales.iter().find(|sale| !sale.deferred) {
                        let message = format!(
                            "`{party}` buys `{asset}` on credit by `{}` and sells it for cash by `{}`: that raises money",
                            bought.id, sold.id
                        );
                        let help = "let the buyer keep the thing, or lend without an increase";
                        self.found(Diagnostic::error(INAH_2, message).help(help), sold.span);
                    }
                }
            }
        }
    }
}

impl Graph {
    fn of(flows: &[Flow], legs: &[usize]) -> Graph {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut from: Vec<Vec<(usize, usize)>> = Vec::new();
        for leg in legs {
            let mut number = |party| {
                let next = numbers.len();
                *numbers.entry(party).or_insert(next)
            };
            let (giver, taker) = (number(flows[*leg].from.as_str()), number(flows[*leg].to.as_str()));
            from.resize(numbers.len(), Vec::new());
            from[giver].push((*leg, taker));
        }
        Graph { from }
    }
}
