import Enc.DSL.Json

/-!
# Reading JSON

A strict reader: no repeated keys, no lone surrogates, no control characters in strings; numbers
are integers and are kept as they are written.
-/

namespace Enc.DSL

/-- A JSON text as a tree. -/
inductive Tree where
  | null
  | bool (b : Bool)
  | num (text : String)
  | str (s : String)
  | arr (items : List Tree)
  | obj (members : List (String × Tree))
  deriving Inhabited

/-- What reading has made of the front of a text, and what is left. -/
inductive Parsed (α : Type) where
  | ok (value : α) (rest : List Char)
  | bad (reason : String)

/-- The text after white space. -/
def skipBlank : List Char → List Char
  | c :: cs => if c = ' ' ∨ c = '\n' ∨ c = '\t' ∨ c = '\r' then skipBlank cs else c :: cs
  | [] => []

/-- The code unit that four hex digits write. -/
def codeUnit (a b c d : Char) : Option Nat :=
  match hexDigit a, hexDigit b, hexDigit c, hexDigit d with
  | some a, some b, some c, some d => some (((a * 16 + b) * 16 + c) * 16 + d)
  | _, _, _, _ => Option.none

/-- The character of an escape of one letter. -/
def shortEscape (c : Char) : Option Char :=
  match c with
  | '"' => some '"' | '\\' => some '\\' | '/' => some '/'
  | 'b' => some '\x08' | 'f' => some '\x0C' | 'n' => some '\n'
  | 'r' => some '\r' | 't' => some '\t'
  | _ => Option.none

/-- Reads the rest of a string; `acc` holds its characters so far, reversed. -/
def parseString : (fuel : Nat) → List Char → List Char → Parsed String
  | 0, _, _ => .bad "too long"
  | _ + 1, _, [] => .bad "string without end"
  | _ + 1, acc, '"' :: cs => .ok (finishText acc) cs
  | fuel + 1, acc, '\\' :: 'u' :: a :: b :: c :: d :: cs =>
    match codeUnit a b c d with
    | Option.none => .bad "bad escape"
    | some n =>
      if n < 0xD800 ∨ 0xDFFF < n then parseString fuel (Char.ofNat n :: acc) cs
      else if 0xDC00 ≤ n then .bad "lone surrogate"
      else
        match cs with
        | '\\' :: 'u' :: e :: f :: g :: h :: cs =>
          match codeUnit e f g h with
          | Option.none => .bad "bad escape"
          | some m =>
            if 0xDC00 ≤ m ∧ m ≤ 0xDFFF then
              parseString fuel (Char.ofNat (0x10000 + (n - 0xD800) * 0x400 + (m - 0xDC00)) :: acc) cs
            else .bad "lone surrogate"
        | _ => .bad "lone surrogate"
  | fuel + 1, acc, '\\' :: c :: cs =>
    match shortEscape c with
    | some e => parseString fuel (e :: acc) cs
    | Option.none => .bad "bad escape"
  | fuel + 1, acc, c :: cs =>
    if c.toNat < 0x20 then .bad "control character in a string" else parseString fuel (c :: acc) cs

/-- Reads digits; `acc` holds those so far, reversed. -/
def parseDigits : List Char → List Char → Parsed Tree
  | acc, c :: cs =>
    if 48 ≤ c.toNat ∧ c.toNat ≤ 57 then parseDigits (c :: acc) cs
    else if c = '.' ∨ c = 'e' ∨ c = 'E' then .bad "number is no integer"
    else .ok (.num (finishText acc)) (c :: cs)
  | acc, [] => .ok (.num (finishText acc)) []

/-- Whether an object has that key already. -/
def hasMember (key : String) : List (String × Tree) → Bool
  | [] => false
  | (k, _) :: rest => if k = key then true else hasMember key rest

/-- The first list reversed, in front of the second. -/
def revTrees : List Tree → List Tree → List Tree
  | [], acc => acc
  | t :: ts, acc => revTrees ts (t :: acc)

/-- The first list reversed, in front of the second. -/
def revMembers : List (String × Tree) → List (String × Tree) → List (String × Tree)
  | [], acc => acc
  | m :: ms, acc => revMembers ms (m :: acc)

