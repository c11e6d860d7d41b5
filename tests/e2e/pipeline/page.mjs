// Watches a live run in headless Chromium, from its first stage to its verdict, then the history of what was pushed, then recorded runs that
// came to something else. axe-core looks at every view, wide and at 320 pixels, where nothing may scroll sideways.
// `node page.mjs ETYMON EXAMPLE WORK CHROMIUM AXE [PICTURE [FOLDER]]`; FOLDER keeps a picture of every narrow view.
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'

const [etymon, example, work, executablePath, axe, picture, pictures] = process.argv.slice(2)
const folder = join(work, 'page')
cpSync(example, folder, { recursive: true })
for (const name of ['amount', 'fee', 'statement']) rmSync(join(folder, `${name}.constraints.md.materialization.json`))
const run = (...args) => execFileSync(etymon, args, { cwd: folder, encoding: 'utf8' })
run('keys', 'new', 'mine')
execFileSync('sh', ['-c', `'${etymon}' keys signer mine >signers.constraints.md`], { cwd: folder })

/** A server that shows these events, and its address. */
const serve = async (events, ...args) => {
  const address = args.includes('--address') ? [] : ['--address', '127.0.0.1:0']
  const server = spawn(etymon, ['serve', ...address, '--json', ...events.flatMap((file) => ['--events', file]), ...args], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] })
  const { value } = await createInterface(server.stdout)[Symbol.asyncIterator]().next()
  return { server, url: JSON.parse(value).url }
}

