import Enc.Modules.Manifest

/-!
# Access control events

Who may commit what, and what it changes, by the policy of `kernel/Manifest`. Contents, rules and
error codes stand in docs/protocol.md, "Access control".

A *situation* is what the node looked up before it decides:

- `actor`: the identity that signed the commit.
- `masks`: `{id, mask}` of the actor and of every identity that `accessTargets` names, a mask of 0
  for one without a leaf. Where one is missing, nothing is decided: the answer is `internal`.
- `gates`: `{alias, open}` of every gate that was ever opened; one that is missing is closed.
- `target_type`, `author`, `target_deleted`: type, author and whether it was deleted, of the event
  that an Update or a Delete is about; none of them where there is no such event.
- `slot_used`: for Shared and Own, whether the slot holds a value, which is a truth value.
- `found`: what the host found for `accessReads`.
-/

namespace Enc.Modules.Access
open Enc.DSL Enc.Modules

def constants : List (String × Expr) :=
  [ ("MAX_EVENTS", n 64),
    ("MAX_ENDPOINT", n 1024),
    ("MAX_PORT", n 65535),
    ("LOOPBACK", texts ["localhost", "127.0.0.1"]),
    ("BUNDLED_TYPES", texts ["Move", "Grant", "Revoke", "Transfer", "Gate"]) ]

/-- Whether a value is a record with no other fields than these. -/
def hasOnly (value : Expr) (fields : List String) : Expr :=
  eq (Filter.blank value fields) (Filter.blank (.record []) fields)

/-- All of several conditions. -/
def all : List Expr → Expr
  | [] => yes
  | [last] => last
  | condition :: rest => and condition (all rest)

/-- A code, unless the condition is true. -/
def need (condition : Expr) (code : String) : Expr :=
  .ifE (eq yes condition) nothing (s code)

/-- The first code of several; what follows it is not evaluated. -/
def firstCode : List Expr → Expr
  | [] => nothing
  | [last] => last
  | code :: rest =>
    .letE "code" code (.ifE (eq (v "code") nothing) (firstCode rest) (v "code"))

def content (field : String) : Expr := .get (v "content") field
def policy (field : String) : Expr := .get (v "policy") field
def work (field : String) : Expr := .get (v "work") field

/-! ## Endpoints -/

/-- Where in a URL the next letter stands. -/
def endpointPart : FuncDecl := helper "endpointPart" ["part", "kind"] <|
  .dispatch (v "part")
    [ ("start",
        .dispatch (v "kind") [("lower", s "host"), ("digit", s "host")] (s "wrong")),
      ("host",
        .dispatch (v "kind")
          [ ("lower", s "host"), ("digit", s "host"), ("-", s "host"), (".", s "host"),
            (":", s "port"), ("/", s "path"), ("?", s "path") ]
          (s "wrong")),
      ("port",
        .dispatch (v "kind") [("digit", s "port"), ("/", s "path"), ("?", s "path")]
          (s "wrong")),
      ("path", .ifE (eq (v "kind") nothing) (s "wrong") (s "path")) ]
    (s "wrong")

/-- What is known of a URL after one more letter. The scheme is collected whole, because of it
every letter counts. -/
def endpointAfter : FuncDecl := helper "endpointAfter" ["seen", "letter"] <|
  .ifE (eq (.get (v "seen") "part") (s "scheme"))
    (.letE "scheme" (concatStr (.get (v "seen") "scheme") (v "letter")) <|
      .record
        [ ("scheme", v "scheme"),
          ("part",
            .dispatch (v "scheme") [("https://", s "start"), ("http://", s "start")]
              (.ifE (eq yes (lt (lengthStr (v "scheme")) (n 8)))
                (s "scheme") (s "wrong"))),
          ("host", s ""), ("port", nothing) ]) <|
    .letE "part"
      (.call "endpointPart"
        [.get (v "seen") "part", .call "letterClass" [v "letter"]]) <|
      .record
        [ ("scheme", .get (v "seen") "scheme"),
          ("part", v "part"),
          ("host", .ifE (eq (v "part") (s "host"))
            (concatStr (.get (v "seen") "host") (v "letter")) (.get (v "seen") "host")),
          ("port", .ifE (eq (v "part") (s "port"))
            (.ifE (eq (v "letter") (s ":")) (n 0)
              (add (mul (.get (v "seen") "port") (n 10))
                (.call "digitValue" [v "letter"])))
            (.get (v "seen") "port")) ]

