use super::{MAX_ANSWER, Substrate, api, quote, refused, truncated};
use crate::clock::Clock;
use crate::tls::{self, Authorities, mistrust};
use etymon_diagnostics::Diagnostic;
use serde::Deserialize;
use std::fmt;
use std::thread;
use std::time::{Duration, Instant};
use ureq::Agent;
use ureq::http::{Response, StatusCode, header};

/// Attempts at one call.
const ATTEMPTS: u32 = 5;
/// Longest wait that a server may ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// A secret that is never shown.
#[derive(Clone)]
pub struct Key(String);

impl Key {
    /// The value of the environment variable `name`.
    ///
    /// # Errors
    /// `DERIVE_API` when it is absent, empty, or holds what no header can.
    pub fn from_env(name: &str) -> Result<Key, Box<Diagnostic>> {
        let value = std::env::var(name).unwrap_or_default();
        Key::new(value).ok_or_else(|| {
            api(
                format!("the environment variable `{name}` holds no key"),
                format!("set `{name}` to the key of the service"),
            )
        })
    }

    /// A key, if it is printable ASCII and not empty.
    pub fn new(value: String) -> Option<Key> {
        (!value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic())).then_some(Key(value))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// A service that speaks the chat completions of OpenAI.
#[derive(Clone, Debug)]
pub struct HttpSubstrate {
    /// Address of the service, up to but without `/chat/completions`.
    pub base: String,
    /// The model to ask.
    pub model: String,
    /// The key, if it wants one.
    pub key: Option<Key>,
    /// Longest wait for one answer, from connecting to its last byte.
    pub patience: Duration,
    /// Longest wait for all attempts together.
    pub total: Duration,
    /// First wait between two attempts; it doubles each time. A server's `Retry-After` goes first.
    pub pause: Duration,
    /// Who may vouch for the service's certificate.
    pub authorities: Authorities,
    /// What a `Retry-After` with a date is held against.
    pub clock: Clock,
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    finish_reason: Option<String>,
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
}

/// What one attempt comes to.
enum Attempt {
    Answer(String),
    /// Another attempt may help, after the wait that the server asks for.
    Again(String, Option<Duration>),
    Never(Box<Diagnostic>),
}

const HELP: &str = "check the address, the model's name and the key, or try again later";

impl Substrate for HttpSubstrate {
    fn id(&self) -> &str {
        "http"
    }

    fn model(&self) -> &str {
        &self.model
    }

    fn complete(&self, prompt: &str) -> Result<String, Box<Diagnostic>> {
        let deadline = Instant::now() + self.total;
        let mut pause = self.pause;
        let mut tried = 0;
        loop {
            tried += 1;
            let left = deadline.saturating_duration_since(Instant::now());
            let (why, asked) = match self.attempt(prompt, self.patience.min(left)) {
                Attempt::Answer(text) => return Ok(text),
                Attempt::Never(error) => return Err(error),
                Attempt::Again(why, asked) => (why, asked),
            };
            let wait = asked.unwrap_or(pause);
            pause = pause.saturating_mul(2);
            let give_up = |more: &str| Err(api(format!("the service gives no answer: {why}{more}"), HELP));
            if tried == ATTEMPTS {
                return give_up(&format!(", {ATTEMPTS} times"));
            }
            if wait > MAX_RETRY_AFTER {
                return give_up(&format!(", and asks to wait {} s", wait.as_secs()));
            }
            if Instant::now() + wait >= deadline {
                return give_up(", and the time is used up");
            }
            thread::sleep(wait);
        }
    }
}

impl HttpSubstrate {
    fn attempt(&self, prompt: &str, patience: Duration) -> Attempt {
        let tls = match self.authorities.config(&self.base) {
            Ok(tls) => tls,
            Err(error) => return Attempt::Never(error),
        };
        // A redirect would take the key elsewhere.
        let config =
            Agent::config_builder().timeout_global(Some(patience)).http_status_as_error(false).max_redirects(0);
        let agent: Agent = config.max_redirects_will_error(false).tls_config(tls).build().into();
        let body = serde_json::json!({
            "model": self.model,
            "messages": [{ "role": "user", "content": prompt }],
            "temperature": 0,
            "stream": false,
        });
        let mut request = agent
            .post(format!("{}/chat/completions", self.base.trim_end_matches('/')))
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(Key(key)) = &self.key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        match request.send(body.to_string()) {
            Ok(response) => self.read(response),
            Err(ureq::Error::BadUri(_) | ureq::Error::Http(_)) => {
                Attempt::Never(api(format!("`{}` is no address", self.base), "give it as `https://host/v1`"))
            }
            Err(error) => match mistrust(&error) {
                Some(why) => {
                    Attempt::Never(api(format!("the service at `{}` is not trusted: {why}", self.base), tls::HELP))
                }
                None => Attempt::Again(self.hide(&error.to_string()), None),
            },
        }
    }

    fn read(&self, mut response: Response<ureq::Body>) -> Attempt {
        let status = response.status();
        let retry_after = retry_after(&response, self.clock);
        let read = response.body_mut().with_config().limit(MAX_ANSWER as u64).read_to_vec();
        let bytes = match read {
            Ok(bytes) => bytes,
            Err(ureq::Error::BodyExceedsLimit(_)) => {
                return Attempt::Never(api(format!("the service answers more than {MAX_ANSWER} bytes"), HELP));
            }
            Err(error) => {
                return Attempt::Again(format!("its answer breaks off ({})", self.hide(&error.to_string())), None);
            }
        };
        if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
            return Attempt::Again(format!("it answers {}", status.as_u16()), retry_after);
        }
        if !status.is_success() {
            let said = self.hide(&quote(&String::from_utf8_lossy(&bytes)));
            return Attempt::Never(api(
                format!("the service refuses the call: it answers {}: {said}", status.as_u16()),
                HELP,
            ));
        }
        match serde_json::from_slice::<Completion>(&bytes) {
            Ok(completion) => judge(completion),
            Err(error) => Attempt::Never(api(format!("the service answers no chat completion: {error}"), HELP)),
        }
    }

    /// What others say, without the key, should they repeat it.
    fn hide(&self, text: &str) -> String {
        self.key.as_ref().map_or_else(|| text.to_owned(), |Key(key)| text.replace(key, "…"))
    }
}

fn judge(completion: Completion) -> Attempt {
    let Some(choice) = completion.choices.into_iter().next() else {
        return Attempt::Never(api("the service answers without a choice", HELP));
    };
    if let Some(refusal) = choice.message.refusal.filter(|own| !own.is_empty()) {
        return Attempt::Never(refused(format!("the model refuses: {}", quote(&refusal))));
    }
    match (choice.finish_reason.as_deref(), choice.message.content) {
        (Some("length"), _) => Attempt::Never(truncated("the model's output budget was used up before it had ended")),
        (Some("content_filter"), _) => Attempt::Never(refused("the service's filter withholds the answer")),
        (_, Some(text)) => Attempt::Answer(text),
        (_, None) => Attempt::Never(refused("the answer has no content")),
    }
}

/// The wait that the server asks for, in seconds or until a date (RFC 9110, section 10.2.3); none for a date that is over. What is neither is
/// not read, and the usual pause serves.
fn retry_after(response: &Response<ureq::Body>, clock: Clock) -> Option<Duration> {
    let text = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(clock()).unwrap_or_default())
}
