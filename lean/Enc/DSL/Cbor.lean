import Enc.DSL.Sha256
import Enc.DSL.Value

/-!
# Deterministic CBOR

RFC 8949 section 4.2.1, of four kinds only: unsigned integers below 2^64, byte strings, text
strings, and arrays of definite length. Bytes are built reversed.
-/

namespace Enc.DSL

/-- Appends a head, RFC 8949 section 3: a major type and its argument, in the shortest form. -/
def pushHead (acc : List UInt8) (major n : Nat) : Option (List UInt8) :=
  let long (size info : Nat) : Option (List UInt8) :=
    some (revBytes (Sha256.bigEndian size n []) (UInt8.ofNat (32 * major + info) :: acc))
  if n < 24 then some (UInt8.ofNat (32 * major + n) :: acc)
  else if n < 0x100 then long 1 24
  else if n < 0x10000 then long 2 25
  else if n < 0x100000000 then long 4 26
  else if n < 0x10000000000000000 then long 8 27
  else Option.none

/-- Appends a string of that major type. -/
def pushString (acc : List UInt8) (major : Nat) (bs : List UInt8) : Option (List UInt8) :=
  match pushHead acc major (countBytes bs 0) with
  | some acc => some (revBytes bs acc)
  | Option.none => Option.none

mutual
/-- Appends the CBOR of a value; nothing if some of it has none. -/
def pushCbor (acc : List UInt8) : Val → Option (List UInt8)
  | .nat n => pushHead acc 0 n
  | .bytes bs => pushString acc 2 bs
  | .str s => pushString acc 3 (utf8Bytes s)
  | .list vs =>
    match pushHead acc 4 (countVals vs 0) with
    | some acc => pushCbors acc vs
    | Option.none => Option.none
  | .bool _ | .record _ | .none => Option.none

/-- Appends the elements of an array. -/
def pushCbors (acc : List UInt8) : List Val → Option (List UInt8)
  | [] => some acc
  | v :: vs =>
    match pushCbor acc v with
    | some acc => pushCbors acc vs
    | Option.none => Option.none
end

/-- The CBOR of a value. -/
def cbor (v : Val) : Option (List UInt8) :=
  match pushCbor [] v with
  | some acc => some (revBytes acc [])
  | Option.none => Option.none

end Enc.DSL
