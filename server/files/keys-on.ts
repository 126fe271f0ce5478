import type { Disk } from 'flydrive'

/** The keys of all files on a disk. */
export async function* keysOn(disk: Disk): AsyncGenerator<string> {
  let page: string | undefined
  do {
    const { objects, paginationToken } = await disk.listAll('', {
      recursive: true,
      ...(page && { paginationToken: page }),
    })
    for (const object of objects) if (object.isFile) yield object.key
    page = paginationToken
  } while (page)
}
