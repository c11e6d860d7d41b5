import Enc.Modules.Sugar

/-!
# Hashes

Domain-separated raw hashes, tagged hashes, and the keys and values of the state tree. The
grammar cannot join octets or take them apart, so joining goes through hexadecimal, and where a
part is needed the host supplies the octets as numbers and the function checks them.
-/

namespace Enc.Modules.Hash
open Enc.DSL Enc.Modules

/-- The numbers from `from` on, `count` of them. -/
def range : (start count : Nat) → List Val
  | _, 0 => []
  | start, count + 1 => .nat start :: range (start + 1) count

def constants : List (String × Expr) :=
  [("MAX_WIDTH", n 64), ("WIDTHS", .lit (.list (range 0 64)))]

/-- One hexadecimal digit; none from 16 on. -/
def hexDigit : FuncDecl := fn "hexDigit" ["digit"] <|
  .dispatch (.prim .jsonStringify [v "digit"])
    [ ("0", s "0"), ("1", s "1"), ("2", s "2"), ("3", s "3"), ("4", s "4"), ("5", s "5"),
      ("6", s "6"), ("7", s "7"), ("8", s "8"), ("9", s "9"), ("10", s "a"), ("11", s "b"),
      ("12", s "c"), ("13", s "d"), ("14", s "e"), ("15", s "f") ]
    nothing

/-- Two hexadecimal digits; none from 256 on. -/
def byteHex : FuncDecl := fn "byteHex" ["byte"] <|
  concatStr (.call "hexDigit" [shr (v "byte") (n 4)])
    (.call "hexDigit" [band (v "byte") (n 15)])

/-- Big-endian hexadecimal of `width` octets, at most 64; none if the number does not fit. -/
def natToHex : FuncDecl := fn "natToHex" ["value", "width"] <|
  .ifE (le (v "width") (v "MAX_WIDTH"))
    (.letE "end"
      (.fold (v "WIDTHS") (.record [("rest", v "value"), ("hex", s "")]) "acc" "at"
        (.ifE (lt (v "at") (v "width"))
          (.record
            [ ("rest", shr (.get (v "acc") "rest") (n 8)),
              ("hex", concatStr (.call "byteHex" [band (.get (v "acc") "rest") (n 255)])
                (.get (v "acc") "hex")) ])
          (v "acc")))
      (.ifE (eq (.get (v "end") "rest") (n 0)) (.get (v "end") "hex") nothing))
    nothing

/-- Big-endian octets of a number; none if it does not fit. -/
def natToBytes : FuncDecl := fn "natToBytes" ["value", "width"] <|
  .prim .hexToBytes [.call "natToHex" [v "value", v "width"]]

/-- Octets from a list of numbers below 256. -/
def packBytes : FuncDecl := fn "packBytes" ["items"] <|
  .prim .hexToBytes
    [.fold (v "items") (s "") "hex" "item" (concatStr (v "hex") (.call "byteHex" [v "item"]))]

def concatBytes : FuncDecl := fn "concatBytes" ["a", "b"] <|
  .prim .hexToBytes
    [concatStr (.prim .bytesToHex [v "a"]) (.prim .bytesToHex [v "b"])]

/-- All octets of a list of octet strings, in order. -/
def joinBytes : FuncDecl := fn "joinBytes" ["parts"] <|
  .prim .hexToBytes
    [ .fold (v "parts") (s "") "hex" "part"
        (concatStr (v "hex") (.prim .bytesToHex [v "part"])) ]

/-- SHA-256 of the prefix octet and the data. -/
def domainHash : FuncDecl := fn "domainHash" ["prefix", "data"] <|
  .prim .sha256
    [ .prim .hexToBytes
        [concatStr (.call "byteHex" [v "prefix"]) (.prim .bytesToHex [v "data"])] ]

/-- SHA-256 of the prefix octet and two octet strings: what the four tree hashes are. -/
def domainHash2 : FuncDecl := fn "domainHash2" ["prefix", "a", "b"] <|
  .call "domainHash" [v "prefix", .call "concatBytes" [v "a", v "b"]]

