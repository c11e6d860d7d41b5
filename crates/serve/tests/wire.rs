//! Clone, push and pull between repositories, over servers that want signatures.

mod common;

use common::{MAKER, Running, SENDER, STRANGER, Site, WRITER, materialization, open};
use etymon_constraints::report::Verdict;
use etymon_constraints::tls::Authorities;
use etymon_diagnostics::Diagnostic;
use etymon_serve::checkout::{CheckedOut, MAX_CHECKOUT, checkout};
use etymon_serve::frame::push as push_frame;
use etymon_serve::server::RefUpdate;
use etymon_serve::transfer::{Standing, pull, push};
use etymon_serve::{Composition, Imported, Kind, RefName, Repository, WireError, codes};
use etymon_store::{Digest, Key};
use std::sync::Arc;

fn head() -> RefName {
    RefName::head("clamp").expect("a name")
}

/// The status and code of a server's refusal.
fn refusal<T: std::fmt::Debug>(result: Result<T, WireError>) -> (u16, String) {
    match result {
        Err(WireError::Refused { status, code, .. }) => (status, code),
        other => panic!("{other:?}"),
    }
}

fn files(repository: &Repository) -> usize {
    repository.store().objects().expect("listed").len()
}

#[test]
fn what_is_pushed_can_be_cloned() {
    let (author, hub, reader) = (Site::new(), Site::new(), Site::new());
    let server = hub.serve();
    let digest = author.example("It is clamped.");
    let pushed = push(&author.repository, &server.remote(WRITER), "origin", &head()).expect("pushed");
    // Two constraint sets, two compositions, two materializations.
    assert_eq!((pushed.old, pushed.new, pushed.sent), (None, digest, 6));
    let again = push(&author.repository, &server.remote(WRITER), "origin", &head()).expect("pushed");
    assert_eq!((again.old, again.sent), (Some(digest), 0));
    assert_eq!(server.remote(WRITER).objects().expect("listed").len(), 6);

    // Reading needs no key.
    let remote = etymon_serve::client::Remote::new(&server.url(), None, &Authorities::public()).expect("an address");
    let refs = remote.refs().expect("listed");
    assert_eq!(refs, [(head(), digest)].into());
    let pulled = pull(&reader.repository, &remote, "origin", &head(), digest).expect("pulled");
    assert_eq!((pulled.standing, pulled.received), (Standing::Created, 6));
    assert_eq!(reader.repository.closure(&[digest]).expect("whole").objects.len(), 6);
    assert!(reader.repository.store().fsck().expect("read").is_whole());
    let all = reader.repository.refs().expect("listed");
    let seen = RefName::remote("origin", "clamp").expect("a name");
    assert_eq!(all, [(head(), digest), (seen, digest)].into());
}

#[test]
fn what_refs_lead_to_is_not_collected() {
    let (author, hub) = (Site::new(), Site::new());
    let server = hub.serve();
    author.example("It is clamped.");
    let stray = author.repository.put(&Composition { previous: None, ..stray_of(&author) }.to_bytes()).expect("kept");
    push(&author.repository, &server.remote(WRITER), "origin", &head()).expect("pushed");
    for site in [&author, &hub] {
        site.repository.store().gc(false).expect("collected");
        let digest = site.repository.read_ref(&head()).expect("read").expect("there");
        assert!(site.repository.closure(&[digest]).expect("walked").missing.is_empty());
    }
    assert!(author.repository.object(&stray).is_err(), "what no ref leads to is");
}

fn stray_of(site: &Site) -> Composition {
    let head = site.repository.read_ref(&head()).expect("read").expect("there");
    let own = site.repository.composition(&head).expect("there");
    Composition { materializations: Vec::new(), ..own }
}

