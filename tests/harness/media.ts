/** Small files that are what they say, for what is uploaded and played in tests. */

/** A PNG of 64 by 36 points. */
export const picture: Buffer = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAEAAAAAkCAYAAAA5DDySAAAApUlEQVR4AeyTwQ2AIAxFiZO4EW6AozECG+kmeu+lFyiE/0w4NCS2ff9x5PJ8' +
    'ueieI4l/ABAXIGEABogT4Al4ArR6plb7Ha9f9D0GRBNfrR8GrJZI9DwYEE18tX5yBtgAAGCJqNUYoJa43RcDLBG1GgPUErf7YoAlolZjgFri' +
    'dl/XgOt+U89jB5hduwBmDzi6PwBGE579f68/BniEdr/HgN0T9vb7AQAA//9i/Hg8AAAABklEQVQDAPaf30nqgP08AAAAAElFTkSuQmCC',
  'base64',
)

/** A WebM (VP8) of two seconds, 64 by 36 points, without sound. */
export const video: Buffer = Buffer.from(
  'GkXfo59ChoEBQveBAULygQRC84EIQoKEd2VibUKHgQRChYECGFOAZwEAAAAAAAaMEU2bdLlNu4tTq4QVSalmU6yBbk27i1OrhBZUrmtTrIGT' +
    'TbuLU6uEH0O2dVOsgdRNu4xTq4QcU7trU6yCBnrsrgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAVSalm' +
    'oCrXsYMPQkBEiYRE8AQATYCGQ2hyb21lV0GGQ2hyb21lFlSua7yuuteBAXPFh9grkdFH7nuDgQFV7oEBhoVWX1ZQOOCdsIFAuoEkU8CBAVWw' +
    'kFWxgQFVuYECVbqBDVW7gQEfQ7Z1AQAAAAAABZrngQCg3aGugQAAANACAJ0BKkAAJAAKhwiFhYiZhIg4AgJ08ma6NHm/FnfA/teODDrXn7kX' +
    'AHWhqqao7oEBpaOwAgCdASpAACQACocIhYWImYSIOAIABo5PzMeb8VgA/uuuAKDCoaGBAG8AEQIAKhHAABgAGk/0DAAU+qqogP4S5GGjWDLb' +
    'YIB1oZmml+6BAaWS0QEAKhHAABgAGFgv9AAIjAAA+4EAoMOhooEA0wARAgAqEcAAGAAaT/QMABEMBVOA/ofVJdLkLsneIAB1oZmml+6BAaWS' +
    '0QEAKhHAABgAGFgv9AAIjAAA+4FvoMKhoYEBOAARAgAqEcAAGAAaT/QMABEMBVOA/ttR8GyRTZXPgHWhmaaX7oEBpZLRAQAqEcAAGAAYWC/0' +
    'AAiMAAD7gdOgxKGigQGcADECACoRwAAYDNDJozuUcAY4KqoA/t1Efr1pbm3EAHWhmaaX7oEBpZLRAQAqEcAAGAAYWC/0AAiMAAD7ggE4oMWh' +
    'o4ECAAARAgAqEcAAGAAaT/QMABEMBVOA/tju/BskU3I0HxXwdaGZppfugQGlktEBACoRwAAYABhYL/QACIwAAPuCAZygxqGkgQJlABECACoR' +
    'wAAYABpP9AwAEQwFU4D+zoL4Nkim5HpLpcWgdaGZppfugQGlktEBACoRwAAYABhYL/QACIwAAPuCAgCgxaGkgQLKABECACoRwAAYABpP9AwA' +
    'EQwFU4D+yL/jCaSdH1VT19+gdaGYppbugQGlkbEBACoRwBRgAGFgv9AAIjAA+4ICZaDGoaSBAy4AEQIAKhHAABgAGk/0DAARDAVTgP7OgqD4' +
    'uX/Du5uvSsB1oZmml+6BAaWS0QEAKhHAABgAGFgv9AAIjAAA+4ICyqDDoaGBA5MAEQIAKhHAABgAGk/0DAARDAVTgP7OK369aW5txAB1oZmm' +
    'l+6BAaWS0QEAKhHAABgAGFgv9AAIjAAA+4IDLqDEoaKBA/gAEQIAKhHAABgAGk/0DAARDAVTgP7S3+9P160tzbiAdaGZppfugQGlktEBACoR' +
    'wAAYABhYL/QACIwAAPuCA5OgxKGigQRcABECACoRwAAYABpP9AwAEQwFU4D9xwdj3B/SXS4tAHWhmaaX7oEBpZLRAQAqEcAAGAAYWC/0AAiM' +
    'AAD7ggP4oMShooEEwAARAgAqEbwAGAAaT/QMABT6qqiA/q4XVpNIvOIwzrB1oZmml+6BAaWS0QEAKhHAABgAGFgv9AAIjAAA+4IEXKDEoaKB' +
    'BSUAEQIAKhG8ABgAGk/0DAAU+qqogP7eEn5HYQ3YcYlwdaGZppfugQGlktEBACoRwAAYABhYL/QACIwAAPuCBMCgw6GhgQWJABECACoRuAAY' +
    'ABpP9AwAFPqqqID+34A+R2EN2CAAdaGZppfugQGlktEBACoRwAAYABhYL/QACIwAAPuCBSWgxaGjgQXuABECACoRtAAYABpP9AwAFPqqqID+' +
    '3FH6stRDkedj2uB1oZmml+6BAaWS0QEAKhHAABgAGFgv9AAIjAAA+4IFiaDHoaWBBlIAEQIAKhG0ABgAGk/0DAAU+qqogP7UmXdJ+p/ovdJ+' +
    'p/KAdaGZppfugQGlktEBACoRwAAYABhYL/QACIwAAPuCBe6gx6GlgQa3ABECACoRuAAYABpP9AwAFPqqqID+y7fKvV5lX5HYQ3YIAHWhmaaX' +
    '7oEBpZLRAQAqEcAAGAAYWC/0AAiMAAD7ggZSoMWhpIEHGwARAgAqEbwAGAAaT/QMABT6qqiA/tDKOx7g/615+5FwAHWhmKaW7oEBpZGxAQAq' +
    'EbgUYABhYL/QACIwAPuCBregw6GhgQeAABECACoRvAAYABpP9AwAFPqqqID+1Fi+R2EN2CAAdaGZppfugQGlktEBACoRwAAYABhYL/QACIwA' +
    'APuCBxscU7trjbuLs4EAt4b3gQHxgdQ=',
  'base64',
)

