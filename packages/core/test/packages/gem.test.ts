import { describe, expect, test } from "vitest";
import { gemReader } from "../../src/packages/gem.ts";
import { factsOf, isWanted } from "./declaring-file.ts";
import { expectSoundFacts } from "./hostile-files.ts";

const HOME = "usr/local/bundle";

const NOKOGIRI = `# -*- encoding: utf-8 -*-
# stub: nokogiri 1.16.0 x86_64-linux lib
# stub: ext/nokogiri/extconf.rb

Gem::Specification.new do |s|
  s.name = "nokogiri".freeze
  s.version = "1.16.0".freeze
  s.platform = "x86_64-linux".freeze

  s.required_rubygems_version = Gem::Requirement.new(">= 0".freeze) if s.respond_to? :required_rubygems_version=
  s.metadata = { "rubygems_mfa_required" => "true" } if s.respond_to? :metadata=
  s.require_paths = ["lib".freeze]
  s.authors = ["Somebody".freeze]
  s.description = "Says \\"s.name = \\" and more.".freeze
  s.licenses = ["MIT".freeze, "Ruby".freeze]
  s.summary = "XML".freeze

  s.add_runtime_dependency(%q<racc>.freeze, ["~> 1.4".freeze])
  s.add_dependency("mini_portile2".freeze, ["~> 2.8.2".freeze])
  s.add_development_dependency(%q<minitest>.freeze, ["~> 5.0".freeze])
end
`;

const OLD = `Gem::Specification.new do |s|
  s.name = %q{old}
  s.name = "old"
  s.version = "0.9"
  s.license = "BSD"

  if s.respond_to? :specification_version then
    s.specification_version = 4
    s.add_runtime_dependency(%q<rake>, [">= 0"])
  end
end
`;

const JSON_GEM = `# stub: json 2.7.1 ruby lib

Gem::Specification.new do |s|
  s.name = "json".freeze
  s.version = "2.7.1"
  s.files = ["lib/json.rb".freeze, "lib/json/ext.rb".freeze, "README.md".freeze, "lib/../../../../etc/passwd".freeze]
end
`;

describe("the specification of a gem", () => {
  test("says what it is and needs, and names its directories", () => {
    expect(factsOf(gemReader, `${HOME}/specifications/nokogiri-1.16.0-x86_64-linux.gemspec`, NOKOGIRI)).toEqual({
      packages: [
        {
          type: "gem",
          name: "nokogiri",
          version: "1.16.0",
          license: "MIT OR Ruby",
          requires: ["racc", "mini_portile2"],
          claims: [
            { kind: "itself" },
            { kind: "below", path: `${HOME}/gems/nokogiri-1.16.0-x86_64-linux` },
            { kind: "below", path: `${HOME}/doc/nokogiri-1.16.0-x86_64-linux` },
            { kind: "files", paths: [`${HOME}/cache/nokogiri-1.16.0-x86_64-linux.gem`] },
          ],
        },
      ],
    });
  });

  test("may be of an old form, without a line for machines", () => {
    expect(factsOf(gemReader, "var/lib/gems/1.9/specifications/old-0.9.gemspec", OLD)?.packages).toMatchObject([
      { name: "old", version: "0.9", license: "BSD", requires: ["rake"] },
    ]);
  });

  test("of a gem that came with Ruby claims its files in Ruby's own library", () => {
    const path = "usr/local/lib/ruby/gems/3.3.0/specifications/default/json-2.7.1.gemspec";
    expect(factsOf(gemReader, path, JSON_GEM)?.packages?.[0]?.claims).toContainEqual({
      kind: "files",
      paths: [
        "usr/local/lib/ruby/3.3.0/json.rb",
        "usr/local/lib/ruby/3.3.0/json/ext.rb",
        "usr/local/lib/ruby/3.3.0/README.md",
      ],
    });
  });

  test.each([
    ["as it lies in the library", "json/ext.rb", ["usr/lib/ruby/3.3.0/json/ext.rb"]],
    ["as it lies in the gem", "lib/json/ext.rb", ["usr/lib/ruby/3.3.0/json/ext.rb"]],
    ["outside of the library", "../../../../etc/passwd", undefined],
    ["as the library itself", ".", undefined],
  ])("of a gem that came with Ruby may name a file %s", (_, file, paths) => {
    const text = `s.name = "json"\ns.version = "2.7.1"\ns.files = ["${file}".freeze]\n`;
    const facts = factsOf(gemReader, "usr/lib/ruby/gems/3.3.0/specifications/default/json-2.7.1.gemspec", text);
    const files = facts?.packages?.[0]?.claims.filter(({ kind }) => kind === "files").slice(1);
    expect(files).toEqual(paths ? [{ kind: "files", paths }] : []);
  });

  test("may be read by its line for machines alone", () => {
    const text = "# stub: x 1.2 ruby lib\n# stub: ext/x/extconf.rb ext/y/extconf.rb a b\ns.name = 'x'\n";
    expect(factsOf(gemReader, `${HOME}/specifications/x-1.2.gemspec`, text)?.packages).toMatchObject([
      { name: "x", version: "1.2" },
    ]);
  });

  test("claims no directory when the file is named after another gem", () => {
    expect(factsOf(gemReader, `${HOME}/specifications/other-1.gemspec`, JSON_GEM)?.packages?.[0]?.claims).toEqual([
      { kind: "itself" },
    ]);
  });

  test("at the root has paths without a leading slash", () => {
    expect(factsOf(gemReader, "specifications/json-2.7.1.gemspec", JSON_GEM)?.packages?.[0]?.claims).toContainEqual({
      kind: "below",
      path: "gems/json-2.7.1",
    });
  });

  test("without a version, or in Ruby that computes it, declares nothing", () => {
    const computed = 's.name = "x"\n  s.version = X::VERSION\n';
    expect(factsOf(gemReader, `${HOME}/specifications/x-1.gemspec`, computed)).toBeUndefined();
  });

  test("is in a directory of specifications, not among a gem's own files", () => {
    expect(isWanted(gemReader, `${HOME}/gems/json-2.7.1/json.gemspec`)).toBe(false);
    expect(isWanted(gemReader, `${HOME}/bundler/gems/json-0123456/json.gemspec`)).toBe(false);
    expect(isWanted(gemReader, `${HOME}/gems/x-1/default/x.gemspec`)).toBe(false);
  });
});

describe("what building a gem printed", () => {
  const directory = `${HOME}/extensions/x86_64-linux/3.3.0/bcrypt-3.1.20`;

  test("shows where its native parts are", () => {
    expect(factsOf(gemReader, `${directory}/gem_make.out`, "make\n")).toEqual({
      claimsFor: {
        declaredBy: `${HOME}/specifications/bcrypt-3.1.20.gemspec`,
        claims: [{ kind: "below", path: directory }],
      },
    });
  });

  test("is nothing elsewhere", () => {
    expect(isWanted(gemReader, `${HOME}/gems/bcrypt-3.1.20/ext/gem_make.out`)).toBe(false);
    expect(isWanted(gemReader, "gem_make.out")).toBe(false);
  });
});

test("no file makes it throw, or say what is no name", () => {
  expectSoundFacts(gemReader, {
    [`${HOME}/specifications/nokogiri-1.16.0-x86_64-linux.gemspec`]: NOKOGIRI,
    "usr/lib/ruby/gems/3.3.0/specifications/default/json-2.7.1.gemspec": JSON_GEM,
  });
});
