// A program with the client and a view, as someone would write it who has only the packages. It talks to no node: `answers` stands for one.
import { ApiError, Enclave, HttpClient, LocalWallet, Namespace, ProofError, RegistryClient, SocketError, WsClient, createSession, generateKey, signRequest } from '@enc-protocol/client'
import type { Answer, Commit, Event, Fetch, Filter, Receipt, SocketClass, Val, Wallet } from '@enc-protocol/client'
import { DataView } from '@enc-protocol/dataview'
import { jsonStringify } from '@enc-protocol/core/rt'
import WebSocket from 'ws'

function holds(what: string, truth: boolean): void {
  if (!truth) throw new Error(`does not hold: ${what}`)
}

async function fails<E extends Error>(kind: abstract new (...args: never[]) => E, task: () => Promise<unknown>): Promise<E> {
  try {
    await task()
  } catch (error) {
    if (error instanceof kind) return error
    throw error
  }
  throw new Error(`does not throw a ${kind.name}`)
}

const wallet: Wallet = new LocalWallet(generateKey())
const id = await wallet.getPublicKey()
const answers: Val[] = []
const asked: string[] = []
const fetch: Fetch = async (url, { method, body }) => {
  asked.push(`${method} ${url} ${body ?? ''}`)
  const answer = answers.shift() ?? { error: 'internal', message: 'nothing is left to say' }
  const octets = new TextEncoder().encode(String(jsonStringify(answer)))
  const refused = typeof answer === 'object' && answer !== null && 'error' in answer
  return { ok: !refused, status: refused ? 500 : 200, arrayBuffer: async () => octets.buffer }
}
const node = new HttpClient('http://node.example', { fetch, timeout: 1_000, headers: { 'x-proxy': '1' } })
// The global one and those of others are taken, too.
new HttpClient('http://node.example', { fetch: globalThis.fetch })
const sockets: SocketClass[] = [WebSocket, globalThis.WebSocket ?? WebSocket]
new WsClient('http://node.example/', { WebSocket: sockets[0] ?? WebSocket, onError: (error: Error) => void error.message })

const refusal = await fails(ApiError, () => node.get('x'))
holds('a refusal', refusal.code === 'internal' && refusal.status === 500 && refusal.name === 'ApiError')
const info = (answers.push({ seq_pub: id }), await node.get<{ readonly seq_pub: string }>('/'))
holds('an answer', info.seq_pub.length === 64 && asked[1] === 'GET http://node.example/ ')

const session = await createSession(wallet, id, { lifetime: 60_000 })
const request = signRequest({ type: 'Query', enclave: id }, session)
holds('a session', request.sig.length === 128 && request.session.length === 336 && session.expires > 0n && request.type === 'Query')

const enclave = new Enclave({ node, enclave: id, sequencer: id, wallet, WebSocket })
const commit: Commit = await enclave.sign('message', { text: 'hello', tags: [1n, null] }, { lifetime: 1_000n, tags: [['a', 'b']] })
holds('a commit', commit.exp > 0n && commit.tags[0]?.[1] === 'b' && commit.alg === 'schnorr')
answers.push({ sequencer: id })
holds('a lie', (await fails(ProofError, () => enclave.checkReceipt(commit, { ...commit, sequencer: id } as unknown as Receipt))).evidence !== undefined)
answers.length = 0
answers.push({ events: [], next: null })
const filter: Filter = { type: ['message'], seq: { start: 1n }, limit: 5n }
const answer: Answer = await enclave.query(filter)
holds('a query', answer.next === null && answer.events.length === 0)
answers.push({ error: 'not_found', message: '' })
holds('no entry', (await new RegistryClient(node).resolve(id)) === null)
const namespace: 1n = Namespace.EventStatus
holds('a namespace', namespace === 1n)
holds('a connection', new SocketError('closed', 'x').payload === null)

const view = new DataView({ enclave, initial: { count: 0 }, apply: ({ count }, event: Event) => ({ count: count + event.type.length }), filter: { type: 'message' } })
answers.push({ events: [], next: null })
const state: { count: number } = await view.sync()
const count: number = await view.query(({ count }) => count)
holds('a view', state.count === 0 && count === 0 && (await view.deliver({ enclave: 'x' })) === false)

// What must not compile.
export function refused(event: Event, own: Enclave, held: DataView<{ count: number }>): unknown[] {
  return [
    // @ts-expect-error numbers are no naturals
    own.query({ limit: 5 }),
    // @ts-expect-error no such condition
    own.query({ author: id }),
    // @ts-expect-error what is absent is left out
    own.query({ type: undefined }),
    // @ts-expect-error the sequencer is needed
    new Enclave({ node, enclave: id }),
    // @ts-expect-error who creates has a wallet
    Enclave.create({ node, manifest: {} }),
    // @ts-expect-error numbers are no values
    own.commit('message', { count: 1 }),
    // @ts-expect-error content is not known to be text
    event.content.length,
    // @ts-expect-error events do not change
    (event.content = 'other'),
    // @ts-expect-error the head is the client's
    (own.head = null),
    // @ts-expect-error the private key is not there
    new LocalWallet(id).key,
    // @ts-expect-error the state is what the view folds
    held.query((value: string) => value),
    // @ts-expect-error a list may end
    answer.events[0].seq,
  ]
}

console.log('client: ok')
