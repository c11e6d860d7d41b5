import Enc.Modules.Sugar

/-!
# What the host found

The answers of a host to the reads of docs/hosts.md: a list of `{read, items}`. Nothing in it is
believed because it is there; who asks for a row checks it. A key that is not in the list has not
been looked up yet, which is another thing than a key without a value.
-/

namespace Enc.Modules.Found
open Enc.DSL Enc.Modules

/-- The read of the value under a key. -/
def rowRead : FuncDecl := fn "rowRead" ["key"] <| .record [("get", v "key")]

/-- What is under a key: a list of the value, or of nothing; none where nobody has looked yet. Of
several answers the last counts. -/
def rowItems : FuncDecl := fn "rowItems" ["key", "found"] <|
  .fold (v "found") nothing "items" "entry"
    (.ifE (eq (.get (.get (v "entry") "read") "get") (v "key"))
      (.get (v "entry") "items")
      (v "items"))

/-- The octets of hexadecimal as numbers; none where nobody has looked yet. They are the host's
word: pack them again and compare. -/
def octetItems : FuncDecl := fn "octetItems" ["hex", "found"] <|
  .fold (v "found") nothing "items" "entry"
    (.ifE (eq (.get (.get (v "entry") "read") "octets") (v "hex"))
      (.get (v "entry") "items")
      (v "items"))

/-- The reads of those keys that nobody has looked up yet. -/
def unreadRows : FuncDecl := fn "unreadRows" ["keys", "found"] <|
  .fold (v "keys") (.list []) "reads" "key"
    (.ifE (eq (.call "rowItems" [v "key", v "found"]) nothing)
      (concatList (v "reads") (.list [.call "rowRead" [v "key"]]))
      (v "reads"))

/-- The items of the last row `{key, value}` of that key; none if there is none. -/
def writtenItems : FuncDecl := helper "writtenItems" ["key", "rows"] <|
  .fold (v "rows") nothing "items" "row"
    (.ifE (eq (.get (v "row") "key") (v "key"))
      (.ifE (eq (.get (v "row") "value") nothing) (.list []) (.list [.get (v "row") "value"]))
      (v "items"))

/-- What a look-up would answer after the rows `{key, value}` are written; a value of none removes
the key. Entries keep their places, for rows are found fastest in the order of a walk. -/
def withRows : FuncDecl := fn "withRows" ["rows", "found"] <|
  .fold (v "rows")
    (.fold (v "found") (.list []) "kept" "entry"
      (.letE "items"
        (.call "writtenItems" [.get (.get (v "entry") "read") "get", v "rows"]) <|
        concatList (v "kept")
          (.list
            [ .ifE (eq (v "items") nothing) (v "entry")
                (.set (v "entry") "items" (v "items")) ])))
    "all" "row"
    (.letE "key" (.get (v "row") "key") <|
      .ifE (eq (.call "rowItems" [v "key", v "all"]) nothing)
        (concatList (v "all")
          (.list
            [ .record
                [ ("read", .call "rowRead" [v "key"]),
                  ("items", .call "writtenItems" [v "key", v "rows"]) ] ]))
        (v "all"))

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Found",
        header := "What the host found: rows, octets, and rows written since.",
        imports := [],
        functions := [rowRead, rowItems, octetItems, unreadRows, writtenItems, withRows] } }

end Enc.Modules.Found
