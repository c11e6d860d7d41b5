import Enc.Modules.WireSchema

/-!
# The routes of the wire, for tools

An OpenAPI 3.1 document: routes, the shapes of `WireSchema`, and what each status may mean, from the
catalogue of `Api`.
-/

namespace Enc.Modules.OpenApi
open Enc.DSL Enc.Modules Enc.Modules.WireSchema

def shapeRef (name : String) : Expr :=
  .record [("$ref", s ("#/components/schemas/" ++ name))]

def json (schema : Expr) : Expr :=
  .record [("application/json", .record [("schema", schema)])]

/-- The number of a status. -/
def statusNumber (name : String) : List (String × Nat) → String
  | [] => "default"
  | (own, number) :: rest => if own == name then Nat.repr number else statusNumber name rest

def numberOf (name : String) : String := statusNumber name Types.statuses

def listed : List (String × String) → String
  | [] => ""
  | [(code, message)] => "`" ++ code ++ "`: " ++ message ++ "."
  | (code, message) :: rest => "`" ++ code ++ "`: " ++ message ++ "; " ++ listed rest

/-- The answer of each status that refuses, with its codes. -/
def refusals : List (String × List (String × String)) → List (String × Expr)
  | [] => []
  | (status, codes) :: rest =>
    ( status,
      .record
        [ ("description", s (listed codes)),
          ("content",
            json
              (.record
                [ ("allOf",
                    .list
                      [ shapeRef "Error",
                        .record
                          [ ("properties",
                              .record [("error", some (codesOf codes))]) ] ]) ])) ] ) ::
      refusals rest

def refusedWith : List String → List (String × Expr)
  | [] => []
  | status :: rest =>
    (numberOf status, .record [("$ref", s ("#/components/responses/" ++ status))]) ::
      refusedWith rest

def answered (what : String) (schema : Expr) (statuses : List String) : Expr :=
  .record
    (( numberOf "Ok",
       .record [("description", s what), ("content", json schema)] ) :: refusedWith statuses)

def operation (id summary : String) (parts : List (String × Expr)) (responses : Expr) : Expr :=
  .record
    (("operationId", s id) :: ("summary", s summary) :: ("responses", responses) :: parts)

def body (schema : Expr) : List (String × Expr) :=
  [("requestBody", .record [("required", yes), ("content", json schema)])]

def parameter (place name : String) (required : Bool) (schema : Expr) : Expr :=
  .record
    [ ("name", s name), ("in", s place), ("required", if required then yes else no),
      ("schema", schema) ]

def parameters (items : List Expr) : List (String × Expr) := [("parameters", .list items)]

def inPath (name : String) : Expr := parameter "path" name true (shapeRef "Hash")

/-- What can go wrong at a path of an enclave, and what besides where somebody reads. -/
def public_ : List String :=
  ["Malformed", "NotFound", "MethodNotAllowed", "Conflict", "TooLarge", "Internal"]
def read : List String :=
  [ "Malformed", "Unauthenticated", "Forbidden", "NotFound", "MethodNotAllowed", "Conflict",
    "TooLarge", "Internal" ]

def get (item : Expr) : Expr := .record [("get", item)]
def post (item : Expr) : Expr := .record [("post", item)]

def sth (id param : String) : Expr :=
  get
    (operation id "The signed tree head." (parameters [inPath param])
      (answered "The tree head." (shapeRef "TreeHead") public_))

def consistency (id param : String) : Expr :=
  get
    (operation id "That the log of the second size grew from that of the first."
      (parameters
        [ inPath param, parameter "query" "first" true (shapeRef "Natural"),
          parameter "query" "second" false (shapeRef "Natural") ])
      (answered "The proof; `second` is the log's size if it was left out."
        (shapeRef "Consistency") public_))

def entry (id param what : String) (schema : Expr) : Expr :=
  get
    (operation id what
      (parameters [parameter "path" param true text])
      (answered "The entry, as it was committed." schema public_))

