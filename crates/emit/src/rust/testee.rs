//! Answers conformance requests, one a line, from standard input to standard output.

use enc_core::conformance::answer;
use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
  let mut input = io::BufReader::new(io::stdin().lock());
  let mut output = io::BufWriter::new(io::stdout().lock());
  let mut line = Vec::new();
  loop {
    line.clear();
    if input.read_until(b'\n', &mut line)? == 0 {
      return output.flush();
    }
    let request = line.strip_suffix(b"\n").unwrap_or(&line);
    if request.is_empty() {
      continue;
    }
    writeln!(output, "{}", answer(request))?;
    // Who waits for this answer before asking again must get it now.
    if input.buffer().is_empty() {
      output.flush()?;
    }
  }
}
