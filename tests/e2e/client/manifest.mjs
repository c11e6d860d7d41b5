// The enclave of these stories: members write, readers of traits are pushed to or notified, bundles of four.

const row = (event, operator, ops, more = {}) => ({ event, operator, ops, ...more })

/** The content of its manifest. */
export function club(owner, bundle = { size: 4n, timeout: 200n }) {
  return {
    enc_v: 2n,
    bundle,
    RBAC: {
      states: ['MEMBER'],
      traits: ['owner(0)', 'view(1)', 'bell(2)'],
      readers: [
        { type: 'MEMBER', reads: '*' },
        { type: 'bell', reads: ['message'] },
      ],
      moves: [
        row('Move', 'owner', ['C'], { from: 'OUTSIDER', to: 'MEMBER' }),
        row('Move', 'owner', ['C'], { from: 'MEMBER', to: 'OUTSIDER' }),
        row('Move', 'Self', ['C'], { from: 'OUTSIDER', to: 'MEMBER', alias: 'door', gate: { operator: 'owner' } }),
      ],
      grants: [
        { event: 'Grant', operator: 'owner', scope: 'OUTSIDER', trait: ['view', 'bell'] },
        { event: 'Revoke', operator: 'owner', scope: 'OUTSIDER', trait: ['view', 'bell'] },
      ],
      slots: [row('Shared', 'MEMBER', ['C', 'U', 'D'], { key: 'topic' })],
      lifecycle: ['Pause', 'Resume', 'Terminate', 'Migrate'].map((event) => row(event, 'owner', ['C'])),
      customs: [
        row('message', 'MEMBER', ['C']),
        row('message', 'Sender', ['U', 'D']),
        row('message', 'view', ['P']),
        row('message', 'bell', ['N']),
      ],
      init: { identity: owner, state: 'MEMBER', traits: ['owner'] },
    },
  }
}
