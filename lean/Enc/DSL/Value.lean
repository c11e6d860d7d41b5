import Enc.DSL.Text

/-!
# Values in normal form

A record is a finite map: of repeated keys the last counts, and keys stand in the order of their
UTF-16 code units. Every value that evaluation sees or answers is in this form, all the way down.
-/

namespace Enc.DSL

/-- Puts a field that was written earlier into sorted fields: a key already there wins. -/
def addEarlier (k : String) (v : Val) : List (String × Val) → List (String × Val)
  | [] => [(k, v)]
  | (k', v') :: rest =>
    match compareUtf16 k.toList k'.toList with
    | .lt => (k, v) :: (k', v') :: rest
    | .eq => (k', v') :: rest
    | .gt => (k', v') :: addEarlier k v rest

/-- Replaces or inserts a field of sorted fields. -/
def putField (k : String) (v : Val) : List (String × Val) → List (String × Val)
  | [] => [(k, v)]
  | (k', v') :: rest =>
    match compareUtf16 k.toList k'.toList with
    | .lt => (k, v) :: (k', v') :: rest
    | .eq => (k, v) :: rest
    | .gt => (k', v') :: putField k v rest

mutual
/-- The normal form of a value. -/
def Val.norm : Val → Val
  | .list vs => .list (normList vs)
  | .record fs => .record (normFields fs)
  | .nat n => .nat n
  | .bool b => .bool b
  | .str s => .str s
  | .bytes bs => .bytes bs
  | .none => .none

/-- The normal forms of the elements of a list. -/
def normList : List Val → List Val
  | [] => []
  | v :: vs => v.norm :: normList vs

/-- The fields of a record as a finite map with normal values. -/
def normFields : List (String × Val) → List (String × Val)
  | [] => []
  | (k, v) :: rest => addEarlier k v.norm (normFields rest)
end

/-- Equality of byte strings. -/
def bytesBeq : List UInt8 → List UInt8 → Bool
  | [], [] => true
  | a :: as, b :: bs => if a.toNat = b.toNat then bytesBeq as bs else false
  | _, _ => false

mutual
/-- Structural equality; on normal forms, equality of values. -/
def Val.beq : Val → Val → Bool
  | .nat a, .nat b => if a = b then true else false
  | .bool a, .bool b => if a = b then true else false
  | .str a, .str b => if a = b then true else false
  | .bytes a, .bytes b => bytesBeq a b
  | .list a, .list b => listBeq a b
  | .record a, .record b => fieldsBeq a b
  | .none, .none => true
  | _, _ => false

/-- Structural equality of lists. -/
def listBeq : List Val → List Val → Bool
  | [], [] => true
  | a :: as, b :: bs => if a.beq b = true then listBeq as bs else false
  | _, _ => false

/-- Structural equality of fields, in order. -/
def fieldsBeq : List (String × Val) → List (String × Val) → Bool
  | [], [] => true
  | (k, a) :: as, (l, b) :: bs =>
    if k = l then (if a.beq b = true then fieldsBeq as bs else false) else false
  | _, _ => false
end

instance : BEq Val := ⟨Val.beq⟩

/-- The value of a key; `none` where there is none. -/
def fieldOf (k : String) : List (String × Val) → Val
  | [] => .none
  | (k', v) :: rest => if k' = k then v else fieldOf k rest

/-- The element at an index; `none` where there is none. -/
def elementAt : List Val → Nat → Val
  | [], _ => .none
  | v :: _, 0 => v
  | _ :: vs, n + 1 => elementAt vs n

/-- Field access: a key of a record, an index of a list, otherwise `none`. -/
def getField (v : Val) (field : String) : Val :=
  match v with
  | .record fs => fieldOf field fs
  | .list vs =>
    match indexOf? field with
    | some i => elementAt vs i
    | Option.none => .none
  | _ => .none

/-- Field update: only records have any. -/
def setField (v : Val) (field : String) (new : Val) : Val :=
  match v with
  | .record fs => .record (putField field new fs)
  | _ => .none

/-- The first list in front of the second. -/
def appendVals : List Val → List Val → List Val
  | [], ys => ys
  | x :: xs, ys => x :: appendVals xs ys

/-- The first list reversed, in front of the second. -/
def revVals : List Val → List Val → List Val
  | [], acc => acc
  | v :: vs, acc => revVals vs (v :: acc)

/-- How many elements a list has, above `n`. -/
def countVals : List Val → Nat → Nat
  | [], n => n
  | _ :: vs, n => countVals vs (n + 1)

/-- Left fold over values. -/
def foldVals (f : Val → Val → Val) : Val → List Val → Val
  | acc, [] => acc
  | acc, v :: vs => foldVals f (f acc v) vs

end Enc.DSL
