import Enc.Modules.Sugar

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
  and (ne (v "item") nothing)
    (.fold (v "items") no "found" "x" (or (v "found") (eq (v "x") (v "item"))))

/-- The value of a State's name: its position from 1, 0 for an outsider, none if unknown. -/
def stateValue : FuncDecl := fn "stateValue" ["states", "name"] <|
  .ifE (eq (v "name") (v "OUTSIDER")) (v "STATE_OUTSIDER")
    (.get
      (.fold (v "states") (.record [("next", n 1), ("value", nothing)]) "acc" "state"
        (.record
          [ ("next", add (.get (v "acc") "next") (n 1)),
            ("value", .ifE (eq (v "state") (v "name"))
              (.get (v "acc") "next") (.get (v "acc") "value")) ]))
      "value")

/-- The name of the State in a bitmask; none if the schema does not know it. -/
def stateName : FuncDecl := fn "stateName" ["states", "bitmask"] <|
  .letE "value" (.call "getState" [v "bitmask"]) <|
    .ifE (eq (v "value") (v "STATE_OUTSIDER")) (v "OUTSIDER")
      (.get
        (.fold (v "states") (.record [("next", n 1), ("name", nothing)]) "acc" "state"
          (.record
            [ ("next", add (.get (v "acc") "next") (n 1)),
              ("name", .ifE (eq (.get (v "acc") "next") (v "value"))
                (v "state") (.get (v "acc") "name")) ]))
        "name")

/-- The bit of a trait's name: 8 plus its index, none if unknown. -/
def traitBit : FuncDecl := fn "traitBit" ["traits", "name"] <|
  .get
    (.fold (v "traits") (.record [("next", v "TRAIT_OFFSET"), ("bit", nothing)]) "acc" "trait"
      (.record
        [ ("next", add (.get (v "acc") "next") (n 1)),
          ("bit", .ifE (eq (.get (v "trait") "name") (v "name"))
            (.get (v "acc") "next") (.get (v "acc") "bit")) ]))
    "bit"

/-- The names of the traits that a bitmask holds, in the order of the schema. -/
def heldTraits : FuncDecl := fn "heldTraits" ["traits", "bitmask"] <|
  .get
    (.fold (v "traits") (.record [("bit", v "TRAIT_OFFSET"), ("held", .list [])]) "acc" "trait"
      (.record
        [ ("bit", add (.get (v "acc") "bit") (n 1)),
          ("held", .ifE (.call "hasTrait" [v "bitmask", .get (v "acc") "bit"])
            (concatList (.get (v "acc") "held") (.list [.get (v "trait") "name"]))
            (.get (v "acc") "held")) ]))
    "held"

/-- Whether two identities are known and the same. -/
def sameIdentity : FuncDecl := helper "sameIdentity" ["a", "b"] <|
  and (ne (v "a") nothing) (eq (v "a") (v "b"))

/-- The contexts that hold: `Self` for the target, `Sender` for the author of what is referred to. -/
def contextsOf : FuncDecl := fn "contextsOf" ["actor", "target", "author"] <|
  concatList (.list [.get (v "Context") "Public"])
    (concatList
      (.ifE (.call "sameIdentity" [v "actor", v "target"])
        (.list [.get (v "Context") "Self"]) (.list []))
      (.ifE (.call "sameIdentity" [v "actor", v "author"])
        (.list [.get (v "Context") "Sender"]) (.list [])))

/-- Everything an operator may name for this actor: State, held traits, contexts. -/
def rolesOf : FuncDecl := fn "rolesOf" ["schema", "bitmask", "contexts"] <|
  concatList
    (.list [.call "stateName" [.get (v "schema") "states", v "bitmask"]])
    (concatList
      (.call "heldTraits" [.get (v "schema") "traits", v "bitmask"])
      (v "contexts"))

/-- An operator is one role or a list of roles. -/
def operatorMatches : FuncDecl := fn "operatorMatches" ["operator", "roles"] <|
  .ifE (eq (lengthList (v "operator")) nothing)
    (.call "includes" [v "roles", v "operator"])
    (.fold (v "operator") no "found" "role"
      (or (v "found") (.call "includes" [v "roles", v "role"])))

/-- The operations of all rows that apply, granted and denied ones alike. -/
def opsFor : FuncDecl := fn "opsFor" ["rows", "event", "roles"] <|
  .fold (v "rows") (.list []) "ops" "row"
    (.ifE
      (and (eq (.get (v "row") "event") (v "event"))
        (.call "operatorMatches" [.get (v "row") "operator", v "roles"]))
      (concatList (v "ops") (.get (v "row") "ops"))
      (v "ops"))

/-- Some row grants the operation and none denies it. -/
def allows : FuncDecl := fn "allows" ["ops", "op"] <|
  and (.call "includes" [v "ops", v "op"])
    (not (.call "includes" [v "ops", concatStr (v "DENY_PREFIX") (v "op")]))

/-- Whether the actor may do `op` with events of this type. Never anything but a truth value. -/
def isAuthorized : FuncDecl := fn "isAuthorized" ["schema", "bitmask", "contexts", "event", "op"] <|
  eq yes
    (.call "allows"
      [ .call "opsFor"
          [ .get (v "schema") "rows", v "event",
            .call "rolesOf" [v "schema", v "bitmask", v "contexts"] ],
        v "op" ])

/-- The strongest rank among held traits; none without any. -/
def bestRank : FuncDecl := fn "bestRank" ["traits", "bitmask"] <|
  .get
    (.fold (v "traits") (.record [("bit", v "TRAIT_OFFSET"), ("best", nothing)]) "acc" "trait"
      (.record
        [ ("bit", add (.get (v "acc") "bit") (n 1)),
          ("best", .ifE
            (and (.call "hasTrait" [v "bitmask", .get (v "acc") "bit"])
              (.call "isStronger" [.get (v "trait") "rank", .get (v "acc") "best"]))
            (.get (v "trait") "rank") (.get (v "acc") "best")) ]))
    "best"

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
            includes, stateValue, stateName, traitBit, heldTraits, sameIdentity, contextsOf,
            rolesOf, operatorMatches, opsFor, allows, isAuthorized, isStronger, bestRank,
            rankOf, mayChangeTrait, moveState ] } }

end Enc.Modules.Rbac
