//! `etymon init --app`.

use super::File;
use crate::app::derive;
use crate::args::AppProfile;
use crate::output::Failure;
use crate::source;
use etymon_emit::targets::by_name;
use etymon_emit::{Target, emit_all};
use etymon_spec::Spec;
use etymon_spec::image::Source;
use std::path::Path;

/// What every application starts with, by path.
const TEMPLATE: [(&str, &str); 6] = [
    (".gitignore", include_str!("../../../template/app/gitignore")),
    ("README.md", include_str!("../../../template/app/README.md")),
    ("flake.nix", include_str!("../../../template/app/flake.nix")),
    ("package-lock.json", include_str!("../../../template/app/package-lock.json")),
    ("package.json", include_str!("../../../template/app/package.json")),
    ("test/node.js", include_str!("../../../template/app/test/node.js")),
];
/// Where the name of the application goes.
const NAME: &str = "@NAME@";
/// The emitted packages, and the node that they are tried with.
const VENDORED: [&str; 4] = ["sdk/core/", "sdk/client/", "sdk/dataview/", "js/node/"];
/// A host of its own, which runs elsewhere.
const WORKER: &str = "js/node/worker/";

/// Description, test, and the name where the folder's will not do.
fn of(profile: AppProfile) -> (&'static str, &'static str, &'static str) {
    macro_rules! template {
        ($name:literal) => {
            (
                include_str!(concat!("../../../template/app/", $name, ".json")),
                include_str!(concat!("../../../template/app/test/", $name, ".js")),
            )
        };
    }
    let ((description, test), name) = match profile {
        AppProfile::Personal => (template!("personal"), "notes"),
        AppProfile::Group => (template!("group"), "guestbook"),
        AppProfile::Dm => (template!("dm"), "mailbox"),
        AppProfile::Registry => (template!("registry"), "directory"),
    };
    (description, test, name)
}

/// The files of a new application in that folder, whose name it has where it can.
pub(super) fn files(profile: AppProfile, dir: &Path) -> Result<Vec<File>, Failure> {
    let (description, test, default) = of(profile);
    let name = dir.file_name().and_then(|name| name.to_str()).filter(|name| is_name(name)).unwrap_or(default);
    let named = |text: &str| text.replace(NAME, name).into_bytes();
    let mut files: Vec<File> = TEMPLATE.iter().map(|(path, text)| ((*path).into(), named(text))).collect();
    files.push(("app.json".into(), named(description)));
    files.push(("test/app.test.js".into(), test.as_bytes().to_vec()));

    let spec = source::embedded()?;
    let emission = derive(&spec, Source { path: "app.json", bytes: &named(description) })?;
    files.extend(emission.artifacts().iter().map(|own| (format!("app/{}", own.path()).into(), own.bytes().to_vec())));
    files.push(("app/manifest.json".into(), emission.manifest_bytes().to_vec()));
    files.extend(vendored(&spec)?);
    files.sort();
    Ok(files)
}

/// The packages, which no public registry has: emitted here, and linked by npm as workspaces.
fn vendored(spec: &Spec) -> Result<Vec<File>, Failure> {
    let targets: Vec<&'static dyn Target> = ["js", "template"].into_iter().filter_map(by_name).collect();
    let wanted = |path: &str| VENDORED.iter().any(|folder| path.starts_with(folder)) && !path.starts_with(WORKER);
    let own = emit_all(spec, &targets)?.into_iter().filter(|own| wanted(&own.path));
    Ok(own.map(|own| (format!("vendor/{}", own.path).into(), own.bytes)).collect())
}

/// Whether an application can have that name (`appgen/AppGen`), and npm's package as well.
fn is_name(name: &str) -> bool {
    let plain = |own: u8| own.is_ascii_lowercase() || own.is_ascii_digit() || own == b'-';
    name.len() <= 64 && name.starts_with(|own: char| own.is_ascii_lowercase()) && name.bytes().all(plain)
}