def ctLeaf : FuncDecl := fn "ctLeaf" ["eventsRoot", "stateHash"] <|
  .call "domainHash2" [v "DOMAIN_CT_LEAF", v "eventsRoot", v "stateHash"]

def ctNode : FuncDecl := fn "ctNode" ["left", "right"] <|
  .call "domainHash2" [v "DOMAIN_CT_NODE", v "left", v "right"]

def smtLeaf : FuncDecl := fn "smtLeaf" ["key", "value"] <|
  .call "domainHash2" [v "DOMAIN_SMT_LEAF", v "key", v "value"]

def smtNode : FuncDecl := fn "smtNode" ["left", "right"] <|
  .call "domainHash2" [v "DOMAIN_SMT_NODE", v "left", v "right"]

/-- The tagged hash of BIP-340, written out; the primitive of that name must agree. -/
def taggedHashOf : FuncDecl := fn "taggedHashOf" ["tag", "message"] <|
  .letE "tagHash" (.prim .sha256Str [v "tag"]) <|
    .prim .sha256 [.call "joinBytes" [.list [v "tagHash", v "tagHash", v "message"]]]

/-- The seed of an encryption nonce. -/
def nonceSeed : FuncDecl := fn "nonceSeed" ["key", "plaintext"] <|
  .prim .taggedHash [s "enc/nonce", .call "concatBytes" [v "key", v "plaintext"]]

/-- The hash of an event's content: of text its UTF-8, of anything else its canonical JSON. -/
def contentHash : FuncDecl := fn "contentHash" ["content"] <|
  .ifE (eq (lengthStr (v "content")) nothing)
    (.prim .sha256Str [.prim .jsonStringify [v "content"]])
    (.prim .sha256Str [v "content"])

/-- The key of a leaf: namespace octet and the first 160 bits of the raw key's SHA-256. `digest`
is that hash as 32 numbers; the answer is none if it is not. -/
def smtKey : FuncDecl := fn "smtKey" ["namespace", "rawKey", "digest"] <|
  .ifE (eq (.call "packBytes" [v "digest"]) (.prim .sha256 [v "rawKey"]))
    (.call "packBytes"
      [ concatList (.list [v "namespace"])
          (.get
            (.fold (v "digest") (.record [("at", n 0), ("path", .list [])]) "acc" "byte"
              (.record
                [ ("at", add (.get (v "acc") "at") (n 1)),
                  ("path", .ifE (lt (.get (v "acc") "at") (v "SMT_PATH_BYTES"))
                    (concatList (.get (v "acc") "path") (.list [v "byte"]))
                    (.get (v "acc") "path")) ]))
            "path") ])
    nothing

def rbacKey : FuncDecl := fn "rbacKey" ["idPub", "digest"] <|
  .call "smtKey" [.get (v "Namespace") "Rbac", v "idPub", v "digest"]

def eventStatusKey : FuncDecl := fn "eventStatusKey" ["eventId", "digest"] <|
  .call "smtKey" [.get (v "Namespace") "EventStatus", v "eventId", v "digest"]

/-- The leaf value of a bitmask: 32 octets, none for 0, which has no leaf. -/
def rbacValue : FuncDecl := fn "rbacValue" ["bitmask"] <|
  .ifE (eq (v "bitmask") (n 0)) nothing
    (.call "natToBytes" [v "bitmask", v "RBAC_VALUE_BYTES"])

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Hash",
        header := "Domain-separated and tagged hashes, keys and values of the state tree.",
        imports :=
          [ (["DOMAIN_CT_LEAF", "DOMAIN_CT_NODE", "DOMAIN_SMT_LEAF", "DOMAIN_SMT_NODE",
              "Namespace", "SMT_PATH_BYTES", "RBAC_VALUE_BYTES"], "kernel/Types") ],
        constants := constants,
        functions :=
          [ hexDigit, byteHex, natToHex, natToBytes, packBytes, concatBytes, joinBytes,
            domainHash, domainHash2, ctLeaf, ctNode, smtLeaf, smtNode, taggedHashOf,
            nonceSeed, contentHash, smtKey, rbacKey, eventStatusKey, rbacValue ] } }

end Enc.Modules.Hash
