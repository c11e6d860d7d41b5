import Enc.DSL.Grammar

/-!
# Short names for the grammar

The modules are plain terms of the grammar; these abbreviations keep them readable.
-/

namespace Enc.Modules
open Enc.DSL

/-- A variable. -/
def v (name : String) : Expr := .var name
/-- A natural number. -/
def n (value : Nat) : Expr := .lit (.nat value)
/-- Text. -/
def s (value : String) : Expr := .lit (.str value)
/-- Octets. -/
def octets (value : List UInt8) : Expr := .lit (.bytes value)
/-- Truth. -/
def yes : Expr := .lit (.bool true)
/-- Falsehood. -/
def no : Expr := .lit (.bool false)
/-- Absence. -/
def nothing : Expr := .lit .none

/-- A list of texts. -/
def texts (items : List String) : Expr := .list (literals items)
where
  /-- The library's map is polymorphic, and this is executed. -/
  literals : List String → List Expr
    | [] => []
    | item :: rest => s item :: literals rest

def add (a b : Expr) : Expr := .op .add [a, b]
def sub (a b : Expr) : Expr := .op .sub [a, b]
def mul (a b : Expr) : Expr := .op .mul [a, b]
def div (a b : Expr) : Expr := .op .div [a, b]
def mod (a b : Expr) : Expr := .op .mod [a, b]
def band (a b : Expr) : Expr := .op .band [a, b]
def bor (a b : Expr) : Expr := .op .bor [a, b]
def bxor (a b : Expr) : Expr := .op .bxor [a, b]
def shl (a b : Expr) : Expr := .op .shl [a, b]
def shr (a b : Expr) : Expr := .op .shr [a, b]
def eq (a b : Expr) : Expr := .op .eq [a, b]
def lt (a b : Expr) : Expr := .op .lt [a, b]
def le (a b : Expr) : Expr := .op .le [a, b]
def and (a b : Expr) : Expr := .op .and [a, b]
def or (a b : Expr) : Expr := .op .or [a, b]
def not (a : Expr) : Expr := .op .not [a]
def concatStr (a b : Expr) : Expr := .op .concatStr [a, b]
def concatList (a b : Expr) : Expr := .op .concatList [a, b]
def lengthStr (a : Expr) : Expr := .op .lengthStr [a]
def lengthList (a : Expr) : Expr := .op .lengthList [a]
def lengthBytes (a : Expr) : Expr := .op .lengthBytes [a]

/-- `a` differs from `b`. -/
def ne (a b : Expr) : Expr := not (eq a b)
/-- A pure function that is exported. -/
def fn (name : String) (params : List String) (body : Expr) : FuncDecl :=
  { name, params, body }
/-- A pure function for this module only. -/
def helper (name : String) (params : List String) (body : Expr) : FuncDecl :=
  { name, params, isExport := false, body }
/-- A function with effects that is exported. -/
def effectFn (name : String) (params : List String) (body : Stmt) : EffectFuncDecl :=
  { name, params, body }
/-- The end of a branch that does not return. -/
def done : Stmt := .ret (.lit .none)

end Enc.Modules
