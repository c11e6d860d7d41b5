import Enc.DSL.Image
import Enc.DSL.Decoder
import Enc.DSL.Program
import Enc.DSL.Lower

/-!
# Answering conformance requests

One request a line, one answer a line, both JSON objects. A request names what to evaluate:

* `call`, `args`: a function of the program in hand, or one of the decoder;
* `expr` or `stmt`, `env`: a term on its own, of repeated names the last counting;
* `lower` (`profile`, `to`), `module`: the text of a module's declarations.

`program`, pairs of path and image in import order, replaces the built-in modules for this
request; `programRef` (true) uses the program of the last request that brought one.
An answer is `{"id":…,"ok":…}` or `{"id":…,"refused":reason}`, canonical.
-/

namespace Enc.DSL

/-- What answering remembers between requests. -/
structure Desk where
  /-- The built-in modules, for lowering. -/
  modules : List SpecModule
  /-- The built-in modules, linked. -/
  builtIn : Program
  /-- The program that a request brought last. -/
  last : Program

/-- A desk with the built-in modules. -/
def Desk.ofModules (modules : List SpecModule) : Desk :=
  { modules, builtIn := Program.ofModules modules, last := [] }

/-- Splits `layer/Name.function` at its first full stop; `acc` is the path so far, reversed. -/
def splitCall : List Char → List Char → Option (String × String)
  | _, [] => Option.none
  | acc, '.' :: cs => some (finishText acc, textOf cs)
  | acc, c :: cs => splitCall (c :: acc) cs

/-- Calls an exported function of a program; a wrong number of arguments has the value `none`. -/
def Program.call (program : Program) (name : String) (args : List Val) : Read Val :=
  match splitCall [] name.toList with
  | Option.none => .error "bad call name"
  | some (path, function) =>
    match Program.find program path with
    | Option.none => .error "unknown module"
    | some exports =>
      match Exports.find exports function with
      | Option.none => .error "unknown function"
      | some f =>
        if countVals args 0 = f.arity then .ok (f.run (normList args)) else .ok .none

/-- Bindings in writing order made an environment: of repeated names the last counts. -/
def envOf : Env → List (String × Val) → Env
  | acc, [] => acc
  | acc, b :: rest => envOf (b :: acc) rest

/-- The layer and name of a path. -/
def splitPath : List Char → List Char → Option (String × String)
  | _, [] => Option.none
  | acc, '/' :: cs => some (finishText acc, textOf cs)
  | acc, c :: cs => splitPath (c :: acc) cs

/-- The modules of a program in a request. -/
def readProgram (fuel : Nat) : List Tree → Read (List SpecModule)
  | [] => .ok []
  | .arr [.str path, image] :: rest => do
    let decl ← readModule fuel image
    let modules ← readProgram fuel rest
    match splitPath [] path.toList with
    | some (layer, name) =>
      if decl.name = name then return { layer, decl } :: modules
      else throw "module name differs from its path"
    | Option.none => throw "bad module path"
  | _ => .error "expected pairs of a path and an image"

/-- Appends a lowered declaration as a pair of name and text. -/
def pushTexts (acc : List Char) : List (String × String) → List Char
  | [] => acc
  | (name, text) :: rest =>
    pushTexts (']' :: pushJsonStr (',' :: pushJsonStr ('[' :: pushComma acc) name) text) rest

/-- Appends the answer to a lowering request. -/
def answerLower (desk : Desk) (request : List (String × Tree)) (lower : Tree) (acc : List Char) :
    Read (List Char) := do
  let options ← readObject ["profile", "to"] lower
  let profile ← requiredStr options "profile"
  let to ← requiredStr options "to"
  let path ← requiredStr request "module"
  match lowerModule desk.modules profile to path with
  | Option.none => throw "unknown module, profile or language"
  | some Option.none => throw "not lowered"
  | some (some texts) => return closeNodeList (pushTexts (openNodeList acc "decls") texts)

/-- The program that a request is about, and whether the desk is to remember it. -/
def programOf (desk : Desk) (fuel : Nat) (request : List (String × Tree)) :
    Read (Program × Bool) :=
  match memberAt "program" request with
  | some t => do
    let modules ← readProgram fuel (← readItems t)
    return (Program.ofModules modules, true)
  | Option.none =>
    match memberAt "programRef" request with
    | some (.bool true) => .ok (desk.last, false)
    | some _ => .error "programRef must be true"
    | Option.none => .ok (desk.builtIn, false)

/-- Appends the answer to a request, of `fuel` characters at most. -/
def answerRequest (desk : Desk) (fuel : Nat) (request : List (String × Tree)) (acc : List Char) :
    Read (List Char × Desk) :=
  match memberAt "lower" request with
  | some lower => do
    let acc ← answerLower desk request lower acc
    return (acc, desk)
  | Option.none => do
    let env ← readValFields fuel (← optionalItems request "env")
    match memberAt "expr" request with
    | some t =>
      let e ← readExpr fuel t
      return (pushVal acc (eval (envOf [] env) e), desk)
    | Option.none =>
      match memberAt "stmt" request with
      | some t =>
        let s ← readStmt fuel t
        return (pushVal acc (answerOf (exec (envOf [] env) s)), desk)
      | Option.none =>
        let args ← readVals fuel (← optionalItems request "args")
        let call ← requiredStr request "call"
        match Decoder.call call args with
        | some value => return (pushVal acc value, desk)
        | Option.none =>
          let (program, brought) ← programOf desk fuel request
          let value ← Program.call program call args
          return (pushVal acc value, if brought then { desk with last := program } else desk)

/-- Whether a number is a natural in its one spelling. -/
def readsAsNat (text : String) : Bool :=
  match readNat text with
  | .ok _ => true
  | .error _ => false

/-- Appends the id of a request as it was given: a text or a natural. -/
def pushId (acc : List Char) : Option Tree → List Char
  | some (.str s) => pushJsonStr acc s
  | some (.num text) => pushStr acc (if readsAsNat text = true then text else "null")
  | _ => pushStr acc "null"

/-- The answer to a line, and the desk after it. A bad line is refused. -/
def answerLine (desk : Desk) (line : String) : String × Desk :=
  let refuse (id : Option Tree) (reason : String) : String :=
    finishText ('}' :: pushJsonStr (openRefusal id) reason)
  match parseJson line with
  | .error reason => (refuse Option.none reason, desk)
  | .ok (.obj request) =>
    let id := memberAt "id" request
    let head := pushStr (pushId (openNode [] "id") id) ",\"ok\":"
    match answerRequest desk (2 * line.length + 2) request head with
    | .ok (acc, desk) => (finishText ('}' :: acc), desk)
    | .error reason => (refuse id reason, desk)
  | .ok _ => (refuse Option.none "expected an object", desk)
where
  openRefusal (id : Option Tree) : List Char :=
    pushStr (pushId (openNode [] "id") id) ",\"refused\":"

end Enc.DSL
