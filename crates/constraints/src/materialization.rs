//! The signed artifact: code, the verdict on it, and where both come from.
//!
//! The signature covers the provenance, and the provenance the hashes of everything else, so that nothing in the file can change unseen.

use crate::canonicalize::Canonical;
use crate::clock;
use crate::codes;
use crate::model::Document;
use crate::report::{Report, Verdict, outcome_of_pin};
use crate::resolve::{Acceptance, Accepted, Derived, Refusal};
use etymon_attest::{AttestError, Signature, Signer, SigningKey, Trust};
use etymon_diagnostics::{Code, Diagnostic};
use etymon_spec::canonical::{self, sha256_hex};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The schema that this crate writes and reads.
pub const SCHEMA: &str = "materialization/1";
/// Longest materialization, in bytes.
pub const MAX_BYTES: usize = 64 << 20;
/// Media type of the provenance, as it enters the signature.
pub const PROVENANCE_TYPE: &str = "application/vnd.etymon.provenance+json";

/// A materialization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Materialization {
    /// [`SCHEMA`].
    pub schema: String,
    /// Where everything comes from.
    pub provenance: Provenance,
    /// The code.
    pub code: String,
    /// The verdict on it, requirement by requirement.
    pub verification: Report,
    /// The signature of the provenance.
    pub signature: Signature,
}

/// Where a materialization comes from. All hashes are SHA-256 in lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Provenance {
    /// The file's identity.
    pub constraint_set_hash: String,
    /// What turned it into a prompt, and the answer into code.
    pub derivation_function_hash: String,
    /// Who answered.
    pub substrate_id: String,
    /// With which model.
    pub model_id: String,
    /// The code.
    pub code_hash: String,
    /// The verdict.
    pub verdict: Verdict,
    /// When it was signed: ISO 8601, UTC.
    pub timestamp: String,
    /// The language of the code.
    pub target_lang: String,
    /// The canonical JSON of the verification.
    pub verdict_hash: String,
    /// The imports that it was derived against, sorted.
    pub imports: Vec<ImportRef>,
    /// The substrate's call.
    pub receipt: Receipt,
    /// The calls of the parts, in multi-call mode.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Receipt>,
}

/// An import, as a materialization records it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ImportRef {
    /// The property.
    pub property: String,
    /// The content hash of the file that provides it.
    pub constraint_set_hash: String,
}

/// What is known of a substrate's call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Receipt {
    /// SHA-256 of the prompt.
    pub prompt_hash: String,
    /// When the call began: ISO 8601, UTC.
    pub started_at: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

/// What a candidate was derived from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins {
    /// The file's identity.
    pub constraint_set_hash: String,
    /// SHA-256 of the derivation function's version.
    pub derivation_function_hash: String,
    /// Who answers.
    pub substrate_id: String,
    /// With which model.
    pub model_id: String,
    /// The language wanted.
    pub target_lang: String,
    /// The imports, sorted.
    pub imports: Vec<ImportRef>,
}

impl Origins {
    /// The key under which a candidate may be used again: SHA-256 over the canonical JSON of what it depends on.
    pub fn cache_key(&self) -> String {
        let imports: Vec<&str> = self.imports.iter().map(|import| import.constraint_set_hash.as_str()).collect();
        let key = json!({
            "constraintSetHash": self.constraint_set_hash,
            "derivationFunctionHash": self.derivation_function_hash,
            "substrateId": self.substrate_id,
            "modelId": self.model_id,
            "targetLang": self.target_lang,
            "imports": sorted(imports),
        });
        // Texts and lists of texts always have a canonical form.
        sha256_hex(canonical::to_string(&key).unwrap_or_default().as_bytes())
    }
}

fn sorted(mut items: Vec<&str>) -> Vec<&str> {
    items.sort_unstable();
    items
}

