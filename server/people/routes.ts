import { inviteUsers } from '#contract/lifecycle.ts'
import { addCustomField, deleteCustomField, listCustomFields } from '#contract/accounts.ts'
import { countUsers, deleteUser, editUser, findUsers, getUser, listUsers, setPassword } from '#contract/people.ts'
import type { Gate } from '#server/gate/gate.ts'
import { counts } from './counts.ts'
import { add, customFields, remove as removeField } from './custom-fields.ts'
import { remove } from './delete.ts'
import { edit } from './edit.ts'
import { find } from './find.ts'
import { invite } from './invite.ts'
import { list } from './list.ts'
import { person } from './person.ts'
import { setPassword as set } from './set-password.ts'

export function peopleRoutes({ serve, serveInTurn }: Gate): void {
  serve(listUsers, list)
  serve(countUsers, counts)
  serve(findUsers, find)
  serve(getUser, person)
  serveInTurn(editUser, edit)
  serveInTurn(deleteUser, remove)
  serve(inviteUsers, invite)
  serve(setPassword, set)
  serve(listCustomFields, customFields)
  serve(addCustomField, add)
  serve(deleteCustomField, removeField)
}
