# Offline cargo builds: `build` compiles a copy of `src` with the vendored `crates`, and begins with
# what is `compiled` already: a derivation of `compile`, which only a manifest changes.
{ pkgs, sources, ... }:
let
  # Cargo takes crates from one folder. Where the compiler brings the crates of its own standard
  # library along (Debian's, for -Zbuild-std), they join them.
  offline = crates: ''
    export CARGO_HOME=$NIX_BUILD_TOP/cargo CARGO_TARGET_DIR=$NIX_BUILD_TOP/target
    export CARGO_NET_OFFLINE=true CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=0
    export ETYMON_VENDOR_DIR=$CARGO_HOME/vendor
    mkdir -p $ETYMON_VENDOR_DIR
    for crate in ${
      toString (map (vendor: "${vendor}/*/") crates)
    } /usr/lib/rustlib/src/rust/library/vendor/*/; do
      [ ! -d "$crate" ] || ln -sfn "''${crate%/}" $ETYMON_VENDOR_DIR/
    done
    cat >$CARGO_HOME/config.toml <<CONFIG
    [source.crates-io]
    replace-with = "vendored"
    [source.vendored]
    directory = "$ETYMON_VENDOR_DIR"
    CONFIG
  '';

  # Gives every manifest the files that it names and that are not there, empty.
  stub = ''
    find crates -name Cargo.toml | while read -r manifest; do
      crate=$(dirname "$manifest")
      for file in build.rs src/main.rs $(sed -n 's/^path = "\(.*\.rs\)"$/\1/p' "$manifest"); do
        mkdir -p "$(dirname "$crate/$file")"
        [ -e "$crate/$file" ] || echo 'fn main() {}' >"$crate/$file"
      done
      [ -e "$crate/src/lib.rs" ] || touch "$crate/src/lib.rs"
    done
  '';

  mkDerivation =
    attrs:
    pkgs.stdenv.mkDerivation (
      attrs
      // {
        nativeBuildInputs = [
          pkgs.cargo
          pkgs.rustc
          pkgs.stdenv.cc
        ]
        ++ attrs.nativeBuildInputs or [ ];
        # Fixing up would rewrite bytes that are compared elsewhere.
        dontFixup = true;
      }
    );
in
rec {
  inherit offline stub;

  # The crates of the workspace, those of the emitted crate, and those of the host around it.
  workspace = pkgs.rustPlatform.importCargoLock { lockFile = ../../Cargo.lock; };
  emitted = pkgs.rustPlatform.importCargoLock { lockFile = ../../crates/emit/src/rust/Cargo.lock; };
  host = pkgs.rustPlatform.importCargoLock { lockFile = ../../lean/Enc/Bodies/rust/host/Cargo.lock; };

  # What `command` compiles of the dependencies.
  compile =
    {
      command,
      nativeBuildInputs ? [ ],
    }:
    mkDerivation {
      inherit nativeBuildInputs;
      name = "etymon-dependencies";
      src = sources.manifests;
      buildPhase =
        offline [ workspace ]
        + stub
        + ''
          ${command}
          # What the empty sources were compiled to must not be taken for the real ones.
          cd $CARGO_TARGET_DIR
          rm -rf */etymon* */deps/*etymon* */build/etymon* */.fingerprint/etymon*
        '';
      installPhase = "cp -r $CARGO_TARGET_DIR $out";
    };

  # The dependencies of every test. Cargo compiles them with the features that the packages which it is given need together, so tests that
  # begin with these are run with `--workspace`.
  tested = compile { command = "cargo test --no-run --locked --workspace"; };

  build =
    {
      name,
      src,
      buildPhase,
      crates ? [ workspace ],
      compiled ? null,
      installPhase ? "touch $out",
      nativeBuildInputs ? [ ],
    }@attrs:
    let
      reuse =
        if compiled == null then
          ""
        else
          ''
            # Cargo compares times, and those of the store are all the same.
            cp -r --preserve=timestamps ${compiled} $CARGO_TARGET_DIR
            chmod -R u+w $CARGO_TARGET_DIR
          '';
    in
    mkDerivation (
      removeAttrs attrs [
        "crates"
        "compiled"
      ]
      // {
        buildPhase = offline crates + reuse + buildPhase;
        inherit installPhase;
      }
    );
}
