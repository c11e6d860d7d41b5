// The side of the candidate: answers to the questions of the evidence's process.
use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

type Table = (u64, HashMap<u64, Rc<dyn Any>>);

thread_local! {
    static TABLE: RefCell<Table> = RefCell::new((0, HashMap::new()));
}

/// Keeps a value whose fields are the candidate's own matter, and tells its number.
pub fn keep<T: 'static>(own: T, out: &mut Writer) {
    let number = TABLE.with_borrow_mut(|(last, table)| {
        *last += 1;
        table.insert(*last, Rc::new(RefCell::new(own)));
        *last
    });
    out.number(number);
}

fn held<T: 'static>(number: u64, taken: bool) -> Rc<RefCell<T>> {
    let found = TABLE.with_borrow_mut(|(_, table)| {
        if taken { table.remove(&number) } else { table.get(&number).cloned() }
    });
    found.and_then(|own| own.downcast().ok()).expect("a value that is still there")
}

/// A value that the evidence lends.
pub fn lent<T: 'static>(from: &mut Reader) -> Got<Rc<RefCell<T>>> {
    from.tag()?;
    from.number().map(|number| held(number, false))
}

/// A value that the evidence gives back, or of which a copy is wanted.
pub fn value<T: 'static>(from: &mut Reader, copy: Option<fn(&T) -> T>, always: bool) -> Got<T> {
    let lent = from.tag()? != 0;
    let number = from.number()?;
    if lent || always {
        let copy = copy.expect("a type that can be cloned");
        return Ok(copy(&held(number, false).borrow()));
    }
    Ok(Rc::into_inner(held(number, true)).expect("a value that nobody else holds").into_inner())
}

fn cause(own: Box<dyn Any + Send>) -> String {
    let text = own.downcast_ref::<String>().cloned().or(own.downcast_ref::<&str>().map(|text| text.to_string()));
    text.unwrap_or_default()
}

/// Answers until there are no more questions.
pub fn serve(answer: fn(u64, &mut Reader, &mut Writer) -> Got<()>) {
    std::panic::set_hook(Box::new(|_| {}));
    let mut pipes = Pipes::open();
    while let Ok(Some(message)) = pipes.receive() {
        let mut from = Reader::new(message);
        let mut out = Writer::default();
        out.bytes.push(0);
        let caught = catch_unwind(AssertUnwindSafe(|| {
            let released: Vec<u64> = Wire::get(&mut from)?;
            for number in released {
                // Dropped when the table is free again: it may hold others.
                drop(TABLE.with_borrow_mut(|(_, table)| table.remove(&number)));
            }
            let number = from.number()?;
            answer(number, &mut from, &mut out)
        }));
        match caught {
            Ok(Ok(())) => {}
            Ok(Err(Bad(why))) => panic!("{why}"),
            Err(own) => {
                out = Writer::default();
                out.bytes.push(1);
                cause(own).put(&mut out);
            }
        }
        if pipes.send(&out.bytes).is_err() {
            return;
        }
    }
}
