import Enc.Modules.Sugar
import Enc.Modules.Hash

/-!
# The state tree in rows

The tree of `kernel/Smt`, kept in rows of the host's map, so that a request needs only the rows
beside one path. The row `n/<depth>/<prefix>` stands for the subtree of the keys that begin with
these `depth` bits (2 and 42 hexadecimal digits). There is none for an empty subtree. A subtree of
one leaf is the row `{key, value, hash}`, any other `{hash}`, `hash` being that of the subtree at
this depth. Nothing is below the row of a leaf, so the rows of `n` random keys end near depth
`8 + log2 n`, and the hashes from there to depth 168 are computed and not kept.

Rows are the host's word. A walk begins at the root that the kernel holds and accepts two children
only if they hash to their parent, so what it reaches is what was written or nothing.
-/

namespace Enc.Modules.StateTree
open Enc.DSL Enc.Modules

/-- The numbers from `start` down, `count` of them. -/
def falling : (start count : Nat) → List Val
  | _, 0 => []
  | start, count + 1 => .nat start :: falling (start - 1) count

def constants : List (String × Expr) :=
  [ ("TOP", s "n/00/000000000000000000000000000000000000000000"),
    -- The depths from the leaf to below the root.
    ("RISING", .lit (.list (falling 168 168))),
    -- A round of reads goes to the depth that these bits set give: 16 depths, then 8 at a time.
    ("FIRST_WINDOW", n 15),
    ("WINDOW", n 7),
    ("OCTETS", .lit (.list (falling 20 21))),
    ("BITS", .lit (.list (falling 8 8))),
    ("OFFSETS", .lit (.list (Hash.range 0 16))),
    -- 13 times 13 are 169, the depths there are.
    ("PASSES", .lit (.list (Hash.range 0 13))),
    ("ZEROS", s "/000000000000000000000000000000000000"),
    ("HALVES", .lit (.list [.nat 128, .nat 64, .nat 32, .nat 16, .nat 8, .nat 4, .nat 2, .nat 1])) ]

/-! ## Keys -/

/-- SHA-256 of hexadecimal octets; none for anything else and for upper case. -/
def digestOf : FuncDecl := helper "digestOf" ["rawHex"] <|
  .letE "raw" (.prim .hexToBytes [v "rawHex"]) <|
    .ifE (and (ne (v "raw") nothing) (eq (.prim .bytesToHex [v "raw"]) (v "rawHex")))
      (.prim .sha256 [v "raw"])
      nothing

/-- The reads that `keyOf` still needs. -/
def keyReads : FuncDecl := fn "keyReads" ["namespace", "rawHex", "found"] <|
  .letE "digest" (.prim .bytesToHex [.call "digestOf" [v "rawHex"]]) <|
    .ifE
      (and (and (ne (v "digest") nothing) (eq yes (lt (v "namespace") (n 256))))
        (eq (.call "octetItems" [v "digest", v "found"]) nothing))
      (.list [.record [("octets", v "digest")]])
      (.list [])

/-- The number that the first `count` of these octets spell after `high`. -/
def spelled : FuncDecl := helper "spelled" ["high", "items", "count"] <|
  .letE "end"
    (.fold (v "items") (.record [("value", v "high"), ("left", v "count")]) "acc" "item"
      (.ifE (eq (.get (v "acc") "left") (n 0)) (v "acc")
        (.record
          [ ("value", add (mul (.get (v "acc") "value") (n 256)) (v "item")),
            ("left", sub (.get (v "acc") "left") (n 1)) ]))) <|
    .get (v "end") "value"

/-- The key of a leaf as a natural below 2^168: the namespace, below 256, and the first 160 bits of
the SHA-256 of the raw key, which is given as hexadecimal. None until the host has taken that hash
apart, and where it did so wrongly. -/
def keyOf : FuncDecl := fn "keyOf" ["namespace", "rawHex", "found"] <|
  .letE "digest" (.call "digestOf" [v "rawHex"]) <|
    .letE "items" (.call "octetItems" [.prim .bytesToHex [v "digest"], v "found"]) <|
      .ifE
        (and (and (ne (v "digest") nothing) (eq (.call "packBytes" [v "items"]) (v "digest")))
          (lt (v "namespace") (n 256)))
        (.call "spelled" [v "namespace", v "items", v "SMT_PATH_BYTES"])
        nothing

/-- Whether that is a natural below 2^168. -/
def isKey : FuncDecl := helper "isKey" ["key"] <|
  eq (shr (v "key") (v "SMT_DEPTH")) (n 0)

/-- The first `depth` bits of a key. -/
def prefixOf : FuncDecl := helper "prefixOf" ["key", "depth"] <|
  shr (v "key") (sub (v "SMT_DEPTH") (v "depth"))

/-! ## Rows -/

