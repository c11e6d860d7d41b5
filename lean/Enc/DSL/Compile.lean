import Enc.DSL.Names

/-!
# Reference JavaScript

The tables of sections 3 to 6, 10 and 11 of the language reference, character for character,
with the settlements of docs/lowering.md ("reference profile"). The functions are total;
`lowersJs` says where the reference defines a text at all.
-/

namespace Enc.DSL

mutual
  /-- A literal, as written. -/
  def compileVal : Val → String
    | .nat n => decimal n
    | .bool true => "true"
    | .bool false => "false"
    | .str s => quoteJs s
    | .bytes bs => "new Uint8Array([" ++ joinWith ", " (byteTexts "" bs) ++ "])"
    | .list vs => "[" ++ joinWith ", " (compileVals vs) ++ "]"
    | .record [] => "{}"
    | .record (field :: fields) =>
      "{ " ++ joinWith ", " (compileValFields (field :: fields)) ++ " }"
    | .none => "null"

  def compileVals : List Val → List String
    | [] => []
    | v :: vs => compileVal v :: compileVals vs

  def compileValFields : List (String × Val) → List String
    | [] => []
    | (k, v) :: rest => (k ++ ": " ++ compileVal v) :: compileValFields rest
end

/-- The infix operator of an operation of two operands, where it has one. -/
def Op.infixJs : Op → Option String
  | .add => some " + " | .sub => some " - " | .mul => some " * " | .div => some " / "
  | .mod => some " % " | .band => some " & " | .bor => some " | " | .bxor => some " ^ "
  | .shl => some " << " | .shr => some " >> " | .eq => some " === " | .lt => some " < "
  | .le => some " <= " | .and => some " && " | .or => some " || " | .concatStr => some " + "
  | .bnot | .not | .concatList | .lengthStr | .lengthList | .lengthBytes => Option.none

/-- An operation on the texts of its operands; empty for another arity. -/
def compileOp (op : Op) : List String → String
  | [a] =>
    match op with
    | .bnot => "~(" ++ a ++ ")"
    | .not => "!(" ++ a ++ ")"
    | .lengthStr | .lengthList | .lengthBytes => a ++ ".length"
    | _ => ""
  | [a, b] =>
    match op.infixJs with
    | some sign => "(" ++ a ++ sign ++ b ++ ")"
    | Option.none =>
      match op with
      | .concatList => "[..." ++ a ++ ", ..." ++ b ++ "]"
      | _ => ""
  | _ => ""

/-- The JavaScript name of a primitive. -/
def Prim.jsName : Prim → String
  | .jsonStringify => "JSON.stringify"
  | .bigInt => "BigInt"
  | .number => "Number"
  | p => p.name

/-- Ends a letE chain, if there is one. -/
def closeChain (chain : Option (List String)) (text : String) : String :=
  match chain with
  | Option.none => text
  | some _ => "return " ++ text ++ ";"

/-- Whether a binding of this name must start a function of its own. -/
def breaksChain (name : String) : Option (List String) → Bool
  | Option.none => true
  | some bound => !isUnderscored name && hasName name bound

def chainNames : Option (List String) → List String
  | Option.none => []
  | some bound => bound

