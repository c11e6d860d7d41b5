// Generated from the instrument HomeFinance: musharakah_mutanaqisah. Do not edit.
// Runs in Hardhat's own process and needs no network: npx hardhat test
"use strict";

const NAME = "HomeFinanceGen";
// Who deploys comes first; then everybody else of the constructor.
const ACTORS = ["bank", "client", "arbiter", "maslahah"];
const MEMBERS = [];
const WORTH = 1000000n;
const ORACLE_AT = 1;
const TOKEN = false;
const parameters = (at) => [
  8000n, // initialBankShareBps
  1n, // rentPerPeriodPerBps
  259200n, // khiyarPeriod
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

  it("runs from funding to settlement", async () => {
    await worth(1000000n);
    await call("bank", "fundBank", [], 800000n, { "bank": -800000n });
    await call("client", "fundClient", [], 200000n, { "client": -200000n });
    await reads("active", [], true);
    await call("client", "payRent", [], 8000n, { "client": -8000n, "bank": 8000n });
    await call("client", "buyShare", [2000n], 200000n, { "client": -200000n, "bank": 200000n });
    await call("bank", "settle", [], 0n, { "bank": 600000n, "client": 400000n });
    await reads("bankShareBps", [], 6000n);
    await reads("settled", [], true);
    await reads("pool", [], 0n);
  });

  it("a loss is borne by share, and what was lost goes to the fund", async () => {
    await worth(100000000n);
    await call("bank", "fundBank", [], 80000000n, { "bank": -80000000n });
    await call("client", "fundClient", [], 20000000n, { "client": -20000000n });
    await reads("rentDue", [], 8000n);
    await worth(90000000n);
    await call("client", "settle", [], 0n, { "bank": 72000000n, "client": 18000000n, "maslahah": 10000000n });
    await refused("client", "settle", [], 0n, "WrongStage");
  });

  it("a gain stays with the asset: no more than the pool is shared out", async () => {
    await worth(1000003n);
    await call("bank", "fundBank", [], 800002n, { "bank": -800002n });
    await call("client", "fundClient", [], 200001n, { "client": -200001n });
    await worth(2000000n);
    await call("bank", "settle", [], 0n, { "bank": 800002n, "client": 200000n, "maslahah": 1n });
  });

  it("a value that does not divide evenly is funded, even when the oracle moves in between", async () => {
    await worth(1000003n);
    await refused("bank", "fundBank", [], 800003n, "WrongAmount");
    await call("client", "fundClient", [], 200001n, { "client": -200001n });
    await refused("client", "fundClient", [], 200001n, "WrongStage");
    await worth(999n);
    await call("bank", "fundBank", [], 800002n, { "bank": -800002n });
    await refused("bank", "fundBank", [], 800002n, "WrongStage");
    await refused("client", "fundClient", [], 200001n, "WrongStage");
    await refused("client", "cancelFunding", [], 0n, "WrongStage");
    await reads("pool", [], 1000003n);
  });

  it("who waits for the other may take the money back", async () => {
    await refused("bank", "cancelFunding", [], 0n, "WrongStage");
    await refused("bank", "settle", [], 0n, "WrongStage");
    await call("bank", "fundBank", [], 800000n, { "bank": -800000n });
    await refused("bank", "fundBank", [], 1n, "WrongStage");
    await refused("client", "cancelFunding", [], 0n, "WrongStage");
    await call("bank", "cancelFunding", [], 0n, { "bank": 800000n });
    await call("client", "fundClient", [], 200000n, { "client": -200000n });
    await call("client", "cancelFunding", [], 0n, { "client": 200000n });
    await reads("pool", [], 0n);
  });

  it("nothing is bought or settled while the value is unknown", async () => {
    await worth(1000000n);
    await call("bank", "fundBank", [], 800000n, { "bank": -800000n });
    await call("client", "fundClient", [], 200000n, { "client": -200000n });
    await majhul();
    await refused("client", "buyShare", [2000n], 0n, "");
    await refused("bank", "settle", [], 0n, "");
  });

  it("a share is bought at the value of today, and no more than there is", async () => {
    await worth(1000000n);
    await call("bank", "fundBank", [], 800000n, { "bank": -800000n });
    await call("client", "fundClient", [], 200000n, { "client": -200000n });
    await refused("client", "buyShare", [0n], 0n, "BadShare");
    await refused("client", "buyShare", [8001n], 0n, "BadShare");
    await refused("client", "buyShare", [1n], 1n, "WrongAmount");
    await worth(9999n);
    await refused("client", "buyShare", [1n], 0n, "BadShare");
    await worth(2000000n);
    await call("client", "buyShare", [8000n], 1600000n, { "client": -1600000n, "bank": 1600000n });
    await reads("clientShareBps", [], 10000n);
    await call("client", "settle", [], 0n, { "client": 1000000n });
  });

  it("a receiver that refuses money holds nobody up", async () => {
    await worth(100000000n);
    await call("bank", "fundBank", [], 80000000n, { "bank": -80000000n });
    await call("client", "fundClient", [], 20000000n, { "client": -20000000n });
    await worth(90000000n);
    await rejecting("maslahah", true);
    await rejecting("bank", true);
    await call("client", "settle", [], 0n, { "client": 18000000n });
    await reads("credits", [at("maslahah")], 10000000n);
    await rejecting("maslahah", false);
    await call("maslahah", "withdraw", [at("maslahah")], 0n, { "maslahah": 10000000n });
    await refused("maslahah", "withdraw", [at("maslahah")], 0n, "NoCredit");
    await rejecting("bank", false);
    await rejecting("maslahah", true);
    await refused("bank", "withdraw", [at("maslahah")], 0n, "WithdrawalFailed");
    await call("bank", "withdraw", [at("client")], 0n, { "client": 72000000n });
    await reads("totalCredits", [], 0n);
  });

  it("a calamity abates the rent that is charged, not the rent", async () => {
    await worth(1000000n);
    await call("bank", "fundBank", [], 800000n, { "bank": -800000n });
    await call("client", "fundClient", [], 200000n, { "client": -200000n });
    await refused("client", "payRent", [], 8001n, "WrongAmount");
    await refused("arbiter", "rescheduleWithoutRiba", [60n], 0n, "NoJaaihah");
    await call("arbiter", "declareJaaihah", [], 0n, {});
    await refused("arbiter", "declareJaaihah", [], 0n, "AlreadyDeclared");
    await reads("rentDue", [], 8000n);
    await reads("effectiveRentDue", [], 0n);
    await refused("client", "payRent", [], 8000n, "WrongAmount");
    await call("client", "payRent", [], 0n, {});
    await call("arbiter", "rescheduleWithoutRiba", [60n], 0n, {});
  });

  it("the option to rescind gives both their money back", async () => {
    await worth(1000000n);
    await call("bank", "fundBank", [], 800000n, { "bank": -800000n });
    await call("client", "fundClient", [], 200000n, { "client": -200000n });
    await call("client", "rescindKhiyar", [], 0n, { "bank": 800000n, "client": 200000n });
    await refused("bank", "rescindKhiyar", [], 0n, "WrongStage");
  });

  it("the option to rescind ends", async () => {
    await worth(1000000n);
    await call("bank", "fundBank", [], 800000n, { "bank": -800000n });
    await call("client", "fundClient", [], 200000n, { "client": -200000n });
    await wait(259201);
    await refused("client", "rescindKhiyar", [], 0n, "WrongStage");
  });

  it("the option to rescind ends with the first purchase", async () => {
    await worth(1000000n);
    await call("bank", "fundBank", [], 800000n, { "bank": -800000n });
    await call("client", "fundClient", [], 200000n, { "client": -200000n });
    await call("client", "buyShare", [2000n], 200000n, { "client": -200000n, "bank": 200000n });
    await refused("bank", "rescindKhiyar", [], 0n, "WrongStage");
  });

  it("both may undo the contract by consent", async () => {
    await worth(1000000n);
    await call("bank", "fundBank", [], 800000n, { "bank": -800000n });
    await call("client", "fundClient", [], 200000n, { "client": -200000n });
    await refused("client", "acceptIqalah", [], 0n, "WrongStage");
    await call("bank", "proposeIqalah", [], 0n, {});
    await refused("bank", "acceptIqalah", [], 0n, "WrongStage");
    await call("client", "acceptIqalah", [], 0n, { "bank": 800000n, "client": 200000n });
  });

  it("consent comes too late after a purchase", async () => {
    await worth(1000000n);
    await call("bank", "fundBank", [], 800000n, { "bank": -800000n });
    await call("client", "fundClient", [], 200000n, { "client": -200000n });
    await call("bank", "proposeIqalah", [], 0n, {});
    await call("client", "buyShare", [2000n], 200000n, { "client": -200000n, "bank": 200000n });
    await refused("client", "acceptIqalah", [], 0n, "WrongStage");
  });

  it("a defect that is upheld undoes the contract by the shares of today", async () => {
    await worth(1000000n);
    await call("bank", "fundBank", [], 800000n, { "bank": -800000n });
    await call("client", "fundClient", [], 200000n, { "client": -200000n });
    await refused("arbiter", "resolveDefect", [true], 0n, "WrongStage");
    await call("client", "raiseDefect", ["the roof leaks"], 0n, {});
    await refused("bank", "raiseDefect", ["again"], 0n, "WrongStage");
    await call("arbiter", "resolveDefect", [false], 0n, {});
    await call("client", "buyShare", [2000n], 200000n, { "client": -200000n, "bank": 200000n });
    await call("client", "raiseDefect", ["the cellar, too"], 0n, {});
    await call("arbiter", "resolveDefect", [true], 0n, { "bank": 600000n, "client": 400000n });
  });

  it("a judge dissolves the contract by the shares of today", async () => {
    await worth(1000000n);
    await call("bank", "fundBank", [], 800000n, { "bank": -800000n });
    await call("client", "fundClient", [], 200000n, { "client": -200000n });
    await call("client", "buyShare", [2000n], 200000n, { "client": -200000n, "bank": 200000n });
    await call("arbiter", "judicialFaskh", [], 0n, { "bank": 600000n, "client": 400000n });
  });

  it("the heirs inherit the share, and rounding goes to the last", async () => {
    await worth(1000003n);
    await call("bank", "fundBank", [], 800002n, { "bank": -800002n });
    await call("client", "fundClient", [], 200001n, { "client": -200001n });
    await refused("arbiter", "dissolveByFaraid", [[], []], 0n, "BadHeirs");
    await refused("arbiter", "dissolveByFaraid", [[at("+heir")], [5000n, 5000n]], 0n, "BadHeirs");
    await refused("arbiter", "dissolveByFaraid", [[at("+heir"), at("+other")], [7500n, 2499n]], 0n, "BadHeirs");
    await refused("arbiter", "dissolveByFaraid", [[at("+heir"), at("+other")], [10000n, 0n]], 0n, "BadHeirs");
    await refused("arbiter", "dissolveByFaraid", [[at("+heir"), at("+nobody")], [7500n, 2500n]], 0n, "BadHeirs");
    await refused("arbiter", "dissolveByFaraid", [[at("+heir"), contract.target], [7500n, 2500n]], 0n, "BadHeirs");
    await refused("arbiter", "dissolveByFaraid", [[at("+heir")], [10001n]], 0n, "BadHeirs");
    await refused("arbiter", "dissolveByFaraid", [[at("+heir"), at("client")], [7500n, 2500n]], 0n, "BadHeirs");
    await refused("arbiter", "dissolveByFaraid", [[at("+heir"), at("arbiter")], [7500n, 2500n]], 0n, "BadHeirs");
    await refused("arbiter", "dissolveByFaraid", [[at("+heir"), at("maslahah")], [7500n, 2500n]], 0n, "BadHeirs");
    await refused("arbiter", "dissolveByFaraid", [[at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir"), at("+heir")], [1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n]], 0n, "BadHeirs");
    await call("arbiter", "dissolveByFaraid", [[at("+heir"), at("+other")], [7500n, 2500n]], 0n, { "bank": 800002n, "+heir": 150000n, "+other": 50001n });
    await refused("arbiter", "dissolveByFaraid", [[at("+heir"), at("+other")], [7500n, 2500n]], 0n, "WrongStage");
  });

  it("what only the deceased has paid in goes to the heirs", async () => {
    await worth(1000003n);
    await call("client", "fundClient", [], 200001n, { "client": -200001n });
    await call("arbiter", "dissolveByFaraid", [[at("+heir"), at("+other")], [7500n, 2500n]], 0n, { "+heir": 150000n, "+other": 50001n });
    await refused("bank", "fundBank", [], 800002n, "WrongStage");
    await refused("client", "fundClient", [], 200001n, "WrongStage");
    await refused("bank", "cancelFunding", [], 0n, "WrongStage");
    await refused("arbiter", "dissolveByFaraid", [[at("+heir"), at("+other")], [7500n, 2500n]], 0n, "WrongStage");
    await reads("pool", [], 0n);
    await reads("active", [], false);
  });

  it("what only the other has paid in goes back to it", async () => {
    await worth(1000003n);
    await call("bank", "fundBank", [], 800002n, { "bank": -800002n });
    await call("arbiter", "dissolveByFaraid", [[at("+heir"), at("+other")], [7500n, 2500n]], 0n, { "bank": 800002n });
    await refused("bank", "fundBank", [], 800002n, "WrongStage");
    await refused("client", "fundClient", [], 200001n, "WrongStage");
    await refused("bank", "cancelFunding", [], 0n, "WrongStage");
    await refused("arbiter", "dissolveByFaraid", [[at("+heir"), at("+other")], [7500n, 2500n]], 0n, "WrongStage");
    await reads("pool", [], 0n);
    await reads("active", [], false);
  });

  it("a death before anything was paid ends the contract", async () => {
    await worth(1000003n);
    await call("arbiter", "dissolveByFaraid", [[at("+heir"), at("+other")], [7500n, 2500n]], 0n, {});
    await refused("bank", "fundBank", [], 800002n, "WrongStage");
    await refused("client", "fundClient", [], 200001n, "WrongStage");
    await refused("bank", "cancelFunding", [], 0n, "WrongStage");
    await refused("arbiter", "dissolveByFaraid", [[at("+heir"), at("+other")], [7500n, 2500n]], 0n, "WrongStage");
    await reads("pool", [], 0n);
    await reads("active", [], false);
  });

  it("a credit that is left after the end is inherited", async () => {
    await worth(1000000n);
    await call("bank", "fundBank", [], 800000n, { "bank": -800000n });
    await call("client", "fundClient", [], 200000n, { "client": -200000n });
    await rejecting("client", true);
    await call("bank", "settle", [], 0n, { "bank": 800000n });
    await call("arbiter", "dissolveByFaraid", [[at("+heir"), at("+other")], [7500n, 2500n]], 0n, { "+heir": 150000n, "+other": 50000n });
    await refused("arbiter", "dissolveByFaraid", [[at("+heir"), at("+other")], [7500n, 2500n]], 0n, "WrongStage");
    await reads("totalCredits", [], 0n);
  });

  it("zakat is the rate of the base, rounded down, and goes to the fund", async () => {
    await reads("zakatDue", [8499999n], 0n);
    await reads("zakatDue", [10000001n], 250000n);
    await refused("bank", "payZakat", [10000001n], 250001n, "WrongAmount");
    await call("bank", "payZakat", [10000001n], 250000n, { "bank": -250000n, "maslahah": 250000n });
    await call("bank", "payZakat", [8499999n], 0n, {});
  });

  it("nobody pays zakat through the contract after the death", async () => {
    await worth(1000000n);
    await call("bank", "fundBank", [], 800000n, { "bank": -800000n });
    await call("client", "fundClient", [], 200000n, { "client": -200000n });
    await call("bank", "payZakat", [0n], 0n, {});
    await call("arbiter", "dissolveByFaraid", [[at("+heir"), at("+other")], [7500n, 2500n]], 0n, { "bank": 800000n, "+heir": 150000n, "+other": 50000n });
    await refused("bank", "payZakat", [0n], 0n, "WrongStage");
    await refused("client", "payZakat", [0n], 0n, "WrongStage");
  });

  it("keeps the roles apart", async () => {
    for (const who of ["client", "arbiter", "maslahah", "+outsider"]) {
      await refused(who, "fundBank", [], 0n, "NotPermitted");
    }
    for (const who of ["bank", "arbiter", "maslahah", "+outsider"]) {
      await refused(who, "fundClient", [], 0n, "NotPermitted");
    }
    for (const who of ["arbiter", "maslahah", "+outsider"]) {
      await refused(who, "cancelFunding", [], 0n, "NotPermitted");
    }
    for (const who of ["bank", "client", "maslahah", "+outsider"]) {
      await refused(who, "declareJaaihah", [], 0n, "NotPermitted");
    }
    for (const who of ["bank", "client", "maslahah", "+outsider"]) {
      await refused(who, "rescheduleWithoutRiba", [0n], 0n, "NotPermitted");
    }
    for (const who of ["bank", "arbiter", "maslahah", "+outsider"]) {
      await refused(who, "payRent", [], 0n, "NotPermitted");
    }
    for (const who of ["bank", "arbiter", "maslahah", "+outsider"]) {
      await refused(who, "buyShare", [0n], 0n, "NotPermitted");
    }
    for (const who of ["maslahah", "+outsider"]) {
      await refused(who, "settle", [], 0n, "NotPermitted");
    }
    for (const who of ["arbiter", "maslahah", "+outsider"]) {
      await refused(who, "rescindKhiyar", [], 0n, "NotPermitted");
    }
    for (const who of ["arbiter", "maslahah", "+outsider"]) {
      await refused(who, "proposeIqalah", [], 0n, "NotPermitted");
    }
    for (const who of ["arbiter", "maslahah", "+outsider"]) {
      await refused(who, "acceptIqalah", [], 0n, "NotPermitted");
    }
    for (const who of ["arbiter", "maslahah", "+outsider"]) {
      await refused(who, "raiseDefect", [""], 0n, "NotPermitted");
    }
    for (const who of ["bank", "client", "maslahah", "+outsider"]) {
      await refused(who, "resolveDefect", [false], 0n, "NotPermitted");
    }
    for (const who of ["bank", "client", "maslahah", "+outsider"]) {
      await refused(who, "judicialFaskh", [], 0n, "NotPermitted");
    }
    for (const who of ["bank", "client", "maslahah", "+outsider"]) {
      await refused(who, "dissolveByFaraid", [[], []], 0n, "NotPermitted");
    }
    for (const who of ["arbiter", "maslahah", "+outsider"]) {
      await refused(who, "payZakat", [0n], 0n, "NotPermitted");
    }
  });

  it("is not made with a party that is nobody, or that has two roles", refusesBadParties);

  it("is not made on terms that cannot be kept", async () => {
    await notMade(0, 0n, "BadTerms"); // initialBankShareBps
    await notMade(0, 10000n, "BadTerms"); // initialBankShareBps
    await notMade(1, 2n ** 256n - 1n, "BadTerms"); // rentPerPeriodPerBps
    await notMade(2, 2n ** 256n - 1n, "BadTerms"); // khiyarPeriod
  });

  it("takes no money but by its functions", refusesBareMoney);
});
