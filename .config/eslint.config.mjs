import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/**
 * The sizes of the house and the mistakes worth a machine's attention. Layout is Prettier's business; who may import
 * whom is `test/architecture`'s.
 */

const SOURCES = ['**/*.ts', '**/*.tsx', '**/*.mts'];
const SCRIPTS = ['**/*.mjs', '**/*.js', '**/*.cjs'];
const TESTS = ['**/*.spec.ts', '**/*.e2e-spec.ts', 'test/**', 'libs/*/testing/**'];

/** The environment is read once: `libs/config` knows the names, and only what starts a process hands the values over. */
const READS_ENVIRONMENT = ['libs/config/**', 'apps/*/src/main.ts', 'apps/standalone/**', 'test/**', ...SCRIPTS];

/** Nest's modules and tools find these by their default export; everything else is exported by name. */
const EXPORTS_DEFAULT = ['connectors/**', '**/*.config.*', 'test/**/*.mjs', 'libs/*/testing/**', 'apps/sandbox/web/**'];

const MANY_PARAMETERS = {
  selector: ':function[params.length>4]:not(MethodDefinition[kind="constructor"] > FunctionExpression)',
  message: 'More than four parameters: take one object.',
};
const MANY_DEPENDENCIES = {
  selector: 'MethodDefinition[kind="constructor"] > FunctionExpression[params.length>6]',
  message: 'More than six constructor dependencies: this class does too much.',
};
const ENVIRONMENT = {
  selector: 'MemberExpression[object.name="process"][property.name="env"]',
  message: 'The environment is read once, in libs/config.',
};
const DEFAULT_EXPORT = { selector: 'ExportDefaultDeclaration', message: 'Export by name.' };
const FOCUSED_TEST = {
  selector:
    'MemberExpression[object.name=/^(describe|it|test)$/][property.name=/^(only|skip|todo|failing)$/], ' +
    'CallExpression[callee.name=/^(fdescribe|fit|xdescribe|xit|xtest)$/]',
  message: 'A test is neither focused nor skipped.',
};

const ALWAYS = [MANY_PARAMETERS, MANY_DEPENDENCIES, FOCUSED_TEST];
const restrict = (...more) => ['error', ...ALWAYS, ...more];

const BASE_RULES = {
  'array-callback-return': 'error',
  'constructor-super': 'error',
  // Counts every `??` and default, too.
  complexity: ['error', 20],
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'for-direction': 'error',
  'getter-return': 'error',
  'max-depth': ['error', 4],
  'max-lines': ['error', 300],
  'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
  'max-nested-callbacks': ['error', 5],
  'no-async-promise-executor': 'error',
  'no-compare-neg-zero': 'error',
  'no-cond-assign': 'error',
  'no-constant-binary-expression': 'error',
  'no-constant-condition': ['error', { checkLoops: 'allExceptWhileTrue' }],
  'no-constructor-return': 'error',
  'no-control-regex': 'off',
  'no-debugger': 'error',
  'no-duplicate-imports': 'off',
  'no-else-return': 'error',
  'no-empty': 'error',
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-invalid-regexp': 'error',
  'no-loss-of-precision': 'error',
  'no-new-wrappers': 'error',
  'no-promise-executor-return': 'off',
  'no-self-assign': 'error',
  'no-self-compare': 'error',
  'no-sparse-arrays': 'error',
  'no-template-curly-in-string': 'error',
  'no-throw-literal': 'error',
  'no-unreachable': 'error',
  'no-unsafe-finally': 'error',
  'no-unsafe-optional-chaining': 'error',
  'no-useless-assignment': 'error',
  'no-useless-catch': 'error',
  'no-useless-rename': 'error',
  'no-useless-return': 'error',
  'no-var': 'error',
  'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'start' }],
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'prefer-object-has-own': 'error',
  'prefer-object-spread': 'error',
  'use-isnan': 'error',
  'valid-typeof': 'error',
};

/** What the types must be known for. */
const TYPED_RULES = {
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/ban-ts-comment': 'error',
  '@typescript-eslint/consistent-type-exports': 'error',
  '@typescript-eslint/consistent-type-imports': [
    'error',
    { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
  ],
  '@typescript-eslint/no-array-delete': 'error',
  '@typescript-eslint/no-base-to-string': 'error',
  '@typescript-eslint/no-deprecated': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-for-in-array': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/no-namespace': 'error',
  '@typescript-eslint/no-redundant-type-constituents': 'error',
  '@typescript-eslint/no-require-imports': 'error',
  '@typescript-eslint/no-unnecessary-type-assertion': 'error',
  '@typescript-eslint/no-unsafe-argument': 'error',
  '@typescript-eslint/no-unsafe-assignment': 'error',
  '@typescript-eslint/no-unsafe-call': 'error',
  '@typescript-eslint/no-unsafe-function-type': 'error',
  '@typescript-eslint/no-unsafe-member-access': 'error',
  '@typescript-eslint/no-unsafe-return': 'error',
  '@typescript-eslint/no-unused-expressions': 'error',
  '@typescript-eslint/no-unused-vars': [
    'error',
    {
      argsIgnorePattern: '^_',
      varsIgnorePattern: '^_',
      destructuredArrayIgnorePattern: '^_',
      ignoreRestSiblings: true,
    },
  ],
  '@typescript-eslint/only-throw-error': 'error',
  '@typescript-eslint/prefer-as-const': 'error',
  '@typescript-eslint/prefer-promise-reject-errors': 'error',
  '@typescript-eslint/restrict-plus-operands': 'error',
  '@typescript-eslint/return-await': ['error', 'in-try-catch'],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
};

export default [
  { ignores: ['**/node_modules/**', '**/dist/**', '**/.atsume/**', 'coverage/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: [...SOURCES, ...SCRIPTS],
    rules: { ...BASE_RULES, 'no-restricted-syntax': restrict(ENVIRONMENT, DEFAULT_EXPORT) },
  },
  {
    files: SOURCES,
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: `${import.meta.dirname}/..` },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: { ...TYPED_RULES, 'no-throw-literal': 'off', 'no-implied-eval': 'off' },
  },
  { files: SOURCES, ignores: TESTS, rules: { 'no-console': 'error' } },
  // What starts a process talks to the person in front of the terminal.
  { files: ['apps/*/src/main.ts', 'apps/standalone/**'], rules: { 'no-console': 'off' } },
  { files: READS_ENVIRONMENT, rules: { 'no-restricted-syntax': restrict(DEFAULT_EXPORT) } },
  { files: EXPORTS_DEFAULT, rules: { 'no-restricted-syntax': restrict(ENVIRONMENT) } },
  // Decides what is left out for want of something this machine lacks, and names it.
  { files: ['test/support/requirements.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: SCRIPTS, rules: { 'no-restricted-syntax': restrict() } },
  {
    files: TESTS,
    rules: {
      // A describe block is as long as its tests; a test double need not be typed to the last field.
      'max-lines-per-function': 'off',
      'max-lines': ['error', 400],
      'no-loss-of-precision': 'off',
      'max-nested-callbacks': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
    },
  },
  {
    // Markup is counted as code, and every condition in it as a branch.
    files: ['**/*.tsx'],
    rules: {
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 25],
    },
  },
  // A migration is one text of SQL.
  { files: ['migrations/*.ts'], rules: { 'max-lines': ['error', 600] } },
  prettier,
];
