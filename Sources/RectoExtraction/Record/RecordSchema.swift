extension Record {
    /// `record.schema.json`: the record's form as a JSON Schema (2020-12), as `recto schema record` prints it.
    ///
    /// The schema's `$id` carries the version; a change of the form changes both.
    public static let schema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "urn:recto:record:1.0",
          "title": "Recto record",
          "description": "What Recto read in a document, where it stands, and what went wrong. In a record that did not fail, whatever of fields does not satisfy the pipeline's schema is named by an error; without an extraction.* error fields satisfies it. Outside run, the same input, model and pipeline give the same bytes.",
          "type": "object",
          "properties": {
            "recto": {"const": "1.0", "description": "Version of this form."},
            "id": {"type": "string", "minLength": 1, "description": "Beginnings of the digests of source, pipeline and model; the same document read the same way has the same id."},
            "status": {"enum": ["complete", "partial", "failed"], "description": "complete: every page was read and there are no errors. partial: something was read and something went wrong. failed: no page was read, or no field because of an error that concerns the whole document."},
            "source": {
              "type": "object",
              "properties": {
                "name": {"type": "string", "description": "The file's name without folders."},
                "path": {"type": "string", "description": "The path as it was given."},
                "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "bytes": {"type": "integer", "minimum": 0},
                "pages": {"type": "integer", "minimum": 0, "description": "0 when the document could not be opened."}
              },
              "required": ["name", "path", "sha256", "bytes", "pages"],
              "additionalProperties": false
            },
            "pipeline": {
              "type": "object",
              "properties": {
                "name": {"type": "string"},
                "version": {"type": "integer", "minimum": 1},
                "digest": {"type": "string"}
              },
              "required": ["name", "version", "digest"],
              "additionalProperties": false
            },
            "model": {
              "type": ["object", "null"],
              "description": "null when the pipeline needs no model or it could not be loaded.",
              "properties": {
                "name": {"type": "string"},
                "family": {"type": "string"},
                "digest": {"type": "string"},
                "weights": {"type": "string"}
              },
              "required": ["name", "family", "digest", "weights"],
              "additionalProperties": false
            },
            "fields": {"type": "object", "description": "What the pipeline's schema describes."},
            "evidence": {
              "type": "object",
              "description": "Where each value stands; the keys are JSON Pointers into fields.",
              "additionalProperties": {"type": "array", "items": {"$ref": "#/$defs/evidence"}}
            },
            "confidence": {
              "type": "object",
              "description": "How sure Recto is of each value; the keys are JSON Pointers into fields.",
              "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1}
            },
            "conflicts": {
              "type": "array",
              "description": "Fields for which different values were read, each convincing by itself, and what became of them.",
              "items": {"$ref": "#/$defs/conflict"}
            },
            "pages": {
              "type": "array",
              "description": "One entry for each page of the document, in order.",
              "items": {"$ref": "#/$defs/page"}
            },
            "errors": {
              "type": "array",
              "description": "Everything that went wrong, the pages' errors included.",
              "items": {"$ref": "#/$defs/error"}
            },
            "run": {"type": "object", "description": "Everything that differs between two runs: times, host, durations."}
          },
          "required": ["recto", "id", "status", "source", "pipeline", "model", "fields", "evidence", "confidence", "conflicts", "pages", "errors", "run"],
          "additionalProperties": false,
          "$defs": {
            "box": {
              "type": ["array", "null"],
              "description": "x0, y0, x1, y1 in PDF points, origin at the top left of the page as seen.",
              "items": {"type": "number"},
              "minItems": 4,
              "maxItems": 4
            },
            "evidence": {
              "type": "object",
              "properties": {
                "page": {"type": "integer", "minimum": 1},
                "box": {"$ref": "#/$defs/box"},
                "quote": {"type": "string", "description": "What stands there: the text layer's words, else what the model read."},
                "match": {"enum": ["exact", "fuzzy", "vision", "none"], "description": "exact: the text layer says the same. fuzzy: nearly the same, or the same in another notation. vision: only the model saw it; the box is the tile that it read, or the part of it. none: not found; the box is null."},
                "distance": {"type": "integer", "minimum": 0, "description": "Only for fuzzy: the characters that are inserted, removed or replaced between what was read and the quote, white space, letter case and accents apart; 0 where only the notation differs, as in 1.234,50 and 1234.50 or in two forms of one date."},
                "located": {"enum": ["glyphs", "proportion", "re-reading", "tile"], "description": "Only where match is vision: how the box came about. glyphs: the model's tower named the value's characters there, to within a patch. proportion: by the share of the tile's characters before and in the value. re-reading: this part of what the model had looked at answered the same when it was asked alone. tile: the whole tile, or the tiles that were looked at together."}
              },
              "required": ["page", "box", "quote", "match"],
              "additionalProperties": false
            },
            "conflict": {
              "type": "object",
              "properties": {
                "pointer": {"type": "string", "description": "The field, as a JSON Pointer into fields."},
                "policy": {"enum": ["best", "first", "must-agree"], "description": "What decided: the merge policy of the field or list, else the pipeline's."},
                "candidates": {
                  "type": "array",
                  "minItems": 2,
                  "items": {
                    "type": "object",
                    "properties": {
                      "value": {"description": "The value as the pipeline's schema wants it."},
                      "chosen": {"type": "boolean", "description": "Whether it stands in fields."},
                      "confidence": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
                      "evidence": {"type": "array", "items": {"$ref": "#/$defs/evidence"}}
                    },
                    "required": ["value", "chosen", "confidence", "evidence"],
                    "additionalProperties": false
                  }
                }
              },
              "required": ["pointer", "policy", "candidates"],
              "additionalProperties": false
            },
            "tile": {
              "type": "object",
              "properties": {
                "index": {"type": "integer", "minimum": 0},
                "role": {"enum": ["whole", "crop", "line"]},
                "row": {"type": "integer", "minimum": 0},
                "box": {"$ref": "#/$defs/box"}
              },
              "required": ["index", "role", "row", "box"],
              "additionalProperties": false
            },
            "page": {
              "type": "object",
              "properties": {
                "page": {"type": "integer", "minimum": 1},
                "status": {"enum": ["complete", "failed", "skipped"]},
                "size": {
                  "type": ["array", "null"],
                  "description": "Width and height as seen, in points; null when the page could not be rasterized.",
                  "items": {"type": "number", "minimum": 0},
                  "minItems": 2,
                  "maxItems": 2
                },
                "tiles": {"type": "array", "items": {"$ref": "#/$defs/tile"}},
                "error": {
                  "type": ["object", "null"],
                  "description": "Why the page failed or was skipped; the same entry stands in errors.",
                  "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
                  "required": ["code", "message"]
                }
              },
              "required": ["page", "status", "size", "tiles", "error"],
              "additionalProperties": false
            },
            "error": {
              "type": "object",
              "properties": {
                "code": {"type": "string", "description": "Stable dotted identifier, for example document.encrypted."},
                "message": {"type": "string"},
                "page": {"type": ["integer", "null"], "minimum": 1},
                "stage": {"type": ["string", "null"]},
                "retryable": {"type": "boolean"}
              },
              "required": ["code", "message", "page", "stage", "retryable"],
              "additionalProperties": false
            }
          }
        }
        """
}
