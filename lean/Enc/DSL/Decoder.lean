import Enc.DSL.Read

/-!
# The decoder

What a host passes in as raw octets, as values, and the reads that take values apart
(`docs/hosts.md`).
-/

namespace Enc.DSL.Decoder

/-- Most octets of a body. -/
def maxBody : Nat := 1048576

/-- Most octets of a target, in UTF-8. -/
def maxTarget : Nat := 8192

/-- Most arrays and objects around a value of a body. -/
def maxBodyDepth : Nat := 64

/-- Whether a number is a Unicode scalar value. -/
def isScalar (n : Nat) : Bool :=
  if n < 0xD800 then true else if n < 0xE000 then false else if n < 0x110000 then true else false

/-- The characters that octets write in UTF-8, reversed; nothing where they are not UTF-8. `need`
octets of a character are to come, `code` is its number so far, and no shorter writing reaches
`least`. -/
def utf8Into : (need code least : Nat) → List Char → List UInt8 → Option (List Char)
  | 0, _, _, acc, [] => some acc
  | _ + 1, _, _, _, [] => Option.none
  | 0, _, _, acc, b :: bs =>
    let n := b.toNat
    if n < 0x80 then utf8Into 0 0 0 (Char.ofNat n :: acc) bs
    else if n < 0xC0 then Option.none
    else if n < 0xE0 then utf8Into 1 (n - 0xC0) 0x80 acc bs
    else if n < 0xF0 then utf8Into 2 (n - 0xE0) 0x800 acc bs
    else if n < 0xF8 then utf8Into 3 (n - 0xF0) 0x10000 acc bs
    else Option.none
  | need + 1, code, least, acc, b :: bs =>
    let n := b.toNat
    if n < 0x80 ∨ 0xC0 ≤ n then Option.none
    else
      let code := code * 64 + (n - 0x80)
      match need with
      | 0 =>
        if code < least then Option.none
        else if isScalar code = true then utf8Into 0 0 0 (Char.ofNat code :: acc) bs
        else Option.none
      | need + 1 => utf8Into (need + 1) code least acc bs

/-- The natural that a JSON number writes, an integer from 0 to 2^53 - 1. -/
def jsonNat (text : String) : Option Nat :=
  match text.toList with
  | [] => Option.none
  | ['0'] => some 0
  | '0' :: _ => Option.none
  | cs =>
    -- A longer one is too large, and a much longer one takes long to read.
    if 16 < text.length then Option.none
    else
      match digitsInto 0 cs with
      | some n => if n ≤ maxSafeNat then some n else Option.none
      | Option.none => Option.none

/-- The first list reversed, in front of the second. -/
def revFields : List (String × Val) → List (String × Val) → List (String × Val)
  | [], acc => acc
  | f :: fs, acc => revFields fs (f :: acc)

mutual
/-- The value of a JSON tree; nothing if a number in it is no integer from 0 to 2^53 - 1. -/
def plainVal : Tree → Option Val
  | .null => some .none
  | .bool b => some (.bool b)
  | .num text =>
    match jsonNat text with
    | some n => some (.nat n)
    | Option.none => Option.none
  | .str s => some (.str s)
  | .arr items => plainList [] items
  | .obj members => plainRecord [] members

/-- The list of items after `acc`, which is reversed. -/
def plainList (acc : List Val) : List Tree → Option Val
  | [] => some (.list (revVals acc []))
  | t :: ts =>
    match plainVal t with
    | some v => plainList (v :: acc) ts
    | Option.none => Option.none

/-- The record of members after `acc`, which is reversed. They stand in the order of their keys. -/
def plainRecord (acc : List (String × Val)) : List (String × Tree) → Option Val
  | [] => some (.record (revFields acc []))
  | (k, t) :: ms =>
    match plainVal t with
    | some v => plainRecord ((k, v) :: acc) ms
    | Option.none => Option.none
end

/-- Where bytes were read their value, else the error code of why not. -/
inductive Reading where
  | value (v : Val)
  | problem (code : String)

/-- The value of a body; `none` of an empty one. -/
def body (bytes : List UInt8) : Reading :=
  if maxBody < countBytes bytes 0 then .problem "too_large"
  else
    match bytes with
    | [] => .value .none
    | bytes =>
      match utf8Into 0 0 0 [] bytes with
      | Option.none => .problem "bad_json"
      | some chars =>
        match parseChars maxBodyDepth (countBytes bytes 0) (revChars chars []) with
        | .error _ => .problem "bad_json"
        | .ok tree =>
          match plainVal tree with
          | some v => .value v
          | Option.none => .problem "bad_number"

/-- The characters before and after the first `sign`; `acc` holds those before it, reversed. -/
def cut (sign : Char) : List Char → List Char → String × List Char
  | acc, [] => (finishText acc, [])
  | acc, c :: cs => if c = sign then (finishText acc, cs) else cut sign (c :: acc) cs

