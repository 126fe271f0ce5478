import { hashPassword } from '#server/gate/passwords.ts'
import { anAccount, Person, store } from './account.ts'

export const password = 'correct horse battery staple'
export const passwordHash = await hashPassword(password)

/** An account in which everybody has this password. */
export async function withPassword() {
  const account = await anAccount({ learners: 2 })
  await store.updateTable('credentials').set({ passwordHash }).where('accountId', '=', account.accountId).execute()
  return account
}

/** The browser of somebody in which nobody is signed in. */
export const visitor = ({ id, email, host }: Person): Person => new Person({ id, email, host })
