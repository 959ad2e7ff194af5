import ArgumentParser
import CLinux
import Dispatch
import Foundation
import RectoPages

/// Starts the command line: arguments in, exit status out.
@main
enum Main {
    static func main() async {
        // One arena: page images come and go on many threads, and each arena of its own would keep the largest it saw.
        mallopt(M_ARENA_MAX, 1)
        let work = Task { await run() }
        let interrupt = interruption { work.cancel() }
        let status = await work.value
        interrupt.cancel()
        exit(status)
    }

    private static func run() async -> Int32 {
        do {
            var command = try Recto.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return ExitStatus.complete.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch let error where isOfTheRunItself(error) {
            StandardStreams.report(error)
            return ExitStatus(error).rawValue
        } catch {
            let message = Recto.fullMessage(for: error)
            guard Recto.exitCode(for: error) == .success else {
                StandardStreams.error(message)
                return ExitStatus.usage.rawValue
            }
            StandardStreams.result(message)
            return ExitStatus.complete.rawValue
        }
    }

    /// Whether an error comes from the work and not from reading the arguments or asking for help.
    private static func isOfTheRunItself(_ error: any Error) -> Bool {
        error is any RectoError || error is CancellationError
    }

    /// Turns the first SIGINT into a cancellation, so that half-written output is cleaned up; a second one kills.
    private static func interruption(_ cancel: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler {
            signal(SIGINT, SIG_DFL)
            cancel()
        }
        source.resume()
        return source
    }
}
