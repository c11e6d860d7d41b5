import Enc.Modules.Sugar

/-!
# The audit of a store

Before an enclave is used, everything that its head vouches for is looked at: the seal, every event
and its number, the rows that lead to it, what is kept of its revisions, every bundle, the log, the
registry's entries, and the state tree from its root to its leaves. Page by page: `progress` is what is known so far, none at first, with `done` or
`problem` at the end.
-/

namespace Enc.Modules.Audit
open Enc.DSL Enc.Modules

def found : Expr := .get (v "context") "found"

/-- The end of an audit that found something wrong. -/
def failed : FuncDecl := helper "failed" ["problem"] <|
  .record [("problem", v "problem")]

/-! ## Events and bundles -/

/-- The numbers of the page that begins at `at`: up to `to`, exclusive. -/
def pageEnd : FuncDecl := helper "pageEnd" ["progress"] <|
  .letE "to" (add (.get (v "progress") "at") (v "PAGE")) <|
    .letE "count" (.get (.get (v "progress") "head") "seq") <|
      .ifE (lt (v "count") (v "to")) (v "count") (v "to")

def eventsRead : FuncDecl := helper "eventsRead" ["progress"] <|
  .call "scanRead"
    [ .call "eventKey" [.get (v "progress") "at"],
      .call "eventKey" [.call "pageEnd" [v "progress"]], v "PAGE", no ]

def bundlesRead : FuncDecl := helper "bundlesRead" ["progress"] <|
  .call "scanRead"
    [ .call "bundleKey" [.get (v "progress") "at"],
      .call "bundleKey" [.call "pageEnd" [v "progress"]], v "PAGE", no ]

/-- The keys that lead to events, and the numbers that must be under them. -/
def leads : FuncDecl := helper "leads" ["items"] <|
  .fold (v "items") (.record [("keys", .list []), ("seqs", .list [])]) "acc" "item"
    (.letE "event" (.get (.get (v "item") "value") "event") <|
      .record
        [ ("keys",
            concatList (.get (v "acc") "keys")
              (.list
                [ .call "commitKey" [.get (v "event") "hash"],
                  .call "idKey" [.get (v "event") "id"] ])),
          ("seqs",
            concatList (.get (v "acc") "seqs")
              (.list [.get (v "event") "seq", .get (v "event") "seq"])) ])

def leadsRead : FuncDecl := helper "leadsRead" ["items"] <|
  .record [("gets", .get (.call "leads" [v "items"]) "keys")]

/-- Whether an event is what its hashes say, at that number of that enclave. -/
def stands : FuncDecl := helper "stands" ["event", "enclave", "seq"] <|
  .letE "hash" (.prim .computeEventHash [v "event"]) <|
    eq yes
      (and
        (and (eq (.get (v "event") "seq") (v "seq"))
          (eq (.get (v "event") "enclave") (v "enclave")))
        (and
          (eq (.prim .bytesToHex [.prim .computeCommitHash [v "event"]])
            (.get (v "event") "hash"))
          (and (ne (v "hash") nothing)
            (eq (.prim .computeEventId [v "enclave", v "hash", v "seq"])
              (.get (v "event") "id")))))

/-! ### What leads from one event to another

A *link* is an event's row, `kept`, what it has to do with another event, `of`, and where that one
is: under the number `seq`, or the number under `key`. A link without a place never holds. -/

/-- A link to the event of a number, as a list of none or one. -/
def linkBy : FuncDecl := helper "linkBy" ["kept", "of", "seq"] <|
  .ifE (eq (v "seq") nothing) (.list [])
    (.list [.record [("kept", v "kept"), ("of", v "of"), ("seq", v "seq")]])

/-- Whether a row says something about entries of the registry. -/
def saysEntry : FuncDecl := helper "saysEntry" ["kept"] <|
  or (ne (.get (v "kept") "beside") nothing)
    (or (ne (.get (v "kept") "outdid") nothing) (ne (.get (v "kept") "outdone") nothing))

