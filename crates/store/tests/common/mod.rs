//! Emissions to store and compare.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use etymon_store::{Artifact, Class, Digest, Emission, GeneratorRef, SpecRef};

/// A spec reference whose hash is that of its name.
pub fn spec(name: &str) -> SpecRef {
    SpecRef { kind: "encdsl".to_owned(), name: name.to_owned(), sha256: Digest::of(name.as_bytes()) }
}

/// The generator of all test emissions.
pub fn generator() -> GeneratorRef {
    GeneratorRef { name: "etymon".to_owned(), version: Digest::of(b"generator") }
}

/// One artifact.
pub fn artifact(path: &str, bytes: impl Into<Vec<u8>>) -> Artifact {
    Artifact::new(path, Class::Protocol, "kernel", "js", "kernel/rbac", bytes.into())
}

/// An emission of these files.
pub fn emission(name: &str, files: &[(&str, &str)]) -> Emission {
    let artifacts = files.iter().map(|(path, text)| artifact(path, *text)).collect();
    Emission::new(spec(name), generator(), artifacts, Vec::new()).unwrap()
}

/// An emission of `count` files of a few kilobytes, every third of them common to all names.
pub fn many(name: &str, count: usize) -> Emission {
    let artifacts = (0..count)
        .map(|n| {
            let owner = if n % 3 == 0 { "common" } else { name };
            let text = format!("// {owner} {n}\n").repeat(50 + n * 7 % 200);
            artifact(&format!("js/m{}/f{n}.js", n % 5), text)
        })
        .collect();
    Emission::new(spec(name), generator(), artifacts, Vec::new()).unwrap()
}
