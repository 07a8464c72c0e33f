/**
 * The public names of @layerscope/core.
 *
 * open ({@link openSource}) → scan ({@link scanImage}) → analyse ({@link analyse}) → report ({@link createReport}).
 * A report that was saved is opened with {@link readReport}.
 */

export { type AdviseOptions, advise, adviseInTurns } from "./advice/advise.ts";
export { RULES } from "./advice/catalogue.ts";
export type {
  Advice,
  AdviceScope,
  Estimate,
  Finding,
  Rule,
  RuleCategory,
  RuleLevel,
  RuleSetting,
} from "./advice/rule.ts";
export { ruleHelp } from "./advice/rule-help.ts";
export { type Baseline, type BaselineFile, baselineOf } from "./budget/baseline.ts";
export {
  type Budget,
  type BudgetFinding,
  type BudgetKind,
  type BudgetLimit,
  type BudgetOrigin,
  type BudgetVerdict,
  type ByteLimit,
  type LayerGroup,
  MOST_FINDINGS,
} from "./budget/budget.ts";
export { type CheckOptions, checkBudgets } from "./budget/check-budgets.ts";
export { isFindingOf } from "./budget/check-rule.ts";
export { type Growth, type GrowthScope, growthOf } from "./budget/growth.ts";
export { type OverallVerdict, overallVerdict } from "./budget/overall.ts";
export { packageChanges } from "./budget/package-changes.ts";
export type { PathGrowth } from "./budget/path-growth.ts";
export { CONTENT_INSPECTOR } from "./inspection/content-inspector.ts";
export type { Duplicate } from "./inspection/duplicates.ts";
export type { ElfFacts, FileFacts } from "./inspection/file-facts.ts";
export { type InspectImageOptions, inspectImage } from "./inspection/inspect-image.ts";
export type { Inspection } from "./inspection/inspection.ts";
export type { Permissions, PlacedPath, PrivilegedFile, UnknownOwner } from "./inspection/permissions.ts";
export { type FileBytes, type FileInspector, InspectedFile } from "./layer/file-inspector.ts";
export { NONE, ROOT } from "./layer/path-table.ts";
export type { Accounts, LayerAccounts, PathCounts, WasteRecord, WasteRecords } from "./metrics/accounting.ts";
export { type Analysis, analyse } from "./metrics/analyse.ts";
export { type BaseLayers, type BaseOptions, findBaseLayers, sharedLayers } from "./metrics/base-layers.ts";
export { type DiveCompat, type DiveInefficiency, diveCompat } from "./metrics/dive-compat.ts";
export { accountForLayers, type LayerGroupAccounts } from "./metrics/layer-group.ts";
export { WASTE_CAUSES, type WasteCause } from "./metrics/waste-cause.ts";
export {
  type BuildCommand,
  dockerfileCommand,
  parseCommand,
  shortCommand,
} from "./model/build-command.ts";
export type { Compression } from "./model/compression.ts";
export type { Diagnostic, DiagnosticCode } from "./model/diagnostic.ts";
export type { Digest } from "./model/digest.ts";
export type { EntryType, FileEntry, Xattrs } from "./model/entry.ts";
export { type ErrorCode, LayerscopeError, type Where } from "./model/errors.ts";
export type { HistoryStep, ImageConfig, ImageDocument, LayerReference } from "./model/image.ts";
export { DEFAULT_LIMITS, type Limits } from "./model/limits.ts";
export { didYouMean } from "./model/nearest-name.ts";
export { decodeName, encodeName, escapeText, jsonName, printableJson, printableName } from "./model/path-text.ts";
export { formatPlatform, type Platform, parsePlatform } from "./model/platform.ts";
export { type ShellPiece, splitShell } from "./model/shell-pieces.ts";
export { type OpenSourceOptions, openSource, readDocuments, type Source, type SourceKind } from "./open-source.ts";
export {
  type ComparedPackage,
  comparePackages,
  type PackageChange,
  type PackageChangeKind,
  type VersionOfPackage,
} from "./packages/compare-packages.ts";
export {
  type ClaimsFor,
  type DeclaredPackage,
  type Distribution,
  type FileClaim,
  type InstalledPackage,
  type PackageFacts,
  type PackageInventory,
  type PackageType,
  type PackageVersions,
  SYSTEM_TYPES,
  type UnownedPart,
} from "./packages/package.ts";
export { isReport } from "./report/is-report.ts";
export { jsonPackages } from "./report/json-packages.ts";
export { absolutePath, listedPath } from "./report/listed-path.ts";
export { type ReadBaselineOptions, readBaseline } from "./report/read-baseline.ts";
export { type ReadReportOptions, readReport } from "./report/read-report.ts";
export { createReport, type ReportOptions, stringifyReport } from "./report/report.ts";
export { cycloneDx } from "./report/sbom/cyclone-dx.ts";
export { spdx } from "./report/sbom/spdx.ts";
export type { SbomOptions } from "./report/sbom/subject.ts";
export type {
  CheckReport,
  ListedPath,
  Report,
  ReportBudget,
  ReportLayer,
  ReportLayerEntry,
  ReportWasteRecord,
} from "./report/schema.ts";
export type {
  ReportDuplicate,
  ReportFinding,
  ReportInspected,
  ReportPackage,
  ReportPackageChange,
  ReportPackageVersions,
  ReportPermissions,
  ReportSecret,
  ReportUnownedPart,
} from "./report/schema-inspection.ts";
export { type SecretMask, secretMask } from "./secrets/mask-secrets.ts";
export type { AllowedSecrets, Secret, SecretKind, SecretMatch, SecretPlace } from "./secrets/secret.ts";
export { type ImageReference, parseImageReference } from "./source/image-reference.ts";
export { parseReference, type Reference } from "./source/reference.ts";
export type { Mirrors, Pull, ResolutionStep } from "./source/remote-options.ts";
export { type Change, type Comparison, compareRevisions, type MetadataField } from "./tree/compare-revisions.ts";
export { ContentClasses } from "./tree/content-classes.ts";
export { type Extracted, type ExtractOptions, extractFiles } from "./tree/extract-files.ts";
export type { HistoryTree } from "./tree/history-tree.ts";
export { type InspectedContents, type InspectOptions, inspectFiles } from "./tree/inspect-files.ts";
export { largestFiles } from "./tree/largest-files.ts";
export { type FileContent, readFile, readFiles } from "./tree/read-files.ts";
export { type ResolveOptions, resolvePath } from "./tree/resolve-path.ts";
export { RevisionReader } from "./tree/revision-reader.ts";
export {
  type ScannedImage,
  type ScannedLayer,
  type ScanOptions,
  type ScanProgress,
  scanImage,
} from "./tree/scan-image.ts";
export { isCaseSensitive, NameSearcher } from "./tree/search-names.ts";
export { changeOfState, sumUp, VIEW_STATES, type ViewColumns } from "./tree/view-columns.ts";
export type { Totals } from "./tree/view-totals.ts";
export {
  byName,
  bySize,
  changesView,
  compareView,
  filterView,
  layerView,
  type NodeOrder,
  nodesByName,
  nodesByValue,
  type PathEvent,
  pathHistory,
  type RowOrder,
  snapshotView,
  type TreeView,
  type ViewRow,
} from "./tree/views.ts";
export { type WasteColumns, wasteColumns } from "./tree/waste-columns.ts";
