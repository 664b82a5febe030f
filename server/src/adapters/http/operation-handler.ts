import type { operations } from '@loom/api';
import type { Actor } from '../../domain/event.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Sent } from './sent.ts';

/** What the server asks of workers stands in the contract as webhooks. */
type WebhookId =
  | 'dispatchStep'
  | 'dryRun'
  | 'readBases'
  | 'cancelStep'
  | 'discover'
  | 'redeliverWebhook'
  | 'workerHealth';
export type OperationId = Exclude<keyof operations, WebhookId>;

type Parameters<Id extends OperationId> = operations[Id]['parameters'];
type Body<Id extends OperationId> = operations[Id] extends {
  requestBody?: { content: { 'application/json': infer Json } };
}
  ? Json
  : undefined;

/** Parameters with a default in the contract, which the validator fills in. */
type Filled<Query> = Omit<Query, DefaultName> & Required<Pick<Query, Extract<keyof Query, DefaultName>>>;
type DefaultName = 'limit' | 'sort' | 'resolution';

/** A request that fits the contract, defaults filled in. */
export interface OperationRequest<Id extends OperationId> {
  readonly params: Parameters<Id> extends { path: infer Path } ? Path : undefined;
  readonly query: Parameters<Id> extends { query?: infer Query } ? Filled<NonNullable<Query>> : undefined;
  readonly body: Body<Id>;
  readonly actor: Actor;
  /** Of the Authorization header. */
  readonly bearerToken: string | undefined;
  /** The same for every repetition under one Idempotency-Key, else new. */
  readonly commandId: string;
  /** W3C traceparent of this request. */
  readonly traceparent: string;
}

type Responses<Id extends OperationId> = operations[Id]['responses'];
/** Statuses whose body is not a problem; `304` is made from the ETag, not by a handler. */
type AnswerStatus<Id extends OperationId> = {
  [Status in keyof Responses<Id>]: Status extends 304 | 'default'
    ? never
    : Responses<Id>[Status] extends { content: { 'application/problem+json': unknown } }
      ? never
      : Status;
}[keyof Responses<Id>];
type ContentOf<Response> = Response extends { content: infer Content }
  ? Content extends { 'application/json': infer Json }
    ? { readonly body: Sent<Json> }
    : { readonly text: TextAnswer }
  : { readonly body?: undefined };

export interface TextAnswer {
  readonly contentType: string;
  /** What comes in parts is sent as it comes, and has no ETag. */
  readonly body: string | AsyncIterable<string>;
}

/** A success that the contract knows for this operation. */
export type Answer<Id extends OperationId> = {
  [Status in AnswerStatus<Id>]: {
    readonly status: Status;
    readonly headers?: Readonly<Record<string, string>>;
    /** What the ETag is made of, when not all of the body. */
    readonly etagOf?: unknown;
  } & ContentOf<Responses<Id>[Status]>;
}[AnswerStatus<Id>];

/** Answers an operation, or says what use case problem there is. */
export type OperationHandler<Id extends OperationId> = (
  request: OperationRequest<Id>,
) => Promise<Answer<Id> | { readonly ok: false; readonly problem: Problem }>;

export type OperationHandlers = { readonly [Id in OperationId]: OperationHandler<Id> };

/** Any of them, once the contract has seen to it that request and handler fit each other. */
export type AnyHandler = (
  request: AnyRequest,
) => Promise<AnyAnswer | { readonly ok: false; readonly problem: Problem }>;
export type AnyRequest = Omit<OperationRequest<OperationId>, 'params' | 'query' | 'body'> & {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
};
export interface AnyAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly text?: TextAnswer;
  readonly etagOf?: unknown;
}
