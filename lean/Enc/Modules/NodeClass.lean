import Enc.Modules.Sugar

/-!
# The node: one pure step for every request

`step` is the whole of it: `answerOf` decides, and the effects say what the host has to do, in this
order: events and bundles, the state, the answer, then those who are to hear of it.
-/

namespace Enc.Modules.NodeClass
open Enc.DSL Enc.Modules

/-- Whether an operation is answered without an enclave. -/
def needsNone : FuncDecl := helper "needsNone" ["op"] <|
  .dispatch (v "op")
    [ ("query", no), ("pull", no), ("sth", no), ("enclave", no), ("consistency", no),
      ("inclusion", no), ("bundle", no), ("state", no), ("stateBatch", no) ]
    yes

/-- The enclave that a request is about, as hex64; none if it is about none. -/
def route : FuncDecl := fn "route" ["request", "context"] <|
  .letE "enclave"
    (.get (.call "routeOf" [v "request", .get (v "context") "registry"]) "enclave") <|
    .ifE (.call "isHex" [v "enclave", v "HASH_BYTES"]) (v "enclave") nothing

/-- What is common to the operations: shape, and whether the enclave is there and in use. -/
def opProblem : FuncDecl := helper "opProblem" ["op", "state", "body"] <|
  .ifE (not (.call "isShapedFor" [v "op", v "body"])) (s "unknown_field") <|
    .ifE (and (eq (v "state") nothing) (not (.call "needsNone" [v "op"])))
      (s "unknown_enclave") <|
      .ifE
        (and (ne (.get (v "state") "from") nothing) (ne (v "op") (s "restore")))
        (s "restoring") nothing

/-- What the host must look up before `step`; none is left when it has all. -/
def reads : FuncDecl := fn "reads" ["state", "request", "context"] <|
  .letE "body" (.get (v "request") "body") <|
    .letE "found" (.get (v "context") "found") <|
      .letE "route"
        (.call "routeOf" [v "request", .get (v "context") "registry"]) <|
        .letE "op" (.get (v "route") "op") <|
          .ifE (ne (.call "opProblem" [v "op", v "state", v "body"]) nothing) (.list [])
            (.dispatch (v "op")
              [ ("commit", .call "commitWants" [v "state", v "body", v "found"]),
                ("commitFrame",
                  .call "commitWants"
                    [v "state", .get (v "body") "commit", v "found"]),
                ("query", .call "queryWants" [v "state", v "body", v "context"]),
                ("subscribe",
                  .ifE (eq (v "state") nothing) (.list [])
                    (.call "queryWants" [v "state", v "body", v "context"])),
                ("pull", .call "pullWants" [v "state", v "body", v "context"]),
                ("consistency",
                  .call "consistencyWants"
                    [v "state", .get (v "request") "query", v "found"]),
                ("inclusion",
                  .call "inclusionWants" [v "state", v "body", v "found"]),
                ("bundle", .call "bundleWants" [v "state", v "body", v "found"]),
                ("state", .call "stateWants" [v "op", v "state", v "body", v "found"]),
                ("stateBatch",
                  .call "stateWants" [v "op", v "state", v "body", v "found"]),
                ("restore", .call "restoreWants" [v "state", v "body", v "context"]),
                ("nodes",
                  .call "registryWants" [v "op", .get (v "route") "name", v "found"]),
                ("enclaves",
                  .call "registryWants" [v "op", .get (v "route") "name", v "found"]),
                ("resolve",
                  .call "registryWants" [v "op", .get (v "route") "name", v "found"]),
                ("identity",
                  .call "registryWants" [v "op", .get (v "route") "name", v "found"]) ]
              (.list []))

/-- What a node says of itself. -/
def info : FuncDecl := helper "info" ["context"] <|
  .call "ok"
    [ .record
        [ ("protocol", s "enc"), ("version", n 2),
          ("seq_pub", .call "publicKeyOf" [.get (v "context") "key"]) ] ]

/-- A refusal in the form that the request came in. -/
def refusal : FuncDecl := helper "refusal" ["code", "request"] <|
  .ifE (eq (.get (v "request") "kind") (s "frame"))
    (.call "refuseFrame" [v "code", .get (v "request") "body"])
    (.call "refuse" [v "code"])

