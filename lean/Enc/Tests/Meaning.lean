import Enc.DSL.Program
import Enc.DSL.Decidable

/-!
# Tests of expressions, statements and programs

Each settles one sentence of the meaning by computing it.
-/

namespace Enc.Tests.Meaning
open Enc.DSL

/-- A natural. -/
def n (value : Nat) : Expr := .lit (.nat value)
/-- A text. -/
def s (value : String) : Expr := .lit (.str value)

/-! Operations: truncation, division by zero, shifts, wrong types and arities. -/

example : eval [] (.op .sub [n 3, n 5]) = .nat 0 := by decide +kernel
example : eval [] (.op .div [n 7, n 2]) = .nat 3 := by decide +kernel
example : eval [] (.op .div [n 7, n 0]) = .none := by decide +kernel
example : eval [] (.op .mod [n 7, n 0]) = .none := by decide +kernel
example : eval [] (.op .bnot [n 7]) = .nat 7 := by decide +kernel
example : eval [] (.op .shl [n 1, n 4096]) = .nat (1 <<< 4096) := by decide +kernel
example : eval [] (.op .shl [n 0, n 4097]) = .none := by decide +kernel
example : eval [] (.op .shr [n 5, n (2 ^ 70)]) = .nat 0 := by decide +kernel
example : eval [] (.op .shr [n 0, n 0]) = .nat 0 := by decide +kernel
example : eval [] (.op .shr [n 1, n 0]) = .nat 1 := by decide +kernel
example : eval [] (.op .shr [n (2 ^ 200), n 199]) = .nat 2 := by decide +kernel
example : eval [] (.op .add [n 1]) = .none := by decide +kernel
example : eval [] (.op .add [n 1, s "1"]) = .none := by decide +kernel
example : eval [] (.op .lt [s "a", s "b"]) = .none := by decide +kernel
example : eval [] (.op .eq [n 1, .lit .none]) = .bool false := by decide +kernel
example : eval [] (.op .and [.lit (.bool false), n 1]) = .none := by decide +kernel
example : eval [] (.op .lengthStr [s "aé😀"]) = .nat 3 := by decide +kernel
example : eval [] (.op .lengthBytes [.lit (.bytes [1, 2])]) = .nat 2 := by decide +kernel
example :
    eval [] (.op .eq [.record [("a", n 1), ("b", n 2)], .record [("b", n 2), ("a", n 1)]])
      = .bool true := by decide +kernel

/-! Bindings and control. -/

example : eval [] (.var "x") = .none := by decide +kernel
example : eval [("x", .nat 1), ("x", .nat 2)] (.var "x") = .nat 1 := by decide +kernel
example : eval [("x", .record [("b", .none), ("a", .none)])] (.var "x")
    = .record [("a", .none), ("b", .none)] := by decide +kernel
example : eval [] (.letE "x" (n 1) (.letE "x" (.op .add [.var "x", n 1]) (.var "x"))) = .nat 2 :=
  by decide +kernel
example : eval [] (.ifE (n 1) (n 2) (n 3)) = .none := by decide +kernel
example : eval [] (.dispatch (s "k") [("k", n 1), ("k", n 2)] (n 3)) = .nat 1 := by decide +kernel
example : eval [] (.dispatch (n 1) [("1", n 1)] (n 3)) = .nat 3 := by decide +kernel
example : eval [] (.fold (.lit (.bytes [1])) (n 0) "a" "x" (.var "x")) = .none := by decide +kernel
example : eval [] (.fold (.list [n 1, n 2]) (n 9) "x" "x" (.var "x")) = .nat 2 := by decide +kernel
example : eval [] (.get (.list [n 4, n 5]) "01") = .nat 5 := by decide +kernel
example : eval [] (.get (.list [n 4, n 5]) "2") = .none := by decide +kernel
example : eval [] (.get (.list [n 4]) "length") = .none := by decide +kernel
example : eval [] (.get (.record [("0", n 4)]) "0") = .nat 4 := by decide +kernel
example : eval [] (.get (.record [("0", n 4)]) "00") = .none := by decide +kernel
example : eval [] (.set (.record [("b", n 1)]) "a" (n 2))
    = .record [("a", .nat 2), ("b", .nat 1)] := by decide +kernel
example : eval [] (.set (.list [n 1]) "0" (n 2)) = .none := by decide +kernel
example : eval [] (.record [("k", n 1), ("j", n 3), ("k", n 2)])
    = .record [("j", .nat 3), ("k", .nat 2)] := by decide +kernel
example : eval [] (.app (.lam "x" (.var "x")) (n 1)) = .none := by decide +kernel
example : eval [] (.call "f" []) = .none := by decide +kernel
example : eval [] (.rawExpr "1") = .none := by decide +kernel

/-! Statements. -/

/-- The effect that `emit "t" [("k", …)]` makes. -/
def effect (k : Nat) : Val := .record [("k", .nat k), ("type", .str "t")]

/-- Emits that effect and falls through. -/
def emits (k : Expr) : Stmt := .emit "t" [("k", k)] (.ret (.lit .none))

example : exec [] (.seq (emits (n 1)) (.seq (.ret (n 5)) (emits (n 2))))
    = (some (.nat 5), [effect 1]) := by decide +kernel
