# The Worker as its platform runs it, but for the key, which comes from the environment. `open` lets pushes reach private addresses.
using Workerd = import "/workerd/workerd.capnp";

const closed :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "store", disk = (writable = true)),
    (name = "internet", network = (allow = ["public"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", http = (), service = "main")],
);

const open :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "store", disk = (writable = true)),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "index.js", esModule = embed "index.js")],
  compatibilityDate = "@DATE@",
  bindings = [
    (name = "NODE_PRIVATE_KEY", fromEnvironment = "NODE_PRIVATE_KEY"),
    (name = "TEST", fromEnvironment = "TEST"),
    (name = "REGISTRY", fromEnvironment = "REGISTRY"),
    (name = "PRIVATE_PUSH", fromEnvironment = "PRIVATE_PUSH"),
    (name = "ENCLAVE", durableObjectNamespace = "EnclaveDO"),
  ],
  durableObjectNamespaces = [(className = "EnclaveDO", uniqueKey = "enclave", enableSql = true)],
  durableObjectStorage = (localDisk = "store"),
);
