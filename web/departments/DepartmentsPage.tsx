import { Button, Drawer, Skeleton } from '@mantine/core'
import { IconHierarchy, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addDepartment, type Department } from '#contract/departments.ts'
import { allows } from '#contract/roles.ts'
import { useMe } from '#web/api/me.ts'
import { GivenCourses } from '#web/enrollments/GivenCourses.tsx'
import { departments } from '#web/parts/choices.queries.ts'
import { EmptyState } from '#web/parts/EmptyState.tsx'
import { Failure } from '#web/parts/Failure.tsx'
import { PageTitle } from '#web/parts/PageTitle.tsx'
import { DeleteDepartmentDialog } from './DeleteDepartmentDialog.tsx'
import { DepartmentDialog } from './DepartmentDialog.tsx'
import { DepartmentTree } from './DepartmentTree.tsx'

export type Open =
  | { what: 'add'; below: Department | null }
  | { what: 'edit' | 'delete' | 'courses'; department: Department }

export function DepartmentsPage() {
  const { t } = useTranslation(['departments', 'parts'])
  const { role } = useMe()
  const asked = useQuery(departments())
  const [open, setOpen] = useState<Open | null>(null)
  const mayChange = allows(addDepartment.access, role)
  const add = mayChange && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({ what: 'add', below: null })}>
      {t('add')}
    </Button>
  )
  const items = asked.data?.items ?? []
  return (
    <>
      <PageTitle title={t('title')} subtitle={t('subtitle')} action={add || undefined} />
      {asked.isPending && <Skeleton height={480} />}
      {asked.isError && <Failure error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.isSuccess && items.length === 0 && (
        <EmptyState icon={IconHierarchy} title={t('none')} text={t('noneText')} action={add || undefined} />
      )}
      {items.length > 0 && <DepartmentTree items={items} mayChange={mayChange} onOpen={setOpen} />}
      {open?.what === 'add' && (
        <DepartmentDialog department={null} below={open.below} items={items} onClose={() => setOpen(null)} />
      )}
      {open?.what === 'edit' && (
        <DepartmentDialog department={open.department} below={null} items={items} onClose={() => setOpen(null)} />
      )}
      <Drawer
        opened={open?.what === 'courses'}
        onClose={() => setOpen(null)}
        position="right"
        size="lg"
        title={open?.what === 'courses' && open.department.name}
        closeButtonProps={{ 'aria-label': t('parts:close') }}
      >
        {open?.what === 'courses' && (
          <GivenCourses target={{ departmentId: open.department.id }} name={open.department.name} />
        )}
      </Drawer>
      {open?.what === 'delete' && (
        <DeleteDepartmentDialog department={open.department} items={items} onClose={() => setOpen(null)} />
      )}
    </>
  )
}
