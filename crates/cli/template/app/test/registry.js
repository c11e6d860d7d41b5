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

test('everyone lists and reads, authors change what is theirs', async () => {
  const { app } = await App.create({ node: node.url, wallet: owner })
  const hers = await as(app, ann)
  const first = await hers.events.listing.create({ name: 'bakery', address: 'https://bakery.example/', weight: 3n })
  await app.events.listing.create({ name: 'library', address: 'https://library.example/' })
  await hers.events.listing.update(first.id, { name: 'bakery', address: 'https://bread.example/' })
  await assert.rejects(app.events.listing.update(first.id, { name: 'bakery', address: '' }), refused('not_authorized'))

  const anyone = await as(app, null)
  assert.deepEqual((await anyone.views.listings().sync()).map(({ content }) => content), [
    { name: 'bakery', address: 'https://bread.example/' },
    { name: 'library', address: 'https://library.example/' },
  ])
  const again = await hers.events.listing.create({ name: 'bakery', address: 'https://bread.example/new' })
  assert.equal((await anyone.views.newestByName().sync()).get('bakery').id, again.id)
  for (const event of (await anyone.enclave.query({ type: 'listing' })).events) await anyone.enclave.verifyIncluded(event)

  await app.events.listing.delete(first.id)
  assert.equal((await anyone.views.listings().sync()).length, 2)
})

test('what is not right is not sent, and the terms are the owner\'s', async () => {
  const { app } = await App.create({ node: node.url, wallet: owner, tags: [['of', 'fields']] })
  await assert.rejects(app.events.listing.create({ name: 'x' }), { name: 'TypeError', message: 'listing: `address` is missing' })
  await assert.rejects(app.events.listing.create({ name: 'x', address: 'y', weight: 3 }), TypeError, 'naturals are bigint')
  const hers = await as(app, ann)
  await assert.rejects(hers.slots.terms.set({ text: 'mine' }), refused('not_authorized'))
  await app.slots.terms.set({ text: 'be kind' })
  assert.deepEqual(await hers.slots.terms.get(), { text: 'be kind' })
})
