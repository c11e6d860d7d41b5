import Enc.Modules.Filter

/-!
# Manifests

From the content of a Manifest commit to a *policy*, the data that a node keeps and `kernel/Access`
decides by. Everything is checked; the first thing that is wrong is answered as
`{problem, at}`, an error code and the place, such as `RBAC.moves[3].operator`. The rules stand in
docs/protocol.md. A field that is none counts as absent.
-/

namespace Enc.Modules.Manifest
open Enc.DSL Enc.Modules

/-- `{problem, at}`, unless the condition is true. -/
def must (condition : Expr) (problem at_ : String) : Expr :=
  .ifE (eq yes condition) nothing (.record [("problem", s problem), ("at", s at_)])

/-- The first problem of several; what follows it is not evaluated. -/
def firstOf : List Expr → Expr
  | [] => nothing
  | [last] => last
  | problem :: rest =>
    .letE "problem" problem
      (.ifE (eq (v "problem") nothing) (firstOf rest) (v "problem"))

/-- The first problem among the items of a list, `body` being that of `item`; none if there is no
list. -/
def firstAmong (items body : Expr) : Expr :=
  .get
    (.fold items (.record [("at", n 0), ("problem", nothing)]) "seen" "item"
      (.ifE (eq (.get (v "seen") "problem") nothing)
        (.record
          [ ("at", add (.get (v "seen") "at") (n 1)),
            ("problem", .call "atIndex" [.get (v "seen") "at", body]) ])
        (v "seen")))
    "problem"

/-- A problem, its place below this one. -/
def below (place : String) (problem : Expr) : Expr := .call "atPlace" [s place, problem]

/-- A problem unless the value is a record with no other fields than these. -/
def shape (value : Expr) (fields : List String) (at_ : String) : Expr :=
  firstOf
    [ must (ne (.set value "enc_v" nothing) nothing) "bad_value" at_,
      must (eq (Filter.blank value fields) (Filter.blank (.record []) fields))
        "unknown_field" at_ ]

/-- A field of what the manifest says about access. -/
def section_ (name : String) : Expr := .get (v "rbac") name

def constants : List (String × Expr) :=
  [ ("MANIFEST_VERSION", n 2),
    ("MAX_NAME", n 64),
    ("MAX_STATES", n 255),
    ("MAX_TRAITS", n 248),
    ("MAX_RANK", n 999),
    ("MAX_ROWS", n 256),
    ("MAX_READERS", n 64),
    ("MAX_CHOICES", n 64),
    ("MAX_ROLES", n 16),
    ("MAX_INIT", n 256),
    ("MAX_BUNDLE", n 1024),
    ("MAX_PERIOD", n 86400000),
    ("MAX_REQUESTS", n 1000000),
    ("DEFAULT_TIMEOUT", n 5000),
    ("CREATE_OPS", texts ["C", "_C"]),
    ("COMMIT_OPS", texts ["C", "U", "D", "_C", "_U", "_D"]),
    ("RECEIVE_OPS", texts ["R", "N", "P", "_R", "_N", "_P"]),
    ("ALL_OPS", concatList (v "COMMIT_OPS") (v "RECEIVE_OPS")),
    ("SLOT_TYPES", texts ["Shared", "Own"]),
    ("LIFECYCLE_TYPES", texts ["Pause", "Resume", "Terminate", "Migrate"]),
    ("FIXED_TYPES",
      concatList
        (texts ["Manifest", "Update", "Delete", "Move", "Grant", "Revoke", "Transfer", "Gate",
          "AC_Bundle"])
        (v "LIFECYCLE_TYPES")) ]

/-- The problem with its place below another. -/
def atPlace : FuncDecl := helper "atPlace" ["place", "problem"] <|
  .ifE (eq (v "problem") nothing) nothing
    (.set (v "problem") "at" (concatStr (v "place") (.get (v "problem") "at")))

/-- The problem with its place below an element of a list. -/
def atIndex : FuncDecl := helper "atIndex" ["index", "problem"] <|
  .ifE (eq (v "problem") nothing) nothing
    (.call "atPlace"
      [ concatStr (s "[") (concatStr (.prim .jsonStringify [v "index"]) (s "]")),
        v "problem" ])

/-! ## Values -/

/-- A list as it is, nothing as no items, anything else as one item. -/
def listOf : FuncDecl := fn "listOf" ["value"] <|
  .ifE (eq (v "value") nothing) (.list [])
    (.ifE (eq (lengthList (v "value")) nothing) (.list [v "value"]) (v "value"))

/-- Whether a value is text of 1 to 64 letters. -/
def isName : FuncDecl := fn "isName" ["value"] <|
  .letE "length" (lengthStr (v "value")) <|
    eq yes (and (lt (n 0) (v "length")) (le (v "length") (v "MAX_NAME")))

/-- Whether a value is a natural within these bounds. -/
def isWithin : FuncDecl := helper "isWithin" ["value", "least", "most"] <|
  eq yes (and (le (v "least") (v "value")) (le (v "value") (v "most")))

