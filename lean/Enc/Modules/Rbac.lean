import Enc.Modules.RbacEffect

/-!
# Role based access control

A bitmask holds the State in bits 0 to 7 and one bit for each trait from bit 8 on. A schema is
`{states, traits, rows}`: `states` names the States from 1 upward, `traits` is a list of
`{name, rank}` whose bit is 8 plus the index, and a row is `{event, operator, ops}`. Rows grant
`op` or deny it as `_op`; a deny beats every grant. Lower ranks are stronger.
-/

namespace Enc.Modules.Rbac
open Enc.DSL Enc.Modules

def getState : FuncDecl := fn "getState" ["bitmask"] <|
  band (v "bitmask") (n 0xFF)

def isOutsider : FuncDecl := fn "isOutsider" ["bitmask"] <|
  eq (.call "getState" [v "bitmask"]) (v "STATE_OUTSIDER")

/-- Replaces the State and keeps the traits; none for a State that needs more than 8 bits. -/
def setState : FuncDecl := fn "setState" ["bitmask", "state"] <|
  .ifE (le (v "state") (v "STATE_MASK"))
    (bor (shl (shr (v "bitmask") (v "STATE_BITS")) (v "STATE_BITS")) (v "state"))
    nothing

def hasTrait : FuncDecl := fn "hasTrait" ["bitmask", "bit"] <|
  not (eq (band (shr (v "bitmask") (v "bit")) (n 1)) (n 0))

/-- Whether the bit belongs to traits in a leaf of 32 octets. -/
def isTraitBit : FuncDecl := fn "isTraitBit" ["bit"] <|
  and (le (v "TRAIT_OFFSET") (v "bit")) (lt (v "bit") (mul (v "RBAC_VALUE_BYTES") (n 8)))

def setTrait : FuncDecl := fn "setTrait" ["bitmask", "bit"] <|
  .ifE (.call "isTraitBit" [v "bit"]) (bor (v "bitmask") (shl (n 1) (v "bit"))) nothing

def clearTrait : FuncDecl := fn "clearTrait" ["bitmask", "bit"] <|
  .ifE (.call "isTraitBit" [v "bit"])
    (.ifE (.call "hasTrait" [v "bitmask", v "bit"])
      (bxor (v "bitmask") (shl (n 1) (v "bit")))
      (v "bitmask"))
    nothing

/-- Whether the list holds the item. Absence is in no list, so a missing field matches nothing. -/
def includes : FuncDecl := fn "includes" ["items", "item"] <|
  .ifE (eq (v "item") nothing) no
    (.fold (v "items") no "found" "x" (or (v "found") (eq (v "x") (v "item"))))

/-- The value of a State's name: its position from 1, 0 for an outsider, none if unknown. -/
def stateValue : FuncDecl := fn "stateValue" ["states", "name"] <|
  .ifE (eq (v "name") (v "OUTSIDER")) (v "STATE_OUTSIDER") <|
    .letE "found"
      (.fold (v "states") (.record [("next", n 1), ("value", nothing)]) "acc" "state"
        (.record
          [ ("next", add (.get (v "acc") "next") (n 1)),
            ("value", .ifE (eq (v "state") (v "name"))
              (.get (v "acc") "next") (.get (v "acc") "value")) ]))
      (.get (v "found") "value")

/-- The name of the State in a bitmask; none if the schema does not know it. The fold counts down
to it. -/
def stateName : FuncDecl := fn "stateName" ["states", "bitmask"] <|
  .letE "value" (.call "getState" [v "bitmask"]) <|
    .ifE (eq (v "value") (v "STATE_OUTSIDER")) (v "OUTSIDER") <|
      .letE "found"
        (.fold (v "states") (.record [("left", v "value"), ("name", nothing)]) "acc" "state"
          (.letE "left" (.get (v "acc") "left") <|
            .ifE (eq (v "left") (n 0)) (v "acc")
              (.record [("left", sub (v "left") (n 1)), ("name", v "state")])))
        (.ifE (eq (.get (v "found") "left") (n 0)) (.get (v "found") "name") nothing)

/-- The bit of a trait's name: 8 plus its index, none if unknown. -/
def traitBit : FuncDecl := fn "traitBit" ["traits", "name"] <|
  .letE "found"
    (.fold (v "traits") (.record [("next", v "TRAIT_OFFSET"), ("bit", nothing)]) "acc" "trait"
      (.record
        [ ("next", add (.get (v "acc") "next") (n 1)),
          ("bit", .ifE (eq (.get (v "trait") "name") (v "name"))
            (.get (v "acc") "next") (.get (v "acc") "bit")) ]))
    (.get (v "found") "bit")

/-- Whether two identities are known and the same. -/
def sameIdentity : FuncDecl := helper "sameIdentity" ["a", "b"] <|
  and (ne (v "a") nothing) (eq (v "a") (v "b"))

