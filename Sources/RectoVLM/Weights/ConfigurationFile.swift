package import Foundation

/// A JSON file of a checkpoint folder; decoding errors become sentences that name the place.
package struct ConfigurationFile: Sendable {
    /// The file's path, for messages.
    package let path: String
    private let data: Data

    /// Reads a file.
    ///
    /// - Parameter file: The file.
    /// - Throws: `VLMError.unreadableFile`.
    package init(_ file: URL) throws(VLMError) {
        path = file.path(percentEncoded: false)
        do {
            data = try Data(contentsOf: file)
        } catch {
            throw .unreadableFile(path: path, reason: file.reasonUnreadable(error))
        }
    }

    /// Wraps what a file of another format says, written as JSON.
    ///
    /// - Parameters:
    ///   - path: The file's path, for messages.
    ///   - data: The JSON text.
    package init(path: String, data: Data) {
        self.path = path
        self.data = data
    }

    /// Decodes the file.
    ///
    /// - Parameter type: What it must hold.
    /// - Returns: The value.
    /// - Throws: `VLMError.malformedConfiguration`.
    package func decode<Value: Decodable>(_ type: Value.Type) throws(VLMError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw .malformedConfiguration(path: path, problem: Self.sentence(error))
        } catch {
            throw .malformedConfiguration(path: path, problem: error.localizedDescription)
        }
    }

    /// What JSON calls a type of Swift.
    private static func name(of type: Any.Type) -> String {
        switch "\(type)" {
        case "String": "a string"
        case "Bool": "true or false"
        case "Int": "an integer"
        case "Double", "Float": "a number"
        case let name where name.hasPrefix("Dictionary"): "an object"
        case let name where name.hasPrefix("Array"): "an array"
        case let name: name
        }
    }

    private static func sentence(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
            (context.codingPath + [last].compactMap(\.self)).map(\.stringValue).joined(separator: ".")
        }
        func subject(_ context: DecodingError.Context) -> String {
            context.codingPath.isEmpty ? "the file" : place(context)
        }
        switch error {
        case .keyNotFound(let key, let context): return "\(place(context, key)) is missing"
        case .typeMismatch(let type, let context): return "\(subject(context)) is not \(name(of: type))"
        case .valueNotFound(let type, let context): return "\(subject(context)) is null and not \(name(of: type))"
        case .dataCorrupted(let context):
            return context.codingPath.isEmpty ? "it is not JSON" : "\(place(context)): \(context.debugDescription)"
        @unknown default: return error.localizedDescription
        }
    }
}

extension URL {
    /// Why a file could not be read, as a part of a sentence.
    ///
    /// - Parameter error: What reading threw.
    /// - Returns: The reason.
    func reasonUnreadable(_ error: any Error) -> String {
        guard FileManager.default.fileExists(atPath: path(percentEncoded: false)) else { return "it is not there" }
        let isFolder = (try? resolvingSymlinksInPath().resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory
        if isFolder == true { return "it is a folder" }
        // Foundation says it in sentences of its own.
        let words = error.localizedDescription.replacingOccurrences(of: ". ", with: ": ")
        return words.hasSuffix(".") ? String(words.dropLast()) : words
    }
}
