import { Button, Menu } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type ModuleKind, moduleKinds } from '#contract/courses.ts'
import { iconOf } from './kinds.ts'

interface AddModuleMenuProps {
  sectionTitle: string
  onAdd: (kind: ModuleKind) => void
}

/** The seven kinds of module. */
export function AddModuleMenu({ sectionTitle, onAdd }: AddModuleMenuProps) {
  const { t } = useTranslation('courses')
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <Button
          variant="subtle"
          size="xs"
          leftSection={<IconPlus size={14} />}
          aria-label={t('addModuleTo', { section: sectionTitle })}
        >
          {t('addModule')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {moduleKinds.map((kind) => {
          const Icon = iconOf[kind]
          return (
            <Menu.Item key={kind} leftSection={<Icon size={16} />} onClick={() => onAdd(kind)}>
              {t(`kind.${kind}`)}
            </Menu.Item>
          )
        })}
      </Menu.Dropdown>
    </Menu>
  )
}
