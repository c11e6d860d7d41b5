//! `etymon eval`.

use crate::args::EvalArgs;
use crate::output::{Outcome, Output};
use crate::source;
use etymon_diagnostics::Report;
use etymon_kernel_rt::wire;
use etymon_spec::eval::{Answer, Limits, run};
use etymon_spec::image::{Source, locate, read_program};
use etymon_spec::program::{Program, Task};

/// Evaluates one program and prints its value.
pub fn eval(args: &EvalArgs, output: &Output) -> Outcome {
    let bytes = source::read(&args.file)?;
    let text = Source { path: &args.file, bytes: &bytes };
    let program = read_program(text)?;
    let spec = if needs_spec(&program) { Some(source::load(args.spec.as_deref(), None)?) } else { None };
    let answer = run(&program, spec.as_ref(), Limits::default()).map_err(|mut refused| {
        locate(&mut refused, text);
        refused
    })?;
    output.print(&printed(&answer));
    if let Some(warning) = answer.warning {
        let mut warning = Report::from(*warning);
        locate(&mut warning, text);
        output.report(&warning);
    }
    Ok(())
}

fn needs_spec(program: &Program) -> bool {
    match &program.module {
        Some(own) => !own.imports.is_empty(),
        None => {
            let calls_into_spec = matches!(&program.task, Task::Call(name, _) if name.contains('/'));
            program.module_path.is_some() || calls_into_spec
        }
    }
}

/// The value in tagged JSON; with effects, `{"value":v,"effects":[record,…]}`.
fn printed(answer: &Answer) -> String {
    let value = wire::encode(&answer.value);
    match &answer.effects {
        None => format!("{value}\n"),
        Some(effects) => {
            let effects: Vec<String> = effects.iter().map(wire::encode).collect();
            format!("{{\"value\":{value},\"effects\":[{}]}}\n", effects.join(","))
        }
    }
}
