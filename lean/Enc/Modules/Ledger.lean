import Enc.Modules.Sugar
import Enc.Modules.Hash

/-!
# The ledger of an enclave

What an enclave is after its events. The *head* is the record that a node keeps and signs; it holds
the roots that every other row leads to:

* `enclave`, `sequencer` (hex64), `policy` (kernel/Manifest), `lifecycle`;
* `seq`, the number of events, and `timestamp`, that of the last one;
* `state_root` (octets) of the state tree, `log` (kernel/Log), and `sth`, the tree head;
* `open`, the bundle that is being filled: `{first, ids, since}`;
* `rate`, the window of the rate limit, and `recipients`, the services that events are pushed to;
* `seal`, the node's signature over all of it.

`applyEvent` is the one rule for what an event does, for the node that takes a commit and for the
one that replays a history. It neither signs nor asks for the time.
-/

namespace Enc.Modules.Ledger
open Enc.DSL Enc.Modules

/-! ## Places in the state tree -/

/-- An entry of the state tree: namespace and raw key, as hex. -/
def entry : FuncDecl := helper "entry" ["namespace", "raw"] <|
  .record [("namespace", v "namespace"), ("raw", v "raw")]

/-- The raw key of a gate, beside the identities. -/
def gateRaw : FuncDecl := fn "gateRaw" ["alias"] <|
  .call "hashText" [concatStr (v "GATE_LABEL") (v "alias")]

/-- The raw key of a slot: of everyone (`Shared`), or of its owner (`Own`). -/
def slotRaw : FuncDecl := fn "slotRaw" ["kind", "key", "owner"] <|
  .prim .bytesToHex
    [ .prim .sha256
        [ .prim .hexToBytes
            [ .prim .encodeTags
                [ .record
                    [ ("tags", .list
                        [ .ifE (eq (v "kind") (.get (v "KvEvent") "Own"))
                            (.list [v "kind", v "key", v "owner"])
                            (.list [v "kind", v "key"]) ]) ] ] ] ] ]

def accessEntry : FuncDecl := helper "accessEntry" ["raw"] <|
  .call "entry" [.get (v "Namespace") "Rbac", v "raw"]

/-- Identities that a commit is about, its author first. -/
def identitiesOf : FuncDecl := fn "identitiesOf" ["commit"] <|
  .letE "targets"
    (.call "accessTargets" [.get (v "commit") "type", .get (v "commit") "content"]) <|
    concatList (.list [.get (v "commit") "from"])
      (.ifE (eq (lengthList (v "targets")) nothing) (.list []) (v "targets"))

/-- Gates that decide about a commit. -/
def aliasesOf : FuncDecl := helper "aliasesOf" ["policy", "commit", "about"] <|
  .letE "aliases"
    (.call "accessGates"
      [ v "policy", .get (v "commit") "type", .get (v "commit") "content", v "about" ]) <|
    .ifE (eq (lengthList (v "aliases")) nothing) (.list []) (v "aliases")

/-- Whether a commit changes what another event is: `Update` and `Delete`. -/
def isRevision : FuncDecl := fn "isRevision" ["type"] <|
  .dispatch (v "type") [("Update", yes), ("Delete", yes)] no

def isSlot : FuncDecl := helper "isSlot" ["type"] <|
  .dispatch (v "type") [("Shared", yes), ("Own", yes)] no

/-- The entries of the state tree that a commit reads or writes. -/
def entriesOf : FuncDecl := helper "entriesOf" ["policy", "commit", "found"] <|
  .letE "type" (.get (v "commit") "type") <|
    .letE "people"
      (.fold (.call "identitiesOf" [v "commit"]) (.list []) "all" "id"
        (concatList (v "all") (.list [.call "accessEntry" [v "id"]]))) <|
      .letE "gates"
        (.fold
          (.call "aliasesOf"
            [v "policy", v "commit", .call "aboutOf" [v "commit", v "found"]])
          (.list []) "all" "alias"
          (concatList (v "all")
            (.list [.call "accessEntry" [.call "gateRaw" [v "alias"]]]))) <|
        concatList (concatList (v "people") (v "gates"))
          (.ifE (.call "isRevision" [v "type"])
            (.list
              [ .call "entry"
                  [ .get (v "Namespace") "EventStatus",
                    .get (.get (v "commit") "content") "target" ] ])
            (.ifE (.call "isSlot" [v "type"])
              (.list
                [ .call "entry"
                    [ v "NAMESPACE_KV",
                      .call "slotRaw"
                        [ v "type", .get (.get (v "commit") "content") "key",
                          .get (v "commit") "from" ] ] ])
              (.list [])))

