import Enc.Modules.Types
import Enc.Modules.Rbac
import Enc.Modules.Lifecycle
import Enc.Modules.Hash
import Enc.Modules.Proofs
import Enc.Modules.List
import Enc.Modules.Crypto
import Enc.Modules.Event
import Enc.Modules.Session
import Enc.Modules.Filter
import Enc.Modules.Ct
import Enc.Modules.Smt
import Enc.Modules.Found
import Enc.Modules.Rows
import Enc.Modules.StateTree
import Enc.Modules.Log
import Enc.Modules.Letters
import Enc.Modules.Manifest
import Enc.Modules.Access
import Enc.Modules.Ledger
import Enc.Modules.Persistence
import Enc.Modules.Push
import Enc.Modules.Api
import Enc.Modules.Registry
import Enc.Modules.Queries
import Enc.Modules.Commits
import Enc.Modules.Proving
import Enc.Modules.Restore
import Enc.Modules.WsHandlers
import Enc.Modules.Audit
import Enc.Modules.WireSchema
import Enc.Modules.OpenApi
import Enc.Modules.Node
import Enc.Modules.Handlers
import Enc.Modules.RateWindow
import Enc.Modules.Profiles
import Enc.Modules.AppGen

/-!
# The spec

Every module of the protocol.
-/

namespace Enc
open Enc.DSL

/-- All spec modules, in import order. -/
def specModules : List SpecModule :=
  [ Modules.Types.module, Modules.Rbac.module, Modules.Lifecycle.module, Modules.Hash.module,
    Modules.Proofs.module, Modules.List.module, Modules.Crypto.module,
    Modules.Event.module, Modules.Session.module, Modules.Filter.module, Modules.Ct.module,
    Modules.Smt.module,
    Modules.Found.module,
    Modules.Rows.module,
    Modules.StateTree.module,
    Modules.Log.module,
    Modules.Letters.module,
    Modules.Manifest.module,
    Modules.Access.module,
    Modules.Ledger.module,
    Modules.Persistence.module,
    Modules.Push.module,
    Modules.Api.module,
    Modules.Registry.module,
    Modules.Queries.module,
    Modules.Commits.module,
    Modules.Proving.module,
    Modules.Restore.module,
    Modules.WsHandlers.module,
    Modules.Audit.module,
    Modules.WireSchema.module,
    Modules.OpenApi.module,
    Modules.Node.module,
    Modules.Handlers.module,
    Modules.RateWindow.module,
    Modules.Profiles.module,
    Modules.AppGen.module ]

end Enc
