# A stand-in for `nixpkgs.legacyPackages.<system>`: the same names and calling conventions, as far
# as `nix/` uses them. Everything that runs is lent by the host through `sandbox-paths`.
system:
let
  mkDerivation = import ./mkDerivation.nix system;

  runCommand =
    name: attrs: script:
    mkDerivation (
      attrs
      // {
        inherit name;
        dontUnpack = true;
        buildPhase = script;
        installPhase = "true";
      }
    );

  # `bin` holds links to the first of the places that has all the programs.
  host =
    name: programs: places:
    runCommand "host-${name}" { inherit programs places; } ''
      shopt -s nullglob
      for place in $places; do
        found=1
        for program in $programs; do
          [ -x "$place/bin/$program" ] || found=
        done
        [ -n "$found" ] || continue
        mkdir -p $out/bin
        for program in $programs; do
          ln -s "$place/bin/$program" $out/bin/
        done
        exit 0
      done
      echo "error: no $programs inside the sandbox in any of: $places" >&2
      echo "lend them through sandbox-paths, as tests/setup/nix.sh does" >&2
      exit 1
    '';

  empty = name: runCommand "host-${name}" { } "mkdir -p $out/bin";

  rustPlaces = [
    "/host/rust"
    "/*/.rustup/toolchains/stable-*"
    "/*/.rustup/toolchains/*"
    "/home/*/.rustup/toolchains/*"
    "/usr"
  ];
in
rec {
  inherit system runCommand;
  stdenv = {
    inherit mkDerivation;
    cc = host "cc" [ "cc" ] [ "/usr" ];
  };

  cargo = host "cargo" [ "cargo" ] rustPlaces;
  rustc = host "rustc" [ "rustc" "rustdoc" ] rustPlaces;
  clippy = host "clippy" [ "cargo-clippy" "clippy-driver" ] rustPlaces;
  rustfmt = host "rustfmt" [ "cargo-fmt" "rustfmt" ] rustPlaces;
  nodejs = host "nodejs" [ "node" ] [ "/host/node" "/usr" "/usr/local" ];

  # A real Lean of the host, else the stand-in that tests/setup/lean.sh installs.
  lean4 = runCommand "host-lean" { standIn = ./lean; } ''
    mkdir -p $out/bin
    shopt -s nullglob
    for place in /host/lean /*/.cache/etymon/lean /home/*/.cache/etymon/lean; do
      if [ -x $place/bin/lean ]; then
        ln -s $place/bin/* $out/bin/
        exit 0
      elif [ -e $place/stamp ]; then
        printf '#!/bin/bash\nexport ETYMON_LEAN_HOME=%s PATH=$PATH:/host/node/bin\nexec bash %s/lean "$@"\n' \
          $place $standIn >$out/bin/lean
        chmod +x $out/bin/lean
        exit 0
      fi
    done
    echo "error: no Lean inside the sandbox; run tests/setup/nix.sh, which lends one" >&2
    exit 1
  '';

  # rustup's toolchain and Debian's bring their own linker for wasm; no build runs `just`.
  lld = empty "lld";
  just = empty "just";

  rustPlatform.importCargoLock = import ./importCargoLock.nix { inherit mkDerivation runCommand; };

  writeText =
    name: text:
    runCommand name {
      inherit text;
      passAsFile = [ "text" ];
    } "cp \"$textPath\" $out";

  mkShell =
    { packages, ... }@attrs:
    mkDerivation (
      removeAttrs attrs [ "packages" ]
      // {
        name = "shell";
        nativeBuildInputs = packages;
        dontUnpack = true;
        buildPhase = "touch $out";
        installPhase = "true";
        # Outside the sandbox the lent programs are those of the host's own path.
        shellHook = "PATH=\${PATH#*/usr/bin:/bin:}";
      }
    );
}