/-- The deepest nesting that is read. -/
def maxDepth : Nat := 2000

mutual
/-- Reads a JSON value that is nested in `depth` others; `fuel` bounds the length of the text. -/
def parseTree : (fuel : Nat) → (depth : Nat) → List Char → Parsed Tree
  | 0, _, _ => .bad "too long"
  | fuel + 1, depth, cs =>
    if maxDepth < depth then .bad "LIMIT_DEPTH" else
    match skipBlank cs with
    | 'n' :: 'u' :: 'l' :: 'l' :: cs => .ok .null cs
    | 't' :: 'r' :: 'u' :: 'e' :: cs => .ok (.bool true) cs
    | 'f' :: 'a' :: 'l' :: 's' :: 'e' :: cs => .ok (.bool false) cs
    | '"' :: cs =>
      match parseString fuel [] cs with
      | .ok s cs => .ok (.str s) cs
      | .bad reason => .bad reason
    | '[' :: cs =>
      match skipBlank cs with
      | ']' :: cs => .ok (.arr []) cs
      | cs => parseItems fuel (depth + 1) [] cs
    | '{' :: cs =>
      match skipBlank cs with
      | '}' :: cs => .ok (.obj []) cs
      | cs => parseMembers fuel (depth + 1) [] cs
    | '-' :: c :: cs => if c = '0' then .bad "bad number" else parseNumber '-' c cs
    | c :: cs => parseNumber ' ' c cs
    | [] => .bad "text ends early"
where
  parseNumber (sign c : Char) (cs : List Char) : Parsed Tree :=
    let acc := if sign = '-' then [c, '-'] else [c]
    if c = '0' then
      match cs with
      | d :: _ =>
        if 48 ≤ d.toNat ∧ d.toNat ≤ 57 then .bad "bad number" else parseDigits acc cs
      | [] => parseDigits acc cs
    else if 49 ≤ c.toNat ∧ c.toNat ≤ 57 then parseDigits acc cs
    else .bad "unexpected character"

/-- Reads the items from here to the closing bracket. -/
def parseItems : (fuel : Nat) → (depth : Nat) → List Tree → List Char → Parsed Tree
  | 0, _, _, _ => .bad "too long"
  | fuel + 1, depth, acc, cs =>
    match parseTree fuel depth cs with
    | .bad reason => .bad reason
    | .ok item cs =>
      match skipBlank cs with
      | ',' :: cs => parseItems fuel depth (item :: acc) cs
      | ']' :: cs => .ok (.arr (revTrees acc [item])) cs
      | _ => .bad "expected `,` or `]`"

/-- Reads the members from here to the closing brace. -/
def parseMembers :
    (fuel : Nat) → (depth : Nat) → List (String × Tree) → List Char → Parsed Tree
  | 0, _, _, _ => .bad "too long"
  | fuel + 1, depth, acc, cs =>
    match skipBlank cs with
    | '"' :: cs =>
      match parseString fuel [] cs with
      | .bad reason => .bad reason
      | .ok key cs =>
        if hasMember key acc = true then .bad "repeated key"
        else
          match skipBlank cs with
          | ':' :: cs =>
            match parseTree fuel depth cs with
            | .bad reason => .bad reason
            | .ok value cs =>
              match skipBlank cs with
              | ',' :: cs => parseMembers fuel depth ((key, value) :: acc) cs
              | '}' :: cs => .ok (.obj (revMembers acc [(key, value)])) cs
              | _ => .bad "expected `,` or `}`"
          | _ => .bad "expected `:`"
    | _ => .bad "expected a key"
end

/-- The tree of a whole JSON text, or why it has none. -/
def parseJson (text : String) : Except String Tree :=
  match parseTree (2 * text.length + 2) 0 text.toList with
  | .bad reason => .error reason
  | .ok tree rest =>
    match skipBlank rest with
    | [] => .ok tree
    | _ :: _ => .error "text after the end"

/-- The member of that name. -/
def memberAt (key : String) : List (String × Tree) → Option Tree
  | [] => Option.none
  | (k, t) :: rest => if k = key then some t else memberAt key rest

end Enc.DSL