/-- The texts between signs, empty ones left out; `done` holds the finished ones, reversed, and
`acc` the characters of the current one. -/
def pieces (sign : Char) : List String → List Char → List Char → List String
  | done, [], [] => revTexts done []
  | done, c :: acc, [] => revTexts (finishText (c :: acc) :: done) []
  | done, acc, c :: cs =>
    if c = sign then
      match acc with
      | [] => pieces sign done [] cs
      | a :: acc => pieces sign (finishText (a :: acc) :: done) [] cs
    else pieces sign done (c :: acc) cs
where
  /-- The first list reversed, in front of the second. -/
  revTexts : List String → List String → List String
    | [], acc => acc
    | s :: ss, acc => revTexts ss (s :: acc)

/-- The pieces of a query as members, reversed. -/
def parameters (acc : List (String × Tree)) : List String → List (String × Tree)
  | [] => acc
  | piece :: rest =>
    let (name, value) := cut '=' [] piece.toList
    let value := textOf value
    match jsonNat value with
    | some _ => parameters ((name, .num value) :: acc) rest
    | Option.none => parameters ((name, .str value) :: acc) rest

/-- Whether every character is visible ASCII. -/
def isVisible : List Char → Bool
  | [] => true
  | c :: cs => if c.toNat < 0x21 ∨ 0x7E < c.toNat then false else isVisible cs

/-- Texts as values, after `acc`, which is reversed. -/
def textVals (acc : List Val) : List String → List Val
  | [] => revVals acc []
  | s :: ss => textVals (.str s :: acc) ss

/-- Path and query of a target, and its problem; where it has one, both are empty. -/
def aim (target : String) : Val × Val × Option String :=
  if maxTarget < countBytes (utf8Bytes target) 0 then refuse "too_large"
  else if isVisible target.toList = true then
    let (path, query) := cut '?' [] target.toList
    match sortMembers (parameters [] (pieces '&' [] [] query)) with
    | Option.none => refuse "bad_target"
    | some members =>
      match plainRecord [] members with
      | some query => (.list (textVals [] (pieces '/' [] [] path.toList)), query, Option.none)
      | Option.none => refuse "bad_target"
  else refuse "bad_target"
where
  /-- Nothing but a problem. -/
  refuse (code : String) : Val × Val × Option String := (.list [], .record [], some code)

/-- A body's fields in a record. -/
def Reading.fields : Reading → Val × Val
  | .value v => (v, .none)
  | .problem code => (.none, .str code)

/-- The record of an HTTP request. -/
def request (method target : String) (bytes : List UInt8) : Val :=
  let (path, query, wrong) := aim target
  let reading :=
    match wrong with
    | Option.none => body bytes
    | some code => if maxBody < countBytes bytes 0 then .problem "too_large" else .problem code
  let (value, problem) := reading.fields
  .record [("body", value), ("kind", .str "http"), ("method", .str method), ("path", path),
    ("problem", problem), ("query", query)]

/-- The record of a message on a WebSocket. -/
def frame (bytes : List UInt8) : Val :=
  let (value, problem) := (body bytes).fields
  .record [("body", value), ("kind", .str "frame"), ("problem", problem)]

/-- Octets as naturals, after `acc`, which is reversed. -/
def byteVals (acc : List Val) : List UInt8 → List Val
  | [] => revVals acc []
  | b :: bs => byteVals (.nat b.toNat :: acc) bs

/-- The octets of lower-case hex as naturals; `none` for any other text. -/
def octets (hex : String) : Val :=
  match readHex hex with
  | .ok bytes => .list (byteVals [] bytes)
  | .error _ => .none

/-- Characters as values, after `acc`, which is reversed. -/
def letterVals (acc : List Val) : List Char → List Val
  | [] => revVals acc []
  | c :: cs => letterVals (.str (textOf [c]) :: acc) cs

/-- The Unicode scalar values of a text, each as a text. -/
def letters (text : String) : Val := .list (letterVals [] text.toList)

/-- The answer to a request that calls the decoder; nothing if it calls anything else. Wrong
arguments have the value `none`. No function of a spec has such a name, because its own has a
layer. -/
def call (name : String) (args : List Val) : Option Val :=
  match name with
  | "rt.request" =>
    match args with
    | [.str method, .str target, .bytes bytes] => some (request method target bytes)
    | _ => some .none
  | "rt.frame" =>
    match args with
    | [.bytes bytes] => some (frame bytes)
    | _ => some .none
  | "rt.octets" =>
    match args with
    | [.str hex] => some (octets hex)
    | _ => some .none
  | "rt.letters" =>
    match args with
    | [.str text] => some (letters text)
    | _ => some .none
  | _ => Option.none

end Enc.DSL.Decoder
