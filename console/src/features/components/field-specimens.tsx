import { useState } from 'react';
import { CheckboxField, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import styles from './field-specimens.module.css';
import { Specimen } from './specimen.tsx';

const teams = [
  { value: 'earth', label: 'Earth' },
  { value: 'moon', label: 'Moon' },
];

export function FieldSpecimens() {
  const [text, setText] = useState('Good evening');
  const [reason, setReason] = useState('');
  const [team, setTeam] = useState('earth');
  const [isChecked, setChecked] = useState(true);
  const [search, setSearch] = useState('');
  return (
    <Specimen name="Field" use="A label above, what it means below, and what is wrong where it is wrong.">
      <div className={styles.fields}>
        <TextField label="Greeting" value={text} onChange={setText} />
        <TextField
          label="Port"
          description="Between 1 and 65535."
          error="70000 is more than 65535."
          inputMode="numeric"
          value="70000"
          onChange={() => undefined}
        />
        <TextArea label="Comment" isOptional value={reason} onChange={setReason} />
        <TextArea label="Outputs" isCode value={'{\n  "chart": "1.4.0"\n}'} onChange={() => undefined} />
        <SelectField label="Team" choices={teams} value={team} onChange={setTeam} />
        <CheckboxField
          label="Only those that wait"
          description="Leaves out what goes on by itself."
          isChecked={isChecked}
          onChange={setChecked}
        />
        <SearchField label="Search candidates" value={search} onChange={setSearch} />
      </div>
    </Specimen>
  );
}
