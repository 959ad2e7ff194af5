#define _GNU_SOURCE
#include "pdf_objects.h"

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    HIGHEST_OBJECT = 2000000,
    LONGEST_VALUE = 4 << 20,
    LARGEST_OBJECT_STREAM = 64 << 20,
    MOST_REFERENCES = 16,
};

static void remember(struct pdf_objects *objects, long number, struct span value) {
    if (number >= HIGHEST_OBJECT) {
        return;
    }
    if (number >= objects->count) {
        long grown = MAX(number + 1, objects->count * 2);
        objects->values = g_renew(struct span, objects->values, grown);
        memset(objects->values + objects->count, 0, (size_t)(grown - objects->count) * sizeof(struct span));
        objects->count = grown;
    }
    objects->values[number] = value;
}

struct span pdf_objects_resolve(const struct pdf_objects *objects, struct span value) {
    long number;
    for (int i = 0; i < MOST_REFERENCES && pdf_read_reference(value, &number); i++) {
        if (number >= objects->count) {
            return (struct span){NULL, NULL};
        }
        value = objects->values[number];
    }
    return value;
}

// Inflates into a new buffer; what comes before an error is kept.
static struct span inflate_stream(struct span packed) {
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)packed.start, .avail_in = (uInt)(packed.end - packed.start)};
    if (inflateInit(&stream) != Z_OK) {
        return (struct span){NULL, NULL};
    }
    size_t capacity = 1 << 16;
    char *bytes = g_malloc(capacity);
    int status = Z_OK;
    while (status == Z_OK && stream.total_out < LARGEST_OBJECT_STREAM) {
        if (stream.total_out == capacity) {
            capacity *= 2;
            bytes = g_realloc(bytes, capacity);
        }
        stream.next_out = (Bytef *)bytes + stream.total_out;
        stream.avail_out = (uInt)(capacity - stream.total_out);
        status = inflate(&stream, Z_NO_FLUSH);
    }
    struct span result = {bytes, bytes + stream.total_out};
    inflateEnd(&stream);
    return result;
}

// Object streams hold pairs of number and offset, then the objects.
static void remember_object_stream(struct pdf_objects *objects, struct span dictionary, struct span packed) {
    long count, first;
    struct span filter = pdf_find(dictionary, "Filter");
    const char *count_at = pdf_find(dictionary, "N").start, *first_at = pdf_find(dictionary, "First").start;
    if (!pdf_read_integer(&count_at, dictionary.end, &count) || !pdf_read_integer(&first_at, dictionary.end, &first)) {
        return;
    }
    bool is_deflated = filter.start < filter.end && memmem(filter.start, (size_t)(filter.end - filter.start), "/Fl", 3);
    struct span bytes = is_deflated ? inflate_stream(packed) : packed;
    if (first > bytes.end - bytes.start) {
        return;
    }
    const char *pair = bytes.start, *pairs_end = bytes.start + first;
    for (long i = 0; i < count; i++) {
        long number, offset;
        if (!pdf_read_integer(&pair, pairs_end, &number) || !pdf_read_integer(&pair, pairs_end, &offset)
            || offset >= bytes.end - pairs_end) {
            return;
        }
        const char *value = pdf_skip_space(pairs_end + offset, bytes.end);
        remember(objects, number, (struct span){value, pdf_skip_value(value, bytes.end)});
    }
}

// The bytes of the stream behind a dictionary, or an empty span when there is none.
static struct span stream_behind(struct span dictionary, const char *file_end) {
    const char *at = pdf_skip_space(dictionary.end, file_end);
    const struct span none = {dictionary.end, dictionary.end};
    if (file_end - at < 8 || memcmp(at, "stream", 6) != 0) {
        return none;
    }
    at += 6;
    at += at < file_end && *at == '\r';
    at += at < file_end && *at == '\n';
    long length = 0;
    struct span declared = pdf_find(dictionary, "Length");
    long ignored;
    const char *digits = declared.start;
    if (!pdf_read_reference(declared, &ignored) && pdf_read_integer(&digits, declared.end, &length)
        && length <= file_end - at) {
        const char *close = pdf_skip_space(at + length, file_end);
        if (file_end - close >= 9 && memcmp(close, "endstream", 9) == 0) {
            return (struct span){at, at + length};
        }
    }
    const char *close = memmem(at, (size_t)(file_end - at), "endstream", 9);
    return (struct span){at, close != NULL ? close : file_end};
}

// Finds the number before `N G obj`; -1 when the letters stand for something else.
static long number_before(const char *file_start, const char *keyword) {
    const char *at = keyword;
    for (int part = 0; part < 2; part++) {
        const char *before = at;
        while (at > file_start && (at[-1] == ' ' || at[-1] == '\n' || at[-1] == '\r' || at[-1] == '\t')) {
            at--;
        }
        if (part == 1 && at == before) {
            return -1; // one number only
        }
        before = at;
        while (at > file_start && at[-1] >= '0' && at[-1] <= '9') {
            at--;
        }
        if (at == before) {
            return -1;
        }
    }
    long number;
    return pdf_read_integer(&at, keyword, &number) ? number : -1;
}

static void note_trailer(struct pdf_objects *objects, struct span dictionary) {
    struct span root = pdf_find(dictionary, "Root");
    if (root.start < root.end) {
        objects->root = root;
    }
    struct span encryption = pdf_find(dictionary, "Encrypt");
    objects->is_encrypted = objects->is_encrypted || encryption.start < encryption.end;
}

static void scan_trailers(struct pdf_objects *objects, struct span file) {
    for (const char *at = file.start; at < file.end;) {
        at = memmem(at, (size_t)(file.end - at), "trailer", 7);
        if (at == NULL) {
            return;
        }
        at += 7;
        note_trailer(objects, (struct span){at, at + MIN(file.end - at, LONGEST_VALUE)});
    }
}

struct pdf_objects pdf_objects_scan(struct span file) {
    struct pdf_objects objects = {.file = file};
    const char *at = file.start;
    while (at < file.end && (at = memmem(at, (size_t)(file.end - at), "obj", 3)) != NULL) {
        long number = number_before(file.start, at);
        at += 3;
        if (number < 0) {
            continue;
        }
        const char *value = pdf_skip_space(at, file.end);
        const char *limit = value + MIN(file.end - value, LONGEST_VALUE);
        struct span object = {value, pdf_skip_value(value, limit)};
        remember(&objects, number, object);
        struct span stream = stream_behind(object, file.end);
        if (pdf_is_name(pdf_find(object, "Type"), "ObjStm")) {
            remember_object_stream(&objects, object, stream);
        } else if (pdf_is_name(pdf_find(object, "Type"), "XRef")) {
            note_trailer(&objects, object);
        }
        at = MAX(at, stream.end);
    }
    scan_trailers(&objects, file);
    return objects;
}

struct span pdf_objects_stream(const struct pdf_objects *objects, struct span dictionary) {
    // What lies in an inflated object stream has no stream of its own.
    bool is_in_file = dictionary.start >= objects->file.start && dictionary.end <= objects->file.end;
    return is_in_file ? stream_behind(dictionary, objects->file.end) : (struct span){NULL, NULL};
}
