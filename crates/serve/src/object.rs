use crate::composition::{Composition, SCHEMA as COMPOSITION};
use crate::frame::{Frame, MAX_OBJECT};
use crate::{Kind, WireError};
use etymon_attest::{PublicKey, Trust, decode};
use etymon_constraints::Document;
use etymon_constraints::materialization::{Materialization, SCHEMA as MATERIALIZATION};
use etymon_constraints::parse::parse;
use etymon_constraints::report::Verdict;
use etymon_constraints::validate::validate;
use etymon_diagnostics::{Diagnostic, Report, SourceFile};
use etymon_spec::canonical;
use etymon_store::Digest;
use serde::Deserialize;

/// An object that is what its kind demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its hash.
    pub digest: Digest,
    /// Its length, in bytes.
    pub bytes: u64,
    /// What it says.
    pub content: Content,
}

/// What an object says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A constraints file.
    ConstraintSet(Box<Document>),
    /// Its composition.
    Composition(Box<Composition>),
    /// What was made of it.
    Materialization(Box<Materialization>),
}

/// Only the part that tells one JSON object from another.
#[derive(Deserialize)]
struct Named {
    schema: String,
}

impl Object {
    /// Reads an object. Its kind shows in its bytes, so a store needs to keep nothing else.
    ///
    /// Without `trust`, the signature of a materialization is checked for integrity only: under the key that it carries itself.
    ///
    /// # Errors
    /// `WIRE_LIMIT` when it is too long, `WIRE_OBJECT` when it is no sound object of a known kind.
    pub fn read(bytes: &[u8], trust: Option<&Trust>) -> Result<Object, WireError> {
        let digest = Digest::of(bytes);
        if bytes.len() > MAX_OBJECT {
            return Err(WireError::Limit { what: "bytes in an object", max: MAX_OBJECT });
        }
        let content = match bytes.first() {
            Some(b'{') => document(bytes, trust),
            _ => constraint_set(bytes).map(|own| Content::ConstraintSet(Box::new(own))),
        };
        let content = content.map_err(|reason| WireError::Object { digest, reason: Box::new(reason) })?;
        Ok(Object { digest, bytes: bytes.len() as u64, content })
    }

    /// Reads the object of a frame, which must be of the kind that the frame states.
    ///
    /// # Errors
    /// As [`Object::read`].
    pub fn of_frame(frame: &Frame<'_>, trust: Option<&Trust>) -> Result<Object, WireError> {
        let own = Object::read(frame.payload, trust)?;
        if own.kind() != frame.kind {
            let message = format!("it is sent as a `{}`, but is a `{}`", frame.kind.name(), own.kind().name());
            return Err(WireError::Object { digest: frame.digest, reason: Box::new(refused(message)) });
        }
        Ok(own)
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self.content {
            Content::ConstraintSet(_) => Kind::ConstraintSet,
            Content::Composition(_) => Kind::CompositionManifest,
            Content::Materialization(_) => Kind::Materialization,
        }
    }

    /// The objects that it names, and what each must be. A materialization names the sets that it was derived from and against.
    pub fn links(&self) -> Vec<(Digest, Kind)> {
        match &self.content {
            Content::ConstraintSet(_) => Vec::new(),
            Content::Composition(own) => {
                let imports = own.imports.iter().flat_map(|import| {
                    [(import.constraint_set, Kind::ConstraintSet), (import.composition, Kind::CompositionManifest)]
                });
                let made = own.materializations.iter().map(|digest| (*digest, Kind::Materialization));
                let before = own.previous.map(|digest| (digest, Kind::CompositionManifest));
                [(own.constraint_set, Kind::ConstraintSet)]
                    .into_iter()
                    .chain(imports)
                    .chain(made)
                    .chain(before)
                    .collect()
            }
            Content::Materialization(own) => {
                let origin = &own.provenance;
                let imports = origin.imports.iter().map(|import| &import.constraint_set_hash);
                let hashes = [&origin.constraint_set_hash].into_iter().chain(imports);
                hashes.filter_map(|hash| Some((hash.parse().ok()?, Kind::ConstraintSet))).collect()
            }
        }
    }
}

fn refused(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(crate::codes::WIRE_OBJECT, message)
}

fn document(bytes: &[u8], trust: Option<&Trust>) -> Result<Content, Diagnostic> {
    let named: Named = serde_json::from_slice(bytes).map_err(|_| refused("it is JSON without a `schema`"))?;
    match named.schema.as_str() {
        COMPOSITION => {
            let own: Composition = canonical::from_slice(bytes).map_err(|own| *own)?;
            if !own.imports.is_sorted() || !own.materializations.is_sorted_by(|a, b| a < b) {
                return Err(refused("its lists are not in order"));
            }
            Ok(Content::Composition(Box::new(own)))
        }
        MATERIALIZATION => materialization(bytes, trust).map(|own| Content::Materialization(Box::new(own))),
        other => Err(refused(format!("`{}` is no schema of an object", other.chars().take(80).collect::<String>()))),
    }
}

/// Only what passed is exchanged.
fn materialization(bytes: &[u8], trust: Option<&Trust>) -> Result<Materialization, Diagnostic> {
    let itself;
    let trust = match trust {
        Some(trust) => trust,
        None => {
            let own: Materialization = canonical::from_slice(bytes).map_err(|own| *own)?;
            let key = decode(&own.signature.public_key).and_then(|bytes| PublicKey::from_bytes(&bytes));
            itself = Trust::in_key("itself", key.map_err(Diagnostic::from)?);
            &itself
        }
    };
    let (own, _) = Materialization::read(bytes, trust).map_err(Diagnostic::from)?;
    if own.provenance.verdict != Verdict::Pass {
        return Err(refused("it records a failure; only what passed is exchanged"));
    }
    let imports = own.provenance.imports.iter().map(|import| &import.constraint_set_hash);
    if [&own.provenance.constraint_set_hash].into_iter().chain(imports).any(|hash| hash.parse::<Digest>().is_err()) {
        return Err(refused("it names something that is no hash"));
    }
    Ok(own)
}

/// Canonical bytes parse and validate like the file they come from.
fn constraint_set(bytes: &[u8]) -> Result<Document, Diagnostic> {
    let text = std::str::from_utf8(bytes).map_err(|_| refused("it is not UTF-8"))?;
    if !text.ends_with('\n') || text.starts_with('\n') || text.contains("\r\n") {
        return Err(refused("it is not in canonical form"));
    }
    let parsed = parse(&SourceFile::new("object", text.to_owned()));
    let mut found = parsed.report.clone();
    found.merge(validate(&parsed));
    first_error(&found).map_or(Ok(parsed.document), Err)
}

fn first_error(report: &Report) -> Option<Diagnostic> {
    report.iter().find(|own| own.severity == etymon_diagnostics::Severity::Error).cloned()
}
