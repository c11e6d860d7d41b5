import Enc.Modules.Sugar

/-!
# Lists

The derivations of section 16 of the language reference. The grammar has no functions as
values, so each is written for one use; the general laws are theorems.
-/

namespace Enc.Modules.List
open Enc.DSL Enc.Modules

/-- Section 16's `map`, for a body over `x`. -/
def mapOver (items : Expr) (body : Expr) : Expr :=
  .fold items (.list []) "acc" "x" (concatList (v "acc") (.list [body]))

/-- Section 16's `filter`, for a test over `x`. -/
def filterOver (items : Expr) (test : Expr) : Expr :=
  .fold items (.list []) "acc" "x"
    (.ifE test (concatList (v "acc") (.list [v "x"])) (v "acc"))

/-- Section 16's `find`. -/
def findOver (items : Expr) (test : Expr) : Expr :=
  .fold items nothing "acc" "x"
    (.ifE (not (eq (v "acc") nothing)) (v "acc") (.ifE test (v "x") nothing))

/-- Section 16's `any`. -/
def anyOver (items : Expr) (test : Expr) : Expr :=
  .fold items no "acc" "x" (or (v "acc") test)

/-- Section 16's `all`. -/
def allOver (items : Expr) (test : Expr) : Expr :=
  .fold items yes "acc" "x" (and (v "acc") test)

/-- Section 16's `sum`. -/
def sumOver (items : Expr) : Expr :=
  .fold items (n 0) "acc" "x" (add (v "acc") (v "x"))

/-- Section 16's `count`. -/
def countOver (items : Expr) : Expr :=
  .fold items (n 0) "acc" "_" (add (v "acc") (n 1))

def mapDouble : FuncDecl := fn "mapDouble" ["items"] <|
  mapOver (v "items") (mul (v "x") (n 2))

def mapName : FuncDecl := fn "mapName" ["items"] <|
  mapOver (v "items") (.get (v "x") "name")

def filterEven : FuncDecl := fn "filterEven" ["items"] <|
  filterOver (v "items") (eq (mod (v "x") (n 2)) (n 0))

/-- The items whose field `type` is `kind`. -/
def filterType : FuncDecl := fn "filterType" ["items", "kind"] <|
  filterOver (v "items") (eq (.get (v "x") "type") (v "kind"))

/-- The first member whose role is `admin`. -/
def findAdmin : FuncDecl := fn "findAdmin" ["members"] <|
  findOver (v "members") (eq (.get (v "x") "role") (s "admin"))

/-- The first record whose field `id` is `id`. -/
def findById : FuncDecl := fn "findById" ["items", "id"] <|
  findOver (v "items") (eq (.get (v "x") "id") (v "id"))

def anyZero : FuncDecl := fn "anyZero" ["items"] <|
  anyOver (v "items") (eq (v "x") (n 0))

def contains : FuncDecl := fn "contains" ["items", "item"] <|
  anyOver (v "items") (eq (v "x") (v "item"))

def allPositive : FuncDecl := fn "allPositive" ["items"] <|
  allOver (v "items") (lt (n 0) (v "x"))

def sum : FuncDecl := fn "sum" ["items"] <| sumOver (v "items")

def count : FuncDecl := fn "count" ["items"] <| countOver (v "items")

def countType : FuncDecl := fn "countType" ["items", "kind"] <|
  countOver (filterOver (v "items") (eq (.get (v "x") "type") (v "kind")))

def reverse : FuncDecl := fn "reverse" ["items"] <|
  .fold (v "items") (.list []) "acc" "x" (concatList (.list [v "x"]) (v "acc"))

def flatten : FuncDecl := fn "flatten" ["lists"] <|
  .fold (v "lists") (.list []) "acc" "x" (concatList (v "acc") (v "x"))

def join : FuncDecl := fn "join" ["texts"] <|
  .fold (v "texts") (s "") "acc" "x" (concatStr (v "acc") (v "x"))

def largest : FuncDecl := fn "largest" ["items"] <|
  .fold (v "items") (n 0) "acc" "x" (.ifE (lt (v "acc") (v "x")) (v "x") (v "acc"))

/-- Folds with a counter: the elements before position `count`. -/
def take : FuncDecl := fn "take" ["items", "count"] <|
  .get
    (.fold (v "items") (.record [("at", n 0), ("out", .list [])]) "acc" "x"
      (.record
        [ ("at", add (.get (v "acc") "at") (n 1)),
          ("out", .ifE (lt (.get (v "acc") "at") (v "count"))
            (concatList (.get (v "acc") "out") (.list [v "x"]))
            (.get (v "acc") "out")) ]))
    "out"

/-- The element at a position that is only known at run time. -/
def nth : FuncDecl := fn "nth" ["items", "position"] <|
  .get
    (.fold (v "items") (.record [("at", n 0), ("found", nothing)]) "acc" "x"
      (.record
        [ ("at", add (.get (v "acc") "at") (n 1)),
          ("found", .ifE (eq (.get (v "acc") "at") (v "position"))
            (v "x") (.get (v "acc") "found")) ]))
    "found"

/-- Sum of squares: a derivation applied to another, with names that meet reserved words. -/
def sumSquares : FuncDecl := fn "sumSquares" ["ref"] <|
  .letE "match" (mapOver (v "ref") (mul (v "x") (v "x"))) <|
    .letE "match" (sumOver (v "match")) (v "match")

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "List",
        header := "Derivations from fold: map, filter, find, any, all, sum, count.",
        imports := [],
        functions :=
          [ mapDouble, mapName, filterEven, filterType, findAdmin, findById, anyZero, contains,
            allPositive, sum, count, countType, reverse, flatten, join, largest, take, nth,
            sumSquares ] } }

end Enc.Modules.List
