import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Certificate } from '#contract/portal.ts'

/** A face with the letters of most languages that are written from left to right. */
const fonts = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf')
const [plain, bold] = [join(fonts, 'DejaVuSans.ttf'), join(fonts, 'DejaVuSans-Bold.ttf')]

const [ink, soft, accent] = ['#1c2024', '#5a626b', '#2b5fc4']

const inWords = (date: string): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  )

/** A certificate, drawn on one landscape A4 page. */
export async function certificatePdf(
  told: Certificate & { accountName: string; verifyUrl: string },
): Promise<Readable> {
  // Loaded when it is needed: it would make every start longer.
  const { default: PDFDocument } = await import('pdfkit')
  const pdf = new PDFDocument({
    size: 'A4',
    layout: 'landscape',
    margin: 0,
    info: { Title: told.courseTitle, Author: told.accountName, Subject: `Certificate ${told.code}` },
  })
  const { width, height } = pdf.page
  pdf
    .rect(28, 28, width - 56, height - 56)
    .lineWidth(1)
    .stroke('#d5d9de')
  pdf.rect(28, 28, 6, height - 56).fill(accent)

  const line = (text: string, y: number, size: number, color: string, font = plain) =>
    pdf
      .font(font)
      .fontSize(fitting(pdf, text, font, size, width - 180))
      .fillColor(color)
      .text(text, 90, y, { width: width - 180, align: 'left' })
  line(told.accountName, 80, 14, soft)
  line('Certificate', 122, 34, ink, bold)
  line('This is to certify that', 196, 13, soft)
  line(told.personName, 222, 28, ink, bold)
  line('has completed', 276, 13, soft)
  line(told.courseTitle, 302, 22, ink, bold)
  line(
    `Issued on ${inWords(told.issuedOn)}${told.expiresOn ? `, valid until ${inWords(told.expiresOn)}` : ''}`,
    372,
    13,
    ink,
  )
  line(`Code ${told.code}`, 452, 11, soft)
  line(`Whoever holds this certificate can have it verified at ${told.verifyUrl}`, 472, 11, soft)
  pdf.end()
  return pdf
}

/** The size at which a text stands on one line, or on two when it is very long. */
function fitting(pdf: PDFKit.PDFDocument, text: string, font: string, size: number, width: number): number {
  const wide = pdf.font(font).fontSize(size).widthOfString(text)
  return wide <= width ? size : Math.max(Math.min((size * width * 1.8) / wide, size), 9)
}
