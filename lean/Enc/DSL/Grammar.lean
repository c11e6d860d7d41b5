/-!
# The EncDSL grammar

Values, expressions, statements and declarations, constructor for constructor as the
language reference lists them. This file has no meaning in it: `Eval` gives that.
-/

namespace Enc.DSL

/-- The value domain: seven kinds, no closures. -/
inductive Val where
  | nat (n : Nat)
  | bool (b : Bool)
  | str (s : String)
  | bytes (bs : List UInt8)
  | list (vs : List Val)
  | record (fields : List (String × Val))
  | none
  deriving Inhabited

/-- The 22 built-in operations. -/
inductive Op where
  | add | sub | mul | div | mod
  | band | bor | bxor | bnot | shl | shr
  | eq | lt | le
  | and | or | not
  | concatStr | concatList
  | lengthStr | lengthList | lengthBytes
  deriving Inhabited

/-- The closed registry of 30 primitives. -/
inductive Prim where
  | sha256 | sha256Hash | sha256Str | taggedHash | buildSTHMessage
  | schnorrSign | schnorrVerify | derivePublicKey
  | ecdh | deriveKey | encrypt | decrypt
  | signSTH | verifySTH
  | computeContentHash | computeCommitHash | computeEventHash
  | computeEnclaveId | computeEventId | computeEventsRoot | encodeTags
  | smtLeafHash | smtNodeHash | ctLeafHash | ctNodeHash
  | bytesToHex | hexToBytes | jsonStringify
  | bigInt | number
  deriving Inhabited

/-- The 16 expression constructors. -/
inductive Expr where
  | var (name : String)
  | lit (val : Val)
  | lam (param : String) (body : Expr)
  | app (fn : Expr) (arg : Expr)
  | letE (name : String) (val : Expr) (body : Expr)
  | ifE (cond : Expr) (thn : Expr) (els : Expr)
  | record (fields : List (String × Expr))
  | get (obj : Expr) (field : String)
  | set (obj : Expr) (field : String) (val : Expr)
  | list (elems : List Expr)
  | fold (lst : Expr) (init : Expr) (accParam : String) (elemParam : String) (body : Expr)
  | dispatch (scrutinee : Expr) (cases : List (String × Expr)) (default : Expr)
  | op (operation : Op) (args : List Expr)
  | prim (p : Prim) (args : List Expr)
  | call (name : String) (args : List Expr)
  | rawExpr (code : String)
  deriving Inhabited

/-- The seven statement constructors. -/
inductive Stmt where
  | ret (val : Expr)
  | emit (effectType : String) (payload : List (String × Expr)) (rest : Stmt)
  | letS (name : String) (val : Expr) (body : Stmt)
  | ifS (cond : Expr) (thn : Stmt) (els : Stmt)
  | dispatch (scrutinee : Expr) (cases : List (String × Stmt)) (default : Stmt)
  | forIn (collection : Expr) (elemVar : String) (body : Stmt) (rest : Stmt)
  | seq (a : Stmt) (b : Stmt)
  deriving Inhabited

/-- A pure function: an expression over its parameters. -/
structure FuncDecl where
  name : String
  params : List String
  isExport : Bool := true
  isAsync : Bool := false
  body : Expr

/-- A function whose body may emit effects. -/
structure EffectFuncDecl where
  name : String
  params : List String
  isExport : Bool := true
  isAsync : Bool := false
  body : Stmt

/-- A method: a pure function of the object and its parameters. -/
structure MethodDecl where
  name : String
  params : List String
  isAsync : Bool := false
  body : Stmt

/-- A class: the constructor answers the record of fields. -/
structure ClassDecl where
  name : String
  isExport : Bool := true
  constructorParams : List String := []
  constructorBody : Stmt := .ret (.lit .none)
  methods : List MethodDecl := []

/-- One source file of the spec. `imports` are pairs of imported names and source. -/
structure ModuleDecl where
  name : String
  header : String
  imports : List (List String × String)
  constants : List (String × Expr) := []
  classes : List ClassDecl := []
  functions : List FuncDecl := []
  effectFunctions : List EffectFuncDecl := []

/-- A module with the layer it belongs to; its path is `layer/decl.name`. -/
structure SpecModule where
  layer : String
  decl : ModuleDecl

/-- The name of an operation, as the image and the reference write it. -/
def Op.name : Op → String
  | .add => "add" | .sub => "sub" | .mul => "mul" | .div => "div" | .mod => "mod"
  | .band => "band" | .bor => "bor" | .bxor => "bxor" | .bnot => "bnot"
  | .shl => "shl" | .shr => "shr"
  | .eq => "eq" | .lt => "lt" | .le => "le"
  | .and => "and" | .or => "or" | .not => "not"
  | .concatStr => "concatStr" | .concatList => "concatList"
  | .lengthStr => "lengthStr" | .lengthList => "lengthList" | .lengthBytes => "lengthBytes"

