/** A supervised process did not become ready; the message ends with the last lines that it printed. */
export class ProcessStartError extends Error {
  readonly output: string;

  constructor(name: string, what: string, output: string, logFile: string | undefined) {
    const where = logFile === undefined ? '' : ` (all of it: ${logFile})`;
    const lines = output === '' ? 'It printed nothing.' : `Its last output${where}:\n${output}`;
    super(`${name} ${what}. ${lines}`);
    this.name = 'ProcessStartError';
    this.output = output;
  }
}
