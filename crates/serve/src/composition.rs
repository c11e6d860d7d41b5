use etymon_constraints::Document;
use etymon_store::Digest;
use serde::{Deserialize, Serialize};

/// The schema that this crate writes and reads.
pub const SCHEMA: &str = "composition/1";

/// What a constraints file provides, what its imports led to, and what was made of it: the object that refs point to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Composition {
    /// [`SCHEMA`].
    pub schema: String,
    /// The file's canonical bytes.
    pub constraint_set: Digest,
    /// What it provides.
    pub provides: Option<Provided>,
    /// What it imports, sorted, one for each import of the file.
    pub imports: Vec<Imported>,
    /// Materializations of it that passed, sorted.
    pub materializations: Vec<Digest>,
    /// The composition that this one follows in the history of its name.
    pub previous: Option<Digest>,
}

/// What a file provides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Provided {
    /// The property.
    pub property: String,
    /// The requirement that must pass.
    pub threshold: String,
    /// The names that its code exports, as the file lists them.
    pub interface: Vec<String>,
}

/// What an import led to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Imported {
    /// The property.
    pub property: String,
    /// The path that the importing file writes.
    pub path: String,
    /// The canonical bytes of the imported file.
    pub constraint_set: Digest,
    /// Its composition.
    pub composition: Digest,
}

impl Composition {
    /// The composition of a file whose imports led to `imports`.
    pub fn of(
        document: &Document,
        constraint_set: Digest,
        mut imports: Vec<Imported>,
        mut materializations: Vec<Digest>,
        previous: Option<Digest>,
    ) -> Self {
        imports.sort();
        materializations.sort();
        materializations.dedup();
        Self {
            schema: SCHEMA.to_owned(),
            constraint_set,
            provides: provided(document),
            imports,
            materializations,
            previous,
        }
    }

    /// Why this cannot be the composition of a file that says this; nothing when it can.
    pub fn contradiction(&self, document: &Document) -> Option<String> {
        if self.provides != provided(document) {
            return Some("it provides something else than its constraint set".to_owned());
        }
        let manifest = &document.manifest;
        let mut stated: Vec<(&str, &str)> = manifest.imports.iter().map(|own| (&*own.property, &*own.path)).collect();
        stated.sort_unstable();
        if !stated.iter().copied().eq(self.imports.iter().map(|own| (&*own.property, &*own.path))) {
            return Some("it imports something else than its constraint set".to_owned());
        }
        let pinned = manifest.imports.iter().filter_map(|own| Some((own, own.pin.as_ref()?)));
        for (import, pin) in pinned {
            let led_to = |own: &&Imported| own.property == import.property && own.path == import.path;
            if self.imports.iter().filter(led_to).any(|own| own.constraint_set.to_string() != *pin) {
                return Some(format!("its import `{}` is pinned to `{pin}` and led elsewhere", import.property));
            }
        }
        None
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Texts, hashes and lists of them always have a canonical form.
        etymon_spec::canonical::to_string(self).unwrap_or_default().into_bytes()
    }

    /// Whether the other says the same, whatever came before.
    pub fn says_the_same(&self, other: &Composition) -> bool {
        Self { previous: None, ..self.clone() } == Self { previous: None, ..other.clone() }
    }
}

fn provided(document: &Document) -> Option<Provided> {
    document.manifest.provides.as_ref().map(|own| {
        // The order in the file leaves no trace in its canonical bytes.
        let mut interface = own.interface.clone();
        interface.sort();
        Provided { property: own.property.clone(), threshold: own.threshold.clone(), interface }
    })
}
