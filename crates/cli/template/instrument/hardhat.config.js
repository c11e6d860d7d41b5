// A chain on this machine, and a compiler that is not downloaded: it is the one of the npm package `solc`.
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

// Nothing about the use of this project is told to anybody, so nobody needs to be asked.
process.env.HARDHAT_DISABLE_TELEMETRY_PROMPT = "true";

/** @type import("hardhat/config").HardhatUserConfig */
module.exports = {
  solidity: { version: "0.8.24", settings: { optimizer: { enabled: true, runs: 200 } } },
  networks: { hardhat: { chainId: 31337 } },
  // Everything that is made lies in `out`; `deducible deploy` looks for the compiled contracts beside the description.
  paths: { sources: "out", tests: "out", artifacts: "out/artifacts", cache: "out/cache" },
  mocha: { timeout: 120_000 },
};
