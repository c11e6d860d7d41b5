//! The scripts of the suite. Each is for an enclave of its own, so that servers need not be started anew.

use super::node::{Node, as_text, get};
use super::step::Body;
use super::story::{Person, Story, TEST_KEY, l, n, profile, r, s, with, without};
use etymon_kernel_rt::{Prim, Val, json_text};
use etymon_spec::Spec;

/// Tells one script.
type Tell = fn(&mut Story<'_, '_>);

/// Every script, by the name of its file, in the order in which one node hears them. The registry's is the first: its enclave is what servers are told to
/// answer from.
pub(super) const ALL: [(&str, Tell); 14] = [
    ("registry", registry),
    ("routes", routes),
    ("bodies", bodies),
    ("commits", commits),
    ("manifests", manifests),
    ("lifecycle", lifecycle),
    ("group", group),
    ("dm", dm),
    ("personal", personal),
    ("bundles", bundles),
    ("trees", trees),
    ("sessions", sessions),
    ("sockets", sockets),
    ("takeover", takeover),
];

/// The names of the scripts, in their order.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(name, _)| *name)
}

/// The enclave of the script `registry`.
pub(crate) fn registry_id(spec: &Spec) -> String {
    let mut node = Node::new(spec, TEST_KEY, None);
    let content = profile(&node, "registry", &Person::of(1));
    let mut story = Story::new(&mut node, 0);
    story.manifest_of(&Person::of(1), content);
    story.enclave
}

fn move_of(who: &Person, from: &str, to: &str) -> Val {
    r([("target", s(&who.id)), ("from", s(from)), ("to", s(to))])
}

fn trait_of(who: &Person, name: &str) -> Val {
    r([("target", s(&who.id)), ("trait", s(name))])
}

fn gate(alias: &str, open: bool) -> Val {
    r([("alias", s(alias)), ("open", Val::Bool(open))])
}

/// An enclave of members who write messages, its owner alone moving them; with a bundle size and a rate, if there are any.
fn room(owner: &Person, size: u64, rate: Option<(u64, u64)>) -> Val {
    let row = |event: &str, operator: &str| r([("event", s(event)), ("operator", s(operator)), ("ops", l([s("C")]))]);
    let moved =
        |from: &str, to: &str, operator: &str| with(&with(&row("Move", operator), "from", s(from)), "to", s(to));
    let access = r([
        ("states", l([s("MEMBER")])),
        ("traits", l([s("owner(0)"), s("clerk(1)")])),
        ("readers", l([r([("type", s("MEMBER")), ("reads", s("*"))])])),
        ("moves", l([moved("OUTSIDER", "MEMBER", "owner"), moved("MEMBER", "OUTSIDER", "Self")])),
        (
            "grants",
            l([r([
                ("event", s("Grant")),
                ("operator", l([s("owner")])),
                ("scope", l([s("MEMBER")])),
                ("trait", l([s("clerk")])),
            ])]),
        ),
        ("lifecycle", l(["Pause", "Resume", "Terminate", "Migrate"].map(|event| row(event, "owner")))),
        ("customs", l([row("message", "MEMBER")])),
        ("init", r([("identity", s(&owner.id)), ("state", s("MEMBER")), ("traits", l([s("owner")]))])),
    ]);
    let content = r([("enc_v", n(2)), ("RBAC", access), ("bundle", r([("size", n(size)), ("timeout", n(5000))]))]);
    match rate {
        Some((limit, window)) => with(&content, "rate", r([("limit", n(limit)), ("window", n(window))])),
        None => content,
    }
}

fn registry(story: &mut Story<'_, '_>) {
    let owner = Person::of(1);
    let content = profile(story.node, "registry", &owner);
    for path in ["nodes", "enclaves", "resolve", "identity"] {
        story.get(&format!("{path} before there is a registry"), &format!("/{path}/{}", owner.id));
    }
    story.create("create", &owner, content);
    let node = |url: &str| r([("seq_pub", s(&Person::node().id)), ("url", s(url))]);
    let enclave = |name: &str, at: &str| r([("enclave", s(&name.repeat(32))), ("seq_pub", s(at))]);
    let identity = |name: &str| r([("id_pub", s(&owner.id)), ("name", s(name))]);
    let here = story.sequencer.clone();
    story.commit("register a node", &Person::node(), "node", node("https://node.example/"));
    story.commit("register an enclave", &owner, "enclave", enclave("ab", &here));
    story.commit("register an enclave of an unknown node", &owner, "enclave", enclave("cd", &"ef".repeat(32)));
    story.commit("register an identity", &owner, "identity", identity("é"));
    let asked = [
        format!("/nodes/{}", story.sequencer),
        format!("/enclaves/{}", "ab".repeat(32)),
        format!("/resolve/{}", "ab".repeat(32)),
        format!("/resolve/{}", "cd".repeat(32)),
        format!("/resolve/{}", "ff".repeat(32)),
        format!("/identity/{}", owner.id),
        "/identity/".to_owned() + &"00".repeat(32),
        "/nodes/x".to_owned(),
    ];
    for target in &asked {
        story.get("ask", target);
    }
    let stranger = Person::of(2);
    for (kind, content) in [
        ("node", r([("seq_pub", s("x"))])),
        ("node", node("https://elsewhere.example/")),
        ("enclave", enclave("ab", &"ef".repeat(32))),
        ("enclave", r([("enclave", s(&"AB".repeat(32)))])),
        ("enclave", r([("enclave", n(1))])),
        ("enclave", s("ab")),
        ("identity", identity("somebody else")),
    ] {
        story.commit(&format!("a stranger says what is no {kind} of theirs"), &stranger, kind, content);
    }
    let node_path = format!("/nodes/{here}");
    let enclave_path = format!("/resolve/{}", "ab".repeat(32));
    let identity_path = format!("/identity/{}", owner.id);
    for target in [&node_path, &enclave_path, &identity_path] {
        story.get("as before", target);
    }
    let id_of = |receipt: &Val| as_text(get(receipt, "id")).unwrap_or_default().to_owned();
    let update = |id: &str, content: Val| r([("target", s(id)), ("content", content)]);
    let moved = id_of(&story.commit("the node again", &Person::node(), "node", node("https://new.example/")));
    story.get("the newer entry", &node_path);
    story.commit("the node corrects it", &Person::node(), "Update", update(&moved, node("https://newer.example/")));
    story.get("the revision", &node_path);
    story.get("and where the enclave is", &enclave_path);
    story.commit(
        "the node speaks of another",
        &Person::node(),
        "Update",
        update(&moved, r([("seq_pub", s(&owner.id))])),
    );
    story.get("which is no entry", &node_path);
    let own = id_of(&story.commit("the identity again", &owner, "identity", identity("e")));
    story.commit("a stranger deletes", &stranger, "Delete", r([("target", s(&own))]));
    story.commit("the identity deletes", &owner, "Delete", r([("target", s(&own))]));
    story.get("nothing", &identity_path);
    let held = id_of(&story.commit("the enclave again", &owner, "enclave", enclave("ab", &here)));
    story.commit("the enclave is given up", &owner, "Delete", r([("target", s(&held))]));
    story.get("nobody's", &enclave_path);
    story.commit("a stranger takes it", &stranger, "enclave", enclave("ab", &here));
    story.get("the stranger's", &format!("/enclaves/{}", "ab".repeat(32)));
    story.commit("the first owner comes back", &owner, "enclave", enclave("ab", &"ef".repeat(32)));
    story.get("the stranger's still", &format!("/enclaves/{}", "ab".repeat(32)));
    for target in &asked {
        story.get("in the end", target);
    }
}

