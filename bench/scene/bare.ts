import Fastify from 'fastify'
import pg from 'pg'

/* The limit of the gate: Fastify with one prepared look-up by key and nothing else, on the driver and as many connections as we use. */

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 20, keepAlive: true })
const [accountId, userId] = process.env['WHOM']!.split(' ')
const app = Fastify()
app.get('/', async () => {
  const { rows } = await pool.query<{ role: string; status: string }>({
    name: 'one',
    text: 'select role, status from users where account_id = $1 and id = $2',
    values: [accountId, userId],
  })
  return rows[0]
})
process.once('SIGTERM', () => void app.close().then(() => pool.end()))
console.log(`Bare at ${await app.listen({ host: '127.0.0.1', port: 0 })}`)
