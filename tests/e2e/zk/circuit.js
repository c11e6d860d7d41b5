// What honest and dishonest provers do with a compiled circuit and its keys.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const snarkjs = require("snarkjs");

/** The order of the field that circuits are written over (EIP-196). */
const P = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

const modulo = (value) => ((value % P) + P) % P;

function inverse(value) {
  let [base, exponent, result] = [modulo(value), P - 2n, 1n];
  for (; exponent > 0n; exponent >>= 1n, base = (base * base) % P) if (exponent & 1n) result = (result * base) % P;
  return result;
}

// In memory, as snarkjs leaves files open where a witness is refused.
const memory = (name) => ({ type: "mem", data: new Uint8Array(fs.readFileSync(name)) });
const texts = (inputs) => Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)]));

async function calldata({ proof, publicSignals }) {
  const [a, b, c, signals] = JSON.parse(`[${await snarkjs.groth16.exportSolidityCallData(proof, publicSignals)}]`);
  return { a, b, c, signals: signals.map(BigInt), proof, publicSignals };
}

class Circuit {
  constructor(instrument) {
    const name = `${instrument}LossShare`;
    this.file = (end) => path.join(process.env.ETYMON_CIRCUITS, instrument, `${name}${end}`);
    this.wasm = memory(this.file(`_js/${name}.wasm`));
    this.zkey = memory(this.file("_final.zkey"));
    this.key = JSON.parse(fs.readFileSync(this.file(".vkey.json")));
    this.manifest = JSON.parse(fs.readFileSync(this.file(".zk.json")));
    const symbols = fs.readFileSync(this.file(".sym"), "utf8").trim().split("\n");
    this.wires = new Map(symbols.map((line) => line.split(",")).map(([, wire, , signal]) => [signal, Number(wire)]));
  }

  /** What an honest prover states of what a gate wants to be proven. */
  statement(signals) {
    const inputs = Object.fromEntries(this.manifest.publicSignals.map((name, index) => [name, signals[index]]));
    inputs.lossBank = (inputs.totalLoss * inputs.bankBps) / 10000n;
    inputs.lossClient = inputs.totalLoss - inputs.lossBank;
    return inputs;
  }

  async prove(inputs) {
    return calldata(await snarkjs.groth16.fullProve(texts(inputs), this.wasm, this.zkey));
  }

  verified({ proof, publicSignals }) {
    return snarkjs.groth16.verify(this.key, publicSignals, proof);
  }

  /** A proof from an honest witness in which wires were changed, past the calculator that would refuse. */
  async forge(inputs, changes) {
    const honest = { type: "mem" };
    await snarkjs.wtns.calculate(texts(inputs), this.wasm, honest);
    const bytes = Buffer.from(honest.data);
    // After the magic, the version and the count: section 1 is the field, section 2 the values, 32 octets each, low end first.
    const header = Number(bytes.readBigUInt64LE(16));
    const values = 24 + header + 12;
    for (const [name, value] of Object.entries(changes)) {
      const wire = this.wires.get(`main.${name}`);
      assert.ok(wire > 0, `${name} has a wire of its own`);
      let rest = modulo(value);
      for (let at = 0; at < 32; at++, rest >>= 8n) bytes[values + 32 * wire + at] = Number(rest & 255n);
    }
    return calldata(await snarkjs.groth16.prove(this.zkey, { type: "mem", data: new Uint8Array(bytes) }));
  }

  /** What the circuit derives of inputs besides their bits, as far as it has wires of its own. */
  derived(inputs) {
    const all = {
      bankSide: inputs.lossBank * inputs.clientBps,
      clientSide: inputs.lossClient * inputs.bankBps,
      totalLossInverse: inverse(inputs.totalLoss),
    };
    return Object.fromEntries(Object.entries(all).filter(([name]) => this.wires.get(`main.${name}`) > 0));
  }

  /** The calculator that circom writes tells on the console where it stops; it must stop. */
  async incalculable(inputs) {
    const { error, log } = console;
    console.error = console.log = () => {};
    try {
      await assert.rejects(snarkjs.wtns.calculate(texts(inputs), this.wasm, { type: "mem" }), /Assert Failed/);
    } finally {
      Object.assign(console, { error, log });
    }
  }
}

module.exports = { Circuit, P, inverse };
