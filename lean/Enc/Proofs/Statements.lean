import Enc.DSL.Decidable
import Enc.DSL.Stmt

/-!
# Order and flow of statements

What the effect trace guarantees: effects stand in program order and are never taken back, a
return ends everything after it, and only the literal `ret (lit none)` falls through.
-/

namespace Enc.Proofs
open Enc.DSL

variable (fns : Fns) (env : Env) (trace : List Val)

/-! ## Flow -/

theorem flow_ret_none : runIn fns env trace (.ret (.lit .none)) = ⟨none, trace⟩ := rfl

/-- Any other return ends the function, one whose value is absence too. -/
theorem flow_ret_value (x : String) :
    runIn fns env trace (.ret (.var x)) = ⟨some (Env.lookup env x), trace⟩ := rfl

theorem flow_seq_ends {a b : Stmt} {v : Val} {after : List Val}
    (h : runIn fns env trace a = ⟨some v, after⟩) :
    runIn fns env trace (.seq a b) = ⟨some v, after⟩ := by
  simp [runIn, h]

theorem flow_seq_falls {a b : Stmt} {after : List Val}
    (h : runIn fns env trace a = ⟨none, after⟩) :
    runIn fns env trace (.seq a b) = runIn fns env after b := by
  simp [runIn, h]

/-- A statement that falls through at once may be left out. -/
theorem flow_seq_skip (b : Stmt) :
    runIn fns env trace (.seq (.ret (.lit .none)) b) = runIn fns env trace b := rfl

theorem flow_if_other {c : Expr} {t e : Stmt} (h : ∀ b, evalIn fns env c ≠ .bool b) :
    runIn fns env trace (.ifS c t e) = ⟨none, trace⟩ := by
  cases hc : evalIn fns env c with
  | bool b => exact absurd hc (h b)
  | _ => simp [runIn, hc]

/-- What is no list is run through zero times. -/
theorem flow_for_other {c : Expr} {x : String} {body rest : Stmt}
    (h : ∀ vs, evalIn fns env c ≠ .list vs) :
    runIn fns env trace (.forIn c x body rest) = runIn fns env trace rest := by
  cases hc : evalIn fns env c with
  | list vs => exact absurd hc (h vs)
  | _ => simp [runIn, hc]

theorem flow_dispatch_default {scrutinee : Expr} {cases : List (String × Stmt)} {d : Stmt}
    (h : ∀ s, evalIn fns env scrutinee ≠ .str s) :
    runIn fns env trace (.dispatch scrutinee cases d) = runIn fns env trace d := by
  cases hc : evalIn fns env scrutinee with
  | str s => exact absurd hc (h s)
  | _ => simp [runIn, hc]

/-- Of repeated cases the first counts. -/
theorem flow_dispatch_first {scrutinee : Expr} {tag : String} {s d : Stmt}
    {rest : List (String × Stmt)} (h : evalIn fns env scrutinee = .str tag) :
    runIn fns env trace (.dispatch scrutinee ((tag, s) :: rest) d) = runIn fns env trace s := by
  simp [runIn, runCases, h]

/-- A return inside a loop ends the loop and what follows it. -/
theorem flow_for_return :
    exec [] (.seq
      (.forIn (.list [.lit (.nat 1), .lit (.nat 2)]) "x"
        (.emit "e" [("n", .var "x")] (.ret (.var "x"))) (.ret (.lit .none)))
      (.ret (.lit (.nat 9)))) =
      (some (.nat 1), [.record [("n", .nat 1), ("type", .str "e")]]) := by decide

/-! ## Effects -/

/-- `emit A; emit B` gives A before B. -/
theorem effects_in_order (a b : String) :
    exec [] (.emit a [] (.emit b [] (.ret (.lit .none)))) =
      (none, [.record [("type", .str a)], .record [("type", .str b)]]) := rfl

/-- `emit A; emit B ≠ emit B; emit A`. -/
theorem effects_do_not_commute :
    exec [] (.emit "a" [] (.emit "b" [] (.ret (.lit .none)))) ≠
      exec [] (.emit "b" [] (.emit "a" [] (.ret (.lit .none)))) := by decide

