import Enc.DSL.Json

/-!
# Writing the image

Canonical JSON of values, expressions, statements and modules: every node an object with one key,
naturals as strings, bytes as lower-case hex, every field of a declaration written, object keys
sorted. Values keep their writing order.
-/

namespace Enc.DSL

/-- Appends a comma unless an array or object has just begun. -/
def pushComma : List Char → List Char
  | '[' :: acc => '[' :: acc
  | '{' :: acc => '{' :: acc
  | acc => ',' :: acc

/-- Appends the key of a node and opens it. -/
def openNode (acc : List Char) (key : String) : List Char := ':' :: pushJsonStr ('{' :: acc) key

/-- Appends a node whose content is an array, up to its first item. -/
def openNodeList (acc : List Char) (key : String) : List Char := '[' :: openNode acc key

/-- Closes a node whose content is an array. -/
def closeNodeList (acc : List Char) : List Char := '}' :: ']' :: acc

/-- Appends a string as the next item. -/
def pushStrItem (acc : List Char) (s : String) : List Char := pushJsonStr (pushComma acc) s

mutual
/-- Appends the image of a value. -/
def pushVal (acc : List Char) : Val → List Char
  | .nat n => '}' :: '"' :: pushNat ('"' :: openNode acc "nat") n
  | .bool b => '}' :: pushStr (openNode acc "bool") (if b then "true" else "false")
  | .str s => '}' :: pushJsonStr (openNode acc "str") s
  | .bytes bs => '}' :: '"' :: pushHex ('"' :: openNode acc "bytes") bs
  | .list vs => closeNodeList (pushVals (openNodeList acc "list") vs)
  | .record fs => closeNodeList (pushValFields (openNodeList acc "record") fs)
  | .none => '}' :: pushStr (openNode acc "none") "null"

/-- Appends values as items. -/
def pushVals (acc : List Char) : List Val → List Char
  | [] => acc
  | v :: vs => pushVals (pushVal (pushComma acc) v) vs

/-- Appends fields as pairs. -/
def pushValFields (acc : List Char) : List (String × Val) → List Char
  | [] => acc
  | (k, v) :: fs =>
    pushValFields (']' :: pushVal (',' :: pushJsonStr ('[' :: pushComma acc) k) v) fs
end

mutual
/-- Appends the image of an expression. -/
def pushExpr (acc : List Char) : Expr → List Char
  | .var x => '}' :: pushJsonStr (openNode acc "var") x
  | .lit v => '}' :: pushVal (openNode acc "lit") v
  | .lam p b => closeNodeList (pushExpr (',' :: pushJsonStr (openNodeList acc "lam") p) b)
  | .app f a => closeNodeList (pushExpr (',' :: pushExpr (openNodeList acc "app") f) a)
  | .letE x v b =>
    closeNodeList (pushExpr (',' :: pushExpr (',' :: pushJsonStr (openNodeList acc "letE") x) v) b)
  | .ifE c t e =>
    closeNodeList (pushExpr (',' :: pushExpr (',' :: pushExpr (openNodeList acc "ifE") c) t) e)
  | .record fs => closeNodeList (pushExprFields (openNodeList acc "record") fs)
  | .get obj k => closeNodeList (pushStrItem (pushExpr (openNodeList acc "get") obj) k)
  | .set obj k v =>
    closeNodeList (pushExpr (',' :: pushStrItem (pushExpr (openNodeList acc "set") obj) k) v)
  | .list es => closeNodeList (pushExprs (openNodeList acc "list") es)
  | .fold l i a x b =>
    let acc := pushExpr (',' :: pushExpr (openNodeList acc "fold") l) i
    closeNodeList (pushExpr (',' :: pushStrItem (pushStrItem acc a) x) b)
  | .dispatch s cases d =>
    let acc := '[' :: ',' :: pushExpr (openNodeList acc "dispatch") s
    closeNodeList (pushExpr (',' :: ']' :: pushExprFields acc cases) d)
  | .op o args =>
    let acc := '[' :: ',' :: pushJsonStr (openNodeList acc "op") o.name
    closeNodeList (']' :: pushExprs acc args)
  | .prim p args =>
    let acc := '[' :: ',' :: pushJsonStr (openNodeList acc "prim") p.name
    closeNodeList (']' :: pushExprs acc args)
  | .call f args =>
    let acc := '[' :: ',' :: pushJsonStr (openNodeList acc "call") f
    closeNodeList (']' :: pushExprs acc args)
  | .rawExpr code => '}' :: pushJsonStr (openNode acc "rawExpr") code

/-- Appends expressions as items. -/
def pushExprs (acc : List Char) : List Expr → List Char
  | [] => acc
  | e :: es => pushExprs (pushExpr (pushComma acc) e) es

/-- Appends named expressions as pairs. -/
def pushExprFields (acc : List Char) : List (String × Expr) → List Char
  | [] => acc
  | (k, e) :: fs =>
    pushExprFields (']' :: pushExpr (',' :: pushJsonStr ('[' :: pushComma acc) k) e) fs
end