/-- A problem unless the value is absent or a list of at most `most` items. -/
def listProblem : FuncDecl := helper "listProblem" ["value", "most", "at"] <|
  .ifE (eq (v "value") nothing) nothing <|
    .letE "length" (lengthList (v "value")) <|
      .ifE (eq (v "length") nothing)
        (.record [("problem", s "bad_value"), ("at", v "at")])
        (.ifE (le (v "length") (v "most")) nothing
          (.record [("problem", s "too_many"), ("at", v "at")]))

/-- The first item that an earlier one or one of `before` equals, as a problem; none among others
does not count. -/
def repeatProblem : FuncDecl := helper "repeatProblem" ["items", "before", "field"] <|
  .get
    (.fold (v "items") (.record [("at", n 0), ("all", v "before"), ("problem", nothing)])
      "seen" "item"
      (.ifE (eq (.get (v "seen") "problem") nothing)
        (.record
          [ ("at", add (.get (v "seen") "at") (n 1)),
            ("all", concatList (.get (v "seen") "all") (.list [v "item"])),
            ("problem",
              .ifE (.call "includes" [.get (v "seen") "all", v "item"])
                (.call "atIndex"
                  [ .get (v "seen") "at",
                    .record [("problem", s "repeated_name"), ("at", v "field")] ])
                nothing) ])
        (v "seen")))
    "problem"

/-- A problem unless a value is one known item, or a list of 1 to `most` that are all different. -/
def choiceProblem : FuncDecl := helper "choiceProblem" ["value", "known", "most", "at"] <|
  .letE "items" (.call "listOf" [v "value"]) <|
    .ifE (eq (v "items") (.list [])) (.record [("problem", s "bad_value"), ("at", v "at")]) <|
      .ifE (lt (v "most") (lengthList (v "items")))
        (.record [("problem", s "too_many"), ("at", v "at")]) <|
        .ifE
          (.fold (v "items") yes "ok" "item"
            (and (v "ok") (.call "includes" [v "known", v "item"])))
          (.ifE
            (eq (.call "repeatProblem" [v "items", .list [], s ""]) nothing)
            nothing (.record [("problem", s "repeated_name"), ("at", v "at")]))
          (.record [("problem", s "unknown_name"), ("at", v "at")])

/-- A problem unless the operations are some of `known` and none is both granted and denied. -/
def opsProblem : FuncDecl := helper "opsProblem" ["ops", "known"] <|
  firstOf
    [ .call "choiceProblem" [v "ops", v "known", lengthList (v "known"), s ".ops"],
      must
        (.fold (.call "listOf" [v "ops"]) yes "ok" "op"
          (and (v "ok")
            (not (.call "includes"
              [.call "listOf" [v "ops"], concatStr (v "DENY_PREFIX") (v "op")]))))
        "bad_value" ".ops" ]

/-! ## What needs no letters -/

/-- Rows that events are authorized by, in the order of sections. -/
def rowsOf : FuncDecl := helper "rowsOf" ["rbac"] <|
  concatList
    (concatList (.call "listOf" [section_ "moves"]) (.call "listOf" [section_ "grants"]))
    (concatList
      (concatList (.call "listOf" [section_ "transfers"]) (.call "listOf" [section_ "slots"]))
      (concatList (.call "listOf" [section_ "lifecycle"]) (.call "listOf" [section_ "customs"])))

def sectionsProblem : FuncDecl := helper "sectionsProblem" ["rbac"] <|
  firstOf
    [ shape (v "rbac")
        [ "states", "traits", "readers", "moves", "grants", "transfers", "slots", "lifecycle",
          "customs", "init" ] "",
      .call "listProblem" [section_ "states", v "MAX_STATES", s ".states"],
      .call "listProblem" [section_ "traits", v "MAX_TRAITS", s ".traits"],
      .call "listProblem" [section_ "readers", v "MAX_READERS", s ".readers"],
      .call "listProblem" [section_ "moves", v "MAX_ROWS", s ".moves"],
      .call "listProblem" [section_ "grants", v "MAX_ROWS", s ".grants"],
      .call "listProblem" [section_ "transfers", v "MAX_ROWS", s ".transfers"],
      .call "listProblem" [section_ "slots", v "MAX_ROWS", s ".slots"],
      .call "listProblem" [section_ "lifecycle", v "MAX_ROWS", s ".lifecycle"],
      .call "listProblem" [section_ "customs", v "MAX_ROWS", s ".customs"],
      .call "listProblem"
        [.call "listOf" [section_ "init"], v "MAX_INIT", s ".init"],
      must (le (lengthList (.call "rowsOf" [v "rbac"])) (v "MAX_ROWS")) "too_many" "",
      below ".states"
        (firstAmong (section_ "states") (must (.call "isName" [v "item"]) "bad_name" "")),
      below ".traits"
        (firstAmong (section_ "traits") (must (.call "isName" [v "item"]) "bad_name" "")),
      below ".customs"
        (firstAmong (section_ "customs")
          (must (.call "isName" [.get (v "item") "event"]) "bad_name" ".event")) ]

