import Enc.Modules.Sugar

/-!
# Rows of a host's map, and what a host found

An enclave is an ordered map from text to values (docs/hosts.md). Numbers in keys are hexadecimal
of fixed width, so that their order is the order of the numbers. A read names what the host is to
look up, and `found` is the list of `{read, items}` that it came back with. Nothing in it is
trusted: whoever uses an item checks it.
-/

namespace Enc.Modules.Rows
open Enc.DSL Enc.Modules

def eventKey : FuncDecl := fn "eventKey" ["seq"] <|
  concatStr (s "e/") (.call "natToHex" [v "seq", v "NUMBER_BYTES"])

/-- A bundle is kept under its first event. -/
def bundleKey : FuncDecl := fn "bundleKey" ["first"] <|
  concatStr (s "b/") (.call "natToHex" [v "first", v "NUMBER_BYTES"])

def commitKey : FuncDecl := fn "commitKey" ["hash"] <| concatStr (s "c/") (v "hash")
def idKey : FuncDecl := fn "idKey" ["id"] <| concatStr (s "i/") (v "id")

/-- An entry of the registry: `kind` is `node`, `enclave` or `identity`. -/
def registryKey : FuncDecl := fn "registryKey" ["kind", "name"] <|
  concatStr (concatStr (s "r/") (v "kind")) (concatStr (s "/") (v "name"))

def rowWith : FuncDecl := fn "rowWith" ["key", "value"] <|
  .record [("key", v "key"), ("value", v "value")]

def octetsRead : FuncDecl := fn "octetsRead" ["octets"] <|
  .record [("octets", .prim .bytesToHex [v "octets"])]

/-- Keys from `from` on and before `to`. -/
def scanRead : FuncDecl := fn "scanRead" ["from", "to", "limit", "reverse"] <|
  .record
    [ ("scan", .record
        [ ("from", v "from"), ("to", v "to"), ("limit", v "limit"),
          ("reverse", v "reverse") ]) ]

/-- The items of a read; none if the host has not looked. -/
def itemsOf : FuncDecl := fn "itemsOf" ["found", "read"] <|
  .fold (v "found") nothing "items" "entry"
    (.ifE (eq (v "items") nothing)
      (.ifE (eq (.get (v "entry") "read") (v "read")) (.get (v "entry") "items") nothing)
      (v "items"))

/-- The value under a key; none if there is none, or the host has not looked. -/
def valueOf : FuncDecl := fn "valueOf" ["found", "key"] <|
  .get (.call "itemsOf" [v "found", .call "rowRead" [v "key"]]) "0"

/-- Whether the host has looked under a key. -/
def isKnown : FuncDecl := fn "isKnown" ["found", "key"] <|
  ne (.call "itemsOf" [v "found", .call "rowRead" [v "key"]]) nothing

/-- The read of a key, if the host has not looked. -/
def wantKey : FuncDecl := fn "wantKey" ["found", "key"] <|
  .ifE (.call "isKnown" [v "found", v "key"]) (.list [])
    (.list [.call "rowRead" [v "key"]])

/-- A read, if the host has not looked. -/
def wantRead : FuncDecl := fn "wantRead" ["found", "read"] <|
  .ifE (eq (.call "itemsOf" [v "found", v "read"]) nothing) (.list [v "read"]) (.list [])

/-- The big-endian natural of octets, at most 64; none until the host has told them apart, or if
it told them wrong. -/
def natOf : FuncDecl := fn "natOf" ["found", "octets"] <|
  .letE "items"
    (.call "itemsOf" [v "found", .call "octetsRead" [v "octets"]]) <|
    .letE "value"
      (.fold (v "items") (n 0) "value" "octet" (add (mul (v "value") (n 256)) (v "octet"))) <|
      .ifE
        (and (ne (v "octets") nothing)
          (eq (.call "natToBytes" [v "value", lengthBytes (v "octets")]) (v "octets")))
        (v "value")
        nothing

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Rows",
        header := "Rows of a host's map, and what a host found.",
        imports := [(["natToBytes", "natToHex"], "kernel/Hash"), (["rowRead"], "kernel/Found")],
        constants := [("HEAD_KEY", s "h"), ("NUMBER_BYTES", n 8)],
        functions :=
          [ eventKey, bundleKey, commitKey, idKey, registryKey, rowWith, octetsRead, scanRead,
            itemsOf, valueOf, isKnown, wantKey, wantRead, natOf ] } }

end Enc.Modules.Rows
