//! The fixed shares of inheritance (al-Nisa 4:11-12), as exact fractions and as hundredths of a percent.
//!
//! Spouse, parents and children are reckoned; whoever has other heirs, or a case on which the schools differ, is refused and asked
//! to have it decided. This is arithmetic, and no religious or legal ruling.

use crate::codes::FARAID_1;
use crate::mapped::Mapped;
use etymon_diagnostics::{Code, Diagnostic, Origin, Position, SourceFile, Span};
use serde::{Deserialize, Serialize};

/// The heirs are no JSON object of the known names.
pub const HEIRS: Code = Code::new("HEIRS");

/// Most children of one kind that are reckoned.
pub const MAX_CHILDREN: u32 = 1_000;

/// The whole, in hundredths of a percent.
const WHOLE_BPS: u64 = 10_000;

/// Who is left behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Heirs {
    /// Whether a husband is.
    pub husband: bool,
    /// How many wives are, at most 4.
    pub wives: u32,
    /// Whether the father is.
    pub father: bool,
    /// Whether the mother is.
    pub mother: bool,
    /// How many sons are.
    pub sons: u32,
    /// How many daughters are.
    pub daughters: u32,
}

/// What heirs of one kind receive together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Which heirs.
    pub heir: &'static str,
    /// How many they are.
    pub count: u32,
    /// Their part of the whole, in lowest terms.
    pub fraction: Fraction,
    /// The same in hundredths of a percent; all shares total 10000.
    pub bps: u64,
    /// What each of them receives; the first takes what cannot be divided.
    pub each_bps: Vec<u64>,
}

/// A fraction in lowest terms, written `1/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    numerator: u128,
    denominator: u128,
}

impl Serialize for Fraction {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl std::fmt::Display for Fraction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

// Numerators and denominators stay far below 2^64: they are products of 24 and of numbers of children up to `MAX_CHILDREN`.
impl Fraction {
    const ZERO: Fraction = Fraction { numerator: 0, denominator: 1 };
    const ONE: Fraction = Fraction { numerator: 1, denominator: 1 };

    fn new(numerator: u128, denominator: u128) -> Fraction {
        let (mut a, mut b) = (numerator, denominator);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        let common = a.max(1);
        Fraction { numerator: numerator / common, denominator: denominator / common }
    }

    fn plus(self, other: Fraction) -> Fraction {
        let numerator = self.numerator * other.denominator + other.numerator * self.denominator;
        Fraction::new(numerator, self.denominator * other.denominator)
    }

    /// What is left of the whole; nothing when there is more.
    fn rest(self) -> Fraction {
        Fraction::new(self.denominator.saturating_sub(self.numerator), self.denominator)
    }

    fn times(self, other: Fraction) -> Fraction {
        Fraction::new(self.numerator * other.numerator, self.denominator * other.denominator)
    }

    fn over(self, other: Fraction) -> Fraction {
        Fraction::new(self.numerator * other.denominator, self.denominator * other.numerator.max(1))
    }

    fn exceeds_one(self) -> bool {
        self.numerator > self.denominator
    }

    fn is_more_than(self, other: Fraction) -> bool {
        self.numerator * other.denominator > other.numerator * self.denominator
    }

