export interface ErrorDetail {
  readonly resource: string;
  readonly code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'unprocessable' | 'custom';
  readonly field?: string;
  readonly value?: unknown;
  readonly message?: string;
}

/** An answer in the shape of GitHub's errors; thrown by whatever finds that a request cannot be met. */
export class GithubError extends Error {
  readonly status: number;
  readonly errors: readonly (ErrorDetail | string)[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    options: { errors?: readonly (ErrorDetail | string)[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = 'GithubError';
    this.status = status;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}

export function notFound(message = 'Not Found'): GithubError {
  return new GithubError(404, message);
}

export function conflict(message: string): GithubError {
  return new GithubError(409, message);
}

/** `422 Validation Failed` with the reasons. */
export function validationFailed(...errors: readonly ErrorDetail[]): GithubError {
  return new GithubError(422, 'Validation Failed', { errors });
}

/** `422` with a message of its own, as GitHub's git data API answers. */
export function unprocessable(message: string): GithubError {
  return new GithubError(422, message);
}
