import Enc.Modules.Sugar

/-!
# The wire: routes, shapes and errors

Which request is about what, whether its fields are what they must be, and what a refusal says
(docs/protocol.md). Refusals are codes; `errorBody` and `statusOf` make replies of them.
-/

namespace Enc.Modules.Api
open Enc.DSL Enc.Modules

/-! ## Errors -/

/-- Codes by status, each with its message. -/
def catalogue : List (String × List (String × String)) :=
  [ ("Malformed",
      [ ("bad_json", "the body is not JSON"),
        ("bad_number", "a number is not an integer from 0 to 2^53 - 1"),
        ("bad_target", "the request target has a character or a repeated name that it cannot have"),
        ("bad_body", "the body is not an object of the fields of this request"),
        ("unknown_field", "the body has a field that this request does not have"),
        ("invalid_kind", "expected a commit, a Query or a Pull"),
        ("ambiguous_kind", "the body is a commit and a query at once"),
        ("malformed", "a field of the commit is missing or is not what it must be"),
        ("bad_alg", "the only signature scheme is schnorr"),
        ("bad_hash", "the hash is not that of the commit"),
        ("bad_manifest", "the manifest is not valid"),
        ("bad_content", "the content is not what an event of this type must have"),
        ("bad_filter", "the filter is not valid"),
        ("bad_range", "the numbers are not within the log") ]),
    ("Unauthenticated",
      [ ("bad_signature", "the signature is not by the key that it names"),
        ("no_session", "this request needs a session"),
        ("bad_session", "the session is not valid at this node"),
        ("session_expired", "the session has expired") ]),
    ("Forbidden", [("not_authorized", "access control does not allow this")]),
    ("NotFound",
      [ ("invalid_route", "Expected POST / or /enclave/:id[/:action]"),
        ("unknown_enclave", "this node has no such enclave"),
        ("unknown_event", "there is no such event"),
        ("unknown_target", "the event that this one is about is not there"),
        ("not_found", "there is no such entry") ]),
    ("MethodNotAllowed", [("method_not_allowed", "this path does not have that method")]),
    ("Conflict",
      [ ("duplicate", "this commit was taken before"),
        ("enclave_exists", "there is an enclave of this manifest"),
        ("paused", "the enclave is paused"),
        ("terminated", "the enclave is terminated"),
        ("migrated", "the enclave has another sequencer"),
        ("not_active", "the enclave takes no events"),
        ("restoring", "the enclave is being taken over"),
        ("wrong_state", "the identity is not in the state that it would leave"),
        ("no_change", "everything is like that already"),
        ("deleted", "the event that this one is about is deleted"),
        ("open_bundle", "the event is not in the log yet") ]),
    ("Expired", [("expired", "the commit has expired")]),
    ("TooLarge", [("too_large", "the request is too large")]),
    ("RateLimited", [("rate_limited", "too many commits")]),
    ("Internal",
      [ ("internal", "the node cannot answer"),
        ("store_corrupt", "the store is not what the node signed") ]) ]

/-- One case for each code of a status, before the others. -/
def codesOf (status : String) (others : List (String × Expr)) :
    List (String × String) → List (String × Expr)
  | [] => others
  | (code, _) :: rest => (code, .get (v "Status") status) :: codesOf status others rest

def messagesOf (others : List (String × Expr)) : List (String × String) → List (String × Expr)
  | [] => others
  | (code, message) :: rest => (code, s message) :: messagesOf others rest

def messages : List (String × List (String × String)) → List (String × Expr)
  | [] => []
  | (_, codes) :: rest => messagesOf (messages rest) codes

def statuses : List (String × List (String × String)) → List (String × Expr)
  | [] => []
  | (status, codes) :: rest => codesOf status (statuses rest) codes

/-- The status of a reply with that error code. -/
def statusFor : FuncDecl := fn "statusFor" ["code"] <|
  .dispatch (v "code") (statuses catalogue) (.get (v "Status") "Internal")

/-- What a code means, for people. -/
def messageFor : FuncDecl := fn "messageFor" ["code"] <|
  .dispatch (v "code") (messages catalogue) (s "the node cannot answer")

def errorOf : FuncDecl := fn "errorOf" ["code"] <|
  .record [("error", v "code"), ("message", .call "messageFor" [v "code"])]

