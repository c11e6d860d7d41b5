import Enc.DSL.Eval

/-!
# Known answers of the primitives

Published vectors. They run in the interpreter, as the referee does; what is short is computed
in the kernel.
-/

namespace Enc.Tests.Primitives
open Enc.DSL

/-- The bytes of hex; none of them if it is malformed. -/
def unhex (s : String) : List UInt8 :=
  match hexBytesInto [] s.toList with
  | some bs => bs
  | none => []

/-- Bytes in hex, or a word for none. -/
def shown : Option (List UInt8) → String
  | some bs => hexOfBytes bs
  | none => "none"

/-! BIP-340, `test-vectors.csv`, all rows: what a private key answers, and verification. -/

/-- A row with a private key: the public key, the signature for explicit auxiliary data, and whether
it verifies. -/
def signs (priv pub aux message signature : String) : Bool :=
  shown (Bip340.publicKey (unhex priv)) == pub
    && shown (Bip340.signWith (unhex aux) (unhex message) (unhex priv)) == signature
    && Bip340.verify (unhex signature) (unhex message) (unhex pub)

/-- A row without one. -/
def verifies (pub message signature : String) : Bool :=
  Bip340.verify (unhex signature) (unhex message) (unhex pub)

-- Row 0.
#guard signs
  "0000000000000000000000000000000000000000000000000000000000000003"
  "f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9"
  "0000000000000000000000000000000000000000000000000000000000000000"
  "0000000000000000000000000000000000000000000000000000000000000000"
  "e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca8215\
   25f66a4a85ea8b71e482a74f382d2ce5ebeee8fdb2172f477df4900d310536c0"
-- Row 1.
#guard signs
  "b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfef"
  "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659"
  "0000000000000000000000000000000000000000000000000000000000000001"
  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89"
  "6896bd60eeae296db48a229ff71dfe071bde413e6d43f917dc8dcf8c78de3341\
   8906d11ac976abccb20b091292bff4ea897efcb639ea871cfa95f6de339e4b0a"
-- Row 2.
#guard signs
  "c90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b14e5c9"
  "dd308afec5777e13121fa72b9cc1b7cc0139715309b086c960e18fd969774eb8"
  "c87aa53824b4d7ae2eb035a2b5bbbccc080e76cdc6d1692c4b0b62d798e6d906"
  "7e2d58d8b3bcdf1abadec7829054f90dda9805aab56c77333024b9d0a508b75c"
  "5831aaeed7b44bb74e5eab94ba9d4294c49bcf2a60728d8b4c200f50dd313c1b\
   ab745879a5ad954a72c45a91c3a51d3c7adea98d82f8481e0e1e03674a6f3fb7"
-- Row 3: test fails if msg is reduced modulo p or n.
#guard signs
  "0b432b2677937381aef05bb02a66ecd012773062cf3fa2549e44f58ed2401710"
  "25d1dff95105f5253c4022f628a996ad3a0d95fbf21d468a1b33f8c160d8f517"
  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
  "7eb0509757e246f19449885651611cb965ecc1a187dd51b64fda1edc9637d5ec\
   97582b9cb13db3933705b32ba982af5af25fd78881ebb32771fc5922efc66ea3"
-- Row 4.
#guard verifies
  "d69c3509bb99e412e68b0fe8544e72837dfa30746d8be2aa65975f29d22dc7b9"
  "4df3c3f68fcc83b27e9d42c90431a72499f17875c81a599b566c9889b9696703"
  "00000000000000000000003b78ce563f89a0ed9414f5aa28ad0d96d6795f9c63\
   76afb1548af603b3eb45c9f8207dee1060cb71c04e80f593060b07d28308d7f4"
-- Row 5: public key not on the curve.
#guard !(verifies
  "eefdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34"
  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89"
  "6cff5c3ba86c69ea4b7376f31a9bcb4f74c1976089b2d9963da2e5543e177769\
   69e89b4c5564d00349106b8497785dd7d1d713a8ae82b32fa79d5f7fc407d39b")
