const bytesOf = (...parts: (string | readonly number[] | Buffer)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const ofBrand = (brand: string) => bytesOf(uint32(24), 'ftyp', brand, uint32(512), brand, 'isom', uint32(8), 'mdat')
const ofDocType = (kind: string) =>
  bytesOf([0x1a, 0x45, 0xdf, 0xa3, 0x80 + 3 + kind.length, 0x42, 0x82, 0x80 + kind.length], kind)

/** The beginnings of files of many kinds, by which they are known. Whole ones are in `media.ts`. */
export const beginnings = {
  png: bytesOf([0x89], 'PNG\r\n\x1a\n', uint32(13), 'IHDR', Buffer.alloc(17), uint32(0), 'IDAT', Buffer.alloc(4)),
  jpeg: bytesOf([0xff, 0xd8, 0xff, 0xe0], uint32(0x00104a46), 'IF\0\x01\x01', Buffer.alloc(32)),
  gif: bytesOf('GIF89a', [1, 0, 1, 0, 0, 0, 0, 0x3b]),
  webp: bytesOf('RIFF', [32, 0, 0, 0], 'WEBPVP8 ', Buffer.alloc(20)),
  mp4: ofBrand('isom'),
  m4v: ofBrand('M4V '),
  mov: ofBrand('qt  '),
  webm: ofDocType('webm'),
  mkv: ofDocType('matroska'),
  mp3: bytesOf([0xff, 0xfb, 0x90, 0x64], Buffer.alloc(413)),
  m4a: ofBrand('M4A '),
  ogg: bytesOf('OggS', [0, 2], Buffer.alloc(22), '\x01vorbis', Buffer.alloc(23)),
  opus: bytesOf('OggS', [0, 2], Buffer.alloc(22), 'OpusHead', Buffer.alloc(11)),
  wav: bytesOf('RIFF', [36, 0, 0, 0], 'WAVEfmt ', Buffer.alloc(28)),
  pdf: bytesOf('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'),
  svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
  html: Buffer.from('<!doctype html><script>alert(1)</script>'),
  exe: bytesOf('MZ', Buffer.alloc(200)),
  text: Buffer.from('Just a text.'),
}
