// Runs the wasm build of Lean as if it were `lean`.
// usage: node driver.cjs HOME [lean arguments]
// HOME is the folder that tests/setup/lean.sh filled.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const [home, ...args] = process.argv.slice(2);

/** The interpreter of this build runs `main` only when it is a public name of a `module`. */
function asModule(source) {
  const body = source.replace(/^def main\b/m, 'public def main');
  return /^\s*(\/-[^-!][\s\S]*?-\/\s*)?module\b/.test(source) ? source : `module ${body}`;
}

/** What messages call the program instead of its copy. */
let rename = (text) => text;

/**
 * The loader prints a line in one call of `fs.writeSync`, which writes to a pipe no more than fits: the rest was lost, or the call failed.
 * Texts are written whole here, however long they are and however slow the reader is.
 */
const { writeSync } = fs;
fs.writeSync = (fd, data, ...rest) => {
  if (typeof data !== 'string') return writeSync(fd, data, ...rest);
  const bytes = Buffer.from(rename(data));
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
  return bytes.length;
};

const runAt = args.indexOf('--run');
let folder = null;
if (runAt >= 0 && args[runAt + 1] !== undefined) {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lean-run-'));
  const copy = path.join(folder, path.basename(args[runAt + 1]));
  try {
    fs.writeFileSync(copy, asModule(fs.readFileSync(args[runAt + 1], 'utf8')));
  } catch (error) {
    console.error(`lean: ${error.message}`);
    fs.rmSync(folder, { recursive: true });
    process.exit(1);
  }
  const original = args[runAt + 1];
  rename = (text) => text.replaceAll(copy, original);
  args[runAt + 1] = copy;
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
}
if (!args.some((arg, i) => (runAt < 0 || i < runAt) && /^-j/.test(arg))) args.unshift('-j1');

// Elaborating proofs side by side makes a thread, and with it a gigabyte, for every few of them.
args.unshift('-DElab.async=false');

const loader = path.join(home, 'lean.js');
process.env.LEAN_PATH = [path.join(home, 'lib'), process.env.LEAN_PATH].filter(Boolean).join(':');
process.argv = [process.argv[0], loader, ...args];
require(loader);