/-- The contexts that hold: `Self` for the target, `Sender` for the author of what is referred to. -/
def contextsOf : FuncDecl := fn "contextsOf" ["actor", "target", "author"] <|
  .letE "own"
    (.ifE (.call "sameIdentity" [v "actor", v "target"])
      (.list [.get (v "Context") "Self"]) (.list [])) <|
    .letE "sent"
      (.ifE (.call "sameIdentity" [v "actor", v "author"])
        (.list [.get (v "Context") "Sender"]) (.list [])) <|
      concatList (.list [.get (v "Context") "Public"]) (concatList (v "own") (v "sent"))

/-- All names that an operator may call the actor by: its contexts, its State, and the traits that
it holds in the order of the schema. The fold shifts the mask of traits until nothing is left. -/
def rolesOf : FuncDecl := fn "rolesOf" ["schema", "bitmask", "contexts"] <|
  .letE "known"
    (concatList (v "contexts")
      (.list [.call "stateName" [.get (v "schema") "states", v "bitmask"]])) <|
    .letE "found"
      (.fold (.get (v "schema") "traits")
        (.record [("mask", shr (v "bitmask") (v "TRAIT_OFFSET")), ("roles", v "known")])
        "acc" "trait"
        (.letE "mask" (.get (v "acc") "mask") <|
          .letE "rest" (shr (v "mask") (n 1)) <|
            .ifE (ne (v "mask") (n 0))
              (.ifE (eq (band (v "mask") (n 1)) (n 0))
                (.record [("mask", v "rest"), ("roles", .get (v "acc") "roles")])
                (.record
                  [ ("mask", v "rest"),
                    ("roles", concatList (.get (v "acc") "roles")
                      (.list [.get (v "trait") "name"])) ]))
              (v "acc")))
      (.get (v "found") "roles")

/-- Whether an operator, one role or a list of roles, means an actor with these roles. -/
def operatorMatches : FuncDecl := fn "operatorMatches" ["roles", "operator"] <|
  .ifE (eq (lengthList (v "operator")) nothing)
    (.call "includes" [v "roles", v "operator"])
    (.fold (v "operator") no "found" "role"
      (or (v "found") (.call "includes" [v "roles", v "role"])))

/-- What `verdict` makes of one more row. -/
def verdictStep : Expr :=
  .ifE (eq (.get (v "row") "event") (v "event"))
    (.ifE (.call "operatorMatches" [v "roles", .get (v "row") "operator"])
      (.ifE (.call "includes" [.get (v "row") "ops", v "denial"])
        nothing
        (or (v "said") (.call "includes" [.get (v "row") "ops", v "op"])))
      (v "said"))
    (v "said")

/-- What the rows that apply say of an operation: true if one grants it, false if none speaks of it,
none if one denies it. None is in force for good, whatever rows follow: `or` keeps it. -/
def verdict : FuncDecl := fn "verdict" ["rows", "roles", "event", "op"] <|
  .letE "denial" (concatStr (v "DENY_PREFIX") (v "op")) <|
    .fold (v "rows") no "said" "row" verdictStep

/-- Whether the actor may do `op` with events of this type: some row grants it and none denies it.
Never anything but a truth value. -/
def isAuthorized : FuncDecl := fn "isAuthorized" ["schema", "bitmask", "contexts", "event", "op"] <|
  eq yes
    (.call "verdict"
      [ .get (v "schema") "rows",
        .call "rolesOf" [v "schema", v "bitmask", v "contexts"], v "event", v "op" ])

/-- The strongest rank among held traits; none without any. -/
def bestRank : FuncDecl := fn "bestRank" ["traits", "bitmask"] <|
  .letE "found"
    (.fold (v "traits") (.record [("bit", v "TRAIT_OFFSET"), ("best", nothing)]) "acc" "trait"
      (.record
        [ ("bit", add (.get (v "acc") "bit") (n 1)),
          ("best", .ifE
            (and (.call "hasTrait" [v "bitmask", .get (v "acc") "bit"])
              (.call "isStronger" [.get (v "trait") "rank", .get (v "acc") "best"]))
            (.get (v "trait") "rank") (.get (v "acc") "best")) ]))
    (.get (v "found") "best")

/-- Whether rank `a` beats rank `b`; having none is the weakest. -/
def isStronger : FuncDecl := fn "isStronger" ["a", "b"] <|
  .ifE (eq (v "a") nothing) no
    (.ifE (eq (v "b") nothing) yes (lt (v "a") (v "b")))

/-- The rank of a trait's name; none if unknown. -/
def rankOf : FuncDecl := fn "rankOf" ["traits", "name"] <|
  .fold (v "traits") nothing "rank" "trait"
    (.ifE (eq (.get (v "trait") "name") (v "name")) (.get (v "trait") "rank") (v "rank"))

/-- Whether an actor may give or take a trait: strictly stronger than the target and the trait. -/
def mayChangeTrait : FuncDecl := fn "mayChangeTrait" ["traits", "actor", "target", "trait"] <|
  .letE "own" (.call "bestRank" [v "traits", v "actor"]) <|
    .letE "rank" (.call "rankOf" [v "traits", v "trait"]) <|
      and (ne (v "rank") nothing)
        (and (.call "isStronger" [v "own", .call "bestRank" [v "traits", v "target"]])
          (.call "isStronger" [v "own", v "rank"]))

