/** Bytes on the wire, as the browser counts them, headers included. */
import type { CDPSession } from '@playwright/test';

/** The stream stays open for ever, so the end of loading is silence for this long. */
const SETTLE_MS = 1_500;

export interface Traffic {
  requests: { url: string; bytes: number; fromCache: boolean }[];
}

export function record(client: CDPSession): Traffic {
  const byId = new Map<string, Traffic['requests'][number]>();
  const traffic: Traffic = { requests: [] };
  client.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (!request.url.startsWith('http') || byId.has(requestId)) return;
    const entry = { url: request.url, bytes: 0, fromCache: false };
    byId.set(requestId, entry);
    traffic.requests.push(entry);
  });
  client.on('Network.requestServedFromCache', ({ requestId }) => {
    const entry = byId.get(requestId);
    if (entry) entry.fromCache = true;
  });
  client.on('Network.responseReceived', ({ requestId, response }) => {
    const entry = byId.get(requestId);
    if (!entry) return;
    if (response.fromDiskCache || response.fromServiceWorker) entry.fromCache = true;
    // Headers; an open stream never finishes, so what arrived until the end of the measurement counts.
    if (!entry.fromCache) entry.bytes = Math.max(entry.bytes, response.encodedDataLength);
  });
  client.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    const entry = byId.get(requestId);
    if (entry && !entry.fromCache) entry.bytes += encodedDataLength;
  });
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const entry = byId.get(requestId);
    if (entry && !entry.fromCache) entry.bytes = Math.max(entry.bytes, encodedDataLength);
  });
  return traffic;
}

/** Resolves once no new request began for a while. */
export async function quiet(traffic: Traffic): Promise<void> {
  for (let seen = -1; seen !== traffic.requests.length; ) {
    seen = traffic.requests.length;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
}

export const total = (traffic: Traffic) => traffic.requests.reduce((sum, { bytes }) => sum + bytes, 0);
