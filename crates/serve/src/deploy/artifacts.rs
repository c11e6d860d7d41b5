use super::DeployError;
use super::abi::{self, Abi, Datum, Function, Kind, Param, Selector, kinds};
use super::values::{Names, encode};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Longest file that is read, in bytes.
const MAX_FILE: u64 = 64 << 20;
/// Most entries of a folder tree that are looked at.
const MAX_ENTRIES: usize = 100_000;

/// Compiled contracts: a folder of Hardhat's artifacts, or a file of solc's standard JSON.
#[derive(Debug)]
pub struct Artifacts {
    at: PathBuf,
    /// Of a file.
    standard: Option<Standard>,
}

#[derive(Debug, Deserialize)]
struct Standard {
    contracts: BTreeMap<String, BTreeMap<String, StandardContract>>,
}

#[derive(Clone, Debug, Deserialize)]
struct StandardContract {
    abi: Abi,
    evm: Evm,
}

#[derive(Clone, Debug, Deserialize)]
struct Evm {
    bytecode: Bytecode,
}

#[derive(Clone, Debug, Deserialize)]
struct Bytecode {
    object: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HardhatContract {
    contract_name: String,
    abi: Abi,
    bytecode: String,
}

/// A compiled contract.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// Its name.
    pub name: String,
    /// Its functions and errors.
    pub abi: Abi,
    /// Its creation code, without arguments.
    pub code: Vec<u8>,
}

impl Artifacts {
    /// Looks into a folder or a file.
    ///
    /// # Errors
    /// `DEPLOY_ARTIFACT` when it is neither.
    pub fn open(path: &Path) -> Result<Artifacts, DeployError> {
        let at = path.to_owned();
        if path.is_dir() {
            return Ok(Artifacts { at, standard: None });
        }
        let wrong = |reason: String| DeployError::Artifact(format!("`{}`: {reason}", path.display()));
        let standard = serde_json::from_slice(&bytes(path)?).map_err(|error| wrong(error.to_string()))?;
        Ok(Artifacts { at, standard: Some(standard) })
    }

    /// The contract of a name.
    ///
    /// # Errors
    /// `DEPLOY_ARTIFACT` when it is not there, is there twice, or cannot be deployed.
    pub fn get(&self, name: &str) -> Result<Compiled, DeployError> {
        let mut found = match &self.standard {
            Some(standard) => standard
                .contracts
                .values()
                .filter_map(|file| file.get(name))
                .map(|own| (own.abi.clone(), own.evm.bytecode.object.clone()))
                .collect(),
            None => self.in_folder(name)?,
        };
        let wrong =
            |reason: &str| DeployError::Artifact(format!("the contract `{name}` {reason} in `{}`", self.at.display()));
        let (abi, code) = match found.len() {
            0 => return Err(wrong("is not")),
            1 => found.remove(0),
            _ => return Err(wrong("is more than once")),
        };
        let code = hex::decode(code.strip_prefix("0x").unwrap_or(&code));
        let code = code.map_err(|_| wrong("is not linked to its libraries"))?;
        if code.is_empty() { Err(wrong("has no code")) } else { Ok(Compiled { name: name.to_owned(), abi, code }) }
    }

    fn in_folder(&self, name: &str) -> Result<Vec<(Abi, String)>, DeployError> {
        let file = format!("{name}.json");
        let mut found = Vec::new();
        let (mut folders, mut seen) = (vec![self.at.clone()], 0);
        while let Some(folder) = folders.pop() {
            let wrong = |error: std::io::Error| DeployError::Artifact(format!("`{}`: {error}", folder.display()));
            for entry in fs::read_dir(&folder).map_err(wrong)? {
                let entry = entry.map_err(wrong)?;
                seen += 1;
                if seen > MAX_ENTRIES {
                    let reason = format!("`{}` holds more than {MAX_ENTRIES} files", self.at.display());
                    return Err(DeployError::Artifact(reason));
                }
                // Links are not followed, so that there is no circle.
                let kind = entry.file_type().map_err(wrong)?;
                if kind.is_dir() && entry.file_name() != "node_modules" {
                    folders.push(entry.path());
                } else if kind.is_file() && entry.file_name() == file.as_str() {
                    let own: HardhatContract = serde_json::from_slice(&bytes(&entry.path())?).map_err(|error| {
                        DeployError::Artifact(format!(
                            "`{}` is no artifact of Hardhat: {error}",
                            entry.path().display()
                        ))
                    })?;
                    if own.contract_name == name {
                        found.push((own.abi, own.bytecode));
                    }
                }
            }
        }
        Ok(found)
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, DeployError> {
    let wrong = |reason: String| DeployError::Artifact(format!("`{}`: {reason}", path.display()));
    // Not a pipe or a device, which could be without end.
    if !fs::metadata(path).map_err(|error| wrong(error.to_string()))?.is_file() {
        return Err(wrong("it is no file".to_owned()));
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| wrong(error.to_string()))?;
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| wrong(error.to_string()))?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(wrong(format!("it has more than {MAX_FILE} bytes")));
    }
    Ok(bytes)
}

