import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** Mantine's field leaves out what tells a screen reader that it is wrong, and a button that the keyboard reaches. */
export function PasswordField(props: PasswordInputProps) {
  const { t } = useTranslation('parts')
  return (
    <PasswordInput
      aria-invalid={Boolean(props.error)}
      visibilityToggleFocusable
      visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
      {...props}
    />
  )
}
