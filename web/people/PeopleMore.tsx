import { Menu } from '@mantine/core'
import { IconFileTypeCsv, IconFileTypeXls, IconListCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { exportUsers } from '#contract/people.ts'
import { requestOf } from '#contract/request.ts'
import { MoreMenu } from '#web/parts/MoreMenu.tsx'
import { filterOf, type PeopleSearch } from './people.queries.ts'

/** What else can be done with the view: taken along as a file, and people selected by a list. */
export function PeopleMore({ search, onSelectByEmail }: { search: PeopleSearch; onSelectByEmail: () => void }) {
  const { t } = useTranslation('people')
  const { sort, direction } = search
  const fileAs = (format: 'csv' | 'xlsx') =>
    requestOf(exportUsers, { ...filterOf(search), sort, direction, format }).path
  return (
    <MoreMenu label={t('moreOfView')} variant="default" size="input-sm" iconSize={18}>
      <Menu.Item leftSection={<IconListCheck size={16} />} onClick={onSelectByEmail}>
        {t('byEmail')}
      </Menu.Item>
      <Menu.Item leftSection={<IconFileTypeCsv size={16} />} component="a" href={fileAs('csv')} download>
        {t('exportCsv')}
      </Menu.Item>
      <Menu.Item leftSection={<IconFileTypeXls size={16} />} component="a" href={fileAs('xlsx')} download>
        {t('exportXlsx')}
      </Menu.Item>
    </MoreMenu>
  )
}
