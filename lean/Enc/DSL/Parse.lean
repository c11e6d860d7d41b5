import Enc.DSL.Json

/-!
# Reading JSON

A strict reader: no repeated keys, no lone surrogates, no control characters in strings; numbers
are kept as they are written, and members stand in the order of their keys. What may be long is
read in loops, so only nesting takes room on the stack.
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

/-- Whether a character is an ASCII digit. -/
def isDigit (c : Char) : Bool := if 48 ≤ c.toNat ∧ c.toNat ≤ 57 then true else false

/-- Moves the digits in front to `acc`, which is reversed. -/
def takeDigits : List Char → List Char → List Char × List Char
  | acc, c :: cs => if isDigit c = true then takeDigits (c :: acc) cs else (acc, c :: cs)
  | acc, [] => (acc, [])

/-- Moves one or more digits to `acc`; nothing where there are none. -/
def someDigits (acc : List Char) : List Char → Option (List Char × List Char)
  | c :: cs => if isDigit c = true then some (takeDigits (c :: acc) cs) else Option.none
  | [] => Option.none

/-- Reads the exponent of a number, if it has one; `acc` holds what stands before it, reversed. -/
def parseExponent (acc : List Char) : List Char → Parsed Tree
  | c :: cs =>
    if c = 'e' ∨ c = 'E' then
      let (acc, cs) := match cs with
        | '+' :: cs => ('+' :: c :: acc, cs)
        | '-' :: cs => ('-' :: c :: acc, cs)
        | cs => (c :: acc, cs)
      match someDigits acc cs with
      | some (acc, cs) => .ok (.num (finishText acc)) cs
      | Option.none => .bad "bad number"
    else .ok (.num (finishText acc)) (c :: cs)
  | [] => .ok (.num (finishText acc)) []

/-- Reads the fraction of a number, if it has one, and the exponent. -/
def parseFraction (acc : List Char) : List Char → Parsed Tree
  | '.' :: cs =>
    match someDigits ('.' :: acc) cs with
    | some (acc, cs) => parseExponent acc cs
    | Option.none => .bad "bad number"
  | cs => parseExponent acc cs

/-- Reads a number after its sign. -/
def parseUnsigned (acc : List Char) : List Char → Parsed Tree
  | '0' :: cs => parseFraction ('0' :: acc) cs
  | cs =>
    match someDigits acc cs with
    | some (acc, cs) => parseFraction acc cs
    | Option.none => .bad "unexpected character"

/-- Reads a number. -/
def parseNumber : List Char → Parsed Tree
  | '-' :: cs => parseUnsigned ['-'] cs
  | cs => parseUnsigned [] cs

/-- The first list reversed, in front of the second. -/
def revTrees : List Tree → List Tree → List Tree
  | [], acc => acc
  | t :: ts, acc => revTrees ts (t :: acc)

/-- The first list reversed, in front of the second. -/
def revMembers : List (String × Tree) → List (String × Tree) → List (String × Tree)
  | [], acc => acc
  | m :: ms, acc => revMembers ms (m :: acc)

/-- How many members there are, above `n`. -/
def countMembers : List (String × Tree) → Nat → Nat
  | [], n => n
  | _ :: ms, n => countMembers ms (n + 1)

/-- Merges two sorted runs behind `acc`, which is reversed; nothing where they share a key.
`fuel` bounds the number of members. -/
def mergeMembers : (fuel : Nat) → List (String × Tree) → List (String × Tree) →
    List (String × Tree) → Option (List (String × Tree))
  | _, acc, [], ms => some (revMembers acc ms)
  | _, acc, ms, [] => some (revMembers acc ms)
  | fuel + 1, acc, (k, t) :: ms, (l, u) :: ns =>
    match compareUtf16 k.toList l.toList with
    | .lt => mergeMembers fuel ((k, t) :: acc) ms ((l, u) :: ns)
    | .gt => mergeMembers fuel ((l, u) :: acc) ((k, t) :: ms) ns
    | .eq => Option.none
  | 0, _, _, _ => Option.none

/-- Merges neighbours of sorted runs, in any order: no two members are to share a key. -/
def mergePairs (fuel : Nat) : List (List (String × Tree)) → List (List (String × Tree)) →
    Option (List (List (String × Tree)))
  | acc, a :: b :: runs =>
    match mergeMembers fuel [] a b with
    | some run => mergePairs fuel (run :: acc) runs
    | Option.none => Option.none
  | acc, [a] => some (a :: acc)
  | acc, [] => some acc

