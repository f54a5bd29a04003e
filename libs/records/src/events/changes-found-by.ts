/** What found the changes. For `real_time` the ids are those every such event has, whatever is said here. */
export interface ChangesFoundBy {
  syncType: 'initial_sync' | 'delta_sync' | 'real_time';
  syncJobId: string;
  syncRunId: string;
  /** Of `real_time`: why the records were read again. */
  cause?: 'action' | 'webhook' | 'sync';
}
