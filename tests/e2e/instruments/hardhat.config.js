// Hardhat 2, in process and without a network: the compiler is the one of the npm package `solc`, not a download.
const path = require("node:path");
const { subtask } = require("hardhat/config");
const { TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD } = require("hardhat/builtin-tasks/task-names");

subtask(TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD, async ({ solcVersion }) => {
  const version = require("solc/package.json").version;
  if (solcVersion !== version) throw new Error(`the sources want solc ${solcVersion}, the installed one is ${version}`);
  return {
    compilerPath: path.join(path.dirname(require.resolve("solc/package.json")), "soljson.js"),
    isSolcJs: true,
    version,
    longVersion: require("solc").version(),
  };
});

/** @type import("hardhat/config").HardhatUserConfig */
module.exports = {
  solidity: { version: "0.8.24", settings: { optimizer: { enabled: true, runs: 200 } } },
  networks: { hardhat: { chainId: 31337, allowUnlimitedContractSize: false } },
  mocha: { timeout: 120_000 },
};
