import Enc.Modules.Sugar
import Enc.Modules.Hash

/-!
# The log in rows

The log of `kernel/Ct` (RFC 9162), kept in rows of the host's map. The row `t/<level>/<index>` (2
and 12 hexadecimal digits) holds the hash of the complete subtree over the `2^level` leaves from
`index · 2^level` on; it is written once, with its last leaf, and never again. The record
`{n, peaks}` is what the kernel holds itself: the number of leaves, below 2^48, and the hashes of
the maximal complete subtrees, the largest first. It is enough to append.

Every other node is a right edge: what stands over the last leaves of some size, from the complete
subtrees that its bits name. Rows are the host's word; proofs made of them are to be verified
against a root that `provenRoot` ties to the log.
-/

namespace Enc.Modules.Log
open Enc.DSL Enc.Modules

def constants : List (String × Expr) :=
  [("LEVELS", .lit (.list (Hash.range 0 48)))]

/-- Whether that is a number of leaves: a natural below 2^48. -/
def isSize : FuncDecl := helper "isSize" ["size"] <|
  eq (shr (v "size") (n 48)) (n 0)

/-- Whether the number has the bit of that level. -/
def hasLevel : FuncDecl := helper "hasLevel" ["size", "level"] <|
  eq (band (shr (v "size") (v "level")) (n 1)) (n 1)

/-! ## The head -/

/-- A log without leaves. -/
def emptyLog : FuncDecl := fn "emptyLog" [] <|
  .record [("n", n 0), ("peaks", .list [])]

/-- How many peaks a log of that size has. -/
def peakCount : FuncDecl := helper "peakCount" ["size"] <|
  .fold (v "LEVELS") (n 0) "count" "level"
    (.ifE (.call "hasLevel" [v "size", v "level"]) (add (v "count") (n 1)) (v "count"))

/-- How many of a list are hashes. -/
def hashCount : FuncDecl := helper "hashCount" ["items"] <|
  .fold (v "items") (n 0) "count" "item"
    (.ifE (eq (lengthBytes (v "item")) (v "HASH_BYTES")) (add (v "count") (n 1)) (v "count"))

/-- Whether a record has as many peaks as its size says, all of them hashes. -/
def isLog : FuncDecl := helper "isLog" ["log"] <|
  .letE "peaks" (.get (v "log") "peaks") <|
    .letE "count" (.call "peakCount" [.get (v "log") "n"]) <|
      and (.call "isSize" [.get (v "log") "n"])
        (and (eq (lengthList (v "peaks")) (v "count"))
          (eq (.call "hashCount" [v "peaks"]) (v "count")))

/-- The peaks from the smallest on. -/
def rising : FuncDecl := helper "rising" ["peaks"] <|
  .fold (v "peaks") (.list []) "all" "peak" (concatList (.list [v "peak"]) (v "all"))

/-- The hash over complete subtrees that follow each other, given from the smallest, the last. -/
def edgeHash : FuncDecl := helper "edgeHash" ["hashes"] <|
  .fold (v "hashes") no "node" "hash"
    (.ifE (eq (v "node") no) (v "hash") (.prim .ctNodeHash [v "hash", v "node"]))

/-- The root of a log; the empty hash without leaves. None for what is no log. -/
def logRoot : FuncDecl := fn "logRoot" ["log"] <|
  .ifE (.call "isLog" [v "log"])
    (.ifE (eq (.get (v "log") "n") (n 0)) (v "EMPTY_HASH")
      (.call "edgeHash" [.call "rising" [.get (v "log") "peaks"]]))
    nothing

/-- 12 digits of a number; none from 2^48 on. -/
def indexHex : FuncDecl := helper "indexHex" ["index"] <|
  concatStr
    (concatStr
      (concatStr (.call "byteHex" [shr (v "index") (n 40)])
        (.call "byteHex" [band (shr (v "index") (n 32)) (n 255)]))
      (concatStr (.call "byteHex" [band (shr (v "index") (n 24)) (n 255)])
        (.call "byteHex" [band (shr (v "index") (n 16)) (n 255)])))
    (concatStr (.call "byteHex" [band (shr (v "index") (n 8)) (n 255)])
      (.call "byteHex" [band (v "index") (n 255)]))

/-- The row of a complete subtree; none where there can be none. -/
def nodeRow : FuncDecl := helper "nodeRow" ["level", "index"] <|
  concatStr (concatStr (s "t/") (.call "byteHex" [v "level"]))
    (concatStr (s "/") (.call "indexHex" [v "index"]))

