use super::*;
use serde_json::json;

fn frame(message: Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn session(messages: &[Value]) -> (io::Result<bool>, Vec<Value>) {
    let input: Vec<u8> = messages.iter().cloned().flat_map(frame).collect();
    let mut output = Vec::new();
    let ended = serve(input.as_slice(), &mut output);
    (ended, answers_in(&output))
}

fn answers_in(mut output: &[u8]) -> Vec<Value> {
    let mut answers = Vec::new();
    while !output.is_empty() {
        let rest = output.strip_prefix(b"Content-Length: ").expect("a frame");
        let end = rest.windows(4).position(|own| own == b"\r\n\r\n").expect("the end of a header");
        let length: usize = std::str::from_utf8(&rest[..end]).unwrap().parse().unwrap();
        let body = &rest[end + 4..][..length];
        answers.push(serde_json::from_slice(body).unwrap());
        output = &rest[end + 4 + length..];
    }
    answers
}

fn request(id: i32, method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

fn notification(method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "method": method, "params": params})
}

const URI: &str = "file:///home.fiqh";

fn opened(text: &str) -> [Value; 2] {
    [
        request(1, "initialize", json!({"capabilities": {}})),
        notification(
            "textDocument/didOpen",
            json!({"textDocument": {"uri": URI, "languageId": "fiqh", "version": 1, "text": text}}),
        ),
    ]
}

fn example() -> String {
    include_str!("../../../../examples/instruments/musharakah_mutanaqisah.fiqh").to_owned()
}

