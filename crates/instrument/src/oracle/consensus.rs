//! What a committee agrees on: the rules of `ConsensusValuationOracle.sol`.

use super::{BPS, OracleError, U256, max_value};

/// What is fixed when an oracle is deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    committee: usize,
    quorum: usize,
    gharar_bound_bps: u64,
}

impl Rules {
    /// A committee of a size, of which a quorum must agree within a band around the median, half of whose width is given in hundredths of a
    /// percent of it.
    ///
    /// # Errors
    /// `ORACLE-1` to `ORACLE-4`.
    pub fn new(committee: usize, quorum: usize, gharar_bound_bps: u64) -> Result<Rules, OracleError> {
        if committee == 0 {
            return Err(OracleError::NoCommittee);
        }
        if quorum == 0 {
            return Err(OracleError::NoQuorum);
        }
        if quorum > committee {
            return Err(OracleError::QuorumAboveCommittee { quorum, committee });
        }
        if gharar_bound_bps == 0 || gharar_bound_bps >= BPS {
            return Err(OracleError::Bound(gharar_bound_bps));
        }
        Ok(Rules { committee, quorum, gharar_bound_bps })
    }

    /// Judges the values of one round, each by another member, in any order.
    ///
    /// # Errors
    /// `VALUE_COUNT` for fewer than a quorum or more than the committee, `VALUE_RANGE`.
    pub fn judge(&self, values: &[U256]) -> Result<Verdict, OracleError> {
        let Rules { committee, quorum, gharar_bound_bps } = *self;
        if values.len() < quorum || values.len() > committee {
            return Err(OracleError::Count { given: values.len(), quorum, committee });
        }
        if let Some(wrong) = values.iter().find(|value| value.is_zero() || **value > max_value()) {
            return Err(OracleError::Value(*wrong));
        }
        let bps = U256::from(BPS);
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        let median = median(&sorted);
        let reach = median * U256::from(gharar_bound_bps) / bps;
        let (low, high) = (median - reach, median + reach);
        let from = sorted.partition_point(|value| *value < low);
        let to = sorted.partition_point(|value| *value <= high).max(from);
        let inliers = &sorted[from..to];
        Ok(Verdict {
            median,
            low,
            high,
            dispersion_bps: (sorted[sorted.len() - 1] - sorted[0]) * bps / median,
            inliers: inliers.len(),
            value: (inliers.len() >= quorum).then(|| self::median(inliers)),
        })
    }
}

/// What a round comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The median of all values.
    pub median: U256,
    /// The least value within the band.
    pub low: U256,
    /// The greatest value within the band.
    pub high: U256,
    /// The distance of the greatest from the least value, in hundredths of a percent of the median.
    pub dispersion_bps: U256,
    /// How many values lie within the band.
    pub inliers: usize,
    /// The median of those, if they are a quorum; otherwise the value is not known.
    pub value: Option<U256>,
}

/// The middle of sorted values that are not empty and in range; of an even number the mean of the middle two, rounded down.
fn median(sorted: &[U256]) -> U256 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / U256::from(2) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn judge(values: &[u64]) -> Verdict {
        let values: Vec<_> = values.iter().map(|value| U256::from(*value)).collect();
        Rules::new(5, 3, 500).unwrap().judge(&values).unwrap()
    }

    fn number(value: u64) -> U256 {
        U256::from(value)
    }

    #[test]
    fn a_committee_that_agrees() {
        let verdict = judge(&[1_000_000, 1_010_000, 990_000, 1_005_000, 995_000]);
        assert_eq!((verdict.value, verdict.inliers), (Some(number(1_000_000)), 5));
        assert_eq!(verdict.dispersion_bps, number(200));
    }

    #[test]
    fn one_outlier_is_left_out() {
        let verdict = judge(&[1_000_000, 1_010_000, 990_000, 1_005_000, 2_000_000]);
        assert_eq!(
            (verdict.median, verdict.low, verdict.high),
            (number(1_005_000), number(954_750), number(1_055_250))
        );
        assert_eq!((verdict.value, verdict.inliers), (Some(number(1_002_500)), 4));
    }

    #[test]
    fn a_committee_that_does_not_agree() {
        let verdict = judge(&[1_000_000, 1_500_000, 2_000_000, 800_000, 3_000_000]);
        assert_eq!((verdict.median, verdict.value, verdict.inliers), (number(1_500_000), None, 1));
        assert_eq!(verdict.dispersion_bps, number(14_666));
    }

    #[test]
    fn both_ends_of_the_band_belong_to_it() {
        assert_eq!(judge(&[950, 1000, 1050]).inliers, 3);
        assert_eq!(judge(&[949, 1000, 1050]).value, None);
        assert_eq!(judge(&[950, 1000, 1051]).value, None);
    }

    #[test]
    fn nothing_may_lie_within_the_band() {
        let verdict = Rules::new(2, 1, 1).unwrap().judge(&[number(100), number(300)]).unwrap();
        assert_eq!((verdict.median, verdict.inliers, verdict.value), (number(200), 0, None));
    }

    #[test]
    fn the_greatest_values_do_not_overflow() {
        let verdict = Rules::new(2, 2, 9_999).unwrap().judge(&[max_value(), max_value()]).unwrap();
        assert_eq!(verdict.value, Some(max_value()));
    }

    #[test]
    fn rules_and_values_that_are_refused() {
        let code = |result: Result<Rules, OracleError>| result.unwrap_err().code().as_str();
        assert_eq!(code(Rules::new(3, 5, 500)), "ORACLE-1");
        assert_eq!(code(Rules::new(5, 3, 0)), "ORACLE-2");
        assert_eq!(code(Rules::new(5, 3, 10_000)), "ORACLE-2");
        assert_eq!(code(Rules::new(0, 0, 500)), "ORACLE-3");
        assert_eq!(code(Rules::new(5, 0, 500)), "ORACLE-4");
        let rules = Rules::new(3, 2, 500).unwrap();
        let refused = |values: &[U256]| rules.judge(values).unwrap_err().code();
        assert_eq!(refused(&[number(1)]), super::super::codes::VALUE_COUNT);
        assert_eq!(refused(&[number(1); 4]), super::super::codes::VALUE_COUNT);
        assert_eq!(refused(&[number(1), number(0)]), super::super::codes::VALUE_RANGE);
        assert_eq!(refused(&[number(1), max_value() + number(1)]), super::super::codes::VALUE_RANGE);
    }

    proptest! {
        // What the definition says, counted value by value.
        #[test]
        fn the_band_is_what_its_definition_says(
            values in prop::collection::vec(1_u64..2_000, 1..12),
            quorum in 1_usize..12,
            bound in 1_u64..10_000,
        ) {
            prop_assume!(quorum <= values.len());
            let words: Vec<_> = values.iter().map(|value| number(*value)).collect();
            let verdict = Rules::new(values.len(), quorum, bound).unwrap().judge(&words).unwrap();
            let mut within: Vec<_> =
                words.iter().copied().filter(|value| *value >= verdict.low && *value <= verdict.high).collect();
            within.sort_unstable();
            prop_assert_eq!(within.len(), verdict.inliers);
            prop_assert_eq!(verdict.value, (within.len() >= quorum).then(|| median(&within)));
            prop_assert!(verdict.value.is_none_or(|value| value >= verdict.low && value <= verdict.high));
            let mut turned = words.clone();
            turned.reverse();
            prop_assert_eq!(Rules::new(values.len(), quorum, bound).unwrap().judge(&turned).unwrap(), verdict);
        }
    }
}
