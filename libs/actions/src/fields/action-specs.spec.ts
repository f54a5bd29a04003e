import { describe, expect, it } from '@jest/globals';
import { schemaOf } from '../meta/body-schema.js';
import { pathOfCaller } from './action-spec.js';
import { ACTION_SPECS } from './action-specs.js';

describe('an action as a call of the API', () => {
  it.each(ACTION_SPECS)('gives every field of its body a place in the input: $name', ({ body, fields, mapped }) => {
    const schema = body ? schemaOf(body) : { properties: {} };
    const leaves = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      property.properties ? Object.keys(property.properties).map((inner) => `${name}.${inner}`) : [name],
    );
    const places = [...fields.map(({ at }) => at), ...Object.values(mapped)];

    expect(places.toSorted()).toEqual(leaves.filter((at) => at !== 'onBehalfOf').toSorted());
  });

  it.each(ACTION_SPECS)('has an address of its own: $name', ({ method, path, params }) => {
    const same = ACTION_SPECS.filter((other) => other.method === method && other.path === path);

    expect(same).toHaveLength(1);
    expect(params.map(({ at }) => `:${at}`)).toEqual(path.match(/:\w+/g) ?? []);
  });

  it.each(ACTION_SPECS)('puts no two fields in one place: $name', ({ params, fields }) => {
    const inputs = [...params, ...fields].map(({ input }) => input);

    expect(new Set(inputs).size).toBe(inputs.length);
  });

  it.each([
    ['candidates.create', 'candidate.emails.0.type', 'emails.0.type'],
    ['candidates.create', 'application.jobRemoteId', 'application.jobId'],
    ['candidates.create', 'application', 'application'],
    ['candidates.update', 'candidate', ''],
    ['candidates.update', 'candidateRemoteId', 'id'],
    ['prospects.create', 'prospect.jobRemoteIds.1', 'prospect.jobIds.1'],
    ['applications.create', 'application.jobRemoteId', 'jobId'],
    ['attachments.create', 'file', ''],
    ['attachments.create', 'file.url', 'url'],
    ['educations.remove', 'educationRemoteId', 'remoteId'],
    ['applications.reject', 'email.fromUserRemoteId', 'email.fromUserId'],
    ['applications.reject', 'onBehalfOf', 'onBehalfOf'],
    ['applications.reject', 'somethingElse', ''],
  ])('names a field of %s as its caller does: %s', (name, input, at) => {
    expect(
      pathOfCaller(
        ACTION_SPECS.find((spec) => spec.name === name)!,
        input,
      ),
    ).toBe(at);
  });
});
