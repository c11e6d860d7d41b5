//! The instrument compiler: `.fiqh` files, the rules they must hold, and what is generated from those that do.
//!
//! The rules prove that an instrument is consistent with a cited rule-base. They give no religious or legal ruling.

pub mod ast;
pub mod class;
pub mod codes;
mod lexer;
pub mod oracle;
pub mod parser;
