import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/**
 * Closes, when the server closes, what has asked nothing yet. Browsers connect ahead of need; Node counts a connection
 * without a request as busy until its time for headers is over, and would wait a minute and longer for it.
 */
export function closeUnasked(app: FastifyInstance): void {
  const unasked = new Set<Socket>()
  let isClosing = false
  app.server.on('connection', (socket: Socket) => {
    if (isClosing) socket.destroy()
    else unasked.add(socket)
    socket.once('close', () => unasked.delete(socket))
  })
  app.server.on('request', ({ socket }: { socket: Socket }) => unasked.delete(socket))
  app.addHook('preClose', async () => {
    isClosing = true
    for (const socket of unasked) socket.destroy()
  })
}
