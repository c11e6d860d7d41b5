// The declarations name nothing of browsers or Node: this is compiled without either's library.
import { Enclave, HttpClient, LocalWallet, type Event, type Receipt, type TreeHead } from '@enc-protocol/client'
import { DataView } from '@enc-protocol/dataview'

export async function said(node: HttpClient, key: string, manifest: { enc_v: bigint; RBAC: { states: string[] } }): Promise<[Receipt, TreeHead, readonly Event[]]> {
  const { enclave, receipt } = await Enclave.create({ node, manifest, wallet: new LocalWallet(key) })
  const { events } = await enclave.query({ type: ['message'], limit: 10n })
  const view = new DataView<bigint>({ enclave, initial: 0n, apply: (count, event) => count + event.seq })
  await view.sync()
  return [receipt, await enclave.treeHead(), events]
}