/-- One peak, from the smallest: it joins the new node while both are of one level. -/
def mergePeak : FuncDecl := helper "mergePeak" ["acc", "peak", "index"] <|
  .letE "level" (.get (v "acc") "level") <|
    .ifE (and (.get (v "acc") "open") (.call "hasLevel" [v "index", v "level"]))
      (.letE "hash" (.prim .ctNodeHash [v "peak", .get (v "acc") "hash"]) <|
        .letE "above" (add (v "level") (n 1)) <|
          .record
            [ ("open", yes), ("level", v "above"), ("hash", v "hash"),
              ("kept", .get (v "acc") "kept"),
              ("rows", concatList (.get (v "acc") "rows")
                (.list
                  [ .record
                      [ ("key", .call "nodeRow" [v "above", shr (v "index") (v "above")]),
                        ("value", v "hash") ] ])) ])
      (.set (.set (v "acc") "open" no) "kept"
        (concatList (.list [v "peak"]) (.get (v "acc") "kept")))

/-- A log with one more leaf, the hash of which is given: `{log, rows}`, the rows to write as
`{key, value}`. None for what is no hash or no log, and for a full one. -/
def logAppend : FuncDecl := fn "logAppend" ["log", "leafHash"] <|
  .letE "index" (.get (v "log") "n") <|
    .ifE
      (and (and (.call "isLog" [v "log"]) (.call "isSize" [add (v "index") (n 1)]))
        (eq (lengthBytes (v "leafHash")) (v "HASH_BYTES")))
      (.letE "end"
        (.fold (.call "rising" [.get (v "log") "peaks"])
          (.record
            [ ("open", yes), ("level", n 0), ("hash", v "leafHash"), ("kept", .list []),
              ("rows",
                .list
                  [ .record
                      [ ("key", .call "nodeRow" [n 0, v "index"]),
                        ("value", v "leafHash") ] ]) ])
          "acc" "peak"
          (.call "mergePeak" [v "acc", v "peak", v "index"])) <|
        .record
          [ ("log",
              .record
                [ ("n", add (v "index") (n 1)),
                  ("peaks", concatList (.get (v "end") "kept")
                    (.list [.get (v "end") "hash"])) ]),
            ("rows", .get (v "end") "rows") ])
      nothing

/-! ## Nodes of any size -/

/-- The rows over the last leaves of a log of that size, those that no complete subtree of a level
from `below` on covers; from the smallest, the last. -/
def edgeRows : FuncDecl := helper "edgeRows" ["size", "below"] <|
  .fold (v "LEVELS") (.list []) "rows" "level"
    (.ifE (and (lt (v "level") (v "below")) (.call "hasLevel" [v "size", v "level"]))
      (concatList (v "rows")
        (.list [.call "nodeRow" [v "level", sub (shr (v "size") (v "level")) (n 1)]]))
      (v "rows"))

/-- The rows of all peaks of a log of that size. -/
def peakRows : FuncDecl := helper "peakRows" ["size"] <|
  .call "edgeRows" [v "size", lengthList (v "LEVELS")]

/-- The siblings on the way up from the nodes of `width` leaves over leaf `index`, each as the list
of its rows: a complete subtree, or the right edge; an odd last node has none. -/
def pathRows : FuncDecl := helper "pathRows" ["index", "size", "width"] <|
  .fold (v "LEVELS") (.list []) "nodes" "level"
    (.letE "other" (bxor (shr (v "index") (v "level")) (n 1)) <|
      .ifE (lt (shl (n 1) (v "level")) (v "width")) (v "nodes") <|
        .ifE (le (shl (add (v "other") (n 1)) (v "level")) (v "size"))
          (concatList (v "nodes")
            (.list [.list [.call "nodeRow" [v "level", v "other"]]])) <|
          .ifE (lt (shl (v "other") (v "level")) (v "size"))
            (concatList (v "nodes") (.list [.call "edgeRows" [v "size", v "level"]]))
            (v "nodes"))

/-- The nodes of a proof that leaf `index` is in the log of that size (RFC 9162, section 2.1.3.1);
none if it is not. -/
def inclusionRows : FuncDecl := helper "inclusionRows" ["index", "size"] <|
  .ifE (and (.call "isSize" [v "size"]) (eq yes (lt (v "index") (v "size"))))
    (.call "pathRows" [v "index", v "size", n 1])
    nothing

/-- The nodes of a proof that the log of `first` leaves is a prefix of that of `second` (RFC 9162,
section 2.1.4.1); none if it cannot be. The verifier has the first of them where `first` is a power
of two. -/
def consistencyRows : FuncDecl := helper "consistencyRows" ["first", "second"] <|
  .ifE (and (.call "isSize" [v "second"]) (eq yes (le (v "first") (v "second"))))
    (.ifE (or (eq (v "first") (n 0)) (eq (v "first") (v "second"))) (.list [])
      (.letE "low" (.call "lowBit" [v "first"]) <|
        .letE "path"
          (.call "pathRows" [sub (v "first") (n 1), v "second", v "low"]) <|
          .ifE (eq (v "low") (v "first")) (v "path")
            (concatList
              (.list [.list [.get (.call "peakRows" [v "first"]) "0"]])
              (v "path"))))
    nothing

