import Enc.DSL.Compile
import Enc.DSL.Value

/-!
# What both strict printers share

Which names a declaration sees, which declarations are portable, and the walk over a module's
declarations (docs/lowering.md).
-/

namespace Enc.DSL

/-- What a declaration may refer to beyond its locals. -/
structure Visible where
  /-- Every imported and declared name of the module, visible or not: locals avoid them. -/
  taken : List String
  /-- Constants in sight. -/
  constants : List String
  /-- What a call may name, with its number of arguments. -/
  callees : List (String × Nat)
  /-- Target names of the locals that are surely boolean. -/
  booleans : List String

def findArity (name : String) : List (String × Nat) → Option Nat
  | [] => Option.none
  | (other, arity) :: rest => if other = name then some arity else findArity name rest

/-- Whether the call resolves and the number of arguments is right. -/
def Visible.fits (vis : Visible) (name : String) (args : Nat) : Bool :=
  match findArity name vis.callees with
  | some arity => decide (arity = args)
  | Option.none => false

/-- Whether the call resolves. -/
def Visible.resolves (vis : Visible) (name : String) : Bool :=
  match findArity name vis.callees with
  | some _ => true
  | Option.none => false

/-- Keeps locals from a target name. -/
def Visible.withTaken (vis : Visible) (target : String) : Visible :=
  { vis with taken := target :: vis.taken }

/-- Notes whether the local of that target name is surely boolean. -/
def Visible.withBoolean (vis : Visible) (sure : Bool) (target : String) : Visible :=
  if sure then { vis with booleans := target :: vis.booleans } else vis

def Visible.withConstant (vis : Visible) (name : String) : Visible :=
  { vis with constants := name :: vis.constants }

def Visible.withFunc (vis : Visible) (f : FuncDecl) : Visible :=
  { vis with callees := (f.name, countNames f.params) :: vis.callees }

def Visible.withConstructor (vis : Visible) (c : ClassDecl) : Visible :=
  { vis with callees := (c.name ++ ".new", countNames c.constructorParams) :: vis.callees }

def Visible.withMethod (vis : Visible) (cls : String) (m : MethodDecl) : Visible :=
  { vis with callees := (cls ++ "." ++ m.name, countNames m.params + 1) :: vis.callees }

def Visible.withMethods (vis : Visible) (cls : String) : List MethodDecl → Visible
  | [] => vis
  | m :: rest => (vis.withMethod cls m).withMethods cls rest

def Visible.withClass (vis : Visible) (c : ClassDecl) : Visible :=
  (vis.withConstructor c).withMethods c.name c.methods

/-! ## Imports -/

def findConstant (name : String) : List (String × Expr) → Option Expr
  | [] => Option.none
  | (other, val) :: rest => if other = name then some val else findConstant name rest

def findFunc (name : String) : List FuncDecl → Option FuncDecl
  | [] => Option.none
  | f :: rest => if f.name = name then some f else findFunc name rest

def findClass (name : String) : List ClassDecl → Option ClassDecl
  | [] => Option.none
  | c :: rest => if c.name = name then some c else findClass name rest

/-- The module at `layer/Name`. -/
def findModule (path : String) : List SpecModule → Option SpecModule
  | [] => Option.none
  | m :: rest => if m.layer ++ "/" ++ m.decl.name = path then some m else findModule path rest

/-- Brings what an imported name stands for into sight. -/
def Visible.withImport (vis : Visible) (source : ModuleDecl) (name : String) : Visible :=
  match findConstant name source.constants with
  | some _ => vis.withConstant name
  | Option.none =>
    match findFunc name source.functions with
    | some f => if f.isExport then vis.withFunc f else vis
    | Option.none =>
      match findClass name source.classes with
      | some c => if c.isExport then vis.withClass c else vis
      | Option.none => vis

def Visible.withImports (vis : Visible) (source : ModuleDecl) : List String → Visible
  | [] => vis
  | name :: rest => (vis.withImport source name).withImports source rest

