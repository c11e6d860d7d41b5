# A folder as a derivation's input: alone, wherever in a repository it lies.
name: path:
if builtins.isPath path then builtins.path { inherit name path; } else path
