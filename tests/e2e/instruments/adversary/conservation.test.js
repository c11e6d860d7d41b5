// Random calls by everybody, hostile ones among them, of every contract. At every step
// - the money that the contract holds is what it says it holds, all credits together are the sum that it says,
// - and all money that went in and has not come out is there;
// - a call that would succeed succeeds just as well when a party refuses money, and a party that is paid cannot call back;
// - who has none of a call's roles is refused;
// - in a calamity nothing is charged.
// In the end nothing is stuck: somebody can take out whatever is left, to the last unit, with a value and without one.
//
// The seed is printed; SEED=N repeats a run, ROUNDS=N sets how many sequences each contract gets, STEPS=N how many calls a sequence has,
// ONLY=TEXT takes those contracts whose names have the text.
"use strict";
const assert = require("node:assert/strict");
const hre = require("hardhat");
const { ethers } = require("ethers");

const SEED = Number(process.env.SEED ?? 20240824);
const ROUNDS = Number(process.env.ROUNDS ?? 1);
const STEPS = Number(process.env.STEPS ?? 40);
const REVERT = "0x5f5ffd";
const DAY = 86_400;

/** Mulberry32: a small generator with a seed. */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const rpc = (method, ...params) => hre.network.provider.send(method, params);

async function make(name, args, by) {
  const { abi, bytecode } = await hre.artifacts.readArtifact(name);
  const made = await new ethers.ContractFactory(abi, bytecode, by).deploy(...args);
  await made.waitForDeployment();
  return made;
}

/** What the class promises never to pay out. */
async function inalienable(name) {
  const { sourceName } = await hre.artifacts.readArtifact(name);
  const { input } = await hre.artifacts.getBuildInfo(`${sourceName}:${name}`);
  return /^\/\/ Generated from the instrument \w+: waqf\./m.test(input.sources[sourceName].content);
}

/** A contract with its parties, and the books that are kept about it. */
class World {
  constructor(name, seed) {
    this.name = name;
    this.random = generator(seed ^ Number(BigInt(ethers.id(name)) & 0x7fffffffn));
    this.paidIn = 0n;
    this.paidOut = 0n;
    this.done = 0;
    this.creditors = new Set();
    this.refusals = 0;
    this.attacks = 0;
  }

