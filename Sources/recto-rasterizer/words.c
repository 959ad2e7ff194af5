#include "words.h"

#include "complaints.h"
#include "report.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

struct box {
    double x0, y0, x1, y1;
};

// The way in which the characters of a word follow each other. Text on its head goes to the left, vertical text up or
// down; a word of one character goes no way yet.
enum way { WAY_OPEN, WAY_HORIZONTAL, WAY_VERTICAL };

static const struct box empty_box = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};

// Of the height of the line: how much of a character must stand beside the one before, how far the two may overlap,
// and the gap that is a space. Within what poppler takes for one word each rectangle reaches to the next one, so that
// letter-spaced text has no gaps either.
static const double least_beside = 0.5, most_overlap = 0.1, least_gap = 0.2;

// Of a page of right-to-left text.
static const int most_lines = 1000;
static const guint most_words = 20000;

static struct box box_of(const PopplerRectangle *glyph) {
    return (struct box){fmin(glyph->x1, glyph->x2), fmin(glyph->y1, glyph->y2), fmax(glyph->x1, glyph->x2),
                        fmax(glyph->y1, glyph->y2)};
}

static void extend(struct box *box, struct box glyph) {
    box->x0 = fmin(box->x0, glyph.x0);
    box->y0 = fmin(box->y0, glyph.y0);
    box->x1 = fmax(box->x1, glyph.x1);
    box->y1 = fmax(box->y1, glyph.y1);
}

static struct box transposed(struct box box) {
    return (struct box){box.y0, box.x0, box.y1, box.x1};
}

// Whether `next` stands beside `last` in one line, to the right or to the left of it, without a space between them.
static bool follows(struct box last, struct box next) {
    double height = fmax(last.y1 - last.y0, next.y1 - next.y0);
    double lower_height = fmin(last.y1 - last.y0, next.y1 - next.y0);
    double beside = fmin(last.y1, next.y1) - fmax(last.y0, next.y0);
    double gap = fmax(next.x0 - last.x1, last.x0 - next.x1);
    return beside >= least_beside * lower_height && gap >= -most_overlap * height && gap < least_gap * height;
}

// Whether `next` belongs to the word whose last character stands in `last`; settles the word's way.
//
// Poppler puts no character between two cells of what it takes for a table, only their places tell them apart.
static bool continues(struct box last, struct box next, enum way *way) {
    if (*way != WAY_VERTICAL && follows(last, next)) {
        *way = WAY_HORIZONTAL;
        return true;
    }
    if (*way != WAY_HORIZONTAL && follows(transposed(last), transposed(next))) {
        *way = WAY_VERTICAL;
        return true;
    }
    return false;
}

// Marks that poppler puts around right-to-left text; they have no glyph and no box.
static bool is_direction_mark(gunichar character) {
    return character >= 0x202A && character <= 0x202E;
}

struct word {
    char *text;
    struct box box;
};

static void clear_word(void *word) {
    g_free(((struct word *)word)->text);
}

static bool is_same(const struct word *left, const struct word *right) {
    static const double most = 0.01;
    return fabs(left->box.x0 - right->box.x0) < most && fabs(left->box.y0 - right->box.y0) < most &&
           fabs(left->box.x1 - right->box.x1) < most && fabs(left->box.y1 - right->box.y1) < most &&
           strcmp(left->text, right->text) == 0;
}

// Adds what was gathered of a word, if that is a word at all and, where `only_new`, not there yet.
static void end_word(GArray *words, GString *text, struct box box, bool only_new) {
    if (text->len > 0 && box.x1 > box.x0 && box.y1 > box.y0) {
        struct word word = {.text = g_strdup(text->str), .box = box};
        bool is_known = false;
        for (guint i = 0; only_new && !is_known && i < words->len; i++) {
            is_known = is_same(&g_array_index(words, struct word, i), &word);
        }
        if (is_known) {
            clear_word(&word);
        } else {
            g_array_append_val(words, word);
        }
    }
    g_string_truncate(text, 0);
}

static guint count_characters(const char *text) {
    guint count = 0;
    for (const char *at = text; at != NULL && *at != '\0'; at = g_utf8_next_char(at)) {
        count += !is_direction_mark(g_utf8_get_char(at));
    }
    return count;
}