/-- Whether the letters are a URL that may be pushed to: https, or http on this very machine, which
a host takes only if it is told to. -/
def isEndpoint : FuncDecl := helper "isEndpoint" ["letters"] <|
  .letE "end"
    (.fold (v "letters")
      (.record [("part", s "scheme"), ("scheme", s ""), ("host", s ""), ("port", nothing)])
      "seen" "letter" (.call "endpointAfter" [v "seen", v "letter"])) <|
    all
      [ .dispatch (.get (v "end") "part") [("host", yes), ("port", yes), ("path", yes)] no,
        or (eq (.get (v "end") "port") nothing)
          (eq yes
            (and (lt (n 0) (.get (v "end") "port"))
              (le (.get (v "end") "port") (v "MAX_PORT")))),
        or (eq (.get (v "end") "scheme") (s "https://"))
          (.call "includes" [v "LOOPBACK", .get (v "end") "host"]) ]

/-! ## Contents -/

/-- The single events of a commit, `{type, content}` each: those of a bundle, or itself. Nothing
where a bundle is none or is too large. -/
def stepsOf : FuncDecl := helper "stepsOf" ["type", "content"] <|
  .ifE (eq (v "type") (.get (v "AccessEvent") "AC_Bundle"))
    (.ifE (eq yes (le (lengthList (content "events")) (v "MAX_EVENTS")))
      (content "events") (.list []))
    (.list [.record [("type", v "type"), ("content", v "content")]])

/-- The endpoint that a Grant names, as the read that takes it apart, in a list. -/
def endpointReads : FuncDecl := helper "endpointReads" ["type", "content"] <|
  .letE "endpoint" (content "endpoint") <|
    .ifE
      (and (eq (v "type") (.get (v "AccessEvent") "Grant"))
        (eq yes (le (lengthStr (v "endpoint")) (v "MAX_ENDPOINT"))))
      (.list [.record [("letters", v "endpoint")]])
      (.list [])

/-- What the host must look up before a commit is decided, of that what is not yet found. -/
def accessReads : FuncDecl := fn "accessReads" ["type", "content", "found"] <|
  .fold (.call "stepsOf" [v "type", v "content"]) (.list []) "reads" "step"
    (concatList (v "reads")
      (.fold
        (.call "endpointReads" [.get (v "step") "type", .get (v "step") "content"])
        (.list []) "more" "read"
        (.ifE
          (or (.call "includes" [v "reads", v "read"])
            (ne (.call "itemsFound" [v "found", v "read"]) nothing))
          (v "more")
          (concatList (v "more") (.list [v "read"])))))

def isHash : FuncDecl := helper "isHash" ["value"] <|
  .call "isHex" [v "value", v "HASH_BYTES"]

/-- Whether an endpoint is absent or may be pushed to. -/
def endpointHolds : FuncDecl := helper "endpointHolds" ["endpoint", "found"] <|
  .ifE (eq (v "endpoint") nothing) yes <|
    .ifE (eq yes (le (lengthStr (v "endpoint")) (v "MAX_ENDPOINT")))
      (eq yes
        (.call "isEndpoint" [.call "lettersFound" [v "found", v "endpoint"]]))
      no

/-- Whether a single event has content of its type. What an application's events hold is its own
affair, and nothing is read of Pause, Resume and Terminate. -/
def contentHolds : FuncDecl := helper "contentHolds" ["type", "content", "found"] <|
  .dispatch (v "type")
    [ ("Move",
        all
          [ hasOnly (v "content") ["target", "from", "to"],
            .call "isHash" [content "target"], .call "isName" [content "from"],
            .call "isName" [content "to"] ]),
      ("Grant",
        all
          [ hasOnly (v "content") ["target", "trait", "endpoint"],
            .call "isHash" [content "target"], .call "isName" [content "trait"],
            .call "endpointHolds" [content "endpoint", v "found"] ]),
      ("Revoke",
        all
          [ hasOnly (v "content") ["target", "trait"],
            .call "isHash" [content "target"], .call "isName" [content "trait"] ]),
      ("Transfer",
        all
          [ hasOnly (v "content") ["target", "trait"],
            .call "isHash" [content "target"], .call "isName" [content "trait"] ]),
      ("Gate",
        all
          [ hasOnly (v "content") ["alias", "open"], .call "isName" [content "alias"],
            ne (not (content "open")) nothing ]),
      ("Update",
        all [hasOnly (v "content") ["target", "content"], .call "isHash" [content "target"]]),
      ("Delete",
        all [hasOnly (v "content") ["target"], .call "isHash" [content "target"]]),
      ("Shared",
        all [hasOnly (v "content") ["key", "value"], .call "isName" [content "key"]]),
      ("Own",
        all [hasOnly (v "content") ["key", "value"], .call "isName" [content "key"]]),
      ("Migrate",
        all
          [ hasOnly (v "content") ["new_sequencer", "prev_seq", "ct_root"],
            .call "isHash" [content "new_sequencer"], .call "isHash" [content "ct_root"],
            eq yes (le (n 0) (content "prev_seq")) ]) ]
    yes

