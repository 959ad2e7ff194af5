import Foundation

/// A checkpoint whose network was put together without reading a number: what it asks for, and what there is.
struct SurveyedModel {
    let plan: ModelPlan
    /// The tensors.
    let store: WeightStore
    /// The network's shape; it cannot compute.
    let network: any LanguageNetwork
    /// The shapes that were asked for, by canonical names.
    let shapes: [String: [Int]]
    /// What is missing or not as it was asked for.
    let problems: [VLMError]

    /// Surveys a checkpoint.
    ///
    /// - Parameters:
    ///   - plan: What its configuration calls for.
    ///   - adapters: What would be merged into the weights.
    /// - Throws: `VLMError` or `ModelInputError` when weights cannot be opened, or nothing fits at all.
    init(_ plan: ModelPlan, adapters: [ModelAdapter]) throws {
        let survey = WeightSurvey()
        let store = try plan.store(weights: nil, adapters: adapters)
        network = try plan.parts(in: store.surveyed(by: survey)).network
        self.plan = plan
        self.store = store
        shapes = survey.shapes
        problems = survey.problems
    }

    /// Tensors that the checkpoint holds and the network does not ask for, by canonical names.
    var unusedTensors: [String] {
        let used = Set(shapes.keys)
        let additions = Set(used.compactMap { WeightAliases.additions[$0] })
        return store.names.filter { !used.contains($0) && !additions.contains($0) }
    }

    /// Parameters of the network's parts, as far as they are there.
    var parameters: ModelOverview.Parameters {
        var result = ModelOverview.Parameters()
        for (name, shape) in shapes where store.has(name) {
            let count = shape.reduce(1, *)
            result.total += count
            let modules = Set(name.split(separator: "."))
            if name.hasPrefix(GlyphHead.name) {
                result.glyphHead += count
            } else if name.hasPrefix(CTCHead.name) {
                result.ctcHead += count
            } else if !modules.isDisjoint(with: ["vision_model", "vision_tower"]) {
                result.visionTower += count
            } else if !modules.isDisjoint(with: ["connector", "multi_modal_projector", "perceiver_resampler"]) {
                result.connector += count
            } else {
                result.decoder += count
            }
        }
        return result
    }

    /// How many tensors there are of each element type, the most frequent first.
    var elementTypes: [(name: String, count: Int)] {
        Dictionary(grouping: store.tensors.values, by: \.elementType)
            .map { ($0.key, $0.value.count) }
            .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }
}
