import Foundation
import RectoPages
import RectoPipeline
import Synchronization

/// One line on the terminal that says how far the work is: pages done, current stage, time left.
///
/// Silent where stderr is no terminal.
final class ProgressLine: Sendable {
    private struct State {
        var pages: [Int: Int] = [:]
        var donePages = 0
        var doneDocuments = 0
        var stage = ""
        var isShown = false
    }

    private let documents: Int
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private let isTerminal = StandardStreams.isTerminal
    private let state = Mutex(State())

    init(documents: Int) {
        self.documents = documents
        start = clock.now
    }

    /// Hears what a document's run tells.
    func note(_ event: PipelineEvent, document: Int) {
        guard isTerminal else { return }
        state.withLock { state in
            switch event {
            case .documentOpened(let pages): state.pages[document] = pages
            case .stageStarted(let stage, let page): state.stage = page.map { "\(stage), page \($0)" } ?? stage
            case .pageFinished: state.donePages += 1
            case .pageStarted, .stageFinished: break
            }
            show(&state)
        }
    }

    /// Hears that a document is done.
    func documentFinished(_ document: Int) {
        guard isTerminal else { return }
        state.withLock { state in
            state.doneDocuments += 1
            show(&state)
        }
    }

    /// Takes the line away, so that other text can be printed.
    func clear() {
        guard isTerminal else { return }
        state.withLock { state in
            guard state.isShown else { return }
            FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
            state.isShown = false
        }
    }

    private func show(_ state: inout State) {
        let total = state.pages.values.reduce(0, +)
        var line = "pages \(state.donePages)/\(total)"
        if documents > 1 { line = "documents \(state.doneDocuments)/\(documents), " + line }
        if !state.stage.isEmpty { line += " · \(state.stage)" }
        if let left = timeLeft(done: state.donePages, total: total, opened: state.pages.count) {
            line += " · \(left) left"
        }
        FileHandle.standardError.write(Data("\r\u{1B}[K\(line)".utf8))
        state.isShown = true
    }

    /// The time that the remaining pages will take at the pace so far; documents not yet opened count like the others.
    private func timeLeft(done: Int, total: Int, opened: Int) -> String? {
        guard done > 0, opened > 0 else { return nil }
        let expected = Double(total) * Double(documents) / Double(opened)
        let seconds = (clock.now - start) / .seconds(1) * (expected / Double(done) - 1)
        let rounded = max(0, Int(seconds.rounded()))
        return rounded < 90 ? "\(rounded) s" : "\((rounded + 30) / 60) min"
    }
}
