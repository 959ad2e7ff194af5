package import Foundation
import RectoPages

/// The error that lies in `failed/` beside a source: what happened, to which file, and what there is of a record.
package struct ErrorFile: Sendable {
    /// The job.
    package var job: Job
    /// What happened.
    package var failure: JobFailure
    /// What there is of a record, as JSON.
    package var partialRecord: Data?

    package init(job: Job, failure: JobFailure, partialRecord: Data? = nil) {
        self.job = job
        self.failure = failure
        self.partialRecord = partialRecord
    }

    /// The file's bytes.
    package func bytes() throws -> Data {
        var content: [String: Any] = [
            "recto": "1.0", "status": job.verdict == .cancelled ? "cancelled" : "failed", "job": job.id,
            "source": ["name": job.path.lastComponent, "path": job.path, "sha256": job.sha256, "bytes": job.bytes],
            "pipeline": job.pipeline, "attempts": job.attempts,
            "error": [
                "code": failure.code, "message": failure.message, "category": failure.category.rawValue,
                "retryable": failure.category == .environment,
            ],
        ]
        if let duplicate = job.duplicateOf { content["duplicate_of"] = duplicate }
        if let partialRecord, let record = try? JSONSerialization.jsonObject(with: partialRecord) {
            content["record"] = record
        }
        let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try JSONSerialization.data(withJSONObject: content, options: options) + Data("\n".utf8)
    }
}
