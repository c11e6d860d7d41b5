//! Checks of templates: where they go, what they hold, and which modules they use.

use super::{Unlinked, shown};
use crate::codes::{
    IMPORT_LAYER, IMPORT_UNKNOWN, LIMIT_SIZE, NAME_REPEATED, PATH_REPEATED, TEMPLATE_PATH, TEMPLATE_TEXT,
};
use crate::model::Layer;
use crate::path::{Clash, clashes, stated_fault};
use crate::template::{MAX_TEMPLATE, TemplateDecl};
use etymon_diagnostics::{Code, Diagnostic, Origin, Report, Speller};
use std::collections::HashSet;

/// A template before it is linked.
#[derive(Debug)]
pub(crate) struct UnlinkedTemplate {
    pub(crate) layer: Layer,
    /// `layer/Name`.
    pub(crate) source: String,
    /// File for diagnostics.
    pub(crate) file: String,
    pub(crate) decl: TemplateDecl,
    pub(crate) uses: Vec<usize>,
}

impl UnlinkedTemplate {
    fn say(&self, report: &mut Report, code: Code, field: &str, message: impl FnOnce() -> String, help: &str) {
        let place = || Origin::path(&self.file).at_json(format!("$.template.{field}"));
        report.push_error(|| Diagnostic::error(code, message()).at(place()).help(help));
    }
}

/// Fills in `uses` and checks everything. Both lists are sorted, by path and by source.
pub(crate) fn check(
    modules: &[Unlinked],
    templates: &mut [UnlinkedTemplate],
    report: &mut Report,
    speller: &mut Speller,
) {
    for template in templates.iter_mut() {
        template.uses = link(modules, template, report, speller);
        if let Some(why) = stated_fault(&template.decl.path) {
            let message = || format!("the path `{}` {why}", shown(&template.decl.path));
            let help = "write where the file goes below the generated tree, such as `js/node/server.js`";
            template.say(report, TEMPLATE_PATH, "path", message, help);
        }
        check_text(template, report);
    }
    let paths: Vec<&str> = templates.iter().map(|template| &*template.decl.path).collect();
    for (first, second, how) in clashes(&paths) {
        let (first, second) = (&templates[first], &templates[second]);
        let message = || match how {
            Clash::Same => {
                format!("`{}` and `{}` both go to `{}`", first.source, second.source, shown(&first.decl.path))
            }
            Clash::Case => {
                let [one, other] = [&first.decl.path, &second.decl.path].map(|path| shown(path));
                format!("`{other}` differs from `{one}`, where `{}` goes, in case only", first.source)
            }
            Clash::Under => {
                let [one, other] = [&first.decl.path, &second.decl.path].map(|path| shown(path));
                format!("`{other}` lies under `{one}`, where the file of `{}` goes", first.source)
            }
        };
        second.say(report, PATH_REPEATED, "path", message, "give one of the two another path");
    }
}

fn link(modules: &[Unlinked], template: &UnlinkedTemplate, report: &mut Report, speller: &mut Speller) -> Vec<usize> {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut uses = Vec::new();
    for (at, import) in template.decl.imports.iter().enumerate() {
        let field = format!("imports[{at}]");
        if !seen.insert(import) {
            let message = || format!("`{}` is imported twice", shown(import));
            template.say(report, NAME_REPEATED, &field, message, "name each module once");
            continue;
        }
        let Ok(found) = modules.binary_search_by(|module| module.path.as_str().cmp(import)) else {
            let near = speller.closest(import, modules.iter().map(|module| module.path.as_str()));
            let help = near.map_or("write it as `layer/Name`".to_owned(), |near| format!("did you mean `{near}`?"));
            let message =
                || format!("`{}` uses `{}`, which is not a module of this spec", template.source, shown(import));
            template.say(report, IMPORT_UNKNOWN, &field, message, &help);
            continue;
        };
        if !template.layer.may_import(modules[found].layer) {
            let message = || format!("`{}` uses `{}`, a higher layer", template.source, modules[found].path);
            let help = "layers from the bottom: kernel, node, app, deployment; appgen sees the first three";
            template.say(report, IMPORT_LAYER, &field, message, help);
        }
        uses.push(found);
    }
    uses
}

fn check_text(template: &UnlinkedTemplate, report: &mut Report) {
    let text = &template.decl.text;
    if text.len() > MAX_TEMPLATE {
        let message = || format!("the text has {} bytes, more than {MAX_TEMPLATE}", text.len());
        template.say(report, LIMIT_SIZE, "text", message, "split the file");
        return;
    }
    if let Some((at, bad)) = text.char_indices().find(|(_, own)| !plain(*own)) {
        let line = 1 + text[..at].bytes().filter(|byte| *byte == b'\n').count();
        let message = || format!("line {line} of the text holds U+{:04X}", u32::from(bad));
        let help = "a template is text as a person reads it: tabs and line feeds, no other control characters, none that turns the direction";
        template.say(report, TEMPLATE_TEXT, "text", message, help);
    }
}

/// Whether a reader sees the character, or tab and line feed, and sees it where it stands.
fn plain(own: char) -> bool {
    let turning = matches!(own, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    matches!(own, '\t' | '\n') || !(own.is_control() || turning)
}
