import Enc.DSL.Strict

/-!
# Strict JavaScript

What artifacts ship in; docs/lowering.md, "Strict JavaScript", form by form.
-/

namespace Enc.DSL

mutual
  /-- A literal in normal form. -/
  def strictValJs : Val → String
    | .nat n => decimal n ++ "n"
    | .bool true => "true"
    | .bool false => "false"
    | .str s => quoteJs s
    | .bytes bs => "new Uint8Array([" ++ joinWith ", " (byteTexts "" bs) ++ "])"
    | .list vs => "[" ++ joinWith ", " (strictValsJs vs) ++ "]"
    | .record [] => "{}"
    | .record (field :: fields) =>
      "{ " ++ joinWith ", " (strictValFieldsJs (field :: fields)) ++ " }"
    | .none => "null"

  def strictValsJs : List Val → List String
    | [] => []
    | v :: vs => strictValJs v :: strictValsJs vs

  def strictValFieldsJs : List (String × Val) → List String
    | [] => []
    | (k, v) :: rest => (keyJs k ++ ": " ++ strictValJs v) :: strictValFieldsJs rest
end

def strictVarJs (vis : Visible) (scope : Scope) (name : String) : String :=
  match scope.target? name with
  | some target => target
  | Option.none => if hasName name vis.constants then name else "null"

/-- Ends a letE chain, if there is one. -/
def closeJs (chain : Bool) (text : String) : String :=
  if chain then "return " ++ text ++ ";" else text

/-- An arrow function's body that begins with a brace would be read as a block. -/
def arrowBody (text : String) : String :=
  match text.toList with
  | '{' :: _ => "(" ++ text ++ ")"
  | _ => text

/-- What follows a condition where two ways are all there are: nothing, or a comparison if
everything but true leads to none. -/
def twoWaysJs (vis : Visible) (scope : Scope) (cond : Expr) : Expr → Option String
  | .lit .none => if surelyBool vis scope cond then some "" else some " === true"
  | _ => if surelyBool vis scope cond then some "" else Option.none

