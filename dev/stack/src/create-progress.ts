import type { Log } from './log.ts';

export interface ProgressOptions {
  /** Default `process.stdout`. A terminal gets a spinner, anything else plain lines. */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Longest silence of plain output during a phase. Default 2,000. */
  readonly sayEveryMs?: number;
}

export interface Progress {
  /** Runs `work` as a named phase. It may report what it does now; one phase at a time. */
  phase<T>(title: string, work: (report: Log) => Promise<T>): Promise<T>;
  /** Prints a line of its own, above the spinner. */
  note(line: string): void;
  /** The phases that have ended so far, each with its time, and the sum. */
  table(): string;
}

interface Phase {
  readonly title: string;
  readonly startedAt: number;
  message: string;
  saidAt: number;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 100;
const clearLine = '\r\u001b[2K';

/** Shows a person, or a log, what a command of several long phases is doing and how long each took. */
export function createProgress(options: ProgressOptions = {}): Progress {
  const { stream = process.stdout, sayEveryMs = 2_000 } = options;
  const isTerminal = stream.isTTY === true;
  const ended: { title: string; ms: number; hasFailed: boolean }[] = [];
  let current: Phase | undefined;
  let frame = 0;

  const say = (line: string) => stream.write(isTerminal ? `${clearLine}${line}\n` : `${line}\n`);
  const status = (phase: Phase) => {
    const message = phase.message === '' ? '' : `: ${phase.message}`;
    return `${phase.title} ${seconds(performance.now() - phase.startedAt)}${message}`;
  };
  const tick = () => {
    if (current === undefined) return;
    if (isTerminal) {
      frame = (frame + 1) % frames.length;
      const width = (stream as Partial<NodeJS.WriteStream>).columns ?? 80;
      stream.write(`${clearLine}${`${frames[frame]} ${status(current)}`.slice(0, width - 1)}`);
    } else if (performance.now() - current.saidAt >= sayEveryMs) {
      current.saidAt = performance.now();
      say(`  … ${status(current)}`);
    }
  };

  return {
    phase: async (title, work) => {
      if (current !== undefined) throw new Error(`phase "${title}" began inside of "${current.title}"`);
      const phase: Phase = { title, startedAt: performance.now(), message: '', saidAt: performance.now() };
      current = phase;
      if (!isTerminal) say(`▸ ${title}`);
      const timer = setInterval(tick, isTerminal ? frameMs : Math.min(frameMs, sayEveryMs / 4));
      let hasFailed = true;
      try {
        const result = await work((message) => {
          phase.message = message;
        });
        hasFailed = false;
        return result;
      } finally {
        clearInterval(timer);
        current = undefined;
        const ms = performance.now() - phase.startedAt;
        ended.push({ title, ms, hasFailed });
        say(`${hasFailed ? '✘' : '✔'} ${title} ${seconds(ms)}`);
      }
    },
    note: say,
    table: () => {
      const total = ended.reduce((sum, { ms }) => sum + ms, 0);
      const rows = [
        ...ended.map(({ title, ms, hasFailed }) => [hasFailed ? `${title} (failed)` : title, seconds(ms)]),
        ['total', seconds(total)],
      ];
      const widest = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
      return rows
        .map(([title = '', time = '']) => `${title.padEnd(widest(0))}  ${time.padStart(widest(1))}`)
        .join('\n');
    },
  };
}

function seconds(ms: number): string {
  return ms < 60_000
    ? `${(ms / 1_000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1_000)} s`;
}