def bundleProblem : FuncDecl := helper "bundleProblem" ["bundle"] <|
  .ifE (eq (v "bundle") nothing) nothing <|
    firstOf
      [ shape (v "bundle") ["size", "timeout"] "bundle",
        must (.call "isWithin" [.get (v "bundle") "size", n 1, v "MAX_BUNDLE"])
          "bad_value" "bundle.size",
        must
          (or (eq (.get (v "bundle") "timeout") nothing)
            (.call "isWithin" [.get (v "bundle") "timeout", n 1, v "MAX_PERIOD"]))
          "bad_value" "bundle.timeout" ]

def rateProblem : FuncDecl := helper "rateProblem" ["rate"] <|
  .ifE (eq (v "rate") nothing) nothing <|
    firstOf
      [ shape (v "rate") ["limit", "window"] "rate",
        must (.call "isWithin" [.get (v "rate") "limit", n 1, v "MAX_REQUESTS"])
          "bad_value" "rate.limit",
        must (.call "isWithin" [.get (v "rate") "window", n 1, v "MAX_PERIOD"])
          "bad_value" "rate.window" ]

/-- What is wrong before any text is taken apart. -/
def shapeProblem : FuncDecl := helper "shapeProblem" ["content"] <|
  firstOf
    [ shape (v "content") ["enc_v", "RBAC", "bundle", "rate", "encrypted"] "",
      must (eq (.get (v "content") "enc_v") (v "MANIFEST_VERSION")) "bad_version" "enc_v",
      .call "bundleProblem" [.get (v "content") "bundle"],
      .call "rateProblem" [.get (v "content") "rate"],
      must
        (or (eq (.get (v "content") "encrypted") nothing)
          (ne (not (.get (v "content") "encrypted")) nothing))
        "bad_value" "encrypted",
      below "RBAC" (.call "sectionsProblem" [.get (v "content") "RBAC"]) ]

/-! ## Names -/

/-- The types of events that an application declares, each once. -/
def eventsOf : FuncDecl := helper "eventsOf" ["rbac"] <|
  .fold (.call "listOf" [section_ "customs"]) (.list []) "events" "row"
    (.ifE
      (.call "includes"
        [concatList (v "FIXED_TYPES") (v "events"), .get (v "row") "event"])
      (v "events")
      (concatList (v "events") (.list [.get (v "row") "event"])))

/-- The read that takes these names apart, in a list; no read for no names. -/
def readOf : FuncDecl := helper "readOf" ["names"] <|
  .ifE (eq (v "names") (.list [])) (.list [])
    (.list [.record [("letters", .call "asLines" [v "names"])]])

/-- What the host must look up before `policyOf`, of that what is not yet found. Nothing where the
manifest is refused without. -/
def manifestReads : FuncDecl := fn "manifestReads" ["content", "found"] <|
  .ifE (eq (.call "shapeProblem" [v "content"]) nothing)
    (.letE "rbac" (.get (v "content") "RBAC") <|
      .fold
        (concatList (.call "readOf" [.call "listOf" [section_ "states"]])
          (concatList (.call "readOf" [.call "listOf" [section_ "traits"]])
            (.call "readOf" [.call "eventsOf" [v "rbac"]])))
        (.list []) "reads" "read"
        (.ifE (eq (.call "itemsFound" [v "found", v "read"]) nothing)
          (concatList (v "reads") (.list [v "read"]))
          (v "reads")))
    (.list [])

/-- The names, letter by letter; none if they were not found. -/
def namesFound : FuncDecl := helper "namesFound" ["found", "names"] <|
  .ifE (eq (v "names") (.list [])) (.list [])
    (.call "linesOf"
      [.call "lettersFound" [v "found", .call "asLines" [v "names"]]])

/-- The names among those of that form, as texts. -/
def formed : FuncDecl := helper "formed" ["names", "heads", "tails"] <|
  .fold (v "names") (.list []) "texts" "letters"
    (.ifE (.call "hasForm" [v "letters", v "heads", v "tails"])
      (concatList (v "texts") (.list [.call "joined" [v "letters"]]))
      (v "texts"))

/-- The part of a trait's declaration after one letter of `kind`: a name, then its rank in
parentheses, without leading zeros. -/
def nextPart : FuncDecl := helper "nextPart" ["part", "kind"] <|
  .dispatch (v "part")
    [ ("start", .dispatch (v "kind") [("lower", s "name")] (s "wrong")),
      ("name",
        .dispatch (v "kind")
          [("lower", s "name"), ("digit", s "name"), ("_", s "name"), ("(", s "open")]
          (s "wrong")),
      ("open", .dispatch (v "kind") [("digit", s "rank")] (s "wrong")),
      ("rank", .dispatch (v "kind") [("digit", s "rank"), (")", s "end")] (s "wrong")) ]
    (s "wrong")

