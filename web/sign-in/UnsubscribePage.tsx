import { Alert, Button, Text } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { unsubscribe } from '#contract/sign-in.ts'
import { call } from '#web/api/call.ts'
import { Failure } from '#web/parts/Failure.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { SignInCard } from './SignInCard.tsx'

const route = getRouteApi('/unsubscribe')

/** No more reminders, by the link in one. A click is asked for: programs that look at mail open links, too. */
export function UnsubscribePage() {
  const { t } = useTranslation('sign-in')
  const { token = '' } = route.useSearch()
  const leave = useMutation({ mutationFn: () => call(unsubscribe, { token: token || '-' }) })
  return (
    <SignInCard>
      <PageTitle title={t('unsubscribeTitle')} />
      {leave.isError && <Failure error={leave.error} />}
      {leave.isSuccess ? (
        <Alert color="green" role="status" icon={<IconCheck size={18} />} title={t('unsubscribed')}>
          {t('unsubscribedText')}
        </Alert>
      ) : (
        <>
          <Text mb="md">{t('unsubscribeText')}</Text>
          <Button fullWidth loading={leave.isPending} onClick={() => leave.mutate()}>
            {t('unsubscribe')}
          </Button>
        </>
      )}
    </SignInCard>
  )
}
