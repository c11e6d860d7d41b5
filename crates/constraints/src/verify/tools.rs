//! Programs and packages of the host that the backends run on.

use super::VerifyError;
use crate::model::{Backend, Document, Target};
use std::path::{Path, PathBuf};

const NODE_HELP: &str = "install Node.js 20 or newer, and see that `node` is on the path";
const PACKAGES_HELP: &str =
    "run `tests/setup/verifiers.sh`, which installs the packages by their lock file and prints their folder";
const RUST_HELP: &str = "install Rust, and see that `rustc` is on the path";

/// Programs and packages that the backends run on.
#[derive(Clone, Debug)]
pub struct Tools {
    /// Node.js 20 or newer.
    pub node: PathBuf,
    /// The folder that `tests/setup/verifiers.sh` fills: `node_modules` with TypeScript, jsdom and axe-core.
    pub verifiers: PathBuf,
    /// The Rust toolchain, as `rustc --print sysroot` prints it; needed for target `rust` only.
    pub toolchain: Option<PathBuf>,
}

impl Tools {
    /// Whether everything is there that a candidate for `document` is verified with.
    ///
    /// # Errors
    /// [`VerifyError::Tool`] for the first that is missing.
    pub fn expect(&self, document: &Document, target: Target) -> Result<(), VerifyError> {
        match target {
            Target::Rust => self.toolchain().map(|_| ()),
            Target::Encdsl if !document.requirements.iter().any(has_code) => Ok(()),
            Target::Ts | Target::Js | Target::Encdsl => {
                if !self.node.is_file() {
                    let reason = format!("there is no `{}`", self.node.display());
                    return Err(VerifyError::Tool { tool: "Node.js", reason, help: NODE_HELP });
                }
                let package = self.verifiers.join("node_modules/typescript/package.json");
                if !package.is_file() {
                    let reason = format!("`{}` is not there", package.display());
                    return Err(VerifyError::Tool { tool: "TypeScript", reason, help: PACKAGES_HELP });
                }
                Ok(())
            }
        }
    }

    /// The Rust toolchain.
    ///
    /// # Errors
    /// [`VerifyError::Tool`] when there is none.
    pub(super) fn toolchain(&self) -> Result<&Path, VerifyError> {
        let missing =
            || VerifyError::Tool { tool: "Rust", reason: "there is no toolchain".to_owned(), help: RUST_HELP };
        self.toolchain.as_deref().ok_or_else(missing)
    }
}

/// Whether evidence of a requirement is run.
fn has_code(requirement: &crate::model::Requirement) -> bool {
    requirement.evidence.iter().any(|own| !matches!(own.backend, Backend::Types | Backend::Judgment))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;
    use etymon_diagnostics::SourceFile;

    fn document(body: &str) -> Document {
        parse(&SourceFile::new("f", format!("## A\ntype: predicate\n\n{body}\n"))).document
    }

    #[test]
    fn what_is_missing_is_told_with_its_own_remedy() {
        let folder = tempfile::tempdir().expect("a folder");
        let nothing = Tools { node: folder.path().join("node"), verifiers: folder.path().to_owned(), toolchain: None };
        let plain = document("text");
        let told = |tools: &Tools, document: &Document, target| match tools.expect(document, target) {
            Err(VerifyError::Tool { tool, help, .. }) => Some((tool, help)),
            _ => None,
        };
        for target in [Target::Ts, Target::Js] {
            assert_eq!(told(&nothing, &plain, target), Some(("Node.js", NODE_HELP)));
        }
        assert_eq!(told(&nothing, &plain, Target::Rust), Some(("Rust", RUST_HELP)));
        // Nothing of it is run.
        assert_eq!(told(&nothing, &plain, Target::Encdsl), None);
        assert_eq!(told(&nothing, &document("```judgment\nis it good?\n```"), Target::Encdsl), None);
        let checked = document("```assert\ntrue\n```");
        assert_eq!(told(&nothing, &checked, Target::Encdsl), Some(("Node.js", NODE_HELP)));
        std::fs::write(folder.path().join("node"), "").expect("written");
        assert_eq!(told(&nothing, &checked, Target::Encdsl), Some(("TypeScript", PACKAGES_HELP)));
    }
}
