//! What is said about a file.

use super::lines::Lines;
use crate::ast::{Expr, Name, Unit};
use crate::class::Class;
use crate::parser::{self, BUNDLE_SECTIONS, LEG_KEYS, SECTIONS};
use crate::sema::{self, Wants};
use etymon_diagnostics::{Report, Severity, SourceFile, Span};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionOptions, CompletionResponse, DiagnosticSeverity, DocumentSymbol,
    DocumentSymbolResponse, HoverProviderCapability, InitializeResult, NumberOrString, OneOf, Position, Range,
    ServerCapabilities, ServerInfo, SymbolKind, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
};
use std::sync::Arc;

/// Name of the tool in what it says.
const NAME: &str = "deducible";

pub(super) fn capabilities() -> InitializeResult {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::FULL),
        save: Some(TextDocumentSyncSaveOptions::Supported(true)),
        ..TextDocumentSyncOptions::default()
    };
    InitializeResult {
        capabilities: ServerCapabilities {
            text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            completion_provider: Some(CompletionOptions::default()),
            document_symbol_provider: Some(OneOf::Left(true)),
            ..ServerCapabilities::default()
        },
        server_info: Some(ServerInfo { name: NAME.to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) }),
    }
}

/// Findings as the protocol wants them: notes and help are part of the message.
pub(super) fn diagnostics(file: &SourceFile, report: &Report) -> Vec<lsp_types::Diagnostic> {
    let lines = Lines::of(file);
    let one = |own: &etymon_diagnostics::Diagnostic| {
        let span = own.origin.source().map_or(Span::at(0), |(_, span)| span);
        let mut message = own.message.clone();
        let help = own.help.iter().map(|help| format!("help: {help}"));
        for line in own.notes.iter().cloned().chain(help) {
            message.push('\n');
            message.push_str(&line);
        }
        lsp_types::Diagnostic {
            range: lines.range(span),
            severity: Some(match own.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Note => DiagnosticSeverity::INFORMATION,
            }),
            code: Some(NumberOrString::String(own.code.as_str().to_owned())),
            source: Some(NAME.to_owned()),
            message,
            ..lsp_types::Diagnostic::default()
        }
    };
    report.iter().map(one).collect()
}

fn class_of(file: &Arc<SourceFile>) -> Option<Class> {
    match parser::parse_leniently(file).0? {
        Unit::Instrument(instrument) => Class::from_name(&instrument.class.text),
        Unit::Bundle(_) => None,
    }
}

/// Sections, keys, classes and invariants.
pub(super) fn completion(file: &Arc<SourceFile>, _at: Position) -> Option<CompletionResponse> {
    let item = |label: &str, kind, detail: &str| CompletionItem {
        label: label.to_owned(),
        kind: Some(kind),
        detail: Some(detail.to_owned()),
        ..CompletionItem::default()
    };
    let mut items = Vec::new();
    if file.text().trim_start().starts_with("bundle") {
        items.extend(BUNDLE_SECTIONS.map(|name| item(name, CompletionItemKind::MODULE, "section of a bundle")));
        items.extend(LEG_KEYS.map(|name| item(name, CompletionItemKind::PROPERTY, "key of a leg")));
        return Some(CompletionResponse::Array(items));
    }
    items.extend(SECTIONS.map(|name| item(name, CompletionItemKind::MODULE, "section")));
    items.extend(Class::ALL.map(|class| item(class.name(), CompletionItemKind::CLASS, sema::rules_of(class).citation)));
    if let Some(class) = class_of(file) {
        let rules = sema::rules_of(class);
        items.extend(
            rules.invariants.iter().map(|name| item(name, CompletionItemKind::CONSTANT, "invariant of the class")),
        );
        items.extend(
            rules.roles.iter().map(|(name, _)| item(name, CompletionItemKind::ENUM_MEMBER, "role of the class")),
        );
        items.extend(rules.block.iter().map(|(name, _)| item(name, CompletionItemKind::STRUCT, "block of `returns`")));
        for demand in rules.risk.iter().chain(rules.demands) {
            items.push(item(demand.key, CompletionItemKind::PROPERTY, demand.why));
            if let Wants::Name(value) | Wants::NameOrAbsent(value) | Wants::Same(value) = demand.wants {
                items.push(item(value, CompletionItemKind::VALUE, demand.why));
            }
        }
    }
    for key in [
        "basis",
        "regime",
        "rules",
        "currency",
        "loss",
        "capital_guarantee",
        "mode",
        "committee",
        "quorum",
        "gharar_bound_bps",
    ] {
        items.push(item(key, CompletionItemKind::PROPERTY, "key"));
    }
    items.sort_by(|a, b| a.label.cmp(&b.label));
    items.dedup_by(|a, b| a.label == b.label);
    Some(CompletionResponse::Array(items))
}

