import {
  askForReset,
  changeMailChoice,
  changePassword,
  checkLink,
  endSession,
  getMailChoice,
  getMe,
  getPassword,
  getWelcome,
  listSessions,
  signIn,
  signOut,
  signOutEverywhere,
  unsubscribe,
  useLink,
} from '#contract/sign-in.ts'
import {
  beginSetUpAtSignIn,
  changeSecondStepRule,
  confirmAuthenticator,
  endAuthenticator,
  endSecondStepOf,
  finishSetUpAtSignIn,
  finishSignIn,
  getSecondStep,
  getSecondStepRule,
  renewRecoveryCodes,
  startAuthenticator,
} from '#contract/second-step.ts'
import {
  addPasskey,
  beginPasskey,
  beginPasskeySignIn,
  listPasskeys,
  removePasskey,
  renamePasskey,
  signInWithPasskey,
} from '#contract/passkeys.ts'
import type { Gate } from '#server/gate/gate.ts'
import { askForReset as forReset } from './ask-for-reset.ts'
import { changePassword as change, password } from './change-password.ts'
import { checkLink as check, unsubscribe as leave, useLink as use } from './links.ts'
import { me } from './me.ts'
import { addMine, beginMine, passkeys, removeMine, renameMine } from './my-passkeys.ts'
import { changeRule, confirmMine, endMine, endOf, mySecondStep, renew, rule, start } from './my-second-step.ts'
import { beginWithPasskey, enterWithPasskey } from './passkey-sign-in.ts'
import { chooseReminders, reminders } from './reminders.ts'
import { beginSetUp, finish, finishSetUp } from './second-step.ts'
import { end, sessions, signOut as out, signOutEverywhere as outEverywhere } from './sessions.ts'
import { signIn as into } from './sign-in.ts'
import { welcome } from './welcome.ts'

export function signInRoutes({ ask, serve, servePublic }: Gate): void {
  servePublic(getWelcome, welcome)
  servePublic(signIn, into)
  servePublic(finishSignIn, finish)
  servePublic(beginSetUpAtSignIn, beginSetUp)
  servePublic(finishSetUpAtSignIn, finishSetUp)
  servePublic(beginPasskeySignIn, beginWithPasskey)
  servePublic(signInWithPasskey, enterWithPasskey)
  serve(signOut, out)
  ask(getMe, me)
  serve(listSessions, sessions)
  serve(endSession, end)
  serve(signOutEverywhere, outEverywhere)
  ask(getPassword, password)
  serve(changePassword, change)
  serve(getSecondStep, mySecondStep)
  serve(startAuthenticator, start)
  serve(confirmAuthenticator, confirmMine)
  serve(renewRecoveryCodes, renew)
  serve(endAuthenticator, endMine)
  serve(endSecondStepOf, endOf)
  serve(getSecondStepRule, rule)
  serve(changeSecondStepRule, changeRule)
  serve(listPasskeys, passkeys)
  serve(beginPasskey, beginMine)
  serve(addPasskey, addMine)
  serve(renamePasskey, renameMine)
  serve(removePasskey, removeMine)
  servePublic(askForReset, forReset)
  servePublic(checkLink, check)
  servePublic(useLink, use)
  servePublic(unsubscribe, leave)
  ask(getMailChoice, reminders)
  serve(changeMailChoice, chooseReminders)
}
