// Writes a program that uses everything the declarations of the packed package promise, and checks that it is so.
// usage: node every.mjs PROJECT, a folder in which the package is installed; writes PROJECT/src/every.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const project = path.resolve(process.argv[2])
const ts = createRequire(path.join(project, 'package.json'))('typescript')
const name = '@enc-protocol/core'
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
const lines = []
let checks = 0

function check(condition, what) {
  lines.push(`holds(${condition}, ${JSON.stringify(what)})`)
  checks += 1
}

const is = (type, flag) => (type.flags & flag) !== 0
const nameOf = (type) => type.aliasSymbol?.name ?? type.symbol?.name

/** What a value of this type satisfies, as an expression. */
function condition(given, value) {
  const type = is(given, ts.TypeFlags.TypeParameter) ? checker.getBaseConstraintOfType(given) : given
  if (is(type, ts.TypeFlags.StringLiteral)) return `${value} === ${JSON.stringify(type.value)}`
  if (is(type, ts.TypeFlags.BooleanLiteral)) return `${value} === ${checker.typeToString(type)}`
  if (is(type, ts.TypeFlags.BigIntLike)) return `typeof ${value} === 'bigint'`
  if (is(type, ts.TypeFlags.NumberLike)) return `typeof ${value} === 'number'`
  if (is(type, ts.TypeFlags.StringLike)) return `typeof ${value} === 'string'`
  if (is(type, ts.TypeFlags.BooleanLike)) return `typeof ${value} === 'boolean'`
  if (is(type, ts.TypeFlags.Null)) return `${value} === null`
  if (is(type, ts.TypeFlags.Void)) return `${value} === undefined`
  if (nameOf(type) === 'Val') return `isVal(${value})`
  if (type.isUnion()) return `(${type.types.map((own) => condition(own, value)).join(' || ')})`
  if (nameOf(type) === 'Outcome') return `isOutcome(${value})`
  if (nameOf(type) === 'Uint8Array') return `${value} instanceof Uint8Array`
  if (checker.isArrayType(type)) return `Array.isArray(${value}) && ${value}.every((own) => ${condition(checker.getTypeArguments(type)[0], 'own')})`
  if (is(type, ts.TypeFlags.Object) && type.getStringIndexType()) return `isRecord(${value}) && isVal(${value})`
  if (is(type, ts.TypeFlags.Object)) {
    const fields = type.getProperties()
    const keys = JSON.stringify(fields.map((field) => field.name).sort())
    const parts = fields.map((field) => condition(checker.getTypeOfSymbol(field), `${value}[${JSON.stringify(field.name)}]`))
    return [`isRecord(${value})`, `same(Object.keys(${value}).sort(), ${keys})`, ...parts].join(' && ')
  }
  throw new Error(`no test for the type ${checker.typeToString(type)} of ${value}`)
}

/** An argument that the types take. */
function argument(type) {
  if (is(type, ts.TypeFlags.TypeParameter)) return 'null'
  if (is(type, ts.TypeFlags.StringLike)) return "'x'"
  return nameOf(type) === 'Uint8Array' ? "utf8.encode('null')" : type.getCallSignatures().length > 0 ? '() => null' : 'null'
}

function call(type, at, what) {
  const signatures = type.getCallSignatures()
  if (signatures.length !== 1) throw new Error(`${what} has ${signatures.length} signatures`)
  const parameters = signatures[0].getParameters().map((own) => checker.getTypeOfSymbol(own))
  check(`${at}.length === ${parameters.length}`, `${what} takes ${parameters.length}`)
  const list = parameters.map(argument).join(', ')
  const answer = signatures[0].getReturnType()
  const predicate = checker.getTypePredicateOfSignature(signatures[0])
  const test = predicate ? `typeof answer === 'boolean'` : condition(answer, 'answer')
  lines.push(`{ const answer = asked(() => ${at}(${list}))`)
  lines.push(`if (answer !== REFUSED)`)
  check(test, `what ${what} answers`)
  lines.push(`}`)
}

