import Enc.DSL.Image
import Enc.DSL.Program
import Enc.Spec

/-!
# The exporter

Prints one line for each module of the spec: the path of its image file, a tab, and the image.
-/

namespace Enc.Export
open Enc.DSL

/-- Prints the images of modules in order. -/
def printAll (output : IO.FS.Stream) : List SpecModule → IO Unit
  | [] => pure ()
  | m :: rest => do
    output.putStrLn (m.path ++ ".json\t" ++ moduleImage m.decl)
    printAll output rest

end Enc.Export

open Enc in
/-- Prints the spec. -/
def main (_ : List String) : IO UInt32 := do
  Export.printAll (← IO.getStdout) specModules
  return 0
