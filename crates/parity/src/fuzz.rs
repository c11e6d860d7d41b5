//! Differential fuzzing: random whole programs on every implementation.

mod expr;
mod generate;
mod names;
mod types;
