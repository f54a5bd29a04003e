import type { SandboxComplaint, SandboxStore } from '#libs/connector-kit';

const COLLECTION = 'complaints';
const SHOWN = 20;

/** Answers that this ATS did not accept, kept for the people who look at the page. */
export class Complaints {
  constructor(private readonly store: SandboxStore) {}

  async add(complaint: SandboxComplaint): Promise<void> {
    // Ids are times, so that the list is in their order; of two in one millisecond the second gets a later name.
    let id = complaint.at;
    while (!(await this.store.insert(COLLECTION, id, complaint))) id += '+';
  }

  async newestFirst(): Promise<SandboxComplaint[]> {
    return (await this.store.list<SandboxComplaint>(COLLECTION)).reverse().slice(0, SHOWN);
  }
}
