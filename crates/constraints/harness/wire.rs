// Values as bytes. Both processes have this text; what it reads is believed to be hostile: every length, tag and depth is checked, nothing is
// set aside before it has come, and each value takes at least one byte, so that a short answer cannot claim to be a long list.
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::error::Error;
use std::fs::File;
use std::hash::{BuildHasher, Hash};
use std::io::{self, Read, Write};
use std::num::{IntErrorKind, ParseIntError};
use std::ops::{Range, RangeInclusive};
use std::os::fd::FromRawFd;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// Longest message, in bytes.
pub const LARGEST: usize = 16 << 20;
/// Deepest nesting of types that contain themselves.
const DEEPEST: usize = 200;

/// What is wrong with bytes that were read.
#[derive(Debug)]
pub struct Bad(pub &'static str);
pub type Got<T> = Result<T, Bad>;

#[derive(Default)]
pub struct Writer {
    pub bytes: Vec<u8>,
    /// Whether the values that are written stay with the one who writes them.
    pub lent: bool,
}

impl Writer {
    pub fn number(&mut self, own: u64) {
        self.bytes.extend(own.to_le_bytes());
    }
}

pub struct Reader {
    bytes: Vec<u8>,
    at: usize,
    depth: usize,
}

impl Reader {
    pub fn new(bytes: Vec<u8>) -> Reader {
        Reader { bytes, at: 0, depth: 0 }
    }

    fn take(&mut self, count: usize) -> Got<&[u8]> {
        let end = self.at.checked_add(count).ok_or(Bad("a length is too large"))?;
        let own = self.bytes.get(self.at..end).ok_or(Bad("it is too short"))?;
        self.at = end;
        Ok(own)
    }

    fn exact<const N: usize>(&mut self) -> Got<[u8; N]> {
        let mut own = [0; N];
        own.copy_from_slice(self.take(N)?);
        Ok(own)
    }

    pub fn number(&mut self) -> Got<u64> {
        self.exact().map(u64::from_le_bytes)
    }

    pub fn tag(&mut self) -> Got<u8> {
        Ok(self.take(1)?[0])
    }

    fn length(&mut self) -> Got<usize> {
        let count = usize::try_from(self.number()?).map_err(|_| Bad("a length is too large"))?;
        if count > self.bytes.len() - self.at { Err(Bad("a length is too large")) } else { Ok(count) }
    }

    /// Reads what may contain itself.
    pub fn nested<T>(&mut self, own: impl FnOnce(&mut Reader) -> Got<T>) -> Got<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Bad("it is nested too deeply"));
        }
        let got = own(self);
        self.depth -= 1;
        got
    }

    pub fn end(&self) -> Got<()> {
        if self.at == self.bytes.len() { Ok(()) } else { Err(Bad("it is too long")) }
    }
}

pub trait Wire: Sized {
    /// Writes a value that stays.
    fn put(&self, out: &mut Writer);
    /// Writes a value that is given away.
    fn give(self, out: &mut Writer) {
        self.put(out);
    }
    fn get(from: &mut Reader) -> Got<Self>;
}

macro_rules! numbers { ($($own:ty),*) => { $(impl Wire for $own {
    fn put(&self, out: &mut Writer) {
        out.bytes.extend(self.to_le_bytes());
    }
    fn get(from: &mut Reader) -> Got<$own> {
        from.exact().map(<$own>::from_le_bytes)
    }
})* } }
numbers!(u8, u16, u32, u64, u128, i8, i16, i32, i64, i128, f32, f64, usize, isize);

/// A tag, and what it stands for.
macro_rules! tagged { ($($own:ty: $($tag:literal => $value:pat => $made:expr),*;)*) => { $(impl Wire for $own {
    fn put(&self, out: &mut Writer) {
        #[allow(unreachable_patterns)]
        out.bytes.push(match self { $($value => $tag,)* _ => u8::MAX });
    }
    fn get(from: &mut Reader) -> Got<$own> {
        match from.tag()? { $($tag => Ok($made),)* _ => Err(Bad("there is no such value")) }
    }
})* } }
tagged! {
    bool: 0 => false => false, 1 => true => true;
    (): 0 => () => ();
    Ordering: 0 => Ordering::Less => Ordering::Less, 1 => Ordering::Equal => Ordering::Equal, 2 => Ordering::Greater => Ordering::Greater;
}

impl Wire for ParseIntError {
    fn put(&self, out: &mut Writer) {
        out.bytes.push(match self.kind() {
            IntErrorKind::Empty => 0,
            IntErrorKind::InvalidDigit => 1,
            IntErrorKind::PosOverflow => 2,
            IntErrorKind::NegOverflow => 3,
            IntErrorKind::Zero => 4,
            _ => u8::MAX,
        });
    }
    fn get(from: &mut Reader) -> Got<ParseIntError> {
        let found = match from.tag()? {
            0 => "".parse::<i8>().err(),
            1 => "x".parse::<i8>().err(),
            2 => "999".parse::<i8>().err(),
            3 => "-999".parse::<i8>().err(),
            4 => "0".parse::<std::num::NonZeroU8>().err(),
            _ => None,
        };
        found.ok_or(Bad("there is no such error"))
    }
}

