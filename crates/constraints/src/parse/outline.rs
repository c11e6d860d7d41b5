//! Where headings are, and where they are only text.

use super::lines::Lines;
use etymon_diagnostics::Span;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The structure of a text.
#[derive(Debug, Default)]
pub(super) struct Outline<'t> {
    /// The headings that open requirements.
    pub headings: Vec<Heading<'t>>,
    /// Fenced blocks.
    pub fences: Vec<Fence<'t>>,
    /// Headings and directives inside HTML.
    pub hidden: Vec<Span>,
    /// Lines that look like a requirement's heading, and why they are none.
    pub odd: Vec<(Span, &'static str)>,
    /// HTML blocks.
    html: Vec<Span>,
}

/// A heading that opens a requirement.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heading<'t> {
    /// Its line, without the line ending.
    pub line: Span,
    /// Number of its line, from 1.
    pub number: usize,
    /// The id.
    pub id: &'t str,
    /// Where the id stands.
    pub id_span: Span,
}

/// A fenced block.
#[derive(Debug)]
pub(super) struct Fence<'t> {
    /// The whole block.
    pub range: Span,
    /// Its first line, from the fence on.
    pub opening: Span,
    /// First word of its info string.
    pub tag: &'t str,
    /// The content, without what the containers around it put before each line.
    pub content: String,
    /// Whether it has an end of its own.
    pub closed: bool,
}

impl<'t> Outline<'t> {
    /// The structure of a text.
    pub fn of(text: &'t str) -> Self {
        let mut outline = Outline::default();
        // Without these characters there is neither fenced code nor HTML.
        if text.contains("```") || text.contains("~~~") || text.contains('<') {
            match fences_at_line_starts(text) {
                Some(fences) => outline.fences = fences,
                None => outline.read_blocks(text),
            }
        }
        outline.read_headings(text);
        outline
    }

    fn read_blocks(&mut self, text: &'t str) {
        let mut depth = 0usize;
        for (event, range) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                    self.fences.push(Fence::at(text, Span::new(range.start, range.end), depth == 0));
                }
                Event::Text(line) => {
                    // Texts outside of fenced blocks lie behind the last one.
                    if let Some(fence) = self.fences.last_mut().filter(|fence| range.start < fence.range.end) {
                        fence.content.push_str(&line);
                    }
                }
                Event::Start(Tag::HtmlBlock) => self.html.push(Span::new(range.start, range.end)),
                Event::Start(Tag::BlockQuote(_) | Tag::List(_)) => depth += 1,
                Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_)) => depth -= 1,
                _ => {}
            }
        }
    }

    /// Sorts the lines that look like headings or directives into those that are and those that only look so.
    fn read_headings(&mut self, text: &'t str) {
        let (mut fence, mut html) = (0, 0);
        for (index, (start, line)) in Lines::new(text, Span::new(0, text.len())).enumerate() {
            // Nearly every line is told by its first byte to be none of them.
            if !matches!(line.as_bytes().first(), Some(b'#' | b'@' | b' ')) {
                continue;
            }
            let Some(seen) = Look::of(line, self.headings.is_empty()) else {
                continue;
            };
            while self.fences.get(fence).is_some_and(|own| own.range.end <= start) {
                fence += 1;
            }
            // A fence may be indented, so that its range starts after its line does.
            if self.fences.get(fence).is_some_and(|own| own.range.start <= start + line.len()) {
                continue;
            }
            while self.html.get(html).is_some_and(|own| own.end <= start) {
                html += 1;
            }
            let whole = Span::new(start, start + line.trim_end().len());
            let in_html = self.html.get(html).is_some_and(|own| own.start <= start);
            match seen {
                Look::Heading | Look::Directive if in_html => self.hidden.push(whole),
                Look::Heading => {
                    let id = line[2..].trim();
                    let from = start + line.trim_end().len() - id.len();
                    let id_span = Span::new(from, from + id.len());
                    let line = Span::new(start, start + line.len());
                    self.headings.push(Heading { line, number: index + 1, id, id_span });
                }
                Look::Odd(why) if !in_html => self.odd.push((whole, why)),
                Look::Directive | Look::Odd(_) => {}
            }
        }
    }

    /// Whether a line that starts here lies inside fenced code or HTML. `from` is the place where the last search ended.
    pub fn is_text(&self, start: usize, from: &mut (usize, usize)) -> bool {
        while self.fences.get(from.0).is_some_and(|own| own.range.end <= start) {
            from.0 += 1;
        }
        while self.html.get(from.1).is_some_and(|own| own.end <= start) {
            from.1 += 1;
        }
        let fenced = self.fences.get(from.0).is_some_and(|own| own.range.start <= start);
        fenced || self.html.get(from.1).is_some_and(|own| own.start <= start)
    }
}

