import Enc.Modules.Sugar

/-!
# Taking commits

From a commit to a receipt: shape, hash and signature, time, replay, rate, lifecycle, access
control, state tree, bundle, log, tree head, seal, in this order. The answer is a record that
`step` turns into effects: `{status, payload, events, bundles, state, broadcasts, pushes, timers}`,
a refusal having the first two only.
-/

namespace Enc.Modules.Commits
open Enc.DSL Enc.Modules

def isManifest (commit : Expr) : Expr :=
  eq (.get commit "type") (.get (v "ProtocolEvent") "Manifest")

/-- What to look up before a manifest is judged. -/
def manifestWants : FuncDecl := fn "manifestWants" ["commit", "found"] <|
  .letE "content" (.get (v "commit") "content") <|
    .letE "wanted" (.call "manifestReads" [v "content", v "found"]) <|
      .ifE (eq (lengthList (v "wanted")) (n 0))
        (.letE "masks"
          (.get (.call "policyOf" [v "content", v "found"]) "masks") <|
          .ifE (eq (v "masks") nothing) (.list [])
            (.call "genesisReads" [v "masks", v "found"]))
        (v "wanted")

/-- What to look up to know a commit that was taken before. -/
def replayWants : FuncDecl := helper "replayWants" ["commit", "found"] <|
  .letE "key" (.call "commitKey" [.get (v "commit") "hash"]) <|
    .letE "seq" (.call "valueOf" [v "found", v "key"]) <|
      .ifE (eq (v "seq") nothing)
        (.call "wantKey" [v "found", v "key"])
        (.call "wantKey" [v "found", .call "eventKey" [v "seq"]])

/-- What to look up before `answerCommit`. -/
def commitWants : FuncDecl := fn "commitWants" ["head", "commit", "found"] <|
  .ifE (ne (.call "commitShape" [v "commit"]) nothing) (.list []) <|
    .ifE (isManifest (v "commit"))
      (.ifE (eq (v "head") nothing)
        (.call "manifestWants" [v "commit", v "found"])
        (.call "replayWants" [v "commit", v "found"])) <|
      .ifE (eq (v "head") nothing) (.list [])
        (concatList (.call "replayWants" [v "commit", v "found"])
          (concatList (.call "eventReads" [v "head", v "commit", v "found"])
            (.call "claimWants" [v "commit", v "found"])))

/-- The rate window after one more commit; none if there is no room in it. -/
def admitted : FuncDecl := helper "admitted" ["rule", "window", "now"] <|
  .ifE (eq (v "rule") nothing) (v "window") <|
    .letE "fresh"
      (.ifE
        (eq yes
          (lt (v "now") (add (.get (v "window") "start") (.get (v "rule") "window"))))
        (v "window")
        (.record [("start", v "now"), ("used", n 0)])) <|
      .ifE (eq yes (lt (.get (v "fresh") "used") (.get (v "rule") "limit")))
        (.set (v "fresh") "used" (add (.get (v "fresh") "used") (n 1)))
        nothing

/-- The refusal of a commit for which there is no room, with the seconds to wait. -/
def limited : FuncDecl := helper "limited" ["head", "now"] <|
  .letE "refusal" (.call "refuse" [s "rate_limited"]) <|
    .set (v "refusal") "payload"
      (.set (.get (v "refusal") "payload") "retry_after"
        (div
          (add (n 999)
            (sub
              (add (.get (.get (v "head") "rate") "start")
                (.get (.get (.get (v "head") "policy") "rate") "window"))
              (v "now")))
          (n 1000)))

/-- The refusal of a commit that was taken before, with its receipt. -/
def repeated : FuncDecl := helper "repeated" ["commit", "found"] <|
  .letE "seq"
    (.call "valueOf" [v "found", .call "commitKey" [.get (v "commit") "hash"]]) <|
    .letE "event"
      (.get (.call "valueOf" [v "found", .call "eventKey" [v "seq"]]) "event") <|
      .letE "refusal" (.call "refuse" [s "duplicate"]) <|
        .ifE (eq (v "event") nothing) (.call "refuse" [s "store_corrupt"])
          (.set (v "refusal") "payload"
            (.set (.get (v "refusal") "payload") "receipt"
              (.call "mkReceipt" [v "event"])))

/-- The later of two times. -/
def latest : FuncDecl := helper "latest" ["a", "b"] <| .ifE (lt (v "a") (v "b")) (v "b") (v "a")

/-- The event that a commit becomes in an enclave. -/
def placed : FuncDecl := helper "placed" ["head", "commit", "context"] <|
  .call "mkEvent"
    [ v "commit", .get (v "head") "seq",
      .call "latest" [.get (v "head") "timestamp", .get (v "context") "now"],
      .get (v "context") "key" ]

