// Checks that what the declarations of the hand-written packages promise is there: exports, functions, classes with their members, and how many arguments
// each takes. usage: node surface.mjs PROJECT, a folder in which the packages are installed
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const project = path.resolve(process.argv[2])
const ts = createRequire(path.join(project, 'package.json'))('typescript')
const KEY = '3'.padStart(64, '0')

/** One object of each class. */
async function objects() {
  const at = (name) => import(pathToFileURL(path.join(project, 'node_modules/@enc-protocol', name)).href)
  const client = await at('client/index.js')
  const verify = await at('client/verify.js')
  const { DataView } = await at('dataview/index.js')
  const enclave = new client.Enclave({ node: 'http://x', enclave: KEY, sequencer: KEY })
  const all = [
    enclave,
    enclave.http,
    new client.ApiError(500, null),
    new client.BrowserWallet({}),
    new client.LocalWallet(KEY),
    new client.ProofError('', null),
    new client.RegistryClient('http://x'),
    new client.SocketError('', ''),
    new client.WsClient('http://x', { WebSocket: class {} }),
    new verify.LogAudit(KEY),
    new DataView({ enclave, initial: null, apply: () => null }),
  ]
  return new Map(all.map((object) => [object.constructor, object]))
}

let held = 0
function holds(condition, what) {
  if (!condition) throw new Error(`does not hold: ${what}`)
  held++
}

const instances = await objects()
for (const name of ['@enc-protocol/client', '@enc-protocol/dataview']) {
  const folder = path.join(project, 'node_modules', name)
  const { exports } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const entries = Object.entries(exports).filter(([, to]) => typeof to === 'object')
  const program = ts.createProgram(entries.map(([, to]) => path.join(folder, to.types)), {
    strict: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: [],
  })
  const checker = program.getTypeChecker()
  const resolved = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol)

  const takes = (type, own, what) => {
    const signatures = type.getCallSignatures()
    const most = Math.max(...signatures.map((each) => each.parameters.length))
    const least = Math.min(...signatures.map((each) => each.minArgumentCount))
    holds(typeof own === 'function' && least <= own.length && own.length <= most, `${what} takes ${least} to ${most}`)
  }

  const members = (type, object, what) => {
    for (const member of type.getProperties()) {
      if (/^(prototype|stack|cause)$/.test(member.name) || (member.valueDeclaration?.name && ts.isPrivateIdentifier(member.valueDeclaration.name))) continue
      const own = checker.getTypeOfSymbol(member)
      holds(member.name in object, `${what} has ${member.name}`)
      if (member.flags & ts.SymbolFlags.Method) takes(own, object[member.name], `${what}.${member.name}`)
    }
  }

  for (const [entry, to] of entries) {
    const source = program.getSourceFile(path.join(folder, to.types))
    const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(source))
    const values = symbols.filter((each) => resolved(each).flags & ts.SymbolFlags.Value)
    if (to.default === undefined) {
      holds(values.length === 0, `${name} ${entry} declares types alone`)
      continue
    }
    const module = await import(pathToFileURL(path.join(folder, to.default)).href)
    const [declared, real] = [values.map((each) => each.name).sort().join(), Object.keys(module).sort().join()]
    holds(declared === real, `${name} ${entry} exports what is declared: ${declared}, and not ${real}`)
    for (const symbol of values.map(resolved)) {
      const [value, what] = [module[symbol.name], `${name} ${entry}: ${symbol.name}`]
      const type = checker.getTypeOfSymbol(symbol)
      if (symbol.flags & ts.SymbolFlags.Function) takes(type, value, what)
      else if (symbol.flags & ts.SymbolFlags.Class) {
        members(type, value, what)
        holds(instances.has(value), `${what} is looked at`)
        members(checker.getDeclaredTypeOfSymbol(symbol), instances.get(value), what)
      } else members(type, value, what)
    }
  }
}
console.log(`surface: ${held} promises of two packages hold`)