/-- Whether a bundle has 1 to 64 events, each one that may stand in it. -/
def bundleHolds : FuncDecl := helper "bundleHolds" ["content", "found"] <|
  .letE "steps" (.call "stepsOf" [.get (v "AccessEvent") "AC_Bundle", v "content"]) <|
    all
      [ hasOnly (v "content") ["events"],
        eq yes (lt (n 0) (lengthList (v "steps"))),
        .fold (v "steps") yes "ok" "step"
          (and (v "ok")
            (all
              [ hasOnly (v "step") ["type", "content"],
                .call "includes" [v "BUNDLED_TYPES", .get (v "step") "type"],
                .call "contentHolds"
                  [.get (v "step") "type", .get (v "step") "content", v "found"] ])) ]

/-- `bad_content` where the content is not what the type wants, else none. -/
def contentProblem : FuncDecl := fn "contentProblem" ["type", "content", "found"] <|
  need
    (.ifE (eq (v "type") (.get (v "AccessEvent") "AC_Bundle"))
      (.call "bundleHolds" [v "content", v "found"])
      (.call "contentHolds" [v "type", v "content", v "found"]))
    "bad_content"

/-! ## What to look up -/

/-- The identity that an event acts upon; none if its type has none. -/
def targetOf : FuncDecl := fn "targetOf" ["type", "content"] <|
  .dispatch (v "type")
    [ ("Move", content "target"), ("Grant", content "target"),
      ("Revoke", content "target"), ("Transfer", content "target") ]
    nothing

/-- The identities whose masks are needed besides the actor's, each once. -/
def accessTargets : FuncDecl := fn "accessTargets" ["type", "content"] <|
  .fold (.call "stepsOf" [v "type", v "content"]) (.list []) "targets" "step"
    (.letE "target"
      (.call "targetOf" [.get (v "step") "type", .get (v "step") "content"]) <|
      .ifE
        (and (.call "isHash" [v "target"])
          (not (.call "includes" [v "targets", v "target"])))
        (concatList (v "targets") (.list [v "target"]))
        (v "targets"))

/-- The aliases of the gates that bear on an event, each once. -/
def aliasesFor : FuncDecl := helper "aliasesFor" ["policy", "type", "content", "about"] <|
  .ifE (eq (v "type") (.get (v "AccessEvent") "Gate"))
    (.list [content "alias"]) <|
    .letE "event" (.ifE (eq (v "about") nothing) (v "type") (v "about")) <|
      .fold (policy "rows") (.list []) "aliases" "row"
        (.ifE
          (all
            [ eq (.get (v "row") "event") (v "event"),
              ne (.get (v "row") "alias") nothing,
              or (eq (.get (v "row") "from") nothing)
                (and (eq (.get (v "row") "from") (content "from"))
                  (eq (.get (v "row") "to") (content "to"))) ])
          (concatList (v "aliases") (.list [.get (v "row") "alias"]))
          (v "aliases"))

/-- The gates whose state is needed, by alias, each once; `targetType` is the type of the event
that an Update or a Delete is about. -/
def accessGates : FuncDecl :=
  fn "accessGates" ["policy", "type", "content", "targetType"] <|
    .fold (.call "stepsOf" [v "type", v "content"]) (.list []) "all" "step"
      (.fold
        (.call "aliasesFor"
          [ v "policy", .get (v "step") "type", .get (v "step") "content", v "targetType" ])
        (v "all") "some" "alias"
        (.ifE (.call "includes" [v "some", v "alias"]) (v "some")
          (concatList (v "some") (.list [v "alias"]))))

/-! ## Authorization -/

/-- Whether a row is about a wanted event: fields that neither has agree. The State of the target
must be in the scope of a row about a trait. -/
def rowConcerns : FuncDecl := helper "rowConcerns" ["row", "want"] <|
  all
    [ eq (.get (v "row") "event") (.get (v "want") "event"),
      eq (.get (v "row") "from") (.get (v "want") "from"),
      eq (.get (v "row") "to") (.get (v "want") "to"),
      eq (.get (v "row") "key") (.get (v "want") "key"),
      .ifE (eq (.get (v "want") "trait") nothing)
        (eq (.get (v "row") "trait") nothing)
        (and (eq yes (.call "includes" [.get (v "row") "trait", .get (v "want") "trait"]))
          (eq yes (.call "includes" [.get (v "row") "scope", .get (v "want") "state"]))) ]

