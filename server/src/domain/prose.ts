const ESCAPE = String.fromCharCode(27);
/** Such as that for red, `ESC [ 31 m`. */
const TERMINAL_CODES = new RegExp(`${ESCAPE}\\[[0-?]*[ -/]*[@-~]`, 'g');
/** Controls other than a new line and a tab, and what turns the order of letters. */
const DISGUISES = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text that somebody gave for people to read, without what would let it look like something else in a console, a terminal
 * or a file: an override that turns a name around, or a carriage return that writes over the line (ADR 0026).
 */
export function toProse(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(TERMINAL_CODES, '').replaceAll(DISGUISES, '');
}

/** A comment or a reason, where anything was said: nothing but space is nothing. */
export function whatWasSaid(text: string | undefined): string | undefined {
  return text?.trim() === '' ? undefined : text;
}
