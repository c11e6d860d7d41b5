//! Writing images: canonical JSON (RFC 8785) without recursion.

use crate::ast::{
    Ast, ClassDecl, EffectFuncDecl, Expr, ExprId, FuncDecl, Lit, LitId, MethodDecl, ModuleDecl, Name, Node, Stmt,
    StmtId,
};
use etymon_kernel_rt::{hex_text, push_string};

/// Canonical image of a module: `{"module":{…}}`, every field written.
pub fn module_image(decl: &ModuleDecl) -> String {
    let mut out = Out { text: String::from("{\"module\":"), ast: &decl.ast };
    out.module(decl);
    out.text.push('}');
    out.text
}

/// Canonical text of one node, in the form that [`super::read_node`] takes.
pub fn node_image(node: &Node) -> String {
    let (ast, tag) = match node {
        Node::Module(decl) => return module_image(decl),
        Node::Expr(ast, expr) => {
            let mut out = Out { text: String::new(), ast };
            out.expr(*expr);
            return out.text;
        }
        Node::Stmt(ast, _) => (ast, "stmt"),
        Node::Func(ast, _) => (ast, "func"),
        Node::EffectFunc(ast, _) => (ast, "effectFunc"),
        Node::Method(ast, _) => (ast, "method"),
        Node::Class(ast, _) => (ast, "class"),
    };
    let mut out = Out { text: format!("{{\"{tag}\":"), ast };
    match node {
        Node::Stmt(_, stmt) => out.stmt(*stmt),
        Node::Func(_, func) => out.func(func),
        Node::EffectFunc(_, func) => out.effect_func(func),
        Node::Method(_, method) => out.method(method),
        Node::Class(_, class) => out.class(class),
        Node::Expr(..) | Node::Module(_) => {}
    }
    out.text.push('}');
    out.text
}

enum Step<'a> {
    Expr(ExprId),
    Stmt(StmtId),
    Lit(LitId),
    Str(&'a str),
    Raw(&'static str),
}

struct Out<'a> {
    text: String,
    ast: &'a Ast,
}

impl<'a> Out<'a> {
    fn raw(&mut self, raw: &str) {
        self.text.push_str(raw);
    }

    fn string(&mut self, own: &str) {
        push_string(&mut self.text, own);
    }

