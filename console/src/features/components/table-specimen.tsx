import { formatNumber } from '../../ui/format.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Cell, RowHead, Table, TableRow } from '../../ui/table.tsx';
import { Specimen } from './specimen.tsx';

const rows = [
  { name: 'saturn', word: 'Awaiting approval', tone: 'person', shape: 'diamond', files: 12, took: '4 min' },
  { name: 'jupiter', word: 'Completed', tone: 'done', shape: 'check', files: 1204, took: '1 h 12 min' },
  { name: 'venus', word: 'Awaiting retry', tone: 'bad', shape: 'cross', files: 8, took: '33 s' },
] as const;

const columns = [
  { name: 'Candidate' },
  { name: 'State' },
  { name: 'Files', isNumber: true },
  { name: 'Took', isNumber: true },
] as const;

export function TableSpecimen() {
  return (
    <Specimen
      name="Table"
      use="Rows that read like sentences; figures line up; a row becomes a block on a phone."
    >
      <Table caption="An example" columns={columns}>
        {rows.map((row) => (
          <TableRow key={row.name}>
            <RowHead>{row.name}</RowHead>
            <Cell>
              <StateBadge word={row.word} tone={row.tone} shape={row.shape} />
            </Cell>
            <Cell label="Files" isNumber>
              {formatNumber(row.files)}
            </Cell>
            <Cell label="Took" isNumber>
              {row.took}
            </Cell>
          </TableRow>
        ))}
      </Table>
    </Specimen>
  );
}
