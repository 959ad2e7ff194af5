#include "words.h"

#include "complaints.h"
#include "report.h"

#include <math.h>
#include <stdbool.h>

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

static bool append_word(GString *json, const GString *text, struct box box, double unit, bool is_first) {
    if (text->len == 0 || !(box.x1 > box.x0) || !(box.y1 > box.y0)) {
        return false;
    }
    g_string_append(json, is_first ? "[" : ",[");
    report_append_string(json, text->str);
    const double edges[] = {box.x0, box.y0, box.x1, box.y1};
    for (size_t i = 0; i < 4; i++) {
        g_string_append_c(json, ',');
        report_append_number(json, edges[i] * unit);
    }
    g_string_append_c(json, ']');
    return true;
}

static guint count_characters(const char *text) {
    guint count = 0;
    for (const char *at = text; at != NULL && *at != '\0'; at = g_utf8_next_char(at)) {
        count += !is_direction_mark(g_utf8_get_char(at));
    }
    return count;
}

GString *words_of_page(PopplerPage *page, double unit, unsigned *word_count) {
    GString *json = g_string_new("[");
    PopplerRectangle *glyphs = NULL;
    guint glyph_count = 0, next_glyph = 0;
    char *text = poppler_page_get_text(page);
    poppler_page_get_text_layout(page, &glyphs, &glyph_count);
    bool are_boxes_sure = count_characters(text) == glyph_count;
    GString *word = g_string_new(NULL);
    struct box box = empty_box, last = empty_box;
    enum way way = WAY_OPEN;
    *word_count = 0;
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
            *word_count += append_word(json, word, box, unit, *word_count == 0);
            g_string_truncate(word, 0);
            box = empty_box;
            way = WAY_OPEN;
        }
        if (!is_space) {
            g_string_append_unichar(word, character);
            extend(&box, glyph);
            last = glyph;
        }
    }
    *word_count += append_word(json, word, box, unit, *word_count == 0);
    if (!are_boxes_sure) {
        complaints_add("boxes of the text layer may be shifted: poppler counts characters and glyphs differently");
    }
    g_string_append_c(json, ']');
    g_string_free(word, TRUE);
    g_free(glyphs);
    g_free(text);
    return json;
}
