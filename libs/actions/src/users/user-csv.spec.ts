import { describe, expect, it } from '@jest/globals';
import { readUsers } from './user-csv.js';

const read = (text: string) => readUsers(Buffer.from(text));

describe('a file of users', () => {
  it('is read by its header, with quotes, blanks and either kind of line end', () => {
    const { users, errors } = read('email, externalUserId\r\n"a@b.example" , "u ""1"""\r\n c@d.example,u-2\n');

    expect([users, errors]).toEqual([
      [
        { externalUserId: 'u "1"', userId: null, email: 'a@b.example' },
        { externalUserId: 'u-2', userId: null, email: 'c@d.example' },
      ],
      [],
    ]);
  });

  it.each([
    ['u,no address', 'email is no e-mail address'],
    ['u,a@b c', 'email is no e-mail address'],
    [`u,${'a'.repeat(260)}@b.example`, 'email is no e-mail address'],
    [',a@b.example', 'externalUserId is missing'],
    [`${'u'.repeat(256)},a@b.example`, 'externalUserId is not acceptable'],
    ['u\0,a@b.example', 'externalUserId is not acceptable'],
    ['u,a@b.example,more', 'has too many fields'],
    ['u', 'email is no e-mail address'],
  ])('reports the line %j', (line, message) => {
    expect(read(`externalUserId,email\n${line}\ngood,a@b.example\n`)).toEqual({
      users: [{ externalUserId: 'good', userId: null, email: 'a@b.example' }],
      errors: [{ line: 2, message }],
    });
  });

  it.each(['', 'a,b', 'externalUserId', 'externalUserId,email,name', 'externalUserId,externalUserId'])(
    'has a header: %j is none',
    (header) => {
      expect(() => read(`${header}\nu,a@b.example\n`)).toThrow(/must begin with the line externalUserId,email/);
    },
  );

  it('is text in UTF-8', () => {
    expect(() => readUsers(Buffer.from([0xff, 0xfe, 0x00]))).toThrow(/UTF-8/);
  });
});