def Visible.withSources (vis : Visible) (modules : List SpecModule) :
    List (List String × String) → Visible
  | [] => vis
  | (names, source) :: rest =>
    match findModule source modules with
    | some m => (vis.withImports m.decl names).withSources modules rest
    | Option.none => vis.withSources modules rest

def importedNames : List (List String × String) → List String → List String
  | [], more => more
  | (names, _) :: rest, more => bothNames names (importedNames rest more)

def constantNames : List (String × Expr) → List String → List String
  | [], more => more
  | (name, _) :: rest, more => name :: constantNames rest more

def funcNames : List FuncDecl → List String → List String
  | [], more => more
  | f :: rest, more => f.name :: funcNames rest more

def effectFuncNames : List EffectFuncDecl → List String → List String
  | [], more => more
  | f :: rest, more => f.name :: effectFuncNames rest more

def classNames : List ClassDecl → List String → List String
  | [], more => more
  | c :: rest, more => c.name :: classNames rest more

/-- What the first declaration of a module sees. -/
def visibleAtStart (modules : List SpecModule) (m : ModuleDecl) : Visible :=
  { taken :=
      importedNames m.imports
        (constantNames m.constants
          (funcNames m.functions
            (effectFuncNames m.effectFunctions (classNames m.classes [])))),
    constants := [],
    callees := [],
    booleans := [] : Visible }.withSources modules m.imports

/-! ## Portability -/

mutual
  /-- No `lam`, `app`, `rawExpr`, and every call resolves. -/
  def portable (vis : Visible) : Expr → Bool
    | .var _ | .lit _ => true
    | .lam _ _ | .app _ _ | .rawExpr _ => false
    | .letE _ val body => portable vis val && portable vis body
    | .ifE c t e => portable vis c && portable vis t && portable vis e
    | .record fields => portableFields vis fields
    | .get obj _ => portable vis obj
    | .set obj _ val => portable vis obj && portable vis val
    | .list elems => portableAll vis elems
    | .fold lst init _ _ body => portable vis lst && portable vis init && portable vis body
    | .dispatch scrutinee cases default =>
      portable vis scrutinee && portableFields vis cases && portable vis default
    | .op _ args | .prim _ args => portableAll vis args
    | .call name args => vis.resolves name && portableAll vis args

  def portableAll (vis : Visible) : List Expr → Bool
    | [] => true
    | e :: rest => portable vis e && portableAll vis rest

  def portableFields (vis : Visible) : List (String × Expr) → Bool
    | [] => true
    | (_, e) :: rest => portable vis e && portableFields vis rest
end

mutual
  /-- Portable in all its expressions; a constructor does not emit. -/
  def portableStmt (vis : Visible) (constructs : Bool) : Stmt → Bool
    | .ret val => portable vis val
    | .emit _ payload rest =>
      !constructs && portableFields vis payload && portableStmt vis constructs rest
    | .letS _ val body => portable vis val && portableStmt vis constructs body
    | .ifS c t e =>
      portable vis c && portableStmt vis constructs t && portableStmt vis constructs e
    | .dispatch scrutinee cases default =>
      portable vis scrutinee && portableCases vis constructs cases &&
        portableStmt vis constructs default
    | .forIn collection _ body rest =>
      portable vis collection && portableStmt vis constructs body &&
        portableStmt vis constructs rest
    | .seq a b => portableStmt vis constructs a && portableStmt vis constructs b

  def portableCases (vis : Visible) (constructs : Bool) : List (String × Stmt) → Bool
    | [] => true
    | (_, s) :: rest => portableStmt vis constructs s && portableCases vis constructs rest
end

def portableMethods (vis : Visible) (cls : String) : List MethodDecl → Bool
  | [] => true
  | m :: rest =>
    portableStmt vis false m.body && portableMethods (vis.withMethod cls m) cls rest

def portableClass (vis : Visible) (c : ClassDecl) : Bool :=
  portableStmt vis true c.constructorBody &&
    portableMethods (vis.withConstructor c) c.name c.methods

/-! ## Conditions -/

