import { z } from 'zod';
import type { Signature } from '../git/objects.ts';
import { unprocessable } from '../github-error.ts';

/** Who wrote or committed something, as bodies of the git API name it. */
export const signatureBody = z.object({
  name: z.string().min(1).max(200),
  email: z.string().min(1).max(200),
  date: z.iso.datetime({ offset: true }).optional(),
});

export function signatureFrom(body: z.infer<typeof signatureBody>, now: Date): Signature {
  return { name: body.name, email: body.email, date: body.date ?? now.toISOString() };
}

/** Base64 with the line breaks that git tools put in; anything else is refused instead of half read. */
export function decodeBase64(text: string): Buffer {
  const compact = text.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) throw unprocessable('content is not valid Base64');
  return Buffer.from(compact, 'base64');
}
