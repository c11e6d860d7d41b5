// Hosts an emitted wasm module under Node: `node wasm.mjs MODULE.wasm < requests > answers`, one line each.

import { readFileSync } from 'node:fs'

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]))
const { memory, alloc, free, call } = instance.exports
const LINE_END = 10

/** The answer to a request, with a line end. */
function answer(request) {
  const at = alloc(request.length) >>> 0
  new Uint8Array(memory.buffer, at, request.length).set(request)
  const result = BigInt.asUintN(64, call(at, request.length))
  const from = Number(result >> 32n)
  const length = Number(result & 0xffffffffn)
  // The call may have grown the memory, so the view is made anew, and copied before the buffer goes back.
  const line = Buffer.alloc(length + 1, LINE_END)
  line.set(new Uint8Array(memory.buffer, from, length))
  free(from, length)
  free(at, request.length)
  return line
}

// Lines are cut by bytes: `readline` would also cut at U+2028.
let rest = Buffer.alloc(0)
for await (const chunk of process.stdin) {
  const data = Buffer.concat([rest, chunk])
  const answers = []
  let from = 0
  for (let end = data.indexOf(LINE_END); end >= 0; end = data.indexOf(LINE_END, from)) {
    if (end > from) answers.push(answer(data.subarray(from, end)))
    from = end + 1
  }
  rest = data.subarray(from)
  if (answers.length > 0 && !process.stdout.write(Buffer.concat(answers))) {
    await new Promise((resolve) => process.stdout.once('drain', resolve))
  }
}
