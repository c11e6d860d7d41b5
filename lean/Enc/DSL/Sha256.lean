import Enc.DSL.Text

/-!
# SHA-256

FIPS 180-4, over naturals below 2^32, which the kernel multiplies and shifts natively: a digest
is proved by `rfl`.
-/

namespace Enc.DSL.Sha256

/-- 2^32 - 1. -/
def mask : Nat := 0xFFFFFFFF

/-- A word twice in a row: shifting it right by `n` and masking rotates the word by `n`. -/
def twice (x : Nat) : Nat := x * 0x100000001

/-- The round constants, FIPS 180-4 section 4.2.2. -/
def roundConstants : List Nat := [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2]

/-- The eight working variables. -/
structure State where
  a : Nat
  b : Nat
  c : Nat
  d : Nat
  e : Nat
  f : Nat
  g : Nat
  h : Nat

/-- The initial hash value, FIPS 180-4 section 5.3.3. -/
def initial : State :=
  { a := 0x6a09e667, b := 0xbb67ae85, c := 0x3c6ef372, d := 0xa54ff53a,
    e := 0x510e527f, f := 0x9b05688c, g := 0x1f83d9ab, h := 0x5be0cd19 }

/-- `n` more words of the message schedule; the list holds the newest first. -/
def schedule : Nat → List Nat → List Nat
  | n + 1, ws@(_ :: w2 :: _ :: _ :: _ :: _ :: w7 :: _ :: _ :: _ :: _ :: _ :: _ :: _ :: w15 :: w16 :: _) =>
    let x := twice w15
    let y := twice w2
    let s0 := ((x >>> 7) ^^^ (x >>> 18)) &&& mask
    let s1 := ((y >>> 17) ^^^ (y >>> 19)) &&& mask
    let s0 := s0 ^^^ (w15 >>> 3)
    let s1 := s1 ^^^ (w2 >>> 10)
    schedule n (((w16 + s0 + w7 + s1) &&& mask) :: ws)
  | _, ws => ws

/-- One round with the sum of its constant and its word. -/
def round (s : State) (kw : Nat) : State :=
  let x := twice s.e
  let y := twice s.a
  let s1 := ((x >>> 6) ^^^ (x >>> 11) ^^^ (x >>> 25)) &&& mask
  let s0 := ((y >>> 2) ^^^ (y >>> 13) ^^^ (y >>> 22)) &&& mask
  let ch := s.g ^^^ (s.e &&& (s.f ^^^ s.g))
  let maj := (s.a &&& s.b) ||| (s.c &&& (s.a ||| s.b))
  let t1 := s.h + s1 + ch + kw
  { a := (t1 + s0 + maj) &&& mask, b := s.a, c := s.b, d := s.c,
    e := (s.d + t1) &&& mask, f := s.e, g := s.f, h := s.g }

/-- The 64 rounds. -/
def rounds : State → List Nat → List Nat → State
  | s, k :: ks, w :: ws => rounds (round s (k + w)) ks ws
  | s, _, _ => s

/-- The first list reversed, in front of the second. -/
def revWords : List Nat → List Nat → List Nat
  | [], acc => acc
  | w :: ws, acc => revWords ws (w :: acc)

/-- Hashes one block, given as sixteen words, newest first. -/
def block (s : State) (words : List Nat) : State :=
  let r := rounds s roundConstants (revWords (schedule 48 words) [])
  { a := (s.a + r.a) &&& mask, b := (s.b + r.b) &&& mask,
    c := (s.c + r.c) &&& mask, d := (s.d + r.d) &&& mask,
    e := (s.e + r.e) &&& mask, f := (s.f + r.f) &&& mask,
    g := (s.g + r.g) &&& mask, h := (s.h + r.h) &&& mask }

/-- Hashes whole words; `have` counts those in `words`, the block so far. Bytes missing from the
last word are never there: padding completes blocks. -/
def blocks : State → (have' : Nat) → (words : List Nat) → List UInt8 → State
  | s, n, ws, a :: b :: c :: d :: rest =>
    let w := ((a.toNat * 256 + b.toNat) * 256 + c.toNat) * 256 + d.toNat
    if n = 15 then blocks (block s (w :: ws)) 0 [] rest
    else blocks s (n + 1) (w :: ws) rest
  | s, _, _, _ => s

/-- `n` zero bytes in front of `tail`. -/
def zeros : Nat → List UInt8 → List UInt8
  | 0, tail => tail
  | n + 1, tail => 0 :: zeros n tail

/-- The `n` low bytes of `x`, big-endian, in front of `tail`. -/
def bigEndian : (n : Nat) → (x : Nat) → List UInt8 → List UInt8
  | 0, _, tail => tail
  | n + 1, x, tail => bigEndian n (x / 256) (UInt8.ofNat (x % 256) :: tail)

/-- What follows `length` bytes of message: a one bit, zeros, the length in bits. -/
def padding (length : Nat) : List UInt8 :=
  0x80 :: zeros ((119 - length % 64) % 64) (bigEndian 8 (length * 8) [])

/-- The SHA-256 digest of a message. -/
def hash (message : List UInt8) : List UInt8 :=
  let s := blocks initial 0 [] (appendBytes message (padding (countBytes message 0)))
  bigEndian 4 s.a (bigEndian 4 s.b (bigEndian 4 s.c (bigEndian 4 s.d
    (bigEndian 4 s.e (bigEndian 4 s.f (bigEndian 4 s.g (bigEndian 4 s.h [])))))))

end Enc.DSL.Sha256
