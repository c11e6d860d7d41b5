//! `etymon lean`.

mod check;

use crate::args::{LeanArgs, LeanCommand};
use crate::output::{Failure, Outcome, Output};
use etymon_diagnostics::{Code, Diagnostic, Origin, Report};
use etymon_emit::targets::bundle;
use etymon_parity::Tools;
use etymon_spec::{ImageFile, Spec};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Lean cannot be run, or refuses what it is given.
const LEAN_FAILED: Code = Code::new("LEAN_FAILED");
/// The exported image is not the committed one.
const EXPORT_DIFFERS: Code = Code::new("EXPORT_DIFFERS");

/// A file that no program imports, or no template has, and that nothing therefore checks.
const LEAN_ORPHAN: Code = Code::new("LEAN_ORPHAN");

/// Bundles, checks or exports the Lean sources.
pub fn lean(args: &LeanArgs, output: &Output) -> Outcome {
    let sources = Sources::read(&args.lean)?;
    match &args.command {
        LeanCommand::Bundle { root, out } => {
            let text = sources.bundle(&[root])?;
            match out {
                Some(path) => fs::write(path, text).map_err(|error| Failure::io(path.display(), error))?,
                None => output.print(&text),
            }
        }
        LeanCommand::Export { out } => {
            let files = export(&sources, output)?;
            match out {
                Some(dir) => write(&files, dir, output)?,
                None => files.iter().for_each(|(path, image)| output.print(&format!("{path}\t{image}\n"))),
            }
        }
        LeanCommand::Check { spec } => check::check(&sources, spec, output)?,
    }
    Ok(())
}

/// Where the texts of templates stand, at the paths where they go in the generated tree.
const BODIES: &str = "Enc/Bodies/";

/// The Lean sources by path relative to their folder, and the paths of the bodies.
struct Sources {
    folder: PathBuf,
    files: BTreeMap<String, String>,
    bodies: BTreeSet<String>,
}

impl Sources {
    fn read(folder: &Path) -> Result<Sources, Failure> {
        let (mut files, mut bodies) = (BTreeMap::new(), BTreeSet::new());
        let mut open = vec![PathBuf::new()];
        while let Some(below) = open.pop() {
            let here = folder.join(&below);
            let entries = fs::read_dir(&here).map_err(|error| Failure::io(here.display(), error))?;
            for entry in entries {
                let entry = entry.map_err(|error| Failure::io(here.display(), error))?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let relative = below.join(&name);
                let path = entry.path();
                let words: Vec<_> = relative.iter().map(|word| word.to_string_lossy()).collect();
                let words = words.join("/");
                let body = words.strip_prefix(BODIES);
                if path.is_dir() && (body.is_some() || !name.starts_with('.')) {
                    open.push(relative);
                } else if let Some(body) = body {
                    bodies.insert(body.to_owned());
                } else if name.ends_with(".lean") && !name.starts_with('.') {
                    let text = fs::read_to_string(&path).map_err(|error| Failure::io(path.display(), error))?;
                    files.insert(words, text);
                }
            }
        }
        Ok(Sources { folder: folder.to_path_buf(), files, bodies })
    }

    /// One program of what the roots need.
    fn bundle(&self, roots: &[&str]) -> Result<String, Failure> {
        let absent = |root: &&&str| !self.files.contains_key(&format!("{}.lean", root.replace('.', "/")));
        if let Some(root) = roots.iter().find(absent) {
            let help = "write the module with dots, such as `Enc.Spec`";
            return Err(Failure::unusable(self.folder.join(root).display(), "there is no such Lean module", help));
        }
        let files: Vec<(&str, &str)> = self.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        Ok(bundle(&files, roots).map_err(Box::new)?)
    }
}

/// What a Lean program printed.
struct Run {
    ok: bool,
    stdout: String,
    stderr: String,
}

/// Runs `lean` on a program, with flags before it and arguments behind. Its input is written from a thread of its own, so that neither side waits for the other.
fn run(program: &str, flags: &[&str], arguments: &[&Path], input: String) -> Result<Run, Failure> {
    let tools = Tools::of(Path::new("."));
    let failed = |error: std::io::Error| Failure::io(tools.lean.display(), error);
    let folder = tempfile::tempdir().map_err(failed)?;
    let file = folder.path().join("Program.lean");
    fs::write(&file, program).map_err(failed)?;
    let mut command = Command::new(&tools.lean);
    command.args(flags).arg(&file).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| {
        let message = format!("cannot start `{}`: {error}", tools.lean.display());
        Failure::Usage(Report::from(Diagnostic::error(LEAN_FAILED, message).help("run tests/setup/lean.sh")))
    })?;
    let mut stdin = child.stdin.take();
    let writer = std::thread::spawn(move || stdin.as_mut().map(|stdin| stdin.write_all(input.as_bytes())));
    let done = child.wait_with_output().map_err(failed)?;
    let _ = writer.join();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Run { ok: done.status.success(), stdout: text(done.stdout), stderr: text(done.stderr) })
}

