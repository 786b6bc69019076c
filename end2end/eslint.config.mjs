// @ts-check
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  // The sandbox's project is sample data for the agent; what runs in a service worker has a lint of its own.
  globalIgnores(['peer/project/', 'worker/', 'test-results/', 'playwright-report/']),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      // The type checker knows the globals.
      'no-undef': 'off',
      // Playwright's own way to say "this fixture depends on nothing".
      'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-floating-promises': [
        'error',
        // `node:test` runs what it is given; its promise is for nesting only.
        { allowForKnownSafeCalls: [{ from: 'package', name: ['test', 'describe', 'it', 'after', 'before'], package: 'node:test' }] },
      ],
    },
  },
  {
    files: ['**/*.mjs'],
    rules: {
      // The syntax tree drops the parentheses of a JSDoc cast, so these rules do not see it; the type checker does.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
);
