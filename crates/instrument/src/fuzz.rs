//! Inputs that try to break the front end. It must refuse or accept each of them, and never panic.

use crate::class::Class;
use crate::examples::example;
use crate::parser::SECTIONS;
use crate::rules::RuleSet;
use crate::{parser, sema};
use etymon_diagnostics::Style;

/// What instruments and bundles are mutated from.
const SEEDS: [&str; 4] = [
    example(Class::MusharakahMutanaqisah),
    example(Class::Mudarabah),
    example(Class::CommercialEscrow),
    include_str!("../../../examples/instruments/bundle.fiqh"),
];

/// What texts are made of, besides the names of sections.
const WORDS: [&str; 36] = [
    "instrument",
    "bundle",
    "legs",
    "require",
    "bps",
    "none",
    "basis",
    "price",
    "from",
    "to",
    "asset",
    "deferred",
    "independent",
    "musharakah_mutanaqisah",
    "sarf",
    "sukuk",
    "A",
    "b",
    "{",
    "}",
    "(",
    ")",
    ":",
    ";",
    ",",
    ".",
    "==",
    "->",
    "+",
    "=",
    "0",
    "10000",
    "18446744073709551616",
    "\"text\"",
    "\"",
    "/*",
];

/// A generator of numbers: splitmix64, so that a seed is a whole run.
pub struct Numbers(u64);

impl Numbers {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Numbers {
        Numbers(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % (bound.max(1) as u64)).unwrap_or(0)
    }

    fn word(&mut self) -> &'static str {
        let at = self.below(WORDS.len() + SECTIONS.len());
        WORDS.get(at).copied().unwrap_or_else(|| SECTIONS[at - WORDS.len()])
    }

    /// The next input: bytes, words, or an example with changes of bytes or of lines.
    pub fn input(&mut self) -> Vec<u8> {
        match self.below(5) {
            0 => (0..self.below(300)).map(|_| self.next().to_le_bytes()[0]).collect(),
            1 => self.words().into_bytes(),
            2 => self.mutation(),
            _ => self.lines().into_bytes(),
        }
    }

    /// An example with lines left out, repeated, or with another word in them: most such texts are read, and then refused.
    fn lines(&mut self) -> String {
        let seed = SEEDS[self.below(SEEDS.len())];
        let mut lines: Vec<String> = seed.lines().map(str::to_owned).collect();
        for _ in 0..=self.below(4) {
            let at = self.below(lines.len());
            match self.below(6) {
                0 if lines[at].ends_with(';') => drop(lines.remove(at)),
                1 => lines.insert(at, lines[at].clone()),
                _ => {
                    let words: Vec<&str> = lines[at].split(' ').collect();
                    let word = words[self.below(words.len())].trim_end_matches(';').to_owned();
                    if !word.is_empty() {
                        lines[at] = lines[at].replacen(&word, self.word(), 1);
                    }
                }
            }
        }
        lines.join("\n")
    }

    fn words(&mut self) -> String {
        let mut text = String::new();
        if self.below(2) == 0 {
            text.push_str("instrument A : b {");
        }
        for _ in 0..self.below(120) {
            text.push(if self.below(4) == 0 { '\n' } else { ' ' });
            text.push_str(self.word());
        }
        text
    }

    fn mutation(&mut self) -> Vec<u8> {
        let mut bytes = SEEDS[self.below(SEEDS.len())].as_bytes().to_vec();
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len());
            let end = (at + 1 + self.below(40)).min(bytes.len());
            match self.below(5) {
                0 => drop(bytes.drain(at..end)),
                1 => {
                    let part = bytes[at..end].to_vec();
                    bytes.splice(at..at, part);
                }
                2 if at < bytes.len() => bytes[at] = self.next().to_le_bytes()[0],
                3 => {
                    let word = self.word();
                    drop(bytes.splice(at..at, word.bytes()));
                }
                _ => bytes.truncate(at),
            }
        }
        bytes
    }
}

/// What became of inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// Inputs that no parser reads.
    pub unreadable: u64,
    /// Inputs that the rules refuse.
    pub refused: u64,
    /// Inputs that are accepted.
    pub accepted: u64,
}

/// Reads and checks one input, with its findings rendered, as every way of using the front end does.
pub fn try_input(bytes: &[u8], tally: &mut Tally) {
    let parsed =
        parser::source("fuzz.fiqh", bytes).and_then(|source| parser::parse(&source).map(|unit| (source, unit)));
    match parsed {
        Err(report) => {
            drop(report.to_text(&Style::plain()));
            tally.unreadable += 1;
        }
        Ok((source, unit)) => {
            let rules = RuleSet::of_meta(&source, &unit).unwrap_or_default();
            let report = sema::check(&source, &unit, rules.as_ref());
            drop(report.to_text(&Style::plain()));
            *(if report.has_errors() { &mut tally.refused } else { &mut tally.accepted }) += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_panics_and_a_seed_is_a_run() {
        let run = |seed| {
            let mut numbers = Numbers::new(seed);
            let mut tally = Tally::default();
            (0..2_000).for_each(|_| try_input(&numbers.input(), &mut tally));
            tally
        };
        let tally = run(1);
        assert!(tally.unreadable > 0 && tally.refused > 0 && tally.accepted > 0, "{tally:?}");
        assert_eq!(tally, run(1));
    }
}
