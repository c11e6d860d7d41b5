//! Reading images and programs: every refusal says where in the JSON it is.

use super::decl;
use super::tree::{Builder, EXPR_TAGS};
use super::{BAD_IMAGE, BAD_JSON, LIMIT_DEPTH, LIMIT_INPUT, MAX_DEPTH, MAX_INPUT, UNKNOWN_NODE};
use crate::about::About;
use crate::ast::{Ast, ModuleDecl, Name, Node};
use crate::codes::LIMIT_SIZE;
use crate::program::{Program, Task};
use crate::template::TemplateDecl;
use etymon_diagnostics::{Diagnostic, Origin, SourceFile, Span, closest};
use etymon_kernel_rt::json::{ErrorKind, Kind, NodeId, Tape};
use etymon_kernel_rt::{Val, wire};

/// A text and the path it is spoken of by.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Path for diagnostics, `-` for standard input.
    pub path: &'a str,
    /// The text, not yet known to be UTF-8.
    pub bytes: &'a [u8],
}

/// A refusal, boxed because diagnostics are large and rare.
pub(super) type Fail = Box<Diagnostic>;

/// The tape being read, and the text it came from.
pub(super) struct Ctx<'t, 'a> {
    pub(super) tape: &'t Tape<'a>,
    source: Source<'a>,
}

fn tape<'a>(source: Source<'a>) -> Result<Tape<'a>, Fail> {
    if source.bytes.len() > MAX_INPUT {
        let message = format!("the input has {} bytes, more than {MAX_INPUT}", source.bytes.len());
        return Err(Box::new(
            Diagnostic::error(LIMIT_INPUT, message).at(Origin::path(source.path)).help("split it into several modules"),
        ));
    }
    Tape::read(source.bytes, MAX_DEPTH).map_err(|error| {
        let (code, help) = match error.kind {
            ErrorKind::Depth => (LIMIT_DEPTH, format!("at most {MAX_DEPTH} nested arrays and objects are read")),
            ErrorKind::RepeatedKey => (BAD_JSON, "give each key of an object once".to_owned()),
            ErrorKind::LoneSurrogate => (BAD_JSON, "write the character itself, or both halves of its pair".to_owned()),
            _ => (BAD_JSON, "an image is one JSON object in UTF-8 (RFC 8259)".to_owned()),
        };
        let file = SourceFile::from_bytes(source.path, source.bytes);
        let place = Origin::span(&file, Span::at(error.at));
        Box::new(Diagnostic::error(code, error.kind.text()).at(place).help(help))
    })
}

/// Reads the image of one module: `{"module":{…}}`, or the bare declaration.
///
/// # Errors
/// `LIMIT_INPUT`, `LIMIT_DEPTH`, `BAD_JSON`, `BAD_IMAGE`, `UNKNOWN_NODE`, each with its JSON path.
pub fn read_module(source: Source<'_>) -> Result<ModuleDecl, Box<Diagnostic>> {
    let tape = tape(source)?;
    let ctx = Ctx { tape: &tape, source };
    decl::module(&ctx, ctx.unwrap_module(0)?)
}

/// What one image file holds.
#[derive(Debug)]
pub enum File {
    /// `{"module":{…}}`, or the bare declaration.
    Module(ModuleDecl),
    /// `{"template":{…}}`.
    Template(TemplateDecl),
}

/// Reads the image of one module or template.
///
/// # Errors
/// As [`read_module`].
pub fn read_file(source: Source<'_>) -> Result<File, Box<Diagnostic>> {
    let tape = tape(source)?;
    let ctx = Ctx { tape: &tape, source };
    if ctx.kind(0) == Kind::Object && tape.member(0, "template").is_some() {
        let (_, content) = ctx.tagged(0)?;
        return decl::template(&ctx, content).map(File::Template);
    }
    decl::module(&ctx, ctx.unwrap_module(0)?).map(File::Module)
}

/// Reads `spec.json`: `{"spec":{…}}`, every field optional.
///
/// # Errors
/// As [`read_module`].
pub fn read_about(source: Source<'_>) -> Result<About, Box<Diagnostic>> {
    let tape = tape(source)?;
    let ctx = Ctx { tape: &tape, source };
    decl::about(&ctx, 0)
}