/-- What to look up for one entry: the octets of its key, its path, the octets of its mask. -/
def entryReads : FuncDecl := fn "entryReads" ["place", "found"] <|
  .letE "namespace" (.get (v "place") "namespace") <|
    .letE "raw" (.get (v "place") "raw") <|
      .letE "key" (.call "keyOf" [v "namespace", v "raw", v "found"]) <|
        .ifE (eq (v "key") nothing)
          (.call "keyReads" [v "namespace", v "raw", v "found"])
          (.letE "path" (.call "stateReads" [v "key", v "found"]) <|
            .ifE
              (and (eq (lengthList (v "path")) (n 0))
                (eq (v "namespace") (.get (v "Namespace") "Rbac")))
              (.letE "value" (.call "claimedValue" [v "key", v "found"]) <|
                .ifE (eq (lengthBytes (v "value")) (v "HASH_BYTES"))
                  (.call "wantRead" [v "found", .call "octetsRead" [v "value"]])
                  (.list []))
              (v "path"))

/-- What to look up for a list of entries. -/
def entriesReads : FuncDecl := helper "entriesReads" ["places", "found"] <|
  .fold (v "places") (.list []) "wanted" "place"
    (concatList (v "wanted") (.call "entryReads" [v "place", v "found"]))

/-- The mask of an identity, or of a gate; none if the store is not what the root says. -/
def maskAt : FuncDecl := fn "maskAt" ["root", "raw", "found"] <|
  .letE "key"
    (.call "keyOf" [.get (v "Namespace") "Rbac", v "raw", v "found"]) <|
    .letE "place" (.call "stateValue" [v "root", v "key", v "found"]) <|
      .ifE (eq (v "place") nothing) nothing <|
        .letE "value" (.get (v "place") "value") <|
          .ifE (eq (v "value") nothing) (n 0)
            (.call "natOf" [v "found", v "value"])

/-! ## What a commit meets -/

/-- The kept event that a commit revises: `{event, deleted, updated}`, the last two numbers of the
events that did so; none if there is none. -/
def revised : FuncDecl := fn "revised" ["commit", "found"] <|
  .ifE (.call "isRevision" [.get (v "commit") "type"])
    (.letE "seq"
      (.call "valueOf"
        [ v "found",
          .call "idKey" [.get (.get (v "commit") "content") "target"] ]) <|
      .call "valueOf" [v "found", .call "eventKey" [v "seq"]])
    nothing

/-- The type of the event that a commit revises; none if it revises none. -/
def aboutOf : FuncDecl := fn "aboutOf" ["commit", "found"] <|
  .get (.get (.call "revised" [v "commit", v "found"]) "event") "type"

/-- The reads that lead to the event that a commit revises. -/
def revisedReads : FuncDecl := helper "revisedReads" ["commit", "found"] <|
  .ifE (.call "isRevision" [.get (v "commit") "type"])
    (.letE "key" (.call "idKey" [.get (.get (v "commit") "content") "target"]) <|
      .ifE (eq (v "key") nothing) (.list []) <|
        .ifE (.call "isKnown" [v "found", v "key"])
          (.letE "seq" (.call "valueOf" [v "found", v "key"]) <|
            .ifE (eq (v "seq") nothing) (.list [])
              (.call "wantKey" [v "found", .call "eventKey" [v "seq"]]))
          (.list [.call "rowRead" [v "key"]]))
    (.list [])

/-- What to look up before `applyEvent`. -/
def eventReads : FuncDecl := fn "eventReads" ["head", "commit", "found"] <|
  concatList
    (.call "entriesReads"
      [.call "entriesOf" [.get (v "head") "policy", v "commit", v "found"], v "found"])
    (concatList (.call "revisedReads" [v "commit", v "found"])
      (.call "accessReads"
        [.get (v "commit") "type", .get (v "commit") "content", v "found"]))

