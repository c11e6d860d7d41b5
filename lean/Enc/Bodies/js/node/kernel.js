/** The kernel as emitted JavaScript: the functions that a host calls, by name. */

import { frame, letters, octets, request } from '../../sdk/core/rt/wire.js'
import { headers } from './api.js'
import { auditReads, auditStep } from './audit.js'
import { reads, route, step } from './node.js'
import { writes } from './persistence.js'
import { deliver } from './ws-handlers.js'

const FUNCTIONS = {
  'rt.request': request,
  'rt.frame': frame,
  'rt.octets': octets,
  'rt.letters': letters,
  'node/Node.route': route,
  'node/Node.reads': reads,
  'node/Node.step': step,
  'node/Api.headers': headers,
  'node/Persistence.writes': writes,
  'node/WsHandlers.deliver': deliver,
  'node/Audit.auditReads': auditReads,
  'node/Audit.auditStep': auditStep,
}

export const kernel = {
  call(name, ...args) {
    return FUNCTIONS[name](...args)
  },
}
