import Enc.DSL.Sha256

/-!
# The curve secp256k1

SEC 2 version 2, section 2.4.1: y² = x³ + 7 over the integers mod p, of prime order n. Coordinates
are naturals below p. Points are Jacobian, so that a product costs one inversion, at its end.
-/

namespace Enc.DSL.Secp256k1

/-- The field's prime, 2^256 - 2^32 - 977. -/
def p : Nat := 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f

/-- The order of the group. -/
def n : Nat := 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141

/-- The point of affine coordinates x/z² and y/z³; the point at infinity where z is 0. -/
structure Point where
  x : Nat
  y : Nat
  z : Nat

/-- The neutral element. -/
def infinity : Point := { x := 1, y := 1, z := 0 }

/-- The base point G. -/
def generator : Point :=
  { x := 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798,
    y := 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8,
    z := 1 }

/-- The square and multiply of `pow`; `bits` of the exponent are left. -/
def powWith : (bits : Nat) → (base : Nat) → (exponent : Nat) → (acc : Nat) → Nat
  | 0, _, _, acc => acc
  | bits + 1, b, e, acc =>
    powWith bits (b * b % p) (e / 2) (if e % 2 = 1 then acc * b % p else acc)

/-- A power mod p; exponents have at most 256 bits. -/
def pow (base exponent : Nat) : Nat := powWith 256 base exponent 1

/-- The inverse mod p, by Fermat's theorem; 0 of 0. -/
def inverse (a : Nat) : Nat := pow a (p - 2)

/-- `a - b` mod p, of two residues. -/
def sub (a b : Nat) : Nat := (a + (p - b)) % p

/-- Twice a point: Guide to Elliptic Curve Cryptography (Hankerson, Menezes, Vanstone), section
3.2.2, with curve coefficient a = 0. Infinity stays what it is, because its z is 0. -/
def double (q : Point) : Point :=
  let yy := q.y * q.y % p
  let s := 4 * q.x * yy % p
  let m := 3 * q.x * q.x % p
  let x := (m * m + 2 * (p - s)) % p
  { x, y := (m * (s + (p - x)) + 8 * (p - yy * yy % p)) % p, z := 2 * q.y * q.z % p }

/-- The sum of two points (Cohen, Miyaji, Ono 1998, in Jacobian coordinates). -/
def add (q r : Point) : Point :=
  if q.z = 0 then r
  else if r.z = 0 then q
  else
    let qzz := q.z * q.z % p
    let rzz := r.z * r.z % p
    let u := q.x * rzz % p
    let s := q.y * r.z % p * rzz % p
    let h := sub (r.x * qzz % p) u
    let t := sub (r.y * q.z % p * qzz % p) s
    if h = 0 then (if t = 0 then double q else infinity)
    else
      let hh := h * h % p
      let hhh := h * hh % p
      let v := u * hh % p
      let x := (t * t + (p - hhh) + 2 * (p - v)) % p
      { x, y := (t * (v + (p - x)) + s * (p - hhh)) % p, z := h * q.z % p * r.z % p }

/-- The doublings and additions of `combine`, from the highest bit; `qr` is the sum of both. -/
def combineWith : (bits : Nat) → (a b : Nat) → (q r qr acc : Point) → Point
  | 0, _, _, _, _, _, acc => acc
  | bits + 1, a, b, q, r, qr, acc =>
    let acc := double acc
    let acc :=
      if (a >>> bits) % 2 = 1 then (if (b >>> bits) % 2 = 1 then add acc qr else add acc q)
      else if (b >>> bits) % 2 = 1 then add acc r
      else acc
    combineWith bits a b q r qr acc

/-- `a·q + b·r` of scalars below 2^256, with the doublings shared (Shamir's trick). -/
def combine (a : Nat) (q : Point) (b : Nat) (r : Point) : Point :=
  combineWith 256 a b q r (add q r) infinity

/-- The product of a scalar below 2^256 and a point. -/
def multiply (a : Nat) (q : Point) : Point := combine a q 0 infinity

/-- A point other than infinity with z = 1. -/
def affine (q : Point) : Point :=
  let w := inverse q.z
  let ww := w * w % p
  { x := q.x * ww % p, y := q.y * ww % p * w % p, z := 1 }

/-- The point of that x coordinate whose y is even: `lift_x` of BIP-340. The square root is a power,
because p is 3 mod 4. -/
def liftX (x : Nat) : Option Point :=
  if x < p then
    let c := (x * x * x + 7) % p
    let y := pow c ((p + 1) / 4)
    if y * y % p = c then some { x, y := if y % 2 = 0 then y else p - y, z := 1 } else Option.none
  else Option.none

/-- The scalar of a private key: 32 octets of a number from 1 to n - 1. -/
def privateScalar (key : List UInt8) : Option Nat :=
  if countBytes key 0 = 32 then
    let d := natOfBytes 0 key
    if 1 ≤ d ∧ d < n then some d else Option.none
  else Option.none

/-- The point of a public key: 32 octets of an x coordinate, or 33 of a compressed point, SEC 1
version 2, section 2.3.4. -/
def publicPoint (key : List UInt8) : Option Point :=
  match countBytes key 0, key with
  | 32, _ => liftX (natOfBytes 0 key)
  | 33, sign :: x =>
    match sign.toNat, liftX (natOfBytes 0 x) with
    | 2, some q => some q
    | 3, some q => some { q with y := p - q.y }
    | _, _ => Option.none
  | _, _ => Option.none

/-- 32 octets, big-endian. -/
def octets (x : Nat) : List UInt8 := Sha256.bigEndian 32 x []

/-- The x coordinate of the product of a private and a public key. -/
def sharedSecret (priv pub : List UInt8) : Option (List UInt8) :=
  match privateScalar priv, publicPoint pub with
  | some d, some q => some (octets (affine (multiply d q)).x)
  | _, _ => Option.none

end Enc.DSL.Secp256k1
