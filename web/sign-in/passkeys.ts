import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser'
import type { TFunction } from 'i18next'
import { addPasskey, beginPasskey, beginPasskeySignIn, type Passkey, signInWithPasskey } from '#contract/passkeys.ts'
import type { Me } from '#contract/sign-in.ts'
import { call } from '#web/api/call.ts'
import { Refused } from '#web/api/refused.ts'

type Words = TFunction<'sign-in'>

/** Browsers have passkeys for host names, over https or on this machine, and never for the number of a machine. */
export const canHavePasskeys = (): boolean =>
  browserSupportsWebAuthn() && !/^\[|^[\d.]+$/.test(window.location.hostname)

/** Has a passkey made and adds it. @throws Refused */
export async function makePasskey(told: { currentPassword: string; name: string }, t: Words): Promise<Passkey> {
  const optionsJSON = await call(beginPasskey, { currentPassword: told.currentPassword })
  const credential = await startRegistration({ optionsJSON }).catch((error: unknown) => {
    throw isNamed(error, 'InvalidStateError') ? refused(t('passkeyIsHere')) : inWords(error, t('passkeyNotMade'))
  })
  return call(addPasskey, { name: told.name, credential })
}

/** Signs in with whichever passkey its person chooses. @throws Refused */
export async function showPasskey(t: Words): Promise<Me> {
  const optionsJSON = await call(beginPasskeySignIn, {})
  const credential = await startAuthentication({ optionsJSON }).catch((error: unknown) => {
    throw inWords(error, t('passkeyNotShown'))
  })
  return call(signInWithPasskey, { credential })
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name
const refused = (title: string): Refused => new Refused('passkey_refused', { title })

/** Browsers tell alike that somebody said no, waited too long or has no passkey here. */
const inWords = (error: unknown, title: string): unknown =>
  isNamed(error, 'NotAllowedError') || isNamed(error, 'AbortError') ? refused(title) : error
