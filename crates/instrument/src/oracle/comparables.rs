use super::{OracleError, U256, max_value};
use serde::Deserialize;
use serde::de::{Error, Unexpected};
use std::fmt;

/// Most comparables that one valuation looks at.
pub const MAX_COMPARABLES: usize = 10_000;

/// A sale, offer or appraisal of something like the asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparable {
    /// What it was worth.
    #[serde(deserialize_with = "word")]
    pub value: U256,
    /// How much it says about the asset, against the others: 1 unless given.
    #[serde(default = "one")]
    pub weight: u32,
}

fn one() -> u32 {
    1
}

/// A number, or decimal digits in a text, which hold more than 2^53.
fn word<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<U256, D::Error> {
    struct Word;
    impl serde::de::Visitor<'_> for Word {
        type Value = U256;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a natural number, or its digits in a text")
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<U256, E> {
            Ok(U256::from(number))
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<U256, E> {
            decimal(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
        }
    }
    deserializer.deserialize_any(Word)
}

/// The number of decimal digits.
fn decimal(text: &str) -> Option<U256> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| U256::from_str_radix(text, 10).ok()).flatten()
}

/// What one valuer knows about others of the asset's kind: at least one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparables(Vec<Comparable>);

impl Comparables {
    /// Reads a JSON list of `{"value": N, "weight": N}`; the weight may be left out, and a value be a text.
    ///
    /// # Errors
    /// `COMPARABLES` for what is no such list, an empty one, or one of more than [`MAX_COMPARABLES`]; `VALUE_RANGE`.
    pub fn from_json(bytes: &[u8]) -> Result<Comparables, OracleError> {
        let list: Vec<Comparable> = serde_json::from_slice(bytes).map_err(OracleError::ComparablesJson)?;
        Comparables::new(list)
    }

    /// The comparables of a list.
    ///
    /// # Errors
    /// As [`Comparables::from_json`].
    pub fn new(list: Vec<Comparable>) -> Result<Comparables, OracleError> {
        let refused = |text: String| Err(OracleError::Comparables(text));
        if list.is_empty() {
            return refused("there are no comparables".to_owned());
        }
        if list.len() > MAX_COMPARABLES {
            return refused(format!("there are {} comparables, more than {MAX_COMPARABLES}", list.len()));
        }
        if let Some(at) = list.iter().position(|own| own.weight == 0) {
            return refused(format!("the comparable {} has no weight", at + 1));
        }
        match list.iter().find(|own| own.value.is_zero() || own.value > max_value()) {
            Some(wrong) => Err(OracleError::Value(wrong.value)),
            None => Ok(Comparables(list)),
        }
    }

    /// The weighted median: the least value with half of the weight at or below it. Where exactly half is, the mean of it and the next value,
    /// rounded down, so that equal weights give the usual median.
    pub fn median(&self) -> U256 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable_by_key(|own| own.value);
        let total: u64 = sorted.iter().map(|own| u64::from(own.weight)).sum();
        let mut below = 0;
        for (at, own) in sorted.iter().enumerate() {
            below += u64::from(own.weight);
            match sorted.get(at + 1) {
                Some(next) if 2 * below == total => return (own.value + next.value) / U256::from(2),
                Some(_) if 2 * below < total => {}
                _ => return own.value,
            }
        }
        unreachable!("the last one has all of the weight at or below it")
    }

    /// The weighted median, rounded to the nearest multiple; halves go up.
    ///
    /// # Errors
    /// `COMPARABLES` for multiples of 0, `VALUE_RANGE` for a value that rounds to 0 or goes too high.
    pub fn value(&self, multiple: U256) -> Result<U256, OracleError> {
        if multiple.is_zero() {
            return Err(OracleError::Comparables("nothing is a multiple of 0".to_owned()));
        }
        let median = self.median();
        let (whole, rest) = median.div_rem(multiple);
        let up = rest >= multiple - rest;
        let value = (whole + U256::from(u8::from(up))).checked_mul(multiple);
        match value.filter(|value| !value.is_zero() && *value <= max_value()) {
            Some(value) => Ok(value),
            None => Err(OracleError::Value(value.unwrap_or(median))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(json: &str, multiple: u64) -> Result<U256, OracleError> {
        Comparables::from_json(json.as_bytes())?.value(U256::from(multiple))
    }

    fn number(json: &str, multiple: u64) -> u64 {
        value(json, multiple).unwrap().to()
    }

    #[test]
    fn equal_weights_give_the_usual_median() {
        assert_eq!(number(r#"[{"value":3},{"value":1},{"value":2}]"#, 1), 2);
        assert_eq!(number(r#"[{"value":4},{"value":1},{"value":3},{"value":2}]"#, 1), 2);
        assert_eq!(number(r#"[{"value":"7"}]"#, 1), 7);
    }

    #[test]
    fn weight_moves_the_median() {
        assert_eq!(number(r#"[{"value":1},{"value":2},{"value":9,"weight":3}]"#, 1), 9);
        assert_eq!(number(r#"[{"value":10,"weight":2},{"value":20},{"value":30}]"#, 1), 15);
        assert_eq!(number(r#"[{"value":10,"weight":4294967295},{"value":20,"weight":4294967295}]"#, 1), 15);
    }

    #[test]
    fn rounding_goes_to_the_nearest_multiple() {
        let own = |value: u64| format!("[{{\"value\":{value}}}]");
        assert_eq!(number(&own(1_000_499), 1000), 1_000_000);
        assert_eq!(number(&own(1_000_500), 1000), 1_001_000);
        assert_eq!(number(&own(500), 1000), 1000);
        assert_eq!(value(&own(499), 1000).unwrap_err().code().as_str(), "VALUE_RANGE");
        assert_eq!(value(&own(1), 0).unwrap_err().code().as_str(), "COMPARABLES");
        let most = format!("[{{\"value\":\"{}\"}}]", max_value());
        assert_eq!(value(&most, 1).unwrap(), max_value());
        // Up would be too high.
        assert_eq!(value(&most, u64::MAX).unwrap_err().code().as_str(), "VALUE_RANGE");
        let all = Comparables::from_json(most.as_bytes()).unwrap();
        assert!(all.value(U256::MAX).is_err());
    }

    #[test]
    fn what_is_no_list_of_comparables_is_refused() {
        let wrong = [
            "",
            "{}",
            "[]",
            "[1]",
            r#"[{"value":-1}]"#,
            r#"[{"value":1.5}]"#,
            r#"[{"value":1,"weight":0}]"#,
            r#"[{"value":1,"wieght":1}]"#,
            r#"[{"value":"0x10"}]"#,
            r#"[{"value":""}]"#,
            r#"[{"value":1,"value":2}]"#,
        ];
        for json in wrong {
            assert_eq!(value(json, 1).unwrap_err().code().as_str(), "COMPARABLES", "{json}");
        }
        assert_eq!(value(r#"[{"value":0}]"#, 1).unwrap_err().code().as_str(), "VALUE_RANGE");
        let many = format!("[{}{{\"value\":1}}]", "{\"value\":1},".repeat(MAX_COMPARABLES));
        assert_eq!(value(&many, 1).unwrap_err().code().as_str(), "COMPARABLES");
    }
}