/-- The trait `{text, name, rank}` that letters such as those of `owner(0)` declare; none if they
are not of that form. -/
def traitOf : FuncDecl := helper "traitOf" ["letters"] <|
  .letE "text" (.call "joined" [v "letters"]) <|
    .letE "end"
      (.fold (v "letters") (.record [("part", s "start"), ("name", s ""), ("rank", n 0)])
        "seen" "letter"
        (.letE "part"
          (.call "nextPart"
            [.get (v "seen") "part", .call "letterClass" [v "letter"]]) <|
          .record
            [ ("part", v "part"),
              ("name", .ifE (eq (v "part") (s "name"))
                (concatStr (.get (v "seen") "name") (v "letter")) (.get (v "seen") "name")),
              ("rank", .ifE (eq (v "part") (s "rank"))
                (add (mul (.get (v "seen") "rank") (n 10)) (.call "digitValue" [v "letter"]))
                (.get (v "seen") "rank")) ])) <|
      .letE "name" (.get (v "end") "name") <|
        .letE "rank" (.get (v "end") "rank") <|
          .ifE
            (and
              (and (eq (.get (v "end") "part") (s "end"))
                (eq yes (le (v "rank") (v "MAX_RANK"))))
              (eq (v "text")
                (concatStr (concatStr (v "name") (s "("))
                  (concatStr (.prim .jsonStringify [v "rank"]) (s ")")))))
            (.record [("text", v "text"), ("name", v "name"), ("rank", v "rank")])
            nothing

/-- The traits among the names. -/
def traitsFound : FuncDecl := helper "traitsFound" ["names"] <|
  .fold (v "names") (.list []) "traits" "letters"
    (.letE "trait" (.call "traitOf" [v "letters"]) <|
      .ifE (eq (v "trait") nothing) (v "traits")
        (concatList (v "traits") (.list [v "trait"])))

def textsOf : FuncDecl := helper "textsOf" ["traits"] <|
  .fold (v "traits") (.list []) "texts" "trait"
    (concatList (v "texts") (.list [.get (v "trait") "text"]))

def namesOf : FuncDecl := helper "namesOf" ["traits"] <|
  .fold (v "traits") (.list []) "names" "trait"
    (concatList (v "names") (.list [.get (v "trait") "name"]))

/-- All that rows may name: `{states, declared, traits, roles, events}`, `declared` with ranks;
none if the host did not find it. -/
def knownOf : FuncDecl := helper "knownOf" ["rbac", "found"] <|
  .letE "states" (.call "namesFound" [v "found", .call "listOf" [section_ "states"]]) <|
    .letE "traits" (.call "namesFound" [v "found", .call "listOf" [section_ "traits"]]) <|
      .letE "events" (.call "namesFound" [v "found", .call "eventsOf" [v "rbac"]]) <|
        .ifE
          (or (eq (v "states") nothing)
            (or (eq (v "traits") nothing) (eq (v "events") nothing)))
          nothing <|
          .letE "states"
            (concatList (.list [v "OUTSIDER"])
              (.call "formed"
                [ v "states", texts ["upper"], texts ["upper", "digit", "_"] ])) <|
            .letE "declared" (.call "traitsFound" [v "traits"]) <|
              .letE "names" (.call "namesOf" [v "declared"]) <|
                .record
                  [ ("states", v "states"),
                    ("declared", v "declared"),
                    ("traits", v "names"),
                    ("roles",
                      concatList (concatList (v "states") (v "names"))
                        (texts ["Self", "Sender", "Public"])),
                    ("events",
                      .call "formed"
                        [ v "events", texts ["lower"],
                          texts ["lower", "upper", "digit", "_", "-", "."] ]) ]

/-- A problem unless States and traits are well-formed and no name is used twice. -/
def namesProblem : FuncDecl := helper "namesProblem" ["rbac", "known"] <|
  firstOf
    [ below ".states"
        (firstAmong (section_ "states")
          (must
            (and (.call "includes" [.get (v "known") "states", v "item"])
              (ne (v "item") (v "OUTSIDER")))
            "bad_name" "")),
      below ".states"
        (.call "repeatProblem" [.call "listOf" [section_ "states"], .list [], s ""]),
      .letE "texts" (.call "textsOf" [.get (v "known") "declared"])
        (below ".traits"
          (firstAmong (section_ "traits")
            (must (.call "includes" [v "texts", v "item"]) "bad_name" ""))),
      below ".traits"
        (.call "repeatProblem" [.get (v "known") "traits", .list [], s ""]) ]

/-! ## Rows -/

/-- A problem of what every row has: its type, its operator and its operations. -/
def rowProblem : FuncDecl := helper "rowProblem" ["row", "known", "types", "ops"] <|
  firstOf
    [ must (.call "includes" [v "types", .get (v "row") "event"]) "bad_value" ".event",
      .call "choiceProblem"
        [ .get (v "row") "operator", .get (v "known") "roles", v "MAX_ROLES",
          s ".operator" ],
      .call "opsProblem" [.get (v "row") "ops", v "ops"] ]

