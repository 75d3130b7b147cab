import DaemonConfiguration
import Testing

@Suite("Callers")
struct CallerTests {
    private static func callers(_ entries: String...) -> String {
        "callers:\n" + entries.map { "  - {\($0)}\n" }.joined()
    }

    @Test(
        "An unusable entry is refused with its path and line",
        arguments: [
            (
                "uid: 1, may: [read]",
                "c.yaml:2: callers[0]: lacks the key 'name', which is required"
            ),
            ("name: a, uid: 1", "c.yaml:2: callers[0]: lacks the key 'may', which is required"),
            ("name: a, may: [read]", "c.yaml:2: callers[0]: lacks a uid or gid; state one of them"),
            (
                "name: a, uid: 1, gid: 1, may: []",
                "c.yaml:2: callers[0]: has a uid and a gid; state only one of them"
            ),
            (
                "name: a, uid: billing, may: []",
                "c.yaml:2: callers[0].uid: 'billing' is not a whole number from 0 to 4294967294"
            ),
            (
                "name: a, uid: 4294967295, may: []",
                "c.yaml:2: callers[0].uid: 4294967295 is out of range: 0 to 4294967294"
            ),
            (
                "name: a, gid: -1, may: []",
                "c.yaml:2: callers[0].gid: '-1' is not a whole number from 0 to 4294967294"
            ),
            (
                "name: a b, uid: 1, may: []",
                "c.yaml:2: callers[0].name: 'a b' is not a name: write 1 to 64 letters, digits, '.', '_' or '-'"
            ),
            (
                "name: a, uid: 1, may: read",
                "c.yaml:2: callers[0].may: is a single value but must be a list"
            ),
            (
                "name: a, uid: 1, may: [read, sumbit]",
                "c.yaml:2: callers[0].may[1]: 'sumbit' is not one of submit, read, digits, read-all, own-credentials, webhooks, admin; did you mean 'submit'?"
            ),
            (
                "name: a, uid: 1, may: [], profiles: [defautl]",
                "c.yaml:2: callers[0].profiles[0]: 'defautl' is not a profile of this file; did you mean 'default'?"
            ),
            (
                "name: a, uid: 1, may: [], submits-per-second: 0",
                "c.yaml:2: callers[0].submits-per-second: 0 is out of range: 1 to 1000000"
            ),
            (
                "name: a, uid: 1, may: [], queued-max: 0",
                "c.yaml:2: callers[0].queued-max: 0 is out of range: 1 to 100000000"
            ),
            (
                "name: a, uid: 1, may: [], callback-hosts: ['http://x']",
                "c.yaml:2: callers[0].callback-hosts[0]: is not a host without port, such as hooks.example.com, or a pattern such as *.example.com: the host is not a name of letters, digits, '-' and '.' nor an address"
            ),
        ]
    )
    func unusable(entry: String, error: String) {
        #expect(refusal(of: Self.callers(entry) + FileTests.profile) == error)
    }

    @Test("Names and identities are unique, and nobody is not a list")
    func contradictions() {
        #expect(
            refusal(of: Self.callers("name: a, uid: 1, may: []", "name: a, uid: 2, may: []"))
                == "c.yaml:3: callers[1]: has the name of callers[0], 'a'; names are unique"
        )
        #expect(
            refusal(of: Self.callers("name: a, gid: 1, may: []", "name: b, gid: 1, may: []"))
                == "c.yaml:3: callers[1]: is for the same uid or gid as callers[0], which always "
                + "wins; make them one"
        )
        #expect(
            refusal(of: "callers: []")
                == "c.yaml:1: callers: is an empty list, so nobody could connect; without the key "
                + "the daemon's own user and root can"
        )
    }

    @Test("The first match wins; a group is primary or supplementary")
    func matching() throws {
        let configuration = try load(
            yaml: Self.callers(
                "name: banned, uid: 7, may: []",
                "name: staff, gid: 50, may: [read]",
                "name: billing, uid: 8, may: [submit]",
                "name: same-number, gid: 8, may: [read]"
            )
        )
        func name(_ uid: UInt32, _ gid: UInt32, _ groups: [UInt32]) -> String? {
            configuration.caller(uid: uid, gid: gid, groups: groups, daemonUID: 0)?.name
        }
        #expect(name(7, 50, []) == "banned")
        #expect(name(9, 50, []) == "staff")
        #expect(name(9, 1, [2, 50]) == "staff")
        #expect(name(8, 1, [2, 50]) == "staff")
        #expect(name(8, 1, [2]) == "billing")
        #expect(name(1, 8, []) == "same-number")
        #expect(name(9, 1, [2]) == nil)
        #expect(name(0, 0, []) == nil)
    }

    @Test("Without the key, the daemon's own user and root may do everything")
    func unrestricted() throws {
        let configuration = try load()
        for uid: UInt32 in [0, 1000] {
            let caller = configuration.caller(uid: uid, gid: 5, groups: [], daemonUID: 1000)
            #expect(caller?.name == "uid-\(uid)")
            #expect(caller?.may == Set(Permission.allCases))
            #expect(caller?.profiles.includes("any") == true)
            #expect(caller?.allowsCallback(to: try HostName("hooks.example.com")) == true)
        }
        #expect(configuration.caller(uid: 1, gid: 0, groups: [0], daemonUID: 1000) == nil)
    }

    @Test("A configured caller has the default profile, no bounds and no callbacks")
    func defaults() throws {
        let entry = Self.callers("name: a, uid: 1, may: [submit]")
        let with = try #require(try load(yaml: entry + FileTests.profile).callers?.first)
        #expect(with.profiles.includes("default"))
        #expect(!with.profiles.includes("other"))
        #expect(with.submitsPerSecond == nil)
        #expect(with.queuedMax == nil)
        #expect(with.allowsCallback(to: try HostName("localhost")) == false)
        let without = try #require(try load(yaml: entry).callers?.first)
        #expect(!without.profiles.includes("default"))
    }
}