fn routes(story: &mut Story<'_, '_>) {
    let owner = Person::of(10);
    story.create("create", &owner, room(&owner, 1, None));
    let id = story.enclave.clone();
    let known = [
        "/".to_owned(),
        format!("/{id}/sth"),
        format!("/enclave/{id}/sth"),
        format!("/enclave/{id}"),
        format!("/{id}/consistency?first=1"),
        format!("/enclave/{id}/consistency?first=1&second=1"),
        "/inclusion".to_owned(),
        "/bundle".to_owned(),
        "/state".to_owned(),
        "/state-batch".to_owned(),
        "/restore".to_owned(),
        format!("/nodes/{id}"),
    ];
    for target in &known {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            story.http(
                &format!("{method} known"),
                method,
                target,
                (method == "POST").then(|| Body::Text("{}".to_owned())),
            );
        }
    }
    let unknown = [
        "/x".to_owned(),
        "//".to_owned(),
        format!("/{id}"),
        format!("/{id}/"),
        format!("/{id}/sth/x"),
        format!("/enclave/{id}/x"),
        format!("/enclave/{id}/sth/x"),
        format!("/ENCLAVE/{id}/sth"),
        format!("/{}/sth", id.to_uppercase()),
        format!("/{}/sth", "00".repeat(32)),
        "/%2e%2e/sth".to_owned(),
        "/constructor".to_owned(),
        "/__proto__/sth".to_owned(),
        format!("/{id}/consistency"),
        format!("/{id}/consistency?first=0"),
        format!("/{id}/consistency?first=2"),
        format!("/{id}/consistency?first=1&second=2"),
        format!("/{id}/consistency?first=x"),
        format!("/{id}/consistency?first=1&first=1"),
        format!("/{id}/consistency?first=-1"),
        format!("/{id}/consistency?first=01"),
        format!("/{id}/consistency?first=99999999999999999999"),
        format!("/{id}/consistency?FIRST=1"),
    ];
    for target in &unknown {
        story.get("GET unknown", target);
    }
}

fn bodies(story: &mut Story<'_, '_>) {
    let owner = Person::of(20);
    story.create("create", &owner, room(&owner, 1, None));
    let raw = [
        "",
        " ",
        "{",
        "}",
        "null",
        "true",
        "0",
        "\"x\"",
        "[]",
        "{}",
        "{}{}",
        "{\"a\":1,}",
        "{\"a\":1,\"a\":2}",
        "{\"\\u0061\":1,\"a\":2}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":-1}",
        "{\"a\":-0}",
        "{\"a\":1.0}",
        "{\"a\":1e3}",
        "{\"a\":9007199254740991}",
        "{\"a\":9007199254740992}",
        "{\"a\":NaN}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\n\"}",
        "\u{feff}{}",
        "{\"exp\":1}",
        "{\"type\":\"Query\"}",
        "{\"type\":\"Pull\"}",
        "{\"type\":\"Query\",\"exp\":1}",
        "{\"type\":\"Pull\",\"exp\":1}",
        "{\"type\":\"query\"}",
        "{\"type\":1}",
        "{\"type\":null}",
        "{\"__proto__\":{\"exp\":1}}",
        "{\"constructor\":1}",
        "{\"exp\":1,\"__proto__\":1}",
    ];
    for text in raw {
        story.http("POST", "POST", "/", Some(Body::Text(text.to_owned())));
    }
    for hex in ["7b22612200", "ff", "7b2261223a22c0af227d", "7b2261223a22eda080227d", "7b2261223a22f4908080227d", "00"]
    {
        story.http("POST octets", "POST", "/", Some(Body::Hex(hex.to_owned())));
    }
    for depth in [64, 65, 5000] {
        let text = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        story.http("POST nested", "POST", "/", Some(Body::Text(text)));
    }
    for times in [1_048_576, 1_048_577, 1_100_000] {
        story.http("POST large", "POST", "/", Some(Body::Repeat(" ".to_owned(), times)));
    }
    let body = r([("type", s("Query")), ("enclave", s(&story.enclave.clone())), ("filter", r([]))]);
    let filters = [
        r([]),
        r([("limit", n(1))]),
        r([("limit", n(0))]),
        r([("limit", n(1001))]),
        r([("limit", s("1"))]),
        r([("reverse", Val::Bool(true))]),
        r([("reverse", n(1))]),
        r([("seq", r([("start", n(0)), ("end", n(9))]))]),
        r([("seq", n(0))]),
        r([("seq", r([("begin", n(0))]))]),
        r([("type", s("Manifest"))]),
        r([("type", l([s("message"), s("Manifest")]))]),
        r([("type", l([]))]),
        r([("type", n(1))]),
        r([("from", s(&owner.id))]),
        r([("id", s(&"00".repeat(32)))]),
        r([("id", s("x"))]),
        r([("tags", l([]))]),
        r([("tags", l([l([s("a"), s("b")])]))]),
        r([("tags", s("a"))]),
        r([("typ", s("Manifest"))]),
        r([("__proto__", s("Manifest"))]),
        s("all"),
        l([]),
        n(1),
    ];
    for filter in filters {
        let body = story.read_by(&owner, &with(&body, "filter", filter));
        story.post("filter", "/", &body);
    }
    for (target, fields) in [
        ("/inclusion", vec![("seq", n(0)), ("tree_size", n(1))]),
        ("/bundle", vec![("seq", n(0))]),
        ("/state", vec![("namespace", n(0)), ("key", s(&owner.id))]),
        ("/state-batch", vec![("keys", l([r([("namespace", n(0)), ("key", s(&owner.id))])]))]),
        ("/", vec![("type", s("Pull")), ("from", n(0)), ("limit", n(2))]),
    ] {
        let whole = fields.iter().fold(r([]), |body, (key, value)| with(&body, key, value.clone()));
        story.ask("whole", &owner, target, &whole);
        story.ask("unknown field", &owner, target, &with(&whole, "more", n(1)));
        for (key, _) in &fields {
            story.ask(&format!("without {key}"), &owner, target, &without(&whole, key));
            for wrong in [n(9), s("x"), l([]), r([]), Val::Bool(true), s(&"AB".repeat(32)), n(1 << 40)] {
                story.ask(&format!("another {key}"), &owner, target, &with(&whole, key, wrong));
            }
        }
    }
    let many = l((0..17).map(|_| r([("namespace", n(0)), ("key", s(&owner.id))])));
    story.ask("too many keys", &owner, "/state-batch", &r([("keys", many)]));
}

