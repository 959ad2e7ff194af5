public import RectoPages
public import RectoSchema

/// Something that went wrong with a document, as a record shows it.
public struct ErrorReport: Sendable, Hashable, Codable {
    /// Stable dotted identifier, for example `document.encrypted`.
    public var code: String
    /// One sentence that says what happened, where, and what to do.
    public var message: String
    /// The page it happened on; nil when it concerns the whole document.
    public var page: PageNumber?
    /// The pipeline's name of the stage it happened in; nil when no stage was running.
    public var stage: String?
    /// Whether a second try may succeed without a change by a person.
    public var retryable: Bool

    /// Creates a report.
    ///
    /// - Parameters:
    ///   - code: Stable dotted identifier.
    ///   - message: One sentence that says what happened, where, and what to do.
    ///   - page: The page it happened on.
    ///   - stage: The stage it happened in.
    ///   - retryable: Whether a second try may succeed.
    public init(code: String, message: String, page: PageNumber? = nil, stage: String? = nil, retryable: Bool = false) {
        self.code = code
        self.message = message
        self.page = page
        self.stage = stage
        self.retryable = retryable
    }

    /// Reports an error.
    ///
    /// - Parameters:
    ///   - error: The error.
    ///   - page: The page it happened on.
    ///   - stage: The stage it happened in.
    public init(_ error: any RectoError, page: PageNumber? = nil, stage: String? = nil) {
        self.init(
            code: error.code,
            message: error.description,
            page: page,
            stage: stage,
            retryable: error.isRetryable
        )
    }

    /// Reports a value that the text layer contradicts.
    ///
    /// - Parameters:
    ///   - field: The value; nil is returned when nothing contradicts it.
    ///   - stage: The stage that read it.
    package init?(contradicted field: GroundedField, stage: String?) {
        guard let contradiction = field.contradiction else { return nil }
        self.init(
            code: "field.contradicted",
            message: "\"\(contradiction.read)\" was read for \(field.pointer), but the page's text layer says "
                + "\"\(contradiction.layer)\" there; look at the page.",
            page: contradiction.page,
            stage: stage
        )
    }

    /// The error as it stands in a record.
    ///
    /// - Returns: An object with `code`, `message`, `page`, `stage` and `retryable`.
    public func json() -> JSONValue {
        [
            "code": .string(code),
            "message": .string(message),
            "page": page.map { .integer($0.value) } ?? .null,
            "stage": stage.map(JSONValue.string) ?? .null,
            "retryable": .bool(retryable),
        ]
    }
}
