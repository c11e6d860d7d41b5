// A loss is settled with a proof and not without one, whatever a dishonest prover does.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const hre = require("hardhat");
const { ethers } = require("ethers");
const snarkjs = require("snarkjs");
const { Circuit, P, inverse } = require("../circuit.js");
const { make, provider, received: receivedBy, refused, verifierOf } = require("../chain.js");

const circuit = new Circuit("HomeFinance");
const { manifest } = circuit;

let bank, client, arbiter, fund, outsider, oracle, verifier;

before(async () => {
  [bank, client, arbiter, fund, outsider] = await provider.listAccounts();
  verifier = await verifierOf("HomeFinance", outsider);
});
beforeEach(async () => {
  oracle = await make("MockValuationOracle", [100_000_000n], outsider);
});
after(async () => globalThis.curve_bn128?.terminate());

const given = (checks = verifier.target) => [client.address, oracle.target, arbiter.address, fund.address, 8000n, 1n, 259200n, checks];

/** A gate, funded at one value, where the asset is worth another now. */
async function funded(before, now, name = "HomeFinanceZkGate") {
  await (await oracle.attest(before)).wait();
  const gate = await make(name, given(), bank);
  const part = (before * 8000n) / 10000n;
  await (await gate.connect(bank).fundBank({ value: part })).wait();
  await (await gate.connect(client).fundClient({ value: before - part })).wait();
  await (await oracle.attest(now)).wait();
  return gate;
}

const statement = async (gate) => circuit.statement(await gate.publicSignals());
const prove = (inputs) => circuit.prove(inputs);
const verified = (proof) => circuit.verified(proof);
const settle = (gate, { a, b, c, signals }, by = client) => gate.connect(by).settleWithProof(a, b, c, signals);
const onChain = ({ a, b, c, signals }) => verifier.verifyProof(a, b, c, signals);
const received = (sending) => receivedBy([bank, client, fund], sending);

/** Neither the calculator, nor snarkjs, nor the verifier on the chain, nor the gate let it pass. */
async function nowhere(gate, inputs, wrong) {
  const changed = { ...inputs, ...wrong };
  await circuit.incalculable(changed);
  // Products and inverse as a prover without the calculator would write them; bits stay those of the honest losses.
  const forged = await circuit.forge(inputs, { ...wrong, ...circuit.derived(changed) });
  assert.equal(await verified(forged), false, "snarkjs");
  assert.equal(await onChain(forged), false, "the verifier");
  const honest = manifest.publicSignals.every((name) => changed[name] === inputs[name]);
  await refused(settle(gate, forged), gate, honest ? "ProofRefused" : "WrongSignal");
}

describe("the circuit", () => {
  it("has the size that is stated", async () => {
    const quiet = { info() {}, debug() {}, warn() {}, error() {} };
    const info = await snarkjs.r1cs.info(circuit.file(".r1cs"), quiet);
    console.log(`    constraints: ${info.nConstraints}, public signals: ${info.nPubInputs}, private: ${info.nPrvInputs}`);
    // Where only the sources are, there is none.
    if (fs.existsSync(process.env.ETYMON_README)) {
      const readme = fs.readFileSync(process.env.ETYMON_README, "utf8");
      assert.ok(readme.includes(`has ${info.nConstraints} constraints`), "the README says how many");
    }
    assert.equal(info.nPubInputs, manifest.publicSignals.length);
    assert.equal(info.nPrvInputs, manifest.privateSignals.length);
    assert.equal(info.nOutputs, 0);
    // 2 x 64 and 2 x 14 bits, two products, one inverse, three squares; what is linear may be left or removed.
    assert.ok(info.nConstraints >= 162 && info.nConstraints <= 256, `${info.nConstraints} constraints`);
  });
});

describe("a loss", () => {
  it("is settled by an honest proof, and the money moves", async () => {
    const gate = await funded(100_000_000n, 90_000_000n);
    assert.equal(await gate.lossClaim(), 10_000_000n);
    const started = performance.now();
    const proof = await prove(await statement(gate));
    console.log(`    witness and proof: ${Math.round(performance.now() - started)} ms`);
    assert.equal(await verified(proof), true);
    assert.equal(await onChain(proof), true);
    const moved = await received(() => settle(gate, proof, arbiter));
    assert.deepEqual(moved, [72_000_000n, 18_000_000n, 10_000_000n]);
    assert.equal(await provider.getBalance(gate.target), 0n);
    assert.equal(await gate.settled(), true);
  });

  it("is not settled without a proof", async () => {
    const gate = await funded(100_000_000n, 90_000_000n);
    await refused(gate.connect(bank).settle(), gate, "ProofRequired", 10_000_000n);
  });

  it("is provable where it does not split into whole parts, and after shares have moved", async () => {
    const gate = await funded(100_000_003n, 99_999_990n);
    await (await gate.connect(client).buyShare(1n, { value: 9_999n })).wait();
    assert.equal(await gate.lossClaim(), 130_000n);
    const proof = await prove(await statement(gate));
    const moved = await received(() => settle(gate, proof, arbiter));
    assert.deepEqual(moved, [79_989_992n, 20_009_997n, 14n]);
  });

  it("is provable where it is larger than 64 bits", async () => {
    const gate = await funded(ethers.parseEther("200"), ethers.parseEther("150") - 1n);
    const claim = await gate.lossClaim();
    assert.ok(claim > 2n ** 62n && claim < 2n ** 64n, `${claim}`);
    const proof = await prove(await statement(gate));
    const moved = await received(() => settle(gate, proof, arbiter));
    assert.deepEqual(moved.slice(0, 2), [ethers.parseEther("120") - 1n, ethers.parseEther("30") - 1n]);
  });

  it("is settled by the partners and the arbiter only", async () => {
    const gate = await funded(100_000_000n, 90_000_000n);
    const proof = await prove(await statement(gate));
    await refused(settle(gate, proof, outsider), gate, "NotPermitted", outsider.address);
    await refused(gate.connect(outsider).settle(), gate, "NotPermitted", outsider.address);
  });
});

