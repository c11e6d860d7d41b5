//! One suite over every back end.

mod common;

use std::sync::atomic::{AtomicBool, Ordering};

use etymon_store::{
    Backend, Digest, Key, Local, LockMode, Memory, RootKind, Store, StoreError, Swapped, Verify, codes,
};

/// A case gets two handles of one empty store.
type Case = fn(&Store, &Store);

/// Runs the suite on stores that `fresh` makes, each empty.
fn suite<B: Backend + 'static>(mut fresh: impl FnMut() -> (B, B)) {
    let cases: &[(&str, Case)] = &[
        ("entries", entries),
        ("listing", listing),
        ("recording", recording),
        ("sharing", sharing),
        ("corruption", corruption),
        ("misplaced", misplaced),
        ("incomplete", incomplete),
        ("naming", naming),
        ("collecting", collecting),
        ("keeping", keeping),
        ("exclusion", exclusion),
        ("swapping", swapping),
        ("lists", lists),
    ];
    for (name, case) in cases {
        println!("  {name}");
        let (one, two) = fresh();
        case(&Store::new(one), &Store::new(two));
    }
}

#[test]
fn memory() {
    suite(|| {
        let memory = Memory::new();
        (memory.clone(), memory)
    });
}

#[test]
fn local() {
    let dir = tempfile::tempdir().unwrap();
    let mut number = 0;
    suite(|| {
        number += 1;
        let path = dir.path().join(number.to_string()).join("store");
        (Local::new(&path), Local::new(&path))
    });
}

#[cfg(feature = "s3")]
#[test]
fn s3() {
    let Ok(bucket) = std::env::var("ETYMON_TEST_S3_BUCKET") else {
        panic!("no server: run this through tests/setup/s3.sh");
    };
    let mut number = 0;
    suite(|| {
        number += 1;
        let place = format!("//{bucket}/{}/{number}", std::process::id());
        (etymon_store::S3::from_env(&place).unwrap(), etymon_store::S3::from_env(&place).unwrap())
    });
}

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

fn entries(store: &Store, other: &Store) {
    let backend = store.backend();
    let (a, b) = (key("objects/aa/one"), key("objects/ab/two"));
    assert_eq!(backend.get(&a).unwrap(), None);
    assert_eq!(backend.size(&a).unwrap(), None);
    backend.put(&[]).unwrap();
    let big = vec![7; 300_000];
    backend.put(&[(a.clone(), b""), (b.clone(), &big)]).unwrap();
    assert_eq!(other.backend().get(&a).unwrap().as_deref(), Some(&b""[..]));
    assert_eq!(other.backend().get(&b).unwrap(), Some(big));
    assert_eq!(backend.size(&b).unwrap(), Some(300_000));
    assert!(backend.exists(&a).unwrap());
    backend.put(&[(a.clone(), b"replaced")]).unwrap();
    assert_eq!(backend.get(&a).unwrap().unwrap(), b"replaced");
    backend.delete(&[a.clone(), key("objects/zz/none")]).unwrap();
    assert_eq!(backend.get(&a).unwrap(), None);
    assert!(backend.exists(&b).unwrap());
}

fn listing(store: &Store, _: &Store) {
    let backend = store.backend();
    assert_eq!(backend.list("objects").unwrap(), []);
    let keys: Vec<Key> = (0..1_200).map(|n| key(&format!("objects/{:02x}/{n:062}", n % 256))).collect();
    let entries: Vec<(Key, &[u8])> = keys.iter().map(|k| (k.clone(), &b"x"[..])).collect();
    backend.put(&entries).unwrap();
    backend.put(&[(key("objects2/aa/x"), b"no")]).unwrap();
    let mut expected: Vec<&str> = keys.iter().map(Key::as_str).collect();
    expected.sort_unstable();
    let found = backend.list("objects").unwrap();
    let names: Vec<&str> = found.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, expected);
    assert!(found.iter().all(|e| e.size == 1 && e.plain));
}

