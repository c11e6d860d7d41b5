//! Between the JSON of plans and records, and the values of the ABI.

use super::DeployError;
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{Address, I256, U256};
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

/// The value of a type, with `@name` for an address.
///
/// # Errors
/// `DEPLOY_PLAN` when it is none.
// Types nest no deeper than their text, and plans no deeper than their reader goes.
pub(super) fn encode(kind: &DynSolType, value: &Value, names: &Names) -> Result<DynSolValue, DeployError> {
    let wrong = || DeployError::Plan(format!("`{value}` is no `{}`", kind.sol_type_name()));
    let list = |inner: &DynSolType| -> Result<Vec<DynSolValue>, DeployError> {
        value.as_array().ok_or_else(wrong)?.iter().map(|item| encode(inner, item, names)).collect()
    };
    let made = match (kind, value) {
        (DynSolType::Bool, Value::Bool(truth)) => Some(DynSolValue::Bool(*truth)),
        (DynSolType::String, Value::String(text)) => Some(DynSolValue::String(text.clone())),
        (DynSolType::Address, Value::String(text)) => address(text, names)?.map(DynSolValue::Address),
        (DynSolType::Uint(bits), _) => {
            natural(value).filter(|own| own.bit_len() <= *bits).map(|own| DynSolValue::Uint(own, *bits))
        }
        (DynSolType::Int(bits), _) => {
            let number = natural(value).filter(|own| own.bit_len() < *bits);
            number.map(|own| DynSolValue::Int(I256::from_raw(own), *bits))
        }
        (DynSolType::Bytes | DynSolType::FixedBytes(_), Value::String(text)) if text.starts_with("0x") => {
            kind.coerce_str(text).ok()
        }
        (DynSolType::Array(inner), _) => Some(DynSolValue::Array(list(inner)?)),
        (DynSolType::FixedArray(inner, size), _) => Some(DynSolValue::FixedArray(list(inner)?))
            .filter(|_| value.as_array().is_some_and(|own| own.len() == *size)),
        _ => None,
    };
    made.ok_or_else(wrong)
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
pub(super) fn decode(value: &DynSolValue) -> Value {
    match value {
        DynSolValue::Bool(truth) => Value::from(*truth),
        DynSolValue::Uint(number, _) => match u64::try_from(*number) {
            Ok(small) if small <= SAFE => Value::from(small),
            _ => Value::from(number.to_string()),
        },
        DynSolValue::Int(number, _) => Value::from(number.to_string()),
        DynSolValue::FixedBytes(word, size) => Value::from(format!("0x{}", hex::encode(&word[..*size]))),
        DynSolValue::Address(own) => Value::from(own.to_string()),
        DynSolValue::Function(own) => Value::from(format!("0x{}", hex::encode(own.as_slice()))),
        DynSolValue::Bytes(bytes) => Value::from(format!("0x{}", hex::encode(bytes))),
        DynSolValue::String(text) => Value::from(text.as_str()),
        DynSolValue::Array(items) | DynSolValue::FixedArray(items) | DynSolValue::Tuple(items) => {
            items.iter().map(decode).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn made(kind: &str, value: Value) -> Result<DynSolValue, DeployError> {
        let names = Names::from([("bank".to_owned(), Address::repeat_byte(1))]);
        encode(&kind.parse().unwrap(), &value, &names)
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
        ];
        for (kind, value) in same {
            assert_eq!(decode(&made(kind, value.clone()).unwrap()), value, "{kind}");
        }
        assert_eq!(made("address", json!("@bank")).unwrap(), DynSolValue::Address(Address::repeat_byte(1)));
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
