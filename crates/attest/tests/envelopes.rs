//! Statements in envelopes.

use etymon_attest::{
    AttestError, Envelope, PAYLOAD_TYPE, Signature, Signer, SigningKey, Statement, Subject, Trust, encode,
};
use serde_json::{Value, json};

const KIND: &str = "https://example.org/manifest/v1";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn sealed() -> Envelope {
    let subjects = vec![Subject::new("b", "22"), Subject::new("a", "11")];
    Statement::new(subjects, KIND, json!({"version": 1})).seal(&key(1)).expect("a statement")
}

fn open(envelope: &Envelope, trust: &Trust) -> Result<String, AttestError> {
    Statement::<Value>::open(envelope, KIND, trust).map(|(_, signer)| signer.name.clone())
}

#[test]
fn a_statement_comes_back_with_its_signer() {
    let trust = Trust::in_key("release", key(1).public());
    let text = sealed().to_text().expect("canonical");
    let envelope = Envelope::read(text.as_bytes()).expect("canonical");
    let (statement, signer) = Statement::<Value>::open(&envelope, KIND, &trust).expect("signed");
    assert_eq!((statement.subject[0].name.as_str(), signer.name.as_str()), ("a", "release"));
    assert_eq!(statement.predicate, json!({"version": 1}));
}

#[test]
fn whoever_is_not_trusted_does_not_count() {
    assert!(matches!(open(&sealed(), &Trust::nobody()), Err(AttestError::Untrusted(_))));
    assert!(matches!(open(&sealed(), &Trust::in_key("other", key(2).public())), Err(AttestError::Untrusted(_))));
    let own = |retracted| Signer { name: "release".to_owned(), key: key(1).public(), retracted, endpoints: Vec::new() };
    let trust = Trust::new(vec![own(false), own(true)]);
    assert!(matches!(open(&sealed(), &trust), Err(AttestError::Retracted(_))));
}

#[test]
fn any_change_of_an_envelope_is_refused() {
    let trust = Trust::in_key("release", key(1).public());
    let text = sealed().to_text().expect("canonical").into_bytes();
    let accepted = |bytes: &[u8]| Envelope::read(bytes).and_then(|envelope| open(&envelope, &trust)).is_ok();
    assert!(accepted(&text));
    for at in 0..text.len() {
        for change in [1, 0x20, 0x80] {
            let mut other = text.clone();
            other[at] ^= change;
            assert!(!accepted(&other), "byte {at} ^ {change}");
        }
        let mut shorter = text.clone();
        shorter.remove(at);
        assert!(!accepted(&shorter), "without byte {at}");
    }
    assert!(!accepted(&[text.as_slice(), b"\n"].concat()));
}

#[test]
fn other_types_are_refused() {
    let trust = Trust::in_key("release", key(1).public());
    let other = Envelope::seal("text/plain", b"{}", &key(1));
    assert!(matches!(open(&other, &trust), Err(AttestError::Type { .. })));
    let statement = Statement::new(Vec::new(), "https://example.org/other", json!({}));
    assert!(matches!(open(&statement.seal(&key(1)).expect("sealed"), &trust), Err(AttestError::Type { .. })));
    let loose = Envelope::seal(PAYLOAD_TYPE, b"{ }", &key(1));
    assert!(matches!(open(&loose, &trust), Err(AttestError::Document(_))));
    let mut twice = sealed();
    twice.signatures.push(twice.signatures[0].clone());
    assert!(matches!(open(&twice, &trust), Err(AttestError::Type { .. })));
}

#[test]
fn each_refusal_of_a_signature_has_its_own_reason() {
    let trust = Trust::in_key("release", key(1).public());
    let good = Signature::of("t", b"body", &key(1));
    let check = |signature: &Signature| {
        signature.check("t", b"body", &trust).map(|_| ()).map_err(|error| error.code().as_str())
    };
    assert_eq!(check(&good), Ok(()));
    let changed = |change: &dyn Fn(&mut Signature)| {
        let mut other = good.clone();
        change(&mut other);
        check(&other).expect_err("refused")
    };
    assert_eq!(changed(&|own| own.alg = "none".to_owned()), "SIGNATURE_ALGORITHM");
    assert_eq!(changed(&|own| own.key_id = "0".repeat(16)), "SIGNATURE_KEY_ID");
    assert_eq!(changed(&|own| own.value.push('\n')), "BASE64");
    assert_eq!(changed(&|own| own.value = encode(&[0; 64])), "SIGNATURE_INVALID");
    assert_eq!(changed(&|own| own.value = encode(&[0; 63])), "SIGNATURE_INVALID");
    assert_eq!(changed(&|own| own.public_key = encode(&[0; 32])), "KEY_WEAK");
    assert_eq!(changed(&|own| *own = Signature::of("t", b"body", &key(2))), "SIGNATURE_UNTRUSTED");
    assert_eq!(changed(&|own| *own = Signature::of("other", b"body", &key(1))), "SIGNATURE_INVALID");
}
