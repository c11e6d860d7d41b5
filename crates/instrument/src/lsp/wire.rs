//! Frames of messages, with a bound on their length. What is no frame or no message is told and passed over.

use lsp_server::Message;
use std::io::{self, BufRead, Read};

/// Longest line of a header, in bytes.
const MAX_LINE: u64 = 1024;

/// Most lines of a header.
const MAX_LINES: usize = 16;

/// A message that is too long is believed to be up to so long, and passed over unread; a greater length is none.
const MAX_SKIPPED: u64 = 1 << 30;

/// What a header has, without its colon and in lower case: where the next one begins.
const LENGTH: &[u8] = b"content-length:";

/// What comes in.
#[derive(Debug)]
pub(super) enum Frame {
    /// A message.
    Message(Message),
    /// Something else, and why it is none.
    Malformed(String),
}

/// Frames, one after another.
pub(super) struct Frames<R> {
    input: R,
    limit: usize,
    /// Whether [`LENGTH`] was read already, by looking for it.
    begun: bool,
}

impl<R: BufRead> Frames<R> {
    /// Reads messages of at most `limit` bytes.
    pub(super) fn new(input: R, limit: usize) -> Self {
        Frames { input, limit, begun: false }
    }

    /// The next frame, or nothing at the end of the stream.
    pub(super) fn next(&mut self) -> io::Result<Option<Frame>> {
        let length = match self.header()? {
            Header::Length(length) => length,
            Header::End => return Ok(None),
            Header::Malformed(why) => {
                self.find()?;
                return Ok(Some(Frame::Malformed(why)));
            }
        };
        let Some(length) = usize::try_from(length).ok().filter(|length| *length <= self.limit) else {
            if length <= MAX_SKIPPED {
                io::copy(&mut (&mut self.input).take(length), &mut io::sink())?;
            } else {
                self.find()?;
            }
            let why = format!("a message of {length} bytes is longer than {}", self.limit);
            return Ok(Some(Frame::Malformed(why)));
        };
        let mut body = vec![0; length];
        match self.input.read_exact(&mut body) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        }
        Ok(Some(match serde_json::from_slice(&body) {
            Ok(message) => Frame::Message(message),
            Err(error) => Frame::Malformed(error.to_string()),
        }))
    }

    fn header(&mut self) -> io::Result<Header> {
        let mut length = None;
        for count in 0..MAX_LINES {
            let mut line = if std::mem::take(&mut self.begun) { LENGTH.to_vec() } else { Vec::new() };
            (&mut self.input).take(MAX_LINE).read_until(b'\n', &mut line)?;
            if line.is_empty() && count == 0 {
                return Ok(Header::End);
            }
            let Some(line) = line.strip_suffix(b"\n") else { return malformed("a line of the header has no end") };
            let Ok(line) = std::str::from_utf8(line) else { return malformed("a header is not UTF-8") };
            let line = line.trim_end_matches('\r');
            if line.is_empty() {
                return Ok(match length {
                    Some(length) => Header::Length(length),
                    None => return malformed("a header has no `Content-Length`"),
                });
            }
            match line.split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    let Ok(own) = value.trim().parse() else { return malformed("a length is no number") };
                    length = Some(own);
                }
                Some(_) => {}
                None => return malformed("a line of the header has no `:`"),
            }
        }
        malformed("a header has too many lines")
    }

    /// Passes over everything up to the next header, or to the end.
    fn find(&mut self) -> io::Result<()> {
        let mut matched = 0;
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(());
            }
            for (at, byte) in buffer.iter().enumerate() {
                let byte = byte.to_ascii_lowercase();
                matched = match byte == LENGTH[matched] {
                    true => matched + 1,
                    // Its first letter is nowhere else in it.
                    false => usize::from(byte == LENGTH[0]),
                };
                if matched == LENGTH.len() {
                    self.input.consume(at + 1);
                    self.begun = true;
                    return Ok(());
                }
            }
            let length = buffer.len();
            self.input.consume(length);
        }
    }
}

enum Header {
    Length(u64),
    End,
    Malformed(String),
}

fn malformed(why: &str) -> io::Result<Header> {
    Ok(Header::Malformed(why.to_owned()))
}