fn commits(story: &mut Story<'_, '_>) {
    let (owner, other) = (Person::of(30), Person::of(31));
    story.create("create", &owner, room(&owner, 1, Some((12, 60_000))));
    let good = story.commit_of(&owner, "message", s("hello"));
    let wrong = [
        n(1),
        s(""),
        s("x"),
        l([]),
        r([]),
        Val::Bool(false),
        s(&"AB".repeat(32)),
        s(&"00".repeat(32)),
        s(&"11".repeat(64)),
    ];
    for key in ["hash", "enclave", "from", "type", "content", "exp", "tags", "alg", "sig"] {
        story.post(&format!("without {key}"), "/", &without(&good, key));
        for (at, value) in wrong.iter().enumerate() {
            story.post(&format!("{key} {at}"), "/", &with(&good, key, value.clone()));
        }
    }
    story.post("unknown field", "/", &with(&good, "note", s("x")));
    story.post("signed by another", "/", &with(&Story::signed(&other, &good), "from", s(&owner.id)));
    // s and n - s are the two halves of one signature.
    let sig = as_text(get(&good, "sig")).unwrap_or_default().to_owned();
    story.post("malleated", "/", &with(&good, "sig", s(&(sig[..64].to_owned() + &negated(&sig[64..])))));
    let unsigned = story.unsigned(&owner, "message", s("late"));
    for (id, exp) in [("expired", story.now - 1), ("expires now", story.now), ("expires next", story.now + 1)] {
        let commit = Story::signed(&owner, &with(&unsigned, "exp", n(exp)));
        story.post(id, "/", &commit);
    }
    let foreign = Story::signed(&owner, &with(&unsigned, "enclave", s(&"77".repeat(32))));
    story.post("foreign enclave", "/", &foreign);
    story.post("good", "/", &good);
    story.post("again", "/", &good);
    for content in [Val::None, n(9_007_199_254_740_991), l([Val::Bool(true), r([("é", s("𝄞"))])]), s(&"x".repeat(2000))]
    {
        story.commit("content", &owner, "message", content);
    }
    for tags in [
        l([l([s("a"), s("b")])]),
        l([l([s("a")])]),
        l([l([s("a"), n(1)])]),
        l(vec![l([s("t"), s("")]); 64]),
        l(vec![l([s("t"), s("")]); 65]),
    ] {
        let unsigned = story.unsigned(&owner, "message", s("tagged"));
        let commit = Story::signed(&owner, &with(&unsigned, "tags", tags));
        story.post("tags", "/", &commit);
    }
    for kind in [
        "Message",
        "message ",
        "Manifest",
        "Shared",
        "Own",
        "Gate",
        "Update",
        "Delete",
        &"m".repeat(64),
        &"m".repeat(65),
    ] {
        story.commit(&format!("type {}", kind.len()), &owner, kind, s("x"));
    }
    for at in 0..8 {
        story.commit(&format!("rate {at}"), &owner, "message", n(at));
    }
    story.now += 59_999;
    story.commit("window not over", &owner, "message", n(0));
    story.now += 1;
    story.commit("window over", &owner, "message", n(1));
}

