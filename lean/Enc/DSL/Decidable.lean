import Enc.DSL.Value

/-!
# Equality of values is decidable

Written out, because deriving does not reach through the nested lists; nothing is assumed.
-/

namespace Enc.DSL

theorem UInt8.eq_of_toNat {a b : UInt8} (h : a.toNat = b.toNat) : a = b := UInt8.toNat_inj.mp h

theorem eq_of_bytesBeq : ∀ as bs : List UInt8, bytesBeq as bs = true → as = bs
  | [], [], _ => rfl
  | [], _ :: _, h => by simp [bytesBeq] at h
  | _ :: _, [], h => by simp [bytesBeq] at h
  | a :: as, b :: bs, h => by
    unfold bytesBeq at h
    split at h
    · next hab => rw [UInt8.eq_of_toNat hab, eq_of_bytesBeq as bs h]
    · contradiction

theorem bytesBeq_refl : ∀ bs : List UInt8, bytesBeq bs bs = true
  | [] => rfl
  | _ :: bs => by simp [bytesBeq, bytesBeq_refl bs]

mutual
theorem Val.eq_of_beq : ∀ a b : Val, a.beq b = true → a = b
  | .nat a, b, h => by cases b <;> simp_all [Val.beq]
  | .bool a, b, h => by cases b <;> simp_all [Val.beq]
  | .str a, b, h => by cases b <;> simp_all [Val.beq]
  | .bytes a, b, h => by
    cases b with
    | bytes b => rw [eq_of_bytesBeq a b (by simpa [Val.beq] using h)]
    | _ => simp [Val.beq] at h
  | .list a, b, h => by
    cases b with
    | list b => rw [eq_of_listBeq a b (by simpa [Val.beq] using h)]
    | _ => simp [Val.beq] at h
  | .record a, b, h => by
    cases b with
    | record b => rw [eq_of_fieldsBeq a b (by simpa [Val.beq] using h)]
    | _ => simp [Val.beq] at h
  | .none, b, h => by cases b <;> simp_all [Val.beq]

theorem eq_of_listBeq : ∀ as bs : List Val, listBeq as bs = true → as = bs
  | [], [], _ => rfl
  | [], _ :: _, h => by simp [listBeq] at h
  | _ :: _, [], h => by simp [listBeq] at h
  | a :: as, b :: bs, h => by
    unfold listBeq at h
    split at h
    · next hab => rw [Val.eq_of_beq a b hab, eq_of_listBeq as bs h]
    · contradiction

theorem eq_of_fieldsBeq : ∀ as bs : List (String × Val), fieldsBeq as bs = true → as = bs
  | [], [], _ => rfl
  | [], _ :: _, h => by simp [fieldsBeq] at h
  | _ :: _, [], h => by simp [fieldsBeq] at h
  | (k, a) :: as, (l, b) :: bs, h => by
    unfold fieldsBeq at h
    split at h
    · next hkl =>
      split at h
      · next hab => rw [hkl, Val.eq_of_beq a b hab, eq_of_fieldsBeq as bs h]
      · contradiction
    · contradiction
end

mutual
theorem Val.beq_refl : ∀ a : Val, a.beq a = true
  | .nat _ => by simp [Val.beq]
  | .bool _ => by simp [Val.beq]
  | .str _ => by simp [Val.beq]
  | .bytes bs => by simp [Val.beq, bytesBeq_refl bs]
  | .list vs => by simp [Val.beq, listBeq_refl vs]
  | .record fs => by simp [Val.beq, fieldsBeq_refl fs]
  | .none => by simp [Val.beq]

theorem listBeq_refl : ∀ vs : List Val, listBeq vs vs = true
  | [] => by simp [listBeq]
  | v :: vs => by simp [listBeq, Val.beq_refl v, listBeq_refl vs]

theorem fieldsBeq_refl : ∀ fs : List (String × Val), fieldsBeq fs fs = true
  | [] => by simp [fieldsBeq]
  | (_, v) :: fs => by simp [fieldsBeq, Val.beq_refl v, fieldsBeq_refl fs]
end

/-- `Val.beq` decides equality. -/
theorem Val.beq_iff_eq (a b : Val) : a.beq b = true ↔ a = b :=
  ⟨Val.eq_of_beq a b, fun h => h ▸ Val.beq_refl a⟩

instance : DecidableEq Val := fun a b =>
  if h : a.beq b = true then isTrue (Val.eq_of_beq a b h)
  else isFalse fun e => h (e ▸ Val.beq_refl a)

instance : LawfulBEq Val where
  eq_of_beq {a b} h := Val.eq_of_beq a b h
  rfl {a} := Val.beq_refl a

end Enc.DSL
