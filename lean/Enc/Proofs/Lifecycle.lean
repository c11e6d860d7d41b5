import Enc.DSL.Decidable
import Enc.DSL.Program
import Enc.Modules.Lifecycle

/-!
# The lifecycle, evaluated

Section 18, "Lifecycle eval": worked example 3 on its four proven inputs, and what holds for
every event type.
-/

namespace Enc.Proofs
open Enc.DSL Enc.Modules

/-- Worked example 3 on a state and an event type. -/
def lifecycleTest (state eventType : String) : Env :=
  [("state", .str state), ("eventType", .str eventType)]

theorem lifecycle_active :
    eval (lifecycleTest "Active" "post") Lifecycle.isActive.body = .bool true := by decide

theorem lifecycle_paused_resume :
    eval (lifecycleTest "Paused" "Resume") Lifecycle.isActive.body = .bool true := by decide

theorem lifecycle_paused_post :
    eval (lifecycleTest "Paused" "post") Lifecycle.isActive.body = .bool false := by decide

theorem lifecycle_terminated :
    eval (lifecycleTest "Terminated" "Resume") Lifecycle.isActive.body = .bool false := by decide

/-- An unknown state takes nothing; `Migrated` is one. -/
theorem lifecycle_migrated :
    eval (lifecycleTest "Migrated" "Resume") Lifecycle.isActive.body = .bool false := by decide

/-- Nothing is taken after termination, whatever the event type. -/
theorem lifecycle_terminated_all (eventType : Val) :
    eval [("state", .str "Terminated"), ("eventType", eventType)] Lifecycle.isActive.body =
      .bool false := rfl

/-- Everything authorized is taken while active. -/
theorem lifecycle_active_all (eventType : Val) :
    eval [("state", .str "Active"), ("eventType", eventType)] Lifecycle.isActive.body =
      .bool true := rfl

/-- The functions and constants that `nextState` sees. -/
def lifecycleFns : Fns := [("isActive", Lifecycle.isActive.toFn [] [])]

def lifecycleStates : Env :=
  [("LifecycleState", .record [("Active", .str "Active"), ("Paused", .str "Paused"),
    ("Terminated", .str "Terminated"), ("Migrated", .str "Migrated")])]

/-- The state after one event. -/
def after (state eventType : String) : Val :=
  evalIn lifecycleFns (("state", .str state) :: ("eventType", .str eventType) :: lifecycleStates)
    Lifecycle.nextState.body

theorem lifecycle_pause : after "Active" "Pause" = .str "Paused" := by decide

theorem lifecycle_resume : after "Paused" "Resume" = .str "Active" := by decide

/-- Termination is reached from `Active` only. -/
theorem lifecycle_terminate_paused : after "Paused" "Terminate" = .str "Paused" := by decide

theorem lifecycle_final : after "Terminated" "Resume" = .str "Terminated" := by decide

end Enc.Proofs
