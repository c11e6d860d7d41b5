import Enc.Modules.Sugar

/-!
# Application profiles

The manifests of section 10.5 of the protocol facts, as contents of a Manifest commit. `owner` is
the identity, hex64, that has the enclave at the beginning. What that section leaves open is
decided here; docs/protocol.md says what.
-/

namespace Enc.Modules.Profiles
open Enc.DSL Enc.Modules

/-- One operator, or a list of several. -/
def operatorOf : List String → Expr
  | [name] => s name
  | names => texts names

/-- A row by its type, its operators, its operations and whatever else it has. -/
def row (event : String) (operator ops : List String) (others : List (String × Expr)) : Expr :=
  .record
    (("event", s event) :: ("operator", operatorOf operator) :: ("ops", texts ops) :: others)

def custom (event : String) (operator ops : List String) : Expr := row event operator ops []

def slot (key : String) (operator ops : List String) : Expr :=
  row "Shared" operator ops [("key", s key)]

def ends (event : String) (operator : List String) : Expr := row event operator ["C"] []

def move (start finish : String) (operator : List String) : Expr :=
  row "Move" operator ["C"] [("from", s start), ("to", s finish)]

/-- A row that counts only while the gate of that name is open. -/
def gated (alias : String) (gate : List String) : Expr → Expr
  | .record fields =>
    .record
      (("alias", s alias) :: ("gate", .record [("operator", texts gate)]) :: fields)
  | other => other

def change (event : String) (operator scope trait : List String) : Expr :=
  .record
    [ ("event", s event), ("operator", texts operator), ("scope", texts scope),
      ("trait", texts trait) ]

def reader (type : String) (reads : Expr) : Expr :=
  .record [("type", s type), ("reads", reads)]

def founder (state : String) (traits : List String) : Expr :=
  .record [("identity", v "owner"), ("state", s state), ("traits", texts traits)]

def manifest (access : List (String × Expr)) : Expr :=
  .record [("enc_v", n 2), ("RBAC", .record access)]

/-- One person's data: what is public goes to dataviews, what is private to nobody. -/
def personal : FuncDecl := fn "personal" ["owner"] <|
  manifest
    [ ("states", texts ["OWNER"]),
      ("traits", texts ["dataview(1)"]),
      ("readers", .list [reader "OWNER" (s "*")]),
      ("moves", .list []),
      ("grants",
        .list
          [ change "Grant" ["OWNER"] ["OUTSIDER"] ["dataview"],
            change "Revoke" ["OWNER"] ["OUTSIDER"] ["dataview"] ]),
      ("transfers", .list []),
      ("slots",
        .list [slot "profile" ["OWNER"] ["C", "U", "D"], slot "profile" ["dataview"] ["P"]]),
      ("lifecycle", .list [ends "Terminate" ["OWNER"]]),
      ("customs",
        .list
          [ custom "public" ["OWNER"] ["C", "U", "D"], custom "public" ["dataview"] ["P"],
            custom "private" ["OWNER"] ["C", "U", "D"] ]),
      ("init", founder "OWNER" []) ]

