//! Inputs that try to break the front end, and what else reads what strangers wrote. Each must be refused or accepted, and nothing panic.

mod formats;

use crate::class::Class;
use crate::examples::example;
use crate::parser::SECTIONS;
use crate::rules::RuleSet;
use crate::{parser, sema};
use etymon_diagnostics::Style;

/// What instruments and bundles are mutated from.
const SEEDS: [&str; 10] = [
    example(Class::MusharakahMutanaqisah),
    include_str!("../../../examples/instruments/musharakah_consensus.fiqh"),
    example(Class::Mudarabah),
    example(Class::CommercialEscrow),
    example(Class::Takaful),
    example(Class::Tawarruq),
    example(Class::Murabahah),
    example(Class::Wasiyya),
    example(Class::Waqf),
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
pub struct Numbers {
    state: u64,
    /// Names that stand in the examples, any of which may stand for another.
    names: Vec<&'static str>,
}

/// What reads an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Parser and rules.
    Instrument,
    /// The reader of rule modules, and the rules that are read.
    Rules,
    /// The reader of manifests, and what they let through.
    Manifest,
    /// The language server.
    Frames,
}

/// An input, and what reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What reads it.
    pub format: Format,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Numbers {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Numbers {
        let is_name = |word: &&str| word.starts_with(|first: char| first.is_ascii_alphabetic());
        let words = SEEDS.iter().flat_map(|seed| seed.split(|own: char| !own.is_ascii_alphanumeric() && own != '_'));
        let names: std::collections::BTreeSet<&str> = words.filter(is_name).collect();
        Numbers { state: seed, names: names.into_iter().collect() }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
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

    fn name(&mut self) -> &'static str {
        let at = self.below(self.names.len());
        self.names[at]
    }

    /// The next input: bytes, words, or an example with changes of bytes, of lines or of names, for the front end most of the time.
    pub fn input(&mut self) -> Input {
        let (format, bytes) = match self.below(12) {
            0 => (Format::Instrument, (0..self.below(300)).map(|_| self.next().to_le_bytes()[0]).collect()),
            1 => (Format::Instrument, self.words().into_bytes()),
            2 => {
                let seed = SEEDS[self.below(SEEDS.len())];
                (Format::Instrument, self.mutation(seed))
            }
            3 | 4 => (Format::Instrument, self.lines().into_bytes()),
            5..9 => (Format::Instrument, self.renamed().into_bytes()),
            9 => (Format::Rules, self.rules()),
            10 => (Format::Manifest, self.manifest()),
            _ => (Format::Frames, self.frames()),
        };
        Input { format, bytes }
    }

    /// An example with other names and numbers in places where names and numbers stand: many are read, and the rules judge them.
    fn renamed(&mut self) -> String {
        let mut text = SEEDS[self.below(SEEDS.len())].to_owned();
        for _ in 0..=self.below(5) {
            let at = self.below(text.len());
            let is_word = |own: char| own.is_ascii_alphanumeric() || own == '_';
            let Some(start) = text.get(at..).and_then(|rest| rest.find(is_word)).map(|offset| at + offset) else {
                continue;
            };
            let end = text[start..].find(|own| !is_word(own)).map_or(text.len(), |length| start + length);
            let other = if text[start..end].bytes().all(|own| own.is_ascii_digit()) {
                ["0", "1", "250", "3333", "3334", "9999", "10000", "10001", "9007199254740993", "18446744073709551615"]
                    [self.below(10)]
            } else {
                self.name()
            };
            text.replace_range(start..end, other);
        }
        text
    }

    /// An example with lines left out, repeated, or with another word in them.
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

    fn mutation(&mut self, seed: &str) -> Vec<u8> {
        let mut bytes = seed.as_bytes().to_vec();
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

/// Has one input read by what reads its format.
pub fn try_input(input: &Input, tally: &mut Tally) {
    match input.format {
        Format::Instrument => try_instrument(&input.bytes, tally),
        Format::Rules => formats::try_rules(&input.bytes, tally),
        Format::Manifest => formats::try_manifest(&input.bytes, tally),
        Format::Frames => formats::try_frames(&input.bytes, tally),
    }
}

/// Reads and checks, with the findings rendered, as every way of using the front end does.
fn try_instrument(bytes: &[u8], tally: &mut Tally) {
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
        // What is not read says nothing of the rules.
        assert!(tally.refused > 200 && tally.accepted > 200 && tally.unreadable > 200, "{tally:?}");
        assert_eq!(tally, run(1));
    }
}
