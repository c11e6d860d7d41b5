import Enc.Modules.Sugar
import Enc.Modules.Hash

/-!
# Reading

Who asks, what they may see, and the events that they asked for. A session travels as its token;
the host tells the token's octets apart, and the token that they make again must be the same.
Events are read in pages of fixed bounds, so that what is looked up does not depend on what an
earlier page held, except for when to stop.
-/

namespace Enc.Modules.Queries
open Enc.DSL Enc.Modules

/-! ## Who asks -/

def tokenRead (token : Expr) : Expr := .record [("octets", token)]

/-- The octets of a token between two places, as hex. -/
def cut : FuncDecl := helper "cut" ["items", "from", "to"] <|
  .get
    (.fold (v "items") (.record [("at", n 0), ("hex", s "")]) "acc" "octet"
      (.letE "at" (.get (v "acc") "at") <|
        .record
          [ ("at", add (v "at") (n 1)),
            ("hex",
              .ifE (and (le (v "from") (v "at")) (lt (v "at") (v "to")))
                (concatStr (.get (v "acc") "hex") (.call "byteHex" [v "octet"]))
                (.get (v "acc") "hex")) ]))
    "hex"

/-- The natural in the octets of a token between two places. -/
def cutNat : FuncDecl := helper "cutNat" ["items", "from", "to"] <|
  .get
    (.fold (v "items") (.record [("at", n 0), ("value", n 0)]) "acc" "octet"
      (.letE "at" (.get (v "acc") "at") <|
        .record
          [ ("at", add (v "at") (n 1)),
            ("value",
              .ifE (and (le (v "from") (v "at")) (lt (v "at") (v "to")))
                (add (mul (.get (v "acc") "value") (n 256)) (v "octet"))
                (.get (v "acc") "value")) ]))
    "value"

/-- The session of a token; none if it is not one, or its octets are not known. -/
def sessionOf : FuncDecl := fn "sessionOf" ["token", "found"] <|
  .letE "items" (.call "itemsOf" [v "found", tokenRead (v "token")]) <|
    .letE "session"
      (.record
        [ ("id_pub", .call "cut" [v "items", n 0, n 32]),
          ("session_pub", .call "cut" [v "items", n 32, n 64]),
          ("seq_pub", .call "cut" [v "items", n 64, n 96]),
          ("expires", .call "cutNat" [v "items", n 96, n 104]),
          ("sig", .call "cut" [v "items", n 104, n 168]) ]) <|
      .ifE
        (and (ne (v "items") nothing)
          (eq (.call "sessionToken" [v "session"]) (v "token")))
        (v "session") nothing

/-- What to look up to know who asks. -/
def readerWants : FuncDecl := fn "readerWants" ["body", "found"] <|
  .letE "token" (.get (v "body") "session") <|
    .ifE (.call "isHex" [v "token", v "TOKEN_BYTES"])
      (.letE "session" (.call "sessionOf" [v "token", v "found"]) <|
        .ifE (eq (v "session") nothing)
          (.call "wantRead" [v "found", tokenRead (v "token")])
          (.call "entryReads"
            [ .record
                [ ("namespace", .get (v "Namespace") "Rbac"),
                  ("raw", .get (v "session") "id_pub") ],
              v "found" ]))
      (.list [])

/-- What a request's session signs: the JSON of its body with `sig` none. -/
def bodyHash : FuncDecl := fn "bodyHash" ["body"] <|
  .prim .computeContentHash [.set (v "body") "sig" nothing]

/-- Who asks: `{id, mask, kinds, own}`, the identity none for anybody, or `{problem}`. -/
def readerOf : FuncDecl := fn "readerOf" ["head", "body", "context"] <|
  .letE "token" (.get (v "body") "session") <|
    .letE "policy" (.get (v "head") "policy") <|
      .ifE (eq (v "token") nothing)
        (.record
          [ ("id", nothing), ("mask", n 0), ("own", .list []),
            ("kinds", .call "readableKinds" [v "policy", n 0, no]) ])
        (.letE "session" (.call "sessionOf" [v "token", .get (v "context") "found"]) <|
          .ifE (eq (v "session") nothing) (.record [("problem", s "bad_session")]) <|
            .letE "problem"
              (.call "requestProblem"
                [ v "session", .get (v "body") "sig", .call "bodyHash" [v "body"],
                  .get (v "head") "sequencer", .get (v "context") "now" ]) <|
              .ifE (ne (v "problem") nothing) (.record [("problem", v "problem")]) <|
                .letE "mask"
                  (.call "maskAt"
                    [ .get (v "head") "state_root", .get (v "session") "id_pub",
                      .get (v "context") "found" ]) <|
                  .ifE (eq (v "mask") nothing)
                    (.record [("problem", s "store_corrupt")])
                    (.record
                      [ ("id", .get (v "session") "id_pub"), ("mask", v "mask"),
                        ("expires", .get (v "session") "expires"),
                        ("kinds", .call "readableKinds" [v "policy", v "mask", no]),
                        ("own", .call "readableKinds" [v "policy", v "mask", yes]) ]))

