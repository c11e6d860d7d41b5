import Enc.DSL.Compile

/-!
# Reference Rust

The expressions of sections 3 to 9 and 12 of the language reference, character for character,
with the settlements of docs/lowering.md ("reference profile"). `lowersRs` says where the
reference defines a text.
-/

namespace Enc.DSL

/-- The Rust name of a primitive, as the reference's registry gives it. -/
def Prim.rustName : Prim → String
  | .sha256 | .sha256Hash => "sha256_hash"
  | .sha256Str => "sha256_str"
  | .taggedHash => "tagged_hash"
  | .buildSTHMessage => "build_sth_message"
  | .schnorrSign => "schnorr_sign"
  | .schnorrVerify => "schnorr_verify"
  | .derivePublicKey => "derive_public_key"
  | .ecdh => "ecdh"
  | .deriveKey => "derive_key"
  | .encrypt => "encrypt_"
  | .decrypt => "decrypt_"
  | .signSTH => "sign_sth"
  | .verifySTH => "verify_sth"
  | .computeContentHash => "compute_content_hash"
  | .computeCommitHash => "compute_commit_hash"
  | .computeEventHash => "compute_event_hash"
  | .computeEnclaveId => "compute_enclave_id"
  | .computeEventId => "compute_event_id"
  | .computeEventsRoot => "compute_events_root"
  | .encodeTags => "encode_tags"
  | .smtLeafHash => "smt_leaf_hash"
  | .smtNodeHash => "smt_node_hash"
  | .ctLeafHash => "ct_leaf_hash"
  | .ctNodeHash => "ct_node_hash"
  | .bytesToHex => "bytes_to_hex"
  | .hexToBytes => "hex_to_bytes"
  | .jsonStringify => "json_stringify"
  | .bigInt => "big_int"
  | .number => "number"

/-! ## JavaScript code as Rust -/

def isTokenChar (c : Char) : Bool := isWordChar c || decide (c = '$')

def isHexChar (c : Char) : Bool :=
  isDigitChar c || (decide (97 ≤ c.toNat) && decide (c.toNat ≤ 102)) ||
    (decide (65 ≤ c.toNat) && decide (c.toNat ≤ 70))

def allHexChars : List Char → Bool
  | [] => true
  | c :: rest => isHexChar c && allHexChars rest

/-- Whether the characters are a number as it stands before the `n` of a BigInt literal. -/
def isNumber : List Char → Bool
  | [] => false
  | ['0', 'x'] => false
  | '0' :: 'x' :: rest => allHexChars rest
  | chars => allDigits chars

/-- The characters before the given ones, which come in reverse. -/
def prepend : List Char → List Char → List Char
  | [], after => after
  | c :: before, after => prepend before (c :: after)

/-- One token, read in reverse: a BigInt literal becomes a `u128`. -/
def tokenText : List Char → String
  | 'n' :: digits =>
    let chars := prepend digits []
    if isNumber chars then textOf chars ++ "u128" else textOf chars ++ "n"
  | token => textOf (prepend token [])

/-- JavaScript code with its BigInt literals as `u128` and `===` as `==`. -/
def translateFrom (token : List Char) : List Char → String
  | [] => tokenText token
  | '=' :: '=' :: '=' :: rest => tokenText token ++ "==" ++ translateFrom [] rest
  | c :: rest =>
    if isTokenChar c then translateFrom (c :: token) rest
    else tokenText token ++ textOf [c] ++ translateFrom [] rest

def translate (code : String) : String := translateFrom [] code.toList

/-! ## Literals and operations -/

mutual
  /-- A literal, as written. -/
  def compileValRs : Val → String
    | .nat n => decimal n
    | .bool true => "true"
    | .bool false => "false"
    | .str s => quoteRust s ++ ".to_string()"
    | .bytes bs => "vec![" ++ joinWith ", " (byteTexts "u8" bs) ++ "]"
    | .list vs => "vec![" ++ joinWith ", " (compileValsRs vs) ++ "]"
    | .record fields => "HashMap::from([" ++ joinWith ", " (compileValFieldsRs fields) ++ "])"
    | .none => "None"

  def compileValsRs : List Val → List String
    | [] => []
    | v :: vs => compileValRs v :: compileValsRs vs

  def compileValFieldsRs : List (String × Val) → List String
    | [] => []
    | (k, v) :: rest =>
      ("(" ++ quoteRust k ++ ".to_string(), " ++ compileValRs v ++ ")") ::
        compileValFieldsRs rest