const seen = []
const errors = []
for (const [at, [entry, to]] of entries.entries()) {
  const alias = `m${at}`
  const source = program.getSourceFile(path.join(folder, to.types))
  const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(source))
  const specifier = name + entry.slice(1)
  seen.push({ alias, specifier })
  const values = symbols.filter((own) => (resolved(own).flags & ts.SymbolFlags.Value) !== 0)
  const declared = JSON.stringify(values.map((own) => own.name).sort())
  // What the testee needs is no part of the interface.
  check(`same(Object.keys(${alias}).filter((own) => !own.startsWith('$')).sort(), ${declared})`, `${specifier} exports what is declared`)
  for (const [exported, own] of values.map((own) => [own.name, resolved(own)])) {
    const [place, what] = [`${alias}.${exported}`, `${specifier}: ${exported}`]
    const type = checker.getTypeOfSymbol(own)
    if (own.flags & ts.SymbolFlags.Function) call(type, place, what)
    else if (own.flags & ts.SymbolFlags.Class) cls(own, type, place, what)
    else if (own.flags & ts.SymbolFlags.Variable) check(condition(type, place), what)
    else if (own.flags & ts.SymbolFlags.ValueModule) check(`isRecord({ ...${place} })`, what)
    else throw new Error(`${what} is of no known kind`)
  }
}

function resolved(symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

function cls(symbol, type, place, what) {
  if (checker.getBaseTypes(checker.getDeclaredTypeOfSymbol(symbol)).some((own) => nameOf(own) === 'Error')) errors.push(place)
  const statics = type.getProperties().filter((own) => own.name !== 'prototype')
  const declared = JSON.stringify(statics.map((own) => own.name).sort())
  const standard = "['length', 'name', 'prototype']"
  check(`same(Object.getOwnPropertyNames(${place}).filter((own) => !${standard}.includes(own)).sort(), ${declared})`, `${what} has what is declared`)
  for (const own of statics) {
    call(checker.getTypeOfSymbol(own), `${place}.${own.name}`, `${what}.${own.name}`)
  }
}

const refusals = errors.map((own) => `error instanceof ${own}`).join(' || ') || 'false'
const imports = seen.map(({ alias, specifier }) => `import * as ${alias} from '${specifier}'`)
const pairs = seen.filter(({ specifier }) => !specifier.endsWith('.js')).map(({ alias, specifier }) => {
  const file = seen.find((own) => own.specifier === `${specifier}.js` || own.specifier === `${specifier}/index.js`)
  return `holds(${alias} as unknown === ${file.alias}, ${JSON.stringify(`${specifier} and its file are one`)})`
})
writeFileSync(path.join(project, 'src/every.ts'), `// Written by every.mjs.
${imports.join('\n')}

const utf8 = new TextEncoder()

function holds(truth: boolean, what: string): void {
  if (!truth) throw new Error('does not hold: ' + what)
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((own, at) => own === b[at])
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}

function isVal(value: unknown): boolean {
  if (['bigint', 'boolean', 'string'].includes(typeof value) || value === null || value instanceof Uint8Array) return true
  return (Array.isArray(value) && value.every(isVal)) || (isRecord(value) && Object.values(value).every(isVal))
}

function isOutcome(value: unknown): boolean {
  return isRecord(value) && same(Object.keys(value).sort(), ['effects', 'value']) && isVal(value)
}

const REFUSED = Symbol()

/** What a function answers; a reader may refuse what it is given, with the error of the package. */
function asked<T>(ask: () => T): T | typeof REFUSED {
  try {
    return ask()
  } catch (error) {
    if (${refusals}) return REFUSED
    throw error
  }
}

${lines.join('\n')}
${pairs.join('\n')}
console.log('every: ${checks + pairs.length} declarations of ${seen.length} entries hold')
`)
