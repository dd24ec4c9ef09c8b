//! The `patnav` binary: everything is in the library.

fn main() -> std::process::ExitCode {
    patnav::cli::run()
}
