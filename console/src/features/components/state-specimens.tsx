import {
  failedUndoLook,
  outcomeLook,
  overdueLook,
  runStateLook,
  runStates,
  statuses,
  statusLook,
} from '../../shared/state-look.ts';
import { Icon, iconNames } from '../../ui/icon.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { StepThread } from '../../ui/step-thread.tsx';
import { Age, Duration, RelativeTime } from '../../ui/time.tsx';
import { Row, Specimen } from './specimen.tsx';
import styles from './state-specimens.module.css';

const outcomes = [
  'succeeded',
  'merged',
  'failed',
  'skipped',
  'timed_out',
  'cancelled',
  'superseded',
] as const;

const bars = [
  { label: 'Nothing started', completed: 0, running: 0, failing: 0, total: 240 },
  { label: 'Under way, some failing', completed: 96, running: 54, failing: 12, total: 240 },
  { label: 'All done', completed: 240, running: 0, failing: 0, total: 240 },
] as const;

const threads = [
  { done: 0, total: 6 },
  { done: 3, total: 6, current: 'person' },
  { done: 4, total: 6, current: 'bad' },
  { done: 30, total: 60, current: 'progress' },
  { done: 6, total: 6 },
] as const;

export function StateSpecimens() {
  return (
    <>
      <Specimen name="Badge" use="A state in word, shape and colour. Strong where it is the headline.">
        <Row label="Candidate">
          {statuses.map((status) => (
            <StateBadge key={status} {...statusLook[status]} />
          ))}
        </Row>
        <Row label="Run">
          {runStates.map((state) => (
            <StateBadge key={state} {...runStateLook[state]} />
          ))}
        </Row>
        <Row label="An operator must act">
          {[overdueLook, failedUndoLook].map((look) => (
            <StateBadge key={look.word} {...look} />
          ))}
        </Row>
        <Row label="Attempt">
          {outcomes.map((outcome) => (
            <StateBadge key={outcome} {...outcomeLook(outcome)} />
          ))}
        </Row>
        <Row label="Strong">
          {runStates.map((state) => (
            <StateBadge key={state} {...runStateLook[state]} isStrong />
          ))}
        </Row>
      </Specimen>
      <Specimen
        name="Progress"
        use="Three statuses with the failing share marked, each with a texture of its own."
      >
        {bars.map(({ label, ...bar }) => (
          <Row key={label} label={label}>
            <div className={styles.bar}>
              <ProgressBar {...bar} />
            </div>
          </Row>
        ))}
        <Row label="Steps of a run, beside the words">
          {threads.map((thread) => (
            <span key={`${thread.done} ${thread.total}`} className={styles.thread}>
              <StepThread {...thread} /> step {thread.done} of {thread.total}
            </span>
          ))}
        </Row>
      </Specimen>
      <Times />
      <Specimen name="Icon" use="Never without a word, or a name on the control it stands in.">
        <Row>
          {iconNames.map((name) => (
            <span key={name} className={styles.icon}>
              <Icon name={name} /> {name}
            </span>
          ))}
        </Row>
      </Specimen>
    </>
  );
}

const minuteMs = 60_000;
const loadedAt = Date.now();
const ago = (ms: number) => new Date(loadedAt - ms).toISOString();

function Times() {
  return (
    <Specimen name="Time" use="Relative, with the exact time on hover; it ticks by itself.">
      <Row>
        <RelativeTime at={ago(20_000)} />
        <RelativeTime at={ago(130 * minuteMs)} />
        <RelativeTime at={ago(9 * 24 * 60 * minuteMs)} />
        <Age at={ago(47 * minuteMs)} />
        <Duration from={ago(4 * minuteMs)} to={ago(0)} />
        <Duration from={ago(3 * minuteMs)} />
      </Row>
    </Specimen>
  );
}
