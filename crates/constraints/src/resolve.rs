//! Stage 4, resolve: the files that a file imports, and whether they may be relied on.

use crate::canonicalize::{Canonical, canonicalize};
use crate::codes;
use crate::graph::circles;
use crate::materialization::MAX_BYTES;
use crate::model::{Document, Import, Target};
use crate::modules;
use crate::parse::{Parsed, parse};
use crate::read::{Source, read};
use crate::validate::validate;
use crate::verify::module_name;
use etymon_diagnostics::{Code, Diagnostic, Report, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File as Opened;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Most files that one file may import, directly and through others.
pub const MAX_FILES: usize = 10_000;

/// How many files of a circle are told.
const SHOWN: usize = 8;

/// Ends the name of a materialization, after the full name of the file it belongs to.
pub const MATERIALIZATION: &str = ".materialization.json";

/// An import that may be relied on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedImport {
    /// The property.
    pub property: String,
    /// Path of its file as the importing one writes it.
    pub path: String,
    /// What the prose calls it.
    pub alias: Option<String>,
    /// Content hash of its file.
    pub constraint_set_hash: String,
    /// What its file says.
    pub document: Document,
    /// Names that its code exports.
    pub interface: Vec<String>,
    /// Its materialized code.
    pub code: String,
    /// The language of the code.
    pub target_lang: String,
    /// What that code imports in turn, directly and through others.
    pub behind: Vec<ImportedCode>,
}

/// Code that an import rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedCode {
    /// The module's name where it is imported.
    pub name: String,
    /// Content hash of its file.
    pub constraint_set_hash: String,
    /// The code.
    pub code: String,
    /// The language of the code.
    pub target_lang: String,
}

impl ResolvedImport {
    /// The module's name in the importing file's code.
    pub fn module(&self) -> String {
        module_of(&self.property, self.alias.as_deref())
    }
}

fn module_of(property: &str, alias: Option<&str>) -> String {
    module_name(alias.unwrap_or(property))
}

/// Where imported files come from.
pub trait Library {
    /// A file's text.
    ///
    /// # Errors
    /// What [`read`] finds.
    fn source(&self, path: &Path) -> Result<Source, Report>;

    /// A name that two paths share exactly when they lead to one file.
    fn identity(&self, path: &Path) -> PathBuf;

    /// The bytes of the materialization beside a file, if there is one.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    fn materialization(&self, path: &Path) -> io::Result<Option<Vec<u8>>>;

    /// Materializations of a constraint set that lie elsewhere, where a run looks before it derives.
    fn elsewhere(&self, _constraint_set_hash: &str) -> Vec<Vec<u8>> {
        Vec::new()
    }
}

/// A file whose materialization is to be accepted or refused.
#[derive(Clone, Copy, Debug)]
pub struct Derived<'a> {
    /// Its path.
    pub path: &'a Path,
    /// Its identity now.
    pub canonical: &'a Canonical,
    /// What it says now.
    pub document: &'a Document,
    /// Property and content hash of each of its imports now.
    pub imports: &'a [(String, String)],
}

/// What an accepted materialization holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The code.
    pub code: String,
    /// Its language.
    pub target_lang: String,
}

/// Decides whether the threshold of an imported file is known to pass.
pub trait Acceptance {
    /// Judges the bytes of a file's materialization.
    ///
    /// # Errors
    /// Why it is not accepted, and how to mend it.
    fn accept(&self, file: Derived<'_>, bytes: &[u8]) -> Result<Accepted, Refusal>;
}

/// Why a materialization is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason's own code.
    pub code: Code,
    /// The reason.
    pub reason: String,
    /// How to mend it.
    pub help: String,
}

/// The file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Folder;

impl Library for Folder {
    fn source(&self, path: &Path) -> Result<Source, Report> {
        read(path)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        // A file that is not there is told by whoever reads it.
        std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
    }

    fn materialization(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        let path = beside(path, MATERIALIZATION);
        match std::fs::metadata(&path) {
            Ok(meta) if !meta.is_file() => return Err(io::Error::other("not a plain file")),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        }
        let mut bytes = Vec::new();
        // One byte more than is accepted, which the reader refuses.
        Opened::open(&path)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }
}

/// Files in folders, and what a function knows of materializations elsewhere, by constraint-set hash.
pub struct Shelf<F>(pub F);

impl<F: Fn(&str) -> Vec<Vec<u8>>> Library for Shelf<F> {
    fn source(&self, path: &Path) -> Result<Source, Report> {
        Folder.source(path)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        Folder.identity(path)
    }

    fn materialization(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        Folder.materialization(path)
    }