-- Row 6: has_even_y(R) is false.
#guard !(verifies
  "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659"
  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89"
  "fff97bd5755eeea420453a14355235d382f6472f8568a18b2f057a1460297556\
   3cc27944640ac607cd107ae10923d9ef7a73c643e166be5ebeafa34b1ac553e2")
-- Row 7: negated message.
#guard !(verifies
  "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659"
  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89"
  "1fa62e331edbc21c394792d2ab1100a7b432b013df3f6ff4f99fcb33e0e1515f\
   28890b3edb6e7189b630448b515ce4f8622a954cfe545735aaea5134fccdb2bd")
-- Row 8: negated s value.
#guard !(verifies
  "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659"
  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89"
  "6cff5c3ba86c69ea4b7376f31a9bcb4f74c1976089b2d9963da2e5543e177769\
   961764b3aa9b2ffcb6ef947b6887a226e8d7c93e00c5ed0c1834ff0d0c2e6da6")
-- Row 9: sG - eP is infinite;
-- the test fails if has_even_y(inf) is defined as true and x(inf) as 0.
#guard !(verifies
  "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659"
  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89"
  "0000000000000000000000000000000000000000000000000000000000000000\
   123dda8328af9c23a94c1feecfd123ba4fb73476f0d594dcb65c6425bd186051")
-- Row 10: sG - eP is infinite;
-- the test fails if has_even_y(inf) is defined as true and x(inf) as 1.
#guard !(verifies
  "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659"
  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89"
  "0000000000000000000000000000000000000000000000000000000000000001\
   7615fbaf5ae28864013c099742deadb4dba87f11ac6754f93780d5a1837cf197")
-- Row 11: sig[0:32] is not an X coordinate on the curve.
#guard !(verifies
  "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659"
  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89"
  "4a298dacae57395a15d0795ddbfd1dcb564da82b0f269bc70a74f8220429ba1d\
   69e89b4c5564d00349106b8497785dd7d1d713a8ae82b32fa79d5f7fc407d39b")
-- Row 12: sig[0:32] is equal to field size.
#guard !(verifies
  "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659"
  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89"
  "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f\
   69e89b4c5564d00349106b8497785dd7d1d713a8ae82b32fa79d5f7fc407d39b")
-- Row 13: sig[32:64] is equal to curve order.
#guard !(verifies
  "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659"
  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89"
  "6cff5c3ba86c69ea4b7376f31a9bcb4f74c1976089b2d9963da2e5543e177769\
   fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")
-- Row 14: public key is not a valid X coordinate because it exceeds the field size.
#guard !(verifies
  "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc30"
  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89"
  "6cff5c3ba86c69ea4b7376f31a9bcb4f74c1976089b2d9963da2e5543e177769\
   69e89b4c5564d00349106b8497785dd7d1d713a8ae82b32fa79d5f7fc407d39b")
-- Row 15: message of size 0 (added 2022-12).
#guard signs
  "0340034003400340034003400340034003400340034003400340034003400340"
  "778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117"
  "0000000000000000000000000000000000000000000000000000000000000000"
  ""
  "71535db165ecd9fbbc046e5ffaea61186bb6ad436732fccc25291a55895464cf\
   6069ce26bf03466228f19a3a62db8a649f2d560fac652827d1af0574e427ab63"
-- Row 16: message of size 1 (added 2022-12).
#guard signs
  "0340034003400340034003400340034003400340034003400340034003400340"
  "778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117"
  "0000000000000000000000000000000000000000000000000000000000000000"
  "11"
  "08a20a0afef64124649232e0693c583ab1b9934ae63b4c3511f3ae1134c6a303\
   ea3173bfea6683bd101fa5aa5dbc1996fe7cacfc5a577d33ec14564cec2bacbf"
-- Row 17: message of size 17 (added 2022-12).
#guard signs
  "0340034003400340034003400340034003400340034003400340034003400340"
  "778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117"
  "0000000000000000000000000000000000000000000000000000000000000000"
  "0102030405060708090a0b0c0d0e0f1011"
  "5130f39a4059b43bc7cac09a19ece52b5d8699d1a71e3c52da9afdb6b50ac370\
   c4a482b77bf960f8681540e25b6771ece1e5a37fd80e5a51897c5566a97ea5a5"