/-- Why somebody who may read nothing is refused. -/
def emptyHanded : FuncDecl := fn "emptyHanded" ["reader"] <|
  .ifE (ne (.get (v "reader") "problem") nothing) (.get (v "reader") "problem") <|
    .ifE
      (eq (n 0)
        (add (lengthList (.get (v "reader") "kinds")) (lengthList (.get (v "reader") "own"))))
      (.ifE (eq (.get (v "reader") "id") nothing) (s "no_session") (s "not_authorized"))
      nothing

/-! ## Pages of events -/

/-- The smaller of two numbers. -/
def least : FuncDecl := helper "least" ["a", "b"] <| .ifE (lt (v "b") (v "a")) (v "b") (v "a")

/-- The numbers that a filter asks for: `{start, end}`, at most those there are. -/
def boundsOf : FuncDecl := helper "boundsOf" ["head", "filter", "found"] <|
  .letE "count" (.get (v "head") "seq") <|
    .letE "id" (.get (v "filter") "id") <|
      .ifE (eq (lengthStr (v "id")) nothing)
        (.letE "start" (.get (.get (v "filter") "seq") "start") <|
          .letE "end" (.get (.get (v "filter") "seq") "end") <|
            .record
              [ ("start", .ifE (eq (v "start") nothing) (n 0) (v "start")),
                ("end",
                  .ifE (eq (v "end") nothing) (v "count")
                    (.call "least" [v "end", v "count"])) ])
        (.letE "seq" (.call "valueOf" [v "found", .call "idKey" [v "id"]]) <|
          .ifE (eq (v "seq") nothing)
            (.record [("start", n 0), ("end", n 0)])
            (.record [("start", v "seq"), ("end", add (v "seq") (n 1))]))

/-- The page that begins (or, in reverse, ends) at `at`, within `bounds`: `{from, to}`. -/
def pageAt : FuncDecl := helper "pageAt" ["bounds", "at", "reverse"] <|
  .ifE (v "reverse")
    (.letE "low" (sub (v "at") (v "PAGE")) <|
      .record
        [ ("from",
            .ifE (lt (v "low") (.get (v "bounds") "start"))
              (.get (v "bounds") "start") (v "low")),
          ("to", v "at") ])
    (.record
      [ ("from", v "at"),
        ("to", .call "least" [add (v "at") (v "PAGE"), .get (v "bounds") "end"]) ])

/-- The read of a page. -/
def pageRead : FuncDecl := helper "pageRead" ["page", "reverse"] <|
  .call "scanRead"
    [ .call "eventKey" [.get (v "page") "from"], .call "eventKey" [.get (v "page") "to"],
      v "PAGE", v "reverse" ]

/-- Whether somebody may see an event of that kind: anybody's, or their own. -/
def maySee : FuncDecl := fn "maySee" ["reader", "event", "kind"] <|
  or (.call "includes" [.get (v "reader") "kinds", v "kind"])
    (and
      (and (ne (.get (v "reader") "id") nothing)
        (eq (.get (v "reader") "id") (.get (v "event") "from")))
      (.call "includes" [.get (v "reader") "own", v "kind"]))

/-- Whether an asker may see a kept event, and asked for it. -/
def isAnswer : FuncDecl := helper "isAnswer" ["reader", "filter", "kept"] <|
  .letE "event" (.get (v "kept") "event") <|
    eq yes
      (and (eq (.get (v "kept") "deleted") nothing)
        (and
          (.call "maySee"
            [ v "reader", v "event",
              .call "kindOf" [v "event", .get (v "kept") "about"] ])
          (.call "matchesFilter" [v "filter", v "event"])))

