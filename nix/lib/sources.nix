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

  folder = name: path: builtins.path { inherit name path; };

  # The command line carries the Lean sources and the image within itself.
  rust = [
    "Cargo.toml"
    "Cargo.lock"
    "clippy.toml"
    "rustfmt.toml"
    "crates"
    "lean"
    "golden/spec"
  ];
in
{
  rust = select "etymon-rust" rust;
  lean = select "etymon-lean" [ "lean" ];
  wasmCargo = folder "wasm-cargo" ../airgap/wasm-cargo;
  spec = folder "etymon-spec" ../../golden/spec;
  artifacts = folder "etymon-golden" ../../golden/artifacts;
  vectors = folder "etymon-vectors" ../../golden/vectors;
}
