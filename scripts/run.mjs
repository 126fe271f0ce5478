import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
/** Node 24, from the package `node`: what is installed on the machine only has to come this far. */
export const ourNode = `${root}node_modules/.bin/node`
export const tool = (name) => `${root}node_modules/.bin/${name}`

/** Ends the program with one sentence on what went wrong, and the way out. */
export class Failure extends Error {}

/** Runs a command in the house's root. Gives its exit code and, if it was not shown, what it said. */
export function run(command, args, { env = {}, shown = true } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', ...(shown ? ['inherit', 'inherit'] : ['pipe', 'pipe'])],
    })
    let said = ''
    child.stdout?.on('data', (text) => (said += text))
    child.stderr?.on('data', (text) => (said += text))
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code: code ?? (signal ? 1 : 0), said }))
  })
}

/** Runs the task of a script: a failure is told as a sentence, anything else as it is; either ends with 1. */
export async function main(task) {
  try {
    process.exitCode = (await task()) ?? 0
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error)
    process.exitCode = 1
  }
}
