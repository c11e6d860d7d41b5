//! Images made to be slow: each is refused or read in time that grows with its size, not with the square of it.
//!
//! `HOSTILE_MIB=10 cargo test --release -p etymon-spec --test adversarial -- --nocapture` prints what larger ones take.

use etymon_spec::{ImageFile, MAX_MODULES, Spec};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const VAR: &str = "{\"var\":\"x\"}";

fn file(path: &str, bytes: String) -> ImageFile {
    ImageFile { file: format!("{path}.json"), path: path.to_owned(), bytes: bytes.into_bytes() }
}

/// `M.json` in the kernel with these fields.
fn module(name: &str, fields: &[(&str, &str)]) -> ImageFile {
    let mut text = format!("{{\"module\":{{\"name\":\"{name}\",\"header\":\"\"");
    if !fields.iter().any(|(key, _)| *key == "imports") {
        text.push_str(",\"imports\":[]");
    }
    for (key, value) in fields {
        let _ = write!(text, ",\"{key}\":{value}");
    }
    file(&format!("kernel/{name}"), text + "}}")
}

/// As many items as fit, in brackets.
fn list(bytes: usize, item: impl Fn(usize) -> String) -> String {
    let mut text = String::from("[");
    for at in 0.. {
        let item = item(at);
        if text.len() + item.len() > bytes {
            break;
        }
        text.push_str(if at > 0 { "," } else { "" });
        text.push_str(&item);
    }
    text + "]"
}

fn function(name: &str, params: &str, body: &str) -> String {
    format!("{{\"name\":\"{name}\",\"params\":{params},\"body\":{body}}}")
}

fn functions(bytes: usize, name: impl Fn(usize) -> String) -> String {
    list(bytes, |at| function(&name(at), "[]", VAR))
}

/// One function with that body.
fn body(body: &str) -> Vec<ImageFile> {
    vec![module("A", &[("functions", &format!("[{}]", function("f", "[]", body)))])]
}

fn listed(bytes: usize, item: impl Fn(usize) -> String) -> Vec<ImageFile> {
    body(&format!("{{\"list\":{}}}", list(bytes, item)))
}

/// A module that imports `names` from another one that declares as many.
fn importing(bytes: usize, name: impl Fn(usize) -> String) -> Vec<ImageFile> {
    let names = list(bytes / 4, |at| format!("\"{}\"", name(at)));
    let other = functions(bytes / 4 * 3, |at| format!("function_of_a_longish_name_{at}"));
    vec![module("A", &[("imports", &format!("[[{names},\"kernel/B\"]]"))]), module("B", &[("functions", &other)])]
}

/// Modules that each declare one function and import from those that `sources` names.
fn modules(bytes: usize, sources: impl Fn(usize, usize) -> Vec<usize>) -> Vec<ImageFile> {
    let each = 120 + 25 * sources(0, 1 << 20).len();
    let count = (bytes / each).clamp(2, MAX_MODULES - 1);
    (0..count)
        .map(|at| {
            let imports: Vec<String> = sources(at, count)
                .into_iter()
                .map(|source| format!("[[\"f{source}\"],\"kernel/M{source}\"]"))
                .collect();
            let own = format!("[{}]", function(&format!("f{at}"), "[]", VAR));
            module(&format!("M{at}"), &[("imports", &format!("[{}]", imports.join(","))), ("functions", &own)])
        })
        .collect()
}