    fn elsewhere(&self, constraint_set_hash: &str) -> Vec<Vec<u8>> {
        self.0(constraint_set_hash)
    }
}

/// The path with a suffix added to its full name.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// A file of the import graph.
struct File {
    path: PathBuf,
    parsed: Parsed,
    canonical: Canonical,
    /// The file of each import, where it could be read.
    imports: Vec<Option<usize>>,
}

/// Resolves the imports of a validated file.
///
/// # Errors
/// `RESOLVE_…` for every import, also of imported files, that is not there, is refused, does not match its pin, has a threshold that is
/// not known to pass, or leads back to its own file.
pub fn resolve(
    path: &Path,
    parsed: &Parsed,
    library: &dyn Library,
    acceptance: &dyn Acceptance,
) -> Result<Vec<ResolvedImport>, Report> {
    // Where nothing is imported there is no graph, and no canonical form of this file to compare pins with.
    if parsed.document.manifest.imports.is_empty() {
        return Ok(Vec::new());
    }
    let mut graph = Graph { library, files: Vec::new(), report: Report::new() };
    graph.load(path, parsed);
    let in_circle = graph.refuse_circles();
    let accepted = graph.accept(acceptance, &in_circle);
    let resolved = graph.resolved(&accepted);
    let mut report = graph.report;
    report.sort();
    report.into_result(resolved)
}

/// Refuses imports whose code cannot stand beside the importing file's: in another language, or under a name that another file has. Without a
/// language for the file's own code, each import is held to its own.
///
/// # Errors
/// `RESOLVE_TARGET`, `RESOLVE_MODULE` for each.
pub(crate) fn expect_modules(
    imports: &[ResolvedImport],
    target: Option<Target>,
    parsed: &Parsed,
) -> Result<(), Report> {
    let mut report = Report::new();
    let mut names = BTreeMap::new();
    for (import, places) in imports.iter().zip(&parsed.places.imports) {
        let mut refuse = |code, span, message, help| {
            report.push_error(|| Diagnostic::error(code, message).at(parsed.origin(span)).help(help));
        };
        let Some(target) = target.or_else(|| Target::from_name(&import.target_lang)) else { continue };
        let wanted = target.name();
        let behind = import.behind.iter().map(|own| own.target_lang.as_str());
        let mut languages = std::iter::once(import.target_lang.as_str()).chain(behind);
        if let Some(found) = languages.find(|found| *found != wanted) {
            let message = format!("the code of `{}` is in `{found}`, not in `{wanted}`", import.property);
            let help =
                format!("derive `{}` with `--target {wanted}`, or this file with `--target {found}`", import.path);
            refuse(codes::RESOLVE_TARGET, places.property, message, help);
        }
        let behind = import.behind.iter().map(|own| (own.name.clone(), &own.constraint_set_hash));
        for (name, hash) in std::iter::once((import.module(), &import.constraint_set_hash)).chain(behind) {
            if let Some(why) = modules::problem(&name, target) {
                let message =
                    format!("no import can be called `{name}` in `{wanted}`, here or behind an import: {why}");
                refuse(codes::RESOLVE_MODULE, places.alias, message, "give it another name with `as`".to_owned());
                continue;
            }
            let known = names.entry((target, modules::place(&name, target))).or_insert_with(|| (name.clone(), hash));
            if *known != (name.clone(), hash) {
                let message = if known.0 == name {
                    format!("two imported files are called `{name}`, here or behind an import")
                } else {
                    format!("`{}` and `{name}`, here or behind an import, are one name in `{wanted}`", known.0)
                };
                let help = "give one of them another name with `as`".to_owned();
                refuse(codes::RESOLVE_MODULE, places.alias, message, help);
            }
        }
    }
    report.into_result(())
}

struct Graph<'l> {
    library: &'l dyn Library,
    files: Vec<File>,
    report: Report,
}

