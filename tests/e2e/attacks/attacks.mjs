/**
 * Attacks on a server over real sockets: `node attacks.mjs KIND COMMAND SOCKETS`. KIND is `host` for a server that is its own HTTP server, `worker` for one
 * whose platform keeps slow and many connections from it.
 */

import { attacks, crowd, ofPlatform, slow } from './sockets.mjs'
import { protocol, subscriptions } from './protocol.mjs'
import { Server } from './lib.mjs'

const [kind, command, sockets = '10000'] = process.argv.slice(2)
const server = await Server.start(command)
let failures = 0

async function run(name, task) {
  const began = Date.now()
  try {
    const said = await task()
    const memory = await server.isWell()
    console.log(`ok   ${name}${said === undefined ? '' : `: ${said}`} (${Date.now() - began} ms, ${memory.toFixed()} MiB)`)
  } catch (error) {
    failures++
    console.log(`FAIL ${name}: ${error.message}`)
    if (server.child.exitCode !== null || server.child.signalCode !== null) {
      console.log(`the server is gone: ${server.output}`)
      process.exit(1)
    }
  }
}

for (const [name, attack] of Object.entries(attacks)) if (kind === 'host' || !ofPlatform.includes(name)) await run(name, () => attack(server))
for (const [name, attack] of Object.entries(await protocol(server))) await run(name, attack)
await run('subscriptions without end', () => subscriptions(server))
if (kind === 'host') {
  await run('slow requests', () => slow(server))
  await run(`${sockets} sockets`, async () => {
    const { open, grown } = await crowd(server, Number(sockets))
    return `${open} open at once, ${grown.toFixed()} MiB more`
  })
}
await run('the server still takes commits', (await protocol(server))['a commit is taken'])
await server.stop()
if (failures > 0) {
  console.log(`attacks: ${failures} failed; the server said:\n${server.output.slice(-4_000)}`)
  process.exit(1)
}
console.log('attacks: ok')