  below(n) {
    return Math.floor(this.random() * n);
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  shuffled(list) {
    return list.map((own) => [this.random(), own]).sort((a, b) => a[0] - b[0]).map((own) => own[1]);
  }

  async open() {
    await rpc("hardhat_reset");
    this.provider = new ethers.BrowserProvider(hre.network.provider, undefined, { cacheTimeout: -1 });
    this.signers = await this.provider.listAccounts();
    const { signers } = this;
    this.oracle = await make("MockValuationOracle", [1_000_003n], signers[0]);
    const example = await make("Hostile", [], signers[0]);
    this.hostile = { code: await this.provider.getCode(example.target), face: example.interface };
    const { abi } = await hre.artifacts.readArtifact(this.name);
    const inputs = new ethers.Interface(abi).deploy.inputs;
    const parties = inputs.filter((input) => input.type === "address" && !["oracle_", "currency_"].includes(input.name)).length;
    const token = inputs.some((input) => input.name === "currency_") ? await make("MockCurrency", [], signers[0]) : null;
    let next = 2;
    const args = inputs.map((input) => this.argument(input, token, () => signers[next++].address));
    // How many members there are is in the contract; try until it is made.
    const list = inputs.findIndex((input) => input.type === "address[]");
    for (let members = 2; !this.contract; members++) {
      if (list >= 0) args[list] = signers.slice(10, 10 + members).map((own) => own.address);
      try {
        this.contract = await make(this.name, args, signers[1]);
      } catch (failure) {
        if (list < 0 || members > 8) throw failure;
      }
    }
    if (token) {
      for (const own of [signers[1], signers[2]]) {
        await (await token.mint(own.address, 10n ** 12n)).wait();
        await (await token.connect(own).approve(this.contract.target, 10n ** 12n)).wait();
      }
    }
    this.people = signers.slice(1, 2 + parties).concat(list >= 0 ? signers.slice(10, 10 + args[list].length) : [], signers[19]);
    this.face = this.contract.interface;
    this.verbs = this.face.fragments.filter((own) => own.type === "function" && !["view", "pure"].includes(own.stateMutability));
    this.money = this.face.hasFunction("pool");
    this.clock = (await this.provider.getBlock("latest")).timestamp;
    await this.tick();
  }

  /** The next block's time: the run has a clock of its own, so that a seed always gives the same. */
  async tick(seconds = 1) {
    this.clock += seconds;
    await rpc("evm_setNextBlockTimestamp", this.clock);
  }

  argument(input, token, address) {
    if (input.name === "oracle_") return this.oracle.target;
    if (input.name === "currency_") return token.target;
    if (input.type === "address") return address();
    if (input.type === "address[]") return [];
    if (input.type === "bytes32") return "0x" + "11".repeat(32);
    if (input.type === "bool") return false;
    if (/Bps_$/.test(input.name)) return BigInt(1 + this.below(3333));
    if (/[pP]eriods_$/.test(input.name)) return 3n;
    if (/([pP]eriod|term|silence)_$/.test(input.name)) return BigInt(1 + this.below(40 * DAY));
    return BigInt(1 + this.below(2_000_003));
  }

  invent(type, pool) {
    // Heirs may be parties, and parties heirs.
    if (type === "address[]") return [17, 18].slice(this.below(2)).map((at) => (this.random() < 0.8 ? this.signers[at] : this.pick(this.people.slice(0, -1))).address);
    if (type === "uint256[]") return this.pick([[10_000n], [7_501n, 2_499n], [5_000n, 5_001n]]);
    if (type === "address") return this.pick(this.signers).address;
    if (type === "bool") return this.random() < 0.5;
    if (type === "bytes32") return "0x" + (this.random() < 0.9 ? "11" : "00").repeat(32);
    if (type === "string") return "why";
    if (type === "uint32") return BigInt(this.below(1000));
    return this.pick([0n, 1n, 5000n, 10_000n, pool, BigInt(this.below(1_000_003))]);
  }

  /** How a call would end: nothing when it succeeds, else the error's name and its arguments. */
  async would(who, verb, values, send) {
    try {
      await this.contract.connect(who)[verb.name].staticCall(...values, { ...send, blockTag: "pending" });
      return null;
    } catch (failure) {
      const data = failure.data ?? "0x";
      const known = ethers.dataLength(data) < 4 ? null : this.face.parseError(data);
      if (known?.name === "Panic") throw new Error(`${this.name}.${verb.name}(${values}) panics: ${known.args}`);
      return known ?? { name: "", args: [] };
    }
  }

  /** Somebody who can call it now, with the right amount of money; nobody, if there is no such person. */
  async caller(verb, values, send) {
    for (const who of this.shuffled(this.people)) {
      let ends = await this.would(who, verb, values, send);
      if (ends?.name === "NotPermitted") continue;
      if (ends && verb.stateMutability === "payable") {
        if (ends.name === "WrongAmount") send.value = this.amount(verb, ends.args[0]);
        else if (ends.name === "NothingToPay") send.value = BigInt(1 + this.below(1_000_003));
        else continue;
        ends = await this.would(who, verb, values, send);
      }
      if (!ends) return who;
    }
    return null;
  }

  /** All that is due, or a part of a debt. */
  amount(verb, due) {
    return due > 1n && this.random() < 0.3 ? 1n + BigInt(this.below(Number(due < 1_000_000n ? due : 1_000_000n))) : due;
  }

  /** What waits for the heirs of somebody who has died. */
  async estate(address) {
    return this.face.hasFunction("estates") ? this.contract.estates(address) : 0n;
  }

  async books(what) {
    const held = await this.provider.getBalance(this.contract.target);
    assert.equal(held + this.paidOut, this.paidIn, `${this.name}.${what}: held + paid out = paid in`);
    if (!this.money) return assert.equal(held, 0n, `${this.name}.${what}: nothing is held`);
    const total = await this.contract.totalCredits();
    assert.equal(held, (await this.contract.pool()) + total, `${this.name}.${what}: held = pool + credits`);
    let credits = 0n;
    for (const address of this.creditors) credits += (await this.contract.credits(address)) + (await this.estate(address));
    assert.equal(credits, total, `${this.name}.${what}: all credits together`);
  }

  /** Sends a call that would succeed, and books what it moves. */
  async act(who, verb, values, send) {
    const before = await this.provider.getBalance(this.contract.target);
    let receipt = null;
    try {
      receipt = await (await this.contract.connect(who)[verb.name](...values, { ...send, gasLimit: 12_000_000 })).wait();
    } catch {
      assert.equal(await this.provider.getBalance(this.contract.target), before, `${this.name}.${verb.name}: refused, nothing moved`);
      await this.tick();
      return false;
    }
    this.done += 1;
    this.paidIn += send.value;
    for (const log of receipt.logs) {
      const event = log.address === this.contract.target ? this.face.parseLog(log) : null;
      if (event?.name === "Paid" || event?.name === "Withdrawn") this.paidOut += event.args.amount;
      if (event?.name === "Credited") this.creditors.add(event.args.to);
      if (event?.name === "EstateGrown") this.creditors.add(event.args.deceased);
    }
    await this.tick();
    await this.books(verb.name);
    return true;
  }

  /** What a party could call just now, if it were not paid: it is what it calls when it is. */
  async temptation(other) {
    let data = "0x";
    for (const verb of this.shuffled(this.verbs)) {
      const values = verb.inputs.map((input) => this.invent(input.type, 1n));
      data = this.face.encodeFunctionData(verb.name, values);
      if (!(await this.would(other, verb, values, { value: 0n }))) break;
    }
    return data;
  }

  /** Makes all other parties refuse money, or call back when they are paid; nothing of that changes whether the call takes effect. */
  async disturb(who, verb, values, send) {
    // A withdrawal goes where its caller wants.
    if (verb.name === "withdraw") return this.act(who, verb, values, send);
    const others = this.people.filter((own) => own !== who);
    const coded = (code) => Promise.all(others.map((own) => rpc("hardhat_setCode", own.address, code)));
    const attacks = this.random() < 0.5;
    const faces = others.map((own) => new ethers.Contract(own.address, this.hostile.face, this.signers[0]));
    const successes = async () => (await Promise.all(faces.map((own) => own.successes()))).reduce((sum, own) => sum + own, 0n);
    if (attacks) {
      this.attacks += 1;
      const calls = [];
      for (const other of others) calls.push(await this.temptation(other));
      await coded(this.hostile.code);
      const greedy = this.random() < 0.2;
      for (const [at, own] of faces.entries()) {
        await (await own.arm(this.contract.target, calls[at], greedy)).wait();
        await this.tick();
      }
      // That took seconds, in which the call may have become impossible; without code nobody minds.
      const armed = await successes();
      await coded("0x");
      if (await this.would(who, verb, values, send)) return;
      await coded(this.hostile.code);
      const took = await this.act(who, verb, values, send);
      assert.equal(await successes(), armed, `${this.name}.${verb.name}: nobody calls back`);
      await coded("0x");
      assert(took, `${this.name}.${verb.name}: parties that call back hold nobody up`);
      return;
    }
    this.refusals += 1;
    await coded(REVERT);
    const took = await this.act(who, verb, values, send);
    await coded("0x");
    assert(took, `${this.name}.${verb.name}: parties that refuse money hold nobody up`);
  }

  /** Nobody else than those with a role may call: an outsider never. */
  async outsider(verb, values) {
    const ends = await this.would(this.signers[19], verb, values, { value: 0n });
    const open = ["withdraw", "distributeIncome", "distributeSurplus", "distributeEstate", "distributeCurrency", "withdrawCurrency"];
    if (open.includes(verb.name)) return;
    assert.equal(ends?.name, "NotPermitted", `${this.name}.${verb.name}: an outsider is refused`);
  }

  /** After a calamity rent is nothing, and nothing is what a payment takes. */
  async abated() {
    if (!this.face.hasFunction("jaaihah") || !this.face.hasFunction("effectiveRentDue") || !(await this.contract.jaaihah())) return;
    assert.equal(await this.contract.effectiveRentDue(), 0n, `${this.name}: no rent in a calamity`);
    if (!this.face.hasFunction("payRent")) return;
    const verb = this.face.getFunction("payRent");
    for (const who of this.people) {
      const ends = await this.would(who, verb, [], { value: 1n });
      assert(ends, `${this.name}.payRent: no rent is taken in a calamity`);
      if (ends.name === "WrongAmount") assert.equal(await this.would(who, verb, [], { value: 0n }), null, `${this.name}.payRent: nothing is due`);
    }
  }

  async step() {
    const luck = this.random();
    if (luck < 0.05) {
      await (await this.oracle.attest(BigInt(1 + this.below(2_000_003)))).wait();
      await this.tick();
    } else if (luck < 0.1) await this.tick(this.below(50 * DAY));
    const pool = this.money ? await this.contract.pool() : 0n;
    // What can be done now is often one of few things.
    for (let tries = 0; tries < 6; tries++) {
      const verb = this.pick(this.verbs);
      // A death can be declared at any time and ends what would show more.
      if (verb.name === "dissolveByFaraid" && this.random() < 0.9) continue;
      const values = verb.inputs.map((input) => this.invent(input.type, pool));
      await this.outsider(verb, values);
      const send = { value: this.random() < 0.1 && verb.stateMutability === "payable" ? BigInt(this.below(100)) : 0n };
      const who = await this.caller(verb, values, send);
      if (!who) continue;
      if (this.money && this.random() < 0.3) await this.disturb(who, verb, values, send);
      else assert(await this.act(who, verb, values, send), `${this.name}.${verb.name}: what would succeed succeeds`);
      return this.abated();
    }
  }

  /** Everybody takes out what there is, without paying anything in; sometimes nobody can tell a value any more. */
  async close() {
    if (!this.money) return;
    if (this.random() < 0.3) await rpc("hardhat_setCode", this.oracle.target, this.pick([REVERT, "0x"]));
    const withdraw = this.face.getFunction("withdraw");
    const verbs = this.verbs.filter((verb) => verb.name !== "withdraw");
    const kept = await inalienable(this.name);
    for (let sweep = 0; !kept && sweep < 40 && (await this.contract.pool()) > 0n; sweep++) {
      for (const verb of this.shuffled(verbs)) {
        const pool = await this.contract.pool();
        if (pool === 0n) break;
        const values = verb.inputs.map((input) => this.invent(input.type, pool));
        for (const who of this.shuffled(this.people))
          if (!(await this.would(who, verb, values, { value: 0n }))) await this.act(who, verb, values, { value: 0n });
      }
      await this.tick(60 * DAY);
    }
    // An heir who has died passes on what it inherits, to one who died later: each sweep goes one generation down.
    const divide = this.face.getFunction("distributeEstate");
    for (let sweep = 0, found = divide !== null; found && sweep < this.signers.length; sweep++) {
      found = false;
      for (const own of this.signers)
        if ((await this.estate(own.address)) > 0n) {
          found = true;
          assert(await this.act(this.signers[19], divide, [own.address], { value: 0n }), `${this.name}: an estate can be divided`);
        }
    }
    for (const own of this.signers)
      if ((await this.contract.credits(own.address)) > 0n)
        assert(await this.act(own, withdraw, [this.signers[16].address], { value: 0n }), `${this.name}: a credit can be withdrawn`);
    assert.equal(await this.contract.totalCredits(), 0n, `${this.name}: no credit is left`);
    if (kept) return;
    assert.equal(await this.contract.pool(), 0n, `${this.name}: nothing is stuck`);
    assert.equal(await this.provider.getBalance(this.contract.target), 0n, `${this.name}: nothing is left`);
  }
}

describe(`money is conserved (seed ${SEED})`, () => {
  it("in every contract, whatever is called", async function () {
    this.timeout(0);
    const all = await hre.artifacts.getAllFullyQualifiedNames();
    const names = all.map((name) => name.split(":")[1]).filter((name) => name.endsWith("Gen") && name.includes(process.env.ONLY ?? ""));
    assert(names.length > 0, "there are contracts");
    let [done, refusals, attacks] = [0, 0, 0];
    const idle = [];
    for (const name of names) {
      let own = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const world = new World(name, SEED + round);
        await world.open();
        for (let step = 0; step < STEPS; step++) await world.step();
        await world.close();
        own += world.done;
        refusals += world.refusals;
        attacks += world.attacks;
      }
      if (own < ROUNDS) idle.push(name);
      done += own;
    }
    console.log(`      ${done} calls took effect in ${names.length} contracts, ${refusals} beside refused and ${attacks} beside hostile payments`);
    assert.deepEqual(idle, [], "something happens in every contract");
  });
});
