import Enc.DSL.Bip340
import Enc.DSL.Cbor
import Enc.DSL.Hkdf
import Enc.DSL.Json
import Enc.DSL.XChaCha

/-!
# The protocol's bytes

What is hashed, signed and encrypted, as docs/protocol.md states it. Parts of a hash are optional:
one that is missing, or of another kind, leaves no hash.
-/

namespace Enc.DSL

/-! ## Parts -/

/-- The octets of a string of `2 * n` lower-case hex digits. -/
def hexOctets (n : Nat) (s : String) : Option (List UInt8) :=
  match hexBytesInto [] s.toList with
  | Option.none => Option.none
  | some bs =>
    if countBytes bs 0 = n then (if hexOfBytes bs = s then some bs else Option.none)
    else Option.none

/-- A byte string of `n` octets. -/
def octetsPart (n : Nat) (bs : List UInt8) : Option Val :=
  if countBytes bs 0 = n then some (.bytes bs) else Option.none

/-- Hex of `n` octets, as a byte string. -/
def hexPart (n : Nat) (v : Val) : Option Val :=
  match v with
  | .str s =>
    match hexOctets n s with
    | some bs => some (.bytes bs)
    | Option.none => Option.none
  | _ => Option.none

/-- A natural. -/
def natPart (v : Val) : Option Val :=
  match v with
  | .nat n => some (.nat n)
  | _ => Option.none

/-- A text. -/
def textPart (v : Val) : Option Val :=
  match v with
  | .str s => some (.str s)
  | _ => Option.none

/-- Whether all are strings. -/
def allTexts : List Val → Bool
  | [] => true
  | .str _ :: vs => allTexts vs
  | _ :: _ => false

/-- Whether all are lists of strings. -/
def allTags : List Val → Bool
  | [] => true
  | .list tag :: vs => if allTexts tag = true then allTags vs else false
  | _ :: _ => false

/-- Tags: a list of lists of strings; none counts as no tags. -/
def tagsPart (v : Val) : Option Val :=
  match v with
  | .list vs => if allTags vs = true then some (.list vs) else Option.none
  | .none => some (.list [])
  | _ => Option.none