/-! ## Reads and answers -/

/-- The reads that a list of nodes still needs; empty for none. -/
def nodeReads : FuncDecl := helper "nodeReads" ["nodes", "found"] <|
  .ifE (eq (v "nodes") nothing) (.list [])
    (.fold (v "nodes") (.list []) "reads" "rows"
      (concatList (v "reads") (.call "unreadRows" [v "rows", v "found"])))

/-- The hash in a row; none where nobody has looked yet, and for what is no hash. -/
def rowHash : FuncDecl := helper "rowHash" ["row", "found"] <|
  .letE "items" (.call "rowItems" [v "row", v "found"]) <|
    .ifE
      (and (eq (lengthList (v "items")) (n 1))
        (eq (lengthBytes (.get (v "items") "0")) (v "HASH_BYTES")))
      (.get (v "items") "0")
      nothing

/-- The hash of a node from its rows. -/
def nodeHash : FuncDecl := helper "nodeHash" ["rows", "found"] <|
  .call "edgeHash"
    [ .fold (v "rows") (.list []) "hashes" "row"
        (concatList (v "hashes") (.list [.call "rowHash" [v "row", v "found"]])) ]

/-- The hashes of nodes; none if one is none. -/
def nodeHashes : FuncDecl := helper "nodeHashes" ["nodes", "found"] <|
  .fold (v "nodes") (.list []) "hashes" "rows"
    (.letE "hash" (.call "nodeHash" [v "rows", v "found"]) <|
      .ifE (eq (v "hash") nothing) nothing
        (concatList (v "hashes") (.list [v "hash"])))

/-- The reads that `inclusionFrom` still needs. -/
def inclusionReads : FuncDecl := fn "inclusionReads" ["index", "size", "found"] <|
  .call "nodeReads" [.call "inclusionRows" [v "index", v "size"], v "found"]

/-- The path of a leaf in the log of `size` leaves, as `verifyInclusion` reads it; none outside the
log, and where rows are missing or no hashes. -/
def inclusionFrom : FuncDecl := fn "inclusionFrom" ["index", "size", "found"] <|
  .call "nodeHashes" [.call "inclusionRows" [v "index", v "size"], v "found"]

/-- The reads that `consistencyFrom` still needs. -/
def consistencyReads : FuncDecl := fn "consistencyReads" ["first", "second", "found"] <|
  .call "nodeReads" [.call "consistencyRows" [v "first", v "second"], v "found"]

/-- That the log of `first` leaves is a prefix of that of `second`, as `verifyConsistency` reads
it; none if `first` is larger, and where rows are missing or no hashes. -/
def consistencyFrom : FuncDecl := fn "consistencyFrom" ["first", "second", "found"] <|
  .call "nodeHashes" [.call "consistencyRows" [v "first", v "second"], v "found"]

/-- The reads that `rootAt` still needs. -/
def rootReads : FuncDecl := fn "rootReads" ["size", "found"] <|
  .ifE (.call "isSize" [v "size"])
    (.call "unreadRows" [.call "peakRows" [v "size"], v "found"])
    (.list [])

/-- The root when the log had that many leaves; none where rows are missing or no hashes. -/
def rootAt : FuncDecl := fn "rootAt" ["size", "found"] <|
  .ifE (.call "isSize" [v "size"])
    (.ifE (eq (v "size") (n 0)) (v "EMPTY_HASH")
      (.call "nodeHash" [.call "peakRows" [v "size"], v "found"]))
    nothing

/-- The reads that `provenRoot` still needs. -/
def provenReads : FuncDecl := fn "provenReads" ["log", "size", "found"] <|
  concatList (.call "rootReads" [v "size", v "found"])
    (.call "consistencyReads" [v "size", .get (v "log") "n", v "found"])

/-- `rootAt`, if the rows show that this log grew from it; else none. -/
def provenRoot : FuncDecl := fn "provenRoot" ["log", "size", "found"] <|
  .letE "root" (.call "rootAt" [v "size", v "found"]) <|
    .letE "last" (.get (v "log") "n") <|
      .ifE
        (.call "verifyConsistency"
          [ v "size", v "last", v "root", .call "logRoot" [v "log"],
            .call "consistencyFrom" [v "size", v "last", v "found"] ])
        (v "root")
        nothing

/-! ## Proofs as JSON -/

