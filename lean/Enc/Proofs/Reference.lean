import Enc.DSL.Decidable
import Enc.DSL.Lower
import Enc.Proofs.ModuleByModule

/-!
# The spec has reference JavaScript

Every declaration of every module can be printed for readers. Its own root of `lean check`, because the stand-in
for Lean has 4 GiB for a run.
-/

namespace Enc.Proofs
open Enc.DSL

/-- Whether every declaration of a module can be printed in reference JavaScript. -/
def hasReference (m : SpecModule) : Bool :=
  match referenceTextsJs m.decl with
  | some _ => true
  | Option.none => false

/-- Whether a module is a document for other people's tools, with names such as `application/json`
that no program has: constants and nothing else. -/
def isDocument (m : SpecModule) : Bool :=
  match m.decl.classes, m.decl.functions, m.decl.effectFunctions with
  | [], [], [] => true
  | _, _, _ => false

set_option maxHeartbeats 0 in
/-- Every declaration has a text for readers. -/
theorem spec_has_reference :
    specModules.all (fun m => isDocument m || hasReference m) = true := by
  module_by_module

end Enc.Proofs
