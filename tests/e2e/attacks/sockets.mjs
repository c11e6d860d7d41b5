/** Attacks below the protocol: what comes over a socket that is no request, or far too much of it. */

import assert from 'node:assert/strict'
import { Raw, RawSocket, wait, within } from './lib.mjs'

const MiB = 1_048_576
const post = (...headers) => `POST / HTTP/1.1\r\nHost: h\r\n${headers.map((each) => `${each}\r\n`).join('')}\r\n`

/** Sends, and waits for an answer or the end. */
async function tell(server, parts, ms = 5_000) {
  const raw = new Raw(server.port)
  for (const part of parts) if (!(await raw.write(part))) break
  await raw.until(/\r\n\r\n[^]*$/, ms)
  await wait(50)
  raw.end()
  return raw
}

/** What is not HTTP is refused with a status below the protocol or by closing; it never counts as a request that is answered. */
function refused(raw, ...statuses) {
  assert.ok(statuses.includes(raw.status) || (raw.status === 0 && raw.isClosed), `answered ${raw.status}, expected ${statuses} or the end: ${raw.text.slice(0, 300)}`)
  assert.doesNotMatch(raw.text, /HTTP\/1\.1 2/)
}

function* repeated(part, times) {
  for (let at = 0; at < times; at++) yield part
}

/** What the Worker's platform keeps from it, and its runtime alone does not: too many bodies at once, lines that end in LF, frames that are no WebSocket's. */
export const ofPlatform = ['bodies that fill the memory together', 'lines that end otherwise', 'a WebSocket frame that is not masked', 'WebSocket frames that are none']