impl Compiled {
    /// The encoded arguments of its constructor.
    ///
    /// # Errors
    /// `DEPLOY_PLAN` when they do not fit.
    pub(super) fn arguments(&self, args: &[Value], names: &Names) -> Result<Vec<u8>, DeployError> {
        let wrong = |reason: String| DeployError::Plan(format!("the constructor of `{}`: {reason}", self.name));
        let inputs = &self.abi.constructor;
        if inputs.len() != args.len() {
            return Err(wrong(format!("{} arguments, where it wants {}", args.len(), inputs.len())));
        }
        words(inputs, args, names, &wrong)
    }

    /// The types of its constructor's parameters.
    pub(super) fn constructor_types(&self) -> Vec<String> {
        self.abi.constructor.iter().map(|input| input.text.clone()).collect()
    }

    /// The function of a name that takes so many arguments.
    ///
    /// # Errors
    /// `DEPLOY_PLAN` when there is none, or several.
    pub(super) fn function(&self, name: &str, args: usize) -> Result<&Function, DeployError> {
        let mut fitting = self.abi.functions(name).iter().filter(|own| own.inputs.len() == args);
        match (fitting.next(), fitting.next()) {
            (Some(own), None) => Ok(own),
            (None, _) => {
                Err(DeployError::Plan(format!("`{}` has no function `{name}` of {args} arguments", self.name)))
            }
            _ => Err(DeployError::Plan(format!("`{}` has several functions `{name}` of {args} arguments", self.name))),
        }
    }

    /// The encoded call of a function.
    ///
    /// # Errors
    /// `DEPLOY_PLAN` when there is no such function, or the arguments do not fit.
    pub(super) fn call(&self, name: &str, args: &[Value], names: &Names) -> Result<Vec<u8>, DeployError> {
        let function = self.function(name, args.len())?;
        let wrong = |reason: String| DeployError::Plan(format!("`{name}` of `{}`: {reason}", self.name));
        let mut call = function.selector().map_err(wrong)?.to_vec();
        call.extend(words(&function.inputs, args, names, &wrong)?);
        Ok(call)
    }

    /// What an undone call returned, in words: one of its errors, a text, or what the compiler guards against.
    pub(super) fn explain(&self, data: &[u8]) -> Option<String> {
        // Error(string) and Panic(uint256)
        const TEXT: Selector = [0x08, 0xc3, 0x79, 0xa0];
        const PANIC: Selector = [0x4e, 0x48, 0x7b, 0x71];
        let (selector, rest) = data.split_first_chunk::<4>()?;
        if *selector == TEXT {
            return match abi::decode(&[Kind::Text], rest).ok()?.pop() {
                Some(Datum::Text(text)) => Some(text),
                _ => None,
            };
        }
        let (name, kinds) = match self.abi.error(*selector) {
            Some(error) => (error.name.as_str(), kinds(&error.inputs).ok()?),
            None if *selector == PANIC => ("Panic", vec![Kind::Uint(256)]),
            None => return None,
        };
        let values = abi::decode(&kinds, rest).ok()?;
        let told: Vec<String> = values.iter().map(|value| super::values::decode(value).to_string()).collect();
        Some(format!("{name}({})", told.join(", ")))
    }
}

/// The words of arguments.
fn words(
    inputs: &[Param],
    args: &[Value],
    names: &Names,
    wrong: &dyn Fn(String) -> DeployError,
) -> Result<Vec<u8>, DeployError> {
    let kinds = kinds(inputs).map_err(wrong)?;
    let values = kinds.iter().zip(args).map(|(kind, arg)| encode(kind, arg, names)).collect::<Result<Vec<_>, _>>()?;
    abi::encode(&kinds, &values).ok_or_else(|| wrong("its arguments do not fit".to_owned()))
}