mutual
  /-- `chain` says that the expression stands in the body of a letE chain. -/
  def strictExprJs (vis : Visible) (chain : Bool) (scope : Scope) : Expr → String
    | .var name => closeJs chain (strictVarJs vis scope name)
    | .lit val => closeJs chain (strictValJs val.norm)
    | .letE name val body =>
      let target := fresh vis.taken scope name
      let text :=
        "const " ++ target ++ " = " ++ strictExprJs vis false scope val ++ "; " ++
          strictExprJs (vis.withBoolean (surelyBool vis scope val) target) true
            ((name, target) :: scope) body
      if chain then text else "(() => { " ++ text ++ " })()"
    | .ifE c t e =>
      let cond := strictExprJs vis false scope c
      let yes := strictExprJs vis false scope t
      let no := strictExprJs vis false scope e
      closeJs chain
        (match twoWaysJs vis scope c e with
        | some compared => "(" ++ cond ++ compared ++ " ? " ++ yes ++ " : " ++ no ++ ")"
        | Option.none =>
          "(() => { switch (" ++ cond ++ ") { case true: return " ++ yes ++
            "; case false: return " ++ no ++ "; default: return null; } })()")
    | .record [] => closeJs chain "{}"
    | .record (field :: fields) =>
      closeJs chain
        ("{ " ++ joinWith ", " (strictFieldsJs vis scope (field :: fields)) ++ " }")
    | .get obj field =>
      closeJs chain
        (if isPlainKeyJs field then
          "rt.val(" ++ strictExprJs vis false scope obj ++ "?." ++ field ++ ")"
        else
          "rt.get(" ++ strictExprJs vis false scope obj ++ ", " ++ quoteJs field ++ ")")
    | .set obj field val =>
      closeJs chain
        ("rt.set(" ++ strictExprJs vis false scope obj ++ ", " ++ quoteJs field ++ ", " ++
          strictExprJs vis false scope val ++ ")")
    | .list elems =>
      closeJs chain ("[" ++ joinWith ", " (strictExprsJs vis scope elems) ++ "]")
    | .fold lst init acc elem body =>
      let accTarget := fresh vis.taken scope acc
      let inner := (acc, accTarget) :: scope
      let elemTarget := fresh vis.taken inner elem
      let bodyScope := (elem, elemTarget) :: inner
      let sure := surelyBoolAcc vis scope bodyScope accTarget init body
      closeJs chain
        ("rt.fold(" ++ strictExprJs vis false scope lst ++ ", " ++
          strictExprJs vis false scope init ++ ", (" ++ accTarget ++ ", " ++ elemTarget ++
          ") => " ++
          arrowBody (strictExprJs (vis.withBoolean sure accTarget) false bodyScope body) ++ ")")
    | .dispatch scrutinee cases default =>
      closeJs chain
        ("(() => { switch (" ++ strictExprJs vis false scope scrutinee ++ ") { " ++
          strictCasesJs vis scope cases ++ "default: return " ++
          strictExprJs vis false scope default ++ "; } })()")
    | .op op args =>
      closeJs chain
        (if nativeNotJs vis scope op args then
          "(!" ++ joinWith ", " (strictExprsJs vis scope args) ++ ")"
        else match nativeInfixJs vis scope op args with
        | some sign => "(" ++ joinWith sign (strictExprsJs vis scope args) ++ ")"
        | Option.none =>
        if countExprs args = op.arity then
          "rt." ++ op.name ++ "(" ++ joinWith ", " (strictExprsJs vis scope args) ++ ")"
        else "null")
    | .prim p args =>
      closeJs chain
        (if countExprs args = p.arity then
          "rt." ++ p.name ++ "(" ++ joinWith ", " (strictExprsJs vis scope args) ++ ")"
        else "null")
    | .call name args =>
      closeJs chain
        (if vis.fits name (countExprs args) then
          name ++ "(" ++ joinWith ", " (strictExprsJs vis scope args) ++ ")"
        else "null")
    | .lam _ _ | .app _ _ | .rawExpr _ => closeJs chain "null"

  def strictExprsJs (vis : Visible) (scope : Scope) : List Expr → List String
    | [] => []
    | e :: rest => strictExprJs vis false scope e :: strictExprsJs vis scope rest

  def strictFieldsJs (vis : Visible) (scope : Scope) : List (String × Expr) → List String
    | [] => []
    | (k, e) :: rest =>
      (keyJs k ++ ": " ++ strictExprJs vis false scope e) :: strictFieldsJs vis scope rest

  def strictCasesJs (vis : Visible) (scope : Scope) : List (String × Expr) → String
    | [] => ""
    | (k, e) :: rest =>
      "case " ++ quoteJs k ++ ": return " ++ strictExprJs vis false scope e ++ "; " ++
        strictCasesJs vis scope rest
end

/-! ## Expressions as statements -/

/-- From this level on an expression is one line: what is nested deeper would be mostly
indentation. -/
def maxStatementLevel : Nat := 32

/-- Whether the form takes several statements wherever it may. -/
def isCompoundJs : Expr → Bool
  | .letE _ _ _ | .ifE _ _ _ | .fold _ _ _ _ _ | .dispatch _ _ _ => true
  | _ => false

/-- Whether an expression becomes several statements where it may. -/
def spreadsJs (vis : Visible) (scope : Scope) : Expr → Bool
  | .ifE c t e =>
    isCompoundJs t || isCompoundJs e ||
      (match twoWaysJs vis scope c e with
      | some _ => false
      | Option.none => true)
  | e => isCompoundJs e

/-- Whether an expression is one line at this level. -/
def isLineJs (vis : Visible) (level : Nat) (scope : Scope) (e : Expr) : Bool :=
  decide (maxStatementLevel ≤ level) || !spreadsJs vis scope e

def isVarExpr : Expr → Bool
  | .var _ => true
  | _ => false

/-- Whether the statements of the expression declare names at their own level. -/
def declaresJs : Expr → Bool
  | .letE _ _ _ => true
  | .fold lst _ _ _ _ => !isVarExpr lst
  | _ => false