/-- The links of an event to the entry of the registry that it claims: to the one that counted and
went on counting; or to the one that it outdid, and to the one that outdid it or the entry itself. -/
def entryLinks : FuncDecl := helper "entryLinks" ["kept"] <|
  .letE "claim" (.call "claimedKey" [.get (v "kept") "event"]) <|
    .ifE (eq (v "claim") nothing)
      (.ifE (.call "saysEntry" [v "kept"]) (.list [.record [("kept", v "kept")]]) (.list [])) <|
      .ifE (ne (.get (v "kept") "beside") nothing)
        (.ifE
          (and (eq (.get (v "kept") "outdid") nothing)
            (eq (.get (v "kept") "outdone") nothing))
          (.call "linkBy" [v "kept", s "beside", .get (v "kept") "beside"])
          (.list [.record [("kept", v "kept")]]))
        (concatList (.call "linkBy" [v "kept", s "outdid", .get (v "kept") "outdid"])
          (.ifE (eq (.get (v "kept") "outdone") nothing)
            (.list
              [.record [("kept", v "kept"), ("of", s "entry"), ("key", v "claim")]])
            (.call "linkBy" [v "kept", s "outdone", .get (v "kept") "outdone"])))

/-- The links of an event's row: to what it revises, to its revisions, to other claims. -/
def linksOf : FuncDecl := helper "linksOf" ["kept"] <|
  .letE "event" (.get (v "kept") "event") <|
    concatList
      (.ifE (.call "isRevision" [.get (v "event") "type"])
        (.list
          [ .record
              [ ("kept", v "kept"), ("of", s "target"),
                ("key", .call "idKey" [.get (.get (v "event") "content") "target"]) ] ])
        -- Others are about nothing.
        (.ifE (eq (.get (v "kept") "about") nothing) (.list [])
          (.list [.record [("kept", v "kept")]])))
      (concatList
        (.call "linkBy" [v "kept", s "Update", .get (v "kept") "updated"])
        (concatList
          (.call "linkBy" [v "kept", s "Delete", .get (v "kept") "deleted"])
          (.call "entryLinks" [v "kept"])))

def links : FuncDecl := helper "links" ["items"] <|
  .fold (v "items") (.list []) "all" "item"
    (concatList (v "all") (.call "linksOf" [.get (v "item") "value"]))

/-- The read of the numbers that links go by. -/
def linkRead : FuncDecl := helper "linkRead" ["links"] <|
  .record
    [ ("gets",
        .fold (v "links") (.list []) "keys" "link"
          (.ifE (eq (.get (v "link") "key") nothing) (v "keys")
            (concatList (v "keys") (.list [.get (v "link") "key"])))) ]

/-- Links with the row of the other event, `row`, none if there is none. -/
def linked : FuncDecl := helper "linked" ["links", "seqs"] <|
  .get
    (.fold (v "links") (.record [("at", n 0), ("links", .list [])]) "acc" "link"
      (.ifE (eq (.get (v "link") "key") nothing)
        (.set (v "acc") "links"
          (concatList (.get (v "acc") "links")
            (.list
              [ .set (v "link") "row" (.call "eventKey" [.get (v "link") "seq"]) ])))
        (.record
          [ ("at", add (.get (v "acc") "at") (n 1)),
            ("links",
              concatList (.get (v "acc") "links")
                (.list
                  [ .set (v "link") "row"
                      (.call "eventKey"
                        [.call "itemAt" [v "seqs", .get (v "acc") "at"]]) ])) ])))
    "links"

/-- The read of the rows of the other events. -/
def otherRead : FuncDecl := helper "otherRead" ["linked"] <|
  .record
    [ ("gets",
        .fold (v "linked") (.list []) "keys" "link"
          (.ifE (eq (.get (v "link") "row") nothing) (v "keys")
            (concatList (v "keys") (.list [.get (v "link") "row"])))) ]

/-- Whether a row's event had the place of its entry when another event claimed it. -/
def hadPlace : FuncDecl := helper "hadPlace" ["kept", "seq"] <|
  eq yes
    (and
      (and (eq (.get (v "kept") "beside") nothing)
        (lt (.get (.get (v "kept") "event") "seq") (v "seq")))
      (.ifE (eq (.get (v "kept") "outdone") nothing) yes
        (le (v "seq") (.get (v "kept") "outdone"))))

/-- Whether an event takes the place of another, by what had become of that one until then. -/
def outdidThen : FuncDecl := helper "outdidThen" ["event", "kept"] <|
  .call "outdoes"
    [ v "event",
      .ifE (eq yes (lt (.get (v "kept") "deleted") (.get (v "event") "seq"))) (v "kept")
        (.set (v "kept") "deleted" nothing) ]

