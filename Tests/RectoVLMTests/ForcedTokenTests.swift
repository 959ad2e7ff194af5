import Foundation
import RectoSchema
import RectoVLM
import Testing

/// How much of an answer costs no step of the real 135M language model; runs where `RECTO_SMOLLM2` names its folder.
struct ForcedTokenTests {
    private static let invoice = """
        Harbour Lane Supplies, 14 Harbour Lane, Bristol BS1 5TY

        INVOICE
        Invoice number: HL-20417          Bill to Northfield Joinery
        Invoice date: 14 March 2025       3 Mill Street
        Due date: 13 April 2025           Leeds LS2 7EW
        Customer number: C-3308

        Subtotal: 433.50
        Tax: 86.70
        Total: 520.20
        Currency: GBP

        The invoice as JSON:

        """
    private static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "invoice_number": ["type": "string", "maxLength": 20],
            "invoice_date": ["type": "string", "format": "date"],
            "due_date": ["type": "string", "format": "date"],
            "customer_number": ["type": "string", "maxLength": 20],
            "currency": ["enum": ["EUR", "USD", "GBP", "CHF"]],
            "subtotal": [
                "type": "number", "multipleOf": .decimal(0.01, decimals: 2), "minimum": 0, "maximum": 1_000_000,
            ],
            "tax": ["type": "number", "multipleOf": .decimal(0.01, decimals: 2), "minimum": 0, "maximum": 1_000_000],
            "total": ["type": "number", "multipleOf": .decimal(0.01, decimals: 2), "minimum": 0, "maximum": 1_000_000],
        ],
        "required": [
            "invoice_number", "invoice_date", "due_date", "customer_number", "currency", "subtotal", "tax", "total",
        ],
        "additionalProperties": false,
    ]

    @Test(.enabled(if: ProcessInfo.processInfo.environment["RECTO_SMOLLM2"] != nil))
    func ofAnInvoicesAnswerFourTokensInTenCostNoStep() async throws {
        let folder = try #require(ProcessInfo.processInfo.environment["RECTO_SMOLLM2"])
        let schema = try JSONSchema(source: Self.schema)
        var request = GenerationRequest(parts: [.text(Self.invoice)])
        request.template = .raw
        request.maximumTokens = 400
        request.schema = try ResponseSchema(schema)
        let engine = try InferenceEngine(folder: URL(filePath: folder), threads: 2)
        let answer = try await engine.generate([request])[0]
        #expect(answer.stopReason == .endOfSequence)
        #expect(schema.validate(try JSONParser().parse(answer.text)).isEmpty, "\(answer.text)")
        let share = Double(answer.forcedTokenCount) / Double(answer.tokenIDs.count)
        #expect(share >= 0.4, "\(answer.forcedTokenCount) of \(answer.tokenIDs.count): \(answer.text)")
    }
}