/// What a line looks like.
enum Look {
    /// `## ID`.
    Heading,
    /// `@provides`, `@imports` or `@pins`, before the first heading.
    Directive,
    /// Nearly a heading.
    Odd(&'static str),
}

impl Look {
    fn of(line: &str, preamble: bool) -> Option<Look> {
        if preamble && ["@provides", "@imports", "@pins"].iter().any(|name| line.starts_with(name)) {
            return Some(Look::Directive);
        }
        let indent = line.bytes().take_while(|byte| *byte == b' ').count();
        let rest = line[indent..].strip_prefix("##")?;
        let spaced = rest.starts_with([' ', '\t']);
        let named = !rest.trim().is_empty();
        match indent {
            0 if spaced && named => Some(Look::Heading),
            0..=3 if !named => Some(Look::Odd("the heading has no id, so it opens no requirement")),
            1..=3 if spaced => Some(Look::Odd("the heading is indented, so it opens no requirement")),
            0..=3 if !spaced && !rest.starts_with('#') => {
                Some(Look::Odd("there is no space after `##`, so this is no heading"))
            }
            _ => None,
        }
    }
}

/// The fenced blocks of a text in which lines tell by themselves where they are: every fence begins at the start of its line, and no line
/// begins HTML or, behind what lists and quotes put before it, a fence. Most files are so, and need nobody to take their paragraphs apart;
/// for any other this is nothing, and CommonMark decides.
fn fences_at_line_starts(text: &str) -> Option<Vec<Fence<'_>>> {
    if text.contains('\r') {
        return None;
    }
    let mut fences = Vec::new();
    // The opening line, its mark, and how many of them there are.
    let mut open: Option<(Span, u8, usize)> = None;
    for (start, line) in Lines::new(text, Span::new(0, text.len())) {
        let bytes = line.as_bytes();
        if let Some((opening, mark, length)) = open {
            let indent = bytes.iter().take_while(|own| **own == b' ').count();
            let run = bytes[indent..].iter().take_while(|own| **own == mark).count();
            if indent < 4 && run >= length && bytes[indent + run..].iter().all(|own| matches!(own, b' ' | b'\t')) {
                fences.push(Fence::between(text, opening, length, start, Some(start + line.len())));
                open = None;
            }
            continue;
        }
        let prefix = bytes.iter().take_while(|own| CONTAINERS.contains(own)).count();
        match bytes.get(prefix) {
            Some(b'<') => return None,
            Some(mark @ (b'`' | b'~')) => {
                let length = bytes[prefix..].iter().take_while(|own| *own == mark).count();
                if length < 3 || (*mark == b'`' && bytes[prefix + length..].contains(mark)) {
                    continue;
                }
                if prefix > 0 {
                    return None;
                }
                open = Some((Span::new(start, start + line.len()), *mark, length));
            }
            _ => {}
        }
    }
    if let Some((opening, _, length)) = open {
        fences.push(Fence::between(text, opening, length, text.len(), None));
    }
    Some(fences)
}

/// What white space, lists and quotes put before the content of a line.
const CONTAINERS: &[u8] = b" \t\x0b\x0c>-+*.)0123456789";

