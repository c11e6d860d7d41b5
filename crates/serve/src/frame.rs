//! Frames: objects on the wire, one after the other.
//!
//! A frame is a byte for the kind, 32 bytes of SHA-256, eight bytes of length (big-endian), and the payload. There is nothing before,
//! between or after frames, no compression and no deltas. Whoever receives a frame hashes its payload again.

use crate::{Kind, WireError};
use etymon_store::Digest;

/// Bytes before a payload: kind, hash and length.
pub const HEADER: usize = 1 + 32 + 8;
/// Longest payload, in bytes.
pub const MAX_OBJECT: usize = 16 << 20;
/// Longest run of frames in one request or answer, in bytes. It holds the longest frame with room to spare.
pub const MAX_BODY: usize = 32 << 20;

/// A frame whose payload has the hash that its header states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'b> {
    /// What the payload is said to be.
    pub kind: Kind,
    /// The payload's SHA-256.
    pub digest: Digest,
    /// The payload.
    pub payload: &'b [u8],
}

/// Appends a frame.
pub fn push(out: &mut Vec<u8>, kind: Kind, payload: &[u8]) {
    out.reserve(HEADER + payload.len());
    out.push(kind.byte());
    out.extend_from_slice(Digest::of(payload).as_bytes());
    out.extend_from_slice(&(payload.len() as u64).to_be_bytes());
    out.extend_from_slice(payload);
}

/// Reads frames up to the end of the bytes, or up to the first that is wrong.
pub fn frames(bytes: &[u8]) -> Frames<'_> {
    Frames { bytes, at: 0 }
}

/// What [`frames`] answers.
#[derive(Clone, Debug)]
pub struct Frames<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Frames<'b> {
    fn read(&mut self) -> Result<Frame<'b>, WireError> {
        let start = self.at;
        let wrong = |reason: String| WireError::Frame { at: start, reason };
        let rest = &self.bytes[start..];
        let cut = || wrong(format!("it is cut off after {} bytes", rest.len()));
        let (header, payload) = rest.split_at_checked(HEADER).ok_or_else(cut)?;
        let kind = Kind::from_byte(header[0]).ok_or_else(|| wrong(format!("{} is no kind of object", header[0])))?;
        let stated = Digest::from_bytes(array(&header[1..33]));
        let length = u64::from_be_bytes(array(&header[33..]));
        let length = usize::try_from(length).ok().filter(|length| *length <= MAX_OBJECT);
        let length = length.ok_or_else(|| wrong(format!("it states more than {MAX_OBJECT} bytes")))?;
        let payload = payload.get(..length).ok_or_else(cut)?;
        let digest = Digest::of(payload);
        if digest != stated {
            return Err(wrong(format!("it states the hash `{stated}`, but its payload has `{digest}`")));
        }
        self.at = start + HEADER + length;
        Ok(Frame { kind, digest, payload })
    }
}

impl<'b> Iterator for Frames<'b> {
    type Item = Result<Frame<'b>, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at == self.bytes.len() {
            return None;
        }
        let read = self.read();
        if read.is_err() {
            self.at = self.bytes.len();
        }
        Some(read)
    }
}

/// The bytes as an array; zeros stand in for what is missing, which callers rule out.
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().unwrap_or([0; N])
}
