import Enc.DSL.Text

/-!
# Names and text

What both printers share: target identifiers for locals, string literals, and the text helpers
that code which is run must bring itself (docs/lowering.md, "names" and "string literals").
-/

namespace Enc.DSL

/-! ## Text -/

/-- The texts with a separator between them. -/
def joinWith (separator : String) : List String → String
  | [] => ""
  | [only] => only
  | first :: rest => first ++ separator ++ joinWith separator rest

/-- Whether a list of names holds this one. -/
def hasName (name : String) : List String → Bool
  | [] => false
  | first :: rest => if first = name then true else hasName name rest

/-- The names of both lists. -/
def bothNames : List String → List String → List String
  | [], more => more
  | first :: rest, more => first :: bothNames rest more

/-- How many names there are. -/
def countNames : List String → Nat
  | [] => 0
  | _ :: rest => countNames rest + 1

/-- How many expressions there are. -/
def countExprs : List Expr → Nat
  | [] => 0
  | _ :: rest => countExprs rest + 1

/-- Puts the hexadecimal digits of `value` in front of `digits`; `fuel` bounds their number. -/
def hexCharsWith : (fuel value : Nat) → List Char → List Char
  | 0, _, digits => digits
  | fuel + 1, value, digits =>
    if value < 16 then nibbleChar value :: digits
    else hexCharsWith fuel (value / 16) (nibbleChar (value % 16) :: digits)

/-- A number in lower-case hexadecimal. -/
def hexNumber (value : Nat) : String := textOf (hexCharsWith (value + 1) value [])

/-- Two hexadecimal digits. -/
def hexByte (value : Nat) : String :=
  textOf [nibbleChar (value / 16), nibbleChar (value % 16)]

/-- Octets in decimal, each with a suffix. -/
def byteTexts (suffix : String) : List UInt8 → List String
  | [] => []
  | byte :: rest => (decimal byte.toNat ++ suffix) :: byteTexts suffix rest

/-- Spaces before a line. -/
def indent : Nat → String
  | 0 => ""
  | level + 1 => "  " ++ indent level

/-- One line at a level of indentation. -/
def line (level : Nat) (text : String) : String := indent level ++ text ++ "\n"

/-! ## Characters -/

def isDigitChar (c : Char) : Bool := decide (48 ≤ c.toNat) && decide (c.toNat ≤ 57)

def isLetterChar (c : Char) : Bool :=
  (decide (65 ≤ c.toNat) && decide (c.toNat ≤ 90)) ||
    (decide (97 ≤ c.toNat) && decide (c.toNat ≤ 122))

/-- Letters, digits and the underscore of ASCII. -/
def isWordChar (c : Char) : Bool := isLetterChar c || isDigitChar c || decide (c = '_')

def allDigits : List Char → Bool
  | [] => true
  | c :: rest => isDigitChar c && allDigits rest

/-- Whether the text is one or more ASCII digits. -/
def isDigits (text : String) : Bool :=
  match text.toList with
  | [] => false
  | c :: rest => allDigits (c :: rest)

def allIdentifierChars (sign : Char → Bool) : List Char → Bool
  | [] => true
  | c :: rest => (isLetterChar c || isDigitChar c || sign c) && allIdentifierChars sign rest

def isIdentifierWith (sign : Char → Bool) (name : String) : Bool :=
  match name.toList with
  | [] => false
  | c :: rest => (isLetterChar c || sign c) && allIdentifierChars sign rest

/-- `[A-Za-z_$][A-Za-z0-9_$]*` -/
def isJsIdentifier : String → Bool :=
  isIdentifierWith fun c => decide (c = '_') || decide (c = '$')

/-- `[A-Za-z_][A-Za-z0-9_]*` -/
def isRustIdentifier : String → Bool := isIdentifierWith fun c => decide (c = '_')

/-- Whether the name begins with an underscore. -/
def isUnderscored (name : String) : Bool :=
  match name.toList with
  | '_' :: _ => true
  | _ => false

/-! ## String literals -/

/-- The escapes that both languages have in common. -/
def commonEscape (c : Char) : Option String :=
  if c = '\\' then some "\\\\"
  else if c = '\n' then some "\\n"
  else if c = '\r' then some "\\r"
  else if c = '\t' then some "\\t"
  else Option.none

/-- Characters below U+0020, and U+007F. -/
def isControlChar (c : Char) : Bool := decide (c.toNat < 32) || decide (c.toNat = 127)

/-- U+2028 and U+2029. -/
def isLineSeparator (c : Char) : Bool := decide (c.toNat = 0x2028) || decide (c.toNat = 0x2029)

/-- The controls that change the direction of text. -/
def isBidiControl (c : Char) : Bool :=
  (decide (0x202A ≤ c.toNat) && decide (c.toNat ≤ 0x202E)) ||
    (decide (0x2066 ≤ c.toNat) && decide (c.toNat ≤ 0x2069))