/-- A reply: what `step` turns into effects. -/
def reply : FuncDecl := fn "reply" ["status", "payload"] <|
  .record [("status", v "status"), ("payload", v "payload")]

def ok : FuncDecl := fn "ok" ["payload"] <|
  .call "reply" [.get (v "Status") "Ok", v "payload"]

/-- The reply of a refusal. -/
def refuse : FuncDecl := fn "refuse" ["code"] <|
  .call "reply" [.call "statusFor" [v "code"], .call "errorOf" [v "code"]]

/-! ## Routes -/

/-- What a request is about: the operation, and the enclave as it names it. -/
def target : FuncDecl := helper "target" ["op", "enclave"] <|
  .record [("op", v "op"), ("enclave", v "enclave")]

/-- A path that exists, with another method. -/
def wrongMethod : FuncDecl := helper "wrongMethod" ["allow"] <|
  .record [("op", s "refused"), ("code", s "method_not_allowed"), ("allow", v "allow")]

def noRoute : Expr := .record [("op", s "refused"), ("code", s "invalid_route")]

/-- `GET` or refused. -/
def onGet : FuncDecl := helper "onGet" ["method", "route"] <|
  .ifE (eq (v "method") (s "GET")) (v "route") (.call "wrongMethod" [s "GET, OPTIONS"])

/-- `POST` or refused. -/
def onPost : FuncDecl := helper "onPost" ["method", "route"] <|
  .ifE (eq (v "method") (s "POST")) (v "route") (.call "wrongMethod" [s "POST, OPTIONS"])

/-- The operation of a body that is sent to `/`. A commit has `exp`. -/
def kindOf : FuncDecl := fn "kindOf" ["body"] <|
  .letE "asks"
    (.dispatch (.get (v "body") "type") [("Query", s "query"), ("Pull", s "pull")] nothing) <|
    .letE "enclave" (.get (v "body") "enclave") <|
      .ifE (eq (.get (v "body") "exp") nothing)
        (.ifE (eq (v "asks") nothing)
          (.record [("op", s "refused"), ("code", s "invalid_kind")])
          (.call "target" [v "asks", v "enclave"]))
        (.ifE (eq (v "asks") nothing)
          (.call "target" [s "commit", v "enclave"])
          (.record [("op", s "refused"), ("code", s "ambiguous_kind")]))

/-- Whether a value is a record. -/
def isRecord : FuncDecl := fn "isRecord" ["value"] <|
  ne (.set (v "value") "x" nothing) nothing

/-- The route of a body, once it is known to be one. -/
def withBody : FuncDecl := helper "withBody" ["body", "route"] <|
  .ifE (.call "isRecord" [v "body"]) (v "route")
    (.record [("op", s "refused"), ("code", s "bad_body")])

/-- Routes of one segment. -/
def routeOne : FuncDecl := helper "routeOne" ["method", "first", "body"] <|
  .letE "posted"
    (.dispatch (v "first")
      [ ("inclusion", s "inclusion"), ("bundle", s "bundle"), ("state", s "state"),
        ("state-batch", s "stateBatch"), ("restore", s "restore") ]
      nothing) <|
    .ifE (eq (v "posted") nothing) noRoute
      (.call "onPost"
        [ v "method",
          .call "withBody"
            [v "body", .call "target" [v "posted", .get (v "body") "enclave"]] ])

/-- What can be asked of an enclave by its path. -/
def actionOf : FuncDecl := helper "actionOf" ["enclave", "action"] <|
  .dispatch (v "action")
    [ ("sth", .call "target" [s "sth", v "enclave"]),
      ("consistency", .call "target" [s "consistency", v "enclave"]) ]
    nothing

/-- Routes of two segments: the registry's, then an enclave's. -/
def routeTwo : FuncDecl := helper "routeTwo" ["method", "first", "second", "registry"] <|
  .letE "kind"
    (.dispatch (v "first")
      [ ("nodes", s "nodes"), ("enclaves", s "enclaves"), ("resolve", s "resolve"),
        ("identity", s "identity") ]
      nothing) <|
    .ifE (ne (v "kind") nothing)
      (.call "onGet"
        [ v "method",
          .record [("op", v "kind"), ("enclave", v "registry"), ("name", v "second")] ]) <|
      .ifE (eq (v "first") (s "enclave"))
        (.call "onGet" [v "method", .call "target" [s "enclave", v "second"]]) <|
        .letE "action" (.call "actionOf" [v "first", v "second"]) <|
          .ifE (eq (v "action") nothing) noRoute (.call "onGet" [v "method", v "action"])

