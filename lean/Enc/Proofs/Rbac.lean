import Enc.DSL.Decidable
import Enc.DSL.Program
import Enc.Modules.Rbac

/-!
# Access control, evaluated

Section 18 of the language reference, "RBAC eval": `getState`, `hasTrait` and `isOutsider` on
concrete bitmasks, stated about `eval` and the bodies that the module exports.
-/

namespace Enc.Proofs
open Enc.DSL Enc.Modules

/-- A bitmask in State 255 with the first trait. -/
theorem rbac_getState :
    eval [("bitmask", .nat 0x1FF)] Rbac.getState.body = .nat 0xFF := by decide

/-- Worked example 1 of the reference. -/
theorem rbac_getState_op :
    eval [] (.op .band [.lit (.nat 0x1FF), .lit (.nat 0xFF)]) = .nat 0xFF := by decide

theorem rbac_getState_zero :
    eval [("bitmask", .nat 0)] Rbac.getState.body = .nat 0 := by decide

theorem rbac_hasTrait :
    eval [("bitmask", .nat 0x100), ("bit", .nat 8)] Rbac.hasTrait.body = .bool true := by decide

theorem rbac_hasTrait_not :
    eval [("bitmask", .nat 0x100), ("bit", .nat 9)] Rbac.hasTrait.body = .bool false := by decide

/-- The page example of a stored leaf: State 2 with the trait at bit 32. -/
theorem rbac_hasTrait_leaf :
    eval [("bitmask", .nat 0x100000002), ("bit", .nat 32)] Rbac.hasTrait.body = .bool true := by
  decide

/-- The table of functions that `isOutsider` sees. -/
def rbacFns : Fns := [("getState", Rbac.getState.toFn [] [])]

/-- The constants that `isOutsider` sees. -/
def rbacEnv : Env := [("STATE_OUTSIDER", .nat 0)]

theorem rbac_isOutsider :
    evalIn rbacFns (Env.extend rbacEnv "bitmask" (.nat 0)) Rbac.isOutsider.body = .bool true := by
  decide

theorem rbac_isOutsider_trait :
    evalIn rbacFns (Env.extend rbacEnv "bitmask" (.nat 0x100)) Rbac.isOutsider.body =
      .bool true := by decide

theorem rbac_isOutsider_not :
    evalIn rbacFns (Env.extend rbacEnv "bitmask" (.nat 1)) Rbac.isOutsider.body =
      .bool false := by decide

/-- The State survives the round trip, and so do the traits. -/
theorem rbac_setState :
    evalIn [] [("bitmask", .nat 0x1FF), ("state", .nat 3), ("STATE_MASK", .nat 0xFF),
      ("STATE_BITS", .nat 8)] Rbac.setState.body = .nat 0x103 := by decide

end Enc.Proofs
