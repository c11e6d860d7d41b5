import Enc.Modules.Api

/-!
# The shapes of the wire, for tools

Requests and answers as JSON Schema (draft 2020-12). Codes and fields of commits are those of `Api`,
bounds those of the modules that keep them.
-/

namespace Enc.Modules.WireSchema
open Enc.DSL Enc.Modules

/-- A schema with a type, and whatever else there is to say. -/
def typed (name : String) (others : List (String × Expr)) : Expr :=
  .record (("type", s name) :: others)

/-- Lower-case hex of that many octets. -/
def hex (octets : Nat) : Expr :=
  typed "string" [("pattern", s ("^[0-9a-f]{" ++ Nat.repr (2 * octets) ++ "}$"))]

def between (low : Nat) (high : Expr) : Expr :=
  typed "integer" [("minimum", n low), ("maximum", high)]
def text : Expr := typed "string" []
def truth : Expr := typed "boolean" []
def only (value : String) : Expr := .record [("const", s value)]
def some (values : List String) : Expr := .record [("enum", texts values)]
def anything : Expr := .record []
def listOf (item : Expr) : Expr := typed "array" [("items", item)]
def listOfAtMost (most item : Expr) : Expr :=
  typed "array" [("items", item), ("maxItems", most)]

def choice (options : List Expr) : Expr := .record [("anyOf", .list options)]

def namesOf : List (String × Expr) → List String
  | [] => []
  | (name, _) :: rest => name :: namesOf rest

def joined (first second : List (String × Expr)) : List (String × Expr) :=
  match first with
  | [] => second
  | one :: rest => one :: joined rest second

/-- An object of these fields and no others. -/
def object (required optional : List (String × Expr)) : Expr :=
  typed "object"
    [ ("required", texts (namesOf required)),
      ("properties", .record (joined required optional)), ("additionalProperties", no) ]

/-- The field of a commit of that name. -/
def commitField (ref : String → Expr) : String → Expr
  | "content" => .record [("description", s "Any value; numbers are integers from 0 to 2^53 - 1.")]
  | "exp" => ref "Natural"
  | "type" => typed "string" [("minLength", n 1), ("maxLength", v "MAX_TYPE")]
  | "tags" =>
    typed "array"
      [ ("maxItems", v "MAX_TAGS"),
        ("items", typed "array" [("items", text), ("minItems", n 2), ("maxItems", n 2)]) ]
  | "alg" => only "schnorr"
  | "sig" => ref "Signature"
  | _ => ref "Hash"

/-- What a commit may do without. -/
def isOptional : String → Bool
  | "content" | "tags" | "alg" => true
  | _ => false

def commitPart (ref : String → Expr) (optional : Bool) : List String → List (String × Expr)
  | [] => []
  | name :: rest =>
    if isOptional name == optional then
      (name, commitField ref name) :: commitPart ref optional rest
    else commitPart ref optional rest

def textOrTexts : Expr := choice [text, listOf text]

/-- One code of a status after the other. -/
def codesOf : List (String × String) → List String
  | [] => []
  | (code, _) :: rest => code :: codesOf rest

def extend (first second : List String) : List String :=
  match first with
  | [] => second
  | one :: rest => one :: extend rest second

def allCodes : List (String × List (String × String)) → List String
  | [] => []
  | (_, codes) :: rest => extend (codesOf codes) (allCodes rest)

