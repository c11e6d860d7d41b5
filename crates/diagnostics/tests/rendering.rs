//! What a person and a machine see of a diagnostic.

use etymon_diagnostics::{Code, Diagnostic, Origin, Report, SourceFile, Span, Style};

const CODE: Code = Code::new("TEST_CODE");

fn render(text: &str, span: Span) -> String {
    let file = SourceFile::new("dir/a.fiqh", text);
    Diagnostic::error(CODE, "unknown name `x`")
        .at(Origin::span(&file, span))
        .help("did you mean `y`?")
        .to_text(&Style::plain())
}

fn caret_line(text: &str, span: Span) -> String {
    render(text, span).lines().nth(2).unwrap_or_default().to_owned()
}

#[test]
fn full_form() {
    assert_eq!(
        render("one\ntwo x three\n", Span::new(8, 9)),
        "dir/a.fiqh:2:5: error[TEST_CODE]: unknown name `x`\n  2 | two x three\n    |     ^\n  help: did you mean `y`?\n"
    );
}

#[test]
fn carets_cover_the_span_and_stop_at_the_line_end() {
    assert_eq!(caret_line("abc def\nnext", Span::new(4, 12)), "    |     ^^^");
    assert_eq!(caret_line("abc", Span::at(1)), "    |  ^");
}

#[test]
fn tabs_and_wide_characters_keep_the_caret_in_place() {
    assert_eq!(caret_line("\tx", Span::new(1, 2)), "    |     ^");
    assert_eq!(caret_line("漢字x", Span::new(6, 7)), "    |     ^");
    assert_eq!(caret_line("漢字x", Span::new(0, 6)), "    | ^^^^");
    assert_eq!(caret_line("e\u{301}x", Span::new(3, 4)), "    |  ^");
}

#[test]
fn crlf_is_not_shown() {
    let shown = render("one\r\ntwo\r\n", Span::new(5, 10));
    assert!(!shown.contains(['\r', '\u{FFFD}']), "{shown}");
    assert!(shown.contains("2 | two\n    | ^^^\n"), "{shown}");
}

#[test]
fn spans_outside_the_text_point_at_its_end() {
    let shown = render("abc", Span::new(usize::MAX - 1, usize::MAX));
    assert!(shown.starts_with("dir/a.fiqh:1:4: "), "{shown}");
    assert!(shown.contains("|    ^\n"), "{shown}");
    let empty = render("", Span::new(7, 9));
    assert!(empty.starts_with("dir/a.fiqh:1:1: "), "{empty}");
    assert!(empty.contains("1 | \n    | ^\n"), "{empty}");
}

#[test]
fn a_span_that_ends_before_it_starts_is_a_point() {
    assert_eq!(caret_line("abcdef", Span::new(3, 1)), "    |    ^");
}

#[test]
fn long_lines_are_clipped_around_the_caret() {
    let text = format!("{}X{}", "a".repeat(5_000_000), "b".repeat(5_000_000));
    let shown = render(&text, Span::new(5_000_000, 5_000_001));
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[0].starts_with("dir/a.fiqh:1:5000001: "));
    assert!(lines[1].ends_with('…') && lines[1].contains("| …a"));
    assert_eq!(lines[1].chars().count(), 6 + 100 + 2);
    let caret = lines[2].chars().position(|c| c == '^').unwrap();
    assert_eq!(lines[1].chars().nth(caret), Some('X'));

    let whole = render(&text, Span::new(5_000_000, 6_000_000));
    assert!(whole.len() < 1_000, "the underline is clipped too");
    let end = render(&text, Span::at(text.len()));
    assert!(!end.lines().nth(1).unwrap().ends_with('…'));
}

#[test]
fn control_and_bidi_characters_never_reach_the_terminal() {
    let file = SourceFile::new("p\n\u{1b}[2J", "a\u{1b}[31m\u{202e}b");
    let shown = Diagnostic::error(CODE, "bad\nname \u{7}")
        .at(Origin::span(&file, Span::new(0, 1)))
        .note("first\nsecond")
        .to_text(&Style::plain());
    assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{shown}");
    assert_eq!(shown.lines().count(), 5, "head, line, caret, two lines of note: {shown}");
}

#[test]
fn colour_only_when_asked() {
    let d = Diagnostic::warning(CODE, "w");
    assert!(!d.to_text(&Style::plain()).contains('\u{1b}'));
    assert!(d.to_text(&Style::coloured()).contains("\u{1b}[1;33mwarning[TEST_CODE]\u{1b}[0m"));
}

#[test]
fn json_paths_are_told_in_text() {
    let shown = Diagnostic::error(CODE, "repeated key `a`")
        .at(Origin::path("m.json").at_json("$.functions[3]"))
        .to_text(&Style::plain());
    assert_eq!(shown, "m.json: error[TEST_CODE]: repeated key `a`\n  at: `$.functions[3]`\n");
}

#[test]
fn json_has_stable_keys_in_a_stable_order() {
    let bare = Diagnostic::info(CODE, "m\"").to_json_line();
    assert_eq!(
        bare,
        r#"{"code":"TEST_CODE","severity":"note","message":"m\"","path":null,"line":null,"column":null,"jsonPath":null,"help":null,"notes":[]}"#
    );
    let file = SourceFile::new("f", "a\nb");
    let full = Diagnostic::error(CODE, "m").at(Origin::span(&file, Span::at(2)).at_json("$.x")).help("h").note("n");
    assert_eq!(
        full.to_json_line(),
        r#"{"code":"TEST_CODE","severity":"error","message":"m","path":"f","line":2,"column":1,"jsonPath":"$.x","help":"h","notes":["n"]}"#
    );
    assert_eq!(full.to_json(), serde_json::from_str::<serde_json::Value>(&full.to_json_line()).unwrap());
}

#[test]
fn a_report_keeps_a_bounded_number_and_counts_the_rest() {
    let mut report: Report = (0..Report::LIMIT + 5).map(|_| Diagnostic::error(CODE, "m")).collect();
    assert_eq!(report.iter().count(), Report::LIMIT);
    assert_eq!((report.len(), report.omitted()), (Report::LIMIT + 5, 5));
    assert!(report.to_string().ends_with("and 5 more"));
    report.merge(Diagnostic::warning(CODE, "w").into());
    assert_eq!(report.omitted(), 6);
    assert_eq!(report.to_json_lines().lines().count(), Report::LIMIT);
}

#[test]
fn only_errors_fail_a_report() {
    let warned = Report::from(Diagnostic::warning(CODE, "w"));
    assert_eq!(warned.into_result(7).ok(), Some(7));
    let failed = Report::from(Diagnostic::error(CODE, "e"));
    assert!(failed.has(CODE));
    assert!(failed.into_result(7).is_err());
}

#[test]
fn sorting_orders_by_place() {
    let file = SourceFile::new("b", "x\ny");
    let mut report: Report = [
        Diagnostic::error(CODE, "3").at(Origin::span(&file, Span::at(2))),
        Diagnostic::error(CODE, "2").at(Origin::span(&file, Span::at(0))),
        Diagnostic::error(CODE, "1").at(Origin::path("a")),
    ]
    .into_iter()
    .collect();
    report.sort();
    let order: Vec<&str> = report.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(order, ["1", "2", "3"]);
}
