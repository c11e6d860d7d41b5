/// Terminal columns that a character takes: 0, 1 or 2.
///
/// Wide ranges are the East Asian Wide and Fullwidth blocks of Unicode Standard Annex 11 with the emoji planes, zero-width ones the
/// combining marks that occur in practice; a miss only shifts a caret.
pub(crate) fn of(c: char) -> usize {
    let code = u32::from(c);
    if code < 0x300 {
        return 1;
    }
    if within(&ZERO, code) {
        0
    } else if within(&WIDE, code) {
        2
    } else {
        1
    }
}

/// Control characters, and the ones that reorder or hide text on a terminal: never printed as they are.
pub(crate) fn is_hostile(c: char) -> bool {
    let hidden = matches!(u32::from(c), 0x061C | 0x200E..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF);
    // Annotations, and tags, which nobody sees and a reader may obey.
    c.is_control() || hidden || matches!(u32::from(c), 0xFFF9..=0xFFFB | 0xE0000..=0xE007F)
}

fn within(ranges: &[(u32, u32)], code: u32) -> bool {
    let at = ranges.partition_point(|&(_, last)| last < code);
    ranges.get(at).is_some_and(|&(first, _)| first <= code)
}

const ZERO: [(u32, u32); 9] = [
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05BD),
    (0x064B, 0x065F),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x200B, 0x200D),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
];

const WIDE: [(u32, u32); 12] = [
    (0x1100, 0x115F),
    (0x231A, 0x231B),
    (0x2E80, 0x303E),
    (0x3041, 0x33FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA000, 0xA4CF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE6F),
    (0xFF00, 0xFF60),
    (0x1F300, 0x3FFFD),
];

#[cfg(test)]
mod tests {
    #[test]
    fn widths() {
        for (c, width) in [('a', 1), ('é', 1), ('\u{301}', 0), ('漢', 2), ('😀', 2), ('ｱ', 1), ('한', 2)] {
            assert_eq!(super::of(c), width, "{c}");
        }
    }

    #[test]
    fn what_reorders_or_hides_text_is_hostile() {
        for c in
            ['\u{1b}', '\u{61c}', '\u{202e}', '\u{2060}', '\u{2066}', '\u{206a}', '\u{feff}', '\u{fff9}', '\u{e0041}']
        {
            assert!(super::is_hostile(c), "{c:?}");
        }
        // Emoji are joined by the one, and some scripts need the other.
        for c in ['a', 'é', '漢', '😀', '\u{200d}', '\u{200c}', '\u{301}'] {
            assert!(!super::is_hostile(c), "{c:?}");
        }
    }

    #[test]
    fn ranges_are_sorted() {
        for ranges in [&super::ZERO[..], &super::WIDE[..]] {
            assert!(ranges.windows(2).all(|w| w[0].1 < w[1].0));
        }
    }
}