/-- Where a value goes: to the function's caller, or to the local of that target name. -/
abbrev Goal := Option String

/-- The line that takes a value to its goal. -/
def giveJs (level : Nat) (goal : Goal) (text : String) : String :=
  match goal with
  | some target => line level (target ++ " = " ++ text)
  | Option.none => line level ("return " ++ text)

/-- Whether the goal has the value of that local already. -/
def hasJs (scope : Scope) (goal : Goal) (name : String) : Bool :=
  match goal, scope.target? name with
  | some target, some other => decide (target = other)
  | _, _ => false

def isHadJs (scope : Scope) (goal : Goal) : Expr → Bool
  | .var name => hasJs scope goal name
  | _ => false

/-- The end of a braced arm whose value goes to the goal. -/
def endArmJs (level : Nat) (goal : Goal) : String :=
  match goal with
  | some _ => line (level + 1) "break" ++ line level "}"
  | Option.none => line level "}"

/-- What a fold iterates over: a local or constant, or what `own` was declared for. -/
def itemsJs (vis : Visible) (scope : Scope) (own : String) : Expr → String
  | .var name => strictVarJs vis scope name
  | _ => own

mutual
  /-- The lines that take the value of an expression to its goal. -/
  def strictIntoJs (vis : Visible) (level : Nat) (scope : Scope) (goal : Goal) : Expr → String
    | .letE name val body =>
      if isLineJs vis level scope (.letE name val body) then
        giveJs level goal (strictExprJs vis false scope (.letE name val body))
      else
        let target := fresh vis.taken scope name
        let bound :=
          if spreadsJs vis scope val then
            line level ("let " ++ target) ++
              (if declaresJs val then
                line level "{" ++
                  strictIntoJs (vis.withTaken target) (level + 1) scope (some target) val ++
                  line level "}"
              else strictIntoJs (vis.withTaken target) level scope (some target) val)
          else line level ("const " ++ target ++ " = " ++ strictExprJs vis false scope val)
        bound ++
          strictIntoJs (vis.withBoolean (surelyBool vis scope val) target) level
            ((name, target) :: scope) goal body
    | .ifE c t e =>
      if isLineJs vis level scope (.ifE c t e) then
        giveJs level goal (strictExprJs vis false scope (.ifE c t e))
      else
        let cond := strictExprJs vis false scope c
        match twoWaysJs vis scope c e with
        | some compared =>
          line level ("if (" ++ cond ++ compared ++ ") {") ++
            strictIntoJs vis (level + 1) scope goal t ++
            (match goal with
            | Option.none => line level "}" ++ strictIntoJs vis level scope goal e
            | some _ =>
              if isHadJs scope goal e then line level "}"
              else
                line level "} else {" ++ strictIntoJs vis (level + 1) scope goal e ++
                  line level "}")
        | Option.none =>
          line level ("switch (" ++ cond ++ ") {") ++ line (level + 1) "case true: {" ++
            strictIntoJs vis (level + 2) scope goal t ++ endArmJs (level + 1) goal ++
            line (level + 1) "case false: {" ++
            strictIntoJs vis (level + 2) scope goal e ++ endArmJs (level + 1) goal ++
            line (level + 1) "default: {" ++ giveJs (level + 2) goal "null" ++
            line (level + 1) "}" ++ line level "}"
    | .dispatch scrutinee cases default =>
      if isLineJs vis level scope (.dispatch scrutinee cases default) then
        giveJs level goal (strictExprJs vis false scope (.dispatch scrutinee cases default))
      else
        line level ("switch (" ++ strictExprJs vis false scope scrutinee ++ ") {") ++
          strictIntoCasesJs vis level scope goal cases ++ line (level + 1) "default: {" ++
          strictIntoJs vis (level + 2) scope goal default ++ line (level + 1) "}" ++
          line level "}"
    | .fold lst init acc elem body =>
      if isLineJs vis level scope (.fold lst init acc elem body) then
        giveJs level goal (strictExprJs vis false scope (.fold lst init acc elem body))
      else
        let own := fresh vis.taken scope "list"
        let items := itemsJs vis scope own lst
        let declared :=
          if isVarExpr lst then ""
          else line level ("const " ++ own ++ " = " ++ strictExprJs vis false scope lst)
        let outer := if isVarExpr lst then vis else vis.withTaken own
        let accTarget := fresh outer.taken scope acc
        let inner := (acc, accTarget) :: scope
        let index := fresh outer.taken inner "i"
        let within := outer.withTaken index
        let elemTarget := fresh within.taken inner elem
        let bodyScope := (elem, elemTarget) :: inner
        let sure := surelyBoolAcc vis scope bodyScope accTarget init body
        let at_ :=
          match goal with
          | some _ => level + 1
          | Option.none => level
        let loop :=
          line at_ ("let " ++ accTarget ++ " = " ++ strictExprJs outer false scope init) ++
            line at_
              ("for (let " ++ index ++ " = 0; " ++ index ++ " < " ++ items ++ ".length; " ++
                index ++ "++) {") ++
            line (at_ + 1) ("const " ++ elemTarget ++ " = " ++ items ++ "[" ++ index ++ "]") ++
            strictIntoJs (within.withBoolean sure accTarget) (at_ + 1) bodyScope
              (some accTarget) body ++
            line at_ "}" ++ giveJs at_ goal accTarget
        declared ++
          (match goal with
          | some _ =>
            line level ("if (rt.isList(" ++ items ++ ")) {") ++ loop ++
              line level "} else {" ++ giveJs (level + 1) goal "null" ++ line level "}"
          | Option.none =>
            line level ("if (!rt.isList(" ++ items ++ ")) {") ++
              giveJs (level + 1) goal "null" ++ line level "}" ++ loop)
    | .var name =>
      if hasJs scope goal name then "" else giveJs level goal (strictVarJs vis scope name)
    | e => giveJs level goal (strictExprJs vis false scope e)

  def strictIntoCasesJs (vis : Visible) (level : Nat) (scope : Scope) (goal : Goal) :
      List (String × Expr) → String
    | [] => ""
    | (k, e) :: rest =>
      line (level + 1) ("case " ++ quoteJs k ++ ": {") ++
        strictIntoJs vis (level + 2) scope goal e ++ endArmJs (level + 1) goal ++
        strictIntoCasesJs vis level scope goal rest