/-- Routes of three segments: `/enclave/:id/:action`. -/
def routeThree : FuncDecl := helper "routeThree" ["method", "first", "second", "third"] <|
  .letE "action" (.call "actionOf" [v "second", v "third"]) <|
    .ifE (or (ne (v "first") (s "enclave")) (eq (v "action") nothing)) noRoute
      (.call "onGet" [v "method", v "action"])

/-- Routes by the number of segments. -/
def routePath : FuncDecl := helper "routePath" ["request", "registry"] <|
  .letE "method" (.get (v "request") "method") <|
    .letE "path" (.get (v "request") "path") <|
      .letE "body" (.get (v "request") "body") <|
        .dispatch (.prim .jsonStringify [lengthList (v "path")])
          [ ("0",
              .ifE (eq (v "method") (s "GET"))
                (.record [("op", s "info")])
                (.ifE (eq (v "method") (s "POST"))
                  (.call "withBody" [v "body", .call "kindOf" [v "body"]])
                  (.call "wrongMethod" [s "GET, POST, OPTIONS"]))),
            ("1", .call "routeOne" [v "method", .get (v "path") "0", v "body"]),
            ("2",
              .call "routeTwo"
                [v "method", .get (v "path") "0", .get (v "path") "1", v "registry"]),
            ("3",
              .call "routeThree"
                [ v "method", .get (v "path") "0", .get (v "path") "1",
                  .get (v "path") "2" ]) ]
          noRoute

/-- The operation of a message on a WebSocket. -/
def routeFrame : FuncDecl := helper "routeFrame" ["body"] <|
  .dispatch (.get (v "body") "type")
    [ ("Query", .call "target" [s "subscribe", .get (v "body") "enclave"]),
      ("Close", .record [("op", s "unsubscribe")]),
      ("Commit",
        .call "target" [s "commitFrame", .get (.get (v "body") "commit") "enclave"]) ]
    (.record [("op", s "refused"), ("code", s "invalid_kind")])

/-- What a request is about: `{op, enclave, name?}`, or `{op: "refused", code, allow?}`. -/
def routeOf : FuncDecl := fn "routeOf" ["request", "registry"] <|
  .letE "problem" (.get (v "request") "problem") <|
    .ifE (ne (v "problem") nothing)
      (.record [("op", s "refused"), ("code", v "problem")]) <|
      .dispatch (.get (v "request") "kind")
        [ ("http",
            .ifE (eq (.get (v "request") "method") (s "OPTIONS"))
              (.record [("op", s "preflight")])
              (.call "routePath" [v "request", v "registry"])),
          ("frame",
            .call "withBody"
              [ .get (v "request") "body",
                .call "routeFrame" [.get (v "request") "body"] ]),
          ("timer",
            .record
              [ ("op", s "timer"), ("enclave", .get (v "request") "enclave") ]) ]
        (.record [("op", s "refused"), ("code", s "invalid_kind")])

/-- The header fields of a response. Nothing is to be kept by caches, and pages of any origin may
ask: what an answer shows depends on what is signed, never on who carries it. -/
def headers : FuncDecl := fn "headers" ["request", "status", "payload"] <|
  concatList
    (.list
      [ .record [("name", s "content-type"), ("value", s "application/json")],
        .record [("name", s "cache-control"), ("value", s "no-store")],
        .record [("name", s "access-control-allow-origin"), ("value", s "*")],
        .record
          [ ("name", s "access-control-allow-methods"), ("value", s "GET, POST, OPTIONS") ],
        .record
          [ ("name", s "access-control-allow-headers"), ("value", s "content-type") ] ])
    (.dispatch (.prim .jsonStringify [v "status"])
      [ ("405",
          .letE "allow" (.get (.call "routeOf" [v "request", nothing]) "allow") <|
            .list [.record [("name", s "allow"), ("value", v "allow")]]),
        ("429",
          .list
            [ .record
                [ ("name", s "retry-after"),
                  ("value", .prim .jsonStringify [.get (v "payload") "retry_after"]) ] ]) ]
      (.list []))

/-! ## Shapes -/

