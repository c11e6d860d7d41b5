//! Inputs for what is not the front end: rule modules, manifests, and what an editor sends.

use super::{Numbers, SEEDS, Tally};
use crate::ast::Unit;
use crate::enforce::{Enforcer, Terms};
use crate::manifest::Manifest;
use crate::rules::RuleSet;
use crate::{lsp, parser, sema};
use etymon_diagnostics::{SourceFile, Style};
use serde_json::{Value, json};

const RULES: &str = include_str!("../../rules/hanafi.rules.json");
const MANIFEST: &str = include_str!("../../tests/golden/HomeFinance.manifest.json");

/// What stands in place of a value of JSON.
const VALUES: [&str; 14] = [
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1.5",
    "18446744073709551616",
    "1e999",
    "\"\"",
    "\"eq\"",
    "\"\\u0000\"",
    "[]",
    "{}",
    "[[[[[[[[]]]]]]]]",
];

impl Numbers {
    pub(super) fn rules(&mut self) -> Vec<u8> {
        self.json(RULES)
    }

    pub(super) fn manifest(&mut self) -> Vec<u8> {
        self.json(MANIFEST)
    }

    /// A document with other values, names and operators in it, or with changes of bytes.
    fn json(&mut self, seed: &str) -> Vec<u8> {
        if self.below(3) == 0 {
            return self.mutation(seed);
        }
        let mut text = seed.to_owned();
        for _ in 0..=self.below(3) {
            let at = self.below(text.len());
            let Some(colon) = text.get(at..).and_then(|rest| rest.find(": ")).map(|offset| at + offset + 2) else {
                continue;
            };
            let end = text[colon..].find([',', '\n', '}']).map_or(text.len(), |length| colon + length);
            let (name, op) = (self.name(), ["eq", "ne", "gt", "lt", "ge", "le"][self.below(6)]);
            let other = match self.below(4) {
                0 => VALUES[self.below(VALUES.len())].to_owned(),
                1 => format!("\"{op}\""),
                2 => self.below(1 << 20).to_string(),
                _ => format!("\"{name}\""),
            };
            text.replace_range(colon..end, &other);
        }
        text.into_bytes()
    }

    /// What an editor says about a file, with odd places and broken frames.
    pub(super) fn frames(&mut self) -> Vec<u8> {
        let text = if self.below(2) == 0 { self.renamed() } else { self.words() };
        let uri = "file:///a.fiqh";
        let file = json!({ "uri": uri });
        let mut messages = vec![
            json!({ "id": 1, "method": "initialize", "params": { "capabilities": {} } }),
            json!({ "method": "initialized", "params": {} }),
            json!({ "method": "textDocument/didOpen", "params": { "textDocument": { "uri": uri, "languageId": "fiqh", "version": 1, "text": text } } }),
        ];
        for id in 2..8 {
            let mut number = |most| [0, self.below(most) as u64, u64::from(u32::MAX)][self.below(3)];
            let place = json!({ "line": number(60), "character": number(90) });
            let method = ["hover", "completion", "documentSymbol", "didSave", "didClose", "definition"][self.below(6)];
            let params = json!({ "textDocument": file, "position": place });
            messages.push(json!({ "id": id, "method": format!("textDocument/{method}"), "params": params }));
        }
        messages.push(json!({ "method": "textDocument/didChange", "params": { "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [{ "text": self.words() }] } }));
        messages.push(json!({ "id": 9, "method": "shutdown" }));
        messages.push(json!({ "method": "exit" }));
        let mut bytes = Vec::new();
        for mut message in messages {
            message["jsonrpc"] = json!("2.0");
            if self.below(40) == 0 {
                message["params"] = json!(VALUES[self.below(VALUES.len())]);
            }
            let body = message.to_string();
            let length = if self.below(60) == 0 { self.next().to_string() } else { body.len().to_string() };
            bytes.extend(format!("Content-Length: {length}\r\n\r\n{body}").into_bytes());
        }
        if self.below(4) == 0 { self.mutation(&String::from_utf8_lossy(&bytes)) } else { bytes }
    }
}

/// Reads a rule module, and judges the first example under it.
pub(super) fn try_rules(bytes: &[u8], tally: &mut Tally) {
    let Ok(rules) = RuleSet::from_json("fuzz.rules.json", bytes) else {
        tally.unreadable += 1;
        return;
    };
    let source = SourceFile::new("fuzz.fiqh", SEEDS[0]);
    let Ok(unit) = parser::parse(&source) else { return };
    let report = sema::check(&source, &unit, Some(&rules));
    drop(report.to_text(&Style::plain()));
    if let (false, Unit::Instrument(own)) = (report.has_errors(), &unit) {
        // What the rules accept has a manifest that can be read.
        let text = Manifest::under(own, Some(&rules)).map(|made| made.to_text());
        let read = text.as_ref().is_ok_and(|text| Manifest::read(text.as_bytes()).is_ok());
        assert!(read, "an accepted instrument has no manifest: {text:?}");
        tally.accepted += 1;
    } else {
        tally.refused += 1;
    }
}

/// Reads a manifest, and holds terms to it that are made of its own values.
pub(super) fn try_manifest(bytes: &[u8], tally: &mut Tally) {
    let Ok(manifest) = Manifest::read(bytes) else {
        tally.unreadable += 1;
        return;
    };
    let value = |value| serde_json::to_value(value).unwrap_or(Value::Null);
    let terms: Terms = manifest.constraints.iter().map(|own| (own.field.clone(), value(&own.value))).collect();
    let again = Manifest::read(manifest.to_text().as_bytes());
    assert!(again.is_ok_and(|again| again == manifest), "what is written is not what was read");
    let enforcer = Enforcer::new(manifest);
    assert!(!enforcer.enforce(&Terms::new(), true).allowed, "no terms pass");
    let allowed = enforcer.enforce(&terms, false).allowed;
    *(if allowed { &mut tally.accepted } else { &mut tally.refused }) += 1;
}

/// Serves an editor.
pub(super) fn try_frames(bytes: &[u8], tally: &mut Tally) {
    match lsp::serve(bytes, std::io::sink()) {
        Ok(true) => tally.accepted += 1,
        Ok(false) => tally.refused += 1,
        Err(_) => tally.unreadable += 1,
    }
}