mutual
/-- Appends the image of a statement. -/
def pushStmt (acc : List Char) : Stmt → List Char
  | .ret e => '}' :: pushExpr (openNode acc "ret") e
  | .emit t payload rest =>
    let acc := '[' :: ',' :: pushJsonStr (openNodeList acc "emit") t
    closeNodeList (pushStmt (',' :: ']' :: pushExprFields acc payload) rest)
  | .letS x v b =>
    closeNodeList (pushStmt (',' :: pushExpr (',' :: pushJsonStr (openNodeList acc "letS") x) v) b)
  | .ifS c t e =>
    closeNodeList (pushStmt (',' :: pushStmt (',' :: pushExpr (openNodeList acc "ifS") c) t) e)
  | .dispatch s cases d =>
    let acc := '[' :: ',' :: pushExpr (openNodeList acc "dispatch") s
    closeNodeList (pushStmt (',' :: ']' :: pushStmtCases acc cases) d)
  | .forIn c x b rest =>
    let acc := pushStrItem (pushExpr (openNodeList acc "forIn") c) x
    closeNodeList (pushStmt (',' :: pushStmt (',' :: acc) b) rest)
  | .seq a b => closeNodeList (pushStmt (',' :: pushStmt (openNodeList acc "seq") a) b)

/-- Appends cases as pairs. -/
def pushStmtCases (acc : List Char) : List (String × Stmt) → List Char
  | [] => acc
  | (k, s) :: cases =>
    pushStmtCases (']' :: pushStmt (',' :: pushJsonStr ('[' :: pushComma acc) k) s) cases
end

/-- Appends names as items. -/
def pushNames (acc : List Char) : List String → List Char
  | [] => acc
  | n :: ns => pushNames (pushStrItem acc n) ns

/-- Appends a key of an object. -/
def pushKey (acc : List Char) (key : String) : List Char := ':' :: pushStrItem acc key

/-- Appends a flag of an object. -/
def pushFlag (acc : List Char) (key : String) (b : Bool) : List Char :=
  pushStr (pushKey acc key) (if b then "true" else "false")

/-- Appends the name and parameters of a declaration, and closes it. -/
def pushNamed (acc : List Char) (name : String) (params : List String) : List Char :=
  '}' :: ']' :: pushNames ('[' :: pushKey (pushJsonStr (pushKey acc "name") name) "params") params

/-- Appends the image of a function. -/
def pushFunc (acc : List Char) (f : FuncDecl) : List Char :=
  let acc := pushExpr (pushKey ('{' :: acc) "body") f.body
  pushNamed (pushFlag (pushFlag acc "isAsync" f.isAsync) "isExport" f.isExport) f.name f.params

/-- Appends the image of an effect function. -/
def pushEffectFunc (acc : List Char) (f : EffectFuncDecl) : List Char :=
  let acc := pushStmt (pushKey ('{' :: acc) "body") f.body
  pushNamed (pushFlag (pushFlag acc "isAsync" f.isAsync) "isExport" f.isExport) f.name f.params

/-- Appends the image of a method. -/
def pushMethod (acc : List Char) (m : MethodDecl) : List Char :=
  let acc := pushStmt (pushKey ('{' :: acc) "body") m.body
  pushNamed (pushFlag acc "isAsync" m.isAsync) m.name m.params

/-- Appends methods as items. -/
def pushMethods (acc : List Char) : List MethodDecl → List Char
  | [] => acc
  | m :: ms => pushMethods (pushMethod (pushComma acc) m) ms

/-- Appends the image of a class. -/
def pushClass (acc : List Char) (c : ClassDecl) : List Char :=
  let acc := pushStmt (pushKey ('{' :: acc) "constructorBody") c.constructorBody
  let acc := ']' :: pushNames ('[' :: pushKey acc "constructorParams") c.constructorParams
  let acc := pushFlag acc "isExport" c.isExport
  let acc := ']' :: pushMethods ('[' :: pushKey acc "methods") c.methods
  '}' :: pushJsonStr (pushKey acc "name") c.name

/-- Appends classes as items. -/
def pushClasses (acc : List Char) : List ClassDecl → List Char
  | [] => acc
  | c :: cs => pushClasses (pushClass (pushComma acc) c) cs

/-- Appends functions as items. -/
def pushFuncs (acc : List Char) : List FuncDecl → List Char
  | [] => acc
  | f :: fs => pushFuncs (pushFunc (pushComma acc) f) fs

/-- Appends effect functions as items. -/
def pushEffectFuncs (acc : List Char) : List EffectFuncDecl → List Char
  | [] => acc
  | f :: fs => pushEffectFuncs (pushEffectFunc (pushComma acc) f) fs

/-- Appends imports as pairs of names and source. -/
def pushImports (acc : List Char) : List (List String × String) → List Char
  | [] => acc
  | (names, source) :: rest =>
    let acc := pushNames ('[' :: '[' :: pushComma acc) names
    pushImports (']' :: pushJsonStr (',' :: ']' :: acc) source) rest

/-- Appends the image of a module's declaration. -/
def pushModule (acc : List Char) (m : ModuleDecl) : List Char :=
  let acc := ']' :: pushClasses ('[' :: pushKey ('{' :: acc) "classes") m.classes
  let acc := ']' :: pushExprFields ('[' :: pushKey acc "constants") m.constants
  let acc := ']' :: pushEffectFuncs ('[' :: pushKey acc "effectFunctions") m.effectFunctions
  let acc := ']' :: pushFuncs ('[' :: pushKey acc "functions") m.functions
  let acc := pushJsonStr (pushKey acc "header") m.header
  let acc := ']' :: pushImports ('[' :: pushKey acc "imports") m.imports
  '}' :: pushJsonStr (pushKey acc "name") m.name

/-- The image of a module: the content of its file, without a final newline. -/
def moduleImage (m : ModuleDecl) : String :=
  finishText ('}' :: pushModule (openNode [] "module") m)

end Enc.DSL