end

/-- The infix operator of an operation of two operands, where it has one. -/
def Op.infixRs : Op → Option String
  | .eq => some " == "
  | .concatStr => Option.none
  | op => op.infixJs

/-- An operation on the texts of its operands; empty for another arity. -/
def compileOpRs (op : Op) : List String → String
  | [a] =>
    match op with
    | .bnot => "(!" ++ a ++ ")"
    | .not => "(!" ++ a ++ ")"
    | .lengthStr | .lengthList | .lengthBytes => a ++ ".len()"
    | _ => ""
  | [a, b] =>
    match op.infixRs with
    | some sign => "(" ++ a ++ sign ++ b ++ ")"
    | Option.none =>
      match op with
      | .concatStr => "format!(\"{}{}\", " ++ a ++ ", " ++ b ++ ")"
      | .concatList => "{ let mut v = " ++ a ++ ".clone(); v.extend(" ++ b ++ ".iter()); v }"
      | _ => ""
  | _ => ""

/-- A primitive on the texts of its arguments; coercions are no operation in Rust. -/
def compilePrimRs (p : Prim) (args : List String) : String :=
  match p, args with
  | .bigInt, [only] => only
  | .number, [only] => only
  | .bigInt, _ => "/* coerce */ " ++ joinWith ", " args
  | .number, _ => "/* coerce */ " ++ joinWith ", " args
  | .jsonStringify, _ => "serde_json::to_string(" ++ joinWith ", " args ++ ")"
  | _, _ => p.rustName ++ "(" ++ joinWith ", " args ++ ")"

/-! ## Expressions and statements -/

mutual
  /-- The Rust of an expression. -/
  def compileExprRs : Expr → String
    | .var name => translate name
    | .lit val => compileValRs val
    | .lam param body => "|" ++ param ++ "| " ++ compileExprRs body
    | .app f arg => compileExprRs f ++ "(" ++ compileExprRs arg ++ ")"
    | .letE name val body =>
      "{ let " ++ name ++ " = " ++ compileExprRs val ++ "; " ++ compileExprRs body ++ " }"
    | .ifE c t e =>
      "if " ++ compileExprRs c ++ " { " ++ compileExprRs t ++ " } else { " ++
        compileExprRs e ++ " }"
    | .record [] => "json!({})"
    | .record (field :: fields) =>
      "json!({ " ++ joinWith ", " (compileFieldsRs (field :: fields)) ++ " })"
    | .get obj field => compileExprRs obj ++ "[" ++ quoteRust field ++ "]"
    | .set obj field val =>
      "{ let mut r = " ++ compileExprRs obj ++ ".clone(); r[" ++ quoteRust field ++ "] = " ++
        compileExprRs val ++ "; r }"
    | .list elems => "vec![" ++ joinWith ", " (compileExprsRs elems) ++ "]"
    | .fold lst init acc elem body =>
      compileExprRs lst ++ ".iter().fold(" ++ compileExprRs init ++ ", |" ++ acc ++ ", " ++
        elem ++ "| " ++ compileExprRs body ++ ")"
    | .dispatch scrutinee cases default =>
      "match " ++ compileExprRs scrutinee ++ ".as_str() { " ++ compileCasesRs cases ++
        "_ => " ++ compileExprRs default ++ " }"
    | .op op args => compileOpRs op (compileExprsRs args)
    | .prim p args => compilePrimRs p (compileExprsRs args)
    | .call name args => name ++ "(" ++ joinWith ", " (compileExprsRs args) ++ ")"
    | .rawExpr code => translate code

  def compileExprsRs : List Expr → List String
    | [] => []
    | e :: rest => compileExprRs e :: compileExprsRs rest

  def compileFieldsRs : List (String × Expr) → List String
    | [] => []
    | (k, e) :: rest => (quoteRust k ++ ": " ++ compileExprRs e) :: compileFieldsRs rest

  def compileCasesRs : List (String × Expr) → String
    | [] => ""
    | (k, e) :: rest =>
      quoteRust k ++ " => " ++ compileExprRs e ++ ", " ++ compileCasesRs rest
end

