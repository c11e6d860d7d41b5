use super::error::GatewayError;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Shortest token, in bytes.
pub const MIN_TOKEN: usize = 16;
/// Longest token, in bytes.
pub const MAX_TOKEN: usize = 1024;

/// What those who may write know. Only its hash is kept.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl Token {
    /// A token of printable ASCII without spaces; white space around it is left off, as files end with some.
    ///
    /// # Errors
    /// When it is too short, too long, or holds other characters; says which.
    pub fn new(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        match text.len() {
            ..MIN_TOKEN => Err("the token has less than 16 characters"),
            MIN_TOKEN..=MAX_TOKEN if text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(Token(hash(text))),
            MIN_TOKEN..=MAX_TOKEN => Err("the token holds other characters than printable ASCII"),
            _ => Err("the token has more than 1024 characters"),
        }
    }

    /// Whether a header carries it. How long that takes tells nothing about the token.
    fn is_in(&self, header: &str) -> bool {
        let given = header.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        given.is_some_and(|(_, given)| bool::from(self.0.ct_eq(&hash(given.trim()))))
    }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Who may write.
#[derive(Clone)]
pub enum Access {
    /// Everybody who can connect.
    Open,
    /// Those who know the token.
    Token(Token),
    /// Nobody.
    Closed,
}

impl Access {
    /// Lets a request through, or not.
    pub(super) fn check(&self, header: Option<&str>) -> Result<(), GatewayError> {
        match (self, header) {
            (Access::Open, _) => Ok(()),
            (Access::Token(token), Some(header)) if token.is_in(header) => Ok(()),
            (Access::Token(_), Some(_)) => Err(GatewayError::Token("the token is not this gateway's")),
            (Access::Token(_), None) => Err(GatewayError::Token("writes need a token")),
            (Access::Closed, _) => {
                Err(GatewayError::Token("this gateway was started without a token, so nobody may write"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_opens() {
        let access = Access::Token(Token::new("0123456789abcdef\n").expect("a token"));
        assert!(access.check(Some("Bearer 0123456789abcdef")).is_ok());
        assert!(access.check(Some("bearer 0123456789abcdef")).is_ok());
        for wrong in ["Bearer 0123456789abcdeF", "Bearer", "0123456789abcdef", "Basic 0123456789abcdef", "", "Bearer "]
        {
            assert!(access.check(Some(wrong)).is_err(), "{wrong}");
        }
        assert!(access.check(None).is_err());
        assert!(Access::Open.check(None).is_ok());
        assert!(Access::Closed.check(Some("Bearer 0123456789abcdef")).is_err());
    }

    #[test]
    fn tokens_have_a_form() {
        for wrong in ["", "short", "0123456789 abcdef", "0123456789abcdé", &"x".repeat(MAX_TOKEN + 1)] {
            assert!(Token::new(wrong).is_err(), "{wrong}");
        }
    }
}
