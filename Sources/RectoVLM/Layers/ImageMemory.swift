/// The keys and values of one image, for each block of a decoder that looks at images.
///
/// They are made once, whatever number of tokens looks at them, and are shared by all sequences that hold the image. They take
/// 2 · blocks · states · width · 4 bytes (2 where weights are of reduced precision): 16.8 MB an image of idefics-9b (8 blocks, 64
/// states, 4096 features), 83.9 MB of idefics-80b (20 blocks, 8192 features), half of it with packed weights.
struct ImageMemory: Sendable {
    /// Block by block.
    let blocks: [AttentionKernel.Memory]
}

/// Consecutive rows of a batch that look at the same image.
struct ImageSight: Sendable {
    let rows: Range<Int>
    let image: ImageMemory
}

/// What a decoder looks at of one image.
struct ImageStates: Sendable, Hashable {
    /// Rows of features.
    let count: Int
    /// Features of a row.
    let width: Int
}

/// The images of one sequence, and which of them its tokens look at.
///
/// A token of the prompt looks at the image that stands last up to it, as `image_attention_mask_for_packed_input_ids` of
/// transformers has it: the marker of an image at the image itself, the token that ends a text still at what stood before it,
/// those behind it at none until the next image. Whatever is generated looks where the prompt's last token looked, as `generate`
/// repeats the last row of the mask.
package struct SeenImages: Sendable {
    /// The tokens that change what is looked at.
    package struct Rule: Sendable, Hashable {
        let imageToken: Int
        let textEnd: Int?

        /// Names the tokens.
        ///
        /// - Parameters:
        ///   - imageToken: Stands for an image.
        ///   - textEnd: Ends a text; nil for none.
        package init(imageToken: Int, textEnd: Int?) {
            self.imageToken = imageToken
            self.textEnd = textEnd
        }
    }

    private var images: [ImageMemory] = []
    /// Images whose markers were read.
    private var markerCount = 0
    private var textHasEnded = false
    /// The place of the image that the newest token looks at.
    private var newest: Int?

    /// Begins a sequence without images.
    package init() {}

    /// Takes over images whose markers are about to be read.
    ///
    /// - Parameter more: The images in order.
    mutating func append(_ more: [ImageMemory]) { images += more }

    /// Looks at one image from now on, without a marker.
    ///
    /// - Parameter image: The image.
    mutating func look(at image: ImageMemory) {
        images.append(image)
        newest = images.count - 1
    }

    /// Reads tokens of the prompt and then generated ones.
    ///
    /// - Parameters:
    ///   - ids: The tokens.
    ///   - promptCount: How many of them belong to the prompt.
    ///   - rule: The tokens that change what is looked at.
    /// - Returns: For each token the place of the image that it looks at; nil for none.
    package mutating func read(_ ids: [Int], promptCount: Int, _ rule: Rule) -> [Int?] {
        var places: [Int?] = []
        for id in ids.prefix(promptCount) {
            newest = place(of: id, rule)
            places.append(newest)
        }
        return places + Array(repeating: newest, count: ids.count - places.count)
    }

    private mutating func place(of id: Int, _ rule: Rule) -> Int? {
        if id == rule.imageToken {
            markerCount += 1
            textHasEnded = false
        }
        let place = textHasEnded || markerCount == 0 ? nil : markerCount - 1
        if id == rule.textEnd { textHasEnded = true }
        return place
    }

    /// Joins tokens that look at the same image.
    ///
    /// - Parameters:
    ///   - places: The places of the images that consecutive tokens look at.
    ///   - start: The row of the first.
    /// - Returns: The rows that look at an image, and the image.
    func sights(_ places: [Int?], at start: Int) -> [ImageSight] {
        var sights: [ImageSight] = []
        var first = 0
        for index in places.indices where index + 1 == places.count || places[index + 1] != places[index] {
            if let place = places[index], place < images.count {
                sights.append(ImageSight(rows: start + first..<start + index + 1, image: images[place]))
            }
            first = index + 1
        }
        return sights
    }
}

/// The memories of the images of several sequences, found by the images' features.
struct ImageMemories: Sendable {
    private var known: [ObjectIdentifier: ImageMemory] = [:]

    /// Makes the memory of each image once.
    ///
    /// - Parameters:
    ///   - features: The features of images, some of them several times; they must live as long as this does.
    ///   - attention: The blocks that look at images; nil where there are none.
    /// - Throws: `CancellationError` when the task was cancelled.
    init(of features: [Tensor], in attention: CrossAttention?) throws {
        guard let attention else { return }
        var different: [Tensor] = []
        var seen: Set<ObjectIdentifier> = []
        for image in features where seen.insert(ObjectIdentifier(image.storage)).inserted { different.append(image) }
        for (image, memory) in zip(different, try attention.memories(of: different)) {
            known[ObjectIdentifier(image.storage)] = memory
        }
    }

    /// The memory of an image; nil where nothing looks at images.
    subscript(features: Tensor) -> ImageMemory? { known[ObjectIdentifier(features.storage)] }
}
