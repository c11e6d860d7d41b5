// What evidence in Rust runs on. None of the candidate's names are in scope here.
mod harness {
    use std::fmt::Debug;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::OnceLock;

    static NONCE: OnceLock<String> = OnceLock::new();

    // Types whose equality is the standard library's.
    pub trait Plain: Debug {}
    macro_rules! plain { ($($own:ty),*) => { $(impl Plain for $own {})* } }
    plain!((), bool, char, str, String, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64, std::cmp::Ordering);
    impl<T: Plain + ?Sized> Plain for &T {}
    impl<T: Plain + ?Sized> Plain for Box<T> {}
    impl<T: Plain> Plain for [T] {}
    impl<T: Plain, const N: usize> Plain for [T; N] {}
    impl<T: Plain> Plain for Vec<T> {}
    impl<T: Plain> Plain for Option<T> {}
    impl<T: Plain, E: Plain> Plain for Result<T, E> {}
    impl<T: Plain> Plain for std::collections::BTreeSet<T> {}
    impl<K: Plain, V: Plain> Plain for std::collections::BTreeMap<K, V> {}
    impl<A: Plain, B: Plain> Plain for (A, B) {}
    impl<A: Plain, B: Plain, C: Plain> Plain for (A, B, C) {}

    fn say(holds: bool, why: &str) {
        use std::io::Write;
        let flat: String = why.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect();
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "\n{} {holds} {flat}", NONCE.get().map_or("", |own| own));
        let _ = out.flush();
    }

    fn panicked(cause: Box<dyn std::any::Any + Send>) {
        let text = cause.downcast_ref::<String>().cloned().or(cause.downcast_ref::<&str>().map(|own| own.to_string()));
        say(false, &format!("panicked: {}", text.unwrap_or_default()));
    }

    pub fn claim<A: Plain + PartialEq<B>, B: Plain>(_: u32, left: impl FnOnce() -> A, operator: &str, right: impl FnOnce() -> B) {
        match catch_unwind(AssertUnwindSafe(|| {
            let (left, right) = (left(), right());
            ((left == right) == (operator == "=="), format!("is false: the left side is {left:?}"))
        })) {
            Ok((holds, why)) => say(holds, &why),
            Err(cause) => panicked(cause),
        }
    }

    pub fn truth(_: u32, own: impl FnOnce() -> bool) {
        match catch_unwind(AssertUnwindSafe(own)) {
            Ok(holds) => say(holds, "is false"),
            Err(cause) => panicked(cause),
        }
    }

    pub fn begin() {
        let mut line = String::new();
        if std::io::stdin().read_line(&mut line).is_err() || NONCE.set(line.trim().to_owned()).is_err() {
            std::process::abort();
        }
    }
}

fn main() {
    harness::begin();
    std::panic::set_hook(Box::new(|_| {}));
    evidence::run();
}

