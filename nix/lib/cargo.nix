# Offline cargo builds: `build` compiles a copy of `src` with the vendored `crates`.
{ pkgs, ... }:
let
  # Cargo takes crates from $CARGO_HOME/vendor. Where the compiler brings the crates of its own
  # standard library along (Debian's, for -Zbuild-std), they join them.
  offline = vendor: ''
    export CARGO_HOME=$PWD/.cargo-home CARGO_NET_OFFLINE=true
    export CARGO_TARGET_DIR=$PWD/target ETYMON_VENDOR_DIR=$CARGO_HOME/vendor
    mkdir -p $ETYMON_VENDOR_DIR
    for crate in ${vendor}/*/ /usr/lib/rustlib/src/rust/library/vendor/*/; do
      [ ! -d "$crate" ] || ln -sfn "''${crate%/}" $ETYMON_VENDOR_DIR/
    done
    cat >$CARGO_HOME/config.toml <<CONFIG
    [source.crates-io]
    replace-with = "vendored"
    [source.vendored]
    directory = "$ETYMON_VENDOR_DIR"
    CONFIG
  '';
in
rec {
  inherit offline;

  # The crates of the workspace, and those of the emitted crate.
  workspace = pkgs.rustPlatform.importCargoLock { lockFile = ../../Cargo.lock; };
  emitted = pkgs.rustPlatform.importCargoLock { lockFile = ../../crates/emit/src/rust/Cargo.lock; };

  build =
    {
      name,
      src,
      buildPhase,
      crates ? workspace,
      installPhase ? "touch $out",
      nativeBuildInputs ? [ ],
    }@attrs:
    pkgs.stdenv.mkDerivation (
      removeAttrs attrs [ "crates" ]
      // {
        nativeBuildInputs = [
          pkgs.cargo
          pkgs.rustc
          pkgs.stdenv.cc
        ]
        ++ nativeBuildInputs;
        buildPhase = offline crates + buildPhase;
        inherit installPhase;
        # Fixing up would rewrite bytes that are compared elsewhere.
        dontFixup = true;
      }
    );
}
