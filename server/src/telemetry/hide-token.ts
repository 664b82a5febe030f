import type { DeliveryMessage, RawMessage } from '../application/ports/delivery-log.ts';

const BEFORE_TOKEN = '"callbackToken":"';

/**
 * The token of the attempt: a dispatch carries it in its body, as the last of its fields, and a callback in a header.
 * Only one like ours: whoever calls can put there a single letter, which is in every text.
 */
export function tokenOf({ headers, body }: RawMessage): string | undefined {
  if (typeof body === 'string') {
    const at = body.lastIndexOf(BEFORE_TOKEN);
    if (at >= 0) return /^[\w-]{43}(?=")/.exec(body.slice(at + BEFORE_TOKEN.length))?.[0];
  }
  return /^bearer +([\w-]{43})$/i.exec(String(headers['authorization'] ?? ''))?.[1];
}

/** Takes the token out of what says it again, such as a failure that quotes the dispatch, where no name tells it. */
export function hideToken(message: DeliveryMessage, token: string | undefined): DeliveryMessage {
  if (token === undefined || !message.body.includes(token)) return message;
  return { ...message, body: hideIn(message.body, token), isRedacted: true };
}

export function hideIn(text: string, token: string | undefined): string {
  return token === undefined ? text : text.replaceAll(token, '[redacted]');
}
