public import RectoPages

/// Why a checkpoint cannot be loaded or a question cannot be answered by its network.
public enum VLMError: RectoError, Equatable {
    /// A file of the checkpoint folder cannot be read.
    case unreadableFile(path: String, reason: String)
    /// What lies at a path is no checkpoint at all.
    case notACheckpoint(path: String, reason: String)
    /// Several files could be meant where only one can be used; `option` is what names it.
    case ambiguousFiles(path: String, files: [String], option: String)
    /// A vision tower and a text model do not belong together.
    case foreignTower(path: String, model: String, reason: String)
    /// The index names a shard that is not there; `tensor` is the first, and `others` how many more it should hold.
    case missingShard(path: String, tensor: String, others: Int)
    /// A configuration file is not what it must be.
    case malformedConfiguration(path: String, problem: String)
    /// A configuration file asks for something that Recto does not do.
    case unsupportedSetting(path: String, setting: String)
    /// The checkpoint is of a family that Recto does not know.
    case unknownFamily(path: String, family: String)
    /// A safetensors file is damaged; `tensor` is nil when the damage concerns the whole file.
    case malformedSafetensors(path: String, tensor: String?, problem: String)
    /// A GGUF file is damaged; `tensor` is nil when the damage concerns the whole file.
    case malformedGGUF(path: String, tensor: String?, problem: String)
    /// The weights lack a tensor that the configuration calls for.
    case missingTensor(path: String, tensor: String)
    /// A tensor has another shape than the configuration calls for.
    case tensorShape(path: String, tensor: String, expected: [Int], found: [Int])
    /// A tensor that is needed has an element type that Recto does not compute with.
    case unsupportedElementType(path: String, tensor: String, elementType: String)
    /// The weights do not fit into memory.
    case insufficientMemory(path: String, neededBytes: Int, freeBytes: Int)
    /// The checkpoint was quantised to one type, and another is wanted.
    case quantizedAlready(path: String, weights: String, wanted: String)
    /// A checkpoint cannot be written.
    case unwritableCheckpoint(path: String, reason: String)
    /// The prompt has more tokens than the checkpoint has positions.
    case promptTooLong(tokens: Int, limit: Int)
    /// The prompt is empty.
    case emptyPrompt
    /// A token id lies outside the checkpoint's vocabulary.
    case tokenOutOfRange(id: Int, vocabularySize: Int)
    /// The prompt holds another number of image tokens than the images yield.
    case imageTokenCount(expected: Int, found: Int)
    /// A view is smaller than one patch.
    case viewTooSmall(width: Int, height: Int, patchSize: Int)
    /// A view is not of the one size that the tower reads; `expected` is the side of that in pixels.
    case viewSize(width: Int, height: Int, expected: Int)
    /// The patches of a view cannot be put together in blocks.
    case patchGrid(rows: Int, columns: Int, scaleFactor: Int)
    /// A view does not hold one value per pixel and channel.
    case pixelCount(expected: Int, found: Int)
    /// The network computed something that is not a number.
    case notFinite(path: String)
    /// A tensor holds an infinity or something that is no number; `place` counts its elements from 0.
    case notFiniteTensor(path: String, tensor: String, place: Int)
    /// The vocabulary lacks the bytes that a schema asks for; the text is what was written so far.
    case schemaNotWritable(text: String)
    /// A request wants the characters under patches, and the checkpoint declares nothing that could name them.
    case noGlyphHead(path: String)
    /// A request wants a line decoded jointly, and the checkpoint declares no head for it, or the prompt has not one view.
    case noJointDecoding(path: String, views: Int?)
    /// A trace cannot be written.
    case unwritableTrace(path: String, reason: String)

    /// Stable dotted identifier.
    public var code: String {
        switch self {
        case .unreadableFile: "model.file-unreadable"
        case .notACheckpoint: "model.not-a-checkpoint"
        case .ambiguousFiles: "model.files-ambiguous"
        case .foreignTower: "model.tower-foreign"
        case .missingShard: "model.shard-missing"
        case .malformedConfiguration: "model.configuration-malformed"
        case .unsupportedSetting: "model.setting-unsupported"
        case .unknownFamily: "model.family-unknown"
        case .malformedSafetensors: "model.safetensors-malformed"
        case .malformedGGUF: "model.gguf-malformed"
        case .missingTensor: "model.tensor-missing"
        case .tensorShape: "model.tensor-shape"
        case .unsupportedElementType: "model.element-type-unsupported"
        case .insufficientMemory: "model.memory-insufficient"
        case .quantizedAlready: "model.quantized-already"
        case .unwritableCheckpoint: "model.unwritable"
        case .promptTooLong: "prompt.too-long"
        case .emptyPrompt: "prompt.empty"
        case .tokenOutOfRange: "prompt.token-out-of-range"
        case .imageTokenCount: "prompt.image-token-count"
        case .viewTooSmall: "prompt.view-too-small"
        case .viewSize: "prompt.view-size"
        case .patchGrid: "prompt.patch-grid"
        case .pixelCount: "prompt.pixel-count"
        case .notFinite, .notFiniteTensor: "model.not-finite"
        case .schemaNotWritable: "model.schema-not-writable"
        case .noGlyphHead: "model.glyph-head-missing"
        case .noJointDecoding: "model.joint-decoding-impossible"
        case .unwritableTrace: "trace.unwritable"
        }
    }

