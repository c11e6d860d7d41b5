import Enc.DSL.Decoder

/-!
# Tests of the decoder

These run in the interpreter, as the referee does. What every implementation is asked stands in
`golden/vectors/request.jsonl`; here are the limits, whose inputs are too long for that.
-/

namespace Enc.Tests.Decoder
open Enc.DSL

/-- `n` times the same octet in front of octets. -/
def repeated : (n : Nat) → UInt8 → List UInt8 → List UInt8
  | 0, _, bs => bs
  | n + 1, b, bs => repeated n b (b :: bs)

/-- A character that often. -/
def chars : (n : Nat) → Char → String → String
  | 0, _, s => s
  | n + 1, c, s => chars n c (s.push c)

/-- `n` times `0,` in brackets, and a last `0`. -/
def zeros : (n : Nat) → List UInt8 → List UInt8
  | 0, bs => 0x5B :: bs
  | n + 1, bs => zeros n (0x30 :: 0x2C :: bs)

/-- Members `"0":0` to `"n":0` in braces. -/
def members : (n : Nat) → String → String
  | 0, s => "{\"0\":0" ++ s ++ "}"
  | n + 1, s => members n (",\"" ++ decimal (n + 1) ++ "\":0" ++ s)

/-- The value of a body. -/
def value (bytes : List UInt8) : Val := getField (Decoder.frame bytes) "body"

/-- The problem of a body. -/
def problem (bytes : List UInt8) : Val := getField (Decoder.frame bytes) "problem"

/-- How many elements a list has. -/
def elements : Val → Nat
  | .list vs => countVals vs 0
  | _ => 0

#guard value (repeated 1048575 0x20 [0x37]) == .nat 7
#guard problem (repeated 1048576 0x20 [0x37]) == .str "too_large"
#guard problem (repeated 1048576 0x31 []) == .str "bad_number"
#guard problem (repeated 1048576 0x5B []) == .str "bad_json"
#guard elements (value (zeros 99999 [0x30, 0x5D])) = 100000
#guard getField (value (utf8Bytes (members 5000 ""))) "4999" == .nat 0
#guard problem (utf8Bytes (members 5000 ",\"4999\":0")) == .str "bad_json"

/-- The problem of a target. -/
def targetProblem (target : String) : Val := getField (Decoder.request "GET" target []) "problem"

#guard targetProblem (chars 8192 '/' "") == .none
#guard targetProblem (chars 8193 '/' "") == .str "too_large"
#guard targetProblem (chars 4096 'é' "") == .str "bad_target"
#guard targetProblem (chars 4096 'é' "/") == .str "too_large"
#guard getField (Decoder.request "GET" "/é" (repeated 1048577 0x20 [])) "problem" == .str "too_large"

/-- The characters of the Unicode scalar values among `count` numbers from `n` on, reversed, in front
of `acc`. -/
def scalars : (count n : Nat) → List Char → List Char
  | 0, _, acc => acc
  | count + 1, n, acc =>
    scalars count (n + 1) (if Decoder.isScalar n = true then Char.ofNat n :: acc else acc)

/-- Whether two texts are the same. -/
def sameChars : List Char → List Char → Bool
  | [], [] => true
  | a :: as, b :: bs => if a = b then sameChars as bs else false
  | _, _ => false

/-- Those of the first plane and on both sides of the others' bounds, in reverse. -/
def someScalars : List Char := scalars 0x1000 0x10F000 (scalars 0x11000 0 [])

#guard
    match Decoder.utf8Into 0 0 0 [] (revBytes (pushUtf8s [] someScalars) []) with
    | some cs => sameChars cs (revChars someScalars [])
    | Option.none => false

end Enc.Tests.Decoder
