import Enc.DSL.Decidable
import Enc.DSL.Stmt

/-!
# Only explicit inputs count

The value of an expression and the run of a statement depend on what names are bound to and on
nothing else: environments that answer every look-up alike give the same value and the same
effects, however they came about.
-/

namespace Enc.Proofs
open Enc.DSL

/-- Two environments answer alike. -/
def Alike (a b : Env) : Prop := ∀ x, Env.lookup a x = Env.lookup b x

theorem Alike.extend {a b : Env} (h : Alike a b) (x : String) (v : Val) :
    Alike (Env.extend a x v) (Env.extend b x v) := by
  intro y
  have := h y
  simp only [Env.lookup, Env.extend, fieldOf] at this ⊢
  split <;> simp_all

theorem foldVals_alike {f g : Val → Val → Val} (h : ∀ a v, f a v = g a v) :
    ∀ (vs : List Val) (acc : Val), foldVals f acc vs = foldVals g acc vs
  | [], _ => rfl
  | v :: vs, acc => by simp only [foldVals, h]; exact foldVals_alike h vs _

mutual
  theorem eval_alike (fns : Fns) : ∀ (e : Expr) (a b : Env), Alike a b →
      evalIn fns a e = evalIn fns b e
    | .var x, a, b, h => h x
    | .lit _, _, _, _ => rfl
    | .letE x v body, a, b, h => by
      simp only [evalIn]
      rw [eval_alike fns v a b h]
      exact eval_alike fns body _ _ (h.extend x _)
    | .ifE c t e, a, b, h => by
      simp only [evalIn]
      rw [eval_alike fns c a b h, eval_alike fns t a b h, eval_alike fns e a b h]
    | .record fs, a, b, h => by simp only [evalIn]; rw [fields_alike fns fs a b h]
    | .get obj _, a, b, h => by simp only [evalIn]; rw [eval_alike fns obj a b h]
    | .set obj _ v, a, b, h => by
      simp only [evalIn]; rw [eval_alike fns obj a b h, eval_alike fns v a b h]
    | .list es, a, b, h => by simp only [evalIn]; rw [list_alike fns es a b h]
    | .fold lst init acc x body, a, b, h => by
      simp only [evalIn]
      rw [eval_alike fns lst a b h, eval_alike fns init a b h]
      cases evalIn fns b lst with
      | list vs =>
        exact foldVals_alike
          (fun s v => eval_alike fns body _ _ ((h.extend acc s).extend x v)) vs _
      | _ => rfl
    | .dispatch scrutinee cases d, a, b, h => by
      simp only [evalIn]
      rw [eval_alike fns scrutinee a b h, eval_alike fns d a b h]
      cases evalIn fns b scrutinee with
      | str tag => simp only []; rw [cases_alike fns cases a b h tag]
      | _ => rfl
    | .op _ args, a, b, h => by simp only [evalIn]; rw [list_alike fns args a b h]
    | .prim _ args, a, b, h => by simp only [evalIn]; rw [list_alike fns args a b h]
    | .call _ args, a, b, h => by simp only [evalIn]; rw [list_alike fns args a b h]
    | .lam _ _, _, _, _ => rfl
    | .app _ _, _, _, _ => rfl
    | .rawExpr _, _, _, _ => rfl

  theorem list_alike (fns : Fns) : ∀ (es : List Expr) (a b : Env), Alike a b →
      evalList fns a es = evalList fns b es
    | [], _, _, _ => rfl
    | e :: es, a, b, h => by
      simp only [evalList]; rw [eval_alike fns e a b h, list_alike fns es a b h]

  theorem fields_alike (fns : Fns) : ∀ (fs : List (String × Expr)) (a b : Env), Alike a b →
      evalFields fns a fs = evalFields fns b fs
    | [], _, _, _ => rfl
    | (_, e) :: fs, a, b, h => by
      simp only [evalFields]; rw [eval_alike fns e a b h, fields_alike fns fs a b h]

  theorem cases_alike (fns : Fns) : ∀ (cs : List (String × Expr)) (a b : Env), Alike a b →
      ∀ tag, evalCases fns a tag cs = evalCases fns b tag cs
    | [], _, _, _, _ => rfl
    | (_, e) :: cs, a, b, h, tag => by
      simp only [evalCases]; rw [eval_alike fns e a b h, cases_alike fns cs a b h tag]
