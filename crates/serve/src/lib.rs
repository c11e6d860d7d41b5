//! Sharing what the pipeline made: objects and refs, the wire between repositories, the server, and its pages; and the enforcement
//! [`gateway`].
//!
//! Objects are content-addressed and lie in the store that everything else lies in. Refs are names for compositions. A [`Repository`] holds
//! both, a [`server`] shows it, and [`transfer`] brings what one repository has and another lacks.

pub mod auth;
pub mod checkout;
pub mod client;
mod composition;
pub mod deploy;
mod error;
pub mod frame;
pub mod gateway;
mod kind;
mod object;
pub mod pipeline;
pub mod record;
pub mod recording;
mod ref_name;
mod repository;
pub mod runs;
pub mod server;
pub mod transfer;

pub use composition::{Composition, Imported, Provided, SCHEMA as COMPOSITION_SCHEMA};
pub use error::{WireError, codes};
pub use kind::Kind;
pub use object::{Content, Object};
pub use ref_name::{RefName, is_name};
pub use repository::{Closure, Listed, MAX_CLOSURE, Move, Repository, Walk};

/// What this program speaks, as `GET /capabilities` tells it.
pub const PROTOCOL: &str = "etymon-wire/1";
/// The port that a server listens on when nothing else is said.
pub const DEFAULT_PORT: u16 = 7474;
/// Media type of frames.
pub const FRAMES_TYPE: &str = "application/vnd.etymon.frames";
