/** Every error that pods and balancer can answer with: its code, its HTTP status and what it tells the caller. */
export const errors = {
  bad_request: { status: 400, message: 'The request is not well-formed HTTP.' },
  invalid_json: { status: 400, message: 'The body is not JSON in UTF-8.' },
  invalid_request: { status: 400, message: 'A field is missing, unknown, too long or of the wrong type.' },
  invalid_text: { status: 400, message: 'Text holds a NUL or half of a surrogate pair.' },
  invalid_header: { status: 400, message: 'A header field holds a line break or another control character.' },
  invalid_address: { status: 400, message: 'Not an email address: local@domain in ASCII, as RFC 5321 has it, is what is taken.' },
  invalid_id: { status: 400, message: 'The message id is no UUID.' },
  route_not_found: { status: 404, message: 'There is nothing at this path for this method.' },
  message_not_found: { status: 404, message: 'There is no message with this id.' },
  request_timeout: { status: 408, message: 'The request took too long to arrive.' },
  body_too_large: { status: 413, message: 'The body is larger than 1 MB.' },
  unsupported_media_type: { status: 415, message: 'The body has to be application/json in UTF-8, without a Content-Encoding.' },
  expectation_failed: { status: 417, message: 'The only expectation that is met is 100-continue.' },
  no_mail_exchanger: { status: 422, message: "The recipient's domain has no mail exchanger." },
  exchanger_not_allowed: { status: 422, message: "The recipient's mail exchanger is not among those that this service may speak to." },
  headers_too_large: { status: 431, message: 'The request line and its header fields are too large.' },
  client_gone: { status: 499, message: 'The client went away before its answer: nobody is told this, it is only counted.' },
  internal_error: { status: 500, message: 'A bug; the log has it.' },
  database_failed: { status: 500, message: 'The database failed or could not be reached.' },
  mx_lookup_failed: { status: 500, message: "The recipient's mail exchanger could not be looked up." },
  smtp_rejected: { status: 500, message: 'The mail exchanger refused the message.' },
  smtp_failed: {
    status: 500,
    message: 'The mail exchanger could not be reached, the connection broke before its final reply, or what it said is no SMTP.',
  },
  smtp_timeout: { status: 500, message: 'The SMTP transaction timed out; the message may have been delivered.' },
  unknown_transfer_coding: { status: 501, message: 'The only transfer coding that is taken is chunked.' },
  pod_broke_off: { status: 502, message: 'The pod broke off before its answer; the message may have been delivered.' },
  no_pod: { status: 502, message: 'No pod is up.' },
  pool_full: { status: 503, message: 'Every worker is busy.' },
  database_unavailable: { status: 503, message: 'This pod cannot use its database.' },
  shutting_down: { status: 503, message: 'This pod is shutting down.' },
  no_connection: { status: 503, message: 'The balancer can open no further connection.' },
  pod_timeout: { status: 504, message: 'The pod did not answer in time; the message may have been delivered.' },
} as const;

export type ErrorCode = keyof typeof errors;

/** An answer of 4xx or 5xx. `detail` is added to the message, `fields` are beside it in the answer; `cause` goes only into the log. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    {
      detail,
      cause,
      ...fields
    }: { readonly detail?: string | undefined; readonly cause?: unknown; readonly [field: string]: unknown } = {},
  ) {
    super(detail === undefined ? errors[code].message : `${errors[code].message} (${detail})`, { cause });
    this.code = code;
    this.status = errors[code].status;
    this.fields = fields;
  }

  /** The body of the answer. */
  toJSON(): Readonly<Record<string, unknown>> {
    return { ...this.fields, code: this.code, message: this.message };
  }
}