/-- Whether the slot that a commit writes holds a value; none for other commits, and if the store
is not what the root says. -/
def slotUsed : FuncDecl := helper "slotUsed" ["head", "commit", "found"] <|
  .letE "type" (.get (v "commit") "type") <|
    .ifE (.call "isSlot" [v "type"])
      (.letE "place"
        (.call "stateValue"
          [ .get (v "head") "state_root",
            .call "keyOf"
              [ v "NAMESPACE_KV",
                .call "slotRaw"
                  [ v "type", .get (.get (v "commit") "content") "key",
                    .get (v "commit") "from" ],
                v "found" ],
            v "found" ]) <|
        .ifE (eq (v "place") nothing) nothing (ne (.get (v "place") "value") nothing))
      nothing

/-- What access control has to know of a commit; a mask of none says that the store is corrupt. -/
def situationOf : FuncDecl := fn "situationOf" ["head", "commit", "found"] <|
  .letE "root" (.get (v "head") "state_root") <|
    .letE "kept" (.call "revised" [v "commit", v "found"]) <|
      .record
        [ ("actor", .get (v "commit") "from"), ("found", v "found"),
          ("author", .get (.get (v "kept") "event") "from"),
          ("target_type", .get (.get (v "kept") "event") "type"),
          ("target_deleted",
            .ifE (eq (v "kept") nothing) nothing (ne (.get (v "kept") "deleted") nothing)),
          ("slot_used", .call "slotUsed" [v "head", v "commit", v "found"]),
          ("masks",
            .fold (.call "identitiesOf" [v "commit"]) (.list []) "all" "id"
              (concatList (v "all")
                (.list
                  [ .record
                      [ ("id", v "id"),
                        ("mask", .call "maskAt" [v "root", v "id", v "found"]) ] ]))),
          ("gates",
            .fold
              (.call "aliasesOf"
                [ .get (v "head") "policy", v "commit",
                  .call "aboutOf" [v "commit", v "found"] ])
              (.list []) "all" "alias"
              (concatList (v "all")
                (.list
                  [ .record
                      [ ("alias", v "alias"),
                        ("open",
                          .letE "mask"
                            (.call "maskAt"
                              [v "root", .call "gateRaw" [v "alias"], v "found"]) <|
                            .ifE (eq (v "mask") nothing) nothing
                              (ne (v "mask") (n 0))) ] ]))) ]

/-- Whether every mask and gate of a situation is known. -/
def isKnownSituation : FuncDecl := helper "isKnownSituation" ["situation"] <|
  and
    (.fold (.get (v "situation") "masks") yes "ok" "item"
      (and (v "ok") (ne (.get (v "item") "mask") nothing)))
    (.fold (.get (v "situation") "gates") yes "ok" "item"
      (and (v "ok") (ne (.get (v "item") "open") nothing)))

/-- Why the lifecycle takes no such event, as the error code of the reply; none if it does. -/
def lifecycleProblem : FuncDecl := fn "lifecycleProblem" ["lifecycle", "type"] <|
  .ifE (.call "isActive" [v "lifecycle", v "type"]) nothing
    (.dispatch (v "lifecycle")
      [ ("Paused", s "paused"), ("Terminated", s "terminated"), ("Migrated", s "migrated") ]
      (s "not_active"))

/-- What a migration must say: the place of its own event and the log before it. -/
def migrationProblem : FuncDecl := helper "migrationProblem" ["head", "commit"] <|
  .ifE (eq (.get (v "commit") "type") (s "Migrate"))
    (.letE "content" (.get (v "commit") "content") <|
      .ifE
        (eq yes
          (and (.call "isHex" [.get (v "content") "new_sequencer", v "HASH_BYTES"])
            (and
              (eq (add (.get (v "content") "prev_seq") (n 1)) (.get (v "head") "seq"))
              (eq (.get (v "content") "ct_root")
                (.prim .bytesToHex [.call "logRoot" [.get (v "head") "log"]])))))
        nothing (s "bad_content"))
    nothing

