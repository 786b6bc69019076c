// @ts-check
/** A server of tools by the Model Context Protocol over stdio, with one tool: what a plug-in's tool looks like. */
import { createInterface } from 'node:readline';

const TOOL = {
  name: 'forecast',
  description: 'The weather at a station for some days',
  inputSchema: {
    type: 'object',
    properties: { station: { type: 'string' }, days: { type: 'number' }, options: { type: 'object' } },
    required: ['station'],
  },
};

/**
 * @param {string} method
 * @param {Record<string, unknown>} params
 * @returns {object | undefined} the result; none for what needs no answer
 */
function answer(method, params) {
  switch (method) {
    case 'initialize':
      return { protocolVersion: params['protocolVersion'], capabilities: { tools: {} }, serverInfo: { name: 'weather', version: '1.0.0' } };
    case 'tools/list':
      return { tools: [TOOL] };
    case 'tools/call':
      return { content: [{ type: 'text', text: JSON.stringify({ wind: 'south-west 5', tide: { high: '04:12', metres: 3.9 } }) }] };
    case 'ping':
      return {};
    default:
      return undefined;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = /** @type {{ id?: number, method: string, params?: Record<string, unknown> }} */ (JSON.parse(line));
  if (request.id === undefined) continue;
  const result = answer(request.method, request.params ?? {});
  const reply = result ? { result } : { error: { code: -32601, message: `There is no ${request.method} here.` } };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: request.id, ...reply })}\n`);
}
