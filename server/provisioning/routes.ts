import type { FastifyInstance } from 'fastify'
import { addProvisioningToken, linkPerson, listPeopleToLink, listScimCalls } from '#contract/provisioning.ts'
import type { Database } from '#server/db/database.ts'
import type { Gate } from '#server/gate/gate.ts'
import { add as addToken } from '#server/tokens/tokens.ts'
import { calls } from './calls.ts'
import { openDoor } from './door.ts'
import { link, peopleToLink } from './link.ts'
import { scim } from './scim.ts'

export async function provisioningRoutes(app: FastifyInstance, gate: Gate, database: Database): Promise<void> {
  const { serve } = gate
  serve(addProvisioningToken, (work, { name, days }) =>
    addToken(work, { name, days, kind: 'account', scopes: ['provisioning'] }),
  )
  serve(listScimCalls, calls)
  serve(listPeopleToLink, peopleToLink)
  serve(linkPerson, link)
  await openDoor(app, gate, database, scim)
}
