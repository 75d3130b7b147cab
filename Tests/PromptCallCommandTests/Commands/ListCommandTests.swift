import PromptCallAPI
import PromptCallCommand
import SwiftProtobuf
import Testing

@Suite("list", .timeLimit(.minutes(3)))
struct ListCommandTests {
    @Test("Flags become the filter")
    func filter() async throws {
        let requests = Journal<Promptcall_V1_ListRequest>()
        var daemon = FakeDaemon()
        daemon.onList = {
            requests.add($0)
            return .init()
        }
        let terminal = Terminal()
        let flags = [
            "--status", "failed,error", "--stage", "ended", "--stage", "queued",
            "--reason", "busy,no-input", "--label", "a=b", "--since", "1h",
            "--before", "2026-01-31T09:00:00Z", "--to", "14155550100", "--request-id", "r",
            "--caller", "billing", "--limit", "7",
        ]
        let status = try await withDaemon(daemon) { socket in
            await terminal.run(["list", "--socket", socket] + flags)
        }
        #expect(status == .ok)
        #expect(terminal.written == "")
        let expected = Promptcall_V1_ListRequest.with {
            $0.filter.statuses = [.failed, .error]
            $0.filter.stages = [.ended, .queued]
            $0.filter.reasons = [.busy, .noInput]
            $0.filter.labels = ["a": "b"]
            $0.filter.submittedAfter = time(-3_600)
            $0.filter.submittedBefore = time(0)
            $0.filter.to = "14155550100"
            $0.filter.requestID = "r"
            $0.filter.caller = "billing"
            $0.pageSize = 7
        }
        #expect(requests.entries == [expected])
    }

    /// A daemon with so many calls that never gives more than so many at once.
    private func daemon(
        calls count: Int,
        pageMax: Int,
        _ sizes: Journal<UInt32>
    ) -> FakeDaemon {
        var daemon = FakeDaemon()
        daemon.onList = { request in
            sizes.add(request.pageSize)
            let start = Int(request.pageToken) ?? 0
            let end = min(count, start + min(pageMax, Int(request.pageSize)))
            return .with {
                $0.calls = (start..<end).map { number in .with { $0.tid = "\(number)" } }
                $0.nextPageToken = end < count ? "\(end)" : ""
            }
        }
        return daemon
    }

    @Test(
        "Pages follow each other up to the limit",
        arguments: [
            ([], 60, 40, 50, [50, 10]),
            (["--limit", "2500"], 5_000, 1_000, 2_500, [1_000, 1_000, 500]),
            (["--limit", "10"], 3, 10, 3, [10]),
            (["--limit", "3"], 9, 1, 3, [3, 2, 1]),
        ] as [([String], Int, Int, Int, [UInt32])]
    )
    func pages(
        flags: [String],
        calls: Int,
        pageMax: Int,
        listed: Int,
        sizes: [UInt32]
    ) async throws {
        let asked = Journal<UInt32>()
        let terminal = Terminal()
        let status = try await withDaemon(
            self.daemon(calls: calls, pageMax: pageMax, asked)
        ) { socket in
            await terminal.run(["list", "--output", "json", "--socket", socket] + flags)
        }
        #expect(status == .ok)
        #expect(asked.entries == sizes)
        let lines = (0..<listed).map { #"{"tid":"\#($0)"}"# + "\n" }
        #expect(terminal.written == lines.joined())
    }

    @Test("A row shows the outcome, or the stage of a call that goes on")
    func rows() async throws {
        var daemon = FakeDaemon()
        daemon.onList = { request in
            var live = call(.unspecified, .unspecified)
            live.stage = .ringing
            return .with {
                $0.calls = request.pageToken.isEmpty ? [call(.failed, .noInput)] : [live]
                $0.nextPageToken = request.pageToken.isEmpty ? "more" : ""
            }
        }
        let terminal = Terminal()
        let status = try await withDaemon(daemon) { socket in
            await terminal.run(["list", "--socket", socket])
        }
        #expect(status == .ok)
        let titles = "TID                                   SUBMITTED                 TO  "
        let start = "\(tid)  2026-01-31T09:00:00Z      14155550100       "
        let lines = terminal.written.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.first?.hasPrefix(titles) == true)
        #expect(lines.dropFirst().first == "\(start)failed     no_input")
        #expect(lines.last.map { $0.hasPrefix("\(start)ringing") } == true)
    }

    @Test(
        "A filter that would match more than was meant is refused",
        arguments: [
            ["--limit", "0"], ["--to", ""], ["--caller", ""], ["--request-id", ""],
            ["--since", "1 h"], ["--since", ""], ["--status", "well"],
        ]
    )
    func refused(flags: [String]) async {
        #expect(await Terminal().run(["list"] + flags) == .badArguments)
    }
}