end

/-- A binding that is shadowed does not count. -/
theorem eval_shadowed (fns : Fns) (env : Env) (x : String) (old new : Val) (e : Expr) :
    evalIn fns (Env.extend (Env.extend env x old) x new) e =
      evalIn fns (Env.extend env x new) e := by
  apply eval_alike
  intro y
  simp only [Env.lookup, Env.extend, fieldOf]
  split <;> simp_all

/-- Bindings of different names may change places. -/
theorem eval_swapped (fns : Fns) (env : Env) (x y : String) (a b : Val) (e : Expr)
    (h : x ≠ y) :
    evalIn fns (Env.extend (Env.extend env x a) y b) e =
      evalIn fns (Env.extend (Env.extend env y b) x a) e := by
  apply eval_alike
  intro z
  simp only [Env.lookup, Env.extend, fieldOf]
  split <;> split <;> simp_all

theorem forVals_alike {f g : List Val → Val → Run} (h : ∀ t v, f t v = g t v) :
    ∀ (vs : List Val) (trace : List Val), forVals f trace vs = forVals g trace vs
  | [], _ => rfl
  | v :: vs, trace => by
    simp only [forVals, h]
    split
    · rfl
    · exact forVals_alike h vs _

mutual
  theorem run_alike (fns : Fns) : ∀ (s : Stmt) (a b : Env), Alike a b →
      ∀ trace, runIn fns a trace s = runIn fns b trace s
    | .ret e, a, b, h, trace => by
      have same := eval_alike fns e a b h
      cases e with
      | lit v => cases v <;> rfl
      | _ => simp only [runIn, same]
    | .emit _ payload rest, a, b, h, trace => by
      simp only [runIn]
      rw [fields_alike fns payload a b h]
      exact run_alike fns rest a b h _
    | .letS x v body, a, b, h, trace => by
      simp only [runIn]
      rw [eval_alike fns v a b h]
      exact run_alike fns body _ _ (h.extend x _) trace
    | .ifS c t e, a, b, h, trace => by
      simp only [runIn]
      rw [eval_alike fns c a b h, run_alike fns t a b h trace, run_alike fns e a b h trace]
    | .dispatch scrutinee cases d, a, b, h, trace => by
      simp only [runIn]
      rw [eval_alike fns scrutinee a b h, run_alike fns d a b h trace]
      cases evalIn fns b scrutinee with
      | str tag => simp only []; rw [run_cases_alike fns cases a b h trace tag]
      | _ => rfl
    | .forIn c x body rest, a, b, h, trace => by
      simp only [runIn]
      rw [eval_alike fns c a b h]
      cases evalIn fns b c with
      | list vs =>
        have loop := forVals_alike
          (f := fun trace v => runIn fns (Env.extend a x v) trace body)
          (g := fun trace v => runIn fns (Env.extend b x v) trace body)
          (fun t v => run_alike fns body _ _ (h.extend x v) t) vs trace
        simp only []
        rw [loop]
        generalize forVals _ trace vs = run
        match run with
        | ⟨some _, _⟩ => rfl
        | ⟨none, t⟩ => exact run_alike fns rest a b h t
      | _ => exact run_alike fns rest a b h trace
    | .seq s t, a, b, h, trace => by
      simp only [runIn]
      rw [run_alike fns s a b h trace]
      generalize runIn fns b trace s = run
      match run with
      | ⟨some _, _⟩ => rfl
      | ⟨none, u⟩ => exact run_alike fns t a b h u

  theorem run_cases_alike (fns : Fns) : ∀ (cs : List (String × Stmt)) (a b : Env), Alike a b →
      ∀ trace tag, runCases fns a trace tag cs = runCases fns b trace tag cs
    | [], _, _, _, _, _ => rfl
    | (_, s) :: cs, a, b, h, trace, tag => by
      simp only [runCases]
      rw [run_alike fns s a b h trace, run_cases_alike fns cs a b h trace tag]
end

end Enc.Proofs
