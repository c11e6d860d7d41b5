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
