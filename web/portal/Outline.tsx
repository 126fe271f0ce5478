import { Text, UnstyledButton } from '@mantine/core'
import { IconCircle, IconCircleCheckFilled, IconCircleDashed, IconCircleX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ModuleState, MyModule, Outline as OutlineTold } from '#contract/portal.ts'
import classes from './LearnPage.module.css'

const iconOf = {
  not_started: IconCircle,
  started: IconCircleDashed,
  completed: IconCircleCheckFilled,
  failed: IconCircleX,
} as const satisfies Record<ModuleState, unknown>

interface OutlineProps {
  course: OutlineTold
  openId: string | undefined
  onOpen: (module: MyModule) => void
}

/** What a course is made of, and how far each of it is. */
export function Outline({ course, openId, onOpen }: OutlineProps) {
  const { t } = useTranslation('portal')
  return course.sections.map((section) => (
    <div key={section.id} className={classes.section}>
      <Text fw={600} size="sm">
        {section.title}
      </Text>
      <ul className={classes.modules}>
        {section.modules.map((module) => {
          const isOpen = module.id === openId
          const state = isOpen && module.state === 'not_started' ? 'started' : module.state
          const Icon = iconOf[state]
          return (
            <li key={module.id}>
              <UnstyledButton
                className={classes.module}
                aria-current={isOpen ? 'true' : undefined}
                onClick={() => onOpen(module)}
              >
                <Icon size={18} className={classes.state} data-state={state} aria-hidden />
                <span>
                  {module.title}
                  <span className={classes.kind}>
                    {t(`kind.${module.kind}`)} · {t(`state.${state}`)}
                    {module.score !== null && ` · ${t('percent', { progress: Math.round(module.score) })}`}
                    {!module.isRequired && ` · ${t('optional')}`}
                  </span>
                </span>
              </UnstyledButton>
            </li>
          )
        })}
      </ul>
    </div>
  ))
}