/-- One more kept event: taken if it is an answer, and `at` moved past it, until the limit. -/
def takeOne : FuncDecl := helper "takeOne" ["acc", "kept", "asked"] <|
  .ifE (eq (lengthList (.get (v "acc") "events")) (.get (v "asked") "limit")) (v "acc") <|
    .letE "seq" (.get (.get (v "kept") "event") "seq") <|
      .record
        [ ("at", .ifE (.get (v "asked") "reverse") (v "seq") (add (v "seq") (n 1))),
          ("wants", .list []),
          ("events",
            .ifE
              (.call "isAnswer"
                [.get (v "asked") "reader", .get (v "asked") "filter", v "kept"])
              (concatList (.get (v "acc") "events") (.list [.get (v "kept") "event"]))
              (.get (v "acc") "events")) ]

/-- Whether a walk has nothing left to look at. -/
def isOver : FuncDecl := helper "isOver" ["acc", "asked"] <|
  .letE "bounds" (.get (v "asked") "bounds") <|
    eq yes
      (or (le (.get (v "asked") "limit") (lengthList (.get (v "acc") "events")))
        (.ifE (.get (v "asked") "reverse")
          (le (.get (v "acc") "at") (.get (v "bounds") "start"))
          (le (.get (v "bounds") "end") (.get (v "acc") "at"))))

/-- The walk after one page; unchanged where it is over or waits for the host. -/
def walkPage : FuncDecl := helper "walkPage" ["acc", "asked", "found"] <|
  .ifE
    (or (lt (n 0) (lengthList (.get (v "acc") "wants")))
      (.call "isOver" [v "acc", v "asked"]))
    (v "acc") <|
    .letE "page"
      (.call "pageAt"
        [.get (v "asked") "bounds", .get (v "acc") "at", .get (v "asked") "reverse"]) <|
      .letE "read" (.call "pageRead" [v "page", .get (v "asked") "reverse"]) <|
        .letE "items" (.call "itemsOf" [v "found", v "read"]) <|
          .ifE (eq (v "items") nothing)
            (.set (v "acc") "wants" (.list [v "read"]))
            (.letE "walked"
              (.fold (v "items") (v "acc") "all" "item"
                (.call "takeOne" [v "all", .get (v "item") "value", v "asked"])) <|
              -- A page that a host cut short has some of its events.
              .ifE
                (or (eq (lengthList (.get (v "walked") "events")) (.get (v "asked") "limit"))
                  (and (lt (n 0) (lengthList (v "items")))
                    (lt (lengthList (v "items"))
                      (sub (.get (v "page") "to") (.get (v "page") "from")))))
                (v "walked")
                (.set (v "walked") "at"
                  (.ifE (.get (v "asked") "reverse")
                    (.get (v "page") "from") (.get (v "page") "to"))))

/-- What a query asks for, in the form that the walk needs. -/
def askedOf : FuncDecl := helper "askedOf" ["head", "filter", "reader", "found"] <|
  .record
    [ ("filter", v "filter"), ("reader", v "reader"), ("limit", .call "limitOf" [v "filter"]),
      ("reverse", eq (.get (v "filter") "reverse") yes),
      ("bounds", .call "boundsOf" [v "head", v "filter", v "found"]) ]

/-- Walks at most `PAGES` pages: `{events, at, wants}`. -/
def walk : FuncDecl := helper "walk" ["asked", "found"] <|
  .fold (v "PAGES")
    (.record
      [ ("events", .list []), ("wants", .list []),
        ("at",
          .ifE (.get (v "asked") "reverse")
            (.get (.get (v "asked") "bounds") "end")
            (.get (.get (v "asked") "bounds") "start")) ])
    "acc" "_" (.call "walkPage" [v "acc", v "asked", v "found"])

/-! ## Queries and pulls -/

/-- The filter of a query; everything if there is none. -/
def filterOf : FuncDecl := fn "filterOf" ["body"] <|
  .letE "filter" (.get (v "body") "filter") <|
    .ifE (eq (v "filter") nothing) (.record []) (v "filter")

