import Enc.Modules.Sugar
import Enc.Modules.Hash

/-!
# The log

A log is the list of its leaf hashes (RFC 9162): one leaf for each bundle, which binds the events
and the state after them. Paths run from the leaf to the root; the verifiers are those of
`kernel/Proofs`.
-/

namespace Enc.Modules.Ct
open Enc.DSL Enc.Modules

/-- The item at an index; none outside the list. -/
def itemAt : FuncDecl := fn "itemAt" ["items", "index"] <|
  .get
    (.fold (v "items") (.record [("at", n 0), ("found", nothing)]) "acc" "item"
      (.record
        [ ("at", add (.get (v "acc") "at") (n 1)),
          ("found", .ifE (eq (.get (v "acc") "at") (v "index"))
            (v "item") (.get (v "acc") "found")) ]))
    "found"

/-- The first `count` items. -/
def firstOf : FuncDecl := fn "firstOf" ["items", "count"] <|
  .fold (v "items") (.list []) "taken" "item"
    (.ifE (lt (lengthList (v "taken")) (v "count"))
      (concatList (v "taken") (.list [v "item"]))
      (v "taken"))

/-- The neighbour of a node in its layer; a list of none or one. -/
def neighbour : FuncDecl := helper "neighbour" ["nodes", "at"] <|
  .letE "other" (bxor (v "at") (n 1)) <|
    .ifE (lt (v "other") (lengthList (v "nodes")))
      (.list [.call "itemAt" [v "nodes", v "other"]])
      (.list [])

/-- The siblings of the node at `at` in a layer, up to the root of the tree above it. -/
def pathFrom : FuncDecl := helper "pathFrom" ["nodes", "at"] <|
  .get
    (.fold (v "LAYERS")
      (.record [("nodes", v "nodes"), ("at", v "at"), ("path", .list [])])
      "acc" "layer"
      (.ifE (le (lengthList (.get (v "acc") "nodes")) (n 1)) (v "acc")
        (.record
          [ ("nodes", .call "bundleLayer" [.get (v "acc") "nodes"]),
            ("at", shr (.get (v "acc") "at") (n 1)),
            ("path", concatList (.get (v "acc") "path")
              (.call "neighbour" [.get (v "acc") "nodes", .get (v "acc") "at"])) ])))
    "path"

/-- The root of a log; the empty hash without leaves. -/
def logRoot : FuncDecl := fn "logRoot" ["leaves"] <| .call "bundleRoot" [v "leaves"]

/-- The path of a leaf (RFC 9162, section 2.1.3.1); none outside the log. -/
def inclusionPath : FuncDecl := fn "inclusionPath" ["leaves", "index"] <|
  .ifE (lt (v "index") (lengthList (v "leaves")))
    (.call "pathFrom" [v "leaves", v "index"])
    nothing

/-- The layer of the largest complete subtree that ends at leaf `first`, and its place there. -/
def oldSubtree : FuncDecl := helper "oldSubtree" ["leaves", "first"] <|
  .fold (v "LAYERS")
    (.record
      [ ("nodes", v "leaves"), ("at", sub (v "first") (n 1)),
        ("left", .call "lowBit" [v "first"]) ])
    "acc" "layer"
    (.ifE (le (.get (v "acc") "left") (n 1)) (v "acc")
      (.record
        [ ("nodes", .call "bundleLayer" [.get (v "acc") "nodes"]),
          ("at", shr (.get (v "acc") "at") (n 1)),
          ("left", shr (.get (v "acc") "left") (n 1)) ]))

/-- That the first `first` leaves are a prefix of these (RFC 9162, section 2.1.4.1); none if there
are fewer. Empty for none, and for all of them. -/
def consistencyPath : FuncDecl := fn "consistencyPath" ["leaves", "first"] <|
  .letE "size" (lengthList (v "leaves")) <|
    .ifE (le (v "first") (v "size"))
      (.ifE (or (eq (v "first") (n 0)) (eq (v "first") (v "size"))) (.list [])
        (.letE "old" (.call "oldSubtree" [v "leaves", v "first"]) <|
          .letE "path" (.call "pathFrom" [.get (v "old") "nodes", .get (v "old") "at"]) <|
            -- A power of two is a subtree whose root the verifier has already.
            .ifE (eq (.call "lowBit" [v "first"]) (v "first")) (v "path")
              (concatList
                (.list [.call "itemAt" [.get (v "old") "nodes", .get (v "old") "at"]])
                (v "path"))))
      nothing

def leaves : Expr := .get (v "this") "leaves"

/-- Adds a bundle and answers the log. -/
def append : MethodDecl :=
  { name := "append",
    params := ["eventsRoot", "stateHash"],
    body :=
      .letS "leaf" (.prim .ctLeafHash [v "eventsRoot", v "stateHash"]) <|
        .ifS (eq (v "leaf") nothing)
          (.ret (v "this"))
          (.ret (.set (v "this") "leaves" (concatList leaves (.list [v "leaf"])))) }

def sizeOf : MethodDecl :=
  { name := "size", params := [], body := .ret (lengthList leaves) }

def rootOf : MethodDecl :=
  { name := "root", params := [], body := .ret (.call "logRoot" [leaves]) }

/-- The root when the log had that many leaves. -/
def rootAt : MethodDecl :=
  { name := "rootAt",
    params := ["size"],
    body :=
      .ifS (le (v "size") (lengthList leaves))
        (.ret (.call "logRoot" [.call "firstOf" [leaves, v "size"]]))
        done }

def inclusionProof : MethodDecl :=
  { name := "inclusionProof",
    params := ["index"],
    body := .ret (.call "inclusionPath" [leaves, v "index"]) }

def consistencyProof : MethodDecl :=
  { name := "consistencyProof",
    params := ["first"],
    body := .ret (.call "consistencyPath" [leaves, v "first"]) }

def certificateTransparency : ClassDecl :=
  { name := "CertificateTransparency",
    constructorParams := [],
    constructorBody := .ret (.record [("leaves", .list [])]),
    methods := [append, sizeOf, rootOf, rootAt, inclusionProof, consistencyProof] }

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Ct",
        header := "The log of bundles: roots, inclusion and consistency.",
        imports := [(["bundleLayer", "bundleRoot", "lowBit"], "kernel/Proofs")],
        constants := [("LAYERS", .lit (.list (Hash.range 0 64)))],
        functions :=
          [ itemAt, firstOf, neighbour, pathFrom, logRoot, inclusionPath, oldSubtree,
            consistencyPath ],
        classes := [certificateTransparency] } }

end Enc.Modules.Ct
