//! The assertion and the property runner, with real processes on both sides of the membrane.

mod tools;

use etymon_constraints::model::{Backend, Target};
use etymon_constraints::report::Verdict;
use tools::one;

const CLAMP: &str = "export function clamp(x: number, lo: number, hi: number): number {
  if (lo > hi) throw new RangeError('lo must not exceed hi');
  return Math.min(Math.max(x, lo), hi);
}
";

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn assertions_that_hold() {
    let text = "clamp(5, 0, 3) === 3\nclamp(-1, 0, 3) === 0 // below\n// nothing here\n\nclamp(1, 0, 3) === 1";
    let (verdict, evidence) = one(Target::Ts, CLAMP, Backend::Assert, text);
    assert_eq!(evidence, "[types:pass] no errors\n[assert:pass] 3 of 3 hold");
    assert_eq!(verdict, Verdict::Pass);
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn every_line_that_fails_is_told_with_its_value() {
    let text = "clamp(5, 0, 3) === 4\nclamp(1, 2, 0) === 0\nclamp(1, 0, 3)\nclamp(0, 0, 0) === 0";
    let (verdict, evidence) = one(Target::Ts, CLAMP, Backend::Assert, text);
    assert_eq!(
        evidence,
        "[types:pass] no errors\n\
         [assert:fail] line 10: `clamp(5, 0, 3) === 4` is false: the left side is 3\n\
         line 11: `clamp(1, 2, 0) === 0` threw RangeError: lo must not exceed hi\n\
         line 12: `clamp(1, 0, 3)` is 1"
    );
    assert_eq!(verdict, Verdict::Fail);
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn statements_labels_and_waiting() {
    let code =
        "export const later = (x: number, ms: number) => new Promise<number>((done) => setTimeout(() => done(x), ms));
";
    let text = "const x: number = await later(4, 20);\n__assert(x === 4, \"four\");\n__assert(x === 5, \"five\");";
    let (_, evidence) = one(Target::Ts, code, Backend::Assert, text);
    assert_eq!(evidence, "[types:pass] no errors\n[assert:fail] line 12: `five` is false");
    let (verdict, _) = one(Target::Ts, code, Backend::Assert, "const x = {\n  y: 1,\n};\nx.y === 1");
    assert_eq!(verdict, Verdict::Pass);
    let (_, evidence) = one(Target::Ts, code, Backend::Assert, "const x = missing;\nx === 1");
    assert!(evidence.ends_with("line 10: `statement` threw ReferenceError: missing is not defined; what follows in the block was not reached"), "{evidence}");
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn a_block_that_claims_nothing_fails() {
    let (verdict, evidence) = one(Target::Ts, CLAMP, Backend::Assert, "// later");
    assert_eq!(
        (verdict, evidence.lines().last()),
        (Verdict::Fail, Some("[assert:fail] line 10: the block asserts nothing"))
    );
    let (verdict, evidence) = one(Target::Ts, CLAMP, Backend::Assert, "clamp(1, 0, 3) === 1\nclamp(1 ===");
    assert_eq!(verdict, Verdict::Fail);
    assert!(evidence.contains("not an expression or statement"), "{evidence}");
}

/// What crosses the membrane is what it would be without one.
#[test]
#[ignore = "runs candidates: `just candidates`"]
fn values_cross_the_membrane() {
    let code = "
export const same = x => x;
export const sortIt = list => list.sort((a, b) => a - b);
export class Stack { #items = []; push(x) { this.#items.push(x); return this; } get size() { return this.#items.length; } }
export class Custom extends Error { constructor(m) { super(m); this.code = 7; } }
export const fail = make => { throw make ? new Custom('own') : new RangeError('range'); };
export const map = (list, f) => list.map(x => f(x));
export const retry = async f => { try { return await f(); } catch { return await f(); } };
export function* count() { yield 1; yield 2; }
export const counter = () => { let n = 0; return { add() { n += 1; return n; }, get value() { return n; } }; };
export const data = () => ({ map: new Map([['a', new Set([1])]]), date: new Date(5), re: /x/g, bytes: new Uint8Array([1, 2]), big: 5n, not: undefined, nan: NaN, zero: -0 });
export const loop = () => { const a = { b: [] }; a.b.push(a); return a; };
export const frozen = () => Object.freeze({ a: 1 });
export const grow = object => { object.extra = [object.n]; delete object.n; };
export default function slug(s) { return s.toLowerCase(); }
";
    let text = "const xs = [3, 1, 2];
sortIt(xs) === xs
xs.join() === '1,2,3'
const o = { n: 1 }; grow(o);
JSON.stringify(o) === '{\"extra\":[1]}'
new Stack().push(1).push(2).size === 2
new Stack() instanceof Stack
(() => { try { fail(true); } catch (e) { return e instanceof Custom && e instanceof Error && e.message === 'own' && e.code === 7; } })()
(() => { try { fail(false); } catch (e) { return e instanceof RangeError && e.message === 'range'; } })()
map([1, 2], x => x * 2).join() === '2,4'
await retry(async () => 9) === 9
[...count()].join() === '1,2'
const c = counter();
c.add() === 1
c.value === 1
data().map.get('a').has(1)
data().date.getTime() === 5
data().re.test('x')
data().bytes instanceof Uint8Array && data().bytes[1] === 2
data().big === 5n
'not' in data() && data().not === undefined
Object.is(data().nan, NaN) && Object.is(data().zero, -0)
loop().b[0].b.length === 1
(() => { const l = loop(); return l.b[0] === l; })()
Object.isFrozen(frozen())
slug('AB') === 'ab'
Array.isArray(same([1]))
same('\\u0000\\ud800') === '\\u0000\\ud800'
same(slug) === slug
";
    let (_, evidence) = one(Target::Js, code, Backend::Assert, text);
    assert_eq!(evidence, "[types:pass] no errors\n[assert:pass] 26 of 26 hold");
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn properties_repeat_and_shrink() {
    let text = "const x = rand.int(-1000, 1000);\nconst lo = rand.int(-10, 10);\nreturn clamp(x, lo, 10) >= lo;";
    let (verdict, evidence) = one(Target::Ts, CLAMP, Backend::Property, text);
    // The first 8 hex digits of SHA-256 over `A1:0`.
    assert_eq!(evidence, "[types:pass] no errors\n[property:pass] 2000 runs with seed 1364170213");
    assert_eq!(verdict, Verdict::Pass);
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn the_smallest_counterexample_is_told() {
    let code = "export const short = (xs: number[]) => xs.length < 4;\nexport const small = (x: number) => { if (x > 99) throw new Error('big'); return true; };\n";
    let (_, evidence) =
        one(Target::Ts, code, Backend::Property, "return short(rand.array((r) => r.int(-1000, 1000), 20));");
    assert!(evidence.ends_with("rand.array = [ 0, 0, 0, 0 ]; returned false"), "{evidence}");
    let (verdict, again) = one(Target::Ts, code, Backend::Property, "return small(rand.int(-1000, 1000));");
    assert!(again.ends_with("rand.int = 100; threw Error: big"), "{again}");
    assert_eq!(one(Target::Ts, code, Backend::Property, "return small(rand.int(-1000, 1000));"), (verdict, again));
}

#[test]
#[ignore = "runs candidates: `just candidates`"]
fn a_property_must_return_true_and_nothing_like_it() {
    let (_, evidence) = one(Target::Ts, CLAMP, Backend::Property, "return clamp(1, 0, 2);");
    assert!(evidence.ends_with(": none; returned 1"), "{evidence}");
    let (_, evidence) = one(Target::Ts, CLAMP, Backend::Property, "return rand.int(");
    assert!(evidence.contains("not the body of a function"), "{evidence}");
    let (_, evidence) = one(Target::Ts, CLAMP, Backend::Property, "return await rand.pick([]) === 1;");
    assert!(evidence.ends_with("threw RangeError: rand.pick needs a list with elements"), "{evidence}");
}
