// Holds the description of the hosts to what they are. `node deployment.mjs ARTIFACTS`
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const artifacts = process.argv[2]
const text = (path) => readFileSync(join(artifacts, path), 'utf8')
const all = (path, pattern) => [...new Set([...text(path).matchAll(pattern)].map(([, name]) => name))].sort()
const { hosts } = JSON.parse(text('deployment/hosts.json'))
const by = Object.fromEntries(hosts.map((host) => [host.name, host]))
const names = (record) => Object.keys(record).sort()
assert.deepEqual(names(by), ['javascript', 'lean', 'rust', 'worker'])
for (const { name, entry, package: manifest = entry } of hosts) {
  for (const path of [entry, manifest]) assert.ok(existsSync(join(artifacts, path)), `${name}: ${path} is not there`)
}

const help = execFileSync(process.execPath, [join(artifacts, by.javascript.entry), '--help'], { encoding: 'utf8' })
assert.deepEqual([...help.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name).sort(), names(by.javascript.flags))
for (const [name, { required = false, default: preset }] of Object.entries(by.javascript.flags)) {
  assert.equal(help.split('\n')[0].includes(`--${name} `), required, name)
  if (preset !== undefined) assert.match(help, new RegExp(`--${name} [^]*?\\(default ${preset}\\)`))
}
// In Rust a flag is a field that is an argument.
const fields = all(by.rust.entry, /#\[arg\(long[^\n]*\)\]\n\s*([a-z_]+):/g).map((name) => name.replaceAll('_', '-'))
assert.deepEqual(fields, names(by.rust.flags))

const { bindings, secrets, settings, entry, package: wrangler } = by.worker
const folder = entry.replace(/\/[^/]*$/, '')
const used = readdirSync(join(artifacts, folder)).filter((name) => name.endsWith('.js')).flatMap((name) => all(`${folder}/${name}`, /\benv\.([A-Z_]+)/g))
assert.deepEqual([...new Set(used)].sort(), names({ ...bindings, ...secrets, ...settings }))
assert.deepEqual(all(wrangler, /\[\[durable_objects\.bindings\]\]\nname = "([A-Z]+)"/g), names(bindings))
assert.ok(by[by.lean.through.host].flags[by.lean.through.flag])
console.log(`deployment: ${hosts.length} hosts are as described`)
