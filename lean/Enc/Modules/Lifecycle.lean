import Enc.Modules.Sugar

/-!
# The enclave's lifecycle

`isActive` is the reference's state machine (worked example 3). An unknown state accepts
nothing, so `Migrated`, the state after the last event of a sequencer, needs no case there.
-/

namespace Enc.Modules.Lifecycle
open Enc.DSL Enc.Modules

/-- Whether an enclave in `state` takes an event of this type. -/
def isActive : FuncDecl := fn "isActive" ["state", "eventType"] <|
  .dispatch (v "state")
    [ ("Active", yes),
      ("Paused", eq (v "eventType") (s "Resume")),
      ("Terminated", no) ]
    no

/-- Whether no event can ever be taken again in `state`. -/
def isFinal : FuncDecl := fn "isFinal" ["state"] <|
  .dispatch (v "state") [("Active", no), ("Paused", no)] yes

/-- Whether the event type moves the lifecycle. -/
def isLifecycleEvent : FuncDecl := fn "isLifecycleEvent" ["eventType"] <|
  .dispatch (v "eventType")
    [("Pause", yes), ("Resume", yes), ("Terminate", yes), ("Migrate", yes)] no

/-- The state after an event that was taken; an event that is not taken changes nothing. -/
def nextState : FuncDecl := fn "nextState" ["state", "eventType"] <|
  .ifE (.call "isActive" [v "state", v "eventType"])
    (.dispatch (v "eventType")
      [ ("Pause", .get (v "LifecycleState") "Paused"),
        ("Resume", .get (v "LifecycleState") "Active"),
        ("Terminate", .get (v "LifecycleState") "Terminated"),
        ("Migrate", .get (v "LifecycleState") "Migrated") ]
      (v "state"))
    (v "state")

/-- The state after a history of event types. -/
def replay : FuncDecl := fn "replay" ["eventTypes"] <|
  .fold (v "eventTypes") (.get (v "LifecycleState") "Active") "state" "eventType"
    (.call "nextState" [v "state", v "eventType"])

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Lifecycle",
        header := "Lifecycle of an enclave: which events a state takes, and the state after them.",
        imports := [(["LifecycleState"], "kernel/Types")],
        functions := [isActive, isFinal, isLifecycleEvent, nextState, replay] } }

end Enc.Modules.Lifecycle
