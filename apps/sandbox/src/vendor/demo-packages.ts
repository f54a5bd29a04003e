/** The tests the demo vendor offers. */
export const DEMO_PACKAGES = [
  {
    id: 'backend-l2',
    name: 'Backend Engineer, level 2',
    description: 'Two services, one bug, ninety minutes.',
    type: 'CODING_CHALLENGE',
    maxScore: 100,
    passScore: 70,
    durationMinutes: 90,
  },
  {
    id: 'support-judgement',
    name: 'Customer support: situational judgement',
    description: 'Twelve conversations that could go wrong.',
    type: 'SKILLS_TEST',
    maxScore: 100,
    passScore: 65,
    durationMinutes: 35,
  },
  {
    id: 'sql-analysis',
    name: 'Data analysis with SQL',
    description: 'From a question to a query to an answer.',
    type: 'SKILLS_TEST',
    maxScore: 100,
    passScore: 70,
    durationMinutes: 60,
  },
];