/-- The row of a prefix without its last two digits. Most are above depth 24, where all of them but
four are zeros. -/
def rowHead : FuncDecl := helper "rowHead" ["depth", "prefix"] <|
  .letE "high" (shr (v "prefix") (n 8)) <|
    concatStr (concatStr (s "n/") (.call "byteHex" [v "depth"]))
      (.ifE (lt (v "high") (n 0x10000))
        (concatStr (v "ZEROS")
          (concatStr (.call "byteHex" [shr (v "high") (n 8)])
            (.call "byteHex" [band (v "high") (n 255)])))
        (concatStr (s "/") (.call "natToHex" [v "high", v "SMT_PATH_BYTES"])))

/-- The row of the subtree of a key at a depth. -/
def rowOf : FuncDecl := helper "rowOf" ["key", "depth"] <|
  .letE "prefix" (.call "prefixOf" [v "key", v "depth"]) <|
    concatStr (.call "rowHead" [v "depth", v "prefix"])
      (.call "byteHex" [band (v "prefix") (n 255)])

/-- The rows of the subtree of a key and of its sibling, at a depth from 1. -/
def rowPair : FuncDecl := helper "rowPair" ["key", "depth"] <|
  .letE "prefix" (.call "prefixOf" [v "key", v "depth"]) <|
    .letE "head" (.call "rowHead" [v "depth", v "prefix"]) <|
      .letE "last" (band (v "prefix") (n 255)) <|
        .record
          [ ("own", concatStr (v "head") (.call "byteHex" [v "last"])),
            ("beside", concatStr (v "head") (.call "byteHex" [bxor (v "last") (n 1)])) ]

/-- A node that a host may give for a row; none for what cannot be one. No row of a subtree that is
empty is ever written. -/
def rowNode : FuncDecl := helper "rowNode" ["row"] <|
  .letE "hash" (.get (v "row") "hash") <|
    .ifE (and (eq (lengthBytes (v "hash")) (v "HASH_BYTES")) (ne (v "hash") (v "EMPTY_HASH")))
      (.ifE (eq (.get (v "row") "key") nothing)
        (.record [("kind", s "inner"), ("hash", v "hash")])
        (.record
          [ ("kind", s "leaf"), ("hash", v "hash"), ("key", .get (v "row") "key"),
            ("value", .get (v "row") "value") ]))
      nothing

/-- The node `{kind, hash}` of what was found under a row, a leaf with `key` and `value`; none
where nobody has looked yet, and for what cannot be one. -/
def nodeOf : FuncDecl := helper "nodeOf" ["items"] <|
  .letE "size" (lengthList (v "items")) <|
    .ifE (eq (v "size") (n 0))
      (.record [("kind", s "empty"), ("hash", v "EMPTY_HASH")]) <|
      .ifE (eq (v "size") (n 1)) (.call "rowNode" [.get (v "items") "0"]) nothing

/-! ## The walk -/

/-- A walk that has come to a node: `ownRow` and `besideRow` are those of its children on the way to
the key, which it waits for. From a node without children it goes nowhere, and no row is false. -/
def arrived : FuncDecl := helper "arrived" ["key", "node", "beside", "depth", "pairs", "pass"] <|
  .letE "rows"
    (.ifE (and (eq (.get (v "node") "kind") (s "inner")) (lt (v "depth") (v "SMT_DEPTH")))
      (.call "rowPair" [v "key", add (v "depth") (n 1)])
      (.record [("own", no), ("beside", no)])) <|
    .record
      [ ("node", v "node"), ("beside", v "beside"), ("depth", v "depth"), ("pairs", v "pairs"),
        ("pass", v "pass"), ("ownRow", .get (v "rows") "own"),
        ("besideRow", .get (v "rows") "beside"), ("own", nothing), ("other", nothing) ]

/-- The walk one depth on, once both children are found. -/
def advance : FuncDecl := helper "advance" ["acc", "key"] <|
  .ifE (or (eq (.get (v "acc") "own") nothing) (eq (.get (v "acc") "other") nothing)) (v "acc")
    (.letE "own" (.call "nodeOf" [.get (v "acc") "own"]) <|
      .letE "beside" (.call "nodeOf" [.get (v "acc") "other"]) <|
        .letE "depth" (add (.get (v "acc") "depth") (n 1)) <|
          .call "arrived"
            [ v "key", v "own", v "beside", v "depth",
              concatList
                (.list
                  [ .record
                      [ ("bit", band (.call "prefixOf" [v "key", v "depth"]) (n 1)),
                        ("own", .get (v "own") "hash"),
                        ("beside", .get (v "beside") "hash") ] ])
                (.get (v "acc") "pairs"),
              .get (v "acc") "pass" ])

