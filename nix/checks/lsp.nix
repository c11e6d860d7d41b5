# The language server, asked by the client library that editors are built on.
{
  pkgs,
  packages,
  sources,
  lspClient,
  ...
}:
pkgs.stdenv.mkDerivation {
  name = "etymon-lsp";
  src = sources.lsp;
  nativeBuildInputs = [
    packages.etymon
    pkgs.nodejs
  ];
  buildPhase = ''
    export HOME=$NIX_BUILD_TOP NODE_PATH=${lspClient}/node_modules
    DEDUCIBLE=$(command -v deducible) node --test tests/e2e/lsp/session.test.cjs
  '';
  installPhase = "touch $out";
  dontFixup = true;
}
