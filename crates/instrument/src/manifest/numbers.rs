//! Numbers that every reader of JSON keeps as they are written.

/// Digits that a floating number of 64 bits always keeps.
const DIGITS: usize = 15;

/// The first number of a JSON text that would be read as another: a whole one of more than 64 bits, or one with a point or an exponent and
/// more than 15 digits. Two such numbers can become one, so that a term would be compared with what it is not. The text must be JSON.
pub fn inexact(json: &[u8]) -> Option<String> {
    let mut rest = json;
    while let Some((first, after)) = rest.split_first() {
        match first {
            b'"' => rest = behind_text(after),
            b'-' | b'0'..=b'9' => {
                let own = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
                let length = rest.iter().position(|byte| !own(byte)).unwrap_or(rest.len());
                let (number, after) = rest.split_at(length);
                if !is_kept(number) {
                    return Some(String::from_utf8_lossy(&number[..length.min(40)]).into_owned());
                }
                rest = after;
            }
            _ => rest = after,
        }
    }
    None
}

fn behind_text(mut rest: &[u8]) -> &[u8] {
    loop {
        match rest {
            [b'\\', _, after @ ..] => rest = after,
            [b'"', after @ ..] => return after,
            [_, after @ ..] => rest = after,
            [] => return rest,
        }
    }
}

fn is_kept(number: &[u8]) -> bool {
    let text = str::from_utf8(number).unwrap_or_default();
    if number.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-') {
        return text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok();
    }
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0').collect();
    let trailing = digits.iter().rev().take_while(|digit| **digit == b'0').count();
    // Nothing but zeros is kept; what is so small that it becomes nothing is not.
    let vanishes = !digits.is_empty() && text.parse::<f64>().is_ok_and(|own| own == 0.0 || own.is_subnormal());
    digits.len() - trailing <= DIGITS && !vanishes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_would_become_others_are_found() {
        for kept in [
            "0",
            "-0",
            "250",
            "-1",
            "2.5e2",
            "0.1",
            "250.000000000000000000",
            "1e300",
            "-1e-300",
            "0.000",
            "0e9",
            "9007199254740993",
            "18446744073709551615",
            "-9223372036854775808",
            "123456789012345",
            "0.123456789012345",
            "1.50E+3",
        ] {
            assert_eq!(inexact(format!("{{\"a\":[{kept}]}}").as_bytes()), None, "{kept}");
        }
        for lost in [
            "18446744073709551616",
            "-9223372036854775809",
            "9007199254740993.0",
            "250.00000000000000001",
            "0.1234567890123456",
            "1e-400",
            "1e-310",
            "123456789012345678901234567890123456789012345678901234567890",
        ] {
            let found = inexact(format!("{{\"a\":[1,{lost}]}}").as_bytes()).unwrap_or_else(|| panic!("{lost} is kept"));
            assert!(lost.starts_with(&found), "{found}");
        }
    }

    #[test]
    fn texts_are_no_numbers() {
        let json = br#"{"18446744073709551616":"\"18446744073709551616\\","b":"\\\\18446744073709551616","c":1}"#;
        assert_eq!(inexact(json), None);
        assert_eq!(inexact(br#"{"a\\":18446744073709551616}"#).as_deref(), Some("18446744073709551616"));
        assert_eq!(inexact(b"\"open"), None);
    }
}
