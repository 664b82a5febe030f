/** The trailer by which commits of Loom are told from those of people. */
export const stepTrailer = 'Loom-Step';

/** A commit message whose last paragraph names the step that made it. */
export function withStepTrailer(message: string, idempotencyKey: string): string {
  return `${message.trimEnd()}\n\n${stepTrailer}: ${idempotencyKey}\n`;
}

/** Whether a commit message carries the trailer. */
export function hasStepTrailer(message: string): boolean {
  return message.split('\n').some((line) => line.startsWith(`${stepTrailer}: `));
}