impl<'t> Fence<'t> {
    /// A block whose content ends at `end`, and whose closing line, if there is one, at `closed`.
    fn between(text: &'t str, opening: Span, length: usize, end: usize, closed: Option<usize>) -> Self {
        let first = &text[opening.start..opening.end];
        let tag = first[length..].split_whitespace().next().unwrap_or_default();
        let content = text.get(opening.end + 1..end).unwrap_or_default().to_owned();
        let opening = Span::new(opening.start, opening.start + first.trim_end().len());
        let range = Span::new(opening.start, closed.unwrap_or(text.len()));
        Self { range, opening, tag, content, closed: closed.is_some() }
    }

    fn at(text: &'t str, range: Span, outermost: bool) -> Self {
        let block = &text[range.start..range.end];
        let first = block.lines().next().unwrap_or_default();
        let mark = first.bytes().next().unwrap_or_default();
        let length = first.bytes().take_while(|byte| *byte == mark).count();
        let info = first[length..].trim();
        let tag = info.split_whitespace().next().unwrap_or_default();
        let opening = Span::new(range.start, range.start + first.trim_end().len());
        let last = block[first.len()..].trim_end_matches('\n').rsplit('\n').next().unwrap_or_default();
        let closing = match outermost {
            true if last.starts_with("    ") => "",
            true => last.trim_start_matches(' '),
            // What containers put before a line.
            false => last.trim_start_matches([' ', '\t', '>']),
        };
        let closing = closing.trim_end();
        let closed = closing.len() >= length && closing.bytes().all(|byte| byte == mark);
        Self { range, opening, tag, content: String::new(), closed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Parts of lines that decide where blocks begin and end.
    const PARTS: [&str; 26] = [
        "```",
        "````",
        "~~~",
        "~~~~",
        "``",
        "`",
        "~",
        " ",
        "   ",
        "    ",
        "\t",
        "- ",
        "* ",
        "1. ",
        "> ",
        "12) ",
        "assert",
        "a b",
        "## A",
        "[x]: /y '",
        "---",
        "===",
        "#",
        "é",
        "x ``` y",
        "\u{c}",
    ];

    fn told(fences: &[Fence<'_>]) -> Vec<(Span, usize, String, String, bool)> {
        let one = |own: &Fence<'_>| (own.opening, own.range.start, own.tag.to_owned(), own.content.clone(), own.closed);
        fences.iter().map(one).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn lines_tell_what_commonmark_tells(lines in vec(vec(prop::sample::select(&PARTS[..]), 0..4), 0..9)) {
            let text: String = lines.iter().map(|parts| parts.concat() + "\n").collect();
            for text in [text.as_str(), text.trim_end()] {
                let source = crate::read::decode("f", text.into()).expect("text");
                let text = source.file.text();
                if let Some(fences) = fences_at_line_starts(text) {
                    let mut outline = Outline::default();
                    outline.read_blocks(text);
                    prop_assert_eq!(told(&fences), told(&outline.fences), "{:?}", text);
                    prop_assert!(outline.html.is_empty());
                    // What lies inside of a block is the same for whoever asks for a line.
                    for (start, _) in Lines::new(text, Span::new(0, text.len())) {
                        let inside = |all: &[Fence<'_>]| all.iter().any(|own| own.range.start <= start && start < own.range.end);
                        prop_assert_eq!(inside(&fences), inside(&outline.fences), "{:?} at {}", text, start);
                    }
                }
            }
        }
    }

    #[test]
    fn html_and_fences_in_lists_are_left_to_commonmark() {
        for text in ["<div>\n", "- <div>\n", "- ```\n", "  ```\n", "> ~~~ x\n", "a\r```\n", "10. ```\n"] {
            assert!(fences_at_line_starts(text).is_none(), "{text:?}");
        }
        for text in ["a <div>\n", "`x` <b>\n", "a ``` b\n", "``` `\n", "```\n<div>\n- ```\n```\n"] {
            assert!(fences_at_line_starts(text).is_some(), "{text:?}");
        }
    }
}
