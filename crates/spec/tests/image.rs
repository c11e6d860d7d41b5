//! Reading and writing images are inverse, and nothing that is read can make them fail.

use etymon_spec::image::{Source, node_image, read_node, read_program};
use proptest::prelude::*;

fn source(bytes: &[u8]) -> Source<'_> {
    Source { path: "test", bytes }
}

fn quoted() -> impl Strategy<Value = String> {
    prop_oneof![Just("x".to_owned()), Just("__proto__".to_owned()), any::<String>()]
        .prop_map(|name| serde_json::Value::String(name).to_string())
}

fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        any::<u128>().prop_map(|nat| format!("{{\"nat\":\"{nat}\"}}")),
        any::<bool>().prop_map(|truth| format!("{{\"bool\":{truth}}}")),
        quoted().prop_map(|text| format!("{{\"str\":{text}}}")),
        proptest::collection::vec(any::<u8>(), 0..4)
            .prop_map(|bytes| format!("{{\"bytes\":\"{}\"}}", hex::encode(bytes))),
        Just("{\"none\":null}".to_owned()),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("{{\"list\":[{}]}}", items.join(","))),
            proptest::collection::vec((quoted(), inner), 0..4).prop_map(|fields| {
                let fields: Vec<String> = fields.iter().map(|(key, item)| format!("[{key},{item}]")).collect();
                format!("{{\"record\":[{}]}}", fields.join(","))
            }),
        ]
    })
}

fn expr() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        quoted().prop_map(|name| format!("{{\"var\":{name}}}")),
        quoted().prop_map(|code| format!("{{\"rawExpr\":{code}}}")),
        value().prop_map(|value| format!("{{\"lit\":{value}}}")),
    ];
    leaf.prop_recursive(5, 48, 4, |e| {
        let many = || proptest::collection::vec(e.clone(), 0..4).prop_map(|items| items.join(","));
        let pairs = || {
            proptest::collection::vec((quoted(), e.clone()), 0..3).prop_map(|pairs| {
                pairs.iter().map(|(key, item)| format!("[{key},{item}]")).collect::<Vec<_>>().join(",")
            })
        };
        prop_oneof![
            (quoted(), e.clone()).prop_map(|(x, b)| format!("{{\"lam\":[{x},{b}]}}")),
            (e.clone(), e.clone()).prop_map(|(f, a)| format!("{{\"app\":[{f},{a}]}}")),
            (quoted(), e.clone(), e.clone()).prop_map(|(x, v, b)| format!("{{\"letE\":[{x},{v},{b}]}}")),
            (e.clone(), e.clone(), e.clone()).prop_map(|(c, t, o)| format!("{{\"ifE\":[{c},{t},{o}]}}")),
            pairs().prop_map(|pairs| format!("{{\"record\":[{pairs}]}}")),
            (e.clone(), quoted()).prop_map(|(o, k)| format!("{{\"get\":[{o},{k}]}}")),
            (e.clone(), quoted(), e.clone()).prop_map(|(o, k, v)| format!("{{\"set\":[{o},{k},{v}]}}")),
            many().prop_map(|items| format!("{{\"list\":[{items}]}}")),
            (e.clone(), e.clone(), quoted(), quoted(), e.clone())
                .prop_map(|(l, i, a, x, b)| format!("{{\"fold\":[{l},{i},{a},{x},{b}]}}")),
            (e.clone(), pairs(), e.clone()).prop_map(|(s, cases, d)| format!("{{\"dispatch\":[{s},[{cases}],{d}]}}")),
            many().prop_map(|args| format!("{{\"op\":[\"concatList\",[{args}]]}}")),
            many().prop_map(|args| format!("{{\"prim\":[\"taggedHash\",[{args}]]}}")),
            (quoted(), many()).prop_map(|(name, args)| format!("{{\"call\":[{name},[{args}]]}}")),
        ]
    })
}

fn stmt() -> impl Strategy<Value = String> {
    let leaf = expr().prop_map(|value| format!("{{\"ret\":{value}}}"));
    leaf.prop_recursive(4, 16, 3, |s| {
        prop_oneof![
            (quoted(), expr(), s.clone()).prop_map(|(k, v, r)| format!("{{\"emit\":[\"e\",[[{k},{v}]],{r}]}}")),
            (quoted(), expr(), s.clone()).prop_map(|(x, v, b)| format!("{{\"letS\":[{x},{v},{b}]}}")),
            (expr(), s.clone(), s.clone()).prop_map(|(c, t, o)| format!("{{\"ifS\":[{c},{t},{o}]}}")),
            (expr(), quoted(), s.clone(), s.clone())
                .prop_map(|(e, k, c, d)| format!("{{\"dispatch\":[{e},[[{k},{c}]],{d}]}}")),
            (expr(), quoted(), s.clone(), s.clone())
                .prop_map(|(c, x, b, r)| format!("{{\"forIn\":[{c},{x},{b},{r}]}}")),
            (s.clone(), s.clone()).prop_map(|(a, b)| format!("{{\"seq\":[{a},{b}]}}")),
        ]
    })
}

fn assert_stable(text: &str) {
    let first = node_image(&read_node(source(text.as_bytes())).expect("generated images are well-formed"));
    let again = node_image(&read_node(source(first.as_bytes())).expect("written images are well-formed"));
    assert_eq!(first, again);
    let plain: serde_json::Value = serde_json::from_str(text).expect("generated images are JSON");
    let written: serde_json::Value = serde_json::from_str(&first).expect("written images are JSON");
    assert_eq!(plain, written, "nothing may be lost or reordered");
}

proptest! {
    #[test]
    fn expressions_survive(text in expr()) {
        assert_stable(&text);
    }

    #[test]
    fn statements_survive(text in stmt()) {
        assert_stable(&format!("{{\"stmt\":{text}}}"));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_node(source(&bytes));
        let _ = read_program(source(&bytes));
    }

    #[test]
    fn damaged_images_never_panic(text in expr(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = text.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(node) = read_node(source(&bytes)) {
            let written = node_image(&node);
            prop_assert!(read_node(source(written.as_bytes())).is_ok());
        }
    }
}
