//! Types, phrase pins, accessibility, flows and the judge; and how their words become verdicts.

mod tools;

use etymon_constraints::model::{Backend, Document, Evidence, Manifest, Status, Target};
use etymon_constraints::report::Verdict::{Fail, Pass, Skip};
use etymon_constraints::verify::{Candidate, ImportedModule, Judge};
use tools::{after, bounds, candidate, document, one, pin, providing, requirement, verify, verify_with, with};

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn types_alone_judge_what_has_no_evidence() {
    let file = document(vec![requirement("A1")]);
    let report = verify(&file, &candidate(Target::Ts, "export const f = (x: number): number => x;"));
    assert_eq!((report.verdict, report.outcome("A1").unwrap().evidence.as_str()), (Pass, "[types:pass] no errors"));
    let report = verify(&file, &candidate(Target::Ts, "export const f = (x: number): string => x;\n"));
    assert_eq!(
        (report.verdict, report.outcome("A1").unwrap().evidence.as_str()),
        (Fail, "[types:fail] module.ts:1:41 - error TS2322: Type 'number' is not assignable to type 'string'.")
    );
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn types_are_strict_and_nothing_runs_when_they_fail() {
    for (code, problem) in [
        ("export const f = x => x;", "TS7006"),
        ("export const f = (xs: number[]): number => xs[0];", "TS2322"),
        ("import { readFileSync } from 'node:fs';\nexport const f = () => readFileSync('x');", "TS2307"),
        ("export const f = (", "TS1109"),
    ] {
        let (verdict, evidence) = one(Target::Ts, code, Backend::Assert, "true === true");
        assert_eq!(verdict, Fail);
        assert!(evidence.starts_with("[types:fail] ") && evidence.contains(problem), "{evidence}");
        assert!(!evidence.contains("[assert"), "{evidence}");
    }
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn the_interface_is_as_declared() {
    let file = Document { manifest: providing(&["clamp", "Shape"]), ..document(vec![requirement("A1")]) };
    let code = "export interface Shape { a: number }\nexport const clamp = (x: number) => x;";
    assert_eq!(verify(&file, &candidate(Target::Ts, code)).verdict, Pass);
    let report = verify(&file, &candidate(Target::Ts, "export const clamp = (x: number) => x;"));
    let evidence = &report.outcome("A1").unwrap().evidence;
    assert_eq!(evidence, "[types:fail] module.ts:1:1 - error: `@provides` declares `Shape`, which is not exported");
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn imports_are_there_to_check_and_to_run() {
    for (target, types) in [(Target::Ts, ": number"), (Target::Js, "")] {
        let guard = ImportedModule {
            name: "number-guard".to_owned(),
            code: format!(
                "export const guard = (x{types}) => {{ if (Number.isNaN(x)) throw new TypeError('NaN'); return x; }};"
            ),
        };
        let code =
            format!("import {{ guard }} from './number-guard.js';\nexport const twice = (x{types}) => guard(x) * 2;");
        let own = Candidate { target, code, imports: vec![guard] };
        let report = verify(&document(vec![with("A1", Backend::Assert, "twice(2) === 4\ntwice(NaN) === 0")]), &own);
        let evidence = &report.outcome("A1").unwrap().evidence;
        assert!(evidence.ends_with("[assert:fail] line 11: `twice(NaN) === 0` threw TypeError: NaN"), "{evidence}");
    }
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn pins_are_found_byte_for_byte() {
    let pins = vec![
        pin("range-error", "lo must not exceed hi", Some("callers match on this text")),
        pin("name", "clamp", None),
    ];
    let file = Document { manifest: Manifest { pins, ..Manifest::default() }, requirements: vec![requirement("A1")] };
    let code = "export const clamp = (): never => { throw new RangeError('lo must  not exceed hi'); };";
    let report = verify(&file, &candidate(Target::Ts, code));
    assert_eq!(report.verdict, Fail);
    let said = |id: &str| report.outcome(id).map(|own| (own.status, own.evidence.as_str())).unwrap();
    assert_eq!(
        said("pin:range-error"),
        (Fail, "[pin:fail] pin not found: `range-error` wants `lo must not exceed hi` (callers match on this text)")
    );
    assert_eq!(said("pin:name"), (Pass, "[pin:pass] `name` contains `clamp`"));
    assert_eq!(said("A1").0, Pass);
    assert_eq!(verify(&file, &candidate(Target::Ts, &code.replace("  ", " "))).verdict, Pass);
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn the_five_rules_and_those_of_axe() {
    let code = "export const page = (kind: string): string => ({
  good: '<!doctype html><html lang=\"en\"><body><img src=\"x\" alt=\"\"><button>Go</button><a href=\"/\">Home</a><label for=\"i\">Name</label><input id=\"i\"></body></html>',
  image: '<img src=\"x.png\">',
  button: '<button></button>',
  link: '<a href=\"/\"> </a>',
  input: '<input><select></select><textarea></textarea>',
  lang: '<html><body>x</body></html>',
  axe: '<ul><div>x</div></ul><p role=\"nonsense\">x</p>',
}[kind] ?? '');";
    let cases = [
        ("good", "[a11y:pass] no rule is violated"),
        (
            "image",
            "[a11y:fail] line 10: img-alt: `<img src=\"x.png\">` an image needs an `alt`, empty when it is decoration",
        ),
        (
            "button",
            "[a11y:fail] line 10: button-name: `<button></button>` a button needs text, `aria-label` or `aria-labelledby`",
        ),
        ("link", "[a11y:fail] line 10: link-name: `<a href=\"/\"> </a>` a link needs text or `aria-label`"),
        (
            "input",
            "line 10: input-label: `<textarea></textarea>` a field needs a `label`, `aria-label`, `aria-labelledby` or `title`",
        ),
        (
            "lang",
            "[a11y:fail] line 10: lang-attr: `<html><head></head><body>x</body></html>` a document needs a `lang`",
        ),
        ("axe", "line 10: axe aria-roles: `<p role=\"nonsense\">x</p>` ARIA roles used must conform to valid values"),
    ];
    let requirements =
        cases.iter().map(|(kind, _)| with(kind, Backend::Accessibility, &format!("return page('{kind}');")));
    let none = with("none", Backend::Accessibility, "return 1;");
    let report = verify(&document(requirements.chain([none]).collect()), &candidate(Target::Ts, code));
    for (kind, found) in cases {
        let outcome = report.outcome(kind).unwrap();
        assert_eq!(outcome.status == Pass, kind == "good", "{}", outcome.evidence);
        assert!(outcome.evidence.contains(found), "{kind}: {}", outcome.evidence);
    }
    let evidence = &report.outcome("none").unwrap().evidence;
    assert!(evidence.ends_with("returned no string of HTML but number"), "{evidence}");
}

const COUNTER: &str = "export function mount(root: HTMLElement): void {
  root.innerHTML = '<p id=\"n\">0</p><button>more</button><input id=\"t\"><output></output>';
  let n = 0;
  root.querySelector('button')!.addEventListener('click', () => {
    n += 1;
    document.getElementById('n')!.textContent = String(n);
    if (n === 2) setTimeout(() => root.querySelector('#n')!.classList.add('done'), 50);
  });
  const field = root.querySelector('input')!;
  field.addEventListener('input', () => { root.querySelector('output')!.textContent = field.value.toUpperCase(); });
}
";

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn flows_act_and_observe() {
    let text = "expect #n text \"0\"\nclick button\nexpect #n text \"1\"\nclick button\nexpect #n class done\ntype #t \"abc\"\nexpect output text \"ABC\"\nexpect .x absent\nexpect button exists";
    let (verdict, evidence) = one(Target::Ts, COUNTER, Backend::Flow, text);
    assert_eq!((verdict, evidence.as_str()), (Pass, "[types:pass] no errors\n[flow:pass] 9 steps"));
    let (verdict, evidence) = one(Target::Ts, COUNTER, Backend::Flow, "click button\nexpect #n text \"2\"");
    assert_eq!(
        (verdict, evidence.lines().last().unwrap()),
        (
            Fail,
            "[flow:fail] line 11: step 2 `expect #n text \"2\"`: the text is \"1\"; the page is `<p id=\"n\">1</p><button>more</button><input id=\"t\"><output></output>`"
        )
    );
    let cases = [
        ("click .missing\nexpect p exists", "there is no `.missing`"),
        ("hover p", "`hover p` is not a step"),
        ("click button", "the block observes nothing"),
        ("expect p[ exists", "is not a step"),
        ("expect p absent", "`p` is there"),
    ];
    let requirements = cases.iter().map(|(text, _)| with(text, Backend::Flow, text)).collect();
    let report = verify(&document(requirements), &candidate(Target::Ts, COUNTER));
    for (text, why) in cases {
        let outcome = report.outcome(text).unwrap();
        assert!(outcome.status == Fail && outcome.evidence.contains(why), "{text}: {}", outcome.evidence);
    }
}

/// A page is no way out: neither to the evidence's functions nor to what it observes with.
#[test]
#[ignore = "runs candidates: `just candidates`"]
fn pages_lead_nowhere() {
    for body in [
        "document.constructor.constructor('return process')().exit(0)",
        "window.eval('1')",
        "window.Function('return 1')()",
        "window.Array.prototype.includes = () => true",
        "Object.getPrototypeOf(document).querySelector = () => ({ textContent: '1' })",
        "document.createElement('p').__proto__.x = 1",
        "document.querySelector.constructor('return 1')()",
        "document.querySelector.call.constructor('return 1')()",
    ] {
        let code = format!(
            "export function mount(root) {{ const any = x => x; any(() => {{ {} }})(); root.innerHTML = '<p>1</p>'; }}",
            body.replace("document", "any(document)").replace("window", "any(window)")
        );
        let (verdict, evidence) = one(Target::Js, &code, Backend::Flow, "expect p text \"1\"");
        assert!(
            verdict == Fail
                && (evidence.contains("not allowed on this") || evidence.contains("the page cannot be set up")),
            "{body}: {evidence}"
        );
    }
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn what_depends_on_a_failure_is_skipped() {
    let hold = |id: &str| with(id, Backend::Assert, "1 === 1");
    let mut gone = with("OLD", Backend::Assert, "1 === 2");
    gone.status = Status::Retracted;
    let file = document(vec![
        after(hold("C"), &["B"]),
        after(hold("B"), &["A"]),
        with("A", Backend::Assert, "1 === 2"),
        after(hold("D"), &["OLD"]),
        gone,
    ]);
    let report = verify(&file, &candidate(Target::Js, "export {};"));
    let told: Vec<_> = report.requirements.iter().map(|own| (own.constraint_id.as_str(), own.status)).collect();
    assert_eq!(told, [("A", Fail), ("B", Skip), ("C", Skip), ("OLD", Skip), ("D", Pass)]);
    assert_eq!(report.outcome("B").unwrap().evidence, "[depends-on:skip] `A`, on which it depends, failed");
    assert_eq!(report.outcome("C").unwrap().evidence, "[depends-on:skip] `B`, on which it depends, was skipped");
    assert_eq!(report.outcome("OLD").unwrap().evidence, "[status:skip] not enforced: its status is `retracted`");
    assert_eq!(report.verdict, Fail);
}

struct Fixed(Option<bool>);

impl Judge for Fixed {
    fn judge(&self, criterion: &str, code: &str) -> (Option<bool>, String) {
        (self.0, format!("{} of {} characters", criterion.len(), code.len()))
    }
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn the_judge_never_blocks() {
    let mut both = with("A1", Backend::Judgment, "is it kind?");
    both.evidence.push(Evidence { backend: Backend::Assert, text: "1 === 1".to_owned(), line: 20 });
    let file = document(vec![both]);
    let own = candidate(Target::Js, "export {};");
    for (verdict, word) in [(Some(true), "pass"), (Some(false), "fail"), (None, "unreadable")] {
        let report = verify_with(&file, &own, &bounds(), Some(&Fixed(verdict)));
        assert_eq!(report.verdict, Pass);
        assert_eq!(
            report.outcome("A1").unwrap().evidence,
            format!("[types:pass] no errors\n[judgment:{word} (soft)] 11 of 10 characters\n[assert:pass] 1 of 1 hold")
        );
    }
    assert!(verify(&file, &own).outcome("A1").unwrap().evidence.contains("[judgment:skip (soft)] no judge was named"));
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn reports_are_the_documented_json() {
    let report = verify(&document(vec![requirement("A1")]), &candidate(Target::Js, "export {};"));
    assert_eq!(
        etymon_spec::canonical::to_string(&report).unwrap(),
        r#"{"results":[{"constraintId":"A1","evidence":"[types:pass] no errors","status":"pass"}],"verdict":"pass"}"#
    );
}
