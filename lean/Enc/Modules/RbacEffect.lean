import Enc.Modules.Sugar

/-!
# Access control with effects

The part of `kernel/Rbac` that tells the host to write.
-/

namespace Enc.Modules.RbacEffect
open Enc.DSL Enc.Modules

/-- Writes a state record after `changes`, which are those of `kernel/Access.applyAccess`: its
tables `masks`, `gates` and `endpoints` follow, its other fields stay. Answers the state; none, and
nothing is written, where the changes are a problem or change nothing. -/
def writeAccess : EffectFuncDecl := effectFn "writeAccess" ["state", "changes"] <|
  .letS "masks" (.call "withMasks" [.get (v "state") "masks", .get (v "changes") "masks"]) <|
    .letS "gates" (.call "withGates" [.get (v "state") "gates", .get (v "changes") "gates"]) <|
      .letS "endpoints"
        (.call "withEndpoints"
          [.get (v "state") "endpoints", .get (v "changes") "endpoints"]) <|
        .letS "after"
          (.set (.set (.set (v "state") "masks" (v "masks")) "gates" (v "gates"))
            "endpoints" (v "endpoints")) <|
          .ifS
            (or (eq (v "after") (v "state"))
              (or (eq (v "masks") nothing)
                (or (eq (v "gates") nothing) (eq (v "endpoints") nothing))))
            done
            (.emit "storage.writeState" [("state", v "after")] <| .ret (v "after"))

end Enc.Modules.RbacEffect
