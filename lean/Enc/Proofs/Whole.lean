import Enc.DSL.Decidable
import Enc.DSL.Program
import Enc.DSL.Lower
import Enc.Spec

/-!
# The spec as a whole

Every declaration of every module is portable, so nothing in it is opaque to evaluation, and
has reference JavaScript.
-/

namespace Enc.Proofs
open Enc.DSL

/-- Whether every declaration of a module can be printed in strict JavaScript and Rust. -/
def isPortable (m : SpecModule) : Bool :=
  match strictTexts strictJs specModules m.decl with
  | some _ => true
  | Option.none => false

def hasReference (m : SpecModule) : Bool :=
  match referenceTextsJs m.decl with
  | some _ => true
  | Option.none => false

/-- No `lam`, no `app`, no `rawExpr`, no call that leads nowhere. -/
theorem spec_portable : specModules.all isPortable = true := by decide +kernel

theorem spec_has_reference : specModules.all hasReference = true := by decide +kernel

end Enc.Proofs