#[test]
fn of_two_who_push_at_once_one_wins_and_the_other_is_told_how_to_go_on() {
    let (one, two, hub) = (Site::new(), Site::new(), Site::new());
    let server = hub.serve();
    let base = one.example("It is clamped.");
    push(&one.repository, &server.remote(WRITER), "origin", &head()).expect("pushed");
    pull(&two.repository, &server.remote(WRITER), "origin", &head(), base).expect("pulled");
    let first = one.example("It is clamped from below.");
    let second = two.example("It is clamped from above.");

    let results: Vec<_> = std::thread::scope(|scope| {
        let tasks = [&one, &two].map(|site| {
            let remote = server.remote(WRITER);
            scope.spawn(move || push(&site.repository, &remote, "origin", &head()))
        });
        tasks.into_iter().map(|task| task.join().expect("no panic")).collect()
    });
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    let (winner, loser, lost) = if results[0].is_ok() { (first, &two, second) } else { (second, &one, first) };
    let refused = results.into_iter().find_map(Result::err).expect("one lost");
    assert!(refused.is_stale() && refused.help().contains("pull"), "{refused:?}: {}", refused.help());
    // Whether the server saw it or the client itself depends on who was faster; what is told does not.
    assert_eq!(Diagnostic::from(refused).code, codes::REF_STALE);
    assert_eq!(server.remote(WRITER).refs().expect("listed")[&head()], winner);

    // Pushing again without looking is refused; after a pull, ours follows theirs, and nothing is lost.
    let again = push(&loser.repository, &server.remote(WRITER), "origin", &head());
    assert!(again.is_err_and(|own| own.is_stale() && own.code() == codes::REF_STALE));
    let pulled = pull(&loser.repository, &server.remote(WRITER), "origin", &head(), winner).expect("pulled");
    assert_eq!((pulled.standing, pulled.ours), (Standing::Apart, lost));
    let pushed = push(&loser.repository, &server.remote(WRITER), "origin", &head()).expect("pushed");
    let history = hub.repository.history(pushed.new, 10).expect("read");
    let (digests, _): (Vec<Digest>, Vec<Composition>) = history.into_iter().unzip();
    assert_eq!(digests, [pushed.new, winner, base]);
}

#[test]
fn the_server_decides_by_what_the_ref_is_now() {
    let (author, hub) = (Site::new(), Site::new());
    let server = hub.serve();
    let (old, new) = (author.example("It is clamped."), author.example("It is clamped twice."));
    push(&author.repository, &server.remote(WRITER), "origin", &head()).expect("pushed");
    let remote = server.remote(WRITER);
    let session = remote.capabilities().expect("told").session;
    let update = |name: &str, from: Option<Digest>, to: Digest| {
        remote.update(&session, &RefUpdate { name: name.parse().expect("a name"), old: from, new: to })
    };
    assert_eq!(refusal(update("refs/heads/clamp", None, new)), (409, "REF_STALE".to_owned()));
    assert_eq!(refusal(update("refs/heads/clamp", Some(old), new)), (409, "REF_STALE".to_owned()));
    let lost = update("refs/heads/clamp", Some(old), old).expect_err("it moved");
    assert!(lost.is_stale() && lost.code() == codes::REF_STALE, "{lost:?}");
    let text = Diagnostic::from(lost).to_string();
    let told = format!("error[REF_STALE]: `refs/heads/clamp` is at `{new}`, not at `{old}`\n  note: `{}", server.url());
    assert!(text.starts_with(&told) && text.contains("help: somebody was faster: pull"), "{text}");
    // What says nothing of the matter is a refusal.
    let unclear = update("refs/remotes/origin/clamp", None, new).expect_err("no head");
    assert_eq!(Diagnostic::from(unclear).code, codes::HTTP_REFUSED);
    assert_eq!(refusal(update("refs/heads/clamp", Some(new), old)), (409, "REF_HISTORY".to_owned()));
    assert_eq!(refusal(update("refs/remotes/origin/clamp", None, new)), (400, "HTTP_REQUEST".to_owned()));
    assert_eq!(refusal(update("refs/heads/other", None, Digest::of(b"nothing"))), (422, "WIRE_MISSING".to_owned()));
    let set = hub.repository.composition(&new).expect("there").constraint_set;
    assert_eq!(refusal(update("refs/heads/other", None, set)), (422, "WIRE_OBJECT".to_owned()));
    update("refs/heads/other", None, old).expect("moved");
}

