import Enc.DSL.Parse

/-!
# Reading the image

The inverse of `Image`: unknown, repeated or extra keys are refused, and so is any text of a
natural or of bytes but the canonical one. Fields of declarations that have defaults may be
missing.
-/

namespace Enc.DSL

/-- What reading answers: the thing, or why there is none. -/
abbrev Read := Except String

/-- A string. -/
def readStr : Tree → Read String
  | .str s => .ok s
  | _ => .error "expected a string"

/-- A boolean. -/
def readBool : Tree → Read Bool
  | .bool b => .ok b
  | _ => .error "expected a boolean"

/-- Strings. -/
def readStrs : List Tree → Read (List String)
  | [] => .ok []
  | t :: ts => do
    let s ← readStr t
    let ss ← readStrs ts
    return s :: ss

/-- The items of an array. -/
def readItems : Tree → Read (List Tree)
  | .arr items => .ok items
  | _ => .error "expected an array"

/-- A natural in its one spelling. -/
def readNat (s : String) : Read Nat :=
  match s.toList with
  | [] => .error "bad natural"
  | '0' :: _ :: _ => .error "bad natural"
  | cs =>
    match digitsInto 0 cs with
    | some n => .ok n
    | Option.none => .error "bad natural"

/-- Whether hex digits are all lower-case. -/
def isLowerHex : List Char → Bool
  | [] => true
  | c :: cs => if 65 ≤ c.toNat ∧ c.toNat ≤ 70 then false else isLowerHex cs

/-- Bytes in their one spelling. -/
def readHex (s : String) : Read (List UInt8) :=
  if isLowerHex s.toList = true then
    match hexBytesInto [] s.toList with
    | some bs => .ok bs
    | Option.none => .error "bad bytes"
  else .error "bad bytes"

mutual
/-- A value; `fuel` bounds its depth. -/
def readVal : (fuel : Nat) → Tree → Read Val
  | fuel + 1, .obj [(key, t)] =>
    match key, t with
    | "nat", .str s => do return .nat (← readNat s)
    | "bool", .bool b => .ok (.bool b)
    | "str", .str s => .ok (.str s)
    | "bytes", .str s => do return .bytes (← readHex s)
    | "list", .arr items => do return .list (← readVals fuel items)
    | "record", .arr items => do return .record (← readValFields fuel items)
    | "none", .null => .ok .none
    | _, _ => .error "expected a value"
  | _, _ => .error "expected a value"

/-- Values. -/
def readVals : (fuel : Nat) → List Tree → Read (List Val)
  | _, [] => .ok []
  | fuel + 1, t :: ts => do
    let v ← readVal fuel t
    let vs ← readVals fuel ts
    return v :: vs
  | 0, _ => .error "too deep"

/-- Fields of a record. -/
def readValFields : (fuel : Nat) → List Tree → Read (List (String × Val))
  | _, [] => .ok []
  | fuel + 1, .arr [.str k, t] :: ts => do
    let v ← readVal fuel t
    let fs ← readValFields fuel ts
    return (k, v) :: fs
  | _, _ => .error "expected a pair of a key and a value"
end

mutual
/-- An expression; `fuel` bounds its depth. -/
def readExpr : (fuel : Nat) → Tree → Read Expr
  | fuel + 1, .obj [(key, t)] =>
    match key, t with
    | "var", .str x => .ok (.var x)
    | "lit", t => do return .lit (← readVal fuel t)
    | "lam", .arr [.str p, b] => do return .lam p (← readExpr fuel b)
    | "app", .arr [f, a] => do return .app (← readExpr fuel f) (← readExpr fuel a)
    | "letE", .arr [.str x, v, b] => do return .letE x (← readExpr fuel v) (← readExpr fuel b)
    | "ifE", .arr [c, t, e] => do
      return .ifE (← readExpr fuel c) (← readExpr fuel t) (← readExpr fuel e)
    | "record", .arr fs => do return .record (← readExprFields fuel fs)
    | "get", .arr [e, .str k] => do return .get (← readExpr fuel e) k
    | "set", .arr [e, .str k, v] => do return .set (← readExpr fuel e) k (← readExpr fuel v)
    | "list", .arr es => do return .list (← readExprs fuel es)
    | "fold", .arr [l, i, .str a, .str x, b] => do
      return .fold (← readExpr fuel l) (← readExpr fuel i) a x (← readExpr fuel b)
    | "dispatch", .arr [s, .arr cases, d] => do
      return .dispatch (← readExpr fuel s) (← readExprFields fuel cases) (← readExpr fuel d)
    | "op", .arr [.str name, .arr args] =>
      match Op.ofName? name with
      | some o => do return .op o (← readExprs fuel args)
      | Option.none => .error "unknown operation"
    | "prim", .arr [.str name, .arr args] =>
      match Prim.ofName? name with
      | some p => do return .prim p (← readExprs fuel args)
      | Option.none => .error "unknown primitive"
    | "call", .arr [.str name, .arr args] => do return .call name (← readExprs fuel args)
    | "rawExpr", .str code => .ok (.rawExpr code)
    | _, _ => .error "expected an expression"
  | _, _ => .error "expected an expression"

