//! Where candidates are made and judged: a substrate for stage 6, the backends for stage 7.

use crate::canonicalize::canonicalize;
use crate::clock::Clock;
use crate::codes::VERIFY_UNAVAILABLE;
use crate::derive::{self, FUNCTION, ImportedInterface, Mode, Substrate, SubstrateJudge};
use crate::engine::{Candidate, Task, Workshop};
use crate::materialization::Receipt;
use crate::model::{Document, Target};
use crate::report::Report as Verification;
use crate::resolve::ResolvedImport;
use crate::sandbox::Sandbox;
use crate::verify::{Bounds, Candidate as Judged, ImportedModule, Judge, Tools, Verifier, VerifyError};
use etymon_diagnostics::{Diagnostic, Report};
use etymon_spec::canonical::sha256_hex;
use std::collections::BTreeMap;

/// A substrate and the backends, as the engine asks for them.
pub struct Bench {
    /// Who writes the code.
    pub substrate: Box<dyn Substrate + Send + Sync>,
    /// Whether all of it is asked for at once.
    pub mode: Mode,
    /// Whether the substrate judges prose as well.
    pub judges: bool,
    /// Where candidates run.
    pub sandbox: Sandbox,
    /// What the backends run on.
    pub tools: Tools,
    /// How long a verification may take.
    pub bounds: Bounds,
    /// When the calls are made.
    pub clock: Clock,
}

impl Workshop for Bench {
    fn substrate_id(&self) -> String {
        self.substrate.id().to_owned()
    }

    fn model_id(&self) -> String {
        self.substrate.model().to_owned()
    }

    fn derivation_function(&self) -> String {
        FUNCTION.to_owned()
    }

    fn derive(&self, task: &Task<'_>) -> Result<Candidate, Report> {
        let imports: Vec<ImportedInterface> = task.imports.iter().map(|own| interface(own, task.target)).collect();
        let canonical = |document: &Document| canonicalize(document).text;
        let asked = derive::Task {
            document: task.document,
            canonical: &canonical,
            target: task.target,
            imports: &imports,
            mode: self.mode,
            clock: self.clock,
        };
        // An answer that could not be verified would be paid for in vain.
        self.tools.expect(task.document, task.target).map_err(|error| Report::from(unavailable(&error)))?;
        let answer = derive::derive(&asked, self.substrate.as_ref()).map_err(|error| Report::from(*error))?;
        Ok(match answer.receipts.as_slice() {
            [only] => Candidate { code: answer.code, receipt: only.clone(), calls: Vec::new() },
            calls => Candidate { code: answer.code, receipt: whole(calls), calls: answer.receipts },
        })
    }

    fn verify(&self, code: &str, task: &Task<'_>) -> Result<Verification, Report> {
        let candidate = Judged { target: task.target, code: code.to_owned(), imports: modules(task.imports) };
        let judge = SubstrateJudge(self.substrate.as_ref());
        let judge: Option<&dyn Judge> = self.judges.then_some(&judge);
        let verifier = Verifier { sandbox: &self.sandbox, tools: &self.tools, bounds: &self.bounds, judge };
        verifier.verify(task.document, &candidate).map_err(|error| Report::from(unavailable(&error)))
    }
}

fn unavailable(error: &VerifyError) -> Diagnostic {
    let help = match error {
        VerifyError::Tool { help, .. } => help,
        _ => "free space or permissions in the temporary folder, then run again",
    };
    Diagnostic::error(VERIFY_UNAVAILABLE, error.to_string()).help(help)
}

/// The code of imports and of what is behind them, each name once; that a name means one file, resolve has seen to.
fn modules(imports: &[ResolvedImport]) -> Vec<ImportedModule> {
    let direct = imports.iter().map(|own| (own.module(), own.code.clone()));
    let behind = imports.iter().flat_map(|own| &own.behind).map(|own| (own.name.clone(), own.code.clone()));
    let by_name: BTreeMap<String, String> = behind.chain(direct).collect();
    by_name.into_iter().map(|(name, code)| ImportedModule { name, code }).collect()
}

/// What an import offers: the declarations of its code, or its names where that shows none.
fn interface(import: &ResolvedImport, target: Target) -> ImportedInterface {
    let declared = derive::interface(&import.code, target);
    ImportedInterface {
        property: import.property.clone(),
        module: import.module(),
        hash: import.constraint_set_hash.clone(),
        interface: if declared.is_empty() { import.interface.clone() } else { declared },
    }
}

/// One receipt for several calls: when the first began, how long all took, and the hash of their prompts' hashes, one a line.
fn whole(calls: &[Receipt]) -> Receipt {
    let hashes: String = calls.iter().map(|own| format!("{}\n", own.prompt_hash)).collect();
    Receipt {
        prompt_hash: sha256_hex(hashes.as_bytes()),
        started_at: calls.first().map(|own| own.started_at.clone()).unwrap_or_default(),
        duration_ms: calls.iter().map(|own| own.duration_ms).sum(),
    }
}
