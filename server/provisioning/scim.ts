import type { Spoken } from '#server/gate/gate.ts'
import type { Work } from '#server/gate/work.ts'
import { remove as removeGroup } from '#server/groups/groups.ts'
import { read, type Told } from './attributes.ts'
import { discovery } from './discovery.ts'
import type { Asked, Serve } from './door.ts'
import { groupOf, groupRow, groups, holdGroup } from './groups.ts'
import { operationsOf, toldBy } from './patch.ts'
import { answered, listingOf, refuseUnlessMatching, shownBy } from './resource.ts'
import { ScimError } from './scim-error.ts'
import { userOf, userRow, users } from './users.ts'
import { addGroup, changeGroup, groupToldBy, readGroup, type ToldOfGroup } from './write-groups.ts'
import { add, change, remove } from './write-users.ts'

/** SCIM 2.0, by its routes below `/scim/v2` (RFC 7644, 3.2). */
export function scim(serve: Serve): void {
  for (const [url, describe] of Object.entries(discovery)) {
    serve('GET', url, 'reading', async (_work, { base, query }) => describe({ base, query, id: undefined }))
    if (url !== '/ServiceProviderConfig') serve('GET', `${url}/:id`, 'reading', async (_work, asked) => describe(asked))
  }

  serve('GET', '/Users', 'reading', (work, { query, base }) => users(work, listingOf(query), base))
  serve('POST', '/Users/.search', 'reading', (work, { body, base }) => users(work, listingOf(body()), base))
  serve('POST', '/Users', 'in_turn', addUser)
  serve('GET', '/Users/:id', 'reading', (work, asked) => user(work, asked, asked.id))
  serve('PUT', '/Users/:id', 'in_turn', (work, asked) => changeUser(work, asked, () => replacing(asked)))
  serve('PATCH', '/Users/:id', 'in_turn', (work, asked) =>
    changeUser(work, asked, (held) => toldBy(operationsOf(asked.body()), held)),
  )
  serve('DELETE', '/Users/:id', 'in_turn', deleteUser)

  serve('GET', '/Groups', 'reading', (work, { query, base }) => groups(work, listingOf(query), base))
  serve('POST', '/Groups/.search', 'reading', (work, { body, base }) => groups(work, listingOf(body()), base))
  serve('POST', '/Groups', 'writing', async (work, asked) => {
    const told = readGroup(asked.body())
    asked.isAbout(told.name)
    return group(work, asked, await addGroup(work, told, asked.remark), 201)
  })
  serve('GET', '/Groups/:id', 'reading', (work, asked) => group(work, asked, asked.id))
  serve('PUT', '/Groups/:id', 'writing', async (work, asked) => {
    await writeGroup(work, asked, () => readGroup(asked.body()))
    return group(work, asked, asked.id)
  })
  serve('PATCH', '/Groups/:id', 'writing', async (work, asked) => {
    await writeGroup(work, asked, () => groupToldBy(operationsOf(asked.body())))
    // Without a body, since there may be many members; unless it was asked for (RFC 7644, 3.5.2).
    if (asked.query['attributes'] !== undefined) return group(work, asked, asked.id)
    const { version } = groupOf(await groupRow(work, asked.id, withoutMembers), asked.base)
    return { status: 204, headers: { etag: version } }
  })
  serve('DELETE', '/Groups/:id', 'writing', async (work, asked) => {
    const { name } = await groupToChange(work, asked)
    asked.isAbout(name)
    await removeGroup(work, { groupId: asked.id })
    return { status: 204 }
  })

  serve(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], '/*', 'reading', async (_work, { base, rest }) => {
    const why = notSupported.get(rest.toLowerCase())
    if (why) throw new ScimError(501, undefined, why)
    throw new ScimError(
      404,
      undefined,
      `There is nothing at this address. Ask ${base}/ResourceTypes for what there is.`,
    )
  })
}

/** What RFC 7644 has and we have not, as ServiceProviderConfig tells it. */
const notSupported = new Map([
  ['me', 'A token is nobody’s own. Ask for /Users.'],
  ['bulk', 'Send requests one by one.'],
  ['.search', 'Search /Users or /Groups.'],
])

const withoutMembers = { excluded: ['members'] }

async function user(work: Work, asked: Asked, id: string, status = 200): Promise<Spoken> {
  const row = await userRow(work, id)
  asked.isAbout(row.userName)
  const shown = shownBy(asked.query)
  return answered(userOf(row, asked.base), shown, { status, ifNoneMatch: asked.ifNoneMatch })
}

async function addUser(work: Work, asked: Asked): Promise<Spoken | ScimError> {
  shownBy(asked.query)
  const told = read(asked.body())
  asked.isAbout(told.userName)
  const added = await add(work, told, asked.remark)
  return added instanceof ScimError ? added : user(work, asked, added, 201)
}

/** Left out by a PUT is taken away (RFC 7644, 3.5.1), except for what decides who somebody is and whether they are in. */
function replacing(asked: Asked): Told {
  const cleared = { displayName: null, title: null, preferredLanguage: null, phone: null, department: null }
  return { ...cleared, ...read(asked.body()) }
}

async function changeUser(work: Work, asked: Asked, toldOf: (held: Told) => Told): Promise<Spoken> {
  const row = await userRow(work, asked.id)
  asked.isAbout(row.userName)
  shownBy(asked.query)
  refuseUnlessMatching(asked.ifMatch, userOf(row, asked.base).version)
  const { email, phone } = row
  await change(work, row, toldOf({ email, phone }), asked.remark)
  return user(work, asked, asked.id)
}

async function deleteUser(work: Work, asked: Asked): Promise<Spoken> {
  const row = await userRow(work, asked.id)
  asked.isAbout(row.userName)
  refuseUnlessMatching(asked.ifMatch, userOf(row, asked.base).version)
  await remove(work, row)
  return { status: 204 }
}

async function group(work: Work, asked: Asked, id: string, status = 200): Promise<Spoken> {
  const shown = shownBy(asked.query)
  const row = await groupRow(work, id, shown)
  asked.isAbout(row.name)
  return answered(groupOf(row, asked.base), shown, { status, ifNoneMatch: asked.ifNoneMatch })
}

async function groupToChange(work: Work, asked: Asked) {
  shownBy(asked.query)
  // Of two who hold the same version one is told that it is no longer so.
  if (asked.ifMatch !== undefined) await holdGroup(work, asked.id)
  const row = await groupRow(work, asked.id, withoutMembers)
  asked.isAbout(row.name)
  refuseUnlessMatching(asked.ifMatch, groupOf(row, asked.base).version)
  return row
}

async function writeGroup(work: Work, asked: Asked, toldOf: () => ToldOfGroup): Promise<void> {
  await changeGroup(work, await groupToChange(work, asked), toldOf(), asked.remark)
}
