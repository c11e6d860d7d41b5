//! The two processes of a run: one holds the candidate, the other the evidence, and two pipes are all they share.

use super::Program;
use crate::sandbox::{End, Finished, Jail, used};
use crate::verify::job::Job;
use crate::verify::session::{settle, started, stop};
use crate::verify::{Verifier, VerifyError};
use std::io::{self, pipe};
use std::process::Stdio;
use std::time::Duration;

/// Exit codes of the evidence when it gave up, as `harness/asker.rs` has them.
const GONE: i32 = 90;
const NONSENSE: i32 = 91;

/// What a program has answered before it ended.
pub(super) struct Answers {
    /// Of each claim, in their order: whether it holds, and why not.
    pub said: Vec<(bool, String)>,
    /// Why there are no more of them.
    pub lost: Option<String>,
    /// Processor time that both processes were last seen to have used.
    pub cpu: Duration,
}

impl Answers {
    /// Why an answer is missing.
    pub fn process(&self) -> String {
        self.lost.clone().unwrap_or_else(|| "the process of the evidence ended with exit code 0".to_owned())
    }
}

/// Runs both where nothing is allowed but `allowed`, of a processor and by the clock, and takes the answers of the evidence to what `program` claims.
pub(super) fn run(
    verifier: &Verifier<'_>,
    allowed: (Duration, Duration),
    server: &[u8],
    evidence: &[u8],
    program: &Program,
) -> Result<Answers, VerifyError> {
    let io = |source| VerifyError::Io { what: "run the compiled evidence".to_owned(), source };
    let jobs = [Job::new(&[], &[])?, Job::new(&[], &[])?];
    jobs[0].program("main", server)?;
    jobs[1].program("main", evidence)?;
    let (finished, lost, cpu) = both(verifier, &jobs, allowed).map_err(io)?;
    let text = String::from_utf8_lossy(&finished.stdout);
    let answer = |own: &str| {
        let (verdict, why) = own.strip_prefix("verdict ")?.split_once(' ')?;
        Some((verdict == "true", why.to_owned()))
    };
    Ok(Answers { said: text.lines().filter_map(answer).take(program.claims.len()).collect(), lost, cpu })
}

/// How the evidence ended, why there may be answers missing, and the processor time of both.
fn both(
    verifier: &Verifier<'_>,
    [own, evidence]: &[Job; 2],
    allowed: (Duration, Duration),
) -> io::Result<(Finished, Option<String>, Duration)> {
    let jail = |job: &Job| {
        let mut jail = Jail::new("/job/main".into()).bind(job.path(), "/job");
        jail.limits = verifier.bounds.limits.clone();
        (jail.limits.cpu, jail.limits.wall) = allowed;
        jail.pipes = 2;
        jail
    };
    let (questions, ask) = pipe()?;
    let (replies, reply) = pipe()?;
    let mut command = verifier.sandbox.command(&jail(own))?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut candidate = started(command, [questions.into(), reply.into()])?;
    let other = Some(candidate.id());
    let finished = verifier.sandbox.run_beside(other, &jail(evidence), b"", [replies.into(), ask.into()]);
    // Whoever is asked for nothing more has nothing more to say; how it ended is of interest where that is why there are no answers.
    let gone = matches!(&finished, Ok(own) if own.end == End::Exit(GONE));
    let own = used(candidate.id());
    let end = if gone { settle(&mut candidate) } else { None };
    stop(&mut candidate);
    let finished = finished?;
    let lost = match finished.end {
        End::Exit(0) => None,
        End::Exit(GONE) => {
            let end = end.map_or_else(|| "closed its pipes".to_owned(), |own| own.to_string());
            Some(format!("the process of the candidate {end}"))
        }
        End::Exit(NONSENSE) => {
            let why = finished.stderr.lines().last().unwrap_or_default();
            Some(format!("the process of the candidate answers nonsense: {why}"))
        }
        end @ (End::Late | End::Idle) => Some(format!("the process of the candidate {end}")),
        end @ End::Spent if own >= finished.cpu / 2 => Some(format!("the process of the candidate {end}")),
        end => Some(format!("the process of the evidence {end}")),
    };
    // What ends soon was not looked at.
    let cpu = finished.cpu.max(own);
    Ok((finished, lost, cpu))
}
