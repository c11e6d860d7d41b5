/** A kernel in a process of its own that answers conformance requests line by line, as the Lean reference does. */

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { decodeText, encode } from '../../sdk/core/rt/wire.js'

const OK = /^\{"id":([0-9]+),"ok":(.*)\}$/

/** Starts a command and asks it. */
export class ProcessKernel {
  /** @param {string[]} command @param {{ onExit?: (code: number | null) => void, env?: Record<string, string> }} [options] */
  constructor([command, ...args], { onExit = () => {}, env = process.env } = {}) {
    this.waiting = new Map()
    this.next = 1
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env })
    this.child.on('error', (error) => this.end(error))
    this.child.on('exit', (code) => {
      this.end(new Error(`the kernel's process ended (${code})`))
      onExit(code)
    })
    this.child.stdin.on('error', () => {})
    createInterface({ input: this.child.stdout, crlfDelay: Infinity }).on('line', (line) => this.take(line))
  }

  end(error) {
    for (const { reject } of this.waiting.values()) reject(error)
    this.waiting.clear()
    this.ended = error
  }

  take(line) {
    const answer = OK.exec(line)
    const id = answer === null ? Number(/^\{"id":([0-9]+),/.exec(line)?.[1]) : Number(answer[1])
    const asked = this.waiting.get(id)
    this.waiting.delete(id)
    if (answer === null) asked?.reject(new Error('the kernel refused'))
    else asked?.resolve(decodeText(answer[2]))
  }

  call(name, ...args) {
    if (this.ended !== undefined) return Promise.reject(this.ended)
    const id = this.next++
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.child.stdin.write(`{"id":${id},"call":${JSON.stringify(name)},"args":[${args.map((arg) => encode(arg)).join(',')}]}\n`)
    })
  }

  /** Resolves when it answers: an interpreter may first have to read a whole program. */
  ready() {
    return this.call('rt.octets', '00')
  }

  close() {
    this.child.kill()
  }
}
