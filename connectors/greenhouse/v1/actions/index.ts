import type { Actions } from '#libs/connector-kit';
import { hireApplication, moveApplication, rejectApplication, unrejectApplication } from './applications.js';
import { createAttachment } from './attachments.js';
import { createApplication, createCandidate, createProspect, updateCandidate } from './candidates.js';
import { createEducation, createEmployment, removeEducation, removeEmployment } from './history.js';
import { createNote } from './notes.js';
import { addTag, removeTag } from './tags.js';

export const actions: Actions = {
  'candidates.create': createCandidate,
  'candidates.update': updateCandidate,
  'prospects.create': createProspect,
  'applications.create': createApplication,
  'notes.create': createNote,
  'attachments.create': createAttachment,
  'educations.create': createEducation,
  'educations.remove': removeEducation,
  'employments.create': createEmployment,
  'employments.remove': removeEmployment,
  'tags.add': addTag,
  'tags.remove': removeTag,
  'applications.move': moveApplication,
  'applications.reject': rejectApplication,
  'applications.unreject': unrejectApplication,
  'applications.hire': hireApplication,
};