/-- The policy with those rows only that are about a wanted event. A row with a gate counts only
while the gate is open. -/
def rowsFor : FuncDecl := helper "rowsFor" ["policy", "gates", "want"] <|
  .set (v "policy") "rows"
    (.fold (policy "rows") (.list []) "rows" "row"
      (.ifE
        (and (.call "rowConcerns" [v "row", v "want"])
          (.letE "alias" (.get (v "row") "alias") <|
            or (eq (v "alias") nothing) (.call "isOpen" [v "gates", v "alias"])))
        (concatList (v "rows") (.list [v "row"]))
        (v "rows")))

/-- The policy for somebody who acts on themselves: of rows that grant, those that name Self. -/
def rowsForSelf : FuncDecl := helper "rowsForSelf" ["policy"] <|
  .set (v "policy") "rows"
    (.fold (policy "rows") (.list []) "rows" "row"
      (.ifE
        (or
          (.call "includes" [.get (v "row") "operator", .get (v "Context") "Self"])
          (not (.call "includes" [.get (v "row") "ops", .get (v "Op") "C"])))
        (concatList (v "rows") (.list [v "row"]))
        (v "rows")))

/-- Whether a founding State alone authorizes: nobody can be moved to one, so its rows need no
rank. -/
def isFounded : FuncDecl := helper "isFounded" ["policy", "mask", "event"] <|
  and
    (.call "includes"
      [policy "founding", .call "stateName" [policy "states", v "mask"]])
    (.call "isAuthorized"
      [ v "policy", .call "getState" [v "mask"], .list [], v "event",
        .get (v "Op") "C" ])

/-- Whether the actor may move an identity with the target's mask. -/
def outranksMoved : FuncDecl := helper "outranksMoved" ["policy", "mask", "targetMask"] <|
  .letE "best" (.call "bestRank" [policy "traits", v "targetMask"]) <|
    or (eq (v "best") nothing)
      (.call "isStronger" [.call "bestRank" [policy "traits", v "mask"], v "best"])

/-- Whether the actor, who holds it, may transfer a trait to an identity with the target's mask. -/
def outranksHeir : FuncDecl := helper "outranksHeir" ["policy", "mask", "targetMask"] <|
  .call "isStronger"
    [ .call "bestRank" [policy "traits", v "mask"],
      .call "bestRank" [policy "traits", v "targetMask"] ]

/-- Whether the actor's rank allows what the rows do: rows in `policy` are those that count. -/
def hasRank : FuncDecl :=
  helper "hasRank" ["policy", "type", "content", "mask", "targetMask"] <|
    .ifE (.call "isFounded" [v "policy", v "mask", v "type"]) yes <|
      .dispatch (v "type")
        [ ("Move", .call "outranksMoved" [v "policy", v "mask", v "targetMask"]),
          ("Transfer", .call "outranksHeir" [v "policy", v "mask", v "targetMask"]) ]
        (.call "mayChangeTrait"
          [policy "traits", v "mask", v "targetMask", content "trait"])

/-- Whether an identity holds a trait, by its name. -/
def holds : FuncDecl := helper "holds" ["policy", "mask", "trait"] <|
  .letE "bit" (.call "traitBit" [policy "traits", v "trait"]) <|
    .ifE (eq (v "bit") nothing) no (.call "hasTrait" [v "mask", v "bit"])

/-- Why an event that acts upon an identity is refused. -/
def judgeTarget : FuncDecl := helper "judgeTarget" ["policy", "work", "type", "content"] <|
  .letE "actor" (work "actor") <|
    .letE "target" (content "target") <|
      .letE "mask" (.call "maskOf" [work "masks", v "actor"]) <|
        .letE "targetMask" (.call "maskOf" [work "masks", v "target"]) <|
          .letE "counting"
            (.call "rowsFor"
              [ v "policy", work "gates",
                .record
                  [ ("event", v "type"), ("from", content "from"), ("to", content "to"),
                    ("trait", content "trait"),
                    ("state",
                      .call "stateName" [policy "states", v "targetMask"]) ] ]) <|
            .letE "self" (eq (v "actor") (v "target")) <|
              .letE "counting"
                (.ifE (v "self") (.call "rowsForSelf" [v "counting"]) (v "counting")) <|
                firstCode
                  [ need
                      (and (ne (v "mask") nothing) (ne (v "targetMask") nothing))
                      "internal",
                    need
                      (.call "isAuthorized"
                        [ v "counting", v "mask",
                          .call "contextsOf" [v "actor", v "target", nothing],
                          v "type", .get (v "Op") "C" ])
                      "not_authorized",
                    .ifE (eq (v "type") (.get (v "AccessEvent") "Transfer"))
                      (need
                        (and (not (v "self"))
                          (.call "holds" [v "policy", v "mask", content "trait"]))
                        "not_authorized")
                      nothing,
                    need
                      (or (v "self")
                        (.call "hasRank"
                          [ v "counting", v "type", v "content", v "mask",
                            v "targetMask" ]))
                      "not_authorized" ]