/-- Whether a link between claims of the same entry is what came of them. -/
def entryHolds : FuncDecl := helper "entryHolds" ["of", "kept", "other"] <|
  .letE "event" (.get (v "kept") "event") <|
    .letE "seq" (.get (v "event") "seq") <|
      .dispatch (v "of")
        [ ("entry", eq (.get (.get (v "other") "event") "seq") (v "seq")),
          ("outdone", eq (.get (v "other") "outdid") (v "seq")),
          ("outdid",
            and
              (and (eq (.get (v "other") "outdone") (v "seq"))
                (.call "hadPlace" [v "other", v "seq"]))
              (.call "outdidThen" [v "event", v "other"])) ]
        (and
          (and (ne (.get (v "other") "outdone") (v "seq"))
            (.call "hadPlace" [v "other", v "seq"]))
          (not (.call "outdidThen" [v "event", v "other"])))

/-- Whether an event is a revision of that type of another. -/
def revises : FuncDecl := helper "revises" ["revision", "type", "event"] <|
  and (eq (.get (v "revision") "type") (v "type"))
    (eq (.get (.get (v "revision") "content") "target") (.get (v "event") "id"))

/-- Whether a link leads where it must. -/
def holds : FuncDecl := helper "holds" ["link", "other"] <|
  .letE "kept" (.get (v "link") "kept") <|
    .letE "event" (.get (v "kept") "event") <|
      .letE "its" (.get (v "other") "event") <|
        .dispatch (.get (v "link") "of")
          [ ("target",
              eq yes
                (and
                  (and (eq (.get (v "its") "id") (.get (.get (v "event") "content") "target"))
                    (eq (.get (v "its") "type") (.get (v "kept") "about")))
                  (.ifE (eq (.get (v "event") "type") (s "Delete"))
                    (eq (.get (v "other") "deleted") (.get (v "event") "seq"))
                    (le (.get (v "event") "seq") (.get (v "other") "updated"))))),
            ("Update", .call "revises" [v "its", s "Update", v "event"]),
            ("Delete", .call "revises" [v "its", s "Delete", v "event"]) ]
          (and (eq (.call "claimedKey" [v "its"]) (.call "claimedKey" [v "event"]))
            (.call "entryHolds" [.get (v "link") "of", v "kept", v "other"]))

/-- Whether all links lead where they must. -/
def allHold : FuncDecl := helper "allHold" ["linked", "others"] <|
  .get
    (.fold (v "linked") (.record [("at", n 0), ("ok", yes)]) "acc" "link"
      (.ifE (eq (.get (v "link") "row") nothing) (.set (v "acc") "ok" no)
        (.record
          [ ("at", add (.get (v "acc") "at") (n 1)),
            ("ok",
              and (.get (v "acc") "ok")
                (.call "holds"
                  [v "link", .call "itemAt" [v "others", .get (v "acc") "at"]])) ])))
    "ok"

/-- The bundle of a page that begins at a number. -/
def bundleAt : FuncDecl := helper "bundleAt" ["bundles", "first"] <|
  .fold (v "bundles") nothing "hit" "item"
    (.ifE (eq (.get (.get (v "item") "value") "first") (v "first"))
      (.get (v "item") "value") (v "hit"))

/-- The bundle that is being filled, if the page brings it. -/
def current : FuncDecl := helper "current" ["acc", "bundles"] <|
  .ifE (eq (.get (v "acc") "bundle") nothing)
    (.set (v "acc") "bundle" (.call "bundleAt" [v "bundles", .get (v "acc") "first"]))
    (v "acc")

/-- Closes a bundle that has all its events; it must be the one that is kept, at its place. -/
def closed : FuncDecl := helper "closed" ["acc"] <|
  .letE "bundle" (.get (v "acc") "bundle") <|
    .letE "ids" (.get (v "acc") "ids") <|
      .ifE (ne (.get (v "bundle") "size") (lengthList (v "ids"))) (v "acc") <|
        .letE "root" (.prim .computeEventsRoot [v "ids"]) <|
          .letE "grown"
            (.call "logAppend"
              [ .get (v "acc") "log",
                .prim .ctLeafHash
                  [ v "root",
                    .prim .hexToBytes [.get (v "bundle") "state_hash"] ] ]) <|
            .ifE
              (and (ne (v "grown") nothing)
                (eq (v "bundle")
                  (.record
                    [ ("index", .get (.get (v "acc") "log") "n"),
                      ("first", .get (v "acc") "first"),
                      ("size", lengthList (v "ids")), ("ids", v "ids"),
                      ("events_root", .prim .bytesToHex [v "root"]),
                      ("state_hash", .get (v "bundle") "state_hash") ])))
              (.record
                [ ("ok", yes), ("seq", .get (v "acc") "seq"),
                  ("first", .get (v "acc") "seq"), ("ids", .list []),
                  ("bundle", nothing), ("log", .get (v "grown") "log"),
                  ("rows",
                    concatList (.get (v "acc") "rows") (.get (v "grown") "rows")) ])
              (.set (v "acc") "ok" no)

