/** Whether what a saved report says of the contents of files is as the schema has it. */
import type { Turns } from "../model/turns.ts";
import { checkerOf, type FullReport } from "./check-report.ts";
import { notAReport } from "./report-problem.ts";
import type { ReportInspected, ReportPermissions, ReportSecret } from "./schema-inspection.ts";

/** A report of an image that was looked into. */
export interface InspectedReport extends FullReport {
  readonly inspected: ReportInspected;
  readonly packages: NonNullable<FullReport["packages"]>;
  readonly duplicates: NonNullable<FullReport["duplicates"]>;
  readonly secrets: ReportSecret[];
  readonly permissions: ReportPermissions;
}

/** @throws LayerscopeError `invalid-document`, `aborted` */
export async function checkInspected(report: FullReport, name: string, turns: Turns): Promise<InspectedReport> {
  const { inspectionSchemas } = await import("./schema-inspection.ts");
  const check = checkerOf(name);
  check(inspectionSchemas.inspected, report.inspected, ["inspected"]);
  check(inspectionSchemas.permissions, report.permissions, ["permissions"]);
  const lists = [
    ["packages", inspectionSchemas.package],
    ["duplicates", inspectionSchemas.duplicate],
    ["secrets", inspectionSchemas.secret],
    ["allowedSecrets", inspectionSchemas.secret],
  ] as const;
  for (const [key, schema] of lists) {
    const list: unknown = report[key];
    if (list === undefined && key === "allowedSecrets") continue;
    if (!Array.isArray(list)) throw notAReport(name, `${key}: expected array`);
    await turns.inParts(list as unknown[], (item, at) => check(schema, item, [key, at]));
  }
  return report as InspectedReport;
}
