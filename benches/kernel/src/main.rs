//! Asks the kernel of the Rust host recorded questions, as the host does, and prints what a round of them takes in milliseconds:
//! `kernel-bench LINES ROUNDS`, and of each one with a third argument.

#[path = "../../../golden/artifacts/rust/host/src/kernel.rs"]
mod kernel;

use serde_json::Value;
use std::time::Instant;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let lines = std::fs::read_to_string(arguments.next().expect("a file of requests")).expect("it can be read");
    let rounds: u32 = arguments.next().and_then(|rounds| rounds.parse().ok()).expect("a number of rounds");
    let calls: Vec<(String, Vec<Value>)> = lines
        .lines()
        .map(|line| {
            let mut request: Value = serde_json::from_str(line).expect("a request");
            let call = request["call"].as_str().expect("a function").to_owned();
            (call, serde_json::from_value(request["args"].take()).expect("arguments"))
        })
        .collect();
    let each = arguments.next().is_some();
    let kernel = kernel::Kernel::new().expect("the kernel compiles");
    let ask = |(call, args): &(String, Vec<Value>)| drop(kernel.call(call, &args.iter().collect::<Vec<_>>()).expect("an answer"));
    // The best of all rounds: whatever else runs on the machine only ever adds to it.
    let best = |task: &dyn Fn()| {
        let times = (0..rounds).map(|_| {
            let began = Instant::now();
            task();
            began.elapsed().as_secs_f64() * 1e3
        });
        times.fold(f64::INFINITY, f64::min)
    };
    for call in calls.iter().filter(|_| each) {
        println!("{} {:.3}", call.0, best(&|| ask(call)));
    }
    println!("{:.3}", best(&|| calls.iter().for_each(ask)));
}
