//! Every exported function of the spec: arguments that its parameter names suggest, ill-typed ones, and real proofs.

mod access;
mod domain;
mod proofs;
mod rows;
mod signed;

use super::draft::Suite;
use super::values;
use etymon_kernel_rt::Val;
use etymon_spec::Spec;
use etymon_spec::ast::Name;

/// Argument sets for each function, besides the ill-typed ones.
const SETS: usize = 8;

/// Every exported function of `spec`.
pub(super) fn functions(spec: &Spec) -> Suite {
    let mut suite = Suite::new("spec");
    for module in &spec.modules {
        let decl = &module.decl;
        let functions = decl.functions.iter().filter(|own| own.is_export).map(|own| (&own.name, &own.params));
        let effects = decl.effect_functions.iter().filter(|own| own.is_export).map(|own| (&own.name, &own.params));
        for (name, params) in functions.chain(effects) {
            calls(&mut suite, &format!("{}.{name}", module.path), params);
        }
        for class in decl.classes.iter().filter(|own| own.is_export) {
            calls(&mut suite, &format!("{}.{}.new", module.path, class.name), &class.constructor_params);
            for method in &class.methods {
                let mut params = vec![Name::from("this")];
                params.extend(method.params.iter().cloned());
                calls(&mut suite, &format!("{}.{}.{}", module.path, class.name, method.name), &params);
            }
        }
    }
    proofs::proofs(&mut suite);
    signed::signed(&mut suite);
    access::access(&mut suite, spec);
    rows::rows(&mut suite);
    suite
}

fn calls(suite: &mut Suite, call: &str, params: &[Name]) {
    let pools: Vec<Vec<Val>> = params.iter().map(|name| domain::values(name)).collect();
    let mut seen: Vec<Vec<Val>> = Vec::new();
    let mut add = |args: Vec<Val>| {
        if !seen.contains(&args) {
            suite.spec(&format!("{call} {}", seen.len()), call, args.clone());
            seen.push(args);
        }
    };
    // Each set takes another step through each pool, so that values meet in many ways.
    for set in 0..SETS {
        add(pools.iter().enumerate().map(|(at, pool)| pool[(set + at * (set / 2)) % pool.len()].clone()).collect());
    }
    for own in values::by_type() {
        add(vec![own.value; params.len()]);
    }
    // One argument at a time of another type.
    for at in 0..params.len() {
        let mut args: Vec<Val> = pools.iter().map(|pool| pool[0].clone()).collect();
        args[at] = values::r([("a", values::nat(1))]);
        add(args);
    }
}
