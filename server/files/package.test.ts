import { join } from 'node:path'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { aManifest, aPackage, renamed, withPages, pages, item } from '#tests/harness/packages.ts'
import { noise, unpacked, whyRefused } from '#tests/harness/unpack.ts'

const limits = { entries: 20_000, bytes: 1024 ** 3, ratio: 100, ratioFromBytes: 1024 ** 2 }
describe('R47 a package is taken', () => {
  test.each([
    ['1.2', '1.2'],
    ['2004', '2004 3rd Edition'],
    ['2004', '2004 4th Edition'],
    ['2004', 'CAM 1.3'],
  ] as const)('of version %s (%s), with every file as it was', async (version, schemaVersion) => {
    const picture = Buffer.from([0, 1, 2, 255])
    const { manifest, names, read, bytes } = await unpacked(
      await aPackage({ version, schemaVersion, files: [{ name: 'pictures/one.png', content: picture }] }),
    )
    expect(manifest).toEqual({
      version,
      title: 'A package',
      activities: [{ id: 'item-1', title: 'The only one', href: 'activity-1.html', parameters: '' }],
    })
    expect(names.map(String).sort()).toEqual([
      'activity-1.html',
      'imsmanifest.xml',
      'pictures',
      join('pictures', 'one.png'),
    ])
    expect(await read('activity-1.html')).toContain('API_1484_11')
    expect(bytes).toBeGreaterThan(1000)
  })

  test('with its activities in the order of their items, by the organization that is named first choice', async () => {
    const { manifest } = await unpacked(
      await withPages(
        `<manifest xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"><organizations default="second">
          <organization identifier="first"><title>No</title>${item('x', 'b')}</organization>
          <organization identifier="second"><title> The  course </title>
            <item identifier="chapter"><title>Groups only</title>${item('one', 'b')}<item identifier="deeper">${item('two', 'a')}</item></item>
            ${item('asset', 'c')}${item('nothing', 'gone')}
          </organization></organizations>
          <resources><resource identifier="a" href="a.html" adlcp:scormtype="sco"/><resource identifier="b" href="b.html"/>
          <resource identifier="c" href="c.pdf" adlcp:scormtype="asset"/></resources></manifest>`,
        'a.html',
        'b.html',
        'c.pdf',
      ),
    )
    expect(manifest).toMatchObject({ version: '1.2', title: 'The  course' })
    expect(manifest.activities.map(({ id, href }) => [id, href])).toEqual([
      ['one', 'b.html'],
      ['two', 'a.html'],
      ['asset', 'c.pdf'],
    ])
  })

  test('with prefixes of any kind, bases, queries, fragments, parameters and letters that are told by number', async () => {
    const { manifest } = await unpacked(
      await withPages(
        `<?xml version="1.0"?><ims:manifest xmlns:ims="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:x="http://www.adlnet.org/xsd/adlcp_v1p3" xml:base="all/">
          <ims:organizations><ims:organization identifier="o"><ims:title>Z&#252;rich &amp; Bern<![CDATA[ <1>]]></ims:title>
            <ims:item identifier="i" identifierref="r" parameters="?b=2"><ims:title>I</ims:title></ims:item>
            <ims:item identifier="j" identifierref="r2" parameters="b=2"/>
            <ims:item identifier="k" identifierref="r2" parameters="#there"/>
          </ims:organization></ims:organizations>
          <ims:resources xml:base="of/"><ims:resource identifier="r" xml:base="it/" href="first%20page.html?a=1&amp;c=3#here"/>
            <ims:resource identifier="r2" href="./it/../it/first%20page.html"/></ims:resources></ims:manifest>`,
        'all/of/it/first page.html',
      ),
    )
    expect(manifest.title).toMatch(/^Zürich & Bern ?<1>$/)
    expect(manifest.activities.map(({ href, parameters }) => [href, parameters])).toEqual([
      ['all/of/it/first page.html', '?a=1&c=3&b=2#here'],
      ['all/of/it/first page.html', '?b=2'],
      ['all/of/it/first page.html', '#there'],
    ])
  })

  test.each(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'windows-1251', 'shift_jis'])(
    'with a manifest written in %s',
    async (encoding) => {
      const title =
        { 'windows-1252': 'Größe', 'windows-1251': 'Охрана труда', shift_jis: '安全' }[encoding] ?? 'Größe 安全 🦺'
      const told = aManifest({ activities: [title], encoding: encoding.replace(/16.e/, '16') })
      for (const addBOM of encoding.startsWith('utf') ? [true, false] : [false]) {
        const manifest = iconv.encode(told, encoding, { addBOM })
        expect((await unpacked(await aPackage({ manifest }))).manifest.activities[0]!.title).toBe(title)
      }
    },
  )

  test('with thousands of references to single letters in its manifest', async () => {
    const title = '&#252;'.repeat(100)
    const activities = Array.from({ length: 60 }, () => title)
    const { manifest } = await unpacked(await aPackage({ activities }))
    expect(manifest.activities).toHaveLength(60)
    expect(manifest.activities[59]!.title).toBe('ü'.repeat(100))
  })

  test('whose manifest names as many activities as it can hold, without keeping everybody waiting', async () => {
    const items = Array.from({ length: 200_000 }, (_, place) => `<item identifier="i${place}" identifierref="a"/>`)
    const { manifest } = await unpacked(
      await withPages(
        `<manifest><metadata><schemaversion>1.2</schemaversion></metadata><organizations><organization>${items.join('')}</organization></organizations>
          <resources><resource identifier="a" href="a.html"/></resources></manifest>`,
        'a.html',
      ),
    )
    expect(manifest.activities).toHaveLength(200_000)
  })

  test('with names of any length and in any letters', async () => {
    const names = [
      `${'Охрана труда на производстве '.repeat(5).trim()}.html`,
      `${'安全'.repeat(40)}/${'安全'.repeat(40)}.html`,
      `${'a/'.repeat(120)}deep.html`,
      `${'folder with a long name/'.repeat(40)}deep.html`,
      "it's (1) a *file*~!.html",
      'ends with a dot./page.',
      '.../three dots.html',
      '%2e%2e/page.html',
      'emoji 🦺.html',
      'UPPER.html',
      'upper.html',
    ]
    const { read } = await unpacked(await aPackage({ files: pages(...names) }))
    for (const name of names) expect(await read(name)).toBe(`This is ${name}.`)
    const dotted = renamed(await aPackage({ files: pages('X/this.html') }), 'X/this.html', './this.html')
    expect(await (await unpacked(dotted)).read('this.html')).toBe('This is X/this.html.')
  })

  test('that is as large as it may be: so many files, so many times larger', async () => {
    const zeros = { name: 'zeros.bin', content: Buffer.alloc(limits.ratioFromBytes) }
    const content = await aPackage({
      files: [zeros, { name: 'noise.bin', content: noise(40_000) }],
    })
    const [entries, bytes] = [4, (await unpacked(content)).bytes]
    expect((await unpacked(content, { ...limits, entries, bytes })).names).toHaveLength(4)
    expect(await whyRefused(content, { ...limits, entries: 3 })).toEqual([
      'package_unsafe',
      'It holds 4 files; 3 are the most.',
    ])
    expect(await whyRefused(content, { ...limits, bytes: bytes - 1 })).toEqual([
      'package_unsafe',
      expect.stringMatching(/^Unpacked it is larger than .* MB\.$/),
    ])
  })
})
