/** Deliveries of push and notify: by POST, tried again a few times, never to an address that is not public. */

import { lookup } from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { BlockList, isIP } from 'node:net'
import { jsonStringify } from '../../sdk/core/rt/index.js'

/** What may wait: deliveries, and octets of them. */
const QUEUE = 10_000
const QUEUE_OCTETS = 67_108_864
const AT_ONCE = 16

/** At once to one host: one that does not answer must not keep the others waiting. */
const AT_ONCE_TO_ONE = 4

/** Milliseconds before the second and the third try. */
const DELAYS = [1_000, 10_000]

/** Milliseconds that a try may take, from the first look-up to the head of the answer. */
const TIMEOUT = 10_000

/** RFC 6890 and its registries: networks that are not the public one. */
const PRIVATE = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]) {
  PRIVATE.addSubnet(network, bits, 'ipv4')
}

/** The only IPv6 networks that are handed out to the public, less those that lead elsewhere. */
const PUBLIC6 = new BlockList()
PUBLIC6.addSubnet('2000::', 3, 'ipv6')
const LEADS6 = new BlockList()
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]) {
  LEADS6.addSubnet(network, bits, 'ipv6')
}

/** Whether an address is one of the public network. */
export function isPublic(address) {
  return isIP(address) === 4
    ? !PRIVATE.check(address, 'ipv4')
    : isIP(address) === 6 && PUBLIC6.check(address, 'ipv6') && !LEADS6.check(address, 'ipv6')
}

/** As `dns.lookup`, refusing what is not public: the address that is checked is the one that is connected to. */
function publicLookup(name, options, done) {
  lookup(name, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error)
    const allowed = addresses.filter(({ address }) => isPublic(address))
    if (allowed.length === 0) return done(new Error(`${name} has no public address`))
    if (options.all) return done(null, allowed)
    done(null, allowed[0].address, allowed[0].family)
  })
}

/** A queue of deliveries. To one endpoint they go one after the other, so that they arrive in the order of the log. */
export class Deliveries {
  /** @param {{ allowPrivate?: boolean, log?: (line: string) => void }} options */
  constructor({ allowPrivate = false, log = () => {} } = {}) {
    Object.assign(this, { allowPrivate, log })
    /** Lines by endpoint: those that wait, the first of them perhaps under way; and the lines whose turn it is. */
    this.lines = new Map()
    this.ready = []
    this.waiting = 0
    this.octets = 0
    this.running = new Map()
  }

  push({ endpoint, payload }) {
    const body = Buffer.from(jsonStringify(payload))
    if (this.waiting >= QUEUE || this.octets + body.length > QUEUE_OCTETS) return this.log('push: the queue is full, one delivery is dropped')
    this.waiting++
    this.octets += body.length
    const known = this.lines.get(endpoint)
    if (known !== undefined) return known.bodies.push(body)
    const line = { endpoint, host: URL.canParse(endpoint) ? new URL(endpoint).host : '', bodies: [body], tries: 0 }
    this.lines.set(endpoint, line)
    this.ready.push(line)
    this.next()
  }

  next() {
    for (;;) {
      const running = [...this.running.values()].reduce((sum, count) => sum + count, 0)
      const at = running < AT_ONCE ? this.ready.findIndex(({ host }) => (this.running.get(host) ?? 0) < AT_ONCE_TO_ONE) : -1
      if (at < 0) return
      const [line] = this.ready.splice(at, 1)
      this.running.set(line.host, (this.running.get(line.host) ?? 0) + 1)
      this.deliver(line).finally(() => {
        const left = this.running.get(line.host) - 1
        if (left === 0) this.running.delete(line.host)
        else this.running.set(line.host, left)
        this.next()
      })
    }
  }

  /** Tries the first of a line. One that fails waits for its next try without a place among those under way. */
  async deliver(line) {
    try {
      await this.post(line.endpoint, line.bodies[0])
    } catch (error) {
      const delay = error.final ? undefined : DELAYS[line.tries++]
      if (delay !== undefined) {
        setTimeout(() => {
          this.ready.push(line)
          this.next()
        }, delay).unref()
        return
      }
      this.log(`push: not delivered: ${error.message}`)
    }
    this.waiting--
    line.tries = 0
    this.octets -= line.bodies.shift().length
    if (line.bodies.length > 0) this.ready.push(line)
    else this.lines.delete(line.endpoint)
  }

  post(endpoint, body) {
    const url = this.urlOf(endpoint)
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? https : http).request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': body.length },
        // Not `timeout`, which an endpoint that sends an octet now and then would never meet.
        signal: AbortSignal.timeout(TIMEOUT),
        lookup: this.allowPrivate ? undefined : publicLookup,
      })
      request.on('error', (error) => reject(error.name === 'AbortError' || error.name === 'TimeoutError' ? new Error('no answer in time') : error))
      request.on('response', (response) => {
        // Nobody reads the body, which might have no end.
        response.destroy()
        // A redirect is not followed: it could lead anywhere.
        if (response.statusCode >= 200 && response.statusCode < 300) resolve()
        else reject(new Error(`answered ${response.statusCode}`))
      })
      request.end(body)
    })
  }

  urlOf(endpoint) {
    const url = URL.canParse(endpoint) ? new URL(endpoint) : null
    const host = url?.hostname.replace(/^\[|\]$/g, '')
    const allowed = url !== null && (url.protocol === 'https:' || (this.allowPrivate && url.protocol === 'http:'))
    if (!allowed || (!this.allowPrivate && isIP(host) !== 0 && !isPublic(host))) {
      throw Object.assign(new Error('the endpoint is not a public https address'), { final: true })
    }
    return url
  }
}
