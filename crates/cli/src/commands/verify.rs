//! `etymon verify`.

use crate::args::VerifyArgs;
use crate::attestation::{MANIFEST_PREDICATE, subjects, trust, unreadable};
use crate::output::{Failure, Outcome, Output, counted};
use etymon_attest::{AttestError, Envelope, PublicKey, Signer, Statement, Trust};
use etymon_constraints::artifact::FAILURE;
use etymon_constraints::materialization::{MAX_BYTES, Materialization, MaterializationError};
use etymon_constraints::report::Verdict;
use etymon_constraints::resolve::MATERIALIZATION;
use etymon_constraints::{canonicalize::canonicalize, parse::parse, read::read, validate::validate};
use etymon_diagnostics::{Code, Diagnostic, Origin, Report, clean};
use etymon_spec::canonical;
use etymon_store::Manifest;
use serde_json::{Value, json};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Nothing that this program signs.
const VERIFY_KIND: Code = Code::new("VERIFY_KIND");
/// A statement about another manifest, or about other artifacts than its manifest has.
const STATEMENT_MANIFEST: Code = Code::new("STATEMENT_MANIFEST");

/// Checks a signature and what stands under it.
pub fn verify(args: &VerifyArgs, output: &Output) -> Outcome {
    let shown = args.file.display().to_string();
    let mut bytes = Vec::new();
    File::open(&args.file)
        .and_then(|file| file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| Failure::io(&shown, error))?;
    let trust = match &args.public_key {
        Some(text) => Trust::in_key("the given key", public_key(text)?),
        None => trust(&args.trust, output)?,
    };
    if bytes.len() > MAX_BYTES {
        return Err(refused(&shown, MaterializationError::Long));
    }
    // Only to tell the two apart; each is read anew, and strictly.
    let (kind, broken) = match serde_json::from_slice::<Value>(&bytes) {
        Ok(kind) => (kind, None),
        Err(error) if error.is_syntax() || error.is_eof() => (Value::Null, Some(format!("it is no JSON: {error}"))),
        Err(error) => (Value::Null, Some(error.to_string())),
    };
    if kind.get("payloadType").is_some() {
        statement(args, &bytes, &trust, output)
    } else if kind.get("schema").is_some() {
        materialization(args, &bytes, &trust, output)
    } else {
        let message = "this is neither a signed manifest nor a materialization";
        let own = Diagnostic::error(VERIFY_KIND, message).at(Origin::path(shown));
        let own = broken.into_iter().fold(own, Diagnostic::note);
        Err(Failure::Refused(own.help("give a file that `etymon sign` or `etymon run` wrote").into()))
    }
}

/// The key of a text, or of the file that it names.
fn public_key(text: &str) -> Result<PublicKey, Failure> {
    let is_key = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let content = match is_key {
        true => text.to_owned(),
        false => std::fs::read_to_string(text).map_err(|error| Failure::io(text, error))?,
    };
    PublicKey::from_text(&content).map_err(|error| Failure::Refused(error.into()))
}

