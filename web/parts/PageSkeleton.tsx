import { Skeleton, Stack } from '@mantine/core'

/** A page in the shape that comes: its title, and what stands below. */
export function PageSkeleton() {
  return (
    <Stack gap="md" aria-hidden>
      <Skeleton height={28} width={280} />
      <Skeleton height={18} width={200} />
      <Skeleton height={320} />
    </Stack>
  )
}
