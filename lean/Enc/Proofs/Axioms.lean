import Lean

/-!
# The axioms that the proofs rest on

Elaborating this file prints a line for every theorem `Enc.Proofs.x`, naming the axioms that its
proof, or anything of our own that it leads to, mentions; a line for each axiom that our own
files declare; and a line for everything together, definitions included. The lines are compared
with axioms.golden.

What stands in Lean's own library is not followed: the stand-in for Lean does not show those
proofs. A whole Lean is asked about them too, and a line is printed for each axiom found that
is not one of the three of Lean's logic.

Plain recursion takes the place of the library's loops, which the stand-in cannot run.
-/

namespace Enc.Axioms
open Lean

/-- The name as written: what a private one begins with is left out. -/
def publicName : Name → Name
  | .anonymous => .anonymous
  | .num _ _ => .anonymous
  | .str before part => .str (publicName before) part

def nameText : Name → String
  | .anonymous => ""
  | .num before _ => nameText before
  | .str .anonymous part => part
  | .str before part => nameText before ++ "." ++ part

/-- A declaration of our own. -/
structure Own where
  name : Name
  info : ConstantInfo

abbrev Node := PersistentHashMap.Node Name ConstantInfo
abbrev Entry := PersistentHashMap.Entry Name ConstantInfo Node

def pairs (names : Array Name) (infos : Array ConstantInfo) : Nat → List Own → List Own
  | 0, found => found
  | count + 1, found =>
    match names[count]?, infos[count]? with
    | some name, some info => pairs names infos count ({ name, info } :: found)
    | _, _ => pairs names infos count found

mutual
  partial def inNode (found : List Own) : Node → List Own
    | .entries entries => inEntries entries found entries.size
    | .collision names infos _ => pairs names infos names.size found

  partial def inEntries (entries : Array Entry) (found : List Own) (count : Nat) : List Own :=
    if count = 0 then found
    else
      let found :=
        match entries[count - 1]? with
        | some (.entry name info) => { name, info } :: found
        | some (.ref node) => inNode found node
        | _ => found
      inEntries entries found (count - 1)
end

