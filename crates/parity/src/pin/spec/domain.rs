//! Values that a parameter of that name is meant for.

use crate::pin::values::{b, l, n, nat, r, s};
use etymon_kernel_rt::Val;

fn none() -> Val {
    Val::None
}

fn texts<const N: usize>(all: [&str; N]) -> Vec<Val> {
    all.map(s).to_vec()
}

fn nats<const N: usize>(all: [u64; N]) -> Vec<Val> {
    all.map(nat).to_vec()
}

fn hash(byte: &str) -> Val {
    b(&byte.repeat(32))
}

fn digest() -> Val {
    // SHA-256 of no octets.
    let bytes = [
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae,
        0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
    ];
    l(bytes.map(nat))
}

fn states() -> Val {
    l(["Member", "Muted", "Banned"].map(s))
}

fn traits() -> Val {
    let own = |name, rank| r([("name", s(name)), ("rank", nat(rank))]);
    l([own("Owner", 0), own("Admin", 1), own("Guest", 7)])
}

fn rows() -> Val {
    let row = |event, operator, ops: &[&str]| {
        r([("event", s(event)), ("operator", operator), ("ops", l(ops.iter().map(|op| s(op))))])
    };
    l([
        row("Post", l([s("Member"), s("Owner")]), &["C", "U"]),
        row("Post", s("Muted"), &["_C"]),
        row("Post", s("Sender"), &["D"]),
        row("Pause", s("Owner"), &["C"]),
        row("Resume", s("Public"), &["C"]),
    ])
}

fn schema() -> Val {
    r([("states", states()), ("traits", traits()), ("rows", rows())])
}

fn member(id: u64, role: &str) -> Val {
    r([("id", nat(id)), ("role", s(role)), ("name", s(&format!("m{id}"))), ("type", s("a"))])
}

fn commit(kind: &str, exp: u64) -> Val {
    r([
        ("enclave", hash("aa")),
        ("from", hash("01")),
        ("type", s(kind)),
        ("content", s("hello")),
        ("hash", hash("bb")),
        ("exp", nat(exp)),
    ])
}

fn state(lifecycle: &str) -> Val {
    r([("seq", nat(4)), ("lifecycle", s(lifecycle)), ("schema", schema())])
}

fn window(used: u64) -> Val {
    r([("limit", nat(3)), ("windowMs", nat(1000)), ("start", nat(5000)), ("used", nat(used))])
}

fn recipient(mode: &str, at: &str) -> Val {
    r([("mode", s(mode)), ("endpoint", s(at))])
}

fn timer(at: u64, kind: &str) -> Val {
    r([("at", nat(at)), ("kind", s(kind)), ("every", nat(60))])
}

fn bitmasks() -> Vec<Val> {
    let mut all = nats([0x101, 0, 1, 2, 0x702, 0x1ff, 0x400]);
    all.push(n("115792089237316195423570985008687907853269984665640564039457584007913129639935"));
    all
}

fn lists() -> Vec<Val> {
    vec![
        l([nat(3), nat(0), nat(8)]),
        l([member(1, "user"), member(2, "admin"), member(3, "admin")]),
        l([]),
        l([s("a"), s("b"), none()]),
        l([n("18446744073709551616"), nat(1)]),
        l([r([("type", s("a"))]), r([("type", s("b")), ("name", s("x"))])]),
    ]
}

fn path() -> Vec<Val> {
    let step = |bit, hash| r([("bit", nat(bit)), ("hash", hash)]);
    let side = |left, hash| r([("isLeft", Val::Bool(left)), ("hash", hash)]);
    vec![
        l([hash("0a"), hash("0b")]),
        l([step(0, none()), step(1, hash("0c"))]),
        l([side(true, hash("0d")), side(false, hash("0e"))]),
        l([]),
    ]
}

fn id(byte: &str) -> Val {
    s(&byte.repeat(32))
}

fn masks() -> Val {
    l([("01", 0x101), ("02", 2), ("03", 0)].map(|(own, mask)| r([("id", id(own)), ("mask", nat(mask))])))
}

fn gates() -> Val {
    l([("door", true), ("floor", false)].map(|(alias, open)| r([("alias", s(alias)), ("open", Val::Bool(open))])))
}