mutual
  /-- Whether the value is a boolean in every environment, as far as the form and the locals in
  force show. -/
  def surelyBool (vis : Visible) (scope : Scope) : Expr → Bool
    | .lit (.bool _) => true
    | .var name =>
      match scope.target? name with
      | some target => hasName target vis.booleans
      | Option.none => false
    | .ifE c t e => surelyBool vis scope c && surelyBool vis scope t && surelyBool vis scope e
    | .op .eq args => decide (countExprs args = 2)
    | .op .not args => decide (countExprs args = 1) && surelyBools vis scope args
    | .op .and args => decide (countExprs args = 2) && surelyBools vis scope args
    | .op .or args => decide (countExprs args = 2) && surelyBools vis scope args
    | _ => false

  def surelyBools (vis : Visible) (scope : Scope) : List Expr → Bool
    | [] => true
    | e :: rest => surelyBool vis scope e && surelyBools vis scope rest
end

/-- Whether the accumulator of a fold is: at the start, and after each step if it was before.
`scope` is that of the start, `inner` that of the step. -/
def surelyBoolAcc (vis : Visible) (scope inner : Scope) (target : String) (init body : Expr) :
    Bool :=
  surelyBool vis scope init && surelyBool (vis.withBoolean true target) inner body

/-- Whether it is a literal without parts. -/
def isScalarLit : Expr → Bool
  | .lit (.nat _) | .lit (.bool _) | .lit (.str _) | .lit .none => true
  | _ => false

/-- The infix operator with which JavaScript's own operation does the same, if there is one. -/
def nativeInfixJs (vis : Visible) (scope : Scope) : Op → List Expr → Option String
  | .eq, [a, b] => if isScalarLit a || isScalarLit b then some " === " else Option.none
  | .and, [a, b] =>
    if surelyBool vis scope a && surelyBool vis scope b then some " && " else Option.none
  | .or, [a, b] =>
    if surelyBool vis scope a && surelyBool vis scope b then some " || " else Option.none
  | _, _ => Option.none

/-- Whether JavaScript's own negation does the same. -/
def nativeNotJs (vis : Visible) (scope : Scope) : Op → List Expr → Bool
  | .not, [a] => surelyBool vis scope a
  | _, _ => false

/-! ## Declarations of a module -/

/-- How one language prints each kind of declaration. -/
structure Language where
  constant : Visible → String → Expr → String
  func : Visible → FuncDecl → String
  effectFunc : Visible → EffectFuncDecl → String
  cls : Visible → ClassDecl → String

/-- The texts of declarations with their names, or nothing if one is not portable. -/
abbrev Texts := Option (List (String × String))

/-- One more text in front. -/
def withText (ok : Bool) (name text : String) : Texts → Texts
  | Option.none => Option.none
  | some rest => if ok then some ((name, text) :: rest) else Option.none

def classTexts (lang : Language) (vis : Visible) : List ClassDecl → Texts
  | [] => some []
  | c :: rest =>
    withText (portableClass vis c) c.name (lang.cls vis c)
      (classTexts lang (vis.withClass c) rest)

def effectFuncTexts (lang : Language) (vis : Visible) (classes : List ClassDecl) :
    List EffectFuncDecl → Texts
  | [] => classTexts lang vis classes
  | f :: rest =>
    withText (portableStmt vis false f.body) f.name (lang.effectFunc vis f)
      (effectFuncTexts lang vis classes rest)

def funcTexts (lang : Language) (vis : Visible) (m : ModuleDecl) : List FuncDecl → Texts
  | [] => effectFuncTexts lang vis m.classes m.effectFunctions
  | f :: rest =>
    withText (portable vis f.body) f.name (lang.func vis f)
      (funcTexts lang (vis.withFunc f) m rest)

def constantTexts (lang : Language) (vis : Visible) (m : ModuleDecl) :
    List (String × Expr) → Texts
  | [] => funcTexts lang vis m m.functions
  | (name, val) :: rest =>
    withText (portable vis val) name (lang.constant vis name val)
      (constantTexts lang (vis.withConstant name) m rest)

/-- The strict text of every declaration of a module, in order. -/
def strictTexts (lang : Language) (modules : List SpecModule) (m : ModuleDecl) : Texts :=
  constantTexts lang (visibleAtStart modules m) m m.constants

end Enc.DSL
