import Enc.DSL.Answer
import Enc.Spec

/-!
# The referee

Answers conformance requests on standard input, one line each (`Enc.DSL.Answer`), until it ends.
-/

namespace Enc.Referee
open Enc.DSL

/-- Answers every line. A line that is no text is refused like any other bad line. -/
partial def serve (input output : IO.FS.Stream) (desk : Desk) : IO Unit := do
  let line ← try input.getLine catch _ => pure "\n"
  unless line.isEmpty do
    let (answer, desk) := answerLine desk line
    output.putStrLn answer
    output.flush
    serve input output desk

end Enc.Referee

open Enc Enc.DSL in
/-- Serves standard input. -/
def main (_ : List String) : IO UInt32 := do
  Referee.serve (← IO.getStdin) (← IO.getStdout) (Desk.ofModules specModules)
  return 0
