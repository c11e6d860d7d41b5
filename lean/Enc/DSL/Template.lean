import Enc.DSL.Image

/-!
# Templates

Files of hosts, which the grammar cannot say: they wait, talk and store. Evaluation knows nothing
of them.
-/

namespace Enc.DSL

/-- What an emitted file is for. -/
inductive ArtifactClass where
  | protocol
  | platform
  | operational

/-- The word in images and manifests. -/
def ArtifactClass.name : ArtifactClass → String
  | .protocol => "protocol"
  | .platform => "platform"
  | .operational => "operational"

/-- A file that is emitted as it is. Its text stands below `Enc/Bodies`, at the path where it goes
in the generated tree. `imports` are the modules whose emitted code it uses, as `layer/Name`. -/
structure Template where
  layer : String
  name : String
  path : String
  artifactClass : ArtifactClass
  imports : List String := []

/-- The path of a template's image, without its ending. -/
def Template.source (t : Template) : String := t.layer ++ "/" ++ t.name

/-- The image of a template with its text: the content of its file, without a final newline. -/
def templateImage (t : Template) (text : String) : String :=
  let acc := openNode [] "template"
  let acc := pushJsonStr (pushKey ('{' :: acc) "class") t.artifactClass.name
  let acc := ']' :: pushNames ('[' :: pushKey acc "imports") t.imports
  let acc := pushJsonStr (pushKey acc "name") t.name
  let acc := pushJsonStr (pushKey acc "path") t.path
  finishText ('}' :: '}' :: pushJsonStr (pushKey acc "text") text)

end Enc.DSL
