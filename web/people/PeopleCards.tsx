import { Checkbox } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { PersonRow } from '#contract/people.ts'
import { useMe } from '#web/api/me.ts'
import { StatusBadge } from '#web/parts/StatusBadge.tsx'
import { nameOf } from './name-of.ts'
import classes from './PeopleCards.module.css'
import type { PeopleTableProps } from './PeopleTable.tsx'
import { PersonMenu } from './PersonMenu.tsx'
import type { Ticks } from './selection.ts'
import { useGrowing } from './use-growing.ts'

/** The people of a page on a phone. */
export function PeopleCards({ people, ticks, onAction }: Pick<PeopleTableProps, 'people' | 'ticks' | 'onAction'>) {
  const { account } = useMe()
  const drawn = useGrowing(people.length, ticks.isBack ? people.length : 8)
  return (
    <div className={classes.cards}>
      {people.slice(0, drawn).map((person) => (
        <PersonCard
          key={person.id}
          person={person}
          zone={account.timeZone}
          isTicked={ticks.has(person.id)}
          onTick={ticks.set}
          onAction={onAction}
        />
      ))}
    </div>
  )
}

interface PersonCardProps extends Pick<PeopleTableProps, 'onAction'> {
  person: PersonRow
  zone: string
  isTicked: boolean
  onTick: Ticks['set']
}

/**
 * Drawn anew only when it changes itself: ticking one of fifty would be slow on a phone. Of plain elements where they do,
 * for the same reason.
 */
const PersonCard = memo(function PersonCard({ person, zone, isTicked, onTick, onAction }: PersonCardProps) {
  const { t } = useTranslation(['people', 'parts'])
  const name = nameOf(person)
  return (
    <div className={classes.card} data-person={person.id}>
      <Checkbox
        mt={2}
        aria-label={t('tick', { name })}
        checked={isTicked}
        onChange={(event) => onTick([person.id], event.currentTarget.checked)}
      />
      <div className={classes.words}>
        <Link to="/people/$userId" params={{ userId: person.id }} className={classes.link} data-person-link>
          {name}
        </Link>
        <span className={classes.detail}>{person.email}</span>
        <span className={classes.detail}>
          {[t(`parts:role.${person.role}`), person.department?.name].filter(Boolean).join(' · ')}
        </span>
        <StatusBadge status={person} zone={zone} />
      </div>
      <PersonMenu person={person} onAction={onAction} isLarge />
    </div>
  )
})
