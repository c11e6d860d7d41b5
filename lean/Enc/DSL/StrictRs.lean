import Enc.DSL.CompileRs
import Enc.DSL.Strict

/-!
# Strict Rust

What artifacts ship in; docs/lowering.md, "Strict Rust", form by form.
-/

namespace Enc.DSL

/-- The function of the runtime that computes an operation. -/
def Op.rustName : Op → String
  | .mod => "modulo"
  | .concatStr => "concat_str"
  | .concatList => "concat_list"
  | .lengthStr => "length_str"
  | .lengthList => "length_list"
  | .lengthBytes => "length_bytes"
  | op => op.name

mutual
  /-- A literal in normal form. -/
  def strictValRs : Val → String
    | .nat n =>
      if n < 18446744073709551616 then "rt::nat(" ++ decimal n ++ ")"
      else "rt::big(\"" ++ decimal n ++ "\")"
    | .bool true => "Val::Bool(true)"
    | .bool false => "Val::Bool(false)"
    | .str s => "rt::text(" ++ quoteRust s ++ ")"
    | .bytes bs => "rt::bytes(&[" ++ joinWith ", " (byteTexts "" bs) ++ "])"
    | .list vs => "rt::list([" ++ joinWith ", " (strictValsRs vs) ++ "])"
    | .record fields => "rt::record([" ++ joinWith ", " (strictValFieldsRs fields) ++ "])"
    | .none => "Val::None"

  def strictValsRs : List Val → List String
    | [] => []
    | v :: vs => strictValRs v :: strictValsRs vs

  def strictValFieldsRs : List (String × Val) → List String
    | [] => []
    | (k, v) :: rest =>
      ("(" ++ quoteRust k ++ ", " ++ strictValRs v ++ ")") :: strictValFieldsRs rest
end

def strictVarRs (vis : Visible) (scope : Scope) (name : String) : String :=
  match scope.target? name with
  | some target => target ++ ".clone()"
  | Option.none => if hasName name vis.constants then name ++ ".get()" else "Val::None"

/-- The path of a callee: a member stands after `::`. -/
def memberPath : List Char → List Char
  | [] => []
  | c :: rest => if c = '.' then ':' :: ':' :: rest else c :: memberPath rest

mutual
  /-- `chain` says that the expression stands in the body of a letE chain. -/
  def strictExprRs (vis : Visible) (chain : Bool) (scope : Scope) : Expr → String
    | .var name => strictVarRs vis scope name
    | .lit val => strictValRs val.norm
    | .letE name val body =>
      let target := fresh vis.taken scope name
      let text :=
        "let " ++ target ++ " = " ++ strictExprRs vis false scope val ++ "; " ++
          strictExprRs vis true ((name, target) :: scope) body
      if chain then text else "{ " ++ text ++ " }"
    | .ifE c t e =>
      "match " ++ strictExprRs vis false scope c ++ " { Val::Bool(true) => " ++
        strictExprRs vis false scope t ++ ", Val::Bool(false) => " ++
        strictExprRs vis false scope e ++ ", _ => Val::None }"
    | .record fields =>
      "rt::record([" ++ joinWith ", " (strictFieldsRs vis scope fields) ++ "])"
    | .get obj field =>
      "rt::get(" ++ strictExprRs vis false scope obj ++ ", " ++ quoteRust field ++ ")"
    | .set obj field val =>
      "rt::set(" ++ strictExprRs vis false scope obj ++ ", " ++ quoteRust field ++ ", " ++
        strictExprRs vis false scope val ++ ")"
    | .list elems => "rt::list([" ++ joinWith ", " (strictExprsRs vis scope elems) ++ "])"
    | .fold lst init acc elem body =>
      let accTarget := fresh vis.taken scope acc
      let inner := (acc, accTarget) :: scope
      let elemTarget := fresh vis.taken inner elem
      "rt::fold(" ++ strictExprRs vis false scope lst ++ ", " ++
        strictExprRs vis false scope init ++ ", |" ++ accTarget ++ ", " ++ elemTarget ++
        "| " ++ strictExprRs vis false ((elem, elemTarget) :: inner) body ++ ")"
    | .dispatch scrutinee cases default =>
      "match rt::tag(&" ++ strictExprRs vis false scope scrutinee ++ ") { " ++
        strictCasesRs vis scope cases ++ "_ => " ++ strictExprRs vis false scope default ++
        " }"
    | .op op args =>
      if countExprs args = op.arity then
        "rt::" ++ op.rustName ++ "(" ++ joinWith ", " (strictExprsRs vis scope args) ++ ")"
      else "Val::None"
    | .prim p args =>
      if countExprs args = p.arity then
        "rt::" ++ p.rustName ++ "(" ++ joinWith ", " (strictExprsRs vis scope args) ++ ")"
      else "Val::None"
    | .call name args =>
      if vis.fits name (countExprs args) then
        textOf (memberPath name.toList) ++ "(" ++
          joinWith ", " (strictExprsRs vis scope args) ++ ")"
      else "Val::None"
    | .lam _ _ | .app _ _ | .rawExpr _ => "Val::None"

  def strictExprsRs (vis : Visible) (scope : Scope) : List Expr → List String
    | [] => []
    | e :: rest => strictExprRs vis false scope e :: strictExprsRs vis scope rest

  def strictFieldsRs (vis : Visible) (scope : Scope) : List (String × Expr) → List String
    | [] => []
    | (k, e) :: rest =>
      ("(" ++ quoteRust k ++ ", " ++ strictExprRs vis false scope e ++ ")") ::
        strictFieldsRs vis scope rest

  def strictCasesRs (vis : Visible) (scope : Scope) : List (String × Expr) → String
    | [] => ""
    | (k, e) :: rest =>
      "Some(" ++ quoteRust k ++ ") => " ++ strictExprRs vis false scope e ++ ", " ++
        strictCasesRs vis scope rest