fn recording(store: &Store, other: &Store) {
    let emission = common::many("a", 30);
    let first = store.record(&emission, Verify::Size).unwrap();
    assert_eq!((first.written, first.present, first.repaired), (30, 0, 0));
    let again = other.record(&emission, Verify::Hash).unwrap();
    assert_eq!((again.written, again.present, again.repaired), (0, 30, 0));

    let (spec, generator) = (Digest::of(b"a"), Digest::of(b"generator"));
    let manifest = other.manifest(&spec, &generator).unwrap().unwrap();
    assert_eq!(&manifest, emission.manifest());
    assert_eq!(store.manifest(&generator, &spec).unwrap(), None);
    for artifact in emission.artifacts() {
        assert_eq!(other.get(&artifact.digest()).unwrap(), artifact.bytes());
    }
    assert_eq!(store.manifests().unwrap(), [manifest]);
    let check = store.fsck().unwrap();
    assert!(check.is_whole(), "{}", check.report);
    assert_eq!((check.objects, check.manifests), (30, 1));
}

fn sharing(store: &Store, _: &Store) {
    let twins = common::emission("t", &[("a", "same"), ("b", "same")]);
    assert_eq!(store.record(&twins, Verify::Size).unwrap().written, 1);
    store.record(&common::many("a", 9), Verify::Size).unwrap();
    let second = store.record(&common::many("b", 9), Verify::Size).unwrap();
    assert_eq!((second.written, second.present), (6, 3));
}

fn corruption(store: &Store, _: &Store) {
    let emission = common::emission("c", &[("a", "right"), ("b", "other")]);
    store.record(&emission, Verify::Size).unwrap();
    let digest = Digest::of(b"right");
    let object = Key::object(&digest);
    store.backend().put(&[(object.clone(), b"wrong")]).unwrap();

    assert_eq!(store.get(&digest).unwrap_err().code(), codes::STORE_CORRUPT);
    let check = store.fsck().unwrap();
    assert!(check.report.has(codes::STORE_CORRUPT) && check.report.has(codes::STORE_MISSING));
    let named = check.report.iter().any(|d| d.message.contains(&digest.to_string()));
    assert!(named, "{}", check.report);

    let trusting = store.record(&emission, Verify::Size).unwrap();
    assert_eq!(trusting.repaired, 0, "same length, so only a hash tells");
    let careful = store.record(&emission, Verify::Hash).unwrap();
    assert_eq!((careful.repaired, careful.present), (1, 1));
    assert!(store.fsck().unwrap().is_whole());

    store.backend().put(&[(object, b"short")]).unwrap();
    store.backend().put(&[(Key::object(&Digest::of(b"other")), b"")]).unwrap();
    assert_eq!(store.record(&emission, Verify::Size).unwrap().repaired, 1);
}

fn misplaced(store: &Store, _: &Store) {
    let emission = common::emission("m", &[("a", "x")]);
    store.record(&emission, Verify::Size).unwrap();
    let stranger = Key::manifest(&Digest::of(b"no"), &Digest::of(b"such"));
    let truncated = Key::manifest(&Digest::of(b"cut"), &Digest::of(b"off"));
    let bytes = emission.manifest_bytes();
    store
        .backend()
        .put(&[
            (key("objects/ab/readme"), b"hello"),
            (key("specs/readme"), b"hello"),
            (key("roots/readme"), b"hello"),
            (stranger.clone(), bytes),
            (truncated, &bytes[..bytes.len() - 1]),
        ])
        .unwrap();
    let report = store.fsck().unwrap().report;
    let at = |name: &str| report.iter().any(|d| d.origin.file() == Some(name));
    for name in ["objects/ab/readme", "specs/readme", "roots/readme", stranger.as_str()] {
        assert!(at(name), "{name}: {report}");
    }
    assert_eq!(report.len(), 5, "{report}");
    let named = stranger.as_manifest().unwrap();
    let refused = store.manifest(&named.0, &named.1).unwrap_err();
    assert_eq!(refused.code(), codes::STORE_CORRUPT);
    assert!(store.roots().is_err());
    assert!(store.gc(false).is_err(), "nothing is collected while a root is unreadable");
    assert!(store.get(&Digest::of(b"x")).is_ok());
}

