// A program as someone would write it who has only the package: values in and out with their types.
import { Crypto, Event as Events, Lifecycle, Types, rt } from '@enc-protocol/core'
import { publicKeyOf } from '@enc-protocol/core/crypto'
import { mkCommit, signCommit, verifyCommit } from '@enc-protocol/core/event.js'
import type { Outcome, Val } from '@enc-protocol/core/rt'
import { encode } from '@enc-protocol/core/rt/wire'

function holds(what: string, truth: boolean): void {
  if (!truth) throw new Error(`does not hold: ${what}`)
}

function text(value: Val): string {
  if (typeof value !== 'string') throw new Error(`no text: ${encode(value)}`)
  return value
}

const key = '1'.repeat(64)
const id = text(publicKeyOf(key))
holds('a name and a file are one module', Crypto.publicKeyOf === publicKeyOf && Events.mkCommit === mkCommit)

const commit = signCommit(mkCommit('a'.repeat(64), id, 'post', { said: ['hello', 7n, true, null] }, 1_700_000_000_000n, []), key)
holds('a signed commit', verifyCommit(commit) === true)
holds('another author', verifyCommit(rt.set(commit, 'from', 'b'.repeat(64))) === false)
holds('an argument of another type', publicKeyOf(7n) === null)

// Enumerations have members with types of their own.
const context: 'Sender' = Types.Context.Sender
const state: 'Active' = Types.LifecycleState.Active
holds('members', context === 'Sender' && Lifecycle.isActive(state, 'post') === true)

// Octets and lists are values without copies.
const digest: Val = rt.sha256(new Uint8Array([1, 2, 3]))
holds('octets', digest instanceof Uint8Array && digest.length === 32)
const some: readonly Val[] = [1n, 'x']
holds('lists', rt.lengthList(some) === 2n && rt.get(some, '0') === 1n)
const outcome: Outcome = { value: null, effects: [] }
holds('outcomes', outcome.effects.length === 0)

// What must not compile: each of these lines has an error, or else the compiler says that it has none.
export function refused(value: Val, list: readonly Val[]): unknown[] {
  return [
    // @ts-expect-error a value is not known to be text
    value.length,
    // @ts-expect-error numbers are no naturals
    publicKeyOf(7),
    // @ts-expect-error nothing is missing
    publicKeyOf(),
    // @ts-expect-error nothing is too much
    publicKeyOf(key, key),
    // @ts-expect-error undefined is no value
    publicKeyOf(undefined),
    // @ts-expect-error a member of another enumeration
    ((other: 'Public') => other)(Types.Context.Sender),
    // @ts-expect-error a member that is not there
    Types.Context.Anyone,
    // @ts-expect-error constants do not change
    (Types.Context.Sender = 'Sender'),
    // @ts-expect-error an element may not be there
    ((there: bigint | string) => there)(list[0]),
    // @ts-expect-error lists do not change
    list.push(1n),
    // @ts-expect-error what a function answers may be none
    text(publicKeyOf(key)).at(0).length,
  ]
}

console.log('consumer: ok')
