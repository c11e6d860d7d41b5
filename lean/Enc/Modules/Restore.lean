import Enc.Modules.Sugar

/-!
# Taking over an enclave

A new sequencer replays what a pull of the old one shows, in chunks: every event is verified and
applied under the same rules as when it was taken, every bundle must come out as it was, and the
last event must be the migration that names this node. Whoever brings the chunks proves nothing and
is trusted in nothing.

While it goes on, the head has `from`, the old sequencer, and `since`, when it began, and nothing
else is answered. Several may bring the same replay: an event that is there already is passed over.
Anyone can put the events of others under a sequencer of their own, and begin with that; so a replay
has a time, by the events it came to, and after that any that begins with the manifest takes its place.
-/

namespace Enc.Modules.Restore
open Enc.DSL Enc.Modules

/-- The changes that an event may make, one or those of a bundle. -/
def stepsIn : FuncDecl := helper "stepsIn" ["event"] <|
  .ifE (eq (.get (v "event") "type") (.get (v "AccessEvent") "AC_Bundle"))
    (lengthList (.get (.get (v "event") "content") "events"))
    (n 1)

/-- Whether a body has a chunk that may be one. Changes are what it costs. -/
def isChunk : FuncDecl := helper "isChunk" ["body"] <|
  .letE "events" (.get (v "body") "events") <|
    eq yes
      (and
        (and (lt (n 0) (lengthList (v "events")))
          (le (lengthList (v "events")) (v "CHUNK")))
        (and (le (lengthList (.get (v "body") "bundles")) (v "CHUNK"))
          (le
            (.fold (v "events") (n 0) "steps" "event"
              (add (v "steps") (.call "stepsIn" [v "event"])))
            (v "CHUNK"))))

def firstEvent (body : Expr) : Expr := .get (.get body "events") "0"

/-- Whether a chunk begins another replay than the one that goes on. -/
def isOther : FuncDecl := helper "isOther" ["head", "body"] <|
  and (ne (.get (v "head") "from") nothing)
    (ne (.get (firstEvent (v "body")) "sequencer") (.get (v "head") "from"))

/-- Milliseconds until another replay may take the place of the one that goes on. -/
def timeLeft : FuncDecl := helper "timeLeft" ["head", "now"] <|
  .letE "end"
    (add (.get (v "head") "since")
      (add (v "TIME") (mul (v "TIME_OF_EVENT") (.get (v "head") "seq")))) <|
    .ifE (lt (v "now") (v "end")) (sub (v "end") (v "now")) (n 0)

/-- What was found, as if nothing were kept: what takes texts and octets apart stays. -/
def emptied : FuncDecl := helper "emptied" ["found"] <|
  .fold (v "found") (.list []) "all" "entry"
    (.letE "read" (.get (v "entry") "read") <|
      concatList (v "all")
        (.list
          [ .ifE
              (or (ne (.get (v "read") "octets") nothing)
                (ne (.get (v "read") "letters") nothing))
              (v "entry")
              (.set (v "entry") "items"
                (.ifE (eq (.get (v "read") "gets") nothing) (.list [])
                  (.fold (.get (v "read") "gets") (.list []) "none" "_"
                    (concatList (v "none") (.list [nothing]))))) ]))

/-- Whether a chunk begins a replay in the place of one whose time is over, whoever brought that. -/
def beginsAnew : FuncDecl := helper "beginsAnew" ["head", "body", "now"] <|
  .ifE (eq (.get (v "head") "from") nothing) no
    (and (eq (.get (firstEvent (v "body")) "seq") (n 0))
      (eq (.call "timeLeft" [v "head", v "now"]) (n 0)))

/-- What a chunk is replayed on: `{head, found, since, reset}`, or the `problem`, with the milliseconds
after which it may be tried again. Who begins the same replay anew has no more time than before. -/
def groundOf : FuncDecl := helper "groundOf" ["head", "body", "context"] <|
  .letE "found" (.get (v "context") "found") <|
    .letE "now" (.get (v "context") "now") <|
      .letE "other" (.call "isOther" [v "head", v "body"]) <|
        .ifE (.call "beginsAnew" [v "head", v "body", v "now"])
          (.record
            [ ("head", nothing), ("found", .call "emptied" [v "found"]),
              ("since", .ifE (v "other") (v "now") (.get (v "head") "since")),
              ("reset", yes) ])
          (.ifE (v "other")
            (.record
              [ ("problem", s "restoring"),
                ("left", .call "timeLeft" [v "head", v "now"]) ])
            (.record
              [ ("head", v "head"), ("found", v "found"),
                ("since",
                  .ifE (eq (v "head") nothing) (v "now") (.get (v "head") "since")),
                ("reset", no) ]))

