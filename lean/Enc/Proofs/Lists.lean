import Enc.DSL.Decidable
import Enc.DSL.Eval
import Enc.Modules.List

/-!
# Folds are the list functions

Section 16 of the language reference as theorems about `eval`, for all lists: the derivations of
map, filter, find, any, all, sum and count compute what Lean's own functions of those names
compute.
-/

namespace Enc.Proofs
open Enc.DSL Enc.Modules Enc.Modules.List

/-! ## The helpers of evaluation are the library's functions -/

theorem appendVals_eq (xs ys : List Val) : appendVals xs ys = xs ++ ys := by
  induction xs with
  | nil => rfl
  | cons x xs ih => simp [appendVals, ih]

theorem foldVals_eq (f : Val → Val → Val) (acc : Val) (vs : List Val) :
    foldVals f acc vs = vs.foldl f acc := by
  induction vs generalizing acc with
  | nil => rfl
  | cons v vs ih => simp [foldVals, ih]

theorem countVals_eq (vs : List Val) (n : Nat) : countVals vs n = vs.length + n := by
  induction vs generalizing n with
  | nil => simp [countVals]
  | cons v vs ih => simp [countVals, ih, Nat.add_comm, Nat.add_left_comm]

theorem revVals_eq (vs acc : List Val) : revVals vs acc = vs.reverse ++ acc := by
  induction vs generalizing acc with
  | nil => rfl
  | cons v vs ih => simp [revVals, ih]

/-! ## What a body sees -/

/-- Inside a derivation: the accumulator is bound first, then the element. -/
abbrev inside (env : Env) (acc x : Val) : Env := Env.extend (Env.extend env "acc" acc) "x" x

theorem lookup_acc (env : Env) (acc x : Val) : Env.lookup (inside env acc x) "acc" = acc := by
  simp [inside, Env.extend, Env.lookup, fieldOf]

theorem lookup_x (env : Env) (acc x : Val) : Env.lookup (inside env acc x) "x" = x := by
  simp [inside, Env.extend, Env.lookup, fieldOf]

theorem beq_none (v : Val) : v.beq .none = true ↔ v = .none := Val.beq_iff_eq v .none

/-! ## The derivations -/

variable {fns : Fns} {env : Env} {items body : Expr} {vs : List Val}

theorem eval_map (f : Val → Val) (h : evalIn fns env items = .list vs)
    (hb : ∀ acc x, evalIn fns (inside env acc x) body = f x) :
    evalIn fns env (mapOver items body) = .list (vs.map f) := by
  have step : ∀ (vs acc : List Val),
      foldVals (fun a v => evalIn fns (inside env a v)
        (concatList (Modules.v "acc") (.list [body]))) (.list acc) vs =
        .list (acc ++ vs.map f) := by
    intro vs
    induction vs with
    | nil => intro acc; simp [foldVals]
    | cons v vs ih =>
      intro acc
      simp [foldVals, concatList, Modules.v, evalIn, evalList, evalOp, lookup_acc, hb,
        appendVals_eq] at ih ⊢
      simp [ih]
  simpa [mapOver, evalIn, evalList, h] using step vs []

theorem eval_filter (p : Val → Bool) (h : evalIn fns env items = .list vs)
    (hb : ∀ acc x, evalIn fns (inside env acc x) body = .bool (p x)) :
    evalIn fns env (filterOver items body) = .list (vs.filter p) := by
  have step : ∀ (vs acc : List Val),
      foldVals (fun a v => evalIn fns (inside env a v)
        (.ifE body (concatList (Modules.v "acc") (.list [Modules.v "x"])) (Modules.v "acc")))
        (.list acc) vs = .list (acc ++ vs.filter p) := by
    intro vs
    induction vs with
    | nil => intro acc; simp [foldVals]
    | cons v vs ih =>
      intro acc
      cases hp : p v <;>
        simp [foldVals, concatList, Modules.v, evalIn, evalList, evalOp, lookup_acc, lookup_x, hb,
          appendVals_eq, hp] at ih ⊢ <;> simp [ih]
  simpa [filterOver, evalIn, evalList, h] using step vs []

theorem eval_any (p : Val → Bool) (h : evalIn fns env items = .list vs)
    (hb : ∀ acc x, evalIn fns (inside env acc x) body = .bool (p x)) :
    evalIn fns env (anyOver items body) = .bool (vs.any p) := by
  have one : ∀ (acc : Bool) (v : Val), evalIn fns (inside env (.bool acc) v)
      (Modules.or (Modules.v "acc") body) = .bool (acc || p v) := by
    intro acc v
    simp [Modules.or, Modules.v, evalIn, evalList, evalOp, onBools, lookup_acc, hb]
  have step : ∀ (vs : List Val) (acc : Bool),
      foldVals (fun a v => evalIn fns (inside env a v) (Modules.or (Modules.v "acc") body))
        (.bool acc) vs = .bool (acc || vs.any p) := by
    intro vs
    induction vs with
    | nil => intro acc; simp [foldVals]
    | cons v vs ih =>
      intro acc
      simp only [foldVals]
      rw [one, ih]
      simp [Bool.or_assoc]
  simpa [anyOver, no, evalIn, Val.norm, h] using step vs false

