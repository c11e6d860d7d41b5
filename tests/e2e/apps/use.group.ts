// The facade of the group as strict TypeScript has it.
import type { Hex64 } from '@enc-protocol/client'
import type { App } from './app/app.js'

export async function use(app: App, id: Hex64): Promise<string> {
  const { seq } = await app.events.entry.create({ text: 'hello' }, { lifetime: 1000 })
  await app.events.entry.create({ text: 'hello', answers: id })
  await app.events.entry.update(id, { text: 'hello, all' })
  await app.events.entry.delete(id)
  // @ts-expect-error A field is missing.
  await app.events.entry.create({})
  // @ts-expect-error There is no such field.
  await app.events.entry.create({ text: 'hello', more: 1n })
  // @ts-expect-error A number is no text.
  await app.events.entry.create({ text: 7 })
  // @ts-expect-error The profile's own events are not the facade's.
  await app.events.message.create({ text: 'hello' })
  // @ts-expect-error A slot is not updated.
  await app.slots.welcome.update({ text: 'come in' })
  await app.slots.welcome.set({ text: 'come in' })
  const text: string | undefined = (await app.slots.welcome.get())?.text
  const counts: ReadonlyMap<string, number> = await app.views.entriesByAuthor().sync()
  const entries = await app.views.entries({ readable: true }).query()
  // @ts-expect-error There may be no first entry.
  const first: string = entries[0].content.text
  return `${seq + 1n} ${text} ${counts.size} ${first}`
}
