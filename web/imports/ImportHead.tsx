import { Anchor, Group, Stepper, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconChevronLeft } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { PageTitle } from '#web/parts/PageTitle.tsx'

const steps = ['file', 'columns', 'preview', 'result'] as const
export type Step = (typeof steps)[number]

/** The way back, the title, and where in the import one stands. */
export function ImportHead({ step, subtitle, action }: { step: Step; subtitle: string; action?: ReactNode }) {
  const { t } = useTranslation('imports')
  const isPhone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  const place = steps.indexOf(step)
  return (
    <>
      <Anchor component={Link} to="/people" size="sm">
        <Group gap={2} component="span">
          <IconChevronLeft size={16} aria-hidden /> {t('back')}
        </Group>
      </Anchor>
      <PageTitle title={t('title')} subtitle={subtitle} action={action} />
      {isPhone ? (
        <Text size="sm" c="dimmed" mb="md">
          {t('stepOf', { step: place + 1, name: t(`step.${step}`) })}
        </Text>
      ) : (
        <Stepper
          active={step === 'result' ? steps.length : place}
          size="sm"
          iconSize={28}
          maw={640}
          mb="lg"
          allowNextStepsSelect={false}
          role="list"
          aria-label={t('steps')}
        >
          {steps.map((one) => (
            <Stepper.Step
              key={one}
              label={t(`step.${one}`)}
              component="div"
              role="listitem"
              aria-current={one === step ? 'step' : undefined}
              allowStepSelect={false}
            />
          ))}
        </Stepper>
      )}
    </>
  )
}
