//! Templates: read strictly, hashed with the modules, and refused where they would go astray.

use etymon_diagnostics::Report;
use etymon_spec::image::{Source, read_node};
use etymon_spec::{Class, ImageFile, Layer, MAX_TEMPLATE, Spec};
use serde_json::{Value, json};

fn file(path: &str, text: &str) -> ImageFile {
    ImageFile { file: format!("{path}.json"), path: path.to_owned(), bytes: text.as_bytes().to_vec() }
}

fn module(path: &str) -> ImageFile {
    let name = path.split('/').nth(1).unwrap();
    file(path, &format!(r#"{{"module":{{"name":"{name}","header":"","imports":[]}}}}"#))
}

fn template(at: &str, path: &str, text: &str) -> Value {
    json!({"template": {"name": at.split('/').nth(1), "path": path, "class": "platform", "text": text}})
}

fn read(files: &[ImageFile]) -> Result<Spec, Report> {
    let module = [module("kernel/M"), module("app/A")];
    Spec::from_files("test", &[&module, files].concat())
}

/// Codes and places of what is wrong with one template.
fn faults(at: &str, image: &Value) -> Vec<(String, String)> {
    let report = read(&[file(at, &image.to_string())]).map(|_| Report::new()).unwrap_or_else(|report| report);
    let place = |own: &etymon_diagnostics::Diagnostic| {
        assert!(own.origin.position().is_some(), "{own}");
        own.origin.json_path().unwrap_or_default().to_owned()
    };
    report.iter().map(|own| (own.code.to_string(), place(own))).collect()
}

fn refused(image: &Value, code: &str, place: &str) {
    assert_eq!(faults("node/Server", image), [(code.to_owned(), place.to_owned())], "{image}");
}

#[test]
fn a_template_is_read_and_hashed() {
    let loose = r#"{ "template": { "text": "a\n\u00e9", "name": "Server", "path": "js/node/server.js", "class": "operational", "imports": ["kernel/M"] } }"#;
    let spec = read(&[file("node/Server", loose)]).unwrap_or_else(|refused| panic!("{refused}"));
    let [own] = &spec.templates[..] else { panic!("one template") };
    assert_eq!((own.layer, &*own.source, own.decl.class), (Layer::Node, "node/Server", Class::Operational));
    assert_eq!((&*own.decl.path, &*own.decl.text, &own.uses[..]), ("js/node/server.js", "a\né", &[1][..]));
    let image = r#"{"template":{"class":"operational","imports":["kernel/M"],"name":"Server","path":"js/node/server.js","text":"a\né"}}"#;
    assert_eq!(own.image, image);
    assert_eq!(read(&[file("node/Server", image)]).unwrap().sha256, spec.sha256);

    let without = read(&[]).unwrap();
    let images: Vec<&str> = without.modules.iter().map(|module| &*module.image).collect();
    let text = format!(
        r#"{{"kind":"encdsl","modules":[["app/A",{}],["kernel/M",{}],["node/Server",{image}]]}}"#,
        images[0], images[1]
    );
    assert_eq!(spec.sha256, etymon_spec::canonical::sha256_hex(text.as_bytes()));
    assert_eq!(spec.program_sha256(), without.sha256);
    let text = format!(r#"{{"imports":["{}"],"module":["node/Server",{image}]}}"#, spec.modules[1].hash);
    assert_eq!(own.hash, etymon_spec::canonical::sha256_hex(text.as_bytes()));
}

#[test]
fn paths_that_go_astray_are_refused() {
    for path in [
        "../server.js",
        "/etc/passwd",
        "js/../../x",
        "js//x",
        "js/",
        "",
        ".",
        "js\\x",
        "js/a\nb",
        "js/\u{0}",
        "C:/x",
        "js/ü.js",
        "js/a b",
        "manifest.json",
        "accepted-residue.json",
        ".git/hooks/pre-commit",
        "node_modules/x/index.js",
        "NUL",
        "js/con.js",
        "js/x.",
        "-rf",
        ".etymon-tmp-1",
    ] {
        refused(&template("node/Server", path, ""), "TEMPLATE_PATH", "$.template.path");
    }
    refused(&template("node/Server", &"a/".repeat(600), ""), "TEMPLATE_PATH", "$.template.path");
}

#[test]
fn what_is_no_text_is_refused() {
    for text in [
        "\u{0}",
        "a\r\n",
        "a\u{1b}[2J",
        "a\u{7f}",
        "a\u{85}",
        "\u{feff}a",
        "if (a \u{202e}) {",
        "\u{2066}",
        "a\u{2028}b",
    ] {
        refused(&template("node/Server", "a.js", text), "TEMPLATE_TEXT", "$.template.text");
    }
    assert_eq!(faults("node/Server", &template("node/Server", "a.js", "\t\né😀\u{200d}\n")), []);
    assert_eq!(faults("node/Server", &template("node/Server", "a.js", &"x".repeat(MAX_TEMPLATE))), []);
    refused(&template("node/Server", "a.js", &"x".repeat(MAX_TEMPLATE + 1)), "LIMIT_SIZE", "$.template.text");
    let image = r#"{"template":{"name":"Server","path":"a.js","class":"platform","text":""}}"#;
    for (bytes, code) in [
        (image.replace(":\"\"}", ":\"\\ud800\"}").into_bytes(), "BAD_JSON"),
        ([&image.as_bytes()[..image.len() - 3], b"\xff\"}}"].concat(), "BAD_JSON"),
        (image.replace("}}", ",\"text\":\"b\"}}").into_bytes(), "BAD_JSON"),
        (format!("{image}{image}").into_bytes(), "BAD_JSON"),
        (vec![b' '; (16 << 20) + 1], "LIMIT_INPUT"),
    ] {
        let own = ImageFile { bytes, ..file("node/Server", "") };
        assert_eq!(read(&[own]).unwrap_err().iter().next().unwrap().code.as_str(), code);
    }
}

#[test]
fn fields_are_known_and_typed() {
    let good = template("node/Server", "a.js", "");
    for field in ["name", "path", "class", "text"] {
        let mut image = good.clone();
        image["template"].as_object_mut().unwrap().remove(field);
        refused(&image, "BAD_IMAGE", "$.template");
        image["template"][field] = json!(["x"]);
        refused(&image, "BAD_IMAGE", &format!("$.template.{field}"));
    }
    let with = |field: &str, value: Value| {
        let mut image = good.clone();
        image["template"][field] = value;
        image
    };
    refused(&with("mode", json!("755")), "UNKNOWN_NODE", "$.template.mode");
    refused(&with("class", json!("Protocol")), "UNKNOWN_NODE", "$.template.class");
    refused(&with("imports", json!("kernel/M")), "BAD_IMAGE", "$.template.imports");
    refused(&with("imports", json!([1])), "BAD_IMAGE", "$.template.imports[0]");
    refused(&json!({"template": good["template"], "module": {}}), "BAD_IMAGE", "$");
    refused(&json!({"template": "x"}), "BAD_IMAGE", "$.template");
    refused(&with("name", json!("Other")), "BAD_PATH", "$.template.name");
    refused(&with("name", json!("../Server")), "BAD_PATH", "$.template.name");
    assert_eq!(faults("roof/Server", &good)[0].0, "BAD_PATH");
}

#[test]
fn layers_hold_for_templates() {
    let importing = |imports: Value| {
        let mut image = template("node/Server", "a.js", "");
        image["template"]["imports"] = imports;
        image
    };
    assert_eq!(faults("node/Server", &importing(json!(["kernel/M"]))), []);
    refused(&importing(json!(["app/A"])), "IMPORT_LAYER", "$.template.imports[0]");
    refused(&importing(json!(["kernel/N"])), "IMPORT_UNKNOWN", "$.template.imports[0]");
    refused(&importing(json!(["kernel/M", "kernel/M"])), "NAME_REPEATED", "$.template.imports[1]");
    // What a template holds is no declaration.
    let module = r#"{"module":{"name":"N","header":"","imports":[[["f"],"node/Server"]]}}"#;
    let server = file("node/Server", &template("node/Server", "a.js", "").to_string());
    let report = read(&[server, file("app/N", module)]).unwrap_err();
    assert_eq!(report.iter().next().unwrap().code.as_str(), "IMPORT_UNKNOWN");
}

#[test]
fn two_templates_do_not_share_a_path() {
    for (one, other) in [("js/a.js", "js/a.js"), ("js/a.js", "JS/A.js"), ("js", "js/a.js"), ("js/a.js/b", "js/A.js")] {
        let files =
            [("node/A", one), ("node/B", other)].map(|(at, path)| file(at, &template(at, path, "").to_string()));
        let report = read(&files).unwrap_err();
        let found: Vec<_> = report.iter().map(|own| (own.code.as_str(), own.origin.json_path())).collect();
        assert_eq!(found, [("PATH_REPEATED", Some("$.template.path"))], "{one} {other}");
    }
}

#[test]
fn evaluation_and_lowering_know_no_templates() {
    let image = template("node/Server", "a.js", "").to_string();
    let refused = read_node(Source { path: "-", bytes: image.as_bytes() }).unwrap_err();
    assert!(refused.message.contains("text already"), "{refused}");
}
