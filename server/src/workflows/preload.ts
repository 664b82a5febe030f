/**
 * Runs once, before any workflow. The SDK takes a stack trace of every promise that workflow code makes, for a query that
 * shows where a workflow waits; with ten frames each, looked up in the source map, that is a quarter of what an
 * engine does. Two frames leave an error the place where it was thrown, and its caller.
 */
Error.stackTraceLimit = 2;

export {};
