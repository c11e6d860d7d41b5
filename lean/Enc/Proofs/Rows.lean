import Enc.DSL.Decidable
import Enc.DSL.Program
import Enc.Modules.Log
import Enc.Modules.StateTree

/-!
# Trees in rows

What the walks over rows rest on, stated about `eval` and the bodies that the modules export.
-/

namespace Enc.Proofs
open Enc.DSL Enc.Modules

/-- Three complete subtrees are joined as RFC 9162, section 2.1.1, splits: the largest is the left
child of the root, whatever stands in them. -/
theorem log_edgeHash (a b c : List UInt8) :
    evalIn [] [("hashes", .list [.bytes c, .bytes b, .bytes a])] Log.edgeHash.body =
      .bytes (Sha256.hash (1 :: appendBytes a (Sha256.hash (1 :: appendBytes b c)))) := rfl

/-- The constants that `partDepth` sees. -/
def partEnv (a b : Nat) : Env :=
  [ ("a", .nat a), ("b", .nat b), ("SMT_DEPTH", .nat 168),
    ("HALVES", .list [.nat 128, .nat 64, .nat 32, .nat 16, .nat 8, .nat 4, .nat 2, .nat 1]) ]

/-- Two keys that differ in their last bit only have parted where the leaves are. -/
theorem tree_partDepth_last :
    evalIn [] (partEnv (2 ^ 168 - 1) (2 ^ 168 - 2)) StateTree.partDepth.body = .nat 168 := by
  decide

/-- Two that differ in their first bit have parted below the root. -/
theorem tree_partDepth_first :
    evalIn [] (partEnv 0 (2 ^ 167)) StateTree.partDepth.body = .nat 1 := by decide

/-- No row is written for an empty subtree. -/
theorem tree_innerRow_empty :
    evalIn [] [("hash", .bytes [1, 2]), ("EMPTY_HASH", .bytes [1, 2])] StateTree.innerRow.body =
      .none := by decide

end Enc.Proofs
