//! Deterministic CBOR (RFC 8949, section 4.2.1) of the four kinds that the protocol hashes.

use super::alloc::vec::Vec;

const UNSIGNED: u8 = 0;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;

/// Text that grows by whole items. The owner keeps the count of an array true.
#[derive(Default)]
pub(super) struct Cbor(Vec<u8>);

impl Cbor {
    /// An array of `count` items, which follow.
    pub(super) fn array(self, count: usize) -> Cbor {
        self.head(ARRAY, count as u64)
    }

    /// An unsigned integer.
    pub(super) fn unsigned(self, value: u64) -> Cbor {
        self.head(UNSIGNED, value)
    }

    /// A byte string.
    pub(super) fn bytes(self, bytes: &[u8]) -> Cbor {
        self.head(BYTES, bytes.len() as u64).raw(bytes)
    }

    /// A text string.
    pub(super) fn text(self, text: &str) -> Cbor {
        self.head(TEXT, text.len() as u64).raw(text.as_bytes())
    }

    /// Items that are encoded already.
    pub(super) fn raw(mut self, items: &[u8]) -> Cbor {
        self.0.extend_from_slice(items);
        self
    }

    /// The encoding.
    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }

    /// The initial octet and the argument in its shortest form (RFC 8949, section 3).
    fn head(mut self, major: u8, argument: u64) -> Cbor {
        let octets = argument.to_be_bytes();
        let (info, kept) = match argument {
            0..24 => (octets[7], 0),
            24..0x100 => (24, 1),
            0x100..0x1_0000 => (25, 2),
            0x1_0000..0x1_0000_0000 => (26, 4),
            _ => (27, 8),
        };
        self.0.push(major << 5 | info);
        self.0.extend_from_slice(&octets[8 - kept..]);
        self
    }
}
