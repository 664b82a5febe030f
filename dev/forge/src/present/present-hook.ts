import type { Links } from '../links.ts';
import type { DeliveryRecord, HookRecord, RepositoryRecord } from '../store/records.ts';
import { repositoryUrl } from './present-repository.ts';
import type { Schema } from './schema.ts';

export function presentHook(
  links: Links,
  record: RepositoryRecord,
  hook: HookRecord,
  last: DeliveryRecord | undefined,
): Schema<'hook'> {
  const url = `${repositoryUrl(links, record)}/hooks/${hook.id}`;
  return {
    type: 'Repository',
    id: hook.id,
    name: 'web',
    active: hook.isActive,
    events: [...hook.events],
    config: {
      url: hook.url,
      content_type: hook.contentType,
      insecure_ssl: hook.isInsecureSsl ? '1' : '0',
      ...(hook.secret === null ? {} : { secret: '********' }),
    },
    created_at: hook.createdAt,
    updated_at: hook.updatedAt,
    url,
    test_url: `${url}/tests`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: last
      ? { code: last.statusCode, status: isDelivered(last) ? 'active' : 'failed', message: last.status }
      : { code: null, status: 'unused', message: null },
  };
}

export function presentDeliveryItem(
  record: RepositoryRecord,
  delivery: DeliveryRecord,
): Schema<'hook-delivery-item'> {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.isRedelivery,
    duration: delivery.durationMs / 1000,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: null,
    repository_id: record.id,
  };
}

export function presentDelivery(
  record: RepositoryRecord,
  hook: HookRecord,
  delivery: DeliveryRecord,
): Schema<'hook-delivery'> {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.isRedelivery,
    duration: delivery.durationMs / 1000,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: null,
    repository_id: record.id,
    url: hook.url,
    request: {
      headers: { ...delivery.request.headers },
      payload: delivery.request.payload as Record<string, unknown>,
    },
    response: { headers: { ...delivery.response.headers }, payload: delivery.response.payload },
  };
}

function isDelivered(delivery: DeliveryRecord): boolean {
  return delivery.statusCode >= 200 && delivery.statusCode < 300;
}
