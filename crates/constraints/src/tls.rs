//! Whose certificates count where this program is a client, and what is said of those that do not.

use crate::codes::TLS_CA;
use etymon_diagnostics::{Diagnostic, Origin};
use rustls::{CertificateError, Error as TlsError};
use std::path::{Path, PathBuf};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

/// Longest file of certificates, in bytes. Bundles of all public authorities have a quarter of a megabyte.
const MAX_FILE: u64 = 8 << 20;

/// Whom a server's certificate has to be signed by.
#[derive(Clone, Debug, Default)]
pub struct Authorities(Option<PathBuf>);

impl Authorities {
    /// The authorities that browsers know.
    pub fn public() -> Authorities {
        Authorities(None)
    }

    /// Those in a file of PEM certificates, in place of the public ones; without a file the public ones.
    pub fn in_file(path: Option<PathBuf>) -> Authorities {
        Authorities(path)
    }

    /// What a connection to `url` is made with. The file is read only where TLS is spoken, so that a setting for other programs harms nobody.
    ///
    /// # Errors
    /// `TLS_CA` when the file cannot be read, or holds no certificate.
    pub fn config(&self, url: &str) -> Result<TlsConfig, Box<Diagnostic>> {
        let secure = url.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"));
        let roots = match &self.0 {
            Some(path) if secure => certificates(path)?,
            _ => RootCerts::WebPki,
        };
        Ok(TlsConfig::builder().root_certs(roots).build())
    }
}

fn certificates(path: &Path) -> Result<RootCerts, Box<Diagnostic>> {
    let wrong = |reason: &str| {
        let help = "give a file with the PEM certificates of the authorities that may vouch for servers";
        let message = format!("the file of certificate authorities cannot be used: {reason}");
        Box::new(Diagnostic::error(TLS_CA, message).at(Origin::path(path.display().to_string())).help(help))
    };
    let about = std::fs::metadata(path).map_err(|error| wrong(&error.to_string()))?;
    if !about.is_file() || about.len() > MAX_FILE {
        return Err(wrong("it is no plain file of reasonable length"));
    }
    let text = std::fs::read(path).map_err(|error| wrong(&error.to_string()))?;
    let mut found = Vec::new();
    for item in parse_pem(&text) {
        // Keys and the like may stand beside them.
        if let PemItem::Certificate(own) = item.map_err(|_| wrong("it is no sound PEM"))? {
            found.push(own);
        }
    }
    if found.is_empty() { Err(wrong("it holds no certificate")) } else { Ok(RootCerts::from(found)) }
}

/// What to do about a certificate that does not count.
pub const HELP: &str =
    "trust its authority with `--ca FILE` (PEM), if you know it to be the right one; there is no way to do without";

/// Why a server is not believed to be the one that was asked for, if that is what `error` says.
pub fn mistrust(error: &ureq::Error) -> Option<String> {
    let tls = match error {
        ureq::Error::Rustls(own) => own,
        ureq::Error::Io(own) => own.get_ref()?.downcast_ref::<TlsError>()?,
        _ => return None,
    };
    Some(match tls {
        TlsError::InvalidCertificate(own) => reason(own),
        TlsError::InvalidMessage(_) => "it does not speak TLS".to_owned(),
        TlsError::NoCertificatesPresented => "it shows no certificate".to_owned(),
        other => format!("no TLS comes about: {other}"),
    })
}

fn reason(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => "nobody who is trusted here has signed its certificate".to_owned(),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another name".to_owned()
        }
        other => format!("its certificate is refused: {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_authorities_counts_only_where_tls_is_spoken() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ca.pem");
        let own = Authorities::in_file(Some(path.clone()));
        assert!(own.config("http://127.0.0.1:1").is_ok());
        let refused = |text: &str| {
            std::fs::write(&path, text).expect("written");
            let error = own.config("HTTPS://127.0.0.1:1").expect_err("refused");
            assert_eq!(error.code, TLS_CA);
            error.message
        };
        let missing = own.config("https://127.0.0.1:1").expect_err("refused");
        assert!(missing.message.contains("No such file"), "{}", missing.message);
        assert!(refused("").ends_with("it holds no certificate"));
        assert!(refused("-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n").ends_with("it is no sound PEM"));
    }
}
