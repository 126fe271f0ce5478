import autocannon from 'autocannon'
import { type Load, mustBeWell, optionsOf } from './load.ts'

/* A process that keeps a server busy until it is told to stop. */

const load = JSON.parse(process.env['LOAD']!) as Load
const busy = autocannon({ ...optionsOf(load), duration: 86_400 }, (error: Error | null, result) => {
  if (error) throw error
  mustBeWell(result)
})
process.once('SIGTERM', () => busy.stop())
busy.once('response', () => console.log(`Busy at http://127.0.0.1:${load.port}`))
