/** Whether a text is a URL of a PostgreSQL database that its client can read. */
export function isDatabaseUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^postgres(ql)?:\/\//i.test(text)) return false; // with one slash all that follows is a path, and the host the default
  try {
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

/** What may be shown of a text that is no such URL: its beginning alone, since the password may be anywhere in it. */
export function shownDatabaseUrl(text: string): string {
  const [, scheme] = /^([a-z][a-z0-9+.-]*:\/\/)./i.exec(text) ?? [];
  return scheme === undefined ? 'something without a scheme' : `${scheme}…`;
}
