import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { aManifest, aPackage, item, pages, renamed, retold, withPages } from '#tests/harness/packages.ts'
import { noise, whyRefused } from '#tests/harness/unpack.ts'

const manifestOf = (organization: string, resources: string) => `<?xml version="1.0"?>
  <manifest xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"><metadata><schemaversion>CAM 1.3</schemaversion></metadata>
  <organizations default="o"><organization identifier="o"><title>T</title>${organization}</organization></organizations>
  <resources>${resources}</resources></manifest>`

describe('R47 a package is refused, and told why, when', () => {
  const evil = (to: string) =>
    aPackage({ files: pages('x'.repeat(to.length)) }).then((zip) => renamed(zip, 'x'.repeat(to.length), to))
  const ofKind = (mode: number) => aPackage({ files: [{ name: 'link', content: '/etc/passwd', mode }] })
  const manifestAs = (manifest: string | Buffer) => aPackage({ manifest })
  const zeros = (howMany: number, bytes: number) =>
    Array.from({ length: howMany }, (_, n) => ({ name: `zeros-${n}.bin`, content: Buffer.alloc(bytes) }))
  const MB = 1024 ** 2

  const cases: [string, () => Promise<Buffer>, string, string][] = [
    [
      'a name leads out of it',
      () => evil('../../evil.html'),
      'package_unsafe',
      'invalid relative path: ../../evil.html.',
    ],
    [
      'a name leads out of a folder of it',
      () => evil('a/../../evil.html'),
      'package_unsafe',
      'invalid relative path: a/../../evil.html.',
    ],
    ['a name is absolute', () => evil('/etc/cron.d/evil'), 'package_unsafe', 'absolute path: /etc/cron.d/evil.'],
    [
      'a name is absolute on Windows',
      () => evil('C:/Windows/evil'),
      'package_unsafe',
      'absolute path: C:/Windows/evil.',
    ],
    ['a name has backslashes', () => evil('..\\..\\evil.html'), 'package_unsafe', 'invalid characters in fileName: '],
    [
      'a name has control characters',
      () => evil('evil\n.html'),
      'package_unsafe',
      'evil\n.html is not a name that a file can have.',
    ],
    ['a name is nothing but a dot', () => evil('.'), 'package_unsafe', '. is not a name that a file can have.'],
    [
      'an entry is a symbolic link',
      () => ofKind(0o120777),
      'package_unsafe',
      'link is a link or a device, not a file.',
    ],
    ['an entry is a device', () => ofKind(0o060644), 'package_unsafe', 'link is a link or a device, not a file.'],
    ['an entry is a pipe', () => ofKind(0o010644), 'package_unsafe', 'link is a link or a device, not a file.'],
    [
      'an entry is a bomb',
      () => aPackage({ files: zeros(1, 5 * MB) }),
      'package_unsafe',
      'zeros-0.bin becomes more than 100 times larger by unpacking.',
    ],
    [
      'all its small entries are a bomb',
      () => aPackage({ files: zeros(5, MB) }),
      'package_unsafe',
      'It becomes more than 100 times larger by unpacking.',
    ],
    [
      'two files have one name',
      async () => renamed(await aPackage({ files: pages('a.html', 'b.html') }), 'b.html', 'a.html'),
      'package_unsafe',
      'a.html is in it twice.',
    ],
    [
      'two names mean one file',
      async () => renamed(await aPackage({ files: pages('a/b.html', 'xxxxxxxxx') }), 'xxxxxxxxx', 'a//b.html'),
      'package_unsafe',
      'a//b.html is in it twice.',
    ],
    [
      'a file stands where a folder does',
      () => aPackage({ files: pages('a/b.html', 'a') }),
      'package_unsafe',
      'a is a file and a folder at once.',
    ],
    [
      'a folder stands where a file does',
      () => aPackage({ files: pages('a', 'a/b.html') }),
      'package_unsafe',
      'a/b.html is a file and a folder at once.',
    ],
    [
      'an entry is larger than it says',
      async () => retold(await aPackage(), 'activity-1.html', 'uncompressedSize', 100),
      'package_broken',
      'activity-1.html: too many bytes',
    ],
    [
      'an entry is smaller than it says',
      async () => retold(await aPackage(), 'activity-1.html', 'uncompressedSize', 100_000),
      'package_broken',
      'activity-1.html: not enough bytes',
    ],
    [
      'an entry is damaged',
      async () => retold(await aPackage(), 'activity-1.html', 'crc32', 1),
      'package_broken',
      'activity-1.html: its content is damaged.',
    ],
    [
      'its manifest is damaged',
      async () => retold(await aPackage(), 'imsmanifest.xml', 'crc32', 1),
      'package_broken',
      'imsmanifest.xml: its content is damaged.',
    ],
    [
      'an entry is encrypted',
      async () => retold(await aPackage(), 'activity-1.html', 'flags', 0x809),
      'package_broken',
      'activity-1.html is encrypted.',
    ],
    [
      'an entry is encrypted strongly',
      async () => retold(await aPackage(), 'activity-1.html', 'flags', 0x849),
      'package_broken',
      'strong encryption is not supported.',
    ],
    [
      'an entry is compressed in another way',
      async () => retold(await aPackage(), 'activity-1.html', 'method', 12),
      'package_broken',
      'activity-1.html is compressed in a way that is not known here.',
    ],
    [
      'it is cut off',
      async () => (await aPackage()).subarray(0, 900),
      'package_broken',
      'End of central directory record signature not found',
    ],
    [
      'there is something behind it',
      async () => Buffer.concat([await aPackage(), Buffer.from('more')]),
      'package_broken',
      'Invalid comment length',
    ],
    ['it has no manifest', () => aPackage({ manifest: null }), 'package_without_manifest', 'It is no SCORM package.'],
    [
      'its manifest stands in a folder',
      () => aPackage({ manifest: null, files: [{ name: 'My course/imsmanifest.xml', content: aManifest() }] }),
      'package_without_manifest',
      'It stands in the folder My course. Pack what is in that folder, without the folder itself.',
    ],
    [
      'its manifest is no XML',
      () => manifestAs('Hello'),
      'package_broken',
      'The manifest is no well-formed XML (line 1)',
    ],
    [
      'its manifest is not closed',
      () => manifestAs(aManifest().replace('</organizations>', '')),
      'package_broken',
      'The manifest is no well-formed XML (line ',
    ],
    [
      'its manifest names what no object may have',
      () => manifestAs(aManifest().replace('</organization>', '<__proto__ a="1"/></organization>')),
      'package_broken',
      'The manifest is not readable: ',
    ],
    [
      'its manifest is in another encoding than it says',
      () => manifestAs(iconv.encode(aManifest({ activities: ['Größe'] }), 'latin1')),
      'package_broken',
      'The manifest is not written in UTF-8, as it says.',
    ],
    [
      'its manifest says that letters are pairs of bytes',
      () => manifestAs(aManifest({ encoding: 'UTF-16' })),
      'package_broken',
      'The manifest is not written in UTF-16, as it says.',
    ],
    [
      'its manifest is in an encoding of its own',
      () => manifestAs(aManifest({ encoding: 'klingon-8' })),
      'package_broken',
      'The manifest is written in an unknown encoding: klingon-8',
    ],
    [
      'its manifest holds what no XML may hold',
      () => manifestAs(aManifest({ activities: ['a\0b'] })),
      'package_broken',
      'The manifest holds characters that no XML may hold.',
    ],
    [
      'its manifest makes entities of its own',
      () => manifestAs(`<!DOCTYPE m [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>${aManifest().slice(38)}`),
      'package_unsafe',
      'The manifest declares a document type of its own.',
    ],
    [
      'its manifest is far too large',
      () => manifestAs(noise(11 * MB)),
      'package_unsafe',
      'Its manifest is larger than 10 MB.',
    ],
    [
      'its manifest names a file that is not there',
      () => withPages(manifestOf(item('i', 'r'), '<resource identifier="r" href="gone.html"/>')),
      'package_broken',
      'The manifest names gone.html, which is not in the package.',
    ],
    [
      'its manifest points out of it',
      () => withPages(manifestOf(item('i', 'r'), '<resource identifier="r" href="../../up.html"/>')),
      'package_unsafe',
      'The manifest points out of the package: ../../up.html',
    ],
    [
      'its manifest points out of it, percent-encoded',
      () => withPages(manifestOf(item('i', 'r'), '<resource identifier="r" href="%2e%2e/up.html"/>')),
      'package_unsafe',
      'The manifest points out of the package: ',
    ],
    [
      'its manifest points to another site',
      () => withPages(manifestOf(item('i', 'r'), '<resource identifier="r" href="https://example.org/a.html"/>')),
      'package_broken',
      'The manifest names https:/example.org/a.html, which is not in the package.',
    ],
    [
      'its manifest has two items of one identifier',
      () =>
        withPages(manifestOf(item('i', 'r') + item('i', 'r'), '<resource identifier="r" href="a.html"/>'), 'a.html'),
      'package_broken',
      'The manifest has two items with the identifier i.',
    ],
    [
      'its manifest has no organization',
      () => manifestAs(aManifest().replaceAll(/<organization .*<\/organization>/gs, '')),
      'package_not_scorm',
      'The manifest has no organization.',
    ],
    [
      'its manifest names nothing to open',
      () => withPages(manifestOf(item('i', 'r'), '')),
      'package_not_scorm',
      'The manifest names nothing that could be opened.',
    ],
    [
      'it is a package of IMS and not of SCORM',
      () =>
        withPages(
          '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><metadata><schemaversion>1.1.3</schemaversion></metadata></manifest>',
        ),
      'package_not_scorm',
      'Its manifest names the version “1.1.3”.',
    ],
    [
      'its manifest is of something else',
      () => manifestAs('<note>Hello</note>'),
      'package_not_scorm',
      'Its manifest names no version.',
    ],
  ]

  test.each(cases)('%s', async (_, content, code, message) => {
    const [refusedWith, why] = await whyRefused(await content())
    expect([refusedWith, why.slice(0, message.length)]).toEqual([code, message])
  })
})
