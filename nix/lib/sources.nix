# Explicit file sets, one per language. A derivation's inputs are these and nothing else, so that
# a change elsewhere (documentation, say) rebuilds nothing. Plain `builtins.path`, because every
# nixpkgs and the air-gapped one have it.
let
  root = ../..;
  prefixLength = builtins.stringLength (toString root) + 1;
  startsWith = prefix: text: builtins.substring 0 (builtins.stringLength prefix) text == prefix;

  select =
    name: paths:
    builtins.path {
      inherit name;
      path = root;
      filter =
        path: type:
        let
          here = builtins.substring prefixLength (-1) path;
        in
        builtins.any (
          wanted:
          here == wanted
          || startsWith "${wanted}/" here
          || (type == "directory" && startsWith "${here}/" wanted)
        ) paths;
    };

  # The folders of the workspace's members, by the root manifest.
  members = builtins.concatMap (
    member:
    if builtins.match ".*/\\*" member == null then
      [ member ]
    else
      let
        parent = builtins.substring 0 (builtins.stringLength member - 2) member;
      in
      map (name: "${parent}/${name}") (builtins.attrNames (builtins.readDir (root + "/${parent}")))
  ) (builtins.fromTOML (builtins.readFile (root + "/Cargo.toml"))).workspace.members;

  manifests = [
    "Cargo.toml"
    "Cargo.lock"
  ]
  ++ map (member: "${member}/Cargo.toml") members;

  folder = name: path: builtins.path { inherit name path; };

  # The command line carries the Lean sources and the image within itself.
  rust = [
    "Cargo.toml"
    "Cargo.lock"
    "rustfmt.toml"
    # A test holds the packages that emitted code names to these.
    "package.json"
    "package-lock.json"
    "crates"
    "lean"
    "golden/spec"
    # The fuzzer of instruments begins with them, and tests hold every class to one.
    "examples/instruments"
  ];
in
{
  rust = select "etymon-rust" rust;
  tests = select "etymon-tests" (
    rust
    ++ [
      "examples/consumer/spec"
      "tests/cli"
      "tests/regressions"
      "golden/vectors"
      "nix/airgap/wasm-cargo"
    ]
  );
  # What decides which crates are compiled, and how.
  manifests = select "etymon-manifests" manifests;
  wasmtimeHost = select "etymon-wasmtime-host" (manifests ++ [ "crates/parity/hosts/wasmtime" ]);
  parity = select "etymon-parity" [
    "Cargo.toml"
    "crates/parity/hosts"
    "golden"
    "lean"
    "nix/airgap/wasm-cargo"
  ];
  lean = select "etymon-lean" [
    "lean"
    "golden/spec"
  ];
  pipeline = select "etymon-pipeline" [
    "examples/constraints"
    "tests/e2e/pipeline/commands"
  ];
  lsp = select "etymon-lsp" [
    "examples/instruments"
    "tests/e2e/lsp/session.test.cjs"
  ];
  instruments = select "etymon-instruments" (
    rust
    ++ [
      "tests/e2e/instruments"
      "tests/setup"
    ]
  );
  zk = select "etymon-zk" [
    "examples/instruments"
    "tests/e2e/zk"
    "tests/setup"
  ];
  oracle = select "etymon-oracle" [
    "crates/instrument/src/oracle"
    "crates/serve/src/deploy/abi"
    "tests/e2e/oracle"
    "tests/setup"
  ];
  candidates = select "etymon-candidates" (
    rust
    ++ [
      "examples/constraints/rust"
      "examples/consumer/spec"
      "tests/setup"
    ]
  );
  consumer = folder "etymon-consumer" ../../examples/consumer;
  wasmCargo = folder "wasm-cargo" ../airgap/wasm-cargo;
  spec = folder "etymon-spec" ../../golden/spec;
  artifacts = folder "etymon-golden" ../../golden/artifacts;
  instrumentSpecs = folder "etymon-instrument-specs" ../../examples/instruments;
  instrumentArtifacts = folder "etymon-instruments-golden" ../../golden/instruments;
}
