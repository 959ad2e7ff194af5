import Foundation

/// One place in a JSON file of a checkpoint folder; says in errors where in the file it stands.
struct CheckpointNode: Sendable {
    let value: ExactJSON
    let file: String
    let location: String

    /// Reads a JSON file.
    ///
    /// - Parameters:
    ///   - name: The file's name.
    ///   - folder: The checkpoint folder.
    /// - Throws: `ModelInputError` when the file is missing or is not JSON.
    init(reading name: String, in folder: URL) throws(ModelInputError) {
        file = folder.appending(path: name).path(percentEncoded: false)
        location = ""
        let bytes: [UInt8]
        do {
            bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
        } catch {
            throw .unreadableFile(path: file, reason: folder.appending(path: name).reasonUnreadable(error))
        }
        do {
            value = try ExactJSON(parsing: bytes)
        } catch {
            throw .malformedFile(path: file, problem: error.problem)
        }
    }

    /// Wraps a value that stands for a JSON file.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - file: The file's path, for messages.
    ///   - location: Where in the file it stands; empty for its root.
    init(value: ExactJSON, file: String, location: String = "") {
        self.value = value
        self.file = file
        self.location = location
    }

    /// Makes an error about this place.
    ///
    /// - Parameter problem: What is wrong.
    /// - Returns: The error.
    func malformed(_ problem: String) -> ModelInputError {
        .malformedFile(path: file, problem: location.isEmpty ? problem : "\(location) \(problem)")
    }

    /// Makes an error that refuses what this place asks for.
    ///
    /// - Parameter setting: What is asked for.
    /// - Returns: The error.
    func unsupported(_ setting: String) -> ModelInputError {
        .unsupportedSetting(path: file, setting: location.isEmpty ? setting : "\(setting) (in \(location))")
    }

    /// A member of an object; nil when it is absent or null.
    subscript(name: String) -> CheckpointNode? {
        guard case .object(let members) = value else { return nil }
        let key = Array(name.utf8)
        guard let member = members.last(where: { $0.key == key }) else { return nil }
        if case .null = member.value { return nil }
        return child(member.value, name)
    }

    private func child(_ value: ExactJSON, _ name: String) -> CheckpointNode {
        CheckpointNode(value: value, file: file, location: location.isEmpty ? name : "\(location).\(name)")
    }

    func required(_ name: String) throws(ModelInputError) -> CheckpointNode {
        guard let node = self[name] else { throw malformed("lacks \(name)") }
        return node
    }

    func elements() throws(ModelInputError) -> [CheckpointNode] {
        guard case .array(let values) = value else { throw malformed("is not a list") }
        return values.enumerated().map { child($0.element, String($0.offset)) }
    }

    func bytes() throws(ModelInputError) -> [UInt8] {
        guard case .string(let bytes) = value else { throw malformed("is not a string") }
        return bytes
    }

    func string() throws(ModelInputError) -> String {
        String(decoding: try bytes(), as: UTF8.self)
    }

    func number() throws(ModelInputError) -> Double {
        guard case .number(let number) = value, number.isFinite else { throw malformed("is not a number") }
        return number
    }

    func integer() throws(ModelInputError) -> Int {
        guard let integer = Int(exactly: try number()) else { throw malformed("is not a whole number") }
        return integer
    }

    func bool() throws(ModelInputError) -> Bool {
        guard case .bool(let bool) = value else { throw malformed("is not true or false") }
        return bool
    }

    func flag(_ name: String, default fallback: Bool) throws(ModelInputError) -> Bool {
        try self[name]?.bool() ?? fallback
    }

    /// The `type` of a tokenizer component.
    func type() throws(ModelInputError) -> String {
        try required("type").string()
    }

    /// The members of a component's `Sequence`, or the component itself.
    func sequence(of name: String) throws(ModelInputError) -> [CheckpointNode] {
        guard try type() == "Sequence" else { return [self] }
        var flat: [CheckpointNode] = []
        for element in try required(name).elements() { flat += try element.sequence(of: name) }
        return flat
    }
}
