import Enc.Modules.Sugar

/-!
# Protocol constants and enumerations

Numbers and names as the protocol facts give them: domain prefixes (section 3), tree shape
(section 9), access control (section 10), lifecycle (section 11), effects (section 14 of the
language reference) and error codes (section 17, row 28).
-/

namespace Enc.Modules.Types
open Enc.DSL Enc.Modules

/-- An enumeration whose member values are their own names. -/
def names : List String → List (String × Expr)
  | [] => []
  | name :: rest => (name, s name) :: names rest

/-- The statuses of HTTP that replies have. -/
def statuses : List (String × Nat) :=
  [ ("Ok", 200), ("NoContent", 204), ("Malformed", 400), ("Unauthenticated", 401),
    ("Forbidden", 403), ("NotFound", 404), ("MethodNotAllowed", 405), ("Conflict", 409),
    ("Expired", 410), ("TooLarge", 413), ("RateLimited", 429), ("Internal", 500) ]

def numbers : List (String × Nat) → List (String × Expr)
  | [] => []
  | (name, value) :: rest => (name, n value) :: numbers rest

def constants : List (String × Expr) :=
  [ ("DOMAIN_CT_LEAF", n 0x00),
    ("DOMAIN_CT_NODE", n 0x01),
    ("DOMAIN_COMMIT", n 0x10),
    ("DOMAIN_EVENT", n 0x11),
    ("DOMAIN_ENCLAVE", n 0x12),
    ("DOMAIN_SMT_LEAF", n 0x20),
    ("DOMAIN_SMT_NODE", n 0x21),
    ("HASH_BYTES", n 32),
    ("SIGNATURE_BYTES", n 64),
    ("EMPTY_HASH", .prim .sha256 [octets []]),
    ("SMT_NAMESPACE_BITS", n 8),
    ("SMT_PATH_BITS", n 160),
    ("SMT_DEPTH", add (v "SMT_NAMESPACE_BITS") (v "SMT_PATH_BITS")),
    ("SMT_KEY_BYTES", div (v "SMT_DEPTH") (n 8)),
    ("SMT_PATH_BYTES", div (v "SMT_PATH_BITS") (n 8)),
    ("Namespace", .record [("Rbac", n 0x00), ("EventStatus", n 0x01)]),
    ("RBAC_VALUE_BYTES", n 32),
    ("EVENT_DELETED", octets [0x00]),
    ("STATE_MASK", n 0xFF),
    ("STATE_BITS", n 8),
    ("STATE_OUTSIDER", n 0),
    ("OUTSIDER", s "OUTSIDER"),
    ("TRAIT_OFFSET", n 8),
    ("DENY_PREFIX", s "_"),
    ("ALG_SCHNORR", s "schnorr"),
    ("MAX_SAFE_NUMBER", n 9007199254740991),
    ("Context", .record (names ["Self", "Sender", "Public"])),
    ("Op", .record (names ["C", "R", "U", "D", "N", "P", "_C", "_R", "_U", "_D", "_N", "_P"])),
    ("LifecycleState", .record (names ["Active", "Paused", "Terminated", "Migrated"])),
    ("AccessEvent", .record (names ["Move", "Grant", "Revoke", "Transfer", "Gate", "AC_Bundle"])),
    ("KvEvent", .record (names ["Shared", "Own"])),
    ("LifecycleEvent", .record (names ["Pause", "Resume", "Terminate", "Migrate"])),
    ("ProtocolEvent", .record (names ["Manifest", "Update", "Delete"])),
    ("RequestKind", .record (names ["Commit", "Query", "Pull"])),
    ("Effect", .record
      [ ("AppendEvent", s "storage.appendEvent"),
        ("WriteState", s "storage.writeState"),
        ("PersistBundle", s "storage.persistBundle"),
        ("Respond", s "transport.respond"),
        ("Broadcast", s "transport.broadcast"),
        ("Push", s "notification.push"),
        ("Schedule", s "timer.schedule") ]),
    ("Status", .record (numbers statuses)) ]

def module : SpecModule :=
  { layer := "kernel",
    decl :=
      { name := "Types",
        header := "Protocol constants and enumerations.",
        imports := [],
        constants := constants } }

end Enc.Modules.Types
