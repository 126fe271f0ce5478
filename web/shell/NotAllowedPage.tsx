import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Role } from '#contract/roles.ts'
import { PageTitle } from '#web/parts/PageTitle.tsx'

/** Instead of a page that the role does not open. `/` leads each role to where it begins. */
export function NotAllowedPage({ role }: { role: Role }) {
  const { t } = useTranslation(['shell', 'parts'])
  return (
    <>
      <PageTitle title={t('notAllowedTitle')} subtitle={t('notAllowedText', { role: t(`parts:role.${role}`) })} />
      <Button component={Link} to="/">
        {t('toStart')}
      </Button>
    </>
  )
}