    /// Hundredths of a percent, a half rounded up.
    fn nearest_bps(self) -> u64 {
        let twice = 2 * self.numerator * u128::from(WHOLE_BPS) + self.denominator;
        u64::try_from(twice / (2 * self.denominator)).unwrap_or(WHOLE_BPS)
    }
}

/// A share before what is too much or left over is dealt with.
struct Part {
    heir: &'static str,
    count: u32,
    fraction: Fraction,
    is_spouse: bool,
}

/// Reckons the shares of heirs that a JSON object names; `path` is what it is called in findings.
///
/// # Errors
/// `HEIRS` at the place where the object is not as it should be, and those of [`shares`], at the object.
pub fn shares_in(path: &str, bytes: &[u8]) -> Result<(Heirs, Vec<Share>), Box<Diagnostic>> {
    let source = SourceFile::from_bytes(path, bytes);
    let at = |span| Origin::span(&source, span);
    let Mapped::<Heirs>(heirs) = serde_json::from_slice(bytes).map_err(|error| {
        let start = source.offset(Position { line: error.line().max(1), column: error.column().max(1) });
        let said = error.to_string();
        let message = said.split(" at line ").next().unwrap_or_default().to_owned();
        let help = "write an object such as `{\"wives\":1,\"sons\":2,\"daughters\":1}`";
        Box::new(Diagnostic::error(HEIRS, message).at(at(Span::at(start))).help(help))
    })?;
    let text = source.text();
    let object = Span::new(text.find('{').unwrap_or_default(), text.trim_end().len());
    let shares = shares(&heirs).map_err(|refused| Box::new(refused.at(at(object))))?;
    Ok((heirs, shares))
}

/// Reckons the shares.
///
/// # Errors
/// `FARAID-1` when nobody inherits the whole, for both kinds of spouse at once, more than 4 wives or [`MAX_CHILDREN`] children of a
/// kind, and for a spouse with both parents and no children, on which the companions differed.
pub fn shares(heirs: &Heirs) -> Result<Vec<Share>, Box<Diagnostic>> {
    refuse(heirs)?;
    let mut parts = fixed(heirs);
    let sum = parts.iter().fold(Fraction::ZERO, |sum, part| sum.plus(part.fraction));
    if sum.exceeds_one() {
        // Awl: what is too much shortens every share alike.
        parts.iter_mut().for_each(|part| part.fraction = part.fraction.over(sum));
    } else if !residue(heirs, &mut parts, sum.rest()) {
        give_back(&mut parts, sum.rest());
    }
    Ok(rounded(&parts))
}

fn refuse(heirs: &Heirs) -> Result<(), Box<Diagnostic>> {
    let spouse = heirs.husband || heirs.wives > 0;
    let children = heirs.sons > 0 || heirs.daughters > 0;
    let (message, help) = if heirs.husband && heirs.wives > 0 {
        ("a husband and wives cannot both be left behind".to_owned(), "give one of the two")
    } else if heirs.wives > 4 {
        (format!("{} wives are more than 4", heirs.wives), "give at most 4")
    } else if heirs.sons > MAX_CHILDREN || heirs.daughters > MAX_CHILDREN {
        (format!("more than {MAX_CHILDREN} sons or daughters are not reckoned"), "give fewer")
    } else if !(spouse || children || heirs.father || heirs.mother) {
        let message = "neither a spouse nor parents nor children are left behind, so others inherit";
        (message.to_owned(), "other heirs are not reckoned: have their shares decided")
    } else if spouse && heirs.father && heirs.mother && !children {
        let message = "the companions differed on a spouse with both parents and no children";
        (message.to_owned(), "have the mother's share decided")
    } else {
        return Ok(());
    };
    Err(Box::new(Diagnostic::error(FARAID_1, message).note("citation: al-Nisa 4:11-12 [verify]").help(help)))
}

/// The shares that are fixed by number, in a fixed order.
fn fixed(heirs: &Heirs) -> Vec<Part> {
    let children = heirs.sons > 0 || heirs.daughters > 0;
    let either = |with: u128, without: u128| Fraction::new(1, if children { with } else { without });
    let mut parts = Vec::new();
    let mut add = |heir, count: u32, fraction, is_spouse| {
        if count > 0 {
            parts.push(Part { heir, count, fraction, is_spouse });
        }
    };
    add("husband", u32::from(heirs.husband), either(4, 2), true);
    add("wives", heirs.wives, either(8, 4), true);
    let father = if children { Fraction::new(1, 6) } else { Fraction::ZERO };
    add("father", u32::from(heirs.father), father, false);
    add("mother", u32::from(heirs.mother), either(6, 3), false);
    add("sons", heirs.sons, Fraction::ZERO, false);
    let daughters = match (heirs.sons, heirs.daughters) {
        (0, 1) => Fraction::new(1, 2),
        (0, _) => Fraction::new(2, 3),
        _ => Fraction::ZERO,
    };
    add("daughters", heirs.daughters, daughters, false);
    parts
}

/// Gives the rest to those who inherit it: children with a son among them, two to one, else the father. False when nobody does.
fn residue(heirs: &Heirs, parts: &mut [Part], rest: Fraction) -> bool {
    let heads = u128::from(heirs.sons) * 2 + u128::from(heirs.daughters);
    let part_of = |heir: &str| match heir {
        "sons" => Fraction::new(u128::from(heirs.sons) * 2, heads.max(1)),
        "daughters" => Fraction::new(u128::from(heirs.daughters), heads.max(1)),
        _ => Fraction::ZERO,
    };
    if heirs.sons > 0 {
        parts.iter_mut().for_each(|part| part.fraction = part.fraction.plus(rest.times(part_of(part.heir))));
        return true;
    }
    let Some(father) = parts.iter_mut().find(|part| part.heir == "father") else { return false };
    father.fraction = father.fraction.plus(rest);
    true
}

/// Radd: what nobody inherits goes back to all but the spouse, in proportion; to a spouse where there is nobody else.
fn give_back(parts: &mut [Part], rest: Fraction) {
    let alone = parts.iter().all(|part| part.is_spouse);
    let others = parts.iter().filter(|part| alone || !part.is_spouse);
    let sum = others.fold(Fraction::ZERO, |sum, part| sum.plus(part.fraction));
    let factor = Fraction::ONE.plus(rest.over(sum));
    for part in parts.iter_mut().filter(|part| alone || !part.is_spouse) {
        part.fraction = part.fraction.times(factor);
    }
}

/// Rounds to the nearest, and settles the difference with the largest share.
fn rounded(parts: &[Part]) -> Vec<Share> {
    let given: u64 = parts.iter().map(|part| part.fraction.nearest_bps()).sum();
    let largest = parts
        .iter()
        .enumerate()
        .fold(0, |best, (at, part)| if part.fraction.is_more_than(parts[best].fraction) { at } else { best });
    let share = |(at, part): (usize, &Part)| {
        let own = part.fraction.nearest_bps();
        let bps = if at == largest { WHOLE_BPS + own - given } else { own };
        let count = u64::from(part.count);
        let mut each_bps = vec![bps / count; part.count as usize];
        each_bps[0] += bps % count;
        Share { heir: part.heir, count: part.count, fraction: part.fraction, bps, each_bps }
    };
    parts.iter().enumerate().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(heirs: Heirs) -> Vec<(&'static str, String, u64)> {
        let shares = shares(&heirs).expect("reckoned");
        shares.into_iter().map(|share| (share.heir, share.fraction.to_string(), share.bps)).collect()
    }

    fn row(heir: &'static str, fraction: &str, bps: u64) -> (&'static str, String, u64) {
        (heir, fraction.to_owned(), bps)
    }

    #[test]
    fn a_surplus_goes_back_to_mother_and_daughter() {
        let heirs = Heirs { daughters: 1, mother: true, ..Heirs::default() };
        assert_eq!(told(heirs), [row("mother", "1/4", 2500), row("daughters", "3/4", 7500)]);
    }

    #[test]
    fn sons_take_twice_what_daughters_take() {
        let heirs = Heirs { wives: 1, sons: 2, daughters: 1, ..Heirs::default() };
        assert_eq!(told(heirs), [row("wives", "1/8", 1250), row("sons", "7/10", 7000), row("daughters", "7/40", 1750)]);
        assert_eq!(shares(&heirs).unwrap()[1].each_bps, [3500, 3500]);
    }

    #[test]
    fn what_is_too_much_shortens_every_share() {
        // 1/4 + 1/6 + 1/6 + 2/3 = 15/12.
        let heirs = Heirs { husband: true, father: true, mother: true, daughters: 2, ..Heirs::default() };
        assert_eq!(
            told(heirs),
            [
                row("husband", "1/5", 2000),
                row("father", "2/15", 1333),
                row("mother", "2/15", 1333),
                row("daughters", "8/15", 5334)
            ]
        );
    }

    #[test]
    fn the_spouse_takes_no_part_in_a_surplus() {
        let heirs = Heirs { wives: 3, daughters: 1, ..Heirs::default() };
        assert_eq!(told(heirs), [row("wives", "1/8", 1250), row("daughters", "7/8", 8750)]);
        assert_eq!(shares(&heirs).unwrap()[0].each_bps, [418, 416, 416]);
    }

    #[test]
    fn a_spouse_who_is_alone_takes_the_whole() {
        assert_eq!(told(Heirs { husband: true, ..Heirs::default() }), [row("husband", "1/1", 10_000)]);
        assert_eq!(shares(&Heirs { wives: 3, ..Heirs::default() }).unwrap()[0].each_bps, [3334, 3333, 3333]);
    }

    #[test]
    fn shares_are_rounded_to_the_nearest_and_the_largest_bears_the_difference() {
        let heirs = Heirs { father: true, mother: true, sons: 1, ..Heirs::default() };
        assert_eq!(told(heirs), [row("father", "1/6", 1667), row("mother", "1/6", 1667), row("sons", "2/3", 6666)]);
        let heirs = Heirs { sons: 1, daughters: 1, ..Heirs::default() };
        assert_eq!(told(heirs), [row("sons", "2/3", 6667), row("daughters", "1/3", 3333)]);
    }

    #[test]
    fn the_father_inherits_the_rest() {
        let heirs = Heirs { father: true, daughters: 1, ..Heirs::default() };
        assert_eq!(told(heirs), [row("father", "1/2", 5000), row("daughters", "1/2", 5000)]);
        let heirs = Heirs { father: true, mother: true, ..Heirs::default() };
        assert_eq!(told(heirs), [row("father", "2/3", 6667), row("mother", "1/3", 3333)]);
    }

    #[test]
    fn what_is_not_reckoned_is_refused() {
        let both_parents = Heirs { father: true, mother: true, ..Heirs::default() };
        for heirs in [
            Heirs { husband: true, ..both_parents },
            Heirs { wives: 1, ..both_parents },
            Heirs::default(),
            Heirs { wives: 5, sons: 1, ..Heirs::default() },
            Heirs { husband: true, wives: 1, sons: 1, ..Heirs::default() },
            Heirs { sons: MAX_CHILDREN + 1, ..Heirs::default() },
        ] {
            assert_eq!(shares(&heirs).unwrap_err().code, FARAID_1, "{heirs:?}");
        }
    }

    proptest! {
        #[test]
        fn shares_are_the_whole(husband: bool, wives in 0u32..5, father: bool, mother: bool, sons in 0u32..1001, daughters in 0u32..1001) {
            if let Ok(shares) = shares(&Heirs { husband, wives, father, mother, sons, daughters }) {
                let sum = shares.iter().fold(Fraction::ZERO, |sum, share| sum.plus(share.fraction));
                prop_assert_eq!(sum, Fraction::ONE);
                prop_assert_eq!(shares.iter().map(|share| share.bps).sum::<u64>(), WHOLE_BPS);
                for share in &shares {
                    prop_assert_eq!(share.each_bps.iter().sum::<u64>(), share.bps);
                }
            }
        }
    }
}
