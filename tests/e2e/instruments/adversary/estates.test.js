// Many heirs of many dead, all of whom burn what gas they get: no payment to the living depends on them, and every estate can be divided.
"use strict";
const assert = require("node:assert/strict");
const hre = require("hardhat");
const { ethers } = require("ethers");

const NAME = "OfficeSukukFullGen";
// Uses up all its gas in a loop.
const BURNS = "0x5b5f56";
// No block of the ledgers that matter has more.
const BLOCK = 30_000_000n;

describe("estates", () => {
  let provider, contract, manager, judge, members;
  const rpc = (method, ...params) => hre.network.provider.send(method, params);

  beforeEach(async () => {
    await rpc("hardhat_reset");
    provider = new ethers.BrowserProvider(hre.network.provider, undefined, { cacheTimeout: -1 });
    const s = await provider.listAccounts();
    const make = async (name, args, by) => {
      const { abi, bytecode } = await hre.artifacts.readArtifact(name);
      const made = await new ethers.ContractFactory(abi, bytecode, by).deploy(...args);
      await made.waitForDeployment();
      return made;
    };
    [manager, judge] = [s[1], s[2]];
    members = s.slice(5, 8);
    const oracle = await make("MockValuationOracle", [1_000_000n], s[0]);
    const given = { oracle_: oracle.target, qadi_: judge.address, members_: members.map((own) => own.address), total_: 1_000_000n, khiyarPeriod_: 60n };
    const { abi } = await hre.artifacts.readArtifact(NAME);
    const inputs = new ethers.Interface(abi).deploy.inputs;
    contract = await make(NAME, inputs.map((input) => given[input.name] ?? s[3].address), manager);
    for (const own of members) await (await contract.connect(own).subscribe({ value: await contract.contributionOf(own.address) })).wait();
  });

  const heirs = (from) => Array.from({ length: 64 }, (_, index) => ethers.zeroPadValue(ethers.toBeHex(from + index), 20));
  const shares = heirs(1).map((_, index) => (index < 16 ? 157n : 156n));
  const gas = async (sent) => (await (await sent).wait()).gasUsed;

  it("of many dead with many hostile heirs hold no payment up", async () => {
    for (const [at, own] of members.entries()) {
      const all = heirs(0xdead0000 + 64 * at);
      for (const heir of all) await rpc("hardhat_setCode", heir, BURNS);
      assert((await gas(contract.connect(judge).dissolveByFaraid(own.address, all, shares, { gasLimit: BLOCK / 2n }))) < BLOCK / 2n);
    }
    const spent = await gas(contract.connect(manager).distributeIncome({ value: 1_000_003n, gasLimit: BLOCK / 2n }));
    assert(spent < 500_000n, `income for three of the dead costs ${spent}`);
    for (const own of members) assert((await gas(contract.distributeEstate(own.address, { gasLimit: BLOCK / 2n }))) < BLOCK / 2n);
    assert.equal(await contract.totalCredits(), 1_000_003n, "what burning heirs refuse is their credit");
    assert.equal(await contract.estates(members[0].address), 0n);
  });

  it("never lead back to the dead", async () => {
    const [a, b, c] = members.map((own) => own.address);
    const dies = (who, heir) => contract.connect(judge).dissolveByFaraid(who, [heir], [10_000n]).then((sent) => sent.wait());
    const refused = (who, heir) =>
      assert.rejects(contract.connect(judge).dissolveByFaraid.staticCall(who, [heir], [10_000n]), (failure) => contract.interface.parseError(failure.data).name === "BadHeirs");
    await refused(a, a);
    await dies(a, b);
    await refused(b, a);
    await dies(b, c);
    await refused(c, a);
    await refused(c, b);
    await (await contract.connect(manager).distributeIncome({ value: 1_000_000n })).wait();
    const before = await provider.getBalance(c);
    // Whatever the order is, all of it comes to the living in as many steps as there were deaths.
    for (const own of [b, a, b]) await (await contract.connect(manager).distributeEstate(own)).wait();
    assert.equal((await provider.getBalance(c)) - before, 800_000n);
    assert.equal(await contract.totalCredits(), 0n);
  });
});
