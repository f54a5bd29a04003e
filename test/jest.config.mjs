/** Jest's settings: ESM through SWC, straight from the sources; what is built in dist is never tested by accident. */
export default {
  rootDir: '..',
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{apps,libs,connectors,migrations,test}/**/*.{spec,e2e-spec}.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.atsume'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  moduleNameMapper: {
    '^#libs/(.*)/testing$': '<rootDir>/libs/$1/testing/index.ts',
    '^#libs/(.*)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  // Many tests wait for processes of their own: one more than the cores of a small machine.
  maxWorkers: 3,
  // For a machine several times as slow as a developer's, too; what a test waits for has its own, shorter time.
  testTimeout: 120_000,
};
