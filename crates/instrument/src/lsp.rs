//! The language server: findings as one types, what they rest on, completion and symbols, over any pair of streams.

mod answers;
mod hover;
mod lines;
mod parts;
mod wire;
mod words;

use crate::parser::{self, MAX_INPUT};
use crate::sema;
use etymon_diagnostics::{Report, SourceFile};
use lsp_server::{ErrorCode, Message, Notification, Request, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument, Exit, Notification as _,
    PublishDiagnostics,
};
use lsp_types::request::{Completion, DocumentSymbolRequest, HoverRequest, Initialize, Request as _, Shutdown};
use lsp_types::{DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, Uri};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::sync::Arc;
use wire::{Frame, Frames};

/// Files that are kept open at once.
const MAX_OPEN: usize = 256;

/// Longest message that is read, in bytes: a file of [`MAX_INPUT`] bytes with every byte escaped, and its frame.
pub const MAX_MESSAGE: usize = 6 * MAX_INPUT + 4096;

/// Bytes of text that open files may have together. What is opened beyond it is checked, but not kept.
const MAX_HELD: usize = 32 * MAX_INPUT;

/// Serves until the client says `exit` or hangs up. True when it said `shutdown` before. What is no message is answered with an error that
/// belongs to no request, and passed over.
///
/// # Errors
/// What reading or writing fails with.
pub fn serve(input: impl BufRead, mut output: impl Write) -> io::Result<bool> {
    let mut server = Server { open: BTreeMap::new(), held: 0, initialized: false, shut_down: false };
    let mut frames = Frames::new(input, MAX_MESSAGE);
    while let Some(frame) = frames.next()? {
        match frame {
            Frame::Message(Message::Request(request)) => {
                Message::Response(server.answer(request)).write(&mut output)?
            }
            Frame::Message(Message::Notification(notification)) if notification.method == Exit::METHOD => break,
            Frame::Message(Message::Notification(notification)) => {
                if let Some(reply) = server.take(notification) {
                    Message::Notification(reply).write(&mut output)?;
                }
            }
            Frame::Message(Message::Response(_)) => {}
            Frame::Malformed(why) => write_unasked(&mut output, &why)?,
        }
    }
    Ok(server.shut_down)
}

/// An error about something that has no id, in the form that JSON-RPC has for it and `lsp_server` has not.
fn write_unasked(output: &mut impl Write, why: &str) -> io::Result<()> {
    let why: String = why.chars().take(200).collect();
    let error = serde_json::json!({ "code": ErrorCode::ParseError as i32, "message": why });
    let body = serde_json::json!({ "jsonrpc": "2.0", "id": null, "error": error }).to_string();
    write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    output.flush()
}

struct Server {
    open: BTreeMap<String, Arc<SourceFile>>,
    /// Bytes of text in `open`.
    held: usize,
    initialized: bool,
    shut_down: bool,
}

impl Server {
    fn answer(&mut self, request: Request) -> Response {
        let Request { id, method, params } = request;
        if self.shut_down {
            return Response::new_err(id, ErrorCode::InvalidRequest as i32, "the server was shut down".to_owned());
        }
        if !self.initialized && method != Initialize::METHOD {
            return Response::new_err(id, ErrorCode::ServerNotInitialized as i32, "say `initialize` first".to_owned());
        }
        let result = match method.as_str() {
            Initialize::METHOD if self.initialized => {
                return Response::new_err(id, ErrorCode::InvalidRequest as i32, "it was initialized before".to_owned());
            }
            Initialize::METHOD => {
                self.initialized = true;
                json(answers::capabilities())
            }
            Shutdown::METHOD => {
                self.shut_down = true;
                Ok(Value::Null)
            }
            HoverRequest::METHOD => self.on::<HoverRequest, _>(params, |params| {
                let at = params.text_document_position_params;
                (at.text_document.uri, move |file: &Arc<SourceFile>| hover::hover(file, at.position))
            }),
            Completion::METHOD => self.on::<Completion, _>(params, |params| {
                let at = params.text_document_position;
                (at.text_document.uri, move |file: &Arc<SourceFile>| answers::completion(file, at.position))
            }),
            DocumentSymbolRequest::METHOD => self.on::<DocumentSymbolRequest, _>(params, |params| {
                (params.text_document.uri, |file: &Arc<SourceFile>| answers::symbols(file))
            }),
            other => {
                let shown: String = other.chars().take(80).collect();
                let message = format!("`{shown}` is not offered");
                return Response::new_err(id, ErrorCode::MethodNotFound as i32, message);
            }
        };
        match result {
            Ok(value) => Response::new_ok(id, value),
            Err(message) => Response::new_err(id, ErrorCode::InvalidParams as i32, message),
        }
    }

