//! From constraints files in a folder to objects and a head.

use crate::{Composition, Imported, Move, Object, RefName, Repository, WireError};
use etymon_constraints::Document;
use etymon_constraints::canonicalize::{Canonical, canonicalize};
use etymon_constraints::parse::parse;
use etymon_constraints::resolve::{Library, MAX_FILES};
use etymon_constraints::validate::validate;
use etymon_diagnostics::{Diagnostic, Origin, Report};
use etymon_store::Digest;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What was recorded.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The composition that the head is at.
    pub digest: Digest,
    /// Whether the head moved.
    pub moved: bool,
    /// What was left out, and why.
    pub warnings: Report,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// A file is refused by stages 1 to 3.
    #[error("a file is refused")]
    Refused(Report),
    /// What the repository says.
    #[error(transparent)]
    Wire(#[from] WireError),
}

/// A file of the import graph.
struct File {
    path: PathBuf,
    document: Document,
    canonical: Canonical,
    imports: Vec<usize>,
}

/// Records a file and all that it imports, and moves the head to it. Where it says nothing new, the head stays.
///
/// Materializations that lie beside the files go with them, as long as they belong to what the files say now.
///
/// # Errors
/// What stages 1 to 3 find; `WIRE_CYCLE`, `WIRE_OBJECT` where imports do not fit together; or what the store says.
pub fn record(
    repository: &Repository,
    library: &dyn Library,
    path: &Path,
    name: &RefName,
) -> Result<Recorded, RecordError> {
    let (own, warnings) = compose(repository, library, path)?;
    let (digest, moved) = advance(repository, name, own)?;
    Ok(Recorded { digest, moved, warnings })
}

/// Keeps a file and all that it imports, and tells the composition of it, which is not kept yet, and what was left out.
///
/// # Errors
/// As [`record`].
pub fn compose(
    repository: &Repository,
    library: &dyn Library,
    path: &Path,
) -> Result<(Composition, Report), RecordError> {
    let files = load(library, path)?;
    let mut warnings = Report::new();
    let mut compositions: BTreeMap<usize, (Digest, Digest)> = BTreeMap::new();
    let mut root = None;
    for at in order(&files)? {
        let file = &files[at];
        let set = repository.put(file.canonical.text.as_bytes())?;
        let links = file.document.manifest.imports.iter().zip(&file.imports);
        let link = |(import, to): (&etymon_constraints::Import, &usize)| {
            let (constraint_set, composition) = compositions.get(to).copied()?;
            Some(Imported { property: import.property.clone(), path: import.path.clone(), constraint_set, composition })
        };
        let imports: Vec<Imported> = links.filter_map(link).collect();
        let made = materialization(repository, library, file, set, &imports, &mut warnings)?;
        let own = Composition::of(&file.document, set, imports, made.into_iter().collect(), None);
        if let Some(reason) = own.contradiction(&file.document) {
            let finding = Diagnostic::error(crate::codes::WIRE_OBJECT, reason);
            let origin = Origin::path(file.path.display().to_string());
            return Err(RecordError::Refused(finding.at(origin).help("see `etymon run --until resolve`").into()));
        }
        if at == 0 {
            root = Some(own);
        } else {
            compositions.insert(at, (set, repository.put(&own.to_bytes())?));
        }
    }
    // The root imports everything else, so it comes last and is always there.
    let own = root.ok_or(WireError::NotFound(path.display().to_string()))?;
    Ok((own, warnings))
}

/// Moves a head to a composition that follows it, unless it says that already.
fn advance(repository: &Repository, name: &RefName, own: Composition) -> Result<(Digest, bool), WireError> {
    let head = repository.read_ref(name)?;
    if let Some(head) = head
        && repository.composition(&head)?.says_the_same(&own)
    {
        return Ok((head, false));
    }
    let digest = repository.put(&Composition { previous: head, ..own }.to_bytes())?;
    repository.update_ref(name, head, digest, Move::Forward)?;
    Ok((digest, true))
}

