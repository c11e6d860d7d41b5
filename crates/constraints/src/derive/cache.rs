use etymon_diagnostics::Diagnostic;
use etymon_spec::canonical::{self, sha256_hex};
use serde::Serialize;

/// What decides whether an earlier materialization answers the same question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CacheKey {
    /// Hash of the canonical text.
    pub constraint_set_hash: String,
    /// [`super::function_hash`].
    pub derivation_function_hash: String,
    /// [`super::Substrate::id`].
    pub substrate_id: String,
    /// [`super::Substrate::model`].
    pub model_id: String,
    /// Name of the target.
    pub target_lang: String,
    /// Hashes of the imported files.
    pub imports: Vec<String>,
}

impl CacheKey {
    /// SHA-256 of the key's canonical JSON, in hex. The order of the imports does not count.
    ///
    /// # Errors
    /// Those of canonical JSON, which these fields do not provoke.
    pub fn hash(&self) -> Result<String, Box<Diagnostic>> {
        let mut sorted = self.clone();
        sorted.imports.sort();
        Ok(sha256_hex(canonical::to_string(&sorted)?.as_bytes()))
    }
}
