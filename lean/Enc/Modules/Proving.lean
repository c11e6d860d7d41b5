import Enc.Modules.Access

/-!
# Proofs on request

Tree heads, consistency, inclusion, bundle membership and state. Everything that a node gives out
here it has first verified against the head that it holds: rows that do not prove it are a corrupt
store, which is said loudly and never passed on.
-/

namespace Enc.Modules.Proving
open Enc.DSL Enc.Modules

def found : Expr := .get (v "context") "found"

/-- Octets as hexadecimal, one after the other. -/
def hexOf : FuncDecl := helper "hexOf" ["items"] <|
  .fold (v "items") (.list []) "all" "item"
    (concatList (v "all") (.list [.prim .bytesToHex [v "item"]]))

def sizeOf : FuncDecl := helper "sizeOf" ["head"] <| .get (.get (v "head") "log") "n"

/-! ## The log -/

/-- What to look up before `rootFor`. -/
def rootWants : FuncDecl := helper "rootWants" ["head", "size", "found"] <|
  .ifE (eq (v "size") (.call "sizeOf" [v "head"])) (.list [])
    (.call "provenReads" [.get (v "head") "log", v "size", v "found"])

/-- The root of the log at a size; none if rows do not show that the log of the head grew from it. -/
def rootFor : FuncDecl := helper "rootFor" ["head", "size", "found"] <|
  .ifE (eq (v "size") (.call "sizeOf" [v "head"]))
    (.call "logRoot" [.get (v "head") "log"])
    (.call "provenRoot" [.get (v "head") "log", v "size", v "found"])

/-- The sizes of a consistency request: `{first, second}`; none if they are not within the log. -/
def sizesOf : FuncDecl := helper "sizesOf" ["head", "query"] <|
  .letE "first" (.get (v "query") "first") <|
    .letE "second"
      (.ifE (eq (.get (v "query") "second") nothing)
        (.call "sizeOf" [v "head"]) (.get (v "query") "second")) <|
      .ifE
        (eq yes
          (and (and (lt (n 0) (v "first")) (le (v "first") (v "second")))
            (le (v "second") (.call "sizeOf" [v "head"]))))
        (.record [("first", v "first"), ("second", v "second")])
        nothing

/-- What to look up before `answerConsistency`. -/
def consistencyWants : FuncDecl := fn "consistencyWants" ["head", "query", "found"] <|
  .letE "sizes" (.call "sizesOf" [v "head", v "query"]) <|
    .ifE (eq (v "sizes") nothing) (.list [])
      (concatList
        (.call "consistencyReads"
          [.get (v "sizes") "first", .get (v "sizes") "second", v "found"])
        (concatList
          (.call "rootReads" [.get (v "sizes") "first", v "found"])
          (.call "rootWants" [v "head", .get (v "sizes") "second", v "found"])))

/-- The answer to `GET /:enclave/consistency?first=&second=`. -/
def answerConsistency : FuncDecl := fn "answerConsistency" ["head", "query", "context"] <|
  .letE "sizes" (.call "sizesOf" [v "head", v "query"]) <|
    .ifE (eq (v "sizes") nothing) (.call "refuse" [s "bad_range"]) <|
      .letE "first" (.get (v "sizes") "first") <|
        .letE "second" (.get (v "sizes") "second") <|
          .letE "path" (.call "consistencyFrom" [v "first", v "second", found]) <|
            .ifE
              (.call "verifyConsistency"
                [ v "first", v "second", .call "rootAt" [v "first", found],
                  .call "rootFor" [v "head", v "second", found], v "path" ])
              (.call "ok"
                [ .record
                    [ ("first", v "first"), ("second", v "second"),
                      ("path", .call "hexOf" [v "path"]) ] ])
              (.call "refuse" [s "store_corrupt"])

/-! ## Inclusion and bundles -/

/-- The scan that finds the bundle of an event: the last one that begins at or before it. -/
def bundleRead : FuncDecl := helper "bundleRead" ["seq"] <|
  .call "scanRead"
    [ .call "bundleKey" [n 0], .call "bundleKey" [add (v "seq") (n 1)], n 1, yes ]

/-- The bundle of an event; none if the store has none that holds it. -/
def bundleOf : FuncDecl := helper "bundleOf" ["seq", "found"] <|
  .letE "bundle"
    (.get
      (.get (.call "itemsOf" [v "found", .call "bundleRead" [v "seq"]]) "0")
      "value") <|
    .ifE
      (eq yes
        (and (le (.get (v "bundle") "first") (v "seq"))
          (lt (v "seq") (add (.get (v "bundle") "first") (.get (v "bundle") "size")))))
      (v "bundle") nothing