mutual
  /-- `chain` holds the names bound so far when the expression stands in the body of a letE
  chain. -/
  def compileIn (chain : Option (List String)) : Expr → String
    | .var name => closeChain chain name
    | .lit val => closeChain chain (compileVal val)
    | .lam param body => closeChain chain ("(" ++ param ++ ") => " ++ compileIn Option.none body)
    | .app f arg =>
      closeChain chain
        (compileIn Option.none f ++ "(" ++ compileIn Option.none arg ++ ")")
    | .letE name val body =>
      let starts := breaksChain name chain
      let bound := if starts then [] else chainNames chain
      let binding :=
        (if isUnderscored name then "" else "const " ++ name ++ " = ") ++
          compileIn Option.none val ++ "; "
      let text := binding ++ compileIn (some (name :: bound)) body
      if starts then closeChain chain ("(() => { " ++ text ++ " })()") else text
    | .ifE c t e =>
      closeChain chain
        ("(" ++ compileIn Option.none c ++ " ? " ++ compileIn Option.none t ++ " : " ++
          compileIn Option.none e ++ ")")
    | .record [] => closeChain chain "{}"
    | .record (field :: fields) =>
      closeChain chain ("{ " ++ joinWith ", " (compileFields (field :: fields)) ++ " }")
    | .get obj field =>
      closeChain chain
        (compileIn Option.none obj ++
          (if isDigits field then "[" ++ field ++ "]" else "." ++ field))
    | .set obj field val =>
      closeChain chain
        ("({ ..." ++ compileIn Option.none obj ++ ", " ++ field ++ ": " ++
          compileIn Option.none val ++ " })")
    | .list elems => closeChain chain ("[" ++ joinWith ", " (compileExprs elems) ++ "]")
    | .fold lst init acc elem body =>
      closeChain chain
        (compileIn Option.none lst ++ ".reduce((" ++ acc ++ ", " ++ elem ++ ") => " ++
          compileIn Option.none body ++ ", " ++ compileIn Option.none init ++ ")")
    | .dispatch scrutinee cases default =>
      closeChain chain
        ("(() => { switch (" ++ compileIn Option.none scrutinee ++ ") { " ++
          compileCases cases ++ "default: return " ++ compileIn Option.none default ++
          "; } })()")
    | .op op args => closeChain chain (compileOp op (compileExprs args))
    | .prim p args =>
      closeChain chain (p.jsName ++ "(" ++ joinWith ", " (compileExprs args) ++ ")")
    | .call name args =>
      closeChain chain (name ++ "(" ++ joinWith ", " (compileExprs args) ++ ")")
    | .rawExpr code => closeChain chain code

  def compileExprs : List Expr → List String
    | [] => []
    | e :: rest => compileIn Option.none e :: compileExprs rest

  def compileFields : List (String × Expr) → List String
    | [] => []
    | (k, e) :: rest => (k ++ ": " ++ compileIn Option.none e) :: compileFields rest

  def compileCases : List (String × Expr) → String
    | [] => ""
    | (k, e) :: rest =>
      "case " ++ quoteJs k ++ ": return " ++ compileIn Option.none e ++ "; " ++
        compileCases rest
end

/-- The JavaScript of an expression. -/
def compileExpr (e : Expr) : String := compileIn Option.none e

/-- The payload of an effect after its type. -/
def compilePayload : List (String × Expr) → String
  | [] => ""
  | (k, e) :: rest => ", " ++ k ++ ": " ++ compileExpr e ++ compilePayload rest

mutual
  /-- The lines of a statement at a level of indentation. -/
  def compileLines (level : Nat) : Stmt → String
    | .ret (.lit .none) => ""
    | .ret val => line level ("return " ++ compileExpr val)
    | .emit effectType payload rest =>
      line level
        ("effects.push({ type: " ++ quoteJs effectType ++ compilePayload payload ++ " })") ++
        compileLines level rest
    | .letS name val body =>
      line level
        ((if isUnderscored name then "" else "const " ++ name ++ " = ") ++ compileExpr val) ++
        compileLines level body
    | .ifS c t e =>
      line level ("if (" ++ compileExpr c ++ ") {") ++ compileLines (level + 1) t ++
        line level "} else {" ++ compileLines (level + 1) e ++ line level "}"
    | .dispatch scrutinee cases default =>
      line level ("switch (" ++ compileExpr scrutinee ++ ") {") ++
        compileStmtCases level cases ++ line (level + 1) "default:" ++
        compileLines (level + 2) default ++ line level "}"
    | .forIn collection elem body rest =>
      line level ("for (const " ++ elem ++ " of " ++ compileExpr collection ++ ") {") ++
        compileLines (level + 1) body ++ line level "}" ++ compileLines level rest
    | .seq a b => compileLines level a ++ compileLines level b

  def compileStmtCases (level : Nat) : List (String × Stmt) → String
    | [] => ""
    | (k, s) :: rest =>
      line (level + 1) ("case " ++ quoteJs k ++ ":") ++ compileLines (level + 2) s ++
        line (level + 2) "break" ++ compileStmtCases level rest
