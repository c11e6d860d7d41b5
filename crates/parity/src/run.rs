//! The vector run: every vector on every testee, against the pinned answer.

use crate::batch::Batch;
use crate::case::Case;
use crate::compare::{Difference, Pair, differs};
use crate::error::Error;
use crate::protocol::{Reply, shorten};
use crate::sabotage::Sabotage;
use crate::shrink::{shrink, standalone};
use crate::testee::Kind;
use crate::vector::{self, EXCEPTIONS, Vector};
use crate::workshop::{Built, Tools, Workshop};
use etymon_spec::{Spec, canonical};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::thread;

/// What to run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Programs and folders.
    pub tools: Tools,
    /// Folder of the spec that vectors without a program call into.
    pub spec: PathBuf,
    /// Folder of the vectors.
    pub vectors: PathBuf,
    /// Who answers. One that cannot be set up is an error, so leaving one out is a choice that the report shows.
    pub testees: Vec<Kind>,
    /// Only these suites; all if empty.
    pub suites: Vec<String>,
    /// A planted defect.
    pub sabotage: Option<Sabotage>,
}

impl RunOptions {
    /// All testees over the committed vectors of a checkout.
    pub fn of(tools: Tools) -> RunOptions {
        let golden = tools.root.join("golden");
        RunOptions {
            spec: golden.join("spec"),
            vectors: golden.join("vectors"),
            testees: Kind::ALL.to_vec(),
            suites: Vec::new(),
            sabotage: None,
            tools,
        }
    }
}

/// One cell of the matrix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// Vectors answered as pinned.
    pub passed: u64,
    /// Vectors answered otherwise, listed ones included.
    pub failed: u64,
}

/// One row of the matrix: a suite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The suite.
    pub suite: String,
    /// By testee.
    pub cells: BTreeMap<&'static str, Cell>,
}

/// A listed difference, and whether it still is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exception {
    /// The vector.
    pub id: String,
    /// The testee.
    pub testee: String,
    /// Why it is listed.
    pub reason: String,
    /// Listed, but passing, or no such vector.
    pub stale: bool,
}

/// The outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ParityReport {
    /// No unlisted difference and no stale listing.
    pub ok: bool,
    /// SHA-256 of the spec.
    pub spec: String,
    /// Number of vectors.
    pub vectors: u64,
    /// Who answered.
    pub testees: Vec<&'static str>,
    /// By suite and testee.
    pub matrix: Vec<Row>,
    /// Unlisted differences, at most [`MAX_LISTED`].
    pub differences: Vec<Difference>,
    /// How many there are.
    pub different: u64,
    /// The smallest, made smaller.
    pub smallest: Option<Difference>,
    /// Listed differences.
    pub exceptions: Vec<Exception>,
}

/// Most differences that a report lists.
pub const MAX_LISTED: usize = 100;

impl ParityReport {
    /// The report as canonical JSON.
    pub fn to_json(&self) -> String {
        // All numbers are counts, far below 2^53.
        canonical::to_string(self).unwrap_or_default()
    }

    /// The matrix and what went wrong, for people.
    pub fn to_text(&self) -> String {
        let width = self.matrix.iter().map(|row| row.suite.len()).max().unwrap_or(0).max(5);
        let mut out = format!("{:width$}", "suite");
        for testee in &self.testees {
            out += &format!("  {testee:>13}");
        }
        out.push('\n');
        for row in &self.matrix {
            out += &format!("{:width$}", row.suite);
            for testee in &self.testees {
                let cell = row.cells.get(testee).copied().unwrap_or_default();
                let text = format!("{}/{}", cell.passed, cell.passed + cell.failed);
                out += &format!("  {text:>13}");
            }
            out.push('\n');
        }
        for own in self.exceptions.iter().filter(|own| own.stale) {
            out += &format!("listed as a known difference, but none: `{}` on {}\n", own.id, own.testee);
        }
        if let Some(smallest) = &self.smallest {
            out += &format!("{} differences, the smallest:\n{}", self.different, smallest.to_text());
        }
        let verdict = if self.ok { "agree" } else { "DISAGREE" };
        out + &format!("{} vectors, {} testees: {verdict}\n", self.vectors, self.testees.len())
    }
}

