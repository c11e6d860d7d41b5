import Enc.DSL.Decidable
import Enc.DSL.Program
import Enc.Modules.Access
import Enc.Modules.Rbac

/-!
# Access control, in general

A denial is in force whatever rows follow it, and a gate is closed until it is opened: stated about
`evalIn` and the bodies that the modules export, for all rows, roles, gates and functions in scope.
-/

namespace Enc.Proofs
open Enc.DSL Enc.Modules

variable {fns : Fns} {env : Env}

/-- A choice between nothing and nothing is nothing, whatever the condition. -/
theorem ifE_none {c t e : Expr} (ht : evalIn fns env t = .none) (he : evalIn fns env e = .none) :
    evalIn fns env (.ifE c t e) = .none := by
  simp only [evalIn]
  split
  · exact ht
  · exact he
  · rfl

/-- Once a row denies, no row grants. -/
theorem verdict_step_denied (h : evalIn fns env (v "said") = .none) :
    evalIn fns env Rbac.verdictStep = .none := by
  have kept (x : Expr) : evalIn fns env (Modules.or (v "said") x) = .none := by
    simp only [Modules.or, evalIn, evalList, h]
    rfl
  exact ifE_none (ifE_none (ifE_none rfl (kept _)) h) h

/-- The verdict over rows, as `verdict` folds it. -/
def said (fns : Fns) (env : Env) (start : Val) (rows : List Val) : Val :=
  foldVals
    (fun acc row =>
      evalIn fns (Env.extend (Env.extend env "said" acc) "row" row) Rbac.verdictStep)
    start rows

/-- Deny overrides grant: after a denial the verdict stays, over all rows that follow. -/
theorem denied_for_good (rows : List Val) : said fns env .none rows = .none := by
  induction rows with
  | nil => rfl
  | cons row rows ih =>
    simp only [said, foldVals]
    rw [verdict_step_denied (by simp [Modules.v, evalIn, Env.lookup, Env.extend, fieldOf])]
    exact ih

/-- A gate of which nothing is known is closed, whatever its name. -/
theorem gate_closed_at_first (alias : Val) :
    evalIn fns [("gates", .list []), ("alias", alias)] Rbac.isOpen.body = .bool false := rfl

/-- The functions and constants that rows are looked at with. -/
def rowFns : Fns :=
  let includes := ("includes", Rbac.includes.toFn [] [])
  let isOpen := ("isOpen", Rbac.isOpen.toFn [] [])
  [ ("rowConcerns", Access.rowConcerns.toFn [includes] []), includes, isOpen ]

/-- A row that lets everyone in, behind a gate. -/
def gatedRow : Val :=
  .record
    [ ("alias", .str "door"), ("event", .str "Move"), ("from", .str "OUTSIDER"),
      ("operator", .list [.str "Public"]), ("ops", .list [.str "C"]), ("to", .str "MEMBER") ]

/-- The rows that count for that move. -/
def counting (gates : List Val) : Val :=
  evalIn rowFns
    [ ("policy", .record [("rows", .list [gatedRow])]), ("gates", .list gates),
      ("want", .record
        [("event", .str "Move"), ("from", .str "OUTSIDER"), ("to", .str "MEMBER")]) ]
    Access.rowsFor.body

def door (isOpen : Bool) : Val := .record [("alias", .str "door"), ("open", .bool isOpen)]

theorem closed_gate_grants_nothing :
    counting [] = .record [("rows", .list [])] := by decide +kernel

theorem shut_gate_grants_nothing :
    counting [door false] = .record [("rows", .list [])] := by decide +kernel

theorem open_gate_counts :
    counting [door true] = .record [("rows", .list [gatedRow])] := by decide +kernel

/-- The functions that a verdict is found with. -/
def verdictFns : Fns :=
  let includes := ("includes", Rbac.includes.toFn [] [])
  [("operatorMatches", Rbac.operatorMatches.toFn [includes] []), includes]

/-- Rows about posts by admins, one for each of these operations. -/
def postRows : List String → List Val
  | [] => []
  | op :: rest =>
    .record
      [("event", .str "post"), ("operator", .str "admin"), ("ops", .list [.str op])] ::
      postRows rest

/-- The verdict on creating a post, by an admin, of rows with these operations. -/
def verdictOn (ops : List String) : Val :=
  evalIn verdictFns
    [ ("rows", .list (postRows ops)), ("roles", .list [.str "admin"]), ("event", .str "post"),
      ("op", .str "C"), ("DENY_PREFIX", .str "_") ]
    Rbac.verdict.body

theorem verdict_grant_then_deny : verdictOn ["C", "_C"] = .none := by decide +kernel

theorem verdict_deny_then_grant : verdictOn ["_C", "C", "C"] = .none := by decide +kernel

theorem verdict_grant : verdictOn ["C"] = .bool true := by decide +kernel

theorem verdict_silent : verdictOn ["U"] = .bool false := by decide +kernel

end Enc.Proofs