/-- Merges sorted runs into one; `rounds` bounds how often their number is halved. -/
def mergeRuns (fuel : Nat) : (rounds : Nat) → List (List (String × Tree)) →
    Option (List (String × Tree))
  | _, [] => some []
  | _, [run] => some run
  | 0, _ => Option.none
  | rounds + 1, runs =>
    match mergePairs fuel [] runs with
    | some runs => mergeRuns fuel rounds runs
    | Option.none => Option.none

/-- A run of each member. -/
def singleRuns : List (List (String × Tree)) → List (String × Tree) → List (List (String × Tree))
  | acc, [] => acc
  | acc, m :: ms => singleRuns ([m] :: acc) ms

/-- Members in the order of their keys; nothing where a key is repeated. -/
def sortMembers (ms : List (String × Tree)) : Option (List (String × Tree)) :=
  let count := countMembers ms 0
  mergeRuns count count (singleRuns [] ms)

mutual
/-- Reads a JSON value that may nest `room` deep; `fuel` bounds the length of the text. -/
def parseTree : (fuel : Nat) → (room : Nat) → List Char → Parsed Tree
  | 0, _, _ => .bad "too long"
  | fuel + 1, room, cs =>
    match skipBlank cs with
    | 'n' :: 'u' :: 'l' :: 'l' :: cs => .ok .null cs
    | 't' :: 'r' :: 'u' :: 'e' :: cs => .ok (.bool true) cs
    | 'f' :: 'a' :: 'l' :: 's' :: 'e' :: cs => .ok (.bool false) cs
    | '"' :: cs =>
      match parseString fuel [] cs with
      | .ok s cs => .ok (.str s) cs
      | .bad reason => .bad reason
    | '[' :: cs =>
      match room with
      | 0 => .bad "LIMIT_DEPTH"
      | room + 1 =>
        match skipBlank cs with
        | ']' :: cs => .ok (.arr []) cs
        | cs => parseItems fuel room [] cs
    | '{' :: cs =>
      match room with
      | 0 => .bad "LIMIT_DEPTH"
      | room + 1 =>
        match skipBlank cs with
        | '}' :: cs => .ok (.obj []) cs
        | cs => parseMembers fuel room [] cs
    | [] => .bad "text ends early"
    | cs => parseNumber cs

/-- Reads the items from here to the closing bracket. -/
def parseItems : (fuel : Nat) → (room : Nat) → List Tree → List Char → Parsed Tree
  | 0, _, _, _ => .bad "too long"
  | fuel + 1, room, acc, cs =>
    match parseTree fuel room cs with
    | .bad reason => .bad reason
    | .ok item cs =>
      match skipBlank cs with
      | ',' :: cs => parseItems fuel room (item :: acc) cs
      | ']' :: cs => .ok (.arr (revTrees acc [item])) cs
      | _ => .bad "expected `,` or `]`"

/-- Reads the members from here to the closing brace. -/
def parseMembers :
    (fuel : Nat) → (room : Nat) → List (String × Tree) → List Char → Parsed Tree
  | 0, _, _, _ => .bad "too long"
  | fuel + 1, room, acc, cs =>
    match skipBlank cs with
    | '"' :: cs =>
      match parseString fuel [] cs with
      | .bad reason => .bad reason
      | .ok key cs =>
        match skipBlank cs with
        | ':' :: cs =>
          match parseTree fuel room cs with
          | .bad reason => .bad reason
          | .ok value cs =>
            match skipBlank cs with
            | ',' :: cs => parseMembers fuel room ((key, value) :: acc) cs
            | '}' :: cs =>
              match sortMembers ((key, value) :: acc) with
              | some members => .ok (.obj members) cs
              | Option.none => .bad "repeated key"
            | _ => .bad "expected `,` or `}`"
        | _ => .bad "expected `:`"
    | _ => .bad "expected a key"
end

/-- The tree of a whole JSON text of `length` characters that nests `room` deep at most, or why it
has none. -/
def parseChars (room length : Nat) (text : List Char) : Except String Tree :=
  match parseTree (2 * length + 2) room text with
  | .bad reason => .error reason
  | .ok tree rest =>
    match skipBlank rest with
    | [] => .ok tree
    | _ :: _ => .error "text after the end"

/-- The deepest nesting of an image or of a request to the referee. -/
def maxDepth : Nat := 2000

/-- The tree of a whole JSON text, or why it has none. -/
def parseJson (text : String) : Except String Tree := parseChars maxDepth text.length text.toList

/-- The member of that name. -/
def memberAt (key : String) : List (String × Tree) → Option Tree
  | [] => Option.none
  | (k, t) :: rest => if k = key then some t else memberAt key rest

end Enc.DSL
