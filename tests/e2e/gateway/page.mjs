// Looks at the gateway's page: empty, full of hostile names, and with a log that was changed.
// `node page.mjs DEDUCIBLE EXAMPLES WORK CHROMIUM AXE`
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'

const [deducible, examples, work, executablePath, axe] = process.argv.slice(2)
const TOKEN = '0123456789abcdef'
const empty = join(work, 'empty')
const out = join(work, 'out')
const log = join(work, 'log.jsonl')
mkdirSync(empty)
mkdirSync(out)
for (const name of ['musharakah_mutanaqisah', 'mudarabah', 'waqf']) {
  execFileSync(deducible, ['build', join(examples, `${name}.fiqh`), '--target', 'manifest', '--out', out])
}
const attack = `<img src=x onerror="globalThis.ran=1">'&"`
const own = JSON.parse(readFileSync(join(out, 'HomeFinance.manifest.json'), 'utf8'))
const odd = (text) => ({ ...own, contract: text, regime: text, authority: text, constraints: own.constraints.map((one) => ({ ...one, code: text, citation: text })) })
writeFileSync(join(out, `${attack.replaceAll('/', '')}.manifest.json`), JSON.stringify(odd(`<script>globalThis.ran=1</script>${attack}`)))
writeFileSync(join(out, 'javascript:alert(1).manifest.json'), JSON.stringify(odd('javascript:globalThis.ran=1')))
writeFileSync(join(out, '\u202egnol.manifest.json'), JSON.stringify(odd('x'.repeat(5_000))))

async function serve(...args) {
  const env = { ...process.env, GATEWAY_TOKEN: TOKEN }
  const child = spawn(deducible, ['serve', '--port', '0', '--json', ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const { value } = await createInterface(child.stdout)[Symbol.asyncIterator]().next()
  return { child, url: JSON.parse(value).url }
}

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
const running = []
try {
  const page = await browser.newPage({ viewport: { width: 1000, height: 900 } })
  const said = []
  // The gateway has no icon, and browsers ask for one by themselves.
  page.on('console', (message) => {
    const { url } = message.location()
    if (message.type() === 'error' && !url.endsWith('/favicon.ico')) said.push(`${message.text()} ${url}`)
  })
  page.on('pageerror', (error) => said.push(error.message))
  let here = ''
  page.on('request', (request) => assert.ok(request.url().startsWith(here), `asked ${request.url()}`))

  /** What axe-core finds on the page as it stands, in both colour schemes, wide and narrow. */
  const accessible = async (view) => {
    for (const [colorScheme, width] of [['light', 1000], ['dark', 1000], ['light', 320]]) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme })
      await page.evaluate(readFileSync(axe, 'utf8'))
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
      assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]), [], `${view}, ${colorScheme}, ${width}`)
    }
    await page.setViewportSize({ width: 1000, height: 900 })
    await page.emulateMedia({ colorScheme: 'light' })
  }
  const open = async (...args) => {
    const { child, url } = await serve(...args)
    running.push(child)
    here = url
    await page.goto(`${url}/`)
    return url
  }

  await open('--manifests', empty)
  await page.getByRole('heading', { name: 'Enforcement gateway' }).waitFor()
  await accessible('no manifests')

  const url = await open('--manifests', out, '--log', log)
  const body = JSON.stringify({ target: 'HomeFinance', terms: { [attack]: attack } })
  const sent = await fetch(`${url}/attest`, { method: 'POST', body, headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` } })
  assert.equal(sent.status, 200)
  await page.reload()
  assert.match(await page.locator('main').innerText(), /intact, entries: 1/)
  assert.equal(await page.locator('tbody tr').count(), 6)
  await accessible('six manifests')
  assert.equal(await page.locator('script, img, iframe, form').count(), 0)
  assert.equal(await page.evaluate(() => globalThis.ran), undefined)
  const links = await page.locator('a').evaluateAll((all) => all.map(({ protocol, host }) => `${protocol}//${host}`))
  assert.deepEqual([...new Set(links)], [url])

  // By keyboard alone: past the skip link to a manifest.
  const link = page.getByRole('link', { name: 'HomeFinance', exact: true })
  for (let presses = 0; presses < 30 && !(await link.evaluate((element) => element === document.activeElement)); presses++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${url}/manifests/HomeFinance`)
  assert.equal(JSON.parse(await page.locator('body').innerText()).name, 'HomeFinance')
  for (const path of ['/conformance/HomeFinance', `/manifests/${encodeURIComponent(attack)}`, '/manifests']) {
    const answer = await page.goto(url + path)
    assert.deepEqual([answer.status(), answer.headers()['content-type']], [200, 'application/json'], path)
  }
  assert.equal(await page.evaluate(() => globalThis.ran), undefined)

  writeFileSync(log, readFileSync(log, 'utf8').replace('"seq":1', '"seq":2'))
  await page.goto(`${url}/`)
  await page.getByText('the conformance log is broken at line 1').waitFor()
  await accessible('a broken log')
  assert.deepEqual(said, [])
  console.log('ok   the page in Chromium, empty, full and with a changed log; nothing for axe-core to find, nothing that runs')
} finally {
  await browser.close()
  for (const child of running) child.kill()
}
process.exit(0)