/-- Why an event has no place in the log yet; none if it has one. -/
def placeProblem : FuncDecl := helper "placeProblem" ["head", "seq"] <|
  .ifE (eq yes (lt (v "seq") (.get (v "head") "seq")))
    (.ifE (lt (v "seq") (.get (.get (v "head") "open") "first")) nothing (s "open_bundle"))
    (s "unknown_event")

/-- The size of the log that a proof is asked for; none if it is not within the log. -/
def treeSize : FuncDecl := helper "treeSize" ["head", "body", "index"] <|
  .letE "size"
    (.ifE (eq (.get (v "body") "tree_size") nothing)
      (.call "sizeOf" [v "head"]) (.get (v "body") "tree_size")) <|
    .ifE
      (eq yes
        (and (lt (v "index") (v "size")) (le (v "size") (.call "sizeOf" [v "head"]))))
      (v "size") nothing

/-- What to look up to prove a leaf: its path, and the root at that size. -/
def leafWants : FuncDecl := helper "leafWants" ["head", "index", "size", "found"] <|
  concatList
    (.call "inclusionReads" [v "index", v "size", v "found"])
    (.call "rootWants" [v "head", v "size", v "found"])

/-- The proof of a bundle's leaf, as JSON; none if the rows do not prove it. -/
def leafProof : FuncDecl := helper "leafProof" ["head", "bundle", "size", "found"] <|
  .letE "path"
    (.call "inclusionFrom" [.get (v "bundle") "index", v "size", v "found"]) <|
    .ifE
      (.call "verifyInclusion"
        [ .prim .ctLeafHash
            [ .prim .hexToBytes [.get (v "bundle") "events_root"],
              .prim .hexToBytes [.get (v "bundle") "state_hash"] ],
          .get (v "bundle") "index", v "size", v "path",
          .call "rootFor" [v "head", v "size", v "found"] ])
      (.record
        [ ("tree_size", v "size"), ("leaf_index", .get (v "bundle") "index"),
          ("events_root", .get (v "bundle") "events_root"),
          ("state_hash", .get (v "bundle") "state_hash"),
          ("path", .call "hexOf" [v "path"]) ])
      nothing

/-- What to look up before an event's bundle is known. -/
def bundleWants : FuncDecl := fn "bundleWants" ["head", "body", "found"] <|
  .letE "who" (.call "readerWants" [v "body", v "found"]) <|
    .ifE
      (or (lt (n 0) (lengthList (v "who")))
        (ne (.call "placeProblem" [v "head", .get (v "body") "seq"]) nothing))
      (v "who")
      (.call "wantRead" [v "found", .call "bundleRead" [.get (v "body") "seq"]])

/-- What to look up before `answerInclusion`. -/
def inclusionWants : FuncDecl := fn "inclusionWants" ["head", "body", "found"] <|
  .letE "wanted" (.call "bundleWants" [v "head", v "body", v "found"]) <|
    .letE "index"
      (.get (.call "bundleOf" [.get (v "body") "seq", v "found"]) "index") <|
      .letE "size" (.call "treeSize" [v "head", v "body", v "index"]) <|
        .ifE
          (or (lt (n 0) (lengthList (v "wanted"))) (eq (v "size") nothing))
          (v "wanted")
          (.call "leafWants" [v "head", v "index", v "size", v "found"])

/-- Why somebody gets no proof of an event. -/
def proofProblem : FuncDecl := helper "proofProblem" ["head", "body", "context"] <|
  .letE "problem"
    (.call "emptyHanded" [.call "readerOf" [v "head", v "body", v "context"]]) <|
    .ifE (ne (v "problem") nothing) (v "problem")
      (.call "placeProblem" [v "head", .get (v "body") "seq"])

/-- The answer to `POST /inclusion`: that the log holds an event's bundle. -/
def answerInclusion : FuncDecl := fn "answerInclusion" ["head", "body", "context"] <|
  .letE "problem" (.call "proofProblem" [v "head", v "body", v "context"]) <|
    .ifE (ne (v "problem") nothing) (.call "refuse" [v "problem"]) <|
      .letE "bundle" (.call "bundleOf" [.get (v "body") "seq", found]) <|
        .letE "size"
          (.call "treeSize" [v "head", v "body", .get (v "bundle") "index"]) <|
          .ifE (eq (v "bundle") nothing) (.call "refuse" [s "store_corrupt"]) <|
            .ifE (eq (v "size") nothing) (.call "refuse" [s "bad_range"]) <|
              .letE "proof" (.call "leafProof" [v "head", v "bundle", v "size", found]) <|
                .ifE (eq (v "proof") nothing) (.call "refuse" [s "store_corrupt"])
                  (.call "ok" [v "proof"])