// Adds the words that poppler selects from one corner of an area to the other; false when their boxes may be shifted.
static bool add_words(GArray *words, PopplerPage *page, PopplerRectangle area, bool only_new) {
    PopplerRectangle *glyphs = NULL;
    guint glyph_count = 0, next_glyph = 0;
    char *text = poppler_page_get_text_for_area(page, &area);
    poppler_page_get_text_layout_for_area(page, &area, &glyphs, &glyph_count);
    bool are_boxes_sure = count_characters(text) == glyph_count;
    GString *word = g_string_new(NULL);
    struct box box = empty_box, last = empty_box;
    enum way way = WAY_OPEN;
    // One box per character, spaces and line ends included, in the order of the text.
    for (const char *at = text; at != NULL && *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        if (is_direction_mark(character)) {
            continue;
        }
        struct box glyph = next_glyph < glyph_count ? box_of(&glyphs[next_glyph]) : empty_box;
        next_glyph++;
        bool is_space = g_unichar_isspace(character);
        if (is_space || (are_boxes_sure && word->len > 0 && !continues(last, glyph, &way))) {
            end_word(words, word, box, only_new);
            box = empty_box;
            way = WAY_OPEN;
        }
        if (!is_space) {
            g_string_append_unichar(word, character);
            extend(&box, glyph);
            last = glyph;
        }
    }
    end_word(words, word, box, only_new);
    g_string_free(word, TRUE);
    g_free(glyphs);
    g_free(text);
    return are_boxes_sure;
}

// Whether poppler takes most of the page for right-to-left text: it then puts marks of direction around everything.
static bool is_right_to_left(PopplerPage *page, PopplerRectangle area) {
    char *text = poppler_page_get_selected_text(page, POPPLER_SELECTION_LINE, &area);
    int depth = 0;
    bool has_marks = false, has_bare = false;
    for (const char *at = text; at != NULL && *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        if (is_direction_mark(character)) {
            depth += character == 0x202C ? -1 : 1;
            has_marks = true;
        } else if (depth == 0 && !g_unichar_isspace(character)) {
            has_bare = true;
        }
    }
    g_free(text);
    return has_marks && !has_bare;
}

// Adds the words of each line that are missing. On a page of right-to-left text no selection reaches from the first to
// the last character: poppler 22.12 takes its last line for one that begins where the selection ends. One within a
// line is whole.
static bool add_missing_words(GArray *words, PopplerPage *page, PopplerRectangle area) {
    cairo_region_t *lines = poppler_page_get_selected_region(page, 1, POPPLER_SELECTION_LINE, &area);
    bool are_boxes_sure = true;
    // Each line costs a walk over the page: a page of so many is no page that anybody reads.
    bool is_readable = cairo_region_num_rectangles(lines) <= most_lines && words->len <= most_words;
    if (!is_readable) {
        complaints_add("words of the text layer may be missing: the page has too many lines from right to left");
    }
    for (int i = 0; is_readable && i < cairo_region_num_rectangles(lines); i++) {
        cairo_rectangle_int_t line;
        cairo_region_get_rectangle(lines, i, &line);
        double middle = line.y + line.height / 2.0;
        PopplerRectangle whole = {.x1 = line.x + line.width, .y1 = middle, .x2 = line.x, .y2 = middle};
        are_boxes_sure = add_words(words, page, whole, true) && are_boxes_sure;
    }
    cairo_region_destroy(lines);
    return are_boxes_sure;
}

static GString *json_of_words(const GArray *words, double unit) {
    GString *json = g_string_new("[");
    for (guint i = 0; i < words->len; i++) {
        const struct word *word = &g_array_index(words, struct word, i);
        g_string_append(json, i == 0 ? "[" : ",[");
        report_append_string(json, word->text);
        const double edges[] = {word->box.x0, word->box.y0, word->box.x1, word->box.y1};
        for (size_t edge = 0; edge < 4; edge++) {
            g_string_append_c(json, ',');
            report_append_number(json, edges[edge] * unit);
        }
        g_string_append_c(json, ']');
    }
    g_string_append_c(json, ']');
    return json;
}

GString *words_of_page(PopplerPage *page, double unit, unsigned *word_count) {
    PopplerRectangle area = {.x1 = 0, .y1 = 0};
    poppler_page_get_size(page, &area.x2, &area.y2);
    PopplerRectangle mirrored = {.x1 = area.x2, .y1 = 0, .x2 = area.x2, .y2 = area.y2};
    GArray *words = g_array_new(FALSE, FALSE, sizeof(struct word));
    g_array_set_clear_func(words, clear_word);
    bool are_boxes_sure;
    if (is_right_to_left(page, mirrored)) {
        are_boxes_sure = add_words(words, page, mirrored, false);
        are_boxes_sure = add_missing_words(words, page, mirrored) && are_boxes_sure;
    } else {
        are_boxes_sure = add_words(words, page, area, false);
    }
    if (!are_boxes_sure) {
        complaints_add("boxes of the text layer may be shifted: poppler counts characters and glyphs differently");
    }
    *word_count = words->len;
    GString *json = json_of_words(words, unit);
    g_array_unref(words);
    return json;
}
