//! Rule modules: what an authority requires of the classes, as data. They are checked on top of the built-in rules.
//!
//! A module is ratified when its record says so and pins the SHA-256 of the canonical form of its `regimes`.

use crate::ast::{Expr, ExprKind, Instrument, Unit};
use crate::class::Class;
use crate::codes::{self, INV_1, RULE, RULE_MODULE, RULES_1, RULES_2, RULES_3};
use crate::manifest::{self, Operator, Scalar};
use crate::sema::is_attested;
use etymon_diagnostics::{Diagnostic, Origin, Report, SourceFile, Span, closest};
use etymon_kernel_rt::json::Tape;
use etymon_spec::canonical;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Deepest nesting of a module.
const MAX_DEPTH: usize = 32;
/// Longest module that is read, in bytes.
pub const MAX_MODULE: usize = 1 << 20;

/// The modules that are built in.
const EMBEDDED: [(&str, &str); 6] = [
    ("aaoifi", include_str!("../rules/aaoifi.rules.json")),
    ("dsn-mui", include_str!("../rules/dsn-mui.rules.json")),
    ("hanafi", include_str!("../rules/hanafi.rules.json")),
    ("maliki", include_str!("../rules/maliki.rules.json")),
    ("shafii", include_str!("../rules/shafii.rules.json")),
    ("hanbali", include_str!("../rules/hanbali.rules.json")),
];

/// A rule module.
#[derive(Clone, Debug)]
pub struct RuleSet {
    /// Who published it.
    pub authority: String,
    /// Which edition.
    pub version: String,
    ratification: Ratification,
    classes: BTreeMap<String, Regime>,
    hash: String,
    text: Arc<str>,
}

