import { checkSetupLink, listTimeZones } from '#contract/accounts.ts'
import { checkLink, getMailChoice, getPassword, getWelcome, listSessions } from '#contract/sign-in.ts'
import { listPasskeys } from '#contract/passkeys.ts'
import { ask } from '#web/api/ask.ts'

export const welcome = () => ask(getWelcome, {})
export const setupLink = (token: string) => ({ ...ask(checkSetupLink, { token }), staleTime: Infinity, retry: false })
export const timeZones = () => ({ ...ask(listTimeZones, {}), staleTime: Infinity })
export const sessions = () => ask(listSessions, {})
export const mailedLink = (token: string, purpose: 'invitation' | 'password_reset') => ({
  ...ask(checkLink, { token, purpose }),
  retry: false,
})
export const password = () => ask(getPassword, {})
export const passkeys = () => ask(listPasskeys, {})
export const reminders = () => ask(getMailChoice, {})
