//! The committed known answer of the canonical form: other implementations must give the same bytes.

use etymon_constraints::{canonicalize::canonicalize, parse::parse, read::decode, validate::validate};

const FILE: &str = concat!(
    "# Clamp\r\n\r\nNumbers are kept between two bounds.\r\n\r\n",
    "@pins:\r\n  - id: range-error\r\n    why: \"callers match on this text\"\r\n",
    "    must-contain: \"lo must not exceed hi\"\r\n",
    "@provides: clamp-property\r\n  interface: [clampAll, clamp]\r\n  threshold: CLAMP2\r\n\r\n",
    "More prose.\r\n\r\n",
    "## CLAMP2\nowner: core\nstatus: active\ntype: predicate\nauthority: human-authored\nscope: module\n",
    "depends-on: [CLAMP1]\n\n\nThe result lies between lo and hi.  \n\n```assert\nclamp(5, 0, 3) === 3\nclamp(-1, 0, 3) === 0\n```\n\n\n\n",
    "## CLAMP1\r\ntype: specification\r\nauthority: human-authored\r\nscope: module\r\nstatus: active\r\ndepends-on: []\r\n\r\n",
    "Export `clamp(x: number, lo: number, hi: number): number`.\r\n",
);

#[test]
fn the_known_answer() {
    let source = decode("clamp.constraints.md", FILE.into()).expect("text");
    let parsed = parse(&source.file);
    assert!(parsed.report.is_empty(), "{}", parsed.report);
    let report = validate(&parsed);
    assert!(report.is_empty(), "{report}");
    let canonical = canonicalize(&parsed.document);
    assert_eq!(canonical.text.len(), 571, "{}", canonical.text);
    assert_eq!(canonical.sha256, "a863d8a0868d3673f6e46e39307522f51a8fbb09b08eafb6c1441f5444501a42");
}

#[test]
fn the_canonical_form_is_its_own() {
    let source = decode("clamp.constraints.md", FILE.into()).expect("text");
    let canonical = canonicalize(&parse(&source.file).document);
    let again = decode("canonical", canonical.text.clone().into()).expect("text");
    let parsed = parse(&again.file);
    assert!(parsed.report.is_empty(), "{}", parsed.report);
    assert_eq!(canonicalize(&parsed.document), canonical);
}

/// What differs in white space at the ends of lines only must not differ in structure: a parser that lets a tab or a no-break space keep a
/// fence open would read another document out of the same canonical bytes.
#[test]
fn white_space_after_a_fence_does_not_keep_it_open() {
    let block =
        |id: &str| format!("## {id}\ntype: example\nauthority: derived\nscope: s\nstatus: active\ndepends-on: []\n\n");
    for space in ["", "\t", " \t", "\u{a0}", "\u{3000}"] {
        let text =
            format!("{}```assert\ntrue\n```{space}\n\n{}```assert\n1 == 1\n```{space}\n", block("A"), block("B"));
        let source = decode("f", text.into()).expect("text");
        let parsed = parse(&source.file);
        assert!(parsed.report.is_empty(), "{space:?}: {}", parsed.report);
        assert_eq!(parsed.document.requirements.len(), 2, "{space:?}");
        assert!(parsed.document.requirements.iter().all(|own| own.evidence.len() == 1), "{space:?}");
    }
}
