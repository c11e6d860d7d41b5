//! The instrument compiler: `.fiqh` files, the rules they must hold, and what is generated from those that do.
//!
//! The rules prove that an instrument is consistent with a cited rule-base. They give no religious or legal ruling.

pub mod ast;
pub mod bundle;
pub mod class;
pub mod codes;
pub mod enforce;
pub mod evm;
pub mod examples;
pub mod faraid;
pub mod fuzz;
mod lexer;
pub mod lsp;
pub mod manifest;
pub mod mapped;
pub mod oracle;
pub mod parser;
pub mod rules;
pub mod sema;
pub mod solidity;
pub mod target;
pub mod zk;
