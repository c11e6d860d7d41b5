import Enc.Modules.Sugar

/-!
# Request handlers

What a node does with a request once it is decoded: the commit pipeline of worked example 4 and
one function for each kind of effect. State, request and context are arguments; everything that
happens outside is an effect.
-/

namespace Enc.Modules.Handlers
open Enc.DSL Enc.Modules

/-- The event that a commit becomes and the state after it. -/
def processCommit : FuncDecl := fn "processCommit" ["state", "commit", "context"] <|
  .letE "seq" (.get (v "state") "seq") <|
    .letE "event"
      (.record
        [ ("enclave", .get (v "commit") "enclave"),
          ("from", .get (v "commit") "from"),
          ("type", .get (v "commit") "type"),
          ("content", .get (v "commit") "content"),
          ("hash", .get (v "commit") "hash"),
          ("seq", v "seq"),
          ("timestamp", .get (v "context") "now"),
          ("sequencer", .get (v "context") "sequencer") ]) <|
      .record
        [ ("event", v "event"),
          ("newState",
            .set
              (.set (v "state") "seq" (add (v "seq") (n 1)))
              "lifecycle"
              (.call "nextState" [.get (v "state") "lifecycle", .get (v "commit") "type"])) ]

/-- Why a commit is refused, as the error code of the reply; none if it is not. -/
def refusal : FuncDecl := fn "refusal" ["state", "commit", "context"] <|
  .ifE (eq yes (le (.get (v "commit") "exp") (.get (v "context") "now")))
    (s "expired")
    (.ifE (.call "isActive" [.get (v "state") "lifecycle", .get (v "commit") "type"])
      (.ifE
        (.call "isAuthorized"
          [ .get (v "state") "schema", .get (v "context") "bitmask",
            .call "contextsOf"
              [.get (v "commit") "from", .get (v "context") "target",
               .get (v "context") "author"],
            .get (v "commit") "type", .get (v "Op") "C" ])
        nothing
        (s "not_authorized"))
      (s "not_active"))

/-- The status of a reply with that error code. -/
def statusOf : FuncDecl := fn "statusOf" ["code"] <|
  .dispatch (v "code")
    [ ("expired", .get (v "Status") "Expired"),
      ("not_authorized", .get (v "Status") "Forbidden"),
      ("not_active", .get (v "Status") "Conflict") ]
    (.get (v "Status") "Malformed")

def errorBody : FuncDecl := helper "errorBody" ["code"] <|
  .record
    [("error", v "code"), ("message", concatStr (s "the commit was refused: ") (v "code"))]

/-- Worked example 4. -/
def handleCommit : EffectFuncDecl := effectFn "handleCommit" ["state", "commit", "context"] <|
  .letS "result" (.call "processCommit" [v "state", v "commit", v "context"]) <|
    .emit "storage.appendEvent" [("event", .get (v "result") "event")] <|
      .emit "storage.writeState" [("state", .get (v "result") "newState")] <|
        .emit "transport.broadcast"
          [("filter", s "*"), ("payload", .get (v "result") "event")] <|
          .ret (.get (v "result") "event")

/-- A commit with its reply: refused with an error body, or appended and answered. -/
def submitCommit : EffectFuncDecl := effectFn "submitCommit" ["state", "commit", "context"] <|
  .letS "code" (.call "refusal" [v "state", v "commit", v "context"]) <|
    .ifS (eq (v "code") nothing)
      (.letS "result" (.call "processCommit" [v "state", v "commit", v "context"]) <|
        .emit "storage.appendEvent" [("event", .get (v "result") "event")] <|
          .emit "transport.respond"
            [("payload", .get (v "result") "event"), ("status", .get (v "Status") "Ok")] <|
            .emit "storage.writeState" [("state", .get (v "result") "newState")] <|
              .ret (.get (v "result") "event"))
      (.emit "transport.respond"
        [ ("payload", .call "errorBody" [v "code"]),
          ("status", .call "statusOf" [v "code"]) ] done)

/-- Requests by kind; the default case answers that the kind is unknown. -/
def handleRequest : EffectFuncDecl := effectFn "handleRequest" ["state", "request", "events"] <|
  .dispatch (.get (v "request") "type")
    [ ("Query",
        .emit "transport.respond"
          [("payload", v "events"), ("status", .get (v "Status") "Ok")]
          (.ret (.get (v "request") "type"))),
      ("Pull",
        .letS "seq" (.get (v "state") "seq") <|
          .emit "transport.respond"
            [ ("payload", .record [("seq", v "seq"), ("events", v "events")]),
              ("status", .get (v "Status") "Ok") ]
            (.ret (v "seq"))) ]
    (.emit "transport.respond"
      [ ("payload", .record [("error", s "invalid_kind"), ("message", s "unknown kind of request")]),
        ("status", .get (v "Status") "Malformed") ]
      done)