/// Runs the vectors.
///
/// # Errors
/// [`Error`] when there is no verdict; differences are in the report.
pub fn run(options: &RunOptions) -> Result<ParityReport, Error> {
    let spec = Spec::load(&options.spec).map_err(|report| Error::spec(&report))?;
    let mut vectors = vector::read_folder(&options.vectors)?;
    let known: BTreeSet<&str> = vectors.iter().map(|own| own.case.suite.as_str()).collect();
    if let Some(name) = options.suites.iter().find(|name| !known.contains(name.as_str())) {
        let known = known.into_iter().map(str::to_owned).collect();
        return Err(Error::Suite { name: name.clone(), known });
    }
    if !options.suites.is_empty() {
        vectors.retain(|own| options.suites.contains(&own.case.suite));
    }
    let listed = vector::read_exceptions(&options.vectors.join(EXCEPTIONS))?;
    let mut workshop = Workshop::open(options.tools.clone(), options.sabotage.clone())?;
    let cases = vectors.iter().map(|own| own.case.clone()).collect();
    let answers = answer_all(&mut workshop, Some(&spec), cases, &options.testees)?;
    let mut report = judge(&spec, &vectors, &answers, &listed, options);
    if let Some(smallest) = smallest(&vectors, &answers, &listed) {
        report.smallest = Some(minimise(&mut workshop, &spec, smallest, &options.testees)?);
    }
    Ok(report)
}

/// Replies by testee and identifier.
pub(crate) type Answers = BTreeMap<Kind, BTreeMap<String, Reply>>;

/// Asks every testee every case: compiled ones in batches, the referee in one go, because it takes long to start.
pub(crate) fn answer_all(
    workshop: &mut Workshop,
    base: Option<&Spec>,
    cases: Vec<Case>,
    testees: &[Kind],
) -> Result<Answers, Error> {
    let mut answers = Answers::new();
    let (slow, quick): (Vec<Kind>, Vec<Kind>) = testees.iter().partition(|kind| **kind == Kind::Lean);
    let (opaque, portable): (Vec<Case>, Vec<Case>) = cases.iter().cloned().partition(|case| case.opaque);
    for case in opaque {
        let batch = Batch::new(None, vec![case])?;
        let replies = quick.iter().map(|kind| Ok((*kind, vec![unemitted(workshop, *kind, &batch)?])));
        collect(&mut answers, replies.collect::<Result<_, Error>>()?, &batch);
    }
    for batch in Batch::split(base, portable)? {
        let built = workshop.build(&batch, &quick)?;
        collect(&mut answers, ask(workshop, &built, &batch, &quick)?, &batch);
    }
    if !slow.is_empty() {
        let batch = Batch::new(base, cases)?;
        let built = workshop.build(&batch, &slow)?;
        collect(&mut answers, ask(workshop, &built, &batch, &slow)?, &batch);
    }
    Ok(answers)
}

/// The answer to a case that no target may print.
fn unemitted(workshop: &Workshop, kind: Kind, batch: &Batch) -> Result<Reply, Error> {
    if kind.is_compiled() {
        return Ok(workshop
            .refuses(batch, kind)
            .unwrap_or_else(|| Reply::Malformed("it is emitted all the same".to_owned())));
    }
    let answers = kind.testee().answer(workshop, &Built::default(), batch)?;
    Ok(answers.into_iter().next().unwrap_or(Reply::TimedOut))
}

fn collect(answers: &mut Answers, replies: Vec<(Kind, Vec<Reply>)>, batch: &Batch) {
    for (kind, replies) in replies {
        let own = answers.entry(kind).or_default();
        own.extend(batch.cases.iter().map(|case| case.id.clone()).zip(replies));
    }
}

/// Asks testees at the same time.
pub(crate) fn ask(
    workshop: &Workshop,
    built: &Built,
    batch: &Batch,
    testees: &[Kind],
) -> Result<Vec<(Kind, Vec<Reply>)>, Error> {
    thread::scope(|scope| {
        let threads: Vec<_> = testees
            .iter()
            .map(|kind| (*kind, scope.spawn(move || kind.testee().answer(workshop, built, batch))))
            .collect();
        let gone = |kind: Kind| Error::Setup { testee: kind.name(), reason: "its thread panicked".to_owned() };
        threads
            .into_iter()
            .map(|(kind, thread)| Ok((kind, thread.join().unwrap_or_else(|_| Err(gone(kind)))?)))
            .collect()
    })
}

type Listed = BTreeMap<(String, String), String>;

fn is_listed(listed: &Listed, vector: &Vector, kind: Kind) -> bool {
    listed.contains_key(&(vector.case.id.clone(), kind.name().to_owned()))
}

/// What a testee that said nothing is taken to have said; no vector expects it.
static MISSING: Reply = Reply::TimedOut;

