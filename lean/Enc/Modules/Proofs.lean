import Enc.Modules.Sugar
import Enc.Modules.Hash

/-!
# Proof verification

Every verifier is a left fold over the sibling list; the accumulator carries the running hash
and what is left of the index. Indexes and sizes come from the verifier's caller, never from the
proof. A proof with too few or too many siblings is refused.
-/

namespace Enc.Modules.Proofs
open Enc.DSL Enc.Modules

/-- Worked example 5: the hash at the end of a path of `{hash, isLeft}`. -/
def foldPath : FuncDecl := fn "foldPath" ["leafHash", "siblings"] <|
  .fold (v "siblings") (v "leafHash") "currentHash" "sibling"
    (.ifE (.get (v "sibling") "isLeft")
      (.prim .smtNodeHash [.get (v "sibling") "hash", v "currentHash"])
      (.prim .smtNodeHash [v "currentHash", .get (v "sibling") "hash"]))

/-- Whether the path leads from the leaf to the root. -/
def verifyPath : FuncDecl := fn "verifyPath" ["leafHash", "siblings", "root"] <|
  and (ne (v "root") nothing)
    (eq (.call "foldPath" [v "leafHash", v "siblings"]) (v "root"))

/-- An inner node of the state tree; one with two empty children is itself empty. -/
def smtParent : FuncDecl := fn "smtParent" ["left", "right"] <|
  .ifE (and (eq (v "left") (v "EMPTY_HASH")) (eq (v "right") (v "EMPTY_HASH")))
    (v "EMPTY_HASH")
    (.prim .smtNodeHash [v "left", v "right"])

/-- The hash at depth 168: empty for an absent value. -/
def smtLeafOrEmpty : FuncDecl := fn "smtLeafOrEmpty" ["key", "value"] <|
  .ifE (eq (v "value") nothing) (v "EMPTY_HASH") (.prim .smtLeafHash [v "key", v "value"])

/-- The sibling of one step, empty where the proof leaves it out. -/
def siblingOf : FuncDecl := helper "siblingOf" ["step"] <|
  .letE "hash" (.get (v "step") "hash") <|
    .ifE (eq (v "hash") nothing) (v "EMPTY_HASH") (v "hash")

/-- The root that a path of `{bit, hash}` from leaf to root leads to. Bit 1 means that the node
is the right child; `hash` is none for an empty sibling. -/
def smtRoot : FuncDecl := fn "smtRoot" ["leafHash", "path"] <|
  .fold (v "path") (v "leafHash") "node" "step"
    (.letE "sibling" (.call "siblingOf" [v "step"]) <|
      .ifE (eq (.get (v "step") "bit") (n 0))
        (.call "smtParent" [v "node", v "sibling"])
        (.call "smtParent" [v "sibling", v "node"]))

/-- The key that the bits of a path spell, as octets; none for anything but 168 bits. -/
def smtPathKey : FuncDecl := fn "smtPathKey" ["path"] <|
  .ifE (eq (lengthList (v "path")) (v "SMT_DEPTH"))
    (.call "natToBytes"
      [ .get
          (.fold (v "path") (.record [("value", n 0), ("weight", n 1)]) "acc" "step"
            (.letE "bit" (.get (v "step") "bit") <|
              .record
                [ ("value", .ifE (le (v "bit") (n 1))
                    (add (.get (v "acc") "value") (mul (v "bit") (.get (v "acc") "weight")))
                    nothing),
                  ("weight", mul (.get (v "acc") "weight") (n 2)) ]))
          "value",
        v "SMT_KEY_BYTES" ])
    nothing

/-- State proof: `value` (none for absence) stands under `key` in the tree of that root. -/
def verifySmt : FuncDecl := fn "verifySmt" ["root", "key", "value", "path"] <|
  and (and (ne (v "key") nothing) (ne (v "root") nothing))
    (and (eq (.call "smtPathKey" [v "path"]) (v "key"))
      (eq (.call "smtRoot" [.call "smtLeafOrEmpty" [v "key", v "value"], v "path"])
        (v "root")))

/-- The root after writing `value` under `key`; none unless the path proves the old value. -/
def smtUpdate : FuncDecl := fn "smtUpdate" ["root", "key", "oldValue", "newValue", "path"] <|
  .ifE (.call "verifySmt" [v "root", v "key", v "oldValue", v "path"])
    (.call "smtRoot" [.call "smtLeafOrEmpty" [v "key", v "newValue"], v "path"])
    nothing

/-- The largest power of two that divides a positive number. -/
def lowBit : FuncDecl := fn "lowBit" ["value"] <|
  sub (v "value") (band (v "value") (sub (v "value") (n 1)))