/-- Hexadecimal of hashes; none if one is none. -/
def hashTexts : FuncDecl := helper "hashTexts" ["path"] <|
  .fold (v "path") (.list []) "texts" "hash"
    (.ifE (eq (lengthBytes (v "hash")) (v "HASH_BYTES"))
      (concatList (v "texts") (.list [.prim .bytesToHex [v "hash"]]))
      nothing)

/-- The hashes of a path as JSON; none if one is not in its one spelling. -/
def pathHashes : FuncDecl := helper "pathHashes" ["path"] <|
  .fold (v "path") (.list []) "hashes" "text"
    (.letE "hash" (.call "fromHex" [v "text", v "HASH_BYTES"]) <|
      .ifE (eq (v "hash") nothing) nothing
        (concatList (v "hashes") (.list [v "hash"])))

/-- A path of `inclusionFrom` as JSON, with what the leaf is made of: `{tree_size, leaf_index,
events_root, state_hash, path}`. None unless all hashes are hashes. -/
def inclusionProof : FuncDecl :=
  fn "inclusionProof" ["index", "size", "eventsRoot", "stateHash", "path"] <|
    .letE "own" (.call "hashTexts" [.list [v "eventsRoot", v "stateHash"]]) <|
      .letE "texts" (.call "hashTexts" [v "path"]) <|
        .ifE (or (eq (v "own") nothing) (eq (v "texts") nothing)) nothing
          (.record
            [ ("tree_size", v "size"), ("leaf_index", v "index"),
              ("events_root", .get (v "own") "0"), ("state_hash", .get (v "own") "1"),
              ("path", v "texts") ])

/-- Whether a proof as JSON, with these fields and no more, shows that its events root and state
hash are leaf `index` of the log of `size` leaves with that root. Those three are the caller's. -/
def verifyInclusionProof : FuncDecl :=
  fn "verifyInclusionProof" ["root", "index", "size", "proof"] <|
    .letE "events" (.get (v "proof") "events_root") <|
      .letE "state" (.get (v "proof") "state_hash") <|
        and
          (eq (v "proof")
            (.record
              [ ("tree_size", v "size"), ("leaf_index", v "index"),
                ("events_root", v "events"), ("state_hash", v "state"),
                ("path", .get (v "proof") "path") ]))
          (.call "verifyInclusion"
            [ .prim .ctLeafHash
                [ .call "fromHex" [v "events", v "HASH_BYTES"],
                  .call "fromHex" [v "state", v "HASH_BYTES"] ],
              v "index", v "size", .call "pathHashes" [.get (v "proof") "path"],
              v "root" ])

/-- A path of `consistencyFrom` as JSON: `{first, second, path}`; none unless all hashes are. -/
def consistencyProof : FuncDecl := fn "consistencyProof" ["first", "second", "path"] <|
  .letE "texts" (.call "hashTexts" [v "path"]) <|
    .ifE (eq (v "texts") nothing) nothing
      (.record [("first", v "first"), ("second", v "second"), ("path", v "texts")])

/-- Whether a proof as JSON, with these fields and no more, shows that the log of `first` leaves is
a prefix of that of `second`. Sizes and roots are the caller's. -/
def verifyConsistencyProof : FuncDecl :=
  fn "verifyConsistencyProof" ["first", "second", "firstRoot", "secondRoot", "proof"] <|
    and
      (eq (v "proof")
        (.record
          [ ("first", v "first"), ("second", v "second"),
            ("path", .get (v "proof") "path") ]))
      (.call "verifyConsistency"
        [ v "first", v "second", v "firstRoot", v "secondRoot",
          .call "pathHashes" [.get (v "proof") "path"] ])

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Log",
        header := "The log in rows: appending, proofs of any size, proofs as JSON.",
        imports :=
          [ (["EMPTY_HASH", "HASH_BYTES"], "kernel/Types"),
            (["byteHex"], "kernel/Hash"),
            (["lowBit", "verifyConsistency", "verifyInclusion"], "kernel/Proofs"),
            (["fromHex"], "kernel/Crypto"),
            (["rowItems", "unreadRows"], "kernel/Found") ],
        constants := constants,
        functions :=
          [ isSize, hasLevel, emptyLog, peakCount, hashCount, isLog, rising, edgeHash, logRoot,
            indexHex, nodeRow, mergePeak, logAppend, edgeRows, peakRows, pathRows, inclusionRows,
            consistencyRows, nodeReads, rowHash, nodeHash, nodeHashes, inclusionReads,
            inclusionFrom, consistencyReads, consistencyFrom, rootReads, rootAt, provenReads,
            provenRoot, hashTexts, pathHashes, inclusionProof, verifyInclusionProof,
            consistencyProof, verifyConsistencyProof ] } }

end Enc.Modules.Log
