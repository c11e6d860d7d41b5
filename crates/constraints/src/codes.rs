//! Codes of what the stages refuse or warn of. A code once released keeps its meaning.

use etymon_diagnostics::Code;

/// No file at the path.
pub const READ_NOT_FOUND: Code = Code::new("READ_NOT_FOUND");
/// The file may not be read, or is no plain file.
pub const READ_PERMISSION: Code = Code::new("READ_PERMISSION");
/// The file is not UTF-8.
pub const READ_ENCODING: Code = Code::new("READ_ENCODING");
/// The file has no bytes (a warning).
pub const READ_EMPTY: Code = Code::new("READ_EMPTY");
/// The file is longer than [`crate::read::MAX_INPUT`].
pub const LIMIT_INPUT: Code = Code::new("LIMIT_INPUT");

/// The metadata of a requirement are malformed, missing or repeated.
pub const PARSE_METADATA: Code = Code::new("PARSE_METADATA");
/// A requirement's `type` is none of the seven.
pub const PARSE_TYPE: Code = Code::new("PARSE_TYPE");
/// The manifest is malformed.
pub const PARSE_MANIFEST: Code = Code::new("PARSE_MANIFEST");
/// A fenced block has no end.
pub const PARSE_FENCE: Code = Code::new("PARSE_FENCE");
/// A heading or directive stands where readers of the page would not see one.
pub const PARSE_HIDDEN: Code = Code::new("PARSE_HIDDEN");
/// A line that reads as one of the manifest but belongs to no directive (a warning).
pub const PARSE_STRAY: Code = Code::new("PARSE_STRAY");
/// A level-2 heading that opens no requirement (a warning).
pub const PARSE_HEADING: Code = Code::new("PARSE_HEADING");
/// A fence that reads as evidence but is not (a warning).
pub const PARSE_EVIDENCE: Code = Code::new("PARSE_EVIDENCE");
/// A list names something twice (a warning).
pub const PARSE_REPEATED: Code = Code::new("PARSE_REPEATED");
/// An unknown metadata key that is nearly a known one (a warning).
pub const PARSE_KEY: Code = Code::new("PARSE_KEY");

/// Two requirements have one id.
pub const VALIDATE_DUP_ID: Code = Code::new("VALIDATE_DUP_ID");
/// Requirements depend on each other in a circle.
pub const VALIDATE_CYCLE: Code = Code::new("VALIDATE_CYCLE");
/// `depends-on` names what is not in the file.
pub const VALIDATE_UNKNOWN_DEP: Code = Code::new("VALIDATE_UNKNOWN_DEP");
/// The manifest names what is not in the file.
pub const VALIDATE_MANIFEST_REF: Code = Code::new("VALIDATE_MANIFEST_REF");
/// A requirement's `type` is none of the seven, so that the file has no meaning.
pub const VALIDATE_TYPE: Code = Code::new("VALIDATE_TYPE");
/// Evidence that cannot be checked in the language wanted.
pub const VALIDATE_TARGET: Code = Code::new("VALIDATE_TARGET");
/// The file has neither a requirement nor a manifest.
pub const VALIDATE_EMPTY: Code = Code::new("VALIDATE_EMPTY");
/// A threshold that is never checked (a warning).
pub const VALIDATE_THRESHOLD: Code = Code::new("VALIDATE_THRESHOLD");
/// Two imports or two pins share a name (a warning).
pub const VALIDATE_REPEATED: Code = Code::new("VALIDATE_REPEATED");

/// An import's file is not at its path.
pub const RESOLVE_NOT_FOUND: Code = Code::new("RESOLVE_NOT_FOUND");
/// An import's file is refused by stages 1 to 3.
pub const RESOLVE_INVALID: Code = Code::new("RESOLVE_INVALID");
/// An import's file does not provide the property.
pub const RESOLVE_PROPERTY: Code = Code::new("RESOLVE_PROPERTY");
/// An import's threshold is not known to pass.
pub const RESOLVE_THRESHOLD: Code = Code::new("RESOLVE_THRESHOLD");
/// An imported file has no materialization.
pub const RESOLVE_UNDERIVED: Code = Code::new("RESOLVE_UNDERIVED");
/// An import is pinned to a hash that its file does not have.
pub const RESOLVE_PIN_MISMATCH: Code = Code::new("RESOLVE_PIN_MISMATCH");
/// An import's code is in another language.
pub const RESOLVE_TARGET: Code = Code::new("RESOLVE_TARGET");
/// Two imported files have one name as modules.
pub const RESOLVE_MODULE: Code = Code::new("RESOLVE_MODULE");
/// Files import each other in a circle.
pub const RESOLVE_CYCLE: Code = Code::new("RESOLVE_CYCLE");
/// More files than one import graph may have.
pub const LIMIT_IMPORTS: Code = Code::new("LIMIT_IMPORTS");

/// A document that is no materialization of a known schema.
pub const MATERIALIZATION_SCHEMA: Code = Code::new("MATERIALIZATION_SCHEMA");
/// The code is not the one that was signed.
pub const MATERIALIZATION_CODE: Code = Code::new("MATERIALIZATION_CODE");
/// The verification is not the one that was signed, contradicts the verdict, or leaves out a requirement.
pub const MATERIALIZATION_VERDICT: Code = Code::new("MATERIALIZATION_VERDICT");
/// A time is in another form than the tool writes.
pub const MATERIALIZATION_TIME: Code = Code::new("MATERIALIZATION_TIME");
/// The materialization belongs to other text than the file has now.
pub const MATERIALIZATION_STALE: Code = Code::new("MATERIALIZATION_STALE");
/// The materialization records a failure.
pub const MATERIALIZATION_FAILED: Code = Code::new("MATERIALIZATION_FAILED");
/// The threshold itself did not pass.
pub const MATERIALIZATION_THRESHOLD: Code = Code::new("MATERIALIZATION_THRESHOLD");
/// The materialization was derived against other imports than there are now.
pub const MATERIALIZATION_IMPORTS: Code = Code::new("MATERIALIZATION_IMPORTS");

/// A block of a signers manifest without exactly one usable key.
pub const SIGNERS_KEY: Code = Code::new("SIGNERS_KEY");
/// A block of a signers manifest that no person has agreed to (a warning).
pub const SIGNERS_PENDING: Code = Code::new("SIGNERS_PENDING");

/// The substrate gave no answer.
pub const DERIVE_API: Code = Code::new("DERIVE_API");
/// The answer ends before the code does.
pub const DERIVE_TRUNCATED: Code = Code::new("DERIVE_TRUNCATED");
/// The substrate does not want to answer.
pub const DERIVE_REFUSED: Code = Code::new("DERIVE_REFUSED");

/// The EncDSL image that a file names is missing, is several, or is none.
pub const DERIVE_IMAGE: Code = Code::new("DERIVE_IMAGE");

/// A file of certificate authorities that cannot be used.
pub const TLS_CA: Code = Code::new("TLS_CA");

/// The machine offers no sandbox, so nothing was run.
pub const SANDBOX_UNAVAILABLE: Code = Code::new("SANDBOX_UNAVAILABLE");
/// The verification could not be carried out; nothing is said of the candidate.
pub const VERIFY_UNAVAILABLE: Code = Code::new("VERIFY_UNAVAILABLE");
/// The candidate failed its verification.
pub const VERIFY_FAILED: Code = Code::new("VERIFY_FAILED");
