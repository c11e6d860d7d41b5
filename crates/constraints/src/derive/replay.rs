use super::{MAX_ANSWER, Substrate, api};
use etymon_diagnostics::Diagnostic;
use etymon_spec::canonical::sha256_hex;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Answers that were recorded: `<SHA-256 of the prompt>.md` in a folder. Needs no network, and always answers the same.
#[derive(Clone, Debug)]
pub struct ReplaySubstrate {
    /// The folder.
    pub folder: PathBuf,
    /// The model whose answers they are.
    pub model: String,
}

fn file(folder: &Path, prompt: &str) -> PathBuf {
    folder.join(format!("{}.md", sha256_hex(prompt.as_bytes())))
}

impl Substrate for ReplaySubstrate {
    fn id(&self) -> &str {
        "replay"
    }

    fn model(&self) -> &str {
        &self.model
    }

    fn complete(&self, prompt: &str) -> Result<String, Box<Diagnostic>> {
        let path = file(&self.folder, prompt);
        let failed = |why: &dyn std::fmt::Display| {
            let message = format!("no recorded answer can be read from `{}`: {why}", path.display());
            api(
                message,
                "record one: run with `--substrate exec` or `http` and `--record`, or check that the requirements are those that were recorded",
            )
        };
        let mut bytes = Vec::new();
        let opened = File::open(&path).map_err(|error| failed(&error))?;
        opened.take(MAX_ANSWER as u64 + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
        if bytes.len() > MAX_ANSWER {
            return Err(failed(&format!("it is longer than {MAX_ANSWER} bytes")));
        }
        String::from_utf8(bytes).map_err(|error| failed(&error))
    }
}

/// A substrate whose answers are kept for [`ReplaySubstrate`].
pub struct Recording<S> {
    /// Who answers.
    pub inner: S,
    /// Where answers are kept.
    pub folder: PathBuf,
}

impl<S: Substrate> Substrate for Recording<S> {
    fn id(&self) -> &str {
        self.inner.id()
    }

    fn model(&self) -> &str {
        self.inner.model()
    }

    fn complete(&self, prompt: &str) -> Result<String, Box<Diagnostic>> {
        let answer = self.inner.complete(prompt)?;
        let path = file(&self.folder, prompt);
        let failed = |error: std::io::Error| {
            api(
                format!("the answer cannot be recorded in `{}`: {error}", path.display()),
                "name a folder that can be written to",
            )
        };
        fs::create_dir_all(&self.folder).map_err(failed)?;
        let mut written = tempfile::NamedTempFile::new_in(&self.folder).map_err(failed)?;
        std::io::Write::write_all(&mut written, answer.as_bytes()).map_err(failed)?;
        written.persist(&path).map_err(|error| failed(error.error))?;
        Ok(answer)
    }
}