end

/-- Without the final line break. -/
def dropLast : List Char → List Char
  | [] => []
  | [_] => []
  | c :: d :: rest => c :: dropLast (d :: rest)

/-- The JavaScript of a statement, without a final line break. -/
def compileStmt (s : Stmt) : String := textOf (dropLast (compileLines 0 s).toList)

def paramList (params : List String) : String := "(" ++ joinWith ", " params ++ ") {\n"

def exportWord (isExport : Bool) : String := if isExport then "export " else ""

def asyncWord (isAsync : Bool) : String := if isAsync then "async " else ""

def compileConstant (name : String) (val : Expr) : String :=
  "export const " ++ name ++ " = " ++ compileExpr val

def compileFunc (f : FuncDecl) : String :=
  exportWord f.isExport ++ asyncWord f.isAsync ++ "function " ++ f.name ++
    paramList f.params ++ "  return " ++ compileExpr f.body ++ "\n}"

def compileEffectFunc (f : EffectFuncDecl) : String :=
  exportWord f.isExport ++ asyncWord f.isAsync ++ "function " ++ f.name ++
    paramList f.params ++ "  const effects = []\n" ++ compileLines 1 f.body ++ "}"

/-- A method at a level of indentation: 0 on its own, 1 in its class. -/
def compileMethodAt (level : Nat) (m : MethodDecl) : String :=
  indent level ++ asyncWord m.isAsync ++ m.name ++ paramList m.params ++
    compileLines (level + 1) m.body ++ indent level ++ "}"

def compileMethod : MethodDecl → String := compileMethodAt 0

def compileMethods : List MethodDecl → String
  | [] => ""
  | m :: rest => "\n" ++ compileMethodAt 1 m ++ "\n" ++ compileMethods rest

def compileClass (c : ClassDecl) : String :=
  exportWord c.isExport ++ "class " ++ c.name ++ " {\n  constructor" ++
    paramList c.constructorParams ++ compileLines 2 c.constructorBody ++ "  }\n" ++
    compileMethods c.methods ++ "}"

def compileImports : List (List String × String) → List String
  | [] => []
  | (names, source) :: rest =>
    ("import { " ++ joinWith ", " names ++ " } from " ++ quoteJs source) :: compileImports rest

def compileConstants : List (String × Expr) → List String
  | [] => []
  | (name, val) :: rest => compileConstant name val :: compileConstants rest

def compileFuncs : List FuncDecl → List String
  | [] => []
  | f :: rest => compileFunc f :: compileFuncs rest

def compileEffectFuncs : List EffectFuncDecl → List String
  | [] => []
  | f :: rest => compileEffectFunc f :: compileEffectFuncs rest

def compileClasses : List ClassDecl → List String
  | [] => []
  | c :: rest => compileClass c :: compileClasses rest

/-- The sections that have members. -/
def sections : List String → List String
  | [] => []
  | text :: rest => if text = "" then sections rest else text :: sections rest

/-- A whole file, without a final line break. -/
def compileModule (m : ModuleDecl) : String :=
  joinWith "\n\n"
    (("/**\n * " ++ m.header ++ "\n */") ::
      sections
        [ joinWith "\n" (compileImports m.imports),
          joinWith "\n" (compileConstants m.constants),
          joinWith "\n\n" (compileFuncs m.functions),
          joinWith "\n\n" (compileEffectFuncs m.effectFunctions),
          joinWith "\n\n" (compileClasses m.classes) ])

/-! ## Where the reference defines a text -/

def allJsIdentifiers : List String → Bool
  | [] => true
  | name :: rest => isJsIdentifier name && allJsIdentifiers rest

