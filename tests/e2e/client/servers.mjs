// Starts nodes, and whatever stands around them on loopback.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

/** Milliseconds that a node may take to listen: with the Lean reference for a kernel it reads the whole program first. */
const START = 300_000

/**
 * Starts a node: `command` with `--data`, `--key-file`, `--port 0` and `flags`, which says `listening on URL`.
 * @returns {Promise<{ url: string, log(): string, stop(): Promise<void> }>}
 */
export async function startNode({ command, work, key, flags = [] }) {
  const folder = mkdtempSync(join(work, 'node-'))
  const keyFile = join(folder, 'node.key')
  writeFileSync(keyFile, key, { mode: 0o600 })
  const [program, ...rest] = command
  const child = spawn(program, [...rest, '--data', join(folder, 'data'), '--key-file', keyFile, '--port', '0', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  const gone = once(child, 'exit')
  const end = () => child.kill('SIGKILL')
  process.on('exit', end)
  let printed = ''
  let log = ''
  child.stderr.on('data', (data) => (log += data))
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the node does not listen: ${log}`)), START)
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
    log: () => log,
    async stop() {
      process.off('exit', end)
      child.kill('SIGTERM')
      await gone
    },
  }
}

/** A webhook: an HTTP server that keeps what is posted to it. `answers` are the statuses of the first requests, 200 after those. */
export async function startHook(answers = []) {
  const bodies = []
  const server = createServer(async (request, response) => {
    const parts = []
    for await (const part of request) parts.push(part)
    const status = answers.shift() ?? 200
    if (status === 200) bodies.push(new Uint8Array(Buffer.concat(parts)))
    response.writeHead(status).end()
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}/hook`,
    bodies,
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  }
}

/** Waits until something holds; fails after ten seconds. */
export async function until(what, holds) {
  for (let left = 400; left > 0; left--) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`it does not come to this: ${what}`)
}
