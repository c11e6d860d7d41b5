// What a page does with the packages: an enclave from its first event to a proof, in a browser, with its own fetch and WebSocket.
import { Enclave, LocalWallet, ProofError, generateKey } from '@enc-protocol/client'
import { DataView } from '@enc-protocol/dataview'
import { club } from './manifest.mjs'

async function until(what, holds) {
  for (let left = 400; left > 0; left--) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`it does not come to this: ${what}`)
}

/** @returns what was seen, for the test to compare */
globalThis.story = async (node) => {
  const wallet = new LocalWallet(generateKey())
  const owner = await wallet.getPublicKey()
  const errors = []
  const { enclave } = await Enclave.create({ node, manifest: club(owner), wallet, onError: (error) => errors.push(error.message) })
  await enclave.commit('message', 'past')
  const seen = []
  let caughtUp = false
  const stop = await enclave.subscribe({ filter: { type: 'message' }, event: ({ content }) => seen.push(content), caughtUp: () => (caughtUp = true) })
  await until('the past was seen', () => caughtUp)
  await enclave.commit('message', 'live')
  await enclave.commitLive('message', { text: 'é\u{1f4a1}' })
  await until('the present was seen', () => seen.length === 3)
  await stop()
  const { events } = await enclave.query({ type: 'message' })
  await until('the bundle was closed', () => enclave.verifyIncluded(events.at(-1)).then(() => true, (error) => error.code !== 'open_bundle' && Promise.reject(error)))
  for (const event of events) await enclave.verifyIncluded(event)
  const view = new DataView({ enclave, initial: 0, apply: (count) => count + 1, filter: { type: 'message' } })
  const lie = await enclave.verifyIncluded({ ...events[0], content: 'forged' }).then(() => 'believed', (error) => (error instanceof ProofError ? 'found' : `${error}`))
  let pulled = 0
  for await (const page of enclave.pull()) pulled += page.events.length
  const refused = await enclave.commit('shout', 'x').then(() => 'taken', (error) => error.code)
  await enclave.pause()
  const paused = await enclave.commit('message', 'x').then(() => 'taken', (error) => error.code)
  await enclave.close()
  return { seen, mask: `${await enclave.mask(owner)}`, view: await view.sync(), lie, pulled, refused, paused, errors }
}
