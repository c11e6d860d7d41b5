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

const [owner, ann, eve] = Array.from({ length: 3 }, () => new LocalWallet(generateKey()))

test('friends write, the owner reads, and each sees their own', async () => {
  const { app } = await App.create({ node: node.url, wallet: owner })
  const [annId, eveId] = await Promise.all([ann.getPublicKey(), eve.getPublicKey()])
  const [hers, eves] = await Promise.all([as(app, ann), as(app, eve)])
  await assert.rejects(hers.events.letter.create({ subject: 'hello', text: '' }), refused('not_authorized'))
  await app.enclave.move(annId, 'OUTSIDER', 'FRIEND')
  await app.enclave.move(eveId, 'OUTSIDER', 'FRIEND')

  const first = await hers.events.letter.create({ subject: 'hello', text: 'a first letter' })
  const second = await hers.events.letter.create({ subject: 'again', text: 'a second one' })
  await eves.events.letter.create({ subject: 'and me', text: '' })
  await hers.events.letter.update(second.id, { subject: 'again', text: 'a second one, corrected' })
  await assert.rejects(eves.events.letter.delete(first.id), refused('not_authorized'))

  const letters = app.views.letters()
  assert.deepEqual((await letters.sync()).map(({ content }) => content.subject), ['hello', 'again', 'and me'])
  const last = await app.views.lastLetters().sync()
  assert.equal(last.get(annId).content.text, 'a second one, corrected')
  assert.deepEqual([...last.keys()].sort(), [annId, eveId].sort())
  for (const event of (await app.enclave.query({ type: 'letter' })).events) await app.enclave.verifyIncluded(event)
  assert.deepEqual((await hers.views.letters().sync()).map(({ id }) => id), [first.id, second.id])

  await app.events.letter.delete(first.id)
  assert.equal((await letters.sync()).length, 2)
  await app.enclave.move(annId, 'FRIEND', 'BLOCKED')
  await assert.rejects(hers.events.letter.create({ subject: 'why', text: '' }), refused('not_authorized'))
  await assert.rejects(hers.events.letter.delete(second.id), refused('not_authorized'))
})

test('what is not right is not sent', async () => {
  const { app } = await App.create({ node: node.url, wallet: owner, tags: [['of', 'fields']] })
  await assert.rejects(app.events.letter.create({ subject: 'no text' }), { name: 'TypeError', message: 'letter: `text` is missing' })
  await assert.rejects(app.events.letter.create({ subject: 1n, text: '' }), TypeError)
})