fn endpoints() -> Val {
    l([r([("id", id("01")), ("endpoint", s("https://h/"))])])
}

fn policy() -> Val {
    let row = r([
        ("event", s("Move")),
        ("operator", l([s("Owner")])),
        ("ops", l([s("C")])),
        ("from", s("OUTSIDER")),
        ("to", s("Member")),
        ("alias", s("door")),
    ]);
    let trait_row = r([
        ("event", s("Grant")),
        ("operator", l([s("Owner")])),
        ("ops", l([s("C")])),
        ("trait", l([s("Guest")])),
        ("scope", l([s("Muted")])),
    ]);
    let Val::List(own) = rows() else { return none() };
    r([
        ("states", states()),
        ("traits", traits()),
        ("founding", l([s("Banned")])),
        ("rows", l(own.items().iter().cloned().chain([row, trait_row]))),
        ("gates", l([r([("alias", s("door")), ("operator", l([s("Owner")]))])])),
        ("readers", l([r([("operator", l([s("Member")])), ("reads", s("*"))])])),
    ])
}

fn situation(actor: &str) -> Val {
    r([
        ("actor", id(actor)),
        ("masks", masks()),
        ("gates", gates()),
        ("target_type", s("Post")),
        ("author", id("01")),
        ("target_deleted", Val::Bool(false)),
        ("slot_used", Val::Bool(true)),
        ("found", l([])),
    ])
}

