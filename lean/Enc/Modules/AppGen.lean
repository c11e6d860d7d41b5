import Enc.Modules.Manifest
import Enc.Modules.Profiles

/-!
# Applications

An application is described by `{name, profile, events?, slots?, views?}`; what that may say stands
in docs/guides/apps.md. Its manifest is that of its profile, the application's rows in place of
those of the profile for the same events and slots. `appMethods` says what can be done with it, of
which emitters make a facade. A field that is none counts as absent.
-/

namespace Enc.Modules.AppGen
open Enc.DSL Enc.Modules

/-- A field of the description. -/
def part (name : String) : Expr := .get (v "app") name

def appFields : List String := ["name", "profile", "events", "slots", "views"]
def eventFields : List String :=
  ["type", "create", "update", "delete", "except", "read", "notify", "push", "fields"]
def slotFields : List String := ["key", "write", "push", "fields"]
def viewFields : List String := ["name", "of", "as", "by"]
def fieldFields : List String := ["name", "type", "optional"]

def constants : List (String × Expr) :=
  [ ("MAX_EVENTS", n 24),
    ("MAX_SLOTS", n 16),
    ("MAX_VIEWS", n 32),
    ("MAX_FIELDS", n 32),
    ("MAX_NAME", n 64),
    ("MAX_ROLES", n 16),
    ("PROFILES", texts ["personal", "group", "dm", "registry"]),
    ("FIELD_TYPES", texts ["string", "natural", "boolean", "identity", "event", "any"]),
    ("KEY_TYPES", texts ["string", "identity", "event"]),
    ("VIEW_KINDS", texts ["list", "count", "latest"]),
    ("AUTHOR", s "from"),
    ("SHAPES", .record
      [ ("app", texts appFields), ("events", texts eventFields), ("slots", texts slotFields),
        ("views", texts viewFields), ("fields", texts fieldFields) ]),
    -- Whoever it is, the manifest is right or wrong alike.
    ("ANY_OWNER", s "0000000000000000000000000000000000000000000000000000000000000000") ]

/-- A fold that gathers: the lists that `body` makes of each item, one after the other. -/
def gather (items body : Expr) : Expr :=
  .fold items (.list []) "all" "item" (concatList (v "all") body)

/-- One field of each item. -/
def column (items : Expr) (field : String) : Expr :=
  gather (.call "listOf" [items]) (.list [.get (v "item") field])

/-! ## The manifest -/

/-- The manifest of a profile; none for an unknown one. -/
def profileOf : FuncDecl := fn "profileOf" ["name", "owner"] <|
  .dispatch (v "name")
    [ ("personal", .call "personal" [v "owner"]), ("group", .call "group" [v "owner"]),
      ("dm", .call "dm" [v "owner"]), ("registry", .call "registry" [v "owner"]) ]
    nothing

/-- The row that lets these roles do that; no row for no roles. -/
def rowFor : FuncDecl := helper "rowFor" ["event", "roles", "op"] <|
  .ifE (eq (v "roles") nothing) (.list [])
    (.list
      [ .record
          [ ("event", v "event"), ("operator", .call "listOf" [v "roles"]),
            ("ops", .list [v "op"]) ] ])

/-- The denial of an operation, if the event offers it. -/
def denial (operation op : String) : Expr :=
  .ifE (eq (.get (v "event") operation) nothing) (.list []) (texts [op])

/-- The rows of an event. -/
def eventRows : FuncDecl := helper "eventRows" ["event"] <|
  .letE "type" (.get (v "event") "type") <|
    .letE "rows"
      (rows [("create", "C"), ("update", "U"), ("delete", "D"), ("read", "R"), ("notify", "N"),
        ("push", "P")]) <|
      .ifE (eq (.get (v "event") "except") nothing) (v "rows")
        (concatList (v "rows")
          (.list
            [ .record
                [ ("event", v "type"),
                  ("operator", .call "listOf" [.get (v "event") "except"]),
                  ("ops",
                    concatList (denial "create" "_C")
                      (concatList (denial "update" "_U") (denial "delete" "_D"))) ] ]))