/-- Why an event may not be the next one, as the error code of the reply; none if it may. -/
def eventProblem : FuncDecl := fn "eventProblem" ["head", "commit", "situation"] <|
  .letE "life"
    (.call "lifecycleProblem"
      [.get (v "head") "lifecycle", .get (v "commit") "type"]) <|
    .ifE (ne (v "life") nothing) (v "life") <|
      .letE "access"
        (.call "mayCommit" [.get (v "head") "policy", v "situation", v "commit"]) <|
        -- Content that names nothing leaves nothing to know.
        .ifE (or (.call "isKnownSituation" [v "situation"]) (eq (v "access") (s "bad_content")))
          (.ifE (ne (v "access") nothing) (v "access")
            (.call "migrationProblem" [v "head", v "commit"]))
          (s "store_corrupt")

/-! ## What an event changes -/

/-- A change of the state tree. -/
def change : FuncDecl := helper "change" ["namespace", "raw", "value"] <|
  .list
    [ .record
        [("namespace", v "namespace"), ("raw", v "raw"), ("value", v "value")] ]

/-- The leaf of a slot: the hash of its content, none to clear it. -/
def slotValue : FuncDecl := helper "slotValue" ["value"] <|
  .ifE (eq (v "value") nothing) nothing (.prim .computeContentHash [v "value"])

/-- Changes to identities and gates. -/
def accessChanges : FuncDecl := helper "accessChanges" ["access"] <|
  concatList
    (.fold (.get (v "access") "masks") (.list []) "all" "item"
      (concatList (v "all")
        (.call "change"
          [ .get (v "Namespace") "Rbac", .get (v "item") "id",
            .call "rbacValue" [.get (v "item") "mask"] ])))
    (.fold (.get (v "access") "gates") (.list []) "all" "item"
      (concatList (v "all")
        (.call "change"
          [ .get (v "Namespace") "Rbac", .call "gateRaw" [.get (v "item") "alias"],
            .ifE (eq (.get (v "item") "open") yes)
              (.call "rbacValue" [n 1]) nothing ])))

/-- Changes to the status of an event, or to a slot. -/
def contentChanges : FuncDecl := helper "contentChanges" ["event"] <|
  .letE "content" (.get (v "event") "content") <|
    .dispatch (.get (v "event") "type")
      [ ("Delete",
          .call "change"
            [ .get (v "Namespace") "EventStatus", .get (v "content") "target",
              v "EVENT_DELETED" ]),
        ("Update",
          .call "change"
            [ .get (v "Namespace") "EventStatus", .get (v "content") "target",
              .prim .hexToBytes [.get (v "event") "id"] ]),
        ("Shared",
          .call "change"
            [ v "NAMESPACE_KV",
              .call "slotRaw" [s "Shared", .get (v "content") "key", nothing],
              .call "slotValue" [.get (v "content") "value"] ]),
        ("Own",
          .call "change"
            [ v "NAMESPACE_KV",
              .call "slotRaw"
                [s "Own", .get (v "content") "key", .get (v "event") "from"],
              .call "slotValue" [.get (v "content") "value"] ]) ]
      (.list [])

/-- The state tree after changes: `{root, rows, found}`; none if the store is corrupt. -/
def changed : FuncDecl := helper "changed" ["root", "changes", "found"] <|
  .fold (v "changes")
    (.record [("root", v "root"), ("rows", .list []), ("found", v "found")])
    "acc" "one"
    (.letE "next"
      (.call "stateWrite"
        [ .get (v "acc") "root",
          .call "keyOf"
            [.get (v "one") "namespace", .get (v "one") "raw", .get (v "acc") "found"],
          .get (v "one") "value", .get (v "acc") "found" ]) <|
      .ifE (eq (v "next") nothing) nothing
        (.record
          [ ("root", .get (v "next") "root"),
            ("rows", concatList (.get (v "acc") "rows") (.get (v "next") "rows")),
            ("found", .get (v "next") "found") ]))

/-- The row of a revised event, with what became of it. -/
def revisionRows : FuncDecl := helper "revisionRows" ["event", "found"] <|
  .ifE (.call "isRevision" [.get (v "event") "type"])
    (.letE "kept" (.call "revised" [v "event", v "found"]) <|
      .list
        [ .call "rowWith"
            [ .call "eventKey" [.get (.get (v "kept") "event") "seq"],
              .ifE (eq (.get (v "event") "type") (s "Delete"))
                (.set (v "kept") "deleted" (.get (v "event") "seq"))
                (.set (v "kept") "updated" (.get (v "event") "seq")) ],
          -- A revision is read by those who may read what it is about.
          .call "rowWith"
            [ .call "eventKey" [.get (v "event") "seq"],
              .record
                [ ("event", v "event"),
                  ("about", .get (.get (v "kept") "event") "type") ] ] ])
    (.list [])

