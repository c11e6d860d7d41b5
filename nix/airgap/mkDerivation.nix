# The part of `stdenv.mkDerivation` that Etymon uses: unpack, build, check, install.
system:
{
  name ? "${attrs.pname}-${attrs.version}",
  nativeBuildInputs ? [ ],
  passthru ? { },
  ...
}@attrs:
let
  derivation' = derivation (
    removeAttrs attrs [
      "meta"
      "passthru"
      "nativeBuildInputs"
    ]
    // {
      inherit name system;
      outputs = [ "out" ];
      builder = "/bin/bash";
      args = [
        "-euo"
        "pipefail"
        ./builder.sh
      ];
      PATH = builtins.concatStringsSep ":" (
        map (input: "${input}/bin") nativeBuildInputs
        ++ [
          "/usr/bin"
          "/bin"
        ]
      );
    }
  );
in
derivation' // passthru // { inherit passthru; }