fn refused(run: &Run) -> Failure {
    let said: Vec<&str> = run.stdout.lines().chain(run.stderr.lines()).filter(|line| !line.trim().is_empty()).collect();
    let shown = said[said.len().saturating_sub(40)..].join("\n");
    Failure::Check(Report::from(Diagnostic::error(LEAN_FAILED, "lean refuses the program").note(shown)))
}

/// The image that the Lean modules describe: `<layer>/<Name>.json` and its bytes.
fn export(sources: &Sources, output: &Output) -> Result<BTreeMap<String, String>, Failure> {
    output.progress("asking Lean for the image");
    // The stand-in for Lean runs in a folder of its own making.
    let folder = std::path::absolute(&sources.folder).map_err(|error| Failure::io(sources.folder.display(), error))?;
    let run = run(&sources.bundle(&["Export"])?, &["--run"], &[&folder], String::new())?;
    let files: BTreeMap<String, String> = run
        .stdout
        .lines()
        .filter_map(|line| line.split_once(".json\t"))
        .map(|(path, image)| (format!("{path}.json"), image.to_owned()))
        .collect();
    if !run.ok || files.is_empty() {
        return Err(refused(&run));
    }
    // The program is the project's own, but its paths become files: it must speak of modules and templates, and be readable, before anything is written.
    let images: Vec<ImageFile> = files
        .iter()
        .map(|(path, image)| ImageFile {
            file: format!("lean:{path}"),
            path: path.trim_end_matches(".json").to_owned(),
            bytes: image.clone().into_bytes(),
        })
        .collect();
    let spec = Spec::from_files("export", &images)?;
    let listed: BTreeSet<&str> = spec.templates.iter().map(|template| &*template.decl.path).collect();
    let orphans = sources.bodies.iter().filter(|body| !listed.contains(body.as_str()));
    let report: Report = orphans
        .map(|body| {
            let place = Origin::path(sources.folder.join(BODIES).join(body).display().to_string());
            let message = "no template has this path, so nothing emits this file";
            Diagnostic::error(LEAN_ORPHAN, message).at(place).help("list it in lean/Enc/Bodies.lean, or delete it")
        })
        .collect();
    if report.has_errors() { Err(Failure::Check(report)) } else { Ok(files) }
}

fn write(files: &BTreeMap<String, String>, dir: &Path, output: &Output) -> Outcome {
    let stale: Vec<String> = image_files(dir)?.into_keys().filter(|path| !files.contains_key(path)).collect();
    let mut written = 0;
    for (path, image) in files {
        let file = dir.join(path);
        if fs::read(&file).is_ok_and(|present| present == image.as_bytes()) {
            continue;
        }
        let done = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, image));
        done.map_err(|error| Failure::io(file.display(), error))?;
        written += 1;
    }
    for path in &stale {
        let file = dir.join(path);
        fs::remove_file(&file).map_err(|error| Failure::io(file.display(), error))?;
    }
    let unchanged = files.len() - written;
    output.print(&format!(
        "{}: {written} modules written, {unchanged} unchanged, {} removed\n",
        dir.display(),
        stale.len()
    ));
    Ok(())
}

/// The files of an image folder that is committed; nothing where there is no such folder.
fn image_files(dir: &Path) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let mut files = BTreeMap::new();
    for layer in etymon_spec::Layer::ALL {
        let folder = dir.join(layer.name());
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".json") {
                let bytes = fs::read(entry.path()).map_err(|error| Failure::io(entry.path().display(), error))?;
                files.insert(format!("{layer}/{name}"), bytes);
            }
        }
    }
    Ok(files)
}

/// How an export differs from the committed image.
fn differences(files: &BTreeMap<String, String>, dir: &Path) -> Result<Report, Failure> {
    let committed = image_files(dir)?;
    let mut report = Report::new();
    let paths: std::collections::BTreeSet<&String> = files.keys().chain(committed.keys()).collect();
    for path in paths {
        let message = match (files.get(path), committed.get(path)) {
            (Some(_), None) => "Lean exports this module, and it is not committed",
            (None, Some(_)) => "Lean does not export this module",
            (Some(fresh), Some(present)) if fresh.as_bytes() != present.as_slice() => "Lean exports other bytes",
            _ => continue,
        };
        let place = Origin::path(dir.join(path).display().to_string());
        let help = format!("run `etymon lean export --out {}` and commit the result", dir.display());
        report.push(Diagnostic::error(EXPORT_DIFFERS, message).at(place).help(help));
    }
    Ok(report)
}
