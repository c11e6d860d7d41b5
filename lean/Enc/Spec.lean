import Enc.Modules.Types
import Enc.Modules.Rbac
import Enc.Modules.Lifecycle
import Enc.Modules.Hash
import Enc.Modules.Proofs
import Enc.Modules.List
import Enc.Modules.Handlers
import Enc.Modules.RateWindow

/-!
# The spec

Every module of the protocol.
-/

namespace Enc
open Enc.DSL

/-- All spec modules, in import order. -/
def specModules : List SpecModule :=
  [ Modules.Types.module, Modules.Rbac.module, Modules.Lifecycle.module, Modules.Hash.module,
    Modules.Proofs.module, Modules.List.module, Modules.Handlers.module,
    Modules.RateWindow.module ]

end Enc