/** Attacks by name. */
export const attacks = {
  async 'one header of 1 MiB'(server) {
    refused(await tell(server, ['GET / HTTP/1.1\r\nHost: h\r\nX: ', ...repeated('y'.repeat(65_536), 16), '\r\n\r\n']), 431, 400)
  },

  async 'a hundred thousand headers'(server) {
    refused(await tell(server, ['GET / HTTP/1.1\r\nHost: h\r\n', ...repeated('a: b\r\n'.repeat(10_000), 10), '\r\n']), 431, 400)
  },

  async 'headers without end'(server) {
    const raw = new Raw(server.port)
    await raw.write('GET / HTTP/1.1\r\nHost: h\r\n')
    const end = Date.now() + 10_000
    while (Date.now() < end && (await raw.write('a: b\r\n'.repeat(10_000))));
    await within(5_000, raw.closed, 'it is closed')
    refused(raw, 431, 400)
  },

  async 'a request line of 1 MiB'(server) {
    const raw = await tell(server, [`GET /${'x'.repeat(MiB)} HTTP/1.1\r\nHost: h\r\n\r\n`])
    refused(raw, 431, 414, 413, 400)
  },

  async 'a target of 9,000 octets'(server) {
    const raw = await tell(server, [`GET /${'x'.repeat(9_000)} HTTP/1.1\r\nHost: h\r\n\r\n`])
    assert.deepEqual([raw.status, raw.code], [413, 'too_large'])
  },

  async 'a body that is too large, and says so'(server) {
    const raw = await tell(server, [post(`Content-Length: ${3 * MiB}`), ...repeated('x'.repeat(65_536), 48)])
    assert.deepEqual([raw.status, raw.code], [413, 'too_large'])
  },

  async 'a body of one octet too many'(server) {
    const raw = await tell(server, [post(`Content-Length: ${MiB + 1}`), ' '.repeat(MiB + 1)])
    assert.deepEqual([raw.status, raw.code], [413, 'too_large'])
  },

  async 'a body of exactly 1 MiB is read'(server) {
    const raw = await tell(server, [post(`Content-Length: ${MiB}`), ' '.repeat(MiB - 2), '{}'])
    assert.deepEqual([raw.status, raw.code], [400, 'invalid_kind'])
  },

  async 'bodies that fill the memory together'(server) {
    const all = []
    for (let at = 0; at < 300; at++) {
      const raw = new Raw(server.port)
      all.push(raw)
      await raw.write(post(`Content-Length: ${MiB}`))
      await raw.write('1'.repeat(MiB - 1))
    }
    for (let waited = 0; waited < 5_000 && !all.some((raw) => raw.status === 503); waited += 50) await wait(50)
    assert.ok(all.some((raw) => raw.status === 503), 'none was refused')
    // What is small has room still.
    assert.equal((await tell(server, [post('Content-Length: 2'), '{}'])).status, 400)
    for (const raw of all) raw.end()
    for (let waited = 0; waited < 5_000; waited += 100) {
      const whole = await tell(server, [post(`Content-Length: ${MiB}`), '1'.repeat(MiB)])
      if (whole.status === 400) return
      await wait(100)
    }
    assert.fail('no room again')
  },

  async 'a length that nobody has'(server) {
    for (const length of ['99999999999999999999999999', '-1', '0x10', '1e9', '5 5', '+5']) {
      refused(await tell(server, [post(`Content-Length: ${length}`), '{}']), 400, 413)
    }
  },

  async 'a chunked body without end'(server) {
    const raw = new Raw(server.port)
    await raw.write(post('Transfer-Encoding: chunked'))
    const end = Date.now() + 10_000
    while (Date.now() < end && (await raw.write(`10000\r\n${'x'.repeat(65_536)}\r\n`)));
    assert.ok(Date.now() < end, 'the server still reads after ten seconds')
    await within(5_000, raw.closed, 'it is closed')
    if (raw.status !== 0) assert.deepEqual([raw.status, raw.code], [413, 'too_large'])
  },

  async 'chunks that are none'(server) {
    for (const chunk of ['zz\r\nab\r\n0\r\n\r\n', '-1\r\n\r\n', 'fffffffffffffffff\r\nab\r\n', '2 \r\nabc\r\n0\r\n\r\n', `2;${'e'.repeat(MiB)}\r\nab\r\n0\r\n\r\n`]) {
      refused(await tell(server, [post('Transfer-Encoding: chunked', 'Connection: close'), chunk], 35_000), 400, 413, 431)
    }
  },

  async 'both a length and chunks'(server) {
    // The second request must not come to be, whichever of the two a proxy before the server believes.
    const hidden = 'GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n'
    for (const headers of [
      ['Content-Length: 5', 'Transfer-Encoding: chunked'],
      ['Transfer-Encoding: chunked', 'Content-Length: 5'],
      ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
      ['Transfer-Encoding: xchunked'],
      ['Transfer-Encoding: chunked, identity'],
      ['Content-Length: 3', 'Content-Length: 4'],
      ['Content-Length: 3, 4'],
      ['Transfer-Encoding : chunked'],
    ]) {
      const raw = await tell(server, [post(...headers), `0\r\n\r\n${hidden}`])
      const answers = raw.text.match(/HTTP\/1\.1 [0-9]{3}/g) ?? []
      assert.ok(answers.length <= 1, `${headers.join(' and ')}: ${answers}`)
      assert.ok(raw.status === 0 || raw.status >= 400, `${headers.join(' and ')}: ${raw.status}`)
      assert.equal(raw.code === 'invalid_route', false, `${headers.join(' and ')}: the hidden request was answered`)
    }
  },

  async 'lines that end otherwise'(server) {
    for (const text of [
      'GET / HTTP/1.1\nHost: h\n\nGET /hidden HTTP/1.1\nHost: h\n\n',
      'GET / HTTP/1.1\r\nHost: h\r\nX: a\rTransfer-Encoding: chunked\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n',
      'GET / HTTP/9.9\r\nHost: h\r\n\r\n',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    ]) {
      const raw = new Raw(server.port)
      await raw.write(text)
      await raw.until(/\r\n\r\n/, 35_000).catch(() => {})
      await wait(50)
      raw.end()
      assert.doesNotMatch(raw.text, /invalid_route[^]*HTTP\/1\.1|HTTP\/1\.1[^]*invalid_route/, JSON.stringify(text))
    }
  },

  async 'Expect: 100-continue'(server) {
    const raw = new Raw(server.port)
    await raw.write(post('Content-Length: 2', 'Expect: 100-continue', 'Connection: close'))
    await raw.until(/100 Continue/).catch(() => {})
    await raw.write('{}')
    await raw.until(/invalid_kind/)
    raw.end()
    const large = new Raw(server.port)
    await large.write(post(`Content-Length: ${1024 * MiB}`, 'Expect: 100-continue'))
    for (const part of repeated('x'.repeat(65_536), 64)) if (!(await large.write(part))) break
    await large.until(/413|^$/)
    large.end()
  },

  async 'an expectation that nobody meets'(server) {
    const raw = await tell(server, [post('Content-Length: 2', 'Expect: 200-ok', 'Connection: close'), '{}'])
    assert.ok(raw.status >= 400, `answered ${raw.status}`)
  },

  async 'methods and upgrades that are none'(server) {
    for (const text of ['CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n', 'TRACE / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', `${'M'.repeat(70_000)} / HTTP/1.1\r\nHost: h\r\n\r\n`]) {
      const raw = new Raw(server.port)
      await raw.write(text)
      await Promise.race([raw.closed, raw.until(/\r\n\r\n/)])
      raw.end()
      assert.ok(raw.status === 0 || raw.status >= 400, `${text.slice(0, 20)}: ${raw.status}`)
    }
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
    for (let at = 0; at < 50; at++) {
      const raw = new Raw(server.port)
      await raw.write(`GET /elsewhere HTTP/1.1\r\nHost: h\r\n${upgrade}`)
      // Reset before, while and after it is answered.
      if (at % 3 > 0) await wait(at % 5)
      raw.socket.resetAndDestroy()
    }
    const raw = await tell(server, [`GET /elsewhere HTTP/1.1\r\nHost: h\r\n${upgrade}`])
    assert.equal(raw.status, 404)
  },

  async 'pipelining without reading'(server) {
    const raw = new Raw(server.port)
    raw.socket.pause()
    const many = 'GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(2_000)
    const end = Date.now() + 5_000
    let stuck = false
    while (!stuck && Date.now() < end && !raw.isClosed) {
      stuck = await Promise.race([raw.write(many).then(() => false), wait(1_500).then(() => true)])
    }
    await server.isWell()
    raw.end()
  },

  async 'a thousand pipelined requests are answered in order'(server) {
    const raw = new Raw(server.port, { keep: 64 * MiB })
    const text = Array.from({ length: 1_000 }, (_, at) => (at % 2 === 0 ? 'GET / HTTP/1.1\r\nHost: h\r\n\r\n' : 'GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n')).join('')
    await raw.write(text)
    const end = Date.now() + 30_000
    const statuses = () => raw.text.match(/HTTP\/1\.1 [0-9]{3}/g) ?? []
    while (statuses().length < 1_000 && !raw.isClosed && Date.now() < end) await wait(50)
    raw.end()
    const seen = statuses().map((line) => line.slice(9))
    seen.forEach((status, at) => assert.equal(status, at % 2 === 0 ? '200' : '404', `answer ${at}`))
    assert.equal(seen.length, 1_000)
  },

  async 'a WebSocket frame that is too large'(server) {
    for (const length of [1_100_000, 2 ** 31, 2 ** 53]) {
      const raw = await RawSocket.open(server.port)
      await raw.frame(1, Buffer.from('{'), { length })
      // The first is sent whole: a server may look at it then only.
      const rest = length < 2 ** 31 ? length - 1 : 2_097_152
      for (let sent = 0; sent < rest; sent += 65_536) if (!(await raw.write('x'.repeat(Math.min(65_536, rest - sent))))) break
      const code = await raw.closeCode()
      // With a 64-bit length beyond what it can count, a server may also see a broken frame.
      assert.ok([null, 1009].includes(code) || (length >= 2 ** 31 && code === 1002), `closed with ${code}`)
      raw.end()
    }
  },

  async 'a WebSocket message of fragments without end'(server) {
    const raw = await RawSocket.open(server.port)
    await raw.frame(1, Buffer.from('{'), { fin: false })
    const part = Buffer.alloc(65_000, 32)
    // A server may throw away what comes until its refusal is answered: how much was sent by then says nothing.
    const end = Date.now() + 10_000
    while (Date.now() < end && !/\x88[\x02-\x7d]/.test(raw.text) && (await raw.frame(0, part, { fin: false })));
    const code = await raw.closeCode(100)
    assert.ok(code === 1009 || code === null, `closed with ${code}`)
    raw.end()
  },

  async 'a WebSocket message of a million empty fragments'(server) {
    const raw = await RawSocket.open(server.port)
    await raw.frame(1, Buffer.from('{'), { fin: false })
    const empty = Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.from([0, 0x80, 0, 0, 0, 0])))
    for (let at = 0; at < 100; at++) if (!(await raw.write(empty))) break
    await server.isWell()
    raw.end()
  },

  async 'a WebSocket frame that is not masked'(server) {
    const raw = await RawSocket.open(server.port)
    await raw.frame(1, Buffer.from('{}'), { masked: false })
    const code = await raw.closeCode()
    assert.ok(code === 1002 || code === null, `closed with ${code}`)
    assert.doesNotMatch(raw.text, /"Error"/)
    raw.end()
  },

  async 'WebSocket frames that are none'(server) {
    for (const octets of [[0xf1, 0x80, 0, 0, 0, 0], [0x83, 0x80, 0, 0, 0, 0], [0x09, 0x80, 0, 0, 0, 0], [0x80, 0x80, 0, 0, 0, 0], [0x89, 0xfe, 0, 200, 0, 0, 0, 0]]) {
      const raw = await RawSocket.open(server.port)
      await raw.write(Buffer.from(octets))
      await raw.write(Buffer.alloc(200))
      const code = await raw.closeCode()
      assert.ok(code === 1002 || code === null, `closed with ${code}`)
      raw.end()
    }
  },

  async 'WebSocket messages that are no JSON are answered'(server) {
    const raw = await RawSocket.open(server.port)
    for (const [text, code] of [['{', 'bad_json'], ['1.5', 'bad_number'], ['[]', 'bad_body'], ['{"type":"Nothing"}', ''], ['["__proto__"]', 'bad_body']]) {
      raw.text = ''
      await raw.say(text)
      await raw.until(new RegExp(`"error":"${code}`))
    }
    raw.end()
  },

  async 'a flood of WebSocket messages, nothing read'(server) {
    const raw = await RawSocket.open(server.port)
    raw.socket.pause()
    const message = Buffer.from(`{"type":"Query","sub_id":"a","enclave":"${'0'.repeat(64)}","filter":{"id":"${'f'.repeat(60_000)}"}}`)
    let stuck = false
    let sent = 0
    while (!stuck && sent < 256 * MiB && !raw.isClosed) {
      stuck = await Promise.race([raw.frame(1, message).then(() => false), wait(1_500).then(() => true)])
      sent += message.length
    }
    await server.isWell()
    raw.end()
  },
}

