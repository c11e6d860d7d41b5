//! What a server is sent and what it answers, as lines of `golden/vectors/wire/*.jsonl`.

use serde::{Deserialize, Serialize};

/// The octets of a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Body {
    /// UTF-8.
    Text(String),
    /// Anything else, as hex.
    Hex(String),
    /// A text many times over.
    Repeat(String, usize),
}

impl Body {
    /// Its octets.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Body::Text(text) => text.as_bytes().to_vec(),
            Body::Hex(hex) => etymon_kernel_rt::hex_bytes(hex).unwrap_or_default(),
            Body::Repeat(text, times) => text.repeat(*times).into_bytes(),
        }
    }
}

/// A request and its answer, or a message on a connection; and in either case the frames that connections hear because of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// What it is about, unique in its file.
    pub id: String,
    /// The time at the server, in milliseconds since 1970.
    pub now: u64,
    /// A request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<Http>,
    /// A message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
    /// Frames, each with the connection that hears it. The order counts for each connection.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<(String, String)>,
}

/// A request over HTTP, and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Http {
    pub method: String,
    pub target: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub answer: String,
}

/// A message on a connection, which is opened with its first one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Message {
    pub connection: String,
    pub body: Body,
}
