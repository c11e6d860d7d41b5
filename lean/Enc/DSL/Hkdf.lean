import Enc.DSL.Sha256

/-!
# Key derivation

HMAC (RFC 2104) and HKDF (RFC 5869), both over SHA-256.
-/

namespace Enc.DSL.Hkdf

/-- Every byte combined with `mask` by exclusive or. -/
def maskBytes (mask : Nat) : List UInt8 → List UInt8
  | [] => []
  | b :: bs => UInt8.ofNat (b.toNat ^^^ mask) :: maskBytes mask bs

/-- A key as one block of the hash, RFC 2104 section 2: a longer one is hashed, zeros fill up. -/
def blockKey (key : List UInt8) : List UInt8 :=
  let key := if countBytes key 0 ≤ 64 then key else Sha256.hash key
  appendBytes key (Sha256.zeros (64 - countBytes key 0) [])

/-- HMAC-SHA-256. -/
def hmac (key message : List UInt8) : List UInt8 :=
  let key := blockKey key
  let inner := Sha256.hash (appendBytes (maskBytes 0x36 key) message)
  Sha256.hash (appendBytes (maskBytes 0x5c key) inner)

/-- HKDF-Extract, RFC 5869 section 2.2. -/
def extract (salt secret : List UInt8) : List UInt8 := hmac salt secret

/-- The blocks T(i), T(i + 1), … of HKDF-Expand, RFC 5869 section 2.3, `blocks` in number. -/
def expandBlocks (prk info : List UInt8) : (blocks i : Nat) → (last : List UInt8) → List UInt8
  | 0, _, _ => []
  | blocks + 1, i, last =>
    let t := hmac prk (appendBytes last (appendBytes info [UInt8.ofNat i]))
    appendBytes t (expandBlocks prk info blocks (i + 1) t)

/-- HKDF-Expand; `length` is at most 255 times 32. -/
def expand (prk info : List UInt8) (length : Nat) : List UInt8 :=
  (splitBytes length [] (expandBlocks prk info ((length + 31) / 32) 1 [])).1

/-- HKDF. -/
def derive (salt secret info : List UInt8) (length : Nat) : List UInt8 :=
  expand (extract salt secret) info length

end Enc.DSL.Hkdf
