//! `etymon lower`.

use crate::args::LowerArgs;
use crate::output::{Outcome, Output};
use crate::source;
use etymon_emit::lower as print;
use etymon_spec::image::{Source, read_node};

/// Prints one node in a target language.
pub fn lower(args: &LowerArgs, output: &Output) -> Outcome {
    let bytes = source::read(&args.file)?;
    let node = read_node(Source { path: &args.file, bytes: &bytes })?;
    let text = print(&node, args.profile.into(), args.to.into()).map_err(Box::new)?;
    if output.json {
        output.print_json(&serde_json::json!({ "text": text }));
    } else {
        output.print(&format!("{text}\n"));
    }
    Ok(())
}
