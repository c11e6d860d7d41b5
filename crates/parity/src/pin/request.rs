//! The request decoder and the reads that take values apart. Limits of length are tested where they need not be written down.

use super::draft::Suite;
use super::values::{by_type, s};
use etymon_kernel_rt::Val;
use etymon_kernel_rt::decoder::MAX_TARGET;
use std::fmt::Write as _;
use std::sync::Arc;

/// Every question to the decoder.
pub(super) fn requests() -> Suite {
    let mut suite = Suite::new("request");
    for (family, texts) in TEXTS {
        for text in *texts {
            frame(&mut suite, family, text.as_bytes());
        }
    }
    for body in OCTETS {
        frame(&mut suite, "octets", body);
    }
    depths(&mut suite);
    for target in TARGETS {
        request(&mut suite, "GET", target, b"");
    }
    for control in (0..=0x20).chain(0x7f..=0xa0).step_by(3).filter_map(char::from_u32) {
        request(&mut suite, "GET", &format!("/a{control}b"), b"");
    }
    for (method, target, body) in WHOLE {
        request(&mut suite, method, target, body);
    }
    // A body of more than its limit would be two mebibytes of hex here.
    let long = |name: &str, length: usize| format!("/?{name}={}", "7".repeat(length - name.len() - 3));
    for length in [MAX_TARGET, MAX_TARGET + 1] {
        request(&mut suite, "GET", &"/".repeat(length), b"");
        request(&mut suite, "POST", &long("a", length), b"[");
    }
    request(&mut suite, "POST", &(long("é", MAX_TARGET) + "?"), b"-1");
    for hex in HEX {
        suite.spec(&format!("octets {}", shown(hex.as_bytes())), "rt.octets", vec![s(hex)]);
    }
    for text in LETTERS {
        suite.spec(&format!("letters {}", shown(text.as_bytes())), "rt.letters", vec![s(text)]);
    }
    ill_typed(&mut suite);
    suite
}

/// Printable ASCII as it is, anything else in hex; long bodies by their ends.
fn shown(bytes: &[u8]) -> String {
    if bytes.iter().all(|own| (b' '..=b'~').contains(own)) && bytes.len() <= 60 {
        return format!("`{}`", String::from_utf8_lossy(bytes));
    }
    let hex = bytes.iter().fold(String::from("0x"), |mut hex, own| {
        let _ = write!(hex, "{own:02x}");
        hex
    });
    if hex.len() <= 80 { hex } else { format!("{}…{} ({} octets)", &hex[..20], &hex[hex.len() - 20..], bytes.len()) }
}

fn octets(bytes: &[u8]) -> Val {
    Val::Bytes(Arc::from(bytes))
}

fn frame(suite: &mut Suite, family: &str, body: &[u8]) {
    suite.spec(&format!("frame {family} {}", shown(body)), "rt.frame", vec![octets(body)]);
}

fn request(suite: &mut Suite, method: &str, target: &str, body: &[u8]) {
    let id = format!("{} {} {}", shown(method.as_bytes()), shown(target.as_bytes()), shown(body));
    suite.spec(&id, "rt.request", vec![s(method), s(target), octets(body)]);
}

fn depths(suite: &mut Suite) {
    let opened = [("[", "]", "0"), ("[", "]", ""), ("{\"a\":", "}", "0"), ("{\"a\":[", "]}", "{}")];
    for (open, close, inner) in opened {
        for depth in [31, 32, 33, 63, 64, 65, 66, 200] {
            let body = open.repeat(depth) + inner + &close.repeat(depth);
            suite.spec(
                &format!("frame depth {depth} of `{open}{inner}{close}`"),
                "rt.frame",
                vec![octets(body.as_bytes())],
            );
        }
    }
    let wide = format!("[{}[]]", format!("{}0{},", "[".repeat(63), "]".repeat(63)).repeat(3));
    frame(suite, "depth, several times 64", wide.as_bytes());
    let unclosed = "[".repeat(65);
    frame(suite, "depth, unclosed", unclosed.as_bytes());
}

