import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Loading } from '../../ui/loading.tsx';
import { ProblemPanel } from '../../ui/problem-panel.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { type TabEntry, Tabs } from '../../ui/tabs.tsx';
import { Row, Specimen } from './specimen.tsx';
import { TableSpecimen } from './table-specimen.tsx';

/** What a whole view is made of. */
export function ViewSpecimens() {
  return (
    <>
      <TableSpecimen />
      <TabsSpecimen />
      <Specimen name="Facts" use="Names and values that matter, in one line.">
        <Facts
          facts={[
            { name: 'Owner', value: 'platform' },
            { name: 'Worker', value: <StateBadge word="Healthy" tone="done" shape="check" /> },
            { name: 'Revision', value: <code>9f2c1e0754</code> },
          ]}
        />
      </Specimen>
      <Specimen name="Empty state" use="Says what will stand here, and the next thing to do.">
        <EmptyState title="No event fits these filters" actions={<Button>Clear the filters</Button>} />
        <EmptyState title="No worker has announced itself yet">
          Start one that points to this server; it appears here by itself.
        </EmptyState>
      </Specimen>
      <Specimen name="Loading" use="Lines where the content will be; nothing jumps when it comes.">
        <Loading what="an example" lines={4} />
      </Specimen>
      <Specimen name="Problem" use="What failed, why, and what to do about it.">
        <ProblemPanel
          title="The step cannot be approved"
          detail="The run went on since you looked at it."
          mend="Look again, then decide."
          traceId="4bf92f3577b34da6a3ce929d0e0e4736"
          actions={<Button size="small">Try again</Button>}
        />
        <ProblemPanel
          title="The inputs do not fit"
          fields={[{ path: '/inputs/port', message: 'is more than 65535' }]}
        />
      </Specimen>
    </>
  );
}

const tabs: readonly TabEntry[] = [
  { id: 'candidates', label: 'Candidates', count: 1240, content: 'Only what is shown is rendered.' },
  { id: 'steps', label: 'Steps', count: 12, content: 'Arrow keys move between the tabs.' },
  { id: 'revisions', label: 'Revisions', content: 'The URL knows which one is shown.' },
];

function TabsSpecimen() {
  const [selected, setSelected] = useState('candidates');
  return (
    <Specimen name="Tabs" use="Views of one thing, one at a time.">
      <Row>
        <Tabs label="Views of an example" tabs={tabs} selected={selected} onSelect={setSelected} />
      </Row>
    </Specimen>
  );
}
