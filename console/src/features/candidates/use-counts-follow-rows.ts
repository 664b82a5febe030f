import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Migration } from '../../shared/contract.ts';
import { migrationQuery } from '../../shared/migration-queries.ts';
import { isMoving } from '../../shared/moving.ts';

/** Counts are read at leisure while everything waits on people; rows that change say that somebody acted. */
export function useCountsFollowRows(migration: Migration, rows: readonly unknown[] | undefined): void {
  const client = useQueryClient();
  const before = useRef(rows);
  useEffect(() => {
    const changed = before.current;
    before.current = rows;
    if (changed === undefined || changed === rows || isMoving(migration)) return;
    const { queryKey } = migrationQuery(migration.id);
    void client.invalidateQueries({ queryKey }, { cancelRefetch: false });
  }, [client, migration, rows]);
}