/-- One entry of what was found, which may be a row that the walk waits for. -/
def take : FuncDecl := helper "take" ["acc", "key", "entry"] <|
  .letE "row" (.get (.get (v "entry") "read") "get") <|
    .ifE (eq (v "row") (.get (v "acc") "ownRow"))
      (.call "advance" [.set (v "acc") "own" (.get (v "entry") "items"), v "key"]) <|
      .ifE (eq (v "row") (.get (v "acc") "besideRow"))
        (.call "advance" [.set (v "acc") "other" (.get (v "entry") "items"), v "key"])
        (v "acc")

/-- Whether a walk is at its end, or its last pass made no way. -/
def isStuck : FuncDecl := helper "isStuck" ["acc"] <|
  or (eq (.get (v "acc") "ownRow") no)
    (eq (.get (v "acc") "depth") (.get (v "acc") "pass"))

/-- The walk after some passes over what was found. -/
def passes : FuncDecl := helper "passes" ["start", "key", "found"] <|
  .fold (v "PASSES") (v "start") "acc" "at"
    (.ifE (.call "isStuck" [v "acc"]) (v "acc")
      (.fold (v "found") (.set (v "acc") "pass" (.get (v "acc") "depth")) "end" "entry"
        (.call "take" [v "end", v "key", v "entry"])))

/-- Goes on the way to the key as far as rows are found: `{node, beside, depth, pairs, ownRow}`,
where `pairs` are both hashes at each depth from there up. Nothing is checked yet. A list of rows in
the order of the walk takes one pass; another takes more, at most one for each depth. -/
def walk : FuncDecl := helper "walk" ["key", "found"] <|
  .fold (v "PASSES")
    (.call "arrived"
      [ v "key", .call "nodeOf" [.call "rowItems" [v "TOP", v "found"]], nothing, n 0,
        .list [], nothing ])
    "acc" "at"
    (.ifE (.call "isStuck" [v "acc"]) (v "acc")
      (.call "passes" [v "acc", v "key", v "found"]))

/-! ## Reads -/

/-- The rows of a walk at a depth. The root has no sibling. -/
def rowsAt : FuncDecl := helper "rowsAt" ["key", "depth"] <|
  .ifE (eq (v "depth") (n 0)) (.list [v "TOP"])
    (.letE "rows" (.call "rowPair" [v "key", v "depth"]) <|
      .list [.get (v "rows") "own", .get (v "rows") "beside"])

/-- The reads from a depth on to the end of its window. -/
def windowReads : FuncDecl := helper "windowReads" ["key", "first", "found"] <|
  .letE "last"
    (bor (v "first") (.ifE (le (v "first") (v "WINDOW")) (v "FIRST_WINDOW") (v "WINDOW"))) <|
    .fold (v "OFFSETS") (.list []) "reads" "offset"
      (.letE "depth" (add (v "first") (v "offset")) <|
        .ifE (and (le (v "depth") (v "last")) (le (v "depth") (v "SMT_DEPTH")))
          (concatList (v "reads")
            (.call "unreadRows" [.call "rowsAt" [v "key", v "depth"], v "found"]))
          (v "reads"))

/-- The reads that a walk to that key still needs: the rows of its path and beside it, some depths
at a time, until the walk meets a leaf or an empty subtree. Empty for what is no key. -/
def stateReads : FuncDecl := fn "stateReads" ["key", "found"] <|
  .ifE (.call "isKey" [v "key"])
    (.ifE (eq (.call "rowItems" [v "TOP", v "found"]) nothing)
      (.call "windowReads" [v "key", n 0, v "found"])
      (.letE "end" (.call "walk" [v "key", v "found"]) <|
        .ifE (eq (.get (v "end") "ownRow") no) (.list [])
          (.call "windowReads"
            [v "key", add (.get (v "end") "depth") (n 1), v "found"])))
    (.list [])

/-- What the rows say is under a key, which nobody has checked: enough to tell what else to read.
None if they do not lead there. -/
def claimedValue : FuncDecl := fn "claimedValue" ["key", "found"] <|
  .letE "leaf" (.get (.call "walk" [v "key", v "found"]) "node") <|
    .ifE (eq (.get (v "leaf") "key") (v "key")) (.get (v "leaf") "value") nothing

/-! ## The proof -/

/-- The parent of a node and its sibling; `bit` 1 means that the node is the right child. -/
def parentOf : FuncDecl := helper "parentOf" ["bit", "node", "sibling"] <|
  .ifE (eq (v "bit") (n 0))
    (.call "smtParent" [v "node", v "sibling"])
    (.call "smtParent" [v "sibling", v "node"])

/-- One step of a path, as `smtRoot` reads it: an empty sibling is none. -/
def stepOf : FuncDecl := helper "stepOf" ["bit", "hash"] <|
  .record
    [ ("bit", v "bit"),
      ("hash", .ifE (eq (v "hash") (v "EMPTY_HASH")) nothing (v "hash")) ]