impl Wire for char {
    fn put(&self, out: &mut Writer) {
        u32::from(*self).put(out);
    }
    fn get(from: &mut Reader) -> Got<char> {
        char::from_u32(u32::get(from)?).ok_or(Bad("there is no such character"))
    }
}

impl Wire for Duration {
    fn put(&self, out: &mut Writer) {
        self.as_secs().put(out);
        self.subsec_nanos().put(out);
    }
    fn get(from: &mut Reader) -> Got<Duration> {
        let (seconds, nanos) = (u64::get(from)?, u32::get(from)?);
        if nanos < 1_000_000_000 { Ok(Duration::new(seconds, nanos)) } else { Err(Bad("there is no such duration")) }
    }
}

impl<'a> Wire for &'a str {
    fn put(&self, out: &mut Writer) {
        out.number(self.len() as u64);
        out.bytes.extend(self.as_bytes());
    }
    fn get(from: &mut Reader) -> Got<&'a str> {
        String::get(from).map(|own| &*own.leak())
    }
}

macro_rules! texts { ($($own:ty),*) => { $(impl<'a> Wire for $own {
    fn put(&self, out: &mut Writer) {
        (&**self).put(out);
    }
    fn get(from: &mut Reader) -> Got<$own> {
        String::get(from).map(Into::into)
    }
})* } }
texts!(Box<str>, Rc<str>, Arc<str>, Cow<'a, str>);

impl Wire for String {
    fn put(&self, out: &mut Writer) {
        self.as_str().put(out);
    }
    fn get(from: &mut Reader) -> Got<String> {
        let count = from.length()?;
        let bytes = from.take(count)?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| Bad("a text is not UTF-8"))
    }
}

macro_rules! errors { ($($own:ty),*) => { $(impl Wire for Box<$own> {
    fn put(&self, out: &mut Writer) {
        self.to_string().put(out);
    }
    fn get(from: &mut Reader) -> Got<Box<$own>> {
        String::get(from).map(Into::into)
    }
})* } }
errors!(dyn Error, dyn Error + Send + Sync);

macro_rules! inside { ($($own:ident),*) => { $(impl<T: Wire> Wire for $own<T> {
    fn put(&self, out: &mut Writer) {
        (**self).put(out);
    }
    fn get(from: &mut Reader) -> Got<$own<T>> {
        T::get(from).map($own::new)
    }
})* } }
inside!(Rc, Arc);

impl<T: Wire> Wire for Box<T> {
    fn put(&self, out: &mut Writer) {
        (**self).put(out);
    }
    fn give(self, out: &mut Writer) {
        (*self).give(out);
    }
    fn get(from: &mut Reader) -> Got<Box<T>> {
        T::get(from).map(Box::new)
    }
}

impl<'a, T: Wire> Wire for &'a T {
    fn put(&self, out: &mut Writer) {
        (**self).put(out);
    }
    fn get(from: &mut Reader) -> Got<&'a T> {
        T::get(from).map(|own| &*Box::leak(Box::new(own)))
    }
}

impl<'a, T: Wire> Wire for &'a [T] {
    fn put(&self, out: &mut Writer) {
        out.number(self.len() as u64);
        self.iter().for_each(|own| own.put(out));
    }
    fn get(from: &mut Reader) -> Got<&'a [T]> {
        Vec::get(from).map(|own| &*own.leak())
    }
}

macro_rules! lists { ($($own:ident $(: $first:ident)* $(+ $more:ident)* $(, $hasher:ident)?;)*) => { $(
    impl<T: Wire $(+ $first)* $(+ $more)* $(, $hasher: BuildHasher + Default)?> Wire for $own<T $(, $hasher)?> {
        fn put(&self, out: &mut Writer) {
            out.number(self.len() as u64);
            self.iter().for_each(|own| own.put(out));
        }
        fn give(self, out: &mut Writer) {
            out.number(self.len() as u64);
            self.into_iter().for_each(|own| own.give(out));
        }
        fn get(from: &mut Reader) -> Got<Self> {
            let count = from.length()?;
            (0..count).map(|_| T::get(from)).collect()
        }
    })*
} }
lists! { Vec; VecDeque; BTreeSet: Ord; HashSet: Eq + Hash, S; }