    /// Answers about an open file; `null` where it is not open.
    fn on<R: lsp_types::request::Request, F>(
        &self,
        params: Value,
        split: impl FnOnce(R::Params) -> (Uri, F),
    ) -> Result<Value, String>
    where
        F: FnOnce(&Arc<SourceFile>) -> R::Result,
    {
        let (uri, answer) = split(read(params)?);
        match self.open.get(uri.as_str()) {
            Some(file) => json(answer(file)),
            None => Ok(Value::Null),
        }
    }

    /// What a notification leads to; malformed ones have nobody to be told.
    fn take(&mut self, notification: Notification) -> Option<Notification> {
        let Notification { method, params } = notification;
        if !self.initialized || self.shut_down {
            return None;
        }
        let (uri, text) = match method.as_str() {
            DidOpenTextDocument::METHOD => {
                let params: DidOpenTextDocumentParams = read(params).ok()?;
                (params.text_document.uri, params.text_document.text)
            }
            DidChangeTextDocument::METHOD => {
                let params: DidChangeTextDocumentParams = read(params).ok()?;
                // Whole texts are what was asked for; the last is the newest.
                let whole = params.content_changes.into_iter().rfind(|change| change.range.is_none())?;
                (params.text_document.uri, whole.text)
            }
            DidSaveTextDocument::METHOD => {
                let params: lsp_types::DidSaveTextDocumentParams = read(params).ok()?;
                let text = params
                    .text
                    .or_else(|| Some(self.open.get(params.text_document.uri.as_str())?.text().to_owned()))?;
                (params.text_document.uri, text)
            }
            DidCloseTextDocument::METHOD => {
                let params: DidCloseTextDocumentParams = read(params).ok()?;
                self.keep(params.text_document.uri.as_str(), None);
                return publish(params.text_document.uri, Vec::new());
            }
            _ => return None,
        };
        // A little more than is read, so that the parser says that it is too long.
        let mut end = text.len().min(MAX_INPUT + 4);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let file = SourceFile::new(uri.as_str(), &text[..end]);
        let found = answers::diagnostics(&file, &findings(&file));
        self.keep(uri.as_str(), Some(file));
        publish(uri, found)
    }

    /// Keeps the text of an open file in place of the one before, as far as there is room.
    fn keep(&mut self, uri: &str, file: Option<Arc<SourceFile>>) {
        self.held -= self.open.remove(uri).map_or(0, |before| before.text().len());
        let Some(file) = file else { return };
        if self.open.len() < MAX_OPEN && self.held + file.text().len() <= MAX_HELD {
            self.held += file.text().len();
            self.open.insert(uri.to_owned(), file);
        }
    }
}

/// All findings in a file.
fn findings(file: &Arc<SourceFile>) -> Report {
    match parser::parse(file) {
        Err(report) => report,
        Ok(unit) => sema::check_as_declared(file, &unit),
    }
}

fn publish(uri: Uri, diagnostics: Vec<lsp_types::Diagnostic>) -> Option<Notification> {
    let params = lsp_types::PublishDiagnosticsParams::new(uri, diagnostics, None);
    Some(Notification { method: PublishDiagnostics::METHOD.to_owned(), params: serde_json::to_value(params).ok()? })
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, String> {
    serde_json::from_value(params).map_err(|error| error.to_string())
}

fn json(result: impl Serialize) -> Result<Value, String> {
    serde_json::to_value(result).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