/-- The bitmask after a move between States; none if the actor is not in `from`. -/
def moveState : FuncDecl := fn "moveState" ["states", "bitmask", "from", "to"] <|
  .ifE (eq (.call "stateName" [v "states", v "bitmask"]) (v "from"))
    (.call "setState" [v "bitmask", .call "stateValue" [v "states", v "to"]])
    nothing

/-! ## Tables of what identities and gates are like

`masks` is a list of `{id, mask}`, `gates` one of `{alias, open}`, `endpoints` one of
`{id, endpoint}`: each key once. -/

/-- The bitmask of an identity; none if the table does not say. -/
def maskOf : FuncDecl := fn "maskOf" ["masks", "id"] <|
  .fold (v "masks") nothing "mask" "entry"
    (.ifE (eq (.get (v "entry") "id") (v "id")) (.get (v "entry") "mask") (v "mask"))

/-- The table with another bitmask for an identity, in its place if it has one, else last. -/
def withMask : FuncDecl := fn "withMask" ["masks", "id", "mask"] <|
  .ifE (eq (.call "maskOf" [v "masks", v "id"]) nothing)
    (concatList (v "masks") (.list [.record [("id", v "id"), ("mask", v "mask")]]))
    (.fold (v "masks") (.list []) "all" "entry"
      (concatList (v "all")
        (.list
          [ .ifE (eq (.get (v "entry") "id") (v "id"))
              (.set (v "entry") "mask" (v "mask")) (v "entry") ])))

/-- The table without those whose bitmask is 0, who have no leaf. -/
def withoutOutsiders : FuncDecl := helper "withoutOutsiders" ["masks"] <|
  .fold (v "masks") (.list []) "all" "entry"
    (.ifE (eq (.get (v "entry") "mask") (n 0)) (v "all")
      (concatList (v "all") (.list [v "entry"])))

/-- The table after changes, `{id, mask}` each; a bitmask of 0 is not kept. -/
def withMasks : FuncDecl := fn "withMasks" ["masks", "changes"] <|
  .call "withoutOutsiders"
    [ .fold (v "changes") (v "masks") "all" "change"
        (.call "withMask"
          [v "all", .get (v "change") "id", .get (v "change") "mask"]) ]

/-- Whether a gate is open; it is closed until it is opened. -/
def isOpen : FuncDecl := fn "isOpen" ["gates", "alias"] <|
  eq yes
    (.fold (v "gates") no "open" "gate"
      (.ifE (eq (.get (v "gate") "alias") (v "alias")) (.get (v "gate") "open") (v "open")))

/-- The table with a gate opened or closed. -/
def withGate : FuncDecl := fn "withGate" ["gates", "alias", "open"] <|
  concatList
    (.fold (v "gates") (.list []) "all" "gate"
      (.ifE (eq (.get (v "gate") "alias") (v "alias")) (v "all")
        (concatList (v "all") (.list [v "gate"]))))
    (.list [.record [("alias", v "alias"), ("open", v "open")]])

/-- The table after changes, `{alias, open}` each. -/
def withGates : FuncDecl := fn "withGates" ["gates", "changes"] <|
  .fold (v "changes") (v "gates") "all" "change"
    (.call "withGate"
      [v "all", .get (v "change") "alias", .get (v "change") "open"])

/-- The table after changes, `{id, endpoint}` each; an endpoint that is none is taken out. -/
def withEndpoints : FuncDecl := fn "withEndpoints" ["endpoints", "changes"] <|
  .fold (v "changes") (v "endpoints") "all" "change"
    (concatList
      (.fold (v "all") (.list []) "others" "entry"
        (.ifE (eq (.get (v "entry") "id") (.get (v "change") "id")) (v "others")
          (concatList (v "others") (.list [v "entry"]))))
      (.ifE (eq (.get (v "change") "endpoint") nothing) (.list []) (.list [v "change"])))

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Rbac",
        header := "Access control: states, traits, contexts and who may do what.",
        imports :=
          [ (["STATE_MASK", "STATE_BITS", "STATE_OUTSIDER", "OUTSIDER", "TRAIT_OFFSET",
              "RBAC_VALUE_BYTES", "DENY_PREFIX", "Context"], "kernel/Types") ],
        functions :=
          [ getState, isOutsider, setState, hasTrait, isTraitBit, setTrait, clearTrait,
            includes, stateValue, stateName, traitBit, sameIdentity, contextsOf, rolesOf,
            operatorMatches, verdict, isAuthorized, isStronger, bestRank, rankOf,
            mayChangeTrait, moveState, maskOf, withMask, withoutOutsiders, withMasks, isOpen,
            withGate, withGates, withEndpoints ],
        effectFunctions := [RbacEffect.writeAccess] } }

end Enc.Modules.Rbac
