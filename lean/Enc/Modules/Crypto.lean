import Enc.Modules.Sugar

/-!
# Signatures, keys and encodings

What the protocol does with octets that travel as hexadecimal. Every verifier answers a truth
value whatever it is given; everything else answers none for what is no key, no hash or no
signature. The primitives are specified in docs/protocol.md.
-/

namespace Enc.Modules.Crypto
open Enc.DSL Enc.Modules

/-- Whether the text is the hexadecimal of that many octets, in its one spelling. -/
def isHex : FuncDecl := fn "isHex" ["text", "bytes"] <|
  .letE "octets" (.prim .hexToBytes [v "text"]) <|
    eq yes
      (and (eq (.prim .bytesToHex [v "octets"]) (v "text"))
        (eq (lengthBytes (v "octets")) (v "bytes")))

/-- The octets of lower-case hexadecimal; none if it is anything else or has another length. -/
def fromHex : FuncDecl := fn "fromHex" ["text", "bytes"] <|
  .ifE (.call "isHex" [v "text", v "bytes"]) (.prim .hexToBytes [v "text"]) nothing

def keyOctets : FuncDecl := helper "keyOctets" ["text"] <|
  .call "fromHex" [v "text", v "HASH_BYTES"]

/-- SHA-256 of text, as hexadecimal. -/
def hashText : FuncDecl := fn "hashText" ["text"] <|
  .prim .bytesToHex [.prim .sha256Str [v "text"]]

/-- The identity that a private key stands for. -/
def publicKeyOf : FuncDecl := fn "publicKeyOf" ["privateKey"] <|
  .prim .bytesToHex [.prim .derivePublicKey [.call "keyOctets" [v "privateKey"]]]

/-- The signature over the octets of a hash. -/
def signHash : FuncDecl := fn "signHash" ["hash", "privateKey"] <|
  .prim .bytesToHex
    [.prim .schnorrSign [v "hash", .call "keyOctets" [v "privateKey"]]]

/-- Whether the signature is that identity's over those octets. -/
def verifyHash : FuncDecl := fn "verifyHash" ["signature", "hash", "publicKey"] <|
  eq yes
    (.prim .schnorrVerify
      [ .call "fromHex" [v "signature", v "SIGNATURE_BYTES"], v "hash",
        .call "keyOctets" [v "publicKey"] ])

/-- The secret that two identities share. -/
def sharedSecret : FuncDecl := fn "sharedSecret" ["privateKey", "publicKey"] <|
  .prim .ecdh [.call "keyOctets" [v "privateKey"], .call "keyOctets" [v "publicKey"]]

/-- The key of a session's requests. -/
def queryKey : FuncDecl := fn "queryKey" ["privateKey", "publicKey"] <|
  .prim .deriveKey [.call "sharedSecret" [v "privateKey", v "publicKey"], v "LABEL_QUERY"]

/-- The key of the answers to them. -/
def responseKey : FuncDecl := fn "responseKey" ["privateKey", "publicKey"] <|
  .prim .deriveKey [.call "sharedSecret" [v "privateKey", v "publicKey"], v "LABEL_RESPONSE"]

/-- Octets sealed under a key, as hexadecimal. -/
def sealOctets : FuncDecl := fn "sealOctets" ["key", "plaintext"] <|
  .prim .bytesToHex [.prim .encrypt [v "key", v "plaintext"]]

/-- What was sealed under the key. -/
def openOctets : FuncDecl := fn "openOctets" ["key", "sealed"] <|
  .prim .decrypt [v "key", .prim .hexToBytes [v "sealed"]]

/-- A signed tree head; `privateKey` is the sequencer's. -/
def signTreeHead : FuncDecl := fn "signTreeHead" ["time", "size", "root", "privateKey"] <|
  .letE "key" (.call "keyOctets" [v "privateKey"]) <|
    .letE "sig"
      (.prim .signSTH [v "time", v "size", .call "keyOctets" [v "root"], v "key"]) <|
      .ifE (eq (v "sig") nothing) nothing
        (.record
          [ ("t", v "time"), ("n", v "size"), ("root", v "root"),
            ("seq_pub", .prim .bytesToHex [.prim .derivePublicKey [v "key"]]),
            ("sig", v "sig") ])

/-- Whether a tree head is signed by that sequencer, and not only by the one it names. -/
def verifyTreeHead : FuncDecl := fn "verifyTreeHead" ["head", "sequencer"] <|
  and
    (eq (.get (v "head") "seq_pub") (v "sequencer"))
    (eq yes
      (.prim .verifySTH
        [ .get (v "head") "sig", .call "keyOctets" [.get (v "head") "root"],
          .get (v "head") "t", .get (v "head") "n", .call "keyOctets" [v "sequencer"] ]))

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Crypto",
        header := "Keys, signatures, tree heads and sealed octets, as hexadecimal.",
        imports := [(["HASH_BYTES", "SIGNATURE_BYTES"], "kernel/Types")],
        constants :=
          [("LABEL_QUERY", s "enc:query"), ("LABEL_RESPONSE", s "enc:response")],
        functions :=
          [ isHex, fromHex, keyOctets, hashText, publicKeyOf, signHash, verifyHash,
            sharedSecret, queryKey, responseKey, sealOctets, openOctets, signTreeHead,
            verifyTreeHead ] } }

end Enc.Modules.Crypto