example : exec [] (.seq (.ret (.letE "x" (.lit .none) (.var "x"))) (emits (n 2)))
    = (some .none, []) := by decide +kernel
example : exec [] (.seq (.letS "x" (n 1) (emits (.var "x"))) (.ret (.var "x")))
    = (some .none, [effect 1]) := by decide +kernel
example : exec [] (.seq (.ifS (n 1) (.ret (n 1)) (.ret (n 2))) (.ret (n 3)))
    = (some (.nat 3), []) := by decide +kernel
example :
    exec []
      (.forIn (.list [n 1, n 2, n 3]) "x"
        (.seq (emits (.var "x")) (.ifS (.op .eq [.var "x", n 2]) (.ret (s "two")) (.ret (.lit .none))))
        (.ret (s "rest")))
      = (some (.str "two"), [effect 1, effect 2]) := by decide +kernel
example : exec [] (.forIn (n 1) "x" (.ret (n 2)) (.ret (n 3))) = (some (.nat 3), []) := by decide +kernel
example : exec [] (.dispatch (n 1) [("1", .ret (n 1))] (emits (n 2))) = (none, [effect 2]) := by decide +kernel

/-! Programs: resolution, exports, constants, classes. -/

/-- A module whose functions try everything that may not resolve. -/
def base : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Base", header := "", imports := [],
        constants := [("ONE", n 1), ("TWO", .op .add [.var "ONE", .var "ONE"]),
          ("EARLY", .var "LATE"), ("LATE", n 9)],
        functions :=
          [ { name := "early", params := ["x"], body := .call "late" [.var "x"] },
            { name := "late", params := ["x"], body := .op .add [.var "x", .var "TWO"] },
            { name := "twice", params := ["late"], body := .call "late" [.var "late"] },
            { name := "hidden", params := [], isExport := false, body := n 7 },
            { name := "shadow", params := ["ONE"], body := .var "ONE" } ],
        effectFunctions :=
          [ { name := "tell", params := ["x"], body := .emit "t" [("k", .var "x")] (.ret (.lit .none)) } ],
        classes :=
          [ { name := "Box", constructorParams := ["x"],
              constructorBody := .ret (.record [("x", .var "x")]),
              methods :=
                [ { name := "peek", params := [], body := .ret (.get (.var "this") "x") },
                  { name := "again", params := [],
                    body := .ret (.get (.call "Box.peek" [.call "Box.new" [n 3]]) "value") } ] },
            { name := "Empty" },
            { name := "Odd", constructorBody := .ret (n 1) } ] } }

/-- A module that imports some of it. -/
def user : SpecModule :=
  { layer := "node",
    decl :=
      { name := "User", header := "",
        imports := [(["late", "hidden", "tell", "TWO", "Box"], "kernel/Base")],
        constants := [("FOUR", .call "late" [.var "TWO"])],
        functions :=
          [ { name := "four", params := [], body := .var "FOUR" },
            { name := "one", params := [], body := .var "ONE" },
            { name := "secret", params := [], body := .call "hidden" [] },
            { name := "told", params := [], body := .call "tell" [n 1] },
            { name := "boxed", params := [],
              body := .get (.call "Box.peek" [.call "Box.new" [n 8]]) "value" },
            { name := "short", params := [], body := .call "late" [] } ] } }

/-- What the program answers to a call; nothing if it exports no such function. -/
def ask (path name : String) (args : List Val) : Option Val :=
  match Program.find (Program.ofModules [base, user]) path with
  | some exports =>
    match exports.find name with
    | some f => some (f.run args)
    | none => none
  | none => none

example : ask "kernel/Base" "late" [.nat 1] = some (.nat 3) := by decide +kernel
example : ask "kernel/Base" "early" [.nat 1] = some .none := by decide +kernel
example : ask "kernel/Base" "twice" [.nat 1] = some (.nat 3) := by decide +kernel
example : ask "kernel/Base" "hidden" [] = none := by decide +kernel
example : ask "kernel/Base" "shadow" [.nat 5] = some (.nat 5) := by decide +kernel
example : ask "kernel/Base" "tell" [.nat 5]
    = some (.record [("effects", .list [effect 5]), ("value", .none)]) := by decide +kernel
example : ask "kernel/Base" "Box.again" [.none]
    = some (.record [("effects", .list []), ("value", .nat 3)]) := by decide +kernel
example : ask "kernel/Base" "Empty.new" [] = some (.record []) := by decide +kernel
example : ask "kernel/Base" "Odd.new" [] = some .none := by decide +kernel
example : ask "node/User" "four" [] = some (.nat 4) := by decide +kernel
example : ask "node/User" "one" [] = some .none := by decide +kernel
example : ask "node/User" "secret" [] = some .none := by decide +kernel
example : ask "node/User" "told" [] = some .none := by decide +kernel
example : ask "node/User" "boxed" [] = some (.nat 8) := by decide +kernel
example : ask "node/User" "short" [] = some .none := by decide +kernel
example : ask "node/Missing" "four" [] = none := by decide +kernel
example : fieldOf "EARLY" (base.decl.link []).constants = .none := by decide +kernel

end Enc.Tests.Meaning
