import { describe, expect, it } from '@jest/globals';
import { checkListTests, checkSendTest, checkTestStatus } from './answer-checks.js';

const errorsIn = (checked: { errors: string[] | null }) => checked.errors;
const said = (value: unknown) => JSON.stringify(value);

describe('an answer to list_tests', () => {
  it('is an array of ids and names, with more beside them if need be', () => {
    const tests = [{ partner_test_id: 'a', partner_test_name: 'A', minutes: 30 }];

    expect(checkListTests(said(tests))).toEqual({ value: tests, errors: null });
    expect(checkListTests('[]')).toEqual({ value: [], errors: null });
  });

  it.each([
    [said({ tests: [] }), 'the response must be an array of tests'],
    [said([7]), 'test 0 must be an object'],
    [said([{ partner_test_id: 7, partner_test_name: 'A' }]), 'test 0: partner_test_id must be a string, not a number'],
    [said([{ partner_test_id: 'a' }]), 'test 0: partner_test_name is required'],
    [said([{ partner_test_id: '', partner_test_name: 'A' }]), 'test 0: partner_test_id is required'],
    ['<html>', 'the response is not valid JSON'],
    ['', 'the response is not valid JSON'],
  ])('is not %s', (body, error) => {
    expect(errorsIn(checkListTests(body))).toEqual([error]);
  });
});

describe('an answer to send_test', () => {
  it('carries the id of the interview', () => {
    expect(checkSendTest(said({ partner_interview_id: 'i-1' })).value).toEqual({ partner_interview_id: 'i-1' });
  });

  it.each([
    [said({ partner_interview_id: 17 }), 'partner_interview_id must be a string, not a number'],
    [said({ partner_interview_id: null }), 'partner_interview_id is required'],
    [said({}), 'partner_interview_id is required'],
    [said(['i-1']), 'the response must be an object'],
  ])('is not %s', (body, error) => {
    expect(errorsIn(checkSendTest(body))).toEqual([error]);
  });
});

describe('an answer to test_status', () => {
  const finished = {
    partner_status: 'complete',
    partner_profile_url: 'https://example.com/r/1',
    partner_score: 81,
    metadata: { Percentile: 88, 'Integrity check passed': true, Summary: 'Good' },
  };

  it('is complete with link, score and metadata', () => {
    expect(checkTestStatus(said(finished))).toEqual({ value: finished, errors: null });
  });

  it('needs nothing but a status before that', () => {
    expect(checkTestStatus(said({ partner_status: 'waiting' })).value).toEqual({
      partner_status: 'waiting',
      partner_profile_url: null,
      partner_score: null,
      metadata: {},
    });
  });

  it.each([
    [{ partner_status: undefined }, 'partner_status is required'],
    [{ partner_status: 1 }, 'partner_status must be a string, not a number'],
    [{ partner_profile_url: null }, 'partner_profile_url is required when partner_status is complete'],
    [{ partner_profile_url: 'report 1' }, 'partner_profile_url must be a URL'],
    [{ partner_profile_url: 1 }, 'partner_profile_url must be a string, not a number'],
    [{ partner_score: '81' }, 'partner_score must be a number, not a string'],
    [{ metadata: [] }, 'metadata must be an object, not an array'],
    [{ metadata: { a: null } }, 'metadata.a must be a string, a number or a boolean, not null'],
    [{ metadata: { a: { b: 1 } } }, 'metadata.a must be a string, a number or a boolean, not an object'],
    [{ metadata: { a: [1] } }, 'metadata.a must be a string, a number or a boolean, not an array'],
  ])('is not finished with %j', (change, error) => {
    expect(errorsIn(checkTestStatus(said({ ...finished, ...change })))).toEqual([error]);
  });

  it('is told everything that is wrong at once', () => {
    expect(errorsIn(checkTestStatus(said({ ...finished, partner_profile_url: '', partner_score: 'x' })))).toHaveLength(
      2,
    );
  });
});