/-- All shapes by name; `at` is what references begin with. -/
def shapes (at_ : String) : List (String × Expr) :=
  let ref (name : String) : Expr := .record [("$ref", s (at_ ++ name))]
  let place : List (String × Expr) :=
    [ ("seq", ref "Natural"), ("timestamp", ref "Natural"), ("sequencer", ref "Hash"),
      ("id", ref "Hash"), ("seq_sig", ref "Signature") ]
  -- Who reads says who they are.
  let reader : List (String × Expr) :=
    [ ("session", .record [("oneOf", .list [hex 168, typed "null" []])]),
      ("sig", .record [("oneOf", .list [ref "Signature", typed "null" []])]) ]
  let asked (fields more : List (String × Expr)) : Expr :=
    object (("enclave", ref "Hash") :: fields) (joined reader more)
  let wsAsked (kind : String) (fields more : List (String × Expr)) : Expr :=
    object (("type", only kind) :: fields) more
  let subId := typed "string" [("minLength", n 1), ("maxLength", n 64)]
  [ ("Natural",
      typed "integer" [("minimum", n 0), ("maximum", v "MAX_SAFE_NUMBER")]),
    ("NaturalOrNull",
      .record [("oneOf", .list [ref "Natural", typed "null" []])]),
    ("Hash", hex 32), ("Signature", hex 64),
    ("Commit",
      object (commitPart ref false Api.commitFields) (commitPart ref true Api.commitFields)),
    ("Event",
      object (joined (commitPart ref false Api.commitFields) place)
        (commitPart ref true Api.commitFields)),
    ("Receipt",
      object
        [ ("enclave", ref "Hash"), ("id", ref "Hash"), ("hash", ref "Hash"), ("seq", ref "Natural"),
          ("timestamp", ref "Natural"), ("sequencer", ref "Hash"), ("sig", ref "Signature"), ("seq_sig", ref "Signature") ]
        [("seq_pub", ref "Hash")]),
    ("TreeHead",
      object
        [("t", ref "Natural"), ("n", ref "Natural"), ("root", ref "Hash"), ("seq_pub", ref "Hash"), ("sig", ref "Signature")]
        []),
    ("Bundle",
      object
        [ ("index", ref "Natural"), ("first", ref "Natural"), ("size", between 1 (n 1024)),
          ("events_root", ref "Hash"), ("state_hash", ref "Hash") ]
        [("ids", listOf (ref "Hash"))]),
    ("Filter",
      object []
        [ ("id", textOrTexts),
          ("seq", object [] [("start", ref "Natural"), ("end", ref "Natural")]),
          ("type", textOrTexts), ("from", textOrTexts),
          ("tags", listOf (typed "array" [("items", text), ("minItems", n 1)])),
          ("limit", between 1 (v "MAX_LIMIT")), ("reverse", truth) ]),
    ("Query",
      object [("type", only "Query"), ("enclave", ref "Hash")]
        (("filter", ref "Filter") :: reader)),
    ("Pull",
      object [("type", only "Pull"), ("enclave", ref "Hash")]
        (("from", ref "Natural") :: ("limit", between 1 (v "PAGE")) :: reader)),
    ("Events",
      object [("events", listOf (ref "Event")), ("next", ref "NaturalOrNull")] []),
    ("Page",
      object
        [ ("events", listOfAtMost (v "PAGE") (ref "Event")),
          ("bundles", listOfAtMost (v "PAGE") (ref "Bundle")), ("next", ref "NaturalOrNull"),
          ("sth", ref "TreeHead") ]
        []),
    ("Info",
      object [("protocol", only "enc"), ("version", ref "Natural"), ("seq_pub", ref "Hash")] []),
    ("Enclave",
      object
        [ ("enclave", ref "Hash"), ("sequencer", ref "Hash"),
          ("lifecycle", some ["Active", "Paused", "Terminated", "Migrated"]),
          ("seq", ref "Natural"), ("sth", ref "TreeHead") ]
        []),
    ("Consistency",
      object [("first", ref "Natural"), ("second", ref "Natural"), ("path", listOf (ref "Hash"))] []),
    ("AskInclusion", asked [("seq", ref "Natural")] [("tree_size", ref "Natural")]),
    ("Leaf",
      object
        [ ("tree_size", ref "Natural"), ("leaf_index", ref "Natural"), ("events_root", ref "Hash"),
          ("state_hash", ref "Hash"), ("path", listOf (ref "Hash")) ]
        []),
    ("AskBundle", asked [("seq", ref "Natural")] []),
    ("BundleProof",
      object
        [ ("event_id", ref "Hash"), ("bundle_index", ref "Natural"), ("bundle_size", ref "Natural"),
          ("siblings", listOf (ref "Hash")), ("events_root", ref "Hash"), ("leaf_index", ref "Natural") ]
        []),
    ("Place", object [("namespace", between 0 (n 2)), ("key", ref "Hash")] []),
    ("AskState", asked [("namespace", between 0 (n 2)), ("key", ref "Hash")] []),
    ("AskStates",
      asked
        [ ("keys",
            typed "array"
              [("items", ref "Place"), ("minItems", n 1), ("maxItems", v "MAX_PLACES")]) ]
        []),
    ("StateProof",
      object
        [ ("k", hex 21),
          ("v",
            .record
              [ ("type", texts ["string", "null"]), ("pattern", s "^([0-9a-f]{2})*$") ]),
          ("b", hex 21), ("s", listOf (ref "Hash")) ]
        []),
    ("State",
      object [("proof", ref "StateProof"), ("leaf", ref "Leaf"), ("sth", ref "TreeHead")] []),
    ("States",
      object
        [ ("proofs", listOfAtMost (v "MAX_PLACES") (ref "StateProof")), ("leaf", ref "Leaf"),
          ("sth", ref "TreeHead") ]
        []),
    ("Chunk",
      object
        [ ("enclave", ref "Hash"),
          ("events",
            typed "array"
              [("items", ref "Event"), ("minItems", n 1), ("maxItems", v "CHUNK")]),
          ("bundles", listOfAtMost (v "CHUNK") (ref "Bundle")) ]
        []),
    ("Restored", object [("restored", truth), ("seq", ref "Natural")] []),
    ("Resolved", object [("enclave", anything), ("node", anything)] []),
    ("Error",
      object
        [("error", some (allCodes Api.catalogue)), ("message", text)]
        [ ("receipt", ref "Receipt"), ("retry_after", ref "Natural"), ("at", text) ]),
    ("Push", object [("type", only "Push"), ("enclave", ref "Hash"), ("event", ref "Event")] []),
    ("Notify",
      object
        [ ("type", only "Notify"), ("enclave", ref "Hash"), ("id", ref "Hash"), ("seq", ref "Natural"),
          ("event_type", text) ]
        []),
    ("ClientFrame",
      .record
        [ ("oneOf",
            .list
              [ wsAsked "Query" [("sub_id", subId), ("enclave", ref "Hash")]
                  (("filter", ref "Filter") :: reader),
                wsAsked "Close" [("sub_id", subId)] [],
                wsAsked "Commit" [("commit", ref "Commit")] [] ]) ]),
    ("NodeFrame",
      .record
        [ ("oneOf",
            .list
              [ wsAsked "Event" [("sub_id", subId), ("event", ref "Event")] [],
                wsAsked "EOSE" [("sub_id", subId), ("next", ref "NaturalOrNull")] [],
                wsAsked "Closed" [("sub_id", subId)] [("reason", text)],
                wsAsked "Receipt" [("receipt", ref "Receipt")] [],
                wsAsked "Error"
                  [("error", some (allCodes Api.catalogue)), ("message", text)]
                  [("sub_id", text), ("hash", text), ("receipt", ref "Receipt")] ]) ]) ]

/-- The bounds that the shapes state, and where they are kept. -/
def bounds : List (List String × String) :=
  [ (["MAX_SAFE_NUMBER"], "kernel/Types"),
    (["MAX_LIMIT"], "kernel/Filter"),
    (["MAX_TAGS", "MAX_TYPE"], "node/Api"),
    (["PAGE"], "node/Queries"),
    (["MAX_PLACES"], "node/Proving"),
    (["CHUNK"], "node/Restore") ]

def schema : Expr :=
  .record
    [ ("$schema", s "https://json-schema.org/draft/2020-12/schema"),
      ("title", s "The wire of the protocol"), ("$defs", .record (shapes "#/$defs/")) ]

def module : SpecModule :=
  { layer := "node",
    decl :=
      { name := "WireSchema",
        header := "The shapes of the wire as JSON Schema.",
        imports := bounds,
        constants := [("WIRE", schema)] } }

end Enc.Modules.WireSchema
