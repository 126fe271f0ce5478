import { Code, Group, Paper, Stack, Text } from '@mantine/core'
import { QRCodeSVG } from 'qrcode.react'
import { useTranslation } from 'react-i18next'

/** What an authenticator app takes a secret from: a picture, or the letters, for whoever has app and page on one device. */
export function AuthenticatorPicture({ secret, address }: { secret: string; address: string }) {
  const { t } = useTranslation('sign-in')
  return (
    <Stack gap="xs">
      <Text size="sm">{t('scan')}</Text>
      <Group justify="center">
        {/* Cameras want dark on light, in the dark too. */}
        <Paper bg="white" p="sm" withBorder>
          <QRCodeSVG value={address} size={176} title={t('picture')} />
        </Paper>
      </Group>
      <Text size="sm">{t('orType')}</Text>
      <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {secret.match(/.{1,4}/g)?.join(' ')}
      </Code>
    </Stack>
  )
}
