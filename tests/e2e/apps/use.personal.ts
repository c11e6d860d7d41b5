export type { App } from './app/app.js'
