//! The one writer: text, lines and indentation of everything that is printed.

use etymon_diagnostics::Diagnostic;
use etymon_spec::codes::{LIMIT_DEPTH, LIMIT_SIZE};

/// Levels of indentation that are printed; deeper text would grow with the square of its nesting.
pub const MAX_LEVEL: usize = 512;
/// Bytes that one node may print to.
pub const MAX_TEXT: usize = 256 << 20;

const SPACES: &str = "                                                                ";

/// Text under construction.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
    /// Where the current piece began: its first line needs no line break before it.
    start: usize,
    level: usize,
}

impl Writer {
    /// An empty text.
    pub fn new() -> Writer {
        Writer::default()
    }

    /// An empty text with room for that many bytes.
    pub fn with_capacity(bytes: usize) -> Writer {
        Writer { out: String::with_capacity(bytes), ..Writer::default() }
    }

    /// Appends text as it is.
    pub fn text(&mut self, text: &str) -> &mut Writer {
        self.out.push_str(text);
        self
    }

    /// Appends several texts.
    pub fn texts<const N: usize>(&mut self, texts: [&str; N]) -> &mut Writer {
        self.out.reserve(texts.iter().map(|text| text.len()).sum());
        texts.iter().for_each(|text| self.out.push_str(text));
        self
    }

    /// Appends a number in decimal.
    pub fn number(&mut self, mut number: usize) -> &mut Writer {
        let mut digits = [0; 20];
        let mut at = digits.len();
        loop {
            at -= 1;
            digits[at] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.out.extend(digits[at..].iter().map(|digit| char::from(*digit)));
        self
    }

    /// Begins a line at the current level.
    pub fn line(&mut self) -> &mut Writer {
        if self.out.len() > self.start {
            self.out.push('\n');
        }
        let mut spaces = 2 * self.level;
        while spaces > 0 {
            let some = spaces.min(SPACES.len());
            self.out.push_str(&SPACES[..some]);
            spaces -= some;
        }
        self
    }

    /// Begins a piece: the next line starts here.
    pub fn begin(&mut self) -> &mut Writer {
        self.start = self.out.len();
        self
    }

    /// One level deeper.
    pub fn indent(&mut self) -> &mut Writer {
        self.level += 1;
        self
    }

    /// One level up.
    pub fn dedent(&mut self) -> &mut Writer {
        self.level = self.level.saturating_sub(1);
        self
    }

    /// The current level.
    pub fn level(&self) -> usize {
        self.level
    }

    /// The buffer, for printers of literals.
    pub fn buffer(&mut self) -> &mut String {
        &mut self.out
    }

    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Whether nothing has been written.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// Refuses text that has become too deep or too long.
    ///
    /// # Errors
    /// `LIMIT_DEPTH`, `LIMIT_SIZE`.
    pub fn check(&self) -> Result<(), Diagnostic> {
        if self.level > MAX_LEVEL {
            return Err(Diagnostic::error(
                LIMIT_DEPTH,
                format!("statements are nested more than {MAX_LEVEL} levels deep"),
            )
            .help("split the declaration"));
        }
        if self.out.len() > MAX_TEXT {
            return Err(Diagnostic::error(LIMIT_SIZE, format!("the text would exceed {MAX_TEXT} bytes"))
                .help("split the declaration"));
        }
        Ok(())
    }

    /// The text.
    pub fn finish(self) -> String {
        self.out
    }
}
