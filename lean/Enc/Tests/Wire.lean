import Enc.DSL.Answer

/-!
# Tests of the image and of requests

These run in the interpreter, as the referee does.
-/

namespace Enc.Tests.Wire
open Enc.DSL

/-- Reads a value and prints it again; the reason where it is refused. -/
def echoVal (text : String) : String :=
  match parseJson text with
  | .error reason => reason
  | .ok tree =>
    match readVal 100 tree with
    | .ok v => finishText (pushVal [] v)
    | .error reason => reason

/-- A value of every kind. -/
def values : String :=
  "{\"list\":[{\"nat\":\"0\"},{\"bool\":true},{\"str\":\"\\u0000é\"},{\"bytes\":\"00ff\"},{\"list\":[]},"
    ++ "{\"record\":[[\"b\",{\"none\":null}],[\"a\",{\"bool\":false}]]}]}"

#guard echoVal values = values
#guard echoVal " { \"str\" : \"\\ud83d\\ude00\" } " = "{\"str\":\"😀\"}"
#guard echoVal "{\"nat\":\"01\"}" = "bad natural"
#guard echoVal "{\"nat\":\"\"}" = "bad natural"
#guard echoVal "{\"nat\":1}" = "expected a value"
#guard echoVal "{\"bytes\":\"FF\"}" = "bad bytes"
#guard echoVal "{\"bytes\":\"f\"}" = "bad bytes"
#guard echoVal "{\"none\":null,\"none\":null}" = "repeated key"
#guard echoVal "{\"none\":null,\"nat\":\"1\"}" = "expected a value"
#guard echoVal "{\"str\":\"\\udc00\"}" = "lone surrogate"
#guard echoVal "{\"str\":\"\\ud800x\"}" = "lone surrogate"
#guard echoVal "{\"none\":null} x" = "text after the end"
#guard echoVal "{\"none\":nul}" = "unexpected character"
#guard echoVal "{\"list\":[{\"none\":null},]}" = "unexpected character"

/-- Lists, nested `n` deep. -/
def nested (n : Nat) : String :=
  let rec go : Nat → String → String
    | 0, text => text
    | n + 1, text => go n ("{\"list\":[" ++ text ++ "]}")
  go n "{\"none\":null}"

#guard echoVal (nested 40) = nested 40
#guard echoVal (nested 999) = "expected a value"
#guard echoVal (nested 1000) = "LIMIT_DEPTH"

/-- Reads a module and prints it again. -/
def echoModule (text : String) : String :=
  match parseJson text with
  | .error reason => reason
  | .ok tree =>
    match readModule 200 tree with
    | .ok m => moduleImage m
    | .error reason => reason

/-- Every expression form. -/
def allExprs : Expr :=
  .letE "x" (.app (.lam "p" (.var "p")) (.rawExpr "1n"))
    (.ifE (.op .eq [.var "x", .lit .none])
      (.fold (.list [.record [("k", .var "x")]]) (.lit (.nat 0)) "a" "e" (.get (.var "e") "k"))
      (.dispatch (.prim .jsonStringify [.call "f" []])
        [("a", .set (.record []) "k" (.lit (.bytes [])))] (.var "x")))

/-- Every statement form. -/
def allStmts : Stmt :=
  .letS "r" allExprs
    (.seq (.emit "t" [("k", .var "r")] (.ret (.lit .none)))
      (.ifS (.var "r")
        (.forIn (.var "r") "e" (.ret (.var "e")) (.ret (.lit .none)))
        (.dispatch (.var "r") [("a", .ret (.lit .none))] (.ret (.var "r")))))

/-- A module with every kind of declaration. -/
def everything : ModuleDecl :=
  { name := "All", header := "h",
    imports := [(["a", "b"], "kernel/X"), ([], "kernel/Y")],
    constants := [("N", allExprs)],
    classes :=
      [{ name := "C", isExport := false, constructorParams := ["p"], constructorBody := allStmts,
         methods := [{ name := "m", params := ["q"], isAsync := true, body := allStmts }] }],
    functions := [{ name := "f", params := ["x", "y"], isAsync := true, body := allExprs }],
    effectFunctions := [{ name := "g", params := [], isExport := false, body := allStmts }] }

#guard echoModule (moduleImage everything) = moduleImage everything
#guard moduleImage { name := "E", header := "", imports := [] }
    = "{\"module\":{\"classes\":[],\"constants\":[],\"effectFunctions\":[],\"functions\":[],"
        ++ "\"header\":\"\",\"imports\":[],\"name\":\"E\"}}"
#guard echoModule "{\"module\":{\"name\":\"E\",\"header\":\"\",\"imports\":[],\"extra\":1}}"
    = "unknown key extra"
#guard echoModule "{\"module\":{\"name\":\"E\",\"header\":\"\"}}" = "missing key imports"

/-- The answer to one line where there are no modules. -/
def answer (line : String) : String := (answerLine (Desk.ofModules []) line).1

#guard answer "{\"id\":\"a\\n\",\"expr\":{\"var\":\"x\"},\"env\":[[\"x\",{\"nat\":\"1\"}],[\"x\",{\"nat\":\"2\"}]]}"
    = "{\"id\":\"a\\n\",\"ok\":{\"nat\":\"2\"}}"
#guard answer "{\"id\":7,\"stmt\":{\"ret\":{\"lit\":{\"bool\":true}}}}"
    = "{\"id\":7,\"ok\":{\"record\":[[\"effects\",{\"list\":[]}],[\"value\",{\"bool\":true}]]}}"
#guard answer "[]" = "{\"id\":null,\"refused\":\"expected an object\"}"
#guard answer "" = "{\"id\":null,\"refused\":\"text ends early\"}"
#guard answer "{\"id\":\"1\",\"call\":\"a/B.f\",\"args\":[]}"
    = "{\"id\":\"1\",\"refused\":\"unknown module\"}"

/-- A request that brings its own program. -/
def bringing : String :=
  "{\"id\":\"1\",\"program\":[[\"app/P\",{\"module\":{\"name\":\"P\",\"header\":\"\",\"imports\":[],"
    ++ "\"functions\":[{\"name\":\"f\",\"params\":[\"a\"],\"body\":{\"var\":\"a\"}}]}}]],"
    ++ "\"call\":\"app/P.f\",\"args\":[{\"nat\":\"4\"}]}"

#guard answer bringing = "{\"id\":\"1\",\"ok\":{\"nat\":\"4\"}}"
#guard
    (answerLine (answerLine (Desk.ofModules []) bringing).2
      "{\"id\":\"2\",\"programRef\":true,\"call\":\"app/P.f\",\"args\":[{\"nat\":\"5\"}]}").1
      = "{\"id\":\"2\",\"ok\":{\"nat\":\"5\"}}"

end Enc.Tests.Wire
