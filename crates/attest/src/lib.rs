//! Who says so: Ed25519 keys, DSSE envelopes, in-toto statements, and whose signature counts.
//!
//! Every reader here refuses what could be written in another way: JSON that is not canonical, loose base64, keys of small order.

mod base64;
mod dsse;
mod error;
mod key;
mod key_file;
mod signature;
mod statement;
mod trust;
mod write;

pub use crate::base64::{decode, encode};
pub use dsse::{Envelope, EnvelopeSignature, pre_authentication_encoding};
pub use error::{AttestError, codes};
pub use key::{PublicKey, SigningKey};
pub use key_file::{KEY_FILE_MODE, create_key_file, create_private_file, read_key_file, read_private_file};
pub use signature::{ALGORITHM, Signature};
pub use statement::{PAYLOAD_TYPE, STATEMENT_TYPE, Statement, Subject, SubjectDigest};
pub use trust::{Signer, Trust};
pub use write::write_file;
