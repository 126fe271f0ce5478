import { z } from 'zod'
import { done, endpoint, nothing } from './endpoint.ts'
import { Selection } from './lifecycle.ts'
import { Id, Line } from './words.ts'

export const Group = z.strictObject({
  id: Id,
  name: z.string(),
  description: z.string().nullable(),
  active: z.int(),
  inactive: z.int(),
  /** An identity provider made it, and says who belongs to it. */
  isProvisioned: z.boolean(),
})
export type Group = z.infer<typeof Group>

const told = { name: Line(100), description: Line(500).nullable() }

export const listGroups = endpoint({
  method: 'GET',
  path: '/api/v1/groups',
  access: 'people',
  tag: 'Groups',
  summary: 'All groups, with how many people of each status they have',
  input: nothing,
  answer: z.strictObject({ items: z.array(Group) }),
})

export const addGroup = endpoint({
  method: 'POST',
  path: '/api/v1/groups',
  access: 'account',
  tag: 'Groups',
  summary: 'Add a group',
  input: z.strictObject({ ...told, description: told.description.default(null) }),
  answer: Group,
  problems: ['name_taken'],
})

export const editGroup = endpoint({
  method: 'PATCH',
  path: '/api/v1/groups/:groupId',
  access: 'account',
  tag: 'Groups',
  summary: 'Rename or describe a group',
  input: z.strictObject({ groupId: Id, ...z.strictObject(told).partial().shape }),
  answer: Group,
  problems: ['not_found', 'name_taken'],
})

export const deleteGroup = endpoint({
  method: 'DELETE',
  path: '/api/v1/groups/:groupId',
  access: 'account',
  tag: 'Groups',
  summary: 'Delete a group. Its people stay',
  input: z.strictObject({ groupId: Id }),
  answer: done,
  problems: ['not_found'],
})

export const changeMembers = endpoint({
  method: 'POST',
  path: '/api/v1/groups/:groupId/people',
  access: 'people',
  tag: 'Groups',
  summary: 'Add people to a group, or take them out',
  input: z.strictObject({ groupId: Id, users: Selection, change: z.enum(['add', 'remove']) }),
  answer: z.strictObject({ selected: z.int(), changed: z.int(), alreadySo: z.int(), refused: z.int() }),
  problems: ['not_found'],
})
