/** A step, migration or candidate was defined wrongly; the message lists every mistake with its place. */
export class DefinitionError extends Error {
  readonly mistakes: readonly string[];

  constructor(what: string, mistakes: readonly string[]) {
    super(`${what} is not valid:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`);
    this.name = 'DefinitionError';
    this.mistakes = mistakes;
  }
}
