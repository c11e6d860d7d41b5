use super::Engine;
use etymon_attest::{PublicKey, Trust};
use std::net::SocketAddr;
use std::sync::Arc;

/// How a server is set up.
#[derive(Clone)]
pub struct Config {
    /// Where it listens; port 0 takes any that is free.
    pub address: SocketAddr,
    /// Names by which clients reach it, such as `etymon.example:7474`, besides its address; requests for others are refused.
    pub hosts: Vec<String>,
    /// Who may write. Without it everybody may.
    pub trust: Option<Trust>,
    /// The key that it signs with, if it derives.
    pub public_key: Option<PublicKey>,
    /// What derives.
    pub engine: Option<Arc<dyn Engine>>,
    /// Derivations at a time; others are refused.
    pub derivations: usize,
}

impl Config {
    /// A server at an address, to which those may write.
    pub fn new(address: SocketAddr, trust: Option<Trust>) -> Self {
        Self { address, hosts: Vec::new(), trust, public_key: None, engine: None, derivations: 1 }
    }
}
