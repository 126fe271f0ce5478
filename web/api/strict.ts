import { z } from 'zod'

// Zod would try to compile its checks with `new Function`, which the content security policy refuses and reports.
// Must be imported before anything of the contract.
z.config({ jitless: true })