/-- The list with a row's value in the place of the older one, so that a replay sees it. -/
def overlaid : FuncDecl := fn "overlaid" ["found", "rows"] <|
  .fold (v "rows") (v "found") "all" "row"
    (concatList
      (.list
        [ .record
            [ ("read", .call "rowRead" [.get (v "row") "key"]),
              ("items", .ifE (eq (.get (v "row") "value") nothing)
                (.list []) (.list [.get (v "row") "value"])) ] ])
      (v "all"))

/-- The octets of a mask as numbers, in the order of its leaf. -/
def maskItems : FuncDecl := helper "maskItems" ["mask"] <|
  .get
    (.fold (v "MASK_OCTETS") (.record [("rest", v "mask"), ("items", .list [])]) "acc" "_"
      (.record
        [ ("rest", shr (.get (v "acc") "rest") (n 8)),
          ("items",
            concatList (.list [band (.get (v "acc") "rest") (n 255)])
              (.get (v "acc") "items")) ]))
    "items"

/-- What a replay has to know of masks that no host has looked at yet. -/
def masksOverlaid : FuncDecl := helper "masksOverlaid" ["found", "masks"] <|
  .fold (v "masks") (v "found") "all" "item"
    (.letE "value" (.call "rbacValue" [.get (v "item") "mask"]) <|
      .ifE (eq (v "value") nothing) (v "all")
        (concatList
          (.list
            [ .record
                [ ("read", .call "octetsRead" [v "value"]),
                  ("items", .call "maskItems" [.get (v "item") "mask"]) ] ])
          (v "all")))

/-! ## Who is told -/

/-- What a policy speaks of: `{type, key}`, each once, the key being that of a slot. -/
def kindsOf : FuncDecl := fn "kindsOf" ["policy"] <|
  .fold (.get (v "policy") "rows") (.list [.record [("type", s "Manifest"), ("key", nothing)]])
    "kinds" "row"
    (.letE "kind"
      (.record [("type", .get (v "row") "event"), ("key", .get (v "row") "key")]) <|
      .ifE (.call "includes" [v "kinds", v "kind"]) (v "kinds")
        (concatList (v "kinds") (.list [v "kind"])))

/-- What an event is read as: a revision as what it is about, a slot with its key. -/
def kindOf : FuncDecl := fn "kindOf" ["event", "about"] <|
  .letE "type" (.get (v "event") "type") <|
    .record
      [ ("type", .ifE (eq (v "about") nothing) (v "type") (v "about")),
        ("key", .ifE (.call "isSlot" [v "type"])
          (.get (.get (v "event") "content") "key") nothing) ]

/-- The kinds that somebody with that mask may read; `own` is true for what they sent themselves. -/
def readableKinds : FuncDecl := fn "readableKinds" ["policy", "mask", "own"] <|
  .letE "contexts"
    (.ifE (v "own")
      (.call "contextsOf" [s "own", s "own", s "own"])
      (.call "contextsOf" [nothing, nothing, nothing])) <|
    .fold (.call "kindsOf" [v "policy"]) (.list []) "kinds" "kind"
      (.ifE
        (.call "mayRead"
          [ v "policy", v "mask", v "contexts", .get (v "kind") "type",
            .get (v "kind") "key" ])
        (concatList (v "kinds") (.list [v "kind"]))
        (v "kinds"))

/-- How an identity with that mask is told of each kind: `{kind, mode}`, mode `P` or `N`. -/
def modesOf : FuncDecl := helper "modesOf" ["policy", "mask"] <|
  .fold (.call "kindsOf" [v "policy"]) (.list []) "modes" "kind"
    (.letE "mode"
      (.call "pushMode"
        [v "policy", v "mask", .get (v "kind") "type", .get (v "kind") "key"]) <|
      .ifE (eq (v "mode") nothing) (v "modes")
        (concatList (v "modes")
          (.list [.record [("kind", v "kind"), ("mode", v "mode")]])))