/-- Whether the lowest bit is set. -/
def isOdd : FuncDecl := helper "isOdd" ["value"] <|
  eq (band (v "value") (n 1)) (n 1)

/-- One step of RFC 9162, section 2.1.3.2. `at` and `last` lose their common trailing zeros when
the node is the last of its layer, which is the promotion of odd nodes. -/
def inclusionStep : FuncDecl := fn "inclusionStep" ["acc", "sibling"] <|
  .letE "at" (.get (v "acc") "at") <|
    .letE "last" (.get (v "acc") "last") <|
      .letE "hash" (.get (v "acc") "hash") <|
        .ifE (eq (v "last") (n 0))
          (.set (v "acc") "ok" no)
          (.ifE (or (.call "isOdd" [v "at"]) (eq (v "at") (v "last")))
            (.letE "skip" (.call "lowBit" [v "at"]) <|
              .record
                [ ("at", shr (div (v "at") (v "skip")) (n 1)),
                  ("last", shr (div (v "last") (v "skip")) (n 1)),
                  ("hash", .prim .ctNodeHash [v "sibling", v "hash"]),
                  ("ok", .get (v "acc") "ok") ])
            (.record
              [ ("at", shr (v "at") (n 1)),
                ("last", shr (v "last") (n 1)),
                ("hash", .prim .ctNodeHash [v "hash", v "sibling"]),
                ("ok", .get (v "acc") "ok") ]))

/-- The root of a tree of `size` nodes that a node at `index` and its siblings lead to; none if
the siblings do not fit the shape. -/
def inclusionRoot : FuncDecl := fn "inclusionRoot" ["hash", "index", "size", "siblings"] <|
  .ifE (lt (v "index") (v "size"))
    (.letE "end"
      (.fold (v "siblings")
        (.record
          [ ("at", v "index"), ("last", sub (v "size") (n 1)), ("hash", v "hash"),
            ("ok", yes) ])
        "acc" "sibling"
        (.call "inclusionStep" [v "acc", v "sibling"]))
      (.ifE (and (.get (v "end") "ok") (eq (.get (v "end") "last") (n 0)))
        (.get (v "end") "hash")
        nothing))
    nothing

/-- The log of `size` leaves with that root holds the leaf hash at `index`. -/
def verifyInclusion : FuncDecl :=
  fn "verifyInclusion" ["leafHash", "index", "size", "siblings", "root"] <|
    and (ne (v "root") nothing)
      (eq (.call "inclusionRoot" [v "leafHash", v "index", v "size", v "siblings"]) (v "root"))

/-- A bundle of `size` events with that root holds the event at `index`; event ids are the
leaves, unhashed. -/
def verifyBundle : FuncDecl :=
  fn "verifyBundle" ["eventId", "index", "size", "siblings", "eventsRoot"] <|
    .call "verifyInclusion"
      [v "eventId", v "index", v "size", v "siblings", v "eventsRoot"]

/-- The event is in a bundle whose root and state the log holds at `leaf.index`. -/
def verifyEvent : FuncDecl :=
  fn "verifyEvent" ["eventId", "bundle", "leaf", "root"] <|
    and
      (.call "verifyBundle"
        [ v "eventId", .get (v "bundle") "index", .get (v "bundle") "size",
          .get (v "bundle") "siblings", .get (v "leaf") "eventsRoot" ])
      (.call "verifyInclusion"
        [ .prim .ctLeafHash [.get (v "leaf") "eventsRoot", .get (v "leaf") "stateHash"],
          .get (v "leaf") "index", .get (v "leaf") "size", .get (v "leaf") "siblings",
          v "root" ])

/-- One layer of a bundle's tree: pairs are hashed, an odd last node is carried up. -/
def bundleLayer : FuncDecl := fn "bundleLayer" ["nodes"] <|
  .letE "end"
    (.fold (v "nodes") (.record [("open", nothing), ("done", .list [])]) "acc" "node"
      (.ifE (eq (.get (v "acc") "open") nothing)
        (.record [("open", v "node"), ("done", .get (v "acc") "done")])
        (.record
          [ ("open", nothing),
            ("done", concatList (.get (v "acc") "done")
              (.list [.prim .ctNodeHash [.get (v "acc") "open", v "node"]])) ])))
    (.ifE (eq (.get (v "end") "open") nothing)
      (.get (v "end") "done")
      (concatList (.get (v "end") "done") (.list [.get (v "end") "open"])))