#[test]
fn objects_that_are_not_what_they_should_be_are_refused() {
    let (author, hub) = (Site::new(), Site::new());
    let server = hub.serve();
    let digest = author.example("It is clamped.");
    let remote = server.remote(WRITER);
    let session = remote.capabilities().expect("told").session;
    let send = |kind: Kind, payload: &[u8], change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = Vec::new();
        push_frame(&mut bytes, kind, payload);
        change(&mut bytes);
        refusal(remote.send(&session, &bytes))
    };
    let (_, composition) = author.repository.object(&digest).expect("there");
    let keep: &dyn Fn(&mut Vec<u8>) = &|_| {};
    let frame = (400, "WIRE_FRAME".to_owned());
    let object = (422, "WIRE_OBJECT".to_owned());
    assert_eq!(send(Kind::CompositionManifest, &composition, &|bytes| *bytes.last_mut().expect("one") ^= 1), frame);
    assert_eq!(send(Kind::CompositionManifest, &composition, &|bytes| bytes[5] ^= 1), frame);
    assert_eq!(send(Kind::CompositionManifest, &composition, &|bytes| bytes[0] = 7), frame);
    assert_eq!(send(Kind::CompositionManifest, &composition, &|bytes| bytes[33] = 1), frame);
    assert_eq!(send(Kind::CompositionManifest, &composition, &|bytes| bytes.truncate(50)), frame);
    assert_eq!(send(Kind::Materialization, &composition, keep), object);
    assert_eq!(send(Kind::ConstraintSet, b"just prose\n", keep), object);
    assert_eq!(send(Kind::ConstraintSet, b"## A\ntype: predicate\n", keep), object);
    assert_eq!(send(Kind::CompositionManifest, b"{\"schema\":\"composition/1\"}", keep), object);
    assert_eq!(send(Kind::CompositionManifest, b"{\"schema\": 1}", keep), object);
    let loose = String::from_utf8(composition).expect("text").replacen(':', ": ", 1);
    assert_eq!(send(Kind::CompositionManifest, loose.as_bytes(), keep), object);
    let hash = "22".repeat(32);
    let made = |seed, verdict| materialization(&hash, "A", Vec::new(), seed, verdict);
    assert_eq!(send(Kind::Materialization, made(STRANGER, Verdict::Pass).as_bytes(), keep), object);
    assert_eq!(send(Kind::Materialization, made(MAKER, Verdict::Fail).as_bytes(), keep), object);
    let forged = made(MAKER, Verdict::Pass).replace("export {}", "evil()");
    assert_eq!(send(Kind::Materialization, forged.as_bytes(), keep), object);
    assert_eq!(files(&hub.repository), 0, "nothing of it was kept");
    let mut sound = Vec::new();
    push_frame(&mut sound, Kind::Materialization, made(MAKER, Verdict::Pass).as_bytes());
    remote.send(&session, &sound).expect("kept");
    assert_eq!(files(&hub.repository), 1);
}

#[test]
fn whoever_may_not_write_is_refused() {
    let (author, hub) = (Site::new(), Site::new());
    let server = hub.serve();
    author.example("It is clamped.");
    let refused = |seed| refusal(push(&author.repository, &server.remote(seed), "origin", &head()));
    assert_eq!(refused(STRANGER), (401, "AUTH_KEY".to_owned()));
    assert_eq!(refused(MAKER), (403, "AUTH_SCOPE".to_owned()));
    assert_eq!(files(&hub.repository), 0);
    // The sender may send objects, but not move refs.
    assert_eq!(refused(SENDER), (403, "AUTH_SCOPE".to_owned()));
    assert_eq!(files(&hub.repository), 6);
    assert!(hub.repository.refs().expect("listed").is_empty());
    let unsigned = etymon_serve::client::Remote::new(&server.url(), None, &Authorities::public()).expect("an address");
    assert_eq!(refusal(push(&author.repository, &unsigned, "origin", &head())), (401, "AUTH_MISSING".to_owned()));
}

#[test]
fn without_authentication_anybody_writes() {
    let (author, hub) = (Site::new(), Site::new());
    let config = etymon_serve::server::Config::new(([127, 0, 0, 1], 0).into(), None);
    let server = Running::start(open(hub.folder.path()), config);
    author.example("It is clamped.");
    let unsigned = etymon_serve::client::Remote::new(&server.url(), None, &Authorities::public()).expect("an address");
    push(&author.repository, &unsigned, "origin", &head()).expect("pushed");
}

