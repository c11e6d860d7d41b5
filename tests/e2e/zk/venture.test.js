// A partnership that does not diminish: what comes back less than the capital is a loss, which is settled with a proof.
const assert = require("node:assert/strict");
const { Circuit } = require("../circuit.js");
const { make, provider, received, refused, verifierOf } = require("../chain.js");

const CAPITAL = 1_000_000n;
const circuit = new Circuit("BakeryPartners");

let baker, miller, arbiter, outsider, verifier;

before(async () => {
  [baker, miller, arbiter, outsider] = await provider.listAccounts();
  verifier = await verifierOf("BakeryPartners", outsider);
});
after(async () => globalThis.curve_bn128?.terminate());

/** A gate whose capital is at work. */
async function working(name = "BakeryPartnersZkGate", oracle = []) {
  const gate = await make(name, [miller.address, ...oracle, arbiter.address, CAPITAL, 6000n, 6000n, verifier.target], baker);
  await (await gate.connect(baker).fund({ value: 600_000n })).wait();
  await (await gate.connect(miller).fund({ value: 400_000n })).wait();
  await (await gate.connect(baker).draw()).wait();
  return gate;
}

const prove = async (gate, value) => circuit.prove(circuit.statement(await gate.publicSignals(value)));
const settle = (gate, { a, b, c, signals }, value, by = baker) => gate.connect(by).settleWithProof(a, b, c, signals, { value });

describe("a venture's loss", () => {
  it("is settled by an honest proof, and the money moves", async () => {
    const gate = await working();
    assert.equal(await gate.lossClaim(700_000n), 300_000n);
    const proof = await prove(gate, 700_000n);
    assert.equal(await circuit.verified(proof), true);
    const moved = await received([baker, miller], () => settle(gate, proof, 700_000n));
    assert.deepEqual(moved, [420_000n - 700_000n, 280_000n]);
    assert.equal(await provider.getBalance(gate.target), 0n);
  });

  it("is not settled without a proof, or by somebody else", async () => {
    const gate = await working();
    await refused(gate.connect(baker).settle({ value: 700_000n }), gate, "ProofRequired", 300_000n);
    const proof = await prove(gate, 700_000n);
    await refused(settle(gate, proof, 700_000n, miller), gate, "NotPermitted", miller.address);
  });

  it("is of the value that is paid in, and no other", async () => {
    const gate = await working();
    const proof = await prove(gate, 700_000n);
    await refused(settle(gate, proof, 690_000n), gate, "WrongSignal", 2n, 310_000n, 300_000n);
    await refused(settle(gate, proof, CAPITAL), gate, "NoLoss");
  });

  it("out of proportion is settled nowhere", async () => {
    const gate = await working();
    const inputs = circuit.statement(await gate.publicSignals(700_000n));
    const wrong = { lossBank: inputs.lossBank - 1n, lossClient: inputs.lossClient + 1n };
    await circuit.incalculable({ ...inputs, ...wrong });
    const forged = await circuit.forge(inputs, { ...wrong, ...circuit.derived({ ...inputs, ...wrong }) });
    assert.equal(await circuit.verified(forged), false);
    await refused(settle(gate, forged, 700_000n), gate, "ProofRefused");
  });

  it("is settled once, and for one contract", async () => {
    const [gate, other] = [await working(), await working()];
    const proof = await prove(gate, 700_000n);
    await refused(settle(other, proof, 700_000n), other, "WrongSignal", 4n, BigInt(other.target), BigInt(gate.target));
    await refused(settle(other, { ...proof, signals: [...(await other.publicSignals(700_000n))] }, 700_000n), other, "ProofRefused");
    await (await settle(gate, proof, 700_000n)).wait();
    await refused(settle(gate, proof, 700_000n), gate, "WrongPhase");
    assert.equal(await gate.proofRound(), 2n);
  });
});

describe("a venture's profit", () => {
  it("is shared without a proof", async () => {
    const gate = await working();
    const moved = await received([baker, miller], () => gate.connect(baker).settle({ value: 1_100_000n }));
    assert.deepEqual(moved, [660_000n - 1_100_000n, 440_000n]);
  });
});

describe("a venture that an oracle values", () => {
  it("is settled at the value that the oracle says", async () => {
    const oracle = await make("MockValuationOracle", [700_000n], outsider);
    const gate = await working("ValuedPartnersZkGate", [oracle.target]);
    // Its circuit is the same but for its name, so the same keys serve.
    const proof = await circuit.prove(circuit.statement(await gate.publicSignals()));
    await refused(settle(gate, proof, 699_999n), gate, "WrongAmount", 700_000n, 699_999n);
    const moved = await received([baker, miller], () => settle(gate, proof, 700_000n));
    assert.deepEqual(moved, [420_000n - 700_000n, 280_000n]);
  });
});
