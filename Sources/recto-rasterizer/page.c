#include "page.h"

#include "complaints.h"
#include "report.h"

#include <math.h>
#include <stdio.h>

static _Noreturn void fail_size(const char *code, double width, double height) {
    char *wide = g_strdup_printf("%.3f", isfinite(width) ? width : 0.0);
    char *high = g_strdup_printf("%.3f", isfinite(height) ? height : 0.0);
    report_failure(EXIT_STATUS_DOCUMENT, code, "width", wide, "height", high, NULL);
}

struct raster_size page_raster_size(const struct options *options, double width_points, double height_points) {
    // A page smaller than a point on a side is a broken box, not paper.
    if (!isfinite(width_points) || !isfinite(height_points) || width_points < 1 || height_points < 1) {
        fail_size("zero-size", width_points, height_points);
    }
    double scale = options->dpi / 72;
    double longer = fmax(width_points, height_points);
    double pixels = width_points * height_points * scale * scale;
    bool is_lowered = false;
    if (pixels > (double)options->max_pixels) {
        scale *= sqrt((double)options->max_pixels / pixels);
        is_lowered = true;
    }
    if (longer * scale > (double)options->max_side) {
        scale = (double)options->max_side / longer;
        is_lowered = true;
    }
    if (is_lowered && scale * 72 < options->lowest_dpi && scale * 72 < options->dpi) {
        fail_size("too-large", width_points, height_points);
    }
    // Rounded down when lowered, so that the product stays below the limit.
    double wide = is_lowered ? floor(width_points * scale) : round(width_points * scale);
    double high = is_lowered ? floor(height_points * scale) : round(height_points * scale);
    return (struct raster_size){
        .width = (uint32_t)fmax(wide, 1), .height = (uint32_t)fmax(high, 1), .dpi = scale * 72};
}

static void append_protections(GString *json, const struct protections *active) {
    g_string_append(json, "\"protections\":[");
    const char *separator = "";
    const struct {
        bool holds;
        const char *name;
    } all[] = {
        {active->no_new_privileges, "no-new-privileges"}, {active->dies_with_parent, "parent-death-signal"},
        {active->namespaces, "namespaces"},               {active->landlock_abi > 0, "landlock"},
        {active->seccomp, "seccomp"},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i].holds) {
            g_string_append_printf(json, "%s\"%s\"", separator, all[i].name);
            separator = ",";
        }
    }
    g_string_append(json, "]");
}

void page_write_header(const struct page_header *header, const struct protections *active) {
    GString *json = g_string_new("{\"points\":[");
    // Full precision: pixels are mapped to points by these.
    g_string_append_printf(json, "%.9g,%.9g],\"width\":%u,\"height\":%u,\"dpi\":%.9g,\"wordsBytes\":%zu,",
                           header->width_points, header->height_points, header->raster.width,
                           header->raster.height, header->raster.dpi, header->words->len);
    append_protections(json, active);
    g_string_append(json, ",\"warnings\":");
    complaints_append(json);
    g_string_append(json, "}\n");
    report_write(json->str, json->len);
    report_write(header->words->str, header->words->len);
    g_string_free(json, TRUE);
}

void page_write_summary(int page_count, const char *kind, const struct protections *active) {
    GString *json = g_string_new(NULL);
    g_string_append_printf(json, "{\"pageCount\":%d,\"kind\":\"%s\",", page_count, kind);
    append_protections(json, active);
    g_string_append(json, ",\"warnings\":");
    complaints_append(json);
    g_string_append(json, "}\n");
    report_write(json->str, json->len);
    g_string_free(json, TRUE);
}