/-- What identities may read after their masks changed: `{id, types}`. -/
def readersChanged : FuncDecl := helper "readersChanged" ["policy", "masks"] <|
  .fold (v "masks") (.list []) "all" "item"
    (concatList (v "all")
      (.list
        [ .record
            [ ("id", .get (v "item") "id"),
              ("kinds",
                .call "readableKinds" [v "policy", .get (v "item") "mask", no]),
              ("own",
                .call "readableKinds" [v "policy", .get (v "item") "mask", yes]) ] ]))

/-- Everyone who listens to the enclave hears of an event, and what they may read from now on. -/
def broadcastOf : FuncDecl := helper "broadcastOf" ["head", "event", "applied"] <|
  .record
    [ ("filter",
        .record
          [ ("enclave", .get (v "head") "enclave"),
            ("kind", .call "kindOf" [v "event", .get (v "applied") "about"]),
            ("changed",
              .call "readersChanged"
                [.get (v "head") "policy", .get (v "applied") "masks"]) ]),
      ("payload", v "event") ]

/-- The timer that closes a bundle which was just opened, or none. -/
def timersOf : FuncDecl := fn "timersOf" ["head"] <|
  .letE "timeout" (.get (.get (.get (v "head") "policy") "bundle") "timeout") <|
    .letE "open" (.get (v "head") "open") <|
      .ifE
        (eq yes
          (and (lt (n 0) (v "timeout")) (lt (n 0) (lengthList (.get (v "open") "ids")))))
        (.list
          [ .record
              [ ("at", add (.get (v "open") "since") (v "timeout")),
                ("kind", s "bundle") ] ])
        (.list [])

/-- The open bundle closed where that is due; `{head, rows, bundles}`. -/
def closedIf : FuncDecl := fn "closedIf" ["closes", "head", "rows"] <|
  .ifE (v "closes")
    (.letE "closed" (.call "closeOpen" [v "head"]) <|
      .record
        [ ("head", .get (v "closed") "head"),
          ("rows", concatList (v "rows") (.get (v "closed") "rows")),
          ("bundles", .list [.get (v "closed") "bundle"]) ])
    (.record [("head", v "head"), ("rows", v "rows"), ("bundles", .list [])])

/-- The answer of an event that was applied. -/
def taken : FuncDecl := helper "taken" ["applied", "event", "rate", "payload", "context"] <|
  .ifE (ne (.get (v "applied") "problem") nothing)
    (.call "refuse" [.get (v "applied") "problem"])
    (.letE "closed"
      (.call "closedIf"
        [ .get (v "applied") "closes", .set (.get (v "applied") "head") "rate" (v "rate"),
          concatList (.get (v "applied") "rows")
            (.call "claimedRows" [v "event", .get (v "context") "found"]) ]) <|
      .letE "head"
        (.call "sealHead"
          [ .get (v "closed") "head", .get (v "event") "timestamp",
            .get (v "context") "key" ]) <|
        .ifE (eq (v "head") nothing) (.call "refuse" [s "internal"])
          (.record
            [ ("status", .get (v "Status") "Ok"), ("payload", v "payload"),
              ("events", .list [v "event"]), ("bundles", .get (v "closed") "bundles"),
              ("state",
                .record
                  [("head", v "head"), ("rows", .get (v "closed") "rows")]),
              ("broadcasts",
                .list
                  [.call "broadcastOf" [v "head", v "event", v "applied"]]),
              ("pushes",
                .call "deliveries"
                  [ .get (v "head") "recipients", v "event",
                    .call "kindOf" [v "event", .get (v "applied") "about"] ]),
              ("timers", .call "timersOf" [v "head"]) ]))

/-- A commit of an enclave that the node has. -/
def answerNext : FuncDecl := helper "answerNext" ["head", "commit", "context"] <|
  .letE "found" (.get (v "context") "found") <|
    .letE "key" (.call "commitKey" [.get (v "commit") "hash"]) <|
      .ifE (not (.call "isKnown" [v "found", v "key"])) (.call "refuse" [s "internal"]) <|
        .ifE (ne (.call "valueOf" [v "found", v "key"]) nothing)
          (.call "repeated" [v "commit", v "found"]) <|
          .ifE (isManifest (v "commit")) (.call "refuse" [s "enclave_exists"]) <|
            .letE "rate"
              (.call "admitted"
                [ .get (.get (v "head") "policy") "rate", .get (v "head") "rate",
                  .get (v "context") "now" ]) <|
              .ifE (eq (v "rate") nothing)
                (.call "limited" [v "head", .get (v "context") "now"])
                (.letE "event" (.call "placed" [v "head", v "commit", v "context"]) <|
                  .ifE (eq (v "event") nothing) (.call "refuse" [s "internal"])
                    (.call "taken"
                      [ .call "applyEvent" [v "head", v "event", v "found"],
                        v "event", v "rate", .call "mkReceipt" [v "event"],
                        v "context" ]))

