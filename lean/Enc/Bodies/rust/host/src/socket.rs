//! WebSocket: messages one after the other, and what is sent in between.

use crate::host::{Host, Outbox, Outgoing};
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tungstenite::error::CapacityError;

/// A connection that answers no ping within this is given up.
const PING: Duration = Duration::from_secs(30);
/// How long the other side may take to close.
const CLOSING: Duration = Duration::from_secs(2);

/// Codes of RFC 6455, section 7.4.1.
const PROTOCOL_ERROR: u16 = 1002;
const TOO_LARGE: u16 = 1009;
const INTERNAL: u16 = 1011;

/// Serves a connection until its end.
pub async fn converse(host: &Host, socket: WebSocket) {
    let (writer, mut reader) = socket.split();
    let (outbox, outgoing) = Outbox::new();
    let mut writing = tokio::spawn(write(writer, outgoing, outbox.unsent()));
    let own = host.connect(outbox.clone());
    let mut pings = tokio::time::interval_at(tokio::time::Instant::now() + PING, PING);
    let mut alive = true;
    let code = loop {
        tokio::select! {
            next = reader.next() => match next {
                Some(Ok(Message::Text(text))) => {
                    alive = true;
                    if answer(host, &own, text.as_bytes()).await.is_err() {
                        break Some(INTERNAL);
                    }
                }
                Some(Ok(Message::Binary(bytes))) => {
                    alive = true;
                    if answer(host, &own, &bytes).await.is_err() {
                        break Some(INTERNAL);
                    }
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => alive = true,
                Some(Ok(Message::Close(_))) | None => break None,
                Some(Err(error)) => break code_of(error),
            },
            _ = pings.tick() => {
                if !alive {
                    break None;
                }
                alive = false;
                outbox.push(Outgoing::Ping);
            }
            // It was told to close, or nobody reads.
            _ = &mut writing => break None,
            () = outbox.overflown() => break None,
        }
    };
    host.close(&own);
    if let Some(code) = code {
        outbox.push(Outgoing::Close(code));
        let _ = tokio::time::timeout(CLOSING, &mut writing).await;
    }
    // What is still under way would take the last frames back if it were not read.
    let _ = tokio::time::timeout(CLOSING, rest(&mut reader)).await;
    writing.abort();
}

async fn answer(host: &Host, own: &crate::host::Socket, message: &[u8]) -> Result<(), ()> {
    host.message(own, message).await.map_err(|error| eprintln!("error: {error}"))
}

async fn rest(reader: &mut SplitStream<WebSocket>) {
    while let Some(Ok(_)) = reader.next().await {}
}

/// The code that tells the other side what was wrong; none if there is no other side any more.
fn code_of(error: axum::Error) -> Option<u16> {
    use tungstenite::Error;
    match error.into_inner().downcast_ref::<Error>()? {
        Error::Capacity(CapacityError::MessageTooLong { .. }) => Some(TOO_LARGE),
        Error::Protocol(_) | Error::Utf8(_) => Some(PROTOCOL_ERROR),
        _ => None,
    }
}

async fn write(mut writer: SplitSink<WebSocket, Message>, mut outgoing: mpsc::UnboundedReceiver<Outgoing>, unsent: Arc<AtomicUsize>) {
    while let Some(next) = outgoing.recv().await {
        let sent = match next {
            Outgoing::Text(text) => {
                let size = text.len();
                let sent = writer.send(Message::Text(text.into())).await;
                unsent.fetch_sub(size, Ordering::Relaxed);
                sent
            }
            Outgoing::Ping => writer.send(Message::Ping(Default::default())).await,
            Outgoing::Close(code) => {
                let _ = writer.send(Message::Close(Some(CloseFrame { code, reason: Default::default() }))).await;
                return;
            }
        };
        if sent.is_err() {
            return;
        }
    }
}