    /// Whose fault it is.
    public var category: FailureCategory {
        switch self {
        case .insufficientMemory, .unwritableTrace, .unwritableCheckpoint: .environment
        default: .defect
        }
    }

    /// What was found and what was expected.
    public var facts: [String: String] {
        switch self {
        case .unreadableFile(let path, let reason), .unwritableTrace(let path, let reason),
            .notACheckpoint(let path, let reason):
            ["file": path, "reason": reason]
        case .ambiguousFiles(let path, let files, _): ["file": path, "found": files.joined(separator: ", ")]
        case .foreignTower(let path, let model, let reason): ["file": path, "model": model, "reason": reason]
        case .missingShard(let path, let tensor, let others):
            ["file": path, "tensor": tensor, "others": String(others)]
        case .malformedConfiguration(let path, let problem): ["file": path, "problem": problem]
        case .unsupportedSetting(let path, let setting): ["file": path, "setting": setting]
        case .unknownFamily(let path, let family): ["file": path, "family": family]
        case .malformedSafetensors(let path, let tensor, let problem),
            .malformedGGUF(let path, let tensor, let problem):
            ["file": path, "problem": problem].merging(tensor.map { ["tensor": $0] } ?? [:]) { first, _ in first }
        case .missingTensor(let path, let tensor): ["file": path, "tensor": tensor]
        case .tensorShape(let path, let tensor, let expected, let found):
            ["file": path, "tensor": tensor, "expected": "\(expected)", "found": "\(found)"]
        case .unsupportedElementType(let path, let tensor, let elementType):
            ["file": path, "tensor": tensor, "found": elementType, "expected": "F32, F16 or BF16"]
        case .insufficientMemory(let path, let needed, let free):
            ["file": path, "needed": String(needed), "free": String(free)]
        case .quantizedAlready(let path, let weights, let wanted):
            ["file": path, "found": weights, "expected": wanted]
        case .unwritableCheckpoint(let path, let reason): ["file": path, "reason": reason]
        case .promptTooLong(let tokens, let limit): ["tokens": String(tokens), "limit": String(limit)]
        case .emptyPrompt: [:]
        case .tokenOutOfRange(let id, let size): ["id": String(id), "vocabulary": String(size)]
        case .imageTokenCount(let expected, let found), .pixelCount(let expected, let found):
            ["expected": String(expected), "found": String(found)]
        case .viewTooSmall(let width, let height, let patchSize):
            ["width": String(width), "height": String(height), "patch": String(patchSize)]
        case .viewSize(let width, let height, let expected):
            ["width": String(width), "height": String(height), "expected": String(expected)]
        case .patchGrid(let rows, let columns, let scaleFactor):
            ["rows": String(rows), "columns": String(columns), "scale_factor": String(scaleFactor)]
        case .notFinite(let path), .noGlyphHead(let path): ["file": path]
        case .noJointDecoding(let path, let views):
            ["file": path].merging(views.map { ["views": String($0)] } ?? [:]) { old, _ in old }
        case .notFiniteTensor(let path, let tensor, let place):
            ["file": path, "tensor": tensor, "place": String(place)]
        case .schemaNotWritable(let text): ["text": text]
        }
    }

