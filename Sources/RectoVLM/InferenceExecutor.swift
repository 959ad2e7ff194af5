import Dispatch

/// One thread of its own for an actor that computes for minutes.
final class InferenceExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "recto.inference", qos: .userInitiated)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedSerialExecutor()
        queue.async { unsafe job.runSynchronously(on: executor) }
    }
}
