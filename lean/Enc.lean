import Enc.DSL.Answer
import Enc.DSL.Decidable
import Enc.Bodies
import Enc.Tests.Values
import Enc.Tests.Meaning
import Enc.Tests.Wire
import Enc.Tests.Templates
import Enc.Tests.Primitives
import Enc.Tests.Decoder
import Enc.Proofs.Rbac
import Enc.Proofs.Access
import Enc.Proofs.Lifecycle
import Enc.Proofs.Operations
import Enc.Proofs.Lists
import Enc.Proofs.Statements
import Enc.Proofs.Determinism
import Enc.Proofs.Compilation
import Enc.Proofs.Hashes
import Enc.Proofs.Rows
import Enc.Proofs.Axioms

/-!
# Everything

What no import reaches is checked by nobody, so this file imports all but the two programs, and the
two theorems about the whole spec, for which `lean check` has runs of their own.
-/
