import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import pLimit from 'p-limit'

/** Argon2id, the library's default. The cost that OWASP names as the least: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** One hash per core at once: more would only make each slower, and everything else with them. */
const oneOfFew = pLimit(availableParallelism())

export const hashPassword = (password: string): Promise<string> => oneOfFew(() => hash(password, cost))

let ofNobody: Promise<string> | undefined

/** Whether this is the password. Where there is none to compare with, it takes as long and is not. */
export async function verifyPassword(passwordHash: string | null | undefined, password: string): Promise<boolean> {
  ofNobody ??= hashPassword('nobody has this password')
  const compared = passwordHash ?? (await ofNobody)
  const isRight = await oneOfFew(() => verify(compared, password))
  return isRight && typeof passwordHash === 'string'
}
