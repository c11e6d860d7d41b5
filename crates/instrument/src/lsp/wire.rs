//! Frames of messages, with a bound on their length.

use lsp_server::Message;
use std::io::{self, BufRead, Read};

/// Longest line of a header, in bytes.
const MAX_LINE: u64 = 1024;

/// Most lines of a header.
const MAX_LINES: usize = 16;

/// The next message, or nothing at the end of the stream.
pub(super) fn read(input: &mut impl BufRead, limit: usize) -> io::Result<Option<Message>> {
    let Some(length) = header(input)? else { return Ok(None) };
    if length > limit {
        return Err(malformed(format!("a message of {length} bytes is longer than {limit}")));
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body)?;
    serde_json::from_slice(&body).map(Some).map_err(|error| malformed(error.to_string()))
}

/// The length that a header tells.
fn header(input: &mut impl BufRead) -> io::Result<Option<usize>> {
    let mut length = None;
    for count in 0..MAX_LINES {
        let mut line = Vec::new();
        input.take(MAX_LINE).read_until(b'\n', &mut line)?;
        if line.is_empty() && count == 0 {
            return Ok(None);
        }
        let Some(line) = line.strip_suffix(b"\n") else {
            return Err(malformed("a line of the header has no end".to_owned()));
        };
        let line = std::str::from_utf8(line).map_err(|error| malformed(error.to_string()))?.trim_end_matches('\r');
        if line.is_empty() {
            return length.map(Some).ok_or_else(|| malformed("the header has no `Content-Length`".to_owned()));
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = Some(value.trim().parse().map_err(|_| malformed(format!("`{value}` is no length")))?);
        }
    }
    Err(malformed(format!("a header has more than {MAX_LINES} lines")))
}

fn malformed(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}