/-- The octets of event ids. -/
def idOctets : FuncDecl := helper "idOctets" ["ids"] <|
  .fold (v "ids") (.list []) "all" "id"
    (concatList (v "all") (.list [.prim .hexToBytes [v "id"]]))

/-- The answer to `POST /bundle`: that a bundle holds an event. -/
def answerBundle : FuncDecl := fn "answerBundle" ["head", "body", "context"] <|
  .letE "problem" (.call "proofProblem" [v "head", v "body", v "context"]) <|
    .ifE (ne (v "problem") nothing) (.call "refuse" [v "problem"]) <|
      .letE "bundle" (.call "bundleOf" [.get (v "body") "seq", found]) <|
        .letE "ids" (.call "idOctets" [.get (v "bundle") "ids"]) <|
          .letE "at" (sub (.get (v "body") "seq") (.get (v "bundle") "first")) <|
            .letE "path" (.call "inclusionPath" [v "ids", v "at"]) <|
              .letE "id" (.call "itemAt" [v "ids", v "at"]) <|
                .ifE
                  (.call "verifyBundle"
                    [ v "id", v "at", .get (v "bundle") "size", v "path",
                      .prim .hexToBytes [.get (v "bundle") "events_root"] ])
                  (.call "ok"
                    [ .record
                        [ ("event_id", .prim .bytesToHex [v "id"]),
                          ("bundle_index", v "at"),
                          ("bundle_size", .get (v "bundle") "size"),
                          ("siblings", .call "hexOf" [v "path"]),
                          ("events_root", .get (v "bundle") "events_root"),
                          ("leaf_index", .get (v "bundle") "index") ] ])
                  (.call "refuse" [s "store_corrupt"])

/-! ## State -/

/-- Whether a value names a place in the state tree. -/
def isPlace : FuncDecl := helper "isPlace" ["place"] <|
  eq yes
    (and
      (and (Access.hasOnly (v "place") ["namespace", "key"])
        (le (.get (v "place") "namespace") (n 2)))
      (.call "isHex" [.get (v "place") "key", v "HASH_BYTES"]))

/-- The places that a request asks for; none if it does not say. -/
def placesOf : FuncDecl := helper "placesOf" ["op", "body"] <|
  .ifE (eq (v "op") (s "state"))
    (.list
      [ .record
          [ ("namespace", .get (v "body") "namespace"), ("key", .get (v "body") "key") ] ])
    (.get (v "body") "keys")

/-- Whether a list of places can be asked for at once. -/
def arePlaces : FuncDecl := helper "arePlaces" ["places"] <|
  eq yes
    (and
      (and (lt (n 0) (lengthList (v "places")))
        (le (lengthList (v "places")) (v "MAX_PLACES")))
      (.fold (v "places") yes "ok" "place" (and (v "ok") (.call "isPlace" [v "place"]))))

/-- The scan of the newest bundle, whose leaf the state is bound to. -/
def newestRead : FuncDecl := helper "newestRead" ["head"] <|
  .call "bundleRead" [.get (v "head") "seq"]

/-- What to look up before `answerState`. -/
def stateWants : FuncDecl := fn "stateWants" ["op", "head", "body", "found"] <|
  .letE "who" (.call "readerWants" [v "body", v "found"]) <|
    .letE "places" (.call "placesOf" [v "op", v "body"]) <|
      .ifE
        (or (lt (n 0) (lengthList (v "who"))) (not (.call "arePlaces" [v "places"])))
        (v "who")
        (.letE "size" (.call "sizeOf" [v "head"]) <|
          concatList
            (concatList
              (.call "wantRead" [v "found", .call "newestRead" [v "head"]])
              (.call "leafWants" [v "head", sub (v "size") (n 1), v "size", v "found"]))
            (.fold (v "places") (.list []) "wanted" "place"
              (concatList (v "wanted")
                (.call "entryReads"
                  [ .record
                      [ ("namespace", .get (v "place") "namespace"),
                        ("raw", .get (v "place") "key") ],
                    v "found" ]))))