/-- The mask of an identity after changes; none if it did not change. -/
def changedMask : FuncDecl := helper "changedMask" ["masks", "id"] <|
  .fold (v "masks") nothing "mask" "item"
    (.ifE (eq (.get (v "item") "id") (v "id")) (.get (v "item") "mask") (v "mask"))

/-- The recipients that stay, with what they are told now. -/
def recipientsKept : FuncDecl := helper "recipientsKept" ["policy", "recipients", "masks"] <|
  .fold (v "recipients") (.list []) "kept" "one"
    (.letE "mask" (.call "changedMask" [v "masks", .get (v "one") "id"]) <|
      concatList (v "kept")
        (.list
          [ .ifE (eq (v "mask") nothing) (v "one")
              (.set (v "one") "modes" (.call "modesOf" [v "policy", v "mask"])) ]))

/-- The recipients without one. -/
def recipientsWithout : FuncDecl := helper "recipientsWithout" ["recipients", "id"] <|
  .fold (v "recipients") (.list []) "others" "one"
    (.ifE (eq (.get (v "one") "id") (v "id")) (v "others")
      (concatList (v "others") (.list [v "one"])))

/-- The recipients after an event: `endpoints` are those that changed, none for one that is gone. -/
def recipientsAfter : FuncDecl := helper "recipientsAfter" ["head", "access", "situation"] <|
  .letE "policy" (.get (v "head") "policy") <|
    .letE "masks" (.get (v "access") "masks") <|
      .fold (.get (v "access") "endpoints")
        (.call "recipientsKept" [v "policy", .get (v "head") "recipients", v "masks"])
        "all" "one"
        (.letE "others" (.call "recipientsWithout" [v "all", .get (v "one") "id"]) <|
          .letE "mask" (.call "changedMask" [v "masks", .get (v "one") "id"]) <|
            .ifE
              (or (eq (.get (v "one") "endpoint") nothing)
                (le (v "MAX_RECIPIENTS") (lengthList (v "others"))))
              (v "others")
              (concatList (v "others")
                (.list
                  [ .record
                      [ ("id", .get (v "one") "id"),
                        ("endpoint", .get (v "one") "endpoint"),
                        ("modes",
                          .call "modesOf"
                            [ v "policy",
                              .ifE (eq (v "mask") nothing)
                                (.call "changedMask"
                                  [ .get (v "situation") "masks",
                                    .get (v "one") "id" ])
                                (v "mask") ]) ] ])))

/-! ## Events and bundles -/

/-- Whether the bundle is closed right after an event: a change of state ends it, so that a state
proof is always bound to the log; so does an event of the lifecycle, and a full bundle. -/
def closesBundle : FuncDecl := helper "closesBundle" ["head", "event", "touched"] <|
  eq yes
    (or (v "touched")
      (or (.call "isLifecycleEvent" [.get (v "event") "type"])
        (le (.get (.get (.get (v "head") "policy") "bundle") "size")
          (lengthList (.get (.get (v "head") "open") "ids")))))

/-- The head with one more event in the open bundle. -/
def counted : FuncDecl := helper "counted" ["head", "event"] <|
  .letE "open" (.get (v "head") "open") <|
    .set
      (.set
        (.set
          (.set (v "head") "seq" (add (.get (v "head") "seq") (n 1)))
          "timestamp" (.get (v "event") "timestamp"))
        "lifecycle"
        (.call "nextState" [.get (v "head") "lifecycle", .get (v "event") "type"]))
      "open"
      (.record
        [ ("first", .get (v "open") "first"),
          ("ids", concatList (.get (v "open") "ids") (.list [.get (v "event") "id"])),
          ("since", .ifE (eq (lengthList (.get (v "open") "ids")) (n 0))
            (.get (v "event") "timestamp") (.get (v "open") "since")) ])

/-- The head with an event: `{head, rows, found, masks, closes}`, or `{problem}`. The rows are those
of the state tree and of a revised event; the bundle is still open. -/
def applyEvent : FuncDecl := fn "applyEvent" ["head", "event", "found"] <|
  .letE "situation" (.call "situationOf" [v "head", v "event", v "found"]) <|
    .letE "problem"
      (.call "eventProblem" [v "head", v "event", v "situation"]) <|
      .ifE (ne (v "problem") nothing) (.record [("problem", v "problem")]) <|
        .letE "access"
          (.call "applyAccess"
            [ .get (v "head") "policy", v "situation", .get (v "event") "type",
              .get (v "event") "content" ]) <|
          .ifE (ne (.get (v "access") "problem") nothing)
            (.record [("problem", .get (v "access") "problem")])
            (.call "applyChanges"
              [v "head", v "event", v "access", v "situation", v "found"])

