//! Planted defects: proof that the harness sees one.

use crate::testee::Kind;
use etymon_kernel_rt::Op;

/// A defect in one testee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// In the text that a compiled testee is made of.
    Text {
        /// Whose text; both wasm testees run the same.
        testee: Kind,
        /// End of the path of the emitted file.
        file: String,
        /// What to replace, everywhere in the file.
        from: String,
        /// By what.
        to: String,
    },
    /// In the evaluator: one operation computes another.
    Operation {
        /// The damaged operation.
        from: Op,
        /// What it computes instead; of the same arity.
        to: Op,
    },
}

/// Both wasm testees share their text.
fn same_text(a: Kind, b: Kind) -> bool {
    let wasm = |kind| matches!(kind, Kind::WasmNode | Kind::WasmWasmtime);
    a == b || wasm(a) && wasm(b)
}

impl Sabotage {
    pub(crate) fn concerns_text_of(&self, kind: Kind) -> bool {
        matches!(self, Sabotage::Text { testee, .. } if same_text(*testee, kind))
    }

    /// The damaged file, if it is one to damage.
    pub(crate) fn damage(&self, kind: Kind, path: &str, bytes: &[u8]) -> Option<Vec<u8>> {
        let Sabotage::Text { file, from, to, .. } = self else { return None };
        if !self.concerns_text_of(kind) || !path.ends_with(file.as_str()) {
            return None;
        }
        let text = std::str::from_utf8(bytes).ok()?;
        text.contains(from.as_str()).then(|| text.replace(from.as_str(), to).into_bytes())
    }
}
