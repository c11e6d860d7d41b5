//! `deducible serve`.

use crate::args::ServeArgs;
use etymon_cli::output::{Failure, Outcome, Output, counted};
use etymon_diagnostics::{Code, Diagnostic, Report};
use etymon_serve::gateway::{Access, Begun, Config, Gateway, GatewayError, MAX_TOKEN, Token};
use serde_json::json;
use std::fs::File;
use std::io::Read;
use std::net::SocketAddr;
use std::path::Path;
use std::time::SystemTime;

/// Everybody may attest (a warning).
const SERVE_INSECURE: Code = Code::new("SERVE_INSECURE");
/// A line of the log that was never acknowledged was cut off (a warning).
const LOG_CUT: Code = Code::new("GATEWAY_LOG_CUT");
/// Where the token is when no file is named.
const TOKEN: &str = "GATEWAY_TOKEN";

/// Serves until the process is told to stop.
pub fn serve(args: ServeArgs, output: &Output) -> Outcome {
    let access = access(&args)?;
    if args.insecure {
        let who =
            if args.address.is_loopback() { "every program on this machine" } else { "everybody who can connect" };
        let warning = Diagnostic::warning(SERVE_INSECURE, format!("writes are not authenticated: {who} may attest"));
        output.report(&Report::from(warning.help("leave `--insecure` out, and give a token with `--token-file`")));
    }
    let json = output.json;
    let config = Config {
        address: SocketAddr::new(args.address, args.port),
        hosts: args.hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
        manifests: args.manifests,
        log: args.log,
        registry: args.registry,
        access,
        clock: SystemTime::now,
        notice: Box::new(move |error| Output::new(json).report(&Report::from(error))),
    };
    Gateway::forever(config, |begun| tell(&begun, output)).map_err(|error| failure(&error))
}

fn tell(begun: &Begun, output: &Output) {
    let Begun { address, manifests, cut } = begun;
    if *cut > 0 {
        let message =
            format!("the last line of the conformance log was never finished; {} cut off", counted(cut, "byte"));
        let help = "power went, or the gateway was killed, while it was written; nobody was told that it was recorded";
        output.report(&Report::from(Diagnostic::warning(LOG_CUT, message).help(help)));
    }
    let url = format!("http://{address}");
    if output.json {
        output.print_json(&json!({ "url": url, "manifests": manifests }));
    } else {
        output.print(&format!("{url}/\n"));
        output.progress(&format!("{} served; interrupt to stop", counted(manifests, "manifest")));
    }
}

fn access(args: &ServeArgs) -> Result<Access, Failure> {
    if args.insecure {
        return Ok(Access::Open);
    }
    let given = match &args.token_file {
        Some(path) => Some((path.display().to_string(), read(path)?)),
        None => std::env::var(TOKEN).ok().map(|text| (TOKEN.to_owned(), text)),
    };
    let Some((place, text)) = given else { return Ok(Access::Closed) };
    let help = "write 16 to 1024 printable characters, such as `openssl rand -hex 32` prints";
    Token::new(&text).map(Access::Token).map_err(|reason| Failure::unusable(place, reason, help))
}

fn read(path: &Path) -> Result<String, Failure> {
    let failed = |error| Failure::io(path.display(), error);
    let mut text = String::new();
    // Whatever is longer is refused as a token, too.
    let longest = 2 * MAX_TOKEN as u64;
    File::open(path).map_err(failed)?.take(longest).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

fn failure(error: &GatewayError) -> Failure {
    let report = Report::from(error);
    if error.is_io() { Failure::Usage(report) } else { Failure::Refused(report) }
}
