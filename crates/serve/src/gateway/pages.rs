//! What people see: one page without code, and the description for programs.

use super::Shared;
use super::catalog::Entry;
use super::token::Access;
use crate::server::body::{Body, respond};
use hyper::Response;

/// Manifests that the page lists at most.
const MAX_SHOWN: usize = 200;

/// `GET /openapi.json`.
pub(super) fn openapi() -> Response<Body> {
    respond(200, "application/json", &include_bytes!("../../pages/gateway/openapi.json")[..])
}

/// `GET /style.css`.
pub(super) fn style() -> Response<Body> {
    respond(200, "text/css; charset=utf-8", &include_bytes!("../../pages/style.css")[..])
}

/// `GET /`.
pub(super) fn home(shared: &Shared) -> Response<Body> {
    let snapshot = shared.catalog.now();
    let count = snapshot.entries().len();
    let rows: String = snapshot.entries().take(MAX_SHOWN).map(row).collect();
    let more = if count > MAX_SHOWN {
        format!("<p>{} more are in <a href=\"/manifests\">the list of all</a>.</p>", count - MAX_SHOWN)
    } else {
        String::new()
    };
    let page = include_str!("../../pages/gateway/index.html");
    let page = page.replace("{count}", &count.to_string()).replace("{access}", access(&shared.access));
    // What comes from files is put in last, and is not looked through again.
    let page = page.replace("{log}", &log(shared));
    let (before, after) = page.split_once("{rows}").unwrap_or((&page, ""));
    respond(200, "text/html; charset=utf-8", format!("{before}{rows}{}", after.replace("{more}", &more)))
}

fn row(entry: &Entry) -> String {
    let name = escaped(&entry.target);
    let path = encoded(&entry.target);
    let state = match &entry.enforcer {
        Err(reason) => format!("<td colspan=\"4\" class=\"state fail\">refused: {}</td>", escaped(&reason.message)),
        Ok(enforcer) => {
            let own = enforcer.manifest();
            let rules: Vec<_> = own.constraints.iter().take(20).map(|rule| escaped(&rule.code)).collect();
            format!(
                "<td>{}</td><td>{}</td><td>{}</td><td>{}: {}</td>",
                escaped(&own.contract),
                escaped(&own.regime),
                escaped(&own.authority),
                own.constraints.len(),
                rules.join(", ")
            )
        }
    };
    format!(
        "<tr><th scope=\"row\"><a href=\"/manifests/{path}\">{name}</a></th>{state}<td><a href=\"/conformance/{path}\" aria-label=\"Log of {name}\">log</a></td></tr>\n"
    )
}

fn log(shared: &Shared) -> String {
    match shared.log.as_ref().map(super::log::Log::head) {
        None => "<dd>not kept</dd>".to_owned(),
        Some(Ok((length, head))) => {
            format!("<dd><span class=\"state pass\">intact</span>, entries: {length}, head: <code>{head}</code></dd>")
        }
        Some(Err(error)) => format!("<dd><span class=\"state fail\">{}</span></dd>", escaped(&error.to_string())),
    }
}

fn access(access: &Access) -> &'static str {
    match access {
        Access::Open => "everybody who can connect",
        Access::Token(_) => "those who know the token",
        Access::Closed => "nobody",
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(character),
        }
    }
    out
}

/// A name as a segment of a path.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