where
  rows : List (String × String) → Expr
    | [] => .list []
    | (operation, op) :: rest =>
      concatList (.call "rowFor" [v "type", .get (v "event") operation, s op]) (rows rest)

/-- The row of a slot for these roles; no row for no roles. -/
def slotRow : FuncDecl := helper "slotRow" ["key", "roles", "ops"] <|
  .ifE (eq (v "roles") nothing) (.list [])
    (.list
      [ .record
          [ ("event", s "Shared"), ("operator", .call "listOf" [v "roles"]), ("ops", v "ops"),
            ("key", v "key") ] ])

/-- What a manifest says of the application, which `owner` (hex64) has at the beginning. -/
def appManifest : FuncDecl := fn "appManifest" ["app", "owner"] <|
  .letE "base" (.call "profileOf" [part "profile", v "owner"]) <|
    .letE "access" (.get (v "base") "RBAC") <|
      .letE "types" (column (part "events") "type") <|
        .letE "keys" (column (part "slots") "key") <|
          .letE "customs"
            (concatList
              (gather (.get (v "access") "customs")
                (.ifE (.call "includes" [v "types", .get (v "item") "event"])
                  (.list []) (.list [v "item"])))
              (gather (.call "listOf" [part "events"]) (.call "eventRows" [v "item"]))) <|
            .letE "slots"
              (concatList
                (gather (.get (v "access") "slots")
                  (.ifE (.call "includes" [v "keys", .get (v "item") "key"])
                    (.list []) (.list [v "item"])))
                (gather (.call "listOf" [part "slots"])
                  (concatList
                    (.call "slotRow"
                      [ .get (v "item") "key", .get (v "item") "write",
                        texts ["C", "U", "D"] ])
                    (.call "slotRow"
                      [.get (v "item") "key", .get (v "item") "push", texts ["P"]])))) <|
              .set (v "base") "RBAC"
                (.set (.set (v "access") "customs" (v "customs")) "slots" (v "slots"))

/-! ## What may be wrong -/

/-- What is wrong before any text is taken apart. -/
def frameProblem : FuncDecl := helper "frameProblem" ["app"] <|
  Manifest.firstOf
    [ Manifest.shape (v "app") appFields "",
      Manifest.must (.call "isName" [part "name"]) "bad_name" "name",
      Manifest.must (.call "includes" [v "PROFILES", part "profile"]) "unknown_name" "profile",
      .call "listProblem" [part "events", v "MAX_EVENTS", s "events"],
      .call "listProblem" [part "slots", v "MAX_SLOTS", s "slots"],
      .call "listProblem" [part "views", v "MAX_VIEWS", s "views"] ]

/-- Those of the values that can be names. -/
def namesAmong : FuncDecl := helper "namesAmong" ["values"] <|
  gather (v "values") (.ifE (.call "isName" [v "item"]) (.list [v "item"]) (.list []))

/-- All names that the description gives, but for those of fields. -/
def namesIn : FuncDecl := helper "namesIn" ["app"] <|
  .call "namesAmong"
    [ concatList (concatList (.list [part "name"]) (column (part "views") "name"))
        (concatList (column (part "events") "type") (column (part "slots") "key")) ]

/-- The names of fields. -/
def fieldNames : FuncDecl := helper "fieldNames" ["fields"] <|
  .call "namesAmong" [column (v "fields") "name"]

/-- The reads for all names. Those of fields have one for each event and slot: to put letters
together again takes the square of their number. -/
def nameReads : FuncDecl := helper "nameReads" ["app"] <|
  concatList (.call "readOf" [.call "namesIn" [v "app"]])
    (gather
      (concatList (.call "listOf" [part "events"]) (.call "listOf" [part "slots"]))
      (.call "readOf" [.call "fieldNames" [.get (v "item") "fields"]]))