/-- One event of a page. -/
def oneEvent : FuncDecl := helper "oneEvent" ["acc", "event", "enclave", "bundles"] <|
  .ifE (not (.get (v "acc") "ok")) (v "acc") <|
    .ifE
      (.call "stands" [v "event", v "enclave", .get (v "acc") "seq"])
      (.call "closed"
        [ .call "current"
            [ .set
                (.set (v "acc") "seq" (add (.get (v "acc") "seq") (n 1)))
                "ids"
                (concatList (.get (v "acc") "ids")
                  (.list [.get (v "event") "id"])),
              v "bundles" ] ])
      (.set (v "acc") "ok" no)

/-- What the events and bundles of a page amount to. -/
def pageEvents : FuncDecl := helper "pageEvents" ["progress", "events", "bundles"] <|
  .fold (v "events")
    (.record
      [ ("ok", yes), ("seq", .get (v "progress") "at"),
        ("first", .get (v "progress") "first"), ("ids", .get (v "progress") "ids"),
        ("bundle", .get (v "progress") "bundle"), ("log", .get (v "progress") "log"),
        ("rows", .list []) ])
    "acc" "item"
    (.call "oneEvent"
      [ v "acc", .get (.get (v "item") "value") "event",
        .get (.get (v "progress") "head") "enclave", v "bundles" ])

/-- The read of the log's rows that a page made, and what must be under them. -/
def logRead : FuncDecl := helper "logRead" ["rows"] <|
  .record
    [ ("gets",
        .fold (v "rows") (.list []) "keys" "row"
          (concatList (v "keys") (.list [.get (v "row") "key"]))) ]

def logValues : FuncDecl := helper "logValues" ["rows"] <|
  .fold (v "rows") (.list []) "values" "row"
    (concatList (v "values") (.list [.get (v "row") "value"]))

/-- The links of a page, and what else to look up for them. -/
def linksWants : FuncDecl := helper "linksWants" ["links", "found"] <|
  .ifE (eq (lengthList (v "links")) (n 0)) (.list []) <|
    .letE "seqs" (.call "itemsOf" [v "found", .call "linkRead" [v "links"]]) <|
      .ifE (eq (v "seqs") nothing) (.list [.call "linkRead" [v "links"]])
        (.call "wantRead"
          [v "found", .call "otherRead" [.call "linked" [v "links", v "seqs"]]])

/-- Whether the links of a page lead where they must. -/
def linksHold : FuncDecl := helper "linksHold" ["links", "found"] <|
  .ifE (eq (lengthList (v "links")) (n 0)) yes <|
    .letE "linked"
      (.call "linked"
        [v "links", .call "itemsOf" [v "found", .call "linkRead" [v "links"]]]) <|
      .call "allHold"
        [v "linked", .call "itemsOf" [v "found", .call "otherRead" [v "linked"]]]

/-- What to look up for a page of events: the page, then what leads to it and what it made. -/
def eventsWants : FuncDecl := helper "eventsWants" ["progress", "found"] <|
  .letE "events" (.call "itemsOf" [v "found", .call "eventsRead" [v "progress"]]) <|
    .letE "bundles" (.call "itemsOf" [v "found", .call "bundlesRead" [v "progress"]]) <|
      .ifE (or (eq (v "events") nothing) (eq (v "bundles") nothing))
        (.list
          [.call "eventsRead" [v "progress"], .call "bundlesRead" [v "progress"]])
        (concatList
          (.call "wantRead" [v "found", .call "leadsRead" [v "events"]])
          (concatList
            (.call "wantRead"
              [ v "found",
                .call "logRead"
                  [ .get (.call "pageEvents" [v "progress", v "events", v "bundles"])
                      "rows" ] ])
            (.call "linksWants" [.call "links" [v "events"], v "found"])))

