//! Programs and packages of the host that the backends run on.

use super::VerifyError;
use crate::model::{Backend, Document, Target};
use crate::sandbox::is_shown;
use std::ffi::OsStr;
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
    /// The C compiler that links for Rust, see [`linker`]; without one that which the sandbox's own search path has.
    pub linker: Option<PathBuf>,
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

/// The C compiler that `path`, a list of folders, finds, as the sandbox sees it: the first `cc`, `gcc` or `clang` that lies in a folder shown
/// there, such as /usr/bin or /nix/store, or links to one. Others are passed over: to show their folders would show what lies beside them.
pub fn linker(path: &OsStr) -> Option<PathBuf> {
    let found = |name: &str| std::env::split_paths(path).map(|folder| folder.join(name)).find_map(|own| shown(&own));
    ["cc", "gcc", "clang"].into_iter().find_map(found)
}

/// A path of a program by which it is there inside.
fn shown(program: &Path) -> Option<PathBuf> {
    let resolved = program.canonicalize().ok().filter(|own| own.is_file() && is_shown(own))?;
    // A name may be a compiler's only hint on what it is wanted for.
    Some(if is_shown(program) { program.to_owned() } else { resolved })
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
    use std::os::unix::fs::symlink;

    fn document(body: &str) -> Document {
        parse(&SourceFile::new("f", format!("## A\ntype: predicate\n\n{body}\n"))).document
    }

    #[test]
    fn what_is_missing_is_told_with_its_own_remedy() {
        let folder = tempfile::tempdir().expect("a folder");
        let (node, verifiers) = (folder.path().join("node"), folder.path().to_owned());
        let nothing = Tools { node, verifiers, toolchain: None, linker: None };
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

    #[test]
    fn a_linker_is_named_as_the_sandbox_sees_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |folders: &[&Path]| std::env::join_paths(folders).expect("a path");
        let real = linker(&path(&[Path::new("/usr/bin"), Path::new("/bin")]));
        std::fs::write(folder.path().join("cc"), "not shown in the sandbox").expect("written");
        assert_eq!(linker(&path(&[folder.path()])), None);
        assert_eq!(linker(&path(&[folder.path(), Path::new("/usr/bin"), Path::new("/bin")])), real);
        if let Some(real) = real {
            let links = folder.path().join("links");
            std::fs::create_dir(&links).expect("made");
            symlink(&real, links.join("cc")).expect("linked");
            let found = linker(&path(&[&links])).expect("found");
            assert!(is_shown(&found) && found == real.canonicalize().expect("there"), "{}", found.display());
        }
    }
}
