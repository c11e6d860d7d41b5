//! `deducible init`.

use crate::args::InitArgs;
use etymon_cli::folder::{claim, fill};
use etymon_cli::output::{Failure, Outcome, Output};
use etymon_diagnostics::closest;
use etymon_instrument::class::Class;
use etymon_instrument::examples::{example_name, starting_point};
use serde_json::json;

/// What a new project holds besides its instrument, by path; `@NAME@` stands for the instrument's name.
const TEMPLATE: [(&str, &str); 5] = [
    (".gitignore", include_str!("../../../template/instrument/gitignore")),
    ("README.md", include_str!("../../../template/instrument/README.md")),
    ("hardhat.config.js", include_str!("../../../template/instrument/hardhat.config.js")),
    ("package-lock.json", include_str!("../../../template/instrument/package-lock.json")),
    ("package.json", include_str!("../../../template/instrument/package.json")),
];

/// Starts an instrument of one's own.
pub fn init(args: &InitArgs, output: &Output) -> Outcome {
    let class = class(&args.class)?;
    let name = args.name.as_deref().unwrap_or(example_name(class));
    if !is_name(name) {
        let help = "give a letter, then letters and digits, 64 at most: it names the contract and the files";
        return Err(Failure::usage(format!("`{name}` is no name of an instrument"), help));
    }
    let dir = args.dir.display().to_string();
    claim(&args.dir)?;
    let spec = format!("{name}.fiqh");
    let mut files: Vec<(&str, String)> =
        TEMPLATE.iter().map(|(path, text)| (*path, text.replace("@NAME@", name))).collect();
    files.push((&spec, starting_point(class, Some(name))));
    fill(&args.dir, files.iter().map(|(path, text)| (*path, text.as_bytes())))?;
    if output.json {
        let paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
        output.print_json(&json!({"dir": dir, "name": name, "class": class.name(), "written": paths}));
    } else {
        for (path, _) in &files {
            output.print(&format!("{}\n", args.dir.join(path).display()));
        }
        output.print(&format!("next: npm ci, then deducible check {spec}\n"));
    }
    Ok(())
}

fn class(name: &str) -> Result<Class, Failure> {
    Class::from_name(name).ok_or_else(|| {
        let names = Class::ALL.map(Class::name);
        let help = match closest(name, names) {
            Some(own) => format!("write `{own}`"),
            None => format!("give one of {}", names.join(", ")),
        };
        Failure::usage(format!("there is no class `{name}`"), &help)
    })
}

/// What names of contracts and of files may be, with a length that every file system takes.
fn is_name(name: &str) -> bool {
    let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    letters && name.len() <= 64 && name.starts_with(|first: char| first.is_ascii_alphabetic())
}