/-- The second half of `applyEvent`, once the event is allowed. -/
def applyChanges : FuncDecl :=
  helper "applyChanges" ["head", "event", "access", "situation", "found"] <|
  .letE "changes"
    (concatList (.call "accessChanges" [v "access"])
      (.call "contentChanges" [v "event"])) <|
    .letE "after"
      (.call "changed" [.get (v "head") "state_root", v "changes", v "found"]) <|
      .ifE (eq (v "after") nothing) (.record [("problem", s "store_corrupt")]) <|
        .letE "revision" (.call "revisionRows" [v "event", v "found"]) <|
          .letE "next"
            (.set
              (.set (.call "counted" [v "head", v "event"]) "state_root"
                (.get (v "after") "root"))
              "recipients"
              (.call "recipientsAfter" [v "head", v "access", v "situation"])) <|
            .record
              [ ("head", v "next"),
                ("rows", concatList (.get (v "after") "rows") (v "revision")),
                ("found",
                  .call "masksOverlaid"
                    [ .call "overlaid" [.get (v "after") "found", v "revision"],
                      concatList (.get (v "access") "masks")
                        (.list [.record [("mask", n 1)]]) ]),
                ("masks", .get (v "access") "masks"),
                ("about", .get (v "situation") "target_type"),
                ("closes",
                  .call "closesBundle"
                    [v "next", v "event", lt (n 0) (lengthList (v "changes"))]) ]

/-- Closes the open bundle: `{head, rows, bundle}`; the head's tree head is still the old one. -/
def closeOpen : FuncDecl := fn "closeOpen" ["head"] <|
  .letE "open" (.get (v "head") "open") <|
    .letE "log" (.get (v "head") "log") <|
      .letE "root" (.prim .computeEventsRoot [.get (v "open") "ids"]) <|
        .letE "grown"
          (.call "logAppend"
            [ v "log",
              .prim .ctLeafHash [v "root", .get (v "head") "state_root"] ]) <|
          .record
            [ ("head",
                .set (.set (v "head") "log" (.get (v "grown") "log")) "open"
                  (.record
                    [ ("first", .get (v "head") "seq"), ("ids", .list []),
                      ("since", n 0) ])),
              ("rows", .get (v "grown") "rows"),
              ("bundle",
                .record
                  [ ("index", .get (v "log") "n"), ("first", .get (v "open") "first"),
                    ("size", lengthList (.get (v "open") "ids")),
                    ("ids", .get (v "open") "ids"),
                    ("events_root", .prim .bytesToHex [v "root"]),
                    ("state_hash",
                      .prim .bytesToHex [.get (v "head") "state_root"]) ]) ]

/-- What an enclave is before its first event, under a policy and a sequencer (hex64). -/
def emptyHead : FuncDecl := fn "emptyHead" ["enclave", "sequencer", "policy"] <|
  .record
    [ ("enclave", v "enclave"), ("sequencer", v "sequencer"), ("policy", v "policy"),
      ("lifecycle", .get (v "LifecycleState") "Active"), ("seq", n 0),
      ("timestamp", n 0), ("state_root", v "EMPTY_HASH"), ("log", .call "emptyLog" []),
      ("open", .record [("first", n 0), ("ids", .list []), ("since", n 0)]),
      ("recipients", .list []), ("rate", .record [("start", n 0), ("used", n 0)]) ]

/-- The entries of the state tree that a manifest writes. -/
def genesisReads : FuncDecl := fn "genesisReads" ["masks", "found"] <|
  .call "entriesReads"
    [ .fold (v "masks") (.list []) "all" "item"
        (concatList (v "all") (.list [.call "accessEntry" [.get (v "item") "id"]])),
      v "found" ]