/** Slow ones, all at once, each cut off by a time limit: headers in 10 seconds, a request in 30. */
export async function slow(server) {
  const drip = async (start, part, every) => {
    const raw = new Raw(server.port)
    const began = Date.now()
    await raw.write(start)
    while (!raw.isClosed && Date.now() - began < 45_000) {
      await Promise.race([wait(every), raw.closed])
      if (!raw.isClosed && part !== '') await raw.write(part)
    }
    const time = Date.now() - began
    raw.end()
    return { time, raw }
  }
  const kinds = {
    'nothing at all': ['', '', 500, 14_000],
    'half a request line': ['GE', '', 500, 14_000],
    'a header a second': ['GET / HTTP/1.1\r\nHost: h\r\n', 'a: b\r\n', 1_000, 14_000],
    'an octet a second': ['GET / HTTP/1.1\r\nHost: h\r\nX: ', 'y', 1_000, 14_000],
    'a body of an octet a second': [post('Content-Length: 1000'), 'x', 1_000, 36_000],
    'a body that never comes': [post('Content-Length: 1000'), '', 500, 36_000],
    'a chunk a second': [post('Transfer-Encoding: chunked'), '1\r\nx\r\n', 1_000, 36_000],
    'a kept connection that is idle': ['GET / HTTP/1.1\r\nHost: h\r\n\r\n', '', 500, 14_000],
  }
  const runs = Object.entries(kinds).flatMap(([name, [start, part, every, limit]]) =>
    Array.from({ length: 25 }, async () => {
      const { time, raw } = await drip(start, part, every)
      assert.ok(time < limit, `${name}: cut off after ${time} ms only`)
      assert.ok([0, 200, 408, 400].includes(raw.status), `${name}: answered ${raw.status}`)
      if (start.startsWith('POST')) assert.ok(time > 8_000, `${name}: cut off after ${time} ms already`)
    }),
  )
  await wait(3_000)
  // While all of them wait.
  await server.isWell()
  await Promise.all(runs)
}

/** As many sockets as the machine allows, up to ten thousand. */
export async function crowd(server, count) {
  const before = server.sockets()
  const raws = []
  for (let at = 0; at < count; at++) {
    raws.push(new Raw(server.port, { keep: 100 }))
    if (at % 200 === 199) await Promise.all(raws.slice(-200).map((raw) => Promise.race([raw.opened, wait(2_000)])))
  }
  await wait(1_000)
  const open = raws.filter((raw) => !raw.isClosed && !raw.socket.connecting).length
  const grown = server.memory() - server.idle
  // The idle ones are closed by the time limit of headers, and then there is room again. What counts is what the server holds: where its queue was full,
  // a system may take a connection for open that the server never had.
  const closed = async () => {
    while (server.sockets() > before + 8) await wait(100)
  }
  await within(30_000, closed(), 'the idle sockets are closed')
  for (const raw of raws) raw.socket.destroy()
  await server.isWell()
  return { open, grown }
}