/-- Why an event that acts upon nobody is refused: `event`, `key` and `op` say what rows must
grant, `owner` and `author` whose it is. -/
def judgeOp : FuncDecl :=
  helper "judgeOp" ["policy", "work", "event", "key", "op", "owner", "author"] <|
    .letE "mask" (.call "maskOf" [work "masks", work "actor"]) <|
      firstCode
        [ need (ne (v "mask") nothing) "internal",
          need
            (.call "isAuthorized"
              [ .call "rowsFor"
                  [ v "policy", work "gates",
                    .record [("event", v "event"), ("key", v "key")] ],
                v "mask",
                .call "contextsOf" [work "actor", v "owner", v "author"],
                v "event", v "op" ])
            "not_authorized" ]

/-- Why a gate may not be opened or closed: its operators may. -/
def judgeGate : FuncDecl := helper "judgeGate" ["policy", "work", "content"] <|
  .letE "rows"
    (.fold (policy "gates") (.list []) "rows" "gate"
      (.ifE (eq (.get (v "gate") "alias") (content "alias"))
        (concatList (v "rows")
          (.list
            [ .record
                [ ("event", .get (v "AccessEvent") "Gate"),
                  ("operator", .get (v "gate") "operator"),
                  ("ops", .list [.get (v "Op") "C"]) ] ]))
        (v "rows"))) <|
    .call "judgeOp"
      [ .set (v "policy") "rows" (v "rows"), v "work", .get (v "AccessEvent") "Gate",
        nothing, .get (v "Op") "C", nothing, nothing ]

/-- Why an event may not be updated or deleted. Only an application's events can be. -/
def judgeReference : FuncDecl := helper "judgeReference" ["policy", "work", "op"] <|
  .letE "about" (work "target_type") <|
    firstCode
      [ need (ne (v "about") nothing) "unknown_target",
        need
          (not (.call "includes"
            [concatList (v "FIXED_TYPES") (v "SLOT_TYPES"), v "about"]))
          "not_authorized",
        .call "judgeOp"
          [ v "policy", v "work", v "about", nothing, v "op", nothing, work "author" ],
        need (eq (work "target_deleted") no) "deleted" ]

/-- The operation on a slot: it is emptied by none, and else filled or changed. -/
def slotOp : FuncDecl := helper "slotOp" ["used", "value"] <|
  .ifE (eq (v "value") nothing) (.get (v "Op") "D")
    (.ifE (v "used") (.get (v "Op") "U") (.get (v "Op") "C"))

/-- Why a slot may not be written. Everyone's own slot is their own. -/
def judgeSlot : FuncDecl := helper "judgeSlot" ["policy", "work", "type", "content"] <|
  .letE "used" (work "slot_used") <|
    firstCode
      [ need (ne (not (v "used")) nothing) "internal",
        .call "judgeOp"
          [ v "policy", v "work", v "type", content "key",
            .call "slotOp" [v "used", content "value"],
            .ifE (eq (v "type") (.get (v "KvEvent") "Own")) (work "actor") nothing,
            nothing ],
        need (or (v "used") (ne (content "value") nothing)) "no_change" ]

/-- Why a single event is refused, as the error code of the reply; none if it is authorized. -/
def judge : FuncDecl := helper "judge" ["policy", "work", "type", "content"] <|
  .dispatch (v "type")
    [ ("Move", .call "judgeTarget" [v "policy", v "work", v "type", v "content"]),
      ("Grant", .call "judgeTarget" [v "policy", v "work", v "type", v "content"]),
      ("Revoke", .call "judgeTarget" [v "policy", v "work", v "type", v "content"]),
      ("Transfer", .call "judgeTarget" [v "policy", v "work", v "type", v "content"]),
      ("Gate", .call "judgeGate" [v "policy", v "work", v "content"]),
      ("Update", .call "judgeReference" [v "policy", v "work", .get (v "Op") "U"]),
      ("Delete", .call "judgeReference" [v "policy", v "work", .get (v "Op") "D"]),
      ("Shared", .call "judgeSlot" [v "policy", v "work", v "type", v "content"]),
      ("Own", .call "judgeSlot" [v "policy", v "work", v "type", v "content"]) ]
    (.call "judgeOp"
      [v "policy", v "work", v "type", nothing, .get (v "Op") "C", nothing, nothing])

