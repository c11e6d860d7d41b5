//! Declarations from the tape. Fields left out take the defaults of the reference's section 10.

use super::read::{Ctx, Fail};
use super::tree::Builder;
use crate::about::About;
use crate::ast::{
    Ast, ClassDecl, EffectFuncDecl, Expr, ExprId, FuncDecl, Import, Lit, MethodDecl, ModuleDecl, Name, Stmt, StmtId,
};
use crate::model::Class;
use crate::template::TemplateDecl;
use etymon_kernel_rt::Val;
use etymon_kernel_rt::json::NodeId;

fn expr(ctx: &Ctx<'_, '_>, ast: &mut Ast, node: NodeId) -> Result<ExprId, Fail> {
    Builder::new(ctx, ast).expr(node)
}

fn stmt(ctx: &Ctx<'_, '_>, ast: &mut Ast, node: NodeId) -> Result<StmtId, Fail> {
    Builder::new(ctx, ast).stmt(node)
}

fn flag_or(ctx: &Ctx<'_, '_>, field: Option<NodeId>, default: bool) -> Result<bool, Fail> {
    field.map_or(Ok(default), |node| ctx.flag(node))
}

fn names_or_none(ctx: &Ctx<'_, '_>, field: Option<NodeId>) -> Result<Vec<Name>, Fail> {
    field.map_or(Ok(Vec::new()), |node| ctx.names(node))
}

fn many<T>(
    ctx: &Ctx<'_, '_>,
    ast: &mut Ast,
    field: Option<NodeId>,
    read: impl Fn(&Ctx<'_, '_>, &mut Ast, NodeId) -> Result<T, Fail>,
) -> Result<Vec<T>, Fail> {
    let Some(node) = field else { return Ok(Vec::new()) };
    ctx.array(node)?.into_iter().map(|item| read(ctx, ast, item)).collect()
}

pub(super) fn func(ctx: &Ctx<'_, '_>, ast: &mut Ast, node: NodeId) -> Result<FuncDecl, Fail> {
    let [name, params, export, asyncs, body] = ctx.fields(node, ["name", "params", "isExport", "isAsync", "body"])?;
    Ok(FuncDecl {
        name: ctx.name(ctx.required(node, name, "name")?)?,
        params: ctx.names(ctx.required(node, params, "params")?)?,
        is_export: flag_or(ctx, export, true)?,
        is_async: flag_or(ctx, asyncs, false)?,
        body: expr(ctx, ast, ctx.required(node, body, "body")?)?,
    })
}

pub(super) fn effect_func(ctx: &Ctx<'_, '_>, ast: &mut Ast, node: NodeId) -> Result<EffectFuncDecl, Fail> {
    let [name, params, export, asyncs, body] = ctx.fields(node, ["name", "params", "isExport", "isAsync", "body"])?;
    Ok(EffectFuncDecl {
        name: ctx.name(ctx.required(node, name, "name")?)?,
        params: ctx.names(ctx.required(node, params, "params")?)?,
        is_export: flag_or(ctx, export, true)?,
        is_async: flag_or(ctx, asyncs, false)?,
        body: stmt(ctx, ast, ctx.required(node, body, "body")?)?,
    })
}

pub(super) fn method(ctx: &Ctx<'_, '_>, ast: &mut Ast, node: NodeId) -> Result<MethodDecl, Fail> {
    let [name, params, asyncs, body] = ctx.fields(node, ["name", "params", "isAsync", "body"])?;
    Ok(MethodDecl {
        name: ctx.name(ctx.required(node, name, "name")?)?,
        params: ctx.names(ctx.required(node, params, "params")?)?,
        is_async: flag_or(ctx, asyncs, false)?,
        body: stmt(ctx, ast, ctx.required(node, body, "body")?)?,
    })
}

pub(super) fn class(ctx: &Ctx<'_, '_>, ast: &mut Ast, node: NodeId) -> Result<ClassDecl, Fail> {
    let keys = ["name", "isExport", "constructorParams", "constructorBody", "methods"];
    let [name, export, params, body, methods] = ctx.fields(node, keys)?;
    Ok(ClassDecl {
        name: ctx.name(ctx.required(node, name, "name")?)?,
        is_export: flag_or(ctx, export, true)?,
        constructor_params: names_or_none(ctx, params)?,
        constructor_body: match body {
            Some(body) => stmt(ctx, ast, body)?,
            None => {
                let none = ast.lit(Lit::None);
                let none = ast.expr(Expr::Lit(none, Val::None));
                ast.stmt(Stmt::Ret(none))
            }
        },
        methods: many(ctx, ast, methods, method)?,
    })
}

fn import(ctx: &Ctx<'_, '_>, _: &mut Ast, node: NodeId) -> Result<Import, Fail> {
    let [names, source] = ctx.tuple(node)?;
    Ok(Import { names: ctx.names(names)?, source: ctx.name(source)? })
}

fn constant(ctx: &Ctx<'_, '_>, ast: &mut Ast, node: NodeId) -> Result<(Name, ExprId), Fail> {
    let [name, value] = ctx.tuple(node)?;
    Ok((ctx.name(name)?, expr(ctx, ast, value)?))
}

pub(super) fn module(ctx: &Ctx<'_, '_>, node: NodeId) -> Result<ModuleDecl, Fail> {
    let keys = ["name", "header", "imports", "constants", "classes", "functions", "effectFunctions"];
    let [name, header, imports, constants, classes, functions, effects] = ctx.fields(node, keys)?;
    let mut ast = Ast::default();
    Ok(ModuleDecl {
        name: ctx.name(ctx.required(node, name, "name")?)?,
        header: ctx.name(ctx.required(node, header, "header")?)?,
        imports: many(ctx, &mut ast, Some(ctx.required(node, imports, "imports")?), import)?,
        constants: many(ctx, &mut ast, constants, constant)?,
        classes: many(ctx, &mut ast, classes, class)?,
        functions: many(ctx, &mut ast, functions, func)?,
        effect_functions: many(ctx, &mut ast, effects, effect_func)?,
        ast,
    })
}

pub(super) fn about(ctx: &Ctx<'_, '_>, root: NodeId) -> Result<About, Fail> {
    let [content] = ctx.fields(root, ["spec"])?;
    let content = ctx.required(root, content, "spec")?;
    let [name, scope, version, license] = ctx.fields(content, ["name", "scope", "version", "license"])?;
    let default = About::default();
    let text = |field: Option<NodeId>, default: String| -> Result<String, Fail> {
        field.map_or(Ok(default), |node| Ok(ctx.name(node)?.to_string()))
    };
    Ok(About {
        name: text(name, default.name)?,
        scope: text(scope, default.scope)?,
        version: text(version, default.version)?,
        license: text(license, default.license)?,
    })
}

pub(super) fn template(ctx: &Ctx<'_, '_>, node: NodeId) -> Result<TemplateDecl, Fail> {
    let [name, path, class, imports, text] = ctx.fields(node, ["name", "path", "class", "imports", "text"])?;
    let class = ctx.required(node, class, "class")?;
    let word = ctx.name(class)?;
    let Some(known) = Class::from_name(&word) else {
        return Err(ctx.unknown(class, "class", &word, &Class::ALL.map(Class::name)));
    };
    Ok(TemplateDecl {
        name: ctx.name(ctx.required(node, name, "name")?)?,
        path: ctx.name(ctx.required(node, path, "path")?)?,
        class: known,
        imports: names_or_none(ctx, imports)?,
        text: ctx.name(ctx.required(node, text, "text")?)?,
    })
}
