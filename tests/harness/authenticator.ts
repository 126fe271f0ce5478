import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'
import type { Answer, Call } from '#contract/endpoint.ts'
import { addPasskey, beginPasskey, beginPasskeySignIn, signInWithPasskey } from '#contract/passkeys.ts'
import type { Person } from './account.ts'
import type { Reply } from './send.ts'

/** What an authenticator or a browser does otherwise than it should. */
interface Otherwise {
  readonly origin?: string
  readonly rpId?: string
  readonly isVerified?: boolean
  readonly counter?: number
  readonly userHandle?: string
  /** What the browser says that is done. */
  readonly type?: string
}

const flag = { present: 1, verified: 4, withKey: 64 } as const
const sha256 = (bytes: string | Buffer): Buffer => createHash('sha256').update(bytes).digest()

const uint = (value: number, bytes: 2 | 4): Buffer => {
  const written = Buffer.alloc(bytes)
  written.writeUIntBE(value, 0, bytes)
  return written
}

/** A device with one passkey, and the browser that it speaks through: as WebAuthn says, without a person to touch it. */
export class Authenticator {
  readonly #key: KeyObject
  readonly #publicKey: KeyObject
  readonly #origin: string
  readonly id = randomBytes(32).toString('base64url')
  #rpId = ''
  #userHandle = ''
  counter = 0

  constructor(origin: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#key = privateKey
    this.#publicKey = publicKey
    this.#origin = origin
  }

  /** One that this person has added. */
  static async of(person: Person, currentPassword: string): Promise<Authenticator> {
    const authenticator = new Authenticator(`http://${person.host}`)
    const credential = authenticator.make(await person.call(beginPasskey, { currentPassword }))
    await person.call(addPasskey, { name: 'Phone', credential })
    return authenticator
  }

  /** Signs in at a browser in which nobody is. */
  async enter(nobody: Person, otherwise: Otherwise = {}, headers: Record<string, string> = {}): Promise<Reply> {
    const options = await nobody.call(beginPasskeySignIn, {}, headers)
    return nobody.send(signInWithPasskey, { credential: this.show(options, otherwise) }, headers)
  }

  /** `navigator.credentials.create()` */
  make(options: Answer<typeof beginPasskey>, otherwise: Otherwise = {}): Call<typeof addPasskey>['credential'] {
    this.#rpId = options.rp.id
    this.#userHandle = options.user.id
    const said = { type: 'webauthn.create', challenge: options.challenge, origin: this.#origin, ...otherwise }
    const credentialId = Buffer.from(this.id, 'base64url')
    const { x, y } = this.#publicKey.export({ format: 'jwk' })
    const key = isoCBOR.encode(
      new Map<number, number | Uint8Array>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x!, 'base64url')],
        [-3, Buffer.from(y!, 'base64url')],
      ]),
    )
    const attested = Buffer.concat([Buffer.alloc(16), uint(credentialId.length, 2), credentialId, key])
    const authData = Buffer.concat([this.#data(otherwise, flag.withKey), attested])
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ])
    return {
      id: this.id,
      response: {
        clientDataJSON: clientData(said).toString('base64url'),
        attestationObject: Buffer.from(isoCBOR.encode(attestation as never)).toString('base64url'),
      },
    }
  }

  /** `navigator.credentials.get()` */
  show(
    options: Answer<typeof beginPasskeySignIn>,
    otherwise: Otherwise = {},
  ): Call<typeof signInWithPasskey>['credential'] {
    this.counter++
    const said = clientData({
      type: 'webauthn.get',
      challenge: options.challenge,
      origin: this.#origin,
      ...otherwise,
    })
    const data = this.#data(otherwise)
    return {
      id: this.id,
      response: {
        clientDataJSON: said.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', Buffer.concat([data, sha256(said)]), this.#key).toString('base64url'),
        userHandle: otherwise.userHandle ?? this.#userHandle,
      },
    }
  }

  #data({ rpId = this.#rpId, isVerified = true, counter = this.counter }: Otherwise, more = 0): Buffer {
    const flags = flag.present | (isVerified ? flag.verified : 0) | more
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), uint(counter, 4)])
  }
}

const clientData = ({ type, challenge, origin }: { type: string; challenge: string; origin: string }): Buffer =>
  Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
