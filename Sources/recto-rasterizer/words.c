#include "words.h"

#include "complaints.h"
#include "report.h"

#include <math.h>
#include <stdbool.h>

struct box {
    double x0, y0, x1, y1;
};

static const struct box empty_box = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};

static void extend(struct box *box, const PopplerRectangle *glyph) {
    box->x0 = fmin(box->x0, fmin(glyph->x1, glyph->x2));
    box->y0 = fmin(box->y0, fmin(glyph->y1, glyph->y2));
    box->x1 = fmax(box->x1, fmax(glyph->x1, glyph->x2));
    box->y1 = fmax(box->y1, fmax(glyph->y1, glyph->y2));
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

GString *words_of_page(PopplerPage *page, double unit, unsigned *word_count) {
    GString *json = g_string_new("[");
    PopplerRectangle *glyphs = NULL;
    guint glyph_count = 0, next_glyph = 0;
    char *text = poppler_page_get_text(page);
    poppler_page_get_text_layout(page, &glyphs, &glyph_count);
    GString *word = g_string_new(NULL);
    struct box box = empty_box;
    *word_count = 0;
    // One box per character, spaces and line ends included, in the order of the text.
    for (const char *at = text; at != NULL && *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        if (is_direction_mark(character)) {
            continue;
        }
        const PopplerRectangle *glyph = next_glyph < glyph_count ? &glyphs[next_glyph] : NULL;
        next_glyph++;
        if (g_unichar_isspace(character)) {
            *word_count += append_word(json, word, box, unit, *word_count == 0);
            g_string_truncate(word, 0);
            box = empty_box;
            continue;
        }
        g_string_append_unichar(word, character);
        if (glyph != NULL) {
            extend(&box, glyph);
        }
    }
    *word_count += append_word(json, word, box, unit, *word_count == 0);
    if (next_glyph != glyph_count) {
        complaints_add("boxes of the text layer may be shifted: poppler counts characters and glyphs differently");
    }
    g_string_append_c(json, ']');
    g_string_free(word, TRUE);
    g_free(glyphs);
    g_free(text);
    return json;
}
