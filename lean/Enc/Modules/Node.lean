import Enc.Modules.NodeClass

/-!
# The module `node/Node`

What a host calls (docs/hosts.md), assembled: the step and the class here, deliveries and headers
from where they are written.
-/

namespace Enc.Modules.Node
open Enc.DSL Enc.Modules

def module : SpecModule :=
  { layer := "node",
    decl :=
      { name := "Node",
        header := "The node: one pure step for every request.",
        imports :=
          [ (["HASH_BYTES", "Status"], "kernel/Types"),
            (["isHex", "publicKeyOf"], "kernel/Crypto"),
            (["isShapedFor", "ok", "refuse", "reply", "routeOf"], "node/Api"),
            (["answerCommit", "answerTimer", "commitWants"], "node/Commits"),
            (["answerPull", "answerQuery", "pullWants", "queryWants"], "node/Queries"),
            (["answerBundle", "answerConsistency", "answerEnclave", "answerInclusion",
              "answerState", "bundleWants", "consistencyWants", "inclusionWants",
              "stateWants"], "node/Proving"),
            (["answerRegistry", "registryWants"], "node/Registry"),
            (["answerRestore", "restoreWants"], "node/Restore"),
            (["asFrame", "refuseFrame", "subscribe", "unsubscribe"], "node/WsHandlers") ],
        classes := [NodeClass.node],
        functions :=
          [ NodeClass.needsNone, NodeClass.route, NodeClass.opProblem, NodeClass.reads,
            NodeClass.info, NodeClass.refusal, NodeClass.answerRest, NodeClass.answerOf ],
        effectFunctions := [NodeClass.step] } }

end Enc.Modules.Node