/-- `record` with every one of these fields none. -/
def blank (record : Expr) : List String → Expr
  | [] => record
  | field :: rest => .set (blank record rest) field nothing

/-- Whether a record has no field but these. -/
def only (record : Expr) (fields : List String) : Expr :=
  eq (blank record fields) (blank (.record []) fields)

def commitFields : List String :=
  ["hash", "enclave", "from", "type", "content", "exp", "tags", "alg", "sig"]

/-- Whether a value is text of 1 to `most` characters. -/
def isWord : FuncDecl := helper "isWord" ["value", "most"] <|
  eq yes (and (lt (n 0) (lengthStr (v "value"))) (le (lengthStr (v "value")) (v "most")))

def isTag : FuncDecl := helper "isTag" ["tag"] <|
  eq yes
    (and (eq (lengthList (v "tag")) (n 2))
      (and (le (n 0) (lengthStr (.get (v "tag") "0")))
        (le (n 0) (lengthStr (.get (v "tag") "1")))))

def isTags : FuncDecl := helper "isTags" ["tags"] <|
  or (eq (v "tags") nothing)
    (eq yes
      (and (le (lengthList (v "tags")) (v "MAX_TAGS"))
        (.fold (v "tags") yes "ok" "tag" (and (v "ok") (.call "isTag" [v "tag"])))))

/-- Why a body is no commit; none if it may be one. Its hash and signature are yet to be checked. -/
def commitShape : FuncDecl := fn "commitShape" ["commit"] <|
  .ifE (not (.call "isRecord" [v "commit"])) (s "bad_body") <|
    .ifE (not (only (v "commit") commitFields)) (s "unknown_field") <|
      .ifE
        (eq yes
          (and
            (and (.call "isHex" [.get (v "commit") "hash", v "HASH_BYTES"])
              (and (.call "isHex" [.get (v "commit") "enclave", v "HASH_BYTES"])
                (.call "isHex" [.get (v "commit") "from", v "HASH_BYTES"])))
            (and
              (and (.call "isWord" [.get (v "commit") "type", v "MAX_TYPE"])
                (le (n 0) (.get (v "commit") "exp")))
              (and (.call "isTags" [.get (v "commit") "tags"])
                (.call "isHex" [.get (v "commit") "sig", v "SIGNATURE_BYTES"])))))
        (.letE "alg" (.get (v "commit") "alg") <|
          .ifE (or (eq (v "alg") nothing) (eq (v "alg") (v "ALG_SCHNORR"))) nothing
            (s "bad_alg"))
        (s "malformed")

/-- Whether a body has no field but those of its operation. -/
def isShapedFor : FuncDecl := fn "isShapedFor" ["op", "body"] <|
  .dispatch (v "op")
    [ ("query", only (v "body") ["type", "enclave", "session", "sig", "filter"]),
      ("subscribe", only (v "body") ["type", "sub_id", "enclave", "session", "sig", "filter"]),
      ("unsubscribe", only (v "body") ["type", "sub_id"]),
      ("commitFrame", only (v "body") ["type", "commit"]),
      ("pull", only (v "body") ["type", "enclave", "session", "sig", "from", "limit"]),
      ("inclusion", only (v "body") ["enclave", "session", "sig", "seq", "tree_size"]),
      ("bundle", only (v "body") ["enclave", "session", "sig", "seq"]),
      ("state", only (v "body") ["enclave", "session", "sig", "namespace", "key"]),
      ("stateBatch", only (v "body") ["enclave", "session", "sig", "keys"]),
      ("restore", only (v "body") ["enclave", "events", "bundles"]) ]
    yes

def module : SpecModule :=
  { layer := "node",
    decl :=
      { name := "Api",
        header := "The wire: routes, shapes and errors.",
        imports :=
          [ (["ALG_SCHNORR", "HASH_BYTES", "SIGNATURE_BYTES", "Status"], "kernel/Types"),
            (["isHex"], "kernel/Crypto") ],
        constants := [("MAX_TAGS", n 64), ("MAX_TYPE", n 64)],
        functions :=
          [ statusFor, messageFor, errorOf, reply, ok, refuse, target, wrongMethod, onGet,
            onPost, kindOf, isRecord, withBody, routeOne, actionOf, routeTwo, routeThree,
            routePath, routeFrame, routeOf, headers, isWord, isTag, isTags, commitShape,
            isShapedFor ] } }

end Enc.Modules.Api
