import Enc.DSL.Secp256k1

/-!
# Schnorr signatures

BIP-340, with 32 zero octets of auxiliary data, so that signatures are deterministic. Messages may
have any length.
-/

namespace Enc.DSL

/-- The BIP-340 tagged hash: the hash of the tag's digest, twice, and the message. -/
def taggedHash (tag : String) (message : List UInt8) : List UInt8 :=
  let digest := Sha256.hash (utf8Bytes tag)
  Sha256.hash (appendBytes digest (appendBytes digest message))

namespace Bip340
open Secp256k1

/-- A tagged hash of three byte strings as a scalar. -/
def scalarHash (tag : String) (a b c : List UInt8) : Nat :=
  natOfBytes 0 (taggedHash tag (appendBytes a (appendBytes b c))) % n

/-- The scalar, or its negative where the y coordinate of its point is odd. -/
def evenScalar (d : Nat) (point : Point) : Nat := if point.y % 2 = 0 then d else n - d

/-- The public key of a private one, x-only. -/
def publicKey (key : List UInt8) : Option (List UInt8) :=
  match privateScalar key with
  | some d => some (octets (affine (multiply d generator)).x)
  | Option.none => Option.none

/-- Signs with explicit auxiliary data: "Default Signing", without the verification at its end. -/
def signWith (aux message key : List UInt8) : Option (List UInt8) :=
  match privateScalar key with
  | Option.none => Option.none
  | some d =>
    let pub := affine (multiply d generator)
    let d := evenScalar d pub
    let mask := natOfBytes 0 (taggedHash "BIP0340/aux" aux)
    let k := scalarHash "BIP0340/nonce" (octets (d ^^^ mask)) (octets pub.x) message
    if k = 0 then Option.none
    else
      let r := affine (multiply k generator)
      let k := evenScalar k r
      let e := scalarHash "BIP0340/challenge" (octets r.x) (octets pub.x) message
      some (appendBytes (octets r.x) (octets ((k + e * d) % n)))

/-- Signs with zero auxiliary data. -/
def sign (message key : List UInt8) : Option (List UInt8) :=
  signWith (Sha256.zeros 32 []) message key

/-- Whether R = s·G - e·P is finite, of even y, and of the x coordinate that is signed. -/
def verifyAt (point : Point) (r s : Nat) (message : List UInt8) : Bool :=
  let e := scalarHash "BIP0340/challenge" (octets r) (octets point.x) message
  let found := combine s generator (n - e) point
  if found.z = 0 then false
  else
    let found := affine found
    if found.y % 2 = 0 then (if found.x = r then true else false) else false

/-- "Verification"; false also for octets of a wrong length. -/
def verify (signature message key : List UInt8) : Bool :=
  if countBytes signature 0 = 64 then
    if countBytes key 0 = 32 then
      match liftX (natOfBytes 0 key) with
      | Option.none => false
      | some point =>
        let both := natOfBytes 0 signature
        let r := both >>> 256
        let s := both % 0x10000000000000000000000000000000000000000000000000000000000000000
        if r < p then (if s < n then verifyAt point r s message else false) else false
    else false
  else false

end Bip340

end Enc.DSL
