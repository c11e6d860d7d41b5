//! String literals and object keys of the target languages (docs/lowering.md, "string literals").

use std::fmt::Write;

/// Appends `text` as a JavaScript string literal in single quotes.
pub fn js_string(out: &mut String, text: &str) {
    out.push('\'');
    escape(out, text, |out, special| match special {
        '\'' => out.push_str("\\'"),
        '\u{2028}' | '\u{2029}' => push(out, format_args!("\\u{:x}", special as u32)),
        '\0'..'\u{20}' | '\u{7f}' => push(out, format_args!("\\x{:02x}", special as u32)),
        _ => out.push(special),
    });
    out.push('\'');
}

/// Appends `text` as a Rust string literal.
pub fn rust_string(out: &mut String, text: &str) {
    out.push('"');
    escape(out, text, |out, special| match special {
        '"' => out.push_str("\\\""),
        '\0'..'\u{20}' | '\u{7f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            push(out, format_args!("\\u{{{:x}}}", special as u32));
        }
        _ => out.push(special),
    });
    out.push('"');
}

/// Appends `key` as a key of a JavaScript object literal.
pub fn js_key(out: &mut String, key: &str) {
    if key == "__proto__" {
        // A bare or quoted `__proto__` would set the prototype instead of a field.
        out.push_str("['__proto__']");
    } else if js_identifier(key) {
        out.push_str(key);
    } else {
        js_string(out, key);
    }
}

/// Whether JavaScript may read `key` as a property: nothing but functions and lengths is inherited under that name.
pub fn js_plain_key(key: &str) -> bool {
    js_identifier(key) && !["__proto__", "buffer", "parent"].contains(&key)
}

/// Whether `name` is `[A-Za-z_$][A-Za-z0-9_$]*`.
pub fn js_identifier(name: &str) -> bool {
    identifier(name, |byte| byte == b'_' || byte == b'$')
}

/// Whether `name` is `[A-Za-z_][A-Za-z0-9_]*`.
pub fn rust_identifier(name: &str) -> bool {
    identifier(name, |byte| byte == b'_')
}

fn identifier(name: &str, sign: impl Fn(u8) -> bool) -> bool {
    let first = |byte: u8| byte.is_ascii_alphabetic() || sign(byte);
    let mut bytes = name.bytes();
    bytes.next().is_some_and(first) && bytes.all(|byte| first(byte) || byte.is_ascii_digit())
}

/// Copies `text`, with `\\`, `\n`, `\r`, `\t` escaped and every other character that may need it handed to `special`.
fn escape(out: &mut String, text: &str, special: impl Fn(&mut String, char)) {
    let mut copied = 0;
    for (at, own) in text.char_indices() {
        if matches!(own, ' '..='~') && !matches!(own, '\\' | '\'' | '"') {
            continue;
        }
        out.push_str(&text[copied..at]);
        copied = at + own.len_utf8();
        match own {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => special(out, own),
        }
    }
    out.push_str(&text[copied..]);
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(print: impl Fn(&mut String, &str), text: &str) -> String {
        let mut out = String::new();
        print(&mut out, text);
        out
    }

    #[test]
    fn javascript_strings_are_escaped_as_the_page_says() {
        let text = "a'b\"\\\n\r\t\0\u{1f}\u{7f}\u{2028}\u{2029}\u{202e}é😀";
        assert_eq!(shown(js_string, text), "'a\\'b\"\\\\\\n\\r\\t\\x00\\x1f\\x7f\\u2028\\u2029\u{202e}é😀'");
    }

    #[test]
    fn rust_strings_are_escaped_as_the_page_says() {
        let text = "a'b\"\\\n\r\t\0\u{1f}\u{7f}\u{2028}\u{202a}\u{202e}\u{2066}\u{2069}é😀";
        assert_eq!(
            shown(rust_string, text),
            "\"a'b\\\"\\\\\\n\\r\\t\\u{0}\\u{1f}\\u{7f}\\u{2028}\\u{202a}\\u{202e}\\u{2066}\\u{2069}é😀\""
        );
    }

    #[test]
    fn keys_are_bare_where_they_can_be() {
        for (key, text) in [
            ("a", "a"),
            ("$x9", "$x9"),
            ("class", "class"),
            ("10", "'10'"),
            ("", "''"),
            ("a b", "'a b'"),
            ("__proto__", "['__proto__']"),
        ] {
            assert_eq!(shown(js_key, key), text);
        }
    }
}
