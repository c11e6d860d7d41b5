import Enc.Spec

/-!
# Of each module, so of all
-/

namespace Enc.Proofs

/-- Settles a property of all modules one by one: of all at once the kernel would keep every step
that it took. -/
macro "module_by_module" : tactic =>
  `(tactic|
    (simp only [specModules, List.all_cons, List.all_nil, Bool.and_true, Bool.and_eq_true]
     repeat' (first | apply And.intro | decide +kernel)))

end Enc.Proofs
