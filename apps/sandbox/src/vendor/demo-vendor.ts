import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { HubError } from '#libs/errors';
import { LOGGER } from '#libs/telemetry';
import type { Logger } from '#libs/telemetry';
import { HubClient } from '../hub/hub-client.js';
import { SetupStates } from '../hub/setup-state.js';
import type { ReceivedEvent, ReportByHand, VendorOrder, VendorState } from '../page-state.js';
import { SandboxDocuments } from '../store/sandbox-documents.js';
import { demoResult, toReportBody } from './demo-report.js';
import { Inbox, isAboutAssessment } from './inbox.js';

const OWNER = '_vendor';
const STARTS_AFTER_MS = 1000;
const COMPLETES_AFTER_MS = 2000;
const SHOWN = 20;

/** The app of an assessment vendor that uses the hub: takes orders from webhooks, reports over the public API. */
@Injectable()
export class DemoVendor implements OnModuleDestroy {
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly documents: SandboxDocuments,
    private readonly inbox: Inbox,
    private readonly states: SetupStates,
    private readonly hub: HubClient,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleDestroy(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  /** Takes up what a previous run of the process left unanswered. */
  async resume(): Promise<void> {
    for (const order of await this.orders()) {
      if (order.automatic && order.state !== 'COMPLETED') this.plan(order.assessmentId);
    }
  }

  async view(): Promise<VendorState> {
    const [automatic, orders, events] = await Promise.all([
      this.isAutomatic(),
      this.orders(),
      this.inbox.newestFirst(),
    ]);
    const newest = orders.toSorted((a, b) => b.receivedAt.localeCompare(a.receivedAt)).slice(0, SHOWN);
    return { automatic, orders: newest, events: events.slice(0, SHOWN) };
  }

  /** Notes the order of a verified `record.new`, once, and, unless told otherwise, sets out to answer it. */
  async take({ body, type, recordId, receivedAt }: ReceivedEvent): Promise<void> {
    // Records of the ATS are new, too: they are not for a vendor of tests to answer.
    if (type !== 'record.new' || recordId === null || !isAboutAssessment(body)) return;
    const automatic = await this.isAutomatic();
    const order = { ...readOrder(body), assessmentId: recordId, receivedAt, automatic };
    const isNew = await this.store.insert('orders', recordId, { ...order, state: 'RECEIVED', problem: null });
    if (isNew && automatic) this.plan(recordId);
  }

  async setAutomatic(automatic: boolean): Promise<void> {
    await this.store.put('settings', 'automatic', { automatic });
  }

  /** Reports in the vendor's name. @throws HubError not_found, conflict with what the hub said. */
  async reportByHand(assessmentId: string, report: ReportByHand): Promise<void> {
    await this.report(assessmentId, 'COMPLETED', toReportBody(assessmentId, report, new Date()));
    const { problem } = await this.get(assessmentId);
    if (problem !== null) throw new HubError('conflict', { detail: problem });
  }

  private plan(assessmentId: string): void {
    this.after(STARTS_AFTER_MS, async () => {
      if ((await this.get(assessmentId)).state === 'RECEIVED') {
        await this.report(assessmentId, 'STARTED', { status: 'STARTED' });
      }
      this.after(COMPLETES_AFTER_MS - STARTS_AFTER_MS, async () => {
        // Somebody may have reported by hand meanwhile.
        if ((await this.get(assessmentId)).state === 'COMPLETED') return;
        const report = toReportBody(assessmentId, demoResult(assessmentId), new Date());
        await this.report(assessmentId, 'COMPLETED', report);
      });
    });
  }

  private after(delayMs: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      work().catch((err: unknown) => this.log.error({ err }, 'the demo vendor failed'));
    }, delayMs);
    this.timers.add(timer);
  }

  private async report(assessmentId: string, state: VendorOrder['state'], body: object): Promise<void> {
    const order = await this.get(assessmentId);
    const { apiKey } = this.states.current();
    try {
      await this.hub.api('PATCH', `/v1/ats/assessments/${assessmentId}`, { apiKey, body });
      await this.store.put('orders', assessmentId, { ...order, state, problem: null });
    } catch (error) {
      await this.store.put('orders', assessmentId, { ...order, problem: (error as Error).message });
    }
  }

  private async get(assessmentId: string): Promise<VendorOrder> {
    const order = await this.store.get<VendorOrder>('orders', assessmentId);
    if (!order) throw new HubError('not_found');
    return order;
  }

  private orders(): Promise<VendorOrder[]> {
    return this.store.list<VendorOrder>('orders');
  }

  private async isAutomatic(): Promise<boolean> {
    return (await this.store.get<{ automatic: boolean }>('settings', 'automatic'))?.automatic ?? true;
  }

  private get store() {
    return this.documents.of(OWNER);
  }
}

/** What the demo vendor wants to know of the order: who, and which test. */
function readOrder(body: unknown): Pick<VendorOrder, 'candidate' | 'test'> {
  const { eventData } = body as { eventData?: { candidateAssessment?: OrderedAssessment } };
  const { candidate, assessmentPackage } = eventData?.candidateAssessment ?? {};
  const name = [candidate?.firstName, candidate?.lastName].filter(Boolean).join(' ');
  return { candidate: name || 'Unknown', test: assessmentPackage?.name ?? assessmentPackage?.id ?? 'Unknown' };
}

interface OrderedAssessment {
  candidate?: { firstName?: string | null; lastName?: string | null };
  assessmentPackage?: { id?: string; name?: string | null };
}
