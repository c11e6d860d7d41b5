// Starts the node of the project on loopback, with a key and a folder of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateKey } from '@enc-protocol/client'

const SERVER = fileURLToPath(new URL('../vendor/js/node/server.js', import.meta.url))
/** Milliseconds that it may take to listen. */
const START = 60_000

export async function startNode() {
  const folder = mkdtempSync(join(tmpdir(), 'node-'))
  const key = join(folder, 'node.key')
  writeFileSync(key, generateKey(), { mode: 0o600 })
  const child = spawn(process.execPath, [SERVER, '--data', join(folder, 'data'), '--key-file', key, '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const gone = once(child, 'exit')
  let log = ''
  child.stderr.on('data', (data) => (log += data))
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the node does not listen: ${log}`)), START)
    let printed = ''
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`the node ended with ${code}: ${log}`)))
    child.stdout.on('data', (data) => {
      printed += data
      const found = /listening on (http:\S+)/.exec(printed)
      if (found === null) return
      clearTimeout(timer)
      resolve(found[1])
    })
  })
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      await gone
      rmSync(folder, { recursive: true })
    },
  }
}
