// @ts-check
/**
 * The lint of what runs in the browser without a compiler: the service worker
 * and the offline shell's script. The types are checked beside it.
 */
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';

export default defineConfig(js.configs.recommended, {
  languageOptions: { ecmaVersion: 2022, sourceType: 'module' },
  linterOptions: { reportUnusedDisableDirectives: 'error' },
  rules: {
    eqeqeq: 'error',
    curly: 'error',
    'no-console': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    'prefer-template': 'off',
    'no-eval': 'error',
    'no-implied-eval': 'error',
    'require-atomic-updates': 'error',
    // The type checker knows the globals.
    'no-undef': 'off',
  },
});
