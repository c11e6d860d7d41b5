import Enc.DSL.Answer
import Enc.DSL.Decidable
import Enc.Spec
import Enc.Tests.Values
import Enc.Tests.Meaning
import Enc.Tests.Wire

/-!
# Everything

What no import reaches is checked by nobody, so this file imports all but the two programs.
-/