    /// One sentence that says what happened and what to do.
    public var description: String {
        switch self {
        case .unreadableFile(let path, let reason):
            "\(path) cannot be read (\(reason)); copy the whole checkpoint folder and check its permissions."
        case .notACheckpoint(let path, let reason):
            "\(path) is no checkpoint: \(reason); name a folder with config.json and *.safetensors, or a GGUF file."
        case .ambiguousFiles(let path, let files, let option):
            "\(path) leads to \(files.joined(separator: ", ")), of which only one can be used; name it with \(option)."
        case .foreignTower(let path, let model, let reason):
            "\(path) does not belong to \(model): \(reason); name the vision tower that was made with this text model, or none."
        case .missingShard(let path, let tensor, let others):
            "\(path) is missing, which by the index holds \(tensor)\(others > 0 ? " and \(others) more" : ""); "
                + "fetch the whole checkpoint."
        case .malformedConfiguration(let path, let problem):
            "\(path) is damaged or of another format: \(problem); fetch the checkpoint again."
        case .unsupportedSetting(let path, let setting):
            "\(path) asks for \(setting), which Recto does not do; use another checkpoint."
        case .unknownFamily(let path, let family):
            "\(path) names the model family \(family); Recto runs idefics, idefics2, idefics3, smolvlm, llava, mistral and llama."
        case .malformedSafetensors(let path, let tensor, let problem),
            .malformedGGUF(let path, let tensor, let problem):
            "\(path) is damaged\(tensor.map { " at tensor \($0)" } ?? ""): \(problem); fetch the checkpoint again."
        case .missingTensor(let path, let tensor):
            "\(path) lacks the tensor \(tensor), which its configuration calls for; fetch the whole checkpoint."
        case .tensorShape(let path, let tensor, let expected, let found):
            "\(path) holds \(tensor) with shape \(found) where its configuration calls for \(expected); "
                + "fetch configuration and weights of the same checkpoint."
        case .unsupportedElementType(let path, let tensor, let elementType):
            "\(path) holds \(tensor) as \(elementType); Recto reads F32, F16 and BF16, and in GGUF files "
                + "Q8_0, Q4_0, Q4_1, Q4_K, Q6_K and IQ4_NL, so convert the checkpoint."
        case .insufficientMemory(let path, let needed, let free):
            "\(path) needs \(gigabytes(needed)) GB of memory and \(gigabytes(free)) GB are free; "
                + "free some, or keep its weights in fewer bits (--weights q4_0, or recto models quantize)."
        case .unwritableCheckpoint(let path, let reason):
            "The checkpoint \(path) cannot be written: \(reason)."
        case .quantizedAlready(let path, let weights, let wanted):
            "\(path) was quantised to \(weights), which cannot become \(wanted); quantise the original folder again."
        case .promptTooLong(let tokens, let limit):
            "The prompt has \(tokens) tokens and the checkpoint reads \(limit); ask with fewer images or less text."
        case .emptyPrompt: "The prompt has no tokens; give it a text or an image."
        case .tokenOutOfRange(let id, let size):
            "The token id \(id) is outside the checkpoint's vocabulary of \(size); "
                + "tokenizer.json and config.json must belong to the same checkpoint."
        case .imageTokenCount(let expected, let found):
            "The prompt holds \(found) image tokens and its images yield \(expected); "
                + "tokenizer, processor_config.json and config.json must belong to the same checkpoint."
        case .viewTooSmall(let width, let height, let patchSize):
            "A view of \(width)×\(height) pixels holds no patch of \(patchSize)×\(patchSize); "
                + "raise size.shortest_edge in preprocessor_config.json."
        case .viewSize(let width, let height, let expected):
            "A view of \(width)×\(height) pixels is not the \(expected)×\(expected) that the tower reads; "
                + "preprocessor_config.json and vision_config.image_size in config.json must belong together."
        case .patchGrid(let rows, let columns, let scaleFactor):
            "A view of \(rows)×\(columns) patches has no whole blocks of \(scaleFactor)×\(scaleFactor); "
                + "max_image_size in preprocessor_config.json and scale_factor in config.json must belong together."
        case .pixelCount(let expected, let found):
            "A view holds \(found) values where its size calls for \(expected); hand over three channels per pixel."
        case .schemaNotWritable(let text):
            "No token of the checkpoint's vocabulary goes on with what the schema asks for after '\(text)'; "
                + "use a checkpoint whose tokenizer knows every byte, or a schema without such characters."
        case .notFinite(let path):
            "The network of \(path) computed values that are not numbers; its weights are damaged, fetch them again."
        case .notFiniteTensor(let path, let tensor, let place):
            "\(path) holds \(tensor) with an element (the one at \(place)) that is not a finite number; "
                + "its weights are damaged, fetch them again."
        case .noGlyphHead(let path):
            "\(path) cannot name the characters under its patches: its recto.json declares no glyph_head, which the tensors "
                + "recto.glyph_head.weight and recto.glyph_head.bias would be; ask without, or use a checkpoint that has it."
        case .noJointDecoding(let path, nil):
            "\(path) cannot decode lines jointly: its recto.json declares no ctc_head, which the tensors recto.ctc_head.weight and "
                + "recto.ctc_head.bias would be; ask without, or use a checkpoint that has it."
        case .noJointDecoding(let path, let views?):
            "\(path) decodes lines jointly from one view; the prompt has \(views): give one image that is not split, or ask without."
        case .unwritableTrace(let path, let reason):
            "The trace \(path) cannot be written (\(reason)); choose a folder that exists and has space."
        }
    }
}

private func gigabytes(_ bytes: Int) -> String {
    let tenths = (bytes + 50_000_000) / 100_000_000
    return "\(tenths / 10).\(tenths % 10)"
}