-- Row 18: message of size 100 (added 2022-12).
#guard signs
  "0340034003400340034003400340034003400340034003400340034003400340"
  "778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117"
  "0000000000000000000000000000000000000000000000000000000000000000"
  "9999999999999999999999999999999999999999999999999999999999999999\
   9999999999999999999999999999999999999999999999999999999999999999\
   9999999999999999999999999999999999999999999999999999999999999999\
   99999999"
  "403b12b0d8555a344175ea7ec746566303321e5dbfa8be6f091635163eca79a8\
   585ed3e3170807e7c03b720fc54c7b23897fcba0e9d0b4a06894cfd249f22367"

/-! RFC 5869, appendix A.1 to A.3: the extracted key and the output. -/

/-- Whether HKDF answers these two. -/
def derives (secret salt info : String) (length : Nat) (prk okm : String) : Bool :=
  hexOfBytes (Hkdf.extract (unhex salt) (unhex secret)) == prk
    && hexOfBytes (Hkdf.derive (unhex salt) (unhex secret) (unhex info) length) == okm

#guard derives
  "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"
  "000102030405060708090a0b0c"
  "f0f1f2f3f4f5f6f7f8f9"
  42
  "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"
  "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
#guard derives
  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\
   202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f\
   404142434445464748494a4b4c4d4e4f"
  "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f\
   808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f\
   a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
  "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecf\
   d0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeef\
   f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"
  82
  "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244"
  "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c\
   59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71\
   cc30c58179ec3e87c14c01d5c1f3434f1d87"
#guard derives
  "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"
  ""
  ""
  42
  "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04"
  "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"

/-! RFC 8439. -/

/-- The plaintext of both examples. -/
def sunscreen : List UInt8 :=
  utf8Bytes ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
    ++ "future, sunscreen would be it.")

-- Section 2.4.2.
#guard hexOfBytes (XChaCha.stream
    (XChaCha.littleNat (unhex "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"))
    1 (XChaCha.littleNat (unhex "000000000000004a00000000")) sunscreen)
  == "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0b\
      f91b65c5524733ab8f593dabcd62b3571639d624e65152ab8f530c359f0861d8\
      07ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab7793736\
      5af90bbf74a35be6b40b8eedf2785e42874d"

-- Section 2.5.2.
example :
    hexOfBytes (XChaCha.poly1305
        (XChaCha.littleNat (unhex
          "85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b"))
        (utf8Bytes "Cryptographic Forum Research Group"))
      = "a8061dc1305136c6c22b8baf0c0127a9" := by
  decide +kernel

/-- The key of the examples with a tag. -/
def boxKey : String := "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
/-- Their associated data. -/
def boxData : String := "50515253c0c1c2c3c4c5c6c7"

-- Section 2.8.2.
def box : String :=
  "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6\
   3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36\
   92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc\
   3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd060\
   0691"
#guard hexOfBytes (XChaCha.box (XChaCha.littleNat (unhex boxKey))
    (XChaCha.littleNat (unhex "070000004041424344454647")) (unhex boxData) sunscreen) == box
#guard shown (XChaCha.unbox (XChaCha.littleNat (unhex boxKey))
    (XChaCha.littleNat (unhex "070000004041424344454647")) (unhex boxData) (unhex box))
  == hexOfBytes sunscreen

/-! draft-irtf-cfrg-xchacha-03. -/

-- Section 2.2.1.
#guard hexOfBytes (XChaCha.littleEndian 32 (XChaCha.subkey
    (XChaCha.littleNat (unhex "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"))
    (XChaCha.littleNat (unhex "000000090000004a0000000031415927"))) [])
  == "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc"

-- Appendix A.3.1.
def boxNonce : String := "404142434445464748494a4b4c4d4e4f5051525354555657"
def boxX : String :=
  "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb\
   731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452\
   2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9\
   21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780a\
   cf49"
