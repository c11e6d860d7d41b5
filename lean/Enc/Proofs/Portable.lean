import Enc.DSL.Decidable
import Enc.DSL.Lower
import Enc.Proofs.ModuleByModule

/-!
# Nothing in the spec is opaque

Every declaration of every module can be printed for machines. Its own root of `lean check`, because the stand-in
for Lean has 4 GiB for a run.
-/

namespace Enc.Proofs
open Enc.DSL

/-- Whether every declaration of a module can be printed in strict JavaScript and Rust. -/
def isPortable (m : SpecModule) : Bool :=
  match strictTexts strictJs specModules m.decl with
  | some _ => true
  | Option.none => false

set_option maxHeartbeats 0 in
/-- No `lam`, no `app`, no `rawExpr`, no call that leads nowhere. -/
theorem spec_portable : specModules.all isPortable = true := by module_by_module

end Enc.Proofs
