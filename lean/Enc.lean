import Enc.DSL.Answer
import Enc.DSL.Decidable
import Enc.Spec
import Enc.Tests.Values
import Enc.Tests.Meaning
import Enc.Tests.Wire
import Enc.Proofs.Rbac
import Enc.Proofs.Lifecycle
import Enc.Proofs.Operations
import Enc.Proofs.Lists
import Enc.Proofs.Statements
import Enc.Proofs.Determinism
import Enc.Proofs.Compilation
import Enc.Proofs.Hashes
import Enc.Proofs.Whole
import Enc.Proofs.Axioms

/-!
# Everything

What no import reaches is checked by nobody, so this file imports all but the two programs.
-/
