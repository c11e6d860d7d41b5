//! Between the JSON of plans and records, and the values of the ABI.

use super::DeployError;
use super::abi::{Datum, Kind};
use etymon_instrument::evm::{Address, U256};
use serde_json::Value;
use std::collections::BTreeMap;

/// The addresses of roles and contracts.
pub(super) type Names = BTreeMap<String, Address>;
/// Largest number that every reader of JSON keeps.
const SAFE: u64 = (1 << 53) - 1;

/// A natural number, or decimal digits in a text.
pub(super) fn natural(value: &Value) -> Option<U256> {
    match value {
        Value::Number(number) => number.as_u64().map(U256::from),
        Value::String(text) => {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| U256::from_str_radix(text, 10).ok()).flatten()
        }
        _ => None,
    }
}

/// A whole number of so many bits, in two's complement.
fn integer(value: &Value, bits: usize) -> Option<U256> {
    let digits = match value {
        Value::Number(number) => number.as_i64().filter(|own| *own < 0).map(|own| own.unsigned_abs().to_string()),
        Value::String(text) => text.strip_prefix('-').map(str::to_owned),
        _ => None,
    };
    match digits {
        None => natural(value).filter(|own| own.bit_len() < bits),
        // The lowest of 8 bits is -128, so that of the number before it is what must fit.
        Some(digits) => natural(&Value::String(digits))
            .filter(|own| own.saturating_sub(U256::ONE).bit_len() < bits)
            .map(U256::wrapping_neg),
    }
}

/// The value of a type, with `@name` for an address.
///
/// # Errors
/// `DEPLOY_PLAN` when it is none.
// Types nest no deeper than they are read.
pub(super) fn encode(kind: &Kind, value: &Value, names: &Names) -> Result<Datum, DeployError> {
    let wrong = || DeployError::Plan(format!("`{value}` is no `{kind}`"));
    let items = |size: Option<usize>| value.as_array().filter(|own| size.is_none_or(|size| own.len() == size));
    let list = |inner: &Kind, size: Option<usize>| -> Result<Datum, DeployError> {
        let items = items(size).ok_or_else(wrong)?.iter().map(|item| encode(inner, item, names));
        items.collect::<Result<_, _>>().map(Datum::List)
    };
    let made = match (kind, value) {
        (Kind::Bool, Value::Bool(truth)) => Some(Datum::Bool(*truth)),
        (Kind::Text, Value::String(text)) => Some(Datum::Text(text.clone())),
        (Kind::Address, Value::String(text)) => address(text, names)?.map(Datum::Address),
        (Kind::Uint(bits), _) => natural(value).filter(|own| own.bit_len() <= *bits).map(Datum::Uint),
        (Kind::Int(bits), _) => integer(value, *bits).map(Datum::Int),
        (Kind::Bytes, Value::String(text)) => octets(text).map(Datum::Bytes),
        (Kind::Word(size), Value::String(text)) => octets(text).filter(|own| own.len() == *size).map(Datum::Word),
        (Kind::Array(inner), _) => Some(list(inner, None)?),
        (Kind::Fixed(inner, size), _) => Some(list(inner, Some(*size))?),
        (Kind::Tuple(parts), _) => {
            let items = items(Some(parts.len())).ok_or_else(wrong)?;
            let parts = parts.iter().zip(items).map(|(part, item)| encode(part, item, names));
            Some(Datum::List(parts.collect::<Result<_, _>>()?))
        }
        _ => None,
    };
    made.ok_or_else(wrong)
}

/// The bytes of `0x` and hex digits.
pub(super) fn octets(text: &str) -> Option<Vec<u8>> {
    hex::decode(text.strip_prefix("0x")?).ok()
}

/// `0x` and hex digits.
pub(super) fn hexed(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

fn address(text: &str, names: &Names) -> Result<Option<Address>, DeployError> {
    match text.strip_prefix('@') {
        None => Ok(text.parse().ok()),
        Some(name) => match names.get(name) {
            Some(found) => Ok(Some(*found)),
            None => Err(DeployError::Plan(format!("nobody is called `{text}`"))),
        },
    }
}

/// A value as JSON: numbers that not every reader keeps as text, bytes as hex.
pub(super) fn decode(value: &Datum) -> Value {
    match value {
        Datum::Bool(truth) => Value::from(*truth),
        Datum::Uint(number) => match u64::try_from(*number) {
            Ok(small) if small <= SAFE => Value::from(small),
            _ => Value::from(number.to_string()),
        },
        Datum::Int(number) if number.bit(255) => Value::from(format!("-{}", number.wrapping_neg())),
        Datum::Int(number) => Value::from(number.to_string()),
        Datum::Address(own) => Value::from(own.to_string()),
        Datum::Word(bytes) | Datum::Bytes(bytes) => Value::from(hexed(bytes)),
        Datum::Text(text) => Value::from(text.as_str()),
        Datum::List(items) => items.iter().map(decode).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn made(kind: &str, value: Value) -> Result<Datum, DeployError> {
        let names = Names::from([("bank".to_owned(), Address([1; 20]))]);
        encode(&Kind::read(kind, vec![Kind::Bool, Kind::Text]).unwrap(), &value, &names)
    }

    #[test]
    fn plans_say_values_of_each_type() {
        let same = [
            ("bool", json!(true)),
            ("uint256", json!(7)),
            ("uint16[]", json!([1, 2])),
            ("string", json!("text")),
            ("bytes32", json!(format!("0x{}", "11".repeat(32)))),
            ("bytes", json!("0x0102")),
            ("bool[2]", json!([true, false])),
            ("int8", json!("-128")),
            ("int256", json!("5")),
            ("tuple[]", json!([[true, "a"], [false, ""]])),
        ];
        for (kind, value) in same {
            assert_eq!(decode(&made(kind, value.clone()).unwrap()), value, "{kind}");
        }
        assert_eq!(made("address", json!("@bank")).unwrap(), Datum::Address(Address([1; 20])));
        assert_eq!(made("int8", json!(-1)).unwrap(), Datum::Int(U256::MAX));
        let large = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        assert_eq!(decode(&made("uint256", json!(large)).unwrap()), json!(large));
    }

    #[test]
    fn values_that_do_not_fit_are_refused() {
        let wrong = [
            ("address", json!("@client")),
            ("address", json!("0x12")),
            ("uint8", json!(256)),
            ("int8", json!(128)),
            ("int8", json!(-129)),
            ("int8", json!("--1")),
            ("tuple", json!([true])),
            ("uint256", json!(-1)),
            ("uint256", json!("1 ether")),
            ("bool", json!("true")),
            ("bool[2]", json!([true])),
            ("bytes4", json!("0x01")),
            ("uint8[]", json!(1)),
        ];
        for (kind, value) in wrong {
            assert!(made(kind, value).is_err(), "{kind}");
        }
    }
}
