// The vectors of the Rust encoder, compared with what ethers makes of the same calls. `--write` fills in the calls that are missing.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { Interface } = require('ethers');

const file = path.join(__dirname, '../../../crates/serve/src/deploy/abi/vectors.json');
const vectors = JSON.parse(fs.readFileSync(file, 'utf8'));

function call({ signature, args }) {
  const coder = new Interface([`function ${signature}`]);
  return coder.encodeFunctionData(coder.fragments[0], args);
}

// The types as compilers describe them, which is what the Rust encoder reads.
function described({ signature }) {
  const { name, inputs } = JSON.parse(new Interface([`function ${signature}`]).formatJson())[0];
  const plain = ({ type, components }) => (components ? { type, components: components.map(plain) } : { type });
  return { name, inputs: inputs.map(plain) };
}

if (process.argv[2] === '--write') {
  const rows = vectors.map((own) => JSON.stringify({ ...own, ...described(own), call: own.call ?? call(own) }));
  fs.writeFileSync(file, `[\n${rows.join(',\n')}\n]\n`);
} else {
  let wrong = 0;
  for (const vector of vectors) {
    const { name, inputs } = described(vector);
    const same = JSON.stringify([name, inputs]) === JSON.stringify([vector.name, vector.inputs]);
    if (vector.call !== call(vector) || !same) {
      wrong += 1;
      console.error(`oracle: ethers encodes ${vector.signature} otherwise: ${call(vector)}`);
    }
  }
  if (wrong > 0 || vectors.length < 20) process.exit(1);
  console.log(`${vectors.length} calls are encoded as by ethers`);
}