type Shape = (&'static str, fn(usize) -> Vec<ImageFile>);

const SHAPES: [Shape; 26] = [
    ("good imports", |size| importing(size, |at| format!("function_of_a_longish_name_{at}"))),
    ("misspelt imports", |size| importing(size, |at| format!("function_of_a_longish_nome_{at}"))),
    ("imports far from any name", |size| importing(size, |at| format!("zzzzzzzzzzzzzzzzzzzzzzzzzzz_{at}"))),
    ("unknown sources", |size| {
        let mut files = modules(size / 2, |_, _| Vec::new());
        let imports = list(size / 2, |at| format!("[[\"f\"],\"kernel/N{at}\"]"));
        files.push(module("A", &[("imports", &imports)]));
        files
    }),
    ("repeated imports of one source", |size| {
        let imports = list(size / 2, |at| format!("[[\"f{at}\"],\"kernel/B\"]"));
        vec![
            module("A", &[("imports", &imports)]),
            module("B", &[("functions", &functions(size / 2, |at| format!("f{at}")))]),
        ]
    }),
    ("empty imports", |size| vec![module("A", &[("imports", &list(size, |_| "[[],\"kernel/A\"]".to_owned()))])]),
    ("unknown calls", |size| {
        let own = list(size, |at| {
            let call = format!("{{\"call\":[\"a_functoin_that_is_called_{at}\",[]]}}");
            function(&format!("a_function_that_is_called_{at}"), "[]", &call)
        });
        vec![module("A", &[("functions", &own)])]
    }),
    ("calls of methods", |size| {
        let method = |at: usize| format!("{{\"name\":\"m{at}\",\"params\":[],\"body\":{{\"ret\":{VAR}}}}}");
        let class = |name: &str, methods: &str| format!("{{\"name\":\"{name}\",\"methods\":{methods}}}");
        let calls = list(size / 2, |at| format!("{{\"call\":[\"C.m{}\",[{VAR}]]}}", at / 2));
        let calling = format!("[{{\"name\":\"m\",\"params\":[],\"body\":{{\"ret\":{{\"list\":{calls}}}}}}}]");
        let classes = format!("[{},{}]", class("C", &list(size / 2, method)), class("D", &calling));
        vec![module("A", &[("classes", &classes)])]
    }),
    ("wrong numbers of arguments", |size| listed(size, |_| "{\"op\":[\"add\",[]]}".to_owned())),
    ("findings far down", |size| {
        let (open, close) = ("{\"list\":[".repeat(250), "]}".repeat(250));
        body(&format!("{open}{{\"list\":{}}}{close}", list(size, |_| "{\"op\":[\"not\",[]]}".to_owned())))
    }),
    ("unknown effects", |size| {
        let emit = |at: usize| {
            let body = format!("{{\"emit\":[\"storage.appendEvemt.storage.appendEvent{at}\",[],{{\"ret\":{VAR}}}]}}");
            function(&format!("e{at}"), "[]", &body)
        };
        vec![module("A", &[("effectFunctions", &list(size, emit))])]
    }),
    ("effects with many keys", |size| {
        let keys = list(size, |at| format!("[\"key{at}\",{VAR}]"));
        let body = format!("{{\"emit\":[\"timer.schedule\",{keys},{{\"ret\":{VAR}}}]}}");
        vec![module("A", &[("effectFunctions", &format!("[{}]", function("e", "[]", &body)))])]
    }),
    ("repeated names", |size| vec![module("A", &[("functions", &functions(size, |_| "f".to_owned()))])]),
    ("names no target has", |size| vec![module("A", &[("functions", &functions(size, |at| format!("a-{at}")))])]),
    ("repeated parameters", |size| {
        let params = list(size, |_| "\"p\"".to_owned());
        vec![module("A", &[("functions", &format!("[{}]", function("f", &params, VAR)))])]
    }),
    ("a long list of parameters, called often", |size| {
        let params = list(size / 2, |at| format!("\"p{at}\""));
        let calls = list(size / 2, |_| "{\"call\":[\"f\",[]]}".to_owned());
        let own = [function("f", &params, VAR), function("g", "[]", &format!("{{\"list\":{calls}}}"))];
        vec![module("A", &[("functions", &format!("[{}]", own.join(",")))])]
    }),
    ("one long name, spoken of often", |size| {
        let name = "n".repeat(size / 4);
        vec![module("A", &[("functions", &functions(size, |at| if at < 2 { name.clone() } else { "f".to_owned() }))])]
    }),
    ("unknown fields", |size| {
        let fields = list(size, |at| format!("\"field{at}\":1"));
        vec![file("kernel/A", format!("{{\"module\":{{{}}}}}", &fields[1..fields.len() - 1]))]
    }),
    ("a key repeated at the end", |size| {
        let fields = list(size, |at| format!("\"field{at}\":1"));
        vec![file("kernel/A", format!("{{{},\"field0\":1}}", &fields[1..fields.len() - 1]))]
    }),
    ("nested expressions", |size| {
        let levels = (size / 20).min(400_000);
        body(&format!("{}{VAR}{}", "{\"op\":[\"not\",[".repeat(levels), "]]}".repeat(levels)))
    }),
    ("nested literals", |size| {
        let levels = (size / 20).min(400_000);
        let (open, close) = ("{\"record\":[[\"k\",".repeat(levels), "]]}".repeat(levels));
        body(&format!("{{\"lit\":{open}{{\"none\":null}}{close}}}"))
    }),
    ("records with repeated keys", |size| {
        listed(size, |at| format!("{{\"record\":[[\"k\",{VAR}],[\"k{at}\",{VAR}]]}}"))
    }),
    ("long numbers", |size| {
        listed(size, |_| format!("{{\"lit\":{{\"nat\":\"{}\"}}}}", "9".repeat(300_000.min(size / 4))))
    }),
    ("a chain with a way back from every module", |size| {
        modules(size, |at, count| if at + 1 < count { vec![at + 1] } else { (0..count).collect() })
    }),
    ("modules that import each other", |size| {
        modules(size, |at, count| (0..40).map(|step| (at * 7 + step * 131) % count).collect())
    }),
    ("modules that are no JSON", |size| {
        (0..(size / 60).min(MAX_MODULES)).map(|at| file(&format!("kernel/M{at}"), "{\"module\":".repeat(6))).collect()
    }),
];

#[test]
fn work_grows_with_the_size() {
    let larger = std::env::var("HOSTILE_MIB").ok().and_then(|text| text.parse::<usize>().ok());
    let size = larger.unwrap_or(1) << 20;
    for (name, shape) in SHAPES {
        let files = shape(size);
        let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
        let start = Instant::now();
        let outcome = Spec::from_files("test", &files);
        let checked = start.elapsed();
        let said = outcome.map_or_else(|report| report.to_text(&etymon_diagnostics::Style::plain()).len(), |_| 0);
        let took = start.elapsed();
        println!("{name:45} {bytes:>9} bytes {checked:>10.3?} checked {took:>10.3?} told in {said} bytes");
        // What was quadratic took minutes; a slow machine without optimisation takes a second or two.
        assert!(larger.is_some() || took < Duration::from_secs(20), "{name} took {took:?}");
        assert!(said < 4 << 20, "{name} is told in {said} bytes");
    }
}