/-- The root of a bundle's event ids; the empty hash for none. -/
def bundleRoot : FuncDecl := fn "bundleRoot" ["eventIds"] <|
  .letE "top"
    (.fold (v "LAYERS") (v "eventIds") "nodes" "layer"
      (.ifE (le (lengthList (v "nodes")) (n 1)) (v "nodes")
        (.call "bundleLayer" [v "nodes"])))
    (.ifE (eq (lengthList (v "top")) (n 0)) (v "EMPTY_HASH") (.get (v "top") "0"))

/-- One step of RFC 9162, section 2.1.4.2, after the first node. -/
def consistencyStep : FuncDecl := fn "consistencyStep" ["acc", "node"] <|
  .letE "at" (.get (v "acc") "at") <|
    .letE "last" (.get (v "acc") "last") <|
      .ifE (eq (v "last") (n 0))
        (.set (v "acc") "ok" no)
        (.ifE (or (.call "isOdd" [v "at"]) (eq (v "at") (v "last")))
          (.letE "skip" (.call "lowBit" [v "at"]) <|
            .record
              [ ("at", shr (div (v "at") (v "skip")) (n 1)),
                ("last", shr (div (v "last") (v "skip")) (n 1)),
                ("old", .prim .ctNodeHash [v "node", .get (v "acc") "old"]),
                ("new", .prim .ctNodeHash [v "node", .get (v "acc") "new"]),
                ("ok", .get (v "acc") "ok") ])
          (.record
            [ ("at", shr (v "at") (n 1)),
              ("last", shr (v "last") (n 1)),
              ("old", .get (v "acc") "old"),
              ("new", .prim .ctNodeHash [.get (v "acc") "new", v "node"]),
              ("ok", .get (v "acc") "ok") ]))

/-- Runs the path from its first node; `first` below `second`, both from 1. -/
def consistencyEnd : FuncDecl := helper "consistencyEnd" ["first", "second", "nodes"] <|
  .letE "skip" (.call "lowBit" [v "first"]) <|
    .fold (v "nodes") nothing "acc" "node"
      (.ifE (eq (v "acc") nothing)
        (.record
          [ ("at", div (sub (v "first") (n 1)) (v "skip")),
            ("last", div (sub (v "second") (n 1)) (v "skip")),
            ("old", v "node"), ("new", v "node"), ("ok", yes) ])
        (.call "consistencyStep" [v "acc", v "node"]))

/-- A log that grows from `first` leaves; a power of two is a node of the larger tree itself. -/
def consistencyGrowth : FuncDecl :=
  helper "consistencyGrowth" ["first", "second", "firstRoot", "secondRoot", "path"] <|
    .letE "end"
      (.call "consistencyEnd"
        [ v "first", v "second",
          .ifE (eq (.call "lowBit" [v "first"]) (v "first"))
            (concatList (.list [v "firstRoot"]) (v "path"))
            (v "path") ])
      (and
        (and (eq (.get (v "end") "ok") yes) (eq (.get (v "end") "last") (n 0)))
        (and (eq (.get (v "end") "old") (v "firstRoot"))
          (eq (.get (v "end") "new") (v "secondRoot"))))

/-- The log of `first` leaves is a prefix of the log of `second` leaves. -/
def verifyConsistency : FuncDecl :=
  fn "verifyConsistency" ["first", "second", "firstRoot", "secondRoot", "path"] <|
    eq yes
      (.ifE (lt (v "first") (v "second"))
        (.ifE (eq (v "first") (n 0))
          (and (eq (v "firstRoot") (v "EMPTY_HASH")) (eq (v "path") (.list [])))
          (and (lt (n 0) (lengthList (v "path")))
            (.call "consistencyGrowth"
              [v "first", v "second", v "firstRoot", v "secondRoot", v "path"])))
        (and (and (eq (v "first") (v "second")) (eq (v "path") (.list [])))
          (and (ne (v "firstRoot") nothing) (eq (v "firstRoot") (v "secondRoot")))))

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Proofs",
        header := "Verification of state, inclusion, bundle and consistency proofs.",
        imports :=
          [ (["EMPTY_HASH", "SMT_DEPTH", "SMT_KEY_BYTES"], "kernel/Types"),
            (["natToBytes"], "kernel/Hash") ],
        constants := [("LAYERS", .lit (.list (Hash.range 0 64)))],
        functions :=
          [ foldPath, verifyPath, smtParent, smtLeafOrEmpty, siblingOf, smtRoot, smtPathKey,
            verifySmt, smtUpdate, lowBit, isOdd, inclusionStep, inclusionRoot,
            verifyInclusion, verifyBundle, verifyEvent, bundleLayer, bundleRoot,
            consistencyStep, consistencyEnd, consistencyGrowth, verifyConsistency ] } }

end Enc.Modules.Proofs