/// Reads one node of any kind, as `etymon lower` takes it: bare means an expression.
///
/// # Errors
/// As [`read_module`].
pub fn read_node(source: Source<'_>) -> Result<Node, Box<Diagnostic>> {
    let tape = tape(source)?;
    let ctx = Ctx { tape: &tape, source };
    let (tag, content) = ctx.tagged(0)?;
    let mut ast = Ast::default();
    Ok(match tag {
        "stmt" => {
            let stmt = Builder::new(&ctx, &mut ast).stmt(content)?;
            Node::Stmt(ast, stmt)
        }
        "func" => {
            let func = decl::func(&ctx, &mut ast, content)?;
            Node::Func(ast, func)
        }
        "effectFunc" => {
            let func = decl::effect_func(&ctx, &mut ast, content)?;
            Node::EffectFunc(ast, func)
        }
        "method" => {
            let method = decl::method(&ctx, &mut ast, content)?;
            Node::Method(ast, method)
        }
        "class" => {
            let class = decl::class(&ctx, &mut ast, content)?;
            Node::Class(ast, class)
        }
        "module" => Node::Module(decl::module(&ctx, content)?),
        "template" => return Err(ctx.expected(0, "a node of the language: a template is text already")),
        _ => {
            let expr = Builder::new(&ctx, &mut ast).expr(0)?;
            Node::Expr(ast, expr)
        }
    })
}

/// Reads what `etymon eval` takes: `{"env":[["x",v],…],"expr":…}`, or `"stmt"`, or `"call"` with `"args"` and optionally `"module"`.
///
/// # Errors
/// As [`read_module`].
pub fn read_program(source: Source<'_>) -> Result<Program, Box<Diagnostic>> {
    let tape = tape(source)?;
    let ctx = Ctx { tape: &tape, source };
    if ctx.kind(0) != Kind::Object {
        return Err(ctx.expected(0, "an object with `expr`, `stmt` or `call`"));
    }
    const KEYS: [&str; 6] = ["env", "expr", "stmt", "call", "args", "module"];
    for (key, value) in tape.members(0) {
        if !KEYS.contains(&key) {
            return Err(ctx.unknown(value, "key", key, &KEYS));
        }
    }
    let tasks = ["expr", "stmt", "call"].map(|key| tape.member(0, key));
    let mut ast = Ast::default();
    let task = match tasks {
        [Some(node), None, None] => Task::Expr(Builder::new(&ctx, &mut ast).expr(node)?),
        [None, Some(node), None] => Task::Stmt(Builder::new(&ctx, &mut ast).stmt(node)?),
        [None, None, Some(node)] => Task::Call(ctx.name(node)?, ctx.values(tape.member(0, "args"))?),
        _ => return Err(ctx.expected(0, "exactly one of `expr`, `stmt`, `call`")),
    };
    if let (Some(args), false) = (tape.member(0, "args"), matches!(task, Task::Call(..))) {
        return Err(ctx.expected(args, "`args` together with `call` only"));
    }
    let (mut module, mut module_path) = (None, None);
    match tape.member(0, "module") {
        Some(node) if ctx.kind(node) == Kind::Str => module_path = Some(ctx.name(node)?),
        Some(node) => module = Some(decl::module(&ctx, ctx.unwrap_module(node)?)?),
        None => {}
    }
    Ok(Program { env: ctx.env(tape.member(0, "env"))?, ast, task, module, module_path })
}

impl<'t, 'a> Ctx<'t, 'a> {
    pub(super) fn kind(&self, node: NodeId) -> Kind {
        self.tape.kind(node)
    }

    fn place(&self, node: NodeId) -> Origin {
        let file = SourceFile::from_bytes(self.source.path, self.source.bytes);
        let range = self.tape.range(node);
        Origin::span(&file, Span::new(range.start, range.end.min(range.start + 40))).at_json(self.tape.path(node))
    }

    pub(super) fn expected(&self, node: NodeId, what: &str) -> Fail {
        let code = if what == wire::TOO_WIDE { LIMIT_SIZE } else { BAD_IMAGE };
        Box::new(
            Diagnostic::error(code, format!("expected {what}"))
                .at(self.place(node))
                .help("the image encoding is described in docs/architecture.md"),
        )
    }

