//! Where values of the committed spec may go: the node's key into primitives that sign or derive its public key and nowhere else, and
//! every path through `step` to exactly one `transport.respond`. Each check is shown a spec with the defect that it looks for.

use etymon_kernel_rt::Prim;
use etymon_spec::ast::{Ast, Expr, ExprId, Lit, Name, Stmt, StmtId};
use etymon_spec::resolve::{Callee, Place, World};
use etymon_spec::{ImageFile, Spec};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// What of a value derives from the key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Taint {
    /// Nothing.
    Clean,
    /// All of it.
    Secret,
    /// These fields of a record.
    Fields(BTreeMap<Name, Taint>),
    /// The items of a list.
    Items(Box<Taint>),
}

use Taint::{Clean, Fields, Items, Secret};

impl Taint {
    fn fields(fields: impl IntoIterator<Item = (Name, Taint)>) -> Taint {
        let own: BTreeMap<Name, Taint> = fields.into_iter().filter(|(_, taint)| *taint != Clean).collect();
        if own.is_empty() { Clean } else { Fields(own) }
    }

    fn items(item: Taint) -> Taint {
        if item == Clean { Clean } else { Items(Box::new(item)) }
    }

    fn join(self, other: Taint) -> Taint {
        match (self, other) {
            (Clean, one) | (one, Clean) => one,
            (Items(one), Items(other)) => Taint::items(one.join(*other)),
            (Fields(mut one), Fields(other)) => {
                for (name, taint) in other {
                    let own = one.remove(&name).unwrap_or(Clean);
                    one.insert(name, own.join(taint));
                }
                Fields(one)
            }
            _ => Secret,
        }
    }

    fn get(&self, name: &str) -> Taint {
        match self {
            Fields(fields) => fields.get(name).cloned().unwrap_or(Clean),
            Clean => Clean,
            Secret | Items(_) => Secret,
        }
    }

    /// Where in the value it is, for people.
    fn places(&self, at: &str, places: &mut Vec<String>) {
        match self {
            Clean => {}
            Secret => places.push(at.to_owned()),
            Fields(fields) => fields.iter().for_each(|(name, taint)| taint.places(&format!("{at}.{name}"), places)),
            Items(item) => item.places(&format!("{at}[]"), places),
        }
    }
}

/// All of it if any of it.
fn any(taints: impl IntoIterator<Item = Taint>) -> Taint {
    if taints.into_iter().any(|taint| taint != Clean) { Secret } else { Clean }
}

/// The argument of a primitive that takes the key and whose answer does not give it away.
fn takes_key(prim: Prim) -> Option<usize> {
    match prim {
        Prim::SchnorrSign => Some(1),
        Prim::SignSTH => Some(3),
        Prim::DerivePublicKey => Some(0),
        _ => None,
    }
}

/// Bindings, a later one shadowing an earlier one.
type Env = Vec<(Name, Taint)>;

/// Follows the key through expressions and calls.
struct Flow<'s> {
    world: World<'s>,
    known: HashMap<(Callee2, Vec<Taint>), Taint>,
    leaks: BTreeSet<String>,
    /// Signing primitives that the key came to.
    used: BTreeSet<&'static str>,
}

/// [`Callee`] as a key of a map.
type Callee2 = (u8, usize, usize, usize);

fn named(callee: Callee) -> Callee2 {
    match callee {
        Callee::Function(module, at) => (0, module, at, 0),
        Callee::EffectFunction(module, at) => (1, module, at, 0),
        Callee::Constructor(module, at) => (2, module, at, 0),
        Callee::Method(module, class, at) => (3, module, class, at),
    }
}

