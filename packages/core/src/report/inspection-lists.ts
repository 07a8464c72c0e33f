/** The parts of a report about what is in the files: long lists, whose items are made when they are asked for. */
import type { Advice } from "../advice/rule.ts";
import type { Inspection } from "../inspection/inspection.ts";
import type { PackageChange } from "../packages/compare-packages.ts";
import type { ScannedImage } from "../tree/scan-image.ts";
import { jsonAdvice } from "./json-advice.ts";
import { jsonDuplicates, jsonPermissions, jsonSecrets, type PermissionLists } from "./json-inspection.ts";
import { jsonPackageChanges, jsonPackages, jsonUnowned, jsonVersions } from "./json-packages.ts";
import type { Report } from "./schema.ts";
import type {
  ReportDuplicate,
  ReportFinding,
  ReportPackage,
  ReportPackageChange,
  ReportPackageVersions,
  ReportSecret,
  ReportUnownedPart,
} from "./schema-inspection.ts";

export interface InspectionLists {
  readonly advice?: Iterable<ReportFinding>;
  readonly packages?: Iterable<ReportPackage>;
  readonly unowned?: Iterable<ReportUnownedPart>;
  readonly packageVersions?: Iterable<ReportPackageVersions>;
  readonly packageChanges?: Iterable<ReportPackageChange>;
  readonly duplicates?: Iterable<ReportDuplicate>;
  readonly secrets?: Iterable<ReportSecret>;
  readonly allowedSecrets?: Iterable<ReportSecret>;
  readonly permissions?: PermissionLists;
}

export interface ListedFindings {
  readonly inspection?: Inspection | undefined;
  readonly advice?: Advice | undefined;
  readonly packageChanges?: readonly PackageChange[] | undefined;
}

export function inspectionLists(
  image: ScannedImage,
  { inspection, advice, packageChanges }: ListedFindings,
): InspectionLists {
  const { tree } = image;
  return {
    ...(advice && { advice: jsonAdvice(advice, image) }),
    ...(inspection && {
      packages: jsonPackages(inspection.packages, tree.paths),
      unowned: jsonUnowned(inspection.packages, tree.paths),
      packageVersions: jsonVersions(inspection.packages, tree.paths),
    }),
    ...(packageChanges && { packageChanges: jsonPackageChanges(packageChanges) }),
    ...(inspection && {
      duplicates: jsonDuplicates(inspection.duplicates, tree),
      secrets: jsonSecrets(inspection.secrets, tree.paths),
      ...(inspection.allowedSecrets.length > 0 && {
        allowedSecrets: jsonSecrets(inspection.allowedSecrets, tree.paths),
      }),
      permissions: jsonPermissions(inspection.permissions, inspection.packages, tree.paths),
    }),
  };
}

/** The lists as arrays. */
export function collected(lists: InspectionLists): Pick<Report, keyof InspectionLists> {
  const { advice, packages, unowned, packageVersions, packageChanges, duplicates, secrets, permissions } = lists;
  const { allowedSecrets } = lists;
  return {
    ...(advice && { advice: [...advice] }),
    ...(packages && { packages: [...packages] }),
    ...(unowned && { unowned: [...unowned] }),
    ...(packageVersions && { packageVersions: [...packageVersions] }),
    ...(packageChanges && { packageChanges: [...packageChanges] }),
    ...(duplicates && { duplicates: [...duplicates] }),
    ...(secrets && { secrets: [...secrets] }),
    ...(allowedSecrets && { allowedSecrets: [...allowedSecrets] }),
    ...(permissions && {
      permissions: {
        privileged: [...permissions.privileged],
        unknownOwners: permissions.unknownOwners && [...permissions.unknownOwners],
        worldWritable: [...permissions.worldWritable],
        writableSystemFiles: [...permissions.writableSystemFiles],
      },
    }),
  };
}