/// Wrong types in each place.
fn ill_typed(suite: &mut Suite) {
    let calls: [(&str, Vec<Val>); 4] = [
        ("rt.request", vec![s("GET"), s("/"), octets(b"")]),
        ("rt.frame", vec![octets(b"")]),
        ("rt.octets", vec![s("00")]),
        ("rt.letters", vec![s("a")]),
    ];
    for (call, right) in calls {
        for at in 0..right.len() {
            for own in by_type() {
                let mut args = right.clone();
                args[at] = own.value;
                suite.spec(&format!("{call}, argument {at}, {}", own.label), call, args);
            }
        }
    }
}

/// Bodies that are text, by what they try.
const TEXTS: &[(&str, &[&str])] = &[
    ("nothing", &["", " ", "\n", "\t\r\n ", "\u{b}", "\u{c}", "\u{a0}", "\u{2028}", "\u{feff}", "\u{0}", "//", "/**/"]),
    (
        "word",
        &[
            "null",
            "true",
            "false",
            "nul",
            "nulll",
            "True",
            "NULL",
            "undefined",
            "NaN",
            "Infinity",
            "-Infinity",
            "t",
            "none",
        ],
    ),
    (
        "number",
        &[
            "0",
            "1",
            "7",
            "42",
            "9007199254740991",
            "9007199254740992",
            "9007199254740990",
            "9999999999999999",
            "10000000000000000",
            "99999999999999999999",
            "18446744073709551616",
            "18446744073709551617",
            "4294967296",
            "-0",
            "-1",
            "-9007199254740991",
            "1e3",
            "1E3",
            "1e+3",
            "1e-3",
            "0e0",
            "1.0",
            "0.0",
            "0.5",
            "1.5e300",
            "1e400",
            "1e-400",
            "-0.0",
            "-1e1",
            "0e",
            "0e+",
            "1.",
            ".5",
            "1.e3",
            "+1",
            "--1",
            "-",
            "- 1",
            "00",
            "01",
            "-01",
            "007",
            "0x10",
            "0b1",
            "1_000",
            "1,000",
            "1 0",
            "1n",
            "1f",
            "0.0.0",
            "1e1.0",
            "٣",
            "１",
        ],
    ),
    (
        "two numbers",
        &[
            "[1,-1]",
            "[1.5,2]",
            "{\"a\":1e2}",
            "{\"a\":[{\"b\":9007199254740992}]}",
            "[-0,0]",
            "[0,00]",
            "[1e5,]",
            "[-1",
            "{\"a\":-1,\"a\":1}",
        ],
    ),
    (
        "string",
        &[
            "\"\"",
            "\"a\"",
            "\"",
            "\"a",
            "a\"",
            "\"a\"b",
            "'a'",
            "\"\\\"\"",
            "\"\\\\\"",
            "\"\\/\"",
            "\"/\"",
            "\"\\b\\f\\n\\r\\t\"",
            "\"\\a\"",
            "\"\\v\"",
            "\"\\0\"",
            "\"\\'\"",
            "\"\\x41\"",
            "\"\\u0041\"",
            "\"\\U0041\"",
            "\"\\u004\"",
            "\"\\u004g\"",
            "\"\\u{41}\"",
            "\"\\u+041\"",
            "\"\\u 041\"",
            "\"\\u0000\"",
            "\"\\u001f\"",
            "\"\\u007f\"",
            "\"\\",
            "\"\\\"",
            "\"\\u",
            "\"\\u00",
            "\"\t\"",
            "\"\n\"",
            "\"\u{0}\"",
            "\"\u{1f}\"",
            "\"\u{7f}\"",
            "\"\u{80}\"",
            "\"\u{feff}\"",
            "\"\u{2028}\u{2029}\"",
            "\"\u{fffe}\u{ffff}\"",
            "\"é😀\u{10ffff}\"",
            "\"\\u00e9\\u00E9\"",
            "\"e\u{301}\"",
            "\"\\u0022\\u005c\"",
        ],
    ),
    (
        "surrogate",
        &[
            "\"\\ud83d\\ude00\"",
            "\"\\uD83D\\uDE00\"",
            "\"\\ud800\\udc00\"",
            "\"\\udbff\\udfff\"",
            "\"\\ud800\"",
            "\"\\udbff\"",
            "\"\\udc00\"",
            "\"\\udfff\"",
            "\"\\ude00\\ud83d\"",
            "\"\\ud800x\"",
            "\"\\ud800\\n\"",
            "\"\\ud800\\u0041\"",
            "\"\\ud800\\ud800\\udc00\"",
            "\"\\ud800\\udc00\\udc00\"",
            "\"\\ud800\\\\udc00\"",
            "\"\\ud800\\u\"",
            "\"\\ud800\\udc0\"",
            "\"\\ud7ff\\ue000\"",
            "{\"\\ud800\":1}",
            "[\"\\udc00\",-1]",
        ],
    ),
    (
        "array",
        &[
            "[]",
            "[ ]",
            "[\n]",
            "[1]",
            "[1,2]",
            " [ 1 , 2 ] ",
            "[1,]",
            "[,1]",
            "[,]",
            "[1,,2]",
            "[1 2]",
            "[1;2]",
            "[",
            "]",
            "[]]",
            "[[]",
            "[1}",
            "{1]",
            "[][]",
            "[null,true,false,\"\",[],{}]",
            "[1]\u{0}",
            "[1]\u{feff}",
            "[1] x",
            "[1]\n\n",
            "(1)",
            "[...]",
        ],
    ),
    (
        "object",
        &[
            "{}",
            "{ }",
            "{\"a\":1}",
            " { \"a\" : 1 , \"b\" : 2 } ",
            "{\"b\":1,\"a\":2}",
            "{\"a\":1,}",
            "{,}",
            "{,\"a\":1}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\",1}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":1:2}",
            "{a:1}",
            "{'a':1}",
            "{1:1}",
            "{null:1}",
            "{[]:1}",
            "{\"a\":1",
            "{\"a\":1]",
            "{\"a\" 1}",
            "}",
            "{}{}",
            "{\"a\":null}",
            "{\"\":0}",
            "{\"a\":{\"a\":{\"a\":1}}}",
        ],
    ),
    (
        "key",
        &[
            "{\"a\":1,\"a\":1}",
            "{\"a\":1,\"b\":2,\"a\":3}",
            "{\"a\":1,\"\\u0061\":2}",
            "{\"\\u0061\":1,\"\\u0061\":2}",
            "{\"\":1,\"\":2}",
            "{\"é\":1,\"\\u00e9\":2}",
            "{\"é\":1,\"e\u{301}\":2}",
            "{\"\\ud83d\\ude00\":1,\"😀\":2}",
            "{\"a\":1,\"A\":2}",
            "{\"a\":1,\"a \":2}",
            "{\"a\":{\"b\":1},\"b\":{\"b\":2}}",
            "[{\"a\":1},{\"a\":2}]",
            "{\"x\":{\"a\":1,\"a\":2}}",
            "{\"__proto__\":1}",
            "{\"__proto__\":{\"a\":1},\"a\":2}",
            "{\"__proto__\":1,\"__proto__\":2}",
            "{\"__proto__\":1,\"\\u005f_proto__\":2}",
            "{\"constructor\":1,\"toString\":2,\"hasOwnProperty\":3,\"length\":4}",
            "{\"10\":1,\"9\":2,\"1\":3,\"01\":4}",
            "{\"0\":0,\"-0\":1}",
            "{\"😀\":1,\"\u{ff5e}\":2,\"z\":3}",
            "{\"\\u0000\":1,\"\":2}",
            "{\"kind\":\"http\",\"problem\":null,\"body\":1}",
        ],
    ),
];

