import Enc.DSL.Stmt

/-!
# Programs

Turns modules into tables of functions. A call resolves to an earlier function of the same module,
else to an imported exported one; hence nothing recurs.
-/

namespace Enc.DSL

/-- Parameters bound in order over the constants: of a repeated one the last
counts. -/
def bindParams : Env → List String → List Val → Env
  | env, p :: ps, v :: vs => bindParams (Env.extend env p v) ps vs
  | env, _, _ => env

/-- How many parameters there are. -/
def countParams : List String → Nat
  | [] => 0
  | _ :: ps => countParams ps + 1

/-- A pure function in its scope. -/
def FuncDecl.toFn (fns : Fns) (constants : Env) (f : FuncDecl) : Fn :=
  { arity := countParams f.params,
    run := fun args => evalIn fns (bindParams constants f.params args) f.body }

/-- An effect function in its scope: it answers its value and effects. -/
def EffectFuncDecl.toFn (fns : Fns) (constants : Env) (f : EffectFuncDecl) : Fn :=
  { arity := countParams f.params,
    run := fun args => answerOf (execIn fns (bindParams constants f.params args) f.body) }

/-- A constructor in its scope: it answers the object. -/
def ClassDecl.constructorFn (fns : Fns) (constants : Env) (c : ClassDecl) : Fn :=
  { arity := countParams c.constructorParams,
    run := fun args =>
      objectOf (execIn fns (bindParams constants c.constructorParams args) c.constructorBody) }

/-- A method in its scope: a function of the object and its parameters. -/
def MethodDecl.toFn (fns : Fns) (constants : Env) (m : MethodDecl) : Fn :=
  let params := "this" :: m.params
  { arity := countParams params,
    run := fun args => answerOf (execIn fns (bindParams constants params args) m.body) }

/-- What a module offers, or has in scope. -/
structure Scoped where
  constants : Env
  functions : Fns

/-- What a module exports: also effect functions, which the host may call and expressions not. -/
structure Exports where
  constants : Env
  functions : Fns
  effectFunctions : Fns

/-- The table of a program: what each module exports, by `layer/Name`. -/
abbrev Program := List (String × Exports)

/-- The exports of the module of that path. -/
def Program.find : Program → String → Option Exports
  | [], _ => Option.none
  | (p, e) :: rest, path => if p = path then some e else Program.find rest path

/-- Whether `name` is that of a constructor or method of class `owner`. -/
def memberOf (owner : String) (name : String) : Bool := isPrefixOf (owner ++ ".").toList name.toList
where
  isPrefixOf : List Char → List Char → Bool
    | [], _ => true
    | _, [] => false
    | a :: as, b :: bs => if a = b then isPrefixOf as bs else false

/-- Adds the constant of that name, if there is one. -/
def importConstant (name : String) : Env → Env → Env
  | [], into => into
  | (n, v) :: rest, into => if n = name then (n, v) :: into else importConstant name rest into

/-- Adds the function of that name and, of a class, its constructor and methods. -/
def importFunctions (name : String) : Fns → Fns → Fns
  | [], into => into
  | (n, f) :: rest, into =>
    let into := importFunctions name rest into
    if n = name then (n, f) :: into
    else if memberOf name n then (n, f) :: into
    else into

/-- Brings the named exports into scope. -/
def importNames (exports : Exports) : List String → Scoped → Scoped
  | [], scope => scope
  | name :: names, scope =>
    importNames exports names
      { constants := importConstant name exports.constants scope.constants,
        functions := importFunctions name exports.functions scope.functions }

/-- Brings all imports into scope; a source that is not an earlier module offers nothing. -/
def importAll (program : Program) : List (List String × String) → Scoped → Scoped
  | [], scope => scope
  | (names, source) :: rest, scope =>
    match Program.find program source with
    | some exports => importAll program rest (importNames exports names scope)
    | Option.none => importAll program rest scope

/-- Binds constants in order; they may call imported functions. -/
def addConstants (fns : Fns) : List (String × Expr) → Env → Env
  | [], env => env
  | (name, e) :: rest, env => addConstants fns rest (Env.extend env name (evalIn fns env e))

/-- The module's own constants. -/
def ownConstants : List (String × Expr) → Env → Env
  | [], _ => []
  | (name, _) :: rest, env => (name, Env.lookup env name) :: ownConstants rest env

/-- The functions in scope so far, and the exported ones among a module's own. -/
structure Linked where
  scope : Fns
  exported : Fns

/-- Adds a function to the scope and, if exported, to the exports. -/
def Linked.add (l : Linked) (isExport : Bool) (name : String) (f : Fn) : Linked :=
  { scope := (name, f) :: l.scope,
    exported := if isExport then (name, f) :: l.exported else l.exported }

/-- Links pure functions in order: each may call those before it. -/
def linkFunctions (constants : Env) : List FuncDecl → Linked → Linked
  | [], l => l
  | f :: rest, l =>
    linkFunctions constants rest (l.add f.isExport f.name (f.toFn l.scope constants))

/-- Links methods in order. -/
def linkMethods (constants : Env) (c : ClassDecl) : List MethodDecl → Linked → Linked
  | [], l => l
  | m :: rest, l =>
    linkMethods constants c rest
      (l.add c.isExport (c.name ++ "." ++ m.name) (m.toFn l.scope constants))

/-- Links classes in order: the constructor first, then the methods. -/
def linkClasses (constants : Env) : List ClassDecl → Linked → Linked
  | [], l => l
  | c :: rest, l =>
    linkClasses constants rest
      (linkMethods constants c c.methods
        (l.add c.isExport (c.name ++ ".new") (c.constructorFn l.scope constants)))

/-- The exported effect functions. -/
def linkEffectFunctions (fns : Fns) (constants : Env) : List EffectFuncDecl → Fns
  | [] => []
  | f :: rest =>
    let others := linkEffectFunctions fns constants rest
    if f.isExport then (f.name, f.toFn fns constants) :: others else others

/-- Links a module against the modules before it. -/
def ModuleDecl.link (program : Program) (m : ModuleDecl) : Exports :=
  let imported := importAll program m.imports ⟨[], []⟩
  let constants := addConstants imported.functions m.constants imported.constants
  let own := linkFunctions constants m.functions ⟨imported.functions, []⟩
  let all := linkClasses constants m.classes own
  { constants := ownConstants m.constants constants,
    functions := all.exported,
    effectFunctions := linkEffectFunctions own.scope constants m.effectFunctions }

/-- The path of a module. -/
def SpecModule.path (m : SpecModule) : String := m.layer ++ "/" ++ m.decl.name

/-- Links modules in order after those of `program`. -/
def linkAll : List SpecModule → Program → Program
  | [], program => program
  | m :: rest, program => linkAll rest ((m.path, m.decl.link program) :: program)

/-- The program that modules in import order make. -/
def Program.ofModules (modules : List SpecModule) : Program := linkAll modules []

/-- The exported function of that name, of whichever kind. -/
def Exports.find (e : Exports) (name : String) : Option Fn :=
  match Fns.find e.functions name with
  | some f => some f
  | Option.none => Fns.find e.effectFunctions name

end Enc.DSL
