import Enc.Modules.Sugar

/-!
# Commits, events and receipts

A commit is what an author signs, an event is a commit with its place in the log, signed by the
sequencer, and a receipt is what the author gets: enough to rebuild and check the event. The
layouts are those of docs/protocol.md.
-/

namespace Enc.Modules.Event
open Enc.DSL Enc.Modules

/-- The fields that an author fills in. `tags` none counts as no tags. -/
def mkCommit : FuncDecl :=
  fn "mkCommit" ["enclave", "from", "type", "content", "exp", "tags"] <|
    .letE "commit"
      (.record
        [ ("enclave", v "enclave"), ("from", v "from"), ("type", v "type"),
          ("content", v "content"), ("exp", v "exp"),
          ("tags", .ifE (eq (v "tags") nothing) (.list []) (v "tags")),
          ("alg", v "ALG_SCHNORR") ]) <|
      .call "withHash" [v "commit"]

/-- The commit with its own hash; none where that has none. -/
def withHash : FuncDecl := helper "withHash" ["commit"] <|
  .letE "hash" (.prim .computeCommitHash [v "commit"]) <|
    .ifE (eq (v "hash") nothing) nothing
      (.set (v "commit") "hash" (.prim .bytesToHex [v "hash"]))

/-- The commit that makes an enclave: its id is the hash of what it says. -/
def mkManifest : FuncDecl := fn "mkManifest" ["from", "content", "exp", "tags"] <|
  .letE "id"
    (.prim .computeEnclaveId
      [ .record
          [("from", v "from"), ("content", v "content"), ("tags", v "tags")] ]) <|
    .ifE (eq (v "id") nothing) nothing
      (.call "mkCommit" [v "id", v "from", v "MANIFEST", v "content", v "exp", v "tags"])

/-- The commit with its author's signature; none if the key is another's or none at all. -/
def signCommit : FuncDecl := fn "signCommit" ["commit", "privateKey"] <|
  .letE "hash" (.prim .computeCommitHash [v "commit"]) <|
    .letE "sig" (.call "signHash" [v "hash", v "privateKey"]) <|
      .ifE
        (and (ne (v "sig") nothing)
          (eq (.call "publicKeyOf" [v "privateKey"]) (.get (v "commit") "from")))
        (.set (v "commit") "sig" (v "sig"))
        nothing

/-- Why a commit is not one, as the error code of the reply; none if it is. -/
def commitProblem : FuncDecl := fn "commitProblem" ["commit"] <|
  .letE "hash" (.prim .computeCommitHash [v "commit"]) <|
    .ifE (eq (v "hash") nothing) (s "malformed") <|
      .ifE (ne (.prim .bytesToHex [v "hash"]) (.get (v "commit") "hash")) (s "bad_hash") <|
        .ifE
          (.call "verifyHash"
            [.get (v "commit") "sig", v "hash", .get (v "commit") "from"])
          (.call "enclaveProblem" [v "commit"])
          (s "bad_signature")

/-- A manifest must stand under the id that it makes. -/
def enclaveProblem : FuncDecl := helper "enclaveProblem" ["commit"] <|
  .ifE (eq (.get (v "commit") "type") (v "MANIFEST"))
    (.ifE (eq (.prim .computeEnclaveId [v "commit"]) (.get (v "commit") "enclave"))
      nothing (s "bad_hash"))
    nothing

/-- Whether a commit has its own hash and its author's signature. -/
def verifyCommit : FuncDecl := fn "verifyCommit" ["commit"] <|
  eq (.call "commitProblem" [v "commit"]) nothing

/-- The event that a commit becomes; none without a key. -/
def mkEvent : FuncDecl := fn "mkEvent" ["commit", "seq", "timestamp", "privateKey"] <|
  .letE "placed"
    (.set
      (.set (.set (v "commit") "seq" (v "seq")) "timestamp" (v "timestamp"))
      "sequencer" (.call "publicKeyOf" [v "privateKey"])) <|
    .letE "hash" (.prim .computeEventHash [v "placed"]) <|
      .letE "seqSig" (.call "signHash" [v "hash", v "privateKey"]) <|
        .letE "id"
          (.prim .computeEventId [.get (v "commit") "enclave", v "hash", v "seq"]) <|
          .ifE (or (eq (v "seqSig") nothing) (eq (v "id") nothing)) nothing
            (.set (.set (v "placed") "id" (v "id")) "seq_sig" (v "seqSig"))

/-- Whether an event is what its author signed, at the place that this sequencer gave it. -/
def verifyEvent : FuncDecl := fn "verifyEvent" ["event", "sequencer"] <|
  .letE "hash" (.prim .computeEventHash [v "event"]) <|
    .letE "id"
      (.prim .computeEventId [.get (v "event") "enclave", v "hash", .get (v "event") "seq"]) <|
      and
        (and (.call "verifyCommit" [v "event"])
          (eq (.get (v "event") "sequencer") (v "sequencer")))
        (and (and (ne (v "id") nothing) (eq (v "id") (.get (v "event") "id")))
          (.call "verifyHash" [.get (v "event") "seq_sig", v "hash", v "sequencer"]))

/-- What the author of an event gets. -/
def mkReceipt : FuncDecl := fn "mkReceipt" ["event"] <|
  .record
    [ ("enclave", .get (v "event") "enclave"), ("id", .get (v "event") "id"),
      ("hash", .get (v "event") "hash"), ("seq", .get (v "event") "seq"),
      ("timestamp", .get (v "event") "timestamp"),
      ("sequencer", .get (v "event") "sequencer"), ("sig", .get (v "event") "sig"),
      ("seq_sig", .get (v "event") "seq_sig") ]

/-- The event that a commit and its receipt make together. -/
def eventOf : FuncDecl := fn "eventOf" ["commit", "receipt"] <|
  .set
    (.set
      (.set
        (.set (.set (v "commit") "id" (.get (v "receipt") "id"))
          "seq" (.get (v "receipt") "seq"))
        "timestamp" (.get (v "receipt") "timestamp"))
      "sequencer" (.get (v "receipt") "sequencer"))
    "seq_sig" (.get (v "receipt") "seq_sig")

/-- Whether a receipt is this sequencer's word for this commit. -/
def verifyReceipt : FuncDecl := fn "verifyReceipt" ["commit", "receipt", "sequencer"] <|
  and
    (and (eq (.get (v "receipt") "enclave") (.get (v "commit") "enclave"))
      (and (eq (.get (v "receipt") "hash") (.get (v "commit") "hash"))
        (eq (.get (v "receipt") "sig") (.get (v "commit") "sig"))))
    (.call "verifyEvent" [.call "eventOf" [v "commit", v "receipt"], v "sequencer"])

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Event",
        header := "Commits, events and receipts: made, signed and verified.",
        imports :=
          [ (["ALG_SCHNORR"], "kernel/Types"),
            (["publicKeyOf", "signHash", "verifyHash"], "kernel/Crypto") ],
        constants := [("MANIFEST", s "Manifest")],
        functions :=
          [ withHash, mkCommit, mkManifest, signCommit, enclaveProblem, commitProblem,
            verifyCommit, mkEvent, verifyEvent, mkReceipt, eventOf, verifyReceipt ] } }

end Enc.Modules.Event
