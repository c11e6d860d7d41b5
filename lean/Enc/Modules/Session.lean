import Enc.Modules.Sugar

/-!
# Sessions

An identity lets a session key read for it at one sequencer until a time. The token is the
hexadecimal of `id_pub ‖ session_pub ‖ seq_pub ‖ expires ‖ sig` (32, 32, 32, 8 and 64 octets); who
receives one cuts it at these widths, and `sessionToken` says whether it cut right. Every request
carries the session key's signature over the SHA-256 of its body.
-/

namespace Enc.Modules.Session
open Enc.DSL Enc.Modules

/-- Hexadecimal of a natural in deterministic CBOR (RFC 8949 §4.2.1); none from 2^64 on. -/
def cborNat : FuncDecl := fn "cborNat" ["value"] <|
  .ifE (lt (v "value") (n 24)) (.call "natToHex" [v "value", n 1]) <|
    .ifE (lt (v "value") (n 0x100)) (concatStr (s "18") (.call "natToHex" [v "value", n 1])) <|
      .ifE (lt (v "value") (n 0x10000))
        (concatStr (s "19") (.call "natToHex" [v "value", n 2])) <|
        .ifE (lt (v "value") (n 0x100000000))
          (concatStr (s "1a") (.call "natToHex" [v "value", n 4]))
          (concatStr (s "1b") (.call "natToHex" [v "value", n 8]))

/-- Hexadecimal of a key in deterministic CBOR; none for what is none. -/
def cborKey : FuncDecl := helper "cborKey" ["key"] <|
  .ifE (.call "isHex" [v "key", v "HASH_BYTES"]) (concatStr (s "5820") (v "key")) nothing

/-- What an identity signs: SHA-256 of the CBOR of
`["enc-session", id_pub, session_pub, seq_pub, expires]`; none if a field is not what it must be. -/
def sessionHash : FuncDecl := fn "sessionHash" ["session"] <|
  .prim .sha256
    [ .prim .hexToBytes
        [ concatStr (v "SESSION_HEAD")
            (concatStr (.call "cborKey" [.get (v "session") "id_pub"])
              (concatStr (.call "cborKey" [.get (v "session") "session_pub"])
                (concatStr (.call "cborKey" [.get (v "session") "seq_pub"])
                  (.call "cborNat" [.get (v "session") "expires"])))) ] ]

/-- A session that an identity opens for a key; `expires` in milliseconds since 1970. None without
keys. -/
def openSession : FuncDecl :=
  fn "openSession" ["privateKey", "sessionPub", "seqPub", "expires"] <|
    .letE "session"
      (.record
        [ ("id_pub", .call "publicKeyOf" [v "privateKey"]), ("session_pub", v "sessionPub"),
          ("seq_pub", v "seqPub"), ("expires", v "expires") ]) <|
      .letE "sig"
        (.call "signHash" [.call "sessionHash" [v "session"], v "privateKey"]) <|
        .ifE (eq (v "sig") nothing) nothing (.set (v "session") "sig" (v "sig"))

/-- The token of a session; none if a field is not what it must be. -/
def sessionToken : FuncDecl := fn "sessionToken" ["session"] <|
  .ifE
    (and (.call "isHex" [.get (v "session") "sig", v "SIGNATURE_BYTES"])
      (ne (.call "sessionHash" [v "session"]) nothing))
    (concatStr (.get (v "session") "id_pub")
      (concatStr (.get (v "session") "session_pub")
        (concatStr (.get (v "session") "seq_pub")
          (concatStr (.call "natToHex" [.get (v "session") "expires", n 8])
            (.get (v "session") "sig")))))
    nothing

/-- Why a session gives no access here and now, as the error code of the reply; none if it does. -/
def sessionProblem : FuncDecl := fn "sessionProblem" ["session", "seqPub", "now"] <|
  .ifE (ne (.get (v "session") "seq_pub") (v "seqPub")) (s "bad_session") <|
    .ifE
      (.call "verifyHash"
        [ .get (v "session") "sig", .call "sessionHash" [v "session"],
          .get (v "session") "id_pub" ])
      (.ifE (eq yes (lt (v "now") (.get (v "session") "expires"))) nothing
        (s "session_expired"))
      (s "bad_session")

/-- Why a request is not the session's, as the error code of the reply; none if it is. `bodyHash`
is the SHA-256 of the body as it came. -/
def requestProblem : FuncDecl :=
  fn "requestProblem" ["session", "signature", "bodyHash", "seqPub", "now"] <|
    .letE "problem" (.call "sessionProblem" [v "session", v "seqPub", v "now"]) <|
      .ifE (eq (v "problem") nothing)
        (.ifE
          (.call "verifyHash"
            [v "signature", v "bodyHash", .get (v "session") "session_pub"])
          nothing (s "bad_signature"))
        (v "problem")

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Session",
        header := "Sessions: opened by an identity for a key, at one sequencer, until a time.",
        imports :=
          [ (["HASH_BYTES", "SIGNATURE_BYTES"], "kernel/Types"),
            (["natToHex"], "kernel/Hash"),
            (["isHex", "publicKeyOf", "signHash", "verifyHash"], "kernel/Crypto") ],
        -- CBOR of an array of five and of the text "enc-session".
        constants := [("SESSION_HEAD", s "856b656e632d73657373696f6e")],
        functions :=
          [ cborNat, cborKey, sessionHash, openSession, sessionToken, sessionProblem,
            requestProblem ] } }

end Enc.Modules.Session
