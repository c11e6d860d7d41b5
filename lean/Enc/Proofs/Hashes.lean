import Enc.DSL.Decidable
import Enc.DSL.Eval

/-!
# Known answers of the hashes

Published digests, computed by the kernel from the definition of SHA-256 itself.
-/

namespace Enc.Proofs
open Enc.DSL Enc.Modules

/-- FIPS 180-4: the digest of the three octets `abc`. -/
theorem sha256_abc :
    eval [] (.prim .bytesToHex [.prim .sha256 [.lit (.bytes [97, 98, 99])]]) =
      .str "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" := by
  decide +kernel

/-- The empty-subtree sentinel of the state tree. -/
theorem sha256_empty :
    eval [] (.prim .bytesToHex [.prim .sha256 [.lit (.bytes [])]]) =
      .str "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" := by
  decide +kernel

/-- The node hash is the raw one of RFC 9162: one prefix octet, then both children. -/
theorem ctNodeHash_raw (a b : List UInt8) :
    eval [] (.prim .ctNodeHash [.lit (.bytes a), .lit (.bytes b)]) =
      .bytes (Sha256.hash (1 :: appendBytes a b)) := rfl

theorem ctLeafHash_raw (a b : List UInt8) :
    eval [] (.prim .ctLeafHash [.lit (.bytes a), .lit (.bytes b)]) =
      .bytes (Sha256.hash (0 :: appendBytes a b)) := rfl

theorem smtLeafHash_raw (a b : List UInt8) :
    eval [] (.prim .smtLeafHash [.lit (.bytes a), .lit (.bytes b)]) =
      .bytes (Sha256.hash (0x20 :: appendBytes a b)) := rfl

theorem smtNodeHash_raw (a b : List UInt8) :
    eval [] (.prim .smtNodeHash [.lit (.bytes a), .lit (.bytes b)]) =
      .bytes (Sha256.hash (0x21 :: appendBytes a b)) := rfl

/-- A refused input is none, never a trap. -/
theorem hexToBytes_refuses :
    eval [] (.prim .hexToBytes [.lit (.str "0g")]) = .none := by decide +kernel

end Enc.Proofs
