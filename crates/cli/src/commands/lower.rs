//! `etymon lower`.

use crate::args::LowerArgs;
use crate::output::{Outcome, Output};
use crate::source;
use etymon_diagnostics::Report;
use etymon_emit::lower as print;
use etymon_spec::image::{Source, locate, read_node};

/// Prints one node in a target language.
pub fn lower(args: &LowerArgs, output: &Output) -> Outcome {
    let bytes = source::read(&args.file)?;
    let source = Source { path: &args.file, bytes: &bytes };
    let node = read_node(source)?;
    let text = print(&node, args.profile.into(), args.to.into()).map_err(|refusal| {
        let mut refused = Report::from(refusal);
        locate(&mut refused, source);
        refused
    })?;
    if output.json {
        output.print_json(&serde_json::json!({ "text": text }));
    } else {
        output.print(&format!("{text}\n"));
    }
    Ok(())
}