/-- Checks a walk from its end up: `{hash, steps}`, the hash that the rows lead to and the path
there; none where two children do not hash to their parent's row. -/
def checked : FuncDecl := helper "checked" ["end"] <|
  .fold (.get (v "end") "pairs")
    (.record [("hash", .get (.get (v "end") "node") "hash"), ("steps", .list [])])
    "acc" "pair"
    (.letE "own" (.get (v "pair") "own") <|
      .letE "bit" (.get (v "pair") "bit") <|
        .ifE (eq (v "own") (.get (v "acc") "hash"))
          (.record
            [ ("hash", .call "parentOf" [v "bit", v "own", .get (v "pair") "beside"]),
              ("steps", concatList (.get (v "acc") "steps")
                (.list [.call "stepOf" [v "bit", .get (v "pair") "beside"]])) ])
          nothing)

/-- The hash, at depth `high`, of a subtree that holds nothing but the node of that hash at depth
`low` on the way to the key. -/
def climb : FuncDecl := helper "climb" ["key", "hash", "low", "high"] <|
  .fold (v "RISING") (v "hash") "node" "depth"
    (.ifE (and (le (v "depth") (v "low")) (lt (v "high") (v "depth")))
      (.ifE (eq (band (.call "prefixOf" [v "key", v "depth"]) (n 1)) (n 0))
        (.prim .smtNodeHash [v "node", v "EMPTY_HASH"])
        (.prim .smtNodeHash [v "EMPTY_HASH", v "node"]))
      (v "node"))

/-- The hash of a subtree of one leaf. -/
def aloneHash : FuncDecl := helper "aloneHash" ["key", "value", "depth"] <|
  .call "climb"
    [ v "key",
      .prim .smtLeafHash [.call "natToBytes" [v "key", v "SMT_KEY_BYTES"], v "value"],
      v "SMT_DEPTH", v "depth" ]

/-- The first depth at which two keys have parted. -/
def partDepth : FuncDecl := helper "partDepth" ["a", "b"] <|
  .letE "end"
    (.fold (v "HALVES") (.record [("rest", bxor (v "a") (v "b")), ("bits", n 0)]) "acc" "half"
      (.letE "high" (shr (.get (v "acc") "rest") (v "half")) <|
        .ifE (eq (v "high") (n 0)) (v "acc")
          (.record
            [ ("rest", v "high"), ("bits", add (.get (v "acc") "bits") (v "half")) ])))
    -- `bits` counts those below the highest that differs.
    (sub (v "SMT_DEPTH") (.get (v "end") "bits"))

/-- The leaf of another key where the walk ended, at the depth where the two part; none if it does
not belong there. -/
def rivalOf : FuncDecl := helper "rivalOf" ["leaf", "key", "depth"] <|
  .letE "own" (.get (v "leaf") "key") <|
    .letE "part" (.call "partDepth" [v "own", v "key"]) <|
      .ifE (and (.call "isKey" [v "own"]) (lt (v "depth") (v "part")))
        (.letE "hash" (.call "aloneHash" [v "own", .get (v "leaf") "value", v "part"]) <|
          .ifE
            (eq (.call "climb" [v "own", v "hash", v "part", v "depth"])
              (.get (v "leaf") "hash"))
            (.record
              [ ("key", v "own"), ("value", .get (v "leaf") "value"), ("hash", v "hash"),
                ("depth", v "part") ])
            nothing)
        nothing

/-- What is under the key where a walk ended: `{value, rival}`, each none if there is none, `rival`
the leaf in the key's way. None if the leaf there is not what its hash says. -/
def settle : FuncDecl := helper "settle" ["leaf", "key", "depth"] <|
  .dispatch (.get (v "leaf") "kind")
    [ ("empty", .record [("value", nothing), ("rival", nothing)]),
      ("leaf",
        .ifE (eq (.get (v "leaf") "key") (v "key"))
          (.ifE
            (eq (.call "aloneHash" [v "key", .get (v "leaf") "value", v "depth"])
              (.get (v "leaf") "hash"))
            (.record [("value", .get (v "leaf") "value"), ("rival", nothing)])
            nothing)
          (.letE "rival" (.call "rivalOf" [v "leaf", v "key", v "depth"]) <|
            .ifE (eq (v "rival") nothing) nothing
              (.record [("value", nothing), ("rival", v "rival")]))) ]
    nothing

