#include "resample.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

struct resampler resampler_make(uint32_t source_width, uint32_t source_height, uint32_t width, uint32_t height) {
    return (struct resampler){
        .source_width = source_width,
        .source_height = source_height,
        .width = width,
        .height = height,
        .pixels = g_malloc((gsize)width * height * 3),
        .sums = g_malloc0_n((gsize)width * 3, sizeof(float)),
    };
}

void resampler_free(struct resampler *resampler) {
    g_free(resampler->pixels);
    g_free(resampler->sums);
}

// Adds one row, averaged along x, with the given weight.
static void accumulate(struct resampler *resampler, const unsigned char *rgb, float weight) {
    double ratio = (double)resampler->source_width / resampler->width;
    for (uint32_t x = 0; x < resampler->width; x++) {
        double left = x * ratio, right = left + ratio;
        uint32_t first = (uint32_t)left;
        float sum[3] = {0, 0, 0};
        for (uint32_t column = first; column < resampler->source_width && column < right; column++) {
            double from = left > column ? left : column;
            double to = right < column + 1.0 ? right : column + 1.0;
            for (size_t channel = 0; channel < 3; channel++) {
                sum[channel] += (float)(to - from) * rgb[(size_t)column * 3 + channel];
            }
        }
        for (size_t channel = 0; channel < 3; channel++) {
            resampler->sums[(size_t)x * 3 + channel] += weight * sum[channel] / (float)ratio;
        }
    }
}

static void finish_row(struct resampler *resampler) {
    unsigned char *target = resampler->pixels + (size_t)resampler->row * resampler->width * 3;
    for (size_t i = 0; i < (size_t)resampler->width * 3; i++) {
        float value = resampler->sums[i] + 0.5f;
        target[i] = value >= 255 ? 255 : (unsigned char)value;
    }
    memset(resampler->sums, 0, (size_t)resampler->width * 3 * sizeof(float));
    resampler->row++;
}

void resampler_add_row(struct resampler *resampler, const unsigned char *rgb) {
    uint32_t source_row = resampler->source_row++;
    if (resampler->width == resampler->source_width && resampler->height == resampler->source_height) {
        memcpy(resampler->pixels + (size_t)source_row * resampler->width * 3, rgb, (size_t)resampler->width * 3);
        return;
    }
    double ratio = (double)resampler->source_height / resampler->height;
    double top = source_row, bottom = source_row + 1.0;
    while (resampler->row < resampler->height && top < bottom) {
        double row_end = (resampler->row + 1) * ratio;
        bool is_last = resampler->row + 1 == resampler->height;
        double to = row_end < bottom && !is_last ? row_end : bottom;
        accumulate(resampler, rgb, (float)((to - top) / ratio));
        bool is_finished = is_last ? source_row + 1 == resampler->source_height : row_end <= bottom;
        if (!is_finished) {
            break;
        }
        finish_row(resampler);
        top = to;
    }
}