#guard hexOfBytes (XChaCha.boxX (unhex boxKey) (unhex boxNonce) (unhex boxData) sunscreen) == boxX
#guard shown (XChaCha.unboxX (unhex boxKey) (unhex boxNonce) (unhex boxData) (unhex boxX))
  == hexOfBytes sunscreen
#guard shown (XChaCha.unboxX (unhex boxKey) (unhex boxNonce) [] (unhex boxX)) == "none"

/-! RFC 8949, appendix A: the examples of the four kinds, and what has no encoding here. -/

/-- The encoding of a value in hex. -/
def encoded (v : Val) : String := shown (cbor v)

example : encoded (.nat 0) = "00" := by decide +kernel
example : encoded (.nat 1) = "01" := by decide +kernel
example : encoded (.nat 10) = "0a" := by decide +kernel
example : encoded (.nat 23) = "17" := by decide +kernel
example : encoded (.nat 24) = "1818" := by decide +kernel
example : encoded (.nat 25) = "1819" := by decide +kernel
example : encoded (.nat 100) = "1864" := by decide +kernel
example : encoded (.nat 1000) = "1903e8" := by decide +kernel
example : encoded (.nat 1000000) = "1a000f4240" := by decide +kernel
example : encoded (.nat 1000000000000) = "1b000000e8d4a51000" := by decide +kernel
example : encoded (.nat 18446744073709551615) = "1bffffffffffffffff" := by decide +kernel
example : encoded (.nat 18446744073709551616) = "none" := by decide +kernel
example : encoded (.bytes []) = "40" := by decide +kernel
example : encoded (.bytes [1, 2, 3, 4]) = "4401020304" := by decide +kernel
example : encoded (.str "") = "60" := by decide +kernel
example : encoded (.str "a") = "6161" := by decide +kernel
example : encoded (.str "IETF") = "6449455446" := by decide +kernel
example : encoded (.str "\"\\") = "62225c" := by decide +kernel
example : encoded (.str "\u00fc") = "62c3bc" := by decide +kernel
example : encoded (.str "\u6c34") = "63e6b0b4" := by decide +kernel
example : encoded (.str "𐅑") = "64f0908591" := by decide +kernel
example : encoded (.list []) = "80" := by decide +kernel
example : encoded (.list [.nat 1, .nat 2, .nat 3]) = "83010203" := by decide +kernel
example :
    encoded (.list [.nat 1, .list [.nat 2, .nat 3], .list [.nat 4, .nat 5]])
      = "8301820203820405" := by
  decide +kernel

/-- The naturals from 1 to `n`, in front of `tail`. -/
def upTo : Nat → List Val → List Val
  | 0, tail => tail
  | n + 1, tail => upTo n (.nat (n + 1) :: tail)

example :
    encoded (.list (upTo 25 []))
      = "98190102030405060708090a0b0c0d0e0f101112131415161718181819" := by
  decide +kernel
example : encoded .none = "none" := by decide +kernel
example : encoded (.list [.bool true]) = "none" := by decide +kernel
example : encoded (.list [.record []]) = "none" := by decide +kernel

/-! docs/protocol.md: answers that another writing of it gives, in Python, and refusals. -/

/-- The answer of a primitive: bytes and text as they are, other values as JSON. -/
def answer (p : Prim) (args : List Val) : String :=
  match evalPrim p args with
  | .bytes bs => hexOfBytes bs
  | .str s => s
  | v => match jsonStringify v with
    | .str s => s
    | _ => "too large"

/-- `n` bytes of value `b`. -/
def filled (b : UInt8) : Nat → List UInt8
  | 0 => []
  | n + 1 => b :: filled b n

/-- The hex of 32 octets of value `b`. -/
def filledHex (b : UInt8) : Val := .str (hexOfBytes (filled b 32))

/-- The private key 3. -/
def three : Val := .bytes (Sha256.bigEndian 32 3 [])
/-- Its public key, the x coordinate of 3·G. -/
def threePub : List UInt8 :=
  unhex "f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9"

/-- A commit with other tags. -/
def commitOf (tags : Val) : Val :=
  .record [("content", .str "hi"), ("enclave", filledHex 0x11), ("exp", .nat 1000),
    ("from", filledHex 0x22), ("tags", tags), ("type", .str "post")]
