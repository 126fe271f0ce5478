import { startEmbedded } from '#server/db/embedded.ts'

/*
 * A node in a process of its own, of which only the database runs: to be killed in tests, or to have another clock.
 * Tells the superuser's address when it is ready, and stops on SIGTERM.
 */

// For PostgreSQL alone: this process has been loaded already.
const { POSTGRES_PRELOADS: library } = process.env
if (library) process.env['LD_PRELOAD'] = library

const postgres = await startEmbedded(process.argv[2]!)
process.on('SIGTERM', () => void postgres.stop().then(() => process.exit(0)))
console.log(postgres.superuserUrl)
setInterval(() => {}, 60_000)
