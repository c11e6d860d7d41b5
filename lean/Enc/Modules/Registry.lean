import Enc.Modules.Sugar

/-!
# The registry

Events of the types `node`, `enclave` and `identity` say what is where. Every enclave keeps such
entries, as nobody knows its id, and so that it is the registry, before it is there. A node and an identity speak for themselves only; of an enclave whoever speaks first does,
until they delete what they said. `r/<kind>/<name>` is the number of the event that counts. What
became of that event since, its own row knows.
-/

namespace Enc.Modules.Registry
open Enc.DSL Enc.Modules

/-- What an event of that type and content speaks of; none if it is no entry. -/
def entryName : FuncDecl := fn "entryName" ["type", "content"] <|
  .letE "name"
    (.dispatch (v "type")
      [ ("node", .get (v "content") "seq_pub"),
        ("enclave", .get (v "content") "enclave"),
        ("identity", .get (v "content") "id_pub") ]
      nothing) <|
    .ifE (.call "isHex" [v "name", v "HASH_BYTES"]) (v "name") nothing

/-- The row that an event claims; none if it is no entry, or not its author's to say. -/
def claimedKey : FuncDecl := fn "claimedKey" ["event"] <|
  .letE "type" (.get (v "event") "type") <|
    .letE "name" (.call "entryName" [v "type", .get (v "event") "content"]) <|
      .ifE
        (and (ne (v "name") nothing)
          (or (eq (v "type") (s "enclave")) (eq (v "name") (.get (v "event") "from"))))
        (.call "registryKey" [v "type", v "name"])
        nothing

/-- The row of an event's number, looked up under a key that leads to the number. -/
def behindKey : FuncDecl := helper "behindKey" ["found", "key"] <|
  .call "eventKey" [.call "valueOf" [v "found", v "key"]]

/-- A key, and the row of the event that it leads to, as far as they are not found yet. -/
def behindWants : FuncDecl := helper "behindWants" ["found", "key"] <|
  .ifE (eq (v "key") nothing) (.list []) <|
    .letE "row" (.call "behindKey" [v "found", v "key"]) <|
      concatList (.call "wantKey" [v "found", v "key"])
        (.ifE (eq (v "row") nothing) (.list []) (.call "wantKey" [v "found", v "row"]))

/-- What to look up before `claimedRows`. -/
def claimWants : FuncDecl := fn "claimWants" ["event", "found"] <|
  .call "behindWants" [v "found", .call "claimedKey" [v "event"]]

/-- Whether an event takes the place of the one that counted, which is kept like that. -/
def outdoes : FuncDecl := fn "outdoes" ["event", "kept"] <|
  or (eq (v "kept") nothing)
    (or (eq (.get (.get (v "kept") "event") "from") (.get (v "event") "from"))
      (ne (.get (v "kept") "deleted") nothing))

/-- The rows of an event that takes its place from `last`, the row of the one that counted, none if
it is the first. Each of the two keeps the number of the other, so that an audit can follow them. -/
def tookRows : FuncDecl := helper "tookRows" ["event", "key", "last"] <|
  .letE "seq" (.get (v "event") "seq") <|
    concatList
      (.list [.call "rowWith" [v "key", v "seq"]])
      (.ifE (eq (v "last") nothing) (.list [])
        (.letE "before" (.get (.get (v "last") "event") "seq") <|
          .list
            [ .call "rowWith"
                [ .call "eventKey" [v "seq"],
                  .record [("event", v "event"), ("outdid", v "before")] ],
              .call "rowWith"
                [.call "eventKey" [v "before"], .set (v "last") "outdone" (v "seq")] ]))

/-- The rows that an entry writes; none of them if the event is none. -/
def claimedRows : FuncDecl := fn "claimedRows" ["event", "found"] <|
  .letE "key" (.call "claimedKey" [v "event"]) <|
    .ifE (eq (v "key") nothing) (.list []) <|
      .letE "last" (.call "valueOf" [v "found", .call "behindKey" [v "found", v "key"]]) <|
        .ifE (.call "outdoes" [v "event", v "last"])
          (.call "tookRows" [v "event", v "key", v "last"])
          (.list
            [ .call "rowWith"
                [ .call "eventKey" [.get (v "event") "seq"],
                  .record
                    [ ("event", v "event"),
                      ("beside", .get (.get (v "last") "event") "seq") ] ] ])

/-! ## Answers -/

