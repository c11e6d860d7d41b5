//! The decoders never panic, and take nothing for what it is not.

use etymon_serve::frame::{HEADER, MAX_OBJECT, frames, push};
use etymon_serve::{Kind, Object, RefName};
use proptest::prelude::*;

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(Kind::ALL.to_vec())
}

fn payloads() -> impl Strategy<Value = Vec<(Kind, Vec<u8>)>> {
    prop::collection::vec((kind(), prop::collection::vec(any::<u8>(), 0..200)), 0..8)
}

fn encode(all: &[(Kind, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (kind, payload) in all {
        push(&mut bytes, *kind, payload);
    }
    bytes
}

proptest! {
    #[test]
    fn what_is_written_is_read(all in payloads()) {
        let bytes = encode(&all);
        let read: Vec<_> = frames(&bytes).map(|frame| frame.map(|own| (own.kind, own.payload.to_vec()))).collect::<Result<_, _>>().expect("sound");
        prop_assert_eq!(read, all);
    }

    #[test]
    fn any_change_of_a_byte_is_seen(all in payloads(), at in any::<prop::sample::Index>(), change in 1_u8..) {
        let mut bytes = encode(&all);
        prop_assume!(!bytes.is_empty());
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        let read: Result<Vec<_>, _> = frames(&bytes).collect();
        // The kind is not hashed; whoever keeps the object compares it with what its bytes are.
        let same = read.is_ok_and(|read| read.iter().zip(&all).all(|(own, (_, payload))| own.payload == payload));
        let is_kind = { let mut here = 0; let mut found = false; for (_, payload) in &all { found |= here == at; here += HEADER + payload.len(); } found };
        prop_assert!(!same || is_kind);
    }

    #[test]
    fn any_cut_is_seen(all in payloads(), at in any::<prop::sample::Index>()) {
        let bytes = encode(&all);
        prop_assume!(!bytes.is_empty());
        let cut = &bytes[..at.index(bytes.len())];
        let read: Vec<_> = frames(cut).collect();
        let whole = read.iter().take_while(|frame| frame.is_ok()).count();
        prop_assert!(whole < all.len());
        prop_assert!(read.len() - whole <= 1, "it stops at the first that is wrong");
    }

    #[test]
    fn noise_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
        let _ = frames(&bytes).count();
        let _ = Object::read(&bytes, None);
    }

    #[test]
    fn texts_never_panic(text in "(\\{\"schema\":\"(composition|materialization)/1\"[\\[\\]{}\":,a-z0-9]{0,60}|## [A-Z]{1,3}[0-9]?\\n(type: predicate\\n|scope: \\PC{0,5}\\n|\\PC{0,20}\\n){0,8})") {
        let _ = Object::read(text.as_bytes(), None);
    }

    #[test]
    fn names_of_refs_are_safe(text in "(refs/)?(heads|remotes)?/?[a-zA-Z0-9./_-]{0,40}") {
        if let Ok(name) = text.parse::<RefName>() {
            prop_assert_eq!(name.as_str(), &text);
            prop_assert!(!text.contains("..") || text.split('/').all(|part| !part.starts_with('.')));
            prop_assert!(text.split('/').count() <= 4 && !text.contains("//"));
        }
    }
}

#[test]
fn a_frame_byte_by_byte() {
    let mut bytes = Vec::new();
    push(&mut bytes, Kind::CompositionManifest, b"abc");
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(text, format!("02{hash}0000000000000003616263"));
}

#[test]
fn a_stated_length_takes_no_memory() {
    let mut bytes = Vec::new();
    push(&mut bytes, Kind::ConstraintSet, b"abc");
    bytes[33..41].copy_from_slice(&u64::MAX.to_be_bytes());
    assert!(frames(&bytes).next().expect("one").is_err());
    bytes[33..41].copy_from_slice(&(MAX_OBJECT as u64).to_be_bytes());
    assert!(frames(&bytes).next().expect("one").is_err());
}

#[test]
fn deep_documents_are_refused() {
    let deep = format!("{{\"schema\":\"composition/1\",\"imports\":{}", "[".repeat(1_000_000));
    assert!(Object::read(deep.as_bytes(), None).is_err());
    let deep = format!("{{\"a\":{}", "[".repeat(1_000_000));
    assert!(Object::read(deep.as_bytes(), None).is_err());
}
