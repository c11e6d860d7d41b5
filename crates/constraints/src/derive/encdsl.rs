use super::{MAX_ANSWER, Substrate};
use crate::codes::{DERIVE_IMAGE, READ_PERMISSION};
use crate::model::Document;
use crate::verify::image_problems;
use etymon_diagnostics::{Diagnostic, Origin, Report};
use etymon_spec::canonical::sha256_hex;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Component, Path};

/// Metadata key of the requirement that names the image.
pub(crate) const KEY: &str = "image";

/// The EncDSL image that a requirement names: `image: <path>` among its metadata, from the folder of the file. It is read once, and its hash
/// is part of the model's name: another image is another derivation. Deterministic; the prompt is not read.
#[derive(Clone, Debug)]
pub struct EncdslSubstrate {
    image: String,
    model: String,
}

impl EncdslSubstrate {
    /// The image that `document`, which stands in `folder`, names; `place` tells where a requirement names it, or the file as a whole.
    ///
    /// # Errors
    /// `DERIVE_IMAGE` when it names none, several, or one outside of the folder, or when that is not there; `READ_PERMISSION` when it cannot be
    /// read; what the checker of specs says of an image that imports nothing.
    pub fn of(
        document: &Document,
        folder: &Path,
        place: &dyn Fn(Option<usize>) -> Origin,
    ) -> Result<EncdslSubstrate, Report> {
        let help = "give one requirement the line `image: <path below this folder>`";
        let mut named: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, requirement) in document.requirements.iter().enumerate() {
            if let Some(path) = requirement.unknown.get(KEY) {
                named.entry(path).or_insert(at);
            }
        }
        let refused =
            |at, message: String| Report::from(Diagnostic::error(DERIVE_IMAGE, message).at(place(at)).help(help));
        let [(path, at)] = named.iter().map(|(path, at)| (*path, *at)).collect::<Vec<_>>()[..] else {
            // The last of several, as the one too many.
            let at = named.values().copied().max();
            return Err(refused(at, format!("the requirements name {} images instead of one", named.len())));
        };
        if !Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
            return Err(refused(Some(at), format!("the image `{path}` is outside of the folder")));
        }
        let file = folder.join(path);
        let image = read(&file).map_err(|own| Report::from(own.at(place(Some(at)))))?;
        let alone = document.manifest.imports.is_empty();
        image_problems(&file.display().to_string(), &image, alone).map_err(|mut found| {
            found.merge(refused(
                Some(at),
                format!("the image `{path}` is refused; what is wrong with it stands beside this"),
            ));
            found
        })?;
        let model = format!("{}/{}", etymon_emit::target::generator_version(), sha256_hex(image.as_bytes()));
        Ok(EncdslSubstrate { image, model })
    }
}

fn read(path: &Path) -> Result<String, Diagnostic> {
    let failed = |code, why: String| {
        let message = format!("the image `{}` cannot be read: {why}", path.display());
        Diagnostic::error(code, message).help("name a file that `etymon lean` or `etymon init` has made")
    };
    let unread = |error: std::io::Error| {
        let named_wrongly =
            matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory);
        failed(if named_wrongly { DERIVE_IMAGE } else { READ_PERMISSION }, error.to_string())
    };
    let mut bytes = Vec::new();
    let opened = File::open(path).map_err(unread)?;
    opened.take(MAX_ANSWER as u64 + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() > MAX_ANSWER {
        return Err(failed(DERIVE_IMAGE, format!("it is longer than {MAX_ANSWER} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| failed(DERIVE_IMAGE, "it is not UTF-8".to_owned()))
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
