/** What SPDX 2.3 asks of the parts of a JSON document that we write, as its published schema has it, as a validator. */
import { Ajv2020 } from "ajv/dist/2020.js";

const text = { type: "string" };
const time = {
  type: "string",
  pattern: "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$",
};
const oneOf = (words: string): object => ({ type: "string", enum: words.split(" ") });
const listOf = (items: object): object => ({ type: "array", items });
const object = (required: Record<string, object>, optional: Record<string, object> = {}): object => ({
  type: "object",
  properties: { ...required, ...optional },
  required: Object.keys(required),
  additionalProperties: false,
});

const element = { type: "string", pattern: "^SPDXRef-[a-zA-Z0-9.-]+$" };

const annotation = object({
  annotationDate: time,
  annotationType: oneOf("OTHER REVIEW"),
  annotator: { type: "string", pattern: "^(Person|Organization|Tool): .+" },
  comment: text,
});

const reference = object({
  referenceCategory: oneOf("OTHER PERSISTENT-ID SECURITY PACKAGE-MANAGER"),
  referenceType: text,
  referenceLocator: { type: "string", pattern: "^\\S+$" },
});

const spdxPackage = object(
  { SPDXID: element, name: text, downloadLocation: text },
  {
    annotations: listOf(annotation),
    checksums: listOf(
      object({ algorithm: oneOf("SHA256 SHA512"), checksumValue: { type: "string", pattern: "^[0-9a-f]+$" } }),
    ),
    copyrightText: text,
    externalRefs: listOf(reference),
    filesAnalyzed: { type: "boolean" },
    licenseConcluded: text,
    licenseDeclared: text,
    primaryPackagePurpose: oneOf("OTHER APPLICATION FRAMEWORK LIBRARY CONTAINER FILE"),
    sourceInfo: text,
    summary: text,
    versionInfo: text,
  },
);

const document = object(
  {
    SPDXID: { const: "SPDXRef-DOCUMENT" },
    spdxVersion: { const: "SPDX-2.3" },
    dataLicense: { const: "CC0-1.0" },
    name: text,
    documentNamespace: { type: "string", pattern: "^[a-z][a-z0-9+.-]*:[^\\s#]+$" },
    creationInfo: object({
      created: time,
      creators: { type: "array", minItems: 1, items: { type: "string", pattern: "^(Person|Organization|Tool): .+" } },
    }),
  },
  {
    packages: listOf(spdxPackage),
    hasExtractedLicensingInfos: listOf(
      object(
        { licenseId: { type: "string", pattern: "^LicenseRef-[a-zA-Z0-9.-]+$" }, extractedText: text },
        { name: text, comment: text },
      ),
    ),
    relationships: listOf(
      object({
        spdxElementId: element,
        relatedSpdxElement: element,
        relationshipType: oneOf("DESCRIBES CONTAINS DEPENDS_ON"),
      }),
    ),
  },
);

const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(document);

/** What is wrong with a document; empty when nothing is. */
export function spdxProblems(value: unknown): string[] {
  return validate(value)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
