//! `spec.json`: what a spec says of itself.

use etymon_diagnostics::Report;
use etymon_spec::{About, ImageFile, Spec};
use std::fs;

const MODULE: &str = r#"{"module":{"name":"M","header":"","imports":[]}}"#;

fn read(about: Option<&str>) -> Result<Spec, Report> {
    let file = |path: &str, text: &str| ImageFile {
        file: format!("{path}.json"),
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let about = about.map(|text| file("spec", text));
    let files: Vec<ImageFile> = [file("kernel/M", MODULE)].into_iter().chain(about).collect();
    Spec::from_files("folder", &files)
}

#[test]
fn what_is_stated_names_and_hashes_the_spec() {
    let silent = read(None).unwrap();
    assert_eq!((&*silent.name, &silent.about, &silent.about_image), ("folder", &About::default(), &None));
    let stated = read(Some(r#"{"spec": {"scope": "@acme", "name": "ledger"}}"#)).unwrap();
    assert_eq!((&*stated.name, &*stated.about.scope, &*stated.about.version), ("ledger", "@acme", "0.1.0"));
    let image = r#"{"spec":{"license":"Apache-2.0","name":"ledger","scope":"@acme","version":"0.1.0"}}"#;
    assert_eq!(stated.about_image.as_deref(), Some(image));
    assert_eq!(read(Some(image)).unwrap().sha256, stated.sha256, "only what is said counts, not how");
    let hashes = [None, Some("{\"spec\":{}}"), Some(image)].map(|about| read(about).unwrap().sha256);
    assert!(hashes[0] != hashes[1] && hashes[1] != hashes[2]);
    let text =
        format!("{{\"kind\":\"encdsl\",\"modules\":[[\"kernel/M\",{}]],{}", silent.modules[0].image, &image[1..]);
    assert_eq!(stated.sha256, etymon_spec::canonical::sha256_hex(text.as_bytes()));
    assert_eq!(stated.program_sha256(), silent.sha256);
    assert_eq!(stated.modules[0].hash, silent.modules[0].hash, "a module is the same under any name");
}

#[test]
fn what_no_package_can_be_called_is_refused_in_its_place() {
    let long = format!(r#"{{"spec":{{"name":"{}"}}}}"#, "a".repeat(101));
    for (about, code, place) in [
        (r#"{"spec":{"name":""}}"#, "ABOUT_INVALID", "$.spec.name"),
        (r#"{"spec":{"name":"../x"}}"#, "ABOUT_INVALID", "$.spec.name"),
        (r#"{"spec":{"name":"a\nb"}}"#, "ABOUT_INVALID", "$.spec.name"),
        (&long, "ABOUT_INVALID", "$.spec.name"),
        (r#"{"spec":{"scope":"acme"}}"#, "ABOUT_INVALID", "$.spec.scope"),
        (r#"{"spec":{"scope":"@"}}"#, "ABOUT_INVALID", "$.spec.scope"),
        (r#"{"spec":{"scope":"@a/b"}}"#, "ABOUT_INVALID", "$.spec.scope"),
        (r#"{"spec":{"scope":"@a\",\"scripts\":{\"install\":\"x"}}"#, "ABOUT_INVALID", "$.spec.scope"),
        (r#"{"spec":{"version":"1"}}"#, "ABOUT_INVALID", "$.spec.version"),
        (r#"{"spec":{"license":"\""}}"#, "ABOUT_INVALID", "$.spec.license"),
        (r#"{"spec":{"license":""}}"#, "ABOUT_INVALID", "$.spec.license"),
        (r#"{"spec":{"names":"x"}}"#, "UNKNOWN_NODE", "$.spec.names"),
        (r#"{"spec":{"name":1}}"#, "BAD_IMAGE", "$.spec.name"),
        (r#"{"spec":[]}"#, "BAD_IMAGE", "$.spec"),
        (r#"{"spec":{},"more":1}"#, "UNKNOWN_NODE", "$.more"),
        (r#"{}"#, "BAD_IMAGE", "$"),
        (r#"[]"#, "BAD_IMAGE", "$"),
    ] {
        let report = read(Some(about)).expect_err(about);
        let found: Vec<_> = report.iter().map(|own| (own.code.as_str(), own.origin.json_path())).collect();
        assert_eq!(found, [(code, Some(place))], "{about}");
        assert!(report.iter().all(|own| own.origin.position().is_some()), "{report}");
    }
    let repeated = read(Some(r#"{"spec":{"name":"a","name":"b"}}"#)).unwrap_err();
    assert_eq!(repeated.iter().next().unwrap().code.as_str(), "BAD_JSON");
    assert_eq!(read(Some(r#"{"spec":{"name":"","scope":""}}"#)).unwrap_err().len(), 2, "all at once");
}

#[test]
fn it_stands_beside_the_layers_and_is_no_module() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("spec.json"), r#"{"spec":{"name":"ledger"}}"#).unwrap();
    let empty = Spec::load(folder.path()).unwrap_err();
    assert_eq!(empty.iter().next().unwrap().code.as_str(), "SPEC_EMPTY");
    fs::create_dir(folder.path().join("kernel")).unwrap();
    fs::write(folder.path().join("kernel/M.json"), MODULE).unwrap();
    assert_eq!(Spec::load(folder.path()).unwrap().name, "ledger");
    fs::rename(folder.path().join("spec.json"), folder.path().join("kernel/spec.json")).unwrap();
    assert!(Spec::load(folder.path()).is_err());
    fs::create_dir(folder.path().join("spec.json")).unwrap();
    assert!(Spec::load(folder.path()).unwrap_err().iter().any(|own| own.code.as_str() == "BAD_PATH"));
}