/-- A commit. -/
def commit : Val := commitOf (.list [.list [.str "t", .str "ü"]])

/-- An event with another number. -/
def eventOf (seq : Val) : Val :=
  .record [("hash", filledHex 0x11), ("seq", seq), ("sequencer", filledHex 0x22),
    ("sig", .str (hexOfBytes (filled 0x44 64))), ("timestamp", .nat 1700000000000)]

#guard answer .computeContentHash [.str "5"]
  == "ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d"
#guard answer .computeContentHash [.nat 5]
  == "ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d"
#guard answer .computeContentHash [.none]
  == "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b"
#guard answer .computeContentHash [.nat 9007199254740992] == "null"
#guard answer .encodeTags [commit] == "8182617462c3bc"
#guard answer .encodeTags [.record []] == "80"
#guard answer .encodeTags [commitOf (.list [.str "t"])] == "null"
#guard answer .encodeTags [.list []] == "null"
#guard answer .computeCommitHash [commit]
  == "bb31e2c5090e7434c1a897a79c4072f4d17f9a08656831b166ac34bbd5c35163"
#guard answer .computeCommitHash [commitOf .none]
  == "3d7295d4df5c90777266672dd53e6606ca0adc3a0b6e1f25bbbacba80373ae67"
#guard answer .computeCommitHash [setField commit "alg" (.str "schnorr")]
  == "bb31e2c5090e7434c1a897a79c4072f4d17f9a08656831b166ac34bbd5c35163"
#guard answer .computeCommitHash [setField commit "alg" .none]
  == "bb31e2c5090e7434c1a897a79c4072f4d17f9a08656831b166ac34bbd5c35163"
#guard answer .computeCommitHash [setField commit "alg" (.str "other")] == "null"
#guard answer .computeCommitHash [setField commit "alg" (.nat 0)] == "null"
#guard answer .computeEnclaveId [setField commit "alg" (.str "")] == "null"
#guard answer .computeCommitHash [setField commit "exp" (.nat 18446744073709551616)] == "null"
#guard answer .computeCommitHash [setField commit "from" (.str (hexOfBytes (filled 0x11 31)))]
  == "null"
#guard
  answer .computeCommitHash [setField commit "from" (.str (hexOfBytes (filled 0xaa 31) ++ "AA"))]
  == "null"
#guard answer .computeCommitHash [setField commit "content" .none]
  == "669d96f492fa6f2b9ea332401adc7f62be0cda339fe882150ab102406ad2e268"
#guard answer .computeCommitHash [.record [("content", .str "hi")]] == "null"
#guard answer .computeEnclaveId [commit]
  == "2332440ed18eefc2eb07a2b0b413ac252564d50e1e481d73fe16cd6bcb6b7b7a"
#guard answer .computeEnclaveId [.record [("from", filledHex 0x22)]] == "null"
#guard answer .computeEventHash [eventOf (.nat 7)]
  == "1aec41c17fa0a0eba54228600990b91933b1c68d12bcde71749fdbc9117f5e9e"
#guard answer .computeEventHash [eventOf (.str "7")] == "null"
#guard answer .computeEventId [filledHex 0x11, .bytes (filled 0x22 32), .nat 7]
  == "5ed458da27653d435eacc15831fb53ade4529bb773ff2deed54bcdc721d3f3bc"
#guard answer .computeEventId [filledHex 0x11, .bytes (filled 0x22 31), .nat 7] == "null"
#guard answer .computeEventsRoot [.list []] == "null"
#guard answer .computeEventsRoot [.list [filledHex 0x11]]
  == "1111111111111111111111111111111111111111111111111111111111111111"
#guard answer .computeEventsRoot [.list [filledHex 0x11, filledHex 0x22, filledHex 0x33]]
  == "adc505e99f1e9887777a6aa5d140106fcc012a2e4430875f3c2e135124145842"
#guard answer .computeEventsRoot [.list [filledHex 0x11, .str ""]] == "null"
#guard answer .deriveKey [.bytes (filled 0x0b 22), .str ""]
  == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