/-- A problem unless a row has neither alias nor gate, or both. -/
def gateProblem : FuncDecl := helper "gateProblem" ["row", "known"] <|
  .letE "gate" (.get (v "row") "gate") <|
    .ifE (and (eq (v "gate") nothing) (eq (.get (v "row") "alias") nothing)) nothing <|
      firstOf
        [ must (.call "isName" [.get (v "row") "alias"]) "bad_name" ".alias",
          shape (v "gate") ["operator"] ".gate",
          .call "choiceProblem"
            [ .get (v "gate") "operator", .get (v "known") "roles", v "MAX_ROLES",
              s ".gate.operator" ] ]

def moveProblem : FuncDecl := helper "moveProblem" ["row", "known"] <|
  firstOf
    [ shape (v "row") ["event", "operator", "ops", "from", "to", "alias", "gate"] "",
      .call "rowProblem"
        [v "row", v "known", .list [.get (v "AccessEvent") "Move"], v "CREATE_OPS"],
      must (.call "includes" [.get (v "known") "states", .get (v "row") "from"])
        "unknown_name" ".from",
      must (.call "includes" [.get (v "known") "states", .get (v "row") "to"])
        "unknown_name" ".to",
      must (ne (.get (v "row") "from") (.get (v "row") "to")) "bad_value" ".to",
      .call "gateProblem" [v "row", v "known"] ]

/-- The operations of a row: to create, if it does not say. -/
def opsOf : FuncDecl := helper "opsOf" ["row"] <|
  .ifE (eq (.get (v "row") "ops") nothing) (.list [.get (v "Op") "C"])
    (.call "listOf" [.get (v "row") "ops"])

/-- Rows of grants and of transfers. Nobody grants a trait to themselves, so only a Revoke may name
Self. -/
def traitRowProblem : FuncDecl := helper "traitRowProblem" ["row", "known", "types"] <|
  firstOf
    [ shape (v "row") ["event", "operator", "ops", "scope", "trait"] "",
      .call "rowProblem"
        [ .set (v "row") "ops" (.call "opsOf" [v "row"]), v "known", v "types",
          v "CREATE_OPS" ],
      must
        (or (eq (.get (v "row") "event") (.get (v "AccessEvent") "Revoke"))
          (not (.call "includes"
            [ .call "listOf" [.get (v "row") "operator"], .get (v "Context") "Self" ])))
        "bad_value" ".operator",
      .call "choiceProblem"
        [.get (v "row") "scope", .get (v "known") "states", v "MAX_CHOICES", s ".scope"],
      .call "choiceProblem"
        [.get (v "row") "trait", .get (v "known") "traits", v "MAX_CHOICES", s ".trait"] ]

def slotProblem : FuncDecl := helper "slotProblem" ["row", "known"] <|
  firstOf
    [ shape (v "row") ["event", "operator", "ops", "key"] "",
      .call "rowProblem" [v "row", v "known", v "SLOT_TYPES", v "ALL_OPS"],
      must (.call "isName" [.get (v "row") "key"]) "bad_name" ".key" ]

def lifecycleProblem : FuncDecl := helper "lifecycleProblem" ["row", "known"] <|
  firstOf
    [ shape (v "row") ["event", "operator", "ops"] "",
      .call "rowProblem" [v "row", v "known", v "LIFECYCLE_TYPES", v "CREATE_OPS"] ]

/-- Rows of the application's events, or of who receives those that the protocol fixes. A gate is
about commits. -/
def customProblem : FuncDecl := helper "customProblem" ["row", "known"] <|
  .letE "event" (.get (v "row") "event") <|
    firstOf
      [ shape (v "row") ["event", "operator", "ops", "alias", "gate"] "",
        .ifE (.call "includes" [v "FIXED_TYPES", v "event"])
          (firstOf
            [ .call "rowProblem"
                [v "row", v "known", .list [v "event"], v "RECEIVE_OPS"],
              must
                (and (eq (.get (v "row") "alias") nothing)
                  (eq (.get (v "row") "gate") nothing))
                "bad_value" ".gate" ])
          (firstOf
            [ must (.call "includes" [.get (v "known") "events", v "event"])
                "bad_name" ".event",
              .call "rowProblem"
                [ v "row", v "known", .list [v "event"],
                  .ifE (eq (.get (v "row") "gate") nothing)
                    (v "ALL_OPS") (v "COMMIT_OPS") ],
              .call "gateProblem" [v "row", v "known"] ]) ]

def readerProblem : FuncDecl := helper "readerProblem" ["row", "known"] <|
  firstOf
    [ shape (v "row") ["type", "reads"] "",
      .call "choiceProblem"
        [.get (v "row") "type", .get (v "known") "roles", v "MAX_ROLES", s ".type"],
      .ifE (eq (.get (v "row") "reads") (v "ANYTHING")) nothing
        (.call "choiceProblem"
          [ .get (v "row") "reads",
            concatList (concatList (v "FIXED_TYPES") (v "SLOT_TYPES"))
              (.get (v "known") "events"),
            v "MAX_CHOICES", s ".reads" ]) ]

