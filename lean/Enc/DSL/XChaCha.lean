import Enc.DSL.Sha256
import Enc.DSL.Value

/-!
# XChaCha20-Poly1305

ChaCha20, Poly1305 and their combination as in RFC 8439, and the extension to nonces of 24 octets as
in draft-irtf-cfrg-xchacha-03. Keys, nonces and blocks are naturals, their octets little-endian.
-/

namespace Enc.DSL.XChaCha

/-- 2^32 - 1. -/
def mask : Nat := Sha256.mask

/-- 2^128. -/
def full : Nat := 0x100000000000000000000000000000000

/-- The number that bytes write, least significant first. -/
def littleNat (bs : List UInt8) : Nat := natOfBytes 0 (revBytes bs [])

/-- The `n` low bytes of `x`, little-endian, in front of `tail`. -/
def littleEndian : (n : Nat) → (x : Nat) → List UInt8 → List UInt8
  | 0, _, tail => tail
  | n + 1, x, tail => UInt8.ofNat (x % 256) :: littleEndian n (x / 256) tail

/-- Four words of the state. -/
structure Row where
  a : Nat
  b : Nat
  c : Nat
  d : Nat

/-- The state: sixteen words, RFC 8439 section 2.3. -/
structure State where
  r0 : Row
  r1 : Row
  r2 : Row
  r3 : Row

/-- The four words of a natural below 2^128. -/
def rowOf (x : Nat) : Row :=
  { a := x &&& mask, b := (x >>> 32) &&& mask, c := (x >>> 64) &&& mask, d := (x >>> 96) &&& mask }

/-- The natural of four words. -/
def Row.nat (r : Row) : Nat := r.a + (r.b <<< 32) + (r.c <<< 64) + (r.d <<< 96)

/-- A word turned left by `n` bits. -/
def rotate (x n : Nat) : Nat := (Sha256.twice x >>> (32 - n)) &&& mask

/-- The quarter round, RFC 8439 section 2.1. -/
def quarter (a b c d : Nat) : Row :=
  let a := (a + b) &&& mask
  let d := rotate (d ^^^ a) 16
  let c := (c + d) &&& mask
  let b := rotate (b ^^^ c) 12
  let a := (a + b) &&& mask
  let d := rotate (d ^^^ a) 8
  let c := (c + d) &&& mask
  let b := rotate (b ^^^ c) 7
  { a, b, c, d }

/-- A column round and a diagonal round: the inner block of RFC 8439 section 2.3. -/
def doubleRound (s : State) : State :=
  let e := quarter s.r0.a s.r1.a s.r2.a s.r3.a
  let f := quarter s.r0.b s.r1.b s.r2.b s.r3.b
  let g := quarter s.r0.c s.r1.c s.r2.c s.r3.c
  let h := quarter s.r0.d s.r1.d s.r2.d s.r3.d
  let i := quarter e.a f.b g.c h.d
  let j := quarter f.a g.b h.c e.d
  let k := quarter g.a h.b e.c f.d
  let l := quarter h.a e.b f.c g.d
  { r0 := { a := i.a, b := j.a, c := k.a, d := l.a },
    r1 := { a := l.b, b := i.b, c := j.b, d := k.b },
    r2 := { a := k.c, b := l.c, c := i.c, d := j.c },
    r3 := { a := j.d, b := k.d, c := l.d, d := i.d } }

/-- `n` double rounds. -/
def rounds : Nat → State → State
  | 0, s => s
  | n + 1, s => rounds n (doubleRound s)

/-- The state before the rounds: the constants, the key, and a last row of 128 bits. The constants
are the ASCII text `expand 32-byte k`. -/
def start (key last : Nat) : State :=
  { r0 := { a := 0x61707865, b := 0x3320646e, c := 0x79622d32, d := 0x6b206574 },
    r1 := rowOf key, r2 := rowOf (key >>> 128), r3 := rowOf last }

/-- The word-wise sum of two rows. -/
def Row.add (r s : Row) : Row :=
  { a := (r.a + s.a) &&& mask, b := (r.b + s.b) &&& mask,
    c := (r.c + s.c) &&& mask, d := (r.d + s.d) &&& mask }

/-- The block function, RFC 8439 section 2.3; the nonce has 96 bits. -/
def block (key counter nonce : Nat) : List UInt8 :=
  let s := start key ((counter &&& mask) + (nonce <<< 32))
  let t := rounds 10 s
  littleEndian 16 (s.r0.add t.r0).nat (littleEndian 16 (s.r1.add t.r1).nat
    (littleEndian 16 (s.r2.add t.r2).nat (littleEndian 16 (s.r3.add t.r3).nat [])))