/-- Where a key is, proved: `{value, rival, depth, beside, steps}`, `beside` being the sibling of
the node where the walk ended, and `steps` the path from there to the root. -/
def locate : FuncDecl := helper "locate" ["root", "key", "found"] <|
  .letE "end" (.call "walk" [v "key", v "found"]) <|
    .letE "proof" (.call "checked" [v "end"]) <|
      .ifE
        (and (.call "isKey" [v "key"])
          (and (ne (v "root") nothing) (eq (.get (v "proof") "hash") (v "root"))))
        (.letE "under"
          (.call "settle" [.get (v "end") "node", v "key", .get (v "end") "depth"]) <|
          .ifE (eq (v "under") nothing) nothing
            (.record
              [ ("value", .get (v "under") "value"), ("rival", .get (v "under") "rival"),
                ("depth", .get (v "end") "depth"), ("beside", .get (v "end") "beside"),
                ("steps", .get (v "proof") "steps") ]))
        nothing

/-- The steps at the depths of an octet of the key, from `low` on and below `at.depth`, where there
is at most the rival. -/
def octetSteps : FuncDecl := helper "octetSteps" ["at", "key", "low", "octet"] <|
  .letE "rival" (.get (v "at") "rival") <|
    .letE "high" (.get (v "at") "depth") <|
      .fold (v "BITS") (.list []) "steps" "bit"
        (.letE "depth" (add (mul (v "octet") (n 8)) (v "bit")) <|
          .ifE (and (le (v "depth") (v "low")) (lt (v "high") (v "depth")))
            (concatList (v "steps")
              (.list
                [ .record
                    [ ("bit", band (.call "prefixOf" [v "key", v "depth"]) (n 1)),
                      ("hash", .ifE (eq (.get (v "rival") "depth") (v "depth"))
                        (.get (v "rival") "hash") nothing) ] ]))
            (v "steps"))

/-- The path from depth `low` of a key that is located. -/
def pathOf : FuncDecl := helper "pathOf" ["at", "key", "low"] <|
  .letE "steps"
    (.fold (v "OCTETS") (.list []) "steps" "octet"
      -- Appending eight at a time copies less.
      (concatList (v "steps") (.call "octetSteps" [v "at", v "key", v "low", v "octet"]))) <|
    concatList (v "steps") (.get (v "at") "steps")

/-- `{value}` of a key, a natural, in the tree of that root: octets, or none for a key that is not
there. None if the rows do not lead to the root or are not all there. -/
def stateValue : FuncDecl := fn "stateValue" ["root", "key", "found"] <|
  .letE "at" (.call "locate" [v "root", v "key", v "found"]) <|
    .ifE (eq (v "at") nothing) nothing (.record [("value", .get (v "at") "value")])

/-- `{value, path}` of a key: `stateValue` with the path that proves it, as `verifySmt` reads it. -/
def stateAt : FuncDecl := fn "stateAt" ["root", "key", "found"] <|
  .letE "at" (.call "locate" [v "root", v "key", v "found"]) <|
    .ifE (eq (v "at") nothing) nothing
      (.record
        [ ("value", .get (v "at") "value"),
          ("path", .call "pathOf" [v "at", v "key", v "SMT_DEPTH"]) ])

/-! ## Looking at all of it -/

/-- The row of the subtree of a prefix at a depth. -/
def treeRow : FuncDecl := fn "treeRow" ["prefix", "depth"] <|
  concatStr (.call "rowHead" [v "depth", v "prefix"])
    (.call "byteHex" [band (v "prefix") (n 255)])

/-- The node `{kind, hash, prefix, depth}` that a row's value stands for, none being an empty
subtree; none for what cannot be one there, and for a leaf that is not what its hash says. The
children of an inner one are yet to be compared with its hash. -/
def checkedNode : FuncDecl := fn "checkedNode" ["value", "prefix", "depth"] <|
  .letE "node"
    (.call "nodeOf"
      [.ifE (eq (v "value") nothing) (.list []) (.list [v "value"])]) <|
    .letE "placed" (.set (.set (v "node") "prefix" (v "prefix")) "depth" (v "depth")) <|
      .dispatch (.get (v "node") "kind")
        [ ("empty", v "placed"), ("inner", v "placed"),
          ("leaf",
            .ifE
              (and (.call "isKey" [.get (v "node") "key"])
                (and
                  (eq (.call "prefixOf" [.get (v "node") "key", v "depth"])
                    (v "prefix"))
                  (eq
                    (.call "aloneHash"
                      [.get (v "node") "key", .get (v "node") "value", v "depth"])
                    (.get (v "node") "hash"))))
              (v "placed") nothing) ]
        nothing

/-! ## Writing -/

/-- A row to write. -/
def written : FuncDecl := helper "written" ["key", "depth", "value"] <|
  .record [("key", .call "rowOf" [v "key", v "depth"]), ("value", v "value")]

/-- The value of the row of a leaf. -/
def leafRow : FuncDecl := helper "leafRow" ["leaf", "hash"] <|
  .record
    [ ("key", .get (v "leaf") "key"), ("value", .get (v "leaf") "value"), ("hash", v "hash") ]