def escapeJs : List Char → String
  | [] => ""
  | c :: rest =>
    (match commonEscape c with
      | some text => text
      | Option.none =>
        if c = '\'' then "\\'"
        else if isControlChar c then "\\x" ++ hexByte c.toNat
        else if isLineSeparator c then "\\u" ++ hexNumber c.toNat
        else textOf [c]) ++ escapeJs rest

def escapeRust : List Char → String
  | [] => ""
  | c :: rest =>
    (match commonEscape c with
      | some text => text
      | Option.none =>
        if c = '"' then "\\\""
        else if isControlChar c || isLineSeparator c || isBidiControl c then
          "\\u{" ++ hexNumber c.toNat ++ "}"
        else textOf [c]) ++ escapeRust rest

/-- A JavaScript string literal. -/
def quoteJs (text : String) : String := "'" ++ escapeJs text.toList ++ "'"

/-- A Rust string literal. -/
def quoteRust (text : String) : String := "\"" ++ escapeRust text.toList ++ "\""

/-- A key of a JavaScript object literal. -/
def keyJs (key : String) : String :=
  if key = "__proto__" then "['__proto__']"
  else if isJsIdentifier key then key
  else quoteJs key

/-- Whether a key can be written in a JavaScript object literal as it is. -/
def isBareKeyJs (key : String) : Bool :=
  (isJsIdentifier key || isDigits key) && !(key = "__proto__")

/-- Whether a string literal of Rust holds the text as it is. -/
def isBareRust (text : String) : Bool := escapeRust text.toList = text

/-- Whether JavaScript may read the key as a property: nothing but functions and lengths is
inherited under that name. -/
def isPlainKeyJs (key : String) : Bool :=
  isJsIdentifier key && !(key = "__proto__" || key = "buffer" || key = "parent")

/-! ## Target identifiers -/

/-- Words that one of the target languages or the generated code itself uses. -/
def reserved : List String :=
  [ "abstract", "arguments", "as", "async", "await", "become", "box", "break", "case", "catch",
    "class", "const", "continue", "crate", "debugger", "default", "delete", "do", "dyn",
    "effects", "else", "enum", "eval", "export", "extends", "extern", "false", "final",
    "finally", "fn", "for", "function", "gen", "if", "impl", "implements", "import", "in",
    "Infinity", "instanceof", "interface", "let", "loop", "macro", "match", "mod", "move",
    "mut", "NaN", "new", "null", "override", "package", "priv", "private", "protected", "pub",
    "public", "ref", "return", "rt", "self", "Self", "static", "struct", "super", "switch",
    "this", "throw", "trait", "true", "try", "type", "typeof", "Uint8Array", "undefined",
    "unsafe", "unsized", "use", "var", "virtual", "void", "where", "while", "with", "yield",
    "Box", "Err", "None", "Ok", "Some", "Val", "String", "Vec" ]

def wordChars : List Char → List Char
  | [] => []
  | c :: rest => (if isWordChar c then c else '_') :: wordChars rest

def onlyUnderscores : List Char → Bool
  | [] => true
  | c :: rest => decide (c = '_') && onlyUnderscores rest

/-- The target identifier for a local, before it is made fresh. -/
def mangle (name : String) : String :=
  let chars := wordChars name.toList
  let led :=
    match chars with
    | [] => ['v']
    | c :: rest =>
      if isDigitChar c || onlyUnderscores (c :: rest) then 'v' :: c :: rest else c :: rest
  let word := textOf led
  if hasName word reserved then word ++ "_" else word

/-- Locals in force, innermost first: source name and target name. -/
abbrev Scope := List (String × String)

/-- The target name of the innermost local of that name. -/
def Scope.target? (name : String) : Scope → Option String
  | [] => Option.none
  | (source, target) :: rest => if source = name then some target else target? name rest

def Scope.uses (target : String) : Scope → Bool
  | [] => false
  | (_, other) :: rest => if other = target then true else uses target rest

def Scope.size : Scope → Nat
  | [] => 0
  | _ :: rest => size rest + 1

def freshFrom (taken : List String) (scope : Scope) (base : String) : (fuel at_ : Nat) → String
  | 0, at_ => base ++ "_" ++ decimal at_
  | fuel + 1, at_ =>
    let target := base ++ "_" ++ decimal at_
    if scope.uses target || hasName target taken then freshFrom taken scope base fuel (at_ + 1)
    else target

/-- The first of `m`, `m_1`, `m_2`, … that is neither a target name in scope nor taken. -/
def fresh (taken : List String) (scope : Scope) (name : String) : String :=
  let base := mangle name
  if scope.uses base || hasName base taken then
    freshFrom taken scope base (countNames taken + scope.size) 1
  else base

/-- The scope with the names bound in order. -/
def bindAll (taken : List String) (scope : Scope) : List String → Scope
  | [] => scope
  | name :: rest => bindAll taken ((name, fresh taken scope name) :: scope) rest

/-- The target names of parameters, in order. -/
def paramTargets (taken : List String) (scope : Scope) : List String → List String
  | [] => []
  | name :: rest =>
    let target := fresh taken scope name
    target :: paramTargets taken ((name, target) :: scope) rest

end Enc.DSL
