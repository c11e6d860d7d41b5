use super::*;
use crate::deploy::values::{self, Names};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Calls that the specification of the ABI shows, and calls that ethers encoded; a test beside the oracle compares all of them with ethers.
#[derive(Deserialize)]
struct Vector {
    signature: String,
    name: String,
    inputs: Vec<Param>,
    args: Vec<Value>,
    call: String,
}

#[test]
fn calls_are_what_the_specification_and_ethers_make_of_them() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors.json")).unwrap();
    assert!(vectors.len() >= 24);
    for Vector { signature, name, inputs, args, call } in vectors {
        let function = Function { name, inputs, outputs: Vec::new() };
        let kinds = kinds(&function.inputs).unwrap();
        let values: Vec<Datum> =
            kinds.iter().zip(&args).map(|(kind, arg)| values::encode(kind, arg, &Names::new()).unwrap()).collect();
        let words = encode(&kinds, &values).unwrap();
        let made = [function.selector().unwrap().as_slice(), &words].concat();
        assert_eq!(values::hexed(&made), call, "{signature}");
        assert_eq!(decode(&kinds, &words).as_ref(), Ok(&values), "{signature}");
        for end in 0..words.len() {
            // The last word of bytes may be short, for what fills it says nothing.
            let cut = decode(&kinds, &words[..end]);
            assert!(
                cut.is_err() || (cut.as_ref() == Ok(&values) && words.len() - end < 32),
                "{signature}, {end} bytes"
            );
        }
    }
}

#[test]
fn types_are_read_as_they_are_written() {
    for text in
        ["bool", "uint8", "uint256", "int24", "address", "bytes1", "bytes32", "bytes", "string", "uint8[3][][2]"]
    {
        assert_eq!(Kind::read(text, Vec::new()).unwrap().to_string(), text);
    }
    assert_eq!(Kind::read("uint[]", Vec::new()).unwrap().to_string(), "uint256[]");
    let parts = || vec![Kind::Bool, Kind::Text];
    assert_eq!(Kind::read("tuple[2]", parts()).unwrap().to_string(), "(bool,string)[2]");
    for text in [
        "",
        "uint7",
        "uint264",
        "uint08",
        "uint0",
        "int257",
        "bytes0",
        "bytes33",
        "bytes01",
        "Bool",
        "bool ",
        "bool[",
        "bool]",
        "bool[0]",
        "bool[01]",
        "bool[-1]",
        "bool[1]x",
        "bool[99999999999999999999]",
        "bool[16384][16384]",
        "function",
        "fixed",
        "ufixed128x18",
        "tuple",
        "contract Token",
        "uint8[][][][][][][][][][][][][][][][][]",
    ] {
        assert_eq!(Kind::read(text, Vec::new()), None, "{text}");
    }
}

/// A type that nothing here knows is an error only where it is used.
#[test]
fn unknown_types_are_told_when_they_are_used() {
    let abi: Abi = serde_json::from_value(json!([
        { "type": "function", "name": "odd", "inputs": [{ "name": "", "type": "fixed128x18" }], "outputs": [] },
        { "type": "error", "name": "Odd", "inputs": [{ "name": "", "type": "function" }] },
        { "type": "error", "name": "Plain", "inputs": [] },
        { "type": "event", "name": "Told", "inputs": [] },
        { "type": "receive", "stateMutability": "payable" },
    ]))
    .unwrap();
    assert_eq!(abi.functions("odd")[0].selector(), Err("the type `fixed128x18` is not supported".to_owned()));
    let mut plain = [0; 4];
    plain.copy_from_slice(&keccak256("Plain()").0[..4]);
    assert_eq!(abi.error(plain).unwrap().name, "Plain");
}

fn words(numbers: &[u64]) -> Vec<u8> {
    numbers.iter().flat_map(|own| U256::from(*own).to_be_bytes::<32>()).collect()
}

#[test]
fn values_out_of_range_are_refused() {
    let wrong = [("bool", vec![0xff; 32]), ("bool", words(&[2])), ("uint8", words(&[256])), ("int8", words(&[128]))];
    let more = [
        ("address", vec![1; 32]),
        ("bytes4", vec![1; 32]),
        ("string", words(&[1 << 40])),
        ("bytes", words(&[32, 33, 0])),
    ];
    for (kind, bytes) in wrong.into_iter().chain(more) {
        assert!(decode(&[Kind::read(kind, Vec::new()).unwrap()], &bytes).is_err(), "{kind}");
    }
}

/// Eight lists of eight lists of …, all of them the same: 512 bytes would become millions of values.
#[test]
fn little_data_does_not_become_large() {
    let kind = Kind::read("uint256[][][][][][][][]", Vec::new()).unwrap();
    let mut bytes = words(&[32]);
    for _ in 0..8 {
        bytes.extend(words(&[8, 256, 256, 256, 256, 256, 256, 256, 256]));
    }
    assert_eq!(decode(std::slice::from_ref(&kind), &bytes), Err("parts of it overlap"));
    let list = Kind::Array(Box::new(Kind::Uint(256)));
    assert_eq!(decode(&[list], &[words(&[32]), vec![0xff; 32]].concat()), Err("it ends too early"));
}

fn any_kind() -> impl Strategy<Value = Kind> {
    let plain = prop_oneof![
        Just(Kind::Bool),
        Just(Kind::Address),
        Just(Kind::Bytes),
        Just(Kind::Text),
        (1..=32_usize).prop_map(|own| Kind::Uint(own * 8)),
        (1..=32_usize).prop_map(|own| Kind::Int(own * 8)),
        (1..=32_usize).prop_map(Kind::Word),
    ];
    plain.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|own| Kind::Array(Box::new(own))),
            (inner.clone(), 1..3_usize).prop_map(|(own, size)| Kind::Fixed(Box::new(own), size)),
            prop::collection::vec(inner, 1..4).prop_map(Kind::Tuple),
        ]
    })
}

proptest! {
    /// Whatever is read is encoded to words that are read as the same, and nothing makes the reader fail.
    #[test]
    fn any_bytes_are_read_or_refused(
        kinds in prop::collection::vec(any_kind(), 1..4),
        words in prop::collection::vec(prop_oneof![0..9_u64, (0..16_u64).prop_map(|own| own * 32), any::<u64>()], 0..24),
    ) {
        let bytes: Vec<u8> = words.iter().flat_map(|own| U256::from(*own).to_be_bytes::<32>()).collect();
        if let Ok(values) = decode(&kinds, &bytes) {
            let again = encode(&kinds, &values).expect("they are of their types");
            prop_assert_eq!(decode(&kinds, &again), Ok(values));
        }
    }
}