/-- The value of a row under which there are several leaves, or none. -/
def innerRow : FuncDecl := helper "innerRow" ["hash"] <|
  .ifE (eq (v "hash") (v "EMPTY_HASH")) nothing (.record [("hash", v "hash")])

/-- One depth on the way up. `lone` is the only leaf of the subtree `node` at `depth`, if there is
one only; its row is written where a sibling shows up. `next` is such a sibling, at first. -/
def riseStep : FuncDecl := helper "riseStep" ["acc", "key", "step"] <|
  .letE "depth" (.get (v "acc") "depth") <|
    .letE "lone" (.get (v "acc") "lone") <|
      .letE "node" (.get (v "acc") "node") <|
        .letE "beside" (.get (v "step") "hash") <|
          .letE "alone" (eq (v "beside") nothing) <|
            .record
              [ ("depth", sub (v "depth") (n 1)),
                ("node", .call "parentOf"
                  [ .get (v "step") "bit", v "node",
                    .ifE (v "alone") (v "EMPTY_HASH") (v "beside") ]),
                ("lone", .ifE (v "alone") (v "lone") (.get (v "acc") "next")),
                ("next", nothing),
                ("rows", concatList (.get (v "acc") "rows")
                  (.list
                    [ .call "written"
                        [ v "key", v "depth",
                          .ifE (eq (v "lone") nothing)
                            (.call "innerRow" [v "node"])
                            (.ifE (v "alone") nothing
                              (.call "leafRow" [v "lone", v "node"])) ] ])) ]

/-- The root and the rows after the subtree of the key at `start.depth` became `start.node`; `steps`
is the path from there. -/
def rise : FuncDecl := helper "rise" ["key", "steps", "start"] <|
  .letE "end"
    (.fold (v "steps") (v "start") "acc" "step"
      (.call "riseStep" [v "acc", v "key", v "step"])) <|
    .letE "lone" (.get (v "end") "lone") <|
      .letE "root" (.get (v "end") "node") <|
        .record
          [ ("root", v "root"),
            ("rows", concatList (.get (v "end") "rows")
              (.list
                [ .record
                    [ ("key", v "TOP"),
                      ("value", .ifE (eq (v "lone") nothing)
                        (.call "innerRow" [v "root"])
                        (.call "leafRow" [v "lone", v "root"])) ] ])) ]

/-- Writes a leaf: where the walk ended, or where it parts from the rival, whose row moves there
too. -/
def putLeaf : FuncDecl := helper "putLeaf" ["at", "key", "value"] <|
  .letE "rival" (.get (v "at") "rival") <|
    .letE "apart" (ne (v "rival") nothing) <|
      .letE "depth"
        (.ifE (v "apart") (.get (v "rival") "depth") (.get (v "at") "depth")) <|
        .call "rise"
          [ v "key", .call "pathOf" [v "at", v "key", v "depth"],
            .record
              [ ("depth", v "depth"),
                ("node", .call "aloneHash" [v "key", v "value", v "depth"]),
                ("lone", .record [("key", v "key"), ("value", v "value")]),
                ("next", nothing),
                ("rows", .ifE (v "apart")
                  (.list
                    [ .call "written"
                        [ .get (v "rival") "key", v "depth",
                          .call "leafRow" [v "rival", .get (v "rival") "hash"] ] ])
                  (.list [])) ] ]

/-- Whether that leaf beside the key's subtree at a depth is what its hash says. -/
def isBeside : FuncDecl := helper "isBeside" ["leaf", "key", "depth"] <|
  and
    (eq (.call "prefixOf" [.get (v "leaf") "key", v "depth"])
      (bxor (.call "prefixOf" [v "key", v "depth"]) (n 1)))
    (eq (.call "aloneHash" [.get (v "leaf") "key", .get (v "leaf") "value", v "depth"])
      (.get (v "leaf") "hash"))

/-- Removes the leaf where the walk ended. `lone` is its sibling if that is a leaf too: it rises to
where it is alone, so that the rows depend on the leaves and not on their history. -/
def dropRows : FuncDecl := helper "dropRows" ["at", "key", "lone", "rows"] <|
  .call "rise"
    [ v "key", .get (v "at") "steps",
      .record
        [ ("depth", .get (v "at") "depth"), ("node", v "EMPTY_HASH"), ("lone", nothing),
          ("next", v "lone"), ("rows", v "rows") ] ]

/-- Removes the leaf where the walk ended; none if its sibling is a leaf that is not what its hash
says. -/
def dropLeaf : FuncDecl := helper "dropLeaf" ["at", "key"] <|
  .letE "lone" (.get (v "at") "beside") <|
    .letE "depth" (.get (v "at") "depth") <|
      .ifE (eq (.get (v "lone") "kind") (s "leaf"))
        (.ifE (.call "isBeside" [v "lone", v "key", v "depth"])
          (.call "dropRows"
            [ v "at", v "key", v "lone",
              .list [.call "written" [.get (v "lone") "key", v "depth", nothing]] ])
          nothing)
        (.call "dropRows" [v "at", v "key", nothing, .list []])