/-! ## Transitions -/

def problem (code : String) : Expr := .set (v "work") "problem" (s code)

/-- `work` with another mask of an identity. None is no mask: then one was not looked up, or the
policy does not know the trait, which `mayCommit` would not have let pass. -/
def maskSet (id mask : Expr) : Expr :=
  .ifE (eq mask nothing) (problem "internal")
    (.set (v "work") "masks" (.call "withMask" [work "masks", id, mask]))

/-- An entry that takes an identity without traits off the list of endpoints. -/
def droppedEndpoint : FuncDecl := helper "droppedEndpoint" ["id", "mask"] <|
  .ifE (eq (shr (v "mask") (v "TRAIT_OFFSET")) (n 0))
    (.list [.record [("id", v "id"), ("endpoint", nothing)]])
    (.list [])

def applyMove : FuncDecl := helper "applyMove" ["policy", "work", "content"] <|
  .letE "moved"
    (.call "moveState"
      [ policy "states", .call "maskOf" [work "masks", content "target"],
        content "from", content "to" ]) <|
    .ifE (eq (v "moved") nothing) (problem "wrong_state")
      (.set (v "work") "masks"
        (.call "withMask" [work "masks", content "target", v "moved"]))

/-- A trait that is held already is granted once more only to name an endpoint. -/
def applyGrant : FuncDecl := helper "applyGrant" ["policy", "work", "content"] <|
  .letE "mask" (.call "maskOf" [work "masks", content "target"]) <|
    .letE "endpoint" (content "endpoint") <|
      .letE "after"
        (.call "setTrait"
          [v "mask", .call "traitBit" [policy "traits", content "trait"]]) <|
        .ifE
          (all
            [ eq (v "after") (v "mask"), ne (v "mask") nothing,
              eq (v "endpoint") nothing ])
          (problem "no_change") <|
          .letE "work" (maskSet (content "target") (v "after")) <|
            .ifE (or (eq (v "endpoint") nothing) (ne (work "problem") nothing)) (v "work")
              (.set (v "work") "endpoints"
                (.call "withEndpoint"
                  [ work "endpoints",
                    .record [("id", content "target"), ("endpoint", v "endpoint")] ]))

/-- The list of changed endpoints with one more, which replaces an earlier one of the identity. -/
def withEndpoint : FuncDecl := helper "withEndpoint" ["endpoints", "change"] <|
  concatList
    (.fold (v "endpoints") (.list []) "others" "entry"
      (.ifE (eq (.get (v "entry") "id") (.get (v "change") "id")) (v "others")
        (concatList (v "others") (.list [v "entry"]))))
    (.list [v "change"])

/-- `work` after an identity lost a trait. -/
def withoutTrait : FuncDecl := helper "withoutTrait" ["policy", "work", "id", "trait"] <|
  .letE "mask" (.call "maskOf" [work "masks", v "id"]) <|
    .letE "after"
      (.call "clearTrait"
        [v "mask", .call "traitBit" [policy "traits", v "trait"]]) <|
      .ifE (and (eq (v "after") (v "mask")) (ne (v "mask") nothing)) (problem "no_change") <|
        .set (maskSet (v "id") (v "after")) "endpoints"
          (.fold (.call "droppedEndpoint" [v "id", v "after"]) (work "endpoints")
            "endpoints" "change"
            (.call "withEndpoint" [v "endpoints", v "change"]))

/-- The actor loses a trait and the target gets it. -/
def applyTransfer : FuncDecl := helper "applyTransfer" ["policy", "work", "content"] <|
  .letE "target" (content "target") <|
    .letE "mask" (.call "maskOf" [work "masks", v "target"]) <|
      .letE "after"
        (.call "setTrait"
          [v "mask", .call "traitBit" [policy "traits", content "trait"]]) <|
        .ifE (and (eq (v "after") (v "mask")) (ne (v "mask") nothing))
          (problem "no_change") <|
          .letE "work"
            (.call "withoutTrait"
              [v "policy", v "work", work "actor", content "trait"]) <|
            .ifE (eq (work "problem") nothing)
              (maskSet (v "target") (v "after")) (v "work")

def applyGate : FuncDecl := helper "applyGate" ["work", "content"] <|
  .letE "alias" (content "alias") <|
    .ifE (eq (.call "isOpen" [work "gates", v "alias"]) (content "open"))
      (problem "no_change")
      (.set (v "work") "gates"
        (.call "withGate" [work "gates", v "alias", content "open"]))