/-- Expressions. -/
def readExprs : (fuel : Nat) → List Tree → Read (List Expr)
  | _, [] => .ok []
  | fuel + 1, t :: ts => do
    let e ← readExpr fuel t
    let es ← readExprs fuel ts
    return e :: es
  | 0, _ => .error "too deep"

/-- Named expressions. -/
def readExprFields : (fuel : Nat) → List Tree → Read (List (String × Expr))
  | _, [] => .ok []
  | fuel + 1, .arr [.str k, t] :: ts => do
    let e ← readExpr fuel t
    let fs ← readExprFields fuel ts
    return (k, e) :: fs
  | _, _ => .error "expected a pair of a key and an expression"
end

mutual
/-- A statement; `fuel` bounds its depth. -/
def readStmt : (fuel : Nat) → Tree → Read Stmt
  | fuel + 1, .obj [(key, t)] =>
    match key, t with
    | "ret", e => do return .ret (← readExpr fuel e)
    | "emit", .arr [.str t, .arr payload, rest] => do
      return .emit t (← readExprFields fuel payload) (← readStmt fuel rest)
    | "letS", .arr [.str x, v, b] => do return .letS x (← readExpr fuel v) (← readStmt fuel b)
    | "ifS", .arr [c, t, e] => do
      return .ifS (← readExpr fuel c) (← readStmt fuel t) (← readStmt fuel e)
    | "dispatch", .arr [s, .arr cases, d] => do
      return .dispatch (← readExpr fuel s) (← readStmtCases fuel cases) (← readStmt fuel d)
    | "forIn", .arr [c, .str x, b, rest] => do
      return .forIn (← readExpr fuel c) x (← readStmt fuel b) (← readStmt fuel rest)
    | "seq", .arr [a, b] => do return .seq (← readStmt fuel a) (← readStmt fuel b)
    | _, _ => .error "expected a statement"
  | _, _ => .error "expected a statement"

/-- Cases of a dispatch. -/
def readStmtCases : (fuel : Nat) → List Tree → Read (List (String × Stmt))
  | _, [] => .ok []
  | fuel + 1, .arr [.str k, t] :: ts => do
    let s ← readStmt fuel t
    let cases ← readStmtCases fuel ts
    return (k, s) :: cases
  | _, _ => .error "expected a pair of a tag and a statement"
end

/-- The key among those known, or a complaint. -/
def checkKeys (known : List String) : List (String × Tree) → Read Unit
  | [] => .ok ()
  | (k, _) :: rest => if isKnown k known = true then checkKeys known rest else .error ("unknown key " ++ k)
where
  isKnown (k : String) : List String → Bool
    | [] => false
    | n :: ns => if n = k then true else isKnown k ns

/-- The members of an object that has only known keys. -/
def readObject (known : List String) : Tree → Read (List (String × Tree))
  | .obj members => do
    checkKeys known members
    return members
  | _ => .error "expected an object"

/-- A member that must be there. -/
def required (members : List (String × Tree)) (key : String) : Read Tree :=
  match memberAt key members with
  | some t => .ok t
  | Option.none => .error ("missing key " ++ key)

/-- A member with a default. -/
def optional (members : List (String × Tree)) (key : String) (default : Tree) : Tree :=
  match memberAt key members with
  | some t => t
  | Option.none => default

/-- A string member. -/
def requiredStr (members : List (String × Tree)) (key : String) : Read String := do
  readStr (← required members key)

