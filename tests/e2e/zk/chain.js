// Hardhat's chain in this process, through ethers.
const assert = require("node:assert/strict");
const hre = require("hardhat");
const { ethers } = require("ethers");

const provider = new ethers.BrowserProvider(hre.network.provider, undefined, { cacheTimeout: -1 });

async function make(name, args, by) {
  const { abi, bytecode } = await hre.artifacts.readArtifact(name);
  const made = await new ethers.ContractFactory(abi, bytecode, by).deploy(...args);
  await made.waitForDeployment();
  return made;
}

/** The verifier that the ceremony of an instrument's circuit ended with. */
const verifierOf = (instrument, by) => make(`contracts/${instrument}LossShareVerifier.sol:Groth16Verifier`, [], by);

/** A call must be refused with an error of the gate, and its arguments. */
async function refused(sending, gate, error, ...args) {
  const failure = await sending.then(() => assert.fail(`${error} expected, but it was accepted`), (thrown) => thrown);
  if (failure.code === "ERR_ASSERTION") throw failure;
  const raw = failure.data ?? failure.info?.error?.data?.data ?? failure.info?.error?.data ?? "0x";
  const known = gate.interface.parseError(raw);
  assert.equal(known?.name, error, failure.message);
  args.forEach((arg, index) => assert.equal(known.args[index], arg, `argument ${index} of ${error}`));
}

/** What each of some receives while something is sent; gas costs nothing where the price is zero. */
async function received(people, sending) {
  const balances = () => Promise.all(people.map((own) => provider.getBalance(own.address)));
  const before = await balances();
  const receipt = await (await sending()).wait();
  const spent = (own) => (receipt.from === own.address ? receipt.fee : 0n);
  return (await balances()).map((own, index) => own - before[index] + spent(people[index]));
}

module.exports = { make, provider, received, refused, verifierOf };