/-- The policy that a replay begins or goes on under; none if its manifest is not valid, or its
reads are not all there. -/
def policyFor : FuncDecl := helper "policyFor" ["head", "body", "found"] <|
  .ifE (eq (v "head") nothing)
    (.get
      (.call "policyOf"
        [.get (firstEvent (v "body")) "content", v "found"])
      "policy")
    (.get (v "head") "policy")

/-- What to look up for a chunk that is replayed on `head`. -/
def chunkWants : FuncDecl := helper "chunkWants" ["head", "body", "found"] <|
  .letE "first"
    (.ifE (eq (v "head") nothing)
      (.call "manifestWants" [firstEvent (v "body"), v "found"])
      (.list [])) <|
    .letE "policy" (.call "policyFor" [v "head", v "body", v "found"]) <|
      .ifE
        (or (lt (n 0) (lengthList (v "first"))) (eq (v "policy") nothing))
        (v "first")
        (.letE "base"
          (.ifE (eq (v "head") nothing)
            (.record [("policy", v "policy"), ("state_root", v "EMPTY_HASH")])
            (v "head")) <|
          .fold (.get (v "body") "events") (.list []) "wanted" "event"
            (concatList (v "wanted")
              (concatList
                (.call "wantKey"
                  [v "found", .call "commitKey" [.get (v "event") "hash"]])
                (concatList (.call "eventReads" [v "base", v "event", v "found"])
                  (.call "claimWants" [v "event", v "found"])))))

/-- What to look up before `answerRestore`. -/
def restoreWants : FuncDecl := fn "restoreWants" ["head", "body", "context"] <|
  .ifE (not (.call "isChunk" [v "body"])) (.list []) <|
    .letE "ground" (.call "groundOf" [v "head", v "body", v "context"]) <|
      .ifE (ne (.get (v "ground") "problem") nothing) (.list [])
        (.call "chunkWants"
          [.get (v "ground") "head", v "body", .get (v "ground") "found"])

/-- The bundle of a chunk that begins there; none if the chunk has none. -/
def bundleAt : FuncDecl := helper "bundleAt" ["bundles", "first"] <|
  .fold (v "bundles") nothing "hit" "bundle"
    (.ifE (eq (.get (v "bundle") "first") (v "first")) (v "bundle") (v "hit"))

/-- A replay that cannot go on. -/
def failed : FuncDecl := helper "failed" ["acc", "problem"] <|
  .set (v "acc") "problem" (v "problem")

/-- Closes the open bundle where the chunk says that it ended; it must come out the same. One that
ends with this event must be told: it could not be closed later. -/
def bundled : FuncDecl := helper "bundled" ["acc", "bundles"] <|
  .letE "open" (.get (.get (v "acc") "head") "open") <|
    .letE "told" (.call "bundleAt" [v "bundles", .get (v "open") "first"]) <|
      .ifE
        (eq (.get (v "told") "size") (lengthList (.get (v "open") "ids")))
        (.letE "closed" (.call "closeOpen" [.get (v "acc") "head"]) <|
          .letE "bundle" (.get (v "closed") "bundle") <|
            .ifE
              (and (eq (.get (v "bundle") "index") (.get (v "told") "index"))
                (and
                  (eq (.get (v "bundle") "events_root") (.get (v "told") "events_root"))
                  (eq (.get (v "bundle") "state_hash") (.get (v "told") "state_hash"))))
              (.set
                (.set (.set (v "acc") "head" (.get (v "closed") "head")) "rows"
                  (concatList (.get (v "acc") "rows") (.get (v "closed") "rows")))
                "bundles"
                (concatList (.get (v "acc") "bundles") (.list [v "bundle"])))
              (.call "failed" [v "acc", s "bad_content"]))
        (.ifE (.get (v "acc") "closes") (.call "failed" [v "acc", s "bad_content"]) (v "acc"))

/-- What an event did to the replay. -/
def replayed : FuncDecl := helper "replayed" ["acc", "applied", "event"] <|
  .ifE (ne (.get (v "applied") "problem") nothing)
    (.call "failed" [v "acc", .get (v "applied") "problem"])
    (.letE "claimed"
      (.call "claimedRows" [v "event", .get (v "applied") "found"]) <|
      .record
        [ ("head", .get (v "applied") "head"), ("closes", .get (v "applied") "closes"),
          ("found",
            .call "overlaid"
              [ .get (v "applied") "found",
                concatList
                  (.call "writes"
                    [ .record
                        [("type", s "storage.appendEvent"), ("event", v "event")] ])
                  (v "claimed") ]),
          ("rows",
            concatList (.get (v "acc") "rows")
              (concatList (.get (v "applied") "rows") (v "claimed"))),
          ("bundles", .get (v "acc") "bundles"),
          ("events", concatList (.get (v "acc") "events") (.list [v "event"])) ])

