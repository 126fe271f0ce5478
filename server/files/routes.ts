import type { FastifyInstance } from 'fastify'
import { finishUpload, getFile, getUploadLimits } from '#contract/courses.ts'
import type { Gate } from '#server/gate/gate.ts'
import { file } from './file.ts'
import { finishUpload as finish } from './finish-upload.ts'
import { kinds } from './kinds.ts'
import { hasRoom } from './room.ts'
import type { Storage } from './storage.ts'
import { uploadRoutes, type Uploads } from './uploads.ts'

export function filesRoutes(app: FastifyInstance, gate: Gate, storage: Storage, uploads: Uploads): void {
  uploadRoutes(app, gate, uploads)
  gate.serveInSteps(finishUpload, (steps, input) => finish(steps, input, { storage, uploads }))
  gate.serveFile(getFile, (work, input) => file(work, input, storage))
  gate.serve(getUploadLimits, async () => ({
    mostBytes: {
      image: kinds.image.mostBytes,
      video: kinds.video.mostBytes,
      audio: kinds.audio.mostBytes,
      document: kinds.document.mostBytes,
      package: kinds.package.mostBytes,
    },
    hasRoom: await hasRoom(uploads.folder),
  }))
}
