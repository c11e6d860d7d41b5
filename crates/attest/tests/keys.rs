//! Keys, and the files they live in.

use etymon_attest::{AttestError, PublicKey, SigningKey, create_key_file, read_key_file};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// RFC 8032, section 7.1, test 1.
const SEED: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const PUBLIC: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const SIGNATURE: &str = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

fn key() -> SigningKey {
    let seed: Vec<u8> = hex::decode(SEED).expect("hex");
    SigningKey::from_seed(&seed.try_into().expect("32 bytes"))
}

#[test]
fn the_vector_of_the_standard() {
    let key = key();
    assert_eq!(key.public().to_hex(), PUBLIC);
    assert_eq!(hex::encode(key.sign(b"")), SIGNATURE);
    key.public().verify(b"", &hex::decode(SIGNATURE).expect("hex")).expect("its own signature");
    assert!(matches!(key.public().verify(b"x", &hex::decode(SIGNATURE).expect("hex")), Err(AttestError::Invalid)));
}

#[test]
fn a_key_is_known_by_the_hash_of_its_bytes() {
    let own = key().public();
    let digest = etymon_spec::canonical::sha256_hex(own.as_bytes());
    assert_eq!(own.key_id(), digest[..16]);
    for text in [own.to_hex(), own.to_pem()] {
        assert_eq!(PublicKey::from_text(&text).expect("its own text"), own);
    }
}

#[test]
fn keys_that_protect_nothing_are_refused() {
    // The neutral element, a point of order 8, and the neutral element in another form.
    let weak = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "0000000000000000000000000000000000000000000000000000000000000000",
    ];
    for text in weak {
        assert!(matches!(PublicKey::from_text(text), Err(AttestError::WeakKey)), "{text}");
    }
    let upper = PUBLIC.to_uppercase();
    let other_form = "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
    for text in ["", "00", "zz", &upper, &PUBLIC[..62], other_form] {
        assert!(PublicKey::from_text(text).is_err(), "{text}");
    }
}

#[test]
fn a_key_file_is_private_and_never_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys/release.pem");
    create_key_file(&path, &key()).expect("a new file");
    assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(path.parent().expect("a folder")).expect("there").permissions().mode() & 0o777, 0o700);
    let before = fs::read(&path).expect("readable");
    let other = SigningKey::generate().expect("randomness");
    assert!(matches!(create_key_file(&path, &other), Err(AttestError::Exists { .. })));
    assert_eq!(fs::read(&path).expect("readable"), before);
    assert_eq!(read_key_file(&path).expect("a key").public(), key().public());
}

#[test]
fn formatting_never_shows_a_key() {
    let key = SigningKey::from_seed(&[0x5a; 32]);
    let shown = format!("{key:?}");
    assert!(!shown.contains(&"5a".repeat(4)) && !shown.contains("90, 90"), "{shown}");
}

#[test]
fn key_files_that_are_not_as_they_were_written_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("k.pem");
    assert!(matches!(read_key_file(&path), Err(AttestError::NoKey { .. })));
    assert!(matches!(read_key_file(folder.path()), Err(AttestError::BadKey { .. })));
    create_key_file(&path, &key()).expect("a new file");
    let text = fs::read_to_string(&path).expect("text");
    for other in
        [String::new(), "no key".to_owned(), format!("{text}\n"), text.replace('\n', "\r\n"), text[1..].to_owned()]
    {
        fs::write(&path, &other).expect("writable");
        assert!(matches!(read_key_file(&path), Err(AttestError::BadKey { .. })), "{other:?}");
    }
    fs::write(&path, &text).expect("writable");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("its owner");
    let refused = read_key_file(&path).expect_err("others may read it").to_string();
    assert!(refused.contains("640"), "{refused}");
}