fn judge(spec: &Spec, vectors: &[Vector], answers: &Answers, listed: &Listed, options: &RunOptions) -> ParityReport {
    let mut rows: BTreeMap<&str, BTreeMap<&'static str, Cell>> = BTreeMap::new();
    let mut differences = Vec::new();
    let mut still = BTreeMap::new();
    let mut different = 0;
    for vector in vectors {
        let row = rows.entry(&vector.case.suite).or_default();
        for (kind, replies) in answers {
            let cell = row.entry(kind.name()).or_default();
            let reply = replies.get(&vector.case.id).unwrap_or(&MISSING);
            let expected = vector.expected(*kind);
            if *reply == expected {
                cell.passed += 1;
                continue;
            }
            cell.failed += 1;
            if is_listed(listed, vector, *kind) {
                still.insert((vector.case.id.clone(), kind.name().to_owned()), ());
                continue;
            }
            different += 1;
            if differences.len() < MAX_LISTED {
                differences.push(Difference::new(&vector.case, *kind, "pinned", &expected, reply));
            }
        }
    }
    let concerned = |(id, testee): &(String, String)| {
        let suite = options.suites.is_empty() || vectors.iter().any(|own| own.case.id == *id);
        suite && (options.testees.iter().any(|kind| kind.name() == testee) || Kind::from_name(testee).is_none())
    };
    let exceptions = listed.iter().map(|(key, reason)| Exception {
        id: key.0.clone(),
        testee: key.1.clone(),
        reason: reason.clone(),
        stale: concerned(key) && !still.contains_key(key),
    });
    let exceptions: Vec<Exception> = exceptions.collect();
    ParityReport {
        ok: different == 0 && !exceptions.iter().any(|own| own.stale),
        spec: spec.sha256.clone(),
        vectors: vectors.len() as u64,
        testees: options.testees.iter().map(|kind| kind.name()).collect(),
        matrix: rows.into_iter().map(|(suite, cells)| Row { suite: suite.to_owned(), cells }).collect(),
        differences,
        different,
        smallest: None,
        exceptions,
    }
}

/// An unlisted difference: the vector, who answered it, and how.
struct Wrong<'a> {
    vector: &'a Vector,
    kind: Kind,
    reply: &'a Reply,
    /// Who answered otherwise in the same run, if anyone.
    against: Option<Kind>,
}

fn smallest<'a>(vectors: &'a [Vector], answers: &'a Answers, listed: &Listed) -> Option<Wrong<'a>> {
    let wrong = vectors.iter().flat_map(|vector| {
        let id = &vector.case.id;
        answers.iter().filter_map(move |(kind, replies)| {
            let reply = Some(replies.get(id).unwrap_or(&MISSING)).filter(|reply| **reply != vector.expected(*kind))?;
            let other =
                |(_, replies): &(&Kind, &BTreeMap<String, Reply>)| replies.get(id).is_some_and(|own| own != reply);
            let against = answers.iter().find(other).map(|(kind, _)| *kind);
            (!is_listed(listed, vector, *kind)).then_some(Wrong { vector, kind: *kind, reply, against })
        })
    });
    // A crash of one testee is as small as a wrong answer, and the cheapest testee to ask again comes first.
    wrong.min_by_key(|own| (own.vector.case.size(), own.kind))
}

fn minimise(workshop: &mut Workshop, spec: &Spec, wrong: Wrong<'_>, testees: &[Kind]) -> Result<Difference, Error> {
    let case = &wrong.vector.case;
    let as_it_is = Difference::new(case, wrong.kind, "pinned", &wrong.vector.expected(wrong.kind), wrong.reply);
    // The referee takes long to start, so its differences are named, not cut.
    let (Some(against), true) = (wrong.against, wrong.kind != Kind::Lean && testees.len() > 1) else {
        return Ok(as_it_is);
    };
    if against == Kind::Lean || case.opaque {
        return Ok(as_it_is);
    }
    let pair = Pair { trusted: against, suspect: wrong.kind };
    let whole = standalone(spec, case);
    let small = shrink(whole, &mut |cases| {
        let found = differs(workshop, cases, pair)?;
        Ok(found.iter().map(Option::is_some).collect())
    })?;
    let found = differs(workshop, std::slice::from_ref(&small), pair)?;
    Ok(match found.into_iter().next().flatten() {
        Some((expected, got)) => Difference::new(&small, wrong.kind, against.name(), &expected, &got),
        None => Difference { note: Some(shorten("it does not differ on its own")), ..as_it_is },
    })
}
