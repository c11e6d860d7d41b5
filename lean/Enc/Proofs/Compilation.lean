import Enc.DSL.Decidable
import Enc.DSL.Eval
import Enc.DSL.CompileRs
import Enc.Modules.Handlers
import Enc.Modules.Lifecycle
import Enc.Modules.Proofs

/-!
# What the compilers print

Section 18, "Compilation" and "Cross-checks": `compileExpr` and its Rust twin print the texts of
the reference's tables and worked examples, and what is printed is what is evaluated.
-/

namespace Enc.Proofs
open Enc.DSL Enc.Modules

/-! ## JavaScript -/

theorem js_var : compileExpr (.var "x") = "x" := by decide +kernel

theorem js_nat : compileExpr (.lit (.nat 42)) = "42" := by decide +kernel

theorem js_bool : compileExpr (.lit (.bool true)) = "true" := by decide +kernel

theorem js_str : compileExpr (.lit (.str "hello")) = "'hello'" := by decide +kernel

theorem js_none : compileExpr (.lit .none) = "null" := by decide +kernel

theorem js_bytes : compileExpr (.lit (.bytes [1, 2])) = "new Uint8Array([1, 2])" := by
  decide +kernel

theorem js_lit_list : compileExpr (.lit (.list [.nat 1, .nat 2])) = "[1, 2]" := by decide +kernel

theorem js_lit_record :
    compileExpr (.lit (.record [("a", .nat 1), ("b", .nat 2)])) = "{ a: 1, b: 2 }" := by
  decide +kernel

theorem js_lam :
    compileExpr (.lam "x" (.op .add [.var "x", .lit (.nat 1)])) = "(x) => (x + 1)" := by
  decide +kernel

theorem js_app : compileExpr (.app (.var "f") (.lit (.nat 5))) = "f(5)" := by decide +kernel

theorem js_let :
    compileExpr (.letE "x" (.lit (.nat 5)) (.op .add [.var "x", .lit (.nat 3)])) =
      "(() => { const x = 5; return (x + 3); })()" := by decide +kernel

theorem js_if :
    compileExpr (.ifE (.lit (.bool true)) (.lit (.nat 1)) (.lit (.nat 2))) = "(true ? 1 : 2)" := by
  decide +kernel

theorem js_record :
    compileExpr (.record [("name", .lit (.str "alice")), ("age", .lit (.nat 30))]) =
      "{ name: 'alice', age: 30 }" := by decide +kernel

theorem js_get : compileExpr (.get (.var "person") "name") = "person.name" := by decide +kernel

theorem js_get_index : compileExpr (.get (.var "pair") "0") = "pair[0]" := by decide +kernel

theorem js_set :
    compileExpr (.set (.var "config") "timeout" (.lit (.nat 5000))) =
      "({ ...config, timeout: 5000 })" := by decide +kernel

theorem js_fold :
    compileExpr (.fold (.list [.lit (.nat 1), .lit (.nat 2), .lit (.nat 3)]) (.lit (.nat 0))
      "acc" "x" (.op .add [.var "acc", .var "x"])) =
      "[1, 2, 3].reduce((acc, x) => (acc + x), 0)" := by decide +kernel

theorem js_concat_list :
    compileExpr (.op .concatList [.var "a", .var "b"]) = "[...a, ...b]" := by decide +kernel

theorem js_prim : compileExpr (.prim .sha256 [.var "data"]) = "sha256(data)" := by decide +kernel

theorem js_prim_json :
    compileExpr (.prim .jsonStringify [.var "data"]) = "JSON.stringify(data)" := by decide +kernel

theorem js_call :
    compileExpr (.call "new Uint8Array" [.lit (.nat 32)]) = "new Uint8Array(32)" := by
  decide +kernel

/-- Worked example 1. -/
theorem js_example_getState :
    compileExpr (.op .band [.var "bitmask", .rawExpr "0xFFn"]) = "(bitmask & 0xFFn)" := by
  decide +kernel

/-- Worked example 2: one function for the whole chain, names with an underscore bare. -/
theorem js_example_domainHash :
    compileExpr
      (.letE "buf"
        (.call "new Uint8Array" [.op .add [.lit (.nat 1), .get (.var "data") "length"]])
        (.letE "_" (.call "buf.set" [.list [.var "prefix"], .lit (.nat 0)])
          (.letE "_" (.call "buf.set" [.var "data", .lit (.nat 1)])
            (.prim .sha256 [.var "buf"])))) =
      "(() => { const buf = new Uint8Array((1 + data.length)); buf.set([prefix], 0); " ++
        "buf.set(data, 1); return sha256(buf); })()" := by decide +kernel