const samplesASecond = 8000

/** A WAV of a quiet tone. */
export function sound(seconds = 2): Buffer {
  const samples = Buffer.from(
    Uint8Array.from({ length: seconds * samplesASecond }, (_, n) => 128 + Math.round(20 * Math.sin(n / 3))),
  )
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(samplesASecond, 24)
  head.writeUInt32LE(samplesASecond, 28)
  head.writeUInt16LE(1, 32)
  head.writeUInt16LE(8, 34)
  head.write('data', 36)
  head.writeUInt32LE(samples.length, 40)
  return Buffer.concat([head, samples])
}

/** A PDF with so many pages, each of which says its number. */
export function pdf(pages = 3): Buffer {
  const numbers = Array.from({ length: pages }, (_, n) => n + 1)
  const pageAt = (n: number): number => 2 + 2 * n
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages} /Kids [${numbers.map((n) => `${pageAt(n)} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...numbers.flatMap((n) => {
      const text = `BT /F1 24 Tf 40 120 Td (Page ${n}) Tj ET`
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Resources << /Font << /F1 3 0 R >> >> /Contents ${pageAt(n) + 1} 0 R >>`,
        `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
      ]
    }),
  ]
  let written = '%PDF-1.4\n'
  const places = objects.map((object, at) => {
    const place = written.length
    written += `${at + 1} 0 obj\n${object}\nendobj\n`
    return place
  })
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${written.length}\n%%EOF\n`
  return Buffer.from(`${written}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}${trailer}`, 'latin1')
}