/-- What `step` makes effects of: `{status, payload, events, bundles, state, broadcasts, pushes,
timers}`, lists that are none being empty. -/
def answerOf : FuncDecl := fn "answerOf" ["state", "request", "context"] <|
  .letE "body" (.get (v "request") "body") <|
    .letE "route"
      (.call "routeOf" [v "request", .get (v "context") "registry"]) <|
      .letE "op" (.get (v "route") "op") <|
        .letE "problem"
          (.ifE (eq (v "op") (s "refused")) (.get (v "route") "code")
            (.call "opProblem" [v "op", v "state", v "body"])) <|
          .ifE (ne (v "problem") nothing)
            (.call "refusal" [v "problem", v "request"])
            (.dispatch (v "op")
              [ ("preflight",
                  .call "reply" [.get (v "Status") "NoContent", nothing]),
                ("info", .call "info" [v "context"]),
                ("commit", .call "answerCommit" [v "state", v "body", v "context"]),
                ("commitFrame",
                  .letE "commit" (.get (v "body") "commit") <|
                    .call "asFrame"
                      [ .call "answerCommit" [v "state", v "commit", v "context"],
                        v "commit" ]),
                ("query", .call "answerQuery" [v "state", v "body", v "context"]),
                ("subscribe", .call "subscribe" [v "state", v "body", v "context"]),
                ("unsubscribe", .call "unsubscribe" [v "body"]),
                ("pull", .call "answerPull" [v "state", v "body", v "context"]),
                ("sth", .call "ok" [.get (v "state") "sth"]),
                ("enclave", .call "answerEnclave" [v "state"]),
                ("consistency",
                  .call "answerConsistency"
                    [v "state", .get (v "request") "query", v "context"]),
                ("inclusion",
                  .call "answerInclusion" [v "state", v "body", v "context"]),
                ("bundle", .call "answerBundle" [v "state", v "body", v "context"]),
                ("restore", .call "answerRestore" [v "state", v "body", v "context"]),
                ("timer",
                  .ifE (eq (v "state") nothing)
                    (.call "reply" [.get (v "Status") "NoContent", nothing])
                    (.call "answerTimer" [v "state", v "context"])) ]
              (.call "answerRest"
                [v "op", v "route", v "state", v "body", v "context"]))

/-- The operations that share an answer. -/
def answerRest : FuncDecl :=
  helper "answerRest" ["op", "route", "state", "body", "context"] <|
    .ifE (or (eq (v "op") (s "state")) (eq (v "op") (s "stateBatch")))
      (.call "answerState" [v "op", v "state", v "body", v "context"])
      (.call "answerRegistry"
        [v "op", .get (v "route") "name", .get (v "context") "found"])

/-- The effects of an answer, in the order that a host must keep. -/
def effects (result : Expr) : Stmt :=
  .seq
    (.forIn (.get (v "answer") "events") "event"
      (.emit "storage.appendEvent" [("event", v "event")] done)
      (.forIn (.get (v "answer") "bundles") "bundle"
        (.emit "storage.persistBundle" [("bundle", v "bundle")] done)
        (.ifS (eq (.get (v "answer") "state") nothing) done
          (.emit "storage.writeState" [("state", .get (v "answer") "state")] done))))
    (.emit "transport.respond"
      [ ("payload", .get (v "answer") "payload"), ("status", .get (v "answer") "status") ] <|
      .seq
        (.forIn (.get (v "answer") "broadcasts") "one"
          (.emit "transport.broadcast"
            [("filter", .get (v "one") "filter"), ("payload", .get (v "one") "payload")] done)
          (.forIn (.get (v "answer") "pushes") "one"
            (.emit "notification.push"
              [ ("endpoint", .get (v "one") "endpoint"),
                ("payload", .get (v "one") "payload"), ("mode", .get (v "one") "mode") ] done)
            (.forIn (.get (v "answer") "timers") "one"
              (.emit "timer.schedule"
                [("at", .get (v "one") "at"), ("kind", .get (v "one") "kind")] done)
              done)))
        (.ret result))

/-- Everything that a node does: a request against the state of its enclave. -/
def step : EffectFuncDecl := effectFn "step" ["state", "request", "context"] <|
  .letS "answer" (.call "answerOf" [v "state", v "request", v "context"]) <|
    effects (.get (v "answer") "status")

/-- The same as an object that holds an enclave's head. -/
def node : ClassDecl :=
  { name := "Node",
    constructorParams := ["head"],
    constructorBody := .ret (.record [("head", v "head")]),
    methods :=
      [ { name := "wants",
          params := ["request", "context"],
          body :=
            .ret
              (.call "reads" [.get (v "this") "head", v "request", v "context"]) },
        { name := "handle",
          params := ["request", "context"],
          body :=
            .letS "answer"
              (.call "answerOf" [.get (v "this") "head", v "request", v "context"]) <|
              effects
                (.ifE (eq (.get (v "answer") "state") nothing) (v "this")
                  (.set (v "this") "head"
                    (.get (.get (v "answer") "state") "head"))) } ] }

end Enc.Modules.NodeClass
