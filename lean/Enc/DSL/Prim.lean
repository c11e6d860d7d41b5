import Enc.DSL.Protocol

/-!
# Primitives

All thirty. A wrong argument, or a wrong number of them, is answered by `none`; verifiers answer
`false` for malformed octets. `docs/protocol.md` states the bytes.
-/

namespace Enc.DSL

/-- Bytes, where there are any. -/
def bytesOrNone : Option (List UInt8) → Val
  | some bs => .bytes bs
  | Option.none => .none

/-- Bytes in hex, where there are any. -/
def hexOrNone : Option (List UInt8) → Val
  | some bs => .str (hexOfBytes bs)
  | Option.none => .none

/-- A digest of one byte string. -/
def onBytes (f : List UInt8 → Val) : List Val → Val
  | [.bytes bs] => f bs
  | _ => .none

/-- An operation on two byte strings. -/
def onTwoBytes (f : List UInt8 → List UInt8 → Val) : List Val → Val
  | [.bytes a, .bytes b] => f a b
  | _ => .none

/-- An operation on the fields of one record. -/
def onRecord (f : List (String × Val) → Val) : List Val → Val
  | [.record fs] => f fs
  | _ => .none

/-- The digest of a domain byte and two byte strings: the raw tree hashes. -/
def domainHash (domain : UInt8) : List Val → Val
  | [.bytes a, .bytes b] => .bytes (rawHash domain a b)
  | _ => .none

/-- Applies a primitive to normal values. -/
def evalPrim (p : Prim) (args : List Val) : Val :=
  match p with
  | .sha256 => onBytes (fun bs => .bytes (Sha256.hash bs)) args
  | .sha256Hash => onBytes (fun bs => .bytes (Sha256.hash bs)) args
  | .sha256Str =>
    match args with
    | [.str s] => .bytes (Sha256.hash (utf8Bytes s))
    | _ => .none
  | .taggedHash =>
    match args with
    | [.str tag, .bytes message] => .bytes (taggedHash tag message)
    | _ => .none
  | .smtLeafHash => domainHash 0x20 args
  | .smtNodeHash => domainHash 0x21 args
  | .ctLeafHash => domainHash 0x00 args
  | .ctNodeHash => domainHash 0x01 args
  | .bytesToHex => onBytes (fun bs => .str (hexOfBytes bs)) args
  | .hexToBytes =>
    match args with
    | [.str s] =>
      match hexBytesInto [] s.toList with
      | some bs => .bytes bs
      | Option.none => .none
    | _ => .none
  | .jsonStringify =>
    match args with
    | [v] => jsonStringify v
    | _ => .none
  | .bigInt | .number =>
    match args with
    | [.nat n] => .nat n
    | _ => .none
  | .schnorrSign => onTwoBytes (fun message key => bytesOrNone (Bip340.sign message key)) args
  | .schnorrVerify =>
    match args with
    | [.bytes signature, .bytes message, .bytes key] => .bool (Bip340.verify signature message key)
    | _ => .none
  | .derivePublicKey => onBytes (fun key => bytesOrNone (Bip340.publicKey key)) args
  | .ecdh => onTwoBytes (fun key pub => bytesOrNone (Secp256k1.sharedSecret key pub)) args
  | .deriveKey =>
    match args with
    | [.bytes secret, .str label] => .bytes (Hkdf.derive [] secret (utf8Bytes label) 32)
    | _ => .none
  | .encrypt => onTwoBytes (fun key plaintext => bytesOrNone (encryptBox key plaintext)) args
  | .decrypt => onTwoBytes (fun key box => bytesOrNone (decryptBox key box)) args
  | .buildSTHMessage =>
    match args with
    | [.nat time, .nat size, .bytes root, .bytes pub] => hexOrNone (headHash time size root pub)
    | _ => .none
  | .signSTH =>
    match args with
    | [.nat time, .nat size, .bytes root, .bytes key] => hexOrNone (signHead time size root key)
    | _ => .none
  | .verifySTH =>
    match args with
    | [.str signature, .bytes root, .nat time, .nat size, .bytes pub] =>
      .bool (verifyHead signature root time size pub)
    | _ => .none
  | .computeContentHash =>
    match args with
    | [v] => bytesOrNone (contentHash v)
    | _ => .none
  | .encodeTags => onRecord (fun fs => hexOrNone (encodedTags fs)) args
  | .computeCommitHash => onRecord (fun fs => bytesOrNone (commitHash fs)) args
  | .computeEnclaveId => onRecord (fun fs => hexOrNone (enclaveId fs)) args
  | .computeEventHash => onRecord (fun fs => bytesOrNone (eventHash fs)) args
  | .computeEventId =>
    match args with
    | [.str enclave, .bytes hash, .nat seq] => hexOrNone (eventId enclave hash seq)
    | _ => .none
  | .computeEventsRoot =>
    match args with
    | [.list ids] => bytesOrNone (eventsRoot ids)
    | _ => .none

end Enc.DSL
