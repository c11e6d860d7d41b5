import Enc.DSL.Sha256
import Enc.DSL.Json

/-!
# Primitives

The thirteen primitives that this version computes. The other seventeen are declared, and answer
`none`. A wrong argument, or a wrong number of them, is answered by `none` too.
-/

namespace Enc.DSL

/-- The UTF-8 bytes of a character, appended to reversed bytes. -/
def pushUtf8 (acc : List UInt8) (c : Char) : List UInt8 :=
  let n := c.toNat
  if n < 0x80 then UInt8.ofNat n :: acc
  else if n < 0x800 then
    UInt8.ofNat (0x80 + n % 64) :: UInt8.ofNat (0xC0 + n / 64) :: acc
  else if n < 0x10000 then
    UInt8.ofNat (0x80 + n % 64) :: UInt8.ofNat (0x80 + n / 64 % 64)
      :: UInt8.ofNat (0xE0 + n / 4096) :: acc
  else
    UInt8.ofNat (0x80 + n % 64) :: UInt8.ofNat (0x80 + n / 64 % 64)
      :: UInt8.ofNat (0x80 + n / 4096 % 64) :: UInt8.ofNat (0xF0 + n / 262144) :: acc

/-- The UTF-8 bytes of text, appended to reversed bytes. -/
def pushUtf8s : List UInt8 → List Char → List UInt8
  | acc, [] => acc
  | acc, c :: cs => pushUtf8s (pushUtf8 acc c) cs

/-- The UTF-8 bytes of a string. -/
def utf8Bytes (s : String) : List UInt8 := revBytes (pushUtf8s [] s.toList) []

/-- The BIP-340 tagged hash: the hash of the tag's digest, twice, and the message. -/
def taggedHash (tag : String) (message : List UInt8) : List UInt8 :=
  let digest := Sha256.hash (utf8Bytes tag)
  Sha256.hash (appendBytes digest (appendBytes digest message))

/-- A digest of one byte string. -/
def onBytes (f : List UInt8 → Val) : List Val → Val
  | [.bytes bs] => f bs
  | _ => .none

/-- The digest of a domain byte and two byte strings: the raw tree hashes. -/
def domainHash (domain : UInt8) : List Val → Val
  | [.bytes a, .bytes b] => .bytes (Sha256.hash (domain :: appendBytes a b))
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
  | _ => .none

end Enc.DSL