/// Why a materialization does not count.
#[derive(Debug, thiserror::Error)]
pub enum MaterializationError {
    /// No canonical JSON of this shape, or a signature that does not count.
    #[error(transparent)]
    Attest(#[from] AttestError),
    /// Another schema.
    #[error("the schema is `{0}`, not `{SCHEMA}`")]
    Schema(String),
    /// More bytes than are read.
    #[error("it is longer than {} MiB", MAX_BYTES >> 20)]
    Long,
    /// Other code than was signed.
    #[error("the code is not the one that was signed")]
    Code,
    /// Another verification than was signed.
    #[error("the verification is not the one that was signed")]
    Verification,
    /// A time that is none of RFC 3339 in UTC.
    #[error("`{0}` is no time in UTC, such as `2026-01-31T12:00:00.000Z`")]
    Time(String),
    /// The verification says something else than the provenance.
    #[error("the verification contradicts the verdict `{0}`")]
    Verdict(&'static str),
    /// A requirement or pin of the file that has no outcome or several, or an outcome of what is not there.
    #[error("the verification does not tell of every requirement and pin once: see `{0}`")]
    Outcomes(String),
    /// The file has changed since.
    #[error("it was made from `{found}`, but the file's content hash is `{current}`")]
    Stale {
        /// What it was made from.
        found: String,
        /// What the file is now.
        current: String,
    },
    /// It records a failure.
    #[error("it records a failure")]
    Failed,
    /// The threshold did not pass.
    #[error("the verdict on the threshold `{0}` is not `pass`")]
    Threshold(String),
    /// Its imports have changed since.
    #[error("it was derived against another version of the imported `{0}`")]
    Imports(String),
}

impl MaterializationError {
    /// The error's code.
    pub fn code(&self) -> Code {
        match self {
            Self::Attest(own) => own.code(),
            Self::Schema(_) => codes::MATERIALIZATION_SCHEMA,
            Self::Long => codes::LIMIT_INPUT,
            Self::Code => codes::MATERIALIZATION_CODE,
            Self::Time(_) => codes::MATERIALIZATION_TIME,
            Self::Verification | Self::Verdict(_) | Self::Outcomes(_) => codes::MATERIALIZATION_VERDICT,
            Self::Stale { .. } => codes::MATERIALIZATION_STALE,
            Self::Failed => codes::MATERIALIZATION_FAILED,
            Self::Threshold(_) => codes::MATERIALIZATION_THRESHOLD,
            Self::Imports(_) => codes::MATERIALIZATION_IMPORTS,
        }
    }

    /// How to mend it.
    pub fn help(&self) -> &str {
        match self {
            Self::Attest(own) => own.help(),
            Self::Long => "split the file that it is made from",
            Self::Schema(_) => "read it with the version of the tool that wrote it",
            Self::Code | Self::Verification => "it was changed by hand; derive it again",
            Self::Verdict(_) | Self::Time(_) => "the signature is good, so its signer wrote it; derive it again",
            Self::Stale { .. } | Self::Imports(_) | Self::Outcomes(_) => "derive it again",
            Self::Failed | Self::Threshold(_) => "mend the requirements or derive again until it passes",
        }
    }
}

impl From<MaterializationError> for Diagnostic {
    fn from(error: MaterializationError) -> Diagnostic {
        match error {
            MaterializationError::Attest(own) => own.into(),
            other => Diagnostic::error(other.code(), other.to_string()).help(other.help()),
        }
    }
}

impl Materialization {
    /// Stage 8, sign: binds code and verification to their origins.
    ///
    /// # Errors
    /// `BAD_DOCUMENT` for what canonical JSON cannot hold.
    pub fn sign(
        origins: Origins,
        (receipt, calls): (Receipt, Vec<Receipt>),
        (code, verification): (String, Report),
        timestamp: String,
        key: &SigningKey,
    ) -> Result<Self, MaterializationError> {
        let provenance = Provenance {
            constraint_set_hash: origins.constraint_set_hash,
            derivation_function_hash: origins.derivation_function_hash,
            substrate_id: origins.substrate_id,
            model_id: origins.model_id,
            code_hash: sha256_hex(code.as_bytes()),
            verdict: verification.verdict,
            timestamp,
            target_lang: origins.target_lang,
            verdict_hash: hash_of(&verification)?,
            imports: origins.imports,
            receipt,
            calls,
        };
        let signature = Signature::of(PROVENANCE_TYPE, &body(&provenance)?, key);
        Ok(Self { schema: SCHEMA.to_owned(), provenance, code, verification, signature })
    }

    /// The canonical text, without a final newline.
    ///
    /// # Errors
    /// `BAD_DOCUMENT` for what canonical JSON cannot hold.
    pub fn to_text(&self) -> Result<String, MaterializationError> {
        Ok(canonical::to_string(self).map_err(AttestError::from)?)
    }

    /// Reads a materialization whose signature counts and belongs to everything in it; tells who signed.
    ///
    /// # Errors
    /// `LIMIT_INPUT`, `BAD_DOCUMENT` and `NOT_CANONICAL` for another form, `MATERIALIZATION_SCHEMA`, what [`Signature::check`] finds,
    /// `MATERIALIZATION_CODE` and `MATERIALIZATION_VERDICT` for contents that were not signed, `MATERIALIZATION_TIME` for times in another
    /// form.
    pub fn read<'t>(bytes: &[u8], trust: &'t Trust) -> Result<(Self, &'t Signer), MaterializationError> {
        if bytes.len() > MAX_BYTES {
            return Err(MaterializationError::Long);
        }
        let own: Self = canonical::from_slice(bytes).map_err(AttestError::from)?;
        if own.schema != SCHEMA {
            return Err(MaterializationError::Schema(own.schema));
        }
        let signer = own.signature.check(PROVENANCE_TYPE, &body(&own.provenance)?, trust)?;
        if sha256_hex(own.code.as_bytes()) != own.provenance.code_hash {
            return Err(MaterializationError::Code);
        }
        if hash_of(&own.verification)? != own.provenance.verdict_hash {
            return Err(MaterializationError::Verification);
        }
        let calls = own.provenance.calls.iter().chain([&own.provenance.receipt]).map(|call| &call.started_at);
        if let Some(time) = calls.chain([&own.provenance.timestamp]).find(|time| !clock::is_time(time)) {
            return Err(MaterializationError::Time(time.clone()));
        }
        let verdict = own.provenance.verdict;
        let failed = own.verification.requirements.iter().any(|outcome| outcome.status == Verdict::Fail);
        let expected = if failed { Verdict::Fail } else { Verdict::Pass };
        if own.verification.verdict != verdict || verdict != expected {
            return Err(MaterializationError::Verdict(verdict.name()));
        }
        Ok((own, signer))
    }

    /// What it was derived from.
    pub fn origins(&self) -> Origins {
        let own = &self.provenance;
        Origins {
            constraint_set_hash: own.constraint_set_hash.clone(),
            derivation_function_hash: own.derivation_function_hash.clone(),
            substrate_id: own.substrate_id.clone(),
            model_id: own.model_id.clone(),
            target_lang: own.target_lang.clone(),
            imports: own.imports.clone(),
        }
    }

    /// Refuses a materialization of another text than the file has now, and one that does not tell of every requirement, pin and import in it.
    ///
    /// # Errors
    /// `MATERIALIZATION_STALE`, `MATERIALIZATION_VERDICT`, `MATERIALIZATION_IMPORTS`.
    pub fn expect_current(&self, document: &Document, canonical: &Canonical) -> Result<(), MaterializationError> {
        let found = &self.provenance.constraint_set_hash;
        if *found != canonical.sha256 {
            let (found, current) = (found.clone(), canonical.sha256.clone());
            return Err(MaterializationError::Stale { found, current });
        }
        let told = self.verification.requirements.iter().map(|own| own.constraint_id.clone());
        let pins = document.manifest.pins.iter().map(outcome_of_pin);
        let wanted = pins.chain(document.requirements.iter().map(|own| own.id.clone()));
        if let Some(id) = first_difference(told, wanted) {
            return Err(MaterializationError::Outcomes(id));
        }
        let mut named: Vec<&String> = document.manifest.imports.iter().map(|own| &own.property).collect();
        named.sort();
        let recorded: Vec<&String> = self.provenance.imports.iter().map(|own| &own.property).collect();
        if recorded != named {
            let changed = first_difference(recorded.iter(), named.iter()).unwrap_or(&recorded[0]);
            return Err(MaterializationError::Imports((*changed).clone()));
        }
        Ok(())
    }

    /// Refuses a materialization by which the threshold of its file is not known to pass.
    fn expect_threshold(&self, file: Derived<'_>) -> Result<(), MaterializationError> {
        self.expect_current(file.document, file.canonical)?;
        if self.provenance.verdict != Verdict::Pass {
            return Err(MaterializationError::Failed);
        }
        if let Some(provides) = &file.document.manifest.provides {
            let threshold = &provides.threshold;
            let passed = |outcome: &crate::report::Outcome| outcome.status == Verdict::Pass;
            if !self.verification.outcome(threshold).is_some_and(passed) {
                return Err(MaterializationError::Threshold(threshold.clone()));
            }
        }
        let recorded = self.provenance.imports.iter().map(|own| (&own.property, &own.constraint_set_hash));
        let known = file.imports.iter().map(|(property, hash)| (property, hash));
        if let Some((property, _)) = first_difference(recorded, known) {
            return Err(MaterializationError::Imports(property.clone()));
        }
        Ok(())
    }
}

/// What one of two lists has more often than the other, or nothing where they differ in their order only.
fn first_difference<T: Ord>(one: impl Iterator<Item = T>, other: impl Iterator<Item = T>) -> Option<T> {
    let (mut one, mut other): (Vec<T>, Vec<T>) = (one.collect(), other.collect());
    one.sort_unstable();
    other.sort_unstable();
    let (mut one, mut other) = (one.into_iter(), other.into_iter());
    loop {
        match (one.next(), other.next()) {
            (None, None) => return None,
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) => return Some(a.min(b)),
            (a, b) => return a.or(b),
        }
    }
}

fn hash_of(verification: &Report) -> Result<String, MaterializationError> {
    Ok(sha256_hex(canonical::to_string(verification).map_err(AttestError::from)?.as_bytes()))
}

fn body(provenance: &Provenance) -> Result<Vec<u8>, MaterializationError> {
    Ok(canonical::to_string(provenance).map_err(AttestError::from)?.into_bytes())
}

/// Accepts what somebody trusted has signed, as long as nothing has changed since.
impl Acceptance for Trust {
    fn accept(&self, file: Derived<'_>, bytes: &[u8]) -> Result<Accepted, Refusal> {
        let read = Materialization::read(bytes, self).and_then(|(own, _)| {
            own.expect_threshold(file)?;
            Ok(own)
        });
        match read {
            Ok(own) => Ok(Accepted { code: own.code, target_lang: own.provenance.target_lang }),
            Err(error) => {
                let help = match &error {
                    MaterializationError::Attest(_) => error.help().to_owned(),
                    _ => format!("{}: etymon run {}", error.help(), file.path.display()),
                };
                let own = Diagnostic::from(error);
                Err(Refusal { code: own.code, reason: own.message, help })
            }
        }
    }
}