#[test]
fn findings_follow_every_change() {
    let [initialize, open] = opened(&example());
    let broken = example().replace("capital_guarantee: none", "capital_guarantee: bank");
    let change = json!({"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": broken}]});
    let (ended, answers) = session(&[
        initialize,
        open,
        notification("textDocument/didChange", change),
        notification("textDocument/didSave", json!({"textDocument": {"uri": URI}})),
        request(2, "shutdown", Value::Null),
        notification("exit", Value::Null),
    ]);
    assert!(ended.unwrap());
    assert_eq!(answers[0]["result"]["capabilities"]["hoverProvider"], true);
    let errors = |answer: &Value| {
        let all = answer["params"]["diagnostics"].as_array().unwrap();
        all.iter().filter(|own| own["severity"] == 1).map(|own| own["code"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(errors(&answers[1]), Vec::<Value>::new());
    assert_eq!(errors(&answers[2]), ["RIBA-1"]);
    assert_eq!(errors(&answers[3]), ["RIBA-1"]);
    let message = &answers[2]["params"]["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .find(|own| own["severity"] == 1)
        .unwrap()["message"];
    assert!(message.as_str().unwrap().contains("al-Baqarah 2:275"), "{message}");
}

#[test]
fn words_are_explained_completed_and_listed() {
    let text = example().replace("capital_guarantee: none", "capital_guarantee: bank");
    let line = text.lines().position(|line| line.contains("capital_guarantee")).unwrap();
    let at = json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": 8}});
    let [initialize, open] = opened(&text);
    let (ended, answers) = session(&[
        initialize,
        open,
        request(2, "textDocument/hover", at.clone()),
        request(3, "textDocument/completion", at),
        request(4, "textDocument/documentSymbol", json!({"textDocument": {"uri": URI}})),
        request(5, "textDocument/rename", json!({})),
    ]);
    assert!(!ended.unwrap());
    assert!(answers[2]["result"]["contents"]["value"].as_str().unwrap().contains("al-Baqarah 2:275"));
    let labels: Vec<&str> =
        answers[3]["result"].as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect();
    for label in ["rescission", "murabahah", "capital_guarantee", "price_attested", "financier"] {
        assert!(labels.contains(&label), "{label}: {labels:?}");
    }
    let whole = &answers[4]["result"][0];
    assert_eq!(whole["name"], "HomeFinance");
    assert!(whole["children"].as_array().unwrap().iter().any(|child| child["name"] == "price_attested"));
    assert_eq!(answers[5]["error"]["code"], ErrorCode::MethodNotFound as i32);
}

#[test]
fn places_are_in_utf16_units() {
    let (_, answers) = session(&opened("/* 😀ñ */ instrument A : nothing { }"));
    let range = &answers[1]["params"]["diagnostics"][0]["range"];
    assert_eq!(range["start"]["character"], 25);
    assert_eq!(range["end"]["character"], 32);
}

#[test]
fn a_lone_carriage_return_ends_a_line() {
    let (_, answers) = session(&opened("/* a */\r/* b */\rinstrument A : nothing { }"));
    let range = &answers[1]["params"]["diagnostics"][0]["range"];
    assert_eq!((&range["start"]["line"], &range["start"]["character"]), (&json!(2), &json!(15)));
    // A comment of a line ends with `\n` alone.
    let lines: Vec<String> = example().lines().filter(|own| !own.contains("//")).map(str::to_owned).collect();
    let line = lines.iter().position(|line| line.contains("jaaihah")).unwrap();
    let text = lines.join("\r");
    let at = json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": 6}});
    let [initialize, open] = opened(&text);
    let (_, answers) = session(&[initialize, open, request(2, "textDocument/hover", at)]);
    assert!(
        answers[2]["result"]["contents"]["value"].as_str().is_some_and(|told| told.contains("CONT-1")),
        "{answers:?}"
    );
}

#[test]
fn what_is_no_message_is_told_and_passed_over() {
    let long = format!("Content-Length: {}\r\n\r\n{}", MAX_MESSAGE + 1, "a".repeat(MAX_MESSAGE + 1));
    let many = "a: b\r\n".repeat(100);
    for broken in [
        "Content-Length: 99999999999\r\n\r\n{}",
        "Content-Length: 99999999999999999999999999\r\n\r\n",
        "Content-Length: -1\r\n\r\n{}",
        "Content-Length: x\r\n\r\nContent-Len",
        "\r\n",
        "nothing\r\n\r\n",
        "Content-Length: 2\r\n\r\n[]",
        "Content-Length: 9\r\n\r\n{\"ab\": 1}",
        "Content-Length: 1\r\n\r\n{",
        &many,
        &long,
        &"a".repeat(1 << 20),
        "\u{ff}\r\n\r\n",
    ] {
        let mut input = broken.as_bytes().to_vec();
        input.extend(frame(request(7, "initialize", json!({"capabilities": {}}))));
        let mut output = Vec::new();
        let shown: String = broken.chars().take(60).collect();
        assert!(!serve(input.as_slice(), &mut output).unwrap(), "{shown}");
        let answers = answers_in(&output);
        assert_eq!(answers[0]["error"]["code"], ErrorCode::ParseError as i32, "{shown}");
        assert!(answers[0]["id"].is_null(), "{shown}");
        assert_eq!(answers.len(), 2, "{shown}: {answers:?}");
        assert_eq!(answers[1]["id"], 7, "{shown}");
    }
}

#[test]
fn a_stream_that_ends_inside_a_message_ends_the_session() {
    for input in ["", "Content-Length: 9\r\n\r\n{", "Content-Length: 99999999999\r\n\r\n", "Content-Le"] {
        assert!(!serve(input.as_bytes(), Vec::new()).unwrap(), "{input}");
    }
}

#[test]
fn what_is_open_has_a_bound() {
    let mut server = Server { open: BTreeMap::new(), held: 0, initialized: true, shut_down: false };
    let text = " ".repeat(MAX_INPUT);
    for round in 0..2 {
        for nr in 0..40 {
            let document = json!({"uri": format!("file:///{nr}"), "languageId": "fiqh", "version": 1, "text": text});
            let open = notification("textDocument/didOpen", json!({"textDocument": document}));
            assert!(server.take(serde_json::from_value(open).unwrap()).is_some(), "{round}");
        }
        assert_eq!((server.open.len(), server.held), (32, MAX_HELD));
    }
    let close = notification("textDocument/didClose", json!({"textDocument": {"uri": "file:///3"}}));
    server.take(serde_json::from_value(close).unwrap());
    assert_eq!((server.open.len(), server.held), (31, MAX_HELD - MAX_INPUT));
}

#[test]
fn it_is_initialized_once_and_nothing_follows_shutdown() {
    let initialize = |id| request(id, "initialize", json!({"capabilities": {}}));
    let (_, answers) = session(&[
        opened("x")[1].clone(),
        initialize(1),
        initialize(2),
        request(3, "shutdown", Value::Null),
        initialize(4),
    ]);
    let codes: Vec<Value> = answers.iter().map(|own| own["error"]["code"].clone()).collect();
    let refused = json!(ErrorCode::InvalidRequest as i32);
    assert_eq!(codes, [Value::Null, refused.clone(), Value::Null, refused]);
}

#[test]
fn nothing_is_answered_before_initialize() {
    let (_, answers) = session(&[request(1, "shutdown", Value::Null)]);
    assert_eq!(answers[0]["error"]["code"], ErrorCode::ServerNotInitialized as i32);
}