/-- The progress after a page of events. -/
def eventsStep : FuncDecl := helper "eventsStep" ["progress", "found"] <|
  .letE "events" (.call "itemsOf" [v "found", .call "eventsRead" [v "progress"]]) <|
    .letE "bundles" (.call "itemsOf" [v "found", .call "bundlesRead" [v "progress"]]) <|
      .letE "page" (.call "pageEvents" [v "progress", v "events", v "bundles"]) <|
        -- The host may cut a page short, but not before its first event.
        .letE "to" (add (.get (v "progress") "at") (lengthList (v "events"))) <|
          .ifE
            (eq yes
              (and
                (and (.get (v "page") "ok") (lt (.get (v "progress") "at") (v "to")))
                (and
                  (and
                    (.call "linksHold" [.call "links" [v "events"], v "found"])
                    (eq (.call "itemsOf" [v "found", .call "leadsRead" [v "events"]])
                      (.get (.call "leads" [v "events"]) "seqs")))
                  (eq
                    (.call "itemsOf"
                      [v "found", .call "logRead" [.get (v "page") "rows"]])
                    (.call "logValues" [.get (v "page") "rows"])))))
            (.record
              [ ("phase", .ifE (eq (v "to") (.get (.get (v "progress") "head") "seq"))
                  (s "entries") (s "events")),
                ("after", s "r/"), ("head", .get (v "progress") "head"), ("at", v "to"),
                ("first", .get (v "page") "first"), ("ids", .get (v "page") "ids"),
                ("bundle", .get (v "page") "bundle"), ("log", .get (v "page") "log") ])
            (.call "failed" [s "bad_events"])

/-! ## The registry's entries

The events lead to every entry that counts. What is left to see is that there is no other. -/

def entriesRead : FuncDecl := helper "entriesRead" ["progress"] <|
  .call "scanRead"
    [.get (v "progress") "after", v "ENTRIES_END", v "BATCH", no]

/-- The rows of the events that entries lead to. What is no number leads back to the entry. -/
def claimsRead : FuncDecl := helper "claimsRead" ["items"] <|
  .record
    [ ("gets",
        .fold (v "items") (.list []) "keys" "item"
          (.letE "key" (.call "eventKey" [.get (v "item") "value"]) <|
            concatList (v "keys")
              (.list
                [.ifE (eq (v "key") nothing) (.get (v "item") "key") (v "key")]))) ]

/-- What to look up for a page of entries. -/
def entriesWants : FuncDecl := helper "entriesWants" ["progress", "found"] <|
  .letE "items" (.call "itemsOf" [v "found", .call "entriesRead" [v "progress"]]) <|
    .ifE (eq (v "items") nothing) (.list [.call "entriesRead" [v "progress"]]) <|
      .ifE (eq (lengthList (v "items")) (n 0)) (.list [])
        (.call "wantRead" [v "found", .call "claimsRead" [v "items"]])

/-- The last key of a page of entries, each of which must lead to an event that claims it; none if
one does not. -/
def lastEntry : FuncDecl := helper "lastEntry" ["items", "claims"] <|
  .get
    (.fold (v "items") (.record [("at", n 0), ("key", s "r/")]) "acc" "item"
      (.record
        [ ("at", add (.get (v "acc") "at") (n 1)),
          ("key",
            .ifE
              (and (ne (.get (v "acc") "key") nothing)
                (eq
                  (.call "claimedKey"
                    [ .get (.call "itemAt" [v "claims", .get (v "acc") "at"]) "event" ])
                  (.get (v "item") "key")))
              (.get (v "item") "key")
              nothing) ]))
    "key"

/-- The progress after a page of entries. -/
def entriesStep : FuncDecl := helper "entriesStep" ["progress", "found"] <|
  .letE "items" (.call "itemsOf" [v "found", .call "entriesRead" [v "progress"]]) <|
    .ifE (eq (lengthList (v "items")) (n 0)) (.set (v "progress") "phase" (s "end")) <|
      .letE "last"
        (.call "lastEntry"
          [v "items", .call "itemsOf" [v "found", .call "claimsRead" [v "items"]]]) <|
        .ifE (eq (v "last") nothing) (.call "failed" [s "bad_events"])
          -- Nothing is between a key and what comes next but keys that go on with a control character.
          (.set (v "progress") "after" (concatStr (v "last") (s " ")))

/-! ## The state tree -/