/-- The operation of that name, if there is one. -/
def Op.ofName? : String → Option Op
  | "add" => some .add | "sub" => some .sub | "mul" => some .mul | "div" => some .div
  | "mod" => some .mod | "band" => some .band | "bor" => some .bor | "bxor" => some .bxor
  | "bnot" => some .bnot | "shl" => some .shl | "shr" => some .shr
  | "eq" => some .eq | "lt" => some .lt | "le" => some .le
  | "and" => some .and | "or" => some .or | "not" => some .not
  | "concatStr" => some .concatStr | "concatList" => some .concatList
  | "lengthStr" => some .lengthStr | "lengthList" => some .lengthList
  | "lengthBytes" => some .lengthBytes
  | _ => Option.none

/-- How many arguments an operation takes; any other count evaluates to `none`. -/
def Op.arity : Op → Nat
  | .bnot | .not | .lengthStr | .lengthList | .lengthBytes => 1
  | _ => 2

/-- The name of a primitive, as the image and the reference write it. -/
def Prim.name : Prim → String
  | .sha256 => "sha256" | .sha256Hash => "sha256Hash" | .sha256Str => "sha256Str"
  | .taggedHash => "taggedHash" | .buildSTHMessage => "buildSTHMessage"
  | .schnorrSign => "schnorrSign" | .schnorrVerify => "schnorrVerify"
  | .derivePublicKey => "derivePublicKey"
  | .ecdh => "ecdh" | .deriveKey => "deriveKey" | .encrypt => "encrypt" | .decrypt => "decrypt"
  | .signSTH => "signSTH" | .verifySTH => "verifySTH"
  | .computeContentHash => "computeContentHash" | .computeCommitHash => "computeCommitHash"
  | .computeEventHash => "computeEventHash" | .computeEnclaveId => "computeEnclaveId"
  | .computeEventId => "computeEventId" | .computeEventsRoot => "computeEventsRoot"
  | .encodeTags => "encodeTags"
  | .smtLeafHash => "smtLeafHash" | .smtNodeHash => "smtNodeHash"
  | .ctLeafHash => "ctLeafHash" | .ctNodeHash => "ctNodeHash"
  | .bytesToHex => "bytesToHex" | .hexToBytes => "hexToBytes"
  | .jsonStringify => "jsonStringify"
  | .bigInt => "bigInt" | .number => "number"

/-- The primitive of that name, if there is one. -/
def Prim.ofName? : String → Option Prim
  | "sha256" => some .sha256 | "sha256Hash" => some .sha256Hash
  | "sha256Str" => some .sha256Str | "taggedHash" => some .taggedHash
  | "buildSTHMessage" => some .buildSTHMessage
  | "schnorrSign" => some .schnorrSign | "schnorrVerify" => some .schnorrVerify
  | "derivePublicKey" => some .derivePublicKey
  | "ecdh" => some .ecdh | "deriveKey" => some .deriveKey
  | "encrypt" => some .encrypt | "decrypt" => some .decrypt
  | "signSTH" => some .signSTH | "verifySTH" => some .verifySTH
  | "computeContentHash" => some .computeContentHash
  | "computeCommitHash" => some .computeCommitHash
  | "computeEventHash" => some .computeEventHash
  | "computeEnclaveId" => some .computeEnclaveId
  | "computeEventId" => some .computeEventId
  | "computeEventsRoot" => some .computeEventsRoot
  | "encodeTags" => some .encodeTags
  | "smtLeafHash" => some .smtLeafHash | "smtNodeHash" => some .smtNodeHash
  | "ctLeafHash" => some .ctLeafHash | "ctNodeHash" => some .ctNodeHash
  | "bytesToHex" => some .bytesToHex | "hexToBytes" => some .hexToBytes
  | "jsonStringify" => some .jsonStringify
  | "bigInt" => some .bigInt | "number" => some .number
  | _ => Option.none

/-- How many arguments a primitive takes; any other count evaluates to `none`. -/
def Prim.arity : Prim → Nat
  | .sha256 | .sha256Hash | .sha256Str | .derivePublicKey => 1
  | .computeContentHash | .computeCommitHash | .computeEventHash | .computeEnclaveId => 1
  | .computeEventsRoot | .encodeTags => 1
  | .bytesToHex | .hexToBytes | .jsonStringify | .bigInt | .number => 1
  | .taggedHash | .schnorrSign | .ecdh | .deriveKey | .encrypt | .decrypt => 2
  | .smtLeafHash | .smtNodeHash | .ctLeafHash | .ctNodeHash => 2
  | .schnorrVerify | .computeEventId => 3
  | .buildSTHMessage | .signSTH => 4
  | .verifySTH => 5

end Enc.DSL