/-- `work` after a single event that is authorized. -/
def applied : FuncDecl := helper "applied" ["policy", "work", "type", "content"] <|
  .dispatch (v "type")
    [ ("Move", .call "applyMove" [v "policy", v "work", v "content"]),
      ("Grant", .call "applyGrant" [v "policy", v "work", v "content"]),
      ("Revoke",
        .call "withoutTrait"
          [v "policy", v "work", content "target", content "trait"]),
      ("Transfer", .call "applyTransfer" [v "policy", v "work", v "content"]),
      ("Gate", .call "applyGate" [v "work", v "content"]) ]
    (v "work")

/-- `work` after one event, or with the code of why it was refused. -/
def played : FuncDecl := helper "played" ["policy", "work", "judged", "type", "content"] <|
  .letE "code"
    (.ifE (v "judged")
      (.call "judge" [v "policy", v "work", v "type", v "content"]) nothing) <|
    .ifE (eq (v "code") nothing)
      (.call "applied" [v "policy", v "work", v "type", v "content"])
      (.set (v "work") "problem" (v "code"))

/-- The situation after all events of a commit, or with the code of the first that was refused,
under `problem`. Each sees what those before it changed. -/
def outcome : FuncDecl :=
  helper "outcome" ["policy", "situation", "judged", "type", "content"] <|
    .letE "code"
      (.call "contentProblem" [v "type", v "content", .get (v "situation") "found"]) <|
      .letE "work" (.set (v "situation") "endpoints" (.list [])) <|
        .fold (.call "stepsOf" [v "type", v "content"])
          (.set (v "work") "problem" (v "code")) "work" "step"
          (.ifE (eq (work "problem") nothing)
            (.call "played"
              [ v "policy", v "work", v "judged", .get (v "step") "type",
                .get (v "step") "content" ])
            (v "work"))

/-- Why a commit is refused, as the error code of the reply; none if it is authorized. Then
`applyAccess` answers changes, not a problem. -/
def mayCommit : FuncDecl := fn "mayCommit" ["policy", "situation", "commit"] <|
  .ifE
    (and (ne (.get (v "commit") "from") nothing)
      (eq (.get (v "commit") "from") (.get (v "situation") "actor")))
    (.letE "outcome"
      (.call "outcome"
        [ v "policy", v "situation", yes, .get (v "commit") "type",
          .get (v "commit") "content" ]) <|
      .ifE (eq (v "outcome") nothing) (s "internal") (.get (v "outcome") "problem"))
    (s "internal")

/-- The masks of `ids` that are not as they were. -/
def changedMasks : FuncDecl := helper "changedMasks" ["ids", "before", "after"] <|
  .fold (v "ids") (.list []) "changes" "id"
    (.letE "mask" (.call "maskOf" [v "after", v "id"]) <|
      .ifE (eq (v "mask") (.call "maskOf" [v "before", v "id"])) (v "changes")
        (concatList (v "changes")
          (.list [.record [("id", v "id"), ("mask", v "mask")]])))

/-- The gates that are not as they were. -/
def changedGates : FuncDecl := helper "changedGates" ["before", "after"] <|
  .fold (v "after") (.list []) "changes" "gate"
    (.ifE
      (eq (.call "isOpen" [v "before", .get (v "gate") "alias"])
        (.call "isOpen" [v "after", .get (v "gate") "alias"]))
      (v "changes")
      (concatList (v "changes") (.list [v "gate"])))

/-- What a commit that `mayCommit` lets pass changes: `{masks, gates, endpoints}`, of each only what
is other than before, or `{problem}`, an error code. A mask of 0 takes the leaf away, an endpoint
that is none the endpoint. Who may do it is not asked again. -/
def applyAccess : FuncDecl := fn "applyAccess" ["policy", "situation", "type", "content"] <|
  .letE "outcome"
    (.call "outcome" [v "policy", v "situation", no, v "type", v "content"]) <|
    .ifE (and (ne (v "outcome") nothing) (eq (.get (v "outcome") "problem") nothing))
      (.record
        [ ("masks",
            .call "changedMasks"
              [ .fold (.call "accessTargets" [v "type", v "content"])
                  (.list [.get (v "situation") "actor"]) "ids" "id"
                  (.ifE (.call "includes" [v "ids", v "id"]) (v "ids")
                    (concatList (v "ids") (.list [v "id"]))),
                .get (v "situation") "masks", .get (v "outcome") "masks" ]),
          ("gates",
            .call "changedGates"
              [.get (v "situation") "gates", .get (v "outcome") "gates"]),
          ("endpoints", .get (v "outcome") "endpoints") ])
      (.record
        [ ("problem",
            .ifE (eq (v "outcome") nothing) (s "internal")
              (.get (v "outcome") "problem")) ])