/// Bodies that are no text.
const OCTETS: &[&[u8]] = &[
    b"\xef\xbb\xbf1",
    b"\xef\xbb\xbf",
    b"\xff\xfe1\x00",
    b"1\x00",
    b"\x001",
    b"\x00\x00\x001",
    b"\"\xff\"",
    b"\"\x80\"",
    b"\"\xbf\xbf\"",
    b"\"\xc2\"",
    b"\"\xc3\xa9\"",
    b"\"\xc3\"\xa9",
    b"\"\xc0\x80\"",
    b"\"\xc0\xaf\"",
    b"\"\xc1\xbf\"",
    b"\"\xe0\x80\xaf\"",
    b"\"\xe0\x9f\xbf\"",
    b"\"\xe0\xa0\x80\"",
    b"\"\xe2\x82\"",
    b"\"\xe2\x82\xac\"",
    b"\"\xe2\x28\xa1\"",
    b"\"\xed\x9f\xbf\"",
    b"\"\xed\xa0\x80\"",
    b"\"\xed\xaf\xbf\"",
    b"\"\xed\xb0\x80\"",
    b"\"\xed\xa0\xbd\xed\xb8\x80\"",
    b"\"\xee\x80\x80\"",
    b"\"\xef\xbf\xbf\"",
    b"\"\xf0\x80\x80\xaf\"",
    b"\"\xf0\x8f\xbf\xbf\"",
    b"\"\xf0\x90\x80\x80\"",
    b"\"\xf0\x9f\x98\x80\"",
    b"\"\xf0\x9f\x98\"",
    b"\"\xf0\x9f\"",
    b"\"\xf4\x8f\xbf\xbf\"",
    b"\"\xf4\x90\x80\x80\"",
    b"\"\xf5\x80\x80\x80\"",
    b"\"\xf8\x88\x80\x80\x80\"",
    b"\"\xfc\x84\x80\x80\x80\x80\"",
    b"\"\xfe\"",
    b"\"a\"\xc3",
    b"\"a\"\xa9",
    b"{\"\xff\":1}",
    b"-1\xff",
    b"[1,2]\xe2\x80\xa8",
    b"\"\\\xc3\xa9\"",
    b"\"\\u00\xc3\xa9\"",
    b"\"\xe9\"",
];

