import Foundation
import RectoPages

extension CheckRun {
    /// Compares vocabulary, special tokens and end tokens with the configuration.
    func tokenizer(of model: SurveyedModel, _ notes: inout [String]) throws {
        let plan = model.plan
        let file = plan.gguf == nil ? "tokenizer.json" : plan.location.lastPathComponent
        let path =
            plan.gguf == nil ? plan.location.appending(path: file).path(percentEncoded: false) : plan.configurationPath
        let tokenizer = try Tokenizer(checkpoint: plan.location)
        let size = model.network.decoder.configuration.vocabularySize
        var problems: [String] = []
        if tokenizer.vocabularySize > size {
            problems.append("its largest id is \(tokenizer.vocabularySize - 1) and vocab_size is \(size)")
        } else if tokenizer.vocabularySize < size {
            notes.append("\(size - tokenizer.vocabularySize) of \(size) places of the vocabulary have no token")
        }
        problems += imageTokenProblems(model, tokenizer)
        var failures = problems.map { ModelInputError.malformedFile(path: path, problem: $0) }
        // As generation does: a family's own code may name ends, too.
        let ends = try GenerationConfiguration(plan).ending(at: PromptBuilder(plan).endTokens)
        let absent = ends.endTokens.filter { $0 < 0 || $0 >= size || tokenizer.token(of: $0) == nil }
        if ends.endTokens.isEmpty {
            notes.append("no end token: text ends at the limit of tokens")
        } else if !absent.isEmpty {
            let stated = ends.statedEndTokens.isEmpty ? "config.json" : "generation_config.json"
            let source = plan.gguf == nil ? plan.location.appending(path: stated).path(percentEncoded: false) : path
            let ids = absent.sorted().map(String.init).joined(separator: ", ")
            let said = "it ends text at \(ids), which the tokenizer does not have"
            if absent.count == ends.endTokens.count {
                failures.append(.malformedFile(path: source, problem: said))
            } else {
                notes.append("\(source): \(said)")
            }
        }
        try refuse(failures)
    }

    private func imageTokenProblems(_ model: SurveyedModel, _ tokenizer: Tokenizer) -> [String] {
        guard let expected = model.network.imageTokenID else { return [] }
        var problems: [String] = []
        let found = tokenizer.id(of: imageMarker)
        if found != expected {
            let said = found.map { "\(imageMarker) has the id \($0)" } ?? "it has no token \(imageMarker)"
            problems.append("\(said) and config.json says that images stand at \(expected)")
        }
        for token in model.plan.family.promptForm.markers where tokenizer.id(of: token) == nil {
            problems.append("it has no token \(token), which stands around images")
        }
        return problems
    }

    /// Has image processor and prompt template make a prompt, and compares it with what the network would see.
    func processor(of model: SurveyedModel, _ notes: inout [String]) throws {
        let prompts = try PromptBuilder(model.plan)
        guard let token = model.network.imageTokenID, let tower = model.network.vision else {
            notes.append("a model of text alone")
            return
        }
        var request = GenerationRequest(
            parts: [.image(PixelImage(width: 64, height: 64, pixels: [UInt8](repeating: 255, count: 64 * 64 * 3)))]
        )
        request.template = .raw
        request.splitsImages = false
        let places = try prompts.tokenIDs(of: request).count { $0 == token }
        let views = prompts.images(of: request).flatMap { prompts.views(of: $0) }
        var problems: [any RectoError] = []
        let path =
            model.plan.gguf?.tower?.file.path
            ?? model.plan.location.appending(path: "preprocessor_config.json").path(percentEncoded: false)
        for view in views {
            do {
                _ = try tower.grid(of: view)
            } catch {
                problems.append(error)
            }
        }
        if places == 0 {
            problems.append(ModelInputError.malformedFile(path: path, problem: "an image takes no place in the prompt"))
        }
        if case .idefics3(let patchSize, _) = model.plan.family.promptForm, let view = views.first {
            // The positions of a tile are those of the whole tower, one for one.
            let (found, known) = (max(view.width, view.height) / patchSize, tower.nativeSide / patchSize)
            if found > known {
                let problem =
                    "tiles of \(view.width)×\(view.height) pixels are \(found) patches wide and image_size in config.json "
                    + "has \(known)"
                problems.append(ModelInputError.malformedFile(path: path, problem: problem))
            }
        }
        notes.append("an image in one view takes \(places) tokens")
        try refuse(problems)
    }
}

extension PromptForm {
    /// Tokens other than the image's that the family writes around images, and that must be one token each.
    var markers: [String] {
        switch self {
        case .idefics, .idefics2, .idefics3: ["<fake_token_around_image>"]
        case .llava, .text: []
        }
    }
}