/-- An identity at the beginning, which has a State, a trait or both. -/
def initProblem : FuncDecl := helper "initProblem" ["row", "known"] <|
  .letE "traits" (.call "listOf" [.get (v "row") "traits"]) <|
    .letE "state" (.call "initState" [v "row"]) <|
      firstOf
        [ shape (v "row") ["identity", "state", "traits"] "",
          must (.call "isHex" [.get (v "row") "identity", v "HASH_BYTES"])
            "bad_value" ".identity",
          must (.call "includes" [.get (v "known") "states", v "state"])
            "unknown_name" ".state",
          .ifE (eq (v "traits") (.list []))
            (must (ne (v "state") (v "OUTSIDER")) "bad_value" ".traits")
            (.call "choiceProblem"
              [v "traits", .get (v "known") "traits", v "MAX_CHOICES", s ".traits"]) ]

/-- The State of an identity at the beginning: outside, if it does not say. -/
def initState : FuncDecl := helper "initState" ["row"] <|
  .ifE (eq (.get (v "row") "state") nothing) (v "OUTSIDER") (.get (v "row") "state")

def aliasesOf : FuncDecl := helper "aliasesOf" ["rows"] <|
  .fold (.call "listOf" [v "rows"]) (.list []) "aliases" "row"
    (concatList (v "aliases") (.list [.get (v "row") "alias"]))

def identitiesOf : FuncDecl := helper "identitiesOf" ["rows"] <|
  .fold (v "rows") (.list []) "identities" "row"
    (concatList (v "identities") (.list [.get (v "row") "identity"]))

/-- A problem of some row. -/
def rowsProblem : FuncDecl := helper "rowsProblem" ["rbac", "known"] <|
  .letE "granting" (texts ["Grant", "Revoke"]) <|
    .letE "transferring" (texts ["Transfer"]) <|
      .letE "aliases" (.call "aliasesOf" [section_ "moves"]) <|
        firstOf
          [ below ".readers"
              (firstAmong (section_ "readers") (.call "readerProblem" [v "item", v "known"])),
            below ".moves"
              (firstAmong (section_ "moves") (.call "moveProblem" [v "item", v "known"])),
            below ".grants"
              (firstAmong (section_ "grants")
                (.call "traitRowProblem" [v "item", v "known", v "granting"])),
            below ".transfers"
              (firstAmong (section_ "transfers")
                (.call "traitRowProblem" [v "item", v "known", v "transferring"])),
            below ".slots"
              (firstAmong (section_ "slots") (.call "slotProblem" [v "item", v "known"])),
            below ".lifecycle"
              (firstAmong (section_ "lifecycle")
                (.call "lifecycleProblem" [v "item", v "known"])),
            below ".customs"
              (firstAmong (section_ "customs") (.call "customProblem" [v "item", v "known"])),
            below ".init"
              (firstAmong (.call "listOf" [section_ "init"])
                (.call "initProblem" [v "item", v "known"])),
            below ".moves" (.call "repeatProblem" [v "aliases", .list [], s ".alias"]),
            below ".customs"
              (.call "repeatProblem"
                [ .call "aliasesOf" [section_ "customs"], v "aliases", s ".alias" ]),
            below ".init"
              (.call "repeatProblem"
                [ .call "identitiesOf" [.call "listOf" [section_ "init"]], .list [],
                  s ".identity" ]) ]

/-! ## In and Out

A set of States is a natural: bit 0 for outsiders, bit k for the k-th State. -/

def withBit : FuncDecl := helper "withBit" ["set", "bit"] <|
  bor (v "set") (shl (n 1) (v "bit"))

/-- The moves that rows allow or deny, as `{start, end, grants}`. -/
def stepsOf : FuncDecl := helper "stepsOf" ["rbac"] <|
  .fold (.call "listOf" [section_ "moves"]) (.list []) "steps" "row"
    (concatList (v "steps")
      (.list
        [ .record
            [ ("start", .call "stateValue" [section_ "states", .get (v "row") "from"]),
              ("end", .call "stateValue" [section_ "states", .get (v "row") "to"]),
              ("grants",
                .call "includes"
                  [.call "opsOf" [v "row"], .get (v "Op") "C"]) ] ]))

/-- The States that identities have at the beginning. -/
def placed : FuncDecl := helper "placed" ["rbac"] <|
  .fold (.call "listOf" [section_ "init"]) (n 0) "set" "row"
    (.call "withBit"
      [ v "set",
        .call "stateValue" [section_ "states", .call "initState" [v "row"]] ])

/-- The States that a granted move leads to. -/
def entered : FuncDecl := helper "entered" ["steps"] <|
  .fold (v "steps") (n 0) "set" "step"
    (.ifE (.get (v "step") "grants")
      (.call "withBit" [v "set", .get (v "step") "end"]) (v "set"))

/-- The States that a row leads out of. One that denies says that the State is final by intention. -/
def left : FuncDecl := helper "left" ["steps"] <|
  .fold (v "steps") (n 0) "set" "step"
    (.call "withBit" [v "set", .get (v "step") "start"])

/-- A set with what granted moves lead to from it, in one round over them. -/
def widened : FuncDecl := helper "widened" ["steps", "set"] <|
  .fold (v "steps") (v "set") "all" "step"
    (.ifE
      (and (.get (v "step") "grants") (.call "hasTrait" [v "all", .get (v "step") "start"]))
      (.call "withBit" [v "all", .get (v "step") "end"])
      (v "all"))