impl Graph<'_> {
    fn refuse(&mut self, from: usize, span: Span, code: Code, message: String, help: impl Into<String>) {
        let origin = self.files[from].parsed.origin(span);
        self.report.push_error(|| Diagnostic::error(code, message).at(origin).help(help));
    }

    /// Reads everything that is imported, in the order of imports.
    fn load(&mut self, path: &Path, parsed: &Parsed) {
        let mut known = BTreeMap::from([(self.library.identity(path), 0)]);
        let canonical = canonicalize(&parsed.document);
        self.files.push(File { path: path.to_owned(), parsed: parsed.clone(), canonical, imports: Vec::new() });
        let mut at = 0;
        while at < self.files.len() {
            let imports = self.files[at].parsed.document.manifest.imports.clone();
            for (nth, import) in imports.iter().enumerate() {
                let found = self.find(at, nth, import, &mut known);
                self.files[at].imports.push(found);
            }
            at += 1;
        }
    }

    /// The file that an import leads to; refuses what is wrong with it.
    fn find(
        &mut self,
        from: usize,
        nth: usize,
        import: &Import,
        known: &mut BTreeMap<PathBuf, usize>,
    ) -> Option<usize> {
        let places = self.files[from].parsed.places.imports[nth];
        let path = self.files[from].path.parent().unwrap_or(Path::new("")).join(&import.path);
        let identity = self.library.identity(&path);
        let at = match known.get(&identity) {
            Some(at) => *at,
            None if self.files.len() > MAX_FILES => {
                let message = format!("more than {MAX_FILES} files are imported");
                self.refuse(from, places.path, codes::LIMIT_IMPORTS, message, "import less");
                return None;
            }
            None => {
                let file = self.open(from, places.path, &path)?;
                known.insert(identity, self.files.len());
                self.files.push(file);
                self.files.len() - 1
            }
        };
        let (property, hash) = (&import.property, self.files[at].canonical.sha256.clone());
        let provided = self.files[at].parsed.document.manifest.provides.as_ref().map(|own| own.property.clone());
        if provided.as_ref() != Some(property) {
            let message = format!("`{}` does not provide `{property}`", import.path);
            let help = match provided {
                Some(other) => format!("it provides `{other}`"),
                None => "it has no `@provides`".to_owned(),
            };
            self.refuse(from, places.property, codes::RESOLVE_PROPERTY, message, help);
        }
        if let Some(pin) = import.pin.as_ref().filter(|pin| **pin != hash) {
            let message = format!("pin hash mismatch: `{}` has the content hash `{hash}`, not `{pin}`", import.path);
            let help = "look at what changed in it, then pin the new hash";
            self.refuse(from, places.pin, codes::RESOLVE_PIN_MISMATCH, message, help);
        }
        Some(at)
    }

    fn open(&mut self, from: usize, span: Span, path: &Path) -> Option<File> {
        let shown = path.display();
        let source = match self.library.source(path) {
            Ok(source) => source,
            Err(report) if report.has(codes::READ_NOT_FOUND) => {
                let help = "the path starts at the folder of the importing file";
                let message = format!("the imported file `{shown}` is not there");
                self.refuse(from, span, codes::RESOLVE_NOT_FOUND, message, help);
                return None;
            }
            Err(report) => {
                self.refuse_invalid(from, span, path, report);
                return None;
            }
        };
        let parsed = parse(&source.file);
        let mut findings = parsed.report.clone();
        findings.merge(validate(&parsed));
        if findings.has_errors() {
            self.refuse_invalid(from, span, path, findings);
            return None;
        }
        let canonical = canonicalize(&parsed.document);
        Some(File { path: path.to_owned(), parsed, canonical, imports: Vec::new() })
    }

    fn refuse_invalid(&mut self, from: usize, span: Span, path: &Path, report: Report) {
        let message = format!("the imported file `{}` is refused", path.display());
        self.refuse(
            from,
            span,
            codes::RESOLVE_INVALID,
            message,
            "mend it first; its own findings stand beside this one",
        );
        self.report.merge(report);
    }

    /// Refuses circles; tells which files are on or lead into one.
    fn refuse_circles(&mut self) -> Vec<bool> {
        let edges: Vec<Vec<usize>> =
            self.files.iter().map(|file| file.imports.iter().flatten().copied().collect()).collect();
        let mut on_circle = vec![false; self.files.len()];
        for circle in circles(&edges) {
            for at in &circle {
                on_circle[*at] = true;
            }
            let mut names: Vec<String> =
                circle.iter().take(SHOWN).map(|at| self.files[*at].path.display().to_string()).collect();
            if circle.len() > SHOWN {
                names.push("…".to_owned());
            }
            names.push(self.files[circle[0]].path.display().to_string());
            let next = circle.get(1).copied().unwrap_or(circle[0]);
            let nth = self.files[circle[0]].imports.iter().position(|to| *to == Some(next)).unwrap_or(0);
            let span = self.files[circle[0]].parsed.places.imports[nth].path;
            let message = format!("files import each other in a circle: `{}`", names.join("` → `"));
            self.refuse(circle[0], span, codes::RESOLVE_CYCLE, message, "take one of the imports out");
        }
        on_circle
    }

    /// Judges every imported file once, and refuses the imports of those that are not accepted.
    fn accept(&mut self, acceptance: &dyn Acceptance, on_circle: &[bool]) -> Vec<Option<Accepted>> {
        let mut accepted: Vec<Option<Accepted>> = vec![None];
        let mut refusals: Vec<Option<Refusal>> = vec![None];
        for (at, in_circle) in on_circle.iter().enumerate().skip(1) {
            let judgment = if *in_circle { None } else { self.judge(at, acceptance) };
            let (own, refusal) = match judgment {
                Some(Ok(own)) => (Some(own), None),
                Some(Err(refusal)) => (None, Some(refusal)),
                None => (None, None),
            };
            accepted.push(own);
            refusals.push(refusal);
        }
        for from in 0..self.files.len() {
            for nth in 0..self.files[from].imports.len() {
                let Some(refusal) = self.files[from].imports[nth].and_then(|to| refusals[to].as_ref()) else {
                    continue;
                };
                let property = &self.files[from].parsed.document.manifest.imports[nth].property;
                let message = format!("the threshold of `{property}` is not known to pass: {}", refusal.reason);
                let span = self.files[from].parsed.places.imports[nth].property;
                let origin = self.files[from].parsed.origin(span);
                let own = Diagnostic::error(codes::RESOLVE_THRESHOLD, message).at(origin).help(refusal.help.clone());
                self.report.push(own.note(format!("refused with `{}`", refusal.code)));
            }
        }
        accepted
    }

    /// The judgment on a file, or nothing when one of its imports is missing, which has been told.
    fn judge(&self, at: usize, acceptance: &dyn Acceptance) -> Option<Result<Accepted, Refusal>> {
        let file = &self.files[at];
        let mut imports = Vec::with_capacity(file.imports.len());
        for (import, to) in file.parsed.document.manifest.imports.iter().zip(&file.imports) {
            imports.push((import.property.clone(), self.files[(*to)?].canonical.sha256.clone()));
        }
        imports.sort();
        let shown = file.path.display();
        let bytes = match self.library.materialization(&file.path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                let reason = format!("`{shown}` was never derived");
                return Some(Err(Refusal {
                    code: codes::RESOLVE_UNDERIVED,
                    reason,
                    help: format!("derive it first: etymon run {shown}"),
                }));
            }
            Err(error) => {
                let reason = format!("its materialization cannot be read: {error}");
                let help = "see that it is a plain file that may be read".to_owned();
                return Some(Err(Refusal { code: codes::READ_PERMISSION, reason, help }));
            }
        };
        let derived = Derived {
            path: &file.path,
            canonical: &file.canonical,
            document: &file.parsed.document,
            imports: &imports,
        };
        Some(acceptance.accept(derived, &bytes))
    }

    /// The imports of the root that are accepted.
    fn resolved(&self, accepted: &[Option<Accepted>]) -> Vec<ResolvedImport> {
        let root = &self.files[0];
        let imports = root.parsed.document.manifest.imports.iter().zip(&root.imports);
        imports
            .filter_map(|(import, to)| {
                let file = &self.files[(*to)?];
                let own = accepted[(*to)?].clone()?;
                let provides = file.parsed.document.manifest.provides.as_ref()?;
                let behind = self.behind((*to)?, accepted);
                Some(ResolvedImport {
                    property: import.property.clone(),
                    path: import.path.clone(),
                    alias: import.alias.clone(),
                    constraint_set_hash: file.canonical.sha256.clone(),
                    document: file.parsed.document.clone(),
                    interface: provides.interface.clone(),
                    code: own.code,
                    target_lang: own.target_lang,
                    behind,
                })
            })
            .collect()
    }

    /// The code that a file's code rests on, each file once under each of its names.
    fn behind(&self, at: usize, accepted: &[Option<Accepted>]) -> Vec<ImportedCode> {
        let mut found = Vec::new();
        let (mut seen, mut files, mut next) = (BTreeSet::new(), vec![at], 0);
        let mut known = BTreeSet::from([at]);
        while let Some(from) = files.get(next).copied() {
            next += 1;
            let file = &self.files[from];
            for (import, to) in file.parsed.document.manifest.imports.iter().zip(&file.imports) {
                let Some((to, own)) = to.and_then(|to| Some((to, accepted[to].clone()?))) else { continue };
                let name = module_of(&import.property, import.alias.as_deref());
                if seen.insert((name.clone(), to)) {
                    let constraint_set_hash = self.files[to].canonical.sha256.clone();
                    found.push(ImportedCode {
                        name,
                        constraint_set_hash,
                        code: own.code,
                        target_lang: own.target_lang,
                    });
                }
                if known.insert(to) {
                    files.push(to);
                }
            }
        }
        found
    }
}
