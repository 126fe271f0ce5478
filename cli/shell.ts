import type { Command } from 'commander'
import type { Door } from '#client/call.ts'

/** What somebody has to mend in what they typed or in a file of theirs. */
export class Mistake extends Error {}

interface Everywhere {
  readonly url?: string
  readonly token?: string
  readonly json?: boolean
}

/** How far something is that takes long. */
export type Progress = (done: number, of: number) => void

const linesEveryMs = 5_000

/**
 * Where commands speak. What was asked for goes to standard output: for people a table or a sentence, with `--json` the
 * same as JSON and nothing else. Everything besides (progress, warnings, refusals) goes to standard error.
 */
export class Shell {
  readonly #program: Command

  constructor(program: Command) {
    this.#program = program
  }

  get #everywhere(): Everywhere {
    return this.#program.opts<Everywhere>()
  }

  get asJson(): boolean {
    return this.#everywhere.json ?? false
  }

  /** Where the server is, and the token that lets in there. Without them the command is not understood. */
  get door(): Door {
    const { url, token } = this.#everywhere
    if (!url || !token)
      this.#program.error(
        'error: say where the server is, and what lets in there: --url and --token, or ROLLCALL_URL and ROLLCALL_TOKEN',
      )
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
      this.#program.error('error: the address of the server is one like https://learn.example.org')
    return { url, token }
  }

  /** A table for people, or what was told as JSON for programs. */
  show(rows: readonly Record<string, string | number>[], told: unknown): void {
    if (this.asJson) console.log(JSON.stringify(told, null, 2))
    else for (const line of tableOf(rows)) console.log(line)
  }

  /** Sentences for people, or what was told as JSON for programs. */
  say(sentences: string | readonly string[], told: unknown): void {
    if (this.asJson) console.log(JSON.stringify(told, null, 2))
    else for (const sentence of [sentences].flat()) console.log(sentence)
  }

  /** What people should know besides; with `--json` it is part of what was told. */
  warn(sentence: string): void {
    if (!this.asJson) console.error(sentence)
  }

  /** Does what takes long, and shows how far it is: a bar on a terminal, elsewhere a line now and then. */
  async watching<T>(what: string, task: (progress: Progress) => Promise<T>): Promise<T> {
    const { progress, end } = process.stderr.isTTY && !this.asJson ? await bar(what) : lines(what)
    try {
      return await task(progress)
    } finally {
      end()
    }
  }

  /** Whether somebody types the word that is asked for. @throws Mistake where nobody sits at a terminal */
  async confirms(question: string, word: string, otherwise: string): Promise<boolean> {
    if (!process.stdin.isTTY || !process.stderr.isTTY) throw new Mistake(otherwise)
    const { text } = await import('@clack/prompts')
    return (await text({ message: `${question} Type ${word}:`, output: process.stderr })) === word
  }
}

function tableOf(rows: readonly Record<string, string | number>[]): string[] {
  const [first] = rows
  if (!first) return []
  const names = Object.keys(first)
  const cells = [names.map((name) => name.toUpperCase()), ...rows.map((row) => names.map((name) => String(row[name])))]
  const widths = names.map((_, place) => Math.max(...cells.map((line) => line[place]!.length)))
  return cells.map((line) =>
    line
      .map((cell, place) => cell.padEnd(widths[place]!))
      .join('  ')
      .trimEnd(),
  )
}

/** Appears with the first word of something that is not over yet, and leaves nothing behind. */
async function bar(what: string): Promise<{ progress: Progress; end: () => void }> {
  const { progress: draw } = await import('@clack/prompts')
  let drawn: ReturnType<typeof draw> | undefined
  let percent = 0
  return {
    progress(done, of) {
      if (!drawn && done >= of) return
      if (!drawn) {
        drawn = draw({ max: 100, output: process.stderr, withGuide: false })
        drawn.start(what)
      }
      const now = Math.floor((done / Math.max(1, of)) * 100)
      drawn.advance(now - percent, `${what}: ${done} of ${of}`)
      percent = now
    },
    end: () => drawn?.clear(),
  }
}

function lines(what: string): { progress: Progress; end: () => void } {
  let saidAtMs = performance.now()
  return {
    progress(done, of) {
      if (performance.now() - saidAtMs < linesEveryMs) return
      saidAtMs = performance.now()
      console.error(`${what}: ${done} of ${of}`)
    },
    end() {},
  }
}