def ask (id what request answer result : String) : Expr :=
  post
    (operation id what (body (shapeRef request)) (answered result (shapeRef answer) read))

def paths : List (String × Expr) :=
  [ ("/",
      .record
        [ ("get",
            operation "info" "What the node says of itself." []
              (answered "Its protocol and its key." (shapeRef "Info")
                ["Malformed", "TooLarge", "Internal"])),
          ("post",
            operation "submit" "A commit, a query or a pull."
              (body
                (.record
                  [ ("oneOf",
                      .list [shapeRef "Commit", shapeRef "Query", shapeRef "Pull"]) ]))
              (answered "The receipt of a commit, the events of a query, the page of a pull."
                (.record
                  [ ("oneOf",
                      .list [shapeRef "Receipt", shapeRef "Events", shapeRef "Page"]) ])
                [ "Malformed", "Unauthenticated", "Forbidden", "NotFound", "MethodNotAllowed",
                  "Conflict", "Expired", "TooLarge", "RateLimited", "Internal" ])) ]),
    ("/enclave/{id}",
      get
        (operation "enclave" "What the node has of an enclave." (parameters [inPath "id"])
          (answered "The enclave." (shapeRef "Enclave") public_))),
    ("/{enclave}/sth", sth "treeHead" "enclave"),
    ("/enclave/{id}/sth", sth "treeHeadBelow" "id"),
    ("/{enclave}/consistency", consistency "consistency" "enclave"),
    ("/enclave/{id}/consistency", consistency "consistencyBelow" "id"),
    ("/inclusion",
      ask "inclusion" "That the log holds the bundle of an event." "AskInclusion" "Leaf"
        "The path of the bundle's leaf."),
    ("/bundle",
      ask "bundle" "That a bundle holds an event." "AskBundle" "BundleProof"
        "The path of the event."),
    ("/state",
      ask "state" "What the state tree has at a place." "AskState" "State"
        "The proof, and the leaf of the log that binds it."),
    ("/state-batch",
      ask "stateBatch" "What the state tree has at several places." "AskStates" "States"
        "The proofs in the order of the places."),
    ("/restore",
      post
        (operation "restore" "A chunk of a pull, of an enclave that this node takes over."
          (body (shapeRef "Chunk"))
          (answered "Whether the enclave is this node's." (shapeRef "Restored") read))),
    ("/nodes/{seq_pub}", entry "node" "seq_pub" "The registry's entry of a node." anything),
    ("/enclaves/{id}", entry "enclaveEntry" "id" "The registry's entry of an enclave." anything),
    ("/identity/{id_pub}",
      entry "identity" "id_pub" "The registry's entry of an identity." anything),
    ("/resolve/{id}",
      entry "resolve" "id" "An enclave's entry with that of its node." (shapeRef "Resolved")) ]

def openapi : Expr :=
  .record
    [ ("openapi", s "3.1.0"),
      ("info",
        .record
          [ ("title", s "A node of the protocol"), ("version", s "2"),
            ("description",
              s "A WebSocket at `/` takes messages of the shape `ClientFrame` and answers with `NodeFrame`. `OPTIONS` of anything is answered with 204. To the endpoints of grants a node posts `Push` and `Notify`."),
            ("license",
              .record [("name", s "Apache-2.0"), ("identifier", s "Apache-2.0")]) ]),
      ("servers", .list [.record [("url", s "/")]]),
      ("security", .list []),
      ("paths", .record paths),
      ("components",
        .record
          [ ("schemas", .record (shapes "#/components/schemas/")),
            ("responses", .record (refusals Api.catalogue)) ]) ]

def module : SpecModule :=
  { layer := "node",
    decl :=
      { name := "OpenApi",
        header := "The routes of the wire as OpenAPI.",
        imports := bounds,
        constants := [("OPENAPI", openapi)] } }

end Enc.Modules.OpenApi
