/** What a key looks like where it must not be, whole or in part: eight octets of it are enough. */

const WINDOW = 8

/** Forms of a key (hex64), each as octets, by name. */
export function needles(key) {
  const octets = Buffer.from(key, 'hex')
  const forms = new Map()
  const add = (name, value) => forms.set(`${name} ${forms.size}`, Buffer.isBuffer(value) ? value : Buffer.from(value, 'latin1'))
  for (let at = 0; at + WINDOW <= octets.length; at++) {
    const part = octets.subarray(at, at + WINDOW)
    const hex = part.toString('hex')
    add('raw', part)
    add('raw, backwards', Buffer.from(part).reverse())
    add('hex', hex)
    add('HEX', hex.toUpperCase())
    add('hex in UTF-16', Buffer.from(hex, 'utf16le'))
    for (const separator of [',', ', ', ' ']) add('octets as numbers', [...part].join(separator))
    add('hex octets', [...part].map((octet) => octet.toString(16).padStart(2, '0')).join(' '))
    add('hex with colons', [...part].map((octet) => octet.toString(16).padStart(2, '0')).join(':'))
  }
  // Nine octets are twelve digits; whatever came before them, some nine begin where digits begin.
  for (let at = 0; at + 9 <= octets.length; at++) {
    add('base64', octets.subarray(at, at + 9).toString('base64'))
    add('base64url', octets.subarray(at, at + 9).toString('base64url'))
  }
  for (const number of [BigInt(`0x${key}`), BigInt(`0x${Buffer.from(octets).reverse().toString('hex')}`)]) {
    const digits = number.toString()
    for (let at = 0; at + 20 <= digits.length; at += 5) add('decimal', digits.slice(at, at + 20))
  }
  return forms
}

/** The forms that are in some octets. */
export function found(forms, haystack) {
  return [...forms].filter(([, needle]) => haystack.includes(needle)).map(([name]) => name.replace(/ \d+$/, ''))
}