end

/-! ## Statements -/

def strictPayloadJs (vis : Visible) (scope : Scope) : List (String × Expr) → String
  | [] => ""
  | (k, e) :: rest =>
    ", " ++ keyJs k ++ ": " ++ strictExprJs vis false scope e ++
      strictPayloadJs vis scope rest

mutual
  /-- The lines of a statement; in a constructor a return gives the fields. -/
  def strictLinesJs (vis : Visible) (constructs : Bool) (level : Nat) (scope : Scope) :
      Stmt → String
    | .ret (.lit .none) => ""
    | .ret val =>
      let text := strictExprJs vis false scope val
      line level
        (if constructs then "return rt.fields(" ++ text ++ ")"
        else "return { value: " ++ text ++ ", effects }")
    | .emit effectType payload rest =>
      line level
        ("effects.push({ type: " ++ quoteJs effectType ++ strictPayloadJs vis scope payload ++
          " })") ++
        strictLinesJs vis constructs level scope rest
    | .letS name val body =>
      let target := fresh vis.taken scope name
      line level ("const " ++ target ++ " = " ++ strictExprJs vis false scope val) ++
        strictLinesJs vis constructs level ((name, target) :: scope) body
    | .ifS c t e =>
      let cond := strictExprJs vis false scope c
      if surelyBool vis scope c then
        line level ("if (" ++ cond ++ ") {") ++
          strictLinesJs vis constructs (level + 1) scope t ++
          line level "} else {" ++ strictLinesJs vis constructs (level + 1) scope e ++
          line level "}"
      else
        line level ("switch (" ++ cond ++ ") {") ++ line (level + 1) "case true: {" ++
          strictLinesJs vis constructs (level + 2) scope t ++ line (level + 2) "break" ++
          line (level + 1) "}" ++ line (level + 1) "case false: {" ++
          strictLinesJs vis constructs (level + 2) scope e ++ line (level + 2) "break" ++
          line (level + 1) "}" ++ line level "}"
    | .dispatch scrutinee cases default =>
      line level ("switch (" ++ strictExprJs vis false scope scrutinee ++ ") {") ++
        strictStmtCasesJs vis constructs level scope cases ++
        line (level + 1) "default: {" ++
        strictLinesJs vis constructs (level + 2) scope default ++ line (level + 1) "}" ++
        line level "}"
    | .forIn collection elem body rest =>
      let target := fresh vis.taken scope elem
      line level
        ("for (const " ++ target ++ " of rt.items(" ++
          strictExprJs vis false scope collection ++ ")) {") ++
        strictLinesJs vis constructs (level + 1) ((elem, target) :: scope) body ++
        line level "}" ++ strictLinesJs vis constructs level scope rest
    | .seq a b =>
      line level "{" ++ strictLinesJs vis constructs (level + 1) scope a ++ line level "}" ++
        strictLinesJs vis constructs level scope b

  def strictStmtCasesJs (vis : Visible) (constructs : Bool) (level : Nat) (scope : Scope) :
      List (String × Stmt) → String
    | [] => ""
    | (k, s) :: rest =>
      line (level + 1) ("case " ++ quoteJs k ++ ": {") ++
        strictLinesJs vis constructs (level + 2) scope s ++ line (level + 2) "break" ++
        line (level + 1) "}" ++ strictStmtCasesJs vis constructs level scope rest
