import { Module } from '@nestjs/common';
import { Breakers } from './breakers.js';
import { BudgetRows } from './budget/budget-rows.js';
import { Budgets } from './budget/budgets.js';
import { CallJournal } from './call-journal.js';
import { Caller } from './caller.js';
import { Engine } from './engine.js';
import { Upstream } from './http/upstream.js';
import { RequestLog } from './log/request-log.js';
import { RequestLogRepository } from './log/request-log.repository.js';

/** Calls to ATSs. One per process: it holds the sockets, and this process's part of the budgets. */
@Module({
  providers: [Breakers, BudgetRows, Budgets, CallJournal, Caller, Engine, RequestLog, RequestLogRepository, Upstream],
  exports: [Engine, RequestLogRepository],
})
export class EngineModule {}
