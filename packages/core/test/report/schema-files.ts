/** docs/*.schema.json as validators that are not made of the code the schemas are. */
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";

const read = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8")) as object;

const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
ajv.addSchema(read("report.schema.json"), "report.schema.json");
const validateReport = ajv.getSchema("report.schema.json");
const validateCheck = ajv.compile(read("check.schema.json"));

/** What is wrong with a report; empty when nothing is. */
export function reportProblems(report: unknown): string[] {
  if (!validateReport) throw new Error("there is no schema");
  return validateReport(report) ? [] : (validateReport.errors ?? []).map(problem);
}

/** The same of a document with the reports of several images. */
export function checkProblems(document: unknown): string[] {
  return validateCheck(document) ? [] : (validateCheck.errors ?? []).map(problem);
}

const problem = ({ instancePath, message }: { instancePath: string; message?: string }): string =>
  `${instancePath} ${message}`;