impl<'s> Flow<'s> {
    fn call(&mut self, callee: Callee, args: Vec<Taint>) -> Taint {
        let key = (named(callee), args);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let (_, args) = key.clone();
        let result = match callee {
            Callee::Function(module, at) => {
                let decl = self.world.module(module);
                let func = &decl.functions[at];
                let mut env = bind(&func.params, args);
                self.expr(module, Place::Function(at), &decl.ast, func.body, &mut env)
            }
            Callee::EffectFunction(module, at) => {
                let decl = self.world.module(module);
                let func = &decl.effect_functions[at];
                let place = format!("{}.{}", decl.name, func.name);
                let mut env = bind(&func.params, args);
                self.stmt(&place, module, Place::EffectFunction, &decl.ast, func.body, &mut env)
            }
            Callee::Constructor(module, class) => {
                let decl = self.world.module(module);
                let own = &decl.classes[class];
                let place = format!("{}.new", own.name);
                let mut env = bind(&own.constructor_params, args);
                self.stmt(&place, module, Place::Constructor(class), &decl.ast, own.constructor_body, &mut env)
            }
            Callee::Method(module, class, at) => {
                let decl = self.world.module(module);
                let own = &decl.classes[class].methods[at];
                let place = format!("{}.{}", decl.classes[class].name, own.name);
                let mut args = args.into_iter();
                let mut env = vec![(Name::from("this"), args.next().unwrap_or(Clean))];
                env.extend(bind(&own.params, args));
                self.stmt(&place, module, Place::Method(class, at), &decl.ast, own.body, &mut env)
            }
        };
        self.known.insert(key, result.clone());
        result
    }

    fn scoped(
        &mut self,
        env: &mut Env,
        name: &Name,
        taint: Taint,
        inner: impl FnOnce(&mut Self, &mut Env) -> Taint,
    ) -> Taint {
        env.push((name.clone(), taint));
        let result = inner(self, env);
        env.pop();
        result
    }

