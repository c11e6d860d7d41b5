use std::fmt;

/// Deepest nesting of a type.
const MAX_DEPTH: usize = 16;
/// Most words that a value without parts of varying length takes.
const MAX_WORDS: usize = 1 << 14;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `bool`
    Bool,
    /// `uint8` to `uint256`, by bits.
    Uint(usize),
    /// `int8` to `int256`, by bits.
    Int(usize),
    /// `address`
    Address,
    /// `bytes1` to `bytes32`, by bytes.
    Word(usize),
    /// `bytes`
    Bytes,
    /// `string`
    Text,
    /// `T[]`
    Array(Box<Kind>),
    /// `T[n]`, with n above 0.
    Fixed(Box<Kind>, usize),
    /// `(T, …)`
    Tuple(Vec<Kind>),
}

impl Kind {
    /// The type of a text, where `tuple` has these parts; nothing for a type that is not supported.
    pub fn read(text: &str, parts: Vec<Kind>) -> Option<Kind> {
        let (base, suffixes) = text.split_at(text.find('[').unwrap_or(text.len()));
        let mut kind = match base {
            "tuple" => Some(Kind::Tuple(parts)).filter(|own| own.head() > 0),
            _ => Kind::plain(base),
        }?;
        let mut rest = suffixes;
        let mut depth = kind.depth();
        while let Some(inner) = rest.strip_prefix('[') {
            let (size, after) = inner.split_once(']')?;
            kind = match size {
                "" => Kind::Array(Box::new(kind)),
                size => Kind::Fixed(Box::new(kind), number(size).filter(|own| (1..=MAX_WORDS).contains(own))?),
            };
            depth += 1;
            if depth > MAX_DEPTH {
                return None;
            }
            rest = after;
        }
        Some(kind).filter(|own| rest.is_empty() && depth <= MAX_DEPTH && own.head() <= MAX_WORDS * 32)
    }

    fn plain(text: &str) -> Option<Kind> {
        let bits = |digits: &str| match digits {
            "" => Some(256),
            digits => number(digits).filter(|own| own % 8 == 0 && (8..=256).contains(own)),
        };
        match text {
            "bool" => Some(Kind::Bool),
            "address" => Some(Kind::Address),
            "string" => Some(Kind::Text),
            "bytes" => Some(Kind::Bytes),
            _ => {
                let (uint, int, word) =
                    (text.strip_prefix("uint"), text.strip_prefix("int"), text.strip_prefix("bytes"));
                let uint = uint.and_then(bits).map(Kind::Uint);
                let word = word.and_then(number).filter(|own| (1..=32).contains(own)).map(Kind::Word);
                uint.or_else(|| int.and_then(bits).map(Kind::Int)).or(word)
            }
        }
    }

    // Types nest no deeper than `MAX_DEPTH`, for each was read with this.
    fn depth(&self) -> usize {
        match self {
            Kind::Array(inner) | Kind::Fixed(inner, _) => inner.depth() + 1,
            Kind::Tuple(parts) => parts.iter().map(Kind::depth).max().unwrap_or_default() + 1,
            _ => 0,
        }
    }

    /// Whether its values are of varying length, so that they stand behind the others.
    pub fn is_dynamic(&self) -> bool {
        match self {
            Kind::Bytes | Kind::Text | Kind::Array(_) => true,
            Kind::Fixed(inner, _) => inner.is_dynamic(),
            Kind::Tuple(parts) => parts.iter().any(Kind::is_dynamic),
            _ => false,
        }
    }

    /// How many bytes it takes among others: its own, or those of the place where it stands.
    pub fn head(&self) -> usize {
        match self {
            own if own.is_dynamic() => 32,
            Kind::Fixed(inner, size) => inner.head().saturating_mul(*size),
            Kind::Tuple(parts) => parts.iter().fold(0, |sum, part| part.head().saturating_add(sum)),
            _ => 32,
        }
    }
}

/// A number without sign or leading zeros.
fn number(digits: &str) -> Option<usize> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    plain.then(|| digits.parse().ok()).flatten()
}

/// As selectors are made of.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Bool => f.write_str("bool"),
            Kind::Uint(bits) => write!(f, "uint{bits}"),
            Kind::Int(bits) => write!(f, "int{bits}"),
            Kind::Address => f.write_str("address"),
            Kind::Word(bytes) => write!(f, "bytes{bytes}"),
            Kind::Bytes => f.write_str("bytes"),
            Kind::Text => f.write_str("string"),
            Kind::Array(inner) => write!(f, "{inner}[]"),
            Kind::Fixed(inner, size) => write!(f, "{inner}[{size}]"),
            Kind::Tuple(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    write!(f, "{}{part}", if at == 0 { '(' } else { ',' })?;
                }
                f.write_str(if parts.is_empty() { "()" } else { ")" })
            }
        }
    }
}
