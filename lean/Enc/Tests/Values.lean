import Enc.DSL.Prim
import Enc.DSL.Decidable

/-!
# Tests of values, text and primitives
-/

namespace Enc.Tests.Values
open Enc.DSL

/-! Normal form: the last of a repeated key, keys by UTF-16 code units, all the way down. -/

example :
    (Val.record [("b", .nat 1), ("a", .nat 2), ("b", .nat 3)]).norm
      = .record [("a", .nat 2), ("b", .nat 3)] := by decide +kernel
example :
    (Val.list [.record [("x", .record [("d", .none), ("c", .none)])]]).norm
      = .list [.record [("x", .record [("c", .none), ("d", .none)])]] := by decide +kernel
example :
    (Val.record [("\uFFFF", .nat 1), ("😀", .nat 2), ("\uD7FF", .nat 3), ("", .nat 4)]).norm
      = .record [("", .nat 4), ("\uD7FF", .nat 3), ("😀", .nat 2), ("\uFFFF", .nat 1)] := by decide +kernel
example :
    (Val.record [("10", .nat 1), ("2", .nat 2), ("__proto__", .nat 3), ("1", .nat 4)]).norm
      = .record [("1", .nat 4), ("10", .nat 1), ("2", .nat 2), ("__proto__", .nat 3)] := by decide +kernel

/-! Equality. -/

example : Val.list [.nat 1, .record [("a", .none)]] = .list [.nat 1, .record [("a", .none)]] := by
  decide
example : Val.bytes [1] ≠ .bytes [2] := by decide
example : Val.list [] ≠ .record [] := by decide
example : Val.str "" ≠ .bytes [] := by decide

/-! Text. -/

example : decimal 0 = "0" := by decide +kernel
example : decimal 1234567890 = "1234567890" := by decide +kernel
example :
    decimal (2 ^ 256)
      = "115792089237316195423570985008687907853269984665640564039457584007913129639936" := by decide +kernel
example : indexOf? "007" = some 7 := by decide +kernel
example : indexOf? "" = none := by decide +kernel
example : indexOf? "1a" = none := by decide +kernel
example : indexOf? "١" = none := by decide +kernel
example : hexOfBytes [0, 255, 16] = "00ff10" := by decide +kernel
example : utf8Bytes "aé€😀" = [0x61, 0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80] := by decide +kernel

/-! SHA-256, FIPS 180-4: empty, one block, two blocks, and both sides of the padding's seams. -/

/-- `n` bytes of value `b`. -/
def repeated (b : UInt8) : Nat → List UInt8
  | 0 => []
  | n + 1 => b :: repeated b n

/-- The digest of text in hex. -/
def digest (text : String) : String := hexOfBytes (Sha256.hash (utf8Bytes text))

example : digest "" = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" := by decide +kernel
example : digest "abc" = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" := by decide +kernel
example :
    digest "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
      = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" := by decide +kernel
example :
    hexOfBytes (Sha256.hash (repeated 0x61 55))
      = "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318" := by decide +kernel
example :
    hexOfBytes (Sha256.hash (repeated 0x61 56))
      = "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a" := by decide +kernel
example :
    hexOfBytes (Sha256.hash (repeated 0x61 64))
      = "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb" := by decide +kernel

/-! Primitives, and their refusals. -/

example : evalPrim .sha256Str [.str "abc"] = evalPrim .sha256 [.bytes [0x61, 0x62, 0x63]] := by decide +kernel
example : evalPrim .sha256 [.str "abc"] = .none := by decide +kernel
example : evalPrim .sha256 [] = .none := by decide +kernel
example :
    evalPrim .ctNodeHash [.bytes [2], .bytes [3]] = evalPrim .sha256 [.bytes [1, 2, 3]] := by decide +kernel
example :
    evalPrim .ctLeafHash [.bytes [2], .bytes [3]] = evalPrim .sha256 [.bytes [0, 2, 3]] := by decide +kernel
example :
    evalPrim .smtLeafHash [.bytes [], .bytes []] = evalPrim .sha256 [.bytes [0x20]] := by decide +kernel
example :
    evalPrim .smtNodeHash [.bytes [9], .bytes []] = evalPrim .sha256 [.bytes [0x21, 9]] := by decide +kernel
example :
    evalPrim .taggedHash [.str "t", .bytes [7]]
      = evalPrim .sha256 [.bytes (appendBytes (Sha256.hash [0x74])
          (appendBytes (Sha256.hash [0x74]) [7]))] := by decide +kernel
example : evalPrim .hexToBytes [.str "00fFA0"] = .bytes [0, 255, 160] := by decide +kernel
example : evalPrim .hexToBytes [.str "0x00"] = .none := by decide +kernel
example : evalPrim .hexToBytes [.str "abc"] = .none := by decide +kernel
example : evalPrim .bytesToHex [.bytes [0, 255]] = .str "00ff" := by decide +kernel
example : evalPrim .bigInt [.nat 5] = .nat 5 := by decide +kernel
example : evalPrim .number [.str "5"] = .none := by decide +kernel
example : evalPrim .schnorrSign [.bytes [], .bytes []] = .none := by decide +kernel

/-! JSON. -/

example :
    jsonStringify (.record [("a", .str "\"\\\x08\t\n\x0C\r\x01\x1F\x7Fé😀/"), ("b", .bytes [0xAB])])
      = .str "{\"a\":\"\\\"\\\\\\b\\t\\n\\f\\r\\u0001\\u001f\x7Fé😀/\",\"b\":\"ab\"}" := by decide +kernel
example :
    jsonStringify (.list [.nat 0, .bool true, .bool false, .none, .list [], .record []])
      = .str "[0,true,false,null,[],{}]" := by decide +kernel
example : jsonStringify (.list [.nat maxSafeNat]) = .str "[9007199254740991]" := by decide +kernel
example : jsonStringify (.list [.nat (maxSafeNat + 1)]) = .none := by decide +kernel

end Enc.Tests.Values
