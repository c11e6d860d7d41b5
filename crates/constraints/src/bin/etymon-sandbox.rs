//! The sandbox's helper as a program of its own, for tests. The command line has the same mode inside itself.

fn main() -> std::process::ExitCode {
    etymon_constraints::sandbox::helper_main(std::env::args_os().skip(1))
}