end

def strictConstantJs (vis : Visible) (name : String) (val : Expr) : String :=
  "export const " ++ name ++ " = rt.freeze(" ++ strictExprJs vis false [] val ++ ")"

def strictParamsJs (vis : Visible) (params : List String) : String :=
  "(" ++ joinWith ", " (paramTargets vis.taken [] params) ++ ") {\n"

def strictFuncJs (vis : Visible) (f : FuncDecl) : String :=
  exportWord f.isExport ++ "function " ++ f.name ++ strictParamsJs vis f.params ++
    strictIntoJs vis 1 (bindAll vis.taken [] f.params) Option.none f.body ++ "}"

/-- What an effect function or method consists of after its name. -/
def strictEffectsJs (vis : Visible) (level : Nat) (params : List String) (body : Stmt) :
    String :=
  strictParamsJs vis params ++ line (level + 1) "const effects = []" ++
    strictLinesJs vis false (level + 1) (bindAll vis.taken [] params) body ++
    line (level + 1) "return { value: null, effects }" ++ indent level ++ "}"

def strictEffectFuncJs (vis : Visible) (f : EffectFuncDecl) : String :=
  exportWord f.isExport ++ "function " ++ f.name ++ strictEffectsJs vis 0 f.params f.body

def strictConstructorJs (vis : Visible) (c : ClassDecl) : String :=
  indent 1 ++ "static new" ++ strictParamsJs vis c.constructorParams ++
    strictLinesJs vis true 2 (bindAll vis.taken [] c.constructorParams) c.constructorBody ++
    line 2 "return {}" ++ line 1 "}"

def strictMethodsJs (vis : Visible) (cls : String) : List MethodDecl → String
  | [] => ""
  | m :: rest =>
    "\n" ++ indent 1 ++ "static " ++ m.name ++
      strictEffectsJs vis 1 ("this" :: m.params) m.body ++ "\n" ++
      strictMethodsJs (vis.withMethod cls m) cls rest

def strictClassJs (vis : Visible) (c : ClassDecl) : String :=
  exportWord c.isExport ++ "class " ++ c.name ++ " {\n" ++ strictConstructorJs vis c ++
    strictMethodsJs (vis.withConstructor c) c.name c.methods ++ "}"

/-- Strict JavaScript. -/
def strictJs : Language :=
  { constant := strictConstantJs,
    func := strictFuncJs,
    effectFunc := strictEffectFuncJs,
    cls := strictClassJs }

end Enc.DSL