/-- All that the description may name: `{names, titles, plain, roles, found}`; none if the host
did not find it. `plain` are the roles that an identity has whatever it is about. -/
def knownIn : FuncDecl := helper "knownIn" ["app", "found"] <|
  .letE "names" (.call "namesFound" [v "found", .call "namesIn" [v "app"]]) <|
    .letE "policy"
      (.get
        (.call "policyOf"
          [.call "profileOf" [part "profile", v "ANY_OWNER"], v "found"])
        "policy") <|
      .ifE (or (eq (v "names") nothing) (eq (v "policy") nothing)) nothing <|
        .letE "plain"
          (concatList (.list [v "OUTSIDER", .get (v "Context") "Public"])
            (concatList (.get (v "policy") "states")
              (column (.get (v "policy") "traits") "name"))) <|
          .record
            [ ("names",
                .call "formed"
                  [v "names", texts ["lower"], texts ["lower", "upper", "digit"]]),
              ("titles",
                .call "formed" [v "names", texts ["lower"], texts ["lower", "digit", "-"]]),
              ("plain", v "plain"),
              ("roles",
                concatList (v "plain") (.list [.get (v "Context") "Sender"])),
              ("found", v "found") ]

/-- A problem unless the value is absent, or one or several different ones of these roles. -/
def rolesProblem : FuncDecl := helper "rolesProblem" ["roles", "known", "at"] <|
  .ifE (eq (v "roles") nothing) nothing
    (.call "choiceProblem" [v "roles", v "known", v "MAX_ROLES", v "at"])

/-- A problem unless this names what nothing else of its kind has for a name. -/
def named (item field : String) : Expr :=
  Manifest.must (.call "includes" [.get (v "known") "names", .get (v item) field])
    "bad_name" ("." ++ field)

/-- A problem of the roles of one operation. -/
def roles (item operation among : String) : Expr :=
  .call "rolesProblem"
    [.get (v item) operation, .get (v "known") among, s ("." ++ operation)]

def fieldProblem : FuncDecl := helper "fieldProblem" ["field", "names"] <|
  Manifest.firstOf
    [ Manifest.shape (v "field") fieldFields "",
      Manifest.must (.call "includes" [v "names", .get (v "field") "name"]) "bad_name" ".name",
      Manifest.must (.call "includes" [v "FIELD_TYPES", .get (v "field") "type"])
        "unknown_name" ".type",
      Manifest.must
        (or (eq (.get (v "field") "optional") nothing)
          (ne (not (.get (v "field") "optional")) nothing))
        "bad_value" ".optional" ]

/-- A problem of the fields of an event or a slot. None is called as the author is. -/
def fieldsProblem : FuncDecl := helper "fieldsProblem" ["fields", "known"] <|
  .letE "problem" (.call "listProblem" [v "fields", v "MAX_FIELDS", s ".fields"]) <|
    .ifE (ne (v "problem") nothing) (v "problem") <|
      .letE "found"
        (.call "namesFound" [.get (v "known") "found", .call "fieldNames" [v "fields"]]) <|
        .ifE (eq (v "found") nothing)
          (.record [("problem", s "internal"), ("at", s ".fields")]) <|
          .letE "names"
            (.call "formed"
              [v "found", texts ["lower"], texts ["lower", "upper", "digit"]]) <|
            Manifest.firstOf
              [ Manifest.below ".fields"
                  (Manifest.firstAmong (v "fields")
                    (.call "fieldProblem" [v "item", v "names"])),
                Manifest.below ".fields"
                  (.call "repeatProblem"
                    [column (v "fields") "name", .list [v "AUTHOR"], s ".name"]) ]

/-- Nobody is the author of what is not yet there, and pushes go to identities whatever it is
about; so those roles are plain. -/
def eventProblem : FuncDecl := helper "eventProblem" ["event", "known"] <|
  Manifest.firstOf
    [ Manifest.shape (v "event") eventFields "",
      named "event" "type",
      Manifest.must (ne (.get (v "event") "create") nothing) "bad_value" ".create",
      roles "event" "create" "plain", roles "event" "update" "roles",
      roles "event" "delete" "roles", roles "event" "except" "plain",
      roles "event" "read" "roles", roles "event" "notify" "plain",
      roles "event" "push" "plain",
      .call "fieldsProblem" [.get (v "event") "fields", v "known"] ]

