import Enc.Bodies
import Enc.DSL.Image
import Enc.DSL.Program
import Enc.Spec

/-!
# The exporter

Prints one line for each module and template of the spec: the path of its image file, a tab, and
the image. The argument is the folder of the Lean sources, below which the bodies stand.
-/

namespace Enc.Export
open Enc.DSL

/-- Prints the images of modules in order. -/
def printAll (output : IO.FS.Stream) : List SpecModule → IO Unit
  | [] => pure ()
  | m :: rest => do
    output.putStrLn (m.path ++ ".json\t" ++ moduleImage m.decl)
    printAll output rest

/-- Prints the images of templates in order, with the texts that stand below `folder`. -/
def printTemplates (output : IO.FS.Stream) (folder : String) : List Template → IO Unit
  | [] => pure ()
  | t :: rest => do
    let text ← IO.FS.readFile ⟨folder ++ "/Enc/Bodies/" ++ t.path⟩
    output.putStrLn (t.source ++ ".json\t" ++ templateImage t text)
    printTemplates output folder rest

/-- The folder that the arguments name, else the working folder. -/
def folderOf : List String → String
  | folder :: _ => folder
  | [] => "."

end Enc.Export

open Enc in
/-- Prints the spec. -/
def main (arguments : List String) : IO UInt32 := do
  let output ← IO.getStdout
  Export.printAll output specModules
  Export.printTemplates output (Export.folderOf arguments) templates
  return 0
