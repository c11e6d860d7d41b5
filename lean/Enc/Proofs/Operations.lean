import Enc.DSL.Decidable
import Enc.DSL.Eval

/-!
# Operations, bindings, control and folds, evaluated

Section 18, the categories "Arithmetic", "Bitwise", "Comparison and boolean", "Binding, record,
control" and "Fold", and the laws behind them for all numbers.
-/

namespace Enc.Proofs
open Enc.DSL

/-! ## Arithmetic -/

theorem arith_add : eval [] (.op .add [.lit (.nat 3), .lit (.nat 4)]) = .nat 7 := by decide

theorem arith_sub : eval [] (.op .sub [.lit (.nat 9), .lit (.nat 4)]) = .nat 5 := by decide

theorem arith_sub_truncates : eval [] (.op .sub [.lit (.nat 4), .lit (.nat 9)]) = .nat 0 := by
  decide

theorem arith_mul : eval [] (.op .mul [.lit (.nat 6), .lit (.nat 7)]) = .nat 42 := by decide

theorem arith_div : eval [] (.op .div [.lit (.nat 17), .lit (.nat 5)]) = .nat 3 := by decide

theorem arith_div_zero : eval [] (.op .div [.lit (.nat 17), .lit (.nat 0)]) = .none := by decide

theorem arith_mod : eval [] (.op .mod [.lit (.nat 17), .lit (.nat 5)]) = .nat 2 := by decide

theorem arith_mod_zero : eval [] (.op .mod [.lit (.nat 17), .lit (.nat 0)]) = .none := by decide

theorem arith_add_all (a b : Nat) :
    eval [] (.op .add [.lit (.nat a), .lit (.nat b)]) = .nat (a + b) := rfl

theorem arith_sub_all (a b : Nat) :
    eval [] (.op .sub [.lit (.nat a), .lit (.nat b)]) = .nat (a - b) := rfl

theorem arith_mul_all (a b : Nat) :
    eval [] (.op .mul [.lit (.nat a), .lit (.nat b)]) = .nat (a * b) := rfl

/-- Division and remainder belong together. -/
theorem arith_div_mod (a b : Nat) (h : b ≠ 0) :
    eval [] (.op .add [.op .mul [.lit (.nat b), .op .div [.lit (.nat a), .lit (.nat b)]],
      .op .mod [.lit (.nat a), .lit (.nat b)]]) = .nat a := by
  simp [eval, evalIn, evalList, evalOp, onNats, Val.norm, h, Nat.div_add_mod]

/-- No overloading: text has no sum. -/
theorem arith_ill_typed : eval [] (.op .add [.lit (.str "a"), .lit (.str "b")]) = .none := by decide

theorem arith_wrong_arity : eval [] (.op .add [.lit (.nat 1)]) = .none := by decide

/-! ## Bitwise -/

theorem bits_band : eval [] (.op .band [.lit (.nat 12), .lit (.nat 10)]) = .nat 8 := by decide

theorem bits_bor : eval [] (.op .bor [.lit (.nat 12), .lit (.nat 10)]) = .nat 14 := by decide

theorem bits_bxor : eval [] (.op .bxor [.lit (.nat 12), .lit (.nat 10)]) = .nat 6 := by decide

theorem bits_shl : eval [] (.op .shl [.lit (.nat 1), .lit (.nat 8)]) = .nat 256 := by decide

theorem bits_shr : eval [] (.op .shr [.lit (.nat 256), .lit (.nat 8)]) = .nat 1 := by decide

theorem bits_bnot (a : Nat) : eval [] (.op .bnot [.lit (.nat a)]) = .nat a := rfl

/-- Beyond every machine word. -/
theorem bits_wide :
    eval [] (.op .shr [.op .shl [.lit (.nat 3), .lit (.nat 255)], .lit (.nat 255)]) = .nat 3 := by
  decide

theorem bits_shl_limit : eval [] (.op .shl [.lit (.nat 0), .lit (.nat 4097)]) = .none := by decide

/-! ## Comparison and boolean -/

theorem cmp_eq : eval [] (.op .eq [.lit (.nat 5), .lit (.nat 5)]) = .bool true := by decide

theorem cmp_neq : eval [] (.op .not [.op .eq [.lit (.nat 5), .lit (.nat 6)]]) = .bool true := by
  decide

theorem cmp_lt : eval [] (.op .lt [.lit (.nat 5), .lit (.nat 6)]) = .bool true := by decide

theorem cmp_lt_not : eval [] (.op .lt [.lit (.nat 6), .lit (.nat 6)]) = .bool false := by decide

theorem cmp_le : eval [] (.op .le [.lit (.nat 6), .lit (.nat 6)]) = .bool true := by decide

theorem cmp_eq_types : eval [] (.op .eq [.lit (.nat 0), .lit (.bool false)]) = .bool false := by
  decide

