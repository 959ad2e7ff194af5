/// A value of a pipeline file with the place where it stands.
public struct Placed<Value: Sendable>: Sendable {
    /// The value.
    public var value: Value
    /// Where it stands.
    public var place: SourcePlace
}

extension Placed: Equatable where Value: Equatable {}
extension Placed: Hashable where Value: Hashable {}

/// A scalar or a list of scalars as it stands in a pipeline file; what it means is the stage's affair.
public enum OptionValue: Hashable, Sendable {
    /// One scalar, as text.
    case scalar(String)
    /// A list of scalars.
    case list([String])

    /// How the value is shown in a message.
    var text: String {
        switch self {
        case .scalar(let text): text
        case .list(let items): "[\(items.joined(separator: ", "))]"
        }
    }
}

/// What a pipeline does when a stage fails on a page.
public enum ErrorPolicy: Hashable, Sendable {
    /// The page is failed.
    case fail
    /// The page is skipped, with the error.
    case skip
    /// Another stage's output is taken instead.
    case fallback(String)
}

/// One entry of `stages:`; nothing is checked yet but the form.
public struct StageDefinition: Sendable, Hashable {
    /// Its name in the file.
    public var name: Placed<String>
    /// Which type of stage it is.
    public var type: Placed<String>
    /// The stages whose output it takes, if it says so.
    public var from: [Placed<String>]
    /// The options of its type.
    public var options: [(key: Placed<String>, value: Placed<OptionValue>)]
    /// What happens when it fails.
    public var onError: Placed<ErrorPolicy>?
    /// How often it is tried again.
    public var retry: Int
    /// How long one page may take.
    public var timeout: Duration?
    /// How many pages may be in it at once.
    public var concurrency: Int

    /// Compares two definitions.
    ///
    /// - Parameters:
    ///   - left: A definition.
    ///   - right: Another definition.
    /// - Returns: Whether they say the same at the same places.
    public static func == (left: StageDefinition, right: StageDefinition) -> Bool {
        left.name == right.name && left.type == right.type && left.from == right.from
            && left.options.map(\.key) == right.options.map(\.key)
            && left.options.map(\.value) == right.options.map(\.value) && left.onError == right.onError
            && left.retry == right.retry && left.timeout == right.timeout && left.concurrency == right.concurrency
    }

    /// Hashes the name, which is unique in a file.
    ///
    /// - Parameter hasher: The hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// The mirror of a pipeline file.
public struct PipelineDefinition: Sendable {
    /// The file as it was named.
    public var file: String
    /// The pipeline's name.
    public var name: Placed<String>
    /// The model's name in `recto.yaml`.
    public var model: Placed<String>
    /// A record with a confidence below this is filed under `review/`; nil trusts every record.
    public var reviewBelow: Double?
    /// The stages in the order of the file.
    public var stages: [StageDefinition]
    /// The stage whose output is delivered.
    public var deliver: Placed<String>
    /// The file's text, for messages.
    var text: String
    /// Names of stages that are there but not in form; who takes from them is not blamed for it.
    var brokenStages: Set<String> = []
}
