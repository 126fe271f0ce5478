import { sql } from 'kysely'
import type { Work } from '#server/gate/work.ts'
import { Problem } from '#server/problem.ts'

/** So few are never a mass, whatever share of a small account they are. */
const FEW = 10

/** Whether a change of so many people is one that its reader confirms by their number, as the account has set it. */
export async function isMassChange({ db, accountId }: Work, willChange: number): Promise<boolean> {
  if (willChange < FEW) return false
  // As many are counted as decide it: to count a million takes longer than to change a few.
  const { rows } = await sql<{ isMass: boolean }>`
    select ${willChange}::integer > mass_change_count or ${willChange}::integer * 100.0 > mass_change_percent * (
      select count(*) from (
        select from users where account_id = ${accountId} limit ceil(${willChange}::integer * 100.0 / mass_change_percent)::integer
      ) as enough
    ) as is_mass
    from accounts where id = ${accountId}
  `.execute(db)
  return rows[0]!.isMass
}

/**
 * A change of many is no slip of the finger, and no script gone wrong: whoever asks for it says how many they mean.
 *
 * @throws Problem `confirm_count` with `willChange`
 */
export async function askToConfirm(work: Work, willChange: number, confirmCount: number | undefined): Promise<void> {
  if (work.actor.id === null || confirmCount === willChange) return
  if (await isMassChange(work, willChange)) throw new Problem('confirm_count', { willChange })
}
