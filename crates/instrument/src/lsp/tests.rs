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
    let mut rest = output.as_slice();
    let mut answers = Vec::new();
    while let Some(message) = wire::read(&mut rest, MAX_MESSAGE).unwrap() {
        answers.push(serde_json::to_value(message).unwrap());
    }
    (ended, answers)
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
fn malformed_and_overlong_messages_end_the_session() {
    for input in [
        "Content-Length: 99999999999\r\n\r\n",
        "Content-Length: x\r\n\r\n",
        "\r\n",
        "Content-Length: 2\r\n\r\n[]",
        "Content-Length: 9\r\n\r\n{",
    ] {
        assert!(serve(input.as_bytes(), Vec::new()).is_err(), "{input}");
    }
    let endless = vec![b'a'; 1 << 20];
    assert_eq!(serve(endless.as_slice(), Vec::new()).unwrap_err().kind(), io::ErrorKind::InvalidData);
}

#[test]
fn nothing_is_answered_before_initialize() {
    let (_, answers) = session(&[request(1, "shutdown", Value::Null)]);
    assert_eq!(answers[0]["error"]["code"], ErrorCode::ServerNotInitialized as i32);
}
