/// Whose fault a failure is; the daemon decides by this and by nothing else.
public enum FailureCategory: String, Sendable, Codable, CaseIterable {
    /// The document cannot be read: it goes to `failed/` and is not tried again.
    case document
    /// The surroundings failed (disk, time, memory): the job is tried again with back-off.
    case environment
    /// A mistake in Recto, in its configuration or in a model folder: stop and say so.
    case defect
}

/// An error with a stable code, facts and one sentence that says what happened, where, and what to do.
public protocol RectoError: Error, Sendable, CustomStringConvertible {
    /// Stable dotted identifier, for example `document.encrypted`; programs switch on it.
    var code: String { get }

    /// Whose fault it is.
    var category: FailureCategory { get }

    /// What was found and what was expected (`file`, `page`, `expected`, `found`, …).
    var facts: [String: String] { get }
}

extension RectoError {
    /// Whether a second try may succeed without a change by a person.
    public var isRetryable: Bool { category == .environment }
}