/-- What the imported modules of this project declare. -/
def inModules (env : Environment) : Nat → List Own → List Own
  | 0, found => found
  | count + 1, found =>
    match env.header.moduleNames[count]?, env.header.moduleData[count]? with
    | some name, some data =>
      let own :=
        if (`Enc).isPrefixOf name then
          pairs data.constNames data.constants data.constNames.size found
        else found
      inModules env count own
    | _, _ => inModules env count found

/-- Every declaration of our own, whether it stands in this file or in an imported one. -/
def declarations (env : Environment) : List Own :=
  inModules env env.header.moduleNames.size (inNode [] env.constants.map₂.root)

/-! ## Sorted texts, and a tree of names -/

/-- Adds a text to sorted ones. -/
def insertText (text : String) : List String → List String
  | [] => [text]
  | first :: rest =>
    if first = text then first :: rest
    else if text < first then text :: first :: rest
    else first :: insertText text rest

def union : List String → List String → List String
  | [], texts => texts
  | text :: rest, texts => union rest (insertText text texts)

def spaced : List String → String
  | [] => ""
  | text :: rest => " " ++ text ++ spaced rest

/-- What is known of each declaration. -/
inductive Tree where
  | leaf
  | node (left : Tree) (name : Name) (info : ConstantInfo) (axioms : Option (List String))
      (right : Tree)
  deriving Inhabited

def Tree.find? (name : Name) : Tree → Option (ConstantInfo × Option (List String))
  | .leaf => Option.none
  | .node left key info axioms right =>
    match Name.quickCmp name key with
    | .lt => left.find? name
    | .gt => right.find? name
    | .eq => some (info, axioms)

def Tree.insert (name : Name) (info : ConstantInfo) (axioms : Option (List String)) : Tree → Tree
  | .leaf => .node .leaf name info axioms .leaf
  | .node left key old known right =>
    match Name.quickCmp name key with
    | .lt => .node (left.insert name info axioms) key old known right
    | .gt => .node left key old known (right.insert name info axioms)
    | .eq => .node left key info axioms right

def Tree.ofList : List Own → Tree → Tree
  | [], tree => tree
  | own :: rest, tree => ofList rest (tree.insert own.name own.info Option.none)

/-! ## Following what a declaration mentions -/

/-- The axioms of Lean's own library. -/
def coreAxioms : List Name :=
  [``propext, ``Classical.choice, ``Quot.sound, ``sorryAx, ``Lean.ofReduceBool,
    ``Lean.ofReduceNat, ``Lean.trustCompiler]

def isCore (name : Name) : List Name → Bool
  | [] => false
  | other :: rest => if other = name then true else isCore name rest

/-- The terms to look through; what an inductive type is made of comes with its own types. -/
def termsOf : ConstantInfo → List Expr
  | .thmInfo v => [v.type, v.value]
  | .defnInfo v => [v.type, v.value]
  | .opaqueInfo v => [v.type, v.value]
  | .ctorInfo v => [v.type]
  | _ => []

mutual
  /-- The axioms that a name leads to, and what is known after finding them. -/
  partial def visit (tree : Tree) (name : Name) : Tree × List String :=
    if isCore name coreAxioms then (tree, [nameText name])
    else
      match tree.find? name with
      | Option.none => (tree, [])
      | some (_, some axioms) => (tree, axioms)
      | some (.axiomInfo _, _) => (tree, [nameText (publicName name)])
      | some (info, Option.none) =>
        let (tree, axioms) := visitTerms (tree.insert name info (some [])) (termsOf info) []
        (tree.insert name info (some axioms), axioms)

  partial def visitTerms (tree : Tree) (terms : List Expr) (axioms : List String) :
      Tree × List String :=
    match terms with
    | [] => (tree, axioms)
    | term :: rest =>
      let used := term.getUsedConstants
      let (tree, axioms) := visitAll tree used used.size axioms
      visitTerms tree rest axioms

  partial def visitAll (tree : Tree) (names : Array Name) (count : Nat) (axioms : List String) :
      Tree × List String :=
    if count = 0 then (tree, axioms)
    else
      match names[count - 1]? with
      | some name =>
        let (tree, more) := visit tree name
        visitAll tree names (count - 1) (union more axioms)
      | Option.none => visitAll tree names (count - 1) axioms
end

/-! ## The report -/

/-- `Enc.Proofs.x`, and no more: what Lean derives from a theorem stands below its name. -/
def isProof (name : Name) : Bool :=
  match publicName name with
  | .str (.str (.str .anonymous "Enc") "Proofs") _ => true
  | _ => false

def report (tree : Tree) (all : List String) : List Own → IO Unit
  | [] => IO.println ("axioms: everything:" ++ spaced all)
  | own :: rest => do
    let (tree, axioms) := visit tree own.name
    match own.info with
    | .axiomInfo _ => IO.println ("axioms: declared: " ++ nameText (publicName own.name))
    | .thmInfo _ =>
      if isProof own.name then
        IO.println ("axioms: " ++ nameText (publicName own.name) ++ ":" ++ spaced axioms)
    | _ => pure ()
    report tree (union axioms all) rest

def allowed : List Name := [``propext, ``Classical.choice, ``Quot.sound]

def reportForbidden (axioms : Array Name) : Nat → IO Unit
  | 0 => pure ()
  | count + 1 => do
    match axioms[count]? with
    | some name =>
      unless isCore name allowed do IO.println ("axioms: forbidden: " ++ nameText name)
    | Option.none => pure ()
    reportForbidden axioms count

/-- The axioms of everything, Lean's library included. -/
def collectAll (env : Environment) : List Own → CollectAxioms.State → CollectAxioms.State
  | [], state => state
  | own :: rest, state =>
    collectAll env rest (((CollectAxioms.collect own.name).run env).run state).2

/-- Whether the proofs of Lean's library are there to be followed. -/
def isWhole (env : Environment) : Bool :=
  match env.find? ``Nat.lt_succ_self with
  | some (.thmInfo _) => true
  | _ => false

def reportAll (env : Environment) : IO Unit := do
  let own := declarations env
  report (Tree.ofList own .leaf) [] own
  if isWhole env then
    let found := (collectAll env own {}).axioms
    reportForbidden found found.size

end Enc.Axioms

open Lean Elab Command in
run_cmd do Enc.Axioms.reportAll (← getEnv)
