import type { Spoken } from '#server/gate/gate.ts'
import { enterpriseSchema, groupSchema, userSchema } from './path.ts'
import { MOST_RESULTS } from './resource.ts'
import { schemas } from './schemas.ts'
import { ScimError } from './scim-error.ts'

const ofSchema = (name: string) => `urn:ietf:params:scim:schemas:core:2.0:${name}`

/** What is announced works, and what does not is not announced (R37, RFC 7643, 5). */
const serviceProviderConfig = (base: string) => ({
  schemas: [ofSchema('ServiceProviderConfig')],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: MOST_RESULTS },
  changePassword: { supported: false },
  sort: { supported: true },
  etag: { supported: true },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Token for provisioning',
      description: 'Made by an administrator under Settings → Provisioning, and sent as Authorization: Bearer.',
      specUri: 'https://www.rfc-editor.org/info/rfc6750',
      primary: true,
    },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
})

const resourceTypes = [
  {
    id: 'User',
    name: 'User',
    endpoint: '/Users',
    description: 'People',
    schema: userSchema,
    schemaExtensions: [{ schema: enterpriseSchema, required: false }],
  },
  { id: 'Group', name: 'Group', endpoint: '/Groups', description: 'Groups', schema: groupSchema },
]

type Described = Readonly<Record<string, unknown>> & { readonly id: string }

/** One kind of description, or one of its kind by id. */
function described(
  kind: 'ResourceType' | 'Schema',
  all: readonly Described[],
  base: string,
  id: string | undefined,
): Spoken {
  const told = all.map((one) => ({
    schemas: [ofSchema(kind)],
    ...one,
    meta: { resourceType: kind, location: `${base}/${kind}s/${one.id}` },
  }))
  if (id === undefined)
    return {
      status: 200,
      body: {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        totalResults: told.length,
        startIndex: 1,
        itemsPerPage: told.length,
        Resources: told,
      },
    }
  const body = told.find((one) => one.id.toLowerCase() === id.toLowerCase())
  if (!body) throw new ScimError(404, undefined, `There is no ${kind} ${id.slice(0, 100)}.`)
  return { status: 200, body }
}

interface Asked {
  readonly base: string
  readonly id: string | undefined
  readonly query: Readonly<Record<string, unknown>>
}

/** A filter is not ignored, lest somebody believe that what comes matches it (RFC 7644, 4). */
function refuseFilter({ query }: Asked): void {
  if (query['filter'] !== undefined) throw new ScimError(403, undefined, 'What is described here cannot be filtered.')
}

export const discovery = {
  '/ServiceProviderConfig': (asked: Asked): Spoken => {
    refuseFilter(asked)
    return { status: 200, body: serviceProviderConfig(asked.base) }
  },
  '/ResourceTypes': (asked: Asked): Spoken => {
    refuseFilter(asked)
    return described('ResourceType', resourceTypes, asked.base, asked.id)
  },
  '/Schemas': (asked: Asked): Spoken => {
    refuseFilter(asked)
    return described('Schema', schemas, asked.base, asked.id)
  },
}