/-- What to look up before `answerQuery`. -/
def queryWants : FuncDecl := fn "queryWants" ["head", "body", "context"] <|
  .letE "found" (.get (v "context") "found") <|
    .letE "who" (.call "readerWants" [v "body", v "found"]) <|
      .letE "filter" (.call "filterOf" [v "body"]) <|
        .ifE
          (or (lt (n 0) (lengthList (v "who"))) (not (.call "isFilter" [v "filter"])))
          (v "who") <|
          .letE "id" (.get (v "filter") "id") <|
            .letE "place"
              (.ifE (eq (lengthStr (v "id")) nothing) (.list [])
                (.call "wantKey" [v "found", .call "idKey" [v "id"]])) <|
              .ifE (lt (n 0) (lengthList (v "place"))) (v "place") <|
                .letE "reader" (.call "readerOf" [v "head", v "body", v "context"]) <|
                  .ifE (ne (.call "emptyHanded" [v "reader"]) nothing) (.list [])
                    (.get
                      (.call "walk"
                        [ .call "askedOf"
                            [v "head", v "filter", v "reader", v "found"],
                          v "found" ])
                      "wants")

/-- The events of a query and the number to go on from, none at the end. -/
def answersOf : FuncDecl := fn "answersOf" ["head", "filter", "reader", "found"] <|
  .letE "asked" (.call "askedOf" [v "head", v "filter", v "reader", v "found"]) <|
    .letE "walked" (.call "walk" [v "asked", v "found"]) <|
      .letE "ended"
        (.call "isOver"
          [.set (v "walked") "events" (.list []), v "asked"]) <|
        .record
          [ ("events", .get (v "walked") "events"),
            ("next", .ifE (v "ended") nothing (.get (v "walked") "at")) ]

/-- The answer to a query. -/
def answerQuery : FuncDecl := fn "answerQuery" ["head", "body", "context"] <|
  .letE "reader" (.call "readerOf" [v "head", v "body", v "context"]) <|
    .letE "filter" (.call "filterOf" [v "body"]) <|
      .letE "problem" (.call "emptyHanded" [v "reader"]) <|
        .ifE (ne (v "problem") nothing) (.call "refuse" [v "problem"]) <|
          .ifE (not (.call "isFilter" [v "filter"])) (.call "refuse" [s "bad_filter"])
            (.call "ok"
              [ .call "answersOf"
                  [v "head", v "filter", v "reader", .get (v "context") "found"] ])

/-- The bounds of a pull: `{from, to}`; none if its numbers are not numbers. -/
def pullBounds : FuncDecl := helper "pullBounds" ["head", "body"] <|
  .letE "from" (.ifE (eq (.get (v "body") "from") nothing) (n 0) (.get (v "body") "from")) <|
    .letE "limit"
      (.ifE (eq (.get (v "body") "limit") nothing) (v "PAGE") (.get (v "body") "limit")) <|
      .ifE
        (eq yes
          (and (and (lt (n 0) (v "limit")) (le (v "limit") (v "PAGE")))
            (le (v "from") (.get (v "head") "seq"))))
        (.record
          [ ("from", v "from"),
            ("to",
              .call "least" [add (v "from") (v "limit"), .get (v "head") "seq"]) ])
        nothing

/-- The scans of a pull: its events, and the bundles that begin among them. -/
def pullReads : FuncDecl := helper "pullReads" ["bounds"] <|
  .list
    [ .call "scanRead"
        [ .call "eventKey" [.get (v "bounds") "from"],
          .call "eventKey" [.get (v "bounds") "to"], v "PAGE", no ],
      .call "scanRead"
        [ .call "bundleKey" [.get (v "bounds") "from"],
          .call "bundleKey" [.get (v "bounds") "to"], v "PAGE", no ] ]

/-- What to look up before `answerPull`. -/
def pullWants : FuncDecl := fn "pullWants" ["head", "body", "context"] <|
  .letE "found" (.get (v "context") "found") <|
    .letE "who" (.call "readerWants" [v "body", v "found"]) <|
      .letE "bounds" (.call "pullBounds" [v "head", v "body"]) <|
        .ifE (or (lt (n 0) (lengthList (v "who"))) (eq (v "bounds") nothing)) (v "who") <|
          .letE "reader" (.call "readerOf" [v "head", v "body", v "context"]) <|
            .ifE (ne (.call "pullProblem" [v "head", v "reader"]) nothing) (.list [])
              (.fold (.call "pullReads" [v "bounds"]) (.list []) "wanted" "read"
                (concatList (v "wanted") (.call "wantRead" [v "found", v "read"])))

