{
  description = "The few nixpkgs attributes that Etymon uses, made from the toolchains of the host";

  outputs = _: {
    legacyPackages.x86_64-linux = import ./packages.nix "x86_64-linux";
  };
}
