import Enc.DSL.Eval

/-!
# Meaning of statements

A statement yields a value or nothing, and effects in order. Only the literal `ret (lit none)`
falls through; any other `ret` ends the whole function.
-/

namespace Enc.DSL

/-- What a statement has done so far: its value, if it returned, and its effects, newest first. -/
structure Run where
  value : Option Val
  trace : List Val

/-- Runs a body for each element until one returns. -/
def forVals (f : List Val → Val → Run) : List Val → List Val → Run
  | trace, [] => ⟨Option.none, trace⟩
  | trace, v :: vs =>
    match f trace v with
    | ⟨some value, trace⟩ => ⟨some value, trace⟩
    | ⟨Option.none, trace⟩ => forVals f trace vs

mutual
/-- Runs a statement after the effects in `trace`. -/
def runIn (fns : Fns) (env : Env) (trace : List Val) : Stmt → Run
  | .ret (.lit .none) => ⟨Option.none, trace⟩
  | .ret e => ⟨some (evalIn fns env e), trace⟩
  | .emit effectType payload rest =>
    let effect := Val.record (putField "type" (.str effectType) (evalFields fns env payload))
    runIn fns env (effect :: trace) rest
  | .letS x v body => runIn fns (Env.extend env x (evalIn fns env v)) trace body
  | .ifS c t e =>
    match evalIn fns env c with
    | .bool true => runIn fns env trace t
    | .bool false => runIn fns env trace e
    | _ => ⟨Option.none, trace⟩
  | .dispatch scrutinee cases default =>
    match evalIn fns env scrutinee with
    | .str tag =>
      match runCases fns env trace tag cases with
      | some run => run
      | Option.none => runIn fns env trace default
    | _ => runIn fns env trace default
  | .forIn collection x body rest =>
    match evalIn fns env collection with
    | .list vs =>
      match forVals (fun trace v => runIn fns (Env.extend env x v) trace body) trace vs with
      | ⟨some value, trace⟩ => ⟨some value, trace⟩
      | ⟨Option.none, trace⟩ => runIn fns env trace rest
    | _ => runIn fns env trace rest
  | .seq a b =>
    match runIn fns env trace a with
    | ⟨some value, trace⟩ => ⟨some value, trace⟩
    | ⟨Option.none, trace⟩ => runIn fns env trace b

/-- Runs the first case with that tag. -/
def runCases (fns : Fns) (env : Env) (trace : List Val) (tag : String) :
    List (String × Stmt) → Option Run
  | [] => Option.none
  | (k, s) :: cs =>
    if k = tag then some (runIn fns env trace s) else runCases fns env trace tag cs
end

/-- The value of a statement, if it returns one, and its effects in order. -/
def execIn (fns : Fns) (env : Env) (s : Stmt) : Option Val × List Val :=
  match runIn fns env [] s with
  | ⟨value, trace⟩ => (value, revVals trace [])

/-- A statement on its own: nothing can be called. -/
def exec (env : Env) (s : Stmt) : Option Val × List Val := execIn [] (normEnv env) s

/-- The answer of an effect function or method: its value, `none` if it returned nothing, and
its effects. -/
def answerOf : Option Val × List Val → Val
  | (some v, effects) => .record [("effects", .list effects), ("value", v)]
  | (Option.none, effects) => .record [("effects", .list effects), ("value", .none)]

/-- The object that a constructor makes: the record it returned, an empty one if it returned
nothing. -/
def objectOf : Option Val × List Val → Val
  | (some (.record fs), _) => .record fs
  | (some _, _) => .none
  | (Option.none, _) => .record []

end Enc.DSL
