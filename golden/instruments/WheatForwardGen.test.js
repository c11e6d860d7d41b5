// Generated from the instrument WheatForward: salam. Do not edit.
// Runs in Hardhat's own process and needs no network: npx hardhat test
"use strict";

const NAME = "WheatForwardGen";
// Who deploys comes first; then everybody else of the constructor.
const ACTORS = ["mill", "farmer"];
const MEMBERS = [];
const WORTH = null;
const ORACLE_AT = 1;
const TOKEN = false;
const parameters = (at) => [
  500000n, // price
  "0x1111111111111111111111111111111111111111111111111111111111111111", // goods
  2592000n, // deliveryPeriod
];

const assert = require("node:assert/strict");
const hre = require("hardhat");
const { ethers } = require("ethers");

// No party of a file can be called so.
const EXTRA = ["+outsider", "+heir", "+other"];
const NOBODY = ethers.ZeroAddress;
// Code that undoes every call: an account that takes no money, an oracle that knows no value.
const REVERT = "0x5f5ffd";

let provider, signers, contract, oracle, attests, token;

const at = (key) => {
  if (key === "+nobody") return NOBODY;
  if (key === "+token") return token.target;
  return signers[key].address;
};

async function make(name, args, by) {
  const { abi, bytecode } = await hre.artifacts.readArtifact(name);
  const made = await new ethers.ContractFactory(abi, bytecode, by).deploy(...args);
  await made.waitForDeployment();
  return made;
}

function constructorArguments() {
  const addresses = ACTORS.slice(1).map(at);
  if (WORTH !== null) addresses.splice(ORACLE_AT, 0, oracle.target);
  return [...addresses, ...parameters(at)];
}

/** One of the accounts that the network has, or one more; rich enough for whatever a file may ask. */
async function account(list, index) {
  const address = list[index]?.address ?? ethers.zeroPadValue(ethers.toBeHex(0x100000 + index), 20);
  await hre.network.provider.send("hardhat_setBalance", [address, "0x100000000000000000000000000000000"]);
  if (index < list.length) return list[index];
  await hre.network.provider.send("hardhat_impersonateAccount", [address]);
  return new ethers.JsonRpcSigner(provider, address);
}

async function deploy() {
  await hre.network.provider.send("hardhat_reset", []);
  provider = new ethers.BrowserProvider(hre.network.provider, undefined, { cacheTimeout: -1 });
  const list = await provider.listAccounts();
  signers = Object.create(null);
  for (const key of [...ACTORS, ...MEMBERS, ...EXTRA]) signers[key] = await account(list, Object.keys(signers).length + 1);
  if (WORTH !== null) oracle = await make("MockValuationOracle", [WORTH], list[0]);
  if (TOKEN) token = await make("MockCurrency", [], list[0]);
  contract = await make(NAME, constructorArguments(), signers[ACTORS[0]]);
}

const balances = () => Promise.all(Object.keys(signers).map((key) => provider.getBalance(at(key))));

/** All money that the contract has is accounted for. */
async function balanced() {
  if (!contract.interface.hasFunction("pool")) return;
  const held = await provider.getBalance(contract.target);
  assert.equal(held, (await contract.pool()) + (await contract.totalCredits()), "held = pool + credits");
}

async function call(who, name, args, value, moves) {
  const before = await balances();
  const target = TOKEN && ["mint", "approve", "lose"].includes(name) ? token : contract;
  const sent = await target.connect(signers[who])[name](...args, { value });
  const receipt = await sent.wait();
  const after = await balances();
  Object.keys(signers).forEach((key, index) => {
    const gas = key === who ? receipt.gasUsed * receipt.gasPrice : 0n;
    assert.equal(after[index] - before[index] + gas, Object.hasOwn(moves, key) ? moves[key] : 0n, `what ${name} moves for ${key}`);
  });
  await balanced();
}

/** A call that must fail, with an error of the contract. */
async function fails(call, error, what) {
  const failure = await provider.call(call).then(() => assert.fail(`${what} should be refused`), (thrown) => thrown);
  if (failure.code === "ERR_ASSERTION") throw failure;
  const raw = failure.data ?? failure.info?.error?.data?.data ?? failure.info?.error?.data ?? "0x";
  const known = ethers.dataLength(raw) < 4 ? null : contract.interface.parseError(raw);
  assert.equal(known?.name ?? "", error, `how ${what} is refused: ${failure.message}`);
}

async function refused(who, name, args, value, error) {
  const { data } = await contract[name].populateTransaction(...args);
  await fails({ from: at(who), to: contract.target, data, value }, error, `${name} by ${who}`);
}

