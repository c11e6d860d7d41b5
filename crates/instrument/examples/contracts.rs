//! Writes the contracts of instruments into a folder: `cargo run --example contracts -- OUT SPEC…`.

use etymon_diagnostics::{SourceFile, Style};
use etymon_instrument::ast::Unit;
use etymon_instrument::{parser, solidity};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(out) = args.next() else {
        eprintln!("error: usage: contracts OUT SPEC…");
        return ExitCode::from(2);
    };
    let mut code = ExitCode::SUCCESS;
    for spec in args {
        if let Err(told) = write(Path::new(&out), &spec) {
            eprintln!("{spec}: {told}");
            code = ExitCode::from(3);
        }
    }
    code
}

fn write(out: &Path, spec: &str) -> Result<(), String> {
    let text = std::fs::read_to_string(spec).map_err(|error| error.to_string())?;
    let unit = parser::parse(&SourceFile::new(spec, text)).map_err(|report| report.to_text(&Style::plain()))?;
    let Unit::Instrument(instrument) = unit else { return Ok(()) };
    let artifacts = solidity::emit(&instrument).map_err(|report| report.to_text(&Style::plain()))?;
    for artifact in artifacts {
        std::fs::write(out.join(&artifact.path), artifact.bytes).map_err(|error| error.to_string())?;
    }
    Ok(())
}