    pub(super) fn unknown(&self, node: NodeId, what: &str, name: &str, known: &[&str]) -> Fail {
        let shown: String = name.chars().take(60).collect();
        let help = match closest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", known.join(", ")),
        };
        Box::new(Diagnostic::error(UNKNOWN_NODE, format!("unknown {what} `{shown}`")).at(self.place(node)).help(help))
    }

    pub(super) fn tagged(&self, node: NodeId) -> Result<(&'t str, NodeId), Fail> {
        wire::tagged(self.tape, node).map_err(|refusal| self.expected(refusal.node, refusal.reason))
    }

    pub(super) fn name(&self, node: NodeId) -> Result<Name, Fail> {
        wire::string(self.tape, node).map_err(|refusal| self.expected(refusal.node, refusal.reason))
    }

    pub(super) fn array(&self, node: NodeId) -> Result<Vec<NodeId>, Fail> {
        if self.kind(node) != Kind::Array {
            return Err(self.expected(node, "an array"));
        }
        Ok(self.tape.children(node).collect())
    }

    pub(super) fn names(&self, node: NodeId) -> Result<Vec<Name>, Fail> {
        self.array(node)?.into_iter().map(|name| self.name(name)).collect()
    }

    pub(super) fn tuple<const N: usize>(&self, node: NodeId) -> Result<[NodeId; N], Fail> {
        let items = self.array(node)?;
        <[NodeId; N]>::try_from(items).map_err(|_| self.expected(node, &format!("an array of {N} elements")))
    }

    /// Keys and value nodes of an array of pairs.
    pub(super) fn pairs(&self, node: NodeId) -> Result<(Vec<Name>, Vec<NodeId>), Fail> {
        let pairs = self.array(node)?;
        let mut keys = Vec::with_capacity(pairs.len());
        let mut values = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let [key, value] = self.tuple(pair)?;
            keys.push(self.name(key)?);
            values.push(value);
        }
        Ok((keys, values))
    }

    pub(super) fn flag(&self, node: NodeId) -> Result<bool, Fail> {
        match self.kind(node) {
            Kind::Bool(truth) => Ok(truth),
            _ => Err(self.expected(node, "true or false")),
        }
    }

    /// The value under each of `keys`, in that order; other keys are refused.
    pub(super) fn fields<const N: usize>(&self, node: NodeId, keys: [&str; N]) -> Result<[Option<NodeId>; N], Fail> {
        if self.kind(node) != Kind::Object {
            return Err(self.expected(node, "an object"));
        }
        let mut found = [None; N];
        for (key, value) in self.tape.members(node) {
            match keys.iter().position(|known| *known == key) {
                Some(at) => found[at] = Some(value),
                None => return Err(self.unknown(value, "field", key, &keys)),
            }
        }
        Ok(found)
    }

    pub(super) fn required(&self, parent: NodeId, field: Option<NodeId>, key: &str) -> Result<NodeId, Fail> {
        field.ok_or_else(|| self.expected(parent, &format!("a field `{key}`")))
    }

    fn unwrap_module(&self, node: NodeId) -> Result<NodeId, Fail> {
        match (self.kind(node), self.tape.member(node, "module")) {
            (Kind::Object, Some(module)) => {
                self.tagged(node)?;
                Ok(module)
            }
            (Kind::Object, None) if self.tape.member(node, "name").is_some() => Ok(node),
            (Kind::Object, None) => match self.tape.members(node).next() {
                Some((key, value)) if EXPR_TAGS.contains(&key) => Err(self.unknown(value, "key", key, &["module"])),
                _ => Err(self.expected(node, "a module: `{\"module\":{…}}`")),
            },
            _ => Err(self.expected(node, "a module: `{\"module\":{…}}`")),
        }
    }

    fn value(&self, node: NodeId) -> Result<Val, Fail> {
        wire::decode(self.tape, node).map_err(|refusal| self.expected(refusal.node, refusal.reason))
    }

    fn values(&self, node: Option<NodeId>) -> Result<Vec<Val>, Fail> {
        let Some(node) = node else { return Ok(Vec::new()) };
        self.array(node)?.into_iter().map(|value| self.value(value)).collect()
    }

    fn env(&self, node: Option<NodeId>) -> Result<Vec<(Name, Val)>, Fail> {
        let Some(node) = node else { return Ok(Vec::new()) };
        let (names, values) = self.pairs(node)?;
        names.into_iter().zip(values).map(|(name, value)| Ok((name, self.value(value)?))).collect()
    }
}