#[test]
fn a_corrupt_object_is_told_and_not_passed_on() {
    let (author, hub, reader) = (Site::new(), Site::new(), Site::new());
    let server = hub.serve();
    let digest = author.example("It is clamped.");
    push(&author.repository, &server.remote(WRITER), "origin", &head()).expect("pushed");
    let set = author.repository.composition(&digest).expect("there").constraint_set;
    let (_, mut bytes) = author.repository.object(&set).expect("there");
    let at = bytes.len() - 3;
    bytes[at] ^= 1;
    hub.repository.store().backend().put(&[(Key::object(&set), &bytes)]).expect("spoiled");
    let (status, code) = refusal(pull(&reader.repository, &server.remote(WRITER), "origin", &head(), digest));
    assert_eq!((status, code.as_str()), (500, "STORE_CORRUPT"));
    assert_eq!(reader.repository.refs().expect("listed").len(), 0, "no ref leads to what did not come");
    // Who pushes it again mends it.
    let mut frame = Vec::new();
    push_frame(&mut frame, Kind::ConstraintSet, &author.repository.object(&set).expect("there").1);
    let remote = server.remote(WRITER);
    remote.send(&remote.capabilities().expect("told").session, &frame).expect("mended");
    pull(&reader.repository, &server.remote(WRITER), "origin", &head(), digest).expect("pulled");
}

#[test]
fn compositions_that_contradict_their_parts_are_refused() {
    let site = Site::new();
    let digest = site.example("It is clamped.");
    let own = site.repository.composition(&digest).expect("there");
    let refused = |changed: Composition| {
        let digest = site.repository.put(&changed.to_bytes()).expect("kept");
        site.repository.complete(digest).expect_err("refused").code().as_str()
    };
    let imports = Vec::new();
    assert_eq!(refused(Composition { imports, ..own.clone() }), "WIRE_OBJECT");
    let mut elsewhere = own.clone();
    elsewhere.imports[0].composition = digest;
    assert_eq!(refused(elsewhere), "WIRE_OBJECT");
    let range = site.repository.composition(&own.imports[0].composition).expect("there");
    assert_eq!(refused(Composition { materializations: range.materializations, ..own.clone() }), "WIRE_OBJECT");
    assert_eq!(refused(Composition { constraint_set: Digest::of(b"gone"), ..own.clone() }), "WIRE_MISSING");
    assert_eq!(refused(Composition { constraint_set: digest, ..own.clone() }), "WIRE_OBJECT");
    assert_eq!(refused(Composition { previous: Some(own.constraint_set), ..own }), "WIRE_OBJECT");
}

#[test]
fn constraint_sets_that_import_each_other_are_refused() {
    let site = Site::new();
    let import = |of: &str| {
        format!(
            "@provides: own-{}\n  threshold: X1\n  interface: []\n@imports:\n  - property: own-{of}\n    from: path\n    path: {of}.constraints.md\n\n",
            if of == "a" { "b" } else { "a" }
        )
    };
    site.write("a", &import("b"), "X1", "One.");
    site.write("b", &import("a"), "X1", "Two.");
    let head = RefName::head("a").expect("a name");
    let path = site.path("a.constraints.md");
    let error = etymon_serve::record::record(&site.repository, &etymon_constraints::resolve::Folder, &path, &head);
    assert!(matches!(error, Err(etymon_serve::record::RecordError::Wire(WireError::Cycle(_)))), "{error:?}");
    // A circle of sets with compositions around it that are none.
    let set = |name: &str| {
        let source = etymon_constraints::read::read(&site.path(&format!("{name}.constraints.md"))).expect("read");
        let document = etymon_constraints::parse::parse(&source.file).document;
        let text = etymon_constraints::canonicalize::canonicalize(&document).text;
        (site.repository.put(text.as_bytes()).expect("kept"), document)
    };
    let ((a, of_a), (b, of_b)) = (set("a"), set("b"));
    let link = |property: &str, path: &str, to: Digest, composition: Digest| etymon_serve::Imported {
        property: property.to_owned(),
        path: path.to_owned(),
        constraint_set: to,
        composition,
    };
    let leaf =
        Composition::of(&of_a, a, vec![link("own-b", "b.constraints.md", b, Digest::of(b"gone"))], Vec::new(), None);
    let leaf = site.repository.put(&leaf.to_bytes()).expect("kept");
    let middle = Composition::of(&of_b, b, vec![link("own-a", "a.constraints.md", a, leaf)], Vec::new(), None);
    let middle = site.repository.put(&middle.to_bytes()).expect("kept");
    let root = Composition::of(&of_a, a, vec![link("own-b", "b.constraints.md", b, middle)], Vec::new(), None);
    let root = site.repository.put(&root.to_bytes()).expect("kept");
    // Hashes make a whole circle impossible, so one end is always missing.
    assert_eq!(site.repository.complete(root).expect_err("refused").code().as_str(), "WIRE_MISSING");
}

