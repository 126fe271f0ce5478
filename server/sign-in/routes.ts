import {
  askForReset,
  changeMailChoice,
  changePassword,
  checkLink,
  endSession,
  getMailChoice,
  getMe,
  getWelcome,
  listSessions,
  signIn,
  signOut,
  signOutEverywhere,
  unsubscribe,
  useLink,
} from '#contract/sign-in.ts'
import type { Gate } from '#server/gate/gate.ts'
import { askForReset as forReset } from './ask-for-reset.ts'
import { changePassword as change } from './change-password.ts'
import { checkLink as check, unsubscribe as leave, useLink as use } from './links.ts'
import { me } from './me.ts'
import { chooseReminders, reminders } from './reminders.ts'
import { end, sessions, signOut as out, signOutEverywhere as outEverywhere } from './sessions.ts'
import { signIn as into } from './sign-in.ts'
import { welcome } from './welcome.ts'

export function signInRoutes({ ask, serve, servePublic }: Gate): void {
  servePublic(getWelcome, welcome)
  servePublic(signIn, into)
  serve(signOut, out)
  ask(getMe, me)
  serve(listSessions, sessions)
  serve(endSession, end)
  serve(signOutEverywhere, outEverywhere)
  serve(changePassword, change)
  servePublic(askForReset, forReset)
  servePublic(checkLink, check)
  servePublic(useLink, use)
  servePublic(unsubscribe, leave)
  ask(getMailChoice, reminders)
  serve(changeMailChoice, chooseReminders)
}
