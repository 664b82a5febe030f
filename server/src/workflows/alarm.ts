/** The timers that a run waits upon. REPLAY-SENSITIVE: when one is started is a command. */
import * as wf from '@temporalio/workflow';

/**
 * A timer that is there already and rings no later will do: a step's deadline is days away, and to cancel its timer
 * and start another at every step costs Temporal and this sandbox more than one ring too many.
 */
export class Alarm {
  /** When the timers ring that have not yet. */
  private readonly pending = new Set<number>();
  /** Of these, the one that counts; none is there, or it rang, when this is undefined. */
  private countsAtMs: number | undefined;
  private rings = 0;
  /**
   * A timer that was behind one that rang counts again. Runs that an older engine dispatched forget it and start another,
   * so that each attempt that is tried again by itself leaves a timer that is days away.
   */
  keepsTimers = false;

  /** Until something has changed, or a timer rang: at the given time, or before. */
  async wait(untilMs: number, changed: () => boolean): Promise<void> {
    this.set(untilMs);
    const { rings } = this;
    await wf.condition(() => changed() || this.rings !== rings);
  }

  private set(untilMs: number): void {
    if (this.countsAtMs !== undefined && this.countsAtMs <= untilMs) return;
    this.countsAtMs = untilMs;
    this.pending.add(untilMs);
    void wf.sleep(Math.max(1, untilMs - Date.now())).then(() => this.ring(untilMs));
  }

  private ring(atMs: number): void {
    this.pending.delete(atMs);
    if (this.countsAtMs !== atMs) return;
    this.countsAtMs = this.keepsTimers && this.pending.size > 0 ? Math.min(...this.pending) : undefined;
    this.rings += 1;
  }
}
