use super::{MAX_ANSWER, Substrate, api};
use crate::model::Document;
use etymon_diagnostics::Diagnostic;
use etymon_spec::canonical::sha256_hex;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path};

/// Metadata key of the requirement that names the image.
const KEY: &str = "image";

/// The EncDSL image that a requirement names: `image: <path>` among its metadata, from the folder of the file. It is read once, and its hash
/// is part of the model's name: another image is another derivation. Deterministic; the prompt is not read.
#[derive(Clone, Debug)]
pub struct EncdslSubstrate {
    image: String,
    model: String,
}

impl EncdslSubstrate {
    /// The image that `document`, which stands in `folder`, names.
    ///
    /// # Errors
    /// `DERIVE_API` when it names none, several, or one outside of the folder, or when that cannot be read.
    pub fn of(document: &Document, folder: &Path) -> Result<EncdslSubstrate, Box<Diagnostic>> {
        let help = "give one requirement the line `image: <path below this folder>`";
        let named: BTreeSet<&str> =
            document.requirements.iter().filter_map(|own| own.unknown.get(KEY).map(String::as_str)).collect();
        let [path] = named.iter().copied().collect::<Vec<_>>()[..] else {
            return Err(api(format!("the requirements name {} images instead of one", named.len()), help));
        };
        if !Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
            return Err(api(format!("the image `{path}` is outside of the folder"), help));
        }
        let image = read(&folder.join(path))?;
        let model = format!("{}/{}", etymon_emit::target::generator_version(), sha256_hex(image.as_bytes()));
        Ok(EncdslSubstrate { image, model })
    }
}

fn read(path: &Path) -> Result<String, Box<Diagnostic>> {
    let failed = |why: String| {
        let message = format!("the image `{}` cannot be read: {why}", path.display());
        api(message, "name a file that `etymon lean` or `etymon init` has made")
    };
    let mut bytes = Vec::new();
    let opened = File::open(path).map_err(|error| failed(error.to_string()))?;
    opened.take(MAX_ANSWER as u64 + 1).read_to_end(&mut bytes).map_err(|error| failed(error.to_string()))?;
    if bytes.len() > MAX_ANSWER {
        return Err(failed(format!("it is longer than {MAX_ANSWER} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8".to_owned()))
}

impl Substrate for EncdslSubstrate {
    fn id(&self) -> &str {
        "encdsl"
    }

    /// Version of the generator and SHA-256 of the image, both in hex, with `/` between.
    fn model(&self) -> &str {
        &self.model
    }

    fn complete(&self, _prompt: &str) -> Result<String, Box<Diagnostic>> {
        Ok(self.image.clone())
    }
}