/-- The first event of a replay: a manifest. -/
def replayFirst : FuncDecl := helper "replayFirst" ["acc", "event"] <|
  .letE "read"
    (.call "policyOf" [.get (v "event") "content", .get (v "acc") "found"]) <|
    .letE "policy" (.get (v "read") "policy") <|
      .ifE
      (and (eq (.get (v "event") "seq") (n 0))
        (and (eq (.get (v "event") "type") (s "Manifest")) (ne (v "policy") nothing)))
      (.call "replayed"
        [ v "acc",
          .call "genesis"
            [ v "event", v "policy", .get (v "read") "masks",
              .get (v "acc") "found" ],
          v "event" ])
      (.call "failed" [v "acc", s "bad_manifest"])

/-- A later event: the next number, not before the last one, not taken before. -/
def replayNext : FuncDecl := helper "replayNext" ["acc", "event"] <|
  .letE "head" (.get (v "acc") "head") <|
    .letE "key" (.call "commitKey" [.get (v "event") "hash"]) <|
      .ifE
        (eq yes
          (and
            (and (eq (.get (v "event") "seq") (.get (v "head") "seq"))
              (eq (.get (v "event") "enclave") (.get (v "head") "enclave")))
            (and
              (le (.get (v "head") "timestamp") (.get (v "event") "timestamp"))
              (and (.call "isKnown" [.get (v "acc") "found", v "key"])
                (eq (.call "valueOf" [.get (v "acc") "found", v "key"]) nothing)))))
        (.call "replayed"
          [ v "acc",
            .call "applyEvent" [v "head", v "event", .get (v "acc") "found"],
            v "event" ])
        (.call "failed" [v "acc", s "bad_content"])

/-- Whether an event was replayed before: the same one, whoever brought it. -/
def isThere : FuncDecl := helper "isThere" ["acc", "event"] <|
  and (ne (.get (v "event") "seq") nothing)
    (eq
      (.call "valueOf"
        [.get (v "acc") "found", .call "commitKey" [.get (v "event") "hash"]])
      (.get (v "event") "seq"))

/-- One event of a chunk. Nothing follows a migration. -/
def replayEvent : FuncDecl := helper "replayEvent" ["acc", "event", "sequencer", "bundles"] <|
  .ifE
    (or (ne (.get (v "acc") "problem") nothing) (.call "isThere" [v "acc", v "event"]))
    (v "acc") <|
    .ifE (not (.call "verifyEvent" [v "event", v "sequencer"]))
      (.call "failed" [v "acc", s "bad_signature"])
      (.letE "next"
        (.ifE (eq (.get (v "acc") "head") nothing)
          (.call "replayFirst" [v "acc", v "event"])
          (.call "replayNext" [v "acc", v "event"])) <|
        .ifE (ne (.get (v "next") "problem") nothing) (v "next")
          (.call "bundled" [v "next", v "bundles"]))

/-- Whether a replay has come to the migration that names this node. -/
def isComplete : FuncDecl := helper "isComplete" ["head", "last", "own"] <|
  and
    (and (eq (.get (v "last") "type") (s "Migrate"))
      (eq (.get (.get (v "last") "content") "new_sequencer") (v "own")))
    (eq (lengthList (.get (.get (v "head") "open") "ids")) (n 0))

/-- The last event of a chunk. -/
def lastOf : FuncDecl := helper "lastOf" ["events"] <|
  .fold (v "events") nothing "last" "event" (v "event")

/-- The head that a chunk leaves: the node's own once it is complete. -/
def headAfter : FuncDecl := helper "headAfter" ["head", "complete", "sequencer", "since", "own"] <|
  .letE "mine" (.set (v "head") "sequencer" (v "own")) <|
    .ifE (v "complete")
      (.set
        (.set
          (.set (.set (v "mine") "from" nothing) "since" nothing) "lifecycle"
          (.get (v "LifecycleState") "Active"))
        "sth" nothing)
      (.set (.set (v "mine") "from" (v "sequencer")) "since" (v "since"))

/-- The refusal of a replay while another one goes on, with the seconds to wait. -/
def busy : FuncDecl := helper "busy" ["left"] <|
  .letE "refusal" (.call "refuse" [s "restoring"]) <|
    .set (v "refusal") "payload"
      (.set (.get (v "refusal") "payload") "retry_after"
        (div (add (n 999) (v "left")) (n 1000)))

