//! Between this crate's records and their canonical bytes.

use etymon_diagnostics::Diagnostic;
use etymon_spec::canonical;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;

/// The canonical bytes of a record.
///
/// # Errors
/// `BAD_DOCUMENT` for a number above 2^53-1.
pub(crate) fn write(record: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    canonical::to_string(record).map(String::into_bytes).map_err(refused)
}

/// Reads a record that is its own canonical form.
///
/// # Errors
/// `NOT_CANONICAL` or `BAD_DOCUMENT`.
pub(crate) fn read<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, StoreError> {
    canonical::from_slice(bytes).map_err(refused)
}

fn refused(diagnostic: impl Into<Box<Diagnostic>>) -> StoreError {
    StoreError::Refused(diagnostic.into())
}