describe("without a loss", () => {
  it("nothing is to be proven", async () => {
    const gate = await funded(100_000_000n, 100_000_000n);
    assert.equal(await gate.lossClaim(), 0n);
    const other = await funded(100_000_000n, 90_000_000n);
    const proof = await prove(await statement(other));
    await (await oracle.attest(100_000_000n)).wait();
    await refused(settle(gate, proof), gate, "NoLoss");
    assert.deepEqual(await received(() => gate.connect(arbiter).settle()), [80_000_000n, 20_000_000n, 0n]);
  });
});

describe("refused is", () => {
  let gate, inputs, proof;
  beforeEach(async () => {
    gate = await funded(100_000_000n, 90_000_000n);
    inputs = await statement(gate);
    proof = await prove(inputs);
  });

  it("nothing else: the forger's tools make proofs that hold of witnesses that do", async () => {
    const forged = await circuit.forge(inputs, { ...inputs, ...circuit.derived(inputs) });
    assert.equal(await verified(forged), true);
    await (await settle(gate, forged)).wait();
  });

  it("a loss out of proportion", async () => {
    await nowhere(gate, inputs, { lossBank: inputs.lossBank + 1n, lossClient: inputs.lossClient - 1n });
    await nowhere(gate, inputs, { lossBank: inputs.totalLoss, lossClient: 0n });
    await nowhere(gate, inputs, { lossClient: inputs.lossClient + 1n, totalLoss: inputs.totalLoss + 1n });
  });

  it("no loss where one is claimed", async () => {
    await nowhere(gate, inputs, { lossBank: 0n, lossClient: 0n });
    await nowhere(gate, inputs, { lossBank: 0n, lossClient: 0n, totalLoss: 0n });
  });

  it("a loss that wraps around the field", async () => {
    // In proportion and of the right sum, but only modulo the field's order.
    const fifth = inverse(5n);
    await nowhere(gate, inputs, { totalLoss: 1n, lossBank: (4n * fifth) % P, lossClient: fifth });
    await nowhere(gate, inputs, { lossBank: -800n, lossClient: -200n, totalLoss: -1000n });
    await nowhere(gate, inputs, { lossBank: 4n << 64n, lossClient: 1n << 64n, totalLoss: 5n << 64n });
    await nowhere(gate, inputs, { lossBank: -inputs.lossBank, lossClient: -inputs.lossClient });
  });

  it("shares that wrap around the field", async () => {
    await nowhere(gate, inputs, { bankBps: -5n, clientBps: 10_005n });
  });

  it("a proof that was accepted before", async () => {
    const again = await funded(100_000_000n, 90_000_000n, "Reopened");
    const own = await prove(await statement(again));
    await (await settle(again, own)).wait();
    await refused(settle(again, own), again, "WrongStage");
    // Even where the contract could be settled once more for the same loss.
    await (await again.reopen({ value: 100_000_000n })).wait();
    await refused(settle(again, own), again, "WrongSignal", 5n, 2n, 1n);
    await refused(settle(again, { ...own, signals: own.signals.with(5, 2n) }), again, "ProofRefused");
  });

  it("a proof for another contract", async () => {
    const other = await funded(100_000_000n, 90_000_000n);
    await refused(settle(other, proof), other, "WrongSignal", 4n, BigInt(other.target), BigInt(gate.target));
    await refused(settle(other, { ...proof, signals: [...(await other.publicSignals())] }), other, "ProofRefused");
    await (await settle(gate, proof)).wait();
  });

  it("a proof for another value", async () => {
    await (await oracle.attest(80_000_000n)).wait();
    await refused(settle(gate, proof), gate, "WrongSignal", 2n, 20_000_000n, 10_000_000n);
  });

  it("every public signal that was changed", async () => {
    for (let index = 0; index < proof.signals.length; index++) {
      for (const value of [proof.signals[index] + 1n, proof.signals[index] + P, 0n]) {
        const changed = { ...proof, signals: proof.signals.with(index, value) };
        await refused(settle(gate, changed), gate, "WrongSignal", BigInt(index), proof.signals[index], value);
        assert.equal(await onChain(changed), false, `the verifier, signal ${index}`);
      }
      const publicSignals = proof.publicSignals.with(index, String(proof.signals[index] + 1n));
      assert.equal(await verified({ ...proof, publicSignals }), false, `snarkjs, signal ${index}`);
    }
  });

  it("a proof that was changed", async () => {
    await refused(settle(gate, { ...proof, a: proof.c, c: proof.a }), gate, "ProofRefused");
    await refused(settle(gate, { ...proof, a: ["0", "0"] }), gate, "ProofRefused");
  });

  it("an address without a contract as verifier", async () => {
    const { abi, bytecode } = await hre.artifacts.readArtifact("HomeFinanceZkGate");
    const making = new ethers.ContractFactory(abi, bytecode, bank).deploy(...given(outsider.address));
    await refused(making, gate, "NotAVerifier", outsider.address);
  });
});
