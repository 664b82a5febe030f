import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { FilterChip, ToggleChip, ValueChip } from '../../ui/chip.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Row, Specimen } from './specimen.tsx';

const looks = ['primary', 'plain', 'quiet', 'danger'] as const;

export function ControlSpecimens() {
  return (
    <>
      <Specimen
        name="Button"
        use="One primary in a view. It says what it does, and while it works what it is doing."
      >
        {looks.map((look) => (
          <Row key={look} label={look}>
            <Button look={look}>Approve</Button>
            <Button look={look} size="small">
              Approve
            </Button>
            <Button look={look}>
              <Icon name="plus" size={14} />
              With an icon
            </Button>
            <Button look={look} working="Approving…">
              Approve
            </Button>
            <Button look={look} isDisabled>
              Not now
            </Button>
          </Row>
        ))}
        <Row label="Copies, and says so">
          <CopyButton text="9f2c1e07">Copy</CopyButton>
          <CopyButton text="9f2c1e07" look="plain">
            Copy the link
          </CopyButton>
        </Row>
      </Specimen>
      <Chips />
      <Menus />
      <Specimen name="Disclosure" use="What most people do not need, one press away.">
        <Disclosure summary="Raw event">
          <code>step.completed</code>
        </Disclosure>
        <Disclosure summary="Open from the start" isOpen>
          <code>run.started</code>
        </Disclosure>
      </Specimen>
    </>
  );
}

function Chips() {
  const [isOn, setOn] = useState(true);
  const [isFiltered, setFiltered] = useState(true);
  return (
    <Specimen name="Chip" use="A filter that can be read aloud; a fact that becomes one when it is pressed.">
      <Row label="Filter that is on">
        {isFiltered ? (
          <FilterChip phrase="Label team is earth" onRemove={() => setFiltered(false)} />
        ) : (
          <Button look="quiet" size="small" onPress={() => setFiltered(true)}>
            Filter again
          </Button>
        )}
      </Row>
      <Row label="Toggle">
        <ToggleChip isOn={isOn} onToggle={() => setOn(!isOn)}>
          Awaiting approval
        </ToggleChip>
        <ToggleChip isOn={!isOn} onToggle={() => setOn(!isOn)}>
          Awaiting retry
        </ToggleChip>
      </Row>
      <Row label="Fact, pressable and not">
        <ValueChip name="team" value="earth" onPick={() => undefined} />
        <ValueChip name="language" value="go" />
      </Row>
    </Specimen>
  );
}

const columns = [
  { id: 'state', label: 'State' },
  { id: 'who', label: 'Who acts', hint: 'Whom the run waits for' },
  { id: 'since', label: 'Since' },
];

function Menus() {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(['state']));
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <Specimen name="Menu" use="Several actions of one kind, or things that are switched on and off.">
      <Row>
        <Menu label="Actions" entries={columns} onChoose={() => undefined} />
        <Menu label="Columns" entries={columns} selected={chosen} onChoose={toggle} />
        <Menu look="quiet" label="Quiet" entries={columns} onChoose={() => undefined} />
      </Row>
    </Specimen>
  );
}