/-- An enclave after its manifest, in the form of `applyEvent`; `masks` are `{id, mask}` of those
who are in it from the beginning. -/
def genesis : FuncDecl := fn "genesis" ["event", "policy", "masks", "found"] <|
  .letE "head"
    (.call "emptyHead"
      [.get (v "event") "enclave", .get (v "event") "sequencer", v "policy"]) <|
    .call "applyChanges"
      [ v "head", v "event",
        .record [("masks", v "masks"), ("gates", .list []), ("endpoints", .list [])],
        .record [("masks", v "masks")], v "found" ]

/-! ## The node's word for it -/

/-- What the node signs of a head. -/
def sealHash : FuncDecl := helper "sealHash" ["head"] <|
  .prim .taggedHash
    [v "SEAL_TAG", .prim .computeContentHash [.set (v "head") "seal" nothing]]

/-- The head with a new tree head, signed; none without a key or if it is the key of another. -/
def sealHead : FuncDecl := fn "sealHead" ["head", "now", "privateKey"] <|
  .letE "log" (.get (v "head") "log") <|
    .letE "signed"
      (.set (v "head") "sth"
        (.ifE (eq (.get (.get (v "head") "sth") "n") (.get (v "log") "n"))
          (.get (v "head") "sth")
          (.call "signTreeHead"
            [ v "now", .get (v "log") "n",
              .prim .bytesToHex [.call "logRoot" [v "log"]], v "privateKey" ]))) <|
      .letE "seal"
        (.call "signHash" [.call "sealHash" [v "signed"], v "privateKey"]) <|
        .ifE
          (or (eq (v "seal") nothing)
            (ne (.get (.get (v "signed") "sth") "seq_pub") (.get (v "head") "sequencer")))
          nothing
          (.set (v "signed") "seal" (v "seal"))

/-- Whether a head is the one that its sequencer sealed. -/
def isSealed : FuncDecl := fn "isSealed" ["head"] <|
  and
    (.call "verifyHash"
      [.get (v "head") "seal", .call "sealHash" [v "head"], .get (v "head") "sequencer"])
    (.call "verifyTreeHead" [.get (v "head") "sth", .get (v "head") "sequencer"])

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Ledger",
        header := "What an enclave is after its events.",
        imports :=
          [ (["EMPTY_HASH", "EVENT_DELETED", "HASH_BYTES", "KvEvent", "LifecycleState",
              "Namespace"], "kernel/Types"),
            (["rbacValue"], "kernel/Hash"),
            (["hashText", "isHex", "signHash", "signTreeHead", "verifyHash",
              "verifyTreeHead"], "kernel/Crypto"),
            (["isActive", "isLifecycleEvent", "nextState"], "kernel/Lifecycle"),
            (["contextsOf", "includes"], "kernel/Rbac"),
            (["eventKey", "idKey", "isKnown", "natOf", "octetsRead", "rowWith",
              "valueOf", "wantKey", "wantRead"], "kernel/Rows"),
            (["rowRead"], "kernel/Found"),
            (["claimedValue", "keyOf", "keyReads", "stateReads", "stateValue", "stateWrite"],
              "kernel/StateTree"),
            (["emptyLog", "logAppend", "logRoot"], "kernel/Log"),
            (["accessGates", "accessReads", "accessTargets", "applyAccess", "mayCommit", "mayRead",
              "pushMode"],
              "kernel/Access") ],
        constants :=
          [ ("GATE_LABEL", s "enc/gate/"), ("SEAL_TAG", s "enc/head"),
            ("NAMESPACE_KV", n 0x02), ("MAX_RECIPIENTS", n 64),
            ("MASK_OCTETS", .lit (.list (Hash.range 0 32))) ],
        functions :=
          [ entry, gateRaw, slotRaw, accessEntry, identitiesOf, isRevision, isSlot, revised,
            aboutOf, revisedReads, aliasesOf, entriesOf, entryReads, entriesReads, maskAt,
            eventReads, slotUsed, situationOf, isKnownSituation, lifecycleProblem,
            migrationProblem, eventProblem, change, slotValue, accessChanges,
            contentChanges, changed, revisionRows, overlaid, maskItems, masksOverlaid,
            kindsOf, kindOf, readableKinds, modesOf, changedMask, recipientsKept,
            recipientsWithout, recipientsAfter, closesBundle, counted, applyChanges,
            applyEvent, closeOpen, emptyHead, genesisReads, genesis, sealHash, sealHead,
            isSealed ] } }

end Enc.Modules.Ledger
