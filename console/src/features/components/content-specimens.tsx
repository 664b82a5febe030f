import { useMemo, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { CutText } from '../../ui/cut-text.tsx';
import { DiffView } from '../../ui/diff/diff-view.tsx';
import { diffFile } from '../../ui/diff/file-diff.ts';
import { JsonView } from '../../ui/json-view.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Row, Specimen } from './specimen.tsx';
import { TimelineSpecimen } from './timeline-specimen.tsx';

/** What workers and repositories give the console to show. */
export function ContentSpecimens() {
  return (
    <>
      <DiffSpecimen />
      <TimelineSpecimen />
      <Specimen name="Names and values" use="Free JSON, flat where it can be; links can be followed.">
        <JsonView
          value={{
            outcome: 'succeeded',
            attempt: 2,
            files: { changed: 3, added: 1 },
            pullRequest: 'https://forge.example/acme/saturn/pulls/42',
            chart: { name: 'saturn', values: { replicas: 3, image: { tag: '1.4.0' } } },
          }}
        />
      </Specimen>
      <Specimen name="Cut text" use="Where there is no room for a long name its end stays.">
        <div style={{ maxWidth: '16rem' }}>
          <CutText text="acme-international/a-service-with-a-long-name-1007" />
        </div>
        <CutText text="acme/billing" />
      </Specimen>
      <Specimen name="Markdown" use="What a worker writes, without its HTML and without images.">
        <Markdown text={text} />
      </Specimen>
    </>
  );
}

const text = `## Look at the chart

1. The **port** is the one that the service listens on.
2. \`replicas\` stays as it was.

| File | Why |
| --- | --- |
| \`Chart.yaml\` | new |

- [x] Templates render
- [ ] Owners agree`;

const before = `service:
  name: saturn
  port: 8080
image:
  tag: latest
replicas: 3
`;
const after = `service:
  name: saturn
  port: 9090
image:
  tag: 1.4.0
  pullPolicy: IfNotPresent
replicas: 3
`;

function DiffSpecimen() {
  const [layout, setLayout] = useState<'split' | 'unified'>('split');
  const { hunks } = useMemo(() => diffFile({ path: 'values.yaml', before, after }), []);
  return (
    <Specimen name="Diff" use="Side by side or unified, with what changed within a line marked.">
      <Row>
        <Button size="small" onPress={() => setLayout(layout === 'split' ? 'unified' : 'split')}>
          {layout === 'split' ? 'Unified' : 'Side by side'}
        </Button>
      </Row>
      <DiffView path="values.yaml" before={before} hunks={hunks} kind="modified" layout={layout} />
    </Specimen>
  );
}