/-- The proof of one place; none if the rows do not prove it. -/
def placeProof : FuncDecl := helper "placeProof" ["root", "place", "found"] <|
  .letE "key"
    (.call "keyOf"
      [.get (v "place") "namespace", .get (v "place") "key", v "found"]) <|
    .letE "at" (.call "stateAt" [v "root", v "key", v "found"]) <|
      .ifE (eq (v "at") nothing) nothing
        (.call "stateProof" [v "key", .get (v "at") "value", .get (v "at") "path"])

/-- All proofs; none if one of them fails. -/
def placeProofs : FuncDecl := helper "placeProofs" ["root", "places", "found"] <|
  .fold (v "places") (.list []) "all" "place"
    (.letE "proof" (.call "placeProof" [v "root", v "place", v "found"]) <|
      .ifE (eq (v "proof") nothing) nothing
        (concatList (v "all") (.list [v "proof"])))

/-- The answer to `POST /state` and `POST /state-batch`: what the state tree has at these places,
the leaf of the log that binds the state, and the tree head. Changes of state close their bundle, so
the newest leaf is always that of the state now. -/
def answerState : FuncDecl := fn "answerState" ["op", "head", "body", "context"] <|
  .letE "problem"
    (.call "emptyHanded" [.call "readerOf" [v "head", v "body", v "context"]]) <|
    .ifE (ne (v "problem") nothing) (.call "refuse" [v "problem"]) <|
      .letE "places" (.call "placesOf" [v "op", v "body"]) <|
        .ifE (not (.call "arePlaces" [v "places"])) (.call "refuse" [s "bad_body"]) <|
          .letE "proofs"
            (.call "placeProofs" [.get (v "head") "state_root", v "places", found]) <|
            .letE "bundle"
              (.get
                (.get (.call "itemsOf" [found, .call "newestRead" [v "head"]]) "0")
                "value") <|
              .letE "leaf"
                (.call "leafProof"
                  [v "head", v "bundle", .call "sizeOf" [v "head"], found]) <|
                .ifE
                  (or (eq (v "proofs") nothing)
                    (ne (.get (v "leaf") "state_hash")
                      (.prim .bytesToHex [.get (v "head") "state_root"])))
                  (.call "refuse" [s "store_corrupt"])
                  (.call "ok"
                    [ .letE "bound"
                        (.record
                          [("leaf", v "leaf"), ("sth", .get (v "head") "sth")]) <|
                        .ifE (eq (v "op") (s "state"))
                          (.set (v "bound") "proof" (.get (v "proofs") "0"))
                          (.set (v "bound") "proofs" (v "proofs")) ])

/-- The answer to `GET /enclave/:id`. -/
def answerEnclave : FuncDecl := fn "answerEnclave" ["head"] <|
  .call "ok"
    [ .record
        [ ("enclave", .get (v "head") "enclave"),
          ("sequencer", .get (v "head") "sequencer"),
          ("lifecycle", .get (v "head") "lifecycle"), ("seq", .get (v "head") "seq"),
          ("sth", .get (v "head") "sth") ] ]

def module : SpecModule :=
  { layer := "node",
    decl :=
      { name := "Proving",
        header := "Proofs on request: log, bundles and state.",
        imports :=
          [ (["HASH_BYTES"], "kernel/Types"),
            (["isHex"], "kernel/Crypto"),
            (["verifyBundle", "verifyConsistency", "verifyInclusion"], "kernel/Proofs"),
            (["inclusionPath", "itemAt"], "kernel/Ct"),
            (["consistencyFrom", "consistencyReads", "inclusionFrom", "inclusionReads",
              "logRoot", "provenReads", "provenRoot", "rootAt", "rootReads"], "kernel/Log"),
            (["keyOf", "stateAt", "stateProof"], "kernel/StateTree"),
            (["bundleKey", "itemsOf", "scanRead", "valueOf", "wantKey",
              "wantRead"], "kernel/Rows"),
            (["entryReads"], "kernel/Ledger"),
            (["emptyHanded", "readerOf", "readerWants"], "node/Queries"),
            (["ok", "refuse"], "node/Api") ],
        constants := [("MAX_PLACES", n 16)],
        functions :=
          [ hexOf, sizeOf, rootWants, rootFor, sizesOf, consistencyWants, answerConsistency, bundleRead, bundleOf,
            placeProblem, treeSize, leafWants, leafProof, bundleWants, inclusionWants,
            proofProblem, answerInclusion, idOctets, answerBundle, isPlace, placesOf,
            arePlaces, newestRead, stateWants, placeProof, placeProofs, answerState,
            answerEnclave ] } }

end Enc.Modules.Proving
