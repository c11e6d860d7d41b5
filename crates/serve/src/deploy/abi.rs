//! The binary interface of contracts: their functions as compilers describe them, and values as words.
//!
//! It follows the contract ABI specification of Solidity, for all types that contracts take and give but `function` and fixed-point numbers.

mod coder;
mod kind;

pub(super) use coder::{decode, encode};
pub(super) use kind::Kind;

use etymon_instrument::evm::{Address, U256, keccak256};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The first bytes of a call, which say what is called.
pub(super) type Selector = [u8; 4];

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Datum {
    Bool(bool),
    Uint(U256),
    /// In two's complement of 256 bits.
    Int(U256),
    Address(Address),
    /// Of a type such as `bytes32`.
    Word(Vec<u8>),
    Bytes(Vec<u8>),
    Text(String),
    /// Of an array, a fixed array or a tuple.
    List(Vec<Datum>),
}

/// A parameter or result.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its type as the compiler writes it.
    pub(super) text: String,
    /// Its type; nothing for those that are not known here.
    kind: Option<Kind>,
}

/// A function, a constructor or an error.
#[derive(Clone, Debug)]
pub struct Function {
    pub(super) name: String,
    pub(super) inputs: Vec<Param>,
    pub(super) outputs: Vec<Param>,
}

/// What a contract can be asked, and the errors it knows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Vec<Item>")]
pub struct Abi {
    pub(super) constructor: Vec<Param>,
    functions: BTreeMap<String, Vec<Function>>,
    errors: Vec<Function>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(rename = "type", default)]
    sort: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    inputs: Vec<Param>,
    #[serde(default)]
    outputs: Vec<Param>,
}

#[derive(Deserialize)]
struct RawParam {
    #[serde(rename = "type")]
    text: String,
    #[serde(default)]
    components: Vec<Param>,
}

impl<'de> Deserialize<'de> for Param {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Param, D::Error> {
        let RawParam { text, components } = RawParam::deserialize(deserializer)?;
        let parts = components.into_iter().map(|own| own.kind).collect::<Option<Vec<_>>>();
        let kind = parts.and_then(|parts| Kind::read(&text, parts));
        Ok(Param { text, kind })
    }
}

impl From<Vec<Item>> for Abi {
    fn from(items: Vec<Item>) -> Abi {
        let mut abi = Abi::default();
        for Item { sort, name, inputs, outputs } in items {
            match sort.as_str() {
                "constructor" => abi.constructor = inputs,
                "error" => abi.errors.push(Function { name, inputs, outputs }),
                "function" => {
                    abi.functions.entry(name.clone()).or_default().push(Function { name, inputs, outputs });
                }
                _ => {}
            }
        }
        abi
    }
}

/// The types of parameters.
///
/// # Errors
/// The text of one that is not known.
pub(super) fn kinds(params: &[Param]) -> Result<Vec<Kind>, String> {
    let known = |own: &Param| own.kind.clone().ok_or_else(|| format!("the type `{}` is not supported", own.text));
    params.iter().map(known).collect()
}

impl Abi {
    /// The functions of a name.
    pub(super) fn functions(&self, name: &str) -> &[Function] {
        self.functions.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The error of a selector.
    pub(super) fn error(&self, selector: Selector) -> Option<&Function> {
        self.errors.iter().find(|own| own.selector() == Ok(selector))
    }
}

impl Function {
    /// The first four bytes of the hash of its name and types.
    pub(super) fn selector(&self) -> Result<Selector, String> {
        let kinds = kinds(&self.inputs)?;
        let signature = format!("{}{}", self.name, Kind::Tuple(kinds));
        let mut selector = Selector::default();
        selector.copy_from_slice(&keccak256(signature).0[..4]);
        Ok(selector)
    }
}

#[cfg(test)]
mod tests;
