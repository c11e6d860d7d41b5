//! From an application's description to what is derived from it.

use crate::output::Failure;
use etymon_diagnostics::{Code, Diagnostic, Origin, Report, SourceFile, Span, closest};
use etymon_emit::app::App;
use etymon_emit::generator_version;
use etymon_kernel_rt::json::Tape;
use etymon_kernel_rt::{List, Record, Val, decoder, json_text, wire};
use etymon_spec::Spec;
use etymon_spec::eval::{Evaluator, Limits};
use etymon_spec::image::{Source, locate};
use etymon_store::{Artifact, Class, Digest, Emission, GeneratorRef, SpecRef};

/// The text is no JSON, or has numbers that the protocol does not know.
const APP_JSON: Code = Code::new("APP_JSON");
/// A name that nothing can have.
const APP_NAME: Code = Code::new("APP_NAME");
/// A name of something that is not there: a role, a type, an event.
const APP_UNKNOWN: Code = Code::new("APP_UNKNOWN");
/// A name that something else has already.
const APP_REPEATED: Code = Code::new("APP_REPEATED");
/// A field that descriptions do not have.
const APP_FIELD: Code = Code::new("APP_FIELD");
/// A value that is missing, or of another kind.
const APP_VALUE: Code = Code::new("APP_VALUE");
/// More of something than an application may have.
const APP_TOO_MANY: Code = Code::new("APP_TOO_MANY");
/// The manifest that the description leads to is refused.
const APP_MANIFEST: Code = Code::new("APP_MANIFEST");
/// The spec has no rules for applications, or they do not answer as they should.
const APP_SPEC: Code = Code::new("APP_SPEC");

const MODULE: &str = "appgen/AppGen";
/// A description is four levels deep.
const MAX_DEPTH: usize = 64;
/// The host is asked until nothing is left to look up: for the names, then for those of the manifest.
const ROUNDS: usize = 4;

/// The rules for applications.
struct Rules<'s> {
    spec: &'s Spec,
    evaluator: Evaluator<'s>,
}

impl Rules<'_> {
    fn call(&self, name: &str, args: Vec<Val>) -> Result<Val, Failure> {
        let path = format!("{MODULE}.{name}");
        let Some(callee) = self.evaluator.find(self.spec, &path) else {
            let message = format!("the spec has no `{path}`");
            return Err(Diagnostic::error(APP_SPEC, message)
                .help("leave `--spec` out, or give the protocol's")
                .into_failure());
        };
        match self.evaluator.call(callee, args) {
            Ok(answer) => Ok(answer.value),
            Err(reason) => Err(Diagnostic::from(reason).into_failure()),
        }
    }

    fn constant(&self, name: &str) -> Val {
        self.evaluator.constant(self.spec, &format!("{MODULE}.{name}")).cloned().unwrap_or(Val::None)
    }

    /// Looks up what the rules ask for: texts, letter by letter.
    fn look_up(&self, app: &Val) -> Result<Val, Failure> {
        let mut found = Vec::new();
        for _ in 0..ROUNDS {
            let reads = self.call("appReads", vec![app.clone(), Val::List(List::new(found.clone()))])?;
            let reads = items(&reads);
            if reads.is_empty() {
                break;
            }
            for read in reads {
                let letters = text(read, "letters").map_or(Val::None, decoder::letters);
                found.push(record([("read", read.clone()), ("items", letters)]));
            }
        }
        Ok(Val::List(List::new(found)))
    }
}

trait IntoFailure {
    fn into_failure(self) -> Failure;
}

impl IntoFailure for Diagnostic {
    fn into_failure(self) -> Failure {
        Failure::from(Report::from(self))
    }
}

