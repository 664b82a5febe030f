import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import type { DeliveryRecord } from './records.ts';

/** GitHub keeps deliveries for three days; the forge keeps this many for each repository. */
const KEPT = 500;

export interface DeliveryStore {
  add(repositoryId: number, delivery: DeliveryRecord): Promise<void>;
  /** Newest first. */
  list(repositoryId: number, hookId: number): Promise<readonly DeliveryRecord[]>;
  remove(repositoryId: number): Promise<void>;
}

/** Each delivery is a file of its own: payloads are large, and a new one must not rewrite the others. */
export function createDeliveryStore(root: string): DeliveryStore {
  const loaded = new Map<number, Promise<DeliveryRecord[]>>();
  const dirOf = (repositoryId: number) => join(root, String(repositoryId));

  function load(repositoryId: number): Promise<DeliveryRecord[]> {
    let records = loaded.get(repositoryId);
    if (!records) {
      records = readAll(dirOf(repositoryId));
      loaded.set(repositoryId, records);
    }
    return records;
  }

  return {
    async add(repositoryId, delivery) {
      const records = await load(repositoryId);
      await writeJsonFile(join(dirOf(repositoryId), `${delivery.id}.json`), delivery);
      records.push(delivery);
      for (const old of records.splice(0, Math.max(0, records.length - KEPT)))
        await rm(join(dirOf(repositoryId), `${old.id}.json`), { force: true });
    },
    async list(repositoryId, hookId) {
      const records = await load(repositoryId);
      return records.filter((record) => record.hookId === hookId).toSorted((a, b) => b.id - a.id);
    },
    async remove(repositoryId) {
      loaded.delete(repositoryId);
      await rm(dirOf(repositoryId), { recursive: true, force: true });
    },
  };
}

async function readAll(dir: string): Promise<DeliveryRecord[]> {
  await mkdir(dir, { recursive: true });
  const files = (await readdir(dir)).filter((file) => file.endsWith('.json'));
  const records = await Promise.all(
    files.map(async (file) => (await readJsonFile(join(dir, file))) as DeliveryRecord),
  );
  return records.sort((a, b) => a.id - b.id);
}