fn statement(args: &VerifyArgs, bytes: &[u8], trust: &Trust, output: &Output) -> Outcome {
    let shown = args.file.display().to_string();
    let opened = Envelope::read(bytes).and_then(|own| Statement::<Manifest>::open(&own, MANIFEST_PREDICATE, trust));
    let (statement, signer) = opened.map_err(|error| refused(&shown, error.into()))?;
    let predicate = canonical::to_string(&statement.predicate).map_err(Failure::from)?;
    let manifest = Manifest::read(predicate.as_bytes(), &shown).map_err(|error| Failure::Refused(error.into()))?;
    let differs = |message: &str, help: &str| {
        let own = Diagnostic::error(STATEMENT_MANIFEST, message).at(Origin::path(&shown));
        Failure::Check(own.help(help).into())
    };
    if statement.subject != subjects(&manifest) {
        return Err(differs("the statement is not about the artifacts of its manifest", "sign the manifest again"));
    }
    if let Some(path) = &args.manifest {
        let current = std::fs::read(path).map_err(|error| Failure::io(path.display(), error))?;
        if current != predicate.as_bytes() {
            let message = format!("`{}` is another manifest than the one that was signed", path.display());
            return Err(differs(&message, "sign it, or get the manifest that was signed"));
        }
    }
    let (spec, artifacts) = (&manifest.spec, manifest.artifacts.len());
    if output.json {
        output.print_json(&json!({
            "kind": "manifest", "spec": spec, "artifacts": artifacts, "signer": signer_row(signer),
            "compared": args.manifest.as_ref().map(|path| path.display().to_string()),
        }));
        return Ok(());
    }
    let artifacts = counted(artifacts, "artifact");
    let told = format!("{shown}: {artifacts} of `{}` {}, {}", spec.name, spec.sha256, signed_by(signer));
    output.print(&format!("{}\n", clean(&told)));
    Ok(())
}

fn materialization(args: &VerifyArgs, bytes: &[u8], trust: &Trust, output: &Output) -> Outcome {
    let shown = args.file.display().to_string();
    let (own, signer) = Materialization::read(bytes, trust).map_err(|error| refused(&shown, error))?;
    let spec = args.spec.clone().or_else(|| neighbour(&args.file));
    if let Some(spec) = &spec {
        let source = read(spec).map_err(unreadable)?;
        let parsed = parse(&source.file);
        let mut findings = parsed.report.clone();
        findings.merge(validate(&parsed));
        findings.into_result(()).map_err(Failure::Refused)?;
        own.expect_current(&parsed.document, &canonicalize(&parsed.document))
            .map_err(|error| refused(&shown, error))?;
    }
    let provenance = &own.provenance;
    if output.json {
        output.print_json(&json!({
            "kind": "materialization", "verdict": provenance.verdict.name(), "constraintSetHash": provenance.constraint_set_hash,
            "targetLang": provenance.target_lang, "substrate": provenance.substrate_id, "timestamp": provenance.timestamp,
            "signer": signer_row(signer), "compared": spec.as_ref().map(|path| path.display().to_string()),
        }));
    } else {
        let compared = match &spec {
            Some(path) => format!("which `{}` still is", path.display()),
            None => "not compared with any file".to_owned(),
        };
        let (verdict, hash, lang) =
            (provenance.verdict.name(), &provenance.constraint_set_hash, &provenance.target_lang);
        let told = format!("{shown}: {verdict}, {lang} of {hash}, {compared}, {}", signed_by(signer));
        output.print(&format!("{}\n", clean(&told)));
    }
    if provenance.verdict != Verdict::Pass {
        return Err(refused(&shown, MaterializationError::Failed));
    }
    Ok(())
}

/// The constraints file beside a materialization, if it is there.
fn neighbour(path: &Path) -> Option<PathBuf> {
    let name = path.to_str()?;
    let spec = [MATERIALIZATION, FAILURE].iter().find_map(|suffix| name.strip_suffix(suffix))?;
    Some(PathBuf::from(spec)).filter(|spec| spec.is_file())
}

/// A document that cannot be read is refused; one that says what was not signed, or is signed by nobody who counts, fails the check.
fn refused(shown: &str, error: MaterializationError) -> Failure {
    let unread = matches!(
        error,
        MaterializationError::Attest(AttestError::Document(_))
            | MaterializationError::Schema(_)
            | MaterializationError::Long
    );
    let report = Report::from(Diagnostic::from(error).at(Origin::path(shown)));
    if unread { Failure::Refused(report) } else { Failure::Check(report) }
}

fn signed_by(signer: &Signer) -> String {
    format!("signed by `{}` ({})", signer.name, signer.key.key_id())
}

fn signer_row(signer: &Signer) -> Value {
    json!({ "name": signer.name, "keyId": signer.key.key_id() })
}