/-- Records are finite maps: neither order nor repetition of keys matters. -/
theorem cmp_eq_records :
    eval [] (.op .eq [.lit (.record [("b", .nat 2), ("a", .nat 9), ("a", .nat 1)]),
      .record [("a", .lit (.nat 1)), ("b", .lit (.nat 2))]]) = .bool true := by decide

theorem bool_and :
    eval [] (.op .and [.lit (.bool true), .lit (.bool false)]) = .bool false := by decide

theorem bool_and_true :
    eval [] (.op .and [.lit (.bool true), .lit (.bool true)]) = .bool true := by decide

theorem bool_or :
    eval [] (.op .or [.lit (.bool false), .lit (.bool true)]) = .bool true := by decide

theorem bool_or_false :
    eval [] (.op .or [.lit (.bool false), .lit (.bool false)]) = .bool false := by decide

theorem bool_not : eval [] (.op .not [.lit (.bool true)]) = .bool false := by decide

/-- Both sides count: a side that is no boolean leaves nothing. -/
theorem bool_or_strict :
    eval [] (.op .or [.lit (.bool true), .lit .none]) = .none := by decide

/-- `eq` decides equality of what is evaluated, for every two expressions. -/
theorem cmp_eq_iff (env : Env) (a b : Expr) :
    eval env (.op .eq [a, b]) = .bool true ↔ eval env a = eval env b := by
  simp [eval, evalIn, evalList, evalOp, Val.beq_iff_eq]

/-! ## Binding, record, control -/

theorem bind_let :
    eval [] (.letE "x" (.lit (.nat 5)) (.op .add [.var "x", .lit (.nat 3)])) = .nat 8 := by decide

theorem bind_shadow :
    eval [("x", .nat 1)] (.letE "x" (.op .add [.var "x", .lit (.nat 1)]) (.var "x")) = .nat 2 := by
  decide

theorem bind_unbound : eval [] (.var "x") = .none := by decide

theorem record_get :
    eval [] (.get (.record [("name", .lit (.str "alice")), ("age", .lit (.nat 30))]) "age") =
      .nat 30 := by decide

theorem record_set :
    eval [] (.get (.set (.record [("timeout", .lit (.nat 1))]) "timeout" (.lit (.nat 5000)))
      "timeout") = .nat 5000 := by decide

theorem list_get :
    eval [] (.get (.list [.lit (.nat 7), .lit (.nat 8)]) "01") = .nat 8 := by decide

theorem control_if_true :
    eval [] (.ifE (.lit (.bool true)) (.lit (.nat 1)) (.lit (.nat 2))) = .nat 1 := by decide

theorem control_if_false :
    eval [] (.ifE (.lit (.bool false)) (.lit (.nat 1)) (.lit (.nat 2))) = .nat 2 := by decide

theorem control_if_other :
    eval [] (.ifE (.lit (.nat 1)) (.lit (.nat 1)) (.lit (.nat 2))) = .none := by decide

/-- Of repeated cases the first counts. -/
theorem control_dispatch_first :
    eval [] (.dispatch (.lit (.str "a")) [("a", .lit (.nat 1)), ("a", .lit (.nat 2))]
      (.lit (.nat 3))) = .nat 1 := by decide

theorem control_dispatch_other :
    eval [] (.dispatch (.lit (.nat 7)) [("7", .lit (.nat 1))] (.lit (.nat 3))) = .nat 3 := by decide

/-- A name bound to something that evaluates to the same is as good as the thing itself. -/
theorem bind_let_all (env : Env) (x : String) (a : Expr) :
    eval env (.letE x a (.var x)) = eval env a := by
  simp [eval, evalIn, Env.extend, Env.lookup, fieldOf]

/-! ## Fold -/

theorem fold_sum :
    eval [] (.fold (.list [.lit (.nat 1), .lit (.nat 2), .lit (.nat 3), .lit (.nat 4)])
      (.lit (.nat 0)) "acc" "x" (.op .add [.var "acc", .var "x"])) = .nat 10 := by decide

theorem fold_length :
    eval [] (.fold (.list [.lit (.str "a"), .lit (.str "b"), .lit (.str "c")])
      (.lit (.nat 0)) "acc" "_" (.op .add [.var "acc", .lit (.nat 1)])) = .nat 3 := by decide

/-- Octets are no list. -/
theorem fold_bytes :
    eval [] (.fold (.lit (.bytes [1, 2])) (.lit (.nat 0)) "acc" "x" (.var "acc")) = .none := by
  decide

/-- The element shadows an accumulator of the same name. -/
theorem fold_shadow :
    eval [] (.fold (.list [.lit (.nat 1), .lit (.nat 2)]) (.lit (.nat 0)) "x" "x" (.var "x")) =
      .nat 2 := by decide

/-- Opaque forms have no value. -/
theorem opaque_forms (env : Env) (p code f : String) (a b : Expr) :
    eval env (.lam p a) = .none ∧ eval env (.app a b) = .none ∧
      eval env (.rawExpr code) = .none ∧ eval env (.call f []) = .none :=
  ⟨rfl, rfl, rfl, rfl⟩

end Enc.Proofs