#[test]
fn materializations_that_do_not_belong_are_left_out() {
    let site = Site::new();
    site.example("It is clamped.");
    let hash = site.write(
        "range",
        "@provides: range\n  threshold: RANGE1\n  interface: [inRange]\n\n",
        "RANGE1",
        "It changed.",
    );
    site.materialize("range", &hash, "RANGE1", Vec::new(), STRANGER);
    let name = RefName::head("range").expect("a name");
    let path = site.path("range.constraints.md");
    let recorded = etymon_serve::record::record(&site.repository, &etymon_constraints::resolve::Folder, &path, &name);
    let recorded = recorded.expect("recorded");
    assert!(recorded.warnings.iter().any(|own| own.message.contains("not trusted")), "{:?}", recorded.warnings);
    assert!(site.repository.composition(&recorded.digest).expect("there").materializations.is_empty());
}

#[test]
fn a_clone_becomes_files_again() {
    let site = Site::new();
    let digest = site.example("It is clamped.");
    let folder = tempfile::tempdir().expect("a folder");
    let mut done = CheckedOut::default();
    checkout(&site.repository, digest, folder.path(), "clamp", None, &mut done).expect("written");
    assert_eq!((done.written.len(), done.left.len()), (4, 0), "{done:?}");
    // The same content, so the same composition, whatever the text looked like.
    let copy = Site { folder, repository: Arc::clone(&site.repository) };
    assert_eq!(copy.record("clamp"), digest);
    std::fs::write(copy.path("range.constraints.md"), "mine").expect("written");
    let mut done = CheckedOut::default();
    checkout(&site.repository, digest, copy.folder.path(), "clamp", None, &mut done).expect("looked at");
    assert_eq!((done.written.len(), done.kept), (0, vec!["range.constraints.md".to_owned()]));
    assert_eq!(std::fs::read_to_string(copy.path("range.constraints.md")).expect("there"), "mine");
}

#[test]
fn no_link_leads_a_checkout_out_of_its_folder() {
    let site = Site::new();
    site.write("range", "@provides: range\n  threshold: R1\n  interface: []\n\n", "R1", "It is in range.");
    std::fs::create_dir(site.path("sub")).expect("made");
    std::fs::rename(site.path("range.constraints.md"), site.path("sub/range.constraints.md")).expect("moved");
    let import = "@imports:\n  - property: range\n    from: path\n    path: sub/range.constraints.md\n\n";
    site.write("clamp", import, "C1", "It is clamped.");
    let digest = site.record("clamp");
    let (folder, outside) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    std::os::unix::fs::symlink(outside.path(), folder.path().join("sub")).expect("linked");
    let mut done = CheckedOut::default();
    checkout(&site.repository, digest, folder.path(), "clamp", None, &mut done).expect("looked at");
    assert_eq!((done.written.len(), done.left), (1, vec!["sub/range.constraints.md".to_owned()]));
    assert_eq!(std::fs::read_dir(outside.path()).expect("there").count(), 0);
}

