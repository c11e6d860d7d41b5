import Enc.Modules.Sugar
import Enc.Modules.Hash

/-!
# The state tree

A sparse Merkle tree of depth 168 over SHA-256. The root is at the most significant bit of the key;
a subtree without leaves is the empty hash, and so is a node of two empty children. Here the tree
is the list of its leaves `{key, value}`, the key a natural below 2^168, in ascending order; hosts
that hold many leaves keep the nodes and use the checked, stateless `smtUpdate` of
`kernel/Proofs`.
-/

namespace Enc.Modules.Smt
open Enc.DSL Enc.Modules

/-- A layer as `{prefix, hash}` in ascending order, from the leaves. -/
def leafLayer : FuncDecl := helper "leafLayer" ["leaves"] <|
  .fold (v "leaves") (.list []) "layer" "leaf"
    (concatList (v "layer")
      (.list
        [ .record
            [ ("prefix", .get (v "leaf") "key"),
              ("hash", .prim .smtLeafHash
                [ .call "natToBytes" [.get (v "leaf") "key", v "SMT_KEY_BYTES"],
                  .get (v "leaf") "value" ]) ] ]))

/-- The node above one that stands alone. -/
def single : FuncDecl := helper "single" ["node"] <|
  .letE "hash" (.get (v "node") "hash") <|
    .record
      [ ("prefix", shr (.get (v "node") "prefix") (n 1)),
        ("hash", .ifE (eq (band (.get (v "node") "prefix") (n 1)) (n 0))
          (.call "smtParent" [v "hash", v "EMPTY_HASH"])
          (.call "smtParent" [v "EMPTY_HASH", v "hash"])) ]

/-- The node above a left node and a right one. -/
def joined : FuncDecl := helper "joined" ["left", "right"] <|
  .record
    [ ("prefix", shr (.get (v "left") "prefix") (n 1)),
      ("hash", .call "smtParent" [.get (v "left") "hash", .get (v "right") "hash"]) ]

/-- Puts the node that waits above its layer's next one. -/
def closeNode : FuncDecl := helper "closeNode" ["acc"] <|
  .ifE (eq (.get (v "acc") "open") nothing)
    (.get (v "acc") "done")
    (concatList (.get (v "acc") "done") (.list [.call "single" [.get (v "acc") "open"]]))

/-- The layer above. -/
def layerAbove : FuncDecl := helper "layerAbove" ["layer"] <|
  .letE "end"
    (.fold (v "layer") (.record [("open", nothing), ("done", .list [])]) "acc" "node"
      (.letE "open" (.get (v "acc") "open") <|
        .ifE
          (eq (shr (.get (v "open") "prefix") (n 1)) (shr (.get (v "node") "prefix") (n 1)))
          (.record
            [ ("open", nothing),
              ("done", concatList (.get (v "acc") "done")
                (.list [.call "joined" [v "open", v "node"]])) ])
          (.record [("open", v "node"), ("done", .call "closeNode" [v "acc"])])))
    (.call "closeNode" [v "end"])

/-- The root of a tree; the empty hash without leaves. -/
def stateRoot : FuncDecl := fn "stateRoot" ["leaves"] <|
  .letE "top"
    (.fold (v "BITS") (.call "leafLayer" [v "leaves"]) "layer" "bit"
      (.call "layerAbove" [v "layer"]))
    (.ifE (eq (lengthList (v "top")) (n 0)) (v "EMPTY_HASH") (.get (.get (v "top") "0") "hash"))

/-- The hash of the node with that prefix in its layer; none where there is no leaf below it. -/
def hashAt : FuncDecl := helper "hashAt" ["layer", "prefix"] <|
  .fold (v "layer") nothing "found" "node"
    (.ifE (eq (.get (v "node") "prefix") (v "prefix")) (.get (v "node") "hash") (v "found"))

/-- The path of a key from leaf to root, as `verifySmt` reads it: `{bit, hash}`, hash none for an
empty sibling. -/
def statePath : FuncDecl := fn "statePath" ["leaves", "key"] <|
  .get
    (.fold (v "BITS")
      (.record
        [("layer", .call "leafLayer" [v "leaves"]), ("at", v "key"), ("path", .list [])])
      "acc" "bit"
      (.letE "at" (.get (v "acc") "at") <|
        .record
          [ ("layer", .call "layerAbove" [.get (v "acc") "layer"]),
            ("at", shr (v "at") (n 1)),
            ("path", concatList (.get (v "acc") "path")
              (.list
                [ .record
                    [ ("bit", band (v "at") (n 1)),
                      ("hash",
                        .call "hashAt" [.get (v "acc") "layer", bxor (v "at") (n 1)]) ] ])) ]))
    "path"