/-- The States that somebody can come to be in: as many rounds as there are States, fewer if one
finds no more. -/
def reached : FuncDecl := helper "reached" ["states", "steps", "start"] <|
  .get
    (.fold (v "states")
      (.record [("set", v "start"), ("grown", yes)]) "acc" "_"
      (.ifE (.get (v "acc") "grown")
        (.letE "set" (.call "widened" [v "steps", .get (v "acc") "set"]) <|
          .record
            [("set", v "set"), ("grown", ne (v "set") (.get (v "acc") "set"))])
        (v "acc")))
    "set"

/-- A problem of a State that nobody can be in, or nobody can leave who came to be in it. -/
def inOutProblem : FuncDecl := helper "inOutProblem" ["rbac"] <|
  .letE "states" (.call "listOf" [section_ "states"]) <|
    .letE "steps" (.call "stepsOf" [v "rbac"]) <|
      .letE "reached"
        (.call "reached"
          [v "states", v "steps", .call "withBit" [.call "placed" [v "rbac"], n 0]]) <|
        .letE "entered" (.call "entered" [v "steps"]) <|
          .letE "left" (.call "left" [v "steps"]) <|
            below ".states"
              (firstAmong (v "states")
                (.letE "bit" (.call "stateValue" [v "states", v "item"]) <|
                  firstOf
                    [ must (.call "hasTrait" [v "reached", v "bit"]) "unreachable" "",
                      must
                        (or (not (.call "hasTrait" [v "entered", v "bit"]))
                          (.call "hasTrait" [v "left", v "bit"]))
                        "no_exit" "" ]))

/-! ## The policy -/

/-- `into` with the field, unless the value is none. -/
def put (into : Expr) (field : String) (value : Expr) : Expr :=
  .ifE (eq value nothing) into (.set into field value)

/-- A row as the node keeps it: lists where there was one item, no alias without a gate. -/
def compiledRow : FuncDecl := helper "compiledRow" ["row"] <|
  .letE "own"
    (.record
      [ ("event", .get (v "row") "event"),
        ("operator", .call "listOf" [.get (v "row") "operator"]),
        ("ops", .call "opsOf" [v "row"]) ]) <|
    .letE "own" (put (v "own") "from" (.get (v "row") "from")) <|
      .letE "own" (put (v "own") "to" (.get (v "row") "to")) <|
        .letE "own" (put (v "own") "key" (.get (v "row") "key")) <|
          .letE "own" (put (v "own") "alias" (.get (v "row") "alias")) <|
            .ifE (eq (.get (v "row") "trait") nothing) (v "own")
              (.set
                (.set (v "own") "trait" (.call "listOf" [.get (v "row") "trait"]))
                "scope" (.call "listOf" [.get (v "row") "scope"]))

def gatesOf : FuncDecl := helper "gatesOf" ["rows"] <|
  .fold (v "rows") (.list []) "gates" "row"
    (.ifE (eq (.get (v "row") "alias") nothing) (v "gates")
      (concatList (v "gates")
        (.list
          [ .record
              [ ("alias", .get (v "row") "alias"),
                ("operator",
                  .call "listOf" [.get (.get (v "row") "gate") "operator"]) ] ])))

def readersOf : FuncDecl := helper "readersOf" ["rbac"] <|
  .fold (.call "listOf" [section_ "readers"]) (.list []) "readers" "row"
    (concatList (v "readers")
      (.list
        [ .record
            [ ("operator", .call "listOf" [.get (v "row") "type"]),
              ("reads",
                .ifE (eq (.get (v "row") "reads") (v "ANYTHING"))
                  (v "ANYTHING") (.call "listOf" [.get (v "row") "reads"])) ] ]))

/-- The States that identities have at the beginning and nobody can be moved to. -/
def foundingOf : FuncDecl := helper "foundingOf" ["rbac"] <|
  .letE "entered" (.call "entered" [.call "stepsOf" [v "rbac"]]) <|
    .letE "placed" (.call "placed" [v "rbac"]) <|
      .fold (.call "listOf" [section_ "states"]) (.list []) "founding" "state"
        (.letE "bit" (.call "stateValue" [section_ "states", v "state"]) <|
          .ifE
            (and (.call "hasTrait" [v "placed", v "bit"])
              (not (.call "hasTrait" [v "entered", v "bit"])))
            (concatList (v "founding") (.list [v "state"]))
            (v "founding"))

def bundleOf : FuncDecl := helper "bundleOf" ["bundle"] <|
  .ifE (eq (v "bundle") nothing)
    (.record [("size", n 1), ("timeout", v "DEFAULT_TIMEOUT")])
    (.record
      [ ("size", .get (v "bundle") "size"),
        ("timeout",
          .ifE (eq (.get (v "bundle") "timeout") nothing)
            (v "DEFAULT_TIMEOUT") (.get (v "bundle") "timeout")) ])