/-- The value of a key, where there is one; it may be `none`. -/
def presentField (k : String) : List (String × Val) → Option Val
  | [] => Option.none
  | (k', v) :: rest => if k' = k then some v else presentField k rest

/-- All parts; nothing if one is missing. -/
def allParts : List (Option Val) → Option (List Val)
  | [] => some []
  | Option.none :: _ => Option.none
  | some v :: rest =>
    match allParts rest with
    | some vs => some (v :: vs)
    | Option.none => Option.none

/-- SHA-256 of the CBOR array of all parts. -/
def hashParts (parts : List (Option Val)) : Option (List UInt8) :=
  match allParts parts with
  | Option.none => Option.none
  | some vs =>
    match cbor (.list vs) with
    | some bs => some (Sha256.hash bs)
    | Option.none => Option.none

/-! ## Hashes -/

/-- SHA-256 of a string's UTF-8, of any other value's JSON text. -/
def contentHash (v : Val) : Option (List UInt8) :=
  match v with
  | .str s => some (Sha256.hash (utf8Bytes s))
  | v =>
    match jsonStringify v with
    | .str text => some (Sha256.hash (utf8Bytes text))
    | _ => Option.none

/-- The hash of the field `content`. -/
def contentPart (record : List (String × Val)) : Option Val :=
  match presentField "content" record with
  | Option.none => Option.none
  | some v =>
    match contentHash v with
    | some bs => some (.bytes bs)
    | Option.none => Option.none

/-- The CBOR of the field `tags`. -/
def encodedTags (record : List (String × Val)) : Option (List UInt8) :=
  match tagsPart (fieldOf "tags" record) with
  | some tags => cbor tags
  | Option.none => Option.none

/-- Whether a commit is signed in the one way there is, which none means. -/
def signedBySchnorr (record : List (String × Val)) : Bool :=
  match fieldOf "alg" record with
  | .none => true
  | .str s => if s = "schnorr" then true else false
  | _ => false

/-- The hash of the parts of a commit. -/
def hashCommit (record : List (String × Val)) (parts : List (Option Val)) :
    Option (List UInt8) :=
  if signedBySchnorr record = true then hashParts parts else Option.none

/-- The hash that a commit's author signs. -/
def commitHash (record : List (String × Val)) : Option (List UInt8) :=
  hashCommit record [some (.nat 0x10), hexPart 32 (fieldOf "enclave" record),
    hexPart 32 (fieldOf "from" record), textPart (fieldOf "type" record), contentPart record,
    natPart (fieldOf "exp" record), tagsPart (fieldOf "tags" record)]

/-- The identity of the enclave that a manifest makes. -/
def enclaveId (record : List (String × Val)) : Option (List UInt8) :=
  hashCommit record [some (.nat 0x12), hexPart 32 (fieldOf "from" record),
    some (.str "Manifest"), contentPart record, tagsPart (fieldOf "tags" record)]

/-- The hash that the sequencer signs; the field `hash` is the commit's. -/
def eventHash (record : List (String × Val)) : Option (List UInt8) :=
  hashParts [some (.nat 0x11), hexPart 32 (fieldOf "hash" record),
    hexPart 64 (fieldOf "sig" record), natPart (fieldOf "seq" record),
    natPart (fieldOf "timestamp" record),
    hexPart 32 (fieldOf "sequencer" record)]

/-- The identity of an event. -/
def eventId (enclave : String) (hash : List UInt8) (seq : Nat) : Option (List UInt8) :=
  hashParts [hexPart 32 (.str enclave), octetsPart 32 hash, some (.nat seq)]

/-- The digest of a domain octet and two byte strings: the raw tree hashes of RFC 9162. -/
def rawHash (domain : UInt8) (a b : List UInt8) : List UInt8 :=
  Sha256.hash (domain :: appendBytes a b)

/-- The first list reversed, in front of the second. -/
def revOctets : List (List UInt8) → List (List UInt8) → List (List UInt8)
  | [], acc => acc
  | x :: xs, acc => revOctets xs (x :: acc)

/-- Hashes neighbours, from the left; an odd last one stays. `acc` holds the hashes, reversed. -/
def pairUp : List (List UInt8) → List (List UInt8) → List (List UInt8)
  | acc, a :: b :: rest => pairUp (rawHash 0x01 a b :: acc) rest
  | acc, [a] => revOctets acc [a]
  | acc, [] => revOctets acc []

/-- Pairs up until one is left; `fuel` bounds how often. -/
def rootWith : (fuel : Nat) → List (List UInt8) → Option (List UInt8)
  | _, [] => Option.none
  | _, [a] => some a
  | 0, _ => Option.none
  | fuel + 1, xs => rootWith fuel (pairUp [] xs)

/-- The octets of a list of hex; `acc` holds those so far, reversed, `n` counts them. -/
def idsInto : (acc : List (List UInt8)) → (n : Nat) → List Val → Option (List UInt8)
  | acc, n, [] => rootWith n (revOctets acc [])
  | acc, n, .str s :: vs =>
    match hexOctets 32 s with
    | some bs => idsInto (bs :: acc) (n + 1) vs
    | Option.none => Option.none
  | _, _, _ :: _ => Option.none

/-- The root over a list of event identities. -/
def eventsRoot (ids : List Val) : Option (List UInt8) := idsInto [] 0 ids

/-! ## Tree heads -/

/-- The 32 octets that a signed tree head signs. -/
def headHash (time size : Nat) (root pub : List UInt8) : Option (List UInt8) :=
  hashParts [some (.str "enc-sth"), some (.nat time), some (.nat size), octetsPart 32 root,
    octetsPart 32 pub]

/-- Signs a tree head with the key whose public key it names. -/
def signHead (time size : Nat) (root key : List UInt8) : Option (List UInt8) :=
  match Bip340.publicKey key with
  | Option.none => Option.none
  | some pub =>
    match headHash time size root pub with
    | some message => Bip340.sign message key
    | Option.none => Option.none

/-- Whether the text is a tree head's signature. -/
def verifyHead (signature : String) (root : List UInt8) (time size : Nat) (pub : List UInt8) :
    Bool :=
  match hexOctets 64 signature, headHash time size root pub with
  | some sig, some message => Bip340.verify sig message pub
  | _, _ => false

/-! ## Boxes -/

/-- The nonce follows from key and plaintext: equal plaintexts make equal boxes. -/
def encryptBox (key plaintext : List UInt8) : Option (List UInt8) :=
  if countBytes key 0 = 32 then
    let nonce := (splitBytes 24 [] (taggedHash "enc/nonce" (appendBytes key plaintext))).1
    some (appendBytes nonce (XChaCha.boxX key nonce [] plaintext))
  else Option.none

/-- The plaintext of a box: a nonce of 24 octets, the ciphertext, a tag of 16. -/
def decryptBox (key box : List UInt8) : Option (List UInt8) :=
  if countBytes key 0 = 32 then
    if countBytes box 0 < 40 then Option.none
    else
      let parts := splitBytes 24 [] box
      XChaCha.unboxX key parts.1 [] parts.2
  else Option.none

end Enc.DSL
