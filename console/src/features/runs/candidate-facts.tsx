import { useState } from 'react';
import type { Candidate, FileGroup } from '../../shared/contract.ts';
import { Button } from '../../ui/button.tsx';
import { ValueChip } from '../../ui/chip.tsx';
import { capital, formatCount, formatNumber } from '../../ui/format.ts';
import { JsonView } from '../../ui/json-view.tsx';
import { Section } from '../../ui/section.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import styles from './candidate-facts.module.css';

/** What the worker told about the candidate, and the inputs that are stored for it. */
export function CandidateFacts({ candidate }: { readonly candidate: Candidate }) {
  const labels = Object.entries(candidate.labels);
  return (
    <div className={styles.facts}>
      <p className={styles.soft}>
        {capital(candidate.kind)}, last seen by a discovery <RelativeTime at={candidate.lastSeen} />
        {candidate.goneAt === undefined ? '.' : ', and not by the last one.'}
      </p>
      {labels.length === 0 ? null : (
        <p className={styles.labels}>
          {labels.map(([name, value]) => (
            <ValueChip key={name} name={name} value={value} />
          ))}
        </p>
      )}
      <Part title="Inputs" value={candidate.inputs} none="No inputs are stored." />
      <Part title="Metadata" value={candidate.metadata} none="The worker gave none." />
      <Section
        title="Files"
        aside={<span className={styles.soft}>{formatCount(fileCount(candidate.files), 'file')}</span>}
      >
        {candidate.files.length === 0 ? <p className={styles.none}>The worker named none.</p> : null}
        {candidate.files.map((group) => (
          <Files key={`${group.name} ${group.repo ?? ''}`} group={group} />
        ))}
      </Section>
    </div>
  );
}

interface PartProps {
  readonly title: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly none: string;
}

function Part({ title, value, none }: PartProps) {
  return (
    <Section title={title}>
      {Object.keys(value).length === 0 ? (
        <p className={styles.none}>{none}</p>
      ) : (
        <div className={styles.json}>
          <JsonView value={value} />
        </div>
      )}
    </Section>
  );
}

const filesAtFirst = 100;

function Files({ group }: { readonly group: FileGroup }) {
  const [areAllShown, showAll] = useState(false);
  const shown = areAllShown ? group.files : group.files.slice(0, filesAtFirst);
  return (
    <div className={styles.group}>
      <h3>
        {group.name} {group.repo === undefined ? null : <span className={styles.soft}>{group.repo}</span>}
      </h3>
      <ul className={styles.files}>
        {shown.map((file) => (
          <li key={file.path}>
            {file.url !== undefined && /^https?:\/\//.test(file.url) ? (
              <a href={file.url} rel="noreferrer" target="_blank">
                {file.path}
              </a>
            ) : (
              file.path
            )}
          </li>
        ))}
      </ul>
      {shown.length < group.files.length ? (
        <Button look="quiet" size="small" onPress={() => showAll(true)}>
          Show all {formatNumber(group.files.length)}
        </Button>
      ) : null}
    </div>
  );
}

function fileCount(groups: readonly FileGroup[]): number {
  return groups.reduce((sum, group) => sum + group.files.length, 0);
}
