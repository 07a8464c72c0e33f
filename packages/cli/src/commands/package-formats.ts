/** In which forms packages can be listed. */
export const PACKAGE_FORMATS = ["table", "json", "cyclonedx", "spdx"] as const;
export type PackageFormat = (typeof PACKAGE_FORMATS)[number];
