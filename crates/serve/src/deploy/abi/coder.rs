//! Values as words. Parts of varying length stand behind the others, which say where.

use super::{Datum, Kind};
use etymon_instrument::evm::{Address, U256};
use std::iter::repeat_n;

const WORD: usize = 32;

/// The words of values; nothing where one is not of its type.
pub fn encode(kinds: &[Kind], values: &[Datum]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    (kinds.len() == values.len()).then_some(())?;
    put_all(kinds.iter(), values, &mut out)?;
    Some(out)
}

fn put_all<'k>(kinds: impl Iterator<Item = &'k Kind> + Clone, values: &[Datum], out: &mut Vec<u8>) -> Option<()> {
    let heads: usize = kinds.clone().map(Kind::head).sum();
    let mut tails = Vec::new();
    for (kind, value) in kinds.zip(values) {
        if kind.is_dynamic() {
            size(heads + tails.len(), out);
            put(kind, value, &mut tails)?;
        } else {
            put(kind, value, out)?;
        }
    }
    out.extend(tails);
    Some(())
}

fn put(kind: &Kind, value: &Datum, out: &mut Vec<u8>) -> Option<()> {
    match (kind, value) {
        (Kind::Bool, Datum::Bool(truth)) => size(usize::from(*truth), out),
        (Kind::Uint(_), Datum::Uint(number)) | (Kind::Int(_), Datum::Int(number)) => {
            out.extend(number.to_be_bytes::<WORD>());
        }
        (Kind::Address, Datum::Address(address)) => {
            out.extend([0; 12]);
            out.extend(address.0);
        }
        (Kind::Word(length), Datum::Word(bytes)) if bytes.len() == *length => padded(bytes, out),
        (Kind::Bytes, Datum::Bytes(bytes)) => {
            size(bytes.len(), out);
            padded(bytes, out);
        }
        (Kind::Text, Datum::Text(text)) => {
            size(text.len(), out);
            padded(text.as_bytes(), out);
        }
        (Kind::Array(inner), Datum::List(items)) => {
            size(items.len(), out);
            put_all(repeat_n(&**inner, items.len()), items, out)?;
        }
        (Kind::Fixed(inner, length), Datum::List(items)) if items.len() == *length => {
            put_all(repeat_n(&**inner, *length), items, out)?;
        }
        (Kind::Tuple(parts), Datum::List(items)) if items.len() == parts.len() => put_all(parts.iter(), items, out)?,
        _ => return None,
    }
    Some(())
}

fn size(number: usize, out: &mut Vec<u8>) {
    out.extend(U256::from(number).to_be_bytes::<WORD>());
}

fn padded(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend(bytes);
    out.resize(out.len().next_multiple_of(WORD), 0);
}

/// The values in words, which may come from anybody: what is given back is never larger than what they hold.
///
/// # Errors
/// Why they are not values of these types.
pub fn decode(kinds: &[Kind], bytes: &[u8]) -> Result<Vec<Datum>, &'static str> {
    Reader { bytes, left: bytes.len() }.all(kinds.iter(), 0)
}

struct Reader<'b> {
    bytes: &'b [u8],
    /// How many bytes may still be read. An encoder writes each once; places that lead to the same bytes again and again would make little
    /// data large.
    left: usize,
}

impl<'b> Reader<'b> {
    fn all<'k>(&mut self, kinds: impl Iterator<Item = &'k Kind>, base: usize) -> Result<Vec<Datum>, &'static str> {
        let (mut values, mut at) = (Vec::new(), base);
        for kind in kinds {
            let place = if kind.is_dynamic() { base.checked_add(self.size(at)?).ok_or(EARLY)? } else { at };
            values.push(self.one(kind, place)?);
            at = at.checked_add(kind.head()).ok_or(EARLY)?;
        }
        Ok(values)
    }

    fn one(&mut self, kind: &Kind, at: usize) -> Result<Datum, &'static str> {
        Ok(match kind {
            Kind::Bool => match self.size(at)? {
                0 => Datum::Bool(false),
                1 => Datum::Bool(true),
                _ => return Err(RANGE),
            },
            Kind::Uint(bits) => Datum::Uint(Some(self.number(at)?).filter(|own| own.bit_len() <= *bits).ok_or(RANGE)?),
            Kind::Int(bits) => {
                let number = self.number(at)?;
                // All bits above the sign are as the sign.
                let above = if number.bit(255) { !number } else { number };
                if above.bit_len() >= *bits {
                    return Err(RANGE);
                }
                Datum::Int(number)
            }
            Kind::Address => match self.take(at, WORD)?.split_at(12) {
                ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], own) => {
                    Datum::Address(Address(own.try_into().map_err(|_| RANGE)?))
                }
                _ => return Err(RANGE),
            },
            Kind::Word(length) => {
                let (own, rest) = self.take(at, WORD)?.split_at(*length);
                if rest.iter().any(|byte| *byte != 0) {
                    return Err(RANGE);
                }
                Datum::Word(own.to_vec())
            }
            Kind::Bytes => Datum::Bytes(self.octets(at)?.to_vec()),
            Kind::Text => Datum::Text(String::from_utf8_lossy(self.octets(at)?).into_owned()),
            Kind::Array(inner) => {
                let (count, first) = (self.size(at)?, at.checked_add(WORD).ok_or(EARLY)?);
                if count.saturating_mul(inner.head()) > self.bytes.len() {
                    return Err(EARLY);
                }
                Datum::List(self.all(repeat_n(&**inner, count), first)?)
            }
            Kind::Fixed(inner, count) => Datum::List(self.all(repeat_n(&**inner, *count), at)?),
            Kind::Tuple(parts) => Datum::List(self.all(parts.iter(), at)?),
        })
    }

    fn take(&mut self, at: usize, length: usize) -> Result<&'b [u8], &'static str> {
        let end = at.checked_add(length).ok_or(EARLY)?;
        let taken = self.bytes.get(at..end).ok_or(EARLY)?;
        self.left = self.left.checked_sub(length).ok_or("parts of it overlap")?;
        Ok(taken)
    }

    fn number(&mut self, at: usize) -> Result<U256, &'static str> {
        self.take(at, WORD).map(U256::from_be_slice)
    }

    fn size(&mut self, at: usize) -> Result<usize, &'static str> {
        usize::try_from(self.number(at)?).map_err(|_| EARLY)
    }

    fn octets(&mut self, at: usize) -> Result<&'b [u8], &'static str> {
        let length = self.size(at)?;
        self.take(at.checked_add(WORD).ok_or(EARLY)?, length)
    }
}

const EARLY: &str = "it ends too early";
const RANGE: &str = "a value is out of its type's range";
