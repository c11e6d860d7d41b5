// A second writing of the verifier of `deducible losses`, on another library: both accept the same proofs, and refuse the same.
const assert = require("node:assert/strict");
const { spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { createRequire } = require("node:module");
const path = require("node:path");

const { secp256k1, hashToCurve } = createRequire(path.join(process.cwd(), "package.json"))("@noble/curves/secp256k1");
const deducible = process.argv[2];
const Point = secp256k1.ProjectivePoint;
const N = secp256k1.CURVE.n;
const G = Point.BASE;
const H = Point.fromAffine(hashToCurve(Buffer.from("blinding"), { DST: "etymon/loss-share/v1 secp256k1_XMD:SHA-256_SSWU_RO_" }).toAffine());

const multiple = (point, factor) => (factor === 0n ? Point.ZERO : point.multiply(factor));
const octets = (point) => (point.equals(Point.ZERO) ? Buffer.alloc(33) : Buffer.from(point.toRawBytes(true)));
const eight = (number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
};

/** Whether a proof holds, after the description in docs/instruments.md. */
function holds({ bankBps, clientBps, total, context }, digits) {
  const bytes = Buffer.from(digits, "hex");
  assert.equal(bytes.length, 4 * 33 + 2 * 32);
  const [bank, client, t1, t2] = [0, 1, 2, 3].map((at) => Point.fromHex(bytes.subarray(33 * at, 33 * at + 33)));
  const [s1, s2] = [0, 1].map((at) => BigInt(`0x${bytes.subarray(132 + 32 * at, 164 + 32 * at).toString("hex")}`));
  assert.ok(s1 < N && s2 < N);
  const proportion = multiple(bank, BigInt(clientBps)).subtract(multiple(client, BigInt(bankBps)));
  const sum = bank.add(client).subtract(multiple(G, BigInt(total)));
  const hash = createHash("sha256").update("etymon/loss-share/v1");
  for (const point of [G, H, bank, client, proportion, sum, t1, t2]) hash.update(octets(point));
  for (const number of [bankBps, clientBps, total]) hash.update(eight(number));
  const c = BigInt(`0x${hash.update(context).digest("hex")}`) % N;
  const equal = (s, t, point) => multiple(H, s).equals(t.add(multiple(point, c)));
  return c >> 128n !== 0n && equal(s1, t1, proportion) && equal(s2, t2, sum);
}

function run(args, input) {
  const { status, stdout, stderr } = spawnSync(deducible, ["losses", ...args], { input, encoding: "utf8" });
  return { status, out: stdout.trim(), err: stderr };
}

const claim = ({ bankBps, clientBps, context }) => ["--bank-bps", bankBps, "--client-bps", clientBps, "--context", context].map(String);
const verify = (own, digits) => run(["verify", ...claim(own), "--total", String(own.total), "-"], digits);

const vectors = [
  [8000, 2000, 800, 200],
  [6000, 4000, 3_000_000, 2_000_000],
];
for (const [bankBps, clientBps, bank, client] of vectors) {
  const own = { bankBps, clientBps, total: bank + client, context: "contract 1, round 1" };
  const proven = () => run(["prove", ...claim(own), "--bank", String(bank), "--client", String(client)]);
  const { status, out, err } = proven();
  assert.equal(status, 0, err);
  assert.notEqual(proven().out, out, "blinds are drawn anew");
  assert.ok(holds(own, out), "the second verifier accepts");
  assert.equal(verify(own, out).status, 0);
  for (const other of [{ ...own, total: own.total * 2 }, { ...own, context: "contract 2, round 1" }]) {
    assert.ok(!holds(other, out), "for another claim");
    assert.equal(verify(other, out).status, 1);
  }
  const tampered = out.slice(0, -1) + (out.endsWith("0") ? "1" : "0");
  assert.ok(!holds(own, tampered), "a changed scalar");
  assert.equal(verify(own, tampered).status, 1);
}
assert.equal(run(["prove", "--bank-bps", "8000", "--client-bps", "2000", "--bank", "800", "--client", "300"]).status, 3);
assert.equal(run(["prove", "--bank-bps", "8000", "--client-bps", "2000", "--bank", "0", "--client", "0"]).status, 3);
console.log(`sigma: ${vectors.length} vectors hold for both verifiers, and for no other claim`);