/-- The exclusive or of two bytes. -/
def xorByte (a b : UInt8) : UInt8 := UInt8.ofNat (a.toNat ^^^ b.toNat)

/-- Encrypts with what is left of a block's stream; `acc` holds the bytes so far, reversed. -/
def streamInto (key nonce : Nat) :
    (acc : List UInt8) → (counter : Nat) → (stream : List UInt8) → List UInt8 → List UInt8
  | acc, _, _, [] => revBytes acc []
  | acc, counter, k :: ks, b :: bs => streamInto key nonce (xorByte k b :: acc) counter ks bs
  | acc, counter, [], b :: bs =>
    match block key counter nonce with
    | [] => []
    | k :: ks => streamInto key nonce (xorByte k b :: acc) (counter + 1) ks bs

/-- ChaCha20, RFC 8439 section 2.4: encryption and decryption are one. -/
def stream (key counter nonce : Nat) (message : List UInt8) : List UInt8 :=
  streamInto key nonce [] counter [] message

/-- The prime 2^130 - 5. -/
def prime : Nat := 0x3fffffffffffffffffffffffffffffffb

/-- Poly1305 over what follows; `part` is the block so far, `unit` 256 to its length. -/
def polyWith (r : Nat) : (acc part unit : Nat) → List UInt8 → Nat
  | acc, part, unit, [] => if unit = 1 then acc else (acc + part + unit) * r % prime
  | acc, part, unit, b :: bs =>
    let part := part + b.toNat * unit
    let unit := unit * 256
    if unit = full then polyWith r ((acc + part + unit) * r % prime) 0 1 bs
    else polyWith r acc part unit bs

/-- The Poly1305 tag, RFC 8439 section 2.5; the first half of the key is clamped. -/
def poly1305 (key : Nat) (message : List UInt8) : List UInt8 :=
  let r := key &&& 0x0ffffffc0ffffffc0ffffffc0fffffff
  littleEndian 16 ((polyWith r 0 0 1 message + (key >>> 128)) % full) []

/-- Bytes, and zeros up to a multiple of sixteen, in front of `tail`. -/
def padded (bs tail : List UInt8) : List UInt8 :=
  appendBytes bs (Sha256.zeros ((16 - countBytes bs 0 % 16) % 16) tail)

/-- The tag of associated data and a ciphertext, RFC 8439 section 2.8. -/
def tagOf (key nonce : Nat) (aad sealed : List UInt8) : List UInt8 :=
  let once := littleNat (splitBytes 32 [] (block key 0 nonce)).1
  poly1305 once (padded aad (padded sealed
    (littleEndian 8 (countBytes aad 0) (littleEndian 8 (countBytes sealed 0) []))))

/-- AEAD_CHACHA20_POLY1305, RFC 8439 section 2.8: the ciphertext and its tag. -/
def box (key nonce : Nat) (aad message : List UInt8) : List UInt8 :=
  let sealed := stream key 1 nonce message
  appendBytes sealed (tagOf key nonce aad sealed)

/-- The plaintext; nothing if the tag, the last 16 octets, is wrong. -/
def unbox (key nonce : Nat) (aad sealed : List UInt8) : Option (List UInt8) :=
  let parts := splitBytes (countBytes sealed 0 - 16) [] sealed
  if bytesBeq parts.2 (tagOf key nonce aad parts.1) = true then
    some (stream key 1 nonce parts.1)
  else Option.none

/-- HChaCha20, the draft's section 2.2; the nonce has 128 bits. -/
def subkey (key nonce : Nat) : Nat :=
  let s := rounds 10 (start key nonce)
  s.r0.nat + (s.r3.nat <<< 128)

/-- AEAD_XChaCha20_Poly1305, the draft's section 2.3; key and nonce are 32 and 24 octets. -/
def boxX (key nonce aad message : List UInt8) : List UInt8 :=
  let nonce := littleNat nonce
  box (subkey (littleNat key) (nonce % full)) ((nonce >>> 128) <<< 32) aad message

/-- The plaintext of such a box; nothing if the tag is wrong. -/
def unboxX (key nonce aad sealed : List UInt8) : Option (List UInt8) :=
  let nonce := littleNat nonce
  unbox (subkey (littleNat key) (nonce % full)) ((nonce >>> 128) <<< 32) aad sealed

end Enc.DSL.XChaCha
