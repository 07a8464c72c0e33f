/** Identifiers of the SPDX licence list that packages use, old ones included; not all there are. */
const IDS = `
0BSD AFL-2.1 AFL-3.0 AGPL-3.0 AGPL-3.0-only AGPL-3.0-or-later Apache-1.0 Apache-1.1 Apache-2.0 APSL-2.0
Artistic-1.0 Artistic-1.0-Perl Artistic-2.0 Beerware Bitstream-Vera blessing BlueOak-1.0.0 BSD-1-Clause
BSD-2-Clause BSD-2-Clause-Patent BSD-3-Clause BSD-3-Clause-Clear BSD-4-Clause BSD-4-Clause-UC BSD-Source-Code
BSL-1.0 BUSL-1.1 bzip2-1.0.6 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC-PDDC CC0-1.0 CDDL-1.0 CDDL-1.1
CECILL-2.1 CECILL-B CECILL-C CNRI-Python CPL-1.0 curl ECL-2.0 Elastic-2.0 EPL-1.0 EPL-2.0 EUPL-1.1 EUPL-1.2
FSFAP FSFUL FSFULLR FTL GFDL-1.1 GFDL-1.1-only GFDL-1.1-or-later GFDL-1.2 GFDL-1.2-only GFDL-1.2-or-later
GFDL-1.3 GFDL-1.3-only GFDL-1.3-or-later GFDL-1.3-no-invariants-or-later GPL-1.0 GPL-1.0-only GPL-1.0-or-later
GPL-1.0+ GPL-2.0 GPL-2.0+ GPL-2.0-only GPL-2.0-or-later GPL-2.0-with-classpath-exception
GPL-2.0-with-GCC-exception GPL-3.0 GPL-3.0+ GPL-3.0-only GPL-3.0-or-later GPL-3.0-with-GCC-exception HPND
HPND-sell-variant ICU IJG ImageMagick IPL-1.0 ISC JSON LGPL-2.0 LGPL-2.0+ LGPL-2.0-only LGPL-2.0-or-later
LGPL-2.1 LGPL-2.1+ LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0 LGPL-3.0+ LGPL-3.0-only LGPL-3.0-or-later Libpng
libpng-2.0 libtiff Linux-man-pages-copyleft LPPL-1.3c MIT MIT-0 MIT-CMU MIT-Modern-Variant MPL-1.0 MPL-1.1
MPL-2.0 MPL-2.0-no-copyleft-exception MS-PL MulanPSL-2.0 NAIST-2003 NCSA NTP OFL-1.0 OFL-1.1 OLDAP-2.8 OpenSSL
OSL-3.0 PHP-3.0 PHP-3.01 Plexus PostgreSQL PSF-2.0 Python-2.0 Python-2.0.1 QPL-1.0 RSA-MD Ruby Sendmail
SGI-B-2.0 SISSL Sleepycat SMLNJ SPL-1.0 SSH-OpenSSH SSH-short SSPL-1.0 TCL TCP-wrappers TU-Berlin-1.0
TU-Berlin-2.0 Unicode-3.0 Unicode-DFS-2015 Unicode-DFS-2016 Unicode-TOU Unlicense UPL-1.0 Vim W3C W3C-20150513
WTFPL X11 X11-distribute-modifications-variant XFree86-1.1 xinetd Zend-2.0 Zlib zlib-acknowledgement ZPL-2.0
ZPL-2.1
`;

const EXCEPTIONS = `
Autoconf-exception-2.0 Autoconf-exception-3.0 Bison-exception-2.2 Bootloader-exception Classpath-exception-2.0
Font-exception-2.0 GCC-exception-2.0 GCC-exception-3.1 GPL-3.0-linking-exception LGPL-3.0-linking-exception
Libtool-exception Linux-syscall-note LLVM-exception LZMA-exception OCaml-LGPL-linking-exception
OpenJDK-assembly-exception-1.0 openvpn-openssl-exception Qt-LGPL-exception-1.1 Swift-exception
u-boot-exception-2.0 Universal-FOSS-exception-1.0
`;

const byLowerCase = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .trim()
      .split(/\s+/)
      .map((id) => [id.toLowerCase(), id]),
  );

/** As the list spells them, by their lower case: the specification matches them whatever the case. */
export const LICENSE_IDS: ReadonlyMap<string, string> = byLowerCase(IDS);
export const LICENSE_EXCEPTIONS: ReadonlyMap<string, string> = byLowerCase(EXCEPTIONS);
