#include "png_page.h"

#include "page.h"
#include "report.h"
#include "resample.h"

#include <errno.h>
#include <math.h>
#include <png.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const double assumed_dpi = 72; // when the file declares none: one pixel is one point
static const double lowest_declared_dpi = 10, highest_declared_dpi = 10000;

static _Noreturn void on_error(png_structp png, png_const_charp message) {
    (void)png;
    report_failure(EXIT_STATUS_DOCUMENT, "damaged", "reason", message, NULL);
}

// Warnings are about colour profiles and other side matters; pixels are either right or an error.
static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void read_bytes(png_structp png, png_bytep target, png_size_t count) {
    int file = *(const int *)png_get_io_ptr(png);
    while (count > 0) {
        ssize_t got = read(file, target, count);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            png_error(png, "the file ends before the image does");
        }
        target += got;
        count -= (size_t)got;
    }
}

struct image {
    png_structp png;
    png_infop info;
    uint32_t width, height;
    double dpi_x, dpi_y;
    bool is_interlaced;
};

static void read_resolution(struct image *image) {
    png_uint_32 per_metre_x = 0, per_metre_y = 0;
    int unit = PNG_RESOLUTION_UNKNOWN;
    image->dpi_x = image->dpi_y = assumed_dpi;
    if (png_get_pHYs(image->png, image->info, &per_metre_x, &per_metre_y, &unit) == 0
        || unit != PNG_RESOLUTION_METER) {
        return;
    }
    double dpi_x = per_metre_x * 0.0254, dpi_y = per_metre_y * 0.0254;
    if (fmin(dpi_x, dpi_y) >= lowest_declared_dpi && fmax(dpi_x, dpi_y) <= highest_declared_dpi) {
        image->dpi_x = dpi_x;
        image->dpi_y = dpi_y;
    }
}

static struct image read_header(const int *file, const struct options *options) {
    struct image image = {0};
    image.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
    image.info = image.png != NULL ? png_create_info_struct(image.png) : NULL;
    if (image.info == NULL) {
        report_failure(EXIT_STATUS_INTERNAL, "rasterizer.libpng", NULL);
    }
    png_set_user_limits(image.png, 1000000, 1000000);
    png_set_chunk_malloc_max(image.png, options->memory_bytes / 16);
    png_set_chunk_cache_max(image.png, 100);
    png_set_read_fn(image.png, (png_voidp)(uintptr_t)file, read_bytes);
    png_read_info(image.png, image.info);
    image.width = png_get_image_width(image.png, image.info);
    image.height = png_get_image_height(image.png, image.info);
    image.is_interlaced = png_get_interlace_type(image.png, image.info) != PNG_INTERLACE_NONE;
    read_resolution(&image);
    return image;
}

void png_inspect(int file, const struct options *options, const struct protections *active) {
    read_header(&file, options);
    page_write_summary(1, "png", active);
}

// Has libpng deliver eight-bit red, green, blue and alpha, whatever the file holds.
static void request_rgba(struct image *image) {
    png_set_expand(image->png);
    png_set_scale_16(image->png);
    png_set_gray_to_rgb(image->png);
    png_set_add_alpha(image->png, 0xFF, PNG_FILLER_AFTER);
    png_set_interlace_handling(image->png);
    png_read_update_info(image->png, image->info);
}

static void add_over_white(struct resampler *target, const unsigned char *rgba, unsigned char *rgb) {
    for (size_t x = 0; x < target->source_width; x++) {
        unsigned alpha = rgba[4 * x + 3];
        for (size_t channel = 0; channel < 3; channel++) {
            rgb[3 * x + channel] = (unsigned char)((rgba[4 * x + channel] * alpha + 255 * (255 - alpha) + 127) / 255);
        }
    }
    resampler_add_row(target, rgb);
}

static void read_rows(struct image *image, struct resampler *target) {
    size_t row_bytes = (size_t)image->width * 4;
    unsigned char *rgb = g_malloc((size_t)image->width * 3);
    if (!image->is_interlaced) {
        unsigned char *row = g_malloc(row_bytes);
        for (uint32_t y = 0; y < image->height; y++) {
            png_read_row(image->png, row, NULL);
            add_over_white(target, row, rgb);
        }
        g_free(row);
    } else {
        // The passes of an interlaced image need all of it at once.
        unsigned char *all = g_malloc0(row_bytes * image->height);
        png_bytepp rows = g_new(png_bytep, image->height);
        for (uint32_t y = 0; y < image->height; y++) {
            rows[y] = all + row_bytes * y;
        }
        png_read_image(image->png, rows);
        for (uint32_t y = 0; y < image->height; y++) {
            add_over_white(target, rows[y], rgb);
        }
        g_free(rows);
        g_free(all);
    }
    g_free(rgb);
    png_read_end(image->png, NULL);
}

void png_render(int file, const struct options *options, const struct protections *active) {
    if (options->page != 1) {
        report_failure(EXIT_STATUS_DOCUMENT, "no-such-page", "pages", "1", NULL);
    }
    struct image image = read_header(&file, options);
    request_rgba(&image);
    struct options capped = *options;
    capped.dpi = fmin(options->dpi, fmax(image.dpi_x, image.dpi_y));
    struct page_header header = {
        .width_points = image.width * 72.0 / image.dpi_x,
        .height_points = image.height * 72.0 / image.dpi_y,
        .words = g_string_new("[]"),
    };
    header.raster = page_raster_size(&capped, header.width_points, header.height_points);
    struct resampler target =
        resampler_make(image.width, image.height, header.raster.width, header.raster.height);
    read_rows(&image, &target);
    page_write_header(&header, active);
    report_write(target.pixels, (size_t)target.width * target.height * 3);
}