    fn expr(&mut self, module: usize, place: Place, ast: &'s Ast, id: ExprId, env: &mut Env) -> Taint {
        match &ast[id] {
            Expr::Var(name) => match env.iter().rev().find(|(own, _)| own == name) {
                Some((_, taint)) => taint.clone(),
                // A constant: written in the spec.
                None => Clean,
            },
            Expr::Lit(..) => Clean,
            // Opaque: may do anything with what it sees.
            Expr::Lam(..) | Expr::App(..) | Expr::RawExpr(_) => any(env.iter().map(|(_, taint)| taint.clone())),
            Expr::LetE(name, value, body) => {
                let value = self.expr(module, place, ast, *value, env);
                self.scoped(env, name, value, |flow, env| flow.expr(module, place, ast, *body, env))
            }
            Expr::IfE(cond, then, other) => {
                let cond = self.expr(module, place, ast, *cond, env);
                let then = self.expr(module, place, ast, *then, env);
                let other = self.expr(module, place, ast, *other, env);
                if cond == Clean { then.join(other) } else { Secret }
            }
            Expr::Dispatch(scrutinee, cases, default) => {
                let scrutinee = self.expr(module, place, ast, *scrutinee, env);
                let mut result = self.expr(module, place, ast, *default, env);
                for (_, case) in cases {
                    result = result.join(self.expr(module, place, ast, *case, env));
                }
                if scrutinee == Clean { result } else { Secret }
            }
            Expr::Record(fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| (name.clone(), self.expr(module, place, ast, *value, env)))
                    .collect();
                Taint::fields(fields)
            }
            Expr::Get(record, name) => self.expr(module, place, ast, *record, env).get(name),
            Expr::Set(record, name, value) => {
                let record = self.expr(module, place, ast, *record, env);
                let value = self.expr(module, place, ast, *value, env);
                match record {
                    Clean => Taint::fields([(name.clone(), value)]),
                    Fields(mut fields) => {
                        fields.insert(name.clone(), value);
                        Taint::fields(fields)
                    }
                    Secret | Items(_) => Secret,
                }
            }
            Expr::List(items) => {
                let item = items.iter().fold(Clean, |all, item| all.join(self.expr(module, place, ast, *item, env)));
                Taint::items(item)
            }
            Expr::Fold { list, init, acc, elem, body } => {
                let item = match self.expr(module, place, ast, *list, env) {
                    Clean => Clean,
                    Items(item) => *item,
                    // How many there are is told, too.
                    Secret | Fields(_) => return Secret,
                };
                let mut result = self.expr(module, place, ast, *init, env);
                for round in 0.. {
                    let before = result.clone();
                    env.push((acc.clone(), result.clone()));
                    let next =
                        self.scoped(env, elem, item.clone(), |flow, env| flow.expr(module, place, ast, *body, env));
                    env.pop();
                    result = result.join(next);
                    if result == before {
                        break;
                    }
                    if round > 8 {
                        return Secret;
                    }
                }
                result
            }
            Expr::Op(_, args) => {
                let args: Vec<Taint> = args.iter().map(|arg| self.expr(module, place, ast, *arg, env)).collect();
                any(args)
            }
            Expr::Prim(prim, args) => {
                let args: Vec<Taint> = args.iter().map(|arg| self.expr(module, place, ast, *arg, env)).collect();
                let key = takes_key(*prim);
                if let Some(at) = key
                    && args.get(at).is_some_and(|arg| *arg != Clean)
                {
                    self.used.insert(prim.name());
                }
                any(args.into_iter().enumerate().filter(|(at, _)| Some(*at) != key).map(|(_, arg)| arg))
            }
            Expr::Call(name, args) => {
                let args: Vec<Taint> = args.iter().map(|arg| self.expr(module, place, ast, *arg, env)).collect();
                match self.world.callee(module, place, name) {
                    Ok(callee) => self.call(callee, args),
                    Err(_) => any(args),
                }
            }
        }
    }

    fn leak(&mut self, place: &str, what: &str, taint: &Taint) {
        let mut places = Vec::new();
        taint.places(what, &mut places);
        self.leaks.extend(places.into_iter().map(|at| format!("{place}: {at}")));
    }

    /// Answers what is returned, and notes what of the key leaves with an effect, or decides about one.
    fn stmt(&mut self, label: &str, module: usize, place: Place, ast: &'s Ast, id: StmtId, env: &mut Env) -> Taint {
        match &ast[id] {
            Stmt::Ret(value) => self.expr(module, place, ast, *value, env),
            Stmt::Emit(kind, payload, rest) => {
                for (field, value) in payload {
                    let taint = self.expr(module, place, ast, *value, env);
                    self.leak(label, &format!("{kind}.{field}"), &taint);
                }
                self.stmt(label, module, place, ast, *rest, env)
            }
            Stmt::LetS(name, value, body) => {
                let value = self.expr(module, place, ast, *value, env);
                self.scoped(env, name, value, |flow, env| flow.stmt(label, module, place, ast, *body, env))
            }
            Stmt::IfS(cond, then, other) => {
                let cond = self.expr(module, place, ast, *cond, env);
                self.leak(label, "a condition", &cond);
                let then = self.stmt(label, module, place, ast, *then, env);
                then.join(self.stmt(label, module, place, ast, *other, env))
            }
            Stmt::Dispatch(scrutinee, cases, default) => {
                let scrutinee = self.expr(module, place, ast, *scrutinee, env);
                self.leak(label, "a condition", &scrutinee);
                let mut result = self.stmt(label, module, place, ast, *default, env);
                for (_, case) in cases {
                    result = result.join(self.stmt(label, module, place, ast, *case, env));
                }
                result
            }
            Stmt::ForIn(collection, elem, body, rest) => {
                let item = match self.expr(module, place, ast, *collection, env) {
                    Items(item) => *item,
                    taint => {
                        self.leak(label, "the length of a list", &taint);
                        taint
                    }
                };
                let inner = self.scoped(env, elem, item, |flow, env| flow.stmt(label, module, place, ast, *body, env));
                inner.join(self.stmt(label, module, place, ast, *rest, env))
            }
            Stmt::Seq(first, second) => {
                let first = self.stmt(label, module, place, ast, *first, env);
                first.join(self.stmt(label, module, place, ast, *second, env))
            }
        }
    }
}