/-- The rows beside the way from where the walk ended to where the rival parts. All are empty, and
nobody may have looked them up. -/
def passedRows : FuncDecl := helper "passedRows" ["at", "key"] <|
  .letE "low" (.get (.get (v "at") "rival") "depth") <|
    .ifE (eq (v "low") nothing) (.list [])
      (.fold (v "RISING") (.list []) "rows" "depth"
        (.ifE (and (lt (v "depth") (v "low")) (lt (.get (v "at") "depth") (v "depth")))
          (concatList (v "rows")
            (.list
              [ .record
                  [ ("key", .get (.call "rowPair" [v "key", v "depth"]) "beside"),
                    ("value", nothing) ] ]))
          (v "rows")))

/-- The tree after that value, octets or none to remove it, is written under the key: `{root, rows,
found}` with the new root, the rows to write as `{key, value}`, a value of none removing the row,
and `found` as the next write of the same request must see it. None if the rows do not prove the
old value. -/
def stateWrite : FuncDecl := fn "stateWrite" ["root", "key", "value", "found"] <|
  .letE "at" (.call "locate" [v "root", v "key", v "found"]) <|
    .ifE
      (or (eq (v "at") nothing)
        (and (ne (v "value") nothing) (eq (lengthBytes (v "value")) nothing)))
      nothing <|
      .ifE (eq (v "value") (.get (v "at") "value"))
        (.record [("root", v "root"), ("rows", .list []), ("found", v "found")])
        (.letE "after"
          (.ifE (eq (v "value") nothing)
            (.call "dropLeaf" [v "at", v "key"])
            (.call "putLeaf" [v "at", v "key", v "value"])) <|
          .ifE (eq (v "after") nothing) nothing
            (.set (v "after") "found"
              (.call "withRows"
                [ concatList (.call "passedRows" [v "at", v "key"])
                    (.get (v "after") "rows"),
                  v "found" ])))

/-! ## Proofs as JSON -/

/-- Hexadecimal of a value, none of none. -/
def valueHex : FuncDecl := helper "valueHex" ["value"] <|
  .ifE (eq (v "value") nothing) nothing (.prim .bytesToHex [v "value"])

/-- The bitmap of a path, its root at the highest bit, and the hashes that it counts. -/
def packPath : FuncDecl := helper "packPath" ["path"] <|
  .fold (v "path") (.record [("weight", n 1), ("bits", n 0), ("hashes", .list [])]) "acc" "step"
    (.letE "hash" (.get (v "step") "hash") <|
      .letE "weight" (mul (.get (v "acc") "weight") (n 2)) <|
        .ifE (eq (v "hash") nothing) (.set (v "acc") "weight" (v "weight"))
          (.record
            [ ("weight", v "weight"),
              ("bits", add (.get (v "acc") "bits") (.get (v "acc") "weight")),
              ("hashes", concatList (.get (v "acc") "hashes")
                (.list [.prim .bytesToHex [v "hash"]])) ]))

/-- A proof of `stateAt` as JSON: `{k, v, b, s}`, `k` the key in 42 digits, `v` the value or none,
`b` in 42 digits which siblings are there, the root's at the most significant bit, and `s` those,
from leaf to root. None for a path of another key. -/
def stateProof : FuncDecl := fn "stateProof" ["key", "value", "path"] <|
  .letE "k" (.call "natToHex" [v "key", v "SMT_KEY_BYTES"]) <|
    .letE "packed" (.call "packPath" [v "path"]) <|
      .ifE
        (and (ne (v "k") nothing)
          (eq (.prim .bytesToHex [.call "smtPathKey" [v "path"]]) (v "k")))
        (.record
          [ ("k", v "k"), ("v", .call "valueHex" [v "value"]),
            ("b", .call "natToHex" [.get (v "packed") "bits", v "SMT_KEY_BYTES"]),
            ("s", .get (v "packed") "hashes") ])
        nothing

/-- The reads that `verifyStateProof` still needs: the octets of the bitmap. -/
def proofReads : FuncDecl := fn "proofReads" ["proof", "found"] <|
  .letE "bitmap" (.get (v "proof") "b") <|
    .ifE
      (and (.call "isHex" [v "bitmap", v "SMT_KEY_BYTES"])
        (eq (.call "octetItems" [v "bitmap", v "found"]) nothing))
      (.list [.record [("octets", v "bitmap")]])
      (.list [])

