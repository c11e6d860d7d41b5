import Enc.Bodies

/-!
# Templates in the image
-/

namespace Enc.Tests
open Enc.DSL

#guard templateImage
    { layer := "node", name := "Server", path := "js/node/server.js", artifactClass := .operational,
      imports := ["kernel/Rbac", "node/Node"] } "a \"b\"\n\té\u0001"
    = "{\"template\":{\"class\":\"operational\",\"imports\":[\"kernel/Rbac\",\"node/Node\"],"
        ++ "\"name\":\"Server\",\"path\":\"js/node/server.js\","
        ++ "\"text\":\"a \\\"b\\\"\\n\\té\\u0001\"}}"
#guard templateImage { layer := "app", name := "T", path := "t", artifactClass := .protocol } ""
    = "{\"template\":{\"class\":\"protocol\",\"imports\":[],\"name\":\"T\",\"path\":\"t\","
        ++ "\"text\":\"\"}}"
#guard Template.source { layer := "app", name := "T", path := "t", artifactClass := .platform }
    = "app/T"

end Enc.Tests