def slotProblem : FuncDecl := helper "appSlotProblem" ["slot", "known"] <|
  Manifest.firstOf
    [ Manifest.shape (v "slot") slotFields "",
      named "slot" "key",
      Manifest.must (ne (.get (v "slot") "write") nothing) "bad_value" ".write",
      roles "slot" "write" "plain", roles "slot" "push" "plain",
      .call "fieldsProblem" [.get (v "slot") "fields", v "known"] ]

/-- What a view of that event may be by: its author, and the fields that are always there and text. -/
def keysOf : FuncDecl := helper "keysOf" ["events", "type"] <|
  gather (.call "listOf" [v "events"])
    (.ifE (eq (.get (v "item") "type") (v "type"))
      (.call "keyFields" [.get (v "item") "fields"]) (.list []))

def keyFields : FuncDecl := helper "keyFields" ["fields"] <|
  concatList (.list [v "AUTHOR"])
    (gather (.call "listOf" [v "fields"])
      (.ifE
        (and (.call "includes" [v "KEY_TYPES", .get (v "item") "type"])
          (ne (.get (v "item") "optional") yes))
        (.list [.get (v "item") "name"]) (.list [])))

def viewProblem : FuncDecl := helper "viewProblem" ["view", "known", "events"] <|
  Manifest.firstOf
    [ Manifest.shape (v "view") viewFields "",
      named "view" "name",
      Manifest.must
        (.call "includes" [column (v "events") "type", .get (v "view") "of"])
        "unknown_name" ".of",
      Manifest.must (.call "includes" [v "VIEW_KINDS", .get (v "view") "as"])
        "unknown_name" ".as",
      .ifE (eq (.get (v "view") "by") nothing) nothing
        (Manifest.must
          (.call "includes"
            [ .call "keysOf" [v "events", .get (v "view") "of"], .get (v "view") "by" ])
          "unknown_name" ".by") ]

/-- What is wrong with the description itself. -/
def ownProblem : FuncDecl := helper "ownProblem" ["app", "found"] <|
  .letE "known" (.call "knownIn" [v "app", v "found"]) <|
    .ifE (eq (v "known") nothing) (.record [("problem", s "internal"), ("at", s "")]) <|
      Manifest.firstOf
        [ Manifest.must (.call "includes" [.get (v "known") "titles", part "name"])
            "bad_name" "name",
          Manifest.below "events"
            (Manifest.firstAmong (part "events")
              (.call "eventProblem" [v "item", v "known"])),
          Manifest.below "events"
            (.call "repeatProblem" [column (part "events") "type", .list [], s ".type"]),
          Manifest.below "slots"
            (Manifest.firstAmong (part "slots")
              (.call "appSlotProblem" [v "item", v "known"])),
          Manifest.below "slots"
            (.call "repeatProblem" [column (part "slots") "key", .list [], s ".key"]),
          .letE "events" (.call "listOf" [part "events"])
            (Manifest.below "views"
              (Manifest.firstAmong (part "views")
                (.call "viewProblem" [v "item", v "known", v "events"]))),
          Manifest.below "views"
            (.call "repeatProblem" [column (part "views") "name", .list [], s ".name"]) ]

/-- Those of the reads that are not found yet. -/
def unanswered : FuncDecl := helper "unanswered" ["reads", "found"] <|
  gather (v "reads")
    (.ifE (eq (.call "itemsFound" [v "found", v "item"]) nothing) (.list [v "item"]) (.list []))