def rankedOf : FuncDecl := helper "rankedOf" ["declared"] <|
  .fold (v "declared") (.list []) "traits" "trait"
    (concatList (v "traits")
      (.list
        [ .record
            [("name", .get (v "trait") "name"), ("rank", .get (v "trait") "rank")] ]))

/-- The policy of a manifest in which nothing is wrong. -/
def compiled : FuncDecl := helper "compiled" ["content", "known"] <|
  .letE "rbac" (.get (v "content") "RBAC") <|
    .letE "rows" (.call "rowsOf" [v "rbac"]) <|
      .record
        [ ("enc_v", v "MANIFEST_VERSION"),
          ("states", .call "listOf" [section_ "states"]),
          ("traits", .call "rankedOf" [.get (v "known") "declared"]),
          ("founding", .call "foundingOf" [v "rbac"]),
          ("rows",
            .fold (v "rows") (.list []) "all" "row"
              (concatList (v "all") (.list [.call "compiledRow" [v "row"]]))),
          ("gates", .call "gatesOf" [v "rows"]),
          ("readers", .call "readersOf" [v "rbac"]),
          ("bundle", .call "bundleOf" [.get (v "content") "bundle"]),
          ("rate", .get (v "content") "rate"),
          ("encrypted", eq (.get (v "content") "encrypted") yes) ]

/-- The bitmask of an identity at the beginning. -/
def initMask : FuncDecl := helper "initMask" ["policy", "row"] <|
  .fold (.call "listOf" [.get (v "row") "traits"])
    (.call "setState"
      [ n 0,
        .call "stateValue"
          [.get (v "policy") "states", .call "initState" [v "row"]] ])
    "mask" "trait"
    (.call "setTrait"
      [v "mask", .call "traitBit" [.get (v "policy") "traits", v "trait"]])

def masksOf : FuncDecl := helper "masksOf" ["policy", "rows"] <|
  .fold (v "rows") (.list []) "masks" "row"
    (concatList (v "masks")
      (.list
        [ .record
            [ ("id", .get (v "row") "identity"),
              ("mask", .call "initMask" [v "policy", v "row"]) ] ]))

/-- What is wrong once the names were taken apart. -/
def rbacProblem : FuncDecl := helper "rbacProblem" ["rbac", "known"] <|
  firstOf
    [ .call "namesProblem" [v "rbac", v "known"],
      .call "rowsProblem" [v "rbac", v "known"],
      .call "inOutProblem" [v "rbac"] ]

/-- `{policy, masks}` of a manifest's content, or `{problem, at}`. `masks` are those at the
beginning, `{id, mask}` each. `found` is what the host looked up for `manifestReads`; where that
is missing or wrong, the problem is `internal`. -/
def policyOf : FuncDecl := fn "policyOf" ["content", "found"] <|
  .letE "problem" (.call "shapeProblem" [v "content"]) <|
    .ifE (ne (v "problem") nothing) (v "problem") <|
      .letE "rbac" (.get (v "content") "RBAC") <|
        .letE "known" (.call "knownOf" [v "rbac", v "found"]) <|
          .ifE (eq (v "known") nothing)
            (.record [("problem", s "internal"), ("at", s "")]) <|
            .letE "problem"
              (below "RBAC" (.call "rbacProblem" [v "rbac", v "known"])) <|
              .ifE (ne (v "problem") nothing) (v "problem") <|
                .letE "policy" (.call "compiled" [v "content", v "known"]) <|
                  .record
                    [ ("policy", v "policy"),
                      ("masks",
                        .call "masksOf"
                          [v "policy", .call "listOf" [section_ "init"]]) ]

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Manifest",
        header := "Manifests: what they may say, and the policy that they state.",
        imports :=
          [ (["HASH_BYTES", "OUTSIDER", "DENY_PREFIX", "Context", "Op", "AccessEvent"],
              "kernel/Types"),
            (["includes", "hasTrait", "setState", "setTrait", "stateValue", "traitBit"],
              "kernel/Rbac"),
            (["isHex"], "kernel/Crypto"),
            (["letterClass", "digitValue", "joined", "hasForm", "asLines", "linesOf",
              "itemsFound", "lettersFound"], "kernel/Letters") ],
        constants := ("ANYTHING", s "*") :: constants,
        functions :=
          [ atPlace, atIndex, listOf, isName, isWithin, listProblem, repeatProblem,
            choiceProblem, opsProblem, rowsOf, sectionsProblem, bundleProblem, rateProblem,
            shapeProblem, eventsOf, readOf, manifestReads, namesFound, formed, nextPart,
            traitOf, traitsFound, textsOf, namesOf, knownOf, namesProblem, rowProblem,
            gateProblem, moveProblem, opsOf, traitRowProblem, slotProblem, lifecycleProblem,
            customProblem, readerProblem, initState, initProblem, aliasesOf, identitiesOf,
            rowsProblem, withBit, stepsOf, placed, entered, left, widened, reached,
            inOutProblem, compiledRow, gatesOf, readersOf, foundingOf, bundleOf, rankedOf,
            compiled, initMask, masksOf, rbacProblem, policyOf ] } }

end Enc.Modules.Manifest