/-- A pull shows everything, so it is for those who may read everything. -/
def pullProblem : FuncDecl := helper "pullProblem" ["head", "reader"] <|
  .letE "problem" (.call "emptyHanded" [v "reader"]) <|
    .ifE (ne (v "problem") nothing) (v "problem")
      (.ifE
        (lt (lengthList (.get (v "reader") "kinds"))
          (lengthList (.call "kindsOf" [.get (v "head") "policy"])))
        (s "not_authorized") nothing)

/-- The number that a pull goes on from: the end of its page, or of what the host brought of it. -/
def pullEnd : FuncDecl := helper "pullEnd" ["bounds", "items"] <|
  .letE "end" (add (.get (v "bounds") "from") (lengthList (v "items"))) <|
    .ifE (eq (lengthList (v "items")) (n 0)) (.get (v "bounds") "to") (v "end")

/-- The bundles of scanned items that begin before a number. -/
def bundlesBefore : FuncDecl := helper "bundlesBefore" ["items", "end"] <|
  .fold (v "items") (.list []) "all" "item"
    (.letE "bundle" (.get (v "item") "value") <|
      .ifE (lt (.get (v "bundle") "first") (v "end"))
        (concatList (v "all") (.list [v "bundle"]))
        (v "all"))

/-- The events of scanned items. -/
def eventsOf : FuncDecl := helper "eventsOf" ["items"] <|
  .fold (v "items") (.list []) "all" "item"
    (concatList (v "all") (.list [.get (.get (v "item") "value") "event"]))

/-- The answer to a pull: events whole and in order, the bundles that begin among them, and the
tree head. -/
def answerPull : FuncDecl := fn "answerPull" ["head", "body", "context"] <|
  .letE "reader" (.call "readerOf" [v "head", v "body", v "context"]) <|
    .letE "problem" (.call "pullProblem" [v "head", v "reader"]) <|
      .ifE (ne (v "problem") nothing) (.call "refuse" [v "problem"]) <|
        .letE "bounds" (.call "pullBounds" [v "head", v "body"]) <|
          .ifE (eq (v "bounds") nothing) (.call "refuse" [s "bad_range"]) <|
            .letE "reads" (.call "pullReads" [v "bounds"]) <|
              .letE "found" (.get (v "context") "found") <|
                .letE "items" (.call "itemsOf" [v "found", .get (v "reads") "0"]) <|
                  .letE "end" (.call "pullEnd" [v "bounds", v "items"]) <|
                    .call "ok"
                      [ .record
                          [ ("events", .call "eventsOf" [v "items"]),
                            ("bundles",
                              .call "bundlesBefore"
                                [ .call "itemsOf" [v "found", .get (v "reads") "1"],
                                  v "end" ]),
                            ("next",
                              .ifE (lt (v "end") (.get (v "head") "seq")) (v "end") nothing),
                            ("sth", .get (v "head") "sth") ] ]

def module : SpecModule :=
  { layer := "node",
    decl :=
      { name := "Queries",
        header := "Reading: who asks, what they may see, and pages of events.",
        imports :=
          [ (["Namespace"], "kernel/Types"),
            (["byteHex"], "kernel/Hash"),
            (["isHex"], "kernel/Crypto"),
            (["includes"], "kernel/Rbac"),
            (["requestProblem", "sessionToken"], "kernel/Session"),
            (["isFilter", "limitOf", "matchesFilter"], "kernel/Filter"),
            (["bundleKey", "eventKey", "idKey", "itemsOf", "scanRead", "valueOf", "wantKey",
              "wantRead"], "kernel/Rows"),
            (["entryReads", "kindOf", "kindsOf", "maskAt", "readableKinds"], "kernel/Ledger"),
            (["ok", "refuse"], "node/Api") ],
        constants :=
          [ ("TOKEN_BYTES", n 168), ("PAGE", n 256),
            ("PAGES", .lit (.list (Hash.range 0 16))) ],
        functions :=
          [ cut, cutNat, sessionOf, readerWants, bodyHash, readerOf, emptyHanded, least,
            boundsOf, pageAt, pageRead, maySee, isAnswer, takeOne, isOver, walkPage, askedOf, walk,
            filterOf, queryWants, answersOf, answerQuery, pullBounds, pullReads,
            pullProblem, pullWants, pullEnd, bundlesBefore, eventsOf,
            answerPull ] } }

end Enc.Modules.Queries
