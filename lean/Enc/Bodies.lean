import Enc.DSL.Template

/-!
# The bodies

What hosts need that the grammar cannot say. Each file below `Enc/Bodies` is listed here, and goes
to the same path in the generated tree.
-/

namespace Enc
open Enc.DSL

/-- What a host calls (docs/hosts.md). -/
def hosted : List String :=
  ["node/Node", "node/Api", "node/Audit", "node/Persistence", "node/WsHandlers"]

/-- What a client verifies with. -/
def verified : List String :=
  ["kernel/Crypto", "kernel/Event", "kernel/Filter", "kernel/Ledger", "kernel/Log"]

/-- All templates. -/
def templates : List Template :=
  [ { layer := "kernel", name := "CoreReadme", path := "sdk/core/README.md",
      artifactClass := .platform, imports := ["kernel/Crypto", "kernel/Event"] },
    { layer := "node", name := "Host", path := "js/node/host.js",
      artifactClass := .protocol, imports := hosted },
    { layer := "node", name := "Kernel", path := "js/node/kernel.js",
      artifactClass := .protocol, imports := hosted },
    { layer := "node", name := "KernelProcess", path := "js/node/kernel-process.js",
      artifactClass := .platform },
    { layer := "node", name := "Level", path := "js/node/level.js", artifactClass := .platform },
    { layer := "node", name := "Delivery", path := "js/node/delivery.js",
      artifactClass := .platform },
    { layer := "node", name := "Server", path := "js/node/server.js",
      artifactClass := .platform },
    { layer := "node", name := "Enclave", path := "js/node/worker/enclave.js",
      artifactClass := .protocol },
    { layer := "node", name := "WorkerIndex", path := "js/node/worker/index.js",
      artifactClass := .protocol },
    { layer := "deployment", name := "Wrangler", path := "js/node/worker/wrangler.toml",
      artifactClass := .operational },
    { layer := "deployment", name := "Hosts", path := "deployment/hosts.json",
      artifactClass := .operational },
    { layer := "node", name := "Http", path := "sdk/client/http.js",
      artifactClass := .protocol },
    { layer := "node", name := "ClientSession", path := "sdk/client/session.js",
      artifactClass := .protocol,
      imports := ["kernel/Crypto", "kernel/Session"] },
    { layer := "node", name := "Sdk", path := "sdk/client/sdk.js",
      artifactClass := .protocol, imports := verified },
    { layer := "node", name := "Verify", path := "sdk/client/verify.js",
      artifactClass := .protocol,
      imports := ["kernel/Event", "kernel/Log", "kernel/Proofs", "kernel/StateTree"] },
    { layer := "node", name := "Ws", path := "sdk/client/ws.js",
      artifactClass := .protocol },
    { layer := "node", name := "RegistryClient", path := "sdk/client/registry-client.js",
      artifactClass := .protocol },
    { layer := "node", name := "Wallet", path := "sdk/client/wallet.js",
      artifactClass := .protocol,
      imports := ["kernel/Crypto"] },
    { layer := "node", name := "HttpTypes", path := "sdk/client/http.d.ts",
      artifactClass := .protocol },
    { layer := "node", name := "ClientSessionTypes", path := "sdk/client/session.d.ts",
      artifactClass := .protocol },
    { layer := "node", name := "SdkTypes", path := "sdk/client/sdk.d.ts",
      artifactClass := .protocol },
    { layer := "node", name := "VerifyTypes", path := "sdk/client/verify.d.ts",
      artifactClass := .protocol },
    { layer := "node", name := "WsTypes", path := "sdk/client/ws.d.ts",
      artifactClass := .protocol },
    { layer := "node", name := "RegistryClientTypes", path := "sdk/client/registry-client.d.ts",
      artifactClass := .protocol },
    { layer := "node", name := "WalletTypes", path := "sdk/client/wallet.d.ts",
      artifactClass := .protocol },
    { layer := "node", name := "WireTypes", path := "sdk/client/types.d.ts",
      artifactClass := .protocol },
    { layer := "node", name := "ClientIndexTypes", path := "sdk/client/index.d.ts",
      artifactClass := .platform },
    { layer := "node", name := "DataViewTypes", path := "sdk/dataview/index.d.ts",
      artifactClass := .protocol },
    { layer := "node", name := "ClientReadme", path := "sdk/client/README.md",
      artifactClass := .platform },
    { layer := "node", name := "DataViewReadme", path := "sdk/dataview/README.md",
      artifactClass := .platform },
    { layer := "node", name := "ClientPackage", path := "sdk/client/package.json",
      artifactClass := .platform },
    { layer := "node", name := "ClientIndex", path := "sdk/client/index.js",
      artifactClass := .platform },
    { layer := "node", name := "DataViewPackage", path := "sdk/dataview/package.json",
      artifactClass := .platform },
    { layer := "node", name := "NodePackage", path := "js/node/package.json",
      artifactClass := .platform },
    { layer := "node", name := "DataView", path := "sdk/dataview/index.js",
      artifactClass := .protocol,
      imports := ["kernel/Filter"] },
    { layer := "node", name := "Encd", path := "rust/host/src/main.rs",
      artifactClass := .platform },
    { layer := "node", name := "EncdHost", path := "rust/host/src/host.rs",
      artifactClass := .protocol, imports := hosted },
    { layer := "node", name := "EncdKernel", path := "rust/host/src/kernel.rs",
      artifactClass := .platform },
    { layer := "node", name := "EncdPatient", path := "rust/host/src/patient.rs",
      artifactClass := .platform },
    { layer := "node", name := "EncdPush", path := "rust/host/src/push.rs",
      artifactClass := .platform },
    { layer := "node", name := "EncdServe", path := "rust/host/src/serve.rs",
      artifactClass := .platform },
    { layer := "node", name := "EncdSocket", path := "rust/host/src/socket.rs",
      artifactClass := .platform },
    { layer := "node", name := "EncdStore", path := "rust/host/src/store.rs",
      artifactClass := .platform },
    { layer := "node", name := "EncdValue", path := "rust/host/src/value.rs",
      artifactClass := .platform },
    { layer := "node", name := "EncdBuild", path := "rust/host/build.rs",
      artifactClass := .platform },
    { layer := "node", name := "EncdCargo", path := "rust/host/Cargo.toml",
      artifactClass := .platform },
    { layer := "node", name := "EncdLock", path := "rust/host/Cargo.lock",
      artifactClass := .platform } ]

end Enc