macro_rules! maps { ($($own:ident: $first:ident $(+ $more:ident)* $(, $hasher:ident)?;)*) => { $(
    impl<K: Wire + $first $(+ $more)*, V: Wire $(, $hasher: BuildHasher + Default)?> Wire for $own<K, V $(, $hasher)?> {
        fn put(&self, out: &mut Writer) {
            out.number(self.len() as u64);
            self.iter().for_each(|(key, own)| (key.put(out), own.put(out)).1);
        }
        fn give(self, out: &mut Writer) {
            out.number(self.len() as u64);
            self.into_iter().for_each(|(key, own)| (key.give(out), own.give(out)).1);
        }
        fn get(from: &mut Reader) -> Got<Self> {
            let count = from.length()?;
            (0..count).map(|_| Ok((K::get(from)?, V::get(from)?))).collect()
        }
    })*
} }
maps! { BTreeMap: Ord; HashMap: Eq + Hash, S; }

impl<T: Wire, const N: usize> Wire for [T; N] {
    fn put(&self, out: &mut Writer) {
        self.as_slice().put(out);
    }
    fn give(self, out: &mut Writer) {
        out.number(N as u64);
        self.into_iter().for_each(|own| own.give(out));
    }
    fn get(from: &mut Reader) -> Got<[T; N]> {
        Vec::get(from)?.try_into().map_err(|_| Bad("a list has another length"))
    }
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, out: &mut Writer) {
        out.bytes.push(u8::from(self.is_some()));
        self.iter().for_each(|own| own.put(out));
    }
    fn give(self, out: &mut Writer) {
        out.bytes.push(u8::from(self.is_some()));
        self.into_iter().for_each(|own| own.give(out));
    }
    fn get(from: &mut Reader) -> Got<Option<T>> {
        if bool::get(from)? { T::get(from).map(Some) } else { Ok(None) }
    }
}

impl<T: Wire, E: Wire> Wire for Result<T, E> {
    fn put(&self, out: &mut Writer) {
        self.is_ok().put(out);
        match self {
            Ok(own) => own.put(out),
            Err(own) => own.put(out),
        }
    }
    fn give(self, out: &mut Writer) {
        self.is_ok().put(out);
        match self {
            Ok(own) => own.give(out),
            Err(own) => own.give(out),
        }
    }
    fn get(from: &mut Reader) -> Got<Result<T, E>> {
        Ok(if bool::get(from)? { Ok(T::get(from)?) } else { Err(E::get(from)?) })
    }
}

impl<T: Wire> Wire for Range<T> {
    fn put(&self, out: &mut Writer) {
        self.start.put(out);
        self.end.put(out);
    }
    fn get(from: &mut Reader) -> Got<Range<T>> {
        Ok(T::get(from)?..T::get(from)?)
    }
}

impl<T: Wire> Wire for RangeInclusive<T> {
    fn put(&self, out: &mut Writer) {
        self.start().put(out);
        self.end().put(out);
    }
    fn get(from: &mut Reader) -> Got<RangeInclusive<T>> {
        Ok(T::get(from)?..=T::get(from)?)
    }
}

macro_rules! tuples { ($($($own:ident)*;)*) => { $(
    #[allow(non_snake_case)]
    impl<$($own: Wire),*> Wire for ($($own,)*) {
        fn put(&self, out: &mut Writer) {
            let ($($own,)*) = self;
            $($own.put(out);)*
        }
        fn give(self, out: &mut Writer) {
            let ($($own,)*) = self;
            $($own.give(out);)*
        }
        fn get(from: &mut Reader) -> Got<Self> {
            Ok(($($own::get(from)?,)*))
        }
    })*
} }
tuples! { A; A B; A B C; A B C D; A B C D E; A B C D E F; A B C D E F G; A B C D E F G H; A B C D E F G H I; A B C D E F G H I J; A B C D E F G H I J K; A B C D E F G H I J K L; }

/// The two pipes to the other process: messages are lengths of 4 bytes and what they announce.
pub struct Pipes {
    from: io::BufReader<File>,
    to: File,
}

impl Pipes {
    /// Those that this process was given. Called once.
    pub fn open() -> Pipes {
        // They were made for this and belong to nobody else.
        let (from, to) = unsafe { (File::from_raw_fd(3), File::from_raw_fd(4)) };
        Pipes { from: io::BufReader::new(from), to }
    }

    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let length = u32::try_from(bytes.len()).ok().filter(|own| *own as usize <= LARGEST);
        let length = length.ok_or_else(|| io::Error::other("too long a message"))?;
        let mut message = Vec::with_capacity(bytes.len() + 4);
        message.extend(length.to_le_bytes());
        message.extend(bytes);
        self.to.write_all(&message)
    }

    /// The next message; `None` when the other process has closed its end.
    pub fn receive(&mut self) -> Got<Option<Vec<u8>>> {
        let mut length = [0; 4];
        if self.from.read_exact(&mut length).is_err() {
            return Ok(None);
        }
        let length = u32::from_le_bytes(length) as usize;
        if length > LARGEST {
            return Err(Bad("it is too long"));
        }
        // As it comes, so that announcing much costs nothing.
        let mut bytes = Vec::new();
        match (&mut self.from).take(length as u64).read_to_end(&mut bytes) {
            Ok(count) if count == length => Ok(Some(bytes)),
            _ => Ok(None),
        }
    }
}