fn incomplete(store: &Store, _: &Store) {
    let emission = common::emission("i", &[("a", "x"), ("b", "y")]);
    let session = store.begin().unwrap();
    session.put(&emission.artifacts()[..1], Verify::Size).unwrap();
    let refused = session.commit(emission.manifest()).unwrap_err();
    assert!(matches!(refused, StoreError::Missing { path, .. } if path == "b"));
    drop(session);
    assert_eq!(store.manifests().unwrap(), []);
}

fn naming(store: &Store, _: &Store) {
    store.record(&common::many("n", 40), Verify::Size).unwrap();
    let (digest, _) = store.objects().unwrap()[7];
    let hex = digest.to_string();
    assert_eq!(store.resolve(&hex).unwrap(), digest);
    assert_eq!(store.resolve(&hex[..20]).unwrap(), digest);
    for unknown in ["", "abc", "zzzz", "../..", &"0".repeat(64), &"0".repeat(30)] {
        let code = store.resolve(unknown).unwrap_err().code();
        assert_eq!(code, codes::STORE_NOT_FOUND, "{unknown}");
    }
    // Two names that share a beginning, which hashes of real objects do not do on their own.
    let twin = format!("objects/{}/{}", &hex[..2], "0".repeat(62));
    let near = format!("objects/{}/{}1", &hex[..2], "0".repeat(61));
    store.backend().put(&[(key(&twin), b""), (key(&near), b"")]).unwrap();
    let prefix = format!("{}00", &hex[..2]);
    assert!(matches!(store.resolve(&prefix).unwrap_err(), StoreError::Ambiguous { count: 2, .. }));
}

fn collecting(store: &Store, _: &Store) {
    let (a, b) = (common::many("a", 9), common::many("b", 9));
    store.record(&a, Verify::Size).unwrap();
    store.record(&b, Verify::Size).unwrap();
    assert!(store.keep_manifest("/checkout/manifest.json", a.manifest()).unwrap());
    assert!(!store.keep_manifest("/checkout/manifest.json", a.manifest()).unwrap());

    let plan = store.gc(true).unwrap();
    assert_eq!((plan.objects, plan.manifests, plan.kept), (6, 1, 10));
    assert_eq!(store.objects().unwrap().len(), 16, "a dry run removes nothing");
    let done = store.gc(false).unwrap();
    assert_eq!(done, plan);
    assert_eq!(store.manifests().unwrap(), [a.manifest().clone()]);
    assert!(store.fsck().unwrap().is_whole());
    for artifact in a.artifacts() {
        assert!(store.get(&artifact.digest()).is_ok());
    }
    // The same label now keeps another emission, so the former one goes.
    store.record(&b, Verify::Size).unwrap();
    store.keep_manifest("/checkout/manifest.json", b.manifest()).unwrap();
    store.gc(false).unwrap();
    assert_eq!(store.manifests().unwrap(), [b.manifest().clone()]);

    assert_eq!(store.unkeep("/checkout/manifest.json").unwrap().len(), 1);
    assert!(store.unkeep("/checkout/manifest.json").is_err());
    let rest = store.gc(false).unwrap();
    assert_eq!((rest.kept, rest.manifests), (0, 1));
    assert_eq!(store.objects().unwrap(), []);
}

