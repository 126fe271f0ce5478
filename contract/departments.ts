import { z } from 'zod'
import { done, endpoint, nothing } from './endpoint.ts'
import { Selection } from './lifecycle.ts'
import { Named } from './people.ts'
import { Id, Line } from './words.ts'

export const Department = z.strictObject({
  id: Id,
  parentId: Id.nullable(),
  name: z.string(),
  /** In this department itself, those below not counted. */
  active: z.int(),
  inactive: z.int(),
  administrators: z.array(Named),
})
export type Department = z.infer<typeof Department>

const told = { name: Line(100), parentId: Id.nullable() }

export const listDepartments = endpoint({
  method: 'GET',
  path: '/api/v1/departments',
  access: 'people',
  tag: 'Departments',
  summary: 'All departments, as a flat list with parents; a department administrator sees their own and those below',
  input: nothing,
  answer: z.strictObject({ items: z.array(Department) }),
})

export const addDepartment = endpoint({
  method: 'POST',
  path: '/api/v1/departments',
  access: 'account',
  tag: 'Departments',
  summary: 'Add a department',
  input: z.strictObject({ ...told, parentId: told.parentId.default(null) }),
  answer: Department,
  problems: ['name_taken', 'unknown_department'],
})

export const editDepartment = endpoint({
  method: 'PATCH',
  path: '/api/v1/departments/:departmentId',
  access: 'account',
  tag: 'Departments',
  summary: 'Rename a department, or move it with all below',
  input: z.strictObject({ departmentId: Id, ...z.strictObject(told).partial().shape }),
  answer: Department,
  problems: ['not_found', 'name_taken', 'unknown_department', 'inside_itself'],
})

export const deleteDepartment = endpoint({
  method: 'DELETE',
  path: '/api/v1/departments/:departmentId',
  access: 'account',
  tag: 'Departments',
  summary: 'Delete a department. Its people move to the one above',
  input: z.strictObject({ departmentId: Id }),
  answer: done,
  problems: ['not_found', 'has_departments'],
})

export const moveToDepartment = endpoint({
  method: 'POST',
  path: '/api/v1/departments/move-people',
  access: 'people',
  tag: 'Departments',
  summary: 'Change the department of people',
  input: z.strictObject({ users: Selection, departmentId: Id.nullable() }),
  answer: z.strictObject({ selected: z.int(), changed: z.int(), alreadySo: z.int(), refused: z.int() }),
  problems: ['unknown_department', 'outside_your_departments'],
})
