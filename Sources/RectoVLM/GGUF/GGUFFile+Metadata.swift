extension GGUFFile {
    /// A whole number of the metadata.
    ///
    /// - Parameter key: Its key.
    /// - Returns: The number; nil when it is absent.
    /// - Throws: `VLMError.malformedGGUF` when there is something else.
    func integer(_ key: String) throws(VLMError) -> Int? {
        switch metadata[key] {
        case nil: return nil
        case .integer(let number): return number
        default: throw malformed("its \(key) is not a whole number")
        }
    }

    /// A whole number of the metadata that must be there.
    func required(_ key: String) throws(VLMError) -> Int {
        guard let number = try integer(key) else { throw malformed("it lacks \(key)") }
        return number
    }

    /// A number of the metadata; nil when it is absent.
    func number(_ key: String) throws(VLMError) -> Double? {
        switch metadata[key] {
        case nil: return nil
        case .float(let number) where number.isFinite: return number
        case .integer(let number): return Double(number)
        default: throw malformed("its \(key) is not a number")
        }
    }

    /// True or false; nil when it is absent.
    func bool(_ key: String) throws(VLMError) -> Bool? {
        switch metadata[key] {
        case nil: return nil
        case .bool(let value): return value
        default: throw malformed("its \(key) is neither true nor false")
        }
    }

    /// A text; nil when it is absent.
    func string(_ key: String) throws(VLMError) -> String? {
        switch metadata[key] {
        case nil: return nil
        case .string(let bytes): return String(decoding: bytes, as: UTF8.self)
        default: throw malformed("its \(key) is not a text")
        }
    }

    /// A list of texts; nil when it is absent.
    func strings(_ key: String) throws(VLMError) -> [[UInt8]]? {
        switch metadata[key] {
        case nil: return nil
        case .strings(let strings): return strings
        default: throw malformed("its \(key) is not a list of texts")
        }
    }

    /// A list of whole numbers; nil when it is absent.
    func integers(_ key: String) throws(VLMError) -> [Int]? {
        switch metadata[key] {
        case nil: return nil
        case .integers(let numbers): return numbers
        default: throw malformed("its \(key) is not a list of whole numbers")
        }
    }

    /// A list of numbers; nil when it is absent.
    func numbers(_ key: String) throws(VLMError) -> [Double]? {
        switch metadata[key] {
        case nil: return nil
        case .floats(let numbers): return numbers
        default: throw malformed("its \(key) is not a list of numbers")
        }
    }

    /// Makes an error about this file.
    ///
    /// - Parameter problem: What is wrong with it.
    /// - Returns: The error.
    func malformed(_ problem: String) -> VLMError { .malformedGGUF(path: path, tensor: nil, problem: problem) }

    /// Makes an error that refuses what this file asks for.
    ///
    /// - Parameter setting: What is asked for.
    /// - Returns: The error.
    func unsupported(_ setting: String) -> VLMError { .unsupportedSetting(path: path, setting: setting) }
}