/// Derives what belongs to an application.
///
/// # Errors
/// `APP_…` for a description that is not right, with the place; what the evaluator refuses.
pub fn derive(spec: &Spec, source: Source<'_>) -> Result<Emission, Failure> {
    let app = read(source)?;
    let evaluator = Evaluator::new(spec, Limits::default()).map_err(|own| Diagnostic::from(own).into_failure())?;
    let rules = Rules { spec, evaluator };
    let found = rules.look_up(&app)?;
    let problem = rules.call("appProblem", vec![app.clone(), found.clone()])?;
    if !matches!(problem, Val::None) {
        let mut report = refusal(&rules, &app, &found, &problem)?;
        locate(&mut report, source);
        return Err(Failure::Refused(report));
    }
    let owner = rules.constant("ANY_OWNER");
    let manifest = rules.call("appManifest", vec![app.clone(), owner.clone()])?;
    let methods = rules.call("appMethods", vec![app.clone()])?;
    let Val::Str(owner) = owner else {
        return Err(Diagnostic::error(APP_SPEC, format!("`{MODULE}.ANY_OWNER` is no text")).into_failure());
    };
    let digest = Digest::of(json_text(&app).unwrap_or_default().as_bytes());
    let sha256 = digest.to_string();
    let own = App { description: &app, manifest: &manifest, owner: &owner, methods: &methods, sha256: &sha256 };
    let artifact =
        |(path, text): (&str, String)| Artifact::new(path, Class::Protocol, "app", "app", "-", text.into_bytes());
    let artifacts = own.files().into_iter().map(artifact).collect();
    let about =
        SpecRef { kind: "app".to_owned(), name: text(&app, "name").unwrap_or_default().to_owned(), sha256: digest };
    let version = Digest::of(format!("{}\0{}", generator_version(), spec.sha256).as_bytes());
    let generator = GeneratorRef { name: "etymon".to_owned(), version };
    Emission::new(about, generator, artifacts, Vec::new()).map_err(|error| Failure::Refused(error.into()))
}

/// The description as a value.
fn read(source: Source<'_>) -> Result<Val, Failure> {
    let file = || SourceFile::from_bytes(source.path, source.bytes);
    let tape = Tape::read(source.bytes, MAX_DEPTH).map_err(|error| {
        Diagnostic::error(APP_JSON, error.kind.text()).at(Origin::span(&file(), Span::at(error.at))).into_failure()
    })?;
    wire::plain(&tape, 0).map_err(|refusal| {
        let range = tape.range(refusal.node);
        let place = Origin::span(&file(), Span::new(range.start, range.end)).at_json(tape.path(refusal.node));
        Diagnostic::error(APP_JSON, format!("expected {}", refusal.reason)).at(place).into_failure()
    })
}

/// The diagnostics of a problem that the rules found.
fn refusal(rules: &Rules<'_>, app: &Val, found: &Val, problem: &Val) -> Result<Report, Failure> {
    let (problem, at) = (text(problem, "problem").unwrap_or_default(), text(problem, "at").unwrap_or_default());
    let place = |at: &str| Origin::none().at_json(if at.is_empty() { "$".to_owned() } else { format!("$.{at}") });
    if problem == "unknown_field" {
        return Ok(unknown_fields(rules, app, at));
    }
    if let Some(inner) = at.strip_prefix("manifest.") {
        let message = format!("the manifest that it leads to is refused: {problem} at `{inner}`");
        return Ok(Diagnostic::error(APP_MANIFEST, message)
            .at(place(""))
            .help("see docs/protocol.md, Manifests")
            .into());
    }
    let value = find(app, at);
    let key = if at.is_empty() { "description" } else { at.rsplit('.').next().unwrap_or(at) };
    let shown = value.and_then(json_text).unwrap_or_else(|| "nothing".to_owned());
    let (code, message, help) = match problem {
        "bad_name" => (APP_NAME, format!("`{key}` is no name: {shown}"), name_help(at)),
        "repeated_name" => (APP_REPEATED, format!("`{key}` is a name that is taken: {shown}"), repeated_help(at)),
        "unknown_name" => {
            let known = known(rules, app, found, at)?;
            (APP_UNKNOWN, format!("`{key}` names what is not there: {shown}"), near(value, &known))
        }
        "too_many" => (APP_TOO_MANY, format!("`{key}` has more items than there may be"), "leave some out".to_owned()),
        "bad_value" if value.is_none_or(|own| matches!(own, Val::None)) => {
            (APP_VALUE, format!("`{key}` is missing"), value_help(key))
        }
        "bad_value" => (APP_VALUE, format!("`{key}` is of the wrong kind: {shown}"), value_help(key)),
        _ => (APP_SPEC, format!("the rules of the spec answer `{problem}`"), "this is a defect of the spec".to_owned()),
    };
    // What is missing has no place; the record has.
    let at = if value.is_some() { at } else { at.rsplit_once('.').map_or("", |(record, _)| record) };
    Ok(Diagnostic::error(code, message).at(place(at)).help(help).into())
}

