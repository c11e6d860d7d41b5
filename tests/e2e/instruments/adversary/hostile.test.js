// Parties that are contracts and mean ill: they call back while they are paid, burn all gas that they get, or answer with more than anybody wants.
"use strict";
const assert = require("node:assert/strict");
const hre = require("hardhat");
const { ethers } = require("ethers");

const NAME = "HomeFinanceGen";
// Takes money and returns 140,000 octets, about as many as the gas of a payment allows.
const TALKS = "0x620222e05ff3";
// Takes money when it gets nearly all the gas that a payment has, and else refuses at once.
const WANTS_GAS = "0x5a61c15c11600957005b5f5ffd";
// No block of the ledgers that matter has more.
const BLOCK = 30_000_000n;

describe("hostile parties", () => {
  let provider, s, hostile, oracle, contract;
  const make = async (name, args, by) => {
    const { abi, bytecode } = await hre.artifacts.readArtifact(name);
    const made = await new ethers.ContractFactory(abi, bytecode, by).deploy(...args);
    await made.waitForDeployment();
    return made;
  };

  // The bank is the hostile contract: it is paid rent, prices and its part.
  beforeEach(async () => {
    await hre.network.provider.send("hardhat_reset", []);
    provider = new ethers.BrowserProvider(hre.network.provider, undefined, { cacheTimeout: -1 });
    s = await provider.listAccounts();
    hostile = await make("Hostile", [], s[0]);
    oracle = await make("MockValuationOracle", [1_000_000n], s[0]);
    const { abi, bytecode } = await hre.artifacts.readArtifact(NAME);
    const factory = new ethers.ContractFactory(abi, bytecode, s[0]);
    const { data } = await factory.getDeployTransaction(s[1].address, oracle.target, s[2].address, s[3].address, 8000n, 1n, 259200n);
    const at = await hostile.deploy.staticCall(data);
    await (await hostile.deploy(data)).wait();
    contract = new ethers.Contract(at, abi, s[1]);
    await (await hostile.act(at, contract.interface.encodeFunctionData("fundBank"), { value: 800_000n })).wait();
    await (await contract.fundClient({ value: 200_000n })).wait();
  });

  for (const [name, args] of [["settle", []], ["rescindKhiyar", []], ["withdraw", [ethers.ZeroAddress]], ["cancelFunding", []], ["proposeIqalah", []]]) {
    it(`cannot call ${name} while it is paid`, async () => {
      await (await hostile.arm(contract.target, contract.interface.encodeFunctionData(name, args), false)).wait();
      await (await contract.settle()).wait();
      assert.equal(await hostile.successes(), 0n);
      assert.equal(await contract.settled(), true);
      assert.equal(await provider.getBalance(contract.target), await contract.totalCredits());
      assert.equal((await provider.getBalance(hostile.target)) + (await contract.credits(hostile.target)), 800_000n);
    });
  }

  it("that burns all its gas holds nobody up", async () => {
    await (await hostile.arm(ethers.ZeroAddress, "0x", true)).wait();
    const before = await provider.getBalance(s[3].address);
    await (await oracle.attest(900_000n)).wait();
    await (await contract.connect(s[2]).settle({ gasLimit: 600_000 })).wait();
    assert.equal(await contract.credits(hostile.target), 720_000n);
    assert.equal((await provider.getBalance(s[3].address)) - before, 100_000n);
    // Elsewhere the money can be had.
    await (await hostile.act(contract.target, contract.interface.encodeFunctionData("withdraw", [s[5].address]))).wait();
    assert.equal(await provider.getBalance(contract.target), 0n);
  });

  it("that answer with all that their gas allows cost no more than their gas", async () => {
    const heirs = Array.from({ length: 64 }, (_, index) => ethers.zeroPadValue(ethers.toBeHex(0xdead0000 + index), 20));
    for (const heir of heirs) await hre.network.provider.send("hardhat_setCode", [heir, TALKS]);
    const bps = heirs.map((_, index) => (index < 16 ? 157n : 156n));
    const sent = await contract.connect(s[2]).dissolveByFaraid(heirs, bps, { gasLimit: BLOCK / 2n });
    const { gasUsed } = await sent.wait();
    assert(gasUsed < 64n * 100_000n, `64 heirs cost ${gasUsed}`);
    assert.equal(await contract.totalCredits(), 0n, "they are paid");
    assert.equal(await contract.pool(), 0n);
  });

  it("cannot turn what others are paid into a credit by bringing too little gas", async () => {
    await (await oracle.attest(900_000n)).wait();
    await hre.network.provider.send("hardhat_setCode", [s[3].address, WANTS_GAS]);
    const [before, call] = [await provider.getBalance(s[3].address), contract.interface.encodeFunctionData("settle")];
    let [few, enough] = [0, 0];
    for (let gas = 100_000; gas < 500_000 && enough < 5; gas += 1_000) {
      const state = await hre.network.provider.send("evm_snapshot", []);
      const sent = hostile.act(contract.target, call, { gasLimit: gas }).then((own) => own.wait());
      await sent.then(() => (enough += 1), () => (few += 1));
      const paid = (await provider.getBalance(s[3].address)) - before;
      assert.equal(paid, (await contract.settled()) ? 100_000n : 0n, `with ${gas} gas`);
      await hre.network.provider.send("evm_revert", [state]);
    }
    assert(few > 0 && enough === 5);
    await assert.rejects(contract.settle.staticCall({ gasLimit: 130_000 }), (failure) => contract.interface.parseError(failure.data).name === "TooLittleGas");
  });

  it("cannot have a withdrawal lost", async () => {
    await (await hostile.arm(ethers.ZeroAddress, "0x", true)).wait();
    await (await contract.connect(s[2]).settle({ gasLimit: 600_000 })).wait();
    const nowhere = contract.interface.encodeFunctionData("withdraw", [ethers.ZeroAddress]);
    await assert.rejects(hostile.act.staticCall(contract.target, nowhere), { data: contract.interface.getError("WithdrawalFailed").selector });
  });
});