/-- Worked example 3. -/
theorem js_example_isActive :
    compileExpr Lifecycle.isActive.body =
      "(() => { switch (state) { case 'Active': return true; case 'Paused': return (eventType " ++
        "=== 'Resume'); case 'Terminated': return false; default: return false; } })()" := by
  decide +kernel

/-- Worked example 4. -/
theorem js_example_handleCommit :
    compileEffectFunc Handlers.handleCommit =
      "export function handleCommit(state, commit, context) {\n" ++
        "  const effects = []\n" ++
        "  const result = processCommit(state, commit, context)\n" ++
        "  effects.push({ type: 'storage.appendEvent', event: result.event })\n" ++
        "  effects.push({ type: 'storage.writeState', state: result.newState })\n" ++
        "  effects.push({ type: 'transport.broadcast', filter: '*', payload: result.event })\n" ++
        "  return result.event\n}" := by decide +kernel

/-- Worked example 5. -/
theorem js_example_verifyProof :
    compileExpr Modules.Proofs.foldPath.body =
      "siblings.reduce((currentHash, sibling) => (sibling.isLeft ? smtNodeHash(sibling.hash, " ++
        "currentHash) : smtNodeHash(currentHash, sibling.hash)), leafHash)" := by decide +kernel

/-- A name that is bound a second time starts a function of its own. -/
theorem js_rebound :
    compileExpr (.letE "x" (.lit (.nat 1)) (.letE "x" (.op .add [.var "x", .lit (.nat 1)])
      (.var "x"))) =
      "(() => { const x = 1; return (() => { const x = (x + 1); return x; })(); })()" := by
  decide +kernel

theorem js_stmt_ret_none : compileStmt (.ret (.lit .none)) = "" := by decide +kernel

theorem js_stmt_if :
    compileStmt (.ifS (.var "c") (.ret (.lit (.nat 1))) (.ret (.lit .none))) =
      "if (c) {\n  return 1\n} else {\n}" := by decide +kernel

theorem js_stmt_underscore :
    compileStmt (.letS "_" (.call "buf.set" [.var "data", .lit (.nat 0)]) (.ret (.var "buf"))) =
      "buf.set(data, 0)\nreturn buf" := by decide +kernel

theorem js_stmt_dispatch :
    compileStmt (.dispatch (.var "s") [("k", .ret (.lit (.nat 1)))] (.ret (.lit (.nat 2)))) =
      "switch (s) {\n  case 'k':\n    return 1\n    break\n  default:\n    return 2\n}" := by
  decide +kernel

/-! ## Rust -/

theorem rs_example_getState :
    compileExprRs (.op .band [.var "bitmask", .rawExpr "0xFFn"]) = "(bitmask & 0xFFu128)" := by
  decide +kernel

theorem rs_example_isActive :
    compileExprRs Lifecycle.isActive.body =
      "match state.as_str() { \"Active\" => true, \"Paused\" => (eventType == " ++
        "\"Resume\".to_string()), \"Terminated\" => false, _ => false }" := by decide +kernel

theorem rs_record :
    compileExprRs (.record [("name", .lit (.str "alice")), ("age", .lit (.nat 30))]) =
      "json!({ \"name\": \"alice\".to_string(), \"age\": 30 })" := by decide +kernel

theorem rs_let :
    compileExprRs (.letE "x" (.lit (.nat 5)) (.op .add [.var "x", .lit (.nat 3)])) =
      "{ let x = 5; (x + 3) }" := by decide +kernel

theorem rs_coercion : compileExprRs (.prim .bigInt [.var "x"]) = "x" := by decide +kernel

theorem rs_prim : compileExprRs (.prim .sha256Hash [.var "data"]) = "sha256_hash(data)" := by
  decide +kernel

/-! ## Cross-checks: the text and the value of one expression -/

/-- The expression of both. -/
def sumExpr : Expr := .op .add [.lit (.nat 3), .lit (.nat 4)]

theorem cross_sum : compileExpr sumExpr = "(3 + 4)" ∧ eval [] sumExpr = .nat 7 := by
  decide +kernel

/-- Worked example 1 with a literal in place of the raw code. -/
def maskExpr : Expr := .op .band [.lit (.nat 0x1FF), .lit (.nat 0xFF)]

theorem cross_mask : compileExpr maskExpr = "(511 & 255)" ∧ eval [] maskExpr = .nat 255 := by
  decide +kernel

/-- A closed value is printed as the JavaScript literal of what it evaluates to. -/
theorem cross_value (n : Nat) (b : Bool) :
    compileExpr (.lit (.nat n)) = compileVal (eval [] (.lit (.nat n))) ∧
      compileExpr (.lit (.bool b)) = compileVal (eval [] (.lit (.bool b))) := ⟨rfl, rfl⟩

end Enc.Proofs
