import { Button, Code, CopyButton, Group, Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { IdentityProvider } from '#contract/single-sign-on.ts'

type Named = Pick<IdentityProvider, 'id' | 'kind'>

/** What has to be typed at the provider. */
export function Addresses({ id, kind }: Named) {
  const { t } = useTranslation('single-sign-on')
  const base = `${window.location.origin}/sso/${kind}/${id}`
  const addresses =
    kind === 'oidc'
      ? { [t('redirectUri')]: `${base}/callback`, [t('logoutUri')]: `${base}/back-channel-logout` }
      : { [t('acs')]: `${base}/acs`, [t('ourEntityId')]: `${base}/metadata` }
  return (
    <Stack gap="xs">
      {Object.entries(addresses).map(([label, address]) => (
        <div key={label}>
          <Group justify="space-between" mb={4} wrap="nowrap">
            <Text fw={500}>{label}</Text>
            <CopyButton value={address}>
              {({ copied, copy }) => (
                <Button variant="default" size="xs" aria-label={t('copyOf', { what: label })} onClick={copy}>
                  {copied ? t('copied') : t('copy')}
                </Button>
              )}
            </CopyButton>
          </Group>
          <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {address}
          </Code>
        </div>
      ))}
    </Stack>
  )
}

export function AddressesDialog({ provider, onClose }: { provider: IdentityProvider; onClose: () => void }) {
  const { t } = useTranslation(['single-sign-on', 'parts'])
  return (
    <Modal opened onClose={onClose} title={t('addresses')} closeButtonProps={{ 'aria-label': t('parts:close') }}>
      <Stack gap="md">
        <Text c="dimmed">{t('addressesText')}</Text>
        <Addresses {...provider} />
      </Stack>
    </Modal>
  )
}
