import Enc.DSL.StrictJs
import Enc.DSL.StrictRs

/-!
# Lowering a module

The texts of a module's declarations in either profile and language, as the referee answers
them (docs/lowering.md, "Comparing").
-/

namespace Enc.DSL

def referenceClassesJs : List ClassDecl → Texts
  | [] => some []
  | c :: rest => withText (lowersClassJs c) c.name (compileClass c) (referenceClassesJs rest)

def referenceEffectFuncsJs (m : ModuleDecl) : List EffectFuncDecl → Texts
  | [] => referenceClassesJs m.classes
  | f :: rest =>
    withText (lowersEffectFuncJs f) f.name (compileEffectFunc f)
      (referenceEffectFuncsJs m rest)

def referenceFuncsJs (m : ModuleDecl) : List FuncDecl → Texts
  | [] => referenceEffectFuncsJs m m.effectFunctions
  | f :: rest => withText (lowersFuncJs f) f.name (compileFunc f) (referenceFuncsJs m rest)

def referenceConstantsJs (m : ModuleDecl) : List (String × Expr) → Texts
  | [] => referenceFuncsJs m m.functions
  | (name, val) :: rest =>
    withText (isJsIdentifier name && lowersJs val) name (compileConstant name val)
      (referenceConstantsJs m rest)

/-- The reference JavaScript of every declaration of a module, in order. -/
def referenceTextsJs (m : ModuleDecl) : Texts := referenceConstantsJs m m.constants

/-- The texts of numbered expressions: `name/0`, `name/1`, … -/
def exprTextsRs (name : String) (after : Texts) : Nat → List Expr → Texts
  | _, [] => after
  | at_, e :: rest =>
    withText (lowersRs e) (name ++ "/" ++ decimal at_) (compileExprRs e)
      (exprTextsRs name after (at_ + 1) rest)

def referenceMethodsRs (cls : String) (after : Texts) : List MethodDecl → Texts
  | [] => after
  | m :: rest =>
    exprTextsRs (cls ++ "." ++ m.name) (referenceMethodsRs cls after rest) 0
      (stmtExprs [] m.body)

def referenceClassesRs : List ClassDecl → Texts
  | [] => some []
  | c :: rest =>
    exprTextsRs (c.name ++ ".new")
      (referenceMethodsRs c.name (referenceClassesRs rest) c.methods) 0
      (stmtExprs [] c.constructorBody)

def referenceEffectFuncsRs (m : ModuleDecl) : List EffectFuncDecl → Texts
  | [] => referenceClassesRs m.classes
  | f :: rest =>
    exprTextsRs f.name (referenceEffectFuncsRs m rest) 0 (stmtExprs [] f.body)

def referenceFuncsRs (m : ModuleDecl) : List FuncDecl → Texts
  | [] => referenceEffectFuncsRs m m.effectFunctions
  | f :: rest =>
    withText (lowersRs f.body) f.name (compileExprRs f.body) (referenceFuncsRs m rest)

def referenceConstantsRs (m : ModuleDecl) : List (String × Expr) → Texts
  | [] => referenceFuncsRs m m.functions
  | (name, val) :: rest =>
    withText (lowersRs val) name (compileExprRs val) (referenceConstantsRs m rest)

/-- The reference Rust of every expression of a module: constants and functions under their
names, the expressions of statements numbered. -/
def referenceTextsRs (m : ModuleDecl) : Texts := referenceConstantsRs m m.constants

/-- The texts of a module; `none` inside for what may not be lowered, outside for an unknown
profile, language or module. -/
def lowerModule (modules : List SpecModule) (profile to path : String) : Option Texts :=
  match findModule path modules with
  | Option.none => Option.none
  | some m =>
    match profile, to with
    | "strict", "js" => some (strictTexts strictJs modules m.decl)
    | "strict", "rust" => some (strictTexts strictRs modules m.decl)
    | "reference", "js" => some (referenceTextsJs m.decl)
    | "reference", "rust" => some (referenceTextsRs m.decl)
    | _, _ => Option.none

end Enc.DSL