/// n - s of a BIP-340 signature's second half, n being the order of secp256k1.
fn negated(half: &str) -> String {
    const ORDER: &str = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    let digits = |text: &str| {
        (0..32).map(|at| i32::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap_or(0)).collect::<Vec<_>>()
    };
    let (order, own) = (digits(ORDER), digits(half));
    let mut borrow = 0;
    let mut out = [0; 32];
    for at in (0..32).rev() {
        let value = order[at] - own[at] - borrow;
        borrow = i32::from(value < 0);
        out[at] = value + 256 * borrow;
    }
    out.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn manifests(story: &mut Story<'_, '_>) {
    let owner = Person::of(40);
    let good = room(&owner, 1, None);
    let access = get(&good, "RBAC").clone();
    let broken = [
        with(&good, "enc_v", n(1)),
        without(&good, "enc_v"),
        without(&good, "RBAC"),
        with(&good, "RBAC", s("x")),
        with(&good, "more", n(1)),
        with(&good, "bundle", r([("size", n(0)), ("timeout", n(5000))])),
        with(&good, "bundle", r([("size", n(1025)), ("timeout", n(5000))])),
        with(&good, "bundle", n(1)),
        with(&good, "rate", r([("limit", n(0)), ("window", n(1))])),
        with(&good, "rate", s("fast")),
        s("x"),
        l([]),
    ];
    for content in broken {
        story.create("broken", &owner, content);
    }
    let fields =
        ["states", "traits", "readers", "moves", "grants", "transfers", "slots", "lifecycle", "customs", "init"];
    for key in fields {
        for wrong in [n(1), s("x"), l([n(1)]), l([s("lower")]), l([r([])]), r([])] {
            let content = with(&good, "RBAC", with(&access, key, wrong));
            story.create(&format!("broken {key}"), &owner, content);
        }
    }
    for name in ["personal", "group", "dm", "registry"] {
        let content = profile(story.node, name, &owner);
        story.create(name, &owner, content);
    }
    let content = room(&owner, 1, None);
    let commit = story.manifest_of(&owner, content);
    story.post("under another id", "/", &Story::signed(&owner, &with(&commit, "enclave", s(&"12".repeat(32)))));
    story.post("create", "/", &commit);
    story.post("again", "/", &commit);
    let later =
        Story::signed(&owner, &with(&without(&without(&commit, "hash"), "sig"), "exp", n(story.now + 9_000_000)));
    story.post("again, later", "/", &later);
}

fn lifecycle(story: &mut Story<'_, '_>) {
    let (owner, member, stranger) = (Person::of(50), Person::of(51), Person::of(52));
    for (last, size) in [("Terminate", 1), ("Migrate", 2)] {
        story.create("create", &owner, room(&owner, size, None));
        story.commit("let in", &owner, "Move", move_of(&member, "OUTSIDER", "MEMBER"));
        let kinds = ["message", "Pause", "Resume", "Terminate", "Migrate"];
        for who in [&member, &stranger] {
            for kind in kinds {
                story.commit(
                    &format!("{kind} by {}", if who.id == member.id { "member" } else { "stranger" }),
                    who,
                    kind,
                    Val::None,
                );
            }
        }
        story.commit("pause", &owner, "Pause", Val::None);
        for kind in ["message", "Pause", "Terminate", "Migrate"] {
            story.commit(&format!("{kind} while paused"), &owner, kind, Val::None);
        }
        story.query("read while paused", &member, r([]));
        story.commit("resume", &owner, "Resume", Val::None);
        story.commit("resume again", &owner, "Resume", Val::None);
        let head = story.node.head(&story.enclave.clone()).clone();
        let seq = json_text(get(&head, "seq")).and_then(|text| text.parse::<u64>().ok()).unwrap_or_default();
        let root = get(get(&head, "sth"), "root").clone();
        let content = if last == "Migrate" {
            r([("new_sequencer", s(&stranger.id)), ("prev_seq", n(seq - 1)), ("ct_root", root)])
        } else {
            Val::None
        };
        if last == "Migrate" {
            for key in ["new_sequencer", "prev_seq", "ct_root"] {
                story.commit(&format!("migrate without {key}"), &owner, last, without(&content, key));
                story.commit(&format!("migrate with another {key}"), &owner, last, with(&content, key, s("x")));
            }
        }
        story.commit("end", &owner, last, content);
        for kind in kinds {
            story.commit(&format!("{kind} after the end"), &owner, kind, Val::None);
        }
        story.query("read after the end", &member, r([("type", s("message"))]));
        story.get("head after the end", &format!("/{}/sth", story.enclave.clone()));
        let id = story.enclave.clone();
        story.get("the enclave after the end", &format!("/enclave/{id}"));
    }
}

fn group(story: &mut Story<'_, '_>) {
    let [owner, admin, ann, bob, eve] = [60, 61, 62, 63, 64].map(Person::of);
    let content = profile(story.node, "group", &owner);
    let manifest = story.create("create", &owner, content);
    story.commit("apply while closed", &ann, "Move", move_of(&ann, "OUTSIDER", "PENDING"));
    story.commit("a stranger opens the gate", &ann, "Gate", gate("applications", true));
    story.commit("open the gate", &owner, "Gate", gate("applications", true));
    story.commit("open it again", &owner, "Gate", gate("applications", true));
    story.commit("no such gate", &owner, "Gate", gate("back_door", true));
    story.commit("apply", &ann, "Move", move_of(&ann, "OUTSIDER", "PENDING"));
    story.commit("apply for another", &eve, "Move", move_of(&bob, "OUTSIDER", "PENDING"));
    story.commit("join past the gate", &eve, "Move", move_of(&eve, "OUTSIDER", "MEMBER"));
    story.commit("admit oneself", &ann, "Move", move_of(&ann, "PENDING", "MEMBER"));
    story.commit("admit", &owner, "Move", move_of(&ann, "PENDING", "MEMBER"));
    story.commit("admit from where nobody is", &owner, "Move", move_of(&ann, "PENDING", "MEMBER"));
    story.commit("bring in", &owner, "Move", move_of(&admin, "OUTSIDER", "MEMBER"));
    story.commit("bring in another", &owner, "Move", move_of(&bob, "OUTSIDER", "MEMBER"));
    story.commit("a member makes an admin", &ann, "Grant", trait_of(&ann, "admin"));
    story.commit("make an admin", &owner, "Grant", trait_of(&admin, "admin"));
    story.commit("an admin makes an admin", &admin, "Grant", trait_of(&ann, "admin"));
    story.commit("an admin makes an owner", &admin, "Grant", trait_of(&admin, "owner"));
    story.commit("no such trait", &owner, "Grant", trait_of(&ann, "king"));
    story.commit("grant out of scope", &owner, "Grant", trait_of(&eve, "admin"));
    story.commit("an admin moves the owner", &admin, "Move", move_of(&owner, "MEMBER", "BLOCKED"));
    story.commit("an admin mutes the owner", &admin, "Grant", trait_of(&owner, "muted"));
    story.commit("an admin takes the owner's trait", &admin, "Revoke", trait_of(&owner, "owner"));
    story.commit("an admin inherits", &admin, "Transfer", trait_of(&admin, "owner"));
    let first = story.commit("a message", &ann, "message", s("one"));
    let second = story.commit("another", &bob, "message", s("two"));
    story.commit("mute", &admin, "Grant", trait_of(&bob, "muted"));
    story.commit("mute again", &admin, "Grant", trait_of(&bob, "muted"));
    story.commit("a muted message", &bob, "message", s("three"));
    let target = |receipt: &Val| get(receipt, "id").clone();
    let update = |receipt: &Val| r([("target", target(receipt)), ("content", s("changed"))]);
    let delete = |receipt: &Val| r([("target", target(receipt))]);
    story.commit("a muted update", &bob, "Update", update(&second));
    story.commit("update another's", &bob, "Update", update(&first));
    story.commit("update", &ann, "Update", update(&first));
    story.commit("update again", &ann, "Update", update(&first));
    story.commit("update nothing", &ann, "Update", r([("target", s(&"00".repeat(32))), ("content", s("x"))]));
    story.commit("delete another's", &ann, "Delete", delete(&second));
    story.commit("delete as an admin", &admin, "Delete", delete(&second));
    story.commit("delete again", &admin, "Delete", delete(&second));
    story.commit("update what is deleted", &bob, "Update", update(&second));
    story.commit("delete the manifest", &owner, "Delete", r([("target", get(&manifest, "id").clone())]));
    let status = |receipt: &Val| r([("namespace", n(1)), ("key", target(receipt))]);
    story.ask("status of what was changed", &ann, "/state", &status(&first));
    story.ask("status of what was deleted", &ann, "/state", &status(&second));
    story.query("messages", &ann, r([("type", s("message"))]));
    story.query("by id", &ann, r([("id", target(&first))]));
    story.query("by a deleted id", &ann, r([("id", target(&second))]));
    story.query("by author", &ann, r([("from", l([s(&ann.id), s(&bob.id)]))]));
    story.query("in reverse", &ann, r([("reverse", Val::Bool(true)), ("limit", n(3))]));
    story.query("a stranger reads", &eve, r([]));
    let slot = |value: Val| r([("key", s("profile")), ("value", value)]);
    story.commit("a member's slot", &ann, "Shared", slot(s("x")));
    story.commit("clear an empty slot", &admin, "Shared", slot(Val::None));
    story.commit("fill a slot", &admin, "Shared", slot(r([("name", s("the group"))])));
    story.commit("change a slot", &admin, "Shared", slot(s("y")));
    story.commit("another slot", &admin, "Shared", r([("key", s("banner")), ("value", s("x"))]));
    story.commit("clear the slot", &admin, "Shared", slot(Val::None));
    let bundle = |events: Vec<(&str, Val)>| {
        r([("events", l(events.into_iter().map(|(kind, content)| r([("type", s(kind)), ("content", content)]))))])
    };
    let pair = || vec![("Revoke", trait_of(&bob, "muted")), ("Move", move_of(&bob, "MEMBER", "BLOCKED"))];
    story.commit(
        "together, one not allowed",
        &admin,
        "AC_Bundle",
        bundle([pair(), vec![("Grant", trait_of(&bob, "owner"))]].concat()),
    );
    story.commit("together", &admin, "AC_Bundle", bundle(pair()));
    story.commit("together, nothing", &admin, "AC_Bundle", bundle(Vec::new()));
    story.commit("together, nested", &admin, "AC_Bundle", bundle(vec![("AC_Bundle", bundle(Vec::new()))]));
    story.commit("together, a message", &admin, "AC_Bundle", bundle(vec![("message", s("x"))]));
    story.commit("together, too many", &admin, "AC_Bundle", bundle(vec![("Gate", gate("applications", false)); 65]));
    story.commit("blocked", &bob, "message", s("x"));
    story.query("blocked reads", &bob, r([]));
    story.commit("leave", &ann, "Move", move_of(&ann, "MEMBER", "OUTSIDER"));
    story.query("read after leaving", &ann, r([]));
    story.commit("hand over", &owner, "Transfer", trait_of(&admin, "owner"));
    story.commit("the old owner acts", &owner, "Grant", trait_of(&admin, "admin"));
    story.commit("the new owner acts", &admin, "Terminate", Val::None);
    for who in [&owner, &admin, &ann, &bob, &eve] {
        story.ask("state", &admin, "/state", &r([("namespace", n(0)), ("key", s(&who.id))]));
    }
}

fn dm(story: &mut Story<'_, '_>) {
    let [owner, friend, foe, stranger] = [70, 71, 72, 73].map(Person::of);
    let content = profile(story.node, "dm", &owner);
    story.create("create", &owner, content);
    story.commit("invite while closed", &stranger, "invite", s("hello"));
    story.commit("open", &owner, "Gate", gate("invites", true));
    let invite = story.commit("invite", &stranger, "invite", s("hello"));
    story.commit("message without being let in", &stranger, "message", s("x"));
    story.commit("let in", &owner, "Move", move_of(&friend, "OUTSIDER", "FRIEND"));
    story.commit("let oneself in", &stranger, "Move", move_of(&stranger, "OUTSIDER", "FRIEND"));
    let own = story.commit("message", &friend, "message", s("one"));
    let target = |receipt: &Val| r([("target", get(receipt, "id").clone())]);
    story.commit("edit one's own", &friend, "Update", with(&target(&own), "content", s("two")));
    story.commit("the owner edits", &owner, "Update", with(&target(&own), "content", s("three")));
    story.query("the friend reads", &friend, r([]));
    story.query("the owner reads", &owner, r([]));
    story.commit("let another in", &owner, "Move", move_of(&foe, "OUTSIDER", "FRIEND"));
    let theirs = story.commit("message of another", &foe, "message", s("x"));
    story.commit("block", &owner, "Move", move_of(&foe, "FRIEND", "BLOCKED"));
    story.commit("blocked message", &foe, "message", s("y"));
    story.commit("blocked edit", &foe, "Update", with(&target(&theirs), "content", s("z")));
    story.commit("blocked delete", &foe, "Delete", target(&theirs));
    story.commit("the owner deletes", &owner, "Delete", target(&theirs));
    story.commit("the owner deletes an invite", &owner, "Delete", target(&invite));
    story.commit("the owner writes", &owner, "sent", s("reply"));
    story.commit("the friend writes as the owner", &friend, "sent", s("reply"));
    for who in [&friend, &foe, &stranger] {
        story.query("who reads what", who, r([]));
    }
    story.commit("terminate by a friend", &friend, "Terminate", Val::None);
    story.commit("terminate", &owner, "Terminate", Val::None);
}

fn personal(story: &mut Story<'_, '_>) {
    let [owner, view, stranger] = [80, 81, 82].map(Person::of);
    let content = profile(story.node, "personal", &owner);
    story.create("create", &owner, content);
    story.commit("public", &owner, "public", s("seen"));
    story.commit("private", &owner, "private", s("kept"));
    let granted = |endpoint: &str| with(&trait_of(&view, "dataview"), "endpoint", s(endpoint));
    for endpoint in [
        "ftp://example.org/",
        "https://",
        "javascript:x",
        "https://exa mple.org/",
        "http://example.org/",
        "https://u@example.org/",
    ] {
        story.commit("grant to a bad endpoint", &owner, "Grant", granted(endpoint));
    }
    story.commit("grant", &owner, "Grant", granted("https://view.invalid/hook"));
    story.commit("grant to oneself", &stranger, "Grant", trait_of(&stranger, "dataview"));
    story.commit("slot", &owner, "Shared", r([("key", s("profile")), ("value", r([("name", s("O"))]))]));
    story.commit("own slot", &owner, "Own", r([("key", s("profile")), ("value", s("x"))]));
    for who in [&owner, &view, &stranger] {
        story.query("who reads what", who, r([]));
    }
    story.commit("revoke", &owner, "Revoke", trait_of(&view, "dataview"));
    story.commit("revoke again", &owner, "Revoke", trait_of(&view, "dataview"));
    story.commit("pause, which this profile has not", &owner, "Pause", Val::None);
    story.commit("terminate", &owner, "Terminate", Val::None);
}

fn bundles(story: &mut Story<'_, '_>) {
    for size in 1..=9 {
        let owner = Person::of(90 + size);
        story.create(&format!("create of size {size}"), &owner, room(&owner, size, None));
        for at in 0..size {
            story.commit(&format!("message {at} of {size}"), &owner, "message", n(at));
        }
        for seq in 0..=size {
            story.ask(&format!("bundle of {seq}"), &owner, "/bundle", &r([("seq", n(seq))]));
        }
        story.ask("inclusion of the last", &owner, "/inclusion", &r([("seq", n(size))]));
        story.commit("one more", &owner, "message", s("open"));
        story.ask("bundle of the open one", &owner, "/bundle", &r([("seq", n(size + 1))]));
        story.ask("inclusion of the open one", &owner, "/inclusion", &r([("seq", n(size + 1))]));
        story.commit("a change of state", &owner, "Move", move_of(&Person::of(5), "OUTSIDER", "MEMBER"));
        story.ask("bundle that was closed early", &owner, "/bundle", &r([("seq", n(size + 1))]));
    }
}

fn trees(story: &mut Story<'_, '_>) {
    let owner = Person::of(110);
    story.create("create", &owner, room(&owner, 1, None));
    let id = story.enclave.clone();
    for size in 1..70_u64 {
        // Every third event changes the state tree as well.
        if size % 3 == 0 {
            story.commit("let in", &owner, "Move", move_of(&Person::of(2000 + size), "OUTSIDER", "MEMBER"));
        } else {
            story.commit("message", &owner, "message", n(size));
        }
        let (a, b) = (size * 7 % (size + 1), 1 + size * 11 % (size + 1));
        story.ask("inclusion", &owner, "/inclusion", &r([("seq", n(a))]));
        story.get("consistency", &format!("/{id}/consistency?first={b}"));
        if size % 5 == 0 {
            story.ask("inclusion then", &owner, "/inclusion", &r([("seq", n(a)), ("tree_size", n(a + 1))]));
            story.get("consistency then", &format!("/{id}/consistency?first={b}&second={size}"));
            let key = Person::of(2000 + size / 3 * 3).id;
            story.ask("state", &owner, "/state", &r([("namespace", n(0)), ("key", s(&key))]));
            story.ask("absence", &owner, "/state", &r([("namespace", n(1)), ("key", s(&key))]));
        }
        if size % 23 == 0 {
            let keys = (0..16).map(|at| r([("namespace", n(at % 3)), ("key", s(&Person::of(2000 + at * 3).id))]));
            story.ask("states", &owner, "/state-batch", &r([("keys", l(keys))]));
        }
    }
    for (from, limit) in [(0, 1), (0, 70), (69, 1), (70, 1), (71, 1), (3, 256), (3, 257), (3, 0)] {
        let body = r([("type", s("Pull")), ("from", n(from)), ("limit", n(limit))]);
        story.ask("pull", &owner, "/", &body);
    }
    story.query("a page", &owner, r([("limit", n(7))]));
    story.query("the next page", &owner, r([("limit", n(7)), ("seq", r([("start", n(7))]))]));
    story.query("types", &owner, r([("type", s("Move")), ("limit", n(2)), ("reverse", Val::Bool(true))]));
}

fn sessions(story: &mut Story<'_, '_>) {
    let (owner, helper, stranger) = (Person::of(120), Person::of(121), Person::of(122));
    story.create("create", &owner, room(&owner, 1, None));
    let body = r([("type", s("Query")), ("enclave", s(&story.enclave.clone())), ("filter", r([]))]);
    let (own, now) = (story.sequencer.clone(), story.now);
    let good = Story::token(&owner, &helper, &own, now + 1000);
    story.post("without a session", "/", &body);
    story.post("good", "/", &Story::sealed(&body, &good, &helper));
    story.post(
        "of a stranger",
        "/",
        &Story::sealed(&body, &Story::token(&stranger, &helper, &own, now + 1000), &helper),
    );
    story.post(
        "of another node",
        "/",
        &Story::sealed(&body, &Story::token(&owner, &helper, &stranger.id, now + 1000), &helper),
    );
    for expires in [0, now - 1, now, now + 1, u64::MAX] {
        story.post("expires", "/", &Story::sealed(&body, &Story::token(&owner, &helper, &own, expires), &helper));
    }
    story.post("signed by the identity", "/", &Story::sealed(&body, &good, &owner));
    story.post("signed by another", "/", &Story::sealed(&body, &good, &stranger));
    let sealed = Story::sealed(&body, &good, &helper);
    story.post("of another body", "/", &with(&sealed, "filter", r([("limit", n(1))])));
    story.post("without a signature", "/", &without(&sealed, "sig"));
    story.post("with a bad signature", "/", &with(&sealed, "sig", s("x")));
    for at in [0, 64, 128, 192, 208] {
        let mut forged = good.clone();
        let digit = if forged.as_bytes()[at] == b'0' { "1" } else { "0" };
        forged.replace_range(at..=at, digit);
        story.post(&format!("forged at {at}"), "/", &Story::sealed(&body, &forged, &helper));
    }
    for token in [good[..334].to_owned(), good.clone() + "00", good.to_uppercase(), String::new(), "x".repeat(336)] {
        story.post("no token", "/", &Story::sealed(&body, &token, &helper));
    }
    story.post("a token of another kind", "/", &with(&sealed, "session", n(1)));
    story.now += 1000;
    story.post("good until now", "/", &sealed);
    for target in ["/inclusion", "/bundle", "/state", "/state-batch"] {
        story.post("no session", target, &r([("enclave", s(&story.enclave.clone())), ("seq", n(0))]));
    }
}

fn sockets(story: &mut Story<'_, '_>) {
    let (owner, member, stranger) = (Person::of(130), Person::of(131), Person::of(132));
    story.create("create", &owner, room(&owner, 1, None));
    story.commit("let in", &owner, "Move", move_of(&member, "OUTSIDER", "MEMBER"));
    for at in 0..3 {
        story.commit("message", &owner, "message", n(at));
    }
    let subscribe = |story: &Story<'_, '_>, who: &Person, id: &str, filter: Val| {
        let body = r([("type", s("Query")), ("sub_id", s(id)), ("enclave", s(&story.enclave)), ("filter", filter)]);
        story.read_by(who, &body)
    };
    let all = subscribe(story, &owner, "all", r([]));
    story.message("subscribe", "a", &all);
    let some = subscribe(story, &member, "some", r([("type", s("message")), ("from", s(&owner.id))]));
    story.message("subscribe to some", "b", &some);
    let few = subscribe(story, &member, "few", r([("limit", n(2))]));
    story.message("ask for few", "b", &few);
    let none = subscribe(story, &stranger, "x", r([]));
    story.message("a stranger subscribes", "c", &none);
    let bad = subscribe(story, &owner, "y", r([("limit", n(0))]));
    story.message("a bad filter", "c", &bad);
    for body in [
        r([]),
        r([("type", s("Event"))]),
        r([("type", s("Query"))]),
        r([("type", s("Query")), ("sub_id", n(1))]),
        r([("type", s("Query")), ("sub_id", s("z")), ("enclave", s(&"00".repeat(32)))]),
        r([("type", s("Query")), ("sub_id", s("z")), ("enclave", s(&"00".repeat(32))), ("more", n(1))]),
        r([("type", s("Close"))]),
        r([("type", s("Close")), ("sub_id", s("nobody"))]),
        r([("type", s("Commit"))]),
        r([("type", s("Commit")), ("commit", r([("enclave", s(&"00".repeat(32)))]))]),
        l([]),
    ] {
        story.message("refused", "c", &body);
    }
    for text in ["", "{", "{\"a\":1.5}", "null"] {
        story.raw_message("not read", "c", Body::Text(text.to_owned()));
    }
    story.commit("heard by both", &owner, "message", s("live"));
    story.commit("heard by one", &member, "message", s("live too"));
    let commit = story.commit_of(&member, "message", s("by socket"));
    let framed = |commit: &Val| r([("type", s("Commit")), ("commit", commit.clone())]);
    story.message("commit", "b", &framed(&commit));
    story.message("commit again", "b", &framed(&commit));
    let commit = story.commit_of(&stranger, "message", s("by socket"));
    story.message("commit of a stranger", "c", &framed(&commit));
    story.message("close", "a", &r([("type", s("Close")), ("sub_id", s("all"))]));
    story.commit("heard by the other", &owner, "message", s("still"));
    story.commit("the member leaves, and hears no more", &member, "Move", move_of(&member, "MEMBER", "OUTSIDER"));
    story.commit("heard by nobody", &owner, "message", s("alone"));
    let short = {
        let body = r([
            ("type", s("Query")),
            ("sub_id", s("short")),
            ("enclave", s(&story.enclave)),
            ("filter", r([("type", s("message"))])),
        ]);
        let token = Story::token(&owner, &member, &story.sequencer, story.now + 10);
        Story::sealed(&body, &token, &member)
    };
    story.message("subscribe for a short time", "a", &short);
    story.now += 10;
    story.commit("heard as the end", &owner, "message", s("late"));
    story.commit("not heard", &owner, "message", s("later"));
}

fn takeover(story: &mut Story<'_, '_>) {
    let owner = Person::of(140);
    // The history of another node, whose key is not the test key.
    let other = format!("{:064x}", 77);
    let spec = story.node.spec();
    let mut old = Node::new(spec, &other, None);
    let mut history = Story::new(&mut old, story.days);
    history.sequencer = sequencer(&other);
    history.create("create", &owner, room(&owner, 3, None));
    for at in 0..7 {
        history.commit("message", &owner, "message", n(at));
    }
    history.commit("let in", &owner, "Move", move_of(&Person::of(141), "OUTSIDER", "MEMBER"));
    let id = history.enclave.clone();
    let head = history.node.head(&id).clone();
    let content = r([
        ("new_sequencer", s(&story.sequencer)),
        ("prev_seq", n(8)),
        ("ct_root", get(get(&head, "sth"), "root").clone()),
    ]);
    history.commit("migrate", &owner, "Migrate", content);
    let pulled = history.ask("pull", &owner, "/", &r([("type", s("Pull"))]));
    let events = get(&pulled, "events").clone();
    let bundles = get(&pulled, "bundles").clone();
    story.now = history.now;
    story.enclave.clone_from(&id);
    let all = super::node::items(&events).to_vec();
    let chunk = |from: usize, to: usize| {
        r([("enclave", s(&id)), ("events", l(all[from..to].to_vec())), ("bundles", bundles.clone())])
    };
    story.post("from the middle", "/restore", &chunk(3, 6));
    story.post("of another enclave", "/restore", &with(&chunk(0, 3), "enclave", s(&"34".repeat(32))));
    let spoilt = |at: usize, key: &str, value: Val| {
        let mut events = all[..4].to_vec();
        events[at] = with(&events[at], key, value);
        with(&chunk(0, 4), "events", l(events))
    };
    for (key, value) in [
        ("seq", n(9)),
        ("timestamp", n(1)),
        ("content", s("forged")),
        ("sig", s(&"00".repeat(64))),
        ("seq_sig", s(&"00".repeat(64))),
        ("id", s(&"00".repeat(32))),
    ] {
        story.post(&format!("with another {key}"), "/restore", &spoilt(2, key, value));
    }
    story.post("without bundles", "/restore", &without(&chunk(0, 4), "bundles"));
    // A bundle that is not told where it ends could never be closed.
    story.post("with no bundle", "/restore", &with(&chunk(0, 4), "bundles", l([])));
    let mut wrong = super::node::items(&bundles).to_vec();
    wrong[1] = with(&wrong[1], "events_root", s(&"00".repeat(32)));
    story.post("with another bundle", "/restore", &with(&chunk(0, 6), "bundles", l(wrong)));
    let many = |count: usize| {
        let steps = l(vec![r([("type", s("Move")), ("content", move_of(&owner, "OUTSIDER", "MEMBER"))]); count]);
        with(&with(&all[1], "type", s("AC_Bundle")), "content", r([("events", steps)]))
    };
    story.post("more changes than a chunk may have", "/restore", &with(&chunk(0, 1), "events", l([many(65)])));
    story.post(
        "more changes in two events",
        "/restore",
        &with(&chunk(0, 1), "events", l([all[0].clone(), many(32), many(32)])),
    );
    // Whoever has a key can put what people signed under a sequencer of their own.
    let rival_key = format!("{:064x}", 78);
    let mut rival = Node::new(spec, &rival_key, None);
    let mut rivals = Story::new(&mut rival, story.days);
    rivals.sequencer = sequencer(&rival_key);
    rivals.create("create", &owner, room(&owner, 3, None));
    rivals.commit("message", &owner, "message", n(0));
    let rivals_events = rivals.ask("pull", &owner, "/", &r([("type", s("Pull"))]));
    let rivals_chunk = |from: usize, to: usize| {
        let events = super::node::items(get(&rivals_events, "events"))[from..to].to_vec();
        r([("enclave", s(&id)), ("events", l(events)), ("bundles", get(&rivals_events, "bundles").clone())])
    };
    story.post("a rival begins", "/restore", &rivals_chunk(0, 1));
    story.post("first chunk, while the rival has time", "/restore", &chunk(0, 4));
    story.now += 5_000;
    story.post("the rival goes on", "/restore", &rivals_chunk(1, 2));
    story.post("first chunk, while the rival has time still", "/restore", &chunk(0, 4));
    story.now += 5_500;
    story.post("second chunk, which begins nothing", "/restore", &chunk(4, 8));
    story.post("first chunk, spoilt", "/restore", &spoilt(2, "content", s("forged")));
    story.post("the rival is there still", "/restore", &rivals_chunk(0, 2));
    story.post("first chunk", "/restore", &chunk(0, 4));
    story.post("the rival has lost its place", "/restore", &rivals_chunk(1, 2));
    story.get("not yet", &format!("/{id}/sth"));
    story.commit("commit too early", &owner, "message", s("x"));
    story.post("first chunk again", "/restore", &chunk(0, 4));
    story.post("in part again", "/restore", &chunk(2, 5));
    story.now += 60_000;
    story.post("with a gap", "/restore", &chunk(6, 8));
    story.post("anew, its time being over", "/restore", &chunk(0, 3));
    story.post("what was there before", "/restore", &chunk(3, 5));
    story.post("second chunk", "/restore", &chunk(5, 8));
    story.post("last chunk", "/restore", &chunk(8, 10));
    story.post("after the end", "/restore", &chunk(8, 10));
    story.get("the new head", &format!("/{id}/sth"));
    story.commit("go on", &owner, "message", s("here"));
    story.ask("inclusion of an old event", &owner, "/inclusion", &r([("seq", n(1))]));
    story.get("grown from the old log", &format!("/{id}/consistency?first=3"));
    story.query("old and new", &owner, r([("type", s("message"))]));
}

fn sequencer(key: &str) -> String {
    let public = Prim::DerivePublicKey.apply(&[bytes(key)]);
    as_text(&Prim::BytesToHex.apply(&[public])).unwrap_or_default().to_owned()
}

fn bytes(hex: &str) -> Val {
    etymon_kernel_rt::hex_bytes(hex).map_or(Val::None, |octets| Val::Bytes(octets.into()))
}
