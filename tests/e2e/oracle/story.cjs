// Five agents, each with comparables and a key of its own, and a relayer that nobody trusts, on a chain that runs beside this program.
const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { ethers } = require("ethers");

const [, , url, work, deducible] = process.argv;
const CHAIN = 31337;
const QUORUM = 3;
const BOUND = 500;
const VALIDITY = 3600;

let provider, accounts, oracle, abi;

/** Runs the program; answers its exit code and what it printed. */
function run(...args) {
  try {
    return { code: 0, out: execFileSync(deducible, args, { cwd: work, encoding: "utf8", stdio: "pipe" }), err: "" };
  } catch (thrown) {
    return { code: thrown.status, out: thrown.stdout, err: thrown.stderr };
  }
}

function json(...args) {
  const { code, out, err } = run("--json", ...args);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

const artifact = (name) => {
  const file = path.join(work, "artifacts", "contracts", `${name}.sol`, `${name}.json`);
  return JSON.parse(fs.readFileSync(file, "utf8"));
};

/** That a call is undone with an error of the contract, or of the library that it uses. */
async function refused(promise, error, args) {
  const thrown = await promise.then(() => assert.fail(`it should be refused with ${error}`), (own) => own);
  if (thrown.code === "ERR_ASSERTION") throw thrown;
  const raw = [thrown.data, thrown.info?.error?.data?.data, thrown.info?.error?.data].find((own) => typeof own === "string");
  const known = new ethers.Interface(abi).parseError(raw ?? "0x");
  assert.equal(known?.name, error, thrown.message);
  if (args) assert.deepEqual(known.args.toArray(), args);
}

const agents = [1, 2, 3, 4, 5].map((number) => ({ number, key: `agent-${number}.key` }));

/** What an agent attests after a look at its own comparables. */
function attest(agent, round, value, key = agent.key) {
  const file = `agent-${agent.number}.json`;
  // Its view of the market: lower and higher ones around what it comes to, unevenly weighted, and off the multiple by a little.
  const comparables = [
    { value: value + 301, weight: 3 },
    { value: Math.floor(value / 2), weight: 2 },
    { value: String(value * 2), weight: 2 },
  ];
  fs.writeFileSync(path.join(work, file), JSON.stringify(comparables));
  const where = ["--oracle", oracle.target, "--chain-id", String(CHAIN)];
  const who = key === null ? ["--ephemeral"] : ["--key", key];
  return json("attest", "--round", String(round), "--comparables", file, "--multiple", "1000", ...where, ...who);
}

/** What the program says that the oracle will make of a round. */
function judge(attestations) {
  fs.writeFileSync(path.join(work, "round.jsonl"), attestations.map((own) => `${JSON.stringify(own)}\n`).join(""));
  const answer = run("--json", "judge", "round.jsonl", "--quorum", String(QUORUM), "--gharar-bound-bps", String(BOUND));
  return { code: answer.code, ...(answer.out ? JSON.parse(answer.out) : {}), err: answer.err };
}

async function submit(round, attestations) {
  const values = attestations.map((own) => own.value);
  const signatures = attestations.map((own) => own.signature);
  const receipt = await (await oracle.connect(accounts[9]).submitRound(round, values, signatures)).wait();
  return receipt.logs.map((log) => oracle.interface.parseLog(log))[0];
}

async function known() {
  assert.equal(oracle.target, "0x5FbDB2315678afecb367f032d93F642f64180aa3", "the first contract of the first account");
  const digest = "0x055fcc07e0a961c87c261803f695183f75bbab59d3caaeed384ee4772713f17f";
  assert.equal(await oracle.attestationDigest(1, 1_000_000), digest);
  const signed = "0x5552982601363c327803a451f18d7a3a341ffcc4e74cfb9ba31ac479e9e09929";
  assert.equal(ethers.hashMessage(ethers.getBytes(digest)), signed);
  const own = attest(agents[0], 1, 1_000_000);
  assert.deepEqual([own.digest, own.signedHash, own.value], [digest, signed, "1000000"]);
  assert.equal(ethers.recoverAddress(signed, own.signature), agents[0].address);
  assert.equal(fs.statSync(path.join(work, agents[0].key)).mode & 0o777, 0o600);
  const secret = fs.readFileSync(path.join(work, agents[0].key), "utf8").trim();
  assert.ok(!JSON.stringify(own).includes(secret), "the key is never shown");
}

async function guards() {
  const factory = new ethers.ContractFactory(abi, artifact("ConsensusValuationOracle").bytecode, accounts[1]);
  const all = agents.map((agent) => agent.address);
  const wrong = [
    [[all, 0, BOUND, VALIDITY], "BadQuorum"],
    [[all.slice(0, 3), 5, BOUND, VALIDITY], "BadQuorum"],
    [[[], 1, BOUND, VALIDITY], "BadQuorum"],
    [[all, 3, 0, VALIDITY], "BadGhararBound"],
    [[all, 3, 10_000, VALIDITY], "BadGhararBound"],
    [[all, 3, BOUND, 0], "BadValidity"],
    [[[...all, all[0]], 3, BOUND, VALIDITY], "BadMember"],
    [[[...all, ethers.ZeroAddress], 3, BOUND, VALIDITY], "BadMember"],
  ];
  for (const [args, error] of wrong) await refused(factory.deploy(...args), error);
}

async function round(number, values, expected) {
  const attestations = agents.slice(0, values.length).map((agent, at) => attest(agent, number, values[at]));
  const verdict = judge(attestations);
  assert.deepEqual(verdict.values, values.map(String));
  const event = await submit(number, attestations);
  assert.equal(event.args.dispersionBps, BigInt(verdict.dispersionBps));
  assert.equal(event.args.inliers, BigInt(verdict.inliers));
  if (expected === null) {
    assert.deepEqual([verdict.code, verdict.value, event.name], [1, null, "Undeterminable"]);
    await refused(oracle.fairValue(), "ValueUndeterminable", [BigInt(number)]);
  } else {
    assert.deepEqual([verdict.code, verdict.value, event.name], [0, String(expected), "RoundResolved"]);
    assert.equal(await oracle.fairValue(), BigInt(expected));
  }
  return verdict;
}

async function relayers(number) {
  const good = agents.map((agent) => attest(agent, number, 1_000_000));
  const call = (round, values, signatures) => oracle.submitRound.staticCall(round, values, signatures);
  const attempt = (attestations) => call(number, attestations.map((own) => own.value), attestations.map((own) => own.signature));
  await attempt(good);
  await refused(call(number, good.map((own) => own.value), []), "LengthMismatch");
  await refused(attempt(good.slice(0, QUORUM - 1)), "TooFewAttestations");
  await refused(attempt([good[0], good[1], good[1]]), "DuplicateSigner", [agents[1].address]);
  assert.match(judge([good[0], good[1], good[1]]).err, /"message":"[^"]*attested already".*"line":3,/);
  const foreign = attest(agents[0], number, 1_000_000, null);
  await refused(attempt([foreign, good[1], good[2]]), "NotCommittee", [foreign.signer]);
  const signatures = good.map((own) => own.signature);
  for (const wrong of [number - 1, number + 1]) {
    await refused(call(wrong, good.map((own) => own.value), signatures), "WrongRound", [BigInt(wrong), BigInt(number)]);
  }
  // A signature of another round or value is by somebody else.
  const later = attest(agents[0], number + 1, 1_000_000);
  await refused(attempt([later, good[1], good[2]]), "NotCommittee");
  assert.match(judge([later, good[1], good[2]]).err, /another round/);
  await refused(attempt([{ ...good[0], value: "1000001" }, good[1], good[2]]), "NotCommittee");
  assert.match(judge([{ ...good[0], value: "1000001" }, good[1], good[2]]).err, /not by its signer/);
  await refused(attempt([{ ...good[0], value: "0" }, good[1], good[2]]), "BadValue");
  const most = await oracle.MAX_VALUE();
  await refused(attempt([{ ...good[0], value: most + 1n }, good[1], good[2]]), "BadValue");
  await forms(good, attempt);
}

/** Signatures in another form. */
async function forms(good, attempt) {
  const { r, s, v } = ethers.Signature.from(good[0].signature);
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  assert.ok(BigInt(s) <= order / 2n, "members sign with a low s");
  const high = ethers.concat([r, ethers.toBeHex(order - BigInt(s), 32), ethers.toBeHex(v === 27 ? 28 : 27)]);
  const signed = ethers.hashMessage(ethers.getBytes(good[0].digest));
  const one = (signature) => [{ ...good[0], signature }, good[1], good[2]];
  await refused(attempt(one(high)), "ECDSAInvalidSignatureS");
  assert.match(judge(one(high)).err, /upper half/);
  assert.equal(ethers.recoverAddress(signed, good[0].signature), good[0].signer);
  await attempt(one(ethers.concat([r, s, ethers.toBeHex(v - 27)])));
  await refused(attempt(one(ethers.concat([r, s, "0x1d"]))), "ECDSAInvalidSignature");
  await refused(attempt(one(ethers.concat([r, s]))), "BadSignatureLength", [64n]);
}

async function expiry(resolved) {
  await provider.send("evm_increaseTime", [VALIDITY - 60]);
  await provider.send("hardhat_mine", []);
  assert.ok((await oracle.fairValue()) > 0n, "it still holds");
  await provider.send("evm_increaseTime", [120]);
  await provider.send("hardhat_mine", []);
  const until = (await oracle.resolvedAt()) + BigInt(VALIDITY);
  await refused(oracle.fairValue(), "ValueExpired", [BigInt(resolved), until]);
}

/** Deploys a trial contract with the program, in a mode of the oracle. */
function deployment(name, mode, value, changes = {}) {
  const single = { contract: "MockValuationOracle", initialValue: value };
  const consensus = { contract: "ConsensusValuationOracle", committee: 5, quorum: 3, gharar_bound_bps: 500, targetValue: value };
  const plan = {
    instrument: name,
    contract: "TrialGen",
    operatorRole: "bank",
    oracleMode: mode,
    oracle: mode === "single" ? single : consensus,
    constructorAbi: ["address", "address", "uint256"],
    constructorArgs: ["@oracle", "@client", 8000],
    accounts: ["client"],
    funding: { fundBank: (value * 8) / 10, fundClient: (value * 2) / 10 },
    lifecycle: [
      { as: "oracle", target: "oracle", fn: "attest", args: [900_000], note: "the value falls" },
      { as: "bank", fn: "settle" },
    ],
    reads: [
      { fn: "settled", expect: true },
      { fn: "settledAt", expect: 900_000 },
      { fn: "client", expect: "@client" },
      { fn: "oracle", expect: "@oracle" },
    ],
    ...changes,
  };
  fs.writeFileSync(path.join(work, `${name}.deploy.json`), JSON.stringify(plan));
  return run("--json", "deploy", `${name}.deploy.json`, "--rpc", url);
}

async function deployments() {
  for (const [name, mode] of [["Single", "single"], ["Agreed", "consensus"]]) {
    const { code, out, err } = deployment(name, mode, 1_000_000);
    assert.equal(code, 0, err);
    const record = JSON.parse(fs.readFileSync(path.join(work, "deployments", `generated_${name}.json`), "utf8"));
    assert.deepEqual(JSON.parse(out), record);
    assert.ok(record.ok && record.steps.every((step) => step.status === "ok") && record.reads.every((own) => own.ok));
    const made = new ethers.Contract(record.contractId, artifact("TrialGen").abi, provider);
    assert.equal(await made.settledAt(), 900_000n);
    assert.equal(await made.oracle(), record.oracleId);
    assert.equal(await provider.getBalance(record.contractId), 1_000_000n);
    assert.equal(record.committee.length, mode === "single" ? 0 : 5);
    // Whoever finances does not value.
    const role = (own) => record.accounts.find((account) => account.role === own).address;
    assert.notEqual(role("bank"), role("oracle"));
  }
  const undone = deployment("Undone", "single", 1_000_000, { lifecycle: [{ as: "client", fn: "settle" }, { as: "bank", fn: "settle" }] });
  assert.equal(undone.code, 1);
  assert.match(undone.err, /DEPLOY_STEP.*NotBank\(/);
  const record = JSON.parse(undone.out);
  assert.deepEqual(record.steps.map((step) => step.status), ["ok", "ok", "reverted", "skipped"]);
  assert.deepEqual(record.reads.map((own) => own.ok), [false, false, true, true]);
  assert.equal(deployment("Wrong", "single", 1_000_000, { reads: [{ fn: "settledAt", expect: 1 }] }).code, 1);
  assert.equal(deployment("Unknown", "single", 1_000_000, { lifecycle: [{ as: "bank", fn: "steal" }] }).code, 3);
  assert.equal(run("deploy", "Single.deploy.json", "--rpc", "http://192.0.2.1:8545").code, 2);
}

async function main() {
  provider = new ethers.JsonRpcProvider(url, CHAIN, { staticNetwork: true, cacheTimeout: -1 });
  accounts = await Promise.all([...Array(10).keys()].map((index) => provider.getSigner(index)));
  ({ abi } = artifact("ConsensusValuationOracle"));
  abi = [...abi, ...["ECDSAInvalidSignatureS(bytes32 s)", "ECDSAInvalidSignature()"].map((own) => `error ${own}`)];
  for (const agent of agents) agent.address = json("attest", "--new-key", agent.key).address;
  const { bytecode } = artifact("ConsensusValuationOracle");
  const factory = new ethers.ContractFactory(abi, bytecode, accounts[0]);
  oracle = await factory.deploy(agents.map((agent) => agent.address), QUORUM, BOUND, VALIDITY);
  await oracle.waitForDeployment();
  assert.equal(await oracle.committeeSize(), 5n);
  await refused(oracle.fairValue(), "NoRound");
  await known();
  await guards();
  await round(1, [1_000_000, 1_010_000, 990_000, 1_005_000, 995_000], 1_000_000);
  const outlier = await round(2, [1_000_000, 1_010_000, 990_000, 1_005_000, 2_000_000], 1_002_500);
  assert.deepEqual([outlier.low, outlier.high, outlier.inliers], ["954750", "1055250", 4]);
  const divergent = await round(3, [1_000_000, 1_500_000, 2_000_000, 800_000, 3_000_000], null);
  assert.deepEqual([divergent.median, divergent.dispersionBps, divergent.inliers], ["1500000", "14666", 1]);
  assert.equal(await oracle.latestResolvedRound(), 2n);
  await relayers(4);
  await round(4, [950_000, 1_000_000, 1_050_000], 1_000_000);
  await round(5, [949_000, 1_000_000, 1_050_000], null);
  await round(6, [3_000, 1_000, 2_000, 4_000], null);
  await round(7, [1_000_000, 1_001_000, 1_002_000, 1_003_000], 1_001_500);
  await expiry(7);
  await round(8, [1_000_000, 1_000_000, 1_000_000], 1_000_000);
  await deployments();
  console.log("oracle: ok");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
