import Enc.Modules.Sugar

/-!
# Where a host keeps what

The host writes the rows that `writes` says for each storage effect, all effects of a step in one
transaction, and reads the head before the next one.
-/

namespace Enc.Modules.Persistence
open Enc.DSL Enc.Modules

/-- An event with the numbers that lead to it. -/
def eventRows : FuncDecl := helper "eventRows" ["event"] <|
  .letE "seq" (.get (v "event") "seq") <|
    .list
      [ .call "rowWith" [.call "eventKey" [v "seq"], .record [("event", v "event")]],
        .call "rowWith" [.call "commitKey" [.get (v "event") "hash"], v "seq"],
        .call "rowWith" [.call "idKey" [.get (v "event") "id"], v "seq"] ]

/-- The rows `{key, value}` that an effect writes; a value of none removes the key. -/
def writes : FuncDecl := fn "writes" ["effect"] <|
  .dispatch (.get (v "effect") "type")
    [ ("storage.appendEvent", .call "eventRows" [.get (v "effect") "event"]),
      ("storage.persistBundle",
        .letE "bundle" (.get (v "effect") "bundle") <|
          .list
            [ .call "rowWith"
                [.call "bundleKey" [.get (v "bundle") "first"], v "bundle"] ]),
      ("storage.writeState",
        .letE "state" (.get (v "effect") "state") <|
          concatList (.get (v "state") "rows")
            (.list [.call "rowWith" [v "HEAD_KEY", .get (v "state") "head"]])) ]
    (.list [])

/-- What a host reads before anything else: the head. -/
def loadState : FuncDecl := fn "loadState" ["found"] <|
  .call "valueOf" [v "found", v "HEAD_KEY"]

/-- The effect that keeps a head and its rows. -/
def saveState : EffectFuncDecl := effectFn "saveState" ["head", "rows"] <|
  .emit "storage.writeState"
    [("state", .record [("head", v "head"), ("rows", v "rows")])]
    (.ret (v "head"))

def module : SpecModule :=
  { layer := "node",
    decl :=
      { name := "Persistence",
        header := "Where a host keeps what.",
        imports :=
          [ (["HEAD_KEY", "eventKey", "bundleKey", "commitKey", "idKey", "rowWith", "valueOf"],
              "kernel/Rows") ],
        functions := [eventRows, writes, loadState],
        effectFunctions := [saveState] } }

end Enc.Modules.Persistence