/// Targets, asked with GET and no body.
const TARGETS: &[&str] = &[
    "",
    "/",
    "//",
    "///",
    "/a",
    "a",
    "/a/",
    "/a/b",
    "/a//b",
    "//a",
    "a/b/",
    "/./..",
    "/../a",
    "/a/../b",
    "/%61",
    "/a%2Fb",
    "/a%2fb?x=%41",
    "/%",
    "/%zz",
    "/%00",
    "/%C3%A9",
    "/a+b",
    "/a;b=c",
    "/a,b",
    "/~a",
    "/a#b",
    "/a?b#c",
    "#",
    "*",
    "http://example.org/a?b=1",
    "example.org:443",
    "/\\a\\b",
    "/a|b",
    "/\"a\"",
    "/{}[]<>^`",
    "/a&b=c",
    "/a=b",
    "/__proto__",
    "/constructor/toString",
    "?",
    "??",
    "/?",
    "/a?",
    "?a",
    "/a?b",
    "/a?b=",
    "/a?=",
    "/a?=b",
    "/a?b=c",
    "/a?b=c=d",
    "/a?b==",
    "/a?b=c&d=e",
    "/a?d=e&b=c",
    "/a?&",
    "/a?&&",
    "/a?b=c&",
    "/a?&b=c",
    "/a?b=c&&d=e",
    "/a?b=c?d=e",
    "/a?b=/c/d",
    "/a?/b",
    "/a?b&c",
    "/a?b&b",
    "/a?b=1&b=1",
    "/a?b=1&b=2",
    "/a?b=1&c=2&b=",
    "/a?=&=",
    "/a?&=1&=2",
    "/a?b=1&B=2",
    "/a?b=1&%62=2",
    "/a?__proto__=1",
    "/a?__proto__=1&__proto__=2",
    "/a?__proto__=x&constructor=y&toString",
    "/a?constructor",
    "/a?10=a&9=b&1=c",
    "/a?n=0",
    "/a?n=00",
    "/a?n=01",
    "/a?n=1",
    "/a?n=-0",
    "/a?n=-1",
    "/a?n=+1",
    "/a?n=1.0",
    "/a?n=1e3",
    "/a?n=0x1",
    "/a?n=1_0",
    "/a?n=9007199254740991",
    "/a?n=9007199254740992",
    "/a?n=09007199254740991",
    "/a?n=99999999999999999999",
    "/a?n=18446744073709551617",
    "/a?n=%31",
    "/a?n=1%20",
    "/a?n=\"1\"",
    "/a?n=true&m=null",
    "/a?n=[1]&m={}",
    "/a?1=2&3=4",
    "/a?a+b=c+d",
    "/a?a;b=c;d",
    "/a?a[]=1&a[]=2",
    "/a?a[]=1&a[0]=2",
    "/a?q=%F0%9F%98%80",
    "/a?&n=1&&m=x&",
    "/é",
    "/a?b=é",
    "/😀",
    "/a\u{feff}",
    "/a?b=\u{ff11}",
    "/a\r\nhost:b",
    " /a",
    "/a ",
    "/a b",
];