/// Values for a parameter, never none of them.
pub(super) fn values(name: &str) -> Vec<Val> {
    let found = match name {
        "bitmask" | "actor" | "target" => bitmasks(),
        "state" | "lifecycle" => {
            let mut all = texts(["Active", "Paused", "Terminated", "Migrated"]);
            all.extend([nat(2), state("Active"), state("Paused"), nat(256)]);
            all
        }
        "eventType" | "event" => texts(["Post", "Pause", "Resume", "Terminate", "Migrate", "__proto__"]),
        "eventTypes" => {
            vec![l(["Pause", "Post", "Resume", "Terminate", "Resume"].map(s)), l(["Migrate", "Pause"].map(s)), l([])]
        }
        "bit" => nats([8, 9, 10, 7, 255, 256, 0]),
        "states" => vec![states(), l([])],
        "traits" => vec![traits(), l([])],
        "trait" | "kind" | "type" => texts(["Owner", "Admin", "Guest", "a", "b"]),
        "name" | "from" | "to" => texts(["Member", "Muted", "OUTSIDER", "Banned", "Owner", "nobody"]),
        "schema" => vec![schema(), r([])],
        "rows" => vec![rows(), l([])],
        "roles" | "contexts" => vec![l(["Member", "Public", "Self"].map(s)), l(["Sender", "Owner"].map(s)), l([])],
        "operator" => vec![s("Member"), l([s("Owner"), s("Public")]), l([]), none()],
        "ops" => vec![l(["C", "_U"].map(s)), l(["C", "_C"].map(s)), l([])],
        "op" => texts(["C", "U", "D", "_C"]),
        "author" => vec![hash("01"), hash("02"), none()],
        "items" | "members" | "lists" | "ref" | "texts" => lists(),
        "item" | "id" => vec![nat(3), s("a"), nat(2), none()],
        "digit" | "byte" => nats([0, 9, 10, 15, 16, 255, 256]),
        "value" | "width" | "count" | "position" => {
            let mut all = nats([1, 0, 2, 4, 12, 32, 64, 65]);
            all.push(n("18446744073709551616"));
            all
        }
        "prefix" | "namespace" => nats([0, 1, 0x20, 255, 256]),
        "digest" => vec![digest(), l([nat(1)]), l([])],
        "rawKey" | "idPub" | "data" | "message" | "plaintext" => vec![b(""), b("00ff"), hash("07")],
        "tag" => texts(["enc/nonce", "", "é"]),
        "content" => vec![s("text"), r([("b", nat(1)), ("a", l([]))]), n("9007199254740992"), none()],
        "siblings" | "path" | "parts" | "nodes" => path(),
        "index" | "first" => nats([0, 1, 2, 3, 5]),
        "size" | "second" => nats([1, 2, 4, 7, 8]),
        "eventIds" => vec![l([hash("01"), hash("02"), hash("03")]), l([hash("01")]), l([])],
        "acc" => vec![r([
            ("at", nat(1)),
            ("last", nat(3)),
            ("hash", hash("0f")),
            ("ok", Val::Bool(true)),
            ("old", hash("01")),
            ("new", hash("02")),
        ])],
        "commit" => vec![commit("Post", 9000), commit("Pause", 9000), commit("Post", 1), commit("Resume", 9000)],
        "context" => {
            let own = |bitmask, target| {
                r([
                    ("now", nat(5000)),
                    ("sequencer", hash("05")),
                    ("bitmask", nat(bitmask)),
                    ("target", target),
                    ("author", hash("01")),
                ])
            };
            vec![own(0x101, hash("01")), own(2, none()), own(0, hash("02"))]
        }
        "policy" => vec![policy(), r([])],
        "situation" => vec![situation("01"), situation("02"), situation("04")],
        "masks" => vec![masks(), l([])],
        "gates" => vec![gates(), l([])],
        "endpoints" => vec![endpoints(), l([])],
        "changes" => vec![
            r([("masks", l([])), ("gates", gates()), ("endpoints", endpoints())]),
            r([("problem", s("no_change"))]),
            masks(),
            l([]),
        ],
        "mask" => nats([0x101, 0, 2, 0x702]),
        "alias" => texts(["door", "floor", "__proto__"]),
        "open" => vec![Val::Bool(true), Val::Bool(false)],
        "targetType" => vec![none(), s("Post")],
        "letter" => texts(["a", "Z", "7", "_", "(", "é", "\n", "ab", ""]),
        "letters" => vec![l(["a", "B", "7", "\n", "x"].map(s)), l([s("(")]), l([])],
        "text" => texts(["ab", "", "a\nb", "é"]),
        "wanted" => vec![r([("letters", s("ab"))]), s("ab")],
        "heads" | "tails" => vec![l(["lower", "digit"].map(s)), l(["upper", "_"].map(s)), l([])],
        "owner" => vec![id("01"), none()],
        "code" => texts(["expired", "not_authorized", "not_active", "other"]),
        "request" => ["Query", "Pull", "Other"].map(|kind| r([("type", s(kind))])).to_vec(),
        "events" | "effects" => vec![l([commit("Post", 1), nat(1)]), l([])],
        "recipients" => vec![l([recipient("P", "p1"), recipient("N", "n1"), recipient("X", "x1")]), l([])],
        "bundle" => [0, 2, 3]
            .map(|size| {
                r([("events", l((0..size).map(nat))), ("opened", nat(4000)), ("index", nat(1)), ("size", nat(3))])
            })
            .to_vec(),
        "config" => vec![r([("size", nat(2)), ("timeout", nat(900))]), r([("size", nat(9)), ("timeout", nat(9000))])],
        "now" => nats([5000, 5999, 6000, 0]),
        "timers" => {
            vec![l([timer(9000, "late"), timer(4000, "due"), timer(1, "earlier")]), l([timer(9000, "late")]), l([])]
        }
        "enclaves" => {
            let own = |changed| r([("events", l([nat(1), nat(2)])), ("changed", changed), ("state", state("Active"))]);
            vec![l([own(Val::Bool(true)), own(Val::Bool(false)), own(none())]), l([])]
        }
        "rawHex" | "hex" => texts(["", "00ff", "00FF", "0"]),
        "found" => {
            let row = |value| {
                r([("read", r([("get", s("n/00/000000000000000000000000000000000000000000"))])), ("items", l([value]))])
            };
            vec![l([]), l([row(r([("hash", hash("01"))]))]), l([row(none()), nat(1)])]
        }
        "log" => vec![r([("n", nat(1)), ("peaks", l([hash("01")]))]), r([("n", nat(3)), ("peaks", l([]))])],
        "limit" | "windowMs" => nats([3, 1000, 0]),
        "this" | "window" => vec![window(0), window(2), window(3), window(4)],
        _ => vec![hash("01"), hash("02"), b("00ff"), hash("00")],
    };
    if found.is_empty() { vec![none()] } else { found }
}