/-- The kind of entry that a path asks for. -/
def kindAt : FuncDecl := helper "kindAt" ["op"] <|
  .dispatch (v "op") [("nodes", s "node"), ("identity", s "identity")] (s "enclave")

/-- An event with the content that its last revision gave it, and that revision's author. -/
def revisedTo : FuncDecl := helper "revisedTo" ["kept", "found"] <|
  .ifE (eq (.get (v "kept") "updated") nothing) (.get (v "kept") "event")
    (.letE "revision"
      (.get
        (.call "valueOf" [v "found", .call "eventKey" [.get (v "kept") "updated"]])
        "event") <|
      .record
        [ ("type", .get (.get (v "kept") "event") "type"),
          ("from", .get (v "revision") "from"),
          ("content", .get (.get (v "revision") "content") "content") ])

/-- What an entry says now: its event's content, or that of the last revision; none if there is no
entry, if it is deleted, or if that is not its author's to say of this name. -/
def entryOf : FuncDecl := helper "entryOf" ["found", "kind", "name"] <|
  .letE "key" (.call "registryKey" [v "kind", v "name"]) <|
    .letE "kept" (.call "valueOf" [v "found", .call "behindKey" [v "found", v "key"]]) <|
      .letE "said" (.call "revisedTo" [v "kept", v "found"]) <|
        .ifE
          (and
            (and (ne (v "kept") nothing) (eq (.get (v "kept") "deleted") nothing))
            (eq (.call "claimedKey" [v "said"]) (v "key")))
          (.get (v "said") "content")
          nothing

/-- What to look up before `entryOf`. -/
def entryWants : FuncDecl := helper "entryWants" ["found", "kind", "name"] <|
  .letE "key" (.call "registryKey" [v "kind", v "name"]) <|
    .letE "wanted" (.call "behindWants" [v "found", v "key"]) <|
      .ifE (lt (n 0) (lengthList (v "wanted"))) (v "wanted") <|
        .letE "revision"
          (.call "eventKey"
            [ .get
                (.call "valueOf" [v "found", .call "behindKey" [v "found", v "key"]])
                "updated" ]) <|
          .ifE (eq (v "revision") nothing) (.list [])
            (.call "wantKey" [v "found", v "revision"])

/-- What to look up before `answerRegistry`. -/
def registryWants : FuncDecl := fn "registryWants" ["op", "name", "found"] <|
  .letE "kind" (.call "kindAt" [v "op"]) <|
    .letE "wanted" (.call "entryWants" [v "found", v "kind", v "name"]) <|
      .ifE
        (and (eq (v "op") (s "resolve")) (eq (lengthList (v "wanted")) (n 0)))
        (.letE "node"
          (.get (.call "entryOf" [v "found", v "kind", v "name"]) "seq_pub") <|
          .ifE (eq (v "node") nothing) (.list [])
            (.call "entryWants" [v "found", s "node", v "node"]))
        (v "wanted")

/-- The answer to `GET /nodes/:seq_pub`, `/enclaves/:id`, `/identity/:id_pub` and `/resolve/:id`. -/
def answerRegistry : FuncDecl := fn "answerRegistry" ["op", "name", "found"] <|
  .letE "entry"
    (.call "entryOf" [v "found", .call "kindAt" [v "op"], v "name"]) <|
    .ifE (eq (v "entry") nothing) (.call "refuse" [s "not_found"]) <|
      .ifE (eq (v "op") (s "resolve"))
        (.letE "node"
          (.call "entryOf" [v "found", s "node", .get (v "entry") "seq_pub"]) <|
          .ifE (eq (v "node") nothing) (.call "refuse" [s "not_found"])
            (.call "ok"
              [.record [("enclave", v "entry"), ("node", v "node")]]))
        (.call "ok" [v "entry"])

def module : SpecModule :=
  { layer := "node",
    decl :=
      { name := "Registry",
        header := "What is where, as the events of one enclave say.",
        imports :=
          [ (["HASH_BYTES"], "kernel/Types"),
            (["isHex"], "kernel/Crypto"),
            (["eventKey", "registryKey", "rowWith", "valueOf", "wantKey"], "kernel/Rows"),
            (["ok", "refuse"], "node/Api") ],
        functions :=
          [ entryName, claimedKey, behindKey, behindWants, claimWants, outdoes, tookRows,
            claimedRows, kindAt, revisedTo, entryOf, entryWants, registryWants, answerRegistry ] } }

end Enc.Modules.Registry
