import { addGroup, changeMembers, deleteGroup, editGroup, listGroups } from '#contract/groups.ts'
import type { Gate } from '#server/gate/gate.ts'
import { changeMembers as change } from './change-members.ts'
import { add, edit, groups, remove } from './groups.ts'

export function groupsRoutes({ serve }: Gate): void {
  serve(listGroups, (work) => groups(work))
  serve(addGroup, add)
  serve(editGroup, edit)
  serve(deleteGroup, remove)
  serve(changeMembers, change)
}
