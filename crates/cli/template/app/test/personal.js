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

test('notes are written, changed, counted and proven', async () => {
  const { app } = await App.create({ node: node.url, wallet: new LocalWallet(generateKey()) })
  const first = await app.events.note.create({ title: 'milk', text: 'two bottles' })
  const second = await app.events.note.create({ title: 'bread', text: 'rye', done: false })
  await app.events.note.update(second.id, { title: 'bread', text: 'rye', done: true })

  const notes = app.views.notes()
  assert.deepEqual((await notes.sync()).map(({ content }) => content), [
    { title: 'milk', text: 'two bottles' },
    { title: 'bread', text: 'rye', done: true },
  ])
  for (const event of (await app.enclave.query({ type: 'note' })).events) await app.enclave.verifyIncluded(event)

  await app.events.note.delete(first.id)
  assert.deepEqual((await notes.sync()).map(({ id }) => id), [second.id])
  assert.equal(await app.views.noteCount().sync(), 1)
})

test('a slot holds what was written last', async () => {
  const { app } = await App.create({ node: node.url, wallet: new LocalWallet(generateKey()) })
  assert.equal(await app.slots.profile.get(), null)
  await app.slots.profile.set({ nickname: 'ann' })
  await app.slots.profile.set({ nickname: 'Ann' })
  assert.deepEqual(await app.slots.profile.get(), { nickname: 'Ann' })
  await app.slots.profile.clear()
  assert.equal(await app.slots.profile.get(), null)
})

test('what is not right is not sent, and nobody else writes', async () => {
  const { app } = await App.create({ node: node.url, wallet: new LocalWallet(generateKey()) })
  await assert.rejects(app.events.note.create({ title: 'no text' }), { name: 'TypeError', message: 'note: `text` is missing' })
  await assert.rejects(app.events.note.create({ title: '', text: '', done: 'yes' }), TypeError)
  await assert.rejects(app.slots.profile.set({ nickname: 'a', age: 7n }), TypeError)
  const stranger = await as(app, new LocalWallet(generateKey()))
  await assert.rejects(stranger.events.note.create({ title: '', text: '' }), refused('not_authorized'))
  await assert.rejects(stranger.slots.profile.set({ nickname: 'eve' }), refused('not_authorized'))
  assert.equal(await app.views.noteCount().sync(), 0)
})
