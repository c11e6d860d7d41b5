use crate::{AttestError, PublicKey};

/// Somebody whose signatures count, or counted once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// What people call them.
    pub name: String,
    /// Their key.
    pub key: PublicKey,
    /// Whether their signatures no longer count.
    pub retracted: bool,
    /// The write endpoints of a server that they may use; none named means all. They say nothing of what a signed verdict is worth.
    pub endpoints: Vec<String>,
}

/// Whose signatures count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    signers: Vec<Signer>,
}

impl Trust {
    /// Trust in these signers. Of a key that is named twice, a retraction wins.
    pub fn new(signers: Vec<Signer>) -> Self {
        Self { signers }
    }

    /// Trust in nobody.
    pub fn nobody() -> Self {
        Self::default()
    }

    /// Trust in one key.
    pub fn in_key(name: &str, key: PublicKey) -> Self {
        Self::new(vec![Signer { name: name.to_owned(), key, retracted: false, endpoints: Vec::new() }])
    }

    /// The signers, in the order in which they were given.
    pub fn signers(&self) -> &[Signer] {
        &self.signers
    }

    /// The signer with this key.
    ///
    /// # Errors
    /// `SIGNATURE_UNTRUSTED`, `SIGNATURE_RETRACTED`.
    pub fn by_key(&self, key: &PublicKey) -> Result<&Signer, AttestError> {
        self.find(&key.key_id(), |signer| signer.key == *key)
    }

    /// The signer with this key id.
    ///
    /// # Errors
    /// `SIGNATURE_UNTRUSTED`, `SIGNATURE_RETRACTED`.
    pub fn by_id(&self, id: &str) -> Result<&Signer, AttestError> {
        self.find(id, |signer| signer.key.key_id() == id)
    }

    fn find(&self, id: &str, is_it: impl Fn(&Signer) -> bool) -> Result<&Signer, AttestError> {
        let mut found = self.signers.iter().filter(|signer| is_it(signer));
        if found.clone().any(|signer| signer.retracted) {
            return Err(AttestError::Retracted(id.to_owned()));
        }
        found.next().ok_or_else(|| AttestError::Untrusted(id.to_owned()))
    }
}