/-- A member that is an array of strings. -/
def requiredStrs (members : List (String × Tree)) (key : String) : Read (List String) := do
  readStrs (← readItems (← required members key))

/-- The array of a member; empty where there is none. -/
def optionalItems (members : List (String × Tree)) (key : String) : Read (List Tree) :=
  readItems (optional members key (.arr []))

/-- A function. -/
def readFunc (fuel : Nat) (t : Tree) : Read FuncDecl := do
  let members ← readObject ["name", "params", "isExport", "isAsync", "body"] t
  return {
    name := ← requiredStr members "name"
    params := ← requiredStrs members "params"
    isExport := ← readBool (optional members "isExport" (.bool true))
    isAsync := ← readBool (optional members "isAsync" (.bool false))
    body := ← readExpr fuel (← required members "body") }

/-- An effect function. -/
def readEffectFunc (fuel : Nat) (t : Tree) : Read EffectFuncDecl := do
  let members ← readObject ["name", "params", "isExport", "isAsync", "body"] t
  return {
    name := ← requiredStr members "name"
    params := ← requiredStrs members "params"
    isExport := ← readBool (optional members "isExport" (.bool true))
    isAsync := ← readBool (optional members "isAsync" (.bool false))
    body := ← readStmt fuel (← required members "body") }

/-- A method. -/
def readMethod (fuel : Nat) (t : Tree) : Read MethodDecl := do
  let members ← readObject ["name", "params", "isAsync", "body"] t
  return {
    name := ← requiredStr members "name"
    params := ← requiredStrs members "params"
    isAsync := ← readBool (optional members "isAsync" (.bool false))
    body := ← readStmt fuel (← required members "body") }

/-- Methods. -/
def readMethods (fuel : Nat) : List Tree → Read (List MethodDecl)
  | [] => .ok []
  | t :: ts => do
    let m ← readMethod fuel t
    let ms ← readMethods fuel ts
    return m :: ms

/-- A class. -/
def readClass (fuel : Nat) (t : Tree) : Read ClassDecl := do
  let members ←
    readObject ["name", "isExport", "constructorParams", "constructorBody", "methods"] t
  let body ← match memberAt "constructorBody" members with
    | some t => readStmt fuel t
    | Option.none => .ok (.ret (.lit .none))
  return {
    name := ← requiredStr members "name"
    isExport := ← readBool (optional members "isExport" (.bool true))
    constructorParams := ← readStrs (← optionalItems members "constructorParams")
    constructorBody := body
    methods := ← readMethods fuel (← optionalItems members "methods") }

/-- Classes. -/
def readClasses (fuel : Nat) : List Tree → Read (List ClassDecl)
  | [] => .ok []
  | t :: ts => do
    let c ← readClass fuel t
    let cs ← readClasses fuel ts
    return c :: cs

/-- Functions. -/
def readFuncs (fuel : Nat) : List Tree → Read (List FuncDecl)
  | [] => .ok []
  | t :: ts => do
    let f ← readFunc fuel t
    let fs ← readFuncs fuel ts
    return f :: fs

/-- Effect functions. -/
def readEffectFuncs (fuel : Nat) : List Tree → Read (List EffectFuncDecl)
  | [] => .ok []
  | t :: ts => do
    let f ← readEffectFunc fuel t
    let fs ← readEffectFuncs fuel ts
    return f :: fs

/-- Imports. -/
def readImports : List Tree → Read (List (List String × String))
  | [] => .ok []
  | .arr [.arr names, .str source] :: ts => do
    let names ← readStrs names
    let rest ← readImports ts
    return (names, source) :: rest
  | _ => .error "expected a pair of names and a source"

/-- A module from its image. -/
def readModule (fuel : Nat) (t : Tree) : Read ModuleDecl := do
  let file ← readObject ["module"] t
  let members ←
    readObject
      ["name", "header", "imports", "constants", "classes", "functions", "effectFunctions"]
      (← required file "module")
  return {
    name := ← requiredStr members "name"
    header := ← requiredStr members "header"
    imports := ← readImports (← readItems (← required members "imports"))
    constants := ← readExprFields fuel (← optionalItems members "constants")
    classes := ← readClasses fuel (← optionalItems members "classes")
    functions := ← readFuncs fuel (← optionalItems members "functions")
    effectFunctions := ← readEffectFuncs fuel (← optionalItems members "effectFunctions") }

end Enc.DSL
