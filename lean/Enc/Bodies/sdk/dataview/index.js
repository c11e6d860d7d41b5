/** Projections of an enclave's events to a read model. A view is for reading comfortably; what matters is verified at the enclave. */

import { matchesFilter } from '@enc-protocol/core/filter'

/** A view: a fold over verified events, in their order, each once. */
export class DataView {
  constructor({ enclave, apply, initial, filter = {}, save = () => {}, snapshot, readable = true }) {
    Object.assign(this, { enclave, apply, filter, save, readable })
    this.next = snapshot?.next ?? 0n
    this.state = snapshot?.state ?? initial
    this.tail = Promise.resolve()
  }

  async take(event) {
    if (event.seq < this.next || matchesFilter(this.filter, event) !== true) return
    this.state = this.apply(this.state, event)
    this.next = event.seq + 1n
  }

  keep() {
    return this.save({ next: this.next, state: this.state })
  }

  /** One thing after the other, whoever asks for it. */
  turn(task) {
    const result = this.tail.then(task)
    this.tail = result.catch(() => {})
    return result
  }

  sync() {
    return this.turn(async () => {
      for await (const event of this.enclave.events({ ...this.filter, seq: { start: this.next } })) await this.take(event)
      await this.keep()
      return this.state
    })
  }

  follow({ ended } = {}) {
    return this.enclave.subscribe({
      filter: { ...this.filter, seq: { start: this.next } },
      event: (event) => {
        this.turn(async () => {
          await this.take(event)
          await this.keep()
        }).catch(this.enclave.onError)
      },
      ...(ended === undefined ? {} : { ended }),
    })
  }

  async deliver(payload) {
    if (payload?.enclave !== this.enclave.id) return false
    if (payload.type === 'Notify') {
      if (this.readable) await this.sync()
      return this.readable
    }
    if (payload.type !== 'Push') return false
    const event = await this.enclave.checkEvent(payload.event)
    // What came between is fetched, so that nothing is applied out of order.
    if (this.readable && event.seq !== this.next) {
      await this.sync()
    } else {
      await this.turn(async () => {
        await this.take(event)
        await this.keep()
      })
    }
    return true
  }

  query(project = (state) => state) {
    return this.turn(() => project(this.state))
  }
}
