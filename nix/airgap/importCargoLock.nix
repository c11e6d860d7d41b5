# `rustPlatform.importCargoLock` without a network: every crate of a Cargo.lock is a fixed-output
# derivation, known by the lock's checksum, that is copied from the host's cargo cache.
{ mkDerivation, runCommand }:
{ lockFile }:
let
  lock = builtins.fromTOML (builtins.readFile lockFile);
  external = builtins.filter (package: package ? source) lock.package;

  fetchCrate =
    { name, version, checksum, ... }:
    mkDerivation {
      name = "crate-${name}-${version}.tar.gz";
      dontUnpack = true;
      outputHashMode = "flat";
      outputHashAlgo = "sha256";
      outputHash = checksum;
      file = "${name}-${version}.crate";
      buildPhase = ''
        shopt -s nullglob
        for cached in /host/crates/*/"$file" /*/.cargo/registry/cache/*/"$file" \
          /home/*/.cargo/registry/cache/*/"$file"; do
          cp "$cached" $out
          exit 0
        done
        echo "error: $file is not in the cargo cache lent to the sandbox" >&2
        echo "run tests/setup/nix.sh, which fetches the crates of Cargo.lock" >&2
        exit 1
      '';
      installPhase = "true";
    };

  crates = map (package: {
    dir = "${package.name}-${package.version}";
    inherit (package) checksum;
    tarball = fetchCrate package;
  }) external;
in
runCommand "cargo-vendor-dir" { } ''
  mkdir -p $out
  unpack() {
    mkdir "$out/$1"
    tar xf "$3" -C "$out/$1" --strip-components=1
    printf '{"files":{},"package":"%s"}' "$2" >"$out/$1/.cargo-checksum.json"
  }
  ${builtins.concatStringsSep "\n" (
    map (crate: "unpack ${crate.dir} ${crate.checksum} ${crate.tarball}") crates
  )}
''
