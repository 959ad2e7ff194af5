public import RectoVLM

/// What a pipeline, or several, made of labelled documents.
public struct EvaluationReport: Sendable {
    /// The version of the report's JSON form.
    public static let version = "1.0"

    /// A field of one pipeline and what its cases come to.
    public struct Field: Sendable {
        /// The pipeline's name.
        public let pipeline: String
        /// The field's JSON Pointer, `*` for each place in a list.
        public let name: String
        /// What its cases come to.
        public let score: FieldScore
    }

    /// A list of one pipeline and how many of its elements were found.
    public struct List: Sendable {
        /// The pipeline's name.
        public let pipeline: String
        /// The elements of all its documents.
        public internal(set) var elements: ListCase
    }

    /// The model that read; nil when none did.
    public let model: ModelDescription?
    /// The documents in order.
    public let documents: [DocumentEvaluation]
    /// The fields in the order in which the labels name them, pipeline by pipeline.
    public let fields: [Field]
    /// The lists in the same order.
    public let lists: [List]
    /// All fields together, each case with the same weight.
    public let overall: FieldScore
    /// How far confidence can be believed.
    public let reliability: ReliabilityTable
    /// All transcriptions together; nil when none was measured.
    public let text: CharacterErrors?

    /// Puts measured documents together.
    ///
    /// - Parameters:
    ///   - documents: The documents.
    ///   - model: The model that read.
    public init(documents: [DocumentEvaluation], model: ModelDescription?) {
        self.documents = documents
        self.model = model
        var groups: [(pipeline: String, name: String, cases: [FieldCase])] = []
        var places: [[String]: Int] = [:]
        for document in documents {
            for fieldCase in document.cases {
                let key = [document.pipeline, fieldCase.field]
                if places[key] == nil {
                    places[key] = groups.count
                    groups.append((document.pipeline, fieldCase.field, []))
                }
                places[key].map { groups[$0].cases.append(fieldCase) }
            }
        }
        let order = groups.map(\.pipeline).reduce(into: [String: Int]()) { order, name in
            if order[name] == nil { order[name] = order.count }
        }
        let sorted = groups.enumerated().sorted {
            (order[$0.element.pipeline] ?? 0, $0.offset) < (order[$1.element.pipeline] ?? 0, $1.offset)
        }
        fields = sorted.map {
            Field(pipeline: $0.element.pipeline, name: $0.element.name, score: FieldScore($0.element.cases))
        }
        var lists: [List] = []
        for document in documents {
            for list in document.lists {
                let known = lists.firstIndex { $0.pipeline == document.pipeline && $0.elements.field == list.field }
                if let known {
                    lists[known].elements.add(list)
                } else {
                    lists.append(List(pipeline: document.pipeline, elements: list))
                }
            }
        }
        self.lists = lists
        let cases = documents.flatMap(\.cases)
        overall = FieldScore(cases)
        reliability = ReliabilityTable(cases)
        text = documents.compactMap(\.text).reduce(nil) { sum, errors in
            var sum = sum ?? CharacterErrors()
            sum.add(errors)
            return sum
        }
    }

    /// Documents whose labelled fields are all right.
    public var rightDocuments: Int { documents.count { $0.isRight == true } }

    /// Documents that have labelled fields.
    public var fieldDocuments: Int { documents.count { $0.isRight != nil } }

    /// Documents whose fields satisfy their schema.
    public var validDocuments: Int { documents.count { $0.isValid == true } }

    /// Documents whose fields were compared with a schema.
    public var validatedDocuments: Int { documents.count { $0.isValid != nil } }

    /// Documents with one status.
    ///
    /// - Parameter status: The status.
    /// - Returns: How many there are.
    public func count(of status: RecordStatus) -> Int { documents.count { $0.status == status } }
}