    fn comma_separated<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.raw("[");
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.raw(",");
            }
            write(self, item);
        }
        self.raw("]");
    }

    fn names(&mut self, names: &[Name]) {
        self.comma_separated(names, |out, name| out.string(name));
    }

    fn flag(&mut self, key: &str, truth: bool) {
        self.raw(key);
        self.raw(if truth { "true" } else { "false" });
    }

    // Keys stand in UTF-16 order, which for these is alphabetical.
    fn module(&mut self, decl: &ModuleDecl) {
        self.raw("{\"classes\":");
        self.comma_separated(&decl.classes, |out, class| out.class(class));
        self.raw(",\"constants\":");
        self.comma_separated(&decl.constants, |out, (name, value)| {
            out.raw("[");
            out.string(name);
            out.raw(",");
            out.expr(*value);
            out.raw("]");
        });
        self.raw(",\"effectFunctions\":");
        self.comma_separated(&decl.effect_functions, |out, func| out.effect_func(func));
        self.raw(",\"functions\":");
        self.comma_separated(&decl.functions, |out, func| out.func(func));
        self.raw(",\"header\":");
        self.string(&decl.header);
        self.raw(",\"imports\":");
        self.comma_separated(&decl.imports, |out, import| {
            out.raw("[");
            out.names(&import.names);
            out.raw(",");
            out.string(&import.source);
            out.raw("]");
        });
        self.raw(",\"name\":");
        self.string(&decl.name);
        self.raw("}");
    }

    fn class(&mut self, class: &ClassDecl) {
        self.raw("{\"constructorBody\":");
        self.stmt(class.constructor_body);
        self.raw(",\"constructorParams\":");
        self.names(&class.constructor_params);
        self.flag(",\"isExport\":", class.is_export);
        self.raw(",\"methods\":");
        self.comma_separated(&class.methods, |out, method| out.method(method));
        self.raw(",\"name\":");
        self.string(&class.name);
        self.raw("}");
    }

    fn func(&mut self, func: &FuncDecl) {
        self.raw("{\"body\":");
        self.expr(func.body);
        self.flag(",\"isAsync\":", func.is_async);
        self.flag(",\"isExport\":", func.is_export);
        self.named(&func.name, &func.params);
    }

    fn effect_func(&mut self, func: &EffectFuncDecl) {
        self.raw("{\"body\":");
        self.stmt(func.body);
        self.flag(",\"isAsync\":", func.is_async);
        self.flag(",\"isExport\":", func.is_export);
        self.named(&func.name, &func.params);
    }

    fn method(&mut self, method: &MethodDecl) {
        self.raw("{\"body\":");
        self.stmt(method.body);
        self.flag(",\"isAsync\":", method.is_async);
        self.named(&method.name, &method.params);
    }

    fn named(&mut self, name: &str, params: &[Name]) {
        self.raw(",\"name\":");
        self.string(name);
        self.raw(",\"params\":");
        self.names(params);
        self.raw("}");
    }

    fn expr(&mut self, root: ExprId) {
        self.run(vec![Step::Expr(root)]);
    }

    fn stmt(&mut self, root: StmtId) {
        self.run(vec![Step::Stmt(root)]);
    }

    fn run(&mut self, mut open: Vec<Step<'a>>) {
        while let Some(step) = open.pop() {
            let from = open.len();
            match step {
                Step::Raw(raw) => self.raw(raw),
                Step::Str(own) => self.string(own),
                Step::Expr(id) => self.open_expr(&mut open, id),
                Step::Stmt(id) => self.open_stmt(&mut open, id),
                Step::Lit(id) => self.open_lit(&mut open, id),
            }
            // Steps were pushed in writing order; the stack wants the first on top.
            open[from..].reverse();
        }
    }

    fn open_lit(&mut self, open: &mut Vec<Step<'a>>, id: LitId) {
        let ast = self.ast;
        match &ast[id] {
            Lit::Nat(nat) => self.raw(&format!("{{\"nat\":\"{}\"}}", nat.digits())),
            Lit::Bool(truth) => self.raw(if *truth { "{\"bool\":true}" } else { "{\"bool\":false}" }),
            Lit::Bytes(bytes) => self.raw(&format!("{{\"bytes\":\"{}\"}}", hex_text(bytes))),
            Lit::None => self.raw("{\"none\":null}"),
            Lit::Str(text) => open.extend([Step::Raw("{\"str\":"), Step::Str(text), Step::Raw("}")]),
            Lit::List(items) => {
                open.push(Step::Raw("{\"list\":"));
                list(open, items.iter().map(|item| Step::Lit(*item)));
                open.push(Step::Raw("}"));
            }
            Lit::Record(fields) => {
                open.push(Step::Raw("{\"record\":"));
                pairs(open, fields.iter().map(|(key, value)| (key, Step::Lit(*value))));
                open.push(Step::Raw("}"));
            }
        }
    }

    fn open_expr(&mut self, open: &mut Vec<Step<'a>>, id: ExprId) {
        let ast = self.ast;
        let (e, s, r) = (Step::Expr, |name: &'a Name| Step::Str(name), Step::Raw);
        let args = |open: &mut Vec<Step<'a>>, tag, name, args: &'a [ExprId]| {
            open.extend([r(tag), Step::Str(name), r(",")]);
            list(open, args.iter().map(|arg| e(*arg)));
            open.push(r("]}"));
        };
        match &ast[id] {
            Expr::Var(name) => open.extend([r("{\"var\":"), s(name), r("}")]),
            Expr::RawExpr(code) => open.extend([r("{\"rawExpr\":"), s(code), r("}")]),
            Expr::Lit(lit, _) => open.extend([r("{\"lit\":"), Step::Lit(*lit), r("}")]),
            Expr::Lam(param, body) => open.extend([r("{\"lam\":["), s(param), r(","), e(*body), r("]}")]),
            Expr::App(f, a) => open.extend([r("{\"app\":["), e(*f), r(","), e(*a), r("]}")]),
            Expr::LetE(x, v, b) => open.extend([r("{\"letE\":["), s(x), r(","), e(*v), r(","), e(*b), r("]}")]),
            Expr::IfE(c, t, o) => open.extend([r("{\"ifE\":["), e(*c), r(","), e(*t), r(","), e(*o), r("]}")]),
            Expr::Get(o, k) => open.extend([r("{\"get\":["), e(*o), r(","), s(k), r("]}")]),
            Expr::Set(o, k, v) => open.extend([r("{\"set\":["), e(*o), r(","), s(k), r(","), e(*v), r("]}")]),
            Expr::Fold { list, init, acc, elem, body } => {
                open.extend([r("{\"fold\":["), e(*list), r(","), e(*init), r(","), s(acc), r(","), s(elem), r(",")]);
                open.extend([e(*body), r("]}")]);
            }
            Expr::Record(fields) => {
                open.push(r("{\"record\":"));
                pairs(open, fields.iter().map(|(key, value)| (key, e(*value))));
                open.push(r("}"));
            }
            Expr::List(items) => {
                open.push(r("{\"list\":"));
                list(open, items.iter().map(|item| e(*item)));
                open.push(r("}"));
            }
            Expr::Dispatch(scrutinee, cases, default) => {
                open.extend([r("{\"dispatch\":["), e(*scrutinee), r(",")]);
                pairs(open, cases.iter().map(|(key, body)| (key, e(*body))));
                open.extend([r(","), e(*default), r("]}")]);
            }
            Expr::Op(op, own) => args(open, "{\"op\":[", op.name(), own),
            Expr::Prim(prim, own) => args(open, "{\"prim\":[", prim.name(), own),
            Expr::Call(name, own) => args(open, "{\"call\":[", name, own),
        }
    }

    fn open_stmt(&mut self, open: &mut Vec<Step<'a>>, id: StmtId) {
        let ast = self.ast;
        let (e, t, s, r) = (Step::Expr, Step::Stmt, |name: &'a Name| Step::Str(name), Step::Raw);
        match &ast[id] {
            Stmt::Ret(value) => open.extend([r("{\"ret\":"), e(*value), r("}")]),
            Stmt::Emit(kind, payload, rest) => {
                open.extend([r("{\"emit\":["), s(kind), r(",")]);
                pairs(open, payload.iter().map(|(key, value)| (key, e(*value))));
                open.extend([r(","), t(*rest), r("]}")]);
            }
            Stmt::LetS(x, v, b) => open.extend([r("{\"letS\":["), s(x), r(","), e(*v), r(","), t(*b), r("]}")]),
            Stmt::IfS(c, a, b) => open.extend([r("{\"ifS\":["), e(*c), r(","), t(*a), r(","), t(*b), r("]}")]),
            Stmt::Dispatch(scrutinee, cases, default) => {
                open.extend([r("{\"dispatch\":["), e(*scrutinee), r(",")]);
                pairs(open, cases.iter().map(|(key, body)| (key, t(*body))));
                open.extend([r(","), t(*default), r("]}")]);
            }
            Stmt::ForIn(c, x, b, rest) => {
                open.extend([r("{\"forIn\":["), e(*c), r(","), s(x), r(","), t(*b), r(","), t(*rest), r("]}")]);
            }
            Stmt::Seq(a, b) => open.extend([r("{\"seq\":["), t(*a), r(","), t(*b), r("]}")]),
        }
    }
}

fn list<'a>(open: &mut Vec<Step<'a>>, items: impl Iterator<Item = Step<'a>>) {
    open.push(Step::Raw("["));
    for (index, item) in items.enumerate() {
        if index > 0 {
            open.push(Step::Raw(","));
        }
        open.push(item);
    }
    open.push(Step::Raw("]"));
}

fn pairs<'a>(open: &mut Vec<Step<'a>>, items: impl Iterator<Item = (&'a Name, Step<'a>)>) {
    open.push(Step::Raw("["));
    for (index, (key, item)) in items.enumerate() {
        open.extend([
            Step::Raw(if index > 0 { ",[" } else { "[" }),
            Step::Str(key),
            Step::Raw(","),
            item,
            Step::Raw("]"),
        ]);
    }
    open.push(Step::Raw("]"));
}
