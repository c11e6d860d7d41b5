/** Reads or writes one row of a store of the JavaScript node: `node rows.mjs DATA list PREFIX | get KEY | set KEY TEXT | drop KEY`. */

import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'

const [data, what, key, text] = process.argv.slice(2)
const db = new ClassicLevel(join(data, 'store'))
if (what === 'list') process.stdout.write((await db.keys({ gte: key, lt: `${key}~` }).all()).join('\n'))
else if (what === 'get') process.stdout.write((await db.get(key)) ?? '')
else if (what === 'set') await db.put(key, text, { sync: true })
else await db.del(key, { sync: true })
await db.close()