/-- A group with applications, which two gates open, and moderation by rank. -/
def group : FuncDecl := fn "group" ["owner"] <|
  manifest
    [ ("states", texts ["PENDING", "MEMBER", "BLOCKED"]),
      ("traits", texts ["owner(0)", "admin(1)", "muted(2)", "dataview(3)"]),
      ("readers", .list [reader "MEMBER" (s "*")]),
      ("moves",
        .list
          [ gated "applications" ["owner", "admin"] (move "OUTSIDER" "PENDING" ["Self"]),
            gated "auto_join" ["owner"] (move "OUTSIDER" "MEMBER" ["Self"]),
            move "OUTSIDER" "MEMBER" ["admin"], move "OUTSIDER" "BLOCKED" ["admin"],
            move "PENDING" "MEMBER" ["admin"], move "PENDING" "OUTSIDER" ["admin"],
            move "MEMBER" "OUTSIDER" ["admin"], move "MEMBER" "BLOCKED" ["admin"],
            move "BLOCKED" "OUTSIDER" ["admin"], move "MEMBER" "OUTSIDER" ["Self"] ]),
      ("grants",
        .list
          [ change "Grant" ["admin"] ["MEMBER"] ["muted"],
            change "Revoke" ["admin"] ["MEMBER"] ["muted"],
            change "Grant" ["owner"] ["MEMBER"] ["admin"],
            change "Revoke" ["owner"] ["OUTSIDER", "PENDING", "MEMBER", "BLOCKED"] ["admin"],
            change "Grant" ["owner"] ["OUTSIDER"] ["dataview"],
            change "Revoke" ["owner"] ["OUTSIDER"] ["dataview"] ]),
      ("transfers", .list [change "Transfer" ["owner"] ["MEMBER"] ["owner"]]),
      ("slots",
        .list [slot "profile" ["admin"] ["C", "U", "D"], slot "profile" ["dataview"] ["P"]]),
      ("lifecycle",
        .list
          [ ends "Pause" ["owner"], ends "Resume" ["owner"], ends "Terminate" ["owner"],
            ends "Migrate" ["owner"] ]),
      ("customs",
        .list
          [ custom "message" ["MEMBER"] ["C"], custom "message" ["Sender"] ["U", "D"],
            custom "message" ["admin"] ["D"], custom "message" ["muted"] ["_C", "_U"],
            custom "message" ["OUTSIDER", "PENDING", "BLOCKED"] ["_C", "_U", "_D"],
            custom "message" ["MEMBER"] ["N"], custom "message" ["dataview"] ["P"],
            custom "reaction" ["MEMBER"] ["C"], custom "reaction" ["Sender"] ["D"],
            custom "reaction" ["muted", "OUTSIDER", "PENDING", "BLOCKED"] ["_C", "_D"],
            custom "topic" ["admin"] ["C", "U", "D"], custom "topic" ["dataview"] ["P"],
            custom "rotate" ["admin"] ["C"] ]),
      ("init", founder "MEMBER" ["owner", "admin"]) ]

/-- A mailbox: whoever the owner lets in writes to the owner. -/
def dm : FuncDecl := fn "dm" ["owner"] <|
  manifest
    [ ("states", texts ["OWNER", "FRIEND", "BLOCKED"]),
      ("traits", .list []),
      ("readers",
        .list [reader "OWNER" (s "*"), reader "Sender" (texts ["invite", "message"])]),
      ("moves",
        .list
          [ move "OUTSIDER" "FRIEND" ["OWNER"], move "OUTSIDER" "BLOCKED" ["OWNER"],
            move "FRIEND" "OUTSIDER" ["OWNER"], move "FRIEND" "BLOCKED" ["OWNER"],
            move "BLOCKED" "OUTSIDER" ["OWNER"], move "BLOCKED" "FRIEND" ["OWNER"] ]),
      ("grants", .list []),
      ("transfers", .list []),
      ("slots", .list []),
      ("lifecycle", .list [ends "Terminate" ["OWNER"]]),
      ("customs",
        .list
          [ gated "invites" ["OWNER"] (custom "invite" ["OUTSIDER"] ["C"]),
            custom "invite" ["OWNER"] ["D"],
            custom "message" ["OWNER"] ["D", "N"], custom "message" ["FRIEND"] ["C"],
            custom "message" ["Sender"] ["U", "D"], custom "message" ["BLOCKED"] ["_U", "_D"],
            custom "sent" ["OWNER"] ["C", "U", "D"] ]),
      ("init", founder "OWNER" []) ]

/-- Where everyone may say what is where, and everyone may read it. -/
def registry : FuncDecl := fn "registry" ["owner"] <|
  manifest
    [ ("states", .list []),
      ("traits", texts ["owner(0)", "dataview(1)"]),
      ("readers", .list [reader "Public" (s "*")]),
      ("moves", .list []),
      ("grants",
        .list
          [ change "Grant" ["owner"] ["OUTSIDER"] ["dataview"],
            change "Revoke" ["owner"] ["OUTSIDER"] ["dataview"] ]),
      ("transfers", .list []),
      ("slots", .list []),
      ("lifecycle",
        .list [ends "Pause" ["owner"], ends "Resume" ["owner"], ends "Migrate" ["owner"]]),
      ("customs",
        .list
          [ custom "node" ["Public"] ["C"], custom "node" ["Sender"] ["U", "D"],
            custom "node" ["dataview"] ["P"],
            custom "enclave" ["Public"] ["C"], custom "enclave" ["Sender"] ["U", "D"],
            custom "enclave" ["dataview"] ["P"],
            custom "identity" ["Public"] ["C"], custom "identity" ["Sender"] ["U", "D"],
            custom "identity" ["dataview"] ["P"] ]),
      ("init", founder "OUTSIDER" ["owner"]) ]

def module : SpecModule :=
  { layer := "app",
    decl :=
      { name := "Profiles",
        header := "Manifests of the application profiles.",
        imports := [],
        functions := [personal, group, dm, registry] } }

end Enc.Modules.Profiles