fn swapping(store: &Store, other: &Store) {
    let name = key("refs/heads/one");
    let allow = || Ok::<(), StoreError>(());
    assert_eq!(store.swap(&name, Some(b"0"), b"1", allow).unwrap(), Swapped::Other(None));
    assert_eq!(store.swap(&name, None, b"1", allow).unwrap(), Swapped::Done);
    assert_eq!(other.swap(&name, None, b"2", allow).unwrap(), Swapped::Other(Some(b"1".to_vec())));
    let forbid = || Err(StoreError::NotFound { name: "x".to_owned() });
    assert!(other.swap(&name, Some(b"1"), b"2", forbid).is_err());
    assert_eq!(store.backend().get(&name).unwrap().as_deref(), Some(&b"1"[..]), "what is forbidden changes nothing");
    let won: usize = std::thread::scope(|scope| {
        let name = &name;
        let race = |own: &'static str| scope.spawn(move || store.swap(name, Some(b"1"), own.as_bytes(), allow));
        let tasks = ["a", "b", "c", "d"].map(race);
        let done = |task: std::thread::ScopedJoinHandle<'_, _>| match task.join().unwrap() {
            Ok(Swapped::Done) => 1,
            // A remote store refuses instead of letting somebody wait.
            Ok(Swapped::Other(_)) | Err(StoreError::Locked { .. }) => 0,
            Err(error) => panic!("{error}"),
        };
        tasks.into_iter().map(done).sum()
    });
    assert_eq!(won, 1, "of several writers one wins");
}

fn lists(store: &Store, _: &Store) {
    let (a, b) = (Digest::of(b"a"), Digest::of(b"b"));
    let session = store.begin().unwrap();
    assert_eq!(session.put_objects(&[b"a", b"b", b"c"], Verify::Hash).unwrap().written, 3);
    store.keep_list("refs/heads/one", &[a, b].into()).unwrap();
    drop(session);
    assert_eq!(store.gc(false).unwrap().objects, 1, "what no list names goes");
    assert!(store.get(&a).is_ok() && store.get(&b).is_ok());
    assert_eq!(store.roots().unwrap()[0].kind, RootKind::List);
    assert!(store.fsck().unwrap().is_whole());
    store.keep_list("refs/heads/one", &[b].into()).unwrap();
    assert_eq!(store.gc(false).unwrap().objects, 2, "the list before goes with what it alone named");
    assert!(store.get(&a).is_err() && store.get(&b).is_ok());
}

fn keeping(store: &Store, _: &Store) {
    let (a, b) = (common::many("a", 6), common::many("b", 6));
    store.record(&a, Verify::Size).unwrap();
    store.record(&b, Verify::Size).unwrap();
    let single = b.artifacts()[1].digest();
    let kept = store.keep(&single.to_string()[..16]).unwrap();
    assert_eq!((kept.len(), kept[0].kind), (1, RootKind::Object));
    let kept = store.keep(&Digest::of(b"a").to_string()).unwrap();
    assert_eq!((kept.len(), kept[0].kind), (1, RootKind::Manifest));
    assert!(store.keep("ffffffffffffffff").is_err());
    store.gc(false).unwrap();
    assert!(store.get(&single).is_ok());
    assert!(store.get(&b.artifacts()[2].digest()).is_err());
    assert_eq!(store.manifests().unwrap(), [a.manifest().clone()]);
    assert_eq!(store.roots().unwrap().len(), 2);
    let spec = Digest::of(b"a").to_string();
    assert!(store.unkeep(&spec[..3]).is_err());
    assert_eq!(store.unkeep(&spec).unwrap().len(), 1, "a spec's hash names its emissions");
    store.keep(&spec).unwrap();
    assert!(store.fsck().unwrap().is_whole());
}

/// A collector waits for a build, and a build for a collector.
fn exclusion(store: &Store, other: &Store) {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let session = store.begin().unwrap();
        let second = other.begin().unwrap();
        drop(second);
        let collector = scope.spawn(|| {
            other.gc(false).unwrap();
            done.store(true, Ordering::SeqCst);
        });
        std::thread::sleep(std::time::Duration::from_millis(300));
        assert!(!done.load(Ordering::SeqCst), "gc ran during a build");
        session.put(common::many("e", 3).artifacts(), Verify::Size).unwrap();
        drop(session);
        collector.join().unwrap();
    });
    assert!(done.load(Ordering::SeqCst));
    let held = store.backend().lock(LockMode::Collect).unwrap();
    let begun = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            other.begin().unwrap();
            begun.store(true, Ordering::SeqCst);
        });
        std::thread::sleep(std::time::Duration::from_millis(300));
        assert!(!begun.load(Ordering::SeqCst), "a build ran during gc");
        drop(held);
    });
    assert!(begun.load(Ordering::SeqCst));
}
