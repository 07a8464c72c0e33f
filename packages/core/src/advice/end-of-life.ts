/**
 * Until when distributions are maintained, as their makers announced it; for those with several kinds of support the last
 * that everybody gets without a contract (Debian with LTS, Ubuntu without Pro). Looked up in November 2026.
 */
export const END_OF_LIFE_AS_OF = "2026-11-22";

/** By `ID` of os-release(5), then by `VERSION_ID` or the part of it that names the release; days in UTC. */
const RELEASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  debian: {
    "7": "2018-05-31",
    "8": "2020-06-30",
    "9": "2022-06-30",
    "10": "2024-06-30",
    "11": "2026-08-31",
    "12": "2028-06-30",
    "13": "2030-06-30",
  },
  ubuntu: {
    "14.04": "2019-04-25",
    "16.04": "2021-04-30",
    "18.04": "2023-05-31",
    "20.04": "2025-05-31",
    "22.04": "2027-04-30",
    "22.10": "2023-07-20",
    "23.04": "2024-01-25",
    "23.10": "2024-07-11",
    "24.04": "2029-05-31",
    "24.10": "2025-07-10",
    "25.04": "2026-01-15",
  },
  alpine: {
    "3.10": "2021-05-01",
    "3.11": "2021-11-01",
    "3.12": "2022-05-01",
    "3.13": "2022-11-01",
    "3.14": "2023-05-01",
    "3.15": "2023-11-01",
    "3.16": "2024-05-23",
    "3.17": "2024-11-22",
    "3.18": "2025-05-09",
    "3.19": "2025-11-01",
    "3.20": "2026-04-01",
    "3.21": "2026-11-01",
    "3.22": "2027-05-01",
  },
  centos: { "6": "2020-11-30", "7": "2024-06-30", "8": "2021-12-31" },
  rhel: { "6": "2020-11-30", "7": "2024-06-30", "8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31" },
  rocky: { "8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31" },
  almalinux: { "8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31" },
  ol: { "7": "2024-12-31", "8": "2029-07-31", "9": "2032-06-30" },
  amzn: { "2018.03": "2023-12-31", "2": "2026-06-30", "2023": "2029-06-30" },
  fedora: {
    "37": "2023-12-05",
    "38": "2024-05-21",
    "39": "2024-11-26",
    "40": "2025-05-13",
    "41": "2025-12-15",
  },
  "opensuse-leap": { "15.3": "2022-12-31", "15.4": "2023-12-07", "15.5": "2024-12-31", "15.6": "2026-04-30" },
};

/**
 * The last day on which a release is maintained, such as `2024-06-30`; undefined when it is not known.
 * @param id lower case, as os-release has it
 */
export function endOfLife(id: string, versionId: string): string | undefined {
  const releases = Object.hasOwn(RELEASES, id) ? RELEASES[id] : undefined;
  if (!releases) return undefined;
  const [major = "", minor = ""] = versionId.split(".");
  for (const release of [versionId, `${major}.${minor}`, major]) {
    if (Object.hasOwn(releases, release)) return releases[release];
  }
  return undefined;
}
