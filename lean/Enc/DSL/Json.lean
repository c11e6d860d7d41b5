import Enc.DSL.Value

/-!
# Canonical JSON of values

RFC 8785 over naturals up to 2^53 - 1, booleans, strings, lists, records and `none`; bytes print
as lower-case hex strings. Values are taken to be in normal form, so keys are sorted already.
-/

namespace Enc.DSL

/-- The largest natural that JSON numbers carry exactly, 2^53 - 1. -/
def maxSafeNat : Nat := 9007199254740991

/-- Appends a character inside a JSON string to reversed text. -/
def pushJsonChar (acc : List Char) (c : Char) : List Char :=
  match c.toNat with
  | 0x22 => '"' :: '\\' :: acc
  | 0x5C => '\\' :: '\\' :: acc
  | 0x08 => 'b' :: '\\' :: acc
  | 0x09 => 't' :: '\\' :: acc
  | 0x0A => 'n' :: '\\' :: acc
  | 0x0C => 'f' :: '\\' :: acc
  | 0x0D => 'r' :: '\\' :: acc
  | n =>
    if n < 0x20 then
      nibbleChar (n % 16) :: nibbleChar (n / 16) :: '0' :: '0' :: 'u' :: '\\' :: acc
    else c :: acc

/-- Appends the inside of a JSON string to reversed text. -/
def pushJsonChars : List Char → List Char → List Char
  | acc, [] => acc
  | acc, c :: cs => pushJsonChars (pushJsonChar acc c) cs

/-- Appends a JSON string to reversed text. -/
def pushJsonStr (acc : List Char) (s : String) : List Char :=
  '"' :: pushJsonChars ('"' :: acc) s.toList

mutual
/-- Appends the JSON of a value to reversed text; nothing if a natural in it is too large. -/
def pushJson (acc : List Char) : Val → Option (List Char)
  | .nat n => if n ≤ maxSafeNat then some (pushNat acc n) else Option.none
  | .bool true => some (pushStr acc "true")
  | .bool false => some (pushStr acc "false")
  | .str s => some (pushJsonStr acc s)
  | .bytes bs => some ('"' :: pushHex ('"' :: acc) bs)
  | .list [] => some (']' :: '[' :: acc)
  | .list (v :: vs) =>
    match pushJson ('[' :: acc) v with
    | some acc => pushJsonRest acc vs
    | Option.none => Option.none
  | .record [] => some ('}' :: '{' :: acc)
  | .record ((k, v) :: fs) =>
    match pushJson (':' :: pushJsonStr ('{' :: acc) k) v with
    | some acc => pushJsonFields acc fs
    | Option.none => Option.none
  | .none => some (pushStr acc "null")

/-- Appends the elements after the first, and the bracket. -/
def pushJsonRest (acc : List Char) : List Val → Option (List Char)
  | [] => some (']' :: acc)
  | v :: vs =>
    match pushJson (',' :: acc) v with
    | some acc => pushJsonRest acc vs
    | Option.none => Option.none

/-- Appends the fields after the first, and the brace. -/
def pushJsonFields (acc : List Char) : List (String × Val) → Option (List Char)
  | [] => some ('}' :: acc)
  | (k, v) :: fs =>
    match pushJson (':' :: pushJsonStr (',' :: acc) k) v with
    | some acc => pushJsonFields acc fs
    | Option.none => Option.none
end

/-- The canonical JSON of a value as a string value; `none` if a natural in it is too large. -/
def jsonStringify (v : Val) : Val :=
  match pushJson [] v with
  | some acc => .str (finishText acc)
  | Option.none => .none

end Enc.DSL
