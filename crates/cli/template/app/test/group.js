import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { LocalWallet, generateKey } from '@enc-protocol/client'
import { App } from '../app/app.js'
import { startNode } from './node.js'

let node
before(async () => (node = await startNode()))
after(() => node?.stop())

const refused = (code) => (error) => error.name === 'ApiError' && error.code === code
/** The same enclave, as another identity has it. */
const as = (app, wallet) => App.open({ node: node.url, enclave: app.enclave.id, sequencer: app.enclave.sequencer, wallet })

const [owner, ann] = [new LocalWallet(generateKey()), new LocalWallet(generateKey())]

test('members sign the book, and the view shows it', async () => {
  const { app } = await App.create({ node: node.url, wallet: owner })
  const annId = await ann.getPublicKey()
  const hers = await as(app, ann)
  await assert.rejects(hers.events.entry.create({ text: 'hello' }), refused('not_authorized'))
  await app.enclave.move(annId, 'OUTSIDER', 'MEMBER')

  const first = await hers.events.entry.create({ text: 'hello' })
  const answer = await app.events.entry.create({ text: 'welcome', answers: first.id })
  await hers.events.entry.update(first.id, { text: 'hello, all' })
  await assert.rejects(hers.events.entry.delete(answer.id), refused('not_authorized'))

  const entries = hers.views.entries()
  assert.deepEqual((await entries.sync()).map(({ from, content }) => [from === annId, content]), [
    [true, { text: 'hello, all' }],
    [false, { text: 'welcome', answers: first.id }],
  ])
  assert.equal((await hers.views.entriesByAuthor().sync()).get(annId), 1)
  for (const event of (await hers.enclave.query({ type: 'entry' })).events) await hers.enclave.verifyIncluded(event)

  // Who is muted writes nothing more; an administrator takes out what should not be there.
  await app.enclave.grant(annId, 'muted')
  await assert.rejects(hers.events.entry.create({ text: 'again' }), refused('not_authorized'))
  await app.events.entry.delete(first.id)
  assert.deepEqual((await entries.sync()).map(({ id }) => id), [answer.id])
})

test('a slot holds what an administrator wrote last', async () => {
  const { app } = await App.create({ node: node.url, wallet: owner, tags: [['of', 'slots']] })
  await app.slots.welcome.set({ text: 'come in' })
  assert.deepEqual(await app.slots.welcome.get(), { text: 'come in' })
  await assert.rejects((await as(app, ann)).slots.welcome.set({ text: 'keep out' }), refused('not_authorized'))
  await app.slots.welcome.clear()
  assert.equal(await app.slots.welcome.get(), null)
})

test('what is not right is neither sent nor shown', async () => {
  const { app } = await App.create({ node: node.url, wallet: owner, tags: [['of', 'fields']] })
  await assert.rejects(app.events.entry.create({}), { name: 'TypeError', message: 'entry: `text` is missing' })
  await assert.rejects(app.events.entry.create({ text: 'a', answers: 'that one' }), TypeError)
  await assert.rejects(app.events.entry.create({ text: 'a', more: 1n }), TypeError)
  await assert.rejects(app.events.entry.delete('that one'), TypeError)
  // Somebody who does without the facade.
  await app.enclave.commit('entry', { text: 7n })
  assert.deepEqual(await app.views.entries().sync(), [])
})