/-- Inner nodes that are looked at in one page. -/
def batch : FuncDecl := helper "batch" ["pending"] <| .call "firstOf" [v "pending", v "BATCH"]

/-- The rows of the children of inner nodes, left and right in turn. -/
def childrenRead : FuncDecl := helper "childrenRead" ["nodes"] <|
  .record
    [ ("gets",
        .fold (v "nodes") (.list []) "keys" "node"
          (.letE "depth" (add (.get (v "node") "depth") (n 1)) <|
            .letE "left" (shl (.get (v "node") "prefix") (n 1)) <|
              concatList (v "keys")
                (.list
                  [ .call "treeRow" [v "left", v "depth"],
                    .call "treeRow" [add (v "left") (n 1), v "depth"] ]))) ]

/-- The children of one node: those that are inner nodes themselves; none if they are not what
their hashes and the node's say. -/
def childrenOf : FuncDecl := helper "childrenOf" ["node", "left", "right"] <|
  .letE "depth" (add (.get (v "node") "depth") (n 1)) <|
    .letE "prefix" (shl (.get (v "node") "prefix") (n 1)) <|
      .letE "a" (.call "checkedNode" [v "left", v "prefix", v "depth"]) <|
        .letE "b"
          (.call "checkedNode" [v "right", add (v "prefix") (n 1), v "depth"]) <|
          .ifE
            (and (ne (v "a") nothing)
              (and (ne (v "b") nothing)
                (eq
                  (.call "smtParent" [.get (v "a") "hash", .get (v "b") "hash"])
                  (.get (v "node") "hash"))))
            (concatList (.call "pendingOf" [v "a"]) (.call "pendingOf" [v "b"]))
            nothing

/-- A node that has children to look at, as a list of none or one. -/
def pendingOf : FuncDecl := helper "pendingOf" ["node"] <|
  .ifE (eq (.get (v "node") "kind") (s "inner")) (.list [v "node"]) (.list [])

/-- The progress after a page of the state tree. -/
def treeStep : FuncDecl := helper "treeStep" ["progress", "found"] <|
  .letE "nodes" (.call "batch" [.get (v "progress") "pending"]) <|
    .letE "items"
      (.call "itemsOf" [v "found", .call "childrenRead" [v "nodes"]]) <|
      .letE "next"
        (.fold (v "nodes") (.record [("at", n 0), ("pending", .list [])]) "acc" "node"
          (.letE "at" (.get (v "acc") "at") <|
            .letE "children"
              (.call "childrenOf"
                [ v "node", .call "itemAt" [v "items", v "at"],
                  .call "itemAt" [v "items", add (v "at") (n 1)] ]) <|
              .record
                [ ("at", add (v "at") (n 2)),
                  ("pending",
                    .ifE (eq (v "children") nothing) nothing
                      (concatList (.get (v "acc") "pending") (v "children"))) ])) <|
        .letE "rest"
          (concatList (.get (v "next") "pending")
            (.call "withoutFirst" [.get (v "progress") "pending", v "BATCH"])) <|
          .ifE (or (eq (v "rest") nothing) (eq (v "items") nothing))
            (.call "failed" [s "bad_state"])
            (.ifE (eq (lengthList (v "rest")) (n 0))
              (.record
                [("done", yes), ("head", .get (v "progress") "head")])
              (.set (v "progress") "pending" (v "rest")))

/-- A list without its first items. -/
def withoutFirst : FuncDecl := helper "withoutFirst" ["items", "count"] <|
  .get
    (.fold (v "items") (.record [("left", v "count"), ("kept", .list [])]) "acc" "item"
      (.ifE (eq (.get (v "acc") "left") (n 0))
        (.set (v "acc") "kept" (concatList (.get (v "acc") "kept") (.list [v "item"])))
        (.set (v "acc") "left" (sub (.get (v "acc") "left") (n 1)))))
    "kept"

/-- From the events to the tree: they must amount to what the head says, and the tree's first row
to its root. -/
def endStep : FuncDecl := helper "endStep" ["progress", "found"] <|
  .letE "head" (.get (v "progress") "head") <|
    .letE "top"
      (.call "checkedNode"
        [ .call "valueOf" [v "found", .call "treeRow" [n 0, n 0]], n 0, n 0 ]) <|
      .ifE
        (and
          (and (eq (.get (v "progress") "log") (.get (v "head") "log"))
            (eq (.get (v "progress") "ids") (.get (.get (v "head") "open") "ids")))
          (eq (.get (.get (v "head") "sth") "root")
            (.prim .bytesToHex [.call "logRoot" [.get (v "head") "log"]])))
        (.ifE (eq (.get (v "top") "hash") (.get (v "head") "state_root"))
          (.ifE (eq (.get (v "top") "kind") (s "inner"))
            (.record
              [ ("phase", s "tree"), ("head", v "head"),
                ("pending", .list [v "top"]) ])
            (.record [("done", yes), ("head", v "head")]))
          (.call "failed" [s "bad_state"]))
        (.call "failed" [s "bad_events"])

