#include "pdf_syntax.h"

#include <string.h>

enum { DEEPEST_NESTING = 64 };

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

static bool is_delimiter(char c) {
    return c == '(' || c == ')' || c == '<' || c == '>' || c == '[' || c == ']' || c == '/' || c == '%';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

const char *pdf_skip_space(const char *at, const char *end) {
    while (at < end) {
        if (*at == '%') {
            while (at < end && *at != '\n' && *at != '\r') {
                at++;
            }
        } else if (is_space(*at)) {
            at++;
        } else {
            break;
        }
    }
    return at;
}

static const char *skip_string(const char *at, const char *end) {
    int depth = 0;
    for (; at < end; at++) {
        if (*at == '\\') {
            at++;
        } else if (*at == '(') {
            depth++;
        } else if (*at == ')' && --depth == 0) {
            return at + 1;
        }
    }
    return end;
}

static const char *skip_word(const char *at, const char *end) {
    while (at < end && !is_space(*at) && !is_delimiter(*at)) {
        at++;
    }
    return at;
}

static const char *skip_nested(const char *at, const char *end, int depth);

static const char *skip_sequence(const char *at, const char *end, const char *close, int depth) {
    size_t length = strlen(close);
    while (at < end) {
        at = pdf_skip_space(at, end);
        if ((size_t)(end - at) >= length && memcmp(at, close, length) == 0) {
            return at + length;
        }
        const char *next = skip_nested(at, end, depth + 1);
        at = next > at ? next : at + 1;
    }
    return end;
}

static const char *skip_nested(const char *at, const char *end, int depth) {
    at = pdf_skip_space(at, end);
    if (at >= end || depth > DEEPEST_NESTING) {
        return end;
    }
    if (*at == '(') {
        return skip_string(at, end);
    }
    if (*at == '[') {
        return skip_sequence(at + 1, end, "]", depth);
    }
    if (*at == '<') {
        if (end - at >= 2 && at[1] == '<') {
            return skip_sequence(at + 2, end, ">>", depth);
        }
        const char *close = memchr(at, '>', (size_t)(end - at));
        return close != NULL ? close + 1 : end;
    }
    if (*at == '/') {
        return skip_word(at + 1, end);
    }
    const char *behind = skip_word(at, end);
    return behind > at ? behind : at + 1;
}

const char *pdf_skip_value(const char *at, const char *end) {
    at = pdf_skip_space(at, end);
    const char *behind = skip_nested(at, end, 0);
    // `5 0 R`: three words, one value.
    const char *next = at;
    long ignored;
    if (pdf_read_integer(&next, end, &ignored) && pdf_read_integer(&next, end, &ignored)) {
        next = pdf_skip_space(next, end);
        if (next < end && *next == 'R' && skip_word(next, end) == next + 1) {
            return next + 1;
        }
    }
    return behind;
}

struct span pdf_find(struct span dictionary, const char *key) {
    const struct span absent = {dictionary.end, dictionary.end};
    const char *at = pdf_skip_space(dictionary.start, dictionary.end), *end = dictionary.end;
    if (end - at < 2 || at[0] != '<' || at[1] != '<') {
        return absent;
    }
    size_t length = strlen(key);
    for (at = pdf_skip_space(at + 2, end); at < end && *at == '/'; at = pdf_skip_space(at, end)) {
        const char *name = at + 1, *name_end = skip_word(name, end);
        const char *value = pdf_skip_space(name_end, end);
        const char *value_end = pdf_skip_value(value, end);
        if ((size_t)(name_end - name) == length && memcmp(name, key, length) == 0) {
            return (struct span){value, value_end};
        }
        at = value_end;
    }
    return absent;
}

bool pdf_is_name(struct span value, const char *name) {
    size_t length = strlen(name);
    return value.start < value.end && *value.start == '/' && (size_t)(value.end - value.start) == length + 1
           && memcmp(value.start + 1, name, length) == 0;
}

bool pdf_read_integer(const char **at, const char *end, long *value) {
    const char *digit = pdf_skip_space(*at, end), *first = digit;
    long number = 0;
    while (digit < end && is_digit(*digit) && digit - first < 9) {
        number = number * 10 + (*digit++ - '0');
    }
    bool is_complete = digit > first && (digit == end || is_space(*digit) || is_delimiter(*digit));
    if (is_complete) {
        *at = digit;
        *value = number;
    }
    return is_complete;
}

bool pdf_read_reference(struct span value, long *number) {
    long generation;
    const char *at = value.start;
    if (!pdf_read_integer(&at, value.end, number) || !pdf_read_integer(&at, value.end, &generation)) {
        return false;
    }
    at = pdf_skip_space(at, value.end);
    return at < value.end && *at == 'R';
}

bool pdf_read_number(struct span value, double *number) {
    const char *at = value.start;
    bool is_negative = at < value.end && *at == '-';
    if (at < value.end && (*at == '-' || *at == '+')) {
        at++;
    }
    double whole = 0, weight = 1;
    bool has_digits = false, is_fraction = false;
    for (; at < value.end && (is_digit(*at) || (*at == '.' && !is_fraction)); at++) {
        if (*at == '.') {
            is_fraction = true;
            continue;
        }
        has_digits = true;
        weight = is_fraction ? weight / 10 : 1;
        whole = is_fraction ? whole + (*at - '0') * weight : whole * 10 + (*at - '0');
    }
    *number = is_negative ? -whole : whole;
    return has_digits;
}
