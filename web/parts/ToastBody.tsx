import { Anchor, Button, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Toast } from './toast.ts'

interface ToastBodyProps extends Pick<Toast, 'message' | 'link'> {
  onUndo: (() => Promise<void>) | undefined
}

export function ToastBody({ message, link, onUndo }: ToastBodyProps) {
  const { t } = useTranslation('parts')
  const [undoing, setUndoing] = useState(false)
  return (
    <>
      {message && <Text>{message}</Text>}
      {(link || onUndo) && (
        <Group gap="md" mt="xs">
          {onUndo && (
            <Button
              variant="default"
              size="xs"
              loading={undoing}
              onClick={() => {
                setUndoing(true)
                void onUndo()
              }}
            >
              {t('undo')}
            </Button>
          )}
          {link && (
            <Anchor component={Link} to={link.href}>
              {link.label}
            </Anchor>
          )}
        </Group>
      )}
    </>
  )
}
