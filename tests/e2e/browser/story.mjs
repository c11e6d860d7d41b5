// Lives the story in headless Chromium, on a page of another origin than the node's. `node story.mjs WORK CHROMIUM COMMAND…`
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { startNode } from './servers.mjs'

const [work, executablePath, ...command] = process.argv.slice(2)
await build({ entryPoints: ['page.js'], bundle: true, format: 'iife', target: 'es2022', outfile: 'bundle.js', logLevel: 'warning' })
const bundle = readFileSync('bundle.js', 'utf8')
const node = await startNode({ command, work, key: '3'.padStart(64, '0') })

const pages = createServer(({ url }, response) => {
  const [type, text] = url === '/bundle.js' ? ['text/javascript', bundle] : ['text/html', '<!doctype html><title>story</title><script src="/bundle.js"></script>']
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(text)
})
await new Promise((resolve) => pages.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${pages.address().port}`

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
try {
  const page = await browser.newPage()
  const said = []
  page.on('console', (message) => message.type() === 'error' && said.push(message.text()))
  page.on('pageerror', (error) => said.push(error.message))
  const answers = []
  page.on('response', (response) => response.url().startsWith(node.url) && answers.push(response))
  await page.goto(origin)
  const seen = await page.evaluate((url) => globalThis.story(url), node.url)
  assert.deepEqual(seen, {
    seen: ['past', 'live', { text: 'é\u{1f4a1}' }],
    mask: '257',
    view: 3,
    lie: 'found',
    pulled: 4,
    refused: 'not_authorized',
    paused: 'paused',
    errors: [],
  })
  // Of another origin, so the browser asked first, and reads what the kernel's headers let it read.
  assert.notEqual(new URL(node.url).origin, origin)
  const headers = await Promise.all(answers.map((answer) => answer.headerValue('access-control-allow-origin')))
  assert.ok(headers.length > 10 && headers.every((value) => value === '*'))
  assert.deepEqual(said.filter((text) => !text.includes('the server responded with a status of 4')), [])
  console.log(`browser: ${browser.version()}: ${answers.length} answers, the story holds`)
} finally {
  await browser.close()
  pages.closeAllConnections()
  pages.close()
  await node.stop()
}