end

mutual
  /-- The lines of a statement; in a constructor a return gives the fields. -/
  def strictLinesRs (vis : Visible) (constructs : Bool) (level : Nat) (scope : Scope) :
      Stmt → String
    | .ret (.lit .none) => ""
    | .ret val =>
      let text := strictExprRs vis false scope val
      line level
        (if constructs then "return rt::fields(" ++ text ++ ");"
        else "return rt::outcome(" ++ text ++ ", effects);")
    | .emit effectType payload rest =>
      line level
        ("effects.push(rt::effect(" ++ quoteRust effectType ++ ", [" ++
          joinWith ", " (strictFieldsRs vis scope payload) ++ "]));") ++
        strictLinesRs vis constructs level scope rest
    | .letS name val body =>
      let target := fresh vis.taken scope name
      line level ("let " ++ target ++ " = " ++ strictExprRs vis false scope val ++ ";") ++
        strictLinesRs vis constructs level ((name, target) :: scope) body
    | .ifS c t e =>
      line level ("match " ++ strictExprRs vis false scope c ++ " {") ++
        line (level + 1) "Val::Bool(true) => {" ++
        strictLinesRs vis constructs (level + 2) scope t ++ line (level + 1) "}" ++
        line (level + 1) "Val::Bool(false) => {" ++
        strictLinesRs vis constructs (level + 2) scope e ++ line (level + 1) "}" ++
        line (level + 1) "_ => {}" ++ line level "}"
    | .dispatch scrutinee cases default =>
      line level ("match rt::tag(&" ++ strictExprRs vis false scope scrutinee ++ ") {") ++
        strictStmtCasesRs vis constructs level scope cases ++ line (level + 1) "_ => {" ++
        strictLinesRs vis constructs (level + 2) scope default ++ line (level + 1) "}" ++
        line level "}"
    | .forIn collection elem body rest =>
      let target := fresh vis.taken scope elem
      line level
        ("for " ++ target ++ " in rt::items(" ++ strictExprRs vis false scope collection ++
          ") {") ++
        strictLinesRs vis constructs (level + 1) ((elem, target) :: scope) body ++
        line level "}" ++ strictLinesRs vis constructs level scope rest
    | .seq a b =>
      line level "{" ++ strictLinesRs vis constructs (level + 1) scope a ++ line level "}" ++
        strictLinesRs vis constructs level scope b

  def strictStmtCasesRs (vis : Visible) (constructs : Bool) (level : Nat) (scope : Scope) :
      List (String × Stmt) → String
    | [] => ""
    | (k, s) :: rest =>
      line (level + 1) ("Some(" ++ quoteRust k ++ ") => {") ++
        strictLinesRs vis constructs (level + 2) scope s ++ line (level + 1) "}" ++
        strictStmtCasesRs vis constructs level scope rest
end

def strictConstantRs (vis : Visible) (name : String) (val : Expr) : String :=
  "pub static " ++ name ++ ": rt::Constant = rt::Constant::new(|| " ++
    strictExprRs vis false [] val ++ ");"

def typedParams : List String → List String
  | [] => []
  | name :: rest => (name ++ ": Val") :: typedParams rest

def pubWord (isExport : Bool) : String := if isExport then "pub " else ""

def strictSignatureRs (vis : Visible) (name : String) (params : List String) : String :=
  "fn " ++ name ++ "(" ++ joinWith ", " (typedParams (paramTargets vis.taken [] params)) ++
    ") -> Val {\n"

def strictFuncRs (vis : Visible) (f : FuncDecl) : String :=
  pubWord f.isExport ++ strictSignatureRs vis f.name f.params ++
    line 1 (strictExprRs vis false (bindAll vis.taken [] f.params) f.body) ++ "}"

/-- An effect function or method from its name on. -/
def strictEffectsRs (vis : Visible) (level : Nat) (name : String) (params : List String)
    (body : Stmt) : String :=
  strictSignatureRs vis name params ++ line (level + 1) "let mut effects = rt::effects();" ++
    strictLinesRs vis false (level + 1) (bindAll vis.taken [] params) body ++
    line (level + 1) "rt::outcome(Val::None, effects)" ++ indent level ++ "}"

def strictEffectFuncRs (vis : Visible) (f : EffectFuncDecl) : String :=
  pubWord f.isExport ++ strictEffectsRs vis 0 f.name f.params f.body

def strictConstructorRs (vis : Visible) (c : ClassDecl) : String :=
  indent 1 ++ "pub " ++ strictSignatureRs vis "new" c.constructorParams ++
    strictLinesRs vis true 2 (bindAll vis.taken [] c.constructorParams) c.constructorBody ++
    line 2 "rt::record([])" ++ line 1 "}"

def strictMethodsRs (vis : Visible) (cls : String) : List MethodDecl → String
  | [] => ""
  | m :: rest =>
    "\n" ++ indent 1 ++ "pub " ++ strictEffectsRs vis 1 m.name ("this" :: m.params) m.body ++
      "\n" ++ strictMethodsRs (vis.withMethod cls m) cls rest

def strictClassRs (vis : Visible) (c : ClassDecl) : String :=
  pubWord c.isExport ++ "struct " ++ c.name ++ ";\n\nimpl " ++ c.name ++ " {\n" ++
    strictConstructorRs vis c ++
    strictMethodsRs (vis.withConstructor c) c.name c.methods ++ "}"

/-- Strict Rust. -/
def strictRs : Language :=
  { constant := strictConstantRs,
    func := strictFuncRs,
    effectFunc := strictEffectFuncRs,
    cls := strictClassRs }

end Enc.DSL
