//! What the EVM's contracts and programs beside it have in common: words, addresses, and the hash.

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha3::{Digest, Keccak256};
use std::fmt;
use std::str::FromStr;

/// A word of the EVM: a natural number of 256 bits.
pub type U256 = ruint::Uint<256, 4>;

/// 32 bytes, such as a hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct B256(pub [u8; 32]);

impl B256 {
    /// Its bytes.
    pub const fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for B256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.0))
    }
}

impl Serialize for B256 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Debug for B256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "B256({self})")
    }
}

/// Keccak-256, as it was before SHA-3 changed the padding.
pub fn keccak256(bytes: impl AsRef<[u8]>) -> B256 {
    B256(Keccak256::digest(bytes.as_ref()).into())
}

/// The hash of 32 bytes as a message that wallets sign (EIP-191, version `E`).
pub fn eip191_hash(message: &B256) -> B256 {
    let hasher = Keccak256::new().chain_update(b"\x19Ethereum Signed Message:\n32").chain_update(message.0);
    B256(hasher.finalize().into())
}

/// An account or a contract.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(pub [u8; 20]);

impl Address {
    /// Nobody's.
    pub const ZERO: Address = Address([0; 20]);

    /// Its bytes.
    pub const fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// The address of a public key, whose two coordinates are given: the last 20 bytes of their hash.
    pub fn of_public_key(coordinates: &[u8; 64]) -> Address {
        let mut bytes = [0; 20];
        bytes.copy_from_slice(&keccak256(coordinates).0[12..]);
        Address(bytes)
    }

    /// Lower-case hex, as nodes are told it.
    pub fn to_hex(&self) -> String {
        format!("0x{}", hex::encode(self.0))
    }
}

/// With the checksum of EIP-55: a letter is upper case where the hash of the lower-case digits has a nibble of 8 or more.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = hex::encode(self.0);
        let hash = keccak256(&digits).0;
        f.write_str("0x")?;
        for (at, digit) in digits.chars().enumerate() {
            let nibble = if at % 2 == 0 { hash[at / 2] >> 4 } else { hash[at / 2] & 0xf };
            write!(f, "{}", if nibble >= 8 { digit.to_ascii_uppercase() } else { digit })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Its form.
    #[error("an address is `0x` and 40 hex digits")]
    Form,
    /// Its letters are of both cases, but not as EIP-55 says, so a digit is probably wrong.
    #[error("the upper and lower case of its letters is not its checksum (EIP-55)")]
    Checksum,
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Address, AddressError> {
        let digits = text.strip_prefix("0x").ok_or(AddressError::Form)?;
        let mut bytes = [0; 20];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| AddressError::Form)?;
        let address = Address(bytes);
        let mixed = digits.contains(|own: char| own.is_ascii_lowercase())
            && digits.contains(|own: char| own.is_ascii_uppercase());
        if mixed && address.to_string() != text { Err(AddressError::Checksum) } else { Ok(address) }
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Address, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::invalid_value(Unexpected::Str(&text), &"an address"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_not_that_of_sha_3() {
        let hash = keccak256("").to_string();
        assert_eq!(hash, "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
        let message = keccak256("hello");
        assert_eq!(message.to_string(), "0x1c8aff950685c2ed4bc3174f3472287b56d9517b9c948127319a09a7a36deac8");
    }

    /// The examples of EIP-55.
    #[test]
    fn addresses_carry_a_checksum() {
        for text in [
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
            "0xde709f2102306220921060314715629080e2fb77",
            "0x27b1fdb04752bbc536007a920d24acb045561c26",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!(address.to_string(), text);
            assert_eq!(text.to_ascii_lowercase().parse(), Ok(address));
            assert_eq!(format!("0x{}", text[2..].to_ascii_uppercase()).parse(), Ok(address));
        }
        let wrong = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD";
        assert_eq!(wrong.parse::<Address>(), Err(AddressError::Checksum));
        for wrong in ["", "0x", "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x12", &format!("0x{}", "g".repeat(40))] {
            assert_eq!(wrong.parse::<Address>(), Err(AddressError::Form), "{wrong}");
        }
        let told = serde_json::to_string(&wrong.to_ascii_lowercase().parse::<Address>().unwrap()).unwrap();
        assert_eq!(told, format!("\"{}\"", wrong.to_ascii_lowercase()));
        assert_eq!(serde_json::from_str::<Address>(&told).unwrap().to_hex(), wrong.to_ascii_lowercase());
        assert!(serde_json::from_str::<Address>("\"0x12\"").is_err());
    }
}
