/** Everything of the client. */

export { ApiError, HttpClient } from './http.js'
export { RegistryClient } from './registry-client.js'
export { Enclave, Namespace, ProofError } from './sdk.js'
export { createSession, generateKey, signRequest } from './session.js'
export { BrowserWallet, LocalWallet } from './wallet.js'
export { SocketError, WsClient, socketUrl } from './ws.js'
