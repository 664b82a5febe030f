import { z } from 'zod';
import type { Signature } from '../git/objects.ts';
import { unprocessable } from '../github-error.ts';

/** What ends up in a commit's message: git takes anything but a NUL there. */
export const messageText = z.string().refine((text) => !text.includes('\0'), 'NUL is not allowed');

/** Who wrote or committed something, as bodies of the git API name it. */
export const signatureBody = z.object({
  // git drops punctuation from the ends of a name and refuses what is empty then.
  name: messageText.max(200).refine((name) => /[^\s.,:;<>"\\']/.test(name), 'the name is empty'),
  email: messageText.min(1).max(200),
  date: z.iso
    .datetime({ offset: true })
    .refine((date) => Date.parse(date) >= 0, 'git knows no time before 1970')
    .optional(),
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