/-- The bitmap of a proof as a natural; none until the host has taken it apart, and where it did so
wrongly. -/
def bitmapOf : FuncDecl := helper "bitmapOf" ["bitmap", "found"] <|
  .letE "items" (.call "octetItems" [v "bitmap", v "found"]) <|
    .ifE
      (and (.call "isHex" [v "bitmap", v "SMT_KEY_BYTES"])
        (eq (.prim .bytesToHex [.call "packBytes" [v "items"]]) (v "bitmap")))
      (.call "spelled" [n 0, v "items", v "SMT_KEY_BYTES"])
      nothing

/-- The hash of a sibling; none for what is no hash, and for the empty one, which is left out. -/
def siblingHash : FuncDecl := helper "siblingHash" ["text"] <|
  .letE "hash" (.call "fromHex" [v "text", v "HASH_BYTES"]) <|
    .ifE (eq (v "hash") (v "EMPTY_HASH")) nothing (v "hash")

/-- The path of a key with these siblings at the places of the bitmap; none if their number
differs or one is none. -/
def unpackPath : FuncDecl := helper "unpackPath" ["key", "bits", "siblings"] <|
  .letE "end"
    (.fold (v "RISING") (.record [("used", n 0), ("path", .list [])]) "acc" "depth"
      (.letE "bit" (band (.call "prefixOf" [v "key", v "depth"]) (n 1)) <|
        .ifE (eq (band (.call "prefixOf" [v "bits", v "depth"]) (n 1)) (n 0))
          (.set (v "acc") "path"
            (concatList (.get (v "acc") "path")
              (.list [.record [("bit", v "bit"), ("hash", nothing)]])))
          (.letE "hash"
            (.call "siblingHash"
              [.call "itemAt" [v "siblings", .get (v "acc") "used"]]) <|
            .record
              [ ("used", add (.get (v "acc") "used") (n 1)),
                ("path", .ifE (eq (v "hash") nothing) nothing
                  (concatList (.get (v "acc") "path")
                    (.list [.record [("bit", v "bit"), ("hash", v "hash")]]))) ])))
    (.ifE (and (ne (v "bits") nothing) (eq (.get (v "end") "used") (lengthList (v "siblings"))))
      (.get (v "end") "path")
      nothing)

/-- Whether a proof has the form of `stateProof`, no more and no less, for that key and value. -/
def isProofOf : FuncDecl := helper "isProofOf" ["proof", "key", "value"] <|
  .letE "k" (.call "natToHex" [v "key", v "SMT_KEY_BYTES"]) <|
    and (ne (v "k") nothing)
      (eq (v "proof")
        (.record
          [ ("k", v "k"), ("v", .call "valueHex" [v "value"]),
            ("b", .get (v "proof") "b"), ("s", .get (v "proof") "s") ]))

/-- Whether a proof as JSON shows that `value`, octets or none, stands under the key, a natural, in
the tree of that root. Key, value and root are the caller's. -/
def verifyStateProof : FuncDecl :=
  fn "verifyStateProof" ["root", "key", "value", "proof", "found"] <|
    and (.call "isProofOf" [v "proof", v "key", v "value"])
      (.call "verifySmt"
        [ v "root", .call "natToBytes" [v "key", v "SMT_KEY_BYTES"], v "value",
          .call "unpackPath"
            [ v "key", .call "bitmapOf" [.get (v "proof") "b", v "found"],
              .get (v "proof") "s" ] ])

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "StateTree",
        header := "The state tree in rows: reads, checked walks, writes, proofs as JSON.",
        imports :=
          [ (["EMPTY_HASH", "HASH_BYTES", "SMT_DEPTH", "SMT_KEY_BYTES", "SMT_PATH_BYTES"],
              "kernel/Types"),
            (["byteHex", "natToBytes", "natToHex", "packBytes"], "kernel/Hash"),
            (["smtParent", "smtPathKey", "verifySmt"], "kernel/Proofs"),
            (["fromHex", "isHex"], "kernel/Crypto"),
            (["itemAt"], "kernel/Ct"),
            (["octetItems", "rowItems", "unreadRows", "withRows"], "kernel/Found") ],
        constants := constants,
        functions :=
          [ digestOf, keyReads, spelled, keyOf, isKey, prefixOf, rowHead, rowOf, rowPair,
            rowNode, nodeOf, arrived, advance, take, isStuck, passes, walk, rowsAt,
            windowReads, stateReads, claimedValue, parentOf, stepOf, checked, climb, aloneHash, partDepth,
            rivalOf, settle, locate, octetSteps, pathOf, stateValue, stateAt, treeRow, checkedNode, written, leafRow,
            innerRow, riseStep, rise, putLeaf, isBeside, dropRows, dropLeaf, passedRows,
            stateWrite, valueHex, packPath, stateProof, proofReads, bitmapOf, siblingHash,
            unpackPath, isProofOf, verifyStateProof ] } }

end Enc.Modules.StateTree
