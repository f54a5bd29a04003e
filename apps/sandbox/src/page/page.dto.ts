import { Flag, IdString, Int, Num, OneOf, QueryInt, Text } from '#libs/http';
import type { ReportByHand } from '../page-state.js';

const MAX_SCORE = 100;
const MAX_SUMMARY = 1000;
const MAX_FAULTS = 1000;

export class PageStateQueryDto {
  @IdString({ optional: true })
  standIn?: string;

  @IdString({ optional: true })
  assessment?: string;

  @QueryInt({ optional: true, max: Number.MAX_SAFE_INTEGER, description: 'Waits for a later version than this.' })
  version?: number;
}

/** For buttons that say nothing but "now". */
export class NothingDto {}

export class ChooseTestDto {
  @IdString()
  testId!: string;
}

export class ActDto {
  @IdString({ optional: true })
  candidateId?: string;

  @IdString()
  action!: string;

  @Text({ max: MAX_SUMMARY, optional: true })
  value?: string;
}

export class FaultDto {
  @IdString()
  fault!: string;

  @Int({ min: 0, max: MAX_FAULTS })
  count!: number;
}

export class ConnectDto {
  @OneOf(['CONSENT', 'CREDENTIALS'])
  by!: 'CONSENT' | 'CREDENTIALS';
}

export class AutomaticDto {
  @Flag()
  automatic!: boolean;
}

export class ReportByHandDto implements ReportByHand {
  @Num({ min: 0, max: MAX_SCORE })
  score!: number;

  @OneOf(['PASS', 'FAIL', 'NEEDS_REVIEW'])
  outcome!: ReportByHand['outcome'];

  @Text({ max: MAX_SUMMARY })
  summary!: string;
}
