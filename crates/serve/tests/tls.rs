//! Servers behind TLS: whom a client believes, and what it says of the others. The certificates of `tls/` were made for these tests; their
//! keys are worth nothing elsewhere.

mod common;

use common::{Running, Site, key, open, trust};
use etymon_constraints::tls::Authorities;
use etymon_serve::client::Remote;
use etymon_serve::server::Config;
use etymon_serve::{WireError, transfer};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

fn pem(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tls").join(name)
}

fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a port")
}

/// Ends TLS in front of `server`, with a certificate of that name; the address for clients.
fn front(listener: TcpListener, server: SocketAddr, certificate: &str) -> String {
    let chain = vec![CertificateDer::from_pem_file(pem(certificate)).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_file(pem("server.key.pem")).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("versions");
    let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).expect("they belong together"));
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let config = Arc::clone(&config);
            thread::spawn(move || exchange(client, config, server));
        }
    });
    format!("https://{address}")
}

/// Passes one request on, and its answer back; nothing where the client goes away.
fn exchange(client: TcpStream, config: Arc<ServerConfig>, server: SocketAddr) -> Option<()> {
    let mut client = StreamOwned::new(ServerConnection::new(config).ok()?, client);
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let text = String::from_utf8(head).ok()?;
    let length =
        text.lines().find_map(|own| own.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    client.read_exact(&mut body).ok()?;
    let mut inner = TcpStream::connect(server).ok()?;
    // One request a connection, so that the answer's end is the stream's.
    inner.write_all(text.replacen("\r\n", "\r\nconnection: close\r\n", 1).as_bytes()).ok()?;
    inner.write_all(&body).ok()?;
    let mut answer = Vec::new();
    inner.read_to_end(&mut answer).ok()?;
    client.write_all(&answer).ok()?;
    client.conn.send_close_notify();
    client.flush().ok()?;
    client.sock.shutdown(Shutdown::Write).ok()
}

fn trusting(authority: &str) -> Authorities {
    Authorities::in_file(Some(pem(authority)))
}

#[test]
fn what_is_pushed_over_tls_is_pulled_over_tls() {
    let (own, there, other) = (Site::new(), Site::new(), Site::new());
    own.example("It is clamped.");
    // Requests name the address that the client asked, and so does their signature.
    let listener = listener();
    let mut config = Config::new(SocketAddr::from(([127, 0, 0, 1], 0)), Some(trust()));
    config.hosts.push(listener.local_addr().expect("an address").to_string());
    let server = Running::start(open(there.folder.path()), config);
    let url = front(listener, server.address, "server.pem");
    let remote = Remote::new(&url, Some(key(common::WRITER)), &trusting("authority.pem")).expect("an address");
    assert_eq!(remote.capabilities().expect("an answer").protocol, etymon_serve::PROTOCOL);
    let name = etymon_serve::RefName::head("clamp").expect("a name");
    let pushed = transfer::push(&own.repository, &remote, "origin", &name).expect("pushed");
    let reader = Remote::new(&url, None, &trusting("authority.pem")).expect("an address");
    let theirs = reader.refs().expect("refs")[&name];
    assert_eq!(theirs, pushed.new);
    let pulled = transfer::pull(&other.repository, &reader, "origin", &name, theirs).expect("pulled");
    assert!(pulled.received > 0 && pulled.ours == theirs);
}

#[test]
fn a_server_that_proves_nothing_is_not_believed() {
    let there = Site::new();
    let server = there.serve();
    for (certificate, authorities, why) in [
        ("server.pem", Authorities::public(), "nobody who is trusted here has signed its certificate"),
        ("server.pem", trusting("other.pem"), "nobody who is trusted here has signed its certificate"),
        ("expired.pem", trusting("authority.pem"), "its certificate has expired"),
        ("other.pem", trusting("authority.pem"), "its certificate is for another name"),
    ] {
        let remote =
            Remote::new(&front(listener(), server.address, certificate), None, &authorities).expect("an address");
        let error = remote.capabilities().expect_err("not believed");
        let WireError::Mistrusted { reason, .. } = &error else { panic!("{certificate}: {error}") };
        assert_eq!(reason, why, "{certificate}");
        assert_eq!((error.code().as_str(), error.is_io()), ("HTTP_CERTIFICATE", true));
        assert!(error.help().contains("--ca FILE"));
    }
    let plain = Remote::new(&server.url().replace("http:", "https:"), None, &trusting("authority.pem"));
    let error = plain.expect("an address").capabilities().expect_err("no TLS");
    assert!(error.to_string().ends_with("is not trusted: it does not speak TLS"), "{error}");
}

#[test]
fn authorities_that_cannot_be_read_are_refused_before_anything_is_sent() {
    for (file, why) in
        [("none.pem", "No such file"), ("server.key.pem", "it holds no certificate"), (".", "no plain file")]
    {
        let error = Remote::new("https://127.0.0.1:1", None, &trusting(file)).map(drop).expect_err("refused");
        assert!(error.code().as_str() == "TLS_CA" && error.to_string().contains(why), "{error}");
    }
}
