//! The value domain, always in normal form.

use super::Nat;
use super::alloc::sync::Arc;
use super::alloc::vec::Vec;
use core::cmp::Ordering;
use core::mem;

/// A value in normal form: records have distinct keys in UTF-16 code-unit order. Cloning is cheap, dropping does not recurse.
#[derive(Clone, Debug)]
pub enum Val {
    /// Unbounded natural number.
    Nat(Nat),
    /// Truth value.
    Bool(bool),
    /// Unicode text.
    Str(Arc<str>),
    /// Octets.
    Bytes(Arc<[u8]>),
    /// Ordered list.
    List(List),
    /// Finite map from text.
    Record(Record),
    /// Absence.
    None,
}

/// Elements of a list, shared, with their total size.
#[derive(Clone, Debug)]
pub struct List(Arc<Sized<Val>>);

/// Fields of a record, shared, in key order, with their total size.
#[derive(Clone, Debug)]
pub struct Record(Arc<Sized<(Arc<str>, Val)>>);

#[derive(Debug)]
struct Sized<T> {
    /// Bytes the value would take if nothing in it were shared; saturating.
    size: u64,
    items: Vec<T>,
}

/// Order of two keys by UTF-16 code units, as RFC 8785 section 3.2.3 asks.
pub fn utf16_cmp(a: &str, b: &str) -> Ordering {
    // UTF-8 and UTF-16 order agree except between U+E000..=U+FFFF and the astral planes.
    if a.is_ascii() || b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

impl List {
    /// A list of `items`.
    pub fn new(items: Vec<Val>) -> List {
        let size = items.iter().fold(16, |sum: u64, item| sum.saturating_add(item.size()));
        List(Arc::new(Sized { size, items }))
    }

    /// The elements.
    pub fn items(&self) -> &[Val] {
        &self.0.items
    }

    /// Both lists one after the other. Reuses the left one's storage when nobody else holds it.
    pub fn concat(mut self, other: &List) -> List {
        let added = other.0.size.saturating_sub(16);
        match Arc::get_mut(&mut self.0) {
            Some(own) => {
                own.items.extend_from_slice(&other.0.items);
                own.size = own.size.saturating_add(added);
                self
            }
            None => {
                let mut items = Vec::with_capacity(self.0.items.len() + other.0.items.len());
                items.extend_from_slice(&self.0.items);
                items.extend_from_slice(&other.0.items);
                List(Arc::new(Sized { size: self.0.size.saturating_add(added), items }))
            }
        }
    }
}

impl Record {
    /// A record of `fields` in any order; of a repeated key the last counts.
    pub fn new(mut fields: Vec<(Arc<str>, Val)>) -> Record {
        fields.sort_by(|(a, _), (b, _)| utf16_cmp(a, b));
        // A stable sort keeps writing order among equal keys, so the survivor of each run is its last.
        fields.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                mem::swap(later, earlier);
            }
            same
        });
        Record::of_sorted(fields)
    }

    fn of_sorted(items: Vec<(Arc<str>, Val)>) -> Record {
        let size = items
            .iter()
            .fold(16, |sum: u64, (key, item)| sum.saturating_add(16 + key.len() as u64).saturating_add(item.size()));
        Record(Arc::new(Sized { size, items }))
    }

    /// The fields in key order.
    pub fn fields(&self) -> &[(Arc<str>, Val)] {
        &self.0.items
    }

    fn position(&self, key: &str) -> Result<usize, usize> {
        self.0.items.binary_search_by(|(own, _)| utf16_cmp(own, key))
    }

    /// The value under `key`.
    pub fn get(&self, key: &str) -> Option<&Val> {
        self.position(key).ok().map(|at| &self.0.items[at].1)
    }

    /// The record with `key` set to `value`.
    pub fn with(&self, key: &str, value: Val) -> Record {
        let mut fields = self.0.items.clone();
        match self.position(key) {
            Ok(at) => fields[at].1 = value,
            Err(at) => fields.insert(at, (Arc::from(key), value)),
        }
        Record::of_sorted(fields)
    }
}

impl Val {
    /// Bytes the value would take if nothing in it were shared; saturating. This is what `LIMIT_SIZE` bounds.
    pub fn size(&self) -> u64 {
        match self {
            Val::Nat(nat) => 16 + nat.bits() / 8,
            Val::Bool(_) | Val::None => 16,
            Val::Str(text) => 16 + text.len() as u64,
            Val::Bytes(bytes) => 16 + bytes.len() as u64,
            Val::List(list) => list.0.size,
            Val::Record(record) => record.0.size,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Val::Nat(_) => 0,
            Val::Bool(_) => 1,
            Val::Str(_) => 2,
            Val::Bytes(_) => 3,
            Val::List(_) => 4,
            Val::Record(_) => 5,
            Val::None => 6,
        }
    }
}

impl PartialEq for Val {
    fn eq(&self, other: &Val) -> bool {
        let mut open = Vec::new();
        let (mut a, mut b) = (self, other);
        loop {
            let same = match (a, b) {
                (Val::Nat(a), Val::Nat(b)) => a == b,
                (Val::Bool(a), Val::Bool(b)) => a == b,
                (Val::Str(a), Val::Str(b)) => a == b,
                (Val::Bytes(a), Val::Bytes(b)) => a == b,
                (Val::List(a), Val::List(b)) => {
                    Arc::ptr_eq(&a.0, &b.0)
                        || a.0.size == b.0.size && a.0.items.len() == b.0.items.len() && {
                            open.extend(a.0.items.iter().zip(&b.0.items));
                            true
                        }
                }
                (Val::Record(a), Val::Record(b)) => {
                    Arc::ptr_eq(&a.0, &b.0)
                        || a.0.size == b.0.size && a.0.items.len() == b.0.items.len() && {
                            let keys = a.0.items.iter().zip(&b.0.items).all(|((a, _), (b, _))| a == b);
                            open.extend(a.0.items.iter().zip(&b.0.items).map(|((_, a), (_, b))| (a, b)));
                            keys
                        }
                }
                _ => a.rank() == b.rank(),
            };
            if !same {
                return false;
            }
            match open.pop() {
                Some(next) => (a, b) = next,
                None => return true,
            }
        }
    }
}

impl Eq for Val {}

/// Moves the children of uniquely held containers onto one worklist, so that a deep value is freed in a loop.
fn dismantle(mut open: Vec<Val>) {
    while let Some(mut value) = open.pop() {
        match &mut value {
            Val::List(list) => {
                if let Some(own) = Arc::get_mut(&mut list.0) {
                    open.append(&mut own.items);
                }
            }
            Val::Record(record) => {
                if let Some(own) = Arc::get_mut(&mut record.0) {
                    open.extend(own.items.drain(..).map(|(_, item)| item));
                }
            }
            _ => {}
        }
    }
}

fn nested(value: &Val) -> bool {
    matches!(value, Val::List(_) | Val::Record(_))
}

impl Drop for List {
    fn drop(&mut self) {
        if let Some(own) = Arc::get_mut(&mut self.0)
            && own.items.iter().any(nested)
        {
            dismantle(mem::take(&mut own.items));
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        if let Some(own) = Arc::get_mut(&mut self.0)
            && own.items.iter().any(|(_, item)| nested(item))
        {
            dismantle(own.items.drain(..).map(|(_, item)| item).collect());
        }
    }
}
