//! Many cases as one spec, so that compilers are started seldom.

use crate::case::{Case, Program};
use crate::error::Error;
use crate::protocol::Request;
use crate::tree::ModuleTree;
use etymon_spec::ast::{ModuleDecl, Name};
use etymon_spec::{Layer, Spec};
use std::collections::HashMap;
use std::sync::Arc;

/// Most functions in a batch besides those of the spec itself; rustc takes about 8 seconds for them at opt-level 0.
pub const MAX_FUNCTIONS: usize = 1000;

/// Cases and the spec that holds all their programs, each under names of its own.
#[derive(Debug)]
pub struct Batch {
    /// What is emitted and compiled.
    pub spec: Spec,
    /// The calls into it, one for each case, with the case's identifier.
    pub requests: Vec<Request>,
    /// The cases as they were.
    pub cases: Vec<Case>,
}

/// Collects programs and renames their modules, so that none meet.
#[derive(Default)]
struct Merge {
    decls: Vec<(Layer, ModuleDecl)>,
    /// New paths by program and old path.
    renamed: HashMap<*const Program, HashMap<String, String>>,
    /// The same program given twice is compiled once.
    known: HashMap<String, *const Program>,
    functions: usize,
}

impl Merge {
    fn add(&mut self, program: &Arc<Program>) {
        let key = Arc::as_ptr(program);
        if self.renamed.contains_key(&key) {
            return;
        }
        let image = program.image();
        if let Some(same) = self.known.get(&image) {
            let paths = self.renamed[same].clone();
            self.renamed.insert(key, paths);
            return;
        }
        let number = self.known.len();
        let fresh = |at: usize| format!("P{number}_{at}");
        let paths = program.modules.iter().enumerate();
        let paths: HashMap<String, String> =
            paths.map(|(at, module)| (module.path(), format!("{}/{}", module.layer, fresh(at)))).collect();
        for (at, module) in program.modules.iter().enumerate() {
            self.decls.push((module.layer, renamed(module, &fresh(at), &paths).decl()));
        }
        self.functions += program.functions();
        self.renamed.insert(key, paths);
        self.known.insert(image, key);
    }
}

fn renamed(module: &ModuleTree, name: &str, paths: &HashMap<String, String>) -> ModuleTree {
    let mut module = module.clone();
    module.name = Name::from(name);
    for (_, source) in &mut module.imports {
        if let Some(path) = paths.get(source.as_ref()) {
            *source = Name::from(path.as_str());
        }
    }
    module
}

impl Batch {
    /// One batch of all `cases`; those without a program call into `base`.
    ///
    /// # Errors
    /// [`Error::Spec`] for programs whose imports do not resolve.
    pub fn new(base: Option<&Spec>, cases: Vec<Case>) -> Result<Batch, Error> {
        let mut merge = Merge::default();
        for case in &cases {
            if let Some(program) = &case.program {
                merge.add(program);
            }
        }
        let requests = cases.iter().map(|case| request(case, &merge)).collect();
        let own = base.into_iter().flat_map(|spec| &spec.modules).map(|module| (module.layer, module.decl.clone()));
        let decls = own.chain(merge.decls).collect();
        let spec = Spec::unchecked("parity", decls).map_err(|report| Error::spec(&report))?;
        Ok(Batch { spec, requests, cases })
    }

    /// Several batches of at most [`MAX_FUNCTIONS`] functions, in order. Calls into `base` go into the first.
    ///
    /// # Errors
    /// As [`Batch::new`].
    pub fn split(base: Option<&Spec>, cases: Vec<Case>) -> Result<Vec<Batch>, Error> {
        let (into_base, with_program): (Vec<Case>, Vec<Case>) =
            cases.into_iter().partition(|case| case.program.is_none());
        let mut groups = vec![into_base];
        let mut counted: HashMap<*const Program, ()> = HashMap::new();
        let mut functions = 0;
        for case in with_program {
            let own = case.program.as_ref().map_or(0, |program| {
                if counted.insert(Arc::as_ptr(program), ()).is_some() { 0 } else { program.functions() }
            });
            if functions + own > MAX_FUNCTIONS {
                groups.push(Vec::new());
                functions = 0;
            }
            functions += own;
            if let Some(group) = groups.last_mut() {
                group.push(case);
            }
        }
        groups.retain(|group| !group.is_empty());
        let whole = |(at, group): (usize, Vec<Case>)| Batch::new(if at == 0 { base } else { None }, group);
        groups.into_iter().enumerate().map(whole).collect()
    }
}

fn request(case: &Case, merge: &Merge) -> Request {
    let renamed = case.program.as_ref().and_then(|program| {
        let (path, name) = case.call.split_once('.')?;
        let path = merge.renamed.get(&Arc::as_ptr(program))?.get(path)?;
        Some(format!("{path}.{name}"))
    });
    Request {
        id: case.id.clone(),
        suite: case.suite.clone(),
        call: renamed.unwrap_or_else(|| case.call.clone()),
        args: case.args.clone(),
    }
}