/-- Full events go to service endpoints (`P`), light notices to people (`N`), then everyone who
listens gets the event. Answers how many recipients there were. -/
def notifyRecipients : EffectFuncDecl := effectFn "notifyRecipients" ["event", "recipients"] <|
  .forIn (v "recipients") "recipient"
    (.ifS (eq (.get (v "recipient") "mode") (.get (v "Op") "P"))
      (.emit "notification.push"
        [ ("endpoint", .get (v "recipient") "endpoint"),
          ("payload", v "event"),
          ("mode", .get (v "Op") "P") ] done)
      (.ifS (eq (.get (v "recipient") "mode") (.get (v "Op") "N"))
        (.emit "notification.push"
          [ ("endpoint", .get (v "recipient") "endpoint"),
            ("payload", .record [("id", .get (v "event") "id"), ("seq", .get (v "event") "seq")]),
            ("mode", .get (v "Op") "N") ] done)
        done))
    (.emit "transport.broadcast" [("filter", .get (v "event") "type"), ("payload", v "event")] <|
      .ret (lengthList (v "recipients")))

/-- Closes the open bundle if it is full or old enough, and always plans the next look. -/
def closeBundle : EffectFuncDecl := effectFn "closeBundle" ["bundle", "config", "now"] <|
  .seq
    (.letS "full"
      (le (.get (v "config") "size") (lengthList (.get (v "bundle") "events"))) <|
      .letS "due"
        (le (add (.get (v "bundle") "opened") (.get (v "config") "timeout")) (v "now")) <|
        .ifS (or (v "full") (v "due"))
          (.emit "storage.persistBundle" [("bundle", v "bundle")] done)
          done)
    (.letS "at" (add (v "now") (.get (v "config") "timeout")) <|
      .emit "timer.schedule" [("at", v "at"), ("kind", s "bundle")] <|
        .ret (v "at"))

/-- Runs the first timer that is due and leaves the others; a return inside the loop ends all. -/
def runDueTimer : EffectFuncDecl := effectFn "runDueTimer" ["timers", "now"] <|
  .seq
    (.forIn (v "timers") "timer"
      (.ifS (le (.get (v "timer") "at") (v "now"))
        (.emit "timer.schedule"
          [ ("at", add (v "now") (.get (v "timer") "every")),
            ("kind", .get (v "timer") "kind") ]
          (.ret (.get (v "timer") "kind")))
        done)
      done)
    (.ret (s "idle"))

/-- Saves the state of every enclave that changed, in order; a nested loop over their events. -/
def flush : EffectFuncDecl := effectFn "flush" ["enclaves"] <|
  .forIn (v "enclaves") "enclave"
    (.seq
      (.forIn (.get (v "enclave") "events") "event"
        (.emit "storage.appendEvent" [("event", v "event")] done)
        done)
      (.ifS (.get (v "enclave") "changed")
        (.emit "storage.writeState" [("state", .get (v "enclave") "state")] done)
        done))
    done

/-- Names that meet the printer's own and Rust's keywords, and a name that is bound twice. -/
def audit : EffectFuncDecl := effectFn "audit" ["effects", "type"] <|
  .letS "match" (lengthList (v "effects")) <|
    .letS "self" (concatStr (s "type ") (v "type")) <|
      .seq
        (.letS "match" (add (v "match") (n 1)) <|
          .emit "transport.broadcast"
            [ ("filter", v "self"),
              ("payload", .record [("count", v "match"), ("seen", v "effects")]) ] done)
        (.ret (v "match"))

def module : SpecModule :=
  { layer := "node",
    decl :=
      { name := "Handlers",
        header := "Request handlers: commits, queries, notifications, bundles, timers.",
        imports :=
          [ (["Op", "Status"], "kernel/Types"),
            (["isActive", "nextState"], "kernel/Lifecycle"),
            (["contextsOf", "isAuthorized"], "kernel/Rbac") ],
        functions := [processCommit, refusal, statusOf, errorBody],
        effectFunctions :=
          [ handleCommit, submitCommit, handleRequest, notifyRecipients, closeBundle,
            runDueTimer, flush, audit ] } }

end Enc.Modules.Handlers
