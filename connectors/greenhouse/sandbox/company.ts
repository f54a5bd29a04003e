import type { SandboxStore } from '#libs/connector-kit';

/** A candidate as this ATS keeps one. */
export interface Candidate {
  /** Numbers here pass 2^32. */
  id: number;
  applicationId: number;
  firstName: string;
  lastName: string;
  preferredName: string | null;
  email: string;
  phone: string | null;
  job: string;
  /** What stands in the résumé, in Latin letters; null without one. */
  resume: string[] | null;
}

export const COMPANY = { originOrgId: 'sandbox-lumen', originOrgName: 'Lumen & Co (sandbox)' };
export const RECRUITER = 'robin.recruiter@lumen.example';
export const STAGE_NAME = 'Skills assessment';

const BACKEND = 'Backend Engineer';
const SUPPORT = 'Customer Support Specialist';
const ANALYST = 'Data Analyst';

/** Fills an empty store; what is there stays as it is. */
export async function seedCompany(store: SandboxStore): Promise<void> {
  for (const candidate of CANDIDATES) await store.insert('candidates', String(candidate.id), candidate);
}

type Row = [first: string, last: string, email: string, job: string, more: Partial<Candidate>];

const PEOPLE: Row[] = [
  ['Imani', 'Okafor', 'imani.okafor', BACKEND, { preferredName: 'Immy', phone: '+44 20 7946 0123' }],
  ['花子', '山田', 'hanako.yamada', BACKEND, { phone: '+81 3-5550-0142', resume: ['Hanako Yamada'] }],
  ['José María', 'Núñez Ibáñez', 'josemaria.nunez', SUPPORT, { preferredName: 'Chema', phone: '+34 912 345 678' }],
  ['Олена', 'Ковальчук', 'olena.kovalchuk', ANALYST, { phone: '+380 44 555 0187', resume: ['Olena Kovalchuk'] }],
  ['ليلى', 'الحداد', 'layla.haddad', BACKEND, { phone: '+962 6 555 0119', resume: ['Layla Al-Haddad'] }],
  ['Søren', 'Kjærgaard', 'soren.kjaergaard', SUPPORT, { phone: null }],
  ['प्रिया', 'शर्मा', 'priya.sharma', ANALYST, { phone: '+91 22 5550 0164', resume: ['Priya Sharma'] }],
  ['Nguyễn', 'Minh Anh', 'minhanh.nguyen', BACKEND, { resume: ['Minh Anh Nguyen'], preferredName: 'Minh' }],
  ['Zoë', 'O’Connor-Smith', 'zoe.oconnor-smith', SUPPORT, { phone: '(555) 010-0199 ext. 4', resume: null }],
  ['서연', '김', 'seoyeon.kim', ANALYST, { phone: null, resume: null }],
  ['Ελένη', 'Παπαδοπούλου', 'eleni.papadopoulou', BACKEND, { phone: '+30 21 5550 0133', resume: ['Eleni'] }],
  ['נועה', 'לוי', 'noa.levi', SUPPORT, { phone: '+972 3-555-0171', resume: ['Noa Levi'] }],
];

export const FIRST_ID = 4_071_882_003;
export const FIRST_APPLICATION_ID = 4_190_334_003;

/** The people on the recruiter's page, oldest first. */
export const CANDIDATES: readonly Candidate[] = PEOPLE.map(([firstName, lastName, mailbox, job, more], at) => {
  const email = `${mailbox}@example.org`;
  const { resume = [`${firstName} ${lastName}`], ...rest } = more;
  return {
    id: FIRST_ID + at * 1009,
    applicationId: FIRST_APPLICATION_ID + at * 2003,
    firstName,
    lastName,
    preferredName: null,
    email,
    phone: null,
    job,
    ...rest,
    resume: resume && [...resume, email, `Applies for: ${job}`, 'Invented for the Atsume sandbox.'],
  };
});
