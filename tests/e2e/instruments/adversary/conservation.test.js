// Random calls by everybody, hostile ones among them: at every step the money that a contract holds is what it says it holds, and all money
// that went in and has not come out is there. The seed is printed; SEED=N repeats a run, ROUNDS=N sets how many sequences each contract gets.
"use strict";
const assert = require("node:assert/strict");
const hre = require("hardhat");
const { ethers } = require("ethers");

const SEED = Number(process.env.SEED ?? 20240824);
const ROUNDS = Number(process.env.ROUNDS ?? 2);
const STEPS = 40;
const REVERT = "0x5f5ffd";

/** Mulberry32: a small generator with a seed. */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const ADDRESS_ROLES = (inputs) => inputs.filter((input) => input.type === "address" && !["oracle_", "currency_"].includes(input.name));

describe(`money is conserved (seed ${SEED})`, () => {
  let names;
  before(async () => {
    const all = await hre.artifacts.getAllFullyQualifiedNames();
    names = all.map((name) => name.split(":")[1]).filter((name) => name.endsWith("Gen"));
    assert(names.length > 0, "there are contracts");
  });

  it("in every contract, whatever is called", async () => {
    let done = 0;
    for (const name of names) for (let round = 0; round < ROUNDS; round++) done += await sequence(name, SEED + round);
    console.log(`      ${done} calls took effect in ${names.length} contracts`);
    assert(done > names.length * ROUNDS, "something happened");
  });
});

async function make(name, args, by) {
  const { abi, bytecode } = await hre.artifacts.readArtifact(name);
  const made = await new ethers.ContractFactory(abi, bytecode, by).deploy(...args);
  await made.waitForDeployment();
  return made;
}

async function sequence(name, seed) {
  const random = generator(seed ^ Number(BigInt(ethers.id(name)) & 0x7fffffffn));
  const below = (n) => Math.floor(random() * n);
  const pick = (list) => list[below(list.length)];
  await hre.network.provider.send("hardhat_reset", []);
  const provider = new ethers.BrowserProvider(hre.network.provider, undefined, { cacheTimeout: -1 });
  const signers = await provider.listAccounts();
  const oracle = await make("MockValuationOracle", [1_000_003n], signers[0]);
  const { abi } = await hre.artifacts.readArtifact(name);
  const inputs = new ethers.Interface(abi).deploy.inputs;
  const roles = ADDRESS_ROLES(inputs);
  let next = 2;
  const token = inputs.some((input) => input.name === "currency_") ? await make("MockCurrency", [], signers[0]) : null;
  const args = inputs.map((input) => {
    if (input.name === "oracle_") return oracle.target;
    if (input.name === "currency_") return token.target;
    if (input.type === "address") return signers[next++].address;
    if (input.type === "address[]") return [];
    if (input.type === "bytes32") return "0x" + "11".repeat(32);
    if (input.type === "bool") return false;
    if (/Bps_$/.test(input.name)) return BigInt(1 + below(3333));
    if (/[pP]eriods_$/.test(input.name)) return 3n;
    return BigInt(1 + below(2_000_003));
  });
  // How many members there are is in the contract; try until it is made.
  const list = inputs.findIndex((input) => input.type === "address[]");
  let contract;
  for (let members = 2; !contract; members++) {
    if (list >= 0) args[list] = signers.slice(8, 8 + members).map((own) => own.address);
    try {
      contract = await make(name, args, signers[1]);
    } catch (failure) {
      if (list < 0 || members > 8) throw failure;
    }
  }
  if (token) {
    await (await token.mint(args[0], 10n ** 12n)).wait();
    await (await token.connect(signers[2]).approve(contract.target, 10n ** 12n)).wait();
  }
  const people = signers.slice(1, 2 + roles.length).concat(list >= 0 ? signers.slice(8, 12) : [], signers[19]);
  const verbs = contract.interface.fragments.filter((own) => own.type === "function" && !["view", "pure"].includes(own.stateMutability));
  const invent = (type) => {
    if (type.endsWith("[]")) return Array.from({ length: 2 }, () => invent(type.slice(0, -2)));
    if (type === "address") return pick(signers).address;
    if (type === "bool") return random() < 0.5;
    if (type === "bytes32") return "0x" + (random() < 0.9 ? "11" : "00").repeat(32);
    if (type === "string") return "why";
    if (type === "uint32") return BigInt(below(1000));
    return pick([0n, 1n, 5000n, 5000n, 10_000n, BigInt(below(1_000_003))]);
  };

  let paidIn = 0n, paidOut = 0n, done = 0;
  const held = () => provider.getBalance(contract.target);
  for (let step = 0; step < STEPS; step++) {
    const luck = random();
    if (luck < 0.05) await (await oracle.attest(BigInt(1 + below(2_000_003)))).wait();
    else if (luck < 0.08) await hre.network.provider.send("evm_increaseTime", [below(4_000_000)]);
    const verb = pick(verbs), values = verb.inputs.map((input) => invent(input.type));
    const send = { value: random() < 0.1 ? BigInt(below(100)) : 0n };
    // Whoever may call it, so that most steps do something; a wrong amount is answered with the right one.
    let who = null;
    for (const one of people.map((own) => [random(), own]).sort((a, b) => a[0] - b[0]).map((own) => own[1])) {
      try {
        await contract.connect(one)[verb.name].staticCall(...values, send);
        who = one;
      } catch (failure) {
        const data = failure.data ?? "0x";
        const known = ethers.dataLength(data) < 4 ? null : contract.interface.parseError(data);
        if (known?.name === "Panic") throw failure;
        if (known?.name === "NotPermitted") continue;
        if (verb.stateMutability !== "payable") break;
        if (known?.name === "WrongAmount") send.value = known.args[0];
        else if (known?.name === "NothingToPay") send.value = BigInt(1 + below(1_000_003));
        else break;
        who = one;
      }
      break;
    }
    if (!who) continue;
    // Now and then a party's account takes no money.
    const refusing = random() < 0.15 ? pick(people) : null;
    if (refusing && refusing !== who) await hre.network.provider.send("hardhat_setCode", [refusing.address, REVERT]);
    const before = await held();
    let receipt = null;
    try {
      receipt = await (await contract.connect(who)[verb.name](...values, send)).wait();
      done += 1;
    } catch {
      // Refused: nothing moved.
    }
    if (refusing) await hre.network.provider.send("hardhat_setCode", [refusing.address, "0x"]);
    const after = await held();
    if (!receipt) assert.equal(after, before);
    else {
      paidIn += send.value;
      for (const log of receipt.logs) {
        const event = log.address === contract.target ? contract.interface.parseLog(log) : null;
        if (event?.name === "Paid" || event?.name === "Withdrawn") paidOut += event.args.amount;
      }
    }
    assert.equal(after + paidOut, paidIn, `${name}.${verb.name}: held + paid out = paid in`);
    if (contract.interface.hasFunction("pool")) assert.equal(after, (await contract.pool()) + (await contract.totalCredits()), `${name}.${verb.name}: held = pool + credits`);
  }
  return done;
}
