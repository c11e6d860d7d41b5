# `node_modules` with the packages of a lock file: `npm` has those that emitted JavaScript imports, `verifiers` those that the
# pipeline's backends run on, `lspClient` those that the language server is asked with, `instruments` those that contracts and circuits are
# compiled and run with.
#
# Each is a fixed-output derivation, known by the lock's checksum: a tarball that the host lends
# (tests/setup/nix.sh fetches and lends them), else what npm brings by the package's name.
{ pkgs, ... }:
lockFile:
let
  lock = builtins.fromJSON (builtins.readFile lockFile);
  folders = builtins.filter (folder: folder != "") (builtins.attrNames lock.packages);

  # "node_modules/@scope/name", or that below another package.
  nameOf = folder: builtins.head (builtins.match ".*node_modules/(.+)" folder);

  # As `npm pack` names them.
  file =
    folder: version:
    "${builtins.replaceStrings [ "@" "/" ] [ "" "-" ] (nameOf folder)}-${version}.tgz";

  fetch =
    folder:
    { version, integrity, ... }:
    pkgs.stdenv.mkDerivation {
      name = file folder version;
      dontUnpack = true;
      dontFixup = true;
      nativeBuildInputs = [ pkgs.nodejs ];
      outputHashMode = "flat";
      outputHashAlgo = "sha512";
      outputHash = integrity;
      package = nameOf folder + "@" + version;
      buildPhase = ''
        if [ -e "/host/npm/$name" ]; then
          cp "/host/npm/$name" $out
        elif command -v npm >/dev/null; then
          HOME=$NIX_BUILD_TOP npm pack --loglevel=error "$package"
          mv "$name" $out
        else
          echo "error: $name is not among the packages lent to the sandbox" >&2
          echo "run tests/setup/nix.sh, which fetches those of the lock files" >&2
          exit 1
        fi
      '';
      installPhase = "true";
    };
in
pkgs.runCommand "node-modules" { } (
  builtins.concatStringsSep "\n" (
    map (folder: ''
      mkdir -p $out/${folder}
      tar xf ${fetch folder lock.packages.${folder}} -C $out/${folder} --strip-components=1
    '') folders
  )
)