mutual
  /-- Whether the reference defines the JavaScript of a literal. -/
  def lowersValJs : Val → Bool
    | .list vs => lowersValsJs vs
    | .record fields => lowersValFieldsJs fields
    | _ => true

  def lowersValsJs : List Val → Bool
    | [] => true
    | v :: vs => lowersValJs v && lowersValsJs vs

  def lowersValFieldsJs : List (String × Val) → Bool
    | [] => true
    | (k, v) :: rest => isBareKeyJs k && lowersValJs v && lowersValFieldsJs rest
end

def allBareKeysJs : List (String × Expr) → Bool
  | [] => true
  | (k, _) :: rest => isBareKeyJs k && allBareKeysJs rest

mutual
  /-- Whether the reference defines the JavaScript of an expression. -/
  def lowersJs : Expr → Bool
    | .var _ | .rawExpr _ => true
    | .lit v => lowersValJs v
    | .lam param body => isJsIdentifier param && lowersJs body
    | .app f arg => lowersJs f && lowersJs arg
    | .letE name val body =>
      (isUnderscored name || isJsIdentifier name) && lowersJs val && lowersJs body
    | .ifE c t e => lowersJs c && lowersJs t && lowersJs e
    | .record fields => allBareKeysJs fields && lowersFieldsJs fields
    | .get obj field => (isJsIdentifier field || isDigits field) && lowersJs obj
    | .set obj field val => isBareKeyJs field && lowersJs obj && lowersJs val
    | .list elems => lowersAllJs elems
    | .fold lst init acc elem body =>
      isJsIdentifier acc && isJsIdentifier elem && lowersJs lst && lowersJs init &&
        lowersJs body
    | .dispatch scrutinee cases default =>
      lowersJs scrutinee && lowersFieldsJs cases && lowersJs default
    | .op op args => decide (countExprs args = op.arity) && lowersAllJs args
    | .prim _ args | .call _ args => lowersAllJs args

  def lowersAllJs : List Expr → Bool
    | [] => true
    | e :: rest => lowersJs e && lowersAllJs rest

  def lowersFieldsJs : List (String × Expr) → Bool
    | [] => true
    | (_, e) :: rest => lowersJs e && lowersFieldsJs rest
end

mutual
  /-- Whether the reference defines the JavaScript of a statement. -/
  def lowersStmtJs : Stmt → Bool
    | .ret val => lowersJs val
    | .emit _ payload rest =>
      allBareKeysJs payload && lowersFieldsJs payload && lowersStmtJs rest
    | .letS name val body =>
      (isUnderscored name || isJsIdentifier name) && lowersJs val && lowersStmtJs body
    | .ifS c t e => lowersJs c && lowersStmtJs t && lowersStmtJs e
    | .dispatch scrutinee cases default =>
      lowersJs scrutinee && lowersStmtCasesJs cases && lowersStmtJs default
    | .forIn collection elem body rest =>
      isJsIdentifier elem && lowersJs collection && lowersStmtJs body && lowersStmtJs rest
    | .seq a b => lowersStmtJs a && lowersStmtJs b

  def lowersStmtCasesJs : List (String × Stmt) → Bool
    | [] => true
    | (_, s) :: rest => lowersStmtJs s && lowersStmtCasesJs rest
end

def lowersFuncJs (f : FuncDecl) : Bool :=
  allJsIdentifiers (f.name :: f.params) && lowersJs f.body

def lowersEffectFuncJs (f : EffectFuncDecl) : Bool :=
  allJsIdentifiers (f.name :: f.params) && lowersStmtJs f.body

def lowersMethodsJs : List MethodDecl → Bool
  | [] => true
  | m :: rest =>
    allJsIdentifiers (m.name :: m.params) && lowersStmtJs m.body && lowersMethodsJs rest

def lowersClassJs (c : ClassDecl) : Bool :=
  allJsIdentifiers (c.name :: c.constructorParams) && lowersStmtJs c.constructorBody &&
    lowersMethodsJs c.methods

end Enc.DSL