theorem eval_all (p : Val → Bool) (h : evalIn fns env items = .list vs)
    (hb : ∀ acc x, evalIn fns (inside env acc x) body = .bool (p x)) :
    evalIn fns env (allOver items body) = .bool (vs.all p) := by
  have one : ∀ (acc : Bool) (v : Val), evalIn fns (inside env (.bool acc) v)
      (Modules.and (Modules.v "acc") body) = .bool (acc && p v) := by
    intro acc v
    simp [Modules.and, Modules.v, evalIn, evalList, evalOp, onBools, lookup_acc, hb]
  have step : ∀ (vs : List Val) (acc : Bool),
      foldVals (fun a v => evalIn fns (inside env a v) (Modules.and (Modules.v "acc") body))
        (.bool acc) vs = .bool (acc && vs.all p) := by
    intro vs
    induction vs with
    | nil => intro acc; simp [foldVals]
    | cons v vs ih =>
      intro acc
      simp only [foldVals]
      rw [one, ih]
      simp [Bool.and_assoc]
  simpa [allOver, yes, evalIn, Val.norm, h] using step vs true

/-- The first match; a match that is absence itself cannot be told from none, and is passed by. -/
theorem eval_find (p : Val → Bool) (h : evalIn fns env items = .list vs)
    (hb : ∀ acc x, evalIn fns (inside env acc x) body = .bool (p x))
    (present : ∀ x, p x = true → x ≠ .none) :
    evalIn fns env (findOver items body) = (vs.find? p).getD .none := by
  have step : ∀ (vs : List Val) (acc : Val),
      foldVals (fun a v => evalIn fns (inside env a v)
        (.ifE (Modules.not (eq (Modules.v "acc") nothing)) (Modules.v "acc")
          (.ifE body (Modules.v "x") nothing))) acc vs =
        if acc = .none then (vs.find? p).getD .none else acc := by
    intro vs
    induction vs with
    | nil => intro acc; by_cases ha : acc = .none <;> simp [foldVals, ha]
    | cons v vs ih =>
      intro acc
      have hn : ∀ a : Val, a ≠ .none → a.beq .none = false := by
        intro a ha
        cases hb : a.beq .none
        · rfl
        · exact absurd ((beq_none a).mp hb) ha
      have h0 : Val.none.beq .none = true := rfl
      by_cases ha : acc = .none
      · cases hp : p v
        · simp [foldVals, Modules.not, eq, nothing, Modules.v, evalIn, evalList, evalOp,
            lookup_acc, lookup_x, hb, ha, hp, h0, Val.norm, List.find?] at ih ⊢
          simp [ih]
        · simp [foldVals, Modules.not, eq, nothing, Modules.v, evalIn, evalList, evalOp,
            lookup_acc, lookup_x, hb, ha, hp, h0, Val.norm, List.find?] at ih ⊢
          simp [ih, present v hp]
      · simp [foldVals, Modules.not, eq, nothing, Modules.v, evalIn, evalList, evalOp, lookup_acc,
          lookup_x, hb, ha, hn acc ha, Val.norm] at ih ⊢
        simp [ih, ha]
  simpa [findOver, nothing, evalIn, Val.norm, h] using step vs .none

theorem eval_count (h : evalIn fns env items = .list vs) :
    evalIn fns env (countOver items) = .nat vs.length := by
  have step : ∀ (vs : List Val) (n : Nat),
      foldVals (fun a v => evalIn fns (Env.extend (Env.extend env "acc" a) "_" v)
        (add (Modules.v "acc") (Modules.n 1))) (.nat n) vs = .nat (n + vs.length) := by
    intro vs
    induction vs with
    | nil => intro n; simp [foldVals]
    | cons v vs ih =>
      intro n
      simp [foldVals, add, Modules.v, Modules.n, evalIn, evalList, evalOp, onNats, Env.extend,
        Env.lookup, fieldOf, Val.norm] at ih ⊢
      simp [ih, Nat.add_comm, Nat.add_left_comm]
  simpa [countOver, Modules.n, evalIn, Val.norm, h] using step vs 0

theorem eval_sum (ns : List Nat) (h : evalIn fns env items = .list (ns.map .nat)) :
    evalIn fns env (sumOver items) = .nat ns.sum := by
  have step : ∀ (ns : List Nat) (n : Nat),
      foldVals (fun a v => evalIn fns (inside env a v) (add (Modules.v "acc") (Modules.v "x")))
        (.nat n) (ns.map .nat) = .nat (n + ns.sum) := by
    intro ns
    induction ns with
    | nil => intro n; simp [foldVals]
    | cons k ns ih =>
      intro n
      simp [foldVals, add, Modules.v, evalIn, evalList, evalOp, onNats, lookup_acc,
        lookup_x] at ih ⊢
      simp [ih, Nat.add_assoc]
  simpa [sumOver, Modules.n, evalIn, Val.norm, h] using step ns 0

end Enc.Proofs
