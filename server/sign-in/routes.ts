import {
  changePassword,
  endSession,
  getMe,
  getWelcome,
  listSessions,
  signIn,
  signOut,
  signOutEverywhere,
} from '#contract/sign-in.ts'
import type { Gate } from '#server/gate/gate.ts'
import { changePassword as change } from './change-password.ts'
import { me } from './me.ts'
import { end, sessions, signOut as out, signOutEverywhere as outEverywhere } from './sessions.ts'
import { signIn as into } from './sign-in.ts'
import { welcome } from './welcome.ts'

export function signInRoutes({ serve, servePublic }: Gate): void {
  servePublic(getWelcome, welcome)
  servePublic(signIn, into)
  serve(signOut, out)
  serve(getMe, (work) => me(work))
  serve(listSessions, sessions)
  serve(endSession, end)
  serve(signOutEverywhere, outEverywhere)
  serve(changePassword, change)
}