fn bind(params: &[Name], args: impl IntoIterator<Item = Taint>) -> Env {
    params.iter().cloned().zip(args).collect()
}

/// Where the key of a parameter `context` leaves: every function of the spec that has one, all that they call, and nothing else.
fn leaks(spec: &Spec) -> (BTreeSet<String>, BTreeSet<&'static str>, usize) {
    let mut flow =
        Flow { world: World::of_spec(spec), known: HashMap::new(), leaks: BTreeSet::new(), used: BTreeSet::new() };
    let mut entries = Vec::new();
    for (module, own) in spec.modules.iter().enumerate() {
        let decl = &own.decl;
        let exported = decl.functions.iter().enumerate().filter(|(_, func)| func.is_export);
        entries.extend(exported.map(|(at, func)| {
            (format!("{}.{}", own.path, func.name), Callee::Function(module, at), func.params.clone())
        }));
        let effects = decl.effect_functions.iter().enumerate();
        entries.extend(effects.map(|(at, func)| {
            (format!("{}.{}", own.path, func.name), Callee::EffectFunction(module, at), func.params.clone())
        }));
        for (class, each) in decl.classes.iter().enumerate() {
            for (at, method) in each.methods.iter().enumerate() {
                let params = std::iter::once(Name::from("this")).chain(method.params.iter().cloned()).collect();
                entries.push((
                    format!("{}.{}.{}", own.path, each.name, method.name),
                    Callee::Method(module, class, at),
                    params,
                ));
            }
        }
    }
    entries.retain(|(_, _, params)| params.iter().any(|param| param.as_ref() == "context"));
    for (name, callee, params) in &entries {
        let context = Taint::fields([(Name::from("key"), Secret)]);
        let args =
            params.iter().map(|param| if param.as_ref() == "context" { context.clone() } else { Clean }).collect();
        let result = flow.call(*callee, args);
        flow.leak(name, "its result", &result);
    }
    (flow.leaks, flow.used, entries.len())
}

/// How often a path emits an effect, and whether it ends there.
type Paths = BTreeSet<(usize, bool)>;

fn paths(ast: &Ast, id: StmtId, effect: &str) -> Result<Paths, String> {
    let then = |first: Paths, second: Paths| -> Paths {
        let ended = first.iter().filter(|(_, ends)| *ends).copied();
        let goes_on = first.iter().filter(|(_, ends)| !ends).map(|(count, _)| *count);
        ended.chain(goes_on.flat_map(|count| second.iter().map(move |(more, ends)| (count + more, *ends)))).collect()
    };
    Ok(match &ast[id] {
        Stmt::Ret(value) => {
            let falls_through = matches!(&ast[*value], Expr::Lit(lit, _) if ast[*lit] == Lit::None);
            Paths::from([(0, !falls_through)])
        }
        Stmt::Emit(kind, _, rest) => {
            then(Paths::from([(usize::from(kind.as_ref() == effect), false)]), paths(ast, *rest, effect)?)
        }
        Stmt::LetS(_, _, body) => paths(ast, *body, effect)?,
        Stmt::IfS(_, one, other) => paths(ast, *one, effect)?.union(&paths(ast, *other, effect)?).copied().collect(),
        Stmt::Dispatch(_, cases, default) => {
            let mut all = paths(ast, *default, effect)?;
            for (_, case) in cases {
                all.extend(paths(ast, *case, effect)?);
            }
            all
        }
        Stmt::ForIn(_, _, body, rest) => {
            let mut round = paths(ast, *body, effect)?;
            if round.iter().any(|(count, _)| *count > 0) {
                return Err(format!("{effect} in a loop"));
            }
            // The list may be empty.
            round.insert((0, false));
            then(round, paths(ast, *rest, effect)?)
        }
        Stmt::Seq(first, second) => then(paths(ast, *first, effect)?, paths(ast, *second, effect)?),
    })
}

