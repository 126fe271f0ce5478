import { Code, Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { problems, type ProblemCode } from '#contract/problems.ts'

export function ProblemTable({ codes }: { codes: readonly ProblemCode[] }) {
  const { t } = useTranslation('api-docs')
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={80}>{t('problemStatus')}</Table.Th>
            <Table.Th w={220}>{t('problemCode')}</Table.Th>
            <Table.Th>{t('problemMeaning')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {codes.map((code) => (
            <Table.Tr key={code}>
              <Table.Td>{problems[code].status}</Table.Td>
              <Table.Td>
                <Code>{code}</Code>
              </Table.Td>
              <Table.Td>{problems[code].title}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