/-- A manifest: the first event of a new enclave. -/
def answerFirst : FuncDecl := helper "answerFirst" ["commit", "context"] <|
  .letE "found" (.get (v "context") "found") <|
    .letE "read" (.call "policyOf" [.get (v "commit") "content", v "found"]) <|
      .letE "policy" (.get (v "read") "policy") <|
        .ifE (eq (v "policy") nothing)
          (.letE "refusal" (.call "refuse" [s "bad_manifest"]) <|
            .set (v "refusal") "payload"
              (.set (.get (v "refusal") "payload") "at" (.get (v "read") "at"))) <|
          .letE "event"
            (.call "placed"
              [ .record [("seq", n 0), ("timestamp", n 0)], v "commit", v "context" ]) <|
            .ifE (eq (v "event") nothing) (.call "refuse" [s "internal"])
              (.call "taken"
                [ .call "genesis"
                    [v "event", v "policy", .get (v "read") "masks", v "found"],
                  v "event",
                  .record [("start", n 0), ("used", n 0)],
                  .set (.call "mkReceipt" [v "event"]) "seq_pub"
                    (.get (v "event") "sequencer"),
                  v "context" ])

/-- The answer to a commit. -/
def answerCommit : FuncDecl := fn "answerCommit" ["head", "commit", "context"] <|
  .letE "shape" (.call "commitShape" [v "commit"]) <|
    .ifE (ne (v "shape") nothing) (.call "refuse" [v "shape"]) <|
      .letE "problem" (.call "commitProblem" [v "commit"]) <|
        .ifE (ne (v "problem") nothing) (.call "refuse" [v "problem"]) <|
          .ifE (not (lt (.get (v "context") "now") (.get (v "commit") "exp")))
            (.call "refuse" [s "expired"]) <|
            .ifE (ne (v "head") nothing)
              (.call "answerNext" [v "head", v "commit", v "context"]) <|
              .ifE (isManifest (v "commit"))
                (.call "answerFirst" [v "commit", v "context"])
                (.call "refuse" [s "unknown_enclave"])

/-- Closes the open bundle when its time has come. There is nobody to answer. -/
def answerTimer : FuncDecl := fn "answerTimer" ["head", "context"] <|
  .letE "timers" (.call "timersOf" [v "head"]) <|
    .letE "due" (.get (.get (v "timers") "0") "at") <|
      .ifE (eq yes (le (v "due") (.get (v "context") "now")))
        (.letE "closed" (.call "closedIf" [yes, v "head", .list []]) <|
          .letE "sealed"
            (.call "sealHead"
              [ .get (v "closed") "head", .get (v "context") "now",
                .get (v "context") "key" ]) <|
            .ifE (eq (v "sealed") nothing) (.call "refuse" [s "internal"])
              (.record
                [ ("status", .get (v "Status") "NoContent"), ("payload", nothing),
                  ("bundles", .get (v "closed") "bundles"),
                  ("state",
                    .record
                      [ ("head", v "sealed"), ("rows", .get (v "closed") "rows") ]) ]))
        (.record
          [ ("status", .get (v "Status") "NoContent"), ("payload", nothing),
            ("timers", v "timers") ])

def module : SpecModule :=
  { layer := "node",
    decl :=
      { name := "Commits",
        header := "From a commit to a receipt.",
        imports :=
          [ (["ProtocolEvent", "Status"], "kernel/Types"),
            (["commitProblem", "mkEvent", "mkReceipt"], "kernel/Event"),
            (["manifestReads", "policyOf"], "kernel/Manifest"),
            (["commitKey", "eventKey", "isKnown", "valueOf", "wantKey"], "kernel/Rows"),
            (["applyEvent", "closeOpen", "eventReads", "genesis", "genesisReads",
              "kindOf", "readableKinds", "sealHead"], "kernel/Ledger"),
            (["commitShape", "refuse"], "node/Api"),
            (["claimWants", "claimedRows"], "node/Registry"),
            (["deliveries"], "node/Push") ],
        functions :=
          [ manifestWants, replayWants, commitWants, admitted, limited, repeated, latest,
            placed, readersChanged, broadcastOf, timersOf, closedIf, taken,
            answerNext, answerFirst, answerCommit, answerTimer ] } }

end Enc.Modules.Commits