#[derive(Deserialize)]
struct Module {
    authority: String,
    version: String,
    #[serde(default)]
    ratification: Ratification,
    regimes: Value,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Ratification {
    #[serde(default)]
    status: String,
    sha256_of_module: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Regime {
    classes: BTreeMap<String, ClassModule>,
}

#[derive(Clone, Debug, Deserialize)]
struct ClassModule {
    #[serde(default)]
    required_invariants: Vec<String>,
    #[serde(default)]
    constraints: Vec<Constraint>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Constraint {
    code: String,
    field: String,
    op: Operator,
    value: Wanted,
    citation: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Wanted {
    Flag(bool),
    Number(u64),
    Text(String),
}

/// What an instrument says at a field.
struct Given {
    value: Option<Wanted>,
    shown: String,
    span: Span,
}

impl RuleSet {
    /// Names of the built-in modules.
    pub fn names() -> impl Iterator<Item = &'static str> {
        EMBEDDED.iter().map(|(name, _)| *name)
    }

    /// A built-in module.
    ///
    /// # Errors
    /// `RULE_MODULE` when there is none of that name.
    pub fn embedded(name: &str) -> Result<RuleSet, Box<Diagnostic>> {
        match EMBEDDED.iter().find(|(own, _)| *own == name) {
            Some((name, text)) => RuleSet::from_json(&format!("embedded:{name}.rules.json"), text.as_bytes()),
            None => {
                let help = match closest(name, RuleSet::names()) {
                    Some(near) => format!("write `{near}`"),
                    None => {
                        format!("the built-in modules are {}", RuleSet::names().collect::<Vec<_>>().join(", "))
                    }
                };
                let shown: String = name.chars().take(80).collect();
                let message = format!("there is no rule module `{shown}`");
                Err(Box::new(Diagnostic::error(RULE_MODULE, message).help(help)))
            }
        }
    }

    /// The module that `meta.rules` names, if it does. Files are not read on a file's word.
    ///
    /// # Errors
    /// `RULE_MODULE` at the line, when there is none of that name.
    pub fn of_meta(source: &Arc<SourceFile>, unit: &Unit) -> Result<Option<RuleSet>, Report> {
        let Unit::Instrument(Instrument { meta: Some(meta), .. }) = unit else { return Ok(None) };
        let Some(entry) = meta.get("rules") else { return Ok(None) };
        let name = entry.value.as_name().or(entry.value.as_text()).unwrap_or_default();
        let placed = |error: Box<Diagnostic>| error.at(Origin::span(source, entry.value.span)).into();
        RuleSet::embedded(name).map(Some).map_err(placed)
    }

    /// Reads a module; `path` is what it is called in findings.
    ///
    /// # Errors
    /// `RULE_MODULE` for what is no module.
    pub fn from_json(path: &str, bytes: &[u8]) -> Result<RuleSet, Box<Diagnostic>> {
        let refused = |message: String| {
            let help = "a module has `authority`, `version` and `regimes.<regime>.classes.<class>`, with \
                        `required_invariants` and `constraints` of `code`, `field`, `op`, `value` and `citation`";
            Box::new(Diagnostic::error(RULE_MODULE, message).at(Origin::path(path)).help(help))
        };
        if bytes.len() > MAX_MODULE {
            return Err(refused(format!("the module has more than {MAX_MODULE} bytes")));
        }
        // A key that repeats would leave it to the reader which one was ratified.
        Tape::read(bytes, MAX_DEPTH).map_err(|error| refused(error.to_string()))?;
        let text = std::str::from_utf8(bytes).map_err(|error| refused(error.to_string()))?;
        let module: Module = serde_json::from_slice(bytes).map_err(|error| refused(error.to_string()))?;
        let canonical = canonical::to_string(&module.regimes).map_err(|error| refused(error.message.clone()))?;
        let classes: BTreeMap<String, Regime> =
            serde_json::from_value(module.regimes).map_err(|error| refused(error.to_string()))?;
        let modules = classes.values().flat_map(|regime| regime.classes.values());
        let bare = |own: &Constraint| own.code.is_empty() || own.field.is_empty() || own.citation.is_empty();
        if modules.flat_map(|own| &own.constraints).any(bare) || module.authority.is_empty() {
            return Err(refused("`authority`, or `code`, `field` or `citation` of a constraint, is empty".to_owned()));
        }
        Ok(RuleSet {
            authority: module.authority,
            version: module.version,
            ratification: module.ratification,
            classes,
            hash: canonical::sha256_hex(canonical.as_bytes()),
            text: text.into(),
        })
    }

    /// Authority and edition.
    pub fn label(&self) -> String {
        format!("{} {}", self.authority, self.version)
    }

    /// SHA-256 of the canonical form of `regimes`, which a ratification pins.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The module as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the module has rules for a class.
    pub fn has(&self, class: Class) -> bool {
        self.class(class).is_some()
    }

    /// What the module requires of a class's keys, in its order; the fields are places in an instrument.
    pub(crate) fn constraints(&self, class: Class) -> impl Iterator<Item = manifest::Constraint> {
        self.class(class).into_iter().flat_map(|own| &own.constraints).map(|own| manifest::Constraint {
            code: own.code.clone(),
            field: own.field.clone(),
            op: own.op,
            value: match &own.value {
                Wanted::Flag(truth) => Scalar::Bool(*truth),
                Wanted::Number(number) => Scalar::Number((*number).into()),
                Wanted::Text(text) => Scalar::Text(text.clone()),
            },
            citation: own.citation.clone(),
        })
    }

    fn class(&self, class: Class) -> Option<&ClassModule> {
        self.classes.get(class.regime().name())?.classes.get(class.name())
    }

    /// What is wrong with the ratification: `RULES-2`, the warning `RULES-3`, or nothing.
    pub fn verify(&self) -> Option<Diagnostic> {
        let label = self.label();
        if self.ratification.status != "ratified" {
            let message = format!("the rule module `{label}` is not ratified");
            let help =
                "let its authority set `status: ratified` and `sha256_of_module` to what `deducible rules hash` prints";
            return Some(Diagnostic::warning(RULES_3, message).help(help));
        }
        let message = match &self.ratification.sha256_of_module {
            Some(hash) if *hash == self.hash => return None,
            Some(hash) => {
                let shown: String = hash.chars().take(80).collect();
                format!("the rule module `{label}` was ratified as {shown}, but is {}", self.hash)
            }
            None => format!("the rule module `{label}` claims to be ratified, but pins no hash"),
        };
        Some(Diagnostic::error(RULES_2, message).help("take the module that was ratified, or have this one ratified"))
    }

    /// Checks an instrument, and adds to what the built-in rules found.
    pub(crate) fn check(&self, source: &Arc<SourceFile>, own: &Instrument, class: Class, report: &mut Report) {
        let header = Origin::span(source, own.header);
        report.extend(self.verify().map(|found| found.at(header.clone())));
        let Some(rules) = self.class(class) else {
            let message = format!("the rule module `{}` has no rules for `{}`", self.label(), class.name());
            let help = "choose another module, or none";
            report.push(Diagnostic::error(RULES_1, message).at(header).help(help));
            return;
        };
        for name in &rules.required_invariants {
            if own.invariants.iter().all(|own| own.name.text != *name) {
                let diagnostic = Diagnostic::error(INV_1, format!("the invariant `{name}` is not declared"))
                    .at(header.clone())
                    .help(format!("add `invariant {name} {{ … }}`"));
                let note = format!("required by {} [verify]", self.label());
                join(report, diagnostic, note, |own, new| own.message == new.message);
            }
        }
        for constraint in &rules.constraints {
            self.constraint(source, own, constraint, report);
        }
    }

    fn constraint(&self, source: &Arc<SourceFile>, own: &Instrument, rule: &Constraint, report: &mut Report) {
        // What a section that may be left out must say holds only where it is there.
        if rule.field.starts_with("zakat.") && own.zakat.is_none() {
            return;
        }
        let given = resolve(own, &rule.field);
        let value = given.as_ref().and_then(|given| given.value.as_ref());
        if value.is_some_and(|value| holds(value, rule.op, &rule.value)) {
            return;
        }
        let Constraint { field, op, citation, .. } = rule;
        let found = given.as_ref().map_or("missing".to_owned(), |given| format!("`{}`", given.shown));
        let message = format!("`{field}` is {found}, but must be {} `{}`", words(*op), rule.value.text());
        let place = given.map_or(own.header, |given| given.span);
        let code = codes::info(&rule.code).map_or(RULE, |info| info.code);
        let mut diagnostic = Diagnostic::error(code, message).at(Origin::span(source, place));
        if code == RULE {
            diagnostic = diagnostic.note(format!("code of the module: {}", rule.code));
        }
        let help = format!("write what `{}` requires of `{field}`", self.label());
        let note = format!("citation of {}: {citation}", self.label());
        join(report, diagnostic.help(help), note, |own, new| {
            own.code == new.code && own.severity == new.severity && own.origin.position() == new.origin.position()
        });
    }
}

/// Adds a finding, or only what it rests on where the built-in rules found the same.
fn join(report: &mut Report, new: Diagnostic, note: String, same: impl Fn(&Diagnostic, &Diagnostic) -> bool) {
    match report.iter_mut().find(|own| own.code == new.code && same(own, &new)) {
        Some(own) => own.notes.push(note),
        None => report.push(new.note(note)),
    }
}

/// How a message says what a value must be beside a constraint's.
fn words(op: Operator) -> &'static str {
    match op {
        Operator::Eq => "equal to",
        Operator::Ne => "other than",
        Operator::Gt => "greater than",
        Operator::Lt => "less than",
        Operator::Ge => "at least",
        Operator::Le => "at most",
    }
}

impl Wanted {
    fn text(&self) -> String {
        match self {
            Wanted::Flag(flag) => flag.to_string(),
            Wanted::Number(number) => number.to_string(),
            Wanted::Text(text) => text.clone(),
        }
    }
}

/// Values of different types are never equal, and only numbers have an order.
fn holds(given: &Wanted, op: Operator, wanted: &Wanted) -> bool {
    match (given, wanted) {
        (Wanted::Number(given), Wanted::Number(wanted)) => op.admits(given.cmp(wanted)),
        _ if op.orders() => false,
        _ => (given == wanted) == (op == Operator::Eq),
    }
}

/// What an instrument says at a dotted path; nothing where the key is missing.
fn resolve(own: &Instrument, field: &str) -> Option<Given> {
    let parts: Vec<&str> = field.split('.').collect();
    let entry = match parts[..] {
        ["returns", "buyout", "priceSource"] => {
            let price = own.returns.as_ref()?.get("buyout")?.entries.get("price")?;
            let from = if is_attested(own, &price.value) { "oracle" } else { "self" };
            let span = Span::new(price.key.span.start, price.value.span.end);
            return Some(Given { value: Some(Wanted::Text(from.to_owned())), shown: from.to_owned(), span });
        }
        ["returns", block, key] => own.returns.as_ref()?.get(block)?.entries.get(key)?,
        [section, key] => {
            let sections = [
                ("meta", &own.meta),
                ("risk", &own.risk),
                ("oracle", &own.oracle),
                ("zakat", &own.zakat),
                ("contingency", &own.contingency),
                ("dispute", &own.dispute),
            ];
            sections.into_iter().find(|(name, _)| *name == section)?.1.as_ref()?.get(key)?
        }
        _ => return None,
    };
    let value = value(&entry.value);
    let shown = value.as_ref().map_or("an expression".to_owned(), Wanted::text);
    Some(Given { value, shown, span: Span::new(entry.key.span.start, entry.value.span.end) })
}

fn value(expression: &Expr) -> Option<Wanted> {
    match &expression.kind {
        ExprKind::Number(number, _) => Some(Wanted::Number(*number)),
        ExprKind::Text(text) => Some(Wanted::Text(text.clone())),
        ExprKind::Path(path) => {
            let names: Vec<&str> = path.iter().map(|name| name.text.as_str()).collect();
            Some(match names[..] {
                ["true"] => Wanted::Flag(true),
                ["false"] => Wanted::Flag(false),
                _ => Wanted::Text(names.join(".")),
            })
        }
        ExprKind::Binary(..) => None,
    }
}
