// Currencies that do not move what they say: who gives a coin for one has just the amount that was agreed on, or keeps the coin.
"use strict";
const assert = require("node:assert/strict");
const hre = require("hardhat");
const { ethers } = require("ethers");

const NAME = "CurrencySwapFullGen";
const [GIVEN, TAKEN] = [1_000_003n, 500_001n];

describe("currencies", () => {
  let provider, contract, currency, s, a, b, judge;

  beforeEach(async () => {
    await hre.network.provider.send("hardhat_reset", []);
    provider = new ethers.BrowserProvider(hre.network.provider, undefined, { cacheTimeout: -1 });
    s = await provider.listAccounts();
    [a, b, judge] = s.slice(1);
    const make = async (name, args, by) => {
      const { abi, bytecode } = await hre.artifacts.readArtifact(name);
      const made = await new ethers.ContractFactory(abi, bytecode, by).deploy(...args);
      await made.waitForDeployment();
      return made;
    };
    currency = await make("Currency", [], s[0]);
    const { abi } = await hre.artifacts.readArtifact(NAME);
    const inputs = new ethers.Interface(abi).deploy.inputs;
    const given = { currency_: currency.target, given_: GIVEN, taken_: TAKEN, sameKind_: false, khiyarPeriod_: 60n, qadi_: judge.address };
    const others = inputs.filter((input) => input.type === "address" && !(input.name in given)).map((input) => input.name);
    others.forEach((name, index) => (given[name] = [b, s[8], s[9]][index].address));
    contract = await make(NAME, inputs.map((input) => given[input.name]), a);
    await (await currency.mint(b.address, 10n * TAKEN)).wait();
    await (await contract.connect(a).offer({ value: GIVEN })).wait();
  });

  const behave = async (extra, idle = false, refused = ethers.ZeroAddress) => (await currency.behave(extra, idle, refused)).wait();
  const dies = (who, heirs) =>
    contract.connect(judge).dissolveByFaraid(who.address, heirs.map((own) => own.address), heirs.map(() => BigInt(10_000 / heirs.length))).then((sent) => sent.wait());

  for (const [how, extra, idle] of [["takes a fee", -1n, false], ["brings too much", 1n, false], ["says that it moves and does not", 0n, true]])
    for (const dead of [false, true])
      it(`that ${how} is not taken${dead ? " for the dead" : ""}`, async () => {
        if (dead) await dies(a, [s[4]]);
        await behave(extra, idle);
        await assert.rejects(contract.connect(b).exchange.staticCall(), (failure) => contract.interface.parseError(failure.data).name === "NotDelivered");
        await behave(0n);
        await (await contract.connect(b).exchange()).wait();
        assert.equal(await currency.balanceOf(dead ? contract.target : a.address), TAKEN);
        assert.equal(await contract.pool(), 0n);
      });

  it("that refuses one heir holds the other not up", async () => {
    await dies(a, [s[4], s[5]]);
    await (await contract.connect(b).exchange()).wait();
    await behave(0n, false, s[4].address);
    await (await contract.distributeCurrency(a.address)).wait();
    await assert.rejects(contract.connect(s[4]).withdrawCurrency.staticCall(s[4].address));
    await (await contract.connect(s[5]).withdrawCurrency(s[5].address)).wait();
    await (await contract.connect(s[4]).withdrawCurrency(s[6].address)).wait();
    assert.equal(await currency.balanceOf(s[5].address), TAKEN - TAKEN / 2n);
    assert.equal(await currency.balanceOf(s[6].address), TAKEN / 2n);
    assert.equal(await currency.balanceOf(contract.target), 0n);
  });

  for (const [how, extra, idle] of [["takes a fee", -1n, false], ["says that it moves and does not", 0n, true]])
    it(`that ${how} leaves an heir its part`, async () => {
      await dies(a, [s[4]]);
      await (await contract.connect(b).exchange()).wait();
      await (await contract.distributeCurrency(a.address)).wait();
      await behave(extra, idle);
      await assert.rejects(contract.connect(s[4]).withdrawCurrency.staticCall(s[4].address), (failure) => contract.interface.parseError(failure.data).name === "NotDelivered");
      await behave(0n);
      await (await contract.connect(s[4]).withdrawCurrency(s[4].address)).wait();
      assert.equal(await currency.balanceOf(s[4].address), TAKEN);
    });

  it("comes to the heirs of an heir who dies before it is fetched", async () => {
    await dies(a, [s[4]]);
    await (await contract.connect(b).exchange()).wait();
    await (await contract.distributeCurrency(a.address)).wait();
    await dies(s[4], [s[5]]);
    await (await contract.distributeCurrency(s[4].address)).wait();
    await (await contract.connect(s[5]).withdrawCurrency(s[5].address)).wait();
    assert.equal(await currency.balanceOf(s[5].address), TAKEN);
  });
});