/-! ## The audit -/

/-- The progress once the head is known. A map without a head is no enclave. -/
def startStep : FuncDecl := helper "startStep" ["context"] <|
  .letE "head" (.call "valueOf" [found, v "HEAD_KEY"]) <|
    .ifE (eq (v "head") nothing) (.record [("done", yes)]) <|
      .ifE (not (.call "isSealed" [v "head"])) (.call "failed" [s "bad_seal"]) <|
        .ifE
          (ne (.call "publicKeyOf" [.get (v "context") "key"])
            (.get (v "head") "sequencer"))
          (.call "failed" [s "foreign_key"])
          (.record
            [ ("phase", .ifE (eq (.get (v "head") "seq") (n 0)) (s "end") (s "events")),
              ("head", v "head"), ("at", n 0), ("first", n 0), ("ids", .list []),
              ("bundle", nothing), ("log", .call "emptyLog" []) ])

/-- What to look up for the next page. -/
def auditReads : FuncDecl := fn "auditReads" ["progress", "found"] <|
  .ifE (eq (v "progress") nothing) (.call "wantKey" [v "found", v "HEAD_KEY"]) <|
    .dispatch (.get (v "progress") "phase")
      [ ("events", .call "eventsWants" [v "progress", v "found"]),
        ("entries", .call "entriesWants" [v "progress", v "found"]),
        ("end", .call "wantKey" [v "found", .call "treeRow" [n 0, n 0]]),
        ("tree",
          .call "wantRead"
            [ v "found",
              .call "childrenRead" [.call "batch" [.get (v "progress") "pending"]] ]) ]
      (.list [])

/-- The progress after a page: `done`, with the `head` if there is an enclave, or `problem`, or what
the next page begins with. -/
def auditStep : FuncDecl := fn "auditStep" ["progress", "context"] <|
  .ifE (eq (v "progress") nothing) (.call "startStep" [v "context"]) <|
    .dispatch (.get (v "progress") "phase")
      [ ("events", .call "eventsStep" [v "progress", found]),
        ("entries", .call "entriesStep" [v "progress", found]),
        ("end", .call "endStep" [v "progress", found]),
        ("tree", .call "treeStep" [v "progress", found]) ]
      (v "progress")

def module : SpecModule :=
  { layer := "node",
    decl :=
      { name := "Audit",
        header := "The audit of a store before it is used.",
        imports :=
          [ (["publicKeyOf"], "kernel/Crypto"),
            (["smtParent"], "kernel/Proofs"),
            (["firstOf", "itemAt"], "kernel/Ct"),
            (["emptyLog", "logAppend", "logRoot"], "kernel/Log"),
            (["checkedNode", "treeRow"], "kernel/StateTree"),
            (["HEAD_KEY", "bundleKey", "commitKey", "eventKey", "idKey", "itemsOf",
              "scanRead", "valueOf", "wantKey", "wantRead"], "kernel/Rows"),
            (["isRevision", "isSealed"], "kernel/Ledger"),
            (["claimedKey", "outdoes"], "node/Registry") ],
        constants := [("PAGE", n 64), ("BATCH", n 32), ("ENTRIES_END", s "r0")],
        functions :=
          [ failed, pageEnd, eventsRead, bundlesRead, leads, leadsRead, stands, linkBy,
            saysEntry, entryLinks, linksOf, links, linkRead, linked, otherRead, hadPlace,
            outdidThen, entryHolds, revises, holds, allHold,
            bundleAt, current, closed, oneEvent, pageEvents, logRead, logValues, linksWants,
            linksHold, eventsWants, eventsStep, entriesRead, claimsRead, entriesWants, lastEntry,
            entriesStep, batch, childrenRead, pendingOf, childrenOf, withoutFirst, treeStep,
            endStep, startStep, auditReads, auditStep ] } }

end Enc.Modules.Audit
