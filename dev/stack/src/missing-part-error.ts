/** A part of the stack could not be found nor got: says where was looked and what a person can do. */
export class MissingPartError extends Error {
  readonly part: string;
  readonly tried: readonly string[];

  constructor(part: string, tried: readonly string[], remedies: readonly string[]) {
    super(
      [
        `${part} was not found. Tried:`,
        ...tried.map((line) => `  - ${line}`),
        'Do one of these and try again:',
        ...remedies.map((line) => `  - ${line}`),
      ].join('\n'),
    );
    this.name = 'MissingPartError';
    this.part = part;
    this.tried = tried;
  }
}