#guard answer .buildSTHMessage [.nat 5, .nat 6, .bytes (filled 0x11 32), .bytes threePub]
  == "b96dd475f4006461d0c9c4b9775e453a9a29b2f957b3acfefc70a3c1cdaf4e1d"
#guard answer .buildSTHMessage [.nat 5, .nat 6, .bytes (filled 0x11 31), .bytes threePub] == "null"

/-- The signature of a tree head with the key 3. -/
def head : String :=
  "157e7cd60bb6a3d4fee220ae4f8eece6dc702914253d48c167cad0a9e17029ca\
   72a6fcd7e014e48c16716d25876287cc4a59bbe5313d3c47a676f4527ee18590"

#guard answer .signSTH [.nat 5, .nat 6, .bytes (filled 0x11 32), three] == head

/-- Asks for the verification of that tree head, with another signature or time. -/
def verified (signature : Val) (time : Nat) : String :=
  answer .verifySTH [signature, .bytes (filled 0x11 32), .nat time, .nat 6, .bytes threePub]

#guard verified (.str head) 5 == "true"
#guard verified (.str head) 6 == "false"
#guard verified (.str "") 5 == "false"
#guard verified (.str head) 18446744073709551616 == "false"
#guard verified .none 5 == "null"
#guard answer .derivePublicKey [three]
  == "f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9"
#guard answer .derivePublicKey [.bytes (filled 0 32)] == "null"
#guard answer .derivePublicKey [.bytes (Sha256.bigEndian 32 Secp256k1.n [])] == "null"
#guard answer .derivePublicKey [.bytes (filled 3 31)] == "null"
#guard answer .schnorrSign [.bytes (filled 0 32), three]
  == "e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca8215\
      25f66a4a85ea8b71e482a74f382d2ce5ebeee8fdb2172f477df4900d310536c0"
#guard answer .schnorrSign [.bytes [], .bytes (filled 0 32)] == "null"
#guard answer .schnorrVerify [.bytes [], .bytes [], .bytes []] == "false"
#guard answer .schnorrVerify [.bytes [], .bytes []] == "null"

/-- The public key of row 1. -/
def other : String := "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659"

#guard answer .ecdh [three, .bytes (unhex other)]
  == "f549c8c8f9b44c4aab3e352998dd736d1247a3dcac80f5b0360f54f7dafd2bd5"
#guard answer .ecdh [three, .bytes (unhex ("02" ++ other))]
  == "f549c8c8f9b44c4aab3e352998dd736d1247a3dcac80f5b0360f54f7dafd2bd5"
#guard answer .ecdh [three, .bytes (unhex ("03" ++ other))]
  == "f549c8c8f9b44c4aab3e352998dd736d1247a3dcac80f5b0360f54f7dafd2bd5"
#guard answer .ecdh [three, .bytes (unhex ("04" ++ other))] == "null"
-- What some libraries read as a compact point is no compressed one.
#guard answer .ecdh [three, .bytes (unhex ("05" ++ other))] == "null"
#guard answer .ecdh [three, .bytes (Secp256k1.octets Secp256k1.p)] == "null"

/-- The box of `hi` under a key of 0x11. -/
def sealed : String :=
  "4f8a88a89f98731ae67e3b6dda159dcdf377366244b99d3df2206e6dbceab2312b5dac2cc5d529aa6565"

#guard answer .encrypt [.bytes (filled 0x11 32), .bytes [0x68, 0x69]] == sealed
#guard answer .decrypt [.bytes (filled 0x11 32), .bytes (unhex sealed)] == "6869"
#guard answer .decrypt [.bytes (filled 0x12 32), .bytes (unhex sealed)] == "null"
#guard answer .decrypt [.bytes (filled 0x11 31), .bytes (unhex sealed)] == "null"
#guard answer .decrypt [.bytes (filled 0x11 32), .bytes (filled 0 39)] == "null"
#guard answer .encrypt [.bytes (filled 0x11 33), .bytes []] == "null"

end Enc.Tests.Primitives