#[test]
fn a_few_objects_do_not_become_any_number_of_files() {
    // Each level imports the next one at two paths, so the paths double: 2^16 files from 17 texts.
    let (site, levels) = (Site::new(), 16);
    let mut below: Option<(Digest, Digest)> = None;
    for level in (0..=levels).rev() {
        let mut manifest = format!("@provides: p{level}\n  threshold: T{level}\n  interface: []\n");
        let paths = ["a", "b"].map(|folder| format!("{folder}/p.constraints.md"));
        if below.is_some() {
            manifest += "@imports:\n";
            for path in &paths {
                manifest += &format!("  - property: p{}\n    from: path\n    path: {path}\n", level + 1);
            }
        }
        site.write("p", &(manifest + "\n"), &format!("T{level}"), "It holds.");
        let source = etymon_constraints::read::read(&site.path("p.constraints.md")).expect("read");
        let parsed = etymon_constraints::parse::parse(&source.file);
        let canonical = etymon_constraints::canonicalize::canonicalize(&parsed.document);
        let set = site.repository.put(canonical.text.as_bytes()).expect("kept");
        let property = format!("p{}", level + 1);
        let imports = below.into_iter().flat_map(|(constraint_set, composition)| {
            let import = |path: &String| Imported {
                property: property.clone(),
                path: path.clone(),
                constraint_set,
                composition,
            };
            paths.each_ref().map(import)
        });
        let own = Composition::of(&parsed.document, set, imports.collect(), Vec::new(), None);
        below = Some((set, site.repository.put(&own.to_bytes()).expect("kept")));
    }
    let head = below.expect("levels").1;
    site.repository.complete(head).expect("it fits together");
    let folder = tempfile::tempdir().expect("a folder");
    let mut done = CheckedOut::default();
    let error = checkout(&site.repository, head, folder.path(), "p", None, &mut done).expect_err("too many");
    assert_eq!(error.code().as_str(), "WIRE_LIMIT");
    assert!(done.written.len() <= MAX_CHECKOUT, "{}", done.written.len());
}

#[test]
fn files_go_forward_and_what_is_ones_own_stays() {
    let site = Site::new();
    let one = site.example("It is clamped.");
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let out = |digest| {
        let mut done = CheckedOut::default();
        checkout(&site.repository, digest, folder.path(), "clamp", None, &mut done).expect("looked at");
        (done.written.len(), done.left, done.kept)
    };
    assert_eq!(out(one).0, 4);
    // Nobody has touched them, so they follow the head; `range` has not changed.
    let two = site.example("It is clamped well.");
    assert_eq!(out(two), (2, vec![], vec![]));
    assert!(std::fs::read_to_string(at("clamp.constraints.md")).expect("there").contains("clamped well"));
    // The same in another hand is the same.
    let text = std::fs::read_to_string(site.path("clamp.constraints.md")).expect("there");
    std::fs::write(at("clamp.constraints.md"), &text).expect("written");
    assert_eq!(out(two), (0, vec![], vec![]));
    // A change of one's own is kept, and so is the materialization beside it.
    std::fs::write(at("clamp.constraints.md"), text.replace("well", "badly")).expect("written");
    let three = site.example("It is clamped better.");
    assert_eq!(out(three), (0, vec![], vec!["clamp.constraints.md".to_owned()]));
    assert!(std::fs::read_to_string(at("clamp.constraints.md")).expect("there").contains("clamped badly"));
    // Two heads that want one path: who comes first has it.
    let fresh = tempfile::tempdir().expect("a folder");
    let mut done = CheckedOut::default();
    for digest in [one, two] {
        checkout(&site.repository, digest, fresh.path(), "clamp", None, &mut done).expect("looked at");
    }
    assert_eq!((done.written.len(), done.left, done.kept), (4, vec!["clamp.constraints.md".to_owned()], vec![]));
}

#[test]
fn what_was_derived_before_is_found_again() {
    let site = Site::new();
    site.example("It is clamped.");
    let set = |name: &str| {
        let source = etymon_constraints::read::read(&site.path(name)).expect("read");
        let parsed = etymon_constraints::parse::parse(&source.file);
        etymon_constraints::canonicalize::canonicalize(&parsed.document).sha256
    };
    let hash = set("range.constraints.md");
    let found = site.repository.materializations(&hash).expect("looked for");
    let beside = std::fs::read(site.path("range.constraints.md.materialization.json")).expect("there");
    assert_eq!(found, [beside]);
    assert!(site.repository.materializations(&"0".repeat(64)).expect("looked for").is_empty());
}
