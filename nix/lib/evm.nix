# What a check needs that runs emitted contracts and circuits, on an EVM that is on no network.
{
  pkgs,
  instruments,
  packages,
  ...
}:
{
  nativeBuildInputs = [
    packages.etymon
    pkgs.nodejs
  ];
  # The shell commands that run the suite `script`.
  run = script: ''
    # The scripts call each other by their first lines, which a sandbox of nixpkgs lacks an interpreter for.
    if [ "$(type -t patchShebangs)" = function ]; then patchShebangs tests; fi
    export HOME=$NIX_BUILD_TOP ETYMON_INSTRUMENTS=${instruments} DEDUCIBLE=$(command -v deducible)
    bash ${script}
  '';
}
