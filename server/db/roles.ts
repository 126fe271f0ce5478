import { createHmac } from 'node:crypto'
import { connectOnce, type Connection } from './database.ts'

/** The role that the schema grants to. It owns nothing, and row level security binds it (R33). */
export const appRole = 'rollcall_app'

/** A password that everybody who knows the secret arrives at, and nobody else. */
export const derivedPassword = (secret: string, role: string) =>
  createHmac('sha256', secret).update(role).digest('base64url')

/**
 * Makes sure that the application's role exists, and gives the address under which the application connects.
 *
 * Without a login of its own the password is derived from the owner's, so that every node with the same
 * `DATABASE_URL` arrives at the same one. Safe from several nodes at once. Roles belong to the whole cluster
 * and not to a database, so that no migration makes them.
 *
 * @throws Error saying what the database's administrator has to do
 */
export async function prepareAppRole(ownerUrl: string, ownLogin?: string): Promise<string> {
  const owner = new URL(ownerUrl)
  const password = derivedPassword(decodeURIComponent(owner.password), appRole)
  if (!ownLogin && !owner.password) {
    throw new Error(
      'DATABASE_URL has no password, from which the one of the application could be derived. ' +
        'Add one, or give the application a login of its own in DATABASE_APP_URL.',
    )
  }

  const connection = await connectOnce(ownerUrl)
  try {
    await makeRole(connection, password)
    if (ownLogin) {
      await checkOwnLogin(ownLogin)
      return ownLogin
    }
    const appUrl = Object.assign(new URL(owner), { username: appRole, password }).href
    await ensureLogin(connection, appUrl, password)
    return appUrl
  } finally {
    await connection.end()
  }
}

async function makeRole(connection: Connection, password: string): Promise<void> {
  const { rowCount } = await connection.query('select from pg_roles where rolname = $1', [appRole])
  if (rowCount) return
  try {
    await connection.query(
      `create role ${appRole} login password ${connection.escapeLiteral(password)} nosuperuser nobypassrls nocreatedb nocreaterole`,
    )
  } catch (error) {
    // Another node was faster.
    if (['42710', '23505'].includes(code(error))) return
    if (code(error) !== '42501') throw error
    throw new Error(
      `The user of DATABASE_URL may not create roles, and the role "${appRole}" does not exist. Give it that right ` +
        `(alter role … createrole), or let an administrator of the database run: create role ${appRole} login password '…'; ` +
        `and set DATABASE_APP_URL to that login.`,
      { cause: error },
    )
  }
}

async function ensureLogin(connection: Connection, appUrl: string, password: string): Promise<void> {
  if (await logsIn(appUrl)) return
  try {
    await connection.query(`alter role ${appRole} login password ${connection.escapeLiteral(password)}`)
  } catch (error) {
    if (code(error) === '42501') {
      throw new Error(
        `The role "${appRole}" exists with another password, which the user of DATABASE_URL may not change. ` +
          'Set DATABASE_APP_URL to a login that is a member of it.',
        { cause: error },
      )
    }
    // Another node is setting the same password in this moment.
    if (!(await logsIn(appUrl))) throw error
  }
}

async function checkOwnLogin(appUrl: string): Promise<void> {
  const connection = await connectOnce(appUrl).catch((error: unknown) => {
    throw new Error(`DATABASE_APP_URL: ${(error as Error).message}`, { cause: error })
  })
  try {
    const { rows } = await connection.query<{ login: string; belongs: boolean }>(
      `select current_user as login, pg_has_role(current_user, '${appRole}', 'usage') as belongs`,
    )
    const [me] = rows
    if (!me?.belongs) {
      throw new Error(
        `The user of DATABASE_APP_URL must be a member of "${appRole}". Run: grant ${appRole} to "${me?.login}"`,
      )
    }
  } finally {
    await connection.end()
  }
}

async function logsIn(url: string): Promise<boolean> {
  try {
    await (await connectOnce(url)).end()
    return true
  } catch (error) {
    // Invalid password, or a role that may not log in. Anything else is not about the password.
    if (['28P01', '28000'].includes(code(error))) return false
    throw error
  }
}

const code = (error: unknown) => (error as { code?: string }).code ?? ''