fn name_help(at: &str) -> String {
    if at == "name" {
        "lower-case letters, digits and `-`, a letter first, at most 64".to_owned()
    } else {
        "a lower-case letter, then letters and digits, at most 64; names with a capital are the protocol's".to_owned()
    }
}

fn repeated_help(at: &str) -> String {
    if at.contains(".fields[") {
        "give the field another name; `from` is the author".to_owned()
    } else {
        "give it another name".to_owned()
    }
}

fn value_help(key: &str) -> String {
    match key {
        "create" | "write" => "say which roles may, as a text or a list of texts",
        "optional" => "true or false",
        "events" | "slots" | "views" | "fields" => "a list",
        "description" => "an object with `name` and `profile`",
        _ => "a text, or a list of different texts",
    }
    .to_owned()
}

/// Every field of the record at that place which descriptions do not have there.
fn unknown_fields(rules: &Rules<'_>, app: &Val, at: &str) -> Report {
    let kind =
        at.rsplit('.').next().and_then(|last| last.split('[').next()).filter(|kind| !kind.is_empty()).unwrap_or("app");
    let shapes = rules.constant("SHAPES");
    let known: Vec<&str> = texts(get(&shapes, kind).unwrap_or(&Val::None));
    let Some(Val::Record(fields)) = find(app, at) else { return Report::new() };
    let unknown = fields.fields().iter().filter(|(key, _)| !known.contains(&&**key));
    unknown
        .map(|(key, _)| {
            let help = match closest(key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known: {}", known.join(", ")),
            };
            let path = if at.is_empty() { format!("$.{key}") } else { format!("$.{at}.{key}") };
            Diagnostic::error(APP_FIELD, format!("unknown field `{key}`")).at(Origin::none().at_json(path)).help(help)
        })
        .collect()
}

/// What may stand at a place where a name was not known.
fn known(rules: &Rules<'_>, app: &Val, found: &Val, at: &str) -> Result<Vec<String>, Failure> {
    let own = |value: &Val| texts(value).into_iter().map(str::to_owned).collect();
    let key = at.rsplit('.').next().unwrap_or(at);
    let of_view =
        || at.rsplit_once('.').and_then(|(view, _)| find(app, view)).and_then(|view| get(view, "of")).cloned();
    Ok(match key {
        "profile" => own(&rules.constant("PROFILES")),
        "as" => own(&rules.constant("VIEW_KINDS")),
        "type" => own(&rules.constant("FIELD_TYPES")),
        "of" => items(get(app, "events").unwrap_or(&Val::None))
            .iter()
            .filter_map(|own| text(own, "type"))
            .map(str::to_owned)
            .collect(),
        "by" => {
            let events = get(app, "events").cloned().unwrap_or(Val::None);
            own(&rules.call("keysOf", vec![events, of_view().unwrap_or(Val::None)])?)
        }
        _ => {
            let all = rules.call("knownIn", vec![app.clone(), found.clone()])?;
            let among = if ["update", "delete", "read"].contains(&key) { "roles" } else { "plain" };
            own(get(&all, among).unwrap_or(&Val::None))
        }
    })
}

fn near(value: Option<&Val>, known: &[String]) -> String {
    let given = match value {
        Some(Val::Str(own)) => vec![&**own],
        Some(list) => texts(list),
        None => Vec::new(),
    };
    let wrong = given.into_iter().find(|own| !known.iter().any(|other| other == own));
    match wrong.and_then(|wrong| closest(wrong, known.iter().map(String::as_str))) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known: {}", known.join(", ")),
    }
}

/// The value at a place such as `events[0].create`.
fn find<'a>(value: &'a Val, at: &str) -> Option<&'a Val> {
    let mut here = value;
    for part in at.split('.').filter(|part| !part.is_empty()) {
        let (key, index) = part.split_once('[').map_or((part, None), |(key, rest)| (key, rest.strip_suffix(']')));
        here = get(here, key)?;
        if let Some(index) = index {
            here = items(here).get(index.parse::<usize>().ok()?)?;
        }
    }
    Some(here)
}

fn record<const N: usize>(fields: [(&str, Val); N]) -> Val {
    Val::Record(Record::new(fields.into_iter().map(|(key, value)| (key.into(), value)).collect()))
}

fn get<'a>(value: &'a Val, key: &str) -> Option<&'a Val> {
    match value {
        Val::Record(own) => own.get(key),
        _ => None,
    }
}