/-- The value under a key; none where there is none. -/
def valueAt : FuncDecl := fn "valueAt" ["leaves", "key"] <|
  .fold (v "leaves") nothing "found" "leaf"
    (.ifE (eq (.get (v "leaf") "key") (v "key")) (.get (v "leaf") "value") (v "found"))

/-- The leaves without one of that key. -/
def without : FuncDecl := fn "without" ["leaves", "key"] <|
  .fold (v "leaves") (.list []) "kept" "leaf"
    (.ifE (eq (.get (v "leaf") "key") (v "key")) (v "kept")
      (concatList (v "kept") (.list [v "leaf"])))

/-- The leaves with one more, in order. The flag says whether the new one is placed. -/
def inserted : FuncDecl := helper "inserted" ["leaves", "leaf"] <|
  .letE "end"
    (.fold (v "leaves") (.record [("placed", no), ("all", .list [])]) "acc" "other"
      (.ifE
        (and (not (.get (v "acc") "placed"))
          (lt (.get (v "leaf") "key") (.get (v "other") "key")))
        (.record
          [ ("placed", yes),
            ("all", concatList (.get (v "acc") "all") (.list [v "leaf", v "other"])) ])
        (.record
          [ ("placed", .get (v "acc") "placed"),
            ("all", concatList (.get (v "acc") "all") (.list [v "other"])) ])))
    (.ifE (.get (v "end") "placed") (.get (v "end") "all")
      (concatList (.get (v "end") "all") (.list [v "leaf"])))

/-- The leaves with that value under the key; none for a key of another width or a value that is
no octets. -/
def withValue : FuncDecl := fn "withValue" ["leaves", "key", "value"] <|
  .ifE
    (or (eq (.call "natToBytes" [v "key", v "SMT_KEY_BYTES"]) nothing)
      (eq (lengthBytes (v "value")) nothing))
    nothing
    (.call "inserted"
      [ .call "without" [v "leaves", v "key"],
        .record [("key", v "key"), ("value", v "value")] ])

def leaves : Expr := .get (v "this") "leaves"

/-- Answers the tree with that value under the key; the tree as it was for what is neither. -/
def insert : MethodDecl :=
  { name := "insert",
    params := ["key", "value"],
    body :=
      .letS "all" (.call "withValue" [leaves, v "key", v "value"]) <|
        .ifS (eq (v "all") nothing)
          (.ret (v "this"))
          (.ret (.set (v "this") "leaves" (v "all"))) }

def remove : MethodDecl :=
  { name := "remove",
    params := ["key"],
    body := .ret (.set (v "this") "leaves" (.call "without" [leaves, v "key"])) }

def rootOf : MethodDecl :=
  { name := "root", params := [], body := .ret (.call "stateRoot" [leaves]) }

/-- What is under a key, and the path that shows it. -/
def prove : MethodDecl :=
  { name := "prove",
    params := ["key"],
    body :=
      .ret
        (.record
          [ ("value", .call "valueAt" [leaves, v "key"]),
            ("path", .call "statePath" [leaves, v "key"]) ]) }

/-- Whether `proof` shows that the value stands under the key, in the tree of that root. -/
def verify : MethodDecl :=
  { name := "verify",
    params := ["root", "key", "value", "path"],
    body :=
      .ret
        (.call "verifySmt"
          [ v "root", .call "natToBytes" [v "key", v "SMT_KEY_BYTES"], v "value",
            v "path" ]) }

def sparseMerkleTree : ClassDecl :=
  { name := "SparseMerkleTree",
    constructorParams := [],
    constructorBody := .ret (.record [("leaves", .list [])]),
    methods := [insert, remove, rootOf, prove, verify] }

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Smt",
        header := "The state tree: roots, paths and leaves.",
        imports :=
          [ (["EMPTY_HASH", "SMT_KEY_BYTES"], "kernel/Types"),
            (["natToBytes"], "kernel/Hash"),
            (["smtParent", "verifySmt"], "kernel/Proofs") ],
        constants := [("BITS", .lit (.list (Hash.range 0 168)))],
        functions :=
          [ leafLayer, single, joined, closeNode, layerAbove, stateRoot, hashAt, statePath,
            valueAt, without, inserted, withValue ],
        classes := [sparseMerkleTree] } }

end Enc.Modules.Smt