/-- The effects of a loop stand in the order of its elements. -/
theorem effects_of_loop :
    exec [("xs", .list [.nat 1, .nat 2, .nat 3])]
      (.forIn (.var "xs") "x" (.emit "e" [("n", .var "x")] (.ret (.lit .none)))
        (.ret (.lit .none))) =
      (none, [.record [("n", .nat 1), ("type", .str "e")],
        .record [("n", .nat 2), ("type", .str "e")],
        .record [("n", .nat 3), ("type", .str "e")]]) := by decide

/-- A run after some effects, seen as a run from the start put on top of them. -/
noncomputable def onTop (run : Run) (trace : List Val) : Run := ⟨run.value, run.trace ++ trace⟩

theorem onTop_onTop (run : Run) (a b : List Val) : onTop (onTop run a) b = onTop run (a ++ b) := by
  simp [onTop]

theorem forVals_onTop {f : List Val → Val → Run}
    (h : ∀ trace v, f trace v = onTop (f [] v) trace) :
    ∀ (vs : List Val) (trace : List Val), forVals f trace vs = onTop (forVals f [] vs) trace
  | [], trace => by simp [forVals, onTop]
  | v :: vs, trace => by
    simp only [forVals]
    rw [h trace v]
    generalize f [] v = run
    match run with
    | ⟨some value, t⟩ => simp [onTop]
    | ⟨none, t⟩ =>
      simp only [onTop]
      rw [forVals_onTop h vs (t ++ trace), forVals_onTop h vs t]
      simp [onTop]

mutual
  /-- What has been emitted is never taken back or changed, and what is emitted later does not
  depend on it: a statement only puts its own effects on top. -/
  theorem effects_only_grow (fns : Fns) : ∀ (s : Stmt) (env : Env) (trace : List Val),
      runIn fns env trace s = onTop (runIn fns env [] s) trace
    | .ret e, env, trace => by
      cases e with
      | lit v => cases v <;> rfl
      | _ => rfl
    | .emit t p rest, env, trace => by
      simp only [runIn]
      rw [effects_only_grow fns rest env (_ :: trace), effects_only_grow fns rest env [_]]
      simp [onTop]
    | .letS x v body, env, trace => by
      simp only [runIn]
      exact effects_only_grow fns body _ trace
    | .ifS c t e, env, trace => by
      simp only [runIn]
      split
      · exact effects_only_grow fns t env trace
      · exact effects_only_grow fns e env trace
      · simp [onTop]
    | .dispatch scrutinee cases d, env, trace => by
      simp only [runIn]
      split
      · next tag _ =>
        rw [cases_only_grow fns cases env trace tag]
        cases runCases fns env [] tag cases with
        | none => exact effects_only_grow fns d env trace
        | some run => rfl
      · exact effects_only_grow fns d env trace
    | .forIn c x body rest, env, trace => by
      simp only [runIn]
      split
      · next vs _ =>
        have grows := forVals_onTop
          (f := fun trace v => runIn fns (Env.extend env x v) trace body)
          (fun t v => effects_only_grow fns body _ t) vs trace
        rw [grows]
        generalize forVals (fun trace v => runIn fns (Env.extend env x v) trace body) [] vs = run
        match run with
        | ⟨some value, t⟩ => simp [onTop]
        | ⟨none, t⟩ =>
          simp only [onTop]
          rw [effects_only_grow fns rest env (t ++ trace), effects_only_grow fns rest env t]
          simp [onTop]
      · exact effects_only_grow fns rest env trace
    | .seq a b, env, trace => by
      simp only [runIn]
      rw [effects_only_grow fns a env trace]
      generalize runIn fns env [] a = run
      match run with
      | ⟨some value, t⟩ => simp [onTop]
      | ⟨none, t⟩ =>
        simp only [onTop]
        rw [effects_only_grow fns b env (t ++ trace), effects_only_grow fns b env t]
        simp [onTop]

  theorem cases_only_grow (fns : Fns) : ∀ (cases : List (String × Stmt)) (env : Env)
      (trace : List Val) (tag : String),
      runCases fns env trace tag cases = (runCases fns env [] tag cases).map (onTop · trace)
    | [], env, trace, tag => by simp [runCases]
    | (k, s) :: rest, env, trace, tag => by
      simp only [runCases]
      split
      · rw [effects_only_grow fns s env trace]; rfl
      · exact cases_only_grow fns rest env trace tag
end

end Enc.Proofs