/// Whole requests: bodies that are read, and problems in both places.
const WHOLE: &[(&str, &str, &[u8])] = &[
    (
        "POST",
        "/enclaves/0/commits",
        b"{\"type\":\"Post\",\"content\":\"hello\",\"exp\":9007199254740991,\"tags\":[[\"r\",\"x\"]]}",
    ),
    ("POST", "/a?b=1", b"null"),
    ("POST", "/a?b=1", b"0"),
    ("POST", "/a?b=1", b" "),
    ("POST", "/a?b=1", b"{"),
    ("POST", "/a?b=1", b"-1"),
    ("POST", "/a?b=1", b"[1e3"),
    ("POST", "/a?b=1", b"[1e3]"),
    ("POST", "/a?b=1", b"\xff"),
    ("POST", "/a?b=1&b=2", b"{}"),
    ("POST", "/a?b=1&b=2", b"{"),
    ("POST", "/a?b=1&b=2", b"-1"),
    ("POST", "/a?b=1&b=2", b""),
    ("POST", "/a b", b"{}"),
    ("POST", "/a b?c=1", b"{"),
    ("POST", "/a?c=\x7f", b"\xff"),
    ("POST", "", b"{}"),
    ("DELETE", "/a", b"{\"a\":[]}"),
    ("OPTIONS", "*", b""),
    ("CONNECT", "example.org:443", b""),
    ("get", "/a", b""),
    ("", "/a", b""),
    ("GET ", "/a", b""),
    ("PROPFIND", "/a", b"<a/>"),
    ("é😀", "/a", b""),
    ("__proto__", "/__proto__?__proto__=__proto__", b"{\"__proto__\":\"__proto__\"}"),
    ("GET", "/a?body=1&kind=x&problem=bad_json", b"{\"problem\":\"too_large\"}"),
];

/// What is read as octets.
const HEX: &[&str] = &[
    "",
    "00",
    "ff",
    "00ff",
    "0123456789abcdef",
    "0",
    "000",
    "FF",
    "fF",
    "0A",
    "0g",
    "g0",
    "0x00",
    " 00",
    "00 ",
    "0 0",
    "\n",
    "+1",
    "-1",
    "é",
    "é0",
    "😀",
    "\u{660}\u{661}",
    "\u{ff10}\u{ff11}",
    "00\u{0}0",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
];

/// What is read as letters.
const LETTERS: &[&str] = &[
    "",
    "a",
    "ab",
    "0",
    " ",
    "\u{0}",
    "\u{0}a\u{1f}",
    "\"\\/",
    "é",
    "e\u{301}",
    "😀",
    "a😀b",
    "😀😀",
    "\u{10000}\u{10ffff}",
    "\u{d7ff}\u{e000}",
    "\u{feff}a",
    "\u{fffd}\u{fffe}\u{ffff}",
    "👨\u{200d}👩\u{200d}👧",
    "🇩🇪",
    "\u{2028}\r\n",
    "__proto__",
    "ﬃ",
    "\u{1100}\u{1161}\u{11a8}",
    "𝒳é",
    "null",
];
