//! A connection that is given up when its reader takes nothing, and whose heads are looked at as they came.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// What came over a connection and was not yet looked at: a head, and what was read along with it.
///
/// hyper takes lines that end in LF alone. Who stands before a node may not, and see another request in the same octets (RFC 9112, section 11.2).
#[derive(Default)]
pub struct Heads {
    came: Vec<u8>,
    /// Octets of a body that are still to come.
    body: u64,
}

impl Heads {
    fn add(&mut self, octets: &[u8]) {
        let skipped = usize::try_from(self.body).unwrap_or(usize::MAX).min(octets.len());
        self.body -= skipped as u64;
        self.came.extend_from_slice(&octets[skipped..]);
    }

    /// Takes the head of the request that was just read off, and its body of that length; whether every line of it ends in CR LF.
    pub fn take(&mut self, body: u64) -> bool {
        // Empty lines before a request are none of it.
        let start = self.came.iter().position(|octet| !matches!(octet, b'\r' | b'\n')).unwrap_or(self.came.len());
        let end = self.came.windows(4).skip(start).position(|four| four == b"\r\n\r\n").map(|end| start + end + 4);
        let Some(end) = end else { return false };
        let head = &self.came[..end];
        let whole = head.iter().enumerate().all(|(at, octet)| match octet {
            b'\n' => at > 0 && head[at - 1] == b'\r',
            b'\r' => head.get(at + 1) == Some(&b'\n'),
            _ => true,
        });
        let rest = self.came.split_off(end);
        self.came.clear();
        self.body = body;
        self.add(&rest);
        whole
    }

    /// Looks at nothing more: what comes is no request, or belongs to the last one.
    pub fn close(&mut self) {
        self.came = Vec::new();
        self.body = u64::MAX;
    }
}

/// A stream whose writes fail when none of them goes on for some time.
pub struct Patient {
    stream: TcpStream,
    heads: Arc<Mutex<Heads>>,
    patience: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    pub fn new(stream: TcpStream, heads: Arc<Mutex<Heads>>, patience: Duration) -> Patient {
        Patient { stream, heads, patience, waiting: None }
    }

    /// Counts the time of what is pending, and forgets it when something went on.
    fn watch<T>(&mut self, context: &mut Context<'_>, poll: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.waiting = None;
            return poll;
        }
        let patience = self.patience;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Patient {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let poll = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.heads.lock().expect("no holder panics").add(&buffer.filled()[before..]);
        poll
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, poll)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.watch(context, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_flush(context);
        self.watch(context, poll)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