/// The file and all that it imports, itself first.
fn load(library: &dyn Library, path: &Path) -> Result<Vec<File>, RecordError> {
    let mut known = BTreeMap::from([(library.identity(path), 0)]);
    let mut files = vec![open(library, path)?];
    let mut at = 0;
    while at < files.len() {
        let folder = files[at].path.parent().unwrap_or(Path::new("")).to_owned();
        for import in files[at].document.manifest.imports.clone() {
            let path = folder.join(&import.path);
            let identity = library.identity(&path);
            let to = match known.get(&identity) {
                Some(to) => *to,
                None if files.len() > MAX_FILES => {
                    return Err(WireError::Limit { what: "imported files", max: MAX_FILES }.into());
                }
                None => {
                    files.push(open(library, &path)?);
                    known.insert(identity, files.len() - 1);
                    files.len() - 1
                }
            };
            files[at].imports.push(to);
        }
        at += 1;
    }
    Ok(files)
}

fn open(library: &dyn Library, path: &Path) -> Result<File, RecordError> {
    let source = library.source(path).map_err(RecordError::Refused)?;
    let parsed = parse(&source.file);
    let mut found = parsed.report.clone();
    found.merge(validate(&parsed));
    if found.has_errors() {
        return Err(RecordError::Refused(found));
    }
    let canonical = canonicalize(&parsed.document);
    Ok(File { path: path.to_owned(), document: parsed.document, canonical, imports: Vec::new() })
}

/// The files in an order in which imports come before what imports them.
fn order(files: &[File]) -> Result<Vec<usize>, WireError> {
    let mut waiting: Vec<usize> = files.iter().map(|file| file.imports.len()).collect();
    let mut importers = vec![Vec::new(); files.len()];
    for (from, file) in files.iter().enumerate() {
        for to in &file.imports {
            importers[*to].push(from);
        }
    }
    let mut free: Vec<usize> = (0..files.len()).filter(|at| waiting[*at] == 0).collect();
    let mut order = Vec::with_capacity(files.len());
    while let Some(at) = free.pop() {
        order.push(at);
        for from in &importers[at] {
            waiting[*from] -= 1;
            if waiting[*from] == 0 {
                free.push(*from);
            }
        }
    }
    match waiting.iter().position(|waiting| *waiting > 0) {
        None => Ok(order),
        Some(at) => Err(WireError::Cycle(Digest::of(files[at].canonical.text.as_bytes()))),
    }
}

/// The materialization beside a file, if it counts and belongs to what the file and its imports say now.
fn materialization(
    repository: &Repository,
    library: &dyn Library,
    file: &File,
    set: Digest,
    imports: &[Imported],
    warnings: &mut Report,
) -> Result<Option<Digest>, WireError> {
    let mut leave_out = |reason: String| {
        let finding =
            Diagnostic::warning(crate::codes::WIRE_OBJECT, format!("its materialization is left out: {reason}"));
        let help = format!("derive it again: etymon run {}", file.path.display());
        warnings.push(finding.at(Origin::path(file.path.display().to_string())).help(help));
    };
    let bytes = match library.materialization(&file.path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Ok(None),
        Err(error) => {
            leave_out(error.to_string());
            return Ok(None);
        }
    };
    let digest = match repository.put(&bytes) {
        Ok(digest) => digest,
        Err(WireError::Object { reason, .. }) => {
            leave_out(reason.message.clone());
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let crate::Content::Materialization(made) = Object::read(&bytes, None)?.content else {
        leave_out("it is something else".to_owned());
        return Ok(None);
    };
    let sorted = |mut all: Vec<(String, String)>| {
        all.sort();
        all.dedup();
        all
    };
    let against = made.provenance.imports.iter().map(|own| (own.property.clone(), own.constraint_set_hash.clone()));
    let now = imports.iter().map(|own| (own.property.clone(), own.constraint_set.to_string()));
    let current = made.provenance.constraint_set_hash == set.to_string();
    if !current || sorted(against.collect()) != sorted(now.collect()) {
        leave_out("it was made from something else than the files say now".to_owned());
        return Ok(None);
    }
    Ok(Some(digest))
}
