// The side of the evidence: questions to the candidate's process.
use std::sync::Mutex;

/// Exit codes that tell the parent why the evidence gave up.
const GONE: i32 = 90;
const NONSENSE: i32 = 91;

static PIPES: Mutex<Option<Pipes>> = Mutex::new(None);
/// Values over there that nobody here knows any more.
static RELEASED: Mutex<Vec<u64>> = Mutex::new(Vec::new());

fn locked<T>(own: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    own.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Ends the process: nothing that is said after it could be believed.
fn give_up(code: i32, why: &str) -> ! {
    eprintln!("{why}");
    std::process::exit(code)
}

/// The beginning of a question.
pub fn call(number: u64) -> Writer {
    let mut own = Writer::default();
    own.number(number);
    own
}

/// Asks, and waits for the answer. A panic over there is one here.
pub fn ask(question: Writer) -> Reader {
    let mut message = Writer::default();
    std::mem::take(&mut *locked(&RELEASED)).put(&mut message);
    message.bytes.extend(question.bytes);
    let answer = {
        let mut pipes = locked(&PIPES);
        let pipes = pipes.get_or_insert_with(Pipes::open);
        if message.bytes.len() > LARGEST {
            give_up(NONSENSE, "what the evidence asks is too long");
        }
        match pipes.send(&message.bytes).map(|()| pipes.receive()) {
            Ok(Ok(Some(answer))) => answer,
            Ok(Err(Bad(why))) => give_up(NONSENSE, why),
            _ => give_up(GONE, ""),
        }
    };
    let mut reader = Reader::new(answer);
    match sure(reader.tag()) {
        0 => reader,
        1 => {
            let why: String = sure(Wire::get(&mut reader));
            std::panic::panic_any(why)
        }
        _ => give_up(NONSENSE, "there is no such answer"),
    }
}

fn sure<T>(own: Got<T>) -> T {
    own.unwrap_or_else(|Bad(why)| give_up(NONSENSE, why))
}

/// The next value of an answer.
pub fn answered<T: Wire>(from: &mut Reader) -> T {
    sure(T::get(from))
}

/// A list that was changed over there.
pub fn changed<T: Wire>(list: &mut [T], from: &mut Reader) {
    let own: Vec<T> = answered(from);
    if own.len() != list.len() {
        give_up(NONSENSE, "a list has another length");
    }
    list.iter_mut().zip(own).for_each(|(old, new)| *old = new);
}

pub fn ended(from: Reader) {
    sure(from.end());
}

/// A value that lives over there.
pub struct Handle(u64);

impl Wire for Handle {
    fn put(&self, out: &mut Writer) {
        out.bytes.push(u8::from(out.lent));
        out.number(self.0);
    }
    fn get(from: &mut Reader) -> Got<Handle> {
        from.number().map(Handle)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        locked(&RELEASED).push(self.0);
    }
}

/// One that is copied freely. It lives as long as the process.
#[derive(Clone, Copy)]
pub struct Copied(u64);

impl Wire for Copied {
    fn put(&self, out: &mut Writer) {
        out.bytes.push(u8::from(out.lent));
        out.number(self.0);
    }
    fn get(from: &mut Reader) -> Got<Copied> {
        from.number().map(Copied)
    }
}
