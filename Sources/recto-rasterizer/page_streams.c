#define _GNU_SOURCE
#include "page_streams.h"

#include "complaints.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

enum { DEEPEST_NESTING = 48, LARGEST_CAIRO_SIDE = 32767, LONGEST_PADDING = 4096 };

struct walk {
    const struct pdf_objects *objects;
    unsigned char *is_visited; // by object number
    size_t bytes_left;         // that may still be inflated
};

// Entries that lead away from what the page draws.
static const char *const ignored_keys[] = {
    "Parent", "P", "Dest", "A", "AA", "Metadata", "PieceInfo", "Thumb", "B", "Popup", "IRT", "StructParents", "OC",
};

static bool is_ignored(struct span name) {
    for (size_t i = 0; i < sizeof ignored_keys / sizeof ignored_keys[0]; i++) {
        if (pdf_is_name(name, ignored_keys[i])) {
            return true;
        }
    }
    return false;
}

// Inflates to nowhere; returns how many bytes came out, and whether the data are whole and their checksum right.
static size_t inflate_checked(struct walk *walk, struct span packed, bool *is_intact) {
    static unsigned char nowhere[1 << 16];
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)packed.start, .avail_in = (uInt)(packed.end - packed.start)};
    *is_intact = true;
    if (inflateInit(&stream) != Z_OK) {
        return 0;
    }
    int status = Z_OK;
    while (status == Z_OK && stream.total_out < walk->bytes_left) {
        stream.next_out = nowhere;
        stream.avail_out = sizeof nowhere;
        status = inflate(&stream, Z_NO_FLUSH);
    }
    // An end that is missing altogether poppler reports itself.
    *is_intact = status != Z_DATA_ERROR;
    walk->bytes_left -= MIN(walk->bytes_left, stream.total_out);
    size_t total = stream.total_out;
    inflateEnd(&stream);
    return total;
}

static long integer_of(const struct walk *walk, struct span dictionary, const char *key) {
    long number = 0;
    struct span value = pdf_objects_resolve(walk->objects, pdf_find(dictionary, key));
    const char *at = value.start;
    return value.start < value.end && pdf_read_integer(&at, value.end, &number) ? number : 0;
}

// How many bytes an image of a plain colour space needs; 0 when that is not plain to see.
static size_t bytes_needed(const struct walk *walk, struct span dictionary) {
    struct span space = pdf_objects_resolve(walk->objects, pdf_find(dictionary, "ColorSpace"));
    struct span parameters = pdf_find(dictionary, "DecodeParms");
    size_t channels = pdf_is_name(space, "DeviceGray") ? 1
                      : pdf_is_name(space, "DeviceRGB") ? 3
                      : pdf_is_name(space, "DeviceCMYK") ? 4 : 0;
    if (parameters.start < parameters.end) {
        return 0; // rows are predicted from others and have a byte more
    }
    size_t bits = (size_t)integer_of(walk, dictionary, "Width") * channels
                  * (size_t)integer_of(walk, dictionary, "BitsPerComponent");
    return (bits + 7) / 8 * (size_t)integer_of(walk, dictionary, "Height");
}

// Whether a JPEG stream has the marker that ends it; padding may follow.
static bool has_jpeg_end(struct span bytes) {
    size_t count = MIN((size_t)(bytes.end - bytes.start), (size_t)LONGEST_PADDING);
    return memmem(bytes.end - count, count, "\xFF\xD9", 2) != NULL;
}

static void check_stream(struct walk *walk, struct span dictionary, struct span bytes) {
    struct span filter = pdf_objects_resolve(walk->objects, pdf_find(dictionary, "Filter"));
    bool has_filter = filter.start < filter.end;
    bool is_deflated = pdf_is_name(filter, "FlateDecode") || pdf_is_name(filter, "Fl");
    bool is_image = pdf_is_name(pdf_find(dictionary, "Subtype"), "Image");
    bool is_intact = true;
    size_t count = is_deflated ? inflate_checked(walk, bytes, &is_intact) : (size_t)(bytes.end - bytes.start);
    if (!is_intact) {
        complaints_add("a compressed stream of the page is damaged: its checksum is wrong");
        return;
    }
    if (!is_image) {
        return;
    }
    long width = integer_of(walk, dictionary, "Width"), height = integer_of(walk, dictionary, "Height");
    if (MAX(width, height) > LARGEST_CAIRO_SIDE) {
        char *text = g_strdup_printf("an image of %ld x %ld pixels is too large to be drawn", width, height);
        complaints_add(text);
        g_free(text);
    }
    if ((pdf_is_name(filter, "DCTDecode") || pdf_is_name(filter, "DCT")) && !has_jpeg_end(bytes)) {
        complaints_add("the data of an image end early");
    }
    bool is_readable = !has_filter || (is_deflated && walk->bytes_left > 0);
    if (is_readable && count < bytes_needed(walk, dictionary)) {
        complaints_add("the data of an image end early");
    }
}

static void visit(struct walk *walk, struct span value, int depth);

static void visit_items(struct walk *walk, struct span value, bool is_dictionary, int depth) {
    const char *at = pdf_skip_space(value.start + (is_dictionary ? 2 : 1), value.end);
    while (at < value.end && *at != (is_dictionary ? '>' : ']')) {
        struct span key = {at, at};
        if (is_dictionary) {
            key.end = pdf_skip_value(at, value.end);
            at = pdf_skip_space(key.end, value.end);
        }
        struct span item = {at, pdf_skip_value(at, value.end)};
        if (item.end <= at) {
            return;
        }
        if (!is_dictionary || !is_ignored(key)) {
            visit(walk, item, depth + 1);
        }
        at = pdf_skip_space(item.end, value.end);
    }
}

static void visit(struct walk *walk, struct span value, int depth) {
    long number;
    if (depth > DEEPEST_NESTING) {
        return;
    }
    if (pdf_read_reference(value, &number)) {
        if (number >= walk->objects->count || walk->is_visited[number]) {
            return;
        }
        walk->is_visited[number] = 1;
        value = walk->objects->values[number];
        struct span stream = pdf_objects_stream(walk->objects, value);
        if (stream.start < stream.end) {
            check_stream(walk, value, stream);
        }
    }
    if (value.end - value.start >= 2 && value.start[0] == '<' && value.start[1] == '<') {
        visit_items(walk, value, true, depth);
    } else if (value.start < value.end && *value.start == '[') {
        visit_items(walk, value, false, depth);
    }
}

void page_streams_check(const struct page_dictionary *dictionary) {
    if (dictionary->page.start == NULL || dictionary->objects.is_encrypted) {
        return;
    }
    struct walk walk = {
        .objects = &dictionary->objects,
        .is_visited = g_malloc0((gsize)MAX(dictionary->objects.count, 1)),
        .bytes_left = (size_t)128 << 20,
    };
    visit(&walk, dictionary->page, 0);
    visit(&walk, dictionary->resources, 0);
    if (walk.bytes_left == 0) {
        complaints_add("the streams of the page hold more than 128 MiB: not all were checked for damage");
    }
    g_free(walk.is_visited);
}
