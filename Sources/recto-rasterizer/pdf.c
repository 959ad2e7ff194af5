#include "pdf.h"

#include "complaints.h"
#include "page.h"
#include "page_dictionary.h"
#include "page_streams.h"
#include "report.h"
#include "words.h"

#include <cairo.h>
#include <errno.h>
#include <gio/gio.h>
#include <poppler.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void pdf_prepare_passwords(void) {
    // poppler converts passwords to Latin-1; the converter is a library that could not be loaded later.
    // It stays open for the life of the process.
    (void)g_iconv_open("ISO-8859-1", "UTF-8");
}

// The file as a stream over mapped memory. poppler 22.12 tries each password twice (Latin-1, then UTF-8), and only
// this kind of stream survives until the second time: with a descriptor it is closed, with bytes poppler crashes.
static GInputStream *map_file(int file, gssize *size) {
    struct stat status;
    if (fstat(file, &status) != 0 || status.st_size < 1) {
        report_failure(EXIT_STATUS_UNREADABLE, "unreadable", "reason", strerror(errno), NULL);
    }
    *size = status.st_size;
    void *bytes = mmap(NULL, (size_t)*size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED) {
        report_failure(EXIT_STATUS_MEMORY, "memory-limit", NULL);
    }
    return g_memory_input_stream_new_from_data(bytes, *size, NULL);
}

// Tries the passwords in order; ends the process when none fits.
static PopplerDocument *open_encrypted(int file, const struct passwords *passwords) {
    unsigned tried = 0;
    for (size_t at = 0; at < passwords->count; at += strlen(passwords->bytes + at) + 1) {
        gssize size;
        GInputStream *stream = map_file(file, &size);
        PopplerDocument *document =
            poppler_document_new_from_stream(stream, size, passwords->bytes + at, NULL, NULL);
        if (document != NULL) {
            return document;
        }
        tried++;
    }
    char *count = g_strdup_printf("%u", tried);
    report_failure(EXIT_STATUS_DOCUMENT, tried > 0 ? "wrong-password" : "encrypted", "tried", count, NULL);
}

static PopplerDocument *open_document(int file, const struct passwords *passwords) {
    GError *error = NULL;
    // poppler takes the descriptor over and closes it.
    PopplerDocument *document = poppler_document_new_from_fd(dup(file), NULL, &error);
    if (document != NULL) {
        return document;
    }
    if (g_error_matches(error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED)) {
        return open_encrypted(file, passwords);
    }
    report_failure(EXIT_STATUS_DOCUMENT, "damaged", "reason", error->message, "detail", complaints_last(), NULL);
}

void pdf_inspect(int file, const struct passwords *passwords, const struct protections *active) {
    PopplerDocument *document = open_document(file, passwords);
    int count = poppler_document_get_n_pages(document);
    if (count < 1) {
        report_failure(EXIT_STATUS_DOCUMENT, "no-pages", NULL);
    }
    page_write_summary(count, "pdf", active);
}

static PopplerPage *open_page(PopplerDocument *document, int number) {
    int count = poppler_document_get_n_pages(document);
    if (count < 1) {
        report_failure(EXIT_STATUS_DOCUMENT, "no-pages", NULL);
    }
    if (number > count) {
        char *pages = g_strdup_printf("%d", count);
        report_failure(EXIT_STATUS_DOCUMENT, "no-such-page", "pages", pages, NULL);
    }
    PopplerPage *page = poppler_document_get_page(document, number - 1);
    if (page == NULL) {
        report_failure(EXIT_STATUS_DOCUMENT, "damaged", "reason", "the page tree does not lead to this page",
                       "detail", complaints_last(), NULL);
    }
    return page;
}

static void check_cairo(cairo_status_t status) {
    if (status == CAIRO_STATUS_NO_MEMORY) {
        report_failure(EXIT_STATUS_MEMORY, "memory-limit", NULL);
    }
    if (status != CAIRO_STATUS_SUCCESS) {
        report_failure(EXIT_STATUS_DOCUMENT, "damaged", "reason", cairo_status_to_string(status), NULL);
    }
}

// Renders onto white paper; the scale fills the pixels exactly.
static cairo_surface_t *render(PopplerPage *page, struct raster_size raster) {
    double width, height;
    poppler_page_get_size(page, &width, &height);
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)raster.width, (int)raster.height);
    check_cairo(cairo_surface_status(surface));
    cairo_t *context = cairo_create(surface);
    cairo_set_source_rgb(context, 1, 1, 1);
    cairo_paint(context);
    cairo_scale(context, raster.width / width, raster.height / height);
    poppler_page_render(page, context);
    check_cairo(cairo_status(context));
    cairo_destroy(context);
    cairo_surface_flush(surface);
    check_cairo(cairo_surface_status(surface));
    return surface;
}

// Turns cairo's pixels into RGB bytes in place, a row at a time; returns whether all have one colour.
static bool pack_rows(cairo_surface_t *surface, struct raster_size raster) {
    unsigned char *pixels = cairo_image_surface_get_data(surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    uint32_t first;
    memcpy(&first, pixels, sizeof first);
    first &= 0xFFFFFF;
    bool is_uniform = true;
    for (size_t y = 0; y < raster.height; y++) {
        const unsigned char *source = pixels + y * stride;
        unsigned char *target = pixels + y * raster.width * 3;
        for (size_t x = 0; x < raster.width; x++) {
            uint32_t pixel;
            memcpy(&pixel, source + 4 * x, sizeof pixel);
            is_uniform = is_uniform && (pixel & 0xFFFFFF) == first;
            target[3 * x] = (unsigned char)(pixel >> 16);
            target[3 * x + 1] = (unsigned char)(pixel >> 8);
            target[3 * x + 2] = (unsigned char)pixel;
        }
    }
    return is_uniform;
}

void pdf_render(int file, const struct passwords *passwords, const struct options *options,
                const struct protections *active) {
    PopplerDocument *document = open_document(file, passwords);
    PopplerPage *page = open_page(document, options->page);
    double width, height;
    poppler_page_get_size(page, &width, &height);
    struct page_dictionary dictionary = page_dictionary_find(file, options->page);
    if (dictionary.page.start != NULL && dictionary.lacks_media_box) {
        complaints_add("the page declares no usable MediaBox; a US letter sheet was assumed");
    }
    double unit = dictionary.has_empty_media_box ? 0 : dictionary.user_unit;
    struct page_header header = {
        .width_points = width * unit,
        .height_points = height * unit,
        .raster = page_raster_size(options, width * unit, height * unit),
    };
    page_streams_check(&dictionary);
    cairo_surface_t *surface = render(page, header.raster);
    unsigned word_count = 0;
    header.words = words_of_page(page, unit, &word_count);
    bool is_uniform = pack_rows(surface, header.raster);
    if (is_uniform && word_count > 0) {
        char *warning = g_strdup_printf("the page came out blank although its text layer has %u words", word_count);
        complaints_add(warning);
        g_free(warning);
    }
    // A white picture is a white page; but nobody paints with a pattern to leave none.
    struct span patterns = pdf_objects_resolve(&dictionary.objects, pdf_find(dictionary.resources, "Pattern"));
    if (is_uniform && patterns.start < patterns.end) {
        complaints_add("the page came out blank although it paints with patterns");
    }
    page_write_header(&header, active);
    report_write(cairo_image_surface_get_data(surface), (size_t)header.raster.width * header.raster.height * 3);
}