/// Longest line in which places are counted for every symbol, in bytes.
const MAX_LINE: usize = 10_000;

pub(super) fn symbols(file: &Arc<SourceFile>) -> Option<DocumentSymbolResponse> {
    let lines = &Lines::of(file);
    if lines.longest() > MAX_LINE {
        return None;
    }
    let (unit, _) = parser::parse_leniently(file);
    let (name, header, children) = match &unit? {
        Unit::Bundle(bundle) => {
            let legs = bundle.legs.iter().map(|leg| symbol(lines, &leg.id, SymbolKind::EVENT, Vec::new()));
            (bundle.name.clone(), bundle.header, legs.collect())
        }
        Unit::Instrument(own) => {
            let mut children = Vec::new();
            let entries = [&own.meta, &own.risk, &own.oracle, &own.zakat, &own.contingency, &own.pool, &own.dispute];
            let sections = entries.into_iter().flatten().map(|entries| {
                let keys =
                    entries.entries.iter().map(|entry| symbol(lines, &entry.key, SymbolKind::PROPERTY, Vec::new()));
                (entries.span, keys.collect::<Vec<_>>())
            });
            let blocks = [&own.returns, &own.rescission].into_iter().flatten().map(|blocks| {
                let names =
                    blocks.blocks.iter().map(|block| symbol(lines, &block.name, SymbolKind::STRUCT, Vec::new()));
                (blocks.span, names.collect())
            });
            let parties = own.parties.iter().map(|parties| {
                let names =
                    parties.parties.iter().map(|party| symbol(lines, &party.name, SymbolKind::VARIABLE, Vec::new()));
                (parties.span, names.collect())
            });
            let capital = own.capital.iter().map(|capital| (capital.span, Vec::new()));
            let lifecycle = own.lifecycle.iter().map(|lifecycle| {
                let steps =
                    lifecycle.steps.iter().map(|step| symbol(lines, &step.name, SymbolKind::FUNCTION, Vec::new()));
                (lifecycle.span, steps.collect())
            });
            for (span, keys) in sections.chain(blocks).chain(parties).chain(capital).chain(lifecycle) {
                let text = file.text()[file.clamp(span).start..file.clamp(span).end].to_owned();
                children.push(symbol(lines, &Name { text, span }, SymbolKind::MODULE, keys));
            }
            for invariant in &own.invariants {
                let Expr { span, .. } = invariant.expression;
                let mut one = symbol(lines, &invariant.name, SymbolKind::CONSTANT, Vec::new());
                one.range = lines.range(Span::new(invariant.name.span.start, span.end));
                children.push(one);
            }
            children.sort_by_key(|child| (child.range.start.line, child.range.start.character));
            (own.name.clone(), own.header, children)
        }
    };
    let mut whole = symbol(lines, &name, SymbolKind::CLASS, children);
    whole.range = lines.range(Span::new(header.start, file.text().len()));
    Some(DocumentSymbolResponse::Nested(vec![whole]))
}

fn symbol(lines: &Lines<'_>, name: &Name, kind: SymbolKind, children: Vec<DocumentSymbol>) -> DocumentSymbol {
    let own = lines.range(name.span);
    let end = children.last().map_or(own.end, |child| child.range.end);
    // `deprecated` is a field that the protocol gave up, and that its Rust form still asks for.
    #[allow(deprecated)]
    DocumentSymbol {
        name: name.text.clone(),
        detail: None,
        kind,
        tags: None,
        deprecated: None,
        range: Range::new(own.start, end),
        selection_range: own,
        children: if children.is_empty() { None } else { Some(children) },
    }
}

/// The word that a byte is in or right behind.
pub(super) fn word(text: &str, offset: usize) -> Option<&str> {
    let part = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let start = text[..offset]
        .rfind(|char| !part(char))
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let end = text[offset..].find(|char| !part(char)).map_or(text.len(), |at| offset + at);
    (start < end).then(|| &text[start..end])
}
