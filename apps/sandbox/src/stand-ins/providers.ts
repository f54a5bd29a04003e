import { TargetPolicy } from '#libs/delivery';
import { StandInContexts } from './stand-in-context.js';
import { StandInMount } from './stand-in-mount.js';
import { StandInResuming } from './stand-in-resuming.js';
import { StandIns } from './stand-ins.js';

/** Everything that hosts the stand-ins. */
export const STAND_IN_PROVIDERS = [
  { provide: StandIns, useFactory: () => StandIns.load() },
  TargetPolicy,
  StandInContexts,
  StandInMount,
  StandInResuming,
];