const { server, url } = await serve(['-'])
let other
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
try {
  const page = await browser.newPage({ viewport: { width: 1000, height: 1100 } })
  const said = []
  page.on('console', (message) => message.type() === 'error' && said.push(message.text()))
  page.on('pageerror', (error) => said.push(error.message))
  page.on('request', (request) => assert.ok([url, other?.url, 'data:'].some((own) => own && request.url().startsWith(own)), `asked ${request.url()}`))

  /** What axe-core finds on the page as it stands, or cannot tell of its contrast. */
  const examine = async (view) => {
    await page.evaluate(readFileSync(axe, 'utf8'))
    const { violations, incomplete } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations', 'incomplete'] }))
    const open = [...violations, ...incomplete.filter(({ id }) => id === 'color-contrast')]
    assert.deepEqual(open.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => [html, failureSummary])]), [], view)
  }

  /** The page as it stands is accessible in both colour schemes, and reflows: nothing scrolls sideways, and no column is too narrow to be read. */
  const accessible = async (view) => {
    const wide = page.viewportSize()
    for (const width of [wide.width, 320]) {
      await page.setViewportSize({ width, height: wide.height })
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme })
        await examine(`${view}, ${colorScheme}, ${width} pixels`)
        if (width === 320 && pictures !== undefined) await page.screenshot({ path: join(pictures, `${view.replaceAll(' ', '-')}-${colorScheme}.png`), fullPage: true })
      }
    }
    // 710 pixels are just wide enough for tables.
    for (const width of [wide.width, 710, 320]) {
      await page.setViewportSize({ width, height: wide.height })
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${view} scrolls sideways at ${width} pixels`)
    }
    const cells = await page.evaluate(() => [...document.querySelectorAll('td > div')].filter((own) => getComputedStyle(own).display === 'block' && own.textContent !== '').map((own) => own.clientWidth))
    assert.ok(cells.every((width) => width >= 240), `${view}: cells of ${cells} pixels`)
    const roles = await page.locator('table').evaluateAll((tables) => tables.length)
    assert.equal(await page.getByRole('table').count(), roles, `${view}: a table that is none for a screen reader`)
    await page.setViewportSize(wide)
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

  // The listing says what became of the run.
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  await page.getByRole('row', { name: 'Run 0' }).getByText('✓ pass').waitFor()

  // Runs that were recorded, and what they are said to have come to.
  const wrong = '```ts\nexport type Amount = bigint;\nexport const parseAmount = (text: string): Amount => BigInt(text.length);\nexport const formatAmount = (amount: Amount): string => `${amount} not an amount`;\n```\n'
  writeFileSync(join(folder, 'wrong.md'), wrong)
  const requirements = readFileSync(join(folder, 'amount.constraints.md'), 'utf8')
  writeFileSync(join(folder, 'refused.constraints.md'), requirements.replace(/^type: .*\n/m, ''))
  const recorded = (file, ...args) => spawnSync(etymon, ['run', file, '--json', ...args], { cwd: folder, encoding: 'utf8' }).stdout
  const whole = recorded('amount.constraints.md', '--key', 'mine', '--substrate', 'exec', '--command', 'cat wrong.md')
  const files = {
    'failed.ndjson': whole,
    'refused.ndjson': recorded('refused.constraints.md'),
    // As far as derive, where it was killed.
    'killed.ndjson': whole.split(/(?<=\n)/).filter((line) => !/"stage":"(verify|sign)"|"stage":"derive","status":"complete"/.test(line)).join(''),
    'identity.ndjson': recorded('amount.constraints.md', '--until', 'canonicalize'),
    'nothing.ndjson': '',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  other = await serve(Object.keys(files), '--store', 'other', '--derive', 'mine', '--substrate', 'exec', '--command', 'exit 7')
  await page.goto(`${other.url}/ui/`)
  await page.getByRole('link', { name: 'Run 0' }).waitFor()
  const states = await page.locator('tbody tr').evaluateAll((rows) => rows.map((row) => row.cells[3].innerText).reverse())
  assert.deepEqual(states, ['✗ fail', '✗ error', '✗ error', '– not verified', '✗ error'])
  await accessible('recorded runs')
  const shown = async (id, view, ...texts) => {
    await page.goto(`${other.url}/ui/#/runs/${id}`)
    await page.getByRole('heading', { name: `Run ${id}` }).waitFor()
    await page.locator('#run[aria-busy="false"]').waitFor()
    await page.getByText('Verdict').first().waitFor()
    const text = await page.locator('#run').innerText()
    for (const own of texts) assert.match(text, own, `${view}: ${text}`)
    if (id !== 0) assert.doesNotMatch(text, /✓ pass/, view)
    await accessible(view)
  }
  await shown(0, 'a failed run', /Verdict\s+✗ fail/, /AMOUNT2/)
  const line = requirements.split('\n').findIndex((own) => own.startsWith('## ')) + 1
  await shown(1, 'a refused run', /Verdict\s+✗ error/, new RegExp(`line ${line}, column \\d+: .*\`type\``), /code=PARSE_METADATA errors=1/, /derive\s+– did not run/, /Nothing was verified\./)
  await shown(2, 'a killed run', /Verdict\s+✗ error/, /the run broke off during `derive`/, /derive\s+✗ broke off/)
  await shown(3, 'a run that was not to verify', /Verdict\s+– not verified/, /the run ended after `canonicalize`, so nothing was verified/)
  await page.getByRole('status').filter({ hasText: 'Run 3 is over: not verified' }).waitFor()
  await shown(4, 'a run without events', /Verdict\s+✗ error/, /the run never began/)
  // What a server that derives could not reach.
  const { stderr } = spawnSync(etymon, ['run', 'amount.constraints.md', '--remote', other.url, '--key', 'mine', '--json'], { cwd: folder, encoding: 'utf8' })
  assert.match(stderr, /DERIVE_REMOTE/)
  await shown(5, 'a run that a server could not derive', /Verdict\s+✗ error/, /DERIVE_API: .+\n/, /code=DERIVE_API errors=1/, /verify\s+– did not run/)
  assert.deepEqual(said, [])

  // A server that is started anew gives the number of a run to another: the page does not go on with that one.
  other.server.kill()
  other = await serve(['-'], '--store', 'other')
  other.server.stdin.write(whole.slice(0, whole.indexOf('\n') + 1))
  await page.goto(`${other.url}/ui/#/runs/0`)
  await page.locator('#run').filter({ hasText: /read\s*… running/ }).waitFor()
  other.server.kill()
  await new Promise((ended) => other.server.once('exit', ended))
  const { url: before } = other
  other = await serve(['failed.ndjson'], '--store', 'other', '--address', before.replace('http://', ''))
  assert.equal(other.url, before)
  await page.locator('#run[aria-busy="false"]').waitFor()
  const lost = await page.locator('#run').innerText()
  assert.match(lost, /Verdict\s+✗ error[^]*started anew[^]*read\s+✗ broke off/)
  assert.doesNotMatch(lost, /AMOUNT2/)
  await accessible('a run that the server has forgotten')
  console.log('ok   a live run in Chromium, to its verdict, its history, runs without a verdict, and one that a server forgot; nothing for axe-core to find, nothing that scrolls sideways')
} finally {
  await browser.close()
  server.kill()
  other?.server.kill()
}
process.exit(0)