/// How often the bodies that answer a request respond: those of `node/Node.step`, and of the method that does the same.
fn responses(spec: &Spec) -> Vec<(&'static str, Result<BTreeSet<usize>, String>)> {
    let decl = &spec.module("node/Node").expect("node/Node").decl;
    let step = decl.effect_functions.iter().find(|func| func.name.as_ref() == "step").expect("step").body;
    let handle = decl
        .classes
        .iter()
        .flat_map(|class| &class.methods)
        .find(|method| method.name.as_ref() == "handle")
        .expect("handle")
        .body;
    [("step", step), ("handle", handle)]
        .map(|(name, body)| {
            (
                name,
                paths(&decl.ast, body, "transport.respond")
                    .map(|all| all.into_iter().map(|(count, _)| count).collect()),
            )
        })
        .to_vec()
}

fn once(spec: &Spec) -> bool {
    responses(spec).into_iter().all(|(_, counts)| counts == Ok(BTreeSet::from([1])))
}

fn golden() -> Spec {
    Spec::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden/spec")).expect("the committed spec")
}

/// The committed spec with one module changed.
fn changed(path: &str, change: impl FnOnce(&mut Value)) -> Spec {
    let spec = golden();
    let files: Vec<ImageFile> = spec
        .modules
        .iter()
        .map(|module| ImageFile {
            file: module.file.clone(),
            path: module.path.clone(),
            bytes: module.image.clone().into_bytes(),
        })
        .collect();
    let mut files = files;
    let own = files.iter_mut().find(|file| file.path == path).expect("the module");
    let mut image: Value = serde_json::from_slice(&own.bytes).expect("JSON");
    let before = image.clone();
    change(&mut image["module"]);
    assert_ne!(image, before, "nothing was planted");
    own.bytes = serde_json::to_vec(&image).expect("JSON");
    Spec::from_files("planted", &files).expect("a spec that the checker takes")
}

fn function<'v>(module: &'v mut Value, list: &str, name: &str) -> &'v mut Value {
    let found = module[list].as_array_mut().expect("a list").iter_mut().find(|own| own["name"] == name);
    &mut found.expect("the function")["body"]
}

/// Expressions and statements nest deeper than a test's stack.
fn deep<T: Send>(task: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(256 << 20).spawn_scoped(scope, task).expect("a thread");
        thread.join().expect("no panic")
    })
}

fn key() -> Value {
    json!({"get": [{"var": "context"}, "key"]})
}

#[test]
fn the_key_reaches_only_what_signs_or_derives_the_public_key() {
    let (leaks, used, entries) = deep(|| leaks(&golden()));
    assert_eq!(leaks, BTreeSet::new());
    // It was followed to where it is for.
    assert_eq!(used, BTreeSet::from(["derivePublicKey", "schnorrSign", "signSTH"]));
    assert!(entries > 10, "{entries} functions take a context");
}