/** With one parameter changed the contract cannot be made. */
async function notMade(index, value, error) {
  const { abi, bytecode } = await hre.artifacts.readArtifact(NAME);
  const factory = new ethers.ContractFactory(abi, bytecode, signers[ACTORS[0]]);
  const before = ACTORS.length - 1 + (WORTH === null ? 0 : 1);
  const { data } = await factory.getDeployTransaction(...constructorArguments().with(before + index, value));
  await fails({ from: at(ACTORS[0]), data }, error, `parameter ${index} = ${value}`);
}

const plain = (value) => (value?.toArray ? value.toArray() : value);

async function reads(name, args, expected) {
  assert.deepEqual(plain(await contract[name](...args)), expected, name);
}

const worth = async (value) => (await oracle.attest(value)).wait();
const majhul = async () => {
  attests = await hre.network.provider.send("eth_getCode", [oracle.target, "latest"]);
  await hre.network.provider.send("hardhat_setCode", [oracle.target, REVERT]);
};
const attested = () => hre.network.provider.send("hardhat_setCode", [oracle.target, attests]);
const rejecting = (key, on) => hre.network.provider.send("hardhat_setCode", [at(key), on ? REVERT : "0x"]);

async function wait(seconds) {
  await hre.network.provider.send("evm_increaseTime", [seconds]);
  await hre.network.provider.send("hardhat_mine", []);
}

async function refusesBadParties() {
  const { abi, bytecode } = await hre.artifacts.readArtifact(NAME);
  const factory = new ethers.ContractFactory(abi, bytecode, signers[ACTORS[0]]);
  const good = constructorArguments();
  const parties = ACTORS.length - 1 + (WORTH === null ? 0 : 1);
  for (let index = 0; index < parties; index++) {
    for (const bad of [NOBODY, at(ACTORS[0]), ...(WORTH !== null && index !== ORACLE_AT ? [oracle.target] : [])]) {
      const { data } = await factory.getDeployTransaction(...good.with(index, bad));
      await fails({ from: at(ACTORS[0]), data }, "BadParty", `argument ${index} = ${bad}`);
    }
  }
}

async function refusesBareMoney() {
  for (const data of ["0x", "0x00000000"]) {
    await assert.rejects(provider.call({ from: at("+outsider"), to: contract.target, data, value: 1n }));
  }
}

describe(NAME, () => {
  beforeEach(deploy);

  it("paid in full, delivered, accepted", async () => {
    await call("mill", "prepay", [], 500000n, { "mill": -500000n, "farmer": 500000n });
    await call("farmer", "deliver", ["0x2222222222222222222222222222222222222222222222222222222222222222"], 0n, {});
    await call("mill", "accept", [], 0n, {});
    await reads("overdue", [], false);
  });

  it("less than the whole price is no salam", async () => {
    await refused("mill", "prepay", [], 499999n, "WrongAmount");
    await refused("farmer", "deliver", ["0x2222222222222222222222222222222222222222222222222222222222222222"], 0n, "WrongPhase");
  });

  it("goods that do not come are refunded without an increase", async () => {
    await call("mill", "prepay", [], 500000n, { "mill": -500000n, "farmer": 500000n });
    await call("farmer", "deliver", ["0x2222222222222222222222222222222222222222222222222222222222222222"], 0n, {});
    await call("mill", "reject", [], 0n, {});
    await wait(2592001);
    await reads("overdue", [], true);
    await refused("farmer", "refund", [], 500001n, "WrongAmount");
    await call("farmer", "refund", [], 500000n, { "farmer": -500000n, "mill": 500000n });
    await refused("farmer", "refund", [], 500000n, "WrongPhase");
  });

  it("keeps the roles apart", async () => {
    for (const who of ["farmer", "+outsider"]) {
      await refused(who, "prepay", [], 0n, "NotPermitted");
    }
    for (const who of ["mill", "+outsider"]) {
      await refused(who, "deliver", ["0x0000000000000000000000000000000000000000000000000000000000000000"], 0n, "NotPermitted");
    }
    for (const who of ["farmer", "+outsider"]) {
      await refused(who, "accept", [], 0n, "NotPermitted");
    }
    for (const who of ["farmer", "+outsider"]) {
      await refused(who, "reject", [], 0n, "NotPermitted");
    }
    for (const who of ["mill", "+outsider"]) {
      await refused(who, "refund", [], 0n, "NotPermitted");
    }
  });

  it("is not made with a party that is nobody, or that has two roles", refusesBadParties);

  it("is not made on terms that cannot be kept", async () => {
    await notMade(0, 0n, "NothingToPay"); // price
    await notMade(1, "0x0000000000000000000000000000000000000000000000000000000000000000", "NoEvidence"); // goods
    await notMade(2, 0n, "BadPeriod"); // deliveryPeriod
    await notMade(2, 2n ** 256n - 1n, "BadPeriod"); // deliveryPeriod
  });

  it("takes no money but by its functions", refusesBareMoney);
});
