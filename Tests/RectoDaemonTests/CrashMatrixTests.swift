import Foundation
import RectoDaemon
import RectoTestSupport
import Testing

/// The daemon dies at every single durable step between the inbox and the end, and is started again.
struct CrashMatrixTests {
    struct Scenario: Sendable, CustomTestStringConvertible {
        var text: String
        var hasSeparateInbox = false
        var afterSuccess = AfterSuccess.archive
        var testDescription: String { "\(text), separate inbox \(hasSeparateInbox), \(afterSuccess)" }
    }

    static let scenarios = [
        Scenario(text: "good"), Scenario(text: "bad"), Scenario(text: "good", hasSeparateInbox: true),
        Scenario(text: "good", afterSuccess: .delete), Scenario(text: "good", afterSuccess: .leave),
    ]

    @Test(arguments: scenarios)
    func aCrashAtAnyStepLeadsToExactlyOneResult(scenario: Scenario) async throws {
        let count = try await run(scenario, crashAt: nil, .before)
        #expect(count > 20)
        for step in 0..<count {
            for moment in FaultPlan.Moment.allCases { _ = try await run(scenario, crashAt: step, moment) }
        }
    }

    /// - Returns: How many steps were made before the end or the crash.
    private func run(_ scenario: Scenario, crashAt step: Int?, _ moment: FaultPlan.Moment) async throws -> Int {
        let folder = try TemporaryFolder()
        let plan = FaultPlan(crashAt: step, moment: moment)
        plan.hasSeparateInbox = scenario.hasSeparateInbox
        var count = 0
        do {
            let first = try Workplace(folder, plan: plan, afterSuccess: scenario.afterSuccess)
            try first.drop(scenario.text, as: "x/a.pdf")
            _ = await first.intake.step(at: .zero)
            _ = await first.intake.step(at: .seconds(1))
            try? await first.work()
            count = plan.steps.count
        }
        let again = FaultPlan()
        again.hasSeparateInbox = scenario.hasSeparateInbox
        let second = try Workplace(folder, plan: again, afterSuccess: scenario.afterSuccess)
        try await second.recover()
        for round in 0..<3 {
            let report = await second.intake.step(at: .seconds(round), hints: InboxHints(rescan: true))
            #expect(report.problem == nil)
            try await second.work(at: .seconds(round))
        }
        let place = Comment(rawValue: "crash \(moment) step \(step ?? -1): \(plan.steps.last ?? "")")
        let isGood = scenario.text == "good"
        #expect(second.files(in: second.folders.outbox) == (isGood ? ["x/a.json"] : []), place)
        #expect(second.files(in: second.folders.failed) == (isGood ? [] : ["x/a.error.json", "x/a.pdf"]), place)
        let isArchived = isGood && scenario.afterSuccess == .archive
        #expect(second.files(in: second.folders.archive) == (isArchived ? ["x/a.pdf"] : []), place)
        #expect(second.files(in: second.folders.inbox) == (scenario.afterSuccess == .leave ? ["x/a.pdf"] : []), place)
        #expect(try PosixFiles().names(in: second.folders.spool) == [], place)
        #expect(try second.journal.jobs().map(\.state) == [isGood ? .done : .failed], place)
        return count
    }
}
