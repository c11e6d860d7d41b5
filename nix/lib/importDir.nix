# Imports every file of a folder as an attribute of the file's name, and gives each the scope.
dir: scope:
builtins.listToAttrs (
  map (file: {
    name = builtins.substring 0 (builtins.stringLength file - 4) file;
    value = import (dir + "/${file}") scope;
  }) (builtins.filter (file: builtins.match ".*\\.nix" file != null) (builtins.attrNames (builtins.readDir dir)))
)