fn text<'a>(value: &'a Val, key: &str) -> Option<&'a str> {
    match get(value, key) {
        Some(Val::Str(own)) => Some(own),
        _ => None,
    }
}

fn items(value: &Val) -> &[Val] {
    match value {
        Val::List(own) => own.items(),
        _ => &[],
    }
}

fn texts(value: &Val) -> Vec<&str> {
    let own = items(value).iter().filter_map(|item| if let Val::Str(own) = item { Some(&**own) } else { None });
    own.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::embedded;
    use serde_json::{Value, json};

    fn guestbook() -> Value {
        json!({
            "name": "guestbook", "profile": "group",
            "events": [{
                "type": "entry", "create": "MEMBER", "delete": ["Sender", "admin"],
                "fields": [{ "name": "text", "type": "string" }, { "name": "about", "type": "event", "optional": true }],
            }],
            "slots": [{ "key": "welcome", "write": "admin", "fields": [{ "name": "text", "type": "string" }] }],
            "views": [{ "name": "entries", "of": "entry", "as": "list" }, { "name": "counts", "of": "entry", "as": "count", "by": "from" }],
        })
    }

    fn derived(spec: &Spec, text: &str) -> Result<Emission, Report> {
        derive(spec, Source { path: "app.json", bytes: text.as_bytes() }).map_err(|failure| match failure {
            Failure::Refused(report) => report,
            other => panic!("{other:?}"),
        })
    }

    /// Code, place and help of the only diagnostic.
    fn refused(spec: &Spec, text: &str) -> (&'static str, String, String) {
        let report = derived(spec, text).expect_err(text);
        assert_eq!(report.len(), 1, "{report}");
        let own = report.iter().next().expect("one");
        assert!(own.origin.position().is_some(), "{own} has a line");
        (own.code.as_str(), own.origin.json_path().unwrap_or_default().to_owned(), own.help.clone().unwrap_or_default())
    }

    #[test]
    fn each_slip_is_told_with_its_place() {
        let spec = embedded().expect("the embedded spec");
        derived(&spec, &guestbook().to_string()).expect("nothing is wrong with it");
        let cases = [
            ("/name", json!("Guestbook"), "APP_NAME", "$.name", "a letter first"),
            ("/profile", json!("grup"), "APP_UNKNOWN", "$.profile", "did you mean `group`?"),
            ("/events", json!({}), "APP_VALUE", "$.events", "a list"),
            (
                "/events/0/type",
                json!("Grant"),
                "APP_NAME",
                "$.events[0].type",
                "names with a capital are the protocol's",
            ),
            ("/events/0/create", json!(null), "APP_VALUE", "$.events[0].create", "which roles may"),
            ("/events/0/create", json!("MEMBERS"), "APP_UNKNOWN", "$.events[0].create", "did you mean `MEMBER`?"),
            ("/events/0/create", json!("Sender"), "APP_UNKNOWN", "$.events[0].create", "known: OUTSIDER, Public,"),
            (
                "/events/0/delete",
                json!(["admin", "Sendr"]),
                "APP_UNKNOWN",
                "$.events[0].delete",
                "did you mean `Sender`?",
            ),
            ("/events/0/delete", json!(["admin", "admin"]), "APP_REPEATED", "$.events[0].delete", "another name"),
            ("/events/0/delete", json!([]), "APP_VALUE", "$.events[0].delete", "a text, or a list"),
            (
                "/events/0/fields/0/type",
                json!("text"),
                "APP_UNKNOWN",
                "$.events[0].fields[0].type",
                "known: string, natural",
            ),
            (
                "/events/0/fields/0/name",
                json!("from"),
                "APP_REPEATED",
                "$.events[0].fields[0].name",
                "`from` is the author",
            ),
            ("/events/0/fields/1/name", json!("text"), "APP_REPEATED", "$.events[0].fields[1].name", "another name"),
            ("/events/0/fields/1/optional", json!(1), "APP_VALUE", "$.events[0].fields[1].optional", "true or false"),
            ("/slots/0/write", json!(null), "APP_VALUE", "$.slots[0].write", "which roles may"),
            ("/slots/0/key", json!("a b"), "APP_NAME", "$.slots[0].key", "a lower-case letter"),
            ("/views/0/of", json!("entri"), "APP_UNKNOWN", "$.views[0].of", "did you mean `entry`?"),
            ("/views/0/as", json!("lists"), "APP_UNKNOWN", "$.views[0].as", "did you mean `list`?"),
            ("/views/1/by", json!("about"), "APP_UNKNOWN", "$.views[1].by", "known: from, text"),
            ("/views/1/name", json!("entries"), "APP_REPEATED", "$.views[1].name", "another name"),
            ("/views", json!(vec![json!({}); 33]), "APP_TOO_MANY", "$.views", "leave some out"),
        ];
        for (pointer, value, code, place, help) in cases {
            let mut app = guestbook();
            *app.pointer_mut(pointer).expect(pointer) = value;
            let told = refused(&spec, &app.to_string());
            assert_eq!((told.0, &*told.1), (code, place), "{app}");
            assert!(told.2.contains(help), "{} has no {help}", told.2);
        }
    }

    #[test]
    fn fields_that_descriptions_do_not_have_are_refused_wherever_they_are() {
        let spec = embedded().expect("the embedded spec");
        let cases = [
            ("", "$", "slotz", "did you mean `slots`?"),
            ("/events/0", "$.events[0]", "updates", "did you mean `update`?"),
            ("/events/0/fields/1", "$.events[0].fields[1]", "option", "did you mean `optional`?"),
            ("/slots/0", "$.slots[0]", "zzz", "known: key, write"),
            ("/views/1", "$.views[1]", "bye", "did you mean `by`?"),
        ];
        for (pointer, place, field, help) in cases {
            let mut app = guestbook();
            let record = app.pointer_mut(pointer).and_then(Value::as_object_mut).expect(pointer);
            record.insert(field.to_owned(), json!("x"));
            let told = refused(&spec, &app.to_string());
            assert_eq!((told.0, told.1), ("APP_FIELD", format!("{place}.{field}")));
            assert!(told.2.contains(help), "{} has no {help}", told.2);
        }
    }

    #[test]
    fn what_is_no_json_of_the_protocol_is_refused() {
        let spec = embedded().expect("the embedded spec");
        for text in ["", "{", "{\"name\": 1.5}", "{\"name\": -1}", "{\"name\":\"a\",\"name\":\"b\"}", &"[".repeat(1000)]
        {
            assert_eq!(derived(&spec, text).expect_err(text).iter().next().expect("one").code, APP_JSON, "{text}");
        }
        for text in ["7", "null", "[]", "\"group\""] {
            let report = derived(&spec, text).expect_err(text);
            assert!(!report.is_empty(), "{text}");
        }
    }

    #[test]
    fn the_bytes_depend_on_what_is_described_alone() {
        let spec = embedded().expect("the embedded spec");
        let app = guestbook();
        let (dense, wide) = (app.to_string(), serde_json::to_string_pretty(&app).expect("JSON"));
        assert_ne!(dense, wide);
        assert_eq!(derived(&spec, &dense).expect("right"), derived(&spec, &wide).expect("right"));
    }

    /// As much of everything as there may be, with names of 48 letters: neither the manifest's own bounds nor those of the evaluator are in the way.
    #[test]
    fn the_greatest_application_has_a_manifest() {
        let spec = embedded().expect("the embedded spec");
        // All names are different; of 64 letters each they would take more steps than there are (docs/guides/apps.md).
        let long = |kind: &str, nr: usize| format!("{kind}{nr:047}");
        let fields = |of: usize| -> Vec<Value> {
            (0..32).map(|nr| json!({ "name": long("f", of * 100 + nr), "type": "string" })).collect()
        };
        let all = json!(["MEMBER", "admin", "owner"]);
        let events: Vec<Value> = (0..24)
            .map(|nr| {
                json!({
                    "type": long("e", nr), "create": all, "update": all, "delete": all, "except": "muted", "read": all,
                    "notify": all, "push": all, "fields": fields(nr),
                })
            })
            .collect();
        let slots: Vec<Value> = (0..16)
            .map(|nr| json!({ "key": long("k", nr), "write": all, "push": all, "fields": fields(50 + nr) }))
            .collect();
        let last = |nr: usize| long("f", nr % 24 * 100 + 31);
        let views: Vec<Value> = (0..32)
            .map(|nr| json!({ "name": long("v", nr), "of": long("e", nr % 24), "as": "latest", "by": last(nr) }))
            .collect();
        let app = json!({ "name": "great", "profile": "group", "events": events, "slots": slots, "views": views });
        derived(&spec, &app.to_string()).unwrap_or_else(|report| panic!("{report}"));
    }
}
