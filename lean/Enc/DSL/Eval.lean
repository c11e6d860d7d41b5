import Enc.DSL.Prim

/-!
# Meaning of expressions

`eval` is total and structurally recursive: every expression has a value. Ill-typed arguments,
wrong arities, unbound names and opaque forms have the value `none`.
-/

namespace Enc.DSL

/-- Bindings, innermost first; values are in normal form. -/
abbrev Env := List (String × Val)

/-- The value a name is bound to; `none` if it is unbound. -/
def Env.lookup (env : Env) (name : String) : Val := fieldOf name env

/-- Binds a name, shadowing earlier bindings of it. -/
def Env.extend (env : Env) (name : String) (v : Val) : Env := (name, v) :: env

/-- Bindings with their values in normal form. -/
def normEnv : Env → Env
  | [] => []
  | (x, v) :: rest => (x, v.norm) :: normEnv rest

/-- A function that expressions may call. -/
structure Fn where
  arity : Nat
  run : List Val → Val

/-- The functions in scope, nearest first. They have a namespace of their own. -/
abbrev Fns := List (String × Fn)

/-- The function of that name. -/
def Fns.find : Fns → String → Option Fn
  | [], _ => Option.none
  | (n, f) :: rest, name => if n = name then some f else Fns.find rest name

/-- Calls a function; `none` if there is none of that name and arity. -/
def callFn (fns : Fns) (name : String) (args : List Val) : Val :=
  match Fns.find fns name with
  | some f => if countVals args 0 = f.arity then f.run args else .none
  | Option.none => .none

/-- The largest left shift. -/
def maxShift : Nat := 4096

/-- An operation on two naturals. -/
def onNats (f : Nat → Nat → Val) : List Val → Val
  | [.nat a, .nat b] => f a b
  | _ => .none

/-- An operation on two booleans. -/
def onBools (f : Bool → Bool → Bool) : List Val → Val
  | [.bool a, .bool b] => .bool (f a b)
  | _ => .none

/-- Applies an operation to normal values. -/
def evalOp (o : Op) (args : List Val) : Val :=
  match o with
  | .add => onNats (fun a b => .nat (a + b)) args
  | .sub => onNats (fun a b => .nat (a - b)) args
  | .mul => onNats (fun a b => .nat (a * b)) args
  | .div => onNats (fun a b => if b = 0 then .none else .nat (a / b)) args
  | .mod => onNats (fun a b => if b = 0 then .none else .nat (a % b)) args
  | .band => onNats (fun a b => .nat (a &&& b)) args
  | .bor => onNats (fun a b => .nat (a ||| b)) args
  | .bxor => onNats (fun a b => .nat (a ^^^ b)) args
  | .bnot =>
    match args with
    | [.nat a] => .nat a
    | _ => .none
  | .shl => onNats (fun a b => if b ≤ maxShift then .nat (a <<< b) else .none) args
  | .shr => onNats (fun a b => if b ≤ a.log2 then .nat (a >>> b) else .nat 0) args
  | .eq =>
    match args with
    | [a, b] => .bool (a.beq b)
    | _ => .none
  | .lt => onNats (fun a b => .bool (a < b)) args
  | .le => onNats (fun a b => .bool (a ≤ b)) args
  | .and => onBools (fun a b => a && b) args
  | .or => onBools (fun a b => a || b) args
  | .not =>
    match args with
    | [.bool a] => .bool (!a)
    | _ => .none
  | .concatStr =>
    match args with
    | [.str a, .str b] => .str (a ++ b)
    | _ => .none
  | .concatList =>
    match args with
    | [.list a, .list b] => .list (appendVals a b)
    | _ => .none
  | .lengthStr =>
    match args with
    | [.str a] => .nat a.length
    | _ => .none
  | .lengthList =>
    match args with
    | [.list a] => .nat (countVals a 0)
    | _ => .none
  | .lengthBytes =>
    match args with
    | [.bytes a] => .nat (countBytes a 0)
    | _ => .none

mutual
/-- The value of an expression where `fns` may be called and `env` is bound. -/
def evalIn (fns : Fns) (env : Env) : Expr → Val
  | .var x => Env.lookup env x
  | .lit v => v.norm
  | .letE x v body => evalIn fns (Env.extend env x (evalIn fns env v)) body
  | .ifE c t e =>
    match evalIn fns env c with
    | .bool true => evalIn fns env t
    | .bool false => evalIn fns env e
    | _ => .none
  | .record fs => .record (evalFields fns env fs)
  | .get obj field => getField (evalIn fns env obj) field
  | .set obj field v => setField (evalIn fns env obj) field (evalIn fns env v)
  | .list es => .list (evalList fns env es)
  | .fold lst init acc x body =>
    match evalIn fns env lst with
    | .list vs =>
      foldVals (fun a v => evalIn fns (Env.extend (Env.extend env acc a) x v) body)
        (evalIn fns env init) vs
    | _ => .none
  | .dispatch scrutinee cases default =>
    match evalIn fns env scrutinee with
    | .str tag =>
      match evalCases fns env tag cases with
      | some v => v
      | Option.none => evalIn fns env default
    | _ => evalIn fns env default
  | .op o args => evalOp o (evalList fns env args)
  | .prim p args => evalPrim p (evalList fns env args)
  | .call name args => callFn fns name (evalList fns env args)
  | .lam _ _ => .none
  | .app _ _ => .none
  | .rawExpr _ => .none

/-- The values of a list of expressions. -/
def evalList (fns : Fns) (env : Env) : List Expr → List Val
  | [] => []
  | e :: es => evalIn fns env e :: evalList fns env es

/-- The fields of a record expression, as a finite map. -/
def evalFields (fns : Fns) (env : Env) : List (String × Expr) → List (String × Val)
  | [] => []
  | (k, e) :: fs => addEarlier k (evalIn fns env e) (evalFields fns env fs)

/-- The value of the first case with that tag. -/
def evalCases (fns : Fns) (env : Env) (tag : String) : List (String × Expr) → Option Val
  | [] => Option.none
  | (k, e) :: cs => if k = tag then some (evalIn fns env e) else evalCases fns env tag cs
end

/-- The value of an expression on its own: nothing can be called. -/
def eval (env : Env) (e : Expr) : Val := evalIn [] (normEnv env) e

end Enc.DSL
