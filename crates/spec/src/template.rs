//! Templates: files of a host that the grammar cannot say, taken over as they are.

use crate::ast::Name;
use crate::model::{Class, Layer};
use etymon_kernel_rt::push_string;

/// Longest text of a template, in bytes.
pub const MAX_TEMPLATE: usize = 1 << 20;

/// The content of a template's image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateDecl {
    /// Its name in the layer.
    pub name: Name,
    /// Where the file goes in the generated tree.
    pub path: Name,
    /// What the file is for.
    pub class: Class,
    /// The modules whose emitted code it uses, as `layer/Name`.
    pub imports: Vec<Name>,
    /// The file, without the header that is put before it.
    pub text: Name,
}

/// One template of a spec.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its layer.
    pub layer: Layer,
    /// `layer/Name`.
    pub source: String,
    /// Where it was read, for diagnostics.
    pub file: String,
    /// What its image says.
    pub decl: TemplateDecl,
    /// Indices in [`crate::Spec::modules`] of the modules it imports.
    pub uses: Vec<usize>,
    /// Canonical image (RFC 8785 bytes of `{"template":…}`).
    pub image: String,
    /// As [`crate::Module::hash`].
    pub hash: String,
}

/// Canonical image of a template: `{"template":{…}}`, every field written.
pub fn template_image(decl: &TemplateDecl) -> String {
    let mut text = String::with_capacity(decl.text.len() + decl.text.len() / 8 + 200);
    text.extend(["{\"template\":{\"class\":\"", decl.class.name(), "\",\"imports\":["]);
    for (at, import) in decl.imports.iter().enumerate() {
        text.push_str(if at > 0 { "," } else { "" });
        push_string(&mut text, import);
    }
    text.push_str("],\"name\":");
    push_string(&mut text, &decl.name);
    text.push_str(",\"path\":");
    push_string(&mut text, &decl.path);
    text.push_str(",\"text\":");
    push_string(&mut text, &decl.text);
    text.push_str("}}");
    text
}
