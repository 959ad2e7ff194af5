import Foundation
import RectoPages
import RectoVLM
import Testing

/// Everything that comes before the network, on the tiny checkpoints of `Golden/models`.
@Suite struct PromptGoldenTests {
    private struct Configuration: Decodable {
        struct Perceiver: Decodable {
            let latents: Int

            enum CodingKeys: String, CodingKey {
                case latents = "resampler_n_latents"
            }
        }

        let family: String
        let perceiver: Perceiver?

        enum CodingKeys: String, CodingKey {
            case family = "model_type"
            case perceiver = "perceiver_config"
        }
    }

    /// `ModelGoldenTests` checks that none is missing.
    private static let models = (try? FileManager.default.contentsOfDirectory(atPath: GoldenModel.folder.path)) ?? []

    @Test(arguments: models)
    func promptAndViewsEqualTransformers(_ name: String) throws {
        let golden = try GoldenModel(name)
        let request = try golden.request()
        let tokenizer = try Tokenizer(folder: golden.folder)
        let data = try Data(contentsOf: golden.folder.appending(path: "config.json"))
        let configuration = try JSONDecoder().decode(Configuration.self, from: data)
        if configuration.family == "idefics3" || configuration.family == "smolvlm" {
            return try promptAndViewsOfIdefics3EqualTransformers(golden, data, tokenizer)
        }
        if configuration.family == "llava" {
            return try promptAndViewsOfLlavaEqualTransformers(golden, data, tokenizer)
        }
        if configuration.family == "idefics" {
            return try promptAndViewsOfIdeficsEqualTransformers(golden, tokenizer)
        }
        guard let latents = configuration.perceiver?.latents else {
            let prompt = try TextPromptTemplate(folder: golden.folder)
                .prompt(of: request.parts, template: .raw, tokenizer: tokenizer)
            #expect(prompt.tokenIDs == golden.integers("input_ids"))
            return
        }
        let processor = try Idefics2ImageProcessor(folder: golden.folder)
        var views: [PixelValues] = []
        var viewCounts: [Int] = []
        for part in request.parts {
            guard case .image(let image) = part else { continue }
            views += processor.views(of: image, splits: request.splitsImages)
            viewCounts.append(processor.viewCount(splits: request.splitsImages))
        }
        let prompt = try Idefics2PromptTemplate(folder: golden.folder, imageTokensPerView: latents)
            .prompt(of: request.parts, template: .raw, viewCounts: viewCounts, tokenizer: tokenizer)
        #expect(prompt.tokenIDs == golden.integers("input_ids"))
        #expect(views.count == golden.count(of: "image_features"))
        for (index, view) in views.enumerated() where golden.has("pixel_values.\(index)") {
            #expect(view.values == golden.floats("pixel_values.\(index)"), "view \(index)")
        }
    }

    private func promptAndViewsOfLlavaEqualTransformers(
        _ golden: GoldenModel,
        _ data: Data,
        _ tokenizer: Tokenizer
    ) throws {
        let request = try golden.request()
        let form = try JSONDecoder().decode(LlavaConfiguration.self, from: data).views
        let processor = try LlavaImageProcessor(folder: golden.folder)
        try processor.checkViews(fit: form)
        var views: [PixelValues] = []
        for part in request.parts {
            if case .image(let image) = part { views.append(processor.view(of: image)) }
        }
        let prompt = try LlavaPromptTemplate(folder: golden.folder, form: form, tokenizer: tokenizer)
            .prompt(of: request.parts, template: .raw, tokenizer: tokenizer)
        #expect(prompt.tokenIDs == golden.integers("input_ids"))
        #expect(views.count == golden.count(of: "image_features"))
        for (index, view) in views.enumerated() where golden.has("pixel_values.\(index)") {
            #expect(view.values == golden.floats("pixel_values.\(index)"), "view \(index)")
        }
    }

    private func promptAndViewsOfIdeficsEqualTransformers(_ golden: GoldenModel, _ tokenizer: Tokenizer) throws {
        let request = try golden.request()
        let processor = try LlavaImageProcessor(folder: golden.folder, defaultFamily: "Idefics")
        let views = request.parts.compactMap { part in
            if case .image(let image) = part { processor.view(of: image) } else { nil }
        }
        let prompt = try IdeficsPromptTemplate(folder: golden.folder, tokenizer: tokenizer)
            .prompt(of: request.parts, template: .raw, tokenizer: tokenizer)
        #expect(prompt.tokenIDs == golden.integers("input_ids"))
        #expect(views.count == golden.count(of: "image_features"))
        for (index, view) in views.enumerated() where golden.has("pixel_values.\(index)") {
            #expect(view.values == golden.floats("pixel_values.\(index)"), "view \(index)")
        }
    }

    private func promptAndViewsOfIdefics3EqualTransformers(
        _ golden: GoldenModel,
        _ data: Data,
        _ tokenizer: Tokenizer
    ) throws {
        let request = try golden.request()
        let configuration = try JSONDecoder().decode(Idefics3Configuration.self, from: data)
        let processor = try Idefics3ImageProcessor(folder: golden.folder)
        let count = try processor.imageTokensPerView(
            patchSize: configuration.vision.patchSize,
            scaleFactor: configuration.scaleFactor
        )
        var views: [PixelValues] = []
        var grids: [Idefics3ImageProcessor.TileGrid] = []
        for part in request.parts {
            guard case .image(let image) = part else { continue }
            views += processor.views(of: image, splits: request.splitsImages)
            grids.append(processor.grid(width: image.width, height: image.height, splits: request.splitsImages))
        }
        let prompt = try Idefics3PromptTemplate(folder: golden.folder, imageTokensPerView: count)
            .prompt(of: request.parts, template: .raw, grids: grids, tokenizer: tokenizer)
        #expect(prompt.tokenIDs == golden.integers("input_ids"))
        #expect(views.count == golden.count(of: "image_features"))
        for (index, view) in views.enumerated() where golden.has("pixel_values.\(index)") {
            #expect(view.values == golden.floats("pixel_values.\(index)"), "view \(index)")
        }
    }
}