#[test]
fn a_planted_leak_is_found() {
    let info = |value: Value| {
        changed("node/Node", move |module| *function(module, "functions", "info") = json!({"call": ["ok", [value]]}))
    };
    let text = |text: &str| json!({"lit": {"str": text}});
    let plant: Vec<(&str, Spec, &str)> = vec![
        ("the key itself", info(json!({"record": [["seq_pub", key()]]})), "payload"),
        ("a hash of it", info(json!({"prim": ["sha256Str", [key()]]})), "payload"),
        ("its context", info(json!({"var": "context"})), "payload"),
        ("in a list", info(json!({"list": [text("x"), key()]})), "payload"),
        ("one bit of it", info(json!({"ifE": [{"op": ["eq", [key(), text("00")]]}, text("a"), text("b")]})), "payload"),
        ("a dispatch over it", info(json!({"dispatch": [key(), [["00", text("a")]], text("b")]})), "payload"),
        ("its length", info(json!({"op": ["lengthStr", [key()]]})), "payload"),
        (
            "carried by a fold",
            info(
                json!({"fold": [{"list": [key()]}, text(""), "all", "one", {"op": ["concatStr", [{"var": "all"}, {"var": "one"}]]}]}),
            ),
            "payload",
        ),
        (
            "a secret that is derived from it",
            info(
                json!({"prim": ["ecdh", [{"prim": ["hexToBytes", [key()]]}, {"prim": ["hexToBytes", [text("00")]]}]]}),
            ),
            "payload",
        ),
        (
            "the key as what is signed",
            info(
                json!({"prim": ["schnorrSign", [{"prim": ["hexToBytes", [key()]]}, {"prim": ["hexToBytes", [text("00")]]}]]}),
            ),
            "payload",
        ),
        (
            "in what is stored",
            changed("node/Node", |module| {
                let body = function(module, "effectFunctions", "step");
                let answer = body["letS"][1].take();
                body["letS"][1] =
                    json!({"set": [answer, "state", {"set": [{"get": [answer_of(), "state"]}, "debug", key()]}]});
            }),
            "storage.writeState.state.debug",
        ),
        (
            "in a push",
            changed("node/Node", |module| {
                let body = function(module, "effectFunctions", "step");
                let answer = body["letS"][1].take();
                body["letS"][1] = json!({"set": [answer, "pushes", {"list": [{"record": [["endpoint", key()]]}]}]});
            }),
            "notification.push.endpoint",
        ),
        (
            "as an effect that comes or does not",
            changed("node/Node", |module| {
                let body = function(module, "effectFunctions", "step");
                let rest = body["letS"][2].take();
                body["letS"][2] = json!({"ifS": [{"op": ["eq", [key(), text("00")]]}, rest.clone(), rest]});
            }),
            "a condition",
        ),
        (
            "as a result",
            changed("node/Node", |module| {
                let body = function(module, "effectFunctions", "step").clone();
                *function(module, "effectFunctions", "step") = json!({"seq": [{"emit": ["transport.respond", [["payload", text("")], ["status", text("")]], {"ret": key()}]}, body]});
            }),
            "its result",
        ),
        (
            "two modules below",
            changed("kernel/Crypto", |module| {
                *function(module, "functions", "signHash") = json!({"var": "privateKey"})
            }),
            "payload",
        ),
    ];
    for (what, spec, place) in plant {
        let (leaks, ..) = deep(|| leaks(&spec));
        assert!(leaks.iter().any(|leak| leak.contains(place)), "{what}: {leaks:?}");
    }
}

fn answer_of() -> Value {
    json!({"call": ["answerOf", [{"var": "state"}, {"var": "request"}, {"var": "context"}]]})
}

#[test]
fn step_responds_exactly_once_on_every_path() {
    let spec = golden();
    for (name, counts) in responses(&spec) {
        assert_eq!(counts, Ok(BTreeSet::from([1])), "{name}");
    }
}

#[test]
fn a_path_that_responds_twice_or_never_is_found() {
    let respond = |rest: Value| json!({"emit": ["transport.respond", [["payload", {"lit": {"none": null}}], ["status", {"lit": {"nat": "200"}}]], rest]});
    let fall = || json!({"ret": {"lit": {"none": null}}});
    let yes = || json!({"lit": {"bool": true}});
    let step = |change: &dyn Fn(Value) -> Value| {
        changed("node/Node", |module| {
            let body = function(module, "effectFunctions", "step");
            *body = change(body.take());
        })
    };
    let plant: [(&str, Spec); 6] = [
        ("twice", step(&|body| respond(body))),
        ("twice on one path", step(&|body| json!({"seq": [{"ifS": [yes(), respond(fall()), fall()]}, body]}))),
        ("never", step(&|_| json!({"ret": yes()}))),
        ("never on one path", step(&|body| json!({"ifS": [yes(), body, fall()]}))),
        ("never where a loop returns", step(&|body| json!({"forIn": [{"var": "state"}, "one", {"ret": yes()}, body]}))),
        ("in a loop", step(&|body| json!({"forIn": [{"var": "state"}, "one", respond(fall()), body]}))),
    ];
    for (what, spec) in plant {
        assert!(!once(&spec), "{what}");
    }
}