/-- The lines of a statement; the reference defines `ret`, `letS` and `ifS` only. -/
def compileLinesRs (level : Nat) : Stmt → String
  | .ret val => line level ("return " ++ compileExprRs val)
  | .letS name val body =>
    line level ("let " ++ name ++ " = " ++ compileExprRs val ++ ";") ++
      compileLinesRs level body
  | .ifS c t e =>
    line level ("if " ++ compileExprRs c ++ " {") ++ compileLinesRs (level + 1) t ++
      line level "} else {" ++ compileLinesRs (level + 1) e ++ line level "}"
  | _ => ""

/-- The Rust of a statement, without a final line break. -/
def compileStmtRs (s : Stmt) : String := textOf (dropLast (compileLinesRs 0 s).toList)

/-! ## Where the reference defines a text -/

mutual
  /-- Whether the reference defines the Rust of a literal. -/
  def lowersValRs : Val → Bool
    | .list vs => lowersValsRs vs
    | .record fields => lowersValFieldsRs fields
    | _ => true

  def lowersValsRs : List Val → Bool
    | [] => true
    | v :: vs => lowersValRs v && lowersValsRs vs

  def lowersValFieldsRs : List (String × Val) → Bool
    | [] => true
    | (k, v) :: rest => isBareRust k && lowersValRs v && lowersValFieldsRs rest
end

def allBareKeysRs : List (String × Expr) → Bool
  | [] => true
  | (k, _) :: rest => isBareRust k && allBareKeysRs rest

mutual
  /-- Whether the reference defines the Rust of an expression. -/
  def lowersRs : Expr → Bool
    | .var _ | .rawExpr _ => true
    | .lit v => lowersValRs v
    | .lam param body => isRustIdentifier param && lowersRs body
    | .app f arg => lowersRs f && lowersRs arg
    | .letE name val body => isRustIdentifier name && lowersRs val && lowersRs body
    | .ifE c t e => lowersRs c && lowersRs t && lowersRs e
    | .record fields => allBareKeysRs fields && lowersFieldsRs fields
    | .get obj field => isBareRust field && lowersRs obj
    | .set obj field val => isBareRust field && lowersRs obj && lowersRs val
    | .list elems => lowersAllRs elems
    | .fold lst init acc elem body =>
      isRustIdentifier acc && isRustIdentifier elem && lowersRs lst && lowersRs init &&
        lowersRs body
    | .dispatch scrutinee cases default =>
      lowersRs scrutinee && lowersFieldsRs cases && lowersRs default
    | .op op args => decide (countExprs args = op.arity) && lowersAllRs args
    | .prim _ args | .call _ args => lowersAllRs args

  def lowersAllRs : List Expr → Bool
    | [] => true
    | e :: rest => lowersRs e && lowersAllRs rest

  def lowersFieldsRs : List (String × Expr) → Bool
    | [] => true
    | (_, e) :: rest => lowersRs e && lowersFieldsRs rest
end

/-- Whether the reference defines the Rust of a statement. -/
def lowersStmtRs : Stmt → Bool
  | .ret val => lowersRs val
  | .letS name val body => isRustIdentifier name && lowersRs val && lowersStmtRs body
  | .ifS c t e => lowersRs c && lowersStmtRs t && lowersStmtRs e
  | _ => false

/-! ## The expressions of a declaration -/

def payloadExprs : List (String × Expr) → List Expr → List Expr
  | [], more => more
  | (_, e) :: rest, more => e :: payloadExprs rest more

mutual
  /-- Every expression of a statement in writing order, before `more`. -/
  def stmtExprs (more : List Expr) : Stmt → List Expr
    | .ret val => val :: more
    | .emit _ payload rest => payloadExprs payload (stmtExprs more rest)
    | .letS _ val body => val :: stmtExprs more body
    | .ifS c t e => c :: stmtExprs (stmtExprs more e) t
    | .dispatch scrutinee cases default =>
      scrutinee :: stmtCaseExprs (stmtExprs more default) cases
    | .forIn collection _ body rest => collection :: stmtExprs (stmtExprs more rest) body
    | .seq a b => stmtExprs (stmtExprs more b) a

  def stmtCaseExprs (more : List Expr) : List (String × Stmt) → List Expr
    | [] => more
    | (_, s) :: rest => stmtExprs (stmtCaseExprs more rest) s
end

end Enc.DSL