/-- The answer to a chunk: `{restored, seq}`, `restored` once the enclave is this node's. -/
def answerRestore : FuncDecl := fn "answerRestore" ["head", "body", "context"] <|
  .ifE (not (.call "isChunk" [v "body"])) (.call "refuse" [s "bad_body"]) <|
    .ifE (and (ne (v "head") nothing) (eq (.get (v "head") "from") nothing))
      (.call "refuse" [s "enclave_exists"]) <|
      .letE "ground" (.call "groundOf" [v "head", v "body", v "context"]) <|
        .ifE (ne (.get (v "ground") "problem") nothing)
          (.call "busy" [.get (v "ground") "left"])
          (.call "replayChunk" [v "ground", v "body", v "context"])

/-- The reply of a chunk on its ground. -/
def replayChunk : FuncDecl := helper "replayChunk" ["ground", "body", "context"] <|
  .letE "head" (.get (v "ground") "head") <|
    .letE "sequencer" (.get (firstEvent (v "body")) "sequencer") <|
      .letE "end"
        (.fold (.get (v "body") "events")
          (.record
            [ ("head",
                .ifE (eq (v "head") nothing) nothing
                  (.set (v "head") "sequencer" (v "sequencer"))),
              ("found", .get (v "ground") "found"), ("rows", .list []),
              ("bundles", .list []), ("events", .list []) ])
          "acc" "event"
          (.call "replayEvent"
            [v "acc", v "event", v "sequencer", .get (v "body") "bundles"])) <|
        .ifE (ne (.get (v "end") "problem") nothing)
          (.call "refuse" [.get (v "end") "problem"])
          (.call "restored"
            [ v "end", v "body", v "sequencer", .get (v "ground") "since",
              .get (v "ground") "reset", v "context" ])

/-- The reply of a chunk that was replayed. -/
def restored : FuncDecl :=
  helper "restored" ["end", "body", "sequencer", "since", "reset", "context"] <|
    .letE "own" (.call "publicKeyOf" [.get (v "context") "key"]) <|
      .letE "complete"
        (.call "isComplete"
          [ .get (v "end") "head", .call "lastOf" [.get (v "end") "events"], v "own" ]) <|
        .letE "sealed"
          (.call "sealHead"
            [ .call "headAfter"
                [ .get (v "end") "head", v "complete", v "sequencer", v "since",
                  v "own" ],
              .get (v "context") "now", .get (v "context") "key" ]) <|
          .ifE
            (or (eq (v "sealed") nothing)
              (ne (.get (.get (v "end") "head") "enclave") (.get (v "body") "enclave")))
            (.call "refuse" [s "bad_content"])
            (.record
              [ ("status", .get (v "Status") "Ok"),
                ("payload",
                  .record
                    [ ("restored", v "complete"),
                      ("seq", .get (v "sealed") "seq") ]),
                ("events", .get (v "end") "events"),
                ("bundles", .get (v "end") "bundles"),
                ("state",
                  .record
                    [ ("head", v "sealed"), ("rows", .get (v "end") "rows"),
                      ("reset", v "reset") ]) ])

def module : SpecModule :=
  { layer := "node",
    decl :=
      { name := "Restore",
        header := "Taking over an enclave from another sequencer.",
        imports :=
          [ (["AccessEvent", "EMPTY_HASH", "LifecycleState", "Status"], "kernel/Types"),
            (["publicKeyOf"], "kernel/Crypto"),
            (["verifyEvent"], "kernel/Event"),
            (["policyOf"], "kernel/Manifest"),
            (["commitKey", "isKnown", "valueOf", "wantKey"], "kernel/Rows"),
            (["applyEvent", "closeOpen", "eventReads", "genesis", "overlaid", "sealHead"],
              "kernel/Ledger"),
            (["writes"], "node/Persistence"),
            (["refuse"], "node/Api"),
            (["claimWants", "claimedRows"], "node/Registry"),
            (["manifestWants"], "node/Commits") ],
        constants := [("CHUNK", n 64), ("TIME", n 10000), ("TIME_OF_EVENT", n 250)],
        functions :=
          [ stepsIn, isChunk, isOther, timeLeft, emptied, beginsAnew, groundOf, policyFor, chunkWants,
            restoreWants, bundleAt, failed, bundled, replayed, replayFirst, replayNext,
            isThere, replayEvent, isComplete, lastOf, headAfter, busy, restored,
            replayChunk, answerRestore ] } }

end Enc.Modules.Restore
