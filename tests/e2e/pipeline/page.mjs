// Watches a live run in headless Chromium, from its first stage to its verdict, then the history of what was pushed; axe-core looks at every view.
// `node page.mjs ETYMON EXAMPLE WORK CHROMIUM AXE [PICTURE]`
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'

const [etymon, example, work, executablePath, axe, picture] = process.argv.slice(2)
const folder = join(work, 'page')
cpSync(example, folder, { recursive: true })
for (const name of ['amount', 'fee', 'statement']) rmSync(join(folder, `${name}.constraints.md.materialization.json`))
const run = (...args) => execFileSync(etymon, args, { cwd: folder, encoding: 'utf8' })
run('keys', 'new', 'mine')
execFileSync('sh', ['-c', `'${etymon}' keys signer mine >signers.constraints.md`], { cwd: folder })

const server = spawn(etymon, ['serve', '--address', '127.0.0.1:0', '--events', '-', '--json'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] })
const { value } = await createInterface(server.stdout)[Symbol.asyncIterator]().next()
const { url } = JSON.parse(value)
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
try {
  const page = await browser.newPage({ viewport: { width: 1000, height: 1100 } })
  const said = []
  page.on('console', (message) => message.type() === 'error' && said.push(message.text()))
  page.on('pageerror', (error) => said.push(error.message))
  page.on('request', (request) => assert.ok(request.url().startsWith(url) || request.url().startsWith('data:'), `asked ${request.url()}`))

  /** What axe-core finds on the page as it stands, in both colour schemes. */
  const accessible = async (view) => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme })
      await page.evaluate(readFileSync(axe, 'utf8'))
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
      assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), [], `${view}, ${colorScheme}`)
    }
    await page.emulateMedia({ colorScheme: 'light' })
  }

  await page.goto(`${url}/ui/`)
  // By keyboard alone: past the skip link and the navigation, to the run.
  const link = page.getByRole('link', { name: 'Run 0' })
  await link.waitFor()
  await accessible('runs')
  for (let presses = 0; presses < 10 && !(await link.evaluate((element) => element === document.activeElement)); presses++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Run 0' }).waitFor()
  assert.match(await page.locator('#run').innerText(), /Verdict\s+not yet/)

  // Every state that a stage was seen in.
  await page.evaluate(() => {
    globalThis.seen = new Set()
    const look = () => document.querySelectorAll('table:first-of-type tbody tr').forEach((row) => globalThis.seen.add(`${row.cells[0].textContent} ${row.cells[1].textContent}`))
    new MutationObserver(look).observe(document.getElementById('run'), { childList: true, subtree: true, characterData: true })
  })
  const live = spawn(etymon, ['run', 'amount.constraints.md', '--key', 'mine', '--json'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  live.stdout.pipe(server.stdin)
  await page.locator('#run[aria-busy="false"]').waitFor({ timeout: 120_000 })
  await page.getByText('✓ pass').first().waitFor()
  const seen = await page.evaluate(() => [...globalThis.seen])
  for (const state of ['read ✓ complete', 'verify … running', 'verify ✓ complete', 'sign ✓ complete']) assert.ok(seen.includes(state), `\`${state}\` was not seen: ${seen}`)
  const text = await page.locator('#run').innerText()
  for (const id of ['AMOUNT1', 'AMOUNT2', 'AMOUNT3', 'pin:bad-amount']) assert.ok(text.includes(id), `${id} is not there: ${text}`)
  const hash = /constraintSetHash=([0-9a-f]{64})/.exec(run('run', 'amount.constraints.md', '--until', 'canonicalize'))[1]
  assert.ok(text.includes(hash), 'the content hash is told')
  const evidence = page.getByText('evidence for AMOUNT3')
  await evidence.focus()
  await page.keyboard.press('Enter')
  await page.getByText(/2000 runs with seed/).waitFor()
  // The live region speaks a quarter of a second after the last event, so that a reader is not flooded.
  await page.getByRole('status').filter({ hasText: 'Run 0 is over: pass' }).waitFor()
  await accessible('a run')
  if (picture !== undefined) await page.screenshot({ path: picture, fullPage: true })

  // What was pushed has a history.
  run('push', url, 'amount.constraints.md', '--key', 'mine')
  await page.getByRole('link', { name: 'Specs' }).click()
  await page.getByRole('link', { name: 'amount', exact: true }).click()
  await page.getByRole('heading', { name: 'History of amount' }).waitFor()
  assert.match(await page.locator('main').innerText(), /Language\s+ts/)
  await accessible('a history')
  assert.deepEqual(said, [])
  console.log('ok   a live run in Chromium, to its verdict, and its history; nothing for axe-core to find')
} finally {
  await browser.close()
  server.kill()
}
process.exit(0)