/-! ## Reading -/

/-- The rows about an event that is received: no gate bears on that. -/
def receiving : FuncDecl := helper "receiving" ["policy", "type", "key"] <|
  .call "rowsFor"
    [v "policy", .list [], .record [("event", v "type"), ("key", v "key")]]

/-- Whether somebody with this mask may read events of a type. `contexts` are those that hold for
the event (`contextsOf` of `kernel/Rbac`), `key` is the slot's of Shared and Own, else none. An
Update or a Delete is read as the event that it is about: `type` is that one's. -/
def mayRead : FuncDecl := fn "mayRead" ["policy", "mask", "contexts", "type", "key"] <|
  .letE "roles" (.call "rolesOf" [v "policy", v "mask", v "contexts"]) <|
    .letE "said"
      (.call "verdict"
        [ .get (.call "receiving" [v "policy", v "type", v "key"]) "rows", v "roles",
          v "type", .get (v "Op") "R" ]) <|
      .ifE (eq (v "said") nothing) no
        (eq yes
          (.fold (policy "readers") (v "said") "may" "row"
            (or (v "may")
              (and (.call "operatorMatches" [v "roles", .get (v "row") "operator"])
                (.ifE (eq (.get (v "row") "reads") (v "ANYTHING")) yes
                  (.call "includes" [.get (v "row") "reads", v "type"]))))))

/-- Whether somebody with this mask may read anything at all, and so ask for proofs. -/
def isReader : FuncDecl := fn "isReader" ["policy", "mask", "contexts"] <|
  .letE "roles" (.call "rolesOf" [v "policy", v "mask", v "contexts"]) <|
    eq yes
      (.fold (policy "rows")
        (.fold (policy "readers") no "may" "row"
          (or (v "may")
            (.call "operatorMatches" [v "roles", .get (v "row") "operator"])))
        "may" "row"
        (or (v "may")
          (and (.call "includes" [.get (v "row") "ops", .get (v "Op") "R"])
            (.call "operatorMatches" [v "roles", .get (v "row") "operator"]))))

/-- How events of a type go to somebody with this mask: `P` whole, `N` as a notice, or none.
`type` and `key` are as in `mayRead`. -/
def pushMode : FuncDecl := fn "pushMode" ["policy", "mask", "type", "key"] <|
  .letE "counting" (.call "receiving" [v "policy", v "type", v "key"]) <|
    .letE "contexts" (.list [.get (v "Context") "Public"]) <|
      .ifE
        (.call "isAuthorized"
          [v "counting", v "mask", v "contexts", v "type", .get (v "Op") "P"])
        (.get (v "Op") "P")
        (.ifE
          (.call "isAuthorized"
            [v "counting", v "mask", v "contexts", v "type", .get (v "Op") "N"])
          (.get (v "Op") "N") nothing)

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Access",
        header := "Access control events: who may commit what, and what it changes.",
        imports :=
          [ (["HASH_BYTES", "TRAIT_OFFSET", "Context", "Op", "AccessEvent", "KvEvent"],
              "kernel/Types"),
            (["includes", "getState", "hasTrait", "setTrait", "clearTrait", "stateName",
              "traitBit", "contextsOf", "rolesOf", "operatorMatches", "verdict", "isAuthorized",
              "isStronger", "bestRank", "mayChangeTrait", "moveState", "maskOf", "withMask",
              "isOpen", "withGate"], "kernel/Rbac"),
            (["isHex"], "kernel/Crypto"),
            (["letterClass", "digitValue", "itemsFound", "lettersFound"], "kernel/Letters"),
            (["ANYTHING", "FIXED_TYPES", "SLOT_TYPES", "isName"], "kernel/Manifest") ],
        constants := constants,
        functions :=
          [ endpointPart, endpointAfter, isEndpoint, stepsOf, endpointReads, accessReads,
            isHash, endpointHolds, contentHolds, bundleHolds, contentProblem, targetOf,
            accessTargets, aliasesFor, accessGates, rowConcerns, rowsFor, rowsForSelf,
            isFounded, outranksMoved, outranksHeir, hasRank, holds, judgeTarget, judgeOp,
            judgeGate, judgeReference, slotOp, judgeSlot, judge, withEndpoint,
            droppedEndpoint, applyMove, applyGrant, withoutTrait, applyTransfer, applyGate,
            applied, played, outcome, mayCommit, changedMasks, changedGates, applyAccess,
            receiving, mayRead, isReader, pushMode ] } }

end Enc.Modules.Access
