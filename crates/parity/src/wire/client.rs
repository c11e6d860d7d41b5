//! A client that sends what it is told and nothing else: it must be able to ask what no well-behaved client asks.

use super::step::Http;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;
use tungstenite::error::ProtocolError;
use tungstenite::{Error as SocketError, Message, WebSocket};

/// The header that sets the clock of a server in test mode, in milliseconds since 1970.
const NOW: &str = "x-enc-test-now";
/// Most header fields of an answer.
const MAX_HEADERS: usize = 64;
/// Most octets of an answer.
const MAX_ANSWER: u64 = 64 << 20;

/// What a server answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// Sends a request on a connection of its own and reads the answer. Errors are told in words.
pub(super) fn ask(address: SocketAddr, http: &Http, now: u64, patience: Duration) -> Result<Answer, String> {
    let body = http.body.as_ref().map(super::step::Body::bytes);
    let mut head = format!("{} {} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n", http.method, http.target);
    head += &format!("{NOW}: {now}\r\n");
    if let Some(body) = &body {
        head += &format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
    }
    head += "\r\n";
    let told = |what: &'static str| move |error: std::io::Error| format!("{what}: {error}");
    let mut stream = TcpStream::connect_timeout(&address, patience).map_err(told("cannot connect"))?;
    stream.set_read_timeout(Some(patience)).map_err(told("cannot set a time-out"))?;
    stream.set_nodelay(true).map_err(told("cannot set up"))?;
    let mut out = stream.try_clone().map_err(told("cannot share the socket"))?;
    // Written from a thread of its own: a server may answer before it has read everything, and stop reading.
    let writer = thread::spawn(move || {
        let mut bytes = head.into_bytes();
        bytes.extend(body.unwrap_or_default());
        let _ = out.write_all(&bytes);
    });
    let mut bytes = Vec::new();
    let read = (&mut stream).take(MAX_ANSWER).read_to_end(&mut bytes);
    let answer = parse(&bytes, http.method == "HEAD");
    let _ = stream.shutdown(Shutdown::Both);
    let _ = writer.join();
    match (answer, read) {
        (Ok(answer), _) => Ok(answer),
        (Err(_), Err(error)) => Err(format!("no answer: {error}")),
        (Err(why), Ok(_)) => Err(why),
    }
}

fn parse(bytes: &[u8], bodiless: bool) -> Result<Answer, String> {
    let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut fields);
    let head = match response.parse(bytes) {
        Ok(httparse::Status::Complete(head)) => head,
        Ok(httparse::Status::Partial) => return Err(format!("the answer ends after {} octets", bytes.len())),
        Err(error) => return Err(format!("not HTTP: {error}")),
    };
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let mut answer = Answer { status: response.code.unwrap_or_default(), ..Answer::default() };
    answer.headers =
        response.headers.iter().map(|field| (field.name.to_ascii_lowercase(), text(field.value))).collect();
    let rest = &bytes[head..];
    if bodiless || answer.status == 204 || answer.status == 304 {
        return Ok(answer);
    }
    answer.body = if answer.header("transfer-encoding").is_some_and(|how| how.eq_ignore_ascii_case("chunked")) {
        chunked(rest)?
    } else if let Some(length) = answer.header("content-length").and_then(|length| length.parse::<usize>().ok()) {
        rest.get(..length).ok_or_else(|| format!("{} octets of {length} came", rest.len()))?.to_vec()
    } else {
        rest.to_vec()
    };
    Ok(answer)
}

fn chunked(mut rest: &[u8]) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    loop {
        let Ok(httparse::Status::Complete((head, size))) = httparse::parse_chunk_size(rest) else {
            return Err("a chunk without size".to_owned());
        };
        if size == 0 {
            return Ok(body);
        }
        let size = usize::try_from(size).map_err(|_| "a chunk beyond memory".to_owned())?;
        let chunk = rest.get(head..head + size).ok_or("a chunk that is cut")?;
        body.extend(chunk);
        rest = rest.get(head + size + 2..).ok_or("a chunk without end")?;
    }
}

/// A WebSocket.
pub(super) struct Socket {
    socket: WebSocket<TcpStream>,
}

impl Socket {
    /// Opens one at `/`.
    pub(super) fn open(address: SocketAddr, patience: Duration) -> Result<Socket, String> {
        let stream = TcpStream::connect_timeout(&address, patience).map_err(|error| error.to_string())?;
        stream.set_read_timeout(Some(patience)).map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let (socket, _) = tungstenite::client(format!("ws://{address}/"), stream).map_err(|error| error.to_string())?;
        Ok(Socket { socket })
    }

    /// Sends a message: as text where it is UTF-8, else as octets.
    pub(super) fn send(&mut self, bytes: Vec<u8>) -> Result<(), String> {
        let message = match String::from_utf8(bytes) {
            Ok(text) => Message::text(text),
            Err(error) => Message::binary(error.into_bytes()),
        };
        self.socket.send(message).map_err(|error| error.to_string())
    }

    /// The next message within `patience`, if there is one; an error if the connection is at its end.
    pub(super) fn hear(&mut self, patience: Duration) -> Result<Option<String>, String> {
        self.socket.get_ref().set_read_timeout(Some(patience)).map_err(|error| error.to_string())?;
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => return Ok(Some(text.to_string())),
                Ok(Message::Binary(_)) => return Err("a message of octets".to_owned()),
                Ok(Message::Close(_)) | Err(SocketError::ConnectionClosed | SocketError::AlreadyClosed) => {
                    return Err("the server closed it".to_owned());
                }
                Ok(_) => {}
                Err(SocketError::Io(error))
                    if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) =>
                {
                    return Ok(None);
                }
                Err(SocketError::Protocol(ProtocolError::ResetWithoutClosingHandshake)) => {
                    return Err("the server dropped it".to_owned());
                }
                Err(error) => return Err(error.to_string()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_chunks() {
        let text = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n";
        assert_eq!(parse(text, false).unwrap().body, b"abcd");
        assert!(parse(&text[..text.len() - 12], false).is_err());
    }

    #[test]
    fn an_answer_that_is_cut_is_none() {
        assert!(parse(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab", false).is_err());
        assert!(parse(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n", false).is_err());
        assert!(parse(b"nonsense\r\n\r\n", false).is_err());
        let answer = parse(b"HTTP/1.1 204 No Content\r\nAllow: GET\r\n\r\n", false).unwrap();
        assert_eq!((answer.status, answer.headers[0].0.as_str()), (204, "allow"));
    }
}