/-- What the host must look up for `appProblem`, of that what is not yet found: ask again with it,
until nothing is left. -/
def appReads : FuncDecl := fn "appReads" ["app", "found"] <|
  .ifE (ne (.call "frameProblem" [v "app"]) nothing) (.list []) <|
    .letE "first"
      (concatList
        (.call "unanswered" [.call "nameReads" [v "app"], v "found"])
        (.call "manifestReads"
          [.call "profileOf" [part "profile", v "ANY_OWNER"], v "found"])) <|
      .ifE (ne (v "first") (.list [])) (v "first") <|
        .ifE (ne (.call "ownProblem" [v "app", v "found"]) nothing) (.list [])
          (.call "manifestReads" [.call "appManifest" [v "app", v "ANY_OWNER"], v "found"])

/-- The first thing that is wrong as `{problem, at}`, an error code and the place, such as
`events[0].create`; none if the description is right. What is wrong with the manifest that it leads
to has a place below `manifest`. `found` is what the host looked up for `appReads`; where that is
missing or wrong, the problem is `internal`. -/
def appProblem : FuncDecl := fn "appProblem" ["app", "found"] <|
  Manifest.firstOf
    [ .call "frameProblem" [v "app"],
      .call "ownProblem" [v "app", v "found"],
      .letE "answer"
        (.call "policyOf" [.call "appManifest" [v "app", v "ANY_OWNER"], v "found"])
        (.ifE (eq (.get (v "answer") "problem") nothing) nothing
          (.record
            [ ("problem", .get (v "answer") "problem"),
              ("at", concatStr (s "manifest.") (.get (v "answer") "at")) ])) ]

/-! ## The facade -/

/-- A method, if the item has that field. -/
def offered (kind field op name : String) : Expr :=
  .ifE (eq (.get (v "item") field) nothing) (.list [])
    (.list
      [ .record
          [ ("kind", s kind), ("of", .get (v "item") name), ("op", s op),
            ("roles", .call "listOf" [.get (v "item") field]) ] ])

/-- What can be done with the application, in the order of the description: `{kind, of, op, roles}`,
`kind` being `event`, `slot` or `view`. Roles are those that may, which is for people to read: what
the node refuses is for the manifest to say. -/
def appMethods : FuncDecl := fn "appMethods" ["app"] <|
  concatList
    (concatList
      (gather (.call "listOf" [part "events"])
        (concatList (offered "event" "create" "create" "type")
          (concatList (offered "event" "update" "update" "type")
            (offered "event" "delete" "delete" "type"))))
      (gather (.call "listOf" [part "slots"])
        (concatList (offered "slot" "write" "set" "key")
          (concatList (offered "slot" "write" "clear" "key")
            (.list
              [ .record
                  [ ("kind", s "slot"), ("of", .get (v "item") "key"), ("op", s "get"),
                    ("roles", .list []) ] ])))))
    (gather (.call "listOf" [part "views"])
      (.list
        [ .record
            [ ("kind", s "view"), ("of", .get (v "item") "name"),
              ("op", .get (v "item") "as"), ("roles", .list []) ] ]))

def module : SpecModule :=
  { layer := "appgen",
    decl :=
      { name := "AppGen",
        header := "Applications: from a description to a manifest and a facade.",
        imports :=
          [ (["OUTSIDER", "Context"], "kernel/Types"),
            (["includes"], "kernel/Rbac"),
            (["joined", "hasForm", "asLines", "linesOf", "itemsFound", "lettersFound"],
              "kernel/Letters"),
            (["listOf", "isName", "manifestReads", "policyOf"], "kernel/Manifest"),
            (["personal", "group", "dm", "registry"], "app/Profiles") ],
        constants := constants,
        functions :=
          [ Manifest.atPlace, Manifest.atIndex, Manifest.listProblem, Manifest.repeatProblem,
            Manifest.choiceProblem, Manifest.readOf, Manifest.namesFound, Manifest.formed,
            profileOf, rowFor, eventRows, slotRow, appManifest, frameProblem, namesAmong,
            namesIn, fieldNames, nameReads, knownIn, rolesProblem, fieldProblem, fieldsProblem, eventProblem,
            slotProblem, keyFields, keysOf, viewProblem, ownProblem, unanswered, appReads,
            appProblem, appMethods ] } }

end Enc.Modules.AppGen
