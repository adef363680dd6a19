// SPDX-License-Identifier: Apache-2.0
// Calls of the AWS SDK for JavaScript, told on standard input, one JSON object a line: {"operation", "input"};
// answers the same way: {"reply"} or {"error": {"name", "message", "status"}}. Bytes are {"base64": text}.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.argv[2], "package.json"));
const sdk = require("@aws-sdk/client-kms");
const client = new sdk.KMSClient({ endpoint: process.env.KEYTURN_ENDPOINT, region: process.env.AWS_REGION, maxAttempts: 1 });

const fromWire = (value) => {
  if (Array.isArray(value)) return value.map(fromWire);
  if (value === null || typeof value !== "object") return value;
  if (typeof value.base64 === "string") return Buffer.from(value.base64, "base64");
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fromWire(member)]));
};
const toWire = (value) => {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString("base64") };
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(toWire);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== "$metadata").map(([name, member]) => [name, toWire(member)]));
};

for await (const line of createInterface({ input: process.stdin })) {
  const { operation, input } = JSON.parse(line);
  let answer;
  try {
    answer = { reply: toWire(await client.send(new sdk[`${operation}Command`](fromWire(input)))) };
  } catch (error) {
    answer = { error: { name: error.name, message: error.message ?? "", status: error.$metadata?.httpStatusCode ?? 0 } };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
